//! What change notes say in changelogs, and what becomes of a section when they are corrected later.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::tests::{BOTH, compared, ledger};
use super::{Changelog, ChangelogEntry, ChangelogReader, ChangelogSpan, LeftOutWhy};
use crate::cache::Cache;
use crate::domain::CommitId;
use crate::testing::TestRepo;

fn read(repository: &TestRepo, text: &str, channel: &str, span: &ChangelogSpan) -> Changelog {
    let ledger = ledger(repository, text);
    let (opened, directory) = (repository.open(), tempfile::tempdir().unwrap());
    let cache = Cache::below(directory.path());
    let today = repository.now().date_naive();
    let read = || {
        let reader = ChangelogReader::new(&ledger).with_contents(&opened, &cache, today).unwrap();
        reader.changelog(channel, span).unwrap()
    };
    let found = read();
    assert_eq!(read(), found, "what is remembered tells the same");
    found
}

fn release(version: &str) -> ChangelogSpan {
    ChangelogSpan::Release(version.to_owned())
}

fn note(front: &str, text: &str) -> String {
    format!("+++\n{front}\n+++\n{text}\n")
}

fn entries(changelog: &Changelog) -> Vec<(String, ChangelogEntry)> {
    let section = &changelog.sections_of[0];
    section.entries().map(|(kind, entry)| (kind.to_string(), entry.clone())).collect()
}

/// 1.8.0 without notes, cut and released.
fn begun() -> TestRepo {
    let mut repository = TestRepo::new();
    repository.commit_file("main", "feat: start", "src/a", "1\n");
    repository.branch("release/1.8", "main");
    repository.tag("v1.8.0", "release/1.8");
    repository
}

#[test]
fn a_note_speaks_for_its_change() {
    let mut r = begun();
    let text = note(
        "kind = \"fixed\"\nscope = \"scheduler\"\nrefs = [\"#4312\", \"CVE-2026-1234\"]\nbreaking = \"Old workers stop.\"\n\
         [operator]\naction = \"required\"\nwhen = \"before\"\ndowntime = \"none\"\nrollback = \"safe\"",
        "Jobs no longer run twice\nafter a leader change.\n\nNor three times.\n\n## Operators\nSet `lease` to 10s.",
    );
    let fix = [("src/a", Some("2\n")), ("changes/twice.md", Some(text.as_str()))];
    let commit = r.commit_files("main", "feat(x): look busy (#7)", &fix);
    r.branch("release/1.9", "main");
    r.commit_files("release/1.9", "chore: release 1.9.0", &[("changes/twice.md", None)]);
    r.tag("v1.9.0", "release/1.9");
    let found = read(&r, BOTH, "self-hosted", &release("1.9.0"));
    let told = entries(&found);
    let [(kind, entry)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((kind.as_str(), entry.text.as_str()), ("fixed", "Jobs no longer run twice after a leader change."));
    assert_eq!(entry.details.as_deref(), Some("Nor three times."));
    assert_eq!(entry.scope.as_deref(), Some("scheduler"));
    assert_eq!(entry.refs, ["#4312", "CVE-2026-1234", "#7"]);
    assert_eq!((entry.breaking, entry.breaking_text.as_deref()), (true, Some("Old workers stop.")));
    assert_eq!(entry.operator.as_deref(), Some("Required before the upgrade: Set `lease` to 10s."));
    assert_eq!((entry.note.as_deref(), entry.commits.as_slice()), (Some("changes/twice.md"), [commit].as_slice()));
    // Whoever we operate it for has nothing to do.
    r.tag("deploy/production/2025-01-09.1", "main");
    let managed = entries(&read(&r, BOTH, "managed", &ChangelogSpan::History));
    assert!(managed.iter().all(|(_, entry)| entry.operator.is_none()), "{managed:?}");
}

#[test]
fn a_note_says_whom_a_change_matters_to_and_what_is_not_told_is_counted() {
    let mut r = begun();
    let notes = [
        ("managed", "kind = \"added\"\nchannels = [\"managed\"]"),
        ("nobody", "kind = \"added\"\nchannels = []"),
        ("internal", "kind = \"internal\""),
        ("billing", "kind = \"added\"\nscope = \"billing\""),
        ("later", "kind = \"added\"\nannounce-on = 2099-01-01"),
        ("secret", "kind = \"security\"\nrefs = [\"#9\"]\n[security]\nseverity = \"high\"\ndisclose-on = 2099-01-01"),
    ];
    for (name, front) in notes {
        let text = note(front, &format!("The text of {name}."));
        r.commit_files("main", &format!("feat: {name}"), &[(&format!("changes/{name}.md"), Some(&text))]);
    }
    r.branch("release/1.9", "main");
    r.tag("v1.9.0", "release/1.9");
    let found = read(&r, BOTH, "self-hosted", &release("1.9.0"));
    let left: Vec<(LeftOutWhy, &str)> =
        found.sections_of[0].left_out.iter().map(|item| (item.why, item.text.as_str())).collect();
    assert_eq!(
        left,
        [
            (LeftOutWhy::NotAnnounced, "A change that is announced on 2099-01-01."),
            (LeftOutWhy::Audience, "The text of billing."),
            (LeftOutWhy::Internal, "The text of internal."),
            (LeftOutWhy::Audience, "The text of nobody."),
            (LeftOutWhy::Audience, "The text of managed."),
        ]
    );
    let told = entries(&found);
    let [(kind, secret)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((kind.as_str(), secret.text.as_str()), ("security", "A security fix. Details follow on 2099-01-01."));
    assert!(secret.refs.is_empty() && !serde_json::to_string(&found).unwrap().contains("text of secret"));
}

#[test]
fn a_fault_in_a_note_makes_nothing_public() {
    let mut r = begun();
    let front = "kind = \"security\"\nfeeling = \"bad\"\n[security]\nseverity = \"high\"\ndisclose-on = 2099-01-01";
    let text = note(front, "An outsider could read the code.");
    r.commit_files("main", "fix: lock the outsider out", &[("changes/outsider.md", Some(&text))]);
    let text = note("kind = \"fixed\"\nfeeling = \"bad\"", "Jobs run once.");
    r.commit_files("main", "fix: run jobs once", &[("changes/once.md", Some(&text))]);
    r.branch("release/1.9", "main");
    r.tag("v1.9.0", "release/1.9");
    let found = read(&r, BOTH, "self-hosted", &release("1.9.0"));
    let told: Vec<String> = entries(&found).into_iter().map(|(_, entry)| entry.text).collect();
    assert_eq!(told, ["A security fix. Details follow on 2099-01-01.", "Run jobs once"]);
    assert_eq!(
        found.notices,
        [
            "the change note `changes/once.md` cannot be read, so that its commit speaks for it",
            "the change note `changes/outsider.md` is not sound: what is not known of it was passed over",
        ]
    );
}

#[test]
fn what_is_known_of_another_tools_note_is_told() {
    let mut r = begun();
    let text = "---\nfixes:\n  - Jobs run once.\nfeature:\n  - |\n    Jobs rest.\n";
    r.commit_files("main", "Change jobs", &[("releasenotes/notes/jobs-0123456789abcdef.yaml", Some(text))]);
    r.branch("release/1.9", "main");
    r.tag("v1.9.0", "release/1.9");
    let found = read(&r, BOTH, "self-hosted", &release("1.9.0"));
    let told: Vec<String> = entries(&found).into_iter().map(|(kind, entry)| format!("{kind} {}", entry.text)).collect();
    assert_eq!((told, found.notices.len()), (vec!["fixed Jobs run once.".to_owned()], 1));
}

#[test]
fn commits_that_only_reword_a_note_belong_to_its_change() {
    let mut r = begun();
    let first = r.commit_files("main", "feat: it", &[("changes/it.md", Some(&note("kind = \"added\"", "It wroks.")))]);
    let second = r.commit_files("main", "spell it", &[("changes/it.md", Some(&note("kind = \"added\"", "It works.")))]);
    r.branch("release/1.9", "main");
    r.tag("v1.9.0", "release/1.9");
    let told = entries(&read(&r, BOTH, "self-hosted", &release("1.9.0")));
    let [(_, entry)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!((entry.text.as_str(), entry.commits.as_slice()), ("It works.", [second, first].as_slice()));
}

#[test]
fn a_commit_with_two_notes_has_two_entries_and_stands_in_one() {
    let mut r = begun();
    let (a, b) = (note("kind = \"added\"", "One."), note("kind = \"fixed\"", "Two."));
    let commit =
        r.commit_files("main", "feat: both", &[("changes/a.md", Some(a.as_str())), ("changes/b.md", Some(b.as_str()))]);
    r.branch("release/1.9", "main");
    r.tag("v1.9.0", "release/1.9");
    let told = entries(&read(&r, BOTH, "self-hosted", &release("1.9.0")));
    let told: Vec<(&str, &str, usize)> =
        told.iter().map(|(kind, entry)| (kind.as_str(), entry.text.as_str(), entry.commits.len())).collect();
    assert_eq!(told, [("added", "One.", 1), ("fixed", "Two.", 0)]);
    assert_eq!(r.id("main"), commit);
}

#[test]
fn a_published_section_stays_and_corrections_stand_below_it() {
    let mut r = begun();
    let first = note("kind = \"added\"", "It works on Linux.");
    r.commit_files("main", "feat: it", &[("changes/it.md", Some(&first))]);
    r.branch("release/1.9", "main");
    r.tag("v1.9.0", "release/1.9");
    let published = read(&r, BOTH, "self-hosted", &release("1.9.0"));
    r.set_date("2025-03-04");
    r.commit_files("main", "say more", &[("changes/it.md", Some(&note("kind = \"added\"", "It works on Linux 6.")))]);
    r.set_date("2025-03-05");
    let with_block =
        note("kind = \"added\"\n[[erratum]]\non = 2025-03-01\ntext = \"It never worked.\"", "It works on Linux 6.");
    r.commit_files("main", "say it", &[("changes/it.md", Some(&with_block))]);
    r.commit_files("main", "tidy", &[("changes/it.md", None)]);
    r.tag("deploy/production/2025-03-05.1", "main");
    let after = read(&r, BOTH, "self-hosted", &release("1.9.0"));
    assert_eq!(after.sections_of[0].sections, published.sections_of[0].sections);
    let errata = |changelog: &Changelog| -> Vec<(String, String)> {
        changelog.sections_of[0].errata.iter().map(|item| (item.on.to_string(), item.text.clone())).collect()
    };
    assert_eq!(
        errata(&after),
        [
            ("2025-03-01".to_owned(), "It never worked.".to_owned()),
            ("2025-03-04".to_owned(), "It works on Linux 6.".to_owned())
        ]
    );
    // Who gets it only now reads it as it is now.
    let managed = read(&r, BOTH, "managed", &ChangelogSpan::History);
    assert_eq!(entries(&managed)[0].1.text, "It works on Linux 6.");
    assert!(errata(&managed).is_empty());
}

#[test]
fn one_note_on_two_lines_is_one_change() {
    let mut r = begun();
    let text = note("kind = \"fixed\"", "Fixed for good.");
    r.commit_files("main", "fix: by a rewrite", &[("src/b", Some("1\n")), ("changes/good.md", Some(&text))]);
    r.commit_files("release/1.8", "hack it", &[("src/a", Some("7\n")), ("changes/good.md", Some(&text))]);
    r.tag("v1.8.1", "release/1.8");
    r.branch("release/1.9", "main");
    r.tag("v1.9.0", "release/1.9");
    assert_eq!(compared(&r, BOTH, "self-hosted", &release("1.9.0"))[1..], ["shipped-before: Fixed for good. [1.8.1]"]);
}

#[test]
fn a_line_with_long_term_support_has_a_page_since_the_one_before() {
    let mut r = begun();
    let fix = r.commit_file("main", "fix: leak", "src/b", "1\n");
    r.pick("release/1.8", fix, &format!("fix: leak\n\n(cherry picked from commit {fix})"));
    r.tag("v1.8.1", "release/1.8");
    r.commit_file("main", "feat: of nine", "src/c", "1\n");
    r.branch("release/1.9", "main");
    r.tag("v1.9.0", "release/1.9");
    r.commit_file("main", "feat: of ten", "src/d", "1\n");
    r.branch("release/1.10", "main");
    r.tag("v1.10.0", "release/1.10");
    let text = format!(
        "{BOTH}\n[channels.self-hosted.lines.\"1.8\"]\nkind = \"lts\"\n[channels.self-hosted.lines.\"1.10\"]\nkind = \"lts\"\n"
    );
    let since = ChangelogSpan::SinceLts("1.10".to_owned());
    assert_eq!(
        compared(&r, &text, "self-hosted", &since),
        ["== v1.10.0 since 1.8.1", "added: Of ten [1.10.0]", "added: Of nine [1.9.0]", "shipped-before: Leak [1.8.1]"]
    );
    let line = read(&r, &text, "self-hosted", &ChangelogSpan::Line("1.10".to_owned()));
    assert_eq!(line.since_lts, read(&r, &text, "self-hosted", &since).sections_of);
    let reader = ledger(&r, &text);
    let found = ChangelogReader::new(&reader).changelog("self-hosted", &ChangelogSpan::SinceLts("1.9".to_owned()));
    assert_eq!(found.unwrap_err().hints(), ["lines with long-term support: `1.10`, `1.8`"]);
}

/// A line with candidates on it: work, reverts, picks of what the older line has, releases of that line between.
fn with_candidates(steps: &[u8]) -> TestRepo {
    let mut r = begun();
    let mut done: Vec<CommitId> = Vec::new();
    for number in 0..3 {
        done.push(r.commit_file("main", &format!("feat: before {number}"), &format!("src/m{number}"), "1\n"));
    }
    r.branch("release/1.9", "main");
    r.tag("v1.9.0-rc.1", "release/1.9");
    let (mut candidate, mut patch) = (1, 0);
    for (number, step) in steps.iter().enumerate() {
        let path = format!("src/f{number}");
        match step % 6 {
            0 | 1 => done.push(r.commit_file("release/1.9", &format!("fix: work {number}"), &path, "1\n")),
            2 => {
                let target = done[usize::from(*step) % done.len()];
                r.commit("release/1.9", &format!("Revert \"x\"\n\nThis reverts commit {target}."));
            }
            3 => {
                candidate += 1;
                r.tag(&format!("v1.9.0-rc.{candidate}"), "release/1.9");
            }
            4 => {
                let fix = r.commit_file("main", &format!("fix: on both {number}"), &path, "2\n");
                for line in ["release/1.8", "release/1.9"] {
                    r.pick(line, fix, &format!("fix: on both {number}\n\n(cherry picked from commit {fix})"));
                }
            }
            _ => {
                patch += 1;
                r.tag(&format!("v1.8.{patch}"), "release/1.8");
            }
        }
    }
    r.tag("v1.9.0", "release/1.9");
    r
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn candidates_add_up_to_their_release(steps in prop::collection::vec(0u8..30, 0..16)) {
        let r = with_candidates(&steps);
        let ledger = ledger(&r, BOTH);
        let (opened, directory) = (r.open(), tempfile::tempdir().unwrap());
        let cache = Cache::below(directory.path());
        let reader = ChangelogReader::new(&ledger).with_contents(&opened, &cache, r.now().date_naive()).unwrap();
        let section = |name: &str| reader.changelog("self-hosted", &release(name)).unwrap().sections_of.remove(0);
        let whole = section("1.9.0");
        let mut steps: BTreeMap<CommitId, usize> = BTreeMap::new();
        let mut parts: Vec<_> = whole.release.candidates.iter().map(|version| section(version.as_str())).collect();
        // From the last candidate to the release nothing may change but what the range says.
        let last = whole.release.candidates.last().unwrap().to_string();
        let between = ChangelogSpan::Between { from: last, to: Some("1.9.0".to_owned()) };
        parts.extend(reader.changelog("self-hosted", &between).unwrap().sections_of);
        for part in &parts {
            let told = part.entries().flat_map(|(_, entry)| entry.commits.clone());
            let left = part.left_out.iter().flat_map(|item| item.commits.clone());
            told.chain(left).for_each(|commit| *steps.entry(commit).or_default() += 1);
        }
        let told = |commit: &CommitId| parts.iter().any(|part| part.entries().any(|(_, entry)| entry.commits.contains(commit)));
        let mut all: Vec<CommitId> = Vec::new();
        for (_, entry) in whole.entries() {
            for commit in &entry.commits {
                prop_assert!(told(commit), "what the release tells a candidate told");
                all.push(*commit);
            }
        }
        for item in &whole.left_out {
            let cancelled = matches!(item.why, LeftOutWhy::Reverted | LeftOutWhy::IntroducedAndFixed | LeftOutWhy::ShippedBefore);
            for commit in &item.commits {
                prop_assert!(cancelled || !told(commit), "{:?}", item);
                all.push(*commit);
            }
        }
        all.sort_unstable();
        prop_assert_eq!(all, steps.keys().copied().collect::<Vec<_>>(), "the same commits");
        prop_assert!(steps.values().all(|count| *count == 1), "each in one step");
    }
}
