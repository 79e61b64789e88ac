//! What picking each missing change would come to, tried in memory.

use crate::cli::context::Context;
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::operations::{self, BackportRequest, PickResult, Situation, Wanted};
use crate::reports::{Backports, Prediction};

/// Tries every missing change on its lines. What cannot be tried, as a commit whose contents are absent, stays open.
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
    let step = context.step("trying what is missing");
    for (done, request) in requests(ledger, backports).into_iter().enumerate() {
        step.advance(done);
        let planned = match operations::backport(&situation, &request) {
            Ok(planned) => planned,
            Err(error) => {
                tracing::info!("a missing change was not tried: {error}");
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

/// One for every missing change, with all the lines that miss all of it.
fn requests(ledger: &Ledger, backports: &Backports) -> Vec<BackportRequest> {
    let mut requests: Vec<BackportRequest> = Vec::new();
    for missing in backports.missing.iter().filter(|missing| missing.present == 0) {
        let lines = ledger.channel(missing.channel.as_str()).into_iter().flat_map(|channel| &channel.lines);
        let branch = lines.filter(|line| line.name == missing.line).find_map(|line| line.branch.as_ref());
        let Some(branch) = branch.map(ToString::to_string) else { continue };
        let is_it = |request: &&mut BackportRequest| request.commits[0].commit() == Some(missing.origin);
        match requests.iter_mut().find(is_it) {
            Some(request) => request.lines.push(branch),
            None => requests.push(BackportRequest {
                commits: vec![Wanted::Commit(missing.origin)],
                lines: vec![branch],
                mainline: (missing.commits.len() > 1).then_some(1),
                keeps_going: true,
                ..BackportRequest::default()
            }),
        }
    }
    requests
}
