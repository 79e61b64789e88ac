//! Notes of chloggen, as its template describes them: `.chloggen/<slug>.yaml` with `change_type`, `component`, `note`,
//! `issues`, `subtext` and `change_logs`. The texts are Markdown.

use serde::Deserialize;

use super::file::{File, plain};
use super::format::{Surroundings, name_in};
use super::words::{kind_of, weaknesses};
use crate::config::fault::Fault;
use crate::config::note::model::Note;
use crate::config::note::read::NoteError;
use crate::config::note::text::NoteText;
use crate::domain::ChannelName;

/// chloggen's notes of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChloggenNotes {
    /// Without a slash at its end.
    pub directory: String,
    /// The file names in it that are no notes.
    pub no_notes: Vec<String>,
    /// The logs that an entry goes to where it names none; those are read by whoever runs the product.
    pub default_logs: Vec<String>,
}

/// Where chloggen keeps notes.
const DIRECTORY: &str = ".chloggen";

/// What chloggen knows as `change_type`.
const TYPES: [&str; 5] = ["breaking", "deprecation", "new_component", "enhancement", "bug_fix"];

/// The log of those who use the product, where a project does not say otherwise.
const USERS: &str = "user";

/// The part of chloggen's configuration that matters here.
#[derive(Debug, Default, Deserialize)]
struct Settings {
    entries_dir: Option<String>,
    template_yaml: Option<String>,
    #[serde(default)]
    default_change_logs: Vec<String>,
}

/// An entry as typed.
#[derive(Debug, Deserialize)]
struct Entry {
    change_type: Option<String>,
    component: Option<String>,
    note: Option<String>,
    issues: Option<Vec<u64>>,
    subtext: Option<String>,
    change_logs: Option<Vec<String>>,
}

impl Default for ChloggenNotes {
    fn default() -> Self {
        Self::configured(None)
    }
}

impl ChloggenNotes {
    /// The file in which a project configures chloggen.
    pub const SETTINGS: &str = ".chloggen/config.yaml";

    /// As the project configures it; what cannot be read is passed over.
    pub fn configured(settings: Option<&str>) -> Self {
        let settings: Settings = settings.and_then(|text| serde_saphyr::from_str(text).ok()).unwrap_or_default();
        let directory = settings.entries_dir.as_deref().unwrap_or(DIRECTORY).trim_start_matches("./").trim_matches('/');
        let template = settings.template_yaml.as_deref().and_then(|path| path.rsplit('/').next());
        let mut no_notes = vec!["config.yaml".to_owned(), "TEMPLATE.yaml".to_owned()];
        no_notes.extend(template.filter(|name| *name != "TEMPLATE.yaml").map(str::to_owned));
        let default_logs = match settings.default_change_logs {
            none if none.is_empty() => vec![USERS.to_owned()],
            some => some,
        };
        Self { directory: directory.to_owned(), no_notes, default_logs }
    }

    pub(super) fn fits(&self, path: &str) -> bool {
        name_in(&self.directory, path).is_some_and(|name| {
            name.ends_with(".yaml") && !name.starts_with('.') && !self.no_notes.iter().any(|other| other == name)
        })
    }

    pub(super) fn read(&self, text: &str, around: &Surroundings<'_>) -> Result<Note, NoteError> {
        let mut file = File::new(text, around.location);
        let entry: Entry = file.yaml::<Option<Entry>>()?.unwrap_or(Entry {
            change_type: None,
            component: None,
            note: None,
            issues: None,
            subtext: None,
            change_logs: None,
        });
        let said =
            |text: &Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        let (word, component, summary) = (said(&entry.change_type), said(&entry.component), said(&entry.note));
        for (key, value, example) in [
            ("change_type", &word, "change_type: bug_fix"),
            ("component", &component, "component: receiver/otlp"),
            ("note", &summary, "note: Jobs no longer run twice"),
        ] {
            if value.is_none() {
                file.report(key, Fault::Missing { example });
            }
        }
        if let Some(word) = word.as_ref().filter(|word| !TYPES.contains(&word.as_str())) {
            let known = TYPES.map(str::to_owned).into();
            file.report("change_type", Fault::Word { word: word.clone(), known });
        }
        let issues = entry.issues.unwrap_or_default();
        if issues.is_empty() {
            file.report("issues", Fault::Missing { example: "issues: [4312]" });
        }
        let word = word.unwrap_or_default();
        let summary = summary.unwrap_or_default();
        let parts = [Some(summary.clone()), said(&entry.subtext)].into_iter().flatten().collect::<Vec<_>>();
        let mut note = plain(kind_of(&word, around.kinds), NoteText::parse(&parts.join("\n\n")));
        note.scope = component;
        note.refs = issues.iter().map(|issue| format!("#{issue}")).chain(weaknesses(text)).collect();
        note.breaking = (word == "breaking").then_some(summary);
        note.channels = self.audience(&entry.change_logs.unwrap_or_default(), around.channels);
        file.finish(note)
    }

    /// Whom an entry is for: a log that is called as a channel is for that channel; an entry that is in none of the logs
    /// which entries usually go to is for nobody who runs the product.
    fn audience(&self, logs: &[String], channels: Option<&[ChannelName]>) -> Option<Vec<ChannelName>> {
        let named: Vec<ChannelName> = channels
            .unwrap_or_default()
            .iter()
            .filter(|channel| logs.iter().any(|log| log == channel.as_str()))
            .cloned()
            .collect();
        let is_usual = logs.is_empty() || logs.iter().any(|log| self.default_logs.contains(log));
        match (named.is_empty(), is_usual) {
            (false, _) => Some(named),
            (true, true) => None,
            (true, false) => Some(Vec::new()),
        }
    }
}
