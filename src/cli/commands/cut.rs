//! `twintrack cut`: a new line, and trunk opened for what comes next.

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::moment;
use crate::cli::mutation::{AfterLostRace, Mutated, MutationOptions, Told};
use crate::cli::text;
use crate::domain::{BranchName, ChannelName, CommitId, RefName, TagName, Version};
use crate::git::SignedIds;
use crate::operations::{self, CutRequest, LinePromise, PlannedCut};
use crate::reports::{NotSoaked, Soaked};

/// How many newer commits are named that were not taken.
const NOT_TAKEN_SHOWN: usize = 5;

/// The arguments of `cut`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack cut 1.9 --dry-run\n  twintrack cut 1.9 --lts --push\n  \
    twintrack cut 2.0 --at 1234abcd --via-branch open-2.1 --push")]
pub struct Args {
    /// The line: its name (`1.9`), its branch (`release/1.9`) or a version on it (`1.9.0`).
    version: String,
    /// The commit to cut it from [default: as the channel's `cut-from` says, what soaked or trunk's tip].
    #[arg(long, value_name = "COMMIT")]
    at: Option<String>,
    /// Why it is cut there, where that commit has not soaked; goes on record.
    #[arg(long, value_name = "TEXT", requires = "at")]
    reason: Option<String>,
    /// Declare the line a long-term one, in release.toml on trunk.
    #[arg(long)]
    lts: bool,
    /// The last day of fixes for the line, in release.toml on trunk [default: as the channel's `support` says].
    #[arg(long, value_name = "DATE")]
    active_until: Option<NaiveDate>,
    /// The last day of security fixes for the line, in release.toml on trunk.
    #[arg(long, value_name = "DATE")]
    security_until: Option<NaiveDate>,
    /// What trunk's version files are opened for [default: counted from the line, in the manner of what they hold].
    #[arg(long, value_name = "VERSION")]
    next: Option<Version>,
    /// The channel; may be left out where only one has lines.
    #[arg(long)]
    channel: Option<String>,
    /// Put trunk's commit on a branch for review instead of on trunk.
    #[arg(long, value_name = "NAME")]
    via_branch: Option<BranchName>,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// A line that was cut.
#[derive(Debug, Serialize)]
struct Cut {
    channel: ChannelName,
    line: String,
    branch: BranchName,
    from: CommitId,
    /// The deploy with which the commit's time in the last environment began; `null` where that did not decide.
    soaked: Option<SoakedSince>,
    /// What is newer and was deployed, and why it was not taken; newest first.
    not_taken: Vec<NotSoaked>,
    /// Commits of trunk that were never live in the last environment.
    never_live: usize,
    /// The record of a cut from what has not soaked.
    exception: Option<RefName>,
    tip: CommitId,
    next: Option<String>,
    review: Option<BranchName>,
}

/// Since when a commit is live.
#[derive(Debug, Serialize)]
struct SoakedSince {
    tag: Option<TagName>,
    since: Option<DateTime<Utc>>,
}

impl Told for Cut {
    fn take_signed(&mut self, ids: &SignedIds) {
        self.exception = self.exception.take().map(|name| ids.record_now(&name));
        self.tip = ids.commit_now(self.tip);
    }
}

/// Cuts the line.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let at = args.at.as_ref().map(|at| repository.resolve(at)).transpose()?;
    let request = CutRequest {
        channel: args.channel.clone(),
        version: args.version.clone(),
        at,
        reason: args.reason.clone(),
        promise: LinePromise { is_lts: args.lts, active_until: args.active_until, security_until: args.security_until },
        next: args.next.clone(),
        via_branch: args.via_branch.clone(),
    };
    let also: Vec<CommitId> = at.into_iter().collect();
    let mutated = context.mutate(&repository, &args.mutation, &also, AfterLostRace::GiveUp, |situation| {
        let planned = operations::cut(situation, &request)?;
        let PlannedCut { plan, channel, line, branch, from, soaked, never_live, exception, tip, next, review } =
            planned;
        let (soaked, not_taken) = match soaked {
            Some(Soaked { tag, since, not_taken, .. }) => (Some(SoakedSince { tag, since }), not_taken),
            None => (None, Vec::new()),
        };
        let exception = exception.and_then(|record| record.to_ref().ok());
        let cut = Cut { channel, line, branch, from, soaked, not_taken, never_live, exception, tip, next, review };
        Ok((plan, cut))
    })?;
    let cut = &mutated.outcome;
    let (from, sha, pushed) = (cut.from.to_string(), cut.tip.to_string(), mutated.pushed.to_string());
    let mut outputs =
        vec![("line", cut.line.as_str()), ("branch", cut.branch.as_str()), ("from", &from), ("sha", &sha)];
    outputs.extend(cut.next.as_deref().map(|next| ("next_version", next)));
    outputs.extend(cut.review.as_ref().map(|review| ("review_branch", review.as_str())));
    outputs.push(("pushed", &pushed));
    context.actions.set(&outputs)?;
    context.actions.summarise_text("Cut", &view(&mutated, 100))?;
    context.print("cut", &mutated, view)
}

/// Why this commit and none that is newer.
fn soak_words(cut: &Cut) -> String {
    let mut shown = String::new();
    if let Some(soaked) = &cut.soaked {
        let since = soaked.since.map(|since| format!(", live since {}", moment::minute(since))).unwrap_or_default();
        let tag = soaked.tag.as_ref().map(|tag| format!(" ({tag})")).unwrap_or_default();
        shown.push_str(&format!("It is the newest that has soaked{since}{tag}.\n"));
    }
    for other in cut.not_taken.iter().take(NOT_TAKEN_SHOWN) {
        shown.push_str(&format!("  not {}: {}\n", other.commit.short(), other.why));
    }
    let more = cut.not_taken.len().saturating_sub(NOT_TAKEN_SHOWN);
    if more > 0 {
        shown.push_str(&format!("  nor {more} more that were deployed; `--format json` names them\n"));
    }
    match cut.never_live {
        0 => {}
        1 => shown.push_str("  nor 1 commit of trunk that was never live there\n"),
        count => shown.push_str(&format!("  nor {count} commits of trunk that were never live there\n")),
    }
    if let Some(record) = &cut.exception {
        shown.push_str(&format!("That it had not soaked is on record: {record}\n"));
    }
    shown
}

fn view(mutated: &Mutated<Cut>, width: usize) -> String {
    let Cut { line, branch, from, tip, next, review, .. } = &mutated.outcome;
    let verb = if mutated.applied { "is" } else { "would be" };
    let mut shown = format!("Line {line} {verb} cut from {} as branch {branch}.\n", from.short());
    shown.push_str(&soak_words(&mutated.outcome));
    if tip != from {
        shown.push_str(&format!("It begins with {}, in which the version files hold its version.\n", tip.short()));
    }
    match (next, review) {
        (_, Some(review)) => shown.push_str(&format!("Branch {review} {verb} to be merged into trunk.\n")),
        (Some(next), None) => shown.push_str(&format!("Trunk {verb} open for {next}.\n")),
        (None, None) => {}
    }
    wrapped(&text::lines(&shown), width) + &mutated.to_text()
}

/// Lines that fit, each going on below where it began.
fn wrapped(lines: &str, width: usize) -> String {
    let mut shown = String::new();
    for line in lines.lines() {
        let indent = " ".repeat(line.len() - line.trim_start().len());
        for part in text::wrap(line, width.saturating_sub(indent.len())) {
            shown.push_str(&format!("{indent}{part}\n"));
        }
    }
    shown
}
