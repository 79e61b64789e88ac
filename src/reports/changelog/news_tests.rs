//! What a reader has by other commits than those of the release he goes to: told by what the commits do.

use super::ChangelogSpan;
use super::tests::{BOTH, compared};
use crate::testing::TestRepo;

/// Text that only this change has.
fn lines(name: &str, count: usize) -> String {
    (0..count).map(|n| format!("    let {name}_{n} = compute_{name}(argument_{n}, {n});\n")).collect()
}

fn file(name: &str) -> String {
    format!("//! {name}\n{}", lines(name, 30))
}

/// Trunk after the cut of 1.8, which was released as 1.8.0.
struct World {
    repo: TestRepo,
    people: usize,
}

impl World {
    fn new() -> Self {
        let mut repo = TestRepo::new();
        let files: Vec<(String, String)> =
            ["alpha", "beta", "gamma"].iter().map(|name| (format!("src/{name}.rs"), file(name))).collect();
        let all: Vec<(&str, Option<&str>)> =
            files.iter().map(|(path, text)| (path.as_str(), Some(text.as_str()))).collect();
        repo.commit_files("main", "feat: start", &all);
        repo.branch("release/1.8", "main");
        repo.tag("v1.8.0", "release/1.8");
        Self { repo, people: 0 }
    }

    /// Adds lines to a file; each commit is by somebody else on another day.
    fn add(&mut self, branch: &str, message: &str, path: &str, text: &str) -> String {
        self.people += 1;
        self.repo.pass_days(1);
        let (name, at) = (format!("Person {}", self.people), self.repo.now());
        self.repo.set_author(Some((&name, at)));
        let text = format!("{}{text}", file(path));
        self.repo.commit_file(branch, message, &format!("src/{path}.rs"), &text).to_string()
    }

    /// 1.8.1, then 1.9.0 from trunk, and what is told of it.
    fn release(&mut self) -> Vec<String> {
        self.repo.tag("v1.8.1", "release/1.8");
        self.repo.branch("release/1.9", "main");
        self.tell()
    }

    fn tell(&mut self) -> Vec<String> {
        self.repo.tag("v1.9.0", "release/1.9");
        let span = ChangelogSpan::Release("1.9.0".into());
        let mut found = compared(&self.repo, BOTH, "self-hosted", &span);
        let whole = compared(&self.repo, BOTH, "self-hosted", &ChangelogSpan::History);
        let at = whole.iter().position(|line| line.starts_with("== v1.9.0")).unwrap();
        assert_eq!(whole[at..at + found.len()], found, "the release and the history tell the same");
        found.remove(0);
        found
    }
}

#[test]
fn a_fix_without_a_mark_under_another_title_is_no_news() {
    let mut world = World::new();
    world.add("main", "fix: wait for the lease before leading", "alpha", &lines("lease", 8));
    world.add("main", "fix: only on trunk so far", "beta", &lines("other", 8));
    world.add("release/1.8", "Do not lead too early", "alpha", &lines("lease", 8));
    assert_eq!(
        world.release(),
        ["fixed: Only on trunk so far [1.9.0]", "shipped-before: Wait for the lease before leading [1.8.1]"]
    );
}

#[test]
fn a_fix_of_two_lines_that_trunk_never_had_is_no_news() {
    let mut world = World::new();
    world.repo.branch("release/1.9", "main");
    world.add("main", "feat: rewrite it", "alpha", "");
    world.add("release/1.8", "fix: leak of handles in the old pool", "beta", &lines("pool", 8));
    world.repo.tag("v1.8.1", "release/1.8");
    world.add("release/1.9", "fix: leak of handles in the old pool (#44)", "beta", &lines("pool", 8));
    assert_eq!(world.tell(), ["shipped-before: Leak of handles in the old pool [1.8.1]"]);
}

#[test]
fn what_the_older_line_took_back_is_news() {
    let mut world = World::new();
    world.add("main", "fix: wait for the lease before leading", "alpha", &lines("lease", 8));
    let pick = world.add("release/1.8", "Do not lead too early", "alpha", &lines("lease", 8));
    world.add("release/1.8", &format!("Revert \"Do not lead too early\"\n\nThis reverts commit {pick}."), "alpha", "");
    assert_eq!(world.release(), ["fixed: Wait for the lease before leading [1.9.0]"]);
}

#[test]
fn what_came_too_late_for_the_reader_is_news() {
    let mut world = World::new();
    world.add("main", "fix: wait for the lease before leading", "alpha", &lines("lease", 8));
    let found = world.release();
    assert_eq!(found, ["fixed: Wait for the lease before leading [1.9.0]"]);
    world.add("release/1.8", "Do not lead too early", "alpha", &lines("lease", 8));
    world.repo.tag("v1.8.2", "release/1.8");
    let span = ChangelogSpan::Release("1.9.0".into());
    assert_eq!(compared(&world.repo, BOTH, "self-hosted", &span)[1..], found);
}

#[test]
fn an_update_of_a_dependency_that_was_made_twice_is_no_news() {
    let mut world = World::new();
    let update = |name: &str| format!("{name} = \"2.4.1\"\n");
    world.add("main", "fix(net): bump hyper from 1.4.0 to 2.4.1", "gamma", &update("hyper"));
    world.add("release/1.8", "fix(net): bump hyper from 1.4.0 to 2.4.1", "gamma", &update("hyper"));
    let found = world.release();
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("shipped-before: "), "{found:?}");
}

#[test]
fn a_part_of_a_change_leaves_the_rest_to_be_news() {
    let mut world = World::new();
    world.add("main", "feat: a new scheduler", "alpha", &format!("{}{}", lines("plan", 24), lines("guard", 6)));
    world.add("release/1.8", "fix: guard the scheduler", "alpha", &lines("guard", 6));
    assert_eq!(world.release(), ["added: A new scheduler [1.9.0]"]);
}

#[test]
fn a_regression_that_came_and_went_on_a_line_is_no_news() {
    let mut world = World::new();
    let bad = world.add("main", "feat: faster pool", "alpha", &lines("fast", 8));
    let good = world.add("main", &format!("fix: pool leaks\n\nFixes: {bad} (\"feat\")"), "alpha", &lines("fast", 9));
    let picked = |of: &str| format!("(cherry picked from commit {of})");
    world.add("release/1.8", &format!("feat: faster pool\n\n{}", picked(&bad)), "alpha", &lines("fast", 8));
    let body = format!("Fixes: {bad} (\"feat\")\n{}", picked(&good));
    world.add("release/1.8", &format!("fix: pool leaks\n\n{body}"), "alpha", &lines("fast", 9));
    world.repo.tag("v1.8.1", "release/1.8");
    let found = compared(&world.repo, BOTH, "self-hosted", &ChangelogSpan::Release("1.8.1".into()));
    assert_eq!(found[1..], ["added: Faster pool [1.8.1]", "introduced-and-fixed: Pool leaks [-]"]);
}

#[test]
fn customers_have_what_a_hotfix_brought_them() {
    let text = "schema = 1\n[project]\ntrunk = \"main\"\n[channels.managed]\nkind = \"continuous\"\n\
                line = \"cloud/{version}-{build}\"\ntag = \"v{version}-{build}.{seq}\"\n\
                [channels.self-hosted]\nkind = \"versioned\"\nline = \"release/{major}.{minor}\"\ntag = \"v{version}\"\n";
    let mut world = World::new();
    world.repo.branch("cloud/1.9-1", "main");
    world.repo.tag("v1.9-1.0", "cloud/1.9-1");
    world.add("main", "fix: wait for the lease before leading", "alpha", &lines("lease", 8));
    world.add("cloud/1.9-1", "Do not lead too early", "alpha", &lines("lease", 8));
    world.repo.tag("v1.9-1.1", "cloud/1.9-1");
    world.add("release/1.8", "Hold back until it may lead", "alpha", &lines("lease", 8));
    world.repo.tag("v1.8.1", "release/1.8");
    world.repo.branch("cloud/1.9-2", "main");
    world.repo.tag("v1.9-2.0", "cloud/1.9-2");
    let all = compared(&world.repo, text, "managed", &ChangelogSpan::History);
    assert_eq!(
        all[..4],
        [
            "== v1.9-2.0 since v1.9-1.1",
            "shipped-before: Wait for the lease before leading [v1.9-1.1]",
            "== v1.9-1.1 since v1.9-1.0",
            "changed: Do not lead too early [1.8.1]",
        ]
    );
    let one = compared(&world.repo, text, "managed", &ChangelogSpan::Release("v1.9-1.1".into()));
    assert_eq!(one, all[2..4]);
}

#[test]
fn the_very_same_small_patch_is_no_news() {
    let mut world = World::new();
    let line = "[safe]\ndirectory = \"/work\"\n";
    world.add("main", "fix: enable commands of the host in the sandbox", "alpha", line);
    world.people -= 1;
    world.add("release/1.8", "Allow it", "alpha", line);
    assert_eq!(world.release(), ["shipped-before: Enable commands of the host in the sandbox [1.8.1]"]);
}
