//! What may be asked of a changelog, and what is said when there is no such thing.

use crate::domain::nearest;

/// Which part of a channel's history is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChangelogSpan {
    /// Everything, what is unreleased first.
    History,
    /// Everything, and what waits on each line that is maintained; for a continuous channel the same as everything.
    EveryLine,
    /// One line, by its name or branch, what is unreleased first.
    Line(String),
    /// One release by version or tag, or one deploy by tag.
    Release(String),
    /// What `to` reaches and `from` does not: releases, tags, lines, branches or commits. `to` is trunk where it is `None`.
    Between { from: String, to: Option<String> },
}

/// Why there is no changelog.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ChangelogError {
    #[error("there is no channel `{name}`")]
    UnknownChannel { name: String, known: Vec<String> },
    #[error("channel `{channel}` has no line `{name}`")]
    UnknownLine { channel: String, name: String, known: Vec<String> },
    #[error("channel `{channel}` has no release `{name}`")]
    UnknownRelease { channel: String, name: String, known: Vec<String> },
    #[error("channel `{channel}` has no deploy `{name}`")]
    UnknownDeploy { channel: String, name: String, known: Vec<String> },
    #[error("`{name}` is no release, tag, line, branch or commit of this repository")]
    UnknownPoint { name: String, known: Vec<String> },
    #[error("`{name}` lies on no trunk, line, release or deploy that was read")]
    OutsideHistory { name: String },
    #[error("`{name}` fits {count} commits")]
    AmbiguousCommit { name: String, count: usize },
}

/// How many names a hint lists.
const LISTED: usize = 8;

impl ChangelogError {
    /// Things to do about it; the nearest name first.
    pub fn hints(&self) -> Vec<String> {
        let (name, known, what) = match self {
            Self::UnknownChannel { name, known } => (name, known, "channels"),
            Self::UnknownLine { name, known, .. } => (name, known, "lines"),
            Self::UnknownRelease { name, known, .. } => (name, known, "releases"),
            Self::UnknownDeploy { name, known, .. } => (name, known, "deploys"),
            Self::UnknownPoint { name, known } => (name, known, "releases"),
            Self::OutsideHistory { .. } => {
                return vec!["name a commit that trunk or a line reaches, or fetch the branch it is on".to_owned()];
            }
            Self::AmbiguousCommit { .. } => return vec!["give more digits of the commit id".to_owned()],
        };
        let mut hints = Vec::new();
        if let Some(nearest) = nearest(name, known.iter().map(String::as_str)) {
            hints.push(format!("did you mean `{nearest}`?"));
        }
        if known.is_empty() {
            hints.push(format!("no {what} are known; fetch branches and tags: `git fetch --tags`"));
        } else {
            let listed: Vec<String> = known.iter().take(LISTED).map(|name| format!("`{name}`")).collect();
            let more = if known.len() > LISTED { format!(" and {} more", known.len() - LISTED) } else { String::new() };
            hints.push(format!("known {what}: {}{more}", listed.join(", ")));
        }
        hints
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
