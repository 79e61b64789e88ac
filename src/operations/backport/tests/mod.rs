//! Backports in real repositories: what is planned, and what git sees once it is applied.

mod files;
mod obstacles;
mod picks;
mod reviews;

use super::{BackportError, BackportRequest, Pick, PlannedBackport, Wanted, backport};
use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::domain::CommitId;
use crate::git::{Identity, ObjectKind, Repository};
use crate::ledger::{Ledger, Sources};
use crate::operations::Situation;
use crate::plan::apply;
use crate::testing::TestRepo;

const POLICY: &str = "schema = 1\n[channels.self-hosted]\nkind = \"versioned\"\nline = \"release/{major}.{minor}\"\n\
    tag = \"v{version}\"\ncut-from = \"trunk\"\n[surface]\nconfiguration = [\"config/*.toml\"]\n\
    migrations = [\"migrations/*.sql\"]\n";

/// Six lines of text, of which every second can be changed without touching the next.
const TEXT: &str = "one\n\n\n\ntwo\n\n\n\nthree\n";

/// A repository with trunk and lines 1.0 and 1.1, all of them at the same file.
struct Site {
    repo: TestRepo,
    policy: String,
    is_pushed: bool,
}

impl Site {
    fn new() -> Self {
        let mut repo = TestRepo::new();
        repo.commit_file("main", "feat: begin", "a", TEXT);
        for line in ["1.0", "1.1"] {
            repo.branch(&format!("release/{line}"), "main");
            repo.tag(&format!("v{line}.0"), &format!("release/{line}"));
            repo.commit("main", &format!("feat: after {line}"));
        }
        Self { repo, policy: POLICY.to_owned(), is_pushed: false }
    }

    fn plan_in(&self, repository: &Repository, request: &BackportRequest) -> Result<PlannedBackport, BackportError> {
        let config = Config::read(&self.policy, Origin::Recognised).unwrap();
        let snapshot = repository.refs(&[]).unwrap();
        let cache = Cache::below(repository.common_dir());
        let also: Vec<CommitId> = request.commits.iter().filter_map(Wanted::commit).collect();
        let (progress, also, now) = (&|_| (), also.as_slice(), self.repo.now());
        let sources = Sources { repository, cache: &cache, snapshot: &snapshot, also, progress, now };
        let ledger = Ledger::read(config, &sources).unwrap();
        let identity = Identity::new("Release Bot", "bot@example.com").unwrap();
        let push_to = self.is_pushed.then_some("origin");
        backport(
            &Situation {
                repository,
                ledger: &ledger,
                now: self.repo.now(),
                identity: &identity,
                run: "run-1",
                push_to,
            },
            request,
        )
    }

    fn plan(&self, request: &BackportRequest) -> Result<PlannedBackport, BackportError> {
        self.plan_in(&self.repo.open(), request)
    }

    /// Plans and applies.
    fn run(&self, request: &BackportRequest) -> PlannedBackport {
        let planned = self.plan(request).unwrap();
        apply(&planned.plan, &self.repo.open()).unwrap();
        self.repo.git(&["fsck", "--strict", "--no-dangling"]);
        planned
    }

    /// The tree that git's own cherry-pick makes of the same, in a work tree of its own.
    fn picked_by_git(&self, line: &str, commits: &[CommitId]) -> String {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("tree");
        self.repo.git(&["worktree", "add", "--quiet", "--detach", path.to_str().unwrap(), line]);
        let ids = commits.iter().map(ToString::to_string).collect::<Vec<_>>();
        for id in &ids {
            crate::testing::git(&path, &["cherry-pick", "-x", id]);
        }
        let tree = crate::testing::git(&path, &["rev-parse", "HEAD^{tree}"]);
        self.repo.git(&["worktree", "remove", "--force", path.to_str().unwrap()]);
        tree
    }

    fn tree(&self, name: &str) -> String {
        self.repo.git(&["rev-parse", &format!("{name}^{{tree}}")])
    }

    fn show(&self, object: &str) -> String {
        self.repo.git(&["cat-file", "-p", object])
    }
}

fn to(lines: &[&str], commits: &[CommitId]) -> BackportRequest {
    BackportRequest {
        commits: commits.iter().copied().map(Wanted::Commit).collect(),
        lines: lines.iter().map(|line| (*line).to_owned()).collect(),
        ..BackportRequest::default()
    }
}

/// `line result` of each pick; its conflicts and notes where there are some.
fn told(picks: &[Pick]) -> Vec<String> {
    let tell = |pick: &Pick| {
        let mut told = format!("{} {}", pick.line, serde_json::to_value(pick.result).unwrap().as_str().unwrap());
        for word in pick.conflicts.iter().chain(&pick.notes) {
            told.push_str(&format!(" {word}"));
        }
        told
    };
    picks.iter().map(tell).collect()
}

/// `TEXT` with one of its words replaced.
fn with(word: &str, other: &str) -> String {
    TEXT.replace(word, other)
}

/// A commit by somebody else on another day, with these bytes as its message.
fn foreign_commit(repo: &mut TestRepo, branch: &str, message: &str, files: &[(&str, Option<&str>)]) -> CommitId {
    let plain = repo.commit_files(branch, "stand-in", files);
    let raw = repo.git(&["cat-file", "-p", &plain.to_string()]);
    let header: Vec<String> = raw
        .lines()
        .take_while(|line| !line.is_empty())
        .map(|line| match line.starts_with("author ") {
            true => "author Grace Example <grace@example.org> 1700000000 +0530".to_owned(),
            false => line.to_owned(),
        })
        .collect();
    let commit = repo.object(ObjectKind::Commit, format!("{}\n\n{message}", header.join("\n")).as_bytes());
    repo.set_ref(&format!("refs/heads/{branch}"), commit);
    CommitId::new(commit)
}
