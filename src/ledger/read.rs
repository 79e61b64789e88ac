//! Reading the ledger: one snapshot of the refs, one graph, and from both the channels.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};

use super::ancestry::TrunkReach;
use super::branches::{Branch, branches};
use super::deploys;
use super::drafts::{self, Draft};
use super::lines::{Builder, Built, assign_by_reach, settle_origins};
use super::model::{ChannelState, Line, Trunk, Warning};
use super::names::{AmbiguousName, KnownNames, TagRole};
use super::note_places::foreign_notes;
use super::records::{Record, records};
use super::support;
use super::synced::synced_at;
use super::tags::{Annotations, KnownTag, NamedTag, RETRACTED, known_tags, named_tags};
use super::trunk::{self, TrunkError};
use super::warnings::{check_declared, history_warnings, idle_patterns, repository_warnings};
use crate::cache::Cache;
use crate::config::{Channel, Config, Support};
use crate::domain::{BranchName, ChannelKind, ChannelName, CommitId, RECORDS};
use crate::git::{ObjectReader, RefSnapshot, RefsError, Repository};
use crate::graph::{Around, CachedCommits, Graph, GraphError, KnownCommits, Loader, MOST_LINES};

/// Why the ledger could not be read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    #[error("could not read the refs of the repository")]
    Refs(#[from] RefsError),
    #[error("could not open the object database")]
    Objects(#[source] crate::git::ReadError),
    #[error(transparent)]
    Trunk(#[from] TrunkError),
    #[error("two patterns lay claim to one name")]
    Ambiguous(#[from] AmbiguousName),
    #[error("could not read the history")]
    Graph(#[from] GraphError),
}

/// Everything that refs and configuration say, read at one moment.
#[derive(Debug)]
pub struct Ledger {
    pub config: Config,
    pub snapshot: RefSnapshot,
    pub graph: Graph,
    pub trunk: Trunk,
    /// Everything trunk reaches, and where lines left it.
    pub trunk_reach: TrunkReach,
    /// In the order of the configuration.
    pub channels: Vec<ChannelState>,
    /// Sign-offs, freezes and exceptions, in the order of their names.
    pub records: Vec<Record>,
    /// When they were last synchronised with a remote; `None`: never.
    pub synced_at: Option<DateTime<Utc>>,
    /// Lines that were to be read where that costs little, and were not.
    pub left: LineNames,
    /// In the order in which they were met, each once.
    pub warnings: Vec<Warning>,
}

/// Where the ledger is read from.
pub struct Sources<'a> {
    pub repository: &'a Repository,
    pub cache: &'a Cache,
    /// The refs as this run sees them.
    pub snapshot: &'a RefSnapshot,
    /// Called now and then with the number of commits read so far.
    pub progress: &'a dyn Fn(usize),
    /// Commits that are asked about although nothing of the configuration may lead to them.
    pub also: &'a [CommitId],
    /// Decides which lines are over.
    pub now: DateTime<Utc>,
}

/// Lines by channel and name.
pub type LineNames = BTreeSet<(ChannelName, String)>;

/// The lines that a question is about.
#[derive(Debug, Clone, Default)]
pub struct ChosenLines {
    pub lines: LineNames,
    /// Lines that are read, too, where that costs little: all of them or none.
    pub others: LineNames,
    /// So many commits of `others` that trunk does not reach are little, each counted once for each line that has it.
    pub most: usize,
}

impl ChosenLines {
    /// Whether a line is one of these, those aside that were left out.
    fn has(&self, channel: &ChannelName, line: &str, left: &LineNames) -> bool {
        let among = |names: &LineNames| is_among(names, channel, line);
        among(&self.lines) || among(&self.others) && !among(left)
    }
}

/// How much of history a ledger is read from.
#[derive(Debug, Clone, Copy)]
enum Extent<'e> {
    /// All that trunk, the lines and the known tags reach.
    Whole,
    /// Trunk and these lines down to where they meet. Other lines are known by their name and by when they were first
    /// released, their releases by name and commit, and nothing is known of what they contain, nor of the deploys of channels
    /// without lines.
    Around(&'e ChosenLines),
}

fn is_among(names: &LineNames, channel: &ChannelName, line: &str) -> bool {
    names.iter().any(|(of, name)| of == channel && name == line)
}

/// What the refs say by their names alone, once for all extents.
#[derive(Clone)]
struct Named {
    snapshot: RefSnapshot,
    remote: Option<String>,
    trunk: Branch,
    /// In the order of the channels.
    readings: Vec<Reading>,
    /// Names of tags that a `retracted/` tag withdraws.
    retracted: BTreeSet<String>,
    warnings: Vec<Warning>,
}

/// What was read of objects, for all extents.
struct Known<'k> {
    reader: &'k ObjectReader,
    commits: KnownCommits<'k>,
    annotations: Annotations<'k>,
}

/// A channel while it is being read.
#[derive(Clone)]
struct Reading {
    tags: Vec<KnownTag>,
    drafts: Vec<Draft>,
    unnamed: Vec<usize>,
}

impl Ledger {
    /// Reads the repository as `config` describes it. Nothing is written but the cache.
    pub fn read(config: Config, sources: &Sources<'_>) -> Result<Self, LedgerError> {
        let reader = sources.repository.reader().map_err(LedgerError::Objects)?;
        let cached = CachedCommits::load(sources.cache);
        Self::whole(config, sources, &mut Known::open(sources, &reader, &cached))
    }

    fn whole(config: Config, sources: &Sources<'_>, known: &mut Known<'_>) -> Result<Self, LedgerError> {
        let named = Named::read(&config, sources, known, Extent::Whole)?;
        Self::of(config, sources, known, named, Extent::Whole)
    }

    /// Reads trunk and the lines, by channel and name, that `choose` picks when it is shown all of them, down to where they
    /// meet; everything where it picks none. What it is shown knows nothing of what lines and releases contain.
    pub fn read_chosen<E: From<LedgerError>>(
        config: Config,
        sources: &Sources<'_>,
        choose: impl FnOnce(&Self) -> Result<Option<ChosenLines>, E>,
    ) -> Result<Self, E> {
        let reader = sources.repository.reader().map_err(LedgerError::Objects)?;
        let cached = CachedCommits::load(sources.cache);
        let known = &mut Known::open(sources, &reader, &cached);
        let outline = Extent::Around(&ChosenLines::default());
        let named = Named::read(&config, sources, known, outline)?;
        // Of lines that are labels only what they reach tells which tags are theirs, and which of them is the newer one.
        if named.readings.iter().flat_map(|reading| &reading.drafts).any(Draft::is_labelled) {
            return Ok(Self::whole(config, sources, known)?);
        }
        let outline = Self::of(config.clone(), sources, known, named.clone(), outline)?;
        let chosen = if outline.graph.ends().is_empty() { None } else { choose(&outline)? };
        match chosen {
            Some(chosen) => Ok(Self::around(config, sources, known, named, &chosen)?),
            None => Ok(Self::whole(config, sources, known)?),
        }
    }

    /// Reads trunk and these lines down to where they meet, where that part can tell where lines left trunk and which tags
    /// are theirs; otherwise all of history. Nothing is known of what other lines and releases contain.
    fn around(
        config: Config,
        sources: &Sources<'_>,
        known: &mut Known<'_>,
        named: Named,
        chosen: &ChosenLines,
    ) -> Result<Self, LedgerError> {
        let part = Self::of(config, sources, known, named, Extent::Around(chosen))?;
        // A line that left trunk beside its chain of first parents may come to that chain further down.
        let is_base_known = |line: &Line| {
            let base = line.base.and_then(|base| part.graph.node(base));
            base.is_some_and(|base| part.trunk_reach.is_on_chain(base))
        };
        let is_read = |line: &&Line| chosen.has(&line.channel, &line.name, &part.left);
        let mut read = part.channels.iter().flat_map(|channel| &channel.lines).filter(is_read);
        if part.graph.ends().is_empty() || read.all(is_base_known) {
            return Ok(part);
        }
        Self::whole(part.config, sources, known)
    }

    fn of(
        mut config: Config,
        sources: &Sources<'_>,
        known: &mut Known<'_>,
        named: Named,
        extent: Extent<'_>,
    ) -> Result<Self, LedgerError> {
        let Named { snapshot, remote, trunk, readings, retracted, mut warnings } = named;
        let (graph, left) = load(sources, &mut known.commits, &config, (&trunk, &readings), extent)?;
        // Nothing was left out where there are more lines than can be told apart.
        let extent = if graph.ends().is_empty() { Extent::Whole } else { extent };
        let is_asked = |channel: &ChannelName, line: &str| match extent {
            Extent::Whole => true,
            Extent::Around(chosen) => chosen.has(channel, line, &left),
        };
        let tip =
            trunk.tip(&graph).ok_or_else(|| TrunkError::absent(&trunk.name, sources.repository, remote.as_deref()))?;
        let tip_node = graph.node(tip).ok_or(TrunkError::Unreadable { commit: tip })?;
        let Known { reader, annotations, .. } = known;
        config.changes.foreign = foreign_notes(&config, sources.repository, reader, tip);
        let trunk_reach = TrunkReach::new(&graph, tip_node);
        let are_all_asked = |tag: &&KnownTag| tag.role == TagRole::Deploy || matches!(extent, Extent::Whole);
        let tags = readings.iter().flat_map(|reading| &reading.tags).filter(are_all_asked);
        annotations.read_ahead(sources.repository, tags).map_err(LedgerError::Objects)?;
        let mut built: Vec<(Vec<Built>, Vec<KnownTag>)> = Vec::new();
        for (name, reading) in config.channels.keys().zip(readings) {
            let Reading { tags, mut drafts, unnamed } = reading;
            let left = assign_by_reach(&graph, &trunk_reach, &tags, &mut drafts, unnamed);
            drafts::by_first_number(&mut drafts, &tags, left);
            let mut builder = Builder {
                channel: name,
                graph: &graph,
                trunk: &trunk_reach,
                tags: &tags,
                annotations,
                is_asked: &|line| is_asked(name, line),
                retracted: &retracted,
            };
            built.push((builder.build(drafts), tags));
        }
        settle(&config, &graph, &mut built);
        let mut finish = Finish { graph: &graph, annotations, warnings: &mut warnings, now: sources.now };
        let channels = config.channels.iter().zip(built);
        let channels =
            channels.map(|((name, channel), (lines, tags))| finish.channel(name, channel, lines, &tags)).collect();
        annotations.keep(sources.cache);
        if !graph.cut().is_empty() {
            warnings.retain(|warning| !warning.is_about_names());
        }
        history_warnings(&graph, &mut warnings);
        let trunk = Trunk { branch: trunk.name.clone(), commit: tip };
        let records = records(&snapshot, reader);
        let synced_at = synced_at(sources.repository.common_dir());
        Ok(Self { config, snapshot, graph, trunk, trunk_reach, channels, records, synced_at, left, warnings })
    }

    /// The channel of this name.
    pub fn channel(&self, name: &str) -> Option<&ChannelState> {
        self.channels.iter().find(|channel| channel.name.as_str() == name)
    }
}

impl<'k> Known<'k> {
    fn open(sources: &Sources<'_>, reader: &'k ObjectReader, cached: &'k CachedCommits) -> Self {
        let annotations = Annotations::open(reader, sources.cache);
        Self { reader, commits: KnownCommits::of(cached), annotations }
    }
}

impl Named {
    fn read(
        config: &Config,
        sources: &Sources<'_>,
        known: &mut Known<'_>,
        extent: Extent<'_>,
    ) -> Result<Self, LedgerError> {
        let Known { reader, commits, .. } = known;
        let known = KnownNames::of(config);
        let snapshot = match known.extra_prefixes() {
            // A pattern may name a place that nobody knew of before the configuration was read.
            extra if extra.iter().any(|prefix| !prefix.starts_with(RECORDS)) => sources.repository.refs(&extra)?,
            _ => sources.snapshot.clone(),
        };
        let remote = config.project.remote.clone().or_else(|| sources.repository.default_remote());
        let branches = branches(&snapshot, reader, remote.as_deref());
        let trunk = trunk::find(config, sources.repository, &snapshot, &branches, remote.as_deref())?;
        let mut warnings = repository_warnings(&snapshot);
        warnings.extend(idle_patterns(&known, &snapshot, &branches));
        let mut named = named_tags(&snapshot, &known)?;
        if let Extent::Around(_) = extent {
            // Deploys are many where each build is one.
            let has_lines =
                |channel: &Channel| channel.kind() == ChannelKind::Versioned || !channel.line_patterns().is_empty();
            named.retain(|tag| config.channels.get(tag.channel()).is_none_or(has_lines));
        }
        let ahead = named.iter().map(NamedTag::leads_to);
        commits.read_ahead(sources.repository, sources.cache, ahead)?;
        let mut tags = known_tags(named, reader, commits, &mut warnings);
        let mut readings = Vec::new();
        for (name, channel) in &config.channels {
            let own;
            (own, tags) = tags.into_iter().partition(|tag| tag.channel == *name);
            readings.push(start(name, channel, &known, own, &branches, &trunk, &mut warnings)?);
        }
        let retracted = snapshot
            .under("refs/tags/")
            .filter_map(|(tag, _)| tag.strip_prefix(RETRACTED))
            .map(str::to_owned)
            .collect();
        Ok(Self { snapshot, remote, trunk, readings, retracted, warnings })
    }
}

/// Names alone: which branches are lines, and which tags name theirs.
fn start(
    name: &ChannelName,
    channel: &Channel,
    known: &KnownNames,
    tags: Vec<KnownTag>,
    branches: &BTreeMap<BranchName, Branch>,
    trunk: &Branch,
    warnings: &mut Vec<Warning>,
) -> Result<Reading, AmbiguousName> {
    let mut drafts = drafts::from_branches(name, channel, known, branches, &trunk.name, warnings)?;
    if channel.line_patterns().is_empty() {
        if channel.kind() == ChannelKind::Versioned {
            let mut line = drafts::of_trunk(trunk);
            line.tags = (0..tags.len()).collect();
            drafts.push(line);
        }
        return Ok(Reading { tags, drafts, unnamed: Vec::new() });
    }
    let unnamed = drafts::assign_by_name(name, known, &tags, &mut drafts);
    Ok(Reading { tags, drafts, unnamed })
}

/// The commits that the extent asks for, and which lines were left out.
fn load(
    sources: &Sources<'_>,
    known: &mut KnownCommits<'_>,
    config: &Config,
    (trunk, readings): (&Branch, &[Reading]),
    extent: Extent<'_>,
) -> Result<(Graph, LineNames), LedgerError> {
    let loader = Loader { repository: sources.repository, cache: sources.cache, progress: sources.progress };
    let trunk: Vec<CommitId> = trunk.tips().collect();
    let (mut lines, mut others, mut alone) = (vec![sources.also.to_vec()], Vec::new(), Vec::new());
    for (channel, reading) in config.channels.keys().zip(readings) {
        alone.extend(reading.tags.iter().map(|tag| tag.commit));
        for draft in &reading.drafts {
            let tips = || draft.branch.iter().flat_map(Branch::tips);
            alone.extend(tips());
            let all = || tips().chain(draft.tags.iter().map(|tag| reading.tags[*tag].commit)).collect();
            match extent {
                Extent::Around(chosen) if is_among(&chosen.lines, channel, &draft.name) => lines.push(all()),
                Extent::Around(chosen) if is_among(&chosen.others, channel, &draft.name) => others.push(all()),
                _ => {}
            }
        }
    }
    lines.retain(|tips: &Vec<CommitId>| !tips.is_empty());
    known.read_ahead(sources.repository, sources.cache, alone.iter().map(|commit| commit.object()))?;
    if let Extent::Around(chosen) = extent
        && lines.len() + others.len() <= MOST_LINES
    {
        let around = Around { trunk: &trunk, lines: &lines, others: &others, most: chosen.most, alone: &alone };
        let (graph, has_others) = loader.load_around(known, &around)?;
        return Ok((graph, if has_others { LineNames::new() } else { chosen.others.clone() }));
    }
    let mut tips: Vec<CommitId> = trunk.into_iter().chain(lines.concat()).chain(alone).collect();
    tips.sort_unstable();
    tips.dedup();
    Ok((loader.load_knowing(known, &tips)?, LineNames::new()))
}

/// Origins need the lines of all channels at once, those of continuous channels first.
fn settle(config: &Config, graph: &Graph, built: &mut [(Vec<Built>, Vec<KnownTag>)]) {
    let kinds: Vec<ChannelKind> = config.channels.values().map(Channel::kind).collect();
    let mut groups: Vec<(ChannelKind, &mut Vec<Built>)> =
        kinds.into_iter().zip(built.iter_mut().map(|(lines, _)| lines)).collect();
    groups.sort_by_key(|(kind, _)| *kind);
    let mut groups: Vec<&mut Vec<Built>> = groups.into_iter().map(|(_, lines)| lines).collect();
    settle_origins(graph, &mut groups);
}

/// What the state of a channel is made with, once its lines have their origins.
struct Finish<'a, 'r> {
    graph: &'a Graph,
    annotations: &'a mut Annotations<'r>,
    warnings: &'a mut Vec<Warning>,
    now: DateTime<Utc>,
}

impl Finish<'_, '_> {
    fn channel(&mut self, name: &ChannelName, channel: &Channel, built: Vec<Built>, tags: &[KnownTag]) -> ChannelState {
        check_declared(name, channel, &built, self.warnings);
        let recorded = match channel {
            Channel::Continuous(config) if !config.tag.is_empty() => {
                Some(deploys::deploys(name, config, self.graph, tags, &built, self.annotations, self.warnings))
            }
            _ => None,
        };
        let closed: Vec<_> = built.iter().map(|built| built.closed).collect();
        let mut lines: Vec<_> = built.into_iter().map(|built| built.line).collect();
        let undeclared = Support::default();
        let policy = channel.as_versioned().map_or(&undeclared, |versioned| &versioned.support);
        support::settle(&mut lines, &closed, |line| channel.declared_lines().get(line), policy, self.now);
        let (environments, deploys) = match channel {
            Channel::Versioned(_) => (Vec::new(), Vec::new()),
            Channel::Continuous(config) => {
                let deploys = recorded.unwrap_or_else(|| deploys::inferred(config, self.graph, &lines));
                (config.environments.clone(), deploys)
            }
        };
        ChannelState { name: name.clone(), kind: channel.kind(), environments, lines, deploys }
    }
}
