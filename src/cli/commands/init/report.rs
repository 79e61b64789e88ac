//! What `init` found and did, in the shape of its JSON.

use serde::Serialize;

use crate::config::ForeignNotes;
use crate::domain::ChannelKind;
use crate::ledger::{FoundChannel, FoundLine, Layout, LeftAside};

/// The answer of `init`.
#[derive(Debug, Serialize)]
pub struct Report {
    /// Where the configuration is, or would be; `None` in a bare repository where `--config` names no place.
    pub config_path: Option<String>,
    /// Whether the file was written now; false for `--dry-run`, and where it already said the same.
    pub written: bool,
    pub trunk: String,
    pub channels: Vec<Channel>,
    /// Change notes of other tools that the repository has.
    pub note_formats: Vec<FoundNotes>,
    pub unrecognised: LeftAside,
    /// What is odd and what to do about it.
    pub notes: Vec<String>,
    /// The text of the file.
    #[serde(skip)]
    pub text: String,
}

/// Change notes of another tool.
#[derive(Debug, Serialize)]
pub struct FoundNotes {
    pub format: &'static str,
    pub directories: Vec<String>,
}

/// A channel that was recognised; patterns as lists, the one that is produced first.
#[derive(Debug, Serialize)]
pub struct Channel {
    pub name: &'static str,
    pub kind: ChannelKind,
    pub line: Vec<String>,
    pub tag: Vec<String>,
    pub candidate: Vec<String>,
    pub also_tag: Vec<String>,
    pub environments: Vec<String>,
    /// Newest first.
    pub lines: Vec<FoundLine>,
    /// How many tags are deploys or releases, candidates included.
    pub releases: usize,
}

impl From<FoundChannel> for Channel {
    fn from(found: FoundChannel) -> Self {
        Self {
            name: found.name,
            kind: found.kind,
            line: found.line,
            tag: found.tag,
            candidate: found.candidate,
            also_tag: found.also_tag,
            environments: found.environments,
            lines: found.lines,
            releases: found.releases,
        }
    }
}

impl Report {
    /// Before anything is written.
    pub fn new(
        layout: Layout,
        foreign: &[ForeignNotes],
        config_path: Option<String>,
        text: String,
        notes: Vec<String>,
    ) -> Self {
        let found = |notes: &ForeignNotes| FoundNotes {
            format: notes.format().as_str(),
            directories: notes.directories().map(str::to_owned).collect(),
        };
        Self {
            config_path,
            written: false,
            trunk: layout.trunk,
            channels: layout.channels.into_iter().map(Channel::from).collect(),
            note_formats: foreign.iter().map(found).collect(),
            unrecognised: layout.unrecognised,
            notes,
            text,
        }
    }
}
