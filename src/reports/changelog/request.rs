//! What may be asked of a changelog, and what is said when there is no such thing.

use crate::domain::listed;
use crate::ledger::{PointError, known_names};

/// Which part of a channel's history is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangelogSpan {
    /// Everything, what is unreleased first.
    History,
    /// Everything, and what waits on each line that is maintained; for a continuous channel the same as everything.
    EveryLine,
    /// One line, by its name or branch, what is unreleased first.
    Line(String),
    /// What the newest release of a line with long-term support brings to whoever comes from the line of that kind before it.
    SinceLts(String),
    /// One release by version or tag, or one deploy by tag.
    Release(String),
    /// What `to` reaches and `from` does not: releases, tags, lines, branches or commits. `to` is trunk where it is `None`.
    Between { from: String, to: Option<String> },
}

/// Why there is no changelog.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangelogError {
    #[error("channel `{channel}` has no line `{name}`")]
    UnknownLine { channel: String, name: String, known: Vec<String> },
    #[error("line `{line}` of channel `{channel}` and one with long-term support before it do not both have a release")]
    NoLtsBefore { channel: String, line: String, known: Vec<String> },
    #[error("channel `{channel}` has no release `{name}`")]
    UnknownRelease { channel: String, name: String, known: Vec<String> },
    #[error("channel `{channel}` has no deploy `{name}`")]
    UnknownDeploy { channel: String, name: String, known: Vec<String> },
    #[error(transparent)]
    Point(#[from] PointError),
}

impl ChangelogError {
    /// Things to do about it; the nearest name first.
    pub fn hints(&self) -> Vec<String> {
        let (name, known, what) = match self {
            Self::UnknownLine { name, known, .. } => (name, known, "lines"),
            Self::NoLtsBefore { known, .. } if known.is_empty() => {
                return vec!["declare a line's kind: `[channels.NAME.lines.\"LINE\"]`, `kind = \"lts\"`".to_owned()];
            }
            Self::NoLtsBefore { known, .. } => return vec![format!("lines with long-term support: {}", listed(known))],
            Self::UnknownRelease { name, known, .. } => (name, known, "releases"),
            Self::UnknownDeploy { name, known, .. } => (name, known, "deploys"),
            Self::Point(error) => return error.hints(),
        };
        known_names(name, known, what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_name_is_answered_with_what_there_is() {
        let known = ["1.9", "1.8", "1.7"].map(str::to_owned).to_vec();
        let error = ChangelogError::UnknownLine { channel: "self-hosted".into(), name: "1.6".into(), known };
        assert_eq!(error.to_string(), "channel `self-hosted` has no line `1.6`");
        assert_eq!(error.hints(), ["did you mean `1.9`?", "known lines: `1.9`, `1.8`, `1.7`"]);
    }
}
