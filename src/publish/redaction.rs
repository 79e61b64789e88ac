//! Documents held against the patterns of `[redaction]` before anybody gets them.
//!
//! The invariant: what is looked at is what is written, after every template, so that no template and no configured text
//! slips past; marks that only a format needs are taken out first, so that an escaped text is found, too.
//!
//! Pages of the folder `team` are no channel's and may show everything: incident numbers and hosts are what a team works with,
//! and `publish --public` leaves the folder out.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::config::{Redaction, RedactionPattern};
use crate::domain::{ChannelName, CommitId};
use crate::reports::RedactionLeak;

/// A place of a document that shows what is kept back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leak {
    /// Relative to the published tree.
    pub file: String,
    /// Counted from one.
    pub line: usize,
    pub pattern: String,
    /// What fits it.
    pub text: String,
    /// The change that says it; `None` where it is a template, the configuration or a name.
    pub origin: Option<CommitId>,
}

/// Why documents are not written.
#[derive(Debug, thiserror::Error)]
#[error("the documents would show what `[redaction]` keeps back, in {}", places(.leaks.len()))]
pub struct RedactionError {
    /// In the order of the files, never empty.
    pub leaks: Vec<Leak>,
}

/// Places that are told one by one.
const TOLD: usize = 50;

impl RedactionError {
    /// Each place with what it shows and where that comes from.
    pub fn findings(&self) -> Vec<String> {
        let mut told: Vec<String> = self.leaks.iter().take(TOLD).map(ToString::to_string).collect();
        if self.leaks.len() > TOLD {
            told.push(format!("and {} more", places(self.leaks.len() - TOLD)));
        }
        told
    }

    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        // The section of a release keeps its words for ever, and the channels that its note names, whatever trunk says since.
        let of_change = "before its release, correct the words of a change in its note, or keep it from the channel by \
            `channels` there; after it, keep it from the channel by a rule of `[[changes.audience]]`, which counts where its \
            note names no channels, or narrow the pattern";
        let of_other = "take it out of the template or of release.toml";
        Some(match self.leaks.iter().any(|leak| leak.origin.is_some()) {
            true => of_change.to_owned(),
            false => of_other.to_owned(),
        })
    }
}

impl std::fmt::Display for Leak {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { file, line, pattern, text, origin } = self;
        write!(f, "{file}:{line}: `{text}` fits `{pattern}`, ")?;
        match origin {
            Some(commit) => write!(f, "from change {}", commit.short()),
            None => f.write_str("from no change: a template, a name or release.toml"),
        }
    }
}

fn places(count: usize) -> String {
    if count == 1 { "1 place".to_owned() } else { format!("{count} places") }
}

/// Holds the published files against the patterns. A file below the directory of a channel is that channel's; any other one
/// is for everybody. `known` are the texts of changes that patterns fit.
pub fn check_redaction(
    files: &BTreeMap<String, Vec<u8>>,
    redaction: &Redaction,
    known: &[RedactionLeak],
) -> Result<(), RedactionError> {
    let mut leaks: Vec<Leak> = Vec::new();
    for (path, bytes) in files {
        let folder = path.split_once('/').map(|(folder, _)| folder);
        leaks.extend(leaks_of(path, bytes, &patterns_of(redaction, folder), known));
    }
    if leaks.is_empty() { Ok(()) } else { Err(RedactionError { leaks }) }
}

/// The same for one document that a command prints. `channel` is whose readers get it; `None`: everybody.
pub fn check_document(
    name: &str,
    bytes: &[u8],
    channel: Option<&ChannelName>,
    redaction: &Redaction,
    known: &[RedactionLeak],
) -> Result<(), RedactionError> {
    let leaks = leaks_of(name, bytes, &patterns_of(redaction, channel.map(ChannelName::as_str)), known);
    if leaks.is_empty() { Ok(()) } else { Err(RedactionError { leaks }) }
}

fn patterns_of<'r>(redaction: &'r Redaction, channel: Option<&'r str>) -> Vec<&'r RedactionPattern> {
    match channel {
        Some(channel) => redaction.of(channel).collect(),
        None => redaction.patterns.iter().collect(),
    }
}

fn leaks_of(path: &str, bytes: &[u8], patterns: &[&RedactionPattern], known: &[RedactionLeak]) -> Vec<Leak> {
    let mut leaks: Vec<Leak> = Vec::new();
    if patterns.is_empty() {
        return leaks;
    }
    let text = String::from_utf8_lossy(bytes);
    for (at, line) in text.lines().enumerate() {
        let plain = plain(line, path.ends_with(".html"));
        for pattern in patterns {
            for fit in pattern.regex.find_iter(&plain) {
                let is_same = |leak: &RedactionLeak| leak.pattern == pattern.name && leak.text == fit.as_str();
                leaks.push(Leak {
                    file: path.to_owned(),
                    line: at + 1,
                    pattern: pattern.name.clone(),
                    text: fit.as_str().to_owned(),
                    origin: known.iter().find(|leak| is_same(leak)).map(|leak| leak.change),
                });
            }
        }
    }
    leaks
}

/// The line as people read it: without the marks that only its format needs.
fn plain(line: &str, is_html: bool) -> Cow<'_, str> {
    match is_html {
        true if line.contains('&') => {
            let known = [
                ("&lt;", "<"),
                ("&gt;", ">"),
                ("&quot;", "\""),
                ("&#x27;", "'"),
                ("&#39;", "'"),
                ("&#x3D;", "="),
                ("&#x60;", "`"),
            ];
            let text = known.iter().fold(line.to_owned(), |text, (mark, plain)| text.replace(mark, plain));
            Cow::Owned(text.replace("&amp;", "&"))
        }
        false if line.contains(['\\', '&']) => {
            let mut text = String::with_capacity(line.len());
            let mut characters = line.chars().peekable();
            while let Some(c) = characters.next() {
                let is_mark = c == '\\' && characters.peek().is_some_and(char::is_ascii_punctuation);
                if is_mark {
                    text.extend(characters.next());
                } else {
                    text.push(c);
                }
            }
            Cow::Owned(plain(&text, true).into_owned())
        }
        _ => Cow::Borrowed(line),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Origin};
    use crate::domain::ObjectId;

    const POLICY: &str = r#"schema = 1
[channels.managed]
kind = "continuous"
tag = "d/{environment}/{date}.{seq}"
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
[redaction]
patterns = [
    { name = "incident", regex = "INC-[0-9]+" },
    { name = "host", regex = "db_[a-z]+\\.internal", channels = ["managed", "self-hosted"] },
]
"#;

    fn found(files: &[(&str, &str)], known: &[RedactionLeak]) -> Vec<String> {
        let config = Config::read(POLICY, Origin::Recognised).unwrap();
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        check_redaction(&files, &config.redaction, known).map_or_else(|error| error.findings(), |()| Vec::new())
    }

    #[test]
    fn a_pattern_holds_for_the_documents_of_its_channels_and_for_shared_ones() {
        let files = [
            ("index.md", "a\nINC-1\n"),
            ("managed/changelog.md", "INC-2\n"),
            ("managed/operations.md", "db\\_a.internal\n"),
            ("team/operations.md", "INC-4 on db_a.internal\n"),
            ("self-hosted/1.8/changelog.html", "<li>db_b.internal &amp; INC-3</li>\n"),
        ];
        let change = CommitId::new(ObjectId::from_slice(&[0xab; 20]).unwrap());
        let leak = RedactionLeak { pattern: "incident".into(), text: "INC-3".into(), change, section: None };
        assert_eq!(
            found(&files, &[leak]),
            [
                "index.md:2: `INC-1` fits `incident`, from no change: a template, a name or release.toml",
                "managed/operations.md:1: `db_a.internal` fits `host`, from no change: a template, a name or release.toml",
                "self-hosted/1.8/changelog.html:1: `INC-3` fits `incident`, from change ababababa",
                "self-hosted/1.8/changelog.html:1: `db_b.internal` fits `host`, from no change: a template, a name or release.toml",
            ]
        );
        assert!(found(&[("self-hosted/1.8/changelog.md", "INC-x\n")], &[]).is_empty());
    }

    #[test]
    fn a_printed_document_is_held_against_what_its_readers_may_see() {
        let config = Config::read(POLICY, Origin::Recognised).unwrap();
        let places = |channel: Option<&str>| {
            let channel = channel.map(|name| name.parse::<ChannelName>().unwrap());
            let text = b"# INC-1\n\non db_a.internal\n";
            check_document("upgrade.md", text, channel.as_ref(), &config.redaction, &[])
                .map_or_else(|error| error.leaks.iter().map(|leak| leak.line).collect::<Vec<_>>(), |()| Vec::new())
        };
        assert_eq!(places(Some("self-hosted")), [1, 3]);
        assert_eq!(places(Some("managed")), [3]);
        assert_eq!(places(None), [1, 3]);
    }
}
