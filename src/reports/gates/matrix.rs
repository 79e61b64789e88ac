//! Gates on what a line lacks: security fixes that are wanted there, changes that older lines have, and repairs of changes
//! that it carries. All three are read from the matrix of backports, which is computed only where one of them is asked for.

use chrono::{DateTime, Utc};

use super::promotion::Promotion;
use super::rules::{Gate, counted, some};
use crate::cache::Cache;
use crate::config::BackportsRule;
use crate::domain::ChangeKind;
use crate::git::Repository;
use crate::ledger::{Ledger, ReleaseKind};
use crate::reports::backports::{Backports, BackportsError, BackportsRequest, backports};
use crate::reports::sources::HistorySources;

/// What has to be read to answer for a promotion; `None` where no gate asks for it.
pub fn backports_asked(promotion: &Promotion<'_>) -> Option<BackportsRequest> {
    let is_asked = promotion.config.gates.backports == BackportsRule::Required;
    (is_asked && promotion.kind != ReleaseKind::Candidate)
        .then(|| BackportsRequest { channel: Some(promotion.channel.name.to_string()), ..BackportsRequest::default() })
}

/// The gates of a promotion that the matrix answers; none where nobody asks for them.
pub fn gates_of_backports(
    promotion: &Promotion<'_>,
    ledger: &Ledger,
    repository: &Repository,
    now: DateTime<Utc>,
) -> Result<Vec<Gate>, BackportsError> {
    let Some(request) = backports_asked(promotion) else { return Ok(Vec::new()) };
    let cache = Cache::below(repository.common_dir());
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let sources = HistorySources { ledger, repository, cache: &cache, threads, progress: &|_| (), now };
    Ok(backport_gates(promotion, ledger, &backports(sources, &request)?))
}

/// The same by a matrix that was read already.
pub fn backport_gates(promotion: &Promotion<'_>, ledger: &Ledger, matrix: &Backports) -> Vec<Gate> {
    let (channel, name) = (&promotion.channel.name, promotion.line.name.as_str());
    let gate = |gate: &str, lacking: &[&str], what: &str, none: &str| {
        let why = match lacking {
            [] => none.to_owned(),
            some_of => format!("{} {what}: {}", counted(some_of.len(), "change"), some(some_of)),
        };
        Gate::new(gate, lacking.is_empty(), why)
    };
    if let Some(why) = not_known(promotion, ledger, matrix) {
        let names = ["security-backports", "holes", "follow-ups"];
        return names.into_iter().map(|name| Gate::new(name, false, why.clone())).collect();
    }
    let is_here = |of: &crate::domain::ChannelName, line: &str| of == channel && line == name;
    let missing = matrix.missing.iter().filter(|item| item.kind == ChangeKind::Security);
    let missing: Vec<&str> =
        missing.filter(|item| is_here(&item.channel, &item.line)).map(|item| item.text.as_str()).collect();
    let holes = matrix.holes.iter().filter(|hole| is_here(&hole.channel, &hole.missing_from));
    let holes: Vec<&str> = holes.map(|hole| hole.text.as_str()).collect();
    let follow_ups = matrix.follow_up_missing.iter().filter(|item| is_here(&item.channel, &item.line));
    let follow_ups: Vec<&str> = follow_ups.map(|item| item.text.as_str()).collect();
    vec![
        gate("security-backports", &missing, "for security wanted and missing", "no security fix is missing"),
        gate("holes", &holes, "that an older line has and this one lacks", "whatever older lines have is here"),
        gate(
            "follow-ups",
            &follow_ups,
            "on trunk that repairs or takes back what is here, and is missing",
            "no repair of what is here is missing",
        ),
    ]
}

/// Why nothing can be said of the line; a gate that is not known to be met is open.
fn not_known(promotion: &Promotion<'_>, ledger: &Ledger, matrix: &Backports) -> Option<String> {
    if !ledger.graph.cut().is_empty() {
        return Some("history is cut here, so that what is missing is not known".to_owned());
    }
    let (channel, name) = (&promotion.channel.name, promotion.line.name.as_str());
    let line = matrix.lines.iter().find(|line| line.channel == *channel && line.name == name)?;
    line.base
        .is_none()
        .then(|| "the line has no commit in common with trunk, so that nothing can be compared".to_owned())
}
