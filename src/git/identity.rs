//! Who writes commits and tags: what git itself says of the committer, so that the environment, `git -c` and
//! conditional includes count. The time is the caller's.

use chrono::{DateTime, Utc};

use super::command::{GitCommand, GitCommandError};
use super::object::Signature;
use super::repository::Repository;

/// A name and an address that fit into an object: never empty, and without the characters that would end them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    name: String,
    email: String,
}

/// Why nobody can be named as the author.
#[derive(Debug, thiserror::Error)]
pub enum IdentityError {
    #[error("git knows no name and address for the committer")]
    Unknown(#[source] GitCommandError),
    #[error("the committer's name `{name}` and address `{email}` leave nothing to write into a commit")]
    Empty { name: String, email: String },
    #[error("cannot ask git for the committer")]
    Git(#[source] GitCommandError),
}

impl IdentityError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown(_) | Self::Empty { .. } => Some(
                "run `git config user.name NAME` and `git config user.email ADDRESS`, or set `GIT_COMMITTER_NAME` and \
                 `GIT_COMMITTER_EMAIL`"
                    .to_owned(),
            ),
            Self::Git(_) => None,
        }
    }
}

impl Identity {
    /// A person; characters that would end the name or the address in an object are left out, as git does.
    pub fn new(name: &str, email: &str) -> Result<Self, IdentityError> {
        let clean = |text: &str| {
            let kept: String = text.chars().filter(|c| !matches!(c, '<' | '>') && !c.is_control()).collect();
            kept.trim_matches(|c: char| c.is_whitespace() || ".,:;\"'\\".contains(c)).to_owned()
        };
        let identity = Self { name: clean(name), email: clean(email) };
        if identity.name.is_empty() || identity.email.is_empty() {
            return Err(IdentityError::Empty { name: name.to_owned(), email: email.to_owned() });
        }
        Ok(identity)
    }

    /// The person's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The person's address.
    pub fn email(&self) -> &str {
        &self.email
    }

    /// The person at a moment, in UTC, for an object's header.
    pub fn at(&self, time: DateTime<Utc>) -> Signature {
        Signature { name: self.name.clone(), email: self.email.clone(), time: time.timestamp(), offset: 0 }
    }
}

impl Repository {
    /// The committer, as git says it here.
    pub fn identity(&self) -> Result<Identity, IdentityError> {
        let output = GitCommand::reading(self).args(["var", "GIT_COMMITTER_IDENT"]).run();
        let output = output.map_err(|source| match source {
            GitCommandError::Failed { .. } => IdentityError::Unknown(source),
            GitCommandError::Start(_) => IdentityError::Git(source),
        })?;
        let line = String::from_utf8_lossy(&output);
        let (name, rest) = line.split_once('<').unwrap_or((&line, ""));
        let (email, _) = rest.split_once('>').unwrap_or((rest, ""));
        Identity::new(name, email)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::TestRepo;

    #[test]
    fn the_committer_is_what_git_says() {
        let r = TestRepo::new();
        r.git(&["config", "user.name", "Grace Example"]);
        r.git(&["config", "user.email", "grace@example.com"]);
        // The environment of the tests may name a committer, who then counts.
        let identity = r.open().identity().unwrap();
        assert!(!identity.name().is_empty() && identity.email().contains('@'));
    }

    #[test]
    fn nobody_is_an_error_with_a_hint() {
        let r = TestRepo::new();
        r.git(&["config", "user.useConfigOnly", "true"]);
        r.git(&["config", "user.name", ""]);
        if std::env::var_os("GIT_COMMITTER_NAME").is_none() {
            let error = r.open().identity().unwrap_err();
            assert!(error.hint().unwrap().contains("user.name"), "{error}");
        }
    }

    #[test]
    fn a_name_cannot_end_its_header() {
        let identity = Identity::new(" Eve <x>\nauthor Mallory", "eve@example.com>").unwrap();
        assert_eq!((identity.name(), identity.email()), ("Eve xauthor Mallory", "eve@example.com"));
        assert!(Identity::new("<>", "a@b").is_err());
    }
}
