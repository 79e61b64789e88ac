//! Backporting from the command line: what it prints and how it ends.

use serde_json::Value;
use twintrack::testing::TestRepo;

use crate::support::World;

const POLICY: &str = r#"schema = 1

[project]
trunk = "main"

[channels.cloud]
kind = "continuous"
line = "cloud/{build}"

[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
cut-from = "trunk"

[channels.self-hosted.lines."1.6"]
end-of-life = 2025-01-01
"#;

/// Lines 1.6 (over), 1.7 and 1.8, and a managed line; trunk has a fix that 1.7 cannot take. Returns it.
fn acme() -> (World, String, String) {
    let mut repo = TestRepo::new();
    let jobs = |middle: &str| format!("fn first() {{}}\n\n\n{middle}\n\n\nfn last() {{}}\n");
    let files = [("release.toml", Some(POLICY)), ("src/jobs.rs", Some(&*jobs("fn count() {}")))];
    repo.commit_files("main", "feat: count the jobs", &files);
    for line in ["1.6", "1.7"] {
        repo.branch(&format!("release/{line}"), "main");
        repo.tag(&format!("v{line}.0"), &format!("release/{line}"));
    }
    let named = repo.commit_file("main", "feat: name the jobs", "src/jobs.rs", &jobs("fn count(name: &str) {}"));
    for branch in ["release/1.8", "cloud/31"] {
        repo.branch(branch, "main");
    }
    repo.tag("v1.8.0", "release/1.8");
    let fix = jobs("fn count(name: &str) { once(name) }");
    let fix = repo.commit_file("main", "fix: count no job twice (#12)", "src/jobs.rs", &fix);
    repo.checkout("main");
    (World::with(repo), fix.to_string(), named.to_string())
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}

#[test]
fn lines_get_the_commit_and_the_work_tree_stays() {
    let (world, fix, _) = acme();
    let dry = world.run(&["backport", "#12", "--to", "1.8", "cloud/31", "--dry-run", "--format", "json"]).succeeded();
    let run = world.run(&["backport", "#12", "--to", "1.8", "cloud/31"]).succeeded();
    let tip = world.git("repo", &["rev-parse", "release/1.8"]);
    assert_eq!(world.git("repo", &["rev-parse", "release/1.8~1"]), world.git("repo", &["rev-parse", "v1.8.0^{}"]));
    let shown = run.stdout.replace(&tip[..9], "[NEW]").replace(&fix[..9], "[FIX]");
    insta::assert_snapshot!(shown, @r"
    Line 31 (branch cloud/31)
      [FIX] fix: count no job twice (#12)
        is picked as [NEW]
    Line 1.8 (branch release/1.8)
      [FIX] fix: count no job twice (#12)
        is picked as [NEW]
    Not pushed; `--push` shares it.
    ");
    let dry = json(&dry.stdout);
    assert_eq!((dry["command"].as_str(), dry["applied"].as_bool()), (Some("backport"), Some(false)));
    assert_eq!(dry["picks"][1]["new_commit"], tip.as_str(), "what is predicted is what is made");
    assert_eq!(dry["plan"]["refs"].as_array().unwrap().len(), 2);
    let message = world.git("repo", &["log", "-1", "--format=%B", "release/1.8"]);
    assert_eq!(message, format!("fix: count no job twice (#12)\n\n(cherry picked from commit {fix})"));
    assert_eq!(world.git("repo", &["status", "--porcelain"]), "");
    let again = json(&world.run(&["backport", &fix, "--to", "1.8", "--format", "json"]).succeeded().stdout);
    assert_eq!(
        (again["picks"][0]["result"].as_str(), again["picks"][0]["there"].as_str()),
        (Some("already-there"), Some(&*tip))
    );
}

#[test]
fn a_conflict_is_told_with_what_to_do() {
    let (world, fix, named) = acme();
    let refs = world.git("repo", &["show-ref"]);
    let run = world.run(&["backport", &fix, "--to", "1.7", "1.8"]);
    assert_eq!(run.code, Some(4), "{run}");
    assert_eq!(world.git("repo", &["show-ref"]), refs);
    let shown = run.to_string().replace(&fix, "[FIX]").replace(&fix[..9], "[FIX]").replace(&named[..9], "[NAMED]");
    insta::assert_snapshot!(shown, @r"
    $ twintrack backport [FIX] --to 1.7 1.8
    exit code 4
    --- standard output
    Line 1.8 (branch release/1.8)
      [FIX] fix: count no job twice (#12)
        applies
    Line 1.7 (branch release/1.7)
      [FIX] fix: count no job twice (#12)
        conflicts
          src/jobs.rs: the line has other text there
        It probably needs what the line lacks:
          [NAMED] feat: name the jobs
        By hand:
          git switch --create backport-[FIX]-to-1.7 release/1.7
          git cherry-pick -x [FIX]
          git add --all && git cherry-pick --continue
          git switch release/1.7 && git merge --ff-only backport-[FIX]-to-1.7
    --- standard error
    error: a person has to act on `1.7`; nothing was changed anywhere
      hint: do it by hand as shown, or backport what is needed first; `--keep-going` goes on with the other lines
    ");
    let run = world.run(&["backport", &fix, "--to", "1.7", "1.8", "--keep-going", "--format", "json"]);
    assert_eq!(run.code, Some(4), "{run}");
    let (report, error) = (json(&run.stdout), json(&run.stderr));
    assert_eq!((report["applied"].as_bool(), error["error"]["kind"].as_str()), (Some(true), Some("conflict")));
    let pick = &report["picks"][1];
    assert_eq!(
        (pick["conflicts"][0].as_str(), pick["prerequisites"][0].as_str()),
        (Some("src/jobs.rs"), Some(&*named))
    );
    assert_eq!(world.git("repo", &["rev-parse", "release/1.8"]), report["picks"][0]["new_commit"].as_str().unwrap());
}

#[test]
fn the_commands_by_hand_do_what_they_say() {
    let (world, fix, _) = acme();
    let run = world.run(&["backport", &fix, "--to", "1.7", "--dry-run", "--format", "json"]);
    let commands: Vec<String> = serde_json::from_value(json(&run.stdout)["picks"][0]["commands"].clone()).unwrap();
    for (at, command) in commands.iter().enumerate() {
        let mut shell = world.command("sh", &world.path("repo"));
        let output = shell.args(["-c", command]).env("GIT_EDITOR", "true").output().unwrap();
        // The pick itself stops at the conflict.
        assert_eq!(output.status.success(), at != 1, "{command}: {}", String::from_utf8_lossy(&output.stderr));
        if at == 1 {
            world.write("repo/src/jobs.rs", "solved\n");
        }
    }
    assert_eq!(world.git("repo", &["show", "release/1.7:src/jobs.rs"]), "solved");
    let again = json(&world.run(&["backport", &fix, "--to", "1.7", "--format", "json"]).succeeded().stdout);
    assert_eq!(again["picks"][0]["result"], "already-there");
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let (world, fix, _) = acme();
    let refused = |arguments: &[&str], code: i32, words: &str| {
        let run = world.run(arguments).refused(code);
        assert!(run.stderr.contains(words), "{run}");
    };
    refused(&["backport", &fix, "--to", "1.6"], 3, "line `1.6` is at its end of life");
    refused(&["backport", &fix, "--to", "1.9"], 3, "no channel has a line `1.9`");
    refused(&["backport", "#99", "--to", "1.8"], 2, "trunk has no change `#99`");
    refused(&["backport", "nothing", "--to", "1.8"], 2, "`nothing` names no commit");
    refused(&["backport", &fix, "--to", "1.8", "--mainline", "1"], 2, "none of the commits is a merge");
    refused(&["backport", &fix], 2, "--to");
    world.git("repo", &["switch", "--quiet", "release/1.8"]);
    world.write("repo/src/jobs.rs", "at work\n");
    refused(&["backport", &fix, "--to", "1.8"], 3, "release/1.8");
    world.git("repo", &["checkout", "--quiet", "--force", "release/1.8"]);
    world.run(&["backport", &fix, "--to", "1.8"]).succeeded();
    assert!(world.read("repo/src/jobs.rs").contains("once(name)"), "a clean work tree follows");
}
