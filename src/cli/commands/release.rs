//! `twintrack release`: the next version of a line.

use clap::ValueEnum;
use serde::Serialize;

use crate::cli::commands::changelog::changelog_of_release;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::mutation::{AfterLostRace, Mutated, MutationOptions, Told};
use crate::cli::output::WARNING;
use crate::cli::text;
use crate::domain::{BranchName, ChannelName, CommitId, GateOverride, TagName, Version};
use crate::git::{Repository, SignedIds};
use crate::operations::{self, Bump, PlannedRelease, ReleaseRequest, ReleaseState, Step};

/// The arguments of `release`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack release 1.9 --candidate --push\n  twintrack release 1.9 --final --dry-run\n  \
    twintrack release release/1.8 --bump patch --via-branch prepare-1.8.5 --push"
)]
#[command(group = clap::ArgGroup::new("step").required(true))]
pub struct Args {
    /// The line, by its name or branch.
    line: String,
    /// Make the next candidate.
    #[arg(long, group = "step")]
    candidate: bool,
    /// Make final what the newest candidate is of, or the line's first release.
    #[arg(long = "final", group = "step")]
    is_final: bool,
    /// Make the next release after the newest one.
    #[arg(long, group = "step", value_name = "NUMBER")]
    bump: Option<BumpArgument>,
    /// Make this version.
    #[arg(long, group = "step", value_name = "VERSION")]
    version: Option<Version>,
    /// The channel; needed where several have a line of this name.
    #[arg(long)]
    channel: Option<String>,
    /// Put the version commit on a branch for review; run again once it is merged, and the tag is made.
    #[arg(long, value_name = "NAME")]
    via_branch: Option<BranchName>,
    /// Image digest or checksum of what was built from it; may be given several times. The tag names them.
    #[arg(long, value_name = "DIGEST")]
    artifact: Vec<String>,
    /// Release although gates are open, and say why; the reason stands in the tag and in every report.
    #[arg(long = "override", value_name = "REASON")]
    override_reason: Option<String>,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// Which number goes up.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum BumpArgument {
    Major,
    Minor,
    Patch,
}

/// A release that was made.
#[derive(Debug, Serialize)]
struct Released {
    channel: ChannelName,
    line: String,
    version: Version,
    tag: TagName,
    commit: CommitId,
    branch: BranchName,
    previous_tag: Option<TagName>,
    /// `false` where it was made before, or waits for a review.
    released: bool,
    /// The branch that has to be merged first.
    review: Option<BranchName>,
    /// That gates were open, and why it was released all the same.
    overridden: Option<GateOverride>,
    /// Artifacts that it names and its candidate, which names some, does not.
    untested_artifacts: Vec<String>,
    changelog: String,
}

impl Told for Released {
    fn take_signed(&mut self, ids: &SignedIds) {
        self.commit = ids.commit_now(self.commit);
    }
}

/// Makes the release.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let request = ReleaseRequest {
        channel: args.channel.clone(),
        line: args.line.clone(),
        step: step(args),
        via_branch: args.via_branch.clone(),
        artifacts: args.artifact.clone(),
        override_reason: args.override_reason.clone(),
    };
    let mutated = context.mutate(&repository, &args.mutation, &[], AfterLostRace::GiveUp, |situation| {
        let mut planned = operations::release(situation, &request)?;
        Ok((std::mem::take(&mut planned.plan), released(planned)))
    })?;
    if context.actions.is_a_step() {
        tell_step(context, &repository, &mutated)?;
    }
    context.print("release", &mutated, view)
}

/// Outputs and summary of a step of GitHub Actions. Of what is released the changelog is the document that its readers
/// get; before that there are only the notes, as they will stand in the tag.
fn tell_step(context: &Context, repository: &Repository, mutated: &Mutated<Released>) -> anyhow::Result<()> {
    let release = &mutated.outcome;
    let is_there = mutated.applied && release.review.is_none();
    let document = is_there.then(|| changelog_of_release(context, repository, &release.channel, &release.tag));
    let document = document.and_then(|read| read.inspect_err(|error| tracing::warn!("no changelog: {error:#}")).ok());
    let changelog = document.as_deref().unwrap_or(&release.changelog).trim_end();
    let (sha, is_released) = (release.commit.to_string(), (release.released && mutated.applied).to_string());
    let (version, pushed) = (release.version.to_string(), mutated.pushed.to_string());
    let mut outputs = vec![("version", version.as_str()), ("tag", release.tag.as_str()), ("sha", &sha)];
    outputs.extend(release.previous_tag.as_ref().map(|tag| ("previous_tag", tag.as_str())));
    outputs.extend([("branch", release.branch.as_str()), ("line", &release.line), ("released", &is_released)]);
    outputs.extend(release.review.as_ref().map(|review| ("review_branch", review.as_str())));
    outputs.extend([("pushed", pushed.as_str()), ("changelog", changelog)]);
    context.actions.set(&outputs)?;
    match &document {
        Some(document) => {
            context.actions.summarise_text("Release", &view(mutated, 100))?;
            context.actions.summarise(document)
        }
        None => context.actions.summarise_text("Release", &(view(mutated, 100) + "\n" + &release.changelog)),
    }
}

fn step(args: &Args) -> Step {
    match (&args.version, args.bump) {
        (Some(version), _) => Step::Given(version.clone()),
        (None, Some(BumpArgument::Major)) => Step::Bump(Bump::Major),
        (None, Some(BumpArgument::Minor)) => Step::Bump(Bump::Minor),
        (None, Some(BumpArgument::Patch)) => Step::Bump(Bump::Patch),
        (None, None) if args.is_final => Step::Final,
        (None, None) => Step::Candidate,
    }
}

fn released(planned: PlannedRelease) -> Released {
    let PlannedRelease { state, channel, line, version, tag, commit, branch, previous, notes, .. } = planned;
    let is_new = state == ReleaseState::New;
    let review = match state {
        ReleaseState::InReview(branch) => Some(branch),
        ReleaseState::New | ReleaseState::Existing => None,
    };
    Released {
        channel,
        line,
        version,
        tag,
        commit,
        branch,
        previous_tag: previous,
        released: is_new,
        review,
        overridden: planned.overridden,
        untested_artifacts: planned.untested_artifacts,
        changelog: notes,
    }
}

fn view(mutated: &Mutated<Released>, width: usize) -> String {
    let Released { version, line, tag, commit, branch, released, review, .. } = &mutated.outcome;
    let at = commit.short();
    let over = mutated.outcome.overridden.as_ref().map(|over| {
        format!("Released over open gates ({}): {}\n", over.gates.join(", "), text::one_line(&over.reason))
    });
    let shown = match (review, released, mutated.applied) {
        (Some(review), _, _) => format!(
            "{version} waits for review: merge branch {review} into {branch}, then run this again for the tag {tag}.\n"
        ),
        (None, true, true) => format!("{version} of line {line} is released: {tag} at {at}.\n"),
        (None, true, false) => format!("{version} of line {line} would be released: {tag} at {at}.\n"),
        (None, false, _) => format!("{version} of line {line} was released before: {tag} at {at}. Nothing to do.\n"),
    };
    let told = text::lines(&(shown + &over.unwrap_or_default())).into_owned();
    told + &untested(&mutated.outcome.untested_artifacts, width) + &mutated.to_text()
}

/// That artifacts are not those that were tested; nothing where there are none.
pub(super) fn untested(artifacts: &[String], width: usize) -> String {
    if artifacts.is_empty() {
        return String::new();
    }
    let words = format!("not what was tested: the candidate does not name {}", text::one_line(&artifacts.join(", ")));
    let wrapped = text::wrap(&words, width).join("\n");
    format!("{WARNING}{wrapped}{WARNING:#}\n")
}
