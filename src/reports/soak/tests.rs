//! What has soaked after deploys and rollbacks, one commit a letter.

use super::*;
use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::ledger::{Ledger, Sources};
use crate::testing::TestRepo;

const CONFIG: &str = "schema = 1\n[channels.m]\nkind = \"continuous\"\ntag = \"d/{environment}/{date}.{seq}\"\n";

/// What the commit with the newest soak says on 31 January, after `deploys` of commits `a`, `b` … on days of January; a
/// deploy of `-x` rolls back to `x`.
fn soaked_after(deploys: &[(u32, &str)], soak: Option<&str>) -> Result<String, String> {
    let mut repo = TestRepo::new();
    let letters = ["a", "b", "c", "d"];
    let commits: Vec<_> = letters.iter().map(|letter| repo.commit("main", letter).to_string()).collect();
    let commit = |letter: &str| &commits[letters.iter().position(|known| *known == letter).unwrap()];
    let mut last = String::new();
    for (day, what) in deploys {
        repo.set_date(&format!("2025-01-{day:02}"));
        let name = format!("d/production/2025-01-{day:02}.1");
        let message = match what.strip_prefix('-') {
            Some(_) => format!("back\n\nKind: rollback\nReplaces: {last}"),
            None => "forward".to_owned(),
        };
        repo.tag_with(&name, commit(what.trim_start_matches('-')), &message);
        last = name;
    }
    let config = Config::read(CONFIG, Origin::Recognised).unwrap();
    let (repository, now) = (repo.open(), "2025-01-31T00:00:00Z".parse().unwrap());
    let (snapshot, cache) = (repository.refs(&[]).unwrap(), Cache::below(repository.common_dir()));
    let (progress, also) = (&|_| (), &[]);
    let sources = Sources { repository: &repository, cache: &cache, snapshot: &snapshot, also, progress, now };
    let ledger = Ledger::read(config, &sources).unwrap();
    let (name, config) = ledger.config.continuous().next().unwrap();
    let soak: Option<Period> = soak.map(|soak| soak.parse().unwrap());
    let channel = ledger.channel(name.as_str()).unwrap();
    let soaking = Soaking::new(&ledger.graph, channel, config, soak.as_ref(), now);
    let subject = |id| ledger.graph.subject(ledger.graph.node(id).unwrap()).to_owned();
    let found = soaking.newest().map_err(|error| error.to_string())?;
    if soak.is_some() {
        for letter in letters {
            let id = CommitId::new(commit(letter).parse().unwrap());
            let (whole, part) = (soaking.of_deploy(id), soaking.of_part(id));
            let is_soaked = |state: &SoakState| matches!(state, SoakState::Soaked { .. });
            assert!(!is_soaked(&whole) || is_soaked(&part), "{letter}: {whole:?} {part:?}");
            assert_eq!(is_soaked(&part), letter <= subject(found.commit).as_str(), "{letter}");
            if let (SoakState::Soaked { since: whole }, SoakState::Soaked { since: part }) = (&whole, &part) {
                assert!(part <= whole, "{letter} was live from its own deploy on at the latest: {part:?} {whole:?}");
            }
        }
    }
    let mut said = subject(found.commit);
    for other in &found.not_taken {
        said.push_str(&format!("; {}: {}", subject(other.commit), other.why));
    }
    Ok(said)
}

#[test]
fn the_newest_that_has_been_live_long_enough_wins() {
    for (deploys, soak, commit) in [
        (
            &[(1, "a"), (20, "b"), (28, "c")][..],
            "7d",
            "b; c: live since 2025-01-28 00:00 only, soaked on 2025-02-04 00:00",
        ),
        (&[(1, "a"), (20, "b"), (28, "c")], "1d", "c"),
        (
            &[(1, "a"), (20, "b"), (28, "c")],
            "20d",
            "a; c: live since 2025-01-28 00:00 only, soaked on 2025-02-17 00:00; b: live since 2025-01-20 00:00 only, soaked \
             on 2025-02-09 00:00",
        ),
        // What was rolled back has not soaked, and what it went back to has been live all the time.
        (&[(1, "a"), (10, "c"), (12, "-a")], "7d", "a; c: rolled back by `d/production/2025-01-12.1`"),
        (&[(1, "a"), (10, "c"), (22, "-a")], "7d", "a; c: rolled back by `d/production/2025-01-22.1`"),
        // Going forward again begins anew.
        (&[(1, "a"), (10, "b"), (12, "-a"), (20, "b")], "7d", "b"),
        (
            &[(1, "a"), (10, "b"), (12, "-a"), (29, "c")],
            "7d",
            "a; c: live since 2025-01-29 00:00 only, soaked on 2025-02-05 00:00; b: rolled back by `d/production/2025-01-12.1`",
        ),
    ] {
        assert_eq!(soaked_after(deploys, Some(soak)).as_deref(), Ok(commit), "{deploys:?} {soak}");
    }
    assert_eq!(soaked_after(&[(1, "a"), (30, "b")], None).as_deref(), Ok("b"));
}

#[test]
fn nothing_may_have_soaked() {
    assert_eq!(soaked_after(&[], Some("7d")).unwrap_err(), "nothing is recorded as live in `production`");
    assert_eq!(
        soaked_after(&[(30, "a")], Some("7d")).unwrap_err(),
        "no commit has been live in `production` for 7d without being rolled back; the first will have on 2025-02-06 \
         00:00"
    );
}
