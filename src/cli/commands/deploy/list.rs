//! `twintrack deploy list`: the deploys of all continuous channels.

use crate::cli::args::Format;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::cli::moment;
use crate::cli::output::{FAINT, GOOD, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::domain::{ChannelKind, ChannelName, EnvironmentName};
use crate::ledger::Ledger;
use crate::reports::{self, DeployFilter, DeployList, ListedDeploy};

/// Rows of the text view where nothing else is asked for.
const SHOWN: usize = 20;

/// The arguments of `deploy list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only deploys of this channel.
    #[arg(long)]
    channel: Option<String>,
    /// Only deploys to this environment.
    #[arg(long, short)]
    environment: Option<String>,
    /// Only deploys since a day (`2026-03-01`), a moment, or for a period up to now (`7d`).
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// At most so many, 0 for all [default: 20 as text, all as JSON].
    #[arg(long, short = 'n', value_name = "COUNT")]
    limit: Option<usize>,
}

/// Lists deploys, newest first.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let since = args.since.as_deref().map(|text| moment::parse_since(text, context.now())).transpose()?;
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let filter = DeployFilter {
        channel: args.channel.as_deref().map(|name| known_channel(&ledger, name)).transpose()?,
        environment: args.environment.as_deref().map(|name| known_environment(&ledger, name)).transpose()?,
        since,
        limit: limit(args, context.options.format),
    };
    let list = reports::deploys(&ledger, &filter);
    context.print("deploy list", &list, view)
}

fn limit(args: &Args, format: Format) -> Option<usize> {
    match (args.limit, format) {
        (Some(0), _) => None,
        (Some(limit), _) => Some(limit),
        (None, Format::Text) => Some(SHOWN),
        (None, _) => None,
    }
}

fn known_channel(ledger: &Ledger, name: &str) -> anyhow::Result<ChannelName> {
    let mut channels = ledger.channels.iter().filter(|channel| channel.kind == ChannelKind::Continuous);
    let known = channels.clone().map(|channel| channel.name.as_str());
    let wanted = one_of("a continuous channel", known);
    let found = channels.find(|channel| channel.name.as_str() == name);
    let unknown = || UsageError::Value { option: "--channel", value: name.to_owned(), wanted };
    Ok(found.ok_or_else(unknown)?.name.clone())
}

fn known_environment(ledger: &Ledger, name: &str) -> anyhow::Result<EnvironmentName> {
    let mut environments = ledger.channels.iter().flat_map(|channel| &channel.environments);
    let wanted = one_of("an environment", environments.clone().map(|environment| environment.as_str()));
    let found = environments.find(|environment| environment.as_str() == name);
    let unknown = || UsageError::Value { option: "--environment", value: name.to_owned(), wanted };
    Ok(found.ok_or_else(unknown)?.clone())
}

fn one_of<'n>(what: &str, names: impl Iterator<Item = &'n str>) -> String {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    if names.is_empty() { format!("{what}: there is none") } else { format!("{what}: {}", names.join(", ")) }
}

fn view(list: &DeployList, width: usize) -> String {
    if list.deploys.is_empty() {
        return "No deploys: `twintrack deploy record` notes one. Where this clone lacks the tags,\n`git fetch --tags` \
                brings them.\n"
            .to_owned();
    }
    let mut table = Table::new(
        0,
        &[
            ("recorded", Column::Left),
            ("environment", Column::Left),
            ("version", Column::Shrinking),
            ("commit", Column::Left),
            ("state", Column::Left),
            ("tag", Column::Spare),
        ],
    );
    for deploy in &list.deploys {
        table.row([
            deploy.recorded_at.map(moment::minute).into(),
            deploy.environment.as_str().into(),
            text::without_build(&deploy.version).into(),
            Cell::styled(&deploy.commit.short(), FAINT),
            state(deploy),
            deploy.tag.as_ref().map(|tag| tag.as_str()).into(),
        ]);
    }
    let mut shown = table.render(width);
    for deploy in list.deploys.iter().filter(|deploy| !deploy.overrides.is_empty()) {
        let tag = deploy.tag.as_ref().map(ToString::to_string).unwrap_or_default();
        let reason = deploy.reason.as_deref().unwrap_or("no reason is on record");
        let words = format!("{tag} went ahead in spite of {}: {reason}", deploy.overrides.join(", "));
        for line in text::wrap(&text::one_line(&words), width) {
            shown.push_str(&format!("{WARNING}{line}{WARNING:#}\n"));
        }
    }
    let hidden = list.total - list.deploys.len();
    if hidden > 0 {
        let words = format!("and {hidden} earlier; `--limit 0` shows all");
        shown.push_str(&format!("{FAINT}{}{FAINT:#}\n", text::truncate(&words, width)));
    }
    shown
}

fn state(deploy: &ListedDeploy) -> Cell {
    match deploy {
        ListedDeploy { inferred: true, .. } => Cell::styled("inferred", FAINT),
        ListedDeploy { live: true, kind: "rollback", .. } => Cell::styled("live, rollback", WARNING),
        ListedDeploy { live: true, .. } => Cell::styled("live", GOOD),
        ListedDeploy { rolled_back: true, .. } => Cell::styled("rolled back", WARNING),
        ListedDeploy { kind: "rollback", .. } => Cell::styled("rollback", WARNING),
        _ => Cell::default(),
    }
}
