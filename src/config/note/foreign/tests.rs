//! Files as the documentation of each tool has them.

use indexmap::IndexMap;

use super::format::Surroundings;
use super::*;
use crate::config::defaults;
use crate::config::{Note, NoteError};
use crate::domain::Action;
use crate::domain::{ChangeKind, ChannelName};

fn read(notes: &ForeignNotes, path: &str, text: &str) -> Result<Note, NoteError> {
    let channels = ["managed", "self-hosted"].map(|name| ChannelName::new(name).unwrap());
    let kinds = defaults::kinds();
    assert!(notes.fits(path), "{path}");
    notes.read(path, text, &Surroundings { location: path, kinds: &kinds, channels: Some(&channels) })
}

fn findings(found: Result<Note, NoteError>) -> Vec<String> {
    found.unwrap_err().findings.iter().map(ToString::to_string).collect()
}

const RENO: &str = "---
prelude: >
    Replace this text with content to appear at the top of the section for this
    release.
features:
  - |
    Adds ``scheduler.lease``. See `the guide
    <https://docs.test/lease>`_.
  - Another feature.
issues:
  - The first start takes minutes.
upgrade:
  - |
    Set ``scheduler.lease`` before upgrading.
deprecations:
  - The key ``scheduler.poll`` is deprecated.
security:
  - Tokens are no longer logged (CVE-2023-2088).
fixes: Jobs no longer run twice.
";

#[test]
fn a_note_of_reno_is_read_section_by_section() {
    let reno = ForeignNotes::Reno(RenoNotes::default());
    let note = read(&reno, "releasenotes/notes/lease-0123456789abcdef.yaml", RENO).unwrap();
    assert_eq!((note.kind, note.refs.as_slice()), (ChangeKind::Security, &["CVE-2023-2088".to_owned()][..]));
    assert_eq!(
        note.text.summary,
        "Replace this text with content to appear at the top of the section for this release.\n\n\
         - Tokens are no longer logged (CVE-2023-2088).\n\
         - Adds ``scheduler.lease``. See [the guide](https://docs.test/lease).\n\
         - Another feature.\n\
         - Jobs no longer run twice.\n\
         - The key ``scheduler.poll`` is deprecated."
    );
    assert_eq!(note.text.operators(), Some("Set ``scheduler.lease`` before upgrading."));
    let operator = note.operator.unwrap();
    assert_eq!((operator.action, operator.rollback), (Action::Recommended, None));
    assert_eq!(note.known_issues[0].about, "The first start takes minutes.");
    assert_eq!(note.deprecations[0].what, "The key ``scheduler.poll`` is deprecated.");
}

#[test]
fn a_note_of_reno_that_only_speaks_of_upgrading_says_it_as_its_text_too() {
    let reno = ForeignNotes::Reno(RenoNotes::default());
    let note = read(&reno, "releasenotes/notes/a-0123456789abcdef.yaml", "upgrade:\n  - Set it.\nother: []\n").unwrap();
    assert_eq!((note.kind, note.text.summary.as_str()), (ChangeKind::Changed, "Set it."));
}

#[test]
fn what_is_wrong_with_a_note_of_reno_is_said_with_its_line() {
    let reno = ForeignNotes::Reno(RenoNotes::default());
    let path = "releasenotes/notes/a-0123456789abcdef.yaml";
    assert_eq!(
        findings(read(&reno, path, "---\nfixes:\n  - a: b\nfeature:\n  - x\n")),
        [
            format!("{path}:2:1: `fixes`: an item is no text: quote what has a colon in it, or write it below `- |`"),
            format!("{path}:4:1: `feature`: unknown key"),
        ]
    );
    let error = read(&reno, path, "feature: [x]\nfixes: [Jobs run.]\n").unwrap_err();
    assert_eq!(error.hints(), ["did you mean `features` instead of `feature`?"]);
    assert_eq!(error.as_far.unwrap().text.summary, "Jobs run.");
    assert_eq!(findings(read(&reno, path, "---\n")), [format!("{path}:1:1: nothing is written for people to read")]);
    let broken = findings(read(&reno, path, "fixes:\n  - \"open\n"));
    assert!(broken[0].starts_with(&format!("{path}:")) && broken[0].contains("not valid"), "{broken:?}");
}

#[test]
fn sections_and_places_of_reno_are_those_of_the_project() {
    let settings = "notesdir: changes\nsections:\n  - [features, New Features]\n  - [theory, Theory, 2]\n";
    let reno = ForeignNotes::Reno(RenoNotes::configured(Some(settings)));
    let note = read(&reno, "releasenotes/changes/a-0123456789abcdef.yaml", "theory: [All is number.]\n").unwrap();
    assert_eq!(note.text.summary, "All is number.");
    assert!(!reno.fits("releasenotes/notes/a-0123456789abcdef.yaml") && !reno.fits("releasenotes/changes/a.txt"));
}

#[test]
fn names_of_fragments_say_what_they_are_about() {
    let notes = ForeignNotes::Towncrier(TowncrierNotes::default());
    for (name, kind, refs) in [
        ("123.feature", ChangeKind::Added, vec!["#123"]),
        ("0123.feature.rst", ChangeKind::Added, vec!["#123"]),
        ("123.bugfix.1.rst", ChangeKind::Fixed, vec!["#123"]),
        ("gh-7.removal.md", ChangeKind::Removed, vec!["gh-7"]),
        ("baz.1.2.bugfix.3.rst", ChangeKind::Fixed, vec!["baz.1.2"]),
        ("+orphan.bugfix", ChangeKind::Fixed, vec![]),
        ("+.misc.rst", ChangeKind::Internal, vec![]),
        ("certifi.doc.rst", ChangeKind::Internal, vec![]),
    ] {
        let note = read(&notes, &format!("newsfragments/{name}"), "Jobs run once.\n").unwrap();
        assert_eq!((note.kind, note.refs.iter().map(String::as_str).collect()), (kind, refs), "{name}");
        assert_eq!(note.text.summary, "Jobs run once.");
    }
    for name in ["README.rst", ".gitignore", "123.unknown.rst", "feature", ".feature.rst", "deep/1.feature"] {
        assert!(!notes.fits(&format!("newsfragments/{name}")), "{name}");
    }
    assert!(read(&notes, "newsfragments/1.misc", "").unwrap().text.is_empty());
    let empty = findings(read(&notes, "newsfragments/1.feature", " \n"));
    assert_eq!(empty, ["newsfragments/1.feature:1:1: nothing is written for people to read"]);
}

#[test]
fn fragments_in_markdown_stay_as_they_are() {
    let notes = ForeignNotes::Towncrier(TowncrierNotes::default());
    let text = "See [the guide](https://docs.test) and `:role:`.\n";
    assert_eq!(read(&notes, "newsfragments/1.feature.md", text).unwrap().text.summary, text.trim());
    let text = "See :ref:`the guide <guide>`.\n";
    assert_eq!(read(&notes, "newsfragments/1.feature.rst", text).unwrap().text.summary, "See `the guide`.");
}

#[test]
fn towncrier_is_configured_as_its_documentation_has_it() {
    let pyproject = r#"
[project]
name = "acme"
[tool.towncrier]
package = "acme.core"
package_dir = "src"
template = "src/acme/core/newsfragments/_template.rst"
[[tool.towncrier.section]]
name = ""
path = ""
[[tool.towncrier.section]]
name = "Web"
path = "web"
[[tool.towncrier.type]]
directory = "deprecation"
name = "Deprecations"
showcontent = true
[[tool.towncrier.type]]
directory = "chore"
name = "Chores"
showcontent = false
"#;
    let notes = ForeignNotes::Towncrier(TowncrierNotes::configured(pyproject).unwrap());
    let directories: Vec<&str> = notes.directories().collect();
    assert_eq!(directories, ["src/acme/core/newsfragments", "src/acme/core/web/newsfragments"]);
    let note = read(&notes, "src/acme/core/web/newsfragments/9.deprecation.rst", "The old page goes.").unwrap();
    assert_eq!((note.kind, note.scope.as_deref()), (ChangeKind::Deprecated, Some("Web")));
    assert!(!notes.fits("src/acme/core/newsfragments/1.feature.rst"));
    assert!(!notes.fits("src/acme/core/newsfragments/_template.rst"));

    let table = "[tool.towncrier]\ndirectory = \"./news/\"\n[tool.towncrier.fragment.breaking]\n[tool.towncrier.fragment.fix]\nname = \"Fixes\"\n";
    let notes = ForeignNotes::Towncrier(TowncrierNotes::configured(table).unwrap());
    let note = read(&notes, "news/4.breaking.md", "The flag is gone.\n").unwrap();
    assert_eq!((note.kind, note.breaking.as_deref()), (ChangeKind::Changed, Some("The flag is gone.")));
    assert_eq!(read(&notes, "news/4.fix.md", "x").unwrap().kind, ChangeKind::Fixed);
    assert_eq!(TowncrierNotes::configured("[tool.black]\n"), None);
}

const CHLOGGEN: &str = "\
# One of 'breaking', 'deprecation', 'new_component', 'enhancement', 'bug_fix'
change_type: breaking

component: receiver/otlp

note: \"`lease` is ten seconds by default\"

# One or more tracking issues or pull requests related to the change
issues: [4312, 17]

subtext: |
  Set it back where that is too long.

change_logs: [user, api]
";

#[test]
fn an_entry_of_chloggen_is_read_with_all_its_keys() {
    let notes = ForeignNotes::Chloggen(ChloggenNotes::default());
    let note = read(&notes, ".chloggen/lease.yaml", CHLOGGEN).unwrap();
    assert_eq!((note.kind, note.scope.as_deref()), (ChangeKind::Changed, Some("receiver/otlp")));
    assert_eq!(note.refs, ["#4312", "#17"]);
    assert_eq!(note.breaking.as_deref(), Some("`lease` is ten seconds by default"));
    assert_eq!(note.text.summary, "`lease` is ten seconds by default\n\nSet it back where that is too long.");
    assert_eq!(note.channels, None);
    let kind = |word: &str| {
        let text = CHLOGGEN.replace("change_type: breaking", &format!("change_type: {word}"));
        read(&notes, ".chloggen/lease.yaml", &text).unwrap().kind
    };
    let kinds = ["bug_fix", "enhancement", "new_component", "deprecation"].map(kind);
    assert_eq!(kinds, [ChangeKind::Fixed, ChangeKind::Changed, ChangeKind::Added, ChangeKind::Deprecated]);
}

#[test]
fn the_logs_of_an_entry_say_whom_it_is_for() {
    let notes = ForeignNotes::Chloggen(ChloggenNotes::default());
    for (logs, channels) in [("[api]", Some(vec![])), ("[]", None), ("[self-hosted, api]", Some(vec!["self-hosted"]))] {
        let text = CHLOGGEN.replace("[user, api]", logs);
        let note = read(&notes, ".chloggen/lease.yaml", &text).unwrap();
        let found = note.channels.as_ref().map(|names| names.iter().map(ChannelName::as_str).collect::<Vec<_>>());
        assert_eq!(found, channels, "{logs}");
    }
}

#[test]
fn what_an_entry_of_chloggen_lacks_is_said() {
    let settings = "entries_dir: ./log/entries\ntemplate_yaml: log/entries/NEW.yaml\n";
    let notes = ForeignNotes::Chloggen(ChloggenNotes::configured(Some(settings)));
    assert!(!notes.fits("log/entries/NEW.yaml") && !notes.fits("log/entries/summary.tmpl"));
    assert_eq!(
        findings(read(
            &notes,
            "log/entries/a.yaml",
            "# template\nchange_type: bugfix\ncomponent:\nnote: x\nissues: []\n"
        )),
        [
            "log/entries/a.yaml:2:1: `change_type`: `bugfix` is none of `breaking`, `deprecation`, `new_component`, `enhancement`, `bug_fix`",
            "log/entries/a.yaml:3:1: `component`: missing",
            "log/entries/a.yaml:5:1: `issues`: missing",
        ]
    );
    let wrong = findings(read(&notes, "log/entries/a.yaml", "note: x\nissues: [abc]\n"));
    assert!(wrong[0].starts_with("log/entries/a.yaml:2:"), "{wrong:?}");
    assert_eq!(findings(read(&notes, "log/entries/a.yaml", "")).len(), 4);
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_reader_panic(text in "[a-z:\\[\\]{}&*#\\-|>\"'% \n_0-9]{0,80}") {
        let kinds = IndexMap::new();
        for (notes, path) in [
            (ForeignNotes::Reno(RenoNotes::default()), "releasenotes/notes/a.yaml"),
            (ForeignNotes::Chloggen(ChloggenNotes::default()), ".chloggen/a.yaml"),
            (ForeignNotes::Towncrier(TowncrierNotes::default()), "newsfragments/1.feature"),
        ] {
            let _ = notes.read(path, &text, &Surroundings { location: path, kinds: &kinds, channels: None });
        }
    }
}
