//! The report: all rules in their order, and what their findings weigh.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use chrono::{Months, NaiveDate};

use super::books::{Book, Shelves};
use super::entries::already_released;
use super::files;
use super::model::{AuditFinding, AuditReport, AuditedFile, FileCopy, Found};
use super::promotions;
use super::sections::Sections;
use super::tags::Tags;
use super::untold::Untold;
use crate::cache::Cache;
use crate::config::{Audit, RuleSetting, Versioned};
use crate::domain::{AuditRule, ChangeKind, ObjectId, RuleSeverity};
use crate::git::{ReadError, Repository};
use crate::ledger::{ChannelState, Ledger, NotesError};
use crate::reports::changelog::{ChangelogError, ChangelogReader, ChangelogSpan, ContentsError};
use crate::reports::gates::NoteFinder;
use crate::reports::signatures::{SignaturesError, signatures};

/// What tags were and are elsewhere, by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KnownTags {
    /// When this clone was last audited.
    pub seen: BTreeMap<String, ObjectId>,
    /// At a remote that was asked.
    pub remote: BTreeMap<String, ObjectId>,
}

/// What is audited.
pub struct AuditSources<'l> {
    pub ledger: &'l Ledger,
    pub repository: &'l Repository,
    pub cache: &'l Cache,
    pub known: &'l KnownTags,
    /// Only what was released since then; `None`: as the configuration says, else everything.
    pub since: Option<NaiveDate>,
    /// What may be told of changes depends on the day.
    pub today: NaiveDate,
}

/// Why nothing could be audited.
#[derive(Debug, thiserror::Error)]
pub enum AuditError {
    #[error("cannot read what was published")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Signatures(#[from] SignaturesError),
    #[error(transparent)]
    Changelog(#[from] ChangelogError),
    #[error(transparent)]
    Contents(#[from] ContentsError),
    #[error(transparent)]
    Notes(#[from] NotesError),
}

/// Holds every rule that is not switched off against the repository.
pub fn audit(sources: &AuditSources<'_>) -> Result<AuditReport, AuditError> {
    let ledger = sources.ledger;
    let policy = &ledger.config.audit;
    let since = sources.since.or(policy.since);
    let reader = sources.repository.reader()?;
    let shelves = Shelves { ledger, reader: &reader, named: &policy.changelogs };
    let (mut found, mut books, mut notices) = (Vec::new(), Vec::new(), Vec::new());
    let mut releases = 0;
    for (name, config) in ledger.config.versioned() {
        let Some(channel) = ledger.channel(name.as_str()) else { continue };
        let count = channel.lines.iter().map(|line| line.releases.len()).sum::<usize>();
        releases += count;
        let own = shelves.books(channel)?;
        if own.is_empty() && count > 0 {
            notices.push(format!(
                "no changelog of channel {name} was found on trunk or a line; `changelogs` under `[audit]` names it"
            ));
        }
        found.extend(Sections { shelves: &shelves, channel, books: &own, since }.found());
        found.extend(Untold { shelves: &shelves, channel, books: &own, since }.found()?);
        found.extend(already_released(ledger, channel, &own, since));
        found.extend(files::found(&reader, channel, config, since)?);
        found.extend(Tags { ledger, reader: &reader, channel, config, known: sources.known, since }.found()?);
        found.extend(promotions::found(ledger, &reader, channel, config, since)?);
        found.extend(unsigned(sources, policy, channel, since)?);
        found.extend(without_notes(sources, channel, config)?);
        found.extend(redacted(ledger, &own));
        books.extend(own);
    }
    if releases > 0 {
        found.extend(Tags::strays(ledger, since, &reader));
    }
    let cut = ledger.graph.cut();
    if !cut.is_empty() {
        notices.push("history is cut, the clone is shallow: what lies before that is not audited".to_owned());
    }
    let findings = weighed(policy, found);
    notices.extend(of_old(&findings, sources.today));
    Ok(AuditReport {
        passed: findings.iter().all(|finding| finding.severity != RuleSeverity::Fail),
        findings,
        off: AuditRule::all().filter(|rule| policy.of(*rule) == Some(RuleSetting::Off)).collect(),
        changelogs: books.iter().map(audited).collect(),
        releases,
        notices,
    })
}

fn audited(book: &Book) -> AuditedFile {
    AuditedFile {
        path: book.path.clone(),
        commit: book.commit,
        line: book.line.clone(),
        channel: book.channel.clone(),
        versions: book.changelog.sections.iter().filter(|section| section.version.is_some()).count(),
    }
}

/// How much of what was found nobody will mend any more.
fn of_old(findings: &[AuditFinding], today: NaiveDate) -> Option<String> {
    let is_old = |finding: &&AuditFinding| finding.released_on.is_some_and(|day| day + Months::new(12) < today);
    let count = findings.iter().filter(is_old).count();
    (count > 0).then(|| {
        format!(
            "about what is older than a year: {count} of {} findings; `--since \"1 year\"` leaves them out",
            findings.len()
        )
    })
}

/// Findings with their weights, each once: what copies of one file on several lines say is one finding. What matters comes
/// first.
fn weighed(policy: &Audit, found: Vec<Found>) -> Vec<AuditFinding> {
    let mut findings: Vec<AuditFinding> = Vec::new();
    // Where a finding of a file stands, and the line whose copy it was found in first.
    let mut places: BTreeMap<(AuditRule, String, String), (usize, Option<String>)> = BTreeMap::new();
    for found in found {
        let severity = match policy.of(found.rule) {
            Some(RuleSetting::Off) => continue,
            Some(RuleSetting::Weighs(severity)) => severity,
            None => found.severity.unwrap_or_else(|| found.rule.usual_severity()),
        };
        let Found { rule, subject, message, hint, released_on, copy, .. } = found;
        if let Some(FileCopy { path, line, shared }) = copy {
            let (at, own) = places.entry((rule, path, shared)).or_insert_with(|| (findings.len(), line.clone()));
            if let Some(known) = findings.get_mut(*at) {
                known.also_on.extend(line.filter(|line| Some(line) != own.as_ref() && !known.also_on.contains(line)));
                continue;
            }
        }
        let hint = hint.map(str::to_owned);
        findings.push(AuditFinding { rule, severity, subject, message, hint, released_on, also_on: Vec::new() });
    }
    findings.sort_by_key(|finding| (finding.severity, finding.rule, Reverse(finding.released_on)));
    findings
}

/// Entries that show what must not reach people outside.
fn redacted(ledger: &Ledger, books: &[Book]) -> Vec<Found> {
    let mut found = Vec::new();
    for book in books {
        let entries = book.changelog.sections.iter().flat_map(|section| &section.entries);
        for entry in entries {
            let patterns = ledger.config.redaction.of(book.channel.as_str());
            for pattern in patterns.filter(|pattern| pattern.regex.is_match(&entry.text)) {
                let message = format!("it shows what pattern `{}` keeps back", pattern.name);
                found.push(
                    Found::in_book(AuditRule::Redaction, book, entry.line, message)
                        .shared(format!("{} {}", pattern.name, entry.text))
                        .hint("take it out of the changelog; what was published once stays known"),
                );
            }
        }
    }
    found
}

/// Tags without a good signature, where signatures are demanded.
fn unsigned(
    sources: &AuditSources<'_>,
    policy: &Audit,
    channel: &ChannelState,
    since: Option<NaiveDate>,
) -> Result<Vec<Found>, AuditError> {
    if !policy.is_signed || policy.of(AuditRule::TagUnsigned) == Some(RuleSetting::Off) {
        return Ok(Vec::new());
    }
    let releases = channel.lines.iter().flat_map(|line| &line.releases);
    let asked = releases.filter(|release| since.is_none_or(|since| release.date.date_naive() >= since));
    let names: Vec<String> = asked.map(|release| release.tag.to_string()).collect();
    let report = signatures(sources.repository, &sources.ledger.snapshot, &names, None)?;
    let bad = names.iter().zip(&report.signatures).filter(|(_, signature)| !signature.signature.is_good());
    let told = bad.map(|(name, _)| {
        Found::new(AuditRule::TagUnsigned, name.as_str(), "it carries no good signature".to_owned()).hint(
            "see `twintrack verify` for what is wrong with it, and `gpg.ssh.allowedSignersFile` for who is trusted",
        )
    });
    Ok(told.collect())
}

/// The latest release of each maintained line, where notes are demanded.
fn without_notes(
    sources: &AuditSources<'_>,
    channel: &ChannelState,
    config: &Versioned,
) -> Result<Vec<Found>, AuditError> {
    if config.gates.notes != crate::config::NotesRule::Required {
        return Ok(Vec::new());
    }
    let ledger = sources.ledger;
    let changelogs = ChangelogReader::new(ledger).with_contents(sources.repository, sources.cache, sources.today)?;
    let notes = NoteFinder::open(sources.repository, ledger)?;
    let mut found = Vec::new();
    for line in channel.lines.iter().filter(|line| line.stage.is_maintained()) {
        let Some(latest) = line.latest() else { continue };
        let span = ChangelogSpan::Release(latest.tag.to_string());
        let changelog = changelogs.changelog(channel.name.as_str(), &span)?;
        let entries = changelog.sections_of.iter().flat_map(|section| section.entries());
        let news = entries.filter(|(kind, _)| *kind != ChangeKind::Internal).map(|(_, entry)| entry);
        let without: Vec<&str> =
            news.filter(|entry| notes.lacks_note(entry)).map(|entry| entry.text.as_str()).collect();
        if let Some(first) = without.first() {
            let changes = if without.len() == 1 { "1 change".to_owned() } else { format!("{} changes", without.len()) };
            let message = format!("{changes} without a note, such as `{first}`");
            let finding = Found::new(AuditRule::NotesIncomplete, latest.tag.as_str(), message);
            found.push(finding.released_on(latest.date.date_naive()));
        }
    }
    Ok(found)
}
