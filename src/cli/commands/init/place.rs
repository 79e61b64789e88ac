//! Where the configuration is written, and how: never half, and never over something else unless that was asked for.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::cli::error::Refusal;
use crate::cli::file::{Placed, place};
use crate::config::{FILE_NAMES, is_cargo_release};
use crate::git::Repository;

/// A place for the configuration.
#[derive(Debug, PartialEq, Eq)]
pub struct Place {
    /// `None` in a bare repository where no file was named.
    pub path: Option<PathBuf>,
    /// What people should know about the choice.
    pub notes: Vec<String>,
}

impl Place {
    /// The file that was named, else `release.toml` at the root of the work tree, else, where cargo-release has that
    /// name, `.twintrack.toml`. An own file that exists under either name is the place.
    pub fn find(given: Option<&Path>, repository: &Repository) -> Self {
        if let Some(path) = given {
            return Self { path: Some(path.to_owned()), notes: Vec::new() };
        }
        let Some(root) = repository.work_dir() else { return Self { path: None, notes: Vec::new() } };
        let [hidden, usual] = FILE_NAMES.map(|name| root.join(name));
        let is_foreign = std::fs::read_to_string(&usual).is_ok_and(|text| is_cargo_release(&text));
        if hidden.exists() || is_foreign {
            let note = format!("`{}` belongs to cargo-release; `{}` is used instead.", FILE_NAMES[1], FILE_NAMES[0]);
            return Self { path: Some(hidden), notes: is_foreign.then_some(note).into_iter().collect() };
        }
        Self { path: Some(usual), notes: Vec::new() }
    }
}

/// Writes `text` to `path` as a whole. False where the file already says so; refused where it says something else,
/// unless `force` is set.
pub fn write(path: &Path, text: &str, force: bool) -> anyhow::Result<bool> {
    match place(path, text, force).with_context(|| format!("cannot write `{}`", path.display()))? {
        Placed::Written => Ok(true),
        Placed::Same => Ok(false),
        Placed::InTheWay => Err(Refusal::WouldOverwrite { path: path.to_owned() }.into()),
    }
}
