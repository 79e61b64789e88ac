//! Whom a change matters to: the rules of `[changes]` by path and scope, applied to the commits of one change.

use crate::cache::Cache;
use crate::config::Changes;
use crate::domain::ChannelName;
use crate::git::{ReadError, Repository};
use crate::graph::{Graph, Node};
use crate::history::Files;

/// The rules, and the files of commits where a rule asks for them.
pub(super) struct Rules<'l> {
    changes: &'l Changes,
    /// `None` where no rule needs them, or nobody gave the objects.
    files: Option<Files>,
}

impl<'l> Rules<'l> {
    /// Rules by path do not apply until the files are there.
    pub(super) fn new(changes: &'l Changes) -> Self {
        Self { changes, files: None }
    }

    /// Applies the rules by path, too, where there are any.
    pub(super) fn open_files(&mut self, repository: &'l Repository, cache: &Cache) -> Result<(), ReadError> {
        if self.has_path_rules() {
            self.files = Some(Files::open(repository, cache)?);
        }
        Ok(())
    }

    fn has_path_rules(&self) -> bool {
        !self.changes.internal.paths.is_empty() || self.changes.audience.iter().any(|rule| !rule.paths.is_empty())
    }

    /// What rules by path could not be applied to, as a sentence.
    pub(super) fn notice(&self) -> Option<String> {
        if !self.has_path_rules() {
            return None;
        }
        match &self.files {
            None => Some("rules by path were not applied: the files of the changes were not read".to_owned()),
            Some(files) => match files.unknown() {
                0 => None,
                count => Some(format!("rules by path were not applied to {count} commits whose files are absent here")),
            },
        }
    }

    /// The files that the commits of a change touched; `None` where no rule asks, or one of them cannot be known.
    pub(super) fn files(&self, graph: &Graph, commits: &[Node]) -> Option<Vec<String>> {
        let files = self.files.as_ref()?;
        let mut found = Vec::new();
        for node in commits {
            found.extend(files.changed(graph, *node)?);
        }
        Some(found)
    }

    /// Whether there are files, and all of them are of the kind that is no news.
    pub(super) fn are_internal(&self, files: &[String]) -> bool {
        !files.is_empty() && files.iter().all(|file| self.changes.internal.paths.matches(file))
    }

    /// Whether a change matters to a channel: the first rule that names its scope or one of its files decides.
    pub(super) fn is_for(&self, channel: &ChannelName, scope: Option<&str>, files: Option<&[String]>) -> bool {
        let rule = self.changes.audience.iter().find(|rule| {
            scope.is_some_and(|scope| rule.scopes.iter().any(|known| known.matches(scope)))
                || files.is_some_and(|files| files.iter().any(|file| rule.paths.matches(file)))
        });
        rule.is_none_or(|rule| rule.channels.contains(channel))
    }
}
