//! What reports on the contents of commits are read from.

use chrono::{DateTime, Utc};

use super::identity::IdentitySources;
use crate::cache::Cache;
use crate::git::Repository;
use crate::ledger::Ledger;

/// What the matrix of backports and the tension are read from.
#[derive(Clone, Copy)]
pub struct HistorySources<'l> {
    pub ledger: &'l Ledger,
    pub repository: &'l Repository,
    pub cache: &'l Cache,
    /// How many threads read contents, one at least.
    pub threads: usize,
    /// Told now and then how many commits' contents were read.
    pub progress: &'l dyn Fn(usize),
    /// Decides which graces are over, and how old things are.
    pub now: DateTime<Utc>,
}

impl<'l> HistorySources<'l> {
    pub(super) fn contents(&self) -> IdentitySources<'l> {
        let Self { repository, cache, threads, progress, .. } = *self;
        IdentitySources { repository, cache, threads, progress }
    }
}
