//! What the changelog of a channel would tell although `[redaction]` keeps it back, and which change says it.
//!
//! Documents are held against the same patterns once they are rendered, in `publish`; here is known where a text comes from.

use serde::Serialize;

use super::changelog::{Changelog, ChangelogEntry};
use crate::config::{Redaction, RedactionPattern};
use crate::domain::CommitId;

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

/// Every text of a channel's changelog that a pattern fits, newest sections first; each text of a change once.
pub fn redaction_leaks(changelog: &Changelog, redaction: &Redaction) -> Vec<RedactionLeak> {
    let patterns: Vec<&RedactionPattern> = redaction.of(changelog.channel.as_str()).collect();
    let mut found: Vec<RedactionLeak> = Vec::new();
    if patterns.is_empty() {
        return found;
    }
    for section in &changelog.sections_of {
        let release = &section.release;
        let name = (release.version.as_ref().map(ToString::to_string))
            .or_else(|| release.tag.as_ref().map(ToString::to_string))
            .or_else(|| release.line.clone());
        for (_, entry) in section.entries() {
            for pattern in &patterns {
                for text in texts(entry) {
                    let leaks = pattern.regex.find_iter(text).map(|fit| RedactionLeak {
                        pattern: pattern.name.clone(),
                        text: fit.as_str().to_owned(),
                        change: entry.id,
                        section: name.clone(),
                    });
                    for leak in leaks {
                        // What several lines got is told once.
                        if !found.iter().any(|known| {
                            known.change == leak.change && known.text == leak.text && known.pattern == leak.pattern
                        }) {
                            found.push(leak);
                        }
                    }
                }
            }
        }
    }
    found
}

/// Everything of an entry that documents show.
fn texts(entry: &ChangelogEntry) -> impl Iterator<Item = &str> {
    let optional = [&entry.scope, &entry.breaking_text, &entry.operator];
    std::iter::once(entry.text.as_str())
        .chain(optional.into_iter().flatten().map(String::as_str))
        .chain(entry.refs.iter().map(String::as_str))
}
