//! Conflicts: what is in the way, what is probably missing, and what is done all the same.

use super::*;
use crate::git::NewObjects;

/// Trunk has renamed `two` to `deux` before the fix makes it `2`; line 1.1 has that, line 1.0 has not.
fn renamed() -> (Site, CommitId, CommitId) {
    let mut site = Site::new();
    let far = site.repo.commit_file("main", "feat: one elsewhere", "a", &with("one", "eins"));
    let near = site.repo.commit_file("main", "feat: name it deux", "a", &with("two", "deux").replace("one", "eins"));
    let fix = site.repo.commit_file("main", "fix: count", "a", &with("two", "2").replace("one", "eins"));
    for commit in [far, near] {
        site.repo.pick("release/1.1", commit, &format!("x\n\n(cherry picked from commit {commit})"));
    }
    (site, near, fix)
}

#[test]
fn a_conflict_touches_nothing_and_says_what_is_missing() {
    let (site, near, fix) = renamed();
    let before = site.repo.git(&["show-ref"]);
    let planned = site.run(&to(&["1.0", "1.1"], &[fix]));
    assert_eq!(told(&planned.picks), ["1.1 picked", "1.0 conflict a"]);
    assert!(planned.is_blocked() && planned.plan.is_empty() && planned.plan.objects == NewObjects::new());
    assert_eq!(planned.picks[0].new_commit, None);
    assert_eq!(site.repo.git(&["show-ref"]), before);
    let pick = &planned.picks[1];
    assert_eq!(pick.obstacles[0].why, "the line has other text there");
    assert_eq!(pick.prerequisites, [near], "the change elsewhere in the file is not in the way");
    let short = &fix.to_string()[..9];
    assert_eq!(
        pick.commands,
        [
            format!("git switch --create backport-{short}-to-1.0 release/1.0"),
            format!("git cherry-pick -x {fix}"),
            "git add --all && git cherry-pick --continue".to_owned(),
            format!("git switch release/1.0 && git merge --ff-only backport-{short}-to-1.0"),
        ]
    );
}

#[test]
fn what_is_needed_first_makes_it_apply() {
    let (site, near, fix) = renamed();
    let planned = site.run(&to(&["1.0"], &[fix, near]));
    assert_eq!(told(&planned.picks), ["1.0 picked", "1.0 picked"]);
    assert_eq!(site.show("release/1.0:a"), with("two", "2").trim_end());
}

#[test]
fn lines_that_take_everything_may_go_on() {
    let (mut site, _, fix) = renamed();
    let other = site.repo.commit_file("main", "feat: b", "b", "1\n");
    let tip = site.repo.id("release/1.0");
    let planned = site.run(&BackportRequest { keeps_going: true, ..to(&["1.0", "1.1"], &[fix, other]) });
    assert_eq!(told(&planned.picks), ["1.1 picked", "1.1 picked", "1.0 conflict a", "1.0 waiting"]);
    assert_eq!(planned.picks[1].new_commit, Some(site.repo.id("release/1.1")));
    assert_eq!(site.repo.id("release/1.0"), tip, "a line gets all or nothing");
    assert!(planned.picks[2].commands[1].ends_with(&format!("{fix} {other}")));
}

#[test]
fn a_file_that_the_line_lacks_was_made_by_somebody() {
    let mut site = Site::new();
    let made = site.repo.commit_file("main", "feat: b", "b", "1\n2\n3\n4\n5\n6\n7\n8\n");
    site.repo.commit_file("main", "feat: more of b", "b", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    let fix = site.repo.commit_file("main", "fix: b", "b", "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
    let planned = site.plan(&to(&["1.0"], &[fix])).unwrap();
    assert_eq!(told(&planned.picks), ["1.0 conflict b"]);
    assert_eq!(planned.picks[0].obstacles[0].why, "the line does not have the file");
    assert_eq!(planned.picks[0].prerequisites, [made]);
}

#[test]
fn lines_that_moved_since_are_followed_back() {
    let mut site = Site::new();
    let near = site.repo.commit_file("main", "feat: deux", "a", &with("two", "deux"));
    let shifted = format!("{}{}", "new\n".repeat(40), with("two", "deux"));
    site.repo.commit_file("main", "feat: forty lines above", "a", &shifted);
    let fix = site.repo.commit_file("main", "fix: count", "a", &shifted.replace("deux", "2"));
    let planned = site.plan(&to(&["1.0"], &[fix])).unwrap();
    assert_eq!(planned.picks[0].prerequisites, [near]);
}

#[test]
fn declared_files_are_not_merged_unseen() {
    let mut site = Site::new();
    let settings = |one: &str, two: &str| format!("one = {one}\n\n\n\n\ntwo = {two}\n");
    site.repo.commit_file("main", "feat: settings", "config/app.toml", &settings("1", "2"));
    site.repo.branch("release/1.2", "main");
    site.repo.commit_file("release/1.2", "chore: for the line", "config/app.toml", &settings("10", "2"));
    let fix = site.repo.commit_files(
        "main",
        "fix: two",
        &[("config/app.toml", Some(&settings("1", "20"))), ("migrations/1.sql", Some("create table;\n"))],
    );
    let planned = site.run(&to(&["1.2"], &[fix]));
    assert_eq!(told(&planned.picks), ["1.2 surface config/app.toml"]);
    assert_eq!(planned.picks[0].surface, ["config/app.toml", "migrations/1.sql"]);
    assert!(planned.plan.is_empty() && !planned.picks[0].commands.is_empty());
    let planned = site.run(&BackportRequest { accepts_surface: true, ..to(&["1.2"], &[fix]) });
    assert_eq!(told(&planned.picks), ["1.2 picked"]);
    assert_eq!(site.show("release/1.2:config/app.toml"), settings("10", "20").trim_end());
    // A file that the line has as trunk had it is taken whole.
    site.repo.branch("release/1.3", &site.repo.git(&["rev-parse", &format!("{fix}^")]));
    assert_eq!(told(&site.run(&to(&["1.3"], &[fix])).picks), ["1.3 picked"]);
}

#[test]
fn a_cut_history_is_told() {
    let mut site = Site::new();
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("shallow");
    let url = format!("file://{}", site.repo.path().display());
    site.repo.git(&["clone", "--quiet", "--depth=1", "--no-single-branch", &url, path.to_str().unwrap()]);
    let error = site.plan_in(&Repository::open(&path).unwrap(), &to(&["1.0"], &[fix])).unwrap_err();
    assert!(matches!(error, BackportError::Cut { commit } if commit == fix), "{error}");
}
