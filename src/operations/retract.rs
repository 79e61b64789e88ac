//! Retracting a release: a tag beside the release's own says that nobody should install it. The release itself is never
//! moved or deleted, since somebody may have it.

use crate::domain::{ChannelName, CommitId, NameError, TagName, Trailer, Version, format_trailers};
use crate::git::{ReadError, RemoteError, TagDraft};
use crate::ledger::{NoRelease, RETRACTED};
use crate::operations::Situation;
use crate::operations::statement::{REASON, RUN};
use crate::plan::{Plan, PlanError, RefState};

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RetractRequest {
    /// A version, with or without `v`, or a tag.
    pub version: String,
    /// Why, for people.
    pub reason: String,
}

/// A retraction that is planned.
#[derive(Debug)]
pub struct PlannedRetraction {
    pub plan: Plan,
    /// Whether the plan makes it; `false` where the release was retracted before.
    pub is_new: bool,
    pub channel: ChannelName,
    pub line: String,
    pub version: Version,
    /// The tag of the release.
    pub tag: TagName,
    pub commit: CommitId,
}

/// Why nothing is retracted.
#[derive(Debug, thiserror::Error)]
pub enum RetractError {
    #[error("there is no release `{name}`")]
    Unknown { name: String, nearest: Option<String> },
    #[error("several channels have a release `{name}`")]
    Ambiguous { name: String, tags: Vec<String> },
    #[error("a retraction needs a reason")]
    NoReason,
    #[error("the tag of the retraction cannot be named")]
    Name(#[from] NameError),
    #[error("cannot read the object database")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl RetractError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unknown { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::Unknown { nearest: None, .. } => Some("fetch the tags: `git fetch --tags`".to_owned()),
            Self::Ambiguous { tags, .. } => Some(format!("name the tag: `{}`", tags.join("`, `"))),
            Self::NoReason => Some("say it with `--reason TEXT`; documents show it".to_owned()),
            Self::Name(_) => None,
            Self::Read(error) => error.hint(),
            Self::Remote(error) => error.hint(),
            Self::Plan(error) => error.hint(),
        }
    }
}

/// Plans the retraction of a release.
pub fn retract(situation: &Situation<'_>, request: &RetractRequest) -> Result<PlannedRetraction, RetractError> {
    let placed = situation.ledger.find_release(None, &request.version).map_err(|why| match why {
        NoRelease::Unknown { nearest } => RetractError::Unknown { name: request.version.clone(), nearest },
        NoRelease::Ambiguous { tags } => RetractError::Ambiguous { name: request.version.clone(), tags },
    })?;
    let (channel, line, release) = (&placed.channel.name, placed.line.name.as_str(), placed.release());
    if request.reason.trim().is_empty() {
        return Err(RetractError::NoReason);
    }
    let tag = TagName::new(format!("{RETRACTED}{}", release.tag))?;
    let name = tag.to_ref();
    let there = match situation.push_to {
        Some(remote) => situation.repository.remote_refs(remote, &[name.to_string()])?.get(&name).copied(),
        None => None,
    };
    let mut plan = Plan::new(format!("Retract {}", release.version));
    if let Some(known) = situation.ledger.snapshot.find(name.as_str()) {
        if let Some(remote) = situation.push_to.filter(|_| there.is_none()) {
            plan.push_ref(remote, name, RefState::Absent, RefState::At(known.target));
        }
    } else {
        let reader = situation.repository.reader()?;
        let trailers = [
            Trailer::new("Retracts", release.tag.as_str()),
            Trailer::new(REASON, &request.reason),
            Trailer::new(RUN, situation.run),
        ];
        let sentence = format!("Retract {}\n\n{}", release.version, request.reason.trim());
        let message = format_trailers(&sentence, &trailers);
        let target = release.commit.object();
        let draft = TagDraft { name: tag, target, tagger: situation.signature(), message };
        plan.tag(&reader, &draft, format!("{} is not to be installed", release.version))?;
        if let Some(planned) = plan.refs.iter_mut().find(|planned| planned.name == name) {
            planned.is_same_by_commit = true;
        }
        if let Some(remote) = situation.push_to {
            plan.push_planned(remote, &name, there.map(|found| found.target));
        }
    }
    let is_new = !release.is_retracted;
    let (version, tag, commit) = (release.version.clone(), release.tag.clone(), release.commit);
    Ok(PlannedRetraction { plan, is_new, channel: channel.clone(), line: line.to_owned(), version, tag, commit })
}
