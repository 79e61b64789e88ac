//! How commits become changes that people read of: notes, Conventional Commits, audiences, and what stays internal.

use std::fmt;

use indexmap::IndexMap;
use regex::Regex;

use super::decision::Decision;
use super::defaults;
use super::note::{ForeignNotes, NoteFormat};
use super::path_set::PathSet;
use crate::domain::{ChangeKind, ChannelName, Period};

/// `[changes]`.
#[derive(Debug, Clone)]
pub struct Changes {
    /// The directory of our own change notes, without a slash at its end. Default: `changes`.
    pub directory: String,
    /// The format in which the project writes notes; `None`: whatever the repository shows, beside our own.
    pub format: Option<NoteFormat>,
    /// Where the notes of another tool are, where the file says it.
    pub foreign_directory: Option<String>,
    /// Notes of other tools, as the repository shows them. Empty until the ledger has looked.
    pub foreign: Vec<ForeignNotes>,
    /// Whether subjects in the form of Conventional Commits are understood. Default: true; subjects in another form are
    /// never lost.
    pub conventional_commits: bool,
    /// Whether an entry is a commit or a merge. Default: auto.
    pub entries: EntriesFrom,
    /// Conventional Commit type, in lower case, to kind; what the file says laid over the defaults.
    pub kinds: IndexMap<String, ChangeKind>,
    /// What is no news for anybody.
    pub internal: CommitRules,
    /// Commits of lines that are never looked for on trunk.
    pub ignore: CommitRules,
    /// What a person decided about single changes, in the order of the file.
    pub decisions: Vec<Decision>,
    /// Which channels a change matters to; the first rule that matches wins, and no match means all channels.
    pub audience: Vec<AudienceRule>,
    /// Which lines a kind of change is wanted on; a kind that is absent is wanted on none.
    pub backport_policy: IndexMap<ChangeKind, WantedOn>,
    /// How long an embargoed fix may be released before it is on trunk. Default: not at all.
    pub upstream_grace: Option<Period>,
}

/// What holds where the section is absent.
impl Default for Changes {
    fn default() -> Self {
        Self {
            directory: defaults::NOTES.to_owned(),
            format: None,
            foreign_directory: None,
            foreign: Vec::new(),
            conventional_commits: true,
            entries: EntriesFrom::Auto,
            kinds: defaults::kinds(),
            internal: CommitRules::default(),
            ignore: CommitRules::default(),
            decisions: Vec::new(),
            audience: Vec::new(),
            backport_policy: IndexMap::new(),
            upstream_grace: None,
        }
    }
}

/// What one entry of a changelog is made from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EntriesFrom {
    /// Merges where the first-parent chain of the range is mostly merges of pull requests, else commits.
    #[default]
    Auto,
    /// Each commit that is no merge.
    Commits,
    /// Each merge of the first-parent chain, with the commits it brought.
    Merges,
}

/// Which lines a kind of change is wanted on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WantedOn {
    /// Active lines and those that get security fixes.
    Maintained,
    /// Active lines.
    Active,
    /// The newest line alone.
    Newest,
    /// LTS lines that are maintained.
    Lts,
    /// No line.
    None,
}

/// One `[[changes.audience]]`. A change matches where one of its files or its scope does.
#[derive(Debug, Clone)]
pub struct AudienceRule {
    pub paths: PathSet,
    pub scopes: Vec<Wildcard>,
    /// The channels it matters to, in the order of the file; empty: to nobody outside.
    pub channels: Vec<ChannelName>,
}

/// `[changes.internal]` and `[changes.ignore]`: commits by what is plain to see of them; any of the rules is enough.
#[derive(Debug, Clone, Default)]
pub struct CommitRules {
    /// Matched against the author's name and against the e-mail address.
    pub authors: Vec<Wildcard>,
    /// Matched against the scope of a Conventional Commit.
    pub scopes: Vec<Wildcard>,
    /// Searched for in the subject.
    pub subjects: Vec<Regex>,
    /// A change matches where all of its files are in the set.
    pub paths: PathSet,
}

impl CommitRules {
    /// Whether a rule names the author.
    pub fn has_author(&self, name: &str, email: &str) -> bool {
        self.authors.iter().any(|author| author.matches(name) || author.matches(email))
    }

    /// Whether a rule names the scope.
    pub fn has_scope(&self, scope: &str) -> bool {
        self.scopes.iter().any(|known| known.matches(scope))
    }

    /// Whether a rule finds itself in the subject.
    pub fn has_subject(&self, subject: &str) -> bool {
        self.subjects.iter().any(|known| known.is_match(subject))
    }
}

/// Text in which `*` stands for any text; everything else, brackets too, is literal, since `renovate[bot]` is a name.
/// Case does not matter.
#[derive(Clone)]
pub struct Wildcard {
    text: String,
    regex: Regex,
}

/// Why a text is no wildcard.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WildcardError {
    #[error("it is empty")]
    Empty,
    #[error("it is too long")]
    TooLong,
}

impl Wildcard {
    /// Compiles `text`.
    pub fn new(text: &str) -> Result<Self, WildcardError> {
        if text.is_empty() {
            return Err(WildcardError::Empty);
        }
        let source = text.split('*').map(regex::escape).collect::<Vec<_>>().join(".*");
        let regex = Regex::new(&format!("(?is)^{source}$")).map_err(|_| WildcardError::TooLong)?;
        Ok(Self { text: text.to_owned(), regex })
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether all of `text` fits.
    pub fn matches(&self, text: &str) -> bool {
        self.regex.is_match(text)
    }
}

impl fmt::Debug for Wildcard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text_and_brackets_for_themselves() {
        for (wildcard, text, matches) in [
            ("renovate[bot]", "renovate[bot]", true),
            ("renovate[bot]", "renovateb", false),
            ("*[bot]", "Dependabot[bot]", true),
            ("*@ci.example.com", "Deploy@ci.example.com", true),
            ("*@ci.example.com", "deploy@ci.example.com.org", false),
            ("ci", "ci/lint", false),
        ] {
            assert_eq!(Wildcard::new(wildcard).unwrap().matches(text), matches, "{wildcard} {text}");
        }
        assert!(Wildcard::new("").is_err());
    }
}
