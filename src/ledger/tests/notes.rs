//! Change notes at commits and in the work tree, and the decisions in them.

use super::*;
use crate::domain::ChannelName;
use crate::ledger::{NoteBook, NoteOfChange, Notes, decisions, is_note, notes_at, notes_of_trunk};

const NOTE: &str = "+++\nkind = \"fixed\"\n+++\nJobs run once.\n";
const DECISION: &str = "+++\n[[decision]]\ncommit = \"aaaaaaa\"\norigin = \"bbbbbbb\"\n+++\n";

fn paths(notes: &Notes) -> Vec<&str> {
    notes.notes.iter().map(|file| file.path.as_str()).collect()
}

fn config(text: &str, origin: Origin) -> Config {
    Config::read(&format!("schema = 1\n{MANAGED}tag = \"d/{{environment}}/{{date}}.{{seq}}\"\n{text}"), origin).unwrap()
}

#[test]
fn finds_the_notes_of_a_commit_and_passes_over_the_rest() {
    let mut repo = TestRepo::new();
    let files = [
        ("changes/b.md", Some(NOTE)),
        ("changes/old/a.md", Some(NOTE)),
        ("changes/README.md", Some("How to write one.")),
        ("changes/wrong.md", Some("+++\nkind = \"fixt\"\n+++\nx\n")),
        ("changes/c.txt", Some("x")),
        ("changesets/d.md", Some(NOTE)),
        ("src/changes/e.md", Some(NOTE)),
    ];
    let commit = repo.commit_files("main", "notes", &files);
    let later = repo.commit_files("main", "released", &[("changes/b.md", None)]);
    let opened = repo.open();
    let reader = opened.reader().unwrap();
    let config = config("", Origin::Recognised);
    let channels: Vec<ChannelName> = config.channels.keys().cloned().collect();
    let notes = notes_at(&reader, &config.changes, commit, Some(&channels)).unwrap();
    assert_eq!(paths(&notes), ["changes/b.md", "changes/old/a.md"]);
    assert_eq!(notes.note("changes/b.md").unwrap().note.text.summary, "Jobs run once.");
    let [error] = notes.invalid.as_slice() else { panic!("{:?}", notes.invalid) };
    assert_eq!(error.location, format!("{}:changes/wrong.md", commit.short()));
    assert_eq!(paths(&notes_at(&reader, &config.changes, later, None).unwrap()), ["changes/old/a.md"]);
}

#[test]
fn a_directory_of_its_own_may_lie_deep() {
    let mut repo = TestRepo::new();
    let commit = repo.commit_files("main", "notes", &[("docs/next/a.md", Some(NOTE)), ("docs/b.md", Some(NOTE))]);
    let config = config("[changes]\ndirectory = \"docs/next\"\n", Origin::Recognised);
    let opened = repo.open();
    let notes = notes_at(&opened.reader().unwrap(), &config.changes, commit, None).unwrap();
    assert_eq!(paths(&notes), ["docs/next/a.md"]);
    assert!(!is_note(&config.changes, "docs/next/.md") && !is_note(&config.changes, "docs/nextx/a.md"));
}

#[test]
fn decisions_come_from_where_policy_comes_from() {
    let mut repo = TestRepo::new();
    let trunk = repo.commit_file("main", "notes", "changes/decisions.md", DECISION);
    repo.checkout("main");
    repo.write("changes/decisions.md", &DECISION.replace("bbbbbbb", "ccccccc"));
    let opened = repo.open();
    let text = "[[changes.decision]]\ncommit = \"ddddddd\"\nline-only = true\nbecause = \"x\"\n";
    let of = |origin: Origin| {
        let config = config(text, origin);
        let notes = notes_of_trunk(&opened, &config, trunk).unwrap();
        let decided = decisions(&config, &notes);
        decided.into_iter().map(|it| format!("{} {}", it.place, it.decision.commit)).collect::<Vec<_>>()
    };
    let in_work_tree = of(Origin::WorkTree { path: "release.toml".into() });
    assert_eq!(in_work_tree, ["release.toml:5 ddddddd", "changes/decisions.md:2 aaaaaaa"]);
    let of_trunk = of(Origin::Given { path: "x.toml".into() });
    assert_eq!(of_trunk, ["x.toml:5 ddddddd".to_owned(), format!("{}:changes/decisions.md:2 aaaaaaa", trunk.short())]);
}

const TAG: &str = "tag = \"d/{environment}/{date}.{seq}\"\n";
const FRAGMENT: &str = "Jobs run once.\n";

#[test]
fn notes_of_other_tools_are_recognised_and_read_with_our_own() {
    let mut repo = TestRepo::new();
    let files = [
        ("changes/a.md", Some(NOTE)),
        ("releasenotes/notes/lease-0123456789abcdef.yaml", Some("fixes:\n  - Jobs run once.\n")),
        ("pyproject.toml", Some("[tool.towncrier]\ndirectory = \"news\"\n")),
        ("news/12.bugfix.rst", Some(FRAGMENT)),
        ("news/README.rst", Some("How to write one.")),
        ("newsfragments/13.bugfix.rst", Some(FRAGMENT)),
        (".chloggen/config.yaml", Some("default_change_logs: [user]\n")),
        (".chloggen/lease.yaml", Some("change_type: bug_fix\ncomponent: x\nnote: Jobs run once.\nissues: [1]\n")),
        (".chloggen/wrong.yaml", Some("change_type: bug_fix\n")),
    ];
    let trunk = repo.commit_files("main", "notes", &files);
    let ledger = read(&repo, &[MANAGED, TAG]);
    let opened = repo.open();
    let notes = notes_of_trunk(&opened, &ledger.config, trunk).unwrap();
    let expected = [
        ".chloggen/lease.yaml",
        "changes/a.md",
        "news/12.bugfix.rst",
        "releasenotes/notes/lease-0123456789abcdef.yaml",
    ];
    assert_eq!(paths(&notes), expected);
    assert!(notes.notes.iter().all(|file| file.note.text.summary == "Jobs run once."));
    assert_eq!(notes.invalid.len(), 1);
    assert!(notes.invalid[0].location.ends_with(".chloggen/wrong.yaml"));
}

#[test]
fn a_declared_format_is_the_only_one_beside_our_own() {
    let mut repo = TestRepo::new();
    let files = [
        ("changes/a.md", Some(NOTE)),
        ("changes/12.bugfix.md", Some(FRAGMENT)),
        (".chloggen/x.yaml", Some("change_type: bug_fix\ncomponent: x\nnote: Jobs run once.\nissues: [1]\n")),
    ];
    let trunk = repo.commit_files("main", "notes", &files);
    let opened = repo.open();
    let of = |changes: &str| {
        let ledger = read(&repo, &[MANAGED, TAG, "[changes]\n", changes]);
        let notes = notes_of_trunk(&opened, &ledger.config, trunk).unwrap();
        (paths(&notes).join(" "), notes.invalid.len())
    };
    // The same directory may hold both: the names tell them apart.
    assert_eq!(
        of("format = \"towncrier\"\ndirectory = \"changes\"\n"),
        ("changes/12.bugfix.md changes/a.md".to_owned(), 0)
    );
    assert_eq!(of("format = \"twintrack\"\n"), ("changes/a.md".to_owned(), 1));
    assert_eq!(of("format = \"chloggen\"\n"), (".chloggen/x.yaml changes/a.md".to_owned(), 1));
}

#[test]
fn the_note_of_a_change_outlives_its_file_and_is_told_as_corrected() {
    let mut repo = TestRepo::new();
    let added = repo.commit_files("main", "fix", &[("changes/a.md", Some(NOTE)), ("changes/b.md", Some(NOTE))]);
    repo.commit_file("main", "correct", "changes/a.md", &NOTE.replace("once", "one at a time"));
    repo.commit_file("main", "spoil", "changes/c.md", "no note\n");
    let trunk = repo.commit_files("main", "released", &[("changes/b.md", None)]);
    let ledger = read(&repo, &[MANAGED, TAG]);
    let opened = repo.open();
    let book = NoteBook::open(&opened, &ledger.config, trunk).unwrap();
    let text = |found: NoteOfChange| match found {
        NoteOfChange::Sound(file) => file.note.text.summary,
        NoteOfChange::Invalid(error) => error.to_string(),
        NoteOfChange::Absent => "absent".to_owned(),
    };
    assert_eq!(text(book.of_change("changes/a.md", added).unwrap()), "Jobs run one at a time.");
    assert_eq!(text(book.at("changes/a.md", added).unwrap()), "Jobs run once.");
    assert_eq!(text(book.of_change("changes/b.md", added).unwrap()), "Jobs run once.");
    assert!(text(book.of_change("changes/c.md", added).unwrap()).contains("is invalid"));
    assert_eq!(text(book.of_change("changes/d.md", added).unwrap()), "absent");
}
