//! Where a configuration came from, as every plan and `status` tell it.

use std::fmt;

use serde::Serialize;

use crate::domain::{CommitId, RefName};

/// The names under which the file is looked for at the root of the repository, first found first taken. The second is
/// what `init` writes; the first is for repositories in which cargo-release owns `release.toml`, and can be nobody
/// else's, so that it wins where both exist.
pub const FILE_NAMES: [&str; 2] = [".twintrack.toml", "release.toml"];

/// Which file a configuration was read from. Paths are as given, or relative to the repository's root; they are text,
/// because they are shown and never opened again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Origin {
    /// A file of the work tree: trunk, or a branch off its tip, is checked out.
    WorkTree { path: String },
    /// The file as it is at trunk's tip: the commit, and the ref that led to it.
    Trunk { path: String, reference: RefName, commit: CommitId },
    /// The file that `--config` named.
    Given { path: String },
    /// No file: the layout was recognised a moment ago and is not written down yet.
    Recognised,
}

impl Origin {
    /// The file's path, where there is a file.
    pub fn path(&self) -> Option<&str> {
        match self {
            Self::WorkTree { path } | Self::Trunk { path, .. } | Self::Given { path } => Some(path),
            Self::Recognised => None,
        }
    }

    /// What stands before a line number: the path, with the commit before it as git writes it (`1a2b3c4d5:release.toml`)
    /// where it is not a file that an editor can open.
    pub fn location(&self) -> String {
        match self {
            Self::WorkTree { path } | Self::Given { path } => path.clone(),
            Self::Trunk { path, commit, .. } => format!("{}:{path}", commit.short()),
            Self::Recognised => FILE_NAMES[1].to_owned(),
        }
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WorkTree { path } => write!(f, "{path} of the work tree"),
            Self::Trunk { path, reference, commit } => write!(f, "{path} of {reference} at {}", commit.short()),
            Self::Given { path } => write!(f, "{path}, given with --config"),
            Self::Recognised => f.write_str("the recognised layout, not written to a file yet"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_which_file_was_used() {
        let commit = CommitId::new(crate::domain::ObjectId::from_bytes([0xab; 20]));
        let reference = RefName::new("refs/remotes/origin/main").unwrap();
        let trunk = Origin::Trunk { path: "release.toml".into(), reference, commit };
        assert_eq!(trunk.to_string(), "release.toml of refs/remotes/origin/main at ababababa");
        assert_eq!(trunk.location(), "ababababa:release.toml");
        assert_eq!(Origin::Given { path: "/etc/t.toml".into() }.to_string(), "/etc/t.toml, given with --config");
        assert_eq!(Origin::WorkTree { path: "release.toml".into() }.location(), "release.toml");
    }
}
