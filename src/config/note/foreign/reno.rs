//! Notes of reno, as its user guide describes them: `releasenotes/notes/<slug>-<16 hex digits>.yaml`, each with lists of
//! texts by section. A file is one change; its texts are reStructuredText.

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

use super::file::{File, listed_items, plain};
use super::format::Surroundings;
use super::rst::to_markdown;
use super::words::weaknesses;
use crate::config::fault::Fault;
use crate::config::note::blocks::{DeprecationNotice, KnownIssue, OperatorAction};
use crate::config::note::model::Note;
use crate::config::note::read::NoteError;
use crate::config::note::text::{NoteSection, NoteText, OPERATORS_HEADING};
use crate::domain::{Action, ActionTime, ChangeKind};

/// reno's notes of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenoNotes {
    /// Without a slash at its end.
    pub directory: String,
    /// Sections of the project's own, in its order.
    pub sections: Vec<String>,
}

/// Where reno keeps notes.
const DIRECTORY: &str = "releasenotes/notes";

const PRELUDE: &str = "prelude";

/// The sections, the one that gives a note its kind first.
const SECTIONS: [(&str, ChangeKind); 8] = [
    ("security", ChangeKind::Security),
    ("critical", ChangeKind::Fixed),
    ("features", ChangeKind::Added),
    ("fixes", ChangeKind::Fixed),
    ("deprecations", ChangeKind::Deprecated),
    ("upgrade", ChangeKind::Changed),
    ("issues", ChangeKind::Changed),
    ("other", ChangeKind::Changed),
];

/// The part of reno's configuration that matters here.
#[derive(Debug, Deserialize)]
struct Settings {
    notesdir: Option<String>,
    #[serde(default)]
    sections: Vec<Vec<Value>>,
}

impl Default for RenoNotes {
    fn default() -> Self {
        Self { directory: DIRECTORY.to_owned(), sections: Vec::new() }
    }
}

impl RenoNotes {
    /// Files in which a project configures reno, the one that counts first.
    pub const SETTINGS: [&str; 2] = ["releasenotes/config.yaml", "reno.yaml"];

    /// As the project configures it; what cannot be read is passed over.
    pub fn configured(settings: Option<&str>) -> Self {
        let settings = settings.and_then(|text| serde_saphyr::from_str::<Settings>(text).ok());
        let Some(settings) = settings else { return Self::default() };
        let directory = settings
            .notesdir
            .map_or_else(|| DIRECTORY.to_owned(), |notes| format!("releasenotes/{}", notes.trim_matches('/')));
        let names = settings.sections.iter().filter_map(|section| section.first()?.as_str().map(str::to_owned));
        Self { directory, sections: names.collect() }
    }

    pub(super) fn fits(&self, path: &str) -> bool {
        let below = path.strip_prefix(self.directory.as_str()).and_then(|rest| rest.strip_prefix('/'));
        below.is_some_and(|below| {
            below.ends_with(".yaml") && !below.rsplit('/').next().unwrap_or(below).starts_with('.')
        })
    }

    pub(super) fn read(&self, text: &str, around: &Surroundings<'_>) -> Result<Note, NoteError> {
        let mut file = File::new(text, around.location);
        let written: Option<IndexMap<String, Value>> = file.yaml()?;
        let mut written = written.unwrap_or_default();
        self.report_unknown(&mut file, &written);
        let prelude = texts(&mut file, PRELUDE, written.shift_remove(PRELUDE));
        let mut sections: Vec<(&str, ChangeKind, Vec<String>)> = Vec::new();
        let own = self.sections.iter().map(|name| (name.as_str(), ChangeKind::Changed));
        for (name, kind) in SECTIONS.into_iter().chain(own) {
            let items = texts(&mut file, name, written.shift_remove(name));
            if !items.is_empty() && sections.iter().all(|(known, ..)| *known != name) {
                sections.push((name, kind, items));
            }
        }
        if prelude.is_empty() && sections.is_empty() {
            file.report_wordless();
        }
        file.finish(note(&prelude, &sections, text))
    }

    fn report_unknown(&self, file: &mut File<'_>, written: &IndexMap<String, Value>) {
        let known =
            || SECTIONS.iter().map(|(name, _)| *name).chain([PRELUDE]).chain(self.sections.iter().map(String::as_str));
        for key in written.keys().filter(|key| known().all(|known| known != key.as_str())) {
            file.report(key, Fault::UnknownKey { key: key.clone(), known: known().map(str::to_owned).collect() });
        }
    }
}

/// The items of a section: texts; one text alone is taken for a list of one.
fn texts(file: &mut File<'_>, section: &str, written: Option<Value>) -> Vec<String> {
    let items = match written {
        None | Some(Value::Null) => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(other) => vec![other],
    };
    let mut texts = Vec::new();
    for item in items {
        match item {
            Value::String(text) if !text.trim().is_empty() => texts.push(to_markdown(&text)),
            Value::Number(number) => texts.push(number.to_string()),
            Value::String(_) | Value::Null => {}
            Value::Object(_) => file.report(
                section,
                Fault::Value {
                    why: "an item is no text: quote what has a colon in it, or write it below `- |`".to_owned(),
                },
            ),
            _ => file.report(section, Fault::Value { why: "expected a list of texts".to_owned() }),
        }
    }
    texts
}

/// What it comes to. What operators have to know of stands where they look for it, too.
fn note(prelude: &[String], sections: &[(&str, ChangeKind, Vec<String>)], text: &str) -> Note {
    let of = |name: &str| sections.iter().find(|(known, ..)| *known == name).map_or(&[][..], |(.., items)| items);
    let told: Vec<String> = sections
        .iter()
        .filter(|(name, ..)| sections.len() == 1 || !matches!(*name, "upgrade" | "issues"))
        .flat_map(|(.., items)| items.clone())
        .collect();
    let told = if told.is_empty() { sections.iter().flat_map(|(.., items)| items.clone()).collect() } else { told };
    let mut parts: Vec<String> = prelude.to_vec();
    if !told.is_empty() {
        parts.push(listed_items(&told));
    }
    let upgrade = of("upgrade");
    let mut words = NoteText { summary: parts.join("\n\n"), sections: Vec::new() };
    if !upgrade.is_empty() {
        words.sections.push(NoteSection { heading: OPERATORS_HEADING.to_owned(), text: listed_items(upgrade) });
    }
    let kind = sections.first().map_or(ChangeKind::Changed, |(_, kind, _)| *kind);
    let mut note = plain(kind, words);
    note.refs = weaknesses(text);
    // reno asks neither when nor what is at stake; that there is something to read before the upgrade is all that is said.
    note.operator = (!upgrade.is_empty()).then(|| OperatorAction {
        action: Action::Recommended,
        when: Some(ActionTime::Before),
        downtime: None,
        rollback: None,
        affected: None,
        installations: Vec::new(),
        verify: None,
        more: None,
    });
    note.deprecations = of("deprecations")
        .iter()
        .map(|what| DeprecationNotice {
            what: what.clone(),
            announced_in: None,
            supported_until: None,
            removed_in: None,
            replacement: None,
        })
        .collect();
    note.known_issues = of("issues")
        .iter()
        .map(|about| KnownIssue {
            about: about.clone(),
            found_in: None,
            fixed_in: None,
            condition: None,
            workaround: None,
        })
        .collect();
    note
}
