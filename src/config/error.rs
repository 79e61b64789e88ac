//! Why a file is no configuration: every finding with its place, its words and what to do about it.

use std::fmt;

use super::document::Position;
use super::fault::Fault;
use super::key_path::KeyPath;
use super::origin::Origin;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What stands before the line number.
    pub location: String,
    pub position: Position,
    /// The key; the file itself where it is about none.
    pub path: KeyPath,
    pub fault: Fault,
}

impl Finding {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        self.fault.hint()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.location, self.position.line, self.position.column)?;
        if !self.path.steps().is_empty() {
            write!(f, "`{}`: ", self.path)?;
        }
        self.fault.fmt(f)
    }
}

/// Why a text is no configuration. Exit code 6.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConfigError {
    /// The text is not TOML, or does not make sense; every finding, in the order of the file, never empty.
    #[error("{} is invalid: {}", origin.location(), count(findings.len()))]
    Invalid { origin: Origin, findings: Vec<Finding> },
    /// A file of the same name that belongs to cargo-release.
    #[error("{} is a configuration of cargo-release, as its key `{key}` shows", origin.location())]
    CargoRelease { origin: Origin, key: String },
}

/// How many findings there are, in words.
pub(super) fn count(findings: usize) -> String {
    match findings {
        1 => "1 finding".to_owned(),
        many => format!("{many} findings"),
    }
}

/// What to do about findings, each thing once and in their order.
pub(super) fn hints(findings: &[Finding]) -> Vec<String> {
    let mut hints: Vec<String> = Vec::new();
    for hint in findings.iter().filter_map(Finding::hint) {
        if !hints.contains(&hint) {
            hints.push(hint);
        }
    }
    hints
}

impl ConfigError {
    /// What is wrong, in the order of the file; empty where the file is not ours.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Self::Invalid { findings, .. } => findings,
            Self::CargoRelease { .. } => &[],
        }
    }

    /// What to do about it, each thing once, in the order of the findings.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::CargoRelease { .. } => vec![
                "put Twintrack's configuration into `.twintrack.toml` beside it, or name another file with `--config FILE`"
                    .to_owned(),
            ],
            Self::Invalid { findings, .. } => hints(findings),
        }
    }
}
