//! What the changelog of a channel would tell although `[redaction]` keeps it back, and which change says it.
//!
//! Documents are held against the same patterns once they are rendered, in `publish`; here is known where a text comes from.

use serde::Serialize;

use super::changelog::{Changelog, ChangelogEntry, ChangelogSection};
use super::upgrade::Upgrade;
use crate::config::{Redaction, RedactionPattern};
use crate::domain::{ChannelName, CommitId};

/// A text of a change that a pattern fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RedactionLeak {
    /// The name of the pattern.
    pub pattern: String,
    /// What fits it.
    pub text: String,
    /// The change that says it.
    pub change: CommitId,
    /// The release, tag or line of whose section it is part; `None` for what waits on trunk.
    pub section: Option<String>,
}

impl std::fmt::Display for RedactionLeak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { pattern, text, change, section } = self;
        write!(f, "`{text}` fits `{pattern}`, in the words of change {}", change.short())?;
        section.iter().try_for_each(|section| write!(f, " of {section}"))
    }
}

/// Every text of a channel's changelog that a pattern fits, newest sections first; each text of a change once.
pub fn redaction_leaks(changelog: &Changelog, redaction: &Redaction) -> Vec<RedactionLeak> {
    let mut search = Search::new(&changelog.channel, redaction);
    changelog.sections_of.iter().for_each(|section| search.section(section));
    search.found
}

/// The same of one section, for what is written of a release alone.
pub fn section_leaks(section: &ChangelogSection, channel: &ChannelName, redaction: &Redaction) -> Vec<RedactionLeak> {
    let mut search = Search::new(channel, redaction);
    search.section(section);
    search.found
}

/// The same of the actions and sections of upgrade notes. What no commit says is passed over: it has no origin.
pub fn upgrade_leaks(upgrade: &Upgrade, redaction: &Redaction) -> Vec<RedactionLeak> {
    let mut search = Search::new(&upgrade.channel, redaction);
    for hop in &upgrade.hops {
        let section = hop.to.to_string();
        for action in &hop.actions {
            let Some(change) = action.commits.first() else { continue };
            let optional = [&action.instructions, &action.breaking, &action.affected, &action.verify, &action.more];
            let texts = std::iter::once(&action.text).chain(optional.into_iter().flatten()).chain(&action.refs);
            search.texts(texts.map(String::as_str), *change, Some(&section));
        }
    }
    let of_hops = upgrade.hops.iter().flat_map(|hop| &hop.sections);
    for item in upgrade.sections.iter().chain(of_hops).flat_map(|section| &section.items) {
        let Some(change) = item.commits.first() else { continue };
        let texts = std::iter::once(&item.text).chain(&item.code).chain(&item.details).chain(&item.commands);
        search.texts(texts.chain(&item.refs).map(String::as_str), *change, None);
    }
    search.found
}

/// Looks for the patterns of one channel.
struct Search<'r> {
    patterns: Vec<&'r RedactionPattern>,
    found: Vec<RedactionLeak>,
}

impl<'r> Search<'r> {
    fn new(channel: &'r ChannelName, redaction: &'r Redaction) -> Self {
        Self { patterns: redaction.of(channel.as_str()).collect(), found: Vec::new() }
    }

    fn section(&mut self, section: &ChangelogSection) {
        if self.patterns.is_empty() {
            return;
        }
        let release = &section.release;
        let name = (release.version.as_ref().map(ToString::to_string))
            .or_else(|| release.tag.as_ref().map(ToString::to_string))
            .or_else(|| release.line.clone());
        for (_, entry) in section.entries() {
            self.texts(texts(entry), entry.id, name.as_deref());
        }
        for erratum in &section.errata {
            self.texts([erratum.text.as_str()], erratum.id, name.as_deref());
        }
    }

    fn texts<'t>(&mut self, texts: impl IntoIterator<Item = &'t str>, change: CommitId, section: Option<&str>) {
        for text in texts {
            for pattern in &self.patterns {
                for fit in pattern.regex.find_iter(text) {
                    // What several lines got is told once.
                    let is_known = self.found.iter().any(|known| {
                        known.change == change && known.text == fit.as_str() && known.pattern == pattern.name
                    });
                    if !is_known {
                        self.found.push(RedactionLeak {
                            pattern: pattern.name.clone(),
                            text: fit.as_str().to_owned(),
                            change,
                            section: section.map(str::to_owned),
                        });
                    }
                }
            }
        }
    }
}

/// Everything of an entry that documents show.
fn texts(entry: &ChangelogEntry) -> impl Iterator<Item = &str> {
    let optional = [&entry.scope, &entry.breaking_text, &entry.operator, &entry.details];
    std::iter::once(entry.text.as_str())
        .chain(optional.into_iter().flatten().map(String::as_str))
        .chain(entry.refs.iter().map(String::as_str))
}
