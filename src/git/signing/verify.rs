//! Checking signatures: git does, with the keyring of gpg and the allowed signers of `gpg.ssh.allowedSignersFile`.
//!
//! The invariant: only git's exit status makes a signature good. Words are read to tell whose it is, or what is wrong.

use serde::Serialize;

use crate::domain::ObjectId;
use crate::git::command::{GitCommand, GitCommandError, words};
use crate::git::object::{ObjectKind, SignatureKind};
use crate::git::repository::Repository;

/// What a signature is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SignatureState {
    /// Made by a key that is trusted here, over these bytes.
    Good,
    /// There is none.
    Unsigned,
    /// Over other bytes: the object was altered.
    Bad,
    /// By a key that the keyring lacks or that is no allowed signer's, or nothing says who is allowed.
    UnknownKey,
    /// By a key that is no longer valid, or was not when the object was made.
    ExpiredKey,
    /// By a key that was revoked.
    RevokedKey,
    /// It could not be checked.
    Unchecked,
}

/// A signature that was checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VerifiedSignature {
    pub state: SignatureState,
    /// `None` where there is no signature, or an unknown one.
    pub format: Option<SignatureKind>,
    /// Who signed, as the keyring or the allowed signers name them; may hold control characters.
    pub signer: Option<String>,
    /// The key's fingerprint.
    pub key: Option<String>,
    /// What git said, for people; empty where it is good.
    pub words: String,
}

impl VerifiedSignature {
    /// Whether it is trusted.
    pub fn is_good(&self) -> bool {
        self.state == SignatureState::Good
    }

    pub(super) fn read(is_good: bool, said: &str, format: Option<SignatureKind>) -> Self {
        let is_of_gpg = said.contains("[GNUPG:]");
        let format = format.or(match said {
            "" | "error: no signature found" => None,
            _ if is_of_gpg => Some(SignatureKind::OpenPgp),
            _ => Some(SignatureKind::Ssh),
        });
        let (signer, key) = match format {
            Some(SignatureKind::Ssh) => ssh_signer(said),
            _ => gpg_signer(said),
        };
        let state = if is_good { SignatureState::Good } else { fault(said) };
        let words = said.lines().filter(|line| !line.starts_with("[GNUPG:]")).collect::<Vec<_>>().join("\n");
        Self { state, format, signer, key, words: if is_good { String::new() } else { words } }
    }
}

/// `Good "git" signature for WHO with KIND key SHA256:…`; without `for WHO` where no signer is allowed to use the key.
fn ssh_signer(said: &str) -> (Option<String>, Option<String>) {
    let line = said.lines().find(|line| line.starts_with("Good \"git\" signature")).unwrap_or_default();
    let (person, key) = line.rsplit_once(" with ").unwrap_or((line, ""));
    let person = person.split_once(" for ").map(|(_, person)| person.to_owned());
    (person, key.split_once("key ").map(|(_, key)| key.trim().to_owned()))
}

/// From status lines: `GOODSIG id WHO` and its kin, `VALIDSIG fingerprint …`, `ERRSIG id …`.
fn gpg_signer(said: &str) -> (Option<String>, Option<String>) {
    let status =
        |key: &str| said.lines().find_map(|line| line.strip_prefix("[GNUPG:] ")?.strip_prefix(key)?.strip_prefix(' '));
    let found = ["GOODSIG", "EXPSIG", "EXPKEYSIG", "REVKEYSIG", "BADSIG"].into_iter().find_map(status);
    let (id, person) = found.map_or((None, None), |line| match line.split_once(' ') {
        Some((id, person)) => (Some(id), Some(person.to_owned())),
        None => (Some(line), None),
    });
    let first = |line: &str| line.split(' ').next().map(str::to_owned);
    let key = status("VALIDSIG").and_then(first).or(id.map(str::to_owned)).or(status("ERRSIG").and_then(first));
    (person, key)
}

fn fault(said: &str) -> SignatureState {
    let says = |words: &[&str]| words.iter().any(|word| said.contains(word));
    if says(&["no signature found"]) || said.is_empty() {
        SignatureState::Unsigned
    } else if says(&["[GNUPG:] BADSIG", "incorrect signature"]) {
        SignatureState::Bad
    } else if says(&["[GNUPG:] REVKEYSIG", "key is revoked", "revoked"]) {
        SignatureState::RevokedKey
    } else if says(&["[GNUPG:] EXPKEYSIG", "[GNUPG:] EXPSIG", "key has expired", "key is not yet valid"]) {
        SignatureState::ExpiredKey
    } else if says(&["[GNUPG:] NO_PUBKEY", "No principal matched", "allowedSignersFile", "[GNUPG:] GOODSIG"]) {
        SignatureState::UnknownKey
    } else {
        SignatureState::Unchecked
    }
}

impl Repository {
    /// Checks the signature of a commit or tag; anything else has none. `allowed` is a file of allowed ssh signers that
    /// counts instead of the configured one.
    pub fn verify(
        &self,
        object: ObjectId,
        kind: ObjectKind,
        allowed: Option<&std::path::Path>,
    ) -> Result<VerifiedSignature, GitCommandError> {
        let subcommand = match kind {
            ObjectKind::Tag => "verify-tag",
            ObjectKind::Commit => "verify-commit",
            ObjectKind::Tree | ObjectKind::Blob => return Ok(VerifiedSignature::read(false, "", None)),
        };
        let mut command = GitCommand::reading(self);
        if let Some(file) = allowed {
            command = command.args(["-c", &format!("gpg.ssh.allowedSignersFile={}", file.display())]);
        }
        let format = self.reader().ok().and_then(|reader| reader.tag(object).ok()?.signature);
        let output = command.args([subcommand, "--raw", &object.to_string()]).output()?;
        Ok(VerifiedSignature::read(output.status.success(), &words(&output.stderr), format))
    }
}
