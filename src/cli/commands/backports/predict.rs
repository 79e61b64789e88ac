//! What picking each change onto the lines that lack it would come to, tried in memory.

use crate::cli::context::Context;
use crate::domain::{ChannelName, CommitId};
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::operations::{self, BackportRequest, PickResult, Situation, Wanted};
use crate::reports::{Backports, Hole, Missing, Prediction};

/// Tries every change that is missing or a hole on its lines. What cannot be tried, as a commit whose contents are absent, stays open.
pub(super) fn predict(
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
    backports: &mut Backports,
) -> anyhow::Result<()> {
    let identity = repository.identity()?;
    let situation = Situation {
        repository,
        ledger,
        now: context.now(),
        identity: &identity,
        run: context.run.as_str(),
        push_to: None,
    };
    let step = context.step("trying what is lacking");
    for (done, request) in requests(ledger, backports).into_iter().enumerate() {
        step.advance(done);
        let planned = match operations::backport(&situation, &request) {
            Ok(planned) => planned,
            Err(error) => {
                tracing::info!("a change was not tried: {error}");
                continue;
            }
        };
        let Some(origin) = request.commits.iter().find_map(Wanted::commit) else { continue };
        for pick in planned.picks {
            let prediction = match pick.result {
                PickResult::Picked | PickResult::InReview => Prediction::Clean,
                PickResult::Empty | PickResult::AlreadyThere => Prediction::Empty,
                PickResult::Conflict | PickResult::Surface | PickResult::Waiting => Prediction::Conflict,
            };
            backports.predict(origin, &pick.channel, &pick.line, prediction);
        }
    }
    Ok(())
}

/// A change and a line that has nothing of it.
struct Lacking<'a> {
    origin: CommitId,
    channel: &'a ChannelName,
    line: &'a str,
    /// Whether a merge brought the change in several commits.
    is_merge: bool,
}

fn lacking(backports: &Backports) -> impl Iterator<Item = Lacking<'_>> {
    let missing = backports.missing.iter().map(|missing| {
        let Missing { origin, channel, line, commits, .. } = missing;
        (Lacking { origin: *origin, channel, line, is_merge: commits.len() > 1 }, missing.present)
    });
    let holes = backports.holes.iter().chain(&backports.hotfixes).map(|hole| {
        let Hole { origin, channel, missing_from: line, commits, .. } = hole;
        (Lacking { origin: *origin, channel, line, is_merge: commits.len() > 1 }, hole.present)
    });
    missing.chain(holes).filter(|(_, present)| *present == 0).map(|(lacking, _)| lacking)
}

/// One for every change that is lacking, with all the lines that have nothing of it.
fn requests(ledger: &Ledger, backports: &Backports) -> Vec<BackportRequest> {
    let mut requests: Vec<BackportRequest> = Vec::new();
    for lacking in lacking(backports) {
        let lines = ledger.channel(lacking.channel.as_str()).into_iter().flat_map(|channel| &channel.lines);
        let branch = lines.filter(|line| line.name == lacking.line).find_map(|line| line.branch.as_ref());
        let Some(branch) = branch.map(ToString::to_string) else { continue };
        let is_it = |request: &&mut BackportRequest| request.commits[0].commit() == Some(lacking.origin);
        match requests.iter_mut().find(is_it) {
            // Wanted there, and a hole as well.
            Some(request) if request.lines.contains(&branch) => {}
            Some(request) => request.lines.push(branch),
            None => requests.push(BackportRequest {
                commits: vec![Wanted::Commit(lacking.origin)],
                lines: vec![branch],
                mainline: lacking.is_merge.then_some(1),
                keeps_going: true,
                ..BackportRequest::default()
            }),
        }
    }
    requests
}
