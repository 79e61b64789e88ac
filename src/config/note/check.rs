//! From what was typed to what is meant, for the note as a whole; its blocks are looked at beside this file.

use chrono::NaiveDate;
use indexmap::IndexMap;

use super::check_blocks::{
    check_configuration, check_deprecations, check_errata, check_known_issues, check_migrations, check_operator,
    check_requirements, check_security,
};
use super::model::Note;
use super::shape::NoteShape;
use super::text::NoteText;
use crate::config::check::{Collector, check_decisions};
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::shape::OneOrMany;
use crate::domain::{ChangeKind, ChannelName, LineName};

/// The checked note. It counts only where nothing was reported. `channels` are the names that `release.toml` has; `None`
/// where nobody knows.
pub(super) fn check_note(
    found: &mut Collector<'_>,
    shape: NoteShape,
    text: NoteText,
    channels: Option<&[ChannelName]>,
) -> Note {
    let root = KeyPath::root();
    let only_decides = text.is_empty() && found.is_written(&root.key("decision"));
    let kind = match shape.kind {
        None if only_decides => ChangeKind::Internal,
        kind => found.require(&root.key("kind"), kind, "kind = \"fixed\"").unwrap_or(ChangeKind::Internal),
    };
    if text.summary.is_empty() && kind != ChangeKind::Internal {
        found.report(&root, Fault::NoText);
    }
    let backport = list(found, &root.key("backport"), shape.backport);
    let not_needed = check_not_needed(found, &root.key("not-needed"), shape.not_needed, &backport);
    Note {
        kind,
        channels: check_channels(found, &root.key("channels"), shape.channels, channels),
        scope: found.text(&root.key("scope"), shape.scope),
        refs: texts(found, &root.key("refs"), shape.refs),
        breaking: found.text(&root.key("breaking"), shape.breaking),
        announce_on: shape.announce_on.map(|day| day.0),
        backport,
        not_needed,
        carried_by: list(found, &root.key("carried-by"), shape.carried_by),
        decisions: check_decisions(found, &root.key("decision"), shape.decision.unwrap_or_default()),
        operator: check_operator(found, &root.key("operator"), shape.operator, &text),
        configuration: check_configuration(found, &root.key("configuration"), shape.configuration),
        migrations: check_migrations(found, &root.key("migration"), shape.migration),
        requirements: check_requirements(found, &root.key("requirement"), shape.requirement),
        deprecations: check_deprecations(found, &root.key("deprecation"), shape.deprecation),
        known_issues: check_known_issues(found, &root.key("known-issue"), shape.known_issue),
        security: check_security(found, &root.key("security"), shape.security, kind),
        errata: check_errata(found, &root.key("erratum"), shape.erratum),
        text,
    }
}

/// Unlike other lists this one may be empty: the change matters to nobody outside.
fn check_channels(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<OneOrMany<ChannelName>>,
    known: Option<&[ChannelName]>,
) -> Option<Vec<ChannelName>> {
    let written = written?;
    let place = |index: usize| if written.is_list { path.index(index) } else { path.clone() };
    let items: Vec<(KeyPath, ChannelName)> =
        written.items.iter().enumerate().map(|(index, name)| (place(index), name.clone())).collect();
    found.distinct(&items);
    for (path, name) in &items {
        if let Some(known) = known.filter(|known| !known.contains(name)) {
            let known = known.iter().map(ToString::to_string).collect();
            found.report_value(path, Fault::UnknownChannel { name: name.to_string(), known });
        }
    }
    Some(written.items)
}

fn check_not_needed(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<IndexMap<LineName, String>>,
    backport: &[LineName],
) -> IndexMap<LineName, String> {
    let written = written.unwrap_or_default();
    for (line, why) in &written {
        let path = path.key(line.as_str());
        if why.trim().is_empty() {
            found.report_value(&path, Fault::Empty);
        }
        if backport.contains(line) {
            found.report(&path, Fault::Wanted { line: line.to_string() });
        }
    }
    written
}

/// The items of a list, each once.
pub(super) fn list<T: PartialEq + ToString>(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<OneOrMany<T>>,
) -> Vec<T> {
    let items = found.items(path, written);
    found.distinct(&items);
    items.into_iter().map(|(_, item)| item).collect()
}

/// The texts of a list, each once and none of them empty.
pub(super) fn texts(found: &mut Collector<'_>, path: &KeyPath, written: Option<OneOrMany<String>>) -> Vec<String> {
    let items = found.items(path, written);
    found.distinct(&items);
    for (path, text) in &items {
        if text.trim().is_empty() {
            found.report_value(path, Fault::Empty);
        }
    }
    items.into_iter().map(|(_, text)| text).collect()
}

/// A day that has to be there.
pub(super) fn day(
    found: &mut Collector<'_>,
    path: &KeyPath,
    day: Option<crate::config::shape::Day>,
) -> Option<NaiveDate> {
    found.require(path, day, "on = 2026-12-03").map(|day| day.0)
}
