//! A repository before anything is declared: its names, put before the recogniser, and its answers about ancestry.
//! Reads trunk's history only as far as the recogniser asks about it, and writes nothing.

use super::branches::{Branch, branches};
use super::note_places::foreign_notes_of_commit;
use super::recognise::{Ancestry, BranchFact, Layout, Names, TagFact, choose_trunk, recognise};
use super::trunk::TrunkError;
use super::trunk_walk::TrunkWalk;
use crate::config::ForeignNotes;
use crate::domain::{BranchName, CommitId};
use crate::git::{Head, ObjectReader, ReadError, RefSnapshot, Repository};

/// Why a repository cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum SurveyError {
    #[error("could not open the object database")]
    Objects(#[source] ReadError),
    #[error(transparent)]
    Trunk(#[from] TrunkError),
}

/// Where a survey looks.
pub struct Surveyor<'a> {
    pub repository: &'a Repository,
    pub snapshot: &'a RefSnapshot,
    /// Called now and then with the number of commits read so far.
    pub progress: &'a dyn Fn(usize),
    /// What the project is called: words of it in names of tags are its own.
    pub project: Option<&'a str>,
}

impl Surveyor<'_> {
    /// Recognises the layout. `trunk` is the branch that a person named.
    pub fn survey(&self, trunk: Option<&BranchName>) -> Result<Layout, SurveyError> {
        let reader = self.repository.reader().map_err(SurveyError::Objects)?;
        let remote = self.repository.default_remote();
        let found: Vec<Branch> = branches(self.snapshot, &reader, remote.as_deref()).into_values().collect();
        let branch_facts: Vec<BranchFact<'_>> = found.iter().filter_map(branch_fact).collect();
        let tag_facts: Vec<TagFact<'_>> = self.tags(&reader).collect();
        let head = self.head();
        let remote_head = remote.as_deref().and_then(|remote| self.remote_head(remote));
        let names = Names {
            head: head.as_ref().map(BranchName::as_str),
            remote_head: remote_head.as_deref(),
            project: self.project,
            branches: &branch_facts,
            tags: &tag_facts,
        };
        let chosen = match trunk {
            Some(name) => name.as_str(),
            None => choose_trunk(&names, &mut TrunkWalk::new(&reader, None, self.progress))
                .ok_or(if branch_facts.is_empty() { TrunkError::Empty } else { TrunkError::Unknown })?,
        };
        let tip = branch_facts.iter().find(|branch| branch.name == chosen).map(|branch| branch.tip);
        if let (Some(name), None) = (trunk, tip) {
            return Err(TrunkError::absent(name, self.repository, remote.as_deref()).into());
        }
        Ok(recognise(&names, chosen, &mut TrunkWalk::new(&reader, tip, self.progress)))
    }

    /// The notes of other tools that trunk's tip shows.
    pub fn foreign_notes(&self, trunk: &str) -> Result<Vec<ForeignNotes>, SurveyError> {
        let reader = self.repository.reader().map_err(SurveyError::Objects)?;
        let found = branches(self.snapshot, &reader, self.repository.default_remote().as_deref());
        let trunk = found.values().filter_map(branch_fact).find(|branch| branch.name == trunk);
        Ok(trunk.map(|trunk| foreign_notes_of_commit(&reader, trunk.tip)).unwrap_or_default())
    }

    fn tags<'t>(&'t self, reader: &'t ObjectReader) -> impl Iterator<Item = TagFact<'t>> {
        self.snapshot.under("refs/tags/").map(|(name, entry)| {
            // What packed-refs says a tag comes to is taken for a commit unread: reading a hundred thousand of them would
            // take longer than all the rest.
            let commit = match entry.peeled {
                Some(peeled) => Some(CommitId::new(peeled)),
                None => reader.commit_of(entry).ok(),
            };
            TagFact { name, commit }
        })
    }

    fn head(&self) -> Option<BranchName> {
        match self.repository.head() {
            Ok(Head::Branch { name, .. } | Head::Unborn { name }) => Some(name),
            Ok(Head::Detached { .. }) | Err(_) => None,
        }
    }

    fn remote_head(&self, remote: &str) -> Option<String> {
        let prefix = format!("refs/remotes/{remote}/");
        let entry = self.snapshot.find(&format!("{prefix}HEAD"))?;
        entry.alias_of.as_ref()?.as_str().strip_prefix(&prefix).map(str::to_owned)
    }
}

fn branch_fact(branch: &Branch) -> Option<BranchFact<'_>> {
    let tip = branch.remote.as_ref().map(|(_, commit)| *commit).or(branch.local)?;
    Some(BranchFact { name: branch.name.as_str(), tip })
}

impl Ancestry for TrunkWalk<'_> {
    fn time(&mut self, commit: CommitId) -> Option<i64> {
        TrunkWalk::time(self, commit)
    }

    fn is_on_trunk(&mut self, commit: CommitId) -> bool {
        self.has(commit)
    }

    fn beyond_trunk(&mut self, tip: CommitId) -> Vec<CommitId> {
        self.beyond(tip)
    }
}
