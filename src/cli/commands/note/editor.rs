//! The user's editor, as git chooses it: `GIT_EDITOR`, `core.editor`, `VISUAL`, `EDITOR`, and what git falls back to.

use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::git::{GitCommand, Repository};

/// A text that is being edited. It stays in the repository's own directory until the note is written, so that nothing that
/// somebody typed is lost.
pub struct Draft {
    path: PathBuf,
}

impl Draft {
    /// The place of the text below git's own directory.
    pub fn of(repository: &Repository) -> Self {
        Self { path: repository.common_dir().join("twintrack").join("NOTE_EDITMSG.md") }
    }

    /// What was left from a note that could not be written.
    pub fn left(&self) -> Option<String> {
        std::fs::read_to_string(&self.path).ok()
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Lets the user edit `text`, and returns what it has become.
    pub fn edit(&self, repository: &Repository, text: &str) -> anyhow::Result<String> {
        let editor =
            GitCommand::reading(repository).args(["var", "GIT_EDITOR"]).run().context("git names no editor")?;
        let editor = String::from_utf8_lossy(&editor);
        let editor = editor.trim();
        if let Some(parent) = self.path.parent() {
            fs_err::create_dir_all(parent)?;
        }
        fs_err::write(&self.path, text)?;
        // As git does it: the value is a command line for the shell.
        let status = Command::new("sh")
            .args(["-c", &format!("{editor} \"$@\""), "editor"])
            .arg(&self.path)
            .status()
            .with_context(|| format!("cannot start the editor `{editor}`"))?;
        anyhow::ensure!(status.success(), "the editor `{editor}` failed ({status})");
        Ok(fs_err::read_to_string(&self.path)?)
    }

    /// Takes the text away once its note is written.
    pub fn discard(&self) {
        // What cannot be taken away is offered again, which does no harm.
        let _ = std::fs::remove_file(&self.path);
    }
}

/// Whether somebody is there who could use an editor.
pub fn is_somebody_there() -> bool {
    std::io::stdin().is_terminal() && std::io::stdout().is_terminal()
}
