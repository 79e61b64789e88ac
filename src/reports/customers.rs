//! Which customers need to hear of a fix.

use serde::Serialize;

use super::affected::{Affected, AffectedRelease};
use crate::config::{Customer, Customers};
use crate::domain::{ChannelKind, ChannelName, Version};
use crate::ledger::Ledger;

/// What a customer has of a change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CustomerNews {
    #[serde(flatten)]
    pub customer: Customer,
    /// The line that the installed version is on; `None` where it is not known.
    pub line: Option<String>,
    pub state: CustomerState,
    /// The lowest version that has the change, on the own line where it has one, else on the next; `None` where there is
    /// none yet, or nothing is to be done.
    pub fixed_in: Option<Version>,
}

/// How a customer stands to a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum CustomerState {
    /// Lacks it, and has the fault.
    Affected,
    /// What is installed is no release that is known here.
    Unknown,
    /// Lacks it, and never had the fault.
    NotAffected,
    /// Has it.
    Fixed,
}

impl CustomerState {
    /// In a word or two.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Affected => "affected",
            Self::Unknown => "unknown version",
            Self::NotAffected => "not affected",
            Self::Fixed => "has it",
        }
    }
}

/// Every customer, those who need to hear of it first, in the order of the file within each state.
pub fn customer_news(ledger: &Ledger, answer: &Affected, customers: &Customers) -> Vec<CustomerNews> {
    let mut news: Vec<CustomerNews> = customers.all.iter().map(|customer| one(ledger, answer, customer)).collect();
    news.sort_by_key(|news| news.state);
    news
}

fn one(ledger: &Ledger, answer: &Affected, customer: &Customer) -> CustomerNews {
    let unknown = |customer: &Customer| CustomerNews {
        customer: customer.clone(),
        line: None,
        state: CustomerState::Unknown,
        fixed_in: None,
    };
    let Some(version) = &customer.version else { return of_service(ledger, answer, customer) };
    let is_channel = |release: &&AffectedRelease| customer.channel.as_ref().is_none_or(|it| *it == release.channel);
    let plain = version.strip_prefix('v').unwrap_or(version);
    let is_it = |release: &&AffectedRelease| release.tag.as_str() == version || release.version.as_str() == plain;
    let Some(release) = answer.releases.iter().filter(is_channel).find(is_it) else { return unknown(customer) };
    let state = match (release.whole.has, release.whole.affected) {
        (true, _) => CustomerState::Fixed,
        (false, true) => CustomerState::Affected,
        (false, false) => CustomerState::NotAffected,
    };
    CustomerNews {
        customer: customer.clone(),
        line: Some(release.line.clone()),
        state,
        fixed_in: (state == CustomerState::Affected).then(|| fix_for(answer, release)).flatten(),
    }
}

/// The lowest release above the installed one that has the change, of its own line where that has one.
fn fix_for(answer: &Affected, installed: &AffectedRelease) -> Option<Version> {
    let is_fix = |release: &&AffectedRelease| {
        release.channel == installed.channel
            && release.whole.has
            && !release.candidate
            && !release.retracted
            && release.version > installed.version
    };
    let fixes =
        || answer.releases.iter().filter(is_fix).map(|release| (release.line != installed.line, &release.version));
    fixes().min().map(|(_, version)| version.clone())
}

/// Of whoever uses what is deployed: by what is live where customers see it.
fn of_service(ledger: &Ledger, answer: &Affected, customer: &Customer) -> CustomerNews {
    let is_service = |name: &ChannelName| {
        ledger.channels.iter().any(|channel| channel.name == *name && channel.kind == ChannelKind::Continuous)
    };
    let channel = customer.channel.as_ref().filter(|name| is_service(name));
    // The last environment of a channel is the one that customers see.
    let live = channel.and_then(|name| answer.deploys.iter().rfind(|deploy| deploy.channel == *name)?.live);
    let state = match live {
        Some(true) => CustomerState::Fixed,
        Some(false) => CustomerState::Affected,
        None => CustomerState::Unknown,
    };
    CustomerNews { customer: customer.clone(), line: None, state, fixed_in: None }
}
