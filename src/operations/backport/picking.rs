//! One line at a time: each commit applied onto what the line would be by then. Nothing is written; what is made stands with
//! the line's work until the plan takes it.
//!
//! The invariant: after the first commit that a person has to see, the line gets none.

use super::commits::Source;
use super::error::BackportError;
use super::notes;
use super::pick::{Obstacle, Pick, PickResult};
use super::prerequisites::Search;
use super::recorded::Recorded;
use crate::config::Surface;
use crate::domain::{BranchName, CommitId, ObjectId, decode, with_pick_notice};
use crate::git::{CommitDraft, Conflict, Merged, NewObjects, ObjectReader, ReadError, Workbench, WorkbenchError};
use crate::graph::{Graph, Node, NodeSet};
use crate::history::{Presence, Trunkward};
use crate::ledger::Line;
use crate::operations::Situation;
use crate::plan::{FileChange, PlannedCommit, PlannedFile};

/// What is the same for all lines.
pub(super) struct Picker<'s> {
    pub situation: &'s Situation<'s>,
    pub bench: Workbench,
    pub trunkward: Trunkward,
    pub presence: Presence,
    pub recorded: Recorded,
    /// Whether contents of declared files may be merged.
    pub accepts_surface: bool,
}

/// What was made for a line so far.
#[derive(Debug)]
pub(super) struct Work<'l> {
    pub line: &'l Line,
    pub branch: BranchName,
    pub picks: Vec<Pick>,
    pub objects: NewObjects,
    pub commits: Vec<PlannedCommit>,
    pub files: Vec<PlannedFile>,
    /// The newest commit: the line's tip, or the last pick.
    pub tip: CommitId,
    tree: ObjectId,
    on_line: NodeSet,
}

impl Work<'_> {
    /// Whether a person has to act before the line can have the commits.
    pub fn is_blocked(&self) -> bool {
        self.picks.iter().any(|pick| pick.result.is_blocked())
    }
}

/// What a trial came to.
enum Trial {
    Applies(ObjectId),
    Conflicts(Vec<Conflict>),
}

impl<'s> Picker<'s> {
    fn graph(&self) -> &'s Graph {
        &self.situation.ledger.graph
    }

    /// Begins a line at `tip`.
    pub fn begin<'l>(&self, line: &'l Line, branch: BranchName, tip: CommitId) -> Result<Work<'l>, BackportError> {
        let graph = self.graph();
        let node = graph.node(tip).ok_or(ReadError::Absent { id: tip.object() })?;
        Ok(Work {
            line,
            branch,
            picks: Vec::new(),
            objects: NewObjects::new(),
            commits: Vec::new(),
            files: Vec::new(),
            tip,
            tree: self.bench.reader()?.commit(tip)?.tree,
            on_line: graph.reach(&[node]),
        })
    }

    /// Whether the line has what the commit does.
    pub fn is_there(&self, work: &Work<'_>, source: &Source) -> bool {
        let holds = |node: Node| work.on_line.contains(node);
        if self.presence.is_present(source.node, holds) {
            return true;
        }
        let graph = self.graph();
        let (true, Some(mainline)) = (graph.is_merge(source.node), source.parent.and_then(|id| graph.node(id))) else {
            return false;
        };
        let brought = graph.range(&[source.node], &graph.reach(&[mainline]));
        let mut brought = brought.into_iter().filter(|node| !graph.is_merge(*node)).peekable();
        brought.peek().is_some() && brought.all(|node| self.presence.is_present(node, holds))
    }

    /// Adds what becomes of `source` on the line.
    pub fn pick(&self, work: &mut Work<'_>, source: &Source) -> Result<(), BackportError> {
        let mut pick = self.blank(work, source);
        pick.not_needed = self.recorded.not_needed(self.situation, &self.bench.reader()?, source, work.line)?;
        if self.is_there(work, source) {
            pick.result = PickResult::AlreadyThere;
            let carrier = self.presence.carriers(source.node).find(|node| work.on_line.contains(*node));
            pick.there = carrier.map(|node| self.graph().id(node));
        } else if work.is_blocked() {
            pick.result = PickResult::Waiting;
        } else {
            self.try_pick(work, source, &mut pick)?;
        }
        work.picks.push(pick);
        Ok(())
    }

    fn try_pick(&self, work: &mut Work<'_>, source: &Source, pick: &mut Pick) -> Result<(), BackportError> {
        let tree = match self.trial(work, source)? {
            Trial::Applies(tree) if tree == work.tree => {
                pick.result = PickResult::Empty;
                return Ok(());
            }
            Trial::Applies(tree) => tree,
            Trial::Conflicts(conflicts) => return self.tell_conflicts(work, source, pick, &conflicts),
        };
        // A reader knows the objects that are there when it is opened.
        let reader = self.bench.reader()?;
        let merged = self.merged_surface(&reader, work, source, tree, pick)?;
        if !merged.is_empty() && !self.accepts_surface {
            pick.result = PickResult::Surface;
            pick.conflicts.clone_from(&merged);
            pick.obstacles = merged.into_iter().map(Obstacle::of_surface).collect();
            return Ok(());
        }
        self.commit(&reader, work, source, tree, pick)
    }

    fn trial(&self, work: &Work<'_>, source: &Source) -> Result<Trial, BackportError> {
        self.bench.put(&work.objects)?;
        let reader = self.bench.reader()?;
        let base = source.parent.map(|parent| reader.commit(parent)).transpose()?.map(|commit| commit.tree);
        let theirs = reader.commit(source.commit)?.tree;
        Ok(match self.bench.merge(base, work.tree, theirs)? {
            Merged::Clean(tree) => Trial::Applies(tree),
            Merged::Conflicts(conflicts) => Trial::Conflicts(conflicts),
        })
    }

    fn tell_conflicts(
        &self,
        work: &Work<'_>,
        source: &Source,
        pick: &mut Pick,
        conflicts: &[Conflict],
    ) -> Result<(), BackportError> {
        pick.result = PickResult::Conflict;
        pick.conflicts = conflicts.iter().map(|conflict| conflict.path.clone()).collect();
        pick.obstacles = conflicts.iter().map(Obstacle::from).collect();
        let reader = self.bench.reader()?;
        let (graph, presence) = (self.graph(), &self.presence);
        let search = Search { graph, presence, reader: &reader, on_line: &work.on_line };
        pick.missing = search.prerequisites(source, conflicts)?;
        pick.prerequisites = pick.missing.iter().map(|missing| missing.commit).collect();
        Ok(())
    }

    /// Declared files that would hold what neither side has; those that the commit changes at all are noted on the pick.
    fn merged_surface(
        &self,
        reader: &ObjectReader,
        work: &Work<'_>,
        source: &Source,
        tree: ObjectId,
        pick: &mut Pick,
    ) -> Result<Vec<String>, BackportError> {
        let theirs = reader.commit(source.commit)?.tree;
        let mut merged = Vec::new();
        let surface = &self.situation.ledger.config.surface;
        for path in reader.changed_paths(Some(work.tree), tree)? {
            if !is_declared(surface, &path) {
                continue;
            }
            let result = reader.entry_in(tree, &path)?;
            let is_taken_whole = match &result {
                None => true,
                Some(result) => reader.entry_in(theirs, &path)?.is_some_and(|entry| entry.id == result.id),
            };
            if !is_taken_whole {
                merged.push(path.clone());
            }
            pick.surface.push(path);
        }
        Ok(merged)
    }

    fn commit(
        &self,
        reader: &ObjectReader,
        work: &mut Work<'_>,
        source: &Source,
        tree: ObjectId,
        pick: &mut Pick,
    ) -> Result<(), BackportError> {
        let ledger = self.situation.ledger;
        let (graph, changes) = (&ledger.graph, &ledger.config.changes);
        let trunk = ledger.trunk.commit;
        let edits = notes::of_same_merge(graph, &self.trunkward, trunk, reader, changes, source, tree)?;
        pick.notes = edits.keys().cloned().collect();
        let keep = |error| BackportError::Workbench(WorkbenchError::Keep(error));
        self.bench.take(tree, &mut work.objects)?;
        let tree = if edits.is_empty() { tree } else { work.objects.edit_tree(reader, tree, &edits).map_err(keep)? };
        let raw = reader.commit(source.commit)?;
        let message = decode(&raw.message, raw.encoding.as_deref());
        let draft = CommitDraft {
            tree,
            parents: vec![work.tip],
            author: raw.author,
            committer: self.situation.signature(),
            message: with_pick_notice(&message, source.commit),
        };
        let id = work.objects.commit(&draft).map_err(keep)?;
        self.bench.put(&work.objects)?;
        work.files.extend(files(&self.bench.reader()?, work.tree, tree, id)?);
        work.commits.push(PlannedCommit { id, parents: vec![work.tip], subject: pick.subject.clone() });
        (work.tip, work.tree) = (id, tree);
        pick.result = PickResult::Picked;
        pick.new_commit = Some(id);
        Ok(())
    }

    fn blank(&self, work: &Work<'_>, source: &Source) -> Pick {
        Pick {
            commit: source.commit,
            subject: self.graph().subject(source.node).to_owned(),
            channel: work.line.channel.clone(),
            line: work.line.name.clone(),
            branch: work.branch.clone(),
            result: PickResult::Empty,
            new_commit: None,
            there: None,
            conflicts: Vec::new(),
            obstacles: Vec::new(),
            prerequisites: Vec::new(),
            missing: Vec::new(),
            not_needed: None,
            surface: Vec::new(),
            notes: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// Adds that `source` waits on the branch for review.
    pub fn in_review(&self, work: &mut Work<'_>, source: &Source) {
        let pick = Pick { result: PickResult::InReview, ..self.blank(work, source) };
        work.picks.push(pick);
    }
}

fn is_declared(surface: &Surface, path: &str) -> bool {
    surface.configuration.matches(path) || surface.migrations.iter().any(|variant| variant.paths.matches(path))
}

/// What a commit does to files, by path.
fn files(
    reader: &ObjectReader,
    before: ObjectId,
    after: ObjectId,
    commit: CommitId,
) -> Result<Vec<PlannedFile>, ReadError> {
    let paths = reader.changed_paths(Some(before), after)?;
    let file = |path: String| {
        let had = reader.entry_in(before, &path)?.is_some();
        let has = reader.entry_in(after, &path)?.is_some();
        let change = match (had, has) {
            (false, _) => FileChange::Added,
            (true, true) => FileChange::Modified,
            (true, false) => FileChange::Removed,
        };
        Ok(PlannedFile { path, change, commit })
    };
    paths.into_iter().map(file).collect()
}
