//! A repository that has only names: commits are numbers, each later than the one before.

use std::collections::{HashMap, HashSet};

use super::super::agree;
use super::super::assemble::recognise;
use super::super::input::{Ancestry, BranchFact, Names, TagFact};
use super::super::layout::Layout;
use super::super::trunk::choose_trunk;
use crate::config::{Config, Origin};
use crate::domain::{CommitId, NamePattern, ObjectId};

pub(super) struct Repository {
    trunk: String,
    branches: Vec<(String, CommitId)>,
    tags: Vec<(String, CommitId)>,
    commits: u32,
    on_trunk: HashSet<CommitId>,
    beyond: HashMap<CommitId, Vec<CommitId>>,
}

fn commit(number: u32) -> CommitId {
    let mut bytes = [0; 20];
    bytes[..4].copy_from_slice(&number.to_be_bytes());
    CommitId::new(ObjectId::from_bytes(bytes))
}

impl Repository {
    pub fn new(trunk: &str) -> Self {
        let mut new = Self {
            trunk: trunk.to_owned(),
            branches: Vec::new(),
            tags: Vec::new(),
            commits: 0,
            on_trunk: HashSet::new(),
            beyond: HashMap::new(),
        };
        let tip = new.commit();
        new.on_trunk.insert(tip);
        new.branches.push((trunk.to_owned(), tip));
        new
    }

    /// Three majors of three minors, each with the branches and tags of `style`, patches 0 to 2.
    pub fn in_style(style: &str) -> Self {
        let mut new = Self::new("main");
        let words: Vec<&str> = style.split(' ').collect();
        for (major, minor) in (3..=5).flat_map(|major| (0..=2).map(move |minor| (major, minor))) {
            let mut tags: Vec<String> = Vec::new();
            let mut branches: Vec<String> = Vec::new();
            for pair in words.chunks_exact(2) {
                for patch in 0..=2 {
                    let name = pair[1]
                        .replace("{M}", &major.to_string())
                        .replace("{m}", &minor.to_string())
                        .replace("{p}", &patch.to_string());
                    let list = if pair[0] == "tag" { &mut tags } else { &mut branches };
                    if !list.contains(&name) && !new.tags.iter().any(|(known, _)| *known == name) {
                        list.push(name);
                    }
                }
            }
            let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
            let tip = new.gone_line(&tags);
            for branch in branches {
                if !new.branches.iter().any(|(known, _)| *known == branch) {
                    new.branches.push((branch, tip));
                }
            }
        }
        new
    }

    fn commit(&mut self) -> CommitId {
        self.commits += 1;
        commit(self.commits)
    }

    pub fn tag(&mut self, name: &str, commit: CommitId) {
        self.tags.push((name.to_owned(), commit));
    }

    pub fn trunk_tag(&mut self, name: &str) {
        let commit = self.commit();
        self.on_trunk.insert(commit);
        self.tag(name, commit);
    }

    /// Commits off trunk, one for each tag; the last one is the answer.
    pub fn gone_line(&mut self, tags: &[&str]) -> CommitId {
        let mut commits = vec![self.commit()];
        for tag in tags {
            let commit = self.commit();
            self.tag(tag, commit);
            commits.push(commit);
        }
        let tip = *commits.last().expect("a line has a commit");
        self.beyond.insert(tip, commits);
        tip
    }

    pub fn line(&mut self, branch: &str, tags: &[&str]) -> CommitId {
        let tip = self.gone_line(tags);
        self.branches.push((branch.to_owned(), tip));
        tip
    }

    /// Branches that carry no tags.
    pub fn branches(&mut self, names: &[&str]) {
        for name in names {
            self.line(name, &[]);
        }
    }

    pub fn layout(&mut self) -> Layout {
        let (branches, tags) = (self.branches.clone(), self.tags.clone());
        let branches: Vec<BranchFact> = branches.iter().map(|(name, tip)| BranchFact { name, tip: *tip }).collect();
        let tags: Vec<TagFact> = tags.iter().map(|(name, commit)| TagFact { name, commit: Some(*commit) }).collect();
        let trunk = self.trunk.clone();
        let names = Names { head: Some(&trunk), branches: &branches, tags: &tags, ..Names::default() };
        let chosen = choose_trunk(&names, self).expect("there is a trunk");
        let layout = recognise(&names, chosen, self);
        reads_back(&layout);
        layout
    }
}

/// What is written is accepted, and says the same patterns.
fn reads_back(layout: &Layout) {
    if layout.channels.is_empty() {
        return;
    }
    let text = agree::text(&layout.channels);
    let config = Config::read(&text, Origin::Recognised).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
    let texts = |patterns: &[NamePattern]| patterns.iter().map(ToString::to_string).collect::<Vec<_>>();
    for (found, (name, channel)) in layout.channels.iter().zip(&config.channels) {
        assert_eq!((found.name, found.kind), (name.as_str(), channel.kind()));
        assert_eq!(found.line, texts(channel.line_patterns()));
        assert_eq!(found.tag, texts(channel.tag_patterns()));
        let candidates = channel.as_versioned().map(|channel| texts(&channel.candidate));
        assert_eq!(found.candidate, candidates.unwrap_or_default());
    }
}

impl Ancestry for Repository {
    fn time(&mut self, commit: CommitId) -> Option<i64> {
        let bytes = commit.object();
        let number = u32::from_be_bytes(bytes.as_bytes()[..4].try_into().expect("four bytes"));
        Some(i64::from(number) * 3600 * 24)
    }

    fn is_on_trunk(&mut self, commit: CommitId) -> bool {
        self.on_trunk.contains(&commit)
    }

    fn beyond_trunk(&mut self, tip: CommitId) -> Vec<CommitId> {
        self.beyond.get(&tip).cloned().unwrap_or_default()
    }
}
