//! Whose signature counts, and whether one is theirs: without any program, since a bundle is checked where there may be
//! none.

use serde::Serialize;
use ssh_key::{Algorithm, HashAlg, PublicKey, SshSig};

use super::manifest::NAMESPACE;

/// Why nobody is known to be trusted.
#[derive(Debug, thiserror::Error)]
pub enum SignersError {
    #[error("there is no ssh key in it")]
    NoKey,
    #[error("line {line} is no ssh public key")]
    NotAKey { line: usize },
    #[error("line {line} holds a private key")]
    Private { line: usize },
    #[error("line {line} limits its key by `{options}`, which is not understood here")]
    Options { line: usize, options: String },
}

impl SignersError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NoKey | Self::NotAKey { .. } => {
                "name a file as `ssh-keygen` writes it beside a key, `release.pub`, or one of allowed signers"
                    .to_owned()
            }
            Self::Private { .. } => "name the public half beside it, which ends in `.pub`".to_owned(),
            Self::Options { .. } => format!(
                "check such a bundle by hand with `ssh-keygen -Y verify -n {NAMESPACE}`, or name a file with the key alone"
            ),
        }
    }
}

/// The keys that count.
#[derive(Debug)]
pub struct Signers(Vec<PublicKey>);

/// Who signed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BundleSigner {
    /// `SHA256:…`, as `ssh-keygen -l` prints it.
    pub fingerprint: String,
    /// What the file of trusted keys calls the key; empty where it says nothing.
    pub name: String,
}

/// What is wrong with a signature.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum SignatureFault {
    /// It is none, or one of another kind.
    Unreadable,
    /// It was made for something else.
    Namespace(String),
    /// By a key that nobody trusts here; its fingerprint.
    UnknownKey(String),
    /// It does not fit what was signed.
    Bad,
}

impl Signers {
    /// Reads public keys, one on a line as `ssh-keygen` writes them, with or without whose they are before them as in a
    /// file of allowed signers.
    pub fn read(text: &str) -> Result<Self, SignersError> {
        let mut keys = Vec::new();
        for (at, line) in text.lines().enumerate() {
            let (number, line) = (at + 1, line.trim());
            if line.contains("PRIVATE KEY-----") {
                return Err(SignersError::Private { line: number });
            }
            if !line.is_empty() && !line.starts_with('#') {
                keys.push(read_line(line, number)?);
            }
        }
        if keys.is_empty() { Err(SignersError::NoKey) } else { Ok(Self(keys)) }
    }

    /// Who of them signed `payload`.
    pub(super) fn check(&self, armour: &str, payload: &[u8]) -> Result<BundleSigner, SignatureFault> {
        let signature = SshSig::from_pem(armour).map_err(|_| SignatureFault::Unreadable)?;
        if signature.namespace() != NAMESPACE {
            return Err(SignatureFault::Namespace(signature.namespace().to_owned()));
        }
        let fingerprint = signature.public_key().fingerprint(HashAlg::Sha256).to_string();
        let Some(key) = self.0.iter().find(|key| key.key_data() == signature.public_key()) else {
            return Err(SignatureFault::UnknownKey(fingerprint));
        };
        key.verify(NAMESPACE, payload, &signature).map_err(|_| SignatureFault::Bad)?;
        Ok(BundleSigner { fingerprint, name: key.comment().to_owned() })
    }
}

/// `[PRINCIPALS [OPTIONS]] TYPE KEY [COMMENT]`.
fn read_line(line: &str, number: usize) -> Result<PublicKey, SignersError> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_type =
        |word: &&str| matches!(Algorithm::new(word), Ok(algorithm) if !matches!(algorithm, Algorithm::Other(_)));
    let at = words.iter().position(is_type).ok_or(SignersError::NotAKey { line: number })?;
    let options = words.get(1..at).unwrap_or_default().join(" ");
    let is_for_bundles = |options: &str| options == format!("namespaces=\"{NAMESPACE}\"");
    if !options.is_empty() && !is_for_bundles(&options) {
        return Err(SignersError::Options { line: number, options });
    }
    let mut key =
        PublicKey::from_openssh(&words[at..].join(" ")).map_err(|_| SignersError::NotAKey { line: number })?;
    if at > 0 {
        key.set_comment(words[0]);
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    #[test]
    fn keys_are_read_as_openssh_writes_them() {
        for text in [
            format!("{KEY} release@example.com\n"),
            format!("# ours\n\nrelease@example.com {KEY} ours\n"),
            format!("release@example.com namespaces=\"twintrack-bundle\" {KEY}"),
        ] {
            let Signers(keys) = Signers::read(&text).unwrap();
            assert_eq!(keys[0].comment(), "release@example.com");
        }
    }

    #[test]
    fn what_is_no_key_to_trust_is_refused() {
        let said = |text: &str| Signers::read(text).unwrap_err().to_string();
        assert_eq!(said("\n# nothing\n"), "there is no ssh key in it");
        assert_eq!(said(&format!("{KEY}\nssh-ed25519 AAAA")), "line 2 is no ssh public key");
        assert_eq!(said("-----BEGIN OPENSSH PRIVATE KEY-----"), "line 1 holds a private key");
        assert_eq!(
            said(&format!("a valid-before=\"20200101\" {KEY}")),
            "line 1 limits its key by `valid-before=\"20200101\"`, which is not understood here"
        );
    }
}
