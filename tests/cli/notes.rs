//! Change notes: written from options and in an editor, and held against what they have to say.

use insta::assert_snapshot;
use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::{RELEASE_TOML, World};

const NOTE: &str = "+++\nkind = \"fixed\"\n+++\nJobs run once.\n";

/// A repository whose self-hosted channel asks for notes, with `main` checked out.
fn asking() -> World {
    let mut repo = TestRepo::new();
    let policy = RELEASE_TOML.replace("support =", "gates = { notes = \"required\" }\nsupport =");
    repo.commit_file("main", "chore: begin", "release.toml", &policy);
    repo.checkout("main");
    World::with(repo)
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {text}"))
}

#[test]
fn a_note_is_written_from_options_and_never_over_another() {
    let world = asking();
    let note = |text: &'static str| vec!["note", "new", text, "--kind=fixed", "--scope=scheduler", "--ref=#4312"];
    assert_snapshot!(world.run(&note("Jobs no longer run twice after a leader change.")));
    assert_snapshot!("written", world.read("repo/changes/jobs-no-longer-run-twice-after-a-leader-change.md"));
    let again = world.run(&note("Jobs no longer run twice after a leader change.")).succeeded();
    assert!(again.stdout.ends_with("already says so; nothing was written.\n"), "{again}");
    assert_snapshot!(world.run(&note("Jobs no longer run twice, after a leader change")).refused(3));
    world.run(&["note", "lint"]).succeeded();
}

#[test]
fn what_is_missing_or_wrong_is_said_and_nothing_is_written() {
    let world = asking();
    assert_snapshot!("without_text", world.run(&["note", "new"]).refused(2));
    assert_snapshot!("without_kind", world.run(&["note", "new", "Jobs run once"]).refused(2));
    let incomplete = ["note", "new", "Jobs run once", "--kind=fixed", "--action=required", "--channel=hosted"];
    assert_snapshot!("incomplete", world.run(&incomplete).refused(6));
    world.run(&["note", "new", "…", "--kind=fixed"]).refused(2);
    assert!(!world.path("repo/changes").exists());
    let run = world.run(&["note", "new", "fix(scheduler): run jobs once", "--dry-run", "--format=json"]).succeeded();
    let new = json(&run.stdout);
    assert_eq!(
        (new["path"].as_str(), new["written"].as_bool()),
        (Some("changes/fix-scheduler-run-jobs-once.md"), Some(false))
    );
    assert!(new["text"].as_str().unwrap().starts_with("+++\nkind = \"fixed\"\nscope = \"scheduler\"\n+++\n"), "{run}");
    assert!(!world.path("repo/changes").exists());
}

#[test]
fn every_block_can_be_written_from_options_and_is_checked() {
    let world = asking();
    let sound = [
        "--configuration=key=scheduler.lease; change=default; from=5s; to=10s; restart=true",
        "--migration=id=0042_add_lease; phase=before; rollback=needs-down; lock=none; online=true",
        "--requirement=name=postgresql; minimum=14",
        "--deprecation=what=the key `scheduler.poll`; removed-in=2.0.0; replacement=`scheduler.lease`",
        "--known-issue=about=the first start takes minutes; workaround=wait",
        "--erratum=on=2025-06-01; text=The lease is 10s.",
        "--severity=high",
        "--disclose-on=2025-07-01",
        "--introduced-in=1.2.0",
    ];
    let note = |options: &[&'static str]| [&["note", "new", "Leases are stored", "--kind=security"], options].concat();
    world.run(&note(&sound)).succeeded();
    assert_snapshot!("every_block", world.read("repo/changes/leases-are-stored.md"));
    world.run(&["note", "lint"]).succeeded();
    for (option, missing) in [
        ("--configuration=key=a", "`configuration[0].change`"),
        ("--migration=id=1; phase=before", "`migration[0].rollback`"),
        ("--requirement=name=postgresql", "`requirement[0]"),
        ("--deprecation=what=a", "`deprecation[0]"),
        ("--known-issue=workaround=wait", "`known-issue[0].about`"),
        ("--erratum=text=a", "`erratum[0].on`"),
        ("--migration=id=1; phase=before; rollback=safe; speed=high", "`migration[0].speed`"),
    ] {
        let run = world.run(&note(&["--severity=low", "--slug=other", option])).refused(6);
        assert!(run.stderr.contains(missing), "{run}");
    }
    world.run(&note(&["--migration=0042"])).refused(2);
    assert!(!world.path("repo/changes/other.md").exists());
}

#[test]
fn the_editor_is_the_one_of_git_and_gets_a_template() {
    let world = asking();
    world.git("repo", &["config", "core.editor", "sh ../editor.sh"]);
    let script = world.path("editor.sh");
    world.git("repo", &["config", "core.editor", &format!("sh '{}'", script.display())]);
    world.write("editor.sh", "cp \"$1\" \"$1.seen\"\nprintf 'Jobs run once.\\n' >> \"$1\"\n");
    let run = world.run(&["note", "new", "--edit", "--kind=fixed"]).succeeded();
    assert_eq!(run.stdout, "Wrote changes/jobs-run-once.md. Commit it together with the change.\n", "{run}");
    assert_eq!(world.read("repo/changes/jobs-run-once.md"), "+++\nkind = \"fixed\"\n+++\nJobs run once.\n");
    assert_snapshot!("template", world.read("repo/.git/twintrack/NOTE_EDITMSG.md.seen"));
    // What cannot be taken is kept and offered again.
    world.write("editor.sh", "printf '+++\\nkind = \"fixt\"\\n+++\\nIt counts.\\n' > \"$1\"\n");
    let run = world.run(&["note", "new", "--edit"]).refused(6);
    assert!(run.stderr.contains("NOTE_EDITMSG.md` keeps the text"), "{run}");
    world.write("editor.sh", "sed -i s/fixt/fixed/ \"$1\"\n");
    world.run(&["note", "new", "--edit"]).succeeded();
    assert_eq!(world.read("repo/changes/it-counts.md"), "+++\nkind = \"fixed\"\n+++\nIt counts.\n");
    world.write("editor.sh", ": > \"$1\"\n");
    let run = world.run(&["note", "new", "--edit"]).refused(3);
    assert!(run.stderr.contains("the note is empty"), "{run}");
}

#[test]
fn every_note_is_looked_at_with_its_places() {
    let world = asking();
    world.write("repo/changes/good.md", NOTE);
    world.write(
        "repo/changes/bad.md",
        "+++\nkind = \"fixt\"\n[operator]\naction = \"required\"\n+++\nx | `y` <script>\n",
    );
    world.write("repo/changes/flag.md", &NOTE.replace("once.", "once. Action required."));
    world.write("repo/.chloggen/lease.yaml", "change_type: bugfix\ncomponent: x\nnote: y\nissues: [1]\n");
    let run = world.run(&["note", "lint"]);
    assert_eq!(run.code, Some(1));
    assert_snapshot!(run);
    let report = json(&world.run(&["note", "lint", "--format=json"]).stdout);
    assert_eq!(
        (&report["notes"], &report["passed"], &report["command"]),
        (&4.into(), &false.into(), &"note lint".into())
    );
    let first = &report["findings"][0];
    assert_eq!(
        (&first["rule"], &first["file"], &first["line"]),
        (&"note-complete".into(), &".chloggen/lease.yaml".into(), &1.into())
    );
    world.run_in("repo/changes", &[], &["note", "lint", "good.md"]).succeeded();
    assert_eq!(world.run(&["note", "lint", "changes/flag.md"]).code, Some(1));
    world.run(&["note", "lint", "release.toml"]).refused(2);
}

#[test]
fn a_pull_request_is_told_whether_it_needs_a_note() {
    let world = asking();
    let topic = |message: &str, files: &[(&str, &str)]| {
        world.git("repo", &["checkout", "-q", "-B", "topic", "main"]);
        for (path, text) in files {
            world.write(&format!("repo/{path}"), text);
        }
        world.git("repo", &["add", "-A"]);
        world.git("repo", &["commit", "-q", "-m", message]);
    };
    topic("fix: count | no `job` <b>twice</b>", &[("src/a", "1")]);
    let run = world.run(&["note", "lint", "--base", "main"]);
    assert_eq!(run.code, Some(1));
    assert_snapshot!("missing", steady(&world, &run.to_string()));
    let run = world.run(&["note", "lint", "--base", "main", "--format=json"]);
    let report = json(&run.stdout);
    let change = &report["change"];
    assert_eq!((&change["need"], &change["commits"][0]["kind"]), (&"required".into(), &"fixed".into()));
    assert_eq!(report["findings"][0]["rule"], "note-or-none");

    topic("fix: count no job twice", &[("src/a", "1"), ("changes/a.md", NOTE)]);
    let (output, summary) = (world.path("output"), world.path("summary"));
    let variables = [("GITHUB_OUTPUT", output.to_str().unwrap()), ("GITHUB_STEP_SUMMARY", summary.to_str().unwrap())];
    let run = world.run_in("repo", &variables, &["note", "lint", "--base", "main"]).succeeded();
    assert_snapshot!("there", steady(&world, &run.to_string()));
    assert_eq!(world.read("output"), "passed=true\nfailed=0\nwarned=0\nneeded=true\n");
    assert!(world.read("summary").starts_with("## Change notes\n\n```text\n1 commit since main"));
    topic("ci: run faster", &[("ci/a", "1")]);
    let run = world.run(&["note", "lint", "--base", "main"]).succeeded();
    assert!(run.stdout.contains("no note is needed: none of its commits is news for anybody outside"), "{run}");
    world.run(&["note", "lint", "--base", "nowhere"]).refused(2);
}

#[test]
fn a_shallow_clone_answers_as_far_as_it_can() {
    let world = asking();
    world.git("repo", &["checkout", "-q", "-b", "topic"]);
    world.write("repo/src/a", "1");
    world.git("repo", &["add", "-A"]);
    world.git("repo", &["commit", "-q", "-m", "fix: count no job twice"]);
    world.git("repo", &["checkout", "-q", "main"]);
    world.git("repo", &["commit", "-q", "--allow-empty", "-m", "chore: go on"]);
    world.git("repo", &["checkout", "-q", "-b", "merge", "main"]);
    world.git("repo", &["merge", "-q", "--no-ff", "-m", "Merge topic", "topic"]);
    // As a job for a pull request has it: the merge and its parents.
    let clone = |depth: &str, branch: &str, name: &str| {
        let url = format!("file://{}", world.path("repo").display());
        world.git(
            "",
            &["clone", "-q", &format!("--depth={depth}"), "--branch", branch, "--no-single-branch", &url, name],
        );
    };
    clone("2", "merge", "deep");
    let run = world.run_in("deep", &[], &["note", "lint", "--base", "HEAD^1"]);
    assert_eq!(run.code, Some(1), "{run}");
    assert!(run.stdout.contains("it has no change note"), "{run}");
    clone("1", "topic", "flat");
    let run = world.run_in("flat", &[], &["note", "lint", "--base", "origin/main"]).refused(7);
    assert!(run.stderr.contains("is cut off before") && run.stderr.contains("fetch-depth: 0"), "{run}");
}

/// Ids of commits made equal.
fn steady(world: &World, text: &str) -> String {
    let mut text = text.to_owned();
    for line in world.git("repo", &["log", "--all", "--format=%H %s"]).lines() {
        let (id, _) = line.split_once(' ').unwrap();
        let name = world.git("repo", &["log", "-1", "--format=[%s]", id]);
        text = text.replace(&id[..9], &name.chars().take(10).collect::<String>());
    }
    text
}
