//! What freezing and thawing show.

use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::cli::context::Context;
use crate::cli::moment;
use crate::cli::mutation::{Mutated, Told};
use crate::cli::text;
use crate::domain::EnvironmentName;
use crate::git::SignedIds;
use crate::operations::deploy::PlannedFreeze;

/// A freeze or thaw that was recorded.
#[derive(Debug, Serialize)]
pub(super) struct Frozen {
    environment: EnvironmentName,
    /// The freeze; `null` where there was none to thaw.
    name: Option<String>,
    until: Option<DateTime<Utc>>,
    /// `false` where it was stated before.
    created: bool,
}

/// It names no object that it makes.
impl Told for Frozen {
    fn take_signed(&mut self, _: &SignedIds) {}
}

impl Frozen {
    pub fn new(planned: PlannedFreeze) -> Self {
        let PlannedFreeze { environment, name, until, is_created, .. } = planned;
        Self { environment, name, until, created: is_created }
    }

    /// Outputs and summary of the step that this run is part of.
    pub fn tell_step<T>(&self, context: &Context, mutated: &Mutated<T>, title: &str) -> anyhow::Result<()> {
        context.actions.set(&[
            ("environment", self.environment.as_str()),
            ("freeze", self.name.as_deref().unwrap_or_default()),
            ("created", if self.created { "true" } else { "false" }),
            ("pushed", if mutated.pushed { "true" } else { "false" }),
        ])?;
        let Self { environment, name, .. } = self;
        let name = name.as_deref().unwrap_or("nothing was frozen");
        context.actions.summarise(&format!("{title}: `{environment}` ({})", name.replace('`', "'")))
    }
}

pub(super) fn view_freeze(mutated: &Mutated<Frozen>, _: usize) -> String {
    let Frozen { environment, name, until, created } = &mutated.outcome;
    let name = name.as_deref().unwrap_or_default();
    let until = match until {
        Some(until) => format!("until {} UTC", moment::minute(*until)),
        None => format!("until `twintrack deploy thaw --environment {environment} {name}`"),
    };
    let words = match (created, mutated.applied) {
        (true, true) => format!("{environment} is frozen ({name}) {until}"),
        (true, false) => format!("{environment} would be frozen ({name}) {until}"),
        (false, _) => format!("{environment} was frozen already ({name}) {until}"),
    };
    format!("{}\n", text::one_line(&words)) + &mutated.to_text()
}

pub(super) fn view_thaw(mutated: &Mutated<Frozen>, _: usize) -> String {
    let Frozen { environment, name, created, .. } = &mutated.outcome;
    let words = match (created, name, mutated.applied) {
        (true, Some(name), true) => format!("{environment} is thawed: {name} is over"),
        (true, Some(name), false) => format!("{environment} would be thawed: {name} would be over"),
        (false, Some(name), _) => format!("{environment} is not frozen by {name}. Nothing to do"),
        (_, None, _) => format!("{environment} is not frozen by any record. Nothing to do"),
    };
    format!("{}\n", text::one_line(&words)) + &mutated.to_text()
}
