//! Upgrade notes of small real repositories.

use super::{LostChange, Upgrade, UpgradeError, UpgradeReader, UpgradeRequest, UpgradeSources};
use crate::cache::Cache;
use crate::domain::ActionTime;
use crate::reports::changelog::tests::ledger;
use crate::reports::known_notes::KnownNotes;
use crate::reports::{IdentitySources, LedgerIdentities, SectionName};
use crate::testing::TestRepo;

const POLICY: &str = r#"
schema = 1
[project]
trunk = "main"
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
upgrade-step = "any"
[channels.self-hosted.installations.helm]
upgrade = "helm upgrade acme --version {version}"
[channels.self-hosted.lines."1.1"]
required-stop = [
  { from = "1.1.1", reason = "converts the queue" },
  { from = "1.1.0", if-from-before = "1.0.0" },
]
requires = { postgresql = ">= 15" }
[channels.self-hosted.lines."1.2"]
requires = { postgresql = ">= 14" }
[surface]
configuration = ["app.toml"]
migrations = ["db/*.sql"]
"#;

/// What is told of an upgrade, or why it is not.
fn upgrade(repository: &TestRepo, policy: &str, request: &UpgradeRequest) -> Result<Upgrade, UpgradeError> {
    let ledger = ledger(repository, policy);
    let opened = repository.open();
    let directory = tempfile::tempdir().unwrap();
    let cache = Cache::below(directory.path());
    let sources = IdentitySources { repository: &opened, cache: &cache, threads: 1, progress: &|_| () };
    let identities = LedgerIdentities::read(&ledger, &sources).unwrap();
    let notes = KnownNotes::read(&ledger, &identities, &opened).unwrap();
    let sources = UpgradeSources {
        ledger: &ledger,
        identities: &identities,
        notes: &notes,
        repository: &opened,
        cache: &cache,
        now: repository.now(),
    };
    UpgradeReader::open(sources)?.upgrade(request)
}

fn request(from: &str, to: &str) -> UpgradeRequest {
    UpgradeRequest { from: from.to_owned(), to: to.to_owned(), ..UpgradeRequest::default() }
}

fn told(repository: &TestRepo, from: &str, to: &str) -> Upgrade {
    upgrade(repository, POLICY, &request(from, to)).unwrap()
}

fn way(report: &Upgrade) -> Vec<String> {
    report.hops.iter().map(|hop| hop.to.to_string()).collect()
}

/// Items of a section of the only hop, or of the whole way; what is said where it has none.
fn items(report: &Upgrade, name: SectionName) -> Vec<String> {
    let of_hops = report.hops.iter().flat_map(|hop| &hop.sections);
    let sections = report.sections.iter().chain(of_hops).filter(|section| section.section == name);
    let mut lines = Vec::new();
    for section in sections {
        lines.extend(section.nothing.clone());
        for item in &section.items {
            let words = [item.mark.as_deref(), item.code.as_deref(), Some(item.text.as_str())];
            let words: Vec<&str> = words.into_iter().flatten().filter(|word| !word.is_empty()).collect();
            lines.push(words.join(" "));
        }
    }
    lines
}

fn note(front: &str, text: &str) -> String {
    format!("+++\n{front}\n+++\n{text}\n")
}

const ACTION: &str = r#"kind = "changed"
[operator]
action = "required"
when = "before"
downtime = "none"
rollback = "safe"
verify = "The queue is empty."
[[configuration]]
key = "queue.size"
change = "renamed"
to = "queue.capacity"
restart = true
[[migration]]
id = "0002"
phase = "background"
rollback = "needs-restore"
[[known-issue]]
about = "The first start takes minutes."
found-in = "1.1.0"
fixed-in = "1.1.1"
"#;

/// Three lines. 1.0.1 has a fix by pick and one that only its line has; 1.1.0 lacks the pick, 1.1.1 has it.
fn three_lines() -> TestRepo {
    let mut r = TestRepo::new();
    r.commit_files(
        "main",
        "feat: begin",
        &[
            ("app.toml", Some("[queue]\nsize = 5\n")),
            ("db/0001_jobs.sql", Some("CREATE TABLE jobs;\n")),
            ("code", Some("1\n2\n3\n4\n5\n6\n")),
        ],
    );
    r.branch("release/1.0", "main");
    r.tag("v1.0.0", "release/1.0");
    r.commit_files(
        "main",
        "feat!: a queue of its own",
        &[
            ("app.toml", Some("[queue]\ncapacity = 9\n")),
            ("db/0002_queue.sql", Some("ALTER TABLE jobs;\n")),
            ("changes/queue.md", Some(&note(ACTION, "The queue has room.\n\n## Operators\nEmpty the queue.\n"))),
        ],
    );
    r.branch("release/1.1", "main");
    r.commit("release/1.1", "chore: prepare 1.1");
    let fix = r.commit_file("main", "fix: count no job twice", "code", "1\n2\n3\nfour\nfive\n6\n");
    r.pick("release/1.0", fix, "fix: count no job twice");
    r.commit_file("release/1.0", "fix: mend the old scheduler", "code", "one\n2\n3\nfour\nfive\n6\n");
    r.tag("v1.0.1", "release/1.0");
    r.tag("v1.1.0", "release/1.1");
    r.pick("release/1.1", fix, "fix: count no job twice");
    r.tag("v1.1.1", "release/1.1");
    r.commit("main", "feat(api)!: name the jobs\n\nBREAKING CHANGE: jobs have names now");
    r.branch("release/1.2", "main");
    r.tag("v1.2.0", "release/1.2");
    r
}

#[test]
fn what_a_note_says_of_a_hop_stands_where_it_belongs() {
    let report = told(&three_lines(), "1.0.1", "1.1.1");
    assert_eq!(way(&report), ["1.1.1"]);
    let hop = &report.hops[0];
    assert!(hop.required_stop);
    assert_eq!(hop.reason.as_deref(), Some("converts the queue"));
    let action = &hop.actions[0];
    assert_eq!((action.when, action.text.as_str()), (ActionTime::Before, "The queue has room."));
    assert_eq!(action.instructions.as_deref(), Some("Empty the queue."));
    assert_eq!(action.since.as_ref().map(ToString::to_string).as_deref(), Some("1.1.0"));
    assert_eq!(hop.actions.len(), 1, "the commit of the note is told once");
    assert_eq!(items(&report, SectionName::Configuration), ["renamed queue.size is now queue.capacity = 9, was 5"]);
    assert_eq!(items(&report, SectionName::Migrations), ["added 0002_queue only a backup leads back over it"]);
    assert_eq!(items(&report, SectionName::KnownIssues), ["No change note tells of known issues."]);
    assert_eq!(
        items(&told(&three_lines(), "1.0.1", "1.1.0"), SectionName::KnownIssues),
        ["open The first start takes minutes."]
    );
    assert_eq!(items(&report, SectionName::Steps), ["helm"]);
    assert_eq!(items(&report, SectionName::Errata), ["No corrections were made after publication."]);
    assert_eq!(report.rollback_floor.as_ref().map(ToString::to_string).as_deref(), Some("1.1.0"));
}

#[test]
fn the_way_leads_through_stops_and_waits_for_migrations() {
    let report = told(&three_lines(), "1.0.0", "1.2.0");
    assert_eq!(way(&report), ["1.1.1", "1.2.0"]);
    let applies: Vec<bool> = report.stops.iter().map(|stop| stop.applies).collect();
    assert_eq!(applies, [false, true]);
    let second: Vec<&str> = report.hops[1].actions.iter().map(|action| action.text.as_str()).collect();
    assert_eq!(second, ["Wait until the migration 0002 of 1.1.1 has finished in the background", "Name the jobs"]);
    assert_eq!(report.hops[1].actions[1].breaking.as_deref(), Some("Jobs have names now"));
    assert_eq!(items(&report, SectionName::Requirements), ["postgresql at least 15"]);
}

#[test]
fn what_breaks_is_not_told_in_the_words_of_the_title_again() {
    let breaks = |breaking: &str| {
        let mut r = TestRepo::new();
        r.commit("main", "feat: begin");
        r.branch("release/1.0", "main");
        r.tag("v1.0.0", "release/1.0");
        let note = note(&format!("kind = \"changed\"\nbreaking = {breaking:?}"), "Jobs have\nnames.");
        r.commit_file("main", "feat: name them", "changes/names.md", &note);
        r.branch("release/1.1", "main");
        r.tag("v1.1.0", "release/1.1");
        let mut report = told(&r, "1.0.0", "1.1.0");
        let hop = report.hops.remove(0);
        let section = hop.sections.into_iter().find(|section| section.section == SectionName::Breaking).unwrap();
        (hop.actions[0].breaks().map(str::to_owned), section.items[0].details.clone())
    };
    let owned = |text: &str| Some(text.to_owned());
    assert_eq!(breaks("Jobs have names."), (None, vec![]));
    assert_eq!(breaks("Jobs have\nnames.\n\nNumbers are gone."), (owned("Numbers are gone."), vec![]));
    let more = "Jobs have names. Numbers are gone.";
    assert_eq!(breaks(more), (owned(more), vec![more.to_owned()]));
}

#[test]
fn what_is_lost_is_what_trunk_has_and_the_goal_lacks() {
    let r = three_lines();
    let subjects = |changes: &[LostChange]| changes.iter().map(|it| it.subject.clone()).collect::<Vec<String>>();
    let report = told(&r, "1.0.1", "1.1.0");
    assert_eq!(subjects(&report.lost), ["Count no job twice"]);
    assert_eq!(subjects(&report.line_only), ["Mend the old scheduler"]);
    assert_eq!(report.lost[0].fixed_in.as_ref().map(ToString::to_string).as_deref(), Some("1.1.1"));
    assert!(told(&r, "1.0.1", "1.1.1").lost.is_empty());
}

#[test]
fn a_security_fix_that_trunk_never_got_is_lost() {
    let mut r = three_lines();
    r.commit_file("release/1.0", "fix: check tokens (CVE-2025-1)", "code", "one\ntwo\n3\nfour\nfive\n6\n");
    r.tag("v1.0.2", "release/1.0");
    let report = told(&r, "1.0.2", "1.1.1");
    assert_eq!((report.lost.len(), report.lost[0].origin), (1, None));
}

#[test]
fn a_word_of_somebody_settles_what_is_no_loss() {
    let r = three_lines();
    let decided = format!(
        "{POLICY}[[changes.decision]]\ncommit = \"{}\"\nnot-needed = [\"1.1\"]\nbecause = \"new code\"\n",
        r.git(&["log", "--format=%H", "--grep=no job twice", "main"]),
    );
    let report = upgrade(&r, &decided, &request("1.0.1", "1.1.0")).unwrap();
    assert!(report.lost.is_empty(), "{:?}", report.lost);
}

#[test]
fn a_line_is_advised_by_what_it_loses() {
    let mut r = three_lines();
    let advice = |r: &TestRepo| upgrade(r, POLICY, &request("1.0.1", "1.1")).unwrap().advice.unwrap();
    let told = advice(&r);
    assert_eq!((told.version.as_str(), told.loses_nothing, told.considered.len()), ("1.1.1", true, 2));
    r.tag("retracted/v1.1.1", "v1.1.1");
    let told = advice(&r);
    assert_eq!((told.version.as_str(), told.loses_nothing, told.considered.len()), ("1.1.0", false, 1));
}

#[test]
fn says_why_there_is_no_upgrade() {
    let mut r = three_lines();
    r.tag("v1.1.2", "release/1.1");
    r.tag("retracted/v1.1.2", "v1.1.2");
    for (from, to, expected) in [
        ("1.1.0", "1.0.1", "1.1.0 comes after 1.0.1: this is the way back"),
        ("1.0.0", "1.1.2", "1.1.2 was retracted: nobody should install it"),
        ("1.0.0", "1.3", "`1.3` is no release of channel `self-hosted`"),
        ("1.0", "1.1.0", "`1.0` is a line, and an upgrade begins at a version"),
        ("0.9.0", "1.1.0", "`0.9.0` is no release"),
        ("1.1.0", "1.0", "every release of line `1.0` comes before 1.1.0"),
    ] {
        let error = upgrade(&r, POLICY, &request(from, to)).err().unwrap();
        assert_eq!(error.to_string(), expected);
        assert!(!error.hints().is_empty(), "{error}");
    }
    r.tag("retracted/v1.1.1", "v1.1.1");
    let error = upgrade(&r, POLICY, &request("1.0.0", "1.2.0")).err().unwrap();
    assert_eq!(
        error.to_string(),
        "there is no way from 1.0.0 to 1.2.0: one has to stop at 1.1.1 or a later version of line `1.1`, and none can be installed"
    );
    assert!(told(&r, "1.1.2", "1.2.0").notices.iter().any(|notice| notice == "1.1.2 was retracted: leave it soon"));
    assert!(told(&r, "1.2.0", "1.2.0").hops.is_empty());
    let unknown = UpgradeRequest { installation: Some("hel".into()), ..request("1.0.0", "1.0.1") };
    let error = upgrade(&r, POLICY, &unknown).err().unwrap();
    assert_eq!(error.hints(), ["did you mean `helm`?", "known are `helm`"]);
}

#[test]
fn a_weakness_stays_vague_until_its_day() {
    let mut r = three_lines();
    let day = (r.now() + chrono::Days::new(9)).date_naive();
    let front = format!(
        "kind = \"security\"\nrefs = [\"#7\"]\n[security]\nseverity = \"high\"\nids = [\"CVE-2026-1\"]\ndisclose-on = {day}"
    );
    r.commit_file(
        "release/1.2",
        "fix: a secret\n\nCVE-2026-1",
        "changes/secret.md",
        &note(&front, "Anybody could log in."),
    );
    r.tag("v1.2.1", "release/1.2");
    let report = told(&r, "1.2.0", "1.2.1");
    assert_eq!(items(&report, SectionName::Security), [format!("A security fix. Details follow on {day}.")]);
    let shown = serde_json::to_string(&report).unwrap();
    assert!(!shown.contains("CVE-2026-1") && !shown.contains("log in") && !shown.contains("a secret"), "{shown}");
    r.pass_days(10);
    assert_eq!(items(&told(&r, "1.2.0", "1.2.1"), SectionName::Security), ["high Anybody could log in."]);
}

#[test]
fn a_note_that_was_deleted_after_the_release_is_told_and_told_once() {
    let mut r = three_lines();
    r.commit_files("main", "chore: drop notes", &[("changes/queue.md", None)]);
    assert_eq!(told(&r, "1.0.1", "1.1.1").hops[0].actions.len(), 1);
    assert!(told(&r, "1.1.0", "1.1.1").hops[0].actions.is_empty());
}

#[test]
fn without_a_network_every_hop_is_carried() {
    let r = three_lines();
    let request = UpgradeRequest { air_gapped: true, ..request("1.0.0", "1.2.0") };
    let report = upgrade(&r, POLICY, &request).unwrap();
    assert_eq!(items(&report, SectionName::AirGapped).len(), 2);
    assert!(told(&r, "1.0.0", "1.2.0").hops[0].sections.iter().all(|s| s.section != SectionName::AirGapped));
}
