//! Why a version file cannot be read or edited: always with the file, the place in it and what to do.

use crate::config::{VersionFile, VersionPlace};
use crate::domain::CommitId;

/// What is wrong with a version file.
#[derive(Debug, thiserror::Error)]
#[error("version file `{path}`{}: {fault}", .place.as_deref().map(|place| format!(", {place}")).unwrap_or_default())]
pub struct VersionFileError {
    pub path: String,
    /// Where in the file, for people: a key or an expression. `None` where the fault is the file's.
    pub place: Option<String>,
    pub fault: VersionFault,
}

/// The kinds of fault.
#[derive(Debug, thiserror::Error)]
pub enum VersionFault {
    #[error("it does not exist at {}", .commit.short())]
    Missing { commit: CommitId },
    #[error("it is not UTF-8 text")]
    NotText,
    #[error("it is not valid {format}: {message}")]
    Syntax { format: &'static str, message: String },
    #[error("there is no version")]
    NotFound,
    #[error("the version is found {count} times")]
    Several { count: usize },
    #[error("the value is not written as a plain text: {written}")]
    NotPlain { written: String },
    #[error("keys can be followed in TOML, JSON and YAML only")]
    NoKeys,
    #[error("it holds `{found}`, while `{other}` holds `{expected}`")]
    Disagrees { found: String, other: String, expected: String },
    #[error("it holds `{found}`, which is no version")]
    NoVersion { found: String },
    #[error("it holds `{found}`, which is higher than {wanted}")]
    Higher { found: String, wanted: String },
    #[error("it would not hold `{wanted}` after the edit")]
    Unverified { wanted: String },
}

impl VersionFileError {
    pub fn new(file: &VersionFile, fault: VersionFault) -> Self {
        let place = match (&fault, &file.place) {
            (VersionFault::Missing { .. } | VersionFault::NotText | VersionFault::Syntax { .. }, _) => None,
            (_, VersionPlace::Usual) => None,
            (_, VersionPlace::Key(parts)) => Some(format!("key `{}`", parts.join("."))),
            (_, VersionPlace::Expression(expression)) => Some(format!("expression `{expression}`")),
        };
        Self { path: file.path.clone(), place, fault }
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        let path = &self.path;
        Some(match &self.fault {
            VersionFault::Missing { .. } => {
                format!("commit `{path}` there, or correct `version-files` of the channel in release.toml")
            }
            VersionFault::NotText | VersionFault::Syntax { .. } => format!("correct `{path}` and commit it"),
            VersionFault::NotFound | VersionFault::Several { .. } => format!(
                "say where the version stands: `{{ path = \"{path}\", key = \"…\" }}` or `{{ path = \"{path}\", \
                 expression = \"…(.*)…\" }}` in `version-files`"
            ),
            VersionFault::NotPlain { .. } => "write the version as one quoted text without escapes".to_owned(),
            VersionFault::NoKeys => {
                format!("use `{{ path = \"{path}\", expression = \"…(.*)…\" }}` in `version-files`")
            }
            VersionFault::Disagrees { .. } => {
                "let all version files hold the same version and commit that, then run again".to_owned()
            }
            VersionFault::NoVersion { .. } => format!("write a version such as `1.9.0-dev` into `{path}`"),
            VersionFault::Higher { .. } => {
                format!("see whether this is the right line; if it is, correct `{path}` and commit it")
            }
            VersionFault::Unverified { .. } => return None,
        })
    }
}
