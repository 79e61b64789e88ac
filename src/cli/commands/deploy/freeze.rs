//! `twintrack deploy freeze`: say that an environment takes no deploys for now.

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};

use super::frozen::{Frozen, view_freeze};
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::cli::mutation::{AfterLostRace, MutationOptions};
use crate::domain::{Period, RecordLabel};
use crate::operations::deploy::{self, FreezeRequest};

/// The arguments of `deploy freeze`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack deploy freeze --environment production --reason \"the database moves\" --until 6h --push\n  \
    twintrack deploy freeze -e production --name year-end --until 2027-01-03 --reason \"nobody is here\" --push"
)]
pub struct Args {
    /// The environment; may be left out where there is only one.
    #[arg(long, short)]
    environment: Option<String>,
    /// The channel; may be left out where only one is deployed.
    #[arg(long)]
    channel: Option<String>,
    /// What the freeze is called, for whoever thaws it [default: the day].
    #[arg(long, value_name = "NAME")]
    name: Option<RecordLabel>,
    /// Why, for whoever is refused.
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// When it is over by itself: a moment, a day (which counts whole, in UTC) or a period from now (`6h`) [default: when it
    /// is thawed].
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    #[command(flatten)]
    mutation: MutationOptions,
}

/// Records the freeze.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let until = args.until.as_deref().map(|text| parse_until(text, context.now())).transpose()?;
    let repository = context.open_repository()?;
    let request = FreezeRequest {
        channel: args.channel.clone(),
        environment: args.environment.clone(),
        name: args.name.clone(),
        reason: args.reason.clone(),
        until,
    };
    let mutated = context.mutate(&repository, &args.mutation, &[], AfterLostRace::PlanAnew, |situation| {
        let mut planned = deploy::freeze(situation, &request)?;
        Ok((std::mem::take(&mut planned.plan), Frozen::new(planned)))
    })?;
    mutated.outcome.tell_step(context, &mutated, "Freeze")?;
    context.print("deploy freeze", &mutated, view_freeze)
}

fn parse_until(text: &str, now: DateTime<Utc>) -> Result<DateTime<Utc>, UsageError> {
    if let Ok(moment) = DateTime::parse_from_rfc3339(text) {
        return Ok(moment.with_timezone(&Utc));
    }
    let day = text.parse::<NaiveDate>().ok().and_then(|day| day.checked_add_days(Days::new(1)));
    let after = || text.parse::<Period>().ok().map(|period| period.after(now));
    let until = day.map(|day| day.and_time(NaiveTime::MIN).and_utc()).or_else(after);
    until.ok_or_else(|| UsageError::Value {
        option: "--until",
        value: text.to_owned(),
        wanted: "a day such as `2026-03-01`, a moment or a period such as `6h`".to_owned(),
    })
}
