//! The workflow files of `docs/ci` do what they say: their shell is run, and the remote and the outputs are looked at.

use crate::support::workflow::{outputs, read, text};
use crate::support::{GitHub, GitLab, World, two_channels};

/// The two channels, of which everything is in the bare repository `remote.git` that runners clone.
fn acme() -> World {
    let world = World::with(two_channels());
    world.git("repo", &["clone", "--quiet", "--mirror", ".", world.path("remote.git").to_str().unwrap()]);
    world
}

fn refs(world: &World) -> String {
    world.git("remote.git", &["for-each-ref"])
}

fn at(world: &World, name: &str) -> String {
    world.git("remote.git", &["rev-parse", &format!("{name}^{{commit}}")])
}

fn message(world: &World, tag: &str) -> String {
    world.git("remote.git", &["cat-file", "-p", &format!("refs/tags/{tag}")])
}

#[test]
fn github_records_a_deploy_from_one_commit_without_tags() {
    let world = acme();
    let inputs = [("environment", "staging"), ("artifact", "sha256:0f3a"), ("built-at", "2025-06-01T11:00:00Z")];
    let mut workflow = GitHub::new(&world, "record-deploy.yml", &inputs, "41");
    let job = workflow.run("record").unwrap();
    assert_eq!(job.code, 0, "{}", job.log);
    assert_eq!((job.output("tag"), job.output("created")), ("deploy/staging/2025-06-01.1", "true"));
    assert!(job.summary.contains("deploy/staging/2025-06-01.1"), "{}", job.summary);
    assert_eq!(world.git(&job.directory, &["rev-list", "--count", "--all"]), "1");
    assert_eq!(at(&world, "deploy/staging/2025-06-01.1"), at(&world, "main"));
    let recorded = message(&world, "deploy/staging/2025-06-01.1");
    assert!(recorded.contains("\ntagger github-actions[bot] <"), "{recorded}");
    assert!(recorded.ends_with("Built-At: 2025-06-01T11:00:00Z\nArtifact: sha256:0f3a\nRun: github-41"), "{recorded}");
    // The same run again, from a new checkout, as a person starts it after a failure elsewhere.
    let before = refs(&world);
    fs_err::remove_dir_all(world.path("github-41-record")).unwrap();
    let mut again = GitHub::new(&world, "record-deploy.yml", &inputs, "41");
    assert_eq!(again.run("record").unwrap().output("created"), "false");
    assert_eq!(refs(&world), before);
}

#[test]
fn github_cuts_what_the_plan_showed() {
    let world = acme();
    let before = refs(&world);
    let mut shown = GitHub::new(&world, "cut.yml", &[("line", "1.3"), ("at", "main"), ("reason", "a fix")], "1");
    let plan = shown.run("plan").unwrap();
    assert_eq!(plan.code, 0, "{}", plan.log);
    assert!(plan.summary.contains("Line 1.3 would be cut from"), "{}", plan.summary);
    assert!(shown.run("cut").is_none(), "nothing is cut unless it is asked for");
    assert_eq!(refs(&world), before);
    let mut workflow =
        GitHub::new(&world, "cut.yml", &[("line", "1.3"), ("at", "main"), ("reason", "a fix"), ("apply", "true")], "2");
    workflow.run("plan").unwrap();
    let main = at(&world, "main");
    // Trunk goes on while the plan is read; the cut is of what was shown.
    world.git("repo", &["commit", "--quiet", "--allow-empty", "-m", "feat: later"]);
    world.git("repo", &["push", "--quiet", world.path("remote.git").to_str().unwrap(), "main"]);
    let job = workflow.run("cut").unwrap();
    assert_eq!(job.code, 0, "{}", job.log);
    assert_eq!(job.output("branch"), "release/1.3");
    assert_eq!(job.output("sha"), at(&world, "release/1.3"));
    assert_eq!(at(&world, "release/1.3"), main);
}

#[test]
fn github_releases_what_the_plan_showed() {
    let world = acme();
    let before = refs(&world);
    let inputs = [("line", "1.2"), ("step", "final"), ("apply", "true")];
    let mut workflow = GitHub::new(&world, "release.yml", &inputs, "1");
    let plan = workflow.run("plan").unwrap();
    assert_eq!(plan.code, 0, "{}", plan.log);
    assert!(plan.summary.contains("1.2.0 of line 1.2 would be released"), "{}", plan.summary);
    assert_eq!(refs(&world), before);
    let job = workflow.run("release").unwrap();
    assert_eq!(job.code, 0, "{}", job.log);
    let sha = at(&world, "release/1.2");
    for (name, value) in [
        ("released", "true"),
        ("version", "1.2.0"),
        ("tag", "v1.2.0"),
        ("previous-tag", "v1.1.0"),
        ("sha", &sha),
        ("branch", "release/1.2"),
    ] {
        assert_eq!(job.output(name), value, "{name}");
    }
    assert!(job.output("changelog").contains("\n- "), "{:?}", job.outputs);
    assert_eq!(at(&world, "v1.2.0"), sha);
    assert!(message(&world, "v1.2.0").contains("\ntagger github-actions[bot] <"));
}

#[test]
fn no_workflow_releases_a_line_that_went_on_since_the_plan() {
    let world = acme();
    let mut github = GitHub::new(&world, "release.yml", &[("line", "1.2"), ("apply", "true")], "1");
    github.run("plan").unwrap();
    let mut gitlab = GitLab::new(&world, &[("LINE", "1.2"), ("OPERATION", "release")], 1);
    gitlab.run("plan-release").succeeded();
    let later = world.git("remote.git", &["commit-tree", "-p", "release/1.2", "-m", "fix: late", "release/1.2^{tree}"]);
    world.git("remote.git", &["update-ref", "refs/heads/release/1.2", &later]);
    let before = refs(&world);
    assert_eq!(github.run("release").unwrap().code, 5);
    let job = gitlab.run("release");
    assert_eq!(job.code, 5);
    assert!(job.log.contains("gone on since the plan"), "{}", job.log);
    assert_eq!(refs(&world), before);
}

#[test]
fn github_publishes_the_documents() {
    let world = acme();
    let mut workflow = GitHub::new(&world, "publish.yml", &[], "1");
    let job = workflow.run("build").unwrap();
    assert_eq!(job.code, 0, "{}", job.log);
    assert!(job.summary.contains("Acme · main at"), "{}", job.summary);
    assert!(job.summary.contains("records synchronised"), "{}", job.summary);
    let uploaded = text(&read("github-actions/publish.yml")["jobs"]["build"]["steps"][5]["with"]["path"]);
    assert!(world.path(&job.directory).join(uploaded).join("index.html").is_file());
}

#[test]
fn gitlab_records_a_deploy_from_a_checkout_without_a_branch() {
    let world = acme();
    let mut pipeline = GitLab::new(&world, &[("ARTIFACT", "sha256:0f3a")], 7);
    let job = pipeline.run("record-deploy").succeeded();
    assert_eq!(at(&world, "deploy/production/2025-06-01.1"), at(&world, "main"));
    let recorded = message(&world, "deploy/production/2025-06-01.1");
    assert!(recorded.contains("\nArtifact: sha256:0f3a\nRun: gitlab-7"), "{recorded}");
    assert!(recorded.contains("\ntagger Release bot <release-bot@noreply.gitlab.example.com>"), "{recorded}");
    assert_eq!(world.git(&job.directory, &["rev-list", "--count", "--all"]), "1");
}

#[test]
fn gitlab_cuts_releases_and_publishes() {
    let world = acme();
    let before = refs(&world);
    let main = at(&world, "main");
    let mut cut = GitLab::new(&world, &[("OPERATION", "cut"), ("LINE", "1.3"), ("AT", "main~1")], 1);
    let failed = cut.run("plan-cut");
    assert_eq!((failed.code, refs(&world)), (2, before.clone()), "a detached checkout has no branch `main`");
    let mut cut =
        GitLab::new(&world, &[("OPERATION", "cut"), ("LINE", "1.3"), ("AT", "origin/main"), ("REASON", "a fix")], 2);
    let plan = cut.run("plan-cut").succeeded();
    assert!(plan.log.contains("Line 1.3 would be cut from"), "{}", plan.log);
    assert_eq!((plan.output("FROM"), refs(&world)), (main.as_str(), before));
    cut.run("cut").succeeded();
    assert_eq!(at(&world, "release/1.3"), main);
    let mut release = GitLab::new(&world, &[("OPERATION", "release"), ("LINE", "1.3")], 3);
    let plan = release.run("plan-release").succeeded();
    assert_eq!((plan.output("BRANCH"), plan.output("TIP")), ("release/1.3", main.as_str()));
    release.run("release").succeeded();
    assert_eq!(at(&world, "v1.3.0-rc.1"), main);
    let pages = GitLab::new(&world, &[], 4).run("pages").succeeded();
    assert!(world.path(&pages.directory).join("public/index.html").is_file());
}

#[test]
fn what_people_type_is_never_run() {
    for typed in ["$(touch pwned)", "1.3\"; touch pwned; \"", "`touch pwned`", "--help", "'; touch pwned #"] {
        let world = acme();
        let before = refs(&world);
        let mut jobs = Vec::new();
        for (file, job) in [("cut.yml", "plan"), ("release.yml", "plan")] {
            let run_id = format!("{file}{job}");
            let mut workflow = GitHub::new(&world, file, &[("line", typed), ("via-branch", typed)], &run_id);
            let job = workflow.run(job).unwrap();
            jobs.push((job.code, job.directory.clone()));
        }
        let inputs = [("environment", typed), ("artifact", typed)];
        let mut workflow = GitHub::new(&world, "record-deploy.yml", &inputs, "record");
        let job = workflow.run("record").unwrap();
        jobs.push((job.code, job.directory.clone()));
        for name in ["plan-cut", "plan-release"] {
            let job = GitLab::new(&world, &[("LINE", typed), ("VIA_BRANCH", typed)], 1).run(name);
            jobs.push((job.code, job.directory));
        }
        for (code, directory) in jobs {
            assert_ne!(code, 0, "{typed} in {directory}");
            assert!(!world.path(&directory).join("pwned").exists(), "{typed} in {directory}");
        }
        assert_eq!(refs(&world), before);
    }
}

#[test]
fn every_job_of_github_may_do_what_it_must_and_no_more() {
    for (file, writers) in [
        ("record-deploy.yml", vec!["record"]),
        ("cut.yml", vec!["cut"]),
        ("release.yml", vec!["release"]),
        ("publish.yml", vec![]),
    ] {
        let workflow = read(&format!("github-actions/{file}"));
        assert_eq!(workflow["permissions"], serde_json::json!({}), "{file}");
        for (name, job) in workflow["jobs"].as_object().unwrap() {
            let may_write = job["permissions"]["contents"] == "write";
            assert_eq!(may_write, writers.contains(&name.as_str()), "{file}: {name}");
            assert!(job["permissions"].is_object() && job["timeout-minutes"].is_number(), "{file}: {name}");
        }
    }
}

#[test]
fn a_changelog_that_is_too_long_for_a_release_ends_after_an_entry() {
    let mut repo = two_channels();
    for number in 0..1_500 {
        repo.commit("release/1.2", &format!("fix: {} {number}", "say it at length ".repeat(6)));
    }
    repo.tag("v1.2.0", "release/1.2");
    let world = World::with(repo);
    let output = world.path("output");
    let variables = [("GITHUB_OUTPUT", output.to_str().unwrap())];
    let arguments = ["changelog", "--channel", "self-hosted", "--release", "1.2.0", "--format", "markdown"];
    let run = world.run_in("repo", &variables, &arguments).succeeded();
    assert!(run.stdout.chars().count() > 125_000);
    let changelog = outputs(&world.read("output")).remove("changelog").unwrap();
    assert!(changelog.chars().count() <= 125_000 && changelog.chars().count() > 120_000, "{}", changelog.len());
    let (entries, rest) = changelog.rsplit_once("\n\n").unwrap();
    let last = entries.lines().next_back().unwrap();
    assert!(run.stdout.lines().any(|line| line == last), "{last}");
    assert!(rest.contains("`twintrack changelog --channel self-hosted --release v1.2.0`"), "{rest}");
}

#[test]
fn what_moves_lines_runs_one_at_a_time_and_no_record_is_cancelled() {
    let group = |file: &str| read(&format!("github-actions/{file}"))["concurrency"].clone();
    let lines = serde_json::json!({"group": "twintrack-lines", "cancel-in-progress": false});
    assert_eq!((group("cut.yml"), group("release.yml")), (lines.clone(), lines));
    assert!(group("record-deploy.yml").is_null());
    let gitlab = read("gitlab-ci.yml");
    for (job, group) in
        [("cut", "twintrack-lines"), ("release", "twintrack-lines"), ("record-deploy", ""), ("pages", "pages")]
    {
        assert_eq!(text(&gitlab[job]["resource_group"]), group, "{job}");
    }
}

#[test]
fn jobs_that_need_history_fetch_all_of_it() {
    let depth = |file: &str, job: &str| {
        let steps = read(&format!("github-actions/{file}"))["jobs"][job]["steps"].clone();
        text(&steps[0]["with"]["fetch-depth"])
    };
    assert_eq!(depth("record-deploy.yml", "record"), "1");
    for (file, job) in [
        ("cut.yml", "plan"),
        ("cut.yml", "cut"),
        ("release.yml", "plan"),
        ("release.yml", "release"),
        ("publish.yml", "build"),
    ] {
        assert_eq!(depth(file, job), "0", "{file}: {job}");
    }
    let gitlab = read("gitlab-ci.yml");
    for job in ["plan-cut", "cut", "plan-release", "release", "pages"] {
        assert_eq!(gitlab[job]["variables"]["GIT_DEPTH"], "0", "{job}");
    }
}

#[test]
fn a_pull_request_is_looked_at_by_both() {
    let world = acme();
    let mut workflow = GitHub::new(&world, "notes.yml", &[], "1");
    let job = workflow.run("notes").unwrap();
    assert_eq!(job.code, 0, "{}", job.log);
    assert!(job.summary.contains("no note is needed: none of its commits is news"), "{}", job.summary);
    let base = at(&world, "main~1");
    let job = GitLab::new(&world, &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)], 1).run("notes").succeeded();
    assert!(job.log.contains("1 commit since"), "{}", job.log);
    let base = at(&world, "main~2");
    let job = GitLab::new(&world, &[("CI_MERGE_REQUEST_DIFF_BASE_SHA", &base)], 2).run("notes").succeeded();
    assert!(job.log.contains("a note would be good"), "{}", job.log);
}
