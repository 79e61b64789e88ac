//! Signing a gate off, and withdrawing that: each a record of its own, so that nothing is ever erased.

use crate::domain::{
    ChannelName, CommitId, GateName, NameError, ObjectId, RecordKind, RecordLabel, RecordName, RecordPlace, RefName,
    SignOffText, Version, listed, nearest,
};
use crate::operations::Situation;
use crate::operations::statement::{Statement, StatementError, known_records, take_over};
use crate::plan::{Plan, RefState};
use crate::reports::{Promotion, PromotionError, SignOffRecord, is_allowed, sign_offs_of};

/// What is stated.
#[derive(Debug, Clone)]
pub struct SignOffRequest {
    /// The channel; needed where several have the version.
    pub channel: Option<String>,
    /// A candidate, a version that is to be released, or a tag.
    pub version: String,
    pub gate: String,
    /// Where one can see that the gate is met.
    pub evidence: Option<String>,
    /// Why what was stated does not hold any more; `None` for a sign-off itself.
    pub withdraw: Option<String>,
}

/// A statement that is planned.
#[derive(Debug)]
pub struct PlannedSignOff {
    pub plan: Plan,
    pub channel: ChannelName,
    pub line: String,
    /// What is signed off: the candidate, or the version where there is none.
    pub version: Version,
    pub gate: GateName,
    pub commit: CommitId,
    /// The record; `None` where nothing was to be done.
    pub record: Option<RefName>,
    /// Whether the plan makes it.
    pub is_created: bool,
    /// The sign-offs that it withdraws.
    pub withdraws: Vec<RefName>,
}

/// Why nothing is stated.
#[derive(Debug, thiserror::Error)]
pub enum SignOffError {
    #[error(transparent)]
    Promotion(#[from] PromotionError),
    #[error("channel `{channel}` has no gate `{gate}` that is signed off")]
    UnknownGate { gate: String, channel: String, known: Vec<GateName>, nearest: Option<String> },
    #[error("{email} may not sign `{gate}` off")]
    NotAllowed { email: String, gate: GateName, by: Vec<String> },
    #[error("{version} is released")]
    Released { version: Version },
    #[error("nobody has signed `{gate}` of {version} off")]
    NothingToWithdraw { gate: GateName, version: Version },
    #[error("a withdrawal needs a reason")]
    NoReason,
    #[error("the record cannot be named")]
    Name(#[from] NameError),
    #[error(transparent)]
    Statement(#[from] StatementError),
}

impl SignOffError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Promotion(error) => error.hint(),
            Self::UnknownGate { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::UnknownGate { channel, known, .. } if known.is_empty() => {
                Some(format!("name what has to be signed off in `channels.{channel}.gates.sign-offs` of release.toml"))
            }
            Self::UnknownGate { known, .. } => Some(format!("known are {}", listed(known))),
            Self::NotAllowed { by, .. } => {
                Some(format!("{} may: let one of them do it, or set `git config user.email`", by.join(", ")))
            }
            Self::Released { .. } => Some("sign off the next candidate instead".to_owned()),
            Self::NothingToWithdraw { version, .. } => Some(format!("see `twintrack gates {version}`")),
            Self::NoReason => Some("say it with `--withdraw REASON`".to_owned()),
            Self::Name(_) => None,
            Self::Statement(error) => error.hint(),
        }
    }
}

/// Plans a sign-off or a withdrawal. The same person's same statement is made once.
pub fn sign_off(situation: &Situation<'_>, request: &SignOffRequest) -> Result<PlannedSignOff, SignOffError> {
    let promotion = Promotion::find(situation.ledger, request.channel.as_deref(), &request.version)?;
    let asked = Asked::find(situation, &promotion, &request.gate)?;
    match &request.withdraw {
        Some(reason) if reason.trim().is_empty() => Err(SignOffError::NoReason),
        Some(reason) => asked.withdraw(reason),
        None => asked.give(request.evidence.as_deref()),
    }
}

/// A gate of a version, and what is on record of it.
struct Asked<'a> {
    situation: &'a Situation<'a>,
    promotion: &'a Promotion<'a>,
    gate: GateName,
    given: Vec<SignOffRecord>,
}

impl<'a> Asked<'a> {
    fn find(situation: &'a Situation<'a>, promotion: &'a Promotion<'a>, gate: &str) -> Result<Self, SignOffError> {
        let sign_offs = &promotion.config.gates.sign_offs;
        let Some(asked) = sign_offs.iter().find(|known| known.gate.as_str() == gate) else {
            let known: Vec<GateName> = sign_offs.iter().map(|known| known.gate.clone()).collect();
            let nearest = nearest(gate, known.iter().map(GateName::as_str)).map(str::to_owned);
            let channel = promotion.channel.name.to_string();
            return Err(SignOffError::UnknownGate { gate: gate.to_owned(), channel, known, nearest });
        };
        let (email, gate) = (situation.identity.email(), asked.gate.clone());
        if !is_allowed(&asked.by, email) {
            return Err(SignOffError::NotAllowed { email: email.to_owned(), gate, by: asked.by.clone() });
        }
        let version = promotion.subject();
        let records = known_records(situation, &[RecordKind::SignOff], version.as_str())?;
        let given = sign_offs_of(&records, gate.as_str(), &asked.by, &[version]);
        Ok(Self { situation, promotion, gate, given })
    }

    fn give(&self, evidence: Option<&str>) -> Result<PlannedSignOff, SignOffError> {
        if let (Some(release), Some(_)) = (self.promotion.release, self.promotion.candidate) {
            return Err(SignOffError::Released { version: release.version.clone() });
        }
        let commit = self.promotion.commit.object();
        let email = self.situation.identity.email();
        let same = self.given.iter().find(|given| {
            given.is_standing_for(commit)
                && given.by.eq_ignore_ascii_case(email)
                && (evidence.is_none() || given.evidence.as_deref() == evidence)
        });
        if let Some(same) = same {
            return self.again(same);
        }
        let text = SignOffText { evidence: evidence.map(str::to_owned), ..SignOffText::default() };
        self.state(format!("Sign {} off: {}", self.promotion.subject(), self.gate), text)
    }

    /// Whoever gave them: what does not hold does not hold for anybody.
    fn withdraw(&self, reason: &str) -> Result<PlannedSignOff, SignOffError> {
        let (gate, version) = (self.gate.clone(), self.promotion.subject().clone());
        if self.given.is_empty() {
            return Err(SignOffError::NothingToWithdraw { gate, version });
        }
        let standing = self.given.iter().filter(|given| given.withdrawn.is_none());
        let withdraws: Vec<RefName> = standing.map(|given| given.record.clone()).collect();
        if withdraws.is_empty() {
            return Ok(self.planned(Plan::new(format!("`{gate}` of {version} was withdrawn before")), None, false));
        }
        let id = |name: &RefName| name.as_str().rsplit('/').next().and_then(|id| id.parse::<ObjectId>().ok());
        let ids = withdraws.iter().filter_map(id).collect();
        let text = SignOffText { evidence: None, withdraws: ids, reason: Some(reason.to_owned()) };
        let planned = self.state(format!("Withdraw the sign-off of {version}: {gate}"), text)?;
        Ok(PlannedSignOff { withdraws, ..planned })
    }

    fn state(&self, title: String, text: SignOffText) -> Result<PlannedSignOff, SignOffError> {
        let label = RecordLabel::new(self.gate.as_str())?;
        let place = RecordPlace::new(RecordKind::SignOff, self.promotion.subject().as_str(), label)?;
        let mut plan = Plan::new(title.clone());
        let target = self.promotion.commit.object();
        let statement = Statement { place, target, title, trailers: text.trailers() };
        let record: RecordName = statement.add_to(&mut plan, self.situation)?;
        Ok(self.planned(plan, Some(record.to_ref()?), true))
    }

    /// The record comes to where it is missing.
    fn again(&self, same: &SignOffRecord) -> Result<PlannedSignOff, SignOffError> {
        let mut plan = Plan::new(format!("`{}` is on record already", same.record));
        let id = same.record.as_str().rsplit('/').next().and_then(|id| id.parse::<ObjectId>().ok());
        if let Some(id) = id {
            take_over(self.situation, &mut plan, &same.record, id)?;
            if let Some(remote) = self.situation.push_to {
                plan.push_ref(remote, same.record.clone(), RefState::Absent, RefState::At(id));
            }
        }
        Ok(self.planned(plan, Some(same.record.clone()), false))
    }

    fn planned(&self, plan: Plan, record: Option<RefName>, is_created: bool) -> PlannedSignOff {
        let promotion = self.promotion;
        PlannedSignOff {
            plan,
            channel: promotion.channel.name.clone(),
            line: promotion.line.name.clone(),
            version: promotion.subject().clone(),
            gate: self.gate.clone(),
            commit: promotion.commit,
            record,
            is_created,
            withdraws: Vec::new(),
        }
    }
}
