use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectKind, ReadError, TreeEntryKind};
use crate::testing::TestRepo;

const NOWHERE: &str = "00ff10a0deadbeef0123456789abcdef01234567";

#[test]
fn reads_a_commit_and_its_tag() {
    let mut r = TestRepo::new();
    let one = r.commit("main", "one");
    let two = r.commit("main", "two\n\nbody");
    let tag = r.tag_with("v1", "main", "Release 1\n\nRun: 7");
    let repo = r.open();
    let reader = repo.reader().unwrap();
    let commit = reader.commit(two).unwrap();
    assert_eq!((commit.parents.as_slice(), commit.message.as_slice()), ([one].as_slice(), b"two\n\nbody\n".as_slice()));
    assert_eq!(commit.committer.at().to_rfc3339(), "2025-01-01T01:00:00+00:00");
    let tag = reader.tag(tag).unwrap();
    assert_eq!((tag.target, tag.name.as_str()), (two.object(), "v1"));
    assert_eq!(tag.message, "Release 1\n\nRun: 7\n");
    assert_eq!(tag.tagger.unwrap().at().to_rfc3339(), "2025-01-01T02:00:00+00:00");
}

#[test]
fn unwraps_tags_of_tags_and_names_what_is_no_commit() {
    let mut r = TestRepo::new();
    let commit = r.commit_file("main", "one", "a", "1\n");
    let inner = r.tag("inner", "main");
    let outer = r.tag_object("outer", inner, "tag", "outer");
    let blob = r.object(ObjectKind::Blob, b"key");
    let tag_of_blob = r.tag_object("key", blob, "blob", "a key");
    let repo = r.open();
    let reader = repo.reader().unwrap();
    for id in [commit.object(), inner, outer] {
        assert_eq!(reader.peel_to_commit(id).unwrap(), commit);
    }
    let tree = reader.commit(commit).unwrap().tree;
    for (id, at, kind) in
        [(tree, tree, ObjectKind::Tree), (blob, blob, ObjectKind::Blob), (tag_of_blob, blob, ObjectKind::Blob)]
    {
        let error = reader.peel_to_commit(id).unwrap_err();
        assert!(matches!(error, ReadError::Kind { id, found, .. } if id == at && found == kind), "{error:?}");
    }
    assert_eq!(reader.peel_to_commit(tree).unwrap_err().to_string(), format!("`{tree}` is a tree, not a commit"));
}

#[test]
fn a_tag_of_something_absent_is_absent_and_not_a_guess() {
    let mut r = TestRepo::new();
    r.commit("main", "one");
    let nowhere: ObjectId = NOWHERE.parse().unwrap();
    let nested = r.tag_object("inner", nowhere, "tag", "x");
    let repo = r.open();
    let reader = repo.reader().unwrap();
    for error in [
        reader.peel_to_commit(nowhere).map(drop).unwrap_err(),
        reader.peel_to_commit(nested).map(drop).unwrap_err(),
        reader.commit(CommitId::new(nowhere)).map(drop).unwrap_err(),
        reader.kind(nowhere).map(drop).unwrap_err(),
    ] {
        assert!(error.is_absent() && error.to_string().contains(NOWHERE), "{error:?}");
    }
    assert!(!reader.has(nowhere) && reader.has(nested));
}

#[test]
fn objects_of_the_wrong_kind_and_malformed_ones_are_told_apart() {
    let mut r = TestRepo::new();
    let commit = r.commit("main", "one");
    let tag = r.tag("v1", "main");
    // git and libgit2 write no such objects themselves, but other tools have.
    let odd = r.object(ObjectKind::Commit, b"author nobody\n\nx");
    let odd_tag = r.object(ObjectKind::Tag, b"tag x\n\nx");
    let odd_tree = r.object(ObjectKind::Tree, b"100644 file\0short");
    let repo = r.open();
    let reader = repo.reader().unwrap();
    assert!(matches!(reader.commit(CommitId::new(tag)), Err(ReadError::Kind { found: ObjectKind::Tag, .. })));
    assert!(matches!(reader.tag(commit.object()), Err(ReadError::Kind { found: ObjectKind::Commit, .. })));
    assert!(matches!(reader.commit(CommitId::new(odd)), Err(ReadError::Malformed { kind: ObjectKind::Commit, .. })));
    assert!(matches!(reader.tag(odd_tag), Err(ReadError::Malformed { kind: ObjectKind::Tag, .. })));
    assert!(matches!(reader.tree(odd_tree), Err(ReadError::Malformed { kind: ObjectKind::Tree, .. })));
}

#[test]
fn reads_files_by_path_and_by_rule() {
    let mut r = TestRepo::new();
    let files = [("a.toml", "1"), ("changes/x.md", "2"), ("changes/old/y.md", "3"), ("src/z.rs", "4")];
    let commit = r.commit_files("main", "one", &files.map(|(path, content)| (path, Some(content))));
    let repo = r.open();
    let reader = repo.reader().unwrap();
    assert_eq!(reader.file_at(commit, "changes/old/y.md").unwrap().as_deref(), Some(b"3".as_slice()));
    for path in ["", "/", "changes", "changes/none.md", "a.toml/below", "none/below"] {
        assert_eq!(reader.file_at(commit, path).unwrap(), None, "{path}");
    }
    let directory = reader.entry_at(commit, "changes").unwrap().unwrap();
    assert_eq!(directory.kind, TreeEntryKind::Directory);
    let entered = std::cell::RefCell::new(Vec::new());
    let found = reader.files_matching(
        commit,
        |directory| {
            entered.borrow_mut().push(directory.to_owned());
            directory.starts_with("changes")
        },
        |path| path.ends_with(".md"),
    );
    let paths: Vec<String> = found.unwrap().into_iter().map(|(path, _)| path).collect();
    assert_eq!(paths, ["changes/old/y.md", "changes/x.md"]);
    assert_eq!(entered.into_inner(), ["changes", "src", "changes/old"]);
}

#[test]
fn a_tree_made_to_be_endless_ends() {
    let mut r = TestRepo::new();
    let mut tree = r.object(ObjectKind::Tree, b"");
    for _ in 0..400 {
        let mut bytes = b"40000 d\0".to_vec();
        bytes.extend_from_slice(tree.as_bytes());
        tree = r.object(ObjectKind::Tree, &bytes);
    }
    let text = format!("tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\n\nx\n");
    let commit = r.object(ObjectKind::Commit, text.as_bytes());
    r.set_ref("refs/heads/main", commit);
    let repo = r.open();
    let result = repo.reader().unwrap().files_matching(CommitId::new(commit), |_| true, |_| true);
    assert!(matches!(result, Err(ReadError::Malformed { .. })));
}

#[test]
fn objects_packed_while_the_reader_is_open_are_still_found() {
    let mut r = TestRepo::new();
    let one = r.commit("main", "one");
    let repo = r.open();
    let reader = repo.reader().unwrap();
    reader.commit(one).unwrap();
    let two = r.commit("main", "two");
    r.git(&["repack", "-a", "-d", "-q"]);
    assert!(reader.commit(one).is_ok() && reader.commit(two).is_ok());
}

#[test]
fn a_damaged_object_is_an_error_with_its_cause() {
    let mut r = TestRepo::new();
    let commit = r.commit("main", "one");
    let id = commit.to_string();
    let file = r.path().join(".git/objects").join(&id[..2]).join(&id[2..]);
    let intact = std::fs::read(&file).unwrap();
    std::fs::remove_file(&file).unwrap();
    for length in 0..intact.len() {
        std::fs::write(&file, &intact[..length]).unwrap();
        let repo = r.open();
        match repo.reader().unwrap().commit(commit) {
            // All that is missing is the checksum behind the contents.
            Ok(read) => assert!(length + 4 >= intact.len() && read.message == b"one\n", "{length}"),
            Err(ReadError::Damaged { id, .. }) => assert_eq!(id, commit.object()),
            Err(error) => panic!("{length}: {error:?}"),
        }
        assert!(length > 0 || repo.reader().unwrap().kind(commit.object()).is_err());
    }
    std::fs::write(&file, "not zlib").unwrap();
    assert!(r.open().reader().unwrap().commit(commit).is_err());
}

#[test]
fn a_pack_that_is_cut_off_is_an_error() {
    let mut r = TestRepo::new();
    let commit = r.commit_file("main", "one", "a", &"line\n".repeat(1000));
    r.git(&["repack", "-a", "-d", "-q"]);
    let packs = std::fs::read_dir(r.path().join(".git/objects/pack")).unwrap();
    let pack = packs.map(|entry| entry.unwrap().path()).find(|path| path.extension().unwrap() == "pack").unwrap();
    let intact = std::fs::read(&pack).unwrap();
    std::fs::remove_file(&pack).unwrap();
    for length in [0, 20, intact.len() / 2] {
        std::fs::write(&pack, &intact[..length]).unwrap();
        let repo = r.open();
        let result = repo.reader().and_then(|reader| reader.commit(commit));
        assert!(result.is_err(), "{length}");
    }
}
