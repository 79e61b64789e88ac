//! Repositories that several tests look at.

use twintrack::testing::TestRepo;

/// Policy for both channels, in the layout that `init` proposes.
pub const RELEASE_TOML: &str = r#"schema = 1

[project]
name = "Acme"
trunk = "main"

[channels.managed]
kind = "continuous"
tag = "deploy/{environment}/{date}.{seq}"
environments = ["staging", "production"]

[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
support = { regular = "3 months" }
"#;

/// Two environments with a rollback in production, three lines of which the oldest is over and its branch gone, and
/// work that waits on trunk and on a line. Its policy is on trunk; `main` is checked out.
pub fn two_channels() -> TestRepo {
    let mut repo = TestRepo::new();
    repo.commit_file("main", "chore: begin", "release.toml", RELEASE_TOML);
    repo.commit("main", "feat: count the jobs");
    line(&mut repo, "1.0", "v1.0.0");
    repo.tag("v1.0.1", "release/1.0");
    repo.delete_branch("release/1.0");
    repo.set_date("2025-04-01");
    repo.commit("main", "feat(api)!: name the jobs");
    repo.tag("deploy/staging/2025-04-01.1", "main");
    repo.tag("deploy/production/2025-04-01.1", "main");
    line(&mut repo, "1.1", "v1.1.0");
    repo.commit("release/1.1", "fix: count no job twice");
    repo.set_date("2025-05-20");
    repo.commit("main", "fix: count no job twice");
    repo.tag("deploy/staging/2025-05-20.1", "main");
    repo.tag("deploy/production/2025-05-20.1", "main");
    repo.tag_with(
        "deploy/production/2025-05-20.2",
        "deploy/production/2025-04-01.1",
        "Roll production back\n\nKind: rollback\nReplaces: deploy/production/2025-05-20.1",
    );
    repo.branch("release/1.2", "main");
    repo.commit("release/1.2", "chore: prepare 1.2");
    repo.tag("v1.2.0-rc.1", "release/1.2");
    repo.commit("main", "docs: say how to count");
    repo.checkout("main");
    repo
}

fn line(repo: &mut TestRepo, name: &str, tag: &str) {
    let branch = format!("release/{name}");
    repo.branch(&branch, "main");
    repo.commit(&branch, &format!("chore: prepare {name}"));
    repo.tag(&format!("{tag}-rc.1"), &branch);
    repo.tag(tag, &branch);
}
