//! `changelog`: what each release or deploy brought, and that no message can break the view.

use insta::assert_snapshot;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World, two_channels};

#[test]
fn a_channel_that_others_install_is_told_release_by_release() {
    assert_snapshot!(World::with(two_channels()).run(&["changelog", "--channel", "self-hosted"]));
}

#[test]
fn a_channel_that_is_deployed_is_told_deploy_by_deploy() {
    assert_snapshot!(World::with(two_channels()).run(&["changelog", "--channel", "managed"]));
}

#[test]
fn one_release_is_a_contract_as_json() {
    let run =
        World::with(two_channels()).run(&["changelog", "-c", "self-hosted", "--release", "1.1.0", "--format=json"]);
    assert_snapshot!(run);
}

#[test]
fn one_line_and_any_range_can_be_asked_for() {
    let world = World::with(two_channels());
    let line = world.run(&["changelog", "--channel", "self-hosted", "--line", "release/1.1"]).succeeded();
    assert!(line.stdout.starts_with("unreleased  line 1.1 · since 1.1.0\n  fixed\n    - Count no job twice"), "{line}");
    let range = world.run(&["changelog", "--channel", "self-hosted", "--from", "1.0.1", "--to", "1.1"]).succeeded();
    assert!(
        range.stdout.contains("    ! api: Name the jobs") && range.stdout.contains("Count no job twice"),
        "{range}"
    );
}

#[test]
fn a_changelog_is_a_document() {
    let world = World::with(two_channels());
    assert_snapshot!(world.run(&["changelog", "--channel", "self-hosted", "--format", "markdown"]));
    assert_snapshot!(world.run(&["changelog", "--channel", "managed", "--format", "markdown"]));
    let page = world.run(&["changelog", "--channel", "self-hosted", "--line", "1.1", "--format", "html"]).succeeded();
    assert!(page.stdout.starts_with("<!doctype html>") && page.stdout.contains("Name the jobs"), "{page}");
}

#[test]
fn the_channel_must_be_named_where_there_are_two() {
    assert_snapshot!(World::with(two_channels()).run(&["changelog"]));
}

#[test]
fn what_is_asked_for_must_exist() {
    let world = World::with(two_channels());
    for (arguments, words) in [
        (["--channel", "hosted", "--line", "1.1"], "there is no channel `hosted`"),
        (["--channel", "self-hosted", "--line", "1.9"], "channel `self-hosted` has no line `1.9`"),
        (["--channel", "self-hosted", "--release", "9.9.9"], "channel `self-hosted` has no release `9.9.9`"),
        (["--channel", "managed", "--release", "9.9.9"], "channel `managed` has no deploy `9.9.9`"),
        (["--channel", "self-hosted", "--from", "gone"], "`gone` is no release, tag, line, branch or commit"),
    ] {
        let run = world.run(&[&["changelog"], arguments.as_slice()].concat()).refused(2);
        assert!(run.stderr.contains(words) && run.stderr.contains("hint: "), "{run}");
    }
    world.run(&["changelog", "--channel", "self-hosted", "--to", "1.1"]).refused(2);
}

#[test]
fn a_release_is_an_output_of_a_step() {
    let world = World::with(two_channels());
    let output = world.path("output");
    let arguments = ["changelog", "--channel", "self-hosted", "--release", "1.0.1"];
    world.run_in("repo", &[("GITHUB_OUTPUT", output.to_str().unwrap())], &arguments).succeeded();
    let (sha, text) = (world.git("repo", &["rev-parse", "v1.0.1^{commit}"]), world.read("output"));
    let single = format!("sha={sha}\nversion=1.0.1\ntag=v1.0.1\nprevious_tag=v1.0.0\nchangelog<<twintrack_");
    assert!(text.starts_with(&single), "{text}");
    assert!(text.contains("\n## 1.0.1 - 2025-01-01\n") && !text.contains("\n# "), "{text}");
}

#[test]
fn a_message_can_neither_break_the_view_nor_write_to_the_terminal() {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", RELEASE_TOML);
    repo.commit("main", "fix(\u{202e}x\t): \u{1b}[2J\u{1b}]0;owned\u{7} wide 日本語日本語日本語日本語日本語 and long enough to wrap \u{9b}1A (#1)");
    repo.commit("main", "feat: | a | <b> `c` *d*\r\nnext\rline");
    repo.tag("deploy/production/2025-01-01.1", "main");
    assert_snapshot!(World::with(repo).run(&["changelog", "--channel", "managed"]));
}

#[test]
fn what_is_left_out_can_be_listed_with_its_reason() {
    let mut repository = two_channels();
    repository.commit("release/1.1", "chore: tidy | the `shelf` <script>");
    let bad = repository.commit("release/1.1", "feat: a bad idea");
    repository.commit("release/1.1", &format!("Revert \"feat: a bad idea\"\n\nThis reverts commit {bad}."));
    repository.tag("v1.1.1", "release/1.1");
    let world = World::with(repository);
    let listed = |more: &[&str]| {
        let arguments = ["changelog", "-c", "self-hosted", "--release", "1.1.1"];
        world.run(&[&arguments[..], more].concat()).succeeded().stdout
    };
    let counted = listed(&[]);
    assert!(counted.contains("left out: 2 reverted, 1 internal") && !counted.contains("tidy"), "{counted}");
    let text = listed(&["--left-out"]);
    let short = &bad.to_string()[..7];
    assert!(text.contains("- Tidy | the `shelf` <script> (internal; "), "{text}");
    assert!(text.contains("- A bad idea (taken back at once; "), "{text}");
    assert!(text.contains(short), "{text}");
    let page = listed(&["--left-out", "--format", "html"]);
    assert!(page.contains("Not listed above") && !page.contains("<script>"), "{page}");
    let markdown = listed(&["--left-out", "--format", "markdown"]);
    assert!(markdown.contains("- Tidy \\| the `shelf` \\<script\\> – *internal*"), "{markdown}");
}

#[test]
fn a_forge_gets_what_it_takes_and_nobody_is_called() {
    let mut repository = two_channels();
    for number in 0..60 {
        repository.commit("release/1.1", &format!("fix: thank @ada for repair number {number}"));
    }
    repository.tag("v1.1.1", "release/1.1");
    let world = World::with(repository);
    let forge = |more: &[&str]| {
        let arguments = ["changelog", "-c", "self-hosted", "--release", "1.1.1", "--forge"];
        world.run(&[&arguments[..], more].concat()).succeeded().stdout
    };
    let whole = forge(&[]);
    assert!(whole.starts_with("## ") && !whole.contains("@ada"), "{whole}");
    assert_eq!(whole.matches("@&#8203;ada").count(), 60, "{whole}");
    let short = forge(&["--max-bytes", "2000"]);
    assert!(short.len() <= 2000, "{}", short.len());
    let entries = |text: &str| text.lines().filter(|line| line.starts_with("- ")).count();
    let left = entries(&whole) - entries(&short);
    assert!(short.contains(&format!("{left} more entries do not fit here")), "{short}");
    assert!(world.run(&["changelog", "-c", "self-hosted", "--forge"]).to_string().contains("--release"));
}

#[test]
fn what_a_note_marks_is_marked_and_what_a_commit_says_is_text() {
    let mut repository = two_channels();
    let note = "+++\nkind = \"changed\"\nbreaking = \"`--old` is gone\"\n+++\nThe option `--new` is read, see\n\
                [the *guide*](https://example.com/guide) and [this](javascript:alert).\n\n\
                Set it <b>once</b>:\n\n```yaml\njobs:\n  retry: 3\n\n\n  every: 5m\n```\n\n- for `one`\n- for two\n\nThen go on.\n";
    repository.commit_files("release/1.1", "feat: an option", &[("changes/new.md", Some(note))]);
    repository.commit("release/1.1", "fix: read `a` *and* [b](https://example.com)");
    repository.tag("v1.1.1", "release/1.1");
    let world = World::with(repository);
    let told = |format: &str| {
        let arguments = ["changelog", "-c", "self-hosted", "--release", "1.1.1", "--format", format];
        world.run(&arguments).succeeded().stdout
    };
    assert_snapshot!(told("markdown"));
    let page = told("html");
    let body = page.split_once("<main id=\"content\">").unwrap().1.split_once("</main>").unwrap().0;
    assert_snapshot!(body);
}
