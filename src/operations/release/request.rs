//! The steps of a release: line, version, commit, notes and tags, as one plan.

use super::error::ReleaseError;
use super::merged::{RELEASE, merged};
use super::notes::notes;
use super::place::{Place, place};
use crate::domain::{BranchName, ChannelName, CommitId, ObjectId, TagName, Trailer, Version, format_trailers};
use crate::git::{ObjectReader, TagDraft};
use crate::ledger::{Release, ReleaseKind};
use crate::operations::Situation;
use crate::operations::branch_tip::{self, BranchTip, BranchTipError};
use crate::operations::next_version::{Counting, NextVersion, Step};
use crate::operations::version_commit::{edits, held, must_not_be_higher};
use crate::plan::{Plan, RefState};
use crate::reports::ChangelogSection;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct ReleaseRequest {
    /// `None` where the line's name says it.
    pub channel: Option<String>,
    /// A line's name or branch.
    pub line: String,
    pub step: Step,
    /// The branch that takes the version commit for review.
    pub via_branch: Option<BranchName>,
}

/// How far the release is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReleaseState {
    /// The plan makes it.
    New,
    /// It was made before: the line's newest commit is this release already.
    Existing,
    /// Its version commit is, or will be, on a branch to be merged into the line; the tag follows then.
    InReview(BranchName),
}

/// A release that is planned.
#[derive(Debug)]
pub struct PlannedRelease {
    pub plan: Plan,
    pub state: ReleaseState,
    pub channel: ChannelName,
    pub line: String,
    pub version: Version,
    pub tag: TagName,
    /// The commit that the tag is, or will be, on.
    pub commit: CommitId,
    pub branch: BranchName,
    /// The release that its reader comes from.
    pub previous: Option<TagName>,
    /// As in the tag's message.
    pub notes: String,
}

/// Plans a release.
pub fn release(situation: &Situation<'_>, request: &ReleaseRequest) -> Result<PlannedRelease, ReleaseError> {
    let place = place(situation, request.channel.as_deref(), &request.line)?;
    let branch = branch_of(situation, place)?;
    let tip = BranchTip::read(situation, &branch)?;
    if let Some(existing) = existing(place, &tip, &request.step) {
        return again(situation, place, &tip, existing);
    }
    let all: Vec<&Release> = place.channel.lines.iter().flat_map(|line| &line.releases).collect();
    let today = situation.now.date_naive();
    let next = Counting { channel: place.config, line: place.line, others: &all, today }.next(&request.step)?;
    must_be_untagged(situation, &next)?;
    let mut work = Work { situation, reader: situation.repository.reader()?, place, tip, next, plan: Plan::default() };
    work.plan.title = format!("Release {}", work.next.version);
    work.run(request)
}

/// The line's branch; trunk for a channel that is released from there.
fn branch_of(situation: &Situation<'_>, place: Place<'_>) -> Result<BranchName, ReleaseError> {
    if let Some(branch) = &place.line.branch {
        return Ok(branch.clone());
    }
    if place.config.line.is_empty() {
        return Ok(situation.ledger.trunk.branch.clone());
    }
    let line = place.line.name.clone();
    let branch = place.config.line.first().and_then(|pattern| pattern.with_span(&line));
    let newest = place.line.releases.last().map(|release| release.tag.clone());
    Err(ReleaseError::NoBranch { branch: branch.and_then(|name| BranchName::new(name).ok()), line, newest })
}

/// What was asked for, where the line's newest commit is that already: running again changes nothing.
fn existing<'p>(place: Place<'p>, tip: &BranchTip, step: &Step) -> Option<&'p Release> {
    let mut at_tip = place.line.releases.iter().rev().filter(|r| r.commit == tip.tip && !r.is_retracted);
    at_tip.find(|release| match step {
        Step::Candidate => release.kind == ReleaseKind::Candidate,
        Step::Final | Step::Bump(_) => release.kind != ReleaseKind::Candidate,
        Step::Given(version) => release.version == *version,
    })
}

/// A plan that changes nothing here; what the remote lacks is pushed.
fn again(
    situation: &Situation<'_>,
    place: Place<'_>,
    tip: &BranchTip,
    release: &Release,
) -> Result<PlannedRelease, ReleaseError> {
    let mut plan = Plan::new(format!("Release {}, made before", release.version));
    if let Some(remote) = situation.push_to {
        let name = release.tag.to_ref();
        let there = situation.repository.remote_refs(remote, &[name.to_string()])?;
        match there.get(&name) {
            None => plan.push_ref(remote, name, RefState::Absent, RefState::At(release.object)),
            Some(found) if found.target == release.object => {}
            Some(_) => {
                return Err(ReleaseError::TagExistsThere { tag: release.tag.clone(), remote: remote.to_owned() });
            }
        }
        tip.advance(situation, &mut plan, tip.tip, "as it is");
    }
    let at = place.line.releases.iter().position(|known| known.tag == release.tag).unwrap_or(0);
    let (section, _) = situation.changelogs()?.of_planned(place.channel, place.line, at);
    Ok(PlannedRelease {
        plan,
        state: ReleaseState::Existing,
        channel: place.channel.name.clone(),
        line: place.line.name.clone(),
        version: release.version.clone(),
        tag: release.tag.clone(),
        commit: release.commit,
        branch: tip.branch.clone(),
        previous: previous_tag(place, &section),
        notes: notes(&section, place.channel.name.as_str(), &release.version),
    })
}

fn must_be_untagged(situation: &Situation<'_>, next: &NextVersion) -> Result<(), ReleaseError> {
    let tags = || std::iter::once(&next.tag).chain(&next.also);
    for tag in tags() {
        if let Some(entry) = situation.ledger.snapshot.find(tag.to_ref().as_str()) {
            let object = entry.peeled.unwrap_or(entry.target).to_string();
            return Err(ReleaseError::TagExists { tag: tag.clone(), object });
        }
    }
    let Some(remote) = situation.push_to else { return Ok(()) };
    let names: Vec<String> = tags().map(|tag| tag.to_ref().to_string()).collect();
    match situation.repository.remote_refs(remote, &names)?.keys().next() {
        None => Ok(()),
        Some(name) => {
            let (tag, remote) = (TagName::from_ref(name), remote.to_owned());
            Err(ReleaseError::TagExistsThere { tag, remote })
        }
    }
}

fn previous_tag(place: Place<'_>, section: &ChangelogSection) -> Option<TagName> {
    let (version, commit) = (section.release.previous.as_deref()?, section.release.previous_commit?);
    let mut all = place.channel.lines.iter().flat_map(|line| &line.releases);
    let found = all.find(|release| release.version.as_str() == version && release.commit == commit);
    found.map(|release| release.tag.clone())
}

/// A release in the making.
struct Work<'s> {
    situation: &'s Situation<'s>,
    reader: ObjectReader<'s>,
    place: Place<'s>,
    tip: BranchTip,
    next: NextVersion,
    plan: Plan,
}

/// Where the tag goes.
enum Target {
    /// A commit that is there.
    There(CommitId),
    /// A version commit on the line that this plan makes.
    Made(CommitId),
    /// A version commit that has to be merged first.
    InReview(CommitId, BranchName),
}

impl Work<'_> {
    fn run(mut self, request: &ReleaseRequest) -> Result<PlannedRelease, ReleaseError> {
        let target = self.target(request)?;
        let (section, text) = self.notes()?;
        let previous = previous_tag(self.place, &section);
        let (commit, state) = match target {
            Target::InReview(commit, branch) => (commit, ReleaseState::InReview(branch)),
            Target::There(commit) => {
                if commit == self.tip.tip {
                    self.tip.advance(self.situation, &mut self.plan, commit, "has what is released");
                }
                self.tags(commit, &text)?;
                (commit, ReleaseState::New)
            }
            Target::Made(commit) => {
                self.tip.advance(self.situation, &mut self.plan, commit, "holds its version");
                self.tags(commit, &text)?;
                self.plan.follow_in_work_trees(self.situation.repository);
                (commit, ReleaseState::New)
            }
        };
        Ok(PlannedRelease {
            plan: self.plan,
            state,
            channel: self.place.channel.name.clone(),
            line: self.place.line.name.clone(),
            version: self.next.version,
            tag: self.next.tag,
            commit,
            branch: self.tip.branch,
            previous,
            notes: text,
        })
    }

    fn target(&mut self, request: &ReleaseRequest) -> Result<Target, ReleaseError> {
        let version = self.next.version.clone();
        let (config, tip) = (self.place.config, self.tip.tip);
        let Some(held) = held(&self.reader, config, tip)? else {
            self.must_be_tested(&request.step)?;
            return Ok(Target::There(tip));
        };
        if held.version == version {
            let again = request.via_branch.is_some();
            let merged = merged(self.situation, &self.reader, self.place, tip, &version, again)?;
            return Ok(Target::There(merged.unwrap_or(tip)));
        }
        self.must_be_tested(&request.step)?;
        must_not_be_higher(config, &held, &version)?;
        if let Some(branch) = &request.via_branch
            && let Some(commit) = self.in_review(branch)?
        {
            return Ok(Target::InReview(commit, branch.clone()));
        }
        let edits = edits(&self.reader, config, tip, version.as_str())?;
        let message = format_trailers(
            &format!("chore(release): {version}"),
            &[
                Trailer::new(RELEASE, version.as_str()),
                Trailer::new("Channel", self.place.channel.name.as_str()),
                Trailer::new("Line", &self.place.line.name),
                Trailer::new("Run", self.situation.run),
            ],
        );
        let commit = self.plan.commit(&self.reader, tip, &edits, &self.situation.signature(), &message)?;
        match &request.via_branch {
            Some(branch) => {
                branch_tip::must_be_new(self.situation, branch)?;
                let why = format!("to be merged into `{}`", self.tip.branch);
                branch_tip::plan_new(self.situation, &mut self.plan, branch, commit, &why);
                Ok(Target::InReview(commit, branch.clone()))
            }
            None => Ok(Target::Made(commit)),
        }
    }

    /// What waits on the branch already, so that a second run before the merge changes nothing.
    fn in_review(&self, branch: &BranchName) -> Result<Option<CommitId>, ReleaseError> {
        let found = branch_tip::find(self.situation, branch).map_err(BranchTipError::Read)?;
        let Some(commit) = found.and_then(|found| found.local.or(found.remote.map(|(_, commit)| commit))) else {
            return Ok(None);
        };
        let held = held(&self.reader, self.place.config, commit)?;
        Ok(held.is_some_and(|held| held.version == self.next.version).then_some(commit))
    }

    /// A promotion makes final what was the newest candidate; a line that has gone on since was never tested as it is.
    fn must_be_tested(&self, step: &Step) -> Result<(), ReleaseError> {
        let version = &self.next.version;
        let mut candidates = self.place.line.releases.iter().rev().filter(|release| {
            release.kind == ReleaseKind::Candidate
                && !release.is_retracted
                && release.version.numbers() == version.numbers()
        });
        match candidates.next() {
            Some(candidate) if *step == Step::Final && candidate.commit != self.tip.tip => {
                Err(ReleaseError::Untested {
                    line: self.place.line.name.clone(),
                    candidate: candidate.version.clone(),
                    commit: candidate.commit,
                    version: version.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    /// What the changelog will say of the release.
    fn notes(&self) -> Result<(ChangelogSection, String), ReleaseError> {
        let version = &self.next.version;
        let mut line = self.place.line.clone();
        let is_first = !version.is_candidate() && line.releases.iter().all(|r| r.kind == ReleaseKind::Candidate);
        let planned = Release {
            version: version.clone(),
            tag: self.next.tag.clone(),
            object: ObjectId::from_bytes([0; 20]),
            commit: self.tip.tip,
            kind: match version.is_candidate() {
                true => ReleaseKind::Candidate,
                false if is_first => ReleaseKind::GeneralAvailability,
                false => ReleaseKind::Patch,
            },
            date: self.situation.now,
            is_retracted: false,
        };
        let at = line.releases.partition_point(|known| known.version < *version);
        line.releases.insert(at, planned);
        let (section, is_cut) = self.situation.changelogs()?.of_planned(self.place.channel, &line, at);
        if is_cut {
            return Err(ReleaseError::HistoryCut { version: version.clone() });
        }
        let text = notes(&section, self.place.channel.name.as_str(), version);
        Ok((section, text))
    }

    /// Plans the tags, all of the same commit and with the same message.
    fn tags(&mut self, commit: CommitId, notes: &str) -> Result<(), ReleaseError> {
        let version = &self.next.version;
        let project = self.situation.ledger.config.project.name.as_deref();
        let title = project.map_or_else(|| version.to_string(), |project| format!("{project} {version}"));
        let message = format_trailers(
            &format!("{title}\n\n{notes}"),
            &[
                Trailer::new("Channel", self.place.channel.name.as_str()),
                Trailer::new("Line", &self.place.line.name),
                Trailer::new("Version", version.as_str()),
                Trailer::new("Run", self.situation.run),
            ],
        );
        for (at, name) in std::iter::once(&self.next.tag).chain(&self.next.also).enumerate() {
            let draft = TagDraft {
                name: name.clone(),
                target: commit.object(),
                tagger: self.situation.signature(),
                message: message.clone(),
            };
            let why = if at == 0 { format!("release {version}") } else { format!("the same release {version}") };
            self.plan.tag(&self.reader, &draft, why)?;
            let name = name.to_ref();
            if let Some(planned) = self.plan.refs.iter_mut().find(|planned| planned.name == name) {
                planned.is_same_by_commit = true;
            }
            if let Some(remote) = self.situation.push_to {
                self.plan.push_planned(remote, &name, RefState::Absent);
            }
        }
        Ok(())
    }
}
