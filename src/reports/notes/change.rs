//! What a change between two commits needs of notes, and whether it has it: for a pull request, before it is merged.
//!
//! The invariant: nothing is asked for that the commits, the files and the configuration do not show; whoever is told that
//! a note is needed is told why.

use serde::Serialize;

use super::lint::NoteFinding;
use crate::config::{Config, Note, NotesRule};
use crate::domain::{ChangeKind, ChannelName, CommitId, Message, ObjectId, Rule, RuleSeverity, listed};
use crate::git::{Between, BetweenError, ChangedFile, ObjectReader, ReadError, Repository};
use crate::history::{Reader, Reading};
use crate::ledger::NoteSource;
use crate::reports::audience::Rules;
use crate::surface::{Side, SurfaceDifference, SurfaceError, SurfaceKind, SurfaceReader};

/// Which change is asked about.
#[derive(Clone, Copy)]
pub struct ChangeQuestion<'a> {
    pub repository: &'a Repository,
    pub config: &'a Config,
    /// What it is to be merged into, as people call it.
    pub base: (&'a str, CommitId),
    pub head: CommitId,
}

/// What the change needs and has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeLint {
    pub base: String,
    pub base_commit: CommitId,
    /// Where the change begins.
    pub fork: CommitId,
    pub head: CommitId,
    /// Newest first, merges left out.
    pub commits: Vec<LintedCommit>,
    /// How many files it touches.
    pub files: usize,
    /// What operators see of it, by the declared files that it touches.
    pub surface: Vec<SurfaceKind>,
    pub need: NoteNeed,
    /// Why, as a sentence without its end.
    pub why: String,
    /// Notes that it adds or edits, by path.
    pub notes: Vec<ChangedNote>,
}

/// A commit of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LintedCommit {
    pub commit: CommitId,
    pub subject: String,
    pub kind: ChangeKind,
    /// Whether it is news for somebody outside.
    pub is_news: bool,
}

/// Whether a note has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoteNeed {
    /// The gates of a channel that it matters to ask for one.
    Required,
    /// It is news, and no gate asks for a note.
    Recommended,
    None,
}

/// A note of the change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangedNote {
    pub path: String,
    /// False where it was there before and is edited.
    pub is_new: bool,
    /// `None` where it cannot be read.
    pub kind: Option<ChangeKind>,
}

/// Why a change could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ChangeLintError {
    #[error(transparent)]
    Between(#[from] BetweenError),
    #[error("cannot read the change")]
    Read(#[from] ReadError),
    #[error("cannot compare what operators see")]
    Surface(#[from] SurfaceError),
}

/// A note of the change, read.
struct OwnNote {
    source: NoteSource,
    is_new: bool,
    /// `None` where it cannot be read.
    note: Option<Note>,
}

/// Looks at a change: what it needs, what is wrong with the notes it has, and what they leave out. The findings about its
/// notes by themselves are not among these; their sources come along to be looked at.
pub fn lint_change(
    question: &ChangeQuestion<'_>,
) -> Result<(ChangeLint, Vec<NoteFinding>, Vec<NoteSource>), ChangeLintError> {
    let ChangeQuestion { repository, config, base: (base, base_commit), head } = *question;
    let between: Between = repository.between(base_commit, head)?;
    let reader = repository.reader()?;
    let fork = reader.commit(between.fork)?;
    let files = reader.changed_files(Some(fork.tree), reader.commit(head)?.tree, usize::MAX)?;
    let commits = commits(config, &reader, &between.commits)?;
    let notes = notes(config, &reader, &files)?;
    let surface = surface(config, &files);
    let (need, why) = need(config, &commits, &files, &surface);
    let mut findings = Vec::new();
    findings.extend(missing_note(config, (base, need, &why), &notes));
    findings.extend(unsaid_breakage(config, &commits, &notes));
    if need != NoteNeed::None && !surface.is_empty() {
        let side = |name: &str, commit| Side { name: name.to_owned(), commit, version: None };
        let surface = SurfaceReader::open(repository, &config.surface)?;
        let difference = surface.compare(&side(base, between.fork), &side("the change", head), None)?;
        findings.extend(unsaid_surface(config, &difference, &notes));
    }
    let change = ChangeLint {
        base: base.to_owned(),
        base_commit,
        fork: between.fork,
        head,
        commits: commits.into_iter().map(|(commit, _)| commit).collect(),
        files: files.len(),
        surface,
        need,
        why,
        notes: notes.iter().map(OwnNote::told).collect(),
    };
    Ok((change, findings, notes.into_iter().map(|note| note.source).collect()))
}

impl OwnNote {
    fn told(&self) -> ChangedNote {
        let kind = self.note.as_ref().map(|note| note.kind);
        ChangedNote { path: self.source.path.clone(), is_new: self.is_new, kind }
    }

    /// A note that only records decisions is about other changes.
    fn is_about_the_change(&self) -> bool {
        self.note.as_ref().is_none_or(Note::is_about_a_change)
    }
}

fn commits(
    config: &Config,
    reader: &ObjectReader,
    ids: &[CommitId],
) -> Result<Vec<(LintedCommit, Reading)>, ReadError> {
    let (messages, ignore) = (Reader::new(&config.changes), &config.changes.ignore);
    let mut commits = Vec::new();
    for id in ids {
        let raw = reader.commit(*id)?;
        if raw.parents.len() > 1 {
            continue;
        }
        let message = Message::decode(&raw.message, raw.encoding.as_deref()).condense(false);
        let author = (raw.author.name.as_str(), raw.author.email.as_str());
        let reading = messages.read(&message.subject, &message.body, author);
        let kind = reading.kind.or_changed();
        let is_ignored = ignore.has_author(author.0, author.1)
            || ignore.has_subject(&message.subject)
            || reading.scope.as_deref().is_some_and(|scope| ignore.has_scope(scope));
        let is_news = kind != ChangeKind::Internal && !is_ignored;
        commits.push((LintedCommit { commit: *id, subject: message.subject, kind, is_news }, reading));
    }
    Ok(commits)
}

fn notes(config: &Config, reader: &ObjectReader, files: &[ChangedFile]) -> Result<Vec<OwnNote>, ReadError> {
    let channels: Vec<ChannelName> = config.channels.keys().cloned().collect();
    let blobs = files.iter().filter(|file| !file.is_submodule && config.changes.is_note(&file.path));
    let blobs = blobs.filter_map(|file| Some((file, file.new?)));
    let read = |(file, blob): (&ChangedFile, ObjectId)| {
        let bytes = reader.blob(blob)?;
        let note = config.changes.read_note(&file.path, &file.path, &bytes, Some(&channels)).ok();
        let source = NoteSource { path: file.path.clone(), location: file.path.clone(), bytes };
        Ok(OwnNote { source, is_new: file.old.is_none(), note })
    };
    blobs.map(read).collect()
}

/// The kinds of declared files that the change touches.
fn surface(config: &Config, files: &[ChangedFile]) -> Vec<SurfaceKind> {
    let declared = &config.surface;
    let touches = |kind: &SurfaceKind| {
        files.iter().any(|file| match kind {
            SurfaceKind::Configuration => declared.configuration.matches(&file.path),
            SurfaceKind::Migrations => declared.migrations.iter().any(|variant| variant.paths.matches(&file.path)),
            SurfaceKind::Requirements => declared.requirements.matches(&file.path),
            SurfaceKind::Deprecations => declared.deprecations.matches(&file.path),
        })
    };
    SurfaceKind::ALL.into_iter().filter(touches).collect()
}

/// Whether a note has to be there, and why.
fn need(
    config: &Config,
    commits: &[(LintedCommit, Reading)],
    files: &[ChangedFile],
    surface: &[SurfaceKind],
) -> (NoteNeed, String) {
    let changes = &config.changes;
    let is_silent = commits.is_empty() && files.is_empty();
    if is_silent {
        return (NoteNeed::None, "there is nothing in it".to_owned());
    }
    let is_of_notes = !files.is_empty();
    let files: Vec<String> = files.iter().map(|file| file.path.clone()).filter(|path| !changes.is_note(path)).collect();
    if is_of_notes && files.is_empty() {
        return (NoteNeed::None, "it touches nothing but notes".to_owned());
    }
    let news: Vec<&(LintedCommit, Reading)> = commits.iter().filter(|(commit, _)| commit.is_news).collect();
    let all_in = |set: &crate::config::PathSet| {
        !set.is_empty() && !files.is_empty() && files.iter().all(|file| set.matches(file))
    };
    let is_out_of_sight = all_in(&changes.internal.paths) || all_in(&changes.ignore.paths);
    let what = match (news.first(), surface) {
        _ if is_out_of_sight => return (NoteNeed::None, "all of its files are declared to be no news".to_owned()),
        (None, []) => return (NoteNeed::None, "none of its commits is news for anybody outside".to_owned()),
        (Some((commit, _)), _) => format!("{} is {}", commit.commit.short(), with_article(commit.kind)),
        (None, kinds) => {
            let kinds: Vec<&str> = kinds.iter().map(|kind| kind.as_str()).collect();
            format!("it touches what operators see: {}", kinds.join(", "))
        }
    };
    let rules = Rules::new(changes);
    let is_for = |channel: &ChannelName| {
        let by_commit = news.iter().any(|(_, reading)| rules.is_for(channel, reading.scope.as_deref(), Some(&files)));
        by_commit || news.is_empty() && rules.is_for(channel, None, Some(&files))
    };
    let asking: Vec<&ChannelName> = config
        .versioned()
        .filter(|(_, channel)| channel.gates.notes == NotesRule::Required)
        .map(|(name, _)| name)
        .collect();
    let served: Vec<&ChannelName> = asking.iter().copied().filter(|name| is_for(name)).collect();
    match (asking.is_empty(), served.is_empty()) {
        (false, false) => (NoteNeed::Required, format!("{what}, and the gates of {} ask for a note", listed(&served))),
        (false, true) => {
            (NoteNeed::None, format!("it does not matter to {}, whose gates ask for notes", listed(&asking)))
        }
        (true, _) => (NoteNeed::Recommended, format!("{what}; no channel's gates ask for a note")),
    }
}

fn with_article(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Security => "a security fix",
        ChangeKind::Added => "something new",
        ChangeKind::Changed => "a change",
        ChangeKind::Deprecated => "a deprecation",
        ChangeKind::Removed => "a removal",
        ChangeKind::Fixed => "a fix",
        ChangeKind::Performance => "a change of performance",
        ChangeKind::Internal => "internal",
    }
}

fn missing_note(config: &Config, (base, need, why): (&str, NoteNeed, &str), notes: &[OwnNote]) -> Option<NoteFinding> {
    let severity = match need {
        NoteNeed::Required => RuleSeverity::Fail,
        NoteNeed::Recommended => RuleSeverity::Warn,
        NoteNeed::None => return None,
    };
    if notes.iter().any(OwnNote::is_about_the_change) {
        return None;
    }
    let hint = "write one with `twintrack note new` and commit it; what is no news says `Changelog: none` at the end of its \
                message";
    let words = (format!("it has no change note: {why}"), Some(hint.to_owned()));
    let subject = format!("the change since {base}");
    NoteFinding::weighed(&config.check, Rule::NoteOrNone, severity, (subject.as_str(), None), words)
}

/// A commit that breaks something, where no note says what.
fn unsaid_breakage(config: &Config, commits: &[(LintedCommit, Reading)], notes: &[OwnNote]) -> Option<NoteFinding> {
    let (commit, _) = commits.iter().find(|(commit, reading)| reading.is_breaking && commit.is_news)?;
    let own = notes.iter().filter_map(|own| own.note.as_ref()).collect::<Vec<_>>();
    if own.is_empty() || own.iter().any(|note| note.breaking.is_some()) {
        return None;
    }
    let path = notes.first().map(|note| note.source.path.as_str())?;
    let message = format!("{} breaks something, and no note says what", commit.commit.short());
    let hint = "add `breaking = \"…\"`: what stops working, and for whom".to_owned();
    let words = (message, Some(hint));
    NoteFinding::weighed(&config.check, Rule::NoteComplete, RuleSeverity::Fail, (path, Some((1, 1))), words)
}

/// What operators see change, where no note of ours says so. Other tools' notes have no blocks for it.
fn unsaid_surface(config: &Config, difference: &SurfaceDifference, notes: &[OwnNote]) -> Vec<NoteFinding> {
    let own: Vec<(&str, &Note)> = notes
        .iter()
        .filter(|own| config.changes.foreign_of(&own.source.path).is_none() && own.is_about_the_change())
        .filter_map(|own| Some((own.source.path.as_str(), own.note.as_ref()?)))
        .collect();
    let Some((path, _)) = own.first() else { return Vec::new() };
    let said_keys: Vec<&str> =
        own.iter().flat_map(|(_, note)| &note.configuration).map(|key| key.key.as_str()).collect();
    let said_migrations: Vec<&str> =
        own.iter().flat_map(|(_, note)| &note.migrations).map(|it| it.id.as_str()).collect();
    let said_requirements: Vec<&str> =
        own.iter().flat_map(|(_, note)| &note.requirements).map(|it| it.name.as_str()).collect();
    let keys = &difference.configuration;
    let keys = (keys.added.iter().map(|it| &it.key))
        .chain(keys.removed.iter().map(|it| &it.key))
        .chain(keys.changed.iter().map(|it| &it.key))
        .chain(keys.renamed.iter().map(|it| &it.from));
    let keys: Vec<&str> = keys.map(String::as_str).filter(|key| !said_keys.contains(key)).collect();
    // A note may call a migration by its number or its file.
    let is_said = |id: &str, file: &str| {
        said_migrations.iter().any(|said| id == *said || file.contains(said) || said.contains(id))
    };
    let migrations = difference.migrations.added.iter().filter(|it| !is_said(&it.id, &it.file));
    let migrations: Vec<&str> = migrations.map(|it| it.id.as_str()).collect();
    let requirements: Vec<&str> = difference
        .requirements
        .iter()
        .map(|it| it.name.as_str())
        .filter(|name| !said_requirements.contains(name))
        .collect();
    let unsaid = [
        (keys, "[[configuration]]", "configuration keys change", "`key` and `change` for each"),
        (migrations, "[[migration]]", "migrations are added", "`id`, `phase` and `rollback` for each"),
        (requirements, "[[requirement]]", "requirements change", "`name` and `minimum` for each"),
    ];
    let finding = |(names, block, what, fields): (Vec<&str>, &str, &str, &str)| {
        let names = (!names.is_empty()).then(|| some(&names))?;
        let words = (format!("{what} that no note speaks of: {names}"), Some(format!("add `{block}` with {fields}")));
        NoteFinding::weighed(&config.check, Rule::NoteComplete, RuleSeverity::Fail, (path, Some((1, 1))), words)
    };
    unsaid.into_iter().filter_map(finding).collect()
}

/// The first names, and how many more there are.
fn some(names: &[&str]) -> String {
    const NAMED: usize = 5;
    let named: Vec<String> = names.iter().take(NAMED).map(|name| format!("`{name}`")).collect();
    match names.len().saturating_sub(NAMED) {
        0 => named.join(", "),
        more => format!("{} and {more} more", named.join(", ")),
    }
}

#[cfg(test)]
mod tests;
