//! New repositories: a bare one, and a clone of it beside it. Only for places that hold nothing yet.

use std::path::{Path, PathBuf};

use git2::{Repository as Inner, RepositoryInitOptions};

use super::command::{GitCommand, GitCommandError};
use super::identity::Identity;
use super::open::OpenError;
use super::repository::Repository;
use crate::domain::BranchName;

/// Why a repository was not made.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    #[error("cannot make the repository `{}`", .path.display())]
    Init {
        path: PathBuf,
        #[source]
        source: git2::Error,
    },
    #[error("cannot clone into `{}`", .path.display())]
    Clone {
        path: PathBuf,
        #[source]
        source: GitCommandError,
    },
    #[error("cannot set who commits in `{}`", .path.display())]
    Configure {
        path: PathBuf,
        #[source]
        source: git2::Error,
    },
    #[error(transparent)]
    Open(#[from] OpenError),
}

impl Repository {
    /// A bare repository whose `HEAD` is `trunk`, without the templates and hooks of the user.
    pub fn create_bare(path: &Path, trunk: &BranchName) -> Result<Self, CreateError> {
        let mut options = RepositoryInitOptions::new();
        options.bare(true).no_reinit(true).mkpath(true).external_template(false).initial_head(trunk.as_str());
        Inner::init_opts(path, &options).map_err(|source| CreateError::Init { path: path.to_owned(), source })?;
        Ok(Self::open(path)?)
    }

    /// Clones this repository into `path`, with a work tree, and lets `committer` commit there.
    pub fn clone_to(&self, path: &Path, committer: &Identity) -> Result<Self, CreateError> {
        let from = self.common_dir();
        // Settings of the user that would give another clone: a format of refs that cannot be read here, hooks.
        let command =
            GitCommand::writing(self).args(["-c", "init.defaultRefFormat=files", "-c", "core.autocrlf=false"]);
        let command = command.args(["clone", "--quiet", "--template=", "--origin", "origin", "--"]);
        let done = command.args([from, path]).run();
        done.map_err(|source| CreateError::Clone { path: path.to_owned(), source })?;
        let cloned = Self::open(path)?;
        let failed = |source| CreateError::Configure { path: path.to_owned(), source };
        let mut config = cloned.inner.config().and_then(|config| config.open_level(git2::ConfigLevel::Local));
        let config = config.as_mut().map_err(|error| failed(git2::Error::from_str(error.message())))?;
        config.set_str("user.name", committer.name()).map_err(failed)?;
        config.set_str("user.email", committer.email()).map_err(failed)?;
        Ok(cloned)
    }
}
