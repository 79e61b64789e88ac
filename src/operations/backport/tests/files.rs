//! Files of every kind, each compared with what git's own cherry-pick makes of them.

use super::*;

/// A commit on a branch made by git itself, from what `edit` does to the work tree.
fn edited(site: &mut Site, branch: &str, message: &str, edit: impl FnOnce(&TestRepo)) -> CommitId {
    site.repo.checkout(branch);
    edit(&site.repo);
    site.repo.git(&["add", "--all"]);
    site.repo.git(&["commit", "--quiet", "--message", message]);
    let commit = site.repo.id(branch);
    // Nothing may be in the way of the branch.
    site.repo.git(&["checkout", "--quiet", "--detach"]);
    commit
}

#[test]
fn what_git_picks_is_picked_alike() {
    let mut site = Site::new();
    let long: String = (0..40).map(|number| format!("line {number}\n")).collect();
    site.repo.commit_files("main", "feat: files", &[("old/name.rs", Some(&long)), ("run.sh", Some("#!/bin/sh\n"))]);
    site.repo.branch("release/1.2", "main");
    // The line has the file under another name, and a line of text of its own.
    site.repo.commit_files(
        "release/1.2",
        "refactor: move",
        &[("old/name.rs", None), ("new/place.rs", Some(&long.replace("line 3\n", "line three\n")))],
    );
    let renamed_there = edited(&mut site, "main", "fix: deep", |repo| {
        repo.write("old/name.rs", &long.replace("line 30\n", "line thirty\n"));
    });
    let mode = edited(&mut site, "main", "fix: a program", |repo| {
        repo.git(&["update-index", "--chmod=+x", "run.sh"]);
        repo.git(&["checkout-index", "--force", "run.sh"]);
    });
    let link = edited(&mut site, "main", "feat: link", |repo| {
        std::os::unix::fs::symlink("run.sh", repo.path().join("link")).unwrap();
    });
    let binary = edited(&mut site, "main", "feat: picture", |repo| {
        std::fs::write(repo.path().join("p.png"), [0u8, 1, 2, 255]).unwrap();
    });
    let submodule = edited(&mut site, "main", "feat: module", |repo| {
        repo.git(&["update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,module"]);
        std::fs::create_dir(repo.path().join("module")).unwrap();
    });
    let removed = edited(&mut site, "main", "fix: gone", |repo| {
        std::fs::remove_file(repo.path().join("a")).unwrap();
    });
    let commits = [renamed_there, mode, link, binary, submodule, removed];
    let expected = site.picked_by_git("release/1.2", &commits);
    let planned = site.run(&to(&["1.2"], &commits));
    assert_eq!(told(&planned.picks), ["1.2 picked"; 6]);
    assert_eq!(site.tree("release/1.2"), expected);
    let listed = site.repo.git(&["ls-tree", "-r", "--format=%(objectmode) %(path)", "release/1.2"]);
    insta::assert_snapshot!(listed, @r"
    120000 link
    160000 module
    100644 new/place.rs
    100644 p.png
    100755 run.sh
    ");
}

#[test]
fn what_cannot_be_merged_says_why() {
    let mut site = Site::new();
    let picture = |byte: u8| vec![0u8, byte, 2, 255];
    let module = |repo: &TestRepo, digit: char| {
        let id = digit.to_string().repeat(40);
        repo.git(&["update-index", "--add", "--cacheinfo", &format!("160000,{id},module")]);
        let _ = std::fs::create_dir(repo.path().join("module"));
    };
    edited(&mut site, "main", "feat: files", |repo| {
        std::fs::write(repo.path().join("p.png"), picture(1)).unwrap();
        repo.write("gone", "1\n2\n3\n");
        module(repo, '1');
    });
    site.repo.branch("release/1.2", "main");
    edited(&mut site, "release/1.2", "chore: own", |repo| {
        std::fs::write(repo.path().join("p.png"), picture(2)).unwrap();
        repo.write("gone", "1\n2\nthree\n");
        repo.write("twice", "here\n");
        module(repo, '2');
    });
    let fix = edited(&mut site, "main", "fix: all", |repo| {
        std::fs::write(repo.path().join("p.png"), picture(3)).unwrap();
        std::fs::remove_file(repo.path().join("gone")).unwrap();
        repo.write("twice", "there\n");
        module(repo, '3');
    });
    let planned = site.plan(&to(&["1.2"], &[fix])).unwrap();
    let why: Vec<String> =
        planned.picks[0].obstacles.iter().map(|obstacle| format!("{}: {}", obstacle.path, obstacle.why)).collect();
    assert_eq!(
        why,
        [
            "gone: the commit removes it, and the line has another version of it",
            "module: the line has the submodule at another commit",
            "p.png: the line has another version of it, and it cannot be merged",
            "twice: the line has a file of that name already",
        ]
    );
}

#[test]
fn a_root_brings_all_of_its_tree() {
    let mut site = Site::new();
    let root = site.repo.commit_file("elsewhere", "feat: another history", "other", "1\n");
    let planned = site.run(&to(&["1.0"], &[root]));
    assert_eq!((told(&planned.picks), planned.not_on_trunk), (vec!["1.0 picked".to_owned()], vec![root]));
    assert_eq!(site.show("release/1.0:other"), "1");
}

#[test]
fn a_partial_clone_gets_what_it_lacks_and_stays_as_it_was() {
    let mut site = Site::new();
    site.repo.commit_file("release/1.0", "fix: one, on the line", "a", &with("one", "1"));
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    site.repo.git(&["config", "uploadpack.allowFilter", "true"]);
    site.repo.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("partial.git");
    let url = format!("file://{}", site.repo.path().display());
    site.repo.git(&["clone", "--quiet", "--mirror", "--filter=blob:none", &url, path.to_str().unwrap()]);
    let objects = || crate::testing::git(&path, &["count-objects", "-v"]);
    let before = objects();
    let repository = Repository::open(&path).unwrap();
    let planned = site.plan_in(&repository, &to(&["1.0"], &[fix])).unwrap();
    assert_eq!(told(&planned.picks), ["1.0 picked"]);
    assert_eq!(objects(), before);
    apply(&planned.plan, &repository).unwrap();
    let merged = crate::testing::git(&path, &["cat-file", "blob", "release/1.0:a"]);
    assert_eq!(merged, with("one", "1").replace("two", "2").trim_end());
}
