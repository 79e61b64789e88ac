//! From the global options to a ledger: open the repository, find the configuration, read. What is odd about the
//! repository is said on standard error; it stops nothing.

use crate::cache::Cache;
use crate::config::Config;
use crate::domain::CommitId;
use crate::git::{RefSnapshot, Repository};
use crate::ledger::{ChosenLines, ConfigurationError, Ledger, Sources, Warning, find_configuration, foreign_notes};
use crate::reports::{IdentitySources, LedgerIdentities};

use super::commands::init;
use super::context::Context;

/// Names the lines that a question is about; `None` for all.
pub type Choose<'c> = dyn Fn(&Ledger) -> anyhow::Result<Option<ChosenLines>> + 'c;

impl Context {
    /// Opens the repository that `--repo` names.
    pub fn open_repository(&self) -> anyhow::Result<Repository> {
        Ok(Repository::discover(&self.options.repo)?)
    }

    /// Reads everything that refs and configuration say, and the history of the commits in `also`.
    pub fn read_ledger(&self, repository: &Repository, also: &[CommitId]) -> anyhow::Result<Ledger> {
        let ledger = self.read(repository, also, None)?;
        Self::tell_warnings(&ledger.warnings);
        Ok(ledger)
    }

    /// The same for an operation, which names itself what it is about: nothing is said of names that fit nothing.
    pub fn read_ledger_to_change(&self, repository: &Repository, also: &[CommitId]) -> anyhow::Result<Ledger> {
        let ledger = self.read(repository, also, None)?;
        Self::tell_warnings(ledger.warnings.iter().filter(|warning| !warning.is_about_names()));
        Ok(ledger)
    }

    /// Reads trunk and the lines that `choose` names when it is shown all of them by name and date, down to where they
    /// meet; everything where it names none.
    pub fn read_ledger_around(&self, repository: &Repository, choose: &Choose<'_>) -> anyhow::Result<Ledger> {
        let ledger = self.read(repository, &[], Some(choose))?;
        Self::tell_warnings(&ledger.warnings);
        Ok(ledger)
    }

    fn tell_warnings<'w>(warnings: impl IntoIterator<Item = &'w Warning>) {
        let mut warnings = warnings.into_iter().peekable();
        while let Some(warning) = warnings.next() {
            // Several warnings of a kind share one hint, below the last of them.
            let next = warnings.peek().and_then(|next| next.hint());
            tracing::warn!(hint = warning.hint().filter(|hint| next != Some(*hint)), "{warning}");
        }
    }

    /// Says of every commit that lines, releases and deploys reach and trunk does not what it is.
    pub fn read_identities(&self, repository: &Repository, ledger: &Ledger) -> anyhow::Result<LedgerIdentities> {
        let step = self.step("comparing changes");
        let sources = IdentitySources {
            repository,
            cache: &Cache::below(repository.common_dir()),
            threads: std::thread::available_parallelism().map_or(1, usize::from),
            progress: &|commits| step.advance(commits),
        };
        let identities = LedgerIdentities::read(ledger, &sources)?;
        for notice in identities.notices() {
            tracing::warn!("{notice}");
        }
        Ok(identities)
    }

    /// Reads once more what this run has changed. What was odd before was said before.
    pub fn read_ledger_again(&self, repository: &Repository) -> anyhow::Result<Ledger> {
        self.read(repository, &[], None)
    }

    fn read(&self, repository: &Repository, also: &[CommitId], choose: Option<&Choose<'_>>) -> anyhow::Result<Ledger> {
        let snapshot: RefSnapshot = repository.refs(&[])?;
        let config = self.configuration(repository, &snapshot)?;
        tracing::info!("the configuration is {}", config.origin);
        let cache = Cache::below(repository.common_dir());
        let step = self.step("reading history");
        let progress = |commits| step.advance(commits);
        let sources =
            Sources { repository, cache: &cache, snapshot: &snapshot, progress: &progress, also, now: self.now() };
        match choose {
            Some(choose) => Ledger::read_chosen(config, &sources, choose),
            None => Ok(Ledger::read(config, &sources)?),
        }
    }

    /// The configuration that counts, without reading history, and the notes of other tools that the repository shows.
    pub fn read_configuration(&self, repository: &Repository) -> anyhow::Result<Config> {
        let mut config = self.configuration(repository, &repository.refs(&[])?)?;
        // Where neither the work tree nor trunk has the policy, what is checked out has the notes.
        if let Ok(head) = repository.resolve("HEAD") {
            config.changes.foreign = foreign_notes(&config, repository, &repository.reader()?, head);
        }
        Ok(config)
    }

    /// The configuration that counts; what `init` would write where the repository has none.
    fn configuration(&self, repository: &Repository, snapshot: &RefSnapshot) -> anyhow::Result<Config> {
        match find_configuration(repository, snapshot, self.options.config.as_deref()) {
            Err(ConfigurationError::Absent) => {
                let config = init::configuration(self, repository)?;
                tracing::warn!(
                    hint = "`twintrack init` writes it down, so that it can be corrected",
                    "there is no `release.toml`; the layout was recognised"
                );
                Ok(config)
            }
            found => Ok(found?),
        }
    }
}
