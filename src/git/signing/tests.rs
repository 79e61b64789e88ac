//! Signing with real keys and checking what was signed; what programs print is read for every case.

use std::path::PathBuf;

use super::*;
use crate::domain::{ObjectId, TagName};
use crate::git::{CommitDraft, Identity, NewObjects, ObjectKind, SignatureKind, TagDraft};
use crate::testing::TestRepo;

fn committer() -> Identity {
    Identity::new("Ada Example", "ada@example.com").unwrap()
}

/// A key without a passphrase and, beside it, the file that allows it for Ada.
fn with_ssh_key(r: &TestRepo) -> PathBuf {
    let key = r.path().join(".git/key");
    let arguments = ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", key.to_str().unwrap()];
    assert!(std::process::Command::new("ssh-keygen").args(arguments).status().unwrap().success());
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    let allowed = r.path().join(".git/allowed");
    std::fs::write(&allowed, format!("ada@example.com namespaces=\"git\" {public}")).unwrap();
    for (name, value) in [("gpg.format", "ssh"), ("user.signingKey", key.to_str().unwrap()), ("tag.gpgSign", "true")] {
        r.git(&["config", name, value]);
    }
    r.git(&["config", "gpg.ssh.allowedSignersFile", allowed.to_str().unwrap()]);
    key
}

/// A commit on `main`, and a tag of it.
fn drafts(r: &mut TestRepo) -> (NewObjects, ObjectId, ObjectId) {
    let parent = r.commit_file("main", "one", "a", "1\n");
    let repository = r.open();
    let reader = repository.reader().unwrap();
    let person = committer().at(r.now());
    let mut objects = NewObjects::new();
    let tree = objects.tree_of(&reader, parent).unwrap();
    let (author, message) = (person.clone(), "two\n\nBody\n".to_owned());
    let commit = CommitDraft { tree, parents: vec![parent], author, committer: person.clone(), message };
    let commit = objects.commit(&commit).unwrap().object();
    let message = format!("Release 1\n\nOf {commit}.\n\nRun: x");
    let draft = TagDraft { name: TagName::new("v1").unwrap(), target: commit, tagger: person, message };
    let tag = objects.tag(&reader, &draft).unwrap();
    (objects, commit, tag)
}

#[test]
fn what_is_signed_verifies_and_names_the_signed() {
    let mut r = TestRepo::new();
    with_ssh_key(&r);
    let (objects, commit, tag) = drafts(&mut r);
    let repository = r.open();
    let signing = repository.signing(SigningWish::All, &committer()).unwrap();
    assert_eq!((signing.tags, signing.commits, objects.to_sign(&signing)), (true, true, (1, 1)));
    let (signed, ids) = objects.signed(&signing).unwrap();
    let (commit, tag) = ((commit, ids.now(commit)), (tag, ids.now(tag)));
    assert!(commit.0 != commit.1 && tag.0 != tag.1);
    assert!(!repository.reader().unwrap().has(tag.1), "signing writes nothing");
    signed.write(&repository).unwrap();
    r.git(&["fsck", "--strict", "--no-dangling"]);
    let read = repository.reader().unwrap().tag(tag.1).unwrap();
    assert_eq!((read.target, read.signature), (commit.1, Some(SignatureKind::Ssh)));
    assert_eq!(read.message, format!("Release 1\n\nOf {}.\n\nRun: x\n", commit.1));
    for (id, kind) in [(tag.1, ObjectKind::Tag), (commit.1, ObjectKind::Commit)] {
        let verified = repository.verify(id, kind, None).unwrap();
        assert!(verified.is_good(), "{verified:?}");
        assert_eq!((verified.format, verified.signer.as_deref()), (Some(SignatureKind::Ssh), Some("ada@example.com")));
        assert!(verified.key.unwrap().starts_with("SHA256:"));
    }
}

#[test]
fn what_is_not_good_says_why() {
    let mut r = TestRepo::new();
    let key = with_ssh_key(&r);
    let (objects, _, tag) = drafts(&mut r);
    let repository = r.open();
    let signing = repository.signing(SigningWish::All, &committer()).unwrap();
    let (signed, ids) = objects.signed(&signing).unwrap();
    signed.write(&repository).unwrap();
    objects.write(&repository).unwrap();
    let state = |id, kind, allowed: Option<&str>| {
        let file = allowed.map(|text| {
            let file = r.path().join(".git/other");
            std::fs::write(&file, text).unwrap();
            file
        });
        repository.verify(id, kind, file.as_deref()).unwrap().state
    };
    let of_tag = |id, allowed| state(id, ObjectKind::Tag, allowed);
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    assert_eq!(of_tag(tag, None), SignatureState::Unsigned);
    assert_eq!(state(r.id("main").object(), ObjectKind::Commit, None), SignatureState::Unsigned);
    assert_eq!(of_tag(ids.now(tag), Some("")), SignatureState::UnknownKey);
    let over = format!("ada@example.com valid-before=\"20200101\" {public}");
    assert_eq!(of_tag(ids.now(tag), Some(&over)), SignatureState::ExpiredKey);
    let text = String::from_utf8(signed.bytes(ids.now(tag), ObjectKind::Tag).unwrap().to_vec()).unwrap();
    let altered = r.object(ObjectKind::Tag, text.replace("Release 1", "Release 2").as_bytes());
    assert_eq!(of_tag(altered, None), SignatureState::Bad);
}

#[test]
fn words_of_gpg_are_told_apart() {
    let good =
        "[GNUPG:] GOODSIG 5B6F7F6DC13B4C0A Ada Example <ada@example.com>\n[GNUPG:] VALIDSIG A608C520 2026-11-25 1";
    let read = VerifiedSignature::read(true, good, None);
    assert_eq!(
        (read.signer.as_deref(), read.key.as_deref()),
        (Some("Ada Example <ada@example.com>"), Some("A608C520"))
    );
    for (said, state) in [
        ("[GNUPG:] BADSIG 5B6F Ada", SignatureState::Bad),
        ("[GNUPG:] EXPKEYSIG 5B6F Ada", SignatureState::ExpiredKey),
        ("[GNUPG:] REVKEYSIG 5B6F Ada", SignatureState::RevokedKey),
        ("[GNUPG:] ERRSIG 5B6F 22 8 00 1 9 A608\n[GNUPG:] NO_PUBKEY 5B6F", SignatureState::UnknownKey),
        // A key that gpg knows, below the trust that git asks for.
        ("[GNUPG:] GOODSIG 5B6F Ada\n[GNUPG:] TRUST_NEVER 0 pgp", SignatureState::UnknownKey),
        ("error: cannot run gpg: No such file or directory", SignatureState::Unchecked),
    ] {
        let read = VerifiedSignature::read(false, said, Some(SignatureKind::OpenPgp));
        assert_eq!(read.state, state, "{said}");
    }
}

#[test]
fn a_failure_names_the_key_and_the_way_out() {
    let mut r = TestRepo::new();
    let key = with_ssh_key(&r);
    let (objects, _, _) = drafts(&mut r);
    std::fs::remove_file(&key).unwrap();
    let signing = r.open().signing(SigningWish::AsConfigured, &committer()).unwrap();
    assert_eq!(objects.to_sign(&signing), (0, 1));
    let error = objects.signed(&signing).unwrap_err();
    assert_eq!(error.kind, ObjectKind::Tag);
    assert!(matches!(error.source, SigningError::Refused { .. }), "{:?}", error.source);
    assert!(error.source.hint().unwrap().contains("--no-sign"));
    assert!(!error.source.to_string().contains("twintrack-"), "{}", error.source);
    r.git(&["config", "gpg.ssh.program", "/nowhere/signer"]);
    let signing = r.open().signing(SigningWish::All, &committer()).unwrap();
    assert!(matches!(objects.signed(&signing).unwrap_err().source, SigningError::Start { .. }));
    r.git(&["config", "gpg.format", "wax"]);
    assert!(matches!(r.open().signing(SigningWish::All, &committer()), Err(SigningError::Format { .. })));
    assert_eq!(r.open().signing(SigningWish::Nothing, &committer()).unwrap(), Signing::none());
}

#[test]
fn a_command_may_name_the_key() {
    let mut r = TestRepo::new();
    let key = with_ssh_key(&r);
    let (objects, _, _) = drafts(&mut r);
    r.git(&["config", "--unset", "user.signingKey"]);
    let signed_with = |command: &str| {
        r.git(&["config", "gpg.ssh.defaultKeyCommand", command]);
        objects.signed(&r.open().signing(SigningWish::All, &committer()).unwrap())
    };
    let error = signed_with("echo no key here; echo reason >&2").unwrap_err().source;
    assert_eq!(error.to_string(), "`gpg.ssh.defaultKeyCommand` named no key: reason");
    // A public key without an agent that holds the secret one.
    let error = signed_with(&format!("cat {}", key.with_extension("pub").display())).unwrap_err().source;
    assert!(matches!(&error, SigningError::Refused { key, .. } if key.starts_with("ssh-ed25519 ")), "{error:?}");
    r.git(&["config", "--unset", "gpg.ssh.defaultKeyCommand"]);
    let signing = r.open().signing(SigningWish::All, &committer()).unwrap();
    assert!(matches!(objects.signed(&signing).unwrap_err().source, SigningError::NoKey));
}
