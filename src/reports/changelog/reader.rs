//! What is read once for all changelogs of a repository, and compared where a range asks for it.
//!
//! Invariant: comparing is asked of the two ends of a range, or of the lines that its answer is about, and never of all
//! lines for one of them.

use std::cell::RefCell;
use std::rc::Rc;

use chrono::NaiveDate;
use rustc_hash::FxHashMap;

use super::earliest::Earliest;
use super::noted::NoteReader;
use super::writer::SectionWriter;
use crate::cache::Cache;
use crate::domain::{ChannelKind, CommitId};
use crate::git::{ReadError, Repository};
use crate::graph::Node;
use crate::history::{FirstReach, Held, Holder, NoteTouches, Presence, Trunkward};
use crate::ledger::{ChannelState, Ledger, Notes, NotesError, decisions, notes_of_trunk};
use crate::reports::audience::Rules;
use crate::reports::identity::{absent_contents, note_paths};

/// What is read once for all changelogs of a repository.
pub struct ChangelogReader<'l> {
    pub(super) ledger: &'l Ledger,
    pub(super) trunkward: Trunkward,
    pub(super) trunk: Option<Node>,
    pub(super) stated: Rc<Presence>,
    pub(super) self_hosted: Earliest,
    pub(super) rules: Rules<'l>,
    pub(super) notes: Option<NoteReader<'l>>,
    compared: Option<Compared<'l>>,
}

/// Compares what commits do.
struct Compared<'l> {
    holder: Holder<'l>,
    /// Paths of change notes.
    notes: Vec<String>,
    /// The line that owns a commit, by number.
    owners: FirstReach,
    /// By tips.
    joined: RefCell<FxHashMap<Vec<Node>, Rc<Presence>>>,
}

/// Why what changelogs are made of cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ContentsError {
    #[error(transparent)]
    Read(#[from] ReadError),
    #[error(transparent)]
    Notes(#[from] NotesError),
}

impl ContentsError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.hint(),
            Self::Notes(_) => None,
        }
    }
}

impl<'l> ChangelogReader<'l> {
    /// A few passes over the graph. Changes are recognised by what messages state alone.
    pub fn new(ledger: &'l Ledger) -> Self {
        let graph = &ledger.graph;
        let trunk = graph.node(ledger.trunk.commit);
        let versioned = ledger.channels.iter().filter(|channel| channel.kind == ChannelKind::Versioned);
        let releases = versioned.flat_map(|channel| &channel.lines).flat_map(|line| &line.releases);
        let trunkward = Trunkward::new(graph, trunk);
        Self {
            ledger,
            trunk,
            stated: Rc::new(Presence::new(graph, &trunkward)),
            trunkward,
            self_hosted: Earliest::new(graph, releases),
            rules: Rules::new(&ledger.config.changes),
            notes: None,
            compared: None,
        }
    }

    /// The same, and changes are recognised by what they do, too; change notes speak for them, as far as they may on
    /// `today`; rules by path apply. Reads the trees of the commits that are told and what commits do that may be the same
    /// change, and keeps what it finds in the cache.
    pub fn with_contents(
        mut self,
        repository: &'l Repository,
        cache: &Cache,
        today: NaiveDate,
    ) -> Result<Self, ContentsError> {
        self.rules.open_files(repository, cache)?;
        let Ledger { config, graph, trunk, .. } = self.ledger;
        let decided = match notes_of_trunk(repository, config, trunk.commit) {
            Ok(notes) => decisions(config, &notes),
            // A clone without trees has no notes to tell of.
            Err(NotesError::Commit { source, .. }) if source.is_absent() => decisions(config, &Notes::default()),
            Err(error) => return Err(error.into()),
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let lines = self.ledger.channels.iter().flat_map(|channel| &channel.lines);
        let touches = NoteTouches::open(repository, &config.changes, cache, probes(self.ledger))?;
        self.notes = Some(NoteReader::new(self.ledger, touches, repository.reader()?, today));
        self.compared = Some(Compared {
            holder: Holder::open(graph, &config.changes, decided, (repository, cache), threads),
            notes: note_paths(self.ledger, repository)?,
            owners: FirstReach::new(graph, lines.map(|line| graph.node(line.tip))),
            joined: RefCell::default(),
        });
        Ok(self)
    }

    /// What `older` has of what `newer` brings, on other commits; `None` where nothing is compared.
    pub(in crate::reports) fn held(&self, older: Option<Node>, newer: Option<Node>) -> Option<Rc<Held>> {
        let (compared, notes) = (self.compared.as_ref()?, self.notes.as_ref()?);
        Some(compared.holder.held(older?, newer?, notes.touches()))
    }

    /// On which commits changes stand, as messages state it and, as far as these tips reach beside trunk, by comparison.
    pub(super) fn joined(&self, tips: Vec<Node>) -> Rc<Presence> {
        let Some(compared) = self.compared.as_ref().filter(|_| !tips.is_empty()) else {
            return Rc::clone(&self.stated);
        };
        if let Some(known) = compared.joined.borrow().get(&tips) {
            return Rc::clone(known);
        }
        let identities = compared.holder.standings(&self.trunkward, &tips, &compared.notes);
        let stated = Presence::clone(&self.stated);
        let joined = Rc::new(stated.joined(&self.ledger.graph, &identities, |node| compared.owners.of(node)));
        compared.joined.borrow_mut().insert(tips, Rc::clone(&joined));
        joined
    }

    /// What could not be known of what commits do, in sentences.
    pub(super) fn content_notices(&self) -> Vec<String> {
        let unknown = self.compared.as_ref().map_or(0, |compared| compared.holder.unknown());
        let of_notes = self.notes.iter().flat_map(NoteReader::notices);
        self.rules.notice().into_iter().chain(absent_contents(unknown)).chain(of_notes).collect()
    }

    /// A writer of sections for one channel.
    pub(super) fn writer<'r>(&'r self, channel: &'r ChannelState) -> SectionWriter<'r> {
        SectionWriter::new(self, channel)
    }
}

/// Commits one of which has a note where the project has any: trunk and the lines, and what stood before their releases,
/// since the commit of a release may take the notes away.
fn probes(ledger: &Ledger) -> impl Iterator<Item = CommitId> + '_ {
    let lines = || ledger.channels.iter().flat_map(|channel| &channel.lines);
    let before = |commit: CommitId| {
        let node = ledger.graph.node(commit)?;
        ledger.graph.parents(node).first().map(|parent| ledger.graph.id(*parent))
    };
    let releases = lines().flat_map(|line| line.releases.last()).filter_map(move |release| before(release.commit));
    std::iter::once(ledger.trunk.commit).chain(lines().map(|line| line.tip)).chain(releases)
}
