//! Why a question about a change has no answer.

use crate::domain::{listed, nearest};

/// How many names a hint lists.
const LISTED: usize = 8;

/// Why nothing can be said.
#[derive(Debug, thiserror::Error)]
pub enum AffectedError {
    #[error("`{text}` is no commit, pull request, key or release of this repository")]
    Unknown { text: String, known: Vec<String> },
    #[error("no commit and no change note that was read names `{text}`")]
    NotMentioned { text: String },
    #[error("`{text}` fits {} commits", .commits.len())]
    AmbiguousCommit {
        text: String,
        /// Each with its subject.
        commits: Vec<String>,
    },
    #[error("`{text}` is a release of several channels")]
    AmbiguousVersion { text: String, tags: Vec<String> },
    #[error("`{text}` lies on no trunk, line, release or deploy that was read")]
    OutsideHistory { text: String },
    #[error("`{option}` is about a change, and `{text}` is a release")]
    NotAChange { option: &'static str, text: String, tag: String },
    #[error("no channel has releases that others install, so that there is nothing to write down")]
    NothingInstalled,
    #[error("could not read the change notes")]
    Notes(#[from] crate::ledger::NotesError),
    #[error("could not read the history of a change note")]
    Read(#[from] crate::git::ReadError),
    #[error(transparent)]
    Contents(#[from] crate::reports::ContentsError),
}

impl AffectedError {
    /// Things to do about it.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Unknown { text, known } => {
                let meant =
                    nearest(text, known.iter().map(String::as_str)).map(|name| format!("did you mean `{name}`?"));
                let all = "name a commit, branch or tag, `#123`, a key such as `CVE-2026-1234`, or a version";
                meant.into_iter().chain([all.to_owned()]).collect()
            }
            Self::NotMentioned { .. } => vec![
                "name the commit instead; messages and change notes of trunk and of the lines were looked through"
                    .to_owned(),
            ],
            Self::AmbiguousCommit { .. } => vec!["give more digits of the commit id".to_owned()],
            Self::AmbiguousVersion { tags, .. } => {
                let shown: Vec<String> = tags.iter().take(LISTED).cloned().collect();
                vec![format!("name its tag: {}", listed(&shown))]
            }
            Self::OutsideHistory { .. } => {
                vec!["name a commit that trunk or a line reaches, or fetch the branch it is on".to_owned()]
            }
            Self::NotAChange { tag, .. } => {
                vec![format!("for the commit that it is made of, write `{tag}^{{commit}}`")]
            }
            Self::NothingInstalled => vec!["declare a channel of `kind = \"versioned\"`".to_owned()],
            Self::Contents(error) => error.hint().into_iter().collect(),
            Self::Notes(_) | Self::Read(_) => Vec::new(),
        }
    }

    /// What it found instead, one each.
    pub fn findings(&self) -> Vec<String> {
        match self {
            Self::AmbiguousCommit { commits, .. } => commits.iter().take(LISTED).cloned().collect(),
            _ => Vec::new(),
        }
    }
}
