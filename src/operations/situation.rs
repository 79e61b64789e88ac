//! What every operation decides from: the repository as it was read, who acts when, and where the result is pushed.

use chrono::{DateTime, Utc};

use crate::cache::Cache;
use crate::git::{Identity, Repository, Signature};
use crate::ledger::Ledger;
use crate::reports::{ChangelogReader, ContentsError};

/// The situation of one run. Nothing in it changes while the operation decides.
#[derive(Clone, Copy)]
pub struct Situation<'a> {
    pub repository: &'a Repository,
    pub ledger: &'a Ledger,
    pub now: DateTime<Utc>,
    pub identity: &'a Identity,
    /// The id of this run, which goes into the tags it makes.
    pub run: &'a str,
    /// The remote that the plan pushes to; `None` where it touches none.
    pub push_to: Option<&'a str>,
}

impl Situation<'_> {
    /// What changelogs say, by all rules of the project.
    pub fn changelogs(&self) -> Result<ChangelogReader<'_>, ContentsError> {
        let cache = Cache::below(self.repository.common_dir());
        ChangelogReader::new(self.ledger).with_contents(self.repository, &cache, self.now.date_naive())
    }

    /// The header of whatever this run makes.
    pub fn signature(&self) -> Signature {
        self.identity.at(self.now)
    }
}
