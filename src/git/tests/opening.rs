use std::path::Path;

use crate::domain::BranchName;
use crate::git::{Head, HeadError, OpenError, Repository, Settings};
use crate::testing::{TestRepo, git};

fn refusal(path: &Path) -> OpenError {
    Repository::discover(path).err().expect("a refusal")
}

fn branch(name: &str) -> BranchName {
    BranchName::new(name).unwrap()
}

#[test]
fn refuses_a_directory_that_is_in_no_repository() {
    let dir = tempfile::tempdir().unwrap();
    let error = refusal(dir.path());
    assert!(matches!(error, OpenError::NotARepository { .. }), "{error}");
    assert!(error.hint().unwrap().contains("--repo"));
}

#[test]
fn refuses_a_place_that_does_not_exist_or_is_a_file() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "").unwrap();
    for name in ["nothing", "file"] {
        let error = refusal(&dir.path().join(name));
        assert!(matches!(error, OpenError::NoSuchDirectory { .. }), "{error}");
    }
}

#[test]
fn finds_the_repository_above_and_opens_only_the_one_named() {
    let mut r = TestRepo::new();
    r.commit("main", "one");
    let below = r.path().join("a/b");
    std::fs::create_dir_all(&below).unwrap();
    let found = Repository::discover(&below).unwrap();
    assert_eq!(found.work_dir().unwrap().canonicalize().unwrap(), r.path().canonicalize().unwrap());
    assert!(matches!(Repository::open(&below), Err(OpenError::NotARepository { .. })));
}

#[test]
fn an_empty_repository_has_an_unborn_head_and_no_refs() {
    let r = TestRepo::new();
    let repo = r.open();
    assert_eq!(repo.head().unwrap(), Head::Unborn { name: branch("main") });
    assert!(repo.refs(&[]).unwrap().entries().is_empty());
    assert!(!repo.is_bare() && !repo.is_linked_worktree() && !repo.is_partial());
    assert_eq!(repo.default_remote(), None);
}

#[test]
fn tells_a_branch_from_a_detached_head() {
    let mut r = TestRepo::new();
    let commit = r.commit("release/1.8", "one");
    r.set_head("release/1.8");
    assert_eq!(r.open().head().unwrap(), Head::Branch { name: branch("release/1.8"), commit });
    r.git(&["checkout", "--quiet", "--detach"]);
    assert_eq!(r.open().head().unwrap(), Head::Detached { commit });
}

#[test]
fn a_head_outside_the_branches_is_an_error_with_a_hint() {
    let mut r = TestRepo::new();
    r.commit("main", "one");
    r.git(&["symbolic-ref", "HEAD", "refs/bisect/x"]);
    let error = r.open().head().unwrap_err();
    assert!(matches!(&error, HeadError::NotABranch { target } if target == "refs/bisect/x"), "{error}");
    assert!(error.hint().unwrap().contains("symbolic-ref"));
}

#[test]
fn opens_bare_repositories_whatever_they_are_called() {
    let mut r = TestRepo::bare();
    r.commit("main", "one");
    assert!(r.open().is_bare());
    r.git(&["config", "--unset", "core.bare"]);
    let repo = r.open();
    assert!(repo.is_bare(), "no work tree is invented above a git directory");
    assert_eq!(repo.work_dir(), None);
    assert_eq!(Settings::read(&repo).unwrap().value("core.repositoryformatversion"), Some("0"));
}

#[test]
fn a_linked_worktree_shares_refs_and_has_its_own_head() {
    let mut r = TestRepo::new();
    let commit = r.commit("main", "one");
    r.branch("other", "main");
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("linked");
    r.git(&["worktree", "add", "--quiet", path.to_str().unwrap(), "other"]);
    let linked = Repository::discover(&path).unwrap();
    assert!(linked.is_linked_worktree() && !linked.is_bare());
    assert_eq!(linked.head().unwrap(), Head::Branch { name: branch("other"), commit });
    assert_eq!(linked.common_dir().canonicalize().unwrap(), r.open().common_dir().canonicalize().unwrap());
    assert_eq!(linked.refs(&[]).unwrap().entries().len(), 2);
}

#[test]
fn a_separate_git_directory_keeps_its_work_tree() {
    let dir = tempfile::tempdir().unwrap();
    git(dir.path(), &["init", "--quiet", "--separate-git-dir", "elsewhere", "work"]);
    let repo = Repository::discover(&dir.path().join("work")).unwrap();
    assert_eq!(repo.work_dir().unwrap().file_name().unwrap(), "work");
}

#[test]
fn a_shallow_clone_names_its_roots_also_from_a_linked_worktree() {
    let mut r = TestRepo::new();
    r.commit("main", "one");
    let boundary = r.commit("main", "two");
    r.commit("main", "three");
    let dir = tempfile::tempdir().unwrap();
    let url = format!("file://{}", r.path().display());
    git(dir.path(), &["clone", "--quiet", "--depth=2", &url, "clone"]);
    let clone = dir.path().join("clone");
    git(&clone, &["worktree", "add", "--quiet", "-b", "other", "../linked"]);
    for path in ["clone", "linked"] {
        let repo = Repository::open(&dir.path().join(path)).unwrap();
        assert_eq!(repo.shallow_roots().into_iter().collect::<Vec<_>>(), [boundary], "{path}");
        let reader = repo.reader().unwrap();
        let parents = reader.commit(boundary).unwrap().parents;
        assert!(reader.commit(parents[0]).unwrap_err().is_absent());
    }
    assert!(r.open().shallow_roots().is_empty());
}

#[test]
fn a_partial_clone_is_recognised_by_either_mark_and_its_absent_blobs_are_named() {
    let mut r = TestRepo::new();
    let commit = r.commit_file("main", "one", "dir/file", "content\n");
    r.git(&["config", "uploadpack.allowFilter", "true"]);
    let dir = tempfile::tempdir().unwrap();
    let url = format!("file://{}", r.path().display());
    git(dir.path(), &["clone", "--quiet", "--bare", "--filter=blob:none", &url, "clone"]);
    let clone = dir.path().join("clone");
    let check = || {
        let repo = Repository::open(&clone).unwrap();
        assert!(repo.is_partial());
        let error = repo.reader().unwrap().file_at(commit, "dir/file").unwrap_err();
        assert!(error.is_absent(), "{error}");
        assert!(error.hint().unwrap().contains("git fetch"));
    };
    check();
    git(&clone, &["config", "--unset-all", "remote.origin.promisor"]);
    git(&clone, &["config", "core.repositoryformatversion", "1"]);
    git(&clone, &["config", "extensions.partialClone", "origin"]);
    check();
    assert!(!r.open().is_partial());
}

#[test]
fn says_which_formats_it_cannot_read() {
    for (option, fits) in [
        ("--object-format=sha256", (|e| matches!(e, OpenError::Sha256 { .. })) as fn(&OpenError) -> bool),
        ("--ref-format=reftable", |e| matches!(e, OpenError::RefStorage { format, .. } if format == "reftable")),
    ] {
        let dir = tempfile::tempdir().unwrap();
        git(dir.path(), &["init", "--quiet", option, "repo"]);
        git(&dir.path().join("repo"), &["commit", "--quiet", "--allow-empty", "-m", "one"]);
        git(&dir.path().join("repo"), &["worktree", "add", "--quiet", "../linked"]);
        for path in ["repo", "repo/.git", "linked"] {
            let error = refusal(&dir.path().join(path));
            assert!(fits(&error), "{path}: {error:?}");
            assert!(error.hint().is_some());
        }
    }
}

#[test]
fn names_an_extension_it_does_not_know() {
    let r = TestRepo::new();
    r.git(&["config", "core.repositoryformatversion", "1"]);
    r.git(&["config", "extensions.telepathy", "true"]);
    let error = refusal(r.path());
    assert!(matches!(&error, OpenError::Extension { extension, .. } if extension == "telepathy"), "{error:?}");
}

#[test]
fn extensions_that_change_nothing_for_a_reader_are_accepted() {
    let mut r = TestRepo::new();
    r.commit("main", "one");
    r.git(&["config", "core.repositoryformatversion", "1"]);
    for extension in ["preciousObjects", "worktreeConfig", "relativeWorktrees"] {
        r.git(&["config", &format!("extensions.{extension}"), "true"]);
    }
    assert!(Repository::open(r.path()).is_ok());
}

#[test]
#[cfg(unix)]
fn refuses_the_repository_of_another_user_with_the_command_that_allows_it() {
    let r = TestRepo::new();
    // Only the superuser can give a directory away, so elsewhere there is nothing to see.
    if std::os::unix::fs::chown(r.path(), Some(12345), None).is_err() {
        return;
    }
    let error = refusal(r.path());
    assert!(matches!(error, OpenError::ForeignOwner { .. }), "{error:?}");
    let hint = error.hint().unwrap();
    assert!(hint.contains("safe.directory") && hint.contains(r.path().to_str().unwrap()), "{hint}");
}

#[test]
#[cfg(unix)]
fn opens_the_repository_of_another_user_where_git_is_told_by_environment_to_trust_it() {
    const CHILD: &str = "TWINTRACK_TEST_REPOSITORY";
    if let Some(path) = std::env::var_os(CHILD) {
        assert!(Repository::discover(Path::new(&path)).is_ok());
        return;
    }
    let r = TestRepo::new();
    if std::os::unix::fs::chown(r.path(), Some(12345), None).is_err() {
        return;
    }
    // The environment of this process is shared with the other tests, so another process has to see it.
    let this_test =
        "git::tests::opening::opens_the_repository_of_another_user_where_git_is_told_by_environment_to_trust_it";
    let mut child = std::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", this_test]).env(CHILD, r.path());
    child.env("GIT_CONFIG_COUNT", "1").env("GIT_CONFIG_KEY_0", "safe.directory").env("GIT_CONFIG_VALUE_0", "*");
    let output = child.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[test]
fn a_damaged_configuration_is_an_error_with_its_cause() {
    let r = TestRepo::new();
    std::fs::write(r.path().join(".git/config"), "[core\nx").unwrap();
    let error = refusal(r.path());
    assert!(matches!(error, OpenError::Git { .. }), "{error:?}");
    assert!(std::error::Error::source(&error).is_some());
}

#[test]
fn the_default_remote_is_origin_or_the_only_one() {
    let r = TestRepo::new();
    for (name, expected) in [("upstream", Some("upstream")), ("fork", None), ("origin", Some("origin"))] {
        r.git(&["remote", "add", name, "../x"]);
        assert_eq!(r.open().default_remote().as_deref(), expected, "{name}");
    }
    assert_eq!(r.open().remote_names(), ["fork", "origin", "upstream"]);
}

#[test]
fn settings_are_what_git_says_they_are() {
    let r = TestRepo::new();
    std::fs::write(r.path().join(".git/more"), "[user]\n\tname = From Include\n").unwrap();
    r.git(&["config", "include.path", "more"]);
    assert_eq!(Settings::read(&r.open()).unwrap().value("user.name"), Some("From Include"));
}

#[test]
fn a_git_that_fails_says_so_in_its_own_words() {
    let r = TestRepo::new();
    let error = crate::git::GitCommand::reading(&r.open()).args(["cat-file", "-p", "nothing"]).run().unwrap_err();
    let text = error.to_string();
    assert!(text.contains("git cat-file") && text.contains("Not a valid object name nothing"), "{text}");
}
