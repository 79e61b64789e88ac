//! Where a project's own templates are looked at and written: in the work tree, where they are being changed, and where
//! there is none at the commit that the configuration comes from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::cli::commands::publish::overrides;
use crate::cli::context::Context;
use crate::cli::error::UsageError;
use crate::config::{Config, Origin};
use crate::git::Repository;

/// The templates of a project.
pub struct Place {
    /// The directory as it is shown to people.
    pub directory: String,
    /// The directory itself; `None` in a bare repository.
    pub path: Option<PathBuf>,
    /// Whether `publish` reads them from trunk, so that what the work tree has counts only once it is there.
    pub is_of_trunk: bool,
    config: Config,
    repository: Repository,
}

impl Place {
    /// The directory that the configuration names, or `given`.
    pub fn find(context: &Context, given: Option<&Path>) -> anyhow::Result<Self> {
        let repository = context.open_repository()?;
        let config = context.read_configuration(&repository)?;
        let declared = config.documents.templates.clone();
        let path = match (given, repository.work_dir()) {
            (Some(directory), _) => Some(directory.to_owned()),
            (None, Some(root)) => Some(root.join(&declared)),
            (None, None) => None,
        };
        let directory = given.map_or(declared, |directory| directory.display().to_string());
        let is_of_trunk = given.is_none() && matches!(config.origin, Origin::Trunk { .. });
        Ok(Self { directory, path, is_of_trunk, config, repository })
    }

    /// The project's own templates by name; none where the directory does not exist.
    pub fn files(&self) -> anyhow::Result<BTreeMap<String, Vec<u8>>> {
        match &self.path {
            Some(path) if path.is_dir() => overrides(&self.config, &self.repository, Some(path)),
            Some(_) => Ok(BTreeMap::new()),
            None => overrides(&self.config, &self.repository, None),
        }
    }

    /// Where a file can be written.
    pub fn writable(&self) -> Result<&Path, UsageError> {
        self.path.as_deref().ok_or(UsageError::NoPlace { what: "templates", option: "--templates DIR" })
    }
}
