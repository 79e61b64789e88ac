//! Rules about what a line is about to release, and what it released last.

use super::report::{CheckInputs, Found};
use crate::config::Versioned;
use crate::domain::{Rule, Version};
use crate::ledger::{ChannelState, Line, Release, ReleaseKind};
use crate::reports::gates::{END_OF_LIFE, Gate, Promotion, coming_section, gates, newest_candidate};

/// Gates that are about changes, and the rules that tell them of what waits.
const ABOUT_CHANGES: [(&str, Rule); 2] = [("notes", Rule::NoteOrNone), ("patch-kind-allowed", Rule::PatchKindAllowed)];

/// What is wrong on maintained lines, channel by channel, newest line first; of a line that is over, only that it was released
/// since.
pub(super) fn found(inputs: &CheckInputs<'_>) -> Vec<Found> {
    let ledger = inputs.ledger;
    let mut found = Vec::new();
    for (name, config) in ledger.config.versioned() {
        let Some(channel) = ledger.channel(name.as_str()) else { continue };
        for line in &channel.lines {
            let of = Of { inputs, channel, config, line };
            found.extend(of.overridden());
            if line.stage.is_maintained() {
                found.extend(of.coming());
            }
        }
    }
    found
}

struct Of<'a> {
    inputs: &'a CheckInputs<'a>,
    channel: &'a ChannelState,
    config: &'a Versioned,
    line: &'a Line,
}

impl Of<'_> {
    fn overridden(&self) -> Option<Found> {
        let latest = self.line.latest()?;
        let over = latest.overridden.as_ref()?;
        let is_maintained = self.line.stage.is_maintained();
        if !is_maintained && !over.gates.iter().any(|gate| gate == END_OF_LIFE) {
            return None;
        }
        let message = format!("released over open gates ({}): {}", over.gates.join(", "), over.reason);
        let end = if is_maintained {
            "the next release that meets them ends this"
        } else {
            "where the line lives on, correct `support` of the channel or the dates of the line"
        };
        let hint = format!("see `twintrack gates {}`; {end}", latest.version);
        Some(Found::new(Rule::GateOverridden, latest.version.as_str(), message).hint(hint))
    }

    /// The gates of what the line would release next: its newest candidate that has no release, or else its tip.
    fn coming(&self) -> Vec<Found> {
        if self.config.gates.is_empty() && self.config.allowed_kinds == Default::default() {
            return Vec::new();
        }
        let candidate = self.open_candidate();
        let Some(version) = candidate.map(|candidate| candidate.version.release()).or_else(|| self.next_patch()) else {
            return Vec::new();
        };
        let promotion = Promotion::of_line(self.channel, self.config, self.line, version);
        let CheckInputs { ledger, changelogs, notes, now, .. } = *self.inputs;
        let section = coming_section(changelogs, &promotion, now);
        let open = gates(ledger, &promotion, &section, notes, &ledger.records, now);
        let open = open.into_iter().filter(|gate| !gate.passed);
        open.filter_map(|gate| self.told(gate, &promotion)).collect()
    }

    /// Gates about changes are rules of their own; the others are told of candidates only, since nothing else is about to
    /// be promoted.
    fn told(&self, gate: Gate, promotion: &Promotion<'_>) -> Option<Found> {
        let branch = self.line.branch.as_ref().map_or(self.line.name.as_str(), |branch| branch.as_str());
        if let Some((_, rule)) = ABOUT_CHANGES.iter().find(|(name, _)| *name == gate.name) {
            let hint = match rule {
                Rule::NoteOrNone => "add a change note on trunk and pick it along, or mark the change as internal",
                _ => "revert it on the line, or let the kind in with `allowed-kinds` of the channel",
            };
            return Some(Found::new(*rule, branch, gate.why).hint(hint));
        }
        let candidate = promotion.candidate?;
        let hint = match gate.is_sign_off {
            true => format!("once it is met: `twintrack sign-off {} {} --push`", candidate.version, gate.name),
            false => format!("see `twintrack gates {}`", candidate.version),
        };
        let message = format!("{}: {}", gate.name, gate.why);
        Some(Found::new(Rule::GateOpen, candidate.version.as_str(), message).hint(hint))
    }

    /// The line's newest candidate, where its version was not released.
    fn open_candidate(&self) -> Option<&Release> {
        let newest = self.line.releases.last().filter(|release| release.kind == ReleaseKind::Candidate)?;
        newest_candidate(self.line, &newest.version)
    }

    /// A version after the latest one, where the line has gone on since.
    fn next_patch(&self) -> Option<Version> {
        let latest = self.line.latest().filter(|latest| latest.commit != self.line.tip)?;
        let mut numbers = latest.version.numbers().to_vec();
        *numbers.last_mut()? += 1;
        Version::from_numbers(&numbers, None)
    }
}
