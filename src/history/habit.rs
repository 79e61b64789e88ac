//! How a project brings changes to trunk, seen in a sample of each stretch of trunk, since habits change over the years.
//!
//! A commit of trunk's own chain stands for itself in every habit. What the habit decides is whether a merge with a title
//! is one entry that owns its commits, or whether these speak better for themselves: where they follow the conventions
//! and the titles do not.

use super::range::Trunkward;
use super::reading::Reader;
use super::titles::MergeTitle;
use crate::graph::{Graph, Node};

/// Commits of trunk's chain that are judged together.
const STRETCH: u32 = 512;
/// Merges of a stretch that are looked at.
const SAMPLE: u32 = 48;

/// What merges with titles are in each stretch of trunk.
#[derive(Debug)]
pub(super) struct Habits {
    /// By stretch, oldest first: whether the commits within merges stand for themselves.
    splits_merges: Vec<bool>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Sample {
    merges: u32,
    conventional_titles: u32,
    conventional_commits: u32,
}

impl Sample {
    fn splits_merges(self) -> bool {
        self.conventional_commits * 10 >= self.merges * 6 && self.conventional_titles * 10 < self.merges * 3
    }
}

impl Habits {
    /// Samples trunk.
    pub(super) fn detect(graph: &Graph, trunkward: &Trunkward, trunk: Option<Node>, reader: Reader<'_>) -> Self {
        let mut samples: Vec<Sample> = Vec::new();
        for node in trunk.into_iter().flat_map(|tip| graph.first_parents(tip)) {
            let stretch = (trunkward.place(node) / STRETCH) as usize;
            if samples.len() <= stretch {
                samples.resize(stretch + 1, Sample::default());
            }
            let sample = &mut samples[stretch];
            let [_, merged, ..] = graph.parents(node) else { continue };
            if sample.merges == SAMPLE {
                continue;
            }
            let Some(title) = MergeTitle::of(&graph.message(node)) else { continue };
            sample.merges += 1;
            let is_conventional = title.title.is_some_and(|title| reader.is_conventional(&title));
            sample.conventional_titles += u32::from(is_conventional);
            sample.conventional_commits += u32::from(reader.is_conventional(graph.subject(*merged)));
        }
        Self { splits_merges: samples.into_iter().map(|sample| sample.merges > 0 && sample.splits_merges()).collect() }
    }

    /// Whether the commits within a merge stand for themselves, by the trunk that the merge stands on.
    pub(super) fn splits(&self, trunkward: &Trunkward, merge: Node) -> bool {
        let stretch = (trunkward.place(merge) / STRETCH) as usize;
        self.splits_merges.get(stretch).or(self.splits_merges.last()).copied().unwrap_or(false)
    }
}
