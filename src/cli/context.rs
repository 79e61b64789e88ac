//! What every command is given: the global options, the clock and the ways out.

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::actions::Actions;
use super::args::{Format, GlobalOptions};
use super::clock::Clock;
use super::error::{Outcome, UsageError};
use super::logging::RunId;
use super::output::Output;
use super::progress::Step;

/// The world of one run.
pub(super) struct Context {
    pub options: GlobalOptions,
    pub output: Output,
    pub actions: Actions,
    pub run: RunId,
    clock: Clock,
}

impl Context {
    pub fn new(options: GlobalOptions, clock: Clock, run: RunId) -> Self {
        let output = Output::new(options.color);
        Self { options, output, actions: Actions::from_environment(), run, clock }
    }

    /// The same run on another repository, at another moment.
    pub fn elsewhere(&self, repo: PathBuf, now: DateTime<Utc>) -> Self {
        let options = GlobalOptions { repo, config: None, ..self.options.clone() };
        Self {
            options,
            output: self.output,
            actions: Actions::default(),
            run: self.run.clone(),
            clock: Clock::fixed(now),
        }
    }

    /// The moment that this run takes for now.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Begins a step that may take long.
    pub fn step(&self, what: &'static str) -> Step {
        Step::begin(what, self.options.quiet)
    }

    /// Prints a report that is no document: as JSON, or as the text that `view` makes for so many columns.
    pub fn print<T: Serialize>(
        &self,
        command: &'static str,
        report: &T,
        view: impl FnOnce(&T, usize) -> String,
    ) -> anyhow::Result<Outcome> {
        match self.options.format {
            Format::Text => self.output.text(&view(report, self.output.width))?,
            Format::Json => self.output.json(command, report)?,
            Format::Markdown => return Err(UsageError::NoDocument { command, format: "markdown" }.into()),
            Format::Html => return Err(UsageError::NoDocument { command, format: "html" }.into()),
        }
        Ok(Outcome::Done)
    }
}
