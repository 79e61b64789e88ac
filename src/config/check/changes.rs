//! `[changes]`.

use indexmap::IndexMap;

use super::collector::Collector;
use super::decision::check_decisions;
use crate::config::changes::{AudienceRule, Changes, CommitRules, EntriesFrom, WantedOn};
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::note::NoteFormat;
use crate::config::shape::{AudienceShape, ChangesShape, CommitRulesShape, EntriesWord, NoteFormatWord, WantedWord};
use crate::domain::{ChangeKind, ChannelName};

/// The section at `path`; `channels` are the names that the file has.
pub(super) fn check_changes(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: Option<ChangesShape>,
    channels: &[String],
) -> Changes {
    let Some(shape) = shape else { return Changes::default() };
    let usual = Changes::default();
    let audience = shape.audience.unwrap_or_default().into_iter().enumerate();
    let format = shape.format.map(|word| match word {
        NoteFormatWord::Twintrack => NoteFormat::Twintrack,
        NoteFormatWord::Reno => NoteFormat::Reno,
        NoteFormatWord::Towncrier => NoteFormat::Towncrier,
        NoteFormatWord::Chloggen => NoteFormat::Chloggen,
    });
    let directory = shape.directory.map(|directory| found.path(&path.key("directory"), directory));
    // What is said of another tool's format is said of its directory, too.
    let (own, foreign) = match format {
        None | Some(NoteFormat::Twintrack) => (directory, None),
        Some(_) => (None, directory),
    };
    Changes {
        directory: own.unwrap_or(usual.directory),
        format,
        foreign_directory: foreign,
        foreign: Vec::new(),
        conventional_commits: shape.conventional_commits.unwrap_or(usual.conventional_commits),
        entries: shape.entries.map_or(usual.entries, |word| match word {
            EntriesWord::Auto => EntriesFrom::Auto,
            EntriesWord::Commits => EntriesFrom::Commits,
            EntriesWord::Merges => EntriesFrom::Merges,
        }),
        kinds: laid_over(usual.kinds, shape.kinds.unwrap_or_default()),
        internal: check_rules(found, &path.key("internal"), shape.internal),
        ignore: check_rules(found, &path.key("ignore"), shape.ignore),
        decisions: check_decisions(found, &path.key("decision"), shape.decision.unwrap_or_default()),
        audience: audience
            .filter_map(|(index, rule)| check_audience(found, &path.key("audience").index(index), rule, channels))
            .collect(),
        backport_policy: check_policy(found, &path.key("backport-policy"), shape.backport_policy.unwrap_or_default()),
        upstream_grace: shape.upstream_grace,
    }
}

/// Types are compared in lower case, as Conventional Commits asks.
fn laid_over(
    mut usual: IndexMap<String, ChangeKind>,
    written: IndexMap<String, ChangeKind>,
) -> IndexMap<String, ChangeKind> {
    usual.extend(written.into_iter().map(|(word, kind)| (word.to_lowercase(), kind)));
    usual
}

fn check_rules(found: &mut Collector<'_>, path: &KeyPath, shape: Option<CommitRulesShape>) -> CommitRules {
    let Some(shape) = shape else { return CommitRules::default() };
    let subjects_path = path.key("subjects");
    let subjects = found.items(&subjects_path, shape.subjects);
    found.distinct(&subjects);
    CommitRules {
        authors: found.wildcards(&path.key("authors"), shape.authors),
        scopes: found.wildcards(&path.key("scopes"), shape.scopes),
        subjects: subjects.into_iter().filter_map(|(path, text)| found.expression(&path, text)).collect(),
        paths: found.globs(&path.key("paths"), shape.paths),
    }
}

fn check_audience(
    found: &mut Collector<'_>,
    path: &KeyPath,
    rule: AudienceShape,
    known: &[String],
) -> Option<AudienceRule> {
    let is_about_something = ["paths", "scopes"].iter().any(|key| found.is_written(&path.key(key)));
    if !is_about_something {
        found.report(path, Fault::AnyChange);
    }
    let paths = found.globs(&path.key("paths"), rule.paths);
    let scopes = found.wildcards(&path.key("scopes"), rule.scopes);
    let written = found.require(&path.key("channels"), rule.channels, "channels = [\"self-hosted\"]")?;
    // Unlike other lists this one may be empty: the change matters to nobody outside.
    let is_list = written.is_list;
    let mut channels: Vec<ChannelName> = Vec::new();
    for (index, name) in written.items.into_iter().enumerate() {
        let path = if is_list { path.key("channels").index(index) } else { path.key("channels") };
        match ChannelName::new(name.clone()) {
            Ok(channel) if known.contains(&name) => {
                if channels.contains(&channel) {
                    found.report_value(&path, Fault::Repeated { value: name });
                } else {
                    channels.push(channel);
                }
            }
            _ => found.report_value(&path, Fault::UnknownChannel { name, known: known.to_vec() }),
        }
    }
    Some(AudienceRule { paths, scopes, channels })
}

fn check_policy(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: IndexMap<String, WantedWord>,
) -> IndexMap<ChangeKind, WantedOn> {
    let by_kind = found.by_kind(path, written);
    by_kind
        .into_iter()
        .map(|(kind, (_, word))| {
            let wanted = match word {
                WantedWord::Maintained => WantedOn::Maintained,
                WantedWord::Active => WantedOn::Active,
                WantedWord::Newest => WantedOn::Newest,
                WantedWord::Lts => WantedOn::Lts,
                WantedWord::None => WantedOn::None,
            };
            (kind, wanted)
        })
        .collect()
}

impl Collector<'_> {
    /// A table whose keys are kinds of change, with the place of each value; `fix` and `fixed` are the same key.
    pub fn by_kind<T>(&mut self, path: &KeyPath, written: IndexMap<String, T>) -> IndexMap<ChangeKind, (KeyPath, T)> {
        let mut by_kind: IndexMap<ChangeKind, (KeyPath, T)> = IndexMap::new();
        for (word, value) in written {
            let path = path.key(&word);
            match word.parse::<ChangeKind>() {
                Err(why) => self.report(&path, Fault::Kind { why, word }),
                Ok(kind) if by_kind.contains_key(&kind) => {
                    self.report(&path, Fault::Repeated { value: kind.to_string() });
                }
                Ok(kind) => {
                    by_kind.insert(kind, (path, value));
                }
            }
        }
        by_kind
    }
}
