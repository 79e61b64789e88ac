//! The gates of one version, as a report.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::promotion::{Promotion, untested_artifacts};
use super::rules::{Gate, NoteFinder, gates};
use crate::domain::{ChannelName, CommitId, GateOverride, TagName, Version};
use crate::ledger::{Ledger, Record};
use crate::reports::changelog::ChangelogReader;
use crate::reports::changelog::ChangelogSection;
use crate::reports::status::RecordsStatus;

/// What `gates` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateReport {
    pub channel: ChannelName,
    pub line: String,
    /// The version that is, or was, to be released.
    pub version: Version,
    /// Its candidate; `None` where there is none.
    pub candidate: Option<Version>,
    /// The release, where it was made.
    pub tag: Option<TagName>,
    /// The commit that sign-offs have to be of.
    pub commit: CommitId,
    pub gates: Vec<Gate>,
    /// Whether no gate is open.
    pub passed: bool,
    /// That it was released although gates were open.
    pub overridden: Option<GateOverride>,
    /// Artifacts that the release names and its candidate, which names some, does not: nobody tested them.
    pub untested_artifacts: Vec<String>,
    pub records: RecordsStatus,
}

impl GateReport {
    /// Adds gates that were answered elsewhere.
    pub fn add(&mut self, gates: Vec<Gate>) {
        self.passed &= gates.iter().all(|gate| gate.passed);
        self.gates.extend(gates);
    }
}

/// The gates of a promotion as of `now`, by the records given.
pub fn gate_report(
    ledger: &Ledger,
    changelogs: &ChangelogReader<'_>,
    notes: &NoteFinder<'_>,
    promotion: &Promotion<'_>,
    records: &[Record],
    now: DateTime<Utc>,
) -> GateReport {
    let section = coming_section(changelogs, promotion, now);
    let gates = gates(ledger, promotion, &section, notes, records, now);
    GateReport {
        channel: promotion.channel.name.clone(),
        line: promotion.line.name.clone(),
        version: promotion.version.clone(),
        candidate: promotion.candidate.map(|candidate| candidate.version.clone()),
        tag: promotion.release.map(|release| release.tag.clone()),
        commit: promotion.commit,
        passed: gates.iter().all(|gate| gate.passed),
        gates,
        overridden: promotion.release.and_then(|release| release.overridden.clone()),
        untested_artifacts: promotion
            .release
            .map(|release| untested_artifacts(promotion.candidate, &release.artifacts))
            .unwrap_or_default(),
        records: RecordsStatus { synced_at: ledger.synced_at },
    }
}

/// What the release brings, or will bring.
pub fn coming_section(
    changelogs: &ChangelogReader<'_>,
    promotion: &Promotion<'_>,
    now: DateTime<Utc>,
) -> ChangelogSection {
    let Promotion { channel, line, version, commit, .. } = promotion;
    let made = promotion.release.and_then(|release| line.releases.iter().position(|known| known.tag == release.tag));
    match made {
        Some(at) => changelogs.of_planned(channel, line, at).0,
        None => {
            // Nothing of the section shows it.
            let tag = TagName::new("coming").expect("a word is the name of a tag");
            changelogs.of_coming(channel, line, (version, tag), *commit, now).0
        }
    }
}
