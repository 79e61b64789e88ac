//! Changes as pull requests bring them.

use super::*;
use crate::config::Origin;
use crate::testing::TestRepo;

const POLICY: &str = r#"schema = 1
[channels.managed]
kind = "continuous"
tag = "d/{environment}/{date}.{seq}"
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
cut-from = "trunk"
gates = { notes = "required" }
[[changes.audience]]
paths = ["billing/**"]
channels = ["managed"]
[changes.internal]
paths = ["tests/**"]
[changes.ignore]
authors = ["*[bot]*"]
[surface]
configuration = ["config/default.toml"]
migrations = ["migrations/*.sql"]
"#;

const NOTE: &str = "+++\nkind = \"fixed\"\n+++\nJobs run once.\n";

/// What is said of everything that `change` commits on a branch off `main`.
fn told(policy: &str, change: impl FnOnce(&mut TestRepo)) -> (ChangeLint, Vec<String>) {
    let mut repo = TestRepo::new();
    let begin =
        [("config/default.toml", Some("lease = 5\n")), ("changes/old.md", Some(NOTE)), ("billing/a", Some("1"))];
    repo.commit_files("main", "begin", &begin);
    repo.branch("topic", "main");
    let base = repo.commit_file("main", "go on", "elsewhere", "1");
    change(&mut repo);
    let opened = repo.open();
    let config = Config::read(policy, Origin::Recognised).unwrap();
    let head = opened.resolve("topic").unwrap();
    let question = ChangeQuestion { repository: &opened, config: &config, base: ("main", base), head };
    let (change, findings, _) = lint_change(&question).unwrap();
    let shown = findings.iter().map(|it| format!("{} {}: {}", it.severity.as_str(), it.rule, it.message));
    (change, shown.collect())
}

#[test]
fn news_for_a_channel_whose_gates_ask_needs_a_note() {
    let (change, found) = told(POLICY, |repo| _ = repo.commit_file("topic", "fix: run jobs once", "src/a", "1"));
    assert_eq!((change.need, change.commits.len(), change.files), (NoteNeed::Required, 1, 1));
    let short = change.commits[0].commit.short();
    let why = format!("{short} is a fix, and the gates of `self-hosted` ask for a note");
    assert_eq!(change.why, why);
    assert_eq!(found, [format!("fail note-or-none: it has no change note: {why}")]);
    let (change, found) = told(POLICY, |repo| {
        repo.commit_files("topic", "fix: run jobs once", &[("src/a", Some("1")), ("changes/a.md", Some(NOTE))]);
    });
    assert_eq!(found, [""; 0]);
    let note = ChangedNote { path: "changes/a.md".into(), is_new: true, kind: Some(ChangeKind::Fixed) };
    assert_eq!(change.notes, [note]);
}

#[test]
fn what_is_no_news_needs_none_and_says_why() {
    let none = |why: &str, change: &dyn Fn(&mut TestRepo)| {
        let (told, found) = told(POLICY, change);
        assert_eq!((told.need, told.why.as_str(), found), (NoteNeed::None, why, Vec::new()));
    };
    none("none of its commits is news for anybody outside", &|repo| {
        _ = repo.commit_file("topic", "ci: faster", "a", "1")
    });
    none("none of its commits is news for anybody outside", &|repo| {
        repo.commit_file("topic", "fix: x\n\nChangelog: none", "a", "1");
    });
    none("all of its files are declared to be no news", &|repo| {
        _ = repo.commit_file("topic", "fix: x", "tests/a", "1")
    });
    none("it does not matter to `self-hosted`, whose gates ask for notes", &|repo| {
        repo.commit_file("topic", "fix: bill once", "billing/a", "2");
    });
    none("it touches nothing but notes", &|repo| _ = repo.commit_files("topic", "fix: x", &[("changes/old.md", None)]));
    none("there is nothing in it", &|_| ());
    none("none of its commits is news for anybody outside", &|repo| _ = repo.commit("topic", "ci: again"));
}

#[test]
fn without_a_gate_a_note_is_recommended() {
    let policy = POLICY.replace("gates = { notes = \"required\" }\n", "");
    let (change, found) = told(&policy, |repo| _ = repo.commit_file("topic", "feat: count", "src/a", "1"));
    assert_eq!(change.need, NoteNeed::Recommended);
    assert!(found[0].starts_with("warn note-or-none: it has no change note: "), "{found:?}");
    let off = format!("{policy}[check]\nrules = {{ note-or-none = \"off\" }}\n");
    let (_, found) = told(&off, |repo| _ = repo.commit_file("topic", "feat: count", "src/a", "1"));
    assert_eq!(found, [""; 0]);
}

#[test]
fn what_operators_see_change_is_held_against_the_notes() {
    let change = |note: &'static str| {
        move |repo: &mut TestRepo| {
            let files = [
                ("config/default.toml", Some("lease = 10\nlimit = 3\n")),
                ("migrations/0042_lease.sql", Some("alter table jobs add lease int;\n")),
                ("changes/a.md", Some(note)),
            ];
            repo.commit_files("topic", "chore: change defaults", &files);
        }
    };
    let (told_change, found) = told(POLICY, change(NOTE));
    assert_eq!(told_change.surface, [SurfaceKind::Configuration, SurfaceKind::Migrations]);
    assert_eq!(
        told_change.why,
        "it touches what operators see: configuration, migrations, and the gates of `self-hosted` ask for a note"
    );
    assert_eq!(
        found,
        [
            "fail note-complete: configuration keys change that no note speaks of: `limit`, `lease`",
            "fail note-complete: migrations are added that no note speaks of: `0042_lease`",
        ]
    );
    let whole = "+++\nkind = \"changed\"\n[[configuration]]\nkey = \"lease\"\nchange = \"default\"\nto = \"10\"\n\
                 [[configuration]]\nkey = \"limit\"\nchange = \"added\"\n[[migration]]\nid = \"0042\"\nphase = \"before\"\n\
                 rollback = \"safe\"\n+++\nThe lease is longer.\n";
    assert_eq!(told(POLICY, change(whole)).1, [""; 0]);
}

#[test]
fn a_commit_that_breaks_something_needs_words_for_it() {
    let (_, found) = told(POLICY, |repo| {
        repo.commit_files("topic", "feat!: name the jobs", &[("src/a", Some("1")), ("changes/a.md", Some(NOTE))]);
    });
    assert!(found[0].ends_with("breaks something, and no note says what"), "{found:?}");
}

#[test]
fn a_note_that_cannot_be_read_is_there_and_is_told_by_itself() {
    let (change, found) = told(POLICY, |repo| {
        repo.commit_files("topic", "fix: x", &[("src/a", Some("1")), ("changes/a.md", Some("no note\n"))]);
    });
    assert_eq!((change.notes[0].kind, found), (None, Vec::new()));
}

#[test]
fn a_clone_that_is_cut_says_so() {
    let mut repo = TestRepo::new();
    repo.commit("main", "begin");
    repo.branch("topic", "main");
    repo.commit("topic", "fix: x");
    repo.commit("main", "go on");
    let copy = tempfile::tempdir().unwrap();
    let url = format!("file://{}", repo.path().display());
    let arguments = ["clone", "--quiet", "--depth=1", "--no-single-branch", url.as_str(), "copy"];
    crate::testing::git(copy.path(), &arguments);
    let clone = Repository::discover(&copy.path().join("copy")).unwrap();
    let base = clone.resolve("origin/main").unwrap();
    let head = clone.resolve("origin/topic").unwrap();
    let config = Config::read(POLICY, Origin::Recognised).unwrap();
    let question = ChangeQuestion { repository: &clone, config: &config, base: ("origin/main", base), head };
    let error = lint_change(&question).unwrap_err();
    assert_eq!(error.to_string(), format!("this clone is cut off before {} and {} meet", base.short(), head.short()));
}
