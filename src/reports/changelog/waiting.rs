//! How many changes wait: not commits, of which one change may have many, but what people would read of. Changes are
//! recognised by what messages state.

use super::reader::ChangelogReader;
use crate::graph::Node;
use crate::reports::status::{Status, released_of, unreleased_start};

impl Status {
    /// Says of every environment how many changes trunk has and the newest live build lacks, and of every maintained line
    /// how many wait for its next release. Messages are read for it.
    pub fn count_changes(&mut self, changelogs: &ChangelogReader<'_>) {
        let ledger = changelogs.ledger;
        let graph = &ledger.graph;
        for channel in &mut self.channels {
            let Some(state) = ledger.channel(channel.name.as_str()) else { continue };
            let mut writer = changelogs.writer(state);
            for environment in &mut channel.environments {
                let live = environment.live.first().and_then(|live| graph.node(live.commit));
                let Some((trunk, live)) = graph.node(ledger.trunk.commit).zip(live) else { continue };
                let has = graph.reach(&[live]);
                environment.changes_waiting = Some(writer.count(trunk, |node: Node| has.contains(node)));
            }
            for line in channel.lines.iter_mut().filter(|line| line.stage.is_maintained()) {
                let Some(known) = state.lines.iter().find(|known| known.name == line.name) else { continue };
                let Some(tip) = graph.node(known.tip) else { continue };
                let has = released_of(graph, unreleased_start(ledger, state, known));
                line.changes_waiting = Some(writer.count(tip, |node: Node| has.contains(node)));
            }
        }
    }
}
