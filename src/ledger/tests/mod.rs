//! The ledger on small repositories of each layout.

mod layouts;
mod lifecycle;
mod notes;
mod odd;

use super::{ChannelState, Ledger, LedgerError, Line, Sources};
use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::git::Repository;
use crate::testing::TestRepo;

const MANAGED: &str = "[channels.managed]\nkind = \"continuous\"\n";
const SELF_HOSTED: &str = "[channels.self-hosted]\nkind = \"versioned\"\ncut-from = \"trunk\"\n";

/// Reads the repository with a configuration made of `parts`, as of its own clock.
fn try_read(repo: &TestRepo, parts: &[&str]) -> Result<Ledger, LedgerError> {
    read_at(&repo.open(), repo, parts)
}

/// Reads `repository`, which may be a copy of `repo`, as of the clock of `repo`.
fn read_at(repository: &Repository, repo: &TestRepo, parts: &[&str]) -> Result<Ledger, LedgerError> {
    let text = format!("schema = 1\n{}", parts.concat());
    let config = Config::read(&text, Origin::Recognised).unwrap_or_else(|error| panic!("{:?}", error.findings()));
    let snapshot = repository.refs(&[]).unwrap();
    let cache = Cache::below(repository.common_dir());
    let sources =
        Sources { repository, cache: &cache, snapshot: &snapshot, also: &[], progress: &|_| (), now: repo.now() };
    Ledger::read(config, &sources)
}

fn read(repo: &TestRepo, parts: &[&str]) -> Ledger {
    try_read(repo, parts).unwrap()
}

fn channel<'l>(ledger: &'l Ledger, name: &str) -> &'l ChannelState {
    ledger.channel(name).unwrap()
}

fn line<'l>(ledger: &'l Ledger, channel: &str, name: &str) -> &'l Line {
    let lines = &ledger.channel(channel).unwrap().lines;
    lines.iter().find(|line| line.name == name).unwrap_or_else(|| panic!("no line {name}"))
}

/// Each line with its releases: `1.8: 1.8.0-rc.1 1.8.0`.
fn lines(ledger: &Ledger, channel: &str) -> Vec<String> {
    let text = |line: &Line| {
        let versions: Vec<&str> = line.releases.iter().map(|release| release.version.as_str()).collect();
        format!("{}: {}", line.name, versions.join(" "))
    };
    ledger.channel(channel).unwrap().lines.iter().map(text).collect()
}

/// Each deploy as `environment tag`, oldest first; `~branch` where it is inferred.
fn deploys(ledger: &Ledger) -> Vec<String> {
    let all = ledger.channels.iter().flat_map(|channel| &channel.deploys);
    all.map(|deploy| match &deploy.tag {
        Some(tag) => format!("{} {tag}", deploy.environment),
        None => format!("{} ~{}", deploy.environment, deploy.line.as_deref().unwrap_or_default()),
    })
    .collect()
}
