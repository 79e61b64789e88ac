use std::fmt::Write;

use crate::domain::ObjectId;
use crate::git::{ObjectKind, RefSnapshot, SkipReason};
use crate::testing::TestRepo;

fn names(refs: &RefSnapshot) -> Vec<&str> {
    refs.entries().iter().map(|entry| entry.name.as_str()).collect()
}

fn skipped(refs: &RefSnapshot) -> Vec<(&str, SkipReason)> {
    refs.skipped().iter().map(|skipped| (skipped.name.as_str(), skipped.why)).collect()
}

/// Every kind of ref, some loose and some packed, some both.
fn busy() -> TestRepo {
    let mut r = TestRepo::new();
    r.commit("main", "one");
    r.branch("release/1.8", "main");
    r.tag("v1", "main");
    r.lightweight_tag("light", "main");
    r.track("origin", "main", "main");
    let one = r.id("main").object();
    r.set_ref("refs/remotes/stranger/main", one);
    r.set_ref("refs/pull/1/head", one);
    r.set_ref("refs/twintrack/freeze/production/x/y", one);
    r.set_ref("refs/deploys/a", one);
    r
}

const EXPECTED: [&str; 6] = [
    "refs/heads/main",
    "refs/heads/release/1.8",
    "refs/remotes/origin/main",
    "refs/tags/light",
    "refs/tags/v1",
    "refs/twintrack/freeze/production/x/y",
];

#[test]
fn reads_what_can_matter_and_passes_over_the_rest() {
    let r = busy();
    assert_eq!(names(&r.open().refs(&[]).unwrap()), EXPECTED);
    r.git(&["pack-refs", "--all"]);
    assert_eq!(names(&r.open().refs(&[]).unwrap()), EXPECTED);
    let more = r.open().refs(&["refs/deploys/".to_owned(), "refs/tags/v".to_owned()]).unwrap();
    assert_eq!(names(&more).len(), EXPECTED.len() + 1);
    assert!(more.find("refs/deploys/a").is_some());
    assert_eq!(r.open().refs(&["refs/deploys/a-".to_owned()]).unwrap(), more, "a prefix may end within a name");
}

#[test]
fn a_prefix_that_is_no_name_leads_nowhere() {
    let r = busy();
    r.git(&["config", "remote.../../...url", "x"]);
    let odd = ["refs/../../", "", "/", "refs/../refs/pull/", "objects/"].map(str::to_owned);
    let refs = r.open().refs(&odd).unwrap();
    assert_eq!((names(&refs), skipped(&refs)), (EXPECTED.to_vec(), Vec::new()));
    assert_eq!(r.open().refs(&["refs/".to_owned()]).unwrap().entries().len(), EXPECTED.len() + 3);
}

#[test]
fn a_loose_ref_wins_over_a_packed_one() {
    let mut r = busy();
    r.git(&["pack-refs", "--all"]);
    let two = r.commit("main", "two");
    let refs = r.open().refs(&[]).unwrap();
    assert_eq!(refs.find("refs/heads/main").unwrap().target, two.object());
    assert_eq!(names(&refs), EXPECTED);
}

#[test]
fn agrees_with_git_on_every_ref() {
    let mut r = busy();
    r.git(&["pack-refs", "--all"]);
    r.commit("main", "two");
    r.tag("v2", "main");
    r.delete_branch("release/1.8");
    let refs = r.open().refs(&[]).unwrap();
    let mut ours = String::new();
    for entry in refs.entries() {
        writeln!(ours, "{} {}", entry.target, entry.name).unwrap();
    }
    let theirs = r.git(&[
        "for-each-ref",
        "--format=%(objectname) %(refname)",
        "refs/heads",
        "refs/tags",
        "refs/twintrack",
        "refs/remotes/origin",
    ]);
    assert_eq!(ours.trim_end(), theirs.replace("\r\n", "\n"), "git orders refs as we do within a prefix");
}

#[test]
fn packed_tags_tell_what_they_come_to() {
    let r = busy();
    let commit = r.id("main");
    let loose = r.open().refs(&[]).unwrap();
    assert_eq!(loose.find("refs/tags/v1").unwrap().peeled, None);
    r.git(&["pack-refs", "--all"]);
    let repo = r.open();
    let packed = repo.refs(&[]).unwrap();
    let tag = packed.find("refs/tags/v1").unwrap();
    assert_eq!(tag.peeled, Some(commit.object()));
    assert_ne!(tag.target, commit.object());
    assert_eq!(packed.find("refs/tags/light").unwrap().peeled, Some(commit.object()));
    let reader = repo.reader().unwrap();
    for refs in [&loose, &packed] {
        for entry in refs.entries() {
            assert_eq!(reader.commit_of(entry).unwrap(), commit, "{}", entry.name);
        }
    }
}

#[test]
fn lists_what_stands_below_a_prefix() {
    let mut r = busy();
    r.tag("w/nested", "main");
    let refs = r.open().refs(&[]).unwrap();
    assert_eq!(refs.under("refs/heads/").map(|(name, _)| name).collect::<Vec<_>>(), ["main", "release/1.8"]);
    assert_eq!(refs.under("refs/notes/").count(), 0);
}

#[test]
fn an_alias_is_resolved_and_known_as_one() {
    let r = busy();
    r.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    r.git(&["symbolic-ref", "refs/heads/current", "refs/remotes/origin/HEAD"]);
    for _ in 0..2 {
        let refs = r.open().refs(&[]).unwrap();
        for name in ["refs/remotes/origin/HEAD", "refs/heads/current"] {
            let alias = refs.find(name).unwrap();
            assert_eq!(alias.target, r.id("main").object());
            assert_eq!(alias.alias_of.as_ref().unwrap().as_str(), "refs/remotes/origin/main");
        }
        r.git(&["pack-refs", "--all"]);
    }
}

#[test]
fn an_alias_of_nothing_or_of_itself_is_left_out_and_said() {
    let r = busy();
    r.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/gone"]);
    std::fs::write(r.path().join(".git/refs/heads/a"), "ref: refs/heads/b\n").unwrap();
    std::fs::write(r.path().join(".git/refs/heads/b"), "ref: refs/heads/a\n").unwrap();
    let refs = r.open().refs(&[]).unwrap();
    assert_eq!(names(&refs), EXPECTED);
    let dangling = ["refs/heads/a", "refs/heads/b", "refs/remotes/origin/HEAD"];
    assert_eq!(skipped(&refs), dangling.map(|name| (name, SkipReason::Dangling)));
}

#[test]
#[cfg(unix)]
fn names_that_are_not_utf8_or_not_allowed_are_left_out_and_said() {
    use std::os::unix::ffi::OsStrExt;

    let r = busy();
    let id = r.id("main").object();
    let dir = r.path().join(".git/refs/tags");
    std::fs::write(dir.join(std::ffi::OsStr::from_bytes(b"caf\xe9")), format!("{id}\n")).unwrap();
    std::fs::write(dir.join("with blank"), format!("{id}\n")).unwrap();
    std::fs::write(dir.join("empty"), "").unwrap();
    std::fs::write(dir.join("v9.lock"), format!("{id}\n")).unwrap();
    let mut packed =
        format!("# pack-refs with: peeled fully-peeled sorted \n{id} refs/tags/pack\n{id} refs/tags/").into_bytes();
    packed.extend_from_slice(b"\xff\nnonsense\n");
    std::fs::write(r.path().join(".git/packed-refs"), packed).unwrap();
    let refs = r.open().refs(&[]).unwrap();
    assert!(refs.find("refs/tags/pack").is_some() && refs.find("refs/tags/v9.lock").is_none());
    let expected = [
        ("nonsense", SkipReason::Malformed),
        ("refs/tags/caf\u{fffd}", SkipReason::NotUtf8),
        ("refs/tags/empty", SkipReason::Malformed),
        ("refs/tags/with blank", SkipReason::InvalidName),
        ("refs/tags/\u{fffd}", SkipReason::NotUtf8),
    ];
    assert_eq!(skipped(&refs), expected);
}

#[test]
#[cfg(unix)]
fn links_pipes_and_long_files_among_the_refs_are_left_out() {
    let r = busy();
    let dir = r.path().join(".git/refs/heads");
    std::os::unix::fs::symlink("itself", dir.join("itself")).unwrap();
    std::os::unix::fs::symlink("/dev/zero", dir.join("endless")).unwrap();
    std::os::unix::fs::symlink(".", dir.join("directory")).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(dir.join("pipe")).status().unwrap().success());
    std::fs::write(dir.join("long"), vec![b'a'; 100_000]).unwrap();
    let refs = r.open().refs(&[]).unwrap();
    assert_eq!(names(&refs), EXPECTED);
    let malformed = ["directory", "endless", "itself", "long", "pipe"];
    assert_eq!(skipped(&refs).iter().map(|(name, _)| &name["refs/heads/".len()..]).collect::<Vec<_>>(), malformed);
}

#[test]
fn a_damaged_loose_ref_does_not_bring_back_its_packed_past() {
    let r = busy();
    r.git(&["pack-refs", "--all"]);
    std::fs::write(r.path().join(".git/refs/heads/main"), "0000").unwrap();
    let refs = r.open().refs(&[]).unwrap();
    assert_eq!(refs.find("refs/heads/main"), None);
    assert_eq!(skipped(&refs), [("refs/heads/main", SkipReason::Malformed)]);
}

#[test]
fn replacements_are_noticed_loose_and_packed() {
    let mut r = TestRepo::new();
    let (one, two) = (r.commit("main", "one"), r.commit("main", "two"));
    assert!(!r.open().refs(&[]).unwrap().has_replacements());
    r.git(&["replace", &two.to_string(), &one.to_string()]);
    assert!(r.open().refs(&[]).unwrap().has_replacements());
    r.git(&["pack-refs", "--all"]);
    std::fs::remove_dir_all(r.path().join(".git/refs/replace")).unwrap_or_default();
    assert!(r.open().refs(&[]).unwrap().has_replacements());
}

#[test]
fn a_hundred_thousand_packed_tags_and_pull_requests_are_read() {
    let r = TestRepo::bare();
    let tree = r.object(ObjectKind::Tree, b"");
    let mut packed = "# pack-refs with: peeled fully-peeled sorted \n".to_owned();
    for number in 0..50_000 {
        writeln!(packed, "{tree} refs/pull/{number:06}/head").unwrap();
    }
    for number in 0..100_000u32 {
        let mut bytes = [7; 20];
        bytes[..4].copy_from_slice(&number.to_be_bytes());
        let id = ObjectId::from_bytes(bytes);
        writeln!(packed, "{id} refs/tags/deploy/production/2026-01-01.{number:06}\n^{tree}").unwrap();
    }
    std::fs::write(r.path().join("packed-refs"), packed).unwrap();
    let refs = r.open().refs(&[]).unwrap();
    assert_eq!((refs.entries().len(), refs.skipped().len()), (100_000, 0));
    assert!(refs.entries().is_sorted_by(|a, b| a.name < b.name));
    assert!(refs.entries().iter().all(|entry| entry.peeled == Some(tree)));
}
