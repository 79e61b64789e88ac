//! What people name a moment of history by: a release, a deploy, a line, a branch or tag, a commit.

use super::model::{ChannelState, Line, Release};
use super::read::Ledger;
use crate::domain::{CommitId, listed, nearest};

/// How many names a hint lists.
const LISTED: usize = 8;

/// A point in history that somebody named.
#[derive(Debug, Clone)]
pub struct Point<'l> {
    /// The version of a release, else as it was named.
    pub name: String,
    pub commit: CommitId,
    /// The line that was named, or that the release is on.
    pub line: Option<&'l Line>,
    pub release: Option<&'l Release>,
}

/// Why a name leads nowhere.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PointError {
    #[error("`{name}` is no release, tag, line, branch or commit of this repository")]
    Unknown { name: String, known: Vec<String> },
    #[error("`{name}` lies on no trunk, line, release or deploy that was read")]
    OutsideHistory { name: String },
    #[error("`{name}` fits {count} commits")]
    AmbiguousCommit { name: String, count: usize },
    #[error("there is no channel `{name}`")]
    UnknownChannel { name: String, known: Vec<String> },
}

impl PointError {
    /// Things to do about it; the nearest name first.
    pub fn hints(&self) -> Vec<String> {
        match self {
            Self::Unknown { name, known } => known_names(name, known, "releases"),
            Self::OutsideHistory { .. } => {
                vec!["name a commit that trunk or a line reaches, or fetch the branch it is on".to_owned()]
            }
            Self::AmbiguousCommit { .. } => vec!["give more digits of the commit id".to_owned()],
            Self::UnknownChannel { name, known } => known_names(name, known, "channels"),
        }
    }
}

/// Hints for a name that is not among those known: the one that may be meant, and the first of all.
pub fn known_names(name: &str, known: &[String], what: &str) -> Vec<String> {
    let mut hints = Vec::new();
    if let Some(nearest) = nearest(name, known.iter().map(String::as_str)) {
        hints.push(format!("did you mean `{nearest}`?"));
    }
    if known.is_empty() {
        hints.push(format!("no {what} are known; fetch branches and tags: `git fetch --tags`"));
    } else {
        let more = if known.len() > LISTED { format!(" and {} more", known.len() - LISTED) } else { String::new() };
        hints.push(format!("known {what}: {}{more}", listed(&known[..known.len().min(LISTED)])));
    }
    hints
}

impl Ledger {
    /// The channel of a name that somebody typed.
    pub fn known_channel(&self, name: &str) -> Result<&ChannelState, PointError> {
        self.channel(name).ok_or_else(|| PointError::UnknownChannel {
            name: name.to_owned(),
            known: self.channels.iter().map(|channel| channel.name.to_string()).collect(),
        })
    }

    /// Finds a release of `channel`, one of another channel, a deploy, a line, a tag or branch, a commit, in this order.
    pub fn point(&self, channel: Option<&ChannelState>, name: &str) -> Result<Point<'_>, PointError> {
        let own = self.channels.iter().filter(|known| channel.is_some_and(|channel| channel.name == known.name));
        let others = self.channels.iter().filter(|known| channel.is_none_or(|channel| channel.name != known.name));
        let channels = || own.clone().chain(others.clone());
        for known in channels() {
            if let Some(found) = point_in(known, name) {
                return Ok(found);
            }
        }
        let at = |commit| Point { name: name.to_owned(), commit, line: None, release: None };
        if name == self.trunk.branch.as_str() {
            return Ok(at(self.trunk.commit));
        }
        if let Some(commit) = self.named_by_ref(name) {
            let is_read = self.graph.node(commit).is_some();
            return is_read.then(|| at(commit)).ok_or_else(|| PointError::OutsideHistory { name: name.to_owned() });
        }
        let known = || match channel {
            Some(channel) => channel.versions().collect(),
            None => channels().flat_map(ChannelState::versions).collect(),
        };
        self.named_by_id(name)?.map(at).ok_or_else(|| PointError::Unknown { name: name.to_owned(), known: known() })
    }

    fn named_by_ref(&self, name: &str) -> Option<CommitId> {
        ["refs/tags/", "refs/heads/", "refs/remotes/", "refs/remotes/origin/", ""]
            .iter()
            .find_map(|prefix| self.snapshot.find(&format!("{prefix}{name}")))
            .map(|entry| CommitId::new(entry.peeled.unwrap_or(entry.target)))
    }

    /// A commit by its id, of which seven digits are enough where they fit only one.
    fn named_by_id(&self, name: &str) -> Result<Option<CommitId>, PointError> {
        let lower = name.to_ascii_lowercase();
        if let Ok(id) = lower.parse::<CommitId>() {
            let is_read = self.graph.node(id).is_some();
            return is_read.then_some(Some(id)).ok_or_else(|| PointError::OutsideHistory { name: name.to_owned() });
        }
        if !(7..40).contains(&lower.len()) || !lower.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let ids = self.graph.nodes().map(|node| self.graph.id(node));
        let fitting: Vec<CommitId> = ids.filter(|id| id.to_string().starts_with(&lower)).collect();
        match fitting.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(*only)),
            several => Err(PointError::AmbiguousCommit { name: name.to_owned(), count: several.len() }),
        }
    }
}

fn point_in<'l>(channel: &'l ChannelState, name: &str) -> Option<Point<'l>> {
    if let Some((line, at)) = channel.find_release(name) {
        let release = &line.releases[at];
        let name = release.version.to_string();
        return Some(Point { name, commit: release.commit, line: Some(line), release: Some(release) });
    }
    let is_named = |tag: &crate::domain::TagName| tag.as_str() == name;
    if let Some(deploy) = channel.deploys.iter().find(|deploy| deploy.tag.as_ref().is_some_and(is_named)) {
        return Some(Point { name: name.to_owned(), commit: deploy.commit, line: None, release: None });
    }
    let line = channel.find_line(name)?;
    Some(Point { name: name.to_owned(), commit: line.tip, line: Some(line), release: None })
}

impl Line {
    /// Whether a name is its own but for the marks between the numbers: `7.2` for `7-2`.
    pub fn has_numbers(&self, name: &str) -> bool {
        let plain = |text: &str| text.replace(['-', '_'], ".");
        plain(&self.name) == plain(name)
    }
}

/// Those whose line bears a name; where none does, those whose line bears it with other marks between its numbers.
pub fn lines_named<'l, T>(all: impl IntoIterator<Item = T>, line: impl Fn(&T) -> &'l Line, name: &str) -> Vec<T> {
    let mut found: Vec<T> = all.into_iter().filter(|item| line(item).has_numbers(name)).collect();
    if found.iter().any(|item| line(item).name == name) {
        found.retain(|item| line(item).name == name);
    }
    found
}

impl ChannelState {
    /// A line by name, by its branch, or by its name with other marks between its numbers: `7.2` for `7-2`.
    pub fn find_line(&self, name: &str) -> Option<&Line> {
        let by_name = self.lines.iter().find(|line| line.name == name);
        let by_branch =
            || self.lines.iter().find(|line| line.branch.as_ref().is_some_and(|branch| branch.as_str() == name));
        let by_numbers = || self.lines.iter().find(|line| line.has_numbers(name));
        by_name.or_else(by_branch).or_else(by_numbers)
    }

    /// A release by tag, or by version with or without a `v`, with its place in its line.
    pub fn find_release(&self, name: &str) -> Option<(&Line, usize)> {
        let plain = name.strip_prefix('v').unwrap_or(name);
        let find = |fits: &dyn Fn(&Release) -> bool| {
            self.lines.iter().find_map(|line| Some((line, line.releases.iter().rposition(fits)?)))
        };
        find(&|release| release.tag.as_str() == name).or_else(|| find(&|release| release.version.as_str() == plain))
    }

    /// Versions of all releases, newest line first, highest version first.
    pub fn versions(&self) -> impl Iterator<Item = String> {
        self.lines.iter().flat_map(|line| line.releases.iter().rev()).map(|release| release.version.to_string())
    }
}
