//! Bundles that were packed here, and what others make of them.

use std::collections::BTreeMap;
use std::fs;
use std::sync::LazyLock;

use proptest::prelude::*;
use ssh_key::private::{Ed25519Keypair, KeypairData};
use ssh_key::{HashAlg, LineEnding, PrivateKey};

use super::manifest::{MANIFEST, SIGNATURE, SUMS};
use super::*;

fn key(seed: u8) -> PrivateKey {
    let pair = Ed25519Keypair::from_seed(&[seed; 32]);
    PrivateKey::new(KeypairData::from(pair), "release@example.com").unwrap()
}

fn trusted() -> Signers {
    Signers::read(&key(1).public_key().to_openssh().unwrap()).unwrap()
}

fn signed(sums: &str, key: &PrivateKey, namespace: &str) -> String {
    key.sign(namespace, HashAlg::Sha512, sums.as_bytes()).unwrap().to_pem(LineEnding::LF).unwrap()
}

fn upgrade(from: &str, stops: &[&str]) -> BundledUpgrade {
    BundledUpgrade {
        from: from.to_owned(),
        page: format!("upgrade/from-{from}.html"),
        stops: stops.iter().map(|stop| (*stop).to_owned()).collect(),
    }
}

fn packing() -> Packing {
    let manifest = BundleManifest {
        schema_version: 1,
        project: "Acme".to_owned(),
        version: "1.8.4".to_owned(),
        channel: "self-hosted".to_owned(),
        line: "1.8".to_owned(),
        tag: "v1.8.4".to_owned(),
        commit: "1".repeat(40),
        released: "2026-03-01T00:00:00Z".parse().unwrap(),
        stops: Vec::new(),
        releases: ["1.6.2", "1.7.9", "1.8.3", "1.8.4", "1.9.0"].map(str::to_owned).to_vec(),
        upgrades: vec![upgrade("1.8.3", &[]), upgrade("1.6.2", &["1.7.9"])],
        files: Vec::new(),
    };
    let file = |role, version: Option<&str>, text: &str| Content {
        role,
        version: version.map(str::to_owned),
        source: BundleSource::Bytes(text.as_bytes().to_vec()),
    };
    let contents = BTreeMap::from([
        ("artifacts/acme.tar".to_owned(), file(BundleRole::Artifact, Some("1.8.4"), "what is installed")),
        ("README.md".to_owned(), file(BundleRole::About, None, "# Acme\n")),
        ("upgrade/from-1.8.3.html".to_owned(), file(BundleRole::Upgrade, None, "<p>do</p>")),
        ("upgrade/from-1.6.2.html".to_owned(), file(BundleRole::Upgrade, None, "<p>do more</p>")),
    ]);
    Packing::new("acme-1.8.4", manifest, contents).unwrap()
}

fn pack(compression: Compression) -> Vec<u8> {
    let packing = packing();
    let mut out = Vec::new();
    packing.write(&signed(packing.sums(), &key(1), NAMESPACE), compression, &mut out).unwrap();
    out
}

/// The same, packed once for all tests.
fn archive(compression: Compression) -> Vec<u8> {
    static PLAIN: LazyLock<Vec<u8>> = LazyLock::new(|| pack(Compression::None));
    static SMALL: LazyLock<Vec<u8>> = LazyLock::new(|| pack(Compression::Gzip));
    match compression {
        Compression::None => PLAIN.clone(),
        Compression::Gzip => SMALL.clone(),
    }
}

/// An entry of a made archive: path, text, kind.
type Entry = (String, Vec<u8>, tar::EntryType);

/// The entries of the archive that was packed.
fn entries() -> Vec<Entry> {
    let bytes = archive(Compression::None);
    let mut archive = tar::Archive::new(bytes.as_slice());
    let read = |entry: std::io::Result<tar::Entry<'_, &[u8]>>| {
        let mut entry = entry.unwrap();
        let path = entry.path().unwrap().display().to_string();
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut entry, &mut text).unwrap();
        (path, text, tar::EntryType::Regular)
    };
    archive.entries().unwrap().map(read).collect()
}

fn made_of(entries: &[Entry]) -> Vec<u8> {
    let mut builder = tar::Builder::new(Vec::new());
    for (path, text, kind) in entries {
        let mut header = tar::Header::new_ustar();
        // As bytes, since nobody is kept from writing what no path may be.
        header.as_ustar_mut().unwrap().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(text.len() as u64);
        header.set_entry_type(*kind);
        header.set_cksum();
        builder.append(&header, text.as_slice()).unwrap();
    }
    builder.into_inner().unwrap()
}

fn check(bytes: &[u8]) -> BundleCheck {
    check_bundle(bytes, &trusted(), None).unwrap()
}

/// The only problem.
fn problem(bytes: &[u8]) -> (ProblemKind, String) {
    let check = check(bytes);
    assert!(!check.passed && check.next.is_none());
    let [problem] = check.problems.as_slice() else { panic!("{:?}", check.problems) };
    (problem.problem, problem.path.clone().unwrap_or_else(|| problem.words.clone()))
}

#[test]
fn what_was_packed_passes_and_is_the_same_each_time() {
    for compression in [Compression::None, Compression::Gzip] {
        let bytes = archive(compression);
        assert_eq!(bytes, pack(compression));
        let check = check(&bytes);
        assert_eq!((check.passed, check.problems), (true, Vec::new()));
        assert_eq!(check.signed_by.unwrap().name, "release@example.com");
        assert_eq!((check.files, check.bytes), (4, 17 + 7 + 9 + 14));
        let bundle = check.bundle.unwrap();
        assert_eq!((bundle.version.as_str(), bundle.folder.as_str()), ("1.8.4", "acme-1.8.4"));
    }
}

#[test]
fn what_comes_next_depends_on_what_is_installed() {
    let bytes = archive(Compression::Gzip);
    let next = |installed: &str| check_bundle(bytes.as_slice(), &trusted(), Some(installed)).unwrap();
    let stop = NextStop { version: "1.7.9".to_owned(), included: false };
    let page = |from: &str| format!("upgrade/from-{from}.html");
    assert_eq!(next("1.8.3").next.unwrap(), NextStep::Upgrade { page: page("1.8.3"), stops: Vec::new() });
    assert_eq!(next("v1.6.2").next.unwrap(), NextStep::Upgrade { page: page("1.6.2"), stops: vec![stop] });
    assert_eq!(next("1.8.4").next.unwrap(), NextStep::Nothing);
    // What came since is known by its numbers.
    for newer in ["1.9.0", "1.8.5", "2.0.0-rc.1"] {
        assert_eq!(next(newer).problems[0].problem, ProblemKind::Older, "{newer}");
    }
    for (unknown, words) in [
        ("1.7.9", "it has no notes for an upgrade from 1.7.9; there are notes for 1.8.3, 1.6.2"),
        ("1.8.2", "it knows no version 1.8.2; there are notes for 1.8.3, 1.6.2"),
    ] {
        let problem = next(unknown).problems.remove(0);
        assert_eq!(problem.problem, ProblemKind::NoWay);
        assert_eq!(problem.words, words);
    }
    let NextStep::Choose { pages } = check(&bytes).next.unwrap() else { panic!() };
    assert_eq!(pages.iter().map(|page| page.from.as_str()).collect::<Vec<_>>(), ["1.8.3", "1.6.2"]);
}

#[test]
fn what_others_signed_does_not_count() {
    let packing = packing();
    for (key, namespace, kind) in [
        (key(2), NAMESPACE, ProblemKind::UnknownKey),
        (key(1), "git", ProblemKind::Signature),
        (key(1), "file", ProblemKind::Signature),
    ] {
        let mut out = Vec::new();
        packing.write(&signed(packing.sums(), &key, namespace), Compression::None, &mut out).unwrap();
        assert_eq!(problem(&out).0, kind);
    }
    let mut out = Vec::new();
    packing.write(&signed("other", &key(1), NAMESPACE), Compression::None, &mut out).unwrap();
    assert_eq!(problem(&out), (ProblemKind::Signature, "it was altered after it was signed".to_owned()));
    let mut out = Vec::new();
    packing.write("", Compression::None, &mut out).unwrap();
    assert_eq!(problem(&out).0, ProblemKind::Signature);
}

#[test]
fn files_that_were_altered_added_or_left_out_are_named() {
    let whole = entries();
    let at = |name: &str| whole.iter().position(|(path, ..)| path.ends_with(name)).unwrap();
    let changed = |change: &dyn Fn(&mut Vec<Entry>)| {
        let mut entries = whole.clone();
        change(&mut entries);
        problem(&made_of(&entries))
    };
    let artifact = "artifacts/acme.tar".to_owned();
    assert_eq!(changed(&|e| e[at("acme.tar")].1[0] ^= 1), (ProblemKind::Altered, artifact.clone()));
    assert_eq!(changed(&|e| e[at("acme.tar")].1.push(0)), (ProblemKind::Altered, artifact.clone()));
    assert_eq!(changed(&|e| e[at(MANIFEST)].1[9] ^= 1), (ProblemKind::Altered, MANIFEST.to_owned()));
    assert_eq!(changed(&|e| drop(e.remove(at("acme.tar")))), (ProblemKind::Missing, artifact));
    let extra = ("acme-1.8.4/run.sh".to_owned(), b"rm".to_vec(), tar::EntryType::Regular);
    assert_eq!(changed(&|e| e.push(extra.clone())), (ProblemKind::Unexpected, "run.sh".to_owned()));
    assert_eq!(changed(&|e| drop(e.remove(1))).0, ProblemKind::NotABundle);
    assert_eq!(changed(&|e| e[at(SUMS)].1.push(b'\n')).0, ProblemKind::Signature);
}

#[test]
fn tricks_with_paths_and_links_are_refused() {
    let whole = entries();
    for (path, kind) in [
        ("acme-1.8.4/../../etc/passwd", tar::EntryType::Regular),
        ("/etc/passwd", tar::EntryType::Regular),
        ("other/README.md", tar::EntryType::Regular),
        ("README.md", tar::EntryType::Regular),
        ("acme-1.8.4/readme.MD", tar::EntryType::Regular),
        ("acme-1.8.4/a\\b", tar::EntryType::Regular),
        ("acme-1.8.4/link", tar::EntryType::Symlink),
        ("acme-1.8.4/link", tar::EntryType::Link),
        ("acme-1.8.4/device", tar::EntryType::Char),
        ("acme-1.8.4/folder", tar::EntryType::Directory),
        ("acme-1.8.4/long", tar::EntryType::GNULongName),
        ("acme-1.8.4/long", tar::EntryType::XHeader),
        ("acme-1.8.4/sparse", tar::EntryType::GNUSparse),
    ] {
        for at in [0, 2, whole.len()] {
            let mut entries = whole.clone();
            entries.insert(at, (path.to_owned(), Vec::new(), kind));
            let (problem, _) = problem(&made_of(&entries));
            assert!(matches!(problem, ProblemKind::Unsafe | ProblemKind::NotABundle), "{path} {kind:?} {problem:?}");
        }
    }
}

#[test]
fn what_follows_the_end_is_refused() {
    for compression in [Compression::None, Compression::Gzip] {
        let mut bytes = archive(compression);
        bytes.extend_from_slice(b"more");
        assert_eq!(problem(&bytes).0, ProblemKind::Unexpected);
    }
}

#[test]
fn a_bomb_costs_no_more_than_its_head() {
    // Heads that promise more than anybody signed: none of what they promise is read.
    for (at, name) in [(0, SUMS), (1, SIGNATURE), (3, "zeros")] {
        let mut whole = entries();
        whole.truncate(at);
        let mut bytes = made_of(&whole);
        bytes.truncate(bytes.len() - 1024);
        let mut header = tar::Header::new_ustar();
        header.set_path(format!("acme-1.8.4/{name}")).unwrap();
        header.set_size(1 << 40);
        header.set_cksum();
        bytes.extend_from_slice(header.as_bytes());
        let endless = std::io::Read::chain(bytes.as_slice(), std::io::repeat(0));
        let check = check_bundle(std::io::BufReader::new(endless), &trusted(), None).unwrap();
        assert!(!check.passed, "{name}");
    }
}

#[test]
fn anything_else_is_no_bundle() {
    for bytes in [&b""[..], b"PK\x03\x04", &[0x1f, 0x8b, 8, 0], &[0; 4096], &[b'a'; 4096]] {
        let (problem, _) = problem(bytes);
        assert!(matches!(problem, ProblemKind::NotABundle | ProblemKind::Truncated), "{problem:?}");
    }
}

#[test]
fn files_that_would_be_one_elsewhere_are_not_packed() {
    let content = || Content { role: BundleRole::Document, version: None, source: BundleSource::Bytes(Vec::new()) };
    let manifest = packing().manifest().clone();
    for (paths, words) in [
        (["a/Readme", "a/README"], "are one file where"),
        (["a", "manifest.json"], "are one file where"),
        (["a", "b\\c"], "characters that not every system takes"),
    ] {
        let contents = paths.map(|path| (path.to_owned(), content())).into();
        let error = Packing::new("x", BundleManifest { files: Vec::new(), ..manifest.clone() }, contents).unwrap_err();
        assert!(error.to_string().contains(words), "{error}");
    }
}

#[test]
fn a_file_that_changes_while_it_is_packed_is_told() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("acme.tar");
    fs::write(&path, "one").unwrap();
    let source = BundleSource::File(path.clone());
    let contents = [("a".to_owned(), Content { role: BundleRole::Artifact, version: None, source })].into();
    let manifest = BundleManifest { files: Vec::new(), ..packing().manifest().clone() };
    let packing = Packing::new("x", manifest, contents).unwrap();
    packing.write("", Compression::None, Vec::new()).unwrap();
    for text in ["two", "on", "ones"] {
        fs::write(&path, text).unwrap();
        let written = packing.write("", Compression::None, Vec::new());
        // What was added behind the end is not packed, so that the rest is what it was.
        assert_eq!(matches!(written, Err(BundleError::Changed { .. })), text != "ones", "{text}");
    }
}

proptest! {
    #[test]
    fn no_part_of_a_bundle_passes(cut in 0_usize..usize::MAX, compressed in any::<bool>()) {
        let bytes = archive(if compressed { Compression::Gzip } else { Compression::None });
        let part = &bytes[..cut % bytes.len()];
        prop_assert!(!check(part).passed);
    }

    #[test]
    fn no_altered_file_passes(entry in 0_usize..7, at in 0_usize..usize::MAX, bit in 0_u8..8) {
        let mut entries = entries();
        let text = &mut entries[entry].1;
        let at = at % text.len();
        text[at] ^= 1 << bit;
        // A signature may be written in several ways, as long as it is one.
        let is_signature = entry == 1;
        prop_assert!(is_signature || !check(&made_of(&entries)).passed);
    }
}
