//! What vouches for a release: its tag, and who signed off which gate.

use serde::Serialize;

use super::gates::{SignOffRecord, sign_offs_of};
use crate::domain::{ChannelName, ObjectId, RecordKind, TagName, Version};
use crate::git::{ReadError, Repository, SignatureKind};
use crate::ledger::{ChannelState, Ledger, Line, Release, ReleaseKind};

/// What vouches for one release.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReleaseProof {
    pub channel: ChannelName,
    pub tag: TagName,
    /// The tag object; `None` for a lightweight tag.
    pub object: Option<ObjectId>,
    /// Name of whoever made the tag.
    pub tagger: Option<String>,
    /// How the tag is signed; `None` where it is not. Whether the signature is good it does not say.
    pub signature: Option<SignatureKind>,
    /// For the release and the candidates that led to it, by gate, oldest first.
    pub sign_offs: Vec<GateSignOff>,
}

/// A sign-off on record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateSignOff {
    pub gate: String,
    #[serde(flatten)]
    pub record: SignOffRecord,
}

/// Of every release, in the order of the channels, lines and versions. What this clone lacks of a tag is absent.
pub fn release_proofs(ledger: &Ledger, repository: &Repository) -> Result<Vec<ReleaseProof>, ReadError> {
    let reader = repository.reader()?;
    let mut proofs = Vec::new();
    for (channel, line) in
        ledger.channels.iter().flat_map(|channel| channel.lines.iter().map(move |line| (channel, line)))
    {
        for release in &line.releases {
            let is_annotated = release.object != release.commit.object();
            let tag = if is_annotated { reader.tag(release.object).ok() } else { None };
            proofs.push(ReleaseProof {
                channel: channel.name.clone(),
                tag: release.tag.clone(),
                object: is_annotated.then_some(release.object),
                tagger: tag.as_ref().and_then(|tag| Some(tag.tagger.as_ref()?.name.clone())),
                signature: tag.and_then(|tag| tag.signature),
                sign_offs: sign_offs(ledger, channel, line, release),
            });
        }
    }
    Ok(proofs)
}

fn sign_offs(ledger: &Ledger, channel: &ChannelState, line: &Line, release: &Release) -> Vec<GateSignOff> {
    let goal = release.version.release();
    let is_candidate = |known: &&Release| known.kind == ReleaseKind::Candidate && known.version.release() == goal;
    let candidates = line.releases.iter().filter(|known| release.kind != ReleaseKind::Candidate && is_candidate(known));
    let versions: Vec<&Version> = std::iter::once(release).chain(candidates).map(|known| &known.version).collect();
    let is_of = |subject: &str| versions.iter().any(|version| version.as_str() == subject);
    let records = ledger.records.iter().filter(|record| record.name.kind == RecordKind::SignOff);
    let mut gates: Vec<&str> =
        records.filter(|record| is_of(&record.name.subject)).map(|record| record.name.name.as_str()).collect();
    gates.sort_unstable();
    gates.dedup();
    let policy = ledger.config.channels.get(&channel.name).and_then(|channel| channel.as_versioned());
    let mut found = Vec::new();
    for gate in gates {
        let declared = policy.and_then(|policy| policy.gates.sign_offs.iter().find(|it| it.gate.as_str() == gate));
        let by = declared.map_or(&[][..], |declared| &declared.by);
        let given = sign_offs_of(&ledger.records, gate, by, &versions);
        found.extend(given.into_iter().map(|record| GateSignOff { gate: gate.to_owned(), record }));
    }
    found
}
