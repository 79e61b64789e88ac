//! What promotions leave in writing: in the tag of a release what was built from it and that gates were open, in the record
//! of a sign-off where to see it, or which ones it withdraws.

use serde::Serialize;

use super::id::ObjectId;
use super::trailer::Trailer;

/// Key of the trailer that names what was built: an image digest or a checksum. A tag may have several.
pub const ARTIFACT: &str = "Artifact";

const OVERRIDE: &str = "Override";
const OPEN_GATES: &str = "Open-Gates";
const EVIDENCE: &str = "Evidence";
const WITHDRAWS: &str = "Withdraws";
const REASON: &str = "Reason";

/// Why a release was made although gates were open, and which.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GateOverride {
    /// For people, one line.
    pub reason: String,
    /// Their names, in the order of the report on gates.
    pub gates: Vec<String>,
}

impl GateOverride {
    /// The trailers that record it.
    pub fn trailers(&self) -> [Trailer; 2] {
        [Trailer::new(OVERRIDE, &self.reason), Trailer::new(OPEN_GATES, &self.gates.join(", "))]
    }

    /// Reads it from the trailers of a tag.
    pub fn read(trailers: &[Trailer]) -> Option<Self> {
        let value =
            |key: &str| trailers.iter().find(|trailer| trailer.is_key(key)).map(|trailer| trailer.value.as_str());
        let gates = value(OPEN_GATES).unwrap_or_default().split(',').map(str::trim).filter(|gate| !gate.is_empty());
        Some(Self { reason: value(OVERRIDE)?.to_owned(), gates: gates.map(str::to_owned).collect() })
    }
}

/// What a sign-off says beside its sentence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignOffText {
    /// Where one can see it.
    pub evidence: Option<String>,
    /// Sign-offs that this record withdraws, by the ids of their objects; none for a sign-off itself.
    pub withdraws: Vec<ObjectId>,
    /// Why they are withdrawn.
    pub reason: Option<String>,
}

impl SignOffText {
    /// The trailers that record it.
    pub fn trailers(&self) -> Vec<Trailer> {
        let evidence = self.evidence.iter().map(|evidence| Trailer::new(EVIDENCE, evidence));
        let withdraws = self.withdraws.iter().map(|id| Trailer::new(WITHDRAWS, &id.to_string()));
        evidence.chain(withdraws).chain(self.reason.iter().map(|reason| Trailer::new(REASON, reason))).collect()
    }

    /// Reads it from the trailers of a record.
    pub fn read(trailers: &[Trailer]) -> Self {
        let values = |key: &'static str| trailers.iter().filter(move |trailer| trailer.is_key(key)).map(|t| &t.value);
        Self {
            evidence: values(EVIDENCE).next().cloned(),
            withdraws: values(WITHDRAWS).filter_map(|id| id.parse().ok()).collect(),
            reason: values(REASON).next().cloned(),
        }
    }
}

/// The artifacts that a tag names, in its order.
pub fn artifacts(trailers: &[Trailer]) -> Vec<String> {
    trailers.iter().filter(|trailer| trailer.is_key(ARTIFACT)).map(|trailer| trailer.value.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{format_trailers, parse_trailers};

    #[test]
    fn an_override_reads_as_it_was_written() {
        let written = GateOverride { reason: "the fix cannot wait".into(), gates: vec!["qa".into(), "soak".into()] };
        let mut trailers = written.trailers().to_vec();
        trailers.insert(0, Trailer::new(ARTIFACT, "sha256:00"));
        let read = parse_trailers(&format_trailers("Release", &trailers));
        assert_eq!(GateOverride::read(&read), Some(written));
        assert_eq!((artifacts(&read), artifacts(&[])), (vec!["sha256:00".to_owned()], Vec::new()));
        assert_eq!(GateOverride::read(&read[..1]), None);
    }

    #[test]
    fn a_withdrawal_reads_as_it_was_written() {
        let withdraws = vec![ObjectId::from_bytes([1; 20]), ObjectId::from_bytes([2; 20])];
        let written = SignOffText { evidence: Some("https://ci/7".into()), withdraws, reason: Some("it hangs".into()) };
        let read = parse_trailers(&format_trailers("Withdraw", &written.trailers()));
        assert_eq!(SignOffText::read(&read), written);
        assert_eq!(SignOffText::read(&[]), SignOffText::default());
    }
}
