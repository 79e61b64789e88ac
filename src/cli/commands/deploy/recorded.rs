//! What recording a deploy or a rollback shows.

use serde::Serialize;

use crate::cli::commands::surface;
use crate::cli::context::Context;
use crate::cli::mutation::{Mutated, Told};
use crate::cli::output::{FAINT, TITLE};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::domain::{ChannelName, CommitId, EnvironmentName, TagName};
use crate::git::SignedIds;
use crate::operations::deploy::{PlannedDeploy, PlannedRollback};
use crate::reports::NoteBar;
use crate::surface::{ConfigurationDifference, Migration, SurfaceDifference, SurfaceKind};

/// A recorded deploy.
#[derive(Debug, Serialize)]
pub(super) struct Recorded {
    tag: TagName,
    channel: ChannelName,
    environment: EnvironmentName,
    commit: CommitId,
    version: String,
    sequence: Option<u64>,
    /// `false` where it was recorded before.
    created: bool,
}

/// A recorded rollback.
#[derive(Debug, Serialize)]
pub(super) struct RolledBack {
    #[serde(flatten)]
    pub recorded: Recorded,
    /// The deploy that is no longer live.
    replaces: Option<TagName>,
    /// Migrations that stand between the two, which a rollback does not undo.
    migrations: Vec<Migration>,
    /// What changed in the configuration from the deploy that is live again to the one that it replaces.
    configuration: ConfigurationDifference,
    /// What change notes alone say of going back.
    by_notes: Vec<NoteBar>,
    /// Of migrations and configuration, what no files are declared for.
    not_tracked: Vec<SurfaceKind>,
    /// Why nothing is known of what stands between, or of what change notes say of it.
    #[serde(rename = "between_unknown")]
    pub unknown: Option<String>,
    #[serde(skip)]
    surface: Option<SurfaceDifference>,
}

/// It names no object that it makes.
impl Told for Recorded {
    fn take_signed(&mut self, _: &SignedIds) {}
}

impl Told for RolledBack {
    fn take_signed(&mut self, _: &SignedIds) {}
}

impl Recorded {
    pub fn new(planned: PlannedDeploy) -> Self {
        let PlannedDeploy { channel, tag, environment, commit, version, sequence, is_created, .. } = planned;
        Self { tag, channel, environment, commit, version, sequence, created: is_created }
    }

    /// Outputs and summary of a step of GitHub Actions.
    pub fn tell_actions<T>(&self, context: &Context, mutated: &Mutated<T>) -> anyhow::Result<()> {
        let sha = self.commit.to_string();
        context.actions.set(&[
            ("tag", self.tag.as_str()),
            ("environment", self.environment.as_str()),
            ("sha", &sha),
            ("commit", &sha),
            ("version", &self.version),
            ("created", if self.created { "true" } else { "false" }),
            ("pushed", if mutated.pushed { "true" } else { "false" }),
        ])?;
        let Self { tag, environment, version, .. } = self;
        context.actions.summarise(&format!("`{environment}`: {version} (`{tag}`)"))
    }

    fn line(&self, is_applied: bool) -> String {
        let Self { tag, environment, commit, version, created, .. } = self;
        let short = commit.short();
        // A shallow checkout knows no version, and the commit stands for it.
        let build = if *version == short { short } else { format!("{} ({short})", text::without_build(version)) };
        let line = match (created, is_applied) {
            (true, true) => format!("{build} is live in {environment}: {tag}"),
            (true, false) => format!("{build} would be recorded in {environment}: {tag}"),
            (false, _) => format!("{build} was recorded in {environment} already: {tag}"),
        };
        format!("{}\n", text::one_line(&line))
    }
}

impl RolledBack {
    pub fn new(planned: PlannedRollback) -> Self {
        let replaces = planned.deploy.replaces.clone();
        let recorded = Recorded::new(planned.deploy);
        let (surface, by_notes, unknown) = match planned.between {
            Some(Ok(between)) => (Some(between.surface), between.by_notes, between.notes_unknown),
            Some(Err(error)) => (None, Vec::new(), Some(error.to_string())),
            None => (None, Vec::new(), None),
        };
        let of = surface.clone();
        let (migrations, configuration, not_tracked) = of.map_or_else(Default::default, |of| {
            (of.migrations.added, of.configuration, of.not_tracked.into_iter().filter(is_between).collect())
        });
        Self { recorded, replaces, migrations, configuration, by_notes, not_tracked, unknown, surface }
    }
}

/// Whether it matters to whoever goes back; requirements and deprecations look ahead.
fn is_between(kind: &SurfaceKind) -> bool {
    matches!(kind, SurfaceKind::Configuration | SurfaceKind::Migrations)
}

pub(super) fn view(mutated: &Mutated<Recorded>, _: usize) -> String {
    mutated.outcome.line(mutated.applied) + &mutated.to_text()
}

pub(super) fn view_rollback(mutated: &Mutated<RolledBack>, width: usize) -> String {
    let outcome = &mutated.outcome;
    let mut shown = outcome.recorded.line(mutated.applied);
    if let Some(replaced) = &outcome.replaces {
        shown.push_str(&format!("It replaces {replaced}.\n"));
    }
    if let Some(between) = &outcome.surface {
        shown.push_str("\nBetween the two, and not undone by going back:\n");
        shown.push_str(&surface::between(between, width));
        shown.push_str(&notes(&outcome.by_notes, width));
        shown.push('\n');
    }
    shown + &mutated.to_text()
}

/// What change notes say of going back; nothing where they say nothing.
fn notes(bars: &[NoteBar], width: usize) -> String {
    if bars.is_empty() {
        return String::new();
    }
    let mut table = Table::new(
        2,
        &[("change", Column::Shrinking), ("for", Column::Left), ("going back", Column::Left), ("file", Column::Spare)],
    );
    for bar in bars {
        table.row([
            bar.name.as_str().into(),
            bar.variant.as_deref().into(),
            surface::way_back(Some(bar.rollback)),
            Cell::styled(&bar.file, FAINT),
        ]);
    }
    format!("{TITLE}change notes{TITLE:#}  {} that no file shows\n{}", bars.len(), table.render(width))
}
