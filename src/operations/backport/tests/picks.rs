//! Picks that apply, and those that need not.

use super::*;
use crate::operations::PickResult;

#[test]
fn picks_onto_the_newest_line_first_and_keeps_the_author() {
    let mut site = Site::new();
    let message = "fix: count once\n\nIt was twice.\n\nReviewed-by: Ada\n";
    let fix = foreign_commit(&mut site.repo, "main", message, &[("a", Some(&with("two", "2")))]);
    let planned = site.run(&to(&["1.0", "release/1.1"], &[fix]));
    assert_eq!(told(&planned.picks), ["1.1 picked", "1.0 picked"]);
    assert_eq!(planned.plan.files.iter().map(|file| file.path.as_str()).collect::<Vec<_>>(), ["a", "a"]);
    for line in ["release/1.0", "release/1.1"] {
        let shown = site.show(line);
        let (header, body) = shown.split_once("\n\n").unwrap();
        assert!(header.contains("author Grace Example <grace@example.org> 1700000000 +0530\n"), "{header}");
        assert!(header.contains("committer Release Bot <bot@example.com> "), "{header}");
        assert_eq!(body, format!("{}\n(cherry picked from commit {fix})", message.trim_end()));
        assert_eq!(site.show(&format!("{line}:a")), with("two", "2").trim_end());
    }
    assert_eq!(planned.picks[0].new_commit, Some(site.repo.id("release/1.1")));
}

#[test]
fn picks_several_in_the_order_of_history_as_git_does() {
    let mut site = Site::new();
    let first = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    let second = site.repo.commit_file("main", "fix: two again", "a", &with("two", "II"));
    let third = site.repo.commit_file("main", "feat: b", "b/c/d", "new\n");
    let expected = site.picked_by_git("release/1.0", &[first, second, third]);
    let planned = site.run(&to(&["1.0"], &[third, second, first, second]));
    assert_eq!(planned.picks.iter().map(|pick| pick.commit).collect::<Vec<_>>(), [first, second, third]);
    assert_eq!(site.tree("release/1.0"), expected);
    let subjects = site.repo.git(&["log", "--format=%s", "-3", "release/1.0"]);
    assert_eq!(subjects, "feat: b\nfix: two again\nfix: two");
}

#[test]
fn what_the_line_has_is_told_and_skipped() {
    let mut site = Site::new();
    let one = site.repo.commit_file("main", "fix: one", "a", &with("one", "1"));
    let two = site.repo.commit_file("main", "fix: two (#12)", "b", "2\n");
    let three = site.repo.commit_file("main", "fix: three", "c", "3\n");
    // By its notice, by its title and number, and by its contents alone.
    let picked = site.repo.pick("release/1.0", one, &format!("fix: one\n\n(cherry picked from commit {one})"));
    let twin = site.repo.commit_file("release/1.0", "fix: two (#12) (#13)", "b", "2 for the line\n");
    site.repo.commit_file("release/1.0", "work on c", "c", "3\n");
    let planned = site.run(&to(&["1.0", "1.1"], &[one, two, three]));
    assert_eq!(
        told(&planned.picks),
        ["1.1 picked", "1.1 picked", "1.1 picked", "1.0 already-there", "1.0 already-there", "1.0 empty"]
    );
    assert_eq!(planned.picks[3].there, Some(picked));
    assert_eq!(planned.picks[4].there, Some(twin));
    assert_eq!(planned.plan.refs.len(), 1, "line 1.0 stays");
}

#[test]
fn running_again_changes_nothing() {
    let mut site = Site::new();
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    site.run(&to(&["1.0"], &[fix]));
    let tip = site.repo.id("release/1.0");
    let again = site.run(&to(&["1.0"], &[fix]));
    assert_eq!(told(&again.picks), ["1.0 already-there"]);
    assert_eq!((again.picks[0].there, site.repo.id("release/1.0")), (Some(tip), tip));
    assert!(again.plan.is_empty());
    // A commit that is older than the line is there as itself.
    let old = site.repo.id("v1.0.0");
    let planned = site.plan(&to(&["1.1"], &[old])).unwrap();
    assert_eq!((planned.picks[0].result, planned.picks[0].there), (PickResult::AlreadyThere, Some(old)));
}

#[test]
fn a_dry_run_leaves_no_trace() {
    let mut site = Site::new();
    site.repo.commit_file("release/1.0", "fix: one, on the line", "a", &with("one", "1"));
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    let count = |site: &Site| site.repo.git(&["count-objects", "-v"]);
    let before = count(&site);
    let planned = site.plan(&to(&["1.0", "1.1"], &[fix])).unwrap();
    assert!(!planned.plan.objects.is_empty());
    assert_eq!(count(&site), before);
}

#[test]
fn a_merge_needs_its_mainline() {
    let mut site = Site::new();
    site.repo.branch("feature", "main");
    let first = site.repo.commit_file("feature", "feat: b", "b", "1\n");
    let inner = site.repo.commit_file("feature", "feat: more of b", "b", "2\n");
    site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    let merge = site.repo.merge("main", "feature", "Merge pull request #7 from x/feature\n\nAdd b");
    let error = site.plan(&to(&["1.0"], &[merge])).unwrap_err();
    assert!(matches!(&error, BackportError::Mainline { parents, .. } if parents.len() == 2), "{error}");
    assert!(error.hint().unwrap().contains("--mainline N"));
    let wrong = BackportRequest { mainline: Some(3), ..to(&["1.0"], &[merge]) };
    assert!(matches!(site.plan(&wrong), Err(BackportError::NoSuchParent { count: 2, wanted: 3, .. })));
    let needless = BackportRequest { mainline: Some(1), ..to(&["1.0"], &[inner]) };
    assert!(matches!(site.plan(&needless), Err(BackportError::NoMerge)));
    let request = BackportRequest { mainline: Some(1), ..to(&["1.0"], &[merge]) };
    site.run(&request);
    assert_eq!(site.show("release/1.0:b"), "2");
    assert_eq!(site.show("release/1.0:a"), TEXT.trim_end(), "what trunk had besides stays away");
    assert_eq!(told(&site.plan(&request).unwrap().picks), ["1.0 already-there"]);
    // Its commits one by one are the same as the merge.
    let request = BackportRequest { mainline: Some(1), ..to(&["1.1"], &[merge]) };
    site.run(&to(&["1.1"], &[first, inner]));
    assert_eq!(told(&site.plan(&request).unwrap().picks), ["1.1 already-there"]);
}

#[test]
fn a_change_is_found_by_its_number() {
    let mut site = Site::new();
    let squashed = site.repo.commit_file("main", "fix: two (#12)", "a", &with("two", "2"));
    site.repo.commit("main", "docs: more on #12");
    site.repo.commit("main", "fix: a thing (#120)");
    let twice = [site.repo.commit("main", "fix: b (#13)"), site.repo.commit("main", "fix: b again (#13)")];
    let by = |number: &str| BackportRequest { commits: vec![Wanted::Change(number.to_owned())], ..to(&["1.0"], &[]) };
    assert_eq!(site.plan(&by("#12")).unwrap().picks[0].commit, squashed);
    let error = site.plan(&by("#13")).unwrap_err();
    assert!(twice.iter().all(|commit| error.hint().unwrap().contains(&commit.short())), "{error}");
    assert!(matches!(site.plan(&by("#1")), Err(BackportError::UnknownChange { .. })));
}

#[test]
fn the_note_of_the_same_merge_goes_along() {
    let mut site = Site::new();
    let note = "+++\nkind = \"fixed\"\n+++\nCounts once.\n";
    site.repo.branch("feature", "main");
    let fix = site.repo.commit_file("feature", "fix: two", "a", &with("two", "2"));
    site.repo.commit_file("feature", "docs: note", "changes/two.md", note);
    site.repo.merge("main", "feature", "Merge pull request #7 from x/feature\n\nCount once");
    let planned = site.run(&to(&["1.0"], &[fix]));
    assert_eq!(told(&planned.picks), ["1.0 picked changes/two.md"]);
    assert_eq!(site.show("release/1.0:changes/two.md"), note.trim_end());
    // Within the commit itself it needs no help.
    let whole = [("a", Some("x\n")), ("changes/three.md", Some(note))];
    let own = site.repo.commit_files("main", "fix: three", &whole);
    let planned = site.plan(&BackportRequest { keeps_going: true, ..to(&["1.0"], &[own]) }).unwrap();
    assert!(planned.picks[0].notes.is_empty());
}

#[test]
fn lines_that_are_over_or_unknown_are_refused() {
    let mut site = Site::new();
    let fix = site.repo.commit_file("main", "fix: two", "a", &with("two", "2"));
    let error = site.plan(&to(&["1.2"], &[fix])).unwrap_err();
    assert_eq!(error.to_string(), "no channel has a line `1.2`");
    assert!(error.hint().unwrap().contains("1.1"));
    // With other marks between its numbers it is the same line.
    assert_eq!(told(&site.plan(&to(&["1-1"], &[fix])).unwrap().picks), ["1.1 picked"]);
    site.policy.push_str("[channels.self-hosted.lines.\"1.0\"]\nend-of-life = 2024-12-31\n");
    let error = site.plan(&to(&["1.1", "release/1.0"], &[fix])).unwrap_err();
    assert!(matches!(error, BackportError::EndOfLife { .. }), "{error}");
    site.repo.delete_branch("release/1.1");
    assert!(matches!(site.plan(&to(&["1.1"], &[fix])), Err(BackportError::NoBranch { .. })));
}

#[test]
fn what_was_written_down_about_a_line_is_told() {
    let mut site = Site::new();
    let note = "+++\nkind = \"fixed\"\nnot-needed = { \"release/1.0\" = \"never had it\" }\n+++\nCounts once.\n";
    let fix = site.repo.commit_files("main", "fix: b", &[("b", Some("1\n")), ("changes/b.md", Some(note))]);
    let other = site.repo.commit_file("main", "fix: c", "c", "1\n");
    let decision =
        format!("[[changes.decision]]\ncommit = \"{other}\"\nnot-needed = \"1.1\"\nbecause = \"no c there\"\n");
    site.policy.push_str(&decision);
    let planned = site.plan(&to(&["1.0", "1.1"], &[fix, other])).unwrap();
    let said: Vec<Option<&str>> = planned.picks.iter().map(|pick| pick.not_needed.as_deref()).collect();
    assert_eq!(said, [None, Some("no c there"), Some("never had it"), None]);
    assert!(planned.picks.iter().all(|pick| pick.result == PickResult::Picked), "a person who asks for it gets it");
}
