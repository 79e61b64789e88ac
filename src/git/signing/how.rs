//! What is signed, in which format and with whose key: `tag.gpgSign`, `commit.gpgSign`, `gpg.*` and `user.signingKey`, as
//! git reads them.

use std::path::{Path, PathBuf};

use super::program::{self, SSH_KEY_PREFIXES};
use crate::git::Identity;
use crate::git::command::{GitCommand, GitCommandError};
use crate::git::new_object::NewObjectError;
use crate::git::object::{ObjectKind, SignatureKind};
use crate::git::repository::Repository;
use crate::git::settings::Settings;

/// What a run asks for beside the configuration.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SigningWish {
    /// As the configuration says.
    #[default]
    AsConfigured,
    /// Tags and commits, whatever it says.
    All,
    /// Nothing.
    Nothing,
}

/// Why nothing can be signed.
#[derive(Debug, thiserror::Error)]
pub enum SigningError {
    #[error("cannot read the configuration of git")]
    Settings(#[source] GitCommandError),
    #[error("`gpg.format` is `{found}`, which is no format of signatures")]
    Format { found: String },
    #[error("no key is named to sign with")]
    NoKey,
    #[error("git signs with no ssh key here, and none is named")]
    NoSshKey,
    #[error("`gpg.ssh.defaultKeyCommand` named no key{}", if .words.is_empty() { String::new() } else { format!(": {}", .words) })]
    KeyCommand { words: String },
    #[error("cannot run `{program}` to sign")]
    Start {
        program: String,
        #[source]
        source: std::io::Error,
    },
    #[error("`{program}` did not sign with the key `{key}`{}", if .words.is_empty() { String::new() } else { format!(": {}", .words) })]
    Refused { program: String, key: String, format: SignatureKind, words: String },
    #[error("cannot write a temporary file to be signed")]
    Temporary(#[source] std::io::Error),
    #[error(transparent)]
    Object(NewObjectError),
}

impl SigningError {
    /// What to do about it where a signature can be left out.
    pub fn hint(&self) -> Option<String> {
        let remedy = self.remedy()?;
        Some(match self {
            Self::NoKey | Self::KeyCommand { .. } | Self::Start { .. } | Self::Refused { .. } => {
                format!("{remedy}, or leave signatures out with `--no-sign`")
            }
            _ => remedy,
        })
    }

    /// What to do about it.
    pub fn remedy(&self) -> Option<String> {
        let remedy = match self {
            Self::Settings(error) => return error.hint(),
            Self::Object(error) => return error.hint(),
            Self::Format { .. } => "set `gpg.format` to `openpgp`, `ssh` or `x509`",
            Self::NoKey => "name one with `git config user.signingKey KEY`",
            Self::NoSshKey => "name one with `--key FILE`, as `ssh-keygen -t ed25519` makes it",
            Self::KeyCommand { .. } => {
                "see what the command prints, or name a key with `git config user.signingKey KEY`"
            }
            Self::Start { .. } => "install it, or name another program with `gpg.program` or `gpg.ssh.program`",
            Self::Refused { format: SignatureKind::Ssh, .. } => {
                "see that the key exists, or that the agent holds it (`ssh-add -L`)"
            }
            Self::Refused { .. } => {
                "see that the secret key is there (`gpg --list-secret-keys`) and that its agent can ask for the passphrase"
            }
            Self::Temporary(_) => "see that the directory for temporary files can be written",
        };
        Some(remedy.to_owned())
    }
}

/// How this run signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signing {
    /// Whether tags are signed, records among them.
    pub tags: bool,
    /// Whether commits are signed.
    pub commits: bool,
    pub format: SignatureKind,
    pub(super) program: String,
    pub(super) key: Key,
    /// Where the program runs, since keys may be named by relative paths.
    pub(super) directory: PathBuf,
}

/// Which key signs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Key {
    /// As configured: an id, a user, a file, or the public key itself.
    Named(String),
    /// The key of the committer: `Name <address>`, which gpg looks up.
    OfCommitter(String),
    /// What a command names.
    FromCommand(String),
    Absent,
}

impl Key {
    fn of_command(settings: &Settings) -> Self {
        let command = settings.value("gpg.ssh.defaultkeycommand");
        command.map_or(Self::Absent, |command| Self::FromCommand(command.to_owned()))
    }
}

impl Signing {
    /// Signs nothing.
    pub fn none() -> Self {
        let (program, key, directory) = (String::new(), Key::Absent, PathBuf::new());
        Self { tags: false, commits: false, format: SignatureKind::OpenPgp, program, key, directory }
    }

    /// Whether objects of this kind are signed.
    pub fn is_for(&self, kind: ObjectKind) -> bool {
        match kind {
            ObjectKind::Tag => self.tags,
            ObjectKind::Commit => self.commits,
            ObjectKind::Tree | ObjectKind::Blob => false,
        }
    }

    /// The key, for people.
    pub fn key(&self) -> &str {
        match &self.key {
            Key::Named(key) | Key::OfCommitter(key) => key,
            Key::FromCommand(_) => "what `gpg.ssh.defaultKeyCommand` names",
            Key::Absent => "none",
        }
    }

    /// The armoured signature of these bytes; ends in a line feed.
    pub fn sign(&self, payload: &[u8]) -> Result<String, SigningError> {
        self.sign_for("git", payload)
    }

    /// The same for a namespace of ssh signatures: one that was made for another does not count there.
    pub fn sign_for(&self, namespace: &str, payload: &[u8]) -> Result<String, SigningError> {
        program::sign(self, payload, namespace)
    }

    fn read(
        settings: &Settings,
        wish: SigningWish,
        committer: &Identity,
        directory: PathBuf,
    ) -> Result<Self, SigningError> {
        let (tags, commits) = match wish {
            SigningWish::AsConfigured => (settings.flag("tag.gpgsign"), settings.flag("commit.gpgsign")),
            SigningWish::All => (true, true),
            SigningWish::Nothing => (false, false),
        };
        if !tags && !commits {
            return Ok(Self::none());
        }
        let (format, section) = match settings.value("gpg.format").unwrap_or("openpgp") {
            "openpgp" => (SignatureKind::OpenPgp, "gpg.openpgp.program"),
            "ssh" => (SignatureKind::Ssh, "gpg.ssh.program"),
            "x509" => (SignatureKind::X509, "gpg.x509.program"),
            found => return Err(SigningError::Format { found: found.to_owned() }),
        };
        let usual = match format {
            SignatureKind::OpenPgp => settings.value("gpg.program").unwrap_or("gpg"),
            SignatureKind::Ssh => "ssh-keygen",
            SignatureKind::X509 => "gpgsm",
        };
        let key = match (settings.value("user.signingkey").filter(|key| !key.is_empty()), format) {
            (Some(key), _) => Key::Named(key.to_owned()),
            (None, SignatureKind::Ssh) => Key::of_command(settings),
            (None, _) => Key::OfCommitter(format!("{} <{}>", committer.name(), committer.email())),
        };
        let program = program::expanded(settings.value(section).unwrap_or(usual));
        Ok(Self { tags, commits, format, program, key, directory })
    }

    /// The key that signs, asked for where a command names it: its first line that is a key.
    pub(super) fn resolved_key(&self) -> Result<String, SigningError> {
        let command = match &self.key {
            Key::Named(key) | Key::OfCommitter(key) => return Ok(key.clone()),
            Key::Absent => return Err(SigningError::NoKey),
            Key::FromCommand(command) => command,
        };
        let output = program::shell(command, &self.directory)?;
        let words = crate::git::command::words(&output.stderr);
        let text = String::from_utf8_lossy(&output.stdout);
        let key = text.lines().map(str::trim).find(|line| SSH_KEY_PREFIXES.iter().any(|start| line.starts_with(start)));
        match key {
            Some(key) if output.status.success() => Ok(key.to_owned()),
            _ => Err(SigningError::KeyCommand { words }),
        }
    }
}

impl Repository {
    /// How this run signs what `committer` makes here. Runs no program but git.
    pub fn signing(&self, wish: SigningWish, committer: &Identity) -> Result<Signing, SigningError> {
        if wish == SigningWish::Nothing {
            return Ok(Signing::none());
        }
        let settings = Settings::read(self).map_err(SigningError::Settings)?;
        Signing::read(&settings, wish, committer, GitCommand::reading(self).directory().to_owned())
    }

    /// How files are signed that are no objects of git: with that ssh key, or with the one that git signs with.
    pub fn file_signing(&self, key: Option<&Path>) -> Result<Signing, SigningError> {
        let settings = Settings::read(self).map_err(SigningError::Settings)?;
        let named = settings.value("user.signingkey").filter(|key| !key.is_empty());
        let key = match (key, settings.value("gpg.format"), named) {
            (Some(path), ..) => Key::Named(path.to_string_lossy().into_owned()),
            (None, Some("ssh"), Some(key)) => Key::Named(key.to_owned()),
            (None, Some("ssh"), None) => Key::of_command(&settings),
            (None, ..) => Key::Absent,
        };
        if key == Key::Absent {
            return Err(SigningError::NoSshKey);
        }
        let program = program::expanded(settings.value("gpg.ssh.program").unwrap_or("ssh-keygen"));
        let directory = GitCommand::reading(self).directory().to_owned();
        Ok(Signing { tags: false, commits: false, format: SignatureKind::Ssh, program, key, directory })
    }
}
