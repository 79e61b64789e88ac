//! Small histories of a trunk and a line, and what is found out about them.

use crate::cache::Cache;
use crate::config::Changes;
use crate::domain::CommitId;
use crate::graph::{Graph, Loader};
use crate::history::identity::{Contents, Engine, Guidance, Identities, Origin, Standing};
use crate::history::range::Trunkward;
use crate::ledger::Decided;
use crate::testing::TestRepo;

pub(super) const LINE: &str = "release/1.8";

/// Trunk with a line that was cut from it.
pub(super) struct World {
    pub repo: TestRepo,
    people: usize,
}

/// Text that only this change has: `count` lines.
pub(super) fn lines(name: &str, count: usize) -> String {
    (0..count).map(|n| format!("    let {name}_{n} = compute_{name}(argument_{n}, {n});\n")).collect()
}

pub(super) fn file(name: &str) -> String {
    format!("//! {name}\n{}", lines(name, 30))
}

impl World {
    pub(super) fn new() -> Self {
        let mut repo = TestRepo::new();
        let files: Vec<(String, String)> =
            ["alpha", "beta", "gamma"].iter().map(|name| (format!("src/{name}.rs"), file(name))).collect();
        let all: Vec<(&str, Option<&str>)> =
            files.iter().map(|(path, text)| (path.as_str(), Some(text.as_str()))).collect();
        repo.commit_files("main", "Start", &all);
        repo.branch(LINE, "main");
        repo.commit_file("main", "Open the next version", "VERSION", "1.9\n");
        let mut world = Self { repo, people: 0 };
        world.next_person();
        world
    }

    /// The next commit is somebody else's: no clue in author and date.
    pub(super) fn next_person(&mut self) {
        self.people += 1;
        let (name, at) = (format!("Person {}", self.people), self.repo.now());
        self.repo.set_author(Some((&name, at)));
    }

    /// A file with lines of its own put in.
    pub(super) fn with(&self, path: &str, name: &str, count: usize) -> String {
        format!("{}{}", file(path), lines(name, count))
    }

    /// Adds lines to a file of trunk.
    pub(super) fn trunk(&mut self, message: &str, path: &str, name: &str, count: usize) -> CommitId {
        self.on("main", message, path, &self.with(path, name, count))
    }

    /// Adds lines to a file of the line.
    pub(super) fn line(&mut self, message: &str, path: &str, name: &str, count: usize) -> CommitId {
        self.on(LINE, message, path, &self.with(path, name, count))
    }

    pub(super) fn on(&mut self, branch: &str, message: &str, path: &str, text: &str) -> CommitId {
        self.repo.pass_days(1);
        self.next_person();
        self.repo.commit_file(branch, message, &format!("src/{path}.rs"), text)
    }

    pub(super) fn identify(&self) -> Answer {
        self.identify_lines(&[LINE])
    }

    pub(super) fn identify_lines(&self, branches: &[&str]) -> Answer {
        self.identify_guided(branches, &Changes::default(), &[], &[])
    }

    pub(super) fn identify_guided(
        &self,
        branches: &[&str],
        changes: &Changes,
        decided: &[Decided],
        notes: &[String],
    ) -> Answer {
        let repository = self.repo.open();
        let cache = Cache::below(repository.common_dir());
        let tips: Vec<CommitId> = branches.iter().map(|branch| self.repo.id(branch)).collect();
        let all: Vec<CommitId> = std::iter::once(self.repo.id("main")).chain(tips.iter().copied()).collect();
        let graph = Loader { repository: &repository, cache: &cache, progress: &|_| () }.load(&all).unwrap();
        let trunkward = Trunkward::new(&graph, graph.node(all[0]));
        let mut contents = Contents::open(&repository, &cache, 2, &|_| ());
        let tips: Vec<_> = tips.iter().filter_map(|tip| graph.node(*tip)).collect();
        let guidance = Guidance { changes, decided, notes };
        let identities = Engine::new(&graph, &trunkward, &mut contents).guided(guidance).identify(&tips);
        Answer { graph, identities, unknown: contents.unknown() }
    }
}

pub(super) struct Answer {
    pub graph: Graph,
    pub identities: Identities,
    pub unknown: usize,
}

impl Answer {
    pub(super) fn of(&self, commit: CommitId) -> &Standing {
        self.identities.of(self.graph.node(commit).unwrap()).unwrap()
    }

    /// The origins that count.
    pub(super) fn origins(&self, commit: CommitId) -> Vec<CommitId> {
        self.of(commit).counted().map(|origin| self.graph.id(origin.node)).collect()
    }

    pub(super) fn main(&self, commit: CommitId) -> &Origin {
        &self.of(commit).origins[0]
    }
}

/// A title that nobody else has.
pub(super) const TITLE: &str = "Wait for the lease before leading the cluster";
