//! The steps of a release: line, version, commit, notes and tags, as one plan.

use super::error::ReleaseError;
use super::gates::must_be_open;
use super::merged::{RELEASE, merged};
use super::notes::notes;
use super::place::{Place, place};
use crate::domain::{
    ARTIFACT, BranchName, ChannelName, CommitId, GateOverride, ObjectId, TagName, Trailer, Version, format_trailers,
};
use crate::git::{NewObjects, ObjectReader, TagDraft};
use crate::ledger::{Release, ReleaseKind};
use crate::operations::Situation;
use crate::operations::branch_tip::{self, BranchTip, BranchTipError};
use crate::operations::next_version::{Counting, NextVersion, Step};
use crate::operations::statement::RUN;
use crate::operations::version_commit::{edits, held, must_not_be_higher};
use crate::plan::{Plan, RefState};
use crate::reports::{ChangelogSection, newest_candidate, section_leaks, untested_artifacts};

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
    /// Image digests or checksums of what was built, which the tag names.
    pub artifacts: Vec<String>,
    /// Why it is released although gates are open.
    pub override_reason: Option<String>,
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
    /// That gates were open, and why it is released all the same.
    pub overridden: Option<GateOverride>,
    /// Artifacts that it names and its candidate, which names some, does not: nobody tested them.
    pub untested_artifacts: Vec<String>,
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
        overridden: release.overridden.clone(),
        untested_artifacts: untested(place, &release.version, &release.artifacts),
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

/// What nobody tested of the artifacts of a version that is no candidate.
fn untested(place: Place<'_>, version: &Version, artifacts: &[String]) -> Vec<String> {
    let candidate = (!version.is_candidate()).then(|| newest_candidate(place.line, version)).flatten();
    untested_artifacts(candidate, artifacts)
}

/// A release in the making.
struct Work<'s> {
    situation: &'s Situation<'s>,
    reader: ObjectReader,
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
        let exact = match &target {
            Target::There(commit) => self.promoted(*commit, &request.step)?,
            Target::Made(_) | Target::InReview(..) => self.candidate().is_some_and(|c| c.commit == self.tip.tip),
        };
        let overridden =
            must_be_open(self.situation, self.place, &self.next.version, self.tip.tip, exact, &section, request)?;
        let previous = previous_tag(self.place, &section);
        let untested_artifacts = untested(self.place, &self.next.version, &request.artifacts);
        let (commit, state) = match target {
            Target::InReview(commit, branch) => (commit, ReleaseState::InReview(branch)),
            Target::There(commit) => {
                if commit == self.tip.tip {
                    self.tip.advance(self.situation, &mut self.plan, commit, "has what is released");
                }
                self.tags(commit, &text, request, overridden.as_ref())?;
                (commit, ReleaseState::New)
            }
            Target::Made(commit) => {
                self.tip.advance(self.situation, &mut self.plan, commit, "holds its version");
                self.tags(commit, &text, request, overridden.as_ref())?;
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
            overridden,
            untested_artifacts,
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

    /// The newest candidate of the version.
    fn candidate(&self) -> Option<&Release> {
        newest_candidate(self.place.line, &self.next.version)
    }

    /// A promotion makes final what was the newest candidate; a line that has gone on since was never tested as it is.
    fn must_be_tested(&self, step: &Step) -> Result<(), ReleaseError> {
        match self.candidate() {
            Some(candidate) if *step == Step::Final && candidate.commit != self.tip.tip => {
                Err(ReleaseError::Untested {
                    line: self.place.line.name.clone(),
                    candidate: candidate.version.clone(),
                    commit: candidate.commit,
                    version: self.next.version.clone(),
                })
            }
            _ => Ok(()),
        }
    }

    /// Whether a commit that is there is exactly the newest candidate, but for version files that hold the version now. A
    /// promotion of anything else is refused.
    fn promoted(&self, commit: CommitId, step: &Step) -> Result<bool, ReleaseError> {
        let Some(candidate) = self.candidate() else { return Ok(false) };
        let version = &self.next.version;
        let mut objects = NewObjects::new();
        let tree = |objects: &NewObjects, commit| objects.tree_of(&self.reader, commit);
        let (tested, found) = (tree(&objects, candidate.commit)?, tree(&objects, commit)?);
        if tested == found {
            return Ok(true);
        }
        let edits = edits(&self.reader, self.place.config, candidate.commit, version.as_str())?;
        let expected = objects.edit_tree(&self.reader, tested, &edits)?;
        if expected == found {
            return Ok(true);
        }
        if *step != Step::Final {
            return Ok(false);
        }
        let mut paths = self.reader.changed_paths(Some(tested), found)?;
        paths.retain(|path| !edits.contains_key(path) || self.differs(&objects, expected, found, path));
        let (line, candidate) = (self.place.line.name.clone(), candidate.version.clone());
        Err(ReleaseError::OtherContent { line, candidate, commit, version: version.clone(), paths })
    }

    fn differs(&self, objects: &NewObjects, expected: ObjectId, found: ObjectId, path: &str) -> bool {
        let file = |tree| objects.file_in(&self.reader, tree, path).ok().flatten();
        file(expected) != file(found)
    }

    /// What the changelog will say of the release.
    fn notes(&self) -> Result<(ChangelogSection, String), ReleaseError> {
        let NextVersion { version, tag, .. } = &self.next;
        let Place { channel, line, .. } = self.place;
        let changelogs = self.situation.changelogs()?;
        let coming = (version, tag.clone());
        let (section, is_cut) = changelogs.of_coming(channel, line, coming, self.tip.tip, self.situation.now);
        if is_cut {
            return Err(ReleaseError::HistoryCut { version: version.clone() });
        }
        let leaks = section_leaks(&section, &channel.name, &self.situation.ledger.config.redaction);
        if !leaks.is_empty() {
            return Err(ReleaseError::KeptBack { tag: tag.clone(), leaks });
        }
        let text = notes(&section, channel.name.as_str(), version);
        Ok((section, text))
    }

    /// Plans the tags, all of the same commit and with the same message.
    fn tags(
        &mut self,
        commit: CommitId,
        notes: &str,
        request: &ReleaseRequest,
        overridden: Option<&GateOverride>,
    ) -> Result<(), ReleaseError> {
        let version = &self.next.version;
        let project = self.situation.ledger.config.project.name.as_deref();
        let title = project.map_or_else(|| version.to_string(), |project| format!("{project} {version}"));
        let mut trailers = vec![
            Trailer::new("Channel", self.place.channel.name.as_str()),
            Trailer::new("Line", &self.place.line.name),
            Trailer::new("Version", version.as_str()),
        ];
        trailers.extend(request.artifacts.iter().map(|artifact| Trailer::new(ARTIFACT, artifact)));
        trailers.extend(overridden.into_iter().flat_map(GateOverride::trailers));
        trailers.push(Trailer::new(RUN, self.situation.run));
        let message = format_trailers(&format!("{title}\n\n{notes}"), &trailers);
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
