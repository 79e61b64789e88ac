//! Answers questions about changes: asks every line, release and deploy, each once, and gathers what they say.

use std::cell::RefCell;

use chrono::NaiveDate;

use super::error::AffectedError;
use super::notes::NoteSearch;
use super::places::{Places, Sought};
use super::question::{About, Question};
use super::report::{
    Affected, AffectedCommit, AffectedDeploy, AffectedLine, AffectedRelease, AffectedTrunk, Has, Maybe, NoteSummary,
    Whole,
};
use crate::domain::{ChannelKind, ChannelName, CommitId, Version};
use crate::git::Repository;
use crate::graph::Node;
use crate::history::{Baseline, FirstReach, Reader};
use crate::ledger::{ChannelState, Deploy, Ledger, Line, Release, ReleaseKind};
use crate::reports::LedgerIdentities;

const NOWHERE: &str = "no line, release or deploy reaches the commit, and trunk does not either";
const CUT: &str = "history is cut, the clone is shallow: commits before the cut are not known, nor who has them";

/// What is read once for all questions about a repository.
pub struct AffectedReader<'l> {
    pub(super) ledger: &'l Ledger,
    pub(super) identities: &'l LedgerIdentities,
    pub(super) places: Places<'l>,
    pub(super) notes: NoteSearch<'l>,
    /// By commit, the number of the line that owns it.
    owners: FirstReach,
    lines: Vec<&'l Line>,
}

/// The change and what bounds it, while places are asked.
struct Inquiry<'a> {
    fix: &'a Sought,
    introduced: Option<&'a Sought>,
    /// Versions before it do not have the weakness.
    introduced_in: Option<&'a Version>,
}

impl<'l> AffectedReader<'l> {
    /// A few passes over the graph. `today` says which changes may be told.
    pub fn new(
        ledger: &'l Ledger,
        identities: &'l LedgerIdentities,
        repository: &'l Repository,
        today: NaiveDate,
    ) -> Self {
        let graph = &ledger.graph;
        // A line cut from another one owns what that one lacks, and managed lines come first.
        let mut channels: Vec<&ChannelState> = ledger.channels.iter().collect();
        channels.sort_by_key(|channel| channel.kind);
        let lines: Vec<&Line> = channels.iter().flat_map(|channel| channel.lines.iter().rev()).collect();
        let tags = lines.iter().flat_map(|line| line.releases.iter().map(move |release| (*line, release.commit)));
        let tips: Vec<(&Line, CommitId)> = lines.iter().map(|line| (*line, line.tip)).chain(tags).collect();
        let owners = FirstReach::new(graph, tips.iter().map(|(_, tip)| graph.node(*tip)));
        Self {
            ledger,
            identities,
            places: Places::new(graph, &identities.identities),
            notes: NoteSearch { ledger, repository, today },
            owners,
            lines: tips.into_iter().map(|(line, _)| line).collect(),
        }
    }

    /// The line that a commit is on; `None` for one of trunk, and for one that no line reaches.
    pub(super) fn line_of(&self, node: Node) -> Option<&'l Line> {
        if self.identities.trunkward.is_on_trunk(node) {
            return None;
        }
        self.owners.of(node).map(|number| self.lines[number])
    }

    /// The answer. `introduced` is the change that brought the fault.
    pub fn answer(
        &self,
        question: &Question<'_>,
        introduced: Option<&Question<'_>>,
    ) -> Result<Affected, AffectedError> {
        let introduced = introduced.map(|introduced| self.change(introduced, "--introduced")).transpose()?;
        let (sought, mention, beside) = match &question.about {
            About::Release(placed) => {
                if introduced.is_some() {
                    self.change(question, "--introduced")?;
                }
                return self.carried(question, *placed);
            }
            About::Change { sought, mention, beside } => (sought, mention.as_ref(), beside),
        };
        let note = self.notes.of_change(sought)?;
        let inquiry = Inquiry {
            fix: sought,
            introduced,
            introduced_in: note.as_ref().and_then(|note| note.introduced_in.as_ref()),
        };
        let mut answer = self.empty(question);
        self.name(&mut answer, sought, note.as_ref());
        if let Some(mention) = mention.map(|mention| mention.text()).filter(|text| !answer.refs.contains(text)) {
            answer.refs.insert(0, mention);
        }
        answer.introduced = self.ids(introduced.into_iter().flat_map(Sought::all));
        answer.commits = self.commits(sought);
        self.ask_everybody(&mut answer, &inquiry);
        answer.maybe = self.maybe(sought, beside);
        answer.note = note;
        answer.withhold();
        Ok(answer)
    }

    /// An answer that says nothing yet.
    pub(super) fn empty(&self, question: &Question<'_>) -> Affected {
        let is_cut = !self.ledger.graph.cut().is_empty();
        Affected {
            asked: question.asked.clone(),
            origin: None,
            origins: Vec::new(),
            subject: None,
            refs: Vec::new(),
            note: None,
            introduced: Vec::new(),
            commits: Vec::new(),
            trunk: None,
            lines: Vec::new(),
            releases: Vec::new(),
            deploys: Vec::new(),
            maybe: Vec::new(),
            version: None,
            changes: Vec::new(),
            undisclosed_until: None,
            notices: is_cut.then(|| CUT.to_owned()).into_iter().collect(),
        }
    }

    pub(super) fn ids(&self, nodes: impl IntoIterator<Item = Node>) -> Vec<CommitId> {
        nodes.into_iter().map(|node| self.ledger.graph.id(node)).collect()
    }

    /// Says what the change is called.
    fn name(&self, answer: &mut Affected, sought: &Sought, note: Option<&NoteSummary>) {
        let graph = &self.ledger.graph;
        let reader = Reader::new(&self.ledger.config.changes);
        answer.origins = self.ids(sought.parts.iter().copied());
        answer.origin = answer.origins.first().copied();
        for node in sought.all() {
            let author = graph.author(node);
            let reading = reader.read(graph.subject(node), graph.body(node), (author.name, author.email));
            answer.subject.get_or_insert(reading.text);
            for reference in reading.refs.into_iter().chain(note.into_iter().flat_map(|note| note.ids.clone())) {
                if !answer.refs.contains(&reference) {
                    answer.refs.push(reference);
                }
            }
        }
        let is_anywhere = |node: Node| self.identities.trunkward.is_on_trunk(node) || self.owners.of(node).is_some();
        let deploys = || self.ledger.channels.iter().flat_map(|channel| &channel.deploys);
        let is_deployed = |node| {
            let mut reached = deploys().filter_map(|deploy| graph.node(deploy.commit));
            reached.any(|deploy| graph.is_ancestor(node, deploy))
        };
        if !sought.all().any(is_anywhere) && !sought.all().any(is_deployed) {
            answer.notices.push(NOWHERE.to_owned());
        }
    }

    fn commits(&self, sought: &Sought) -> Vec<AffectedCommit> {
        let of_trunk = sought.parts.iter().map(|part| self.commit_entry(*part, None));
        let mut on_lines: Vec<(Node, Option<Node>)> = sought
            .parts
            .iter()
            .flat_map(|part| self.identities.identities.carriers(*part).iter().map(move |node| (*node, Some(*part))))
            .chain(sought.beside.iter().flatten().map(|node| (*node, None)))
            .collect();
        on_lines.sort_unstable();
        let on_lines = on_lines.into_iter().map(|(node, origin)| self.commit_entry(node, origin));
        of_trunk.chain(on_lines).collect()
    }

    fn commit_entry(&self, node: Node, origin: Option<Node>) -> AffectedCommit {
        let graph = &self.ledger.graph;
        let standing = self.identities.identities.of(node);
        let link = standing.and_then(|standing| standing.origins.iter().find(|known| Some(known.node) == origin));
        let line = self.line_of(node);
        AffectedCommit {
            commit: graph.id(node),
            line: line.map(|line| line.name.clone()),
            channel: line.map(|line| line.channel.clone()),
            subject: graph.subject(node).to_owned(),
            origin: origin.map(|origin| graph.id(origin)),
            confidence: link.map(|link| link.confidence),
            fit: link.and_then(|link| link.fit),
            evidence: link.map(|link| link.evidence.clone()).unwrap_or_default(),
            reverted_by: self.ids(self.places.reverts(node).iter().copied()),
        }
    }

    /// Trunk, every line, release and deploy.
    fn ask_everybody(&self, answer: &mut Affected, inquiry: &Inquiry<'_>) {
        let graph = &self.ledger.graph;
        let baseline = RefCell::new(Baseline::new(graph, &self.identities.trunkward));
        let ask = |commit: CommitId| {
            baseline.borrow_mut().move_to(graph.node(commit));
            let baseline = baseline.borrow();
            self.ask(inquiry, &|node| baseline.contains(node))
        };
        let trunk = &self.ledger.trunk;
        let (whole, ..) = ask(trunk.commit);
        answer.trunk = Some(AffectedTrunk { branch: trunk.branch.clone(), commit: trunk.commit, whole });
        for channel in &self.ledger.channels {
            for line in &channel.lines {
                let mut releases: Vec<AffectedRelease> = Vec::new();
                for release in &line.releases {
                    let (mut whole, ..) = ask(release.commit);
                    whole.affected &= inquiry.introduced_in.is_none_or(|first| release.version >= *first);
                    releases.push(release_entry(line, release, whole));
                }
                let told = ask(line.tip);
                answer.lines.push(self.line_entry(channel.kind, line, told, &releases, inquiry));
                answer.releases.extend(releases.into_iter().rev());
            }
            self.ask_deploys(answer, channel, |commit| ask(commit).0.has);
        }
    }

    /// What a place says, the commit by which it has the change, and the one by which it has the fault.
    fn ask(&self, inquiry: &Inquiry<'_>, holds: &impl Fn(Node) -> bool) -> (Whole, Option<Node>, Option<Node>) {
        let (standing, by) = self.places.has(inquiry.fix, holds);
        let fault = inquiry.introduced.map(|introduced| self.places.has(introduced, holds));
        let has_fault = fault.is_none_or(|(has, _)| matches!(has, Has::Yes | Has::Partial));
        let whole = Whole { has: standing.is_whole(), standing, affected: !standing.is_whole() && has_fault };
        (whole, by, fault.and_then(|(_, by)| by))
    }

    fn line_entry(
        &self,
        kind: ChannelKind,
        line: &Line,
        (mut whole, by, fault): (Whole, Option<Node>, Option<Node>),
        releases: &[AffectedRelease],
        inquiry: &Inquiry<'_>,
    ) -> AffectedLine {
        let graph = &self.ledger.graph;
        let newest = line.releases.last().map(|release| &release.version);
        whole.affected &= inquiry.introduced_in.is_none_or(|first| newest.is_none_or(|newest| newest >= first));
        let counts = |release: &&AffectedRelease| !release.retracted && release.whole.has;
        let first = releases.iter().filter(counts).find(|release| !release.candidate);
        let candidate = releases.iter().find(counts).filter(|release| release.candidate);
        AffectedLine {
            name: line.name.clone(),
            channel: line.channel.clone(),
            kind,
            branch: line.branch.clone(),
            stage: line.stage,
            whole,
            commit: by.map(|node| graph.id(node)),
            first_release: first.map(|release| release.version.clone()),
            first_candidate: candidate.map(|release| release.version.clone()),
            latest: line.latest().map(|release| release.version.clone()),
            introduced_by: fault.map(|node| graph.id(node)),
            own: self.own(line),
        }
    }

    /// The oldest commit of a line's chain that trunk does not reach; its tip where there is none.
    fn own(&self, line: &Line) -> CommitId {
        let graph = &self.ledger.graph;
        let Some(tip) = graph.node(line.tip) else { return line.tip };
        let own = graph.first_parents(tip).take_while(|node| !self.identities.trunkward.is_on_trunk(*node)).last();
        graph.id(own.unwrap_or(tip))
    }

    fn ask_deploys(&self, answer: &mut Affected, channel: &ChannelState, has: impl Fn(CommitId) -> bool) {
        for environment in &channel.environments {
            let live = channel.live(environment);
            let recorded = |deploy: &&Deploy| !deploy.is_inferred;
            let first = channel.deploys_to(environment).filter(recorded).find(|deploy| has(deploy.commit));
            answer.deploys.push(AffectedDeploy {
                channel: channel.name.clone(),
                environment: environment.clone(),
                first: first.and_then(|deploy| deploy.tag.clone()),
                commit: first.map(|deploy| deploy.commit),
                recorded_at: first.and_then(|deploy| deploy.recorded_at),
                live: (!live.is_empty()).then(|| live.iter().all(|deploy| has(deploy.commit))),
            });
        }
    }

    /// What may be the change on lines: suggestions, the same update of a dependency, commits that name the same issue.
    fn maybe(&self, sought: &Sought, beside: &[Node]) -> Vec<Maybe> {
        let mut found: Vec<(Node, Maybe)> = Vec::new();
        let entry = |node: Node, evidence, why| {
            let line = self.line_of(node);
            let channel: Option<ChannelName> = line.map(|line| line.channel.clone());
            let (commit, subject) = (self.ledger.graph.id(node), self.ledger.graph.subject(node).to_owned());
            (node, Maybe { commit, line: line.map(|line| line.name.clone()), channel, subject, evidence, why })
        };
        for standing in self.identities.identities.all() {
            if sought.all().any(|node| node == standing.node) {
                continue;
            }
            let suggested = standing.origins.iter().find(|origin| sought.parts.contains(&origin.node));
            if let Some(origin) = suggested.filter(|origin| !origin.confidence.counts()) {
                found.push(entry(standing.node, origin.evidence.clone(), "it only resembles the change"));
            } else if standing.twin.is_some_and(|twin| sought.parts.contains(&twin)) {
                found.push(entry(standing.node, Vec::new(), "it makes the same update on its own"));
            } else if beside.contains(&standing.node) {
                found.push(entry(standing.node, Vec::new(), "it names the same, and trunk does not have it"));
            }
        }
        found.into_iter().map(|(_, maybe)| maybe).collect()
    }
}

fn release_entry(line: &Line, release: &Release, whole: Whole) -> AffectedRelease {
    AffectedRelease {
        version: release.version.clone(),
        tag: release.tag.clone(),
        channel: line.channel.clone(),
        line: line.name.clone(),
        date: release.date,
        candidate: release.kind == ReleaseKind::Candidate,
        retracted: release.is_retracted,
        whole,
    }
}
