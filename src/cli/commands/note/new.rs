//! `twintrack note new`: write a change note, from flags or in the user's editor.

use std::path::PathBuf;

use anyhow::Context as _;
use serde::Serialize;

use super::editor::{Draft, is_somebody_there};
use super::pairs::Pairs;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, Refusal, UsageError};
use crate::cli::file::{Placed, place};
use crate::cli::text;
use crate::config::{Config, Note, NoteFormat};
use crate::domain::{ChangeKind, ChannelName, Version};
use crate::git::Repository;
use crate::history::{Reader, StatedKind};
use crate::operations::note::{DraftBlock, NoteDraft, slug, without_comments};
use crate::reports::action_flags;

/// The arguments of `note new`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack note new\n  \
    twintrack note new \"Jobs no longer run twice\" --kind fixed --scope scheduler --ref '#4312' --backport 1.8\n  \
    twintrack note new \"The lease is ten seconds\" --kind changed --action required --when before --downtime none \
    --rollback safe --operators 'Set `scheduler.lease` back where that is too long.'\n  \
    twintrack note new \"Leases are stored\" --kind added --migration 'id=0042_add_lease; phase=before; rollback=needs-down; \
    online=true' --requirement 'name=postgresql; minimum=14'\n\n\
    Everything is checked as `note lint` does before anything is written. A value that holds `;` is for the editor, whose \
    template shows every key; docs/change-notes.md describes them.")]
pub struct Args {
    /// What the change means to people, in a sentence; without it the editor is opened. Its words name the file.
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    /// What kind of change it is.
    #[arg(long, short, value_parser = clap::builder::PossibleValuesParser::new(ChangeKind::ALL.map(ChangeKind::as_str)))]
    kind: Option<String>,
    /// A channel that it matters to; may be given several times [default: as the configuration says].
    #[arg(long, value_name = "NAME")]
    channel: Vec<String>,
    /// The part of the product.
    #[arg(long)]
    scope: Option<String>,
    /// What it refers to: `#4312`, `CVE-2026-1234`; may be given several times.
    #[arg(long = "ref", value_name = "REF")]
    refs: Vec<String>,
    /// What stops working, and for whom.
    #[arg(long, value_name = "TEXT")]
    breaking: Option<String>,
    /// The day before which documents say nothing of it.
    #[arg(long, value_name = "DAY")]
    announce_on: Option<chrono::NaiveDate>,
    /// A line that is to get it; may be given several times.
    #[arg(long, value_name = "LINE")]
    backport: Vec<String>,
    #[command(flatten)]
    operator: OperatorArgs,
    #[command(flatten)]
    security: SecurityArgs,
    #[command(flatten)]
    blocks: BlockArgs,
    /// The name of the file, without `.md` [default: from the text].
    #[arg(long, value_name = "NAME")]
    slug: Option<String>,
    /// Open the editor, also where the text is given.
    #[arg(long)]
    edit: bool,
    /// Print the note and write nothing.
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// `[operator]`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What operators must do")]
struct OperatorArgs {
    /// Whether there is something to do.
    #[arg(long, value_parser = ["required", "recommended", "none"])]
    action: Option<String>,
    /// When, seen from the upgrade.
    #[arg(long, value_parser = ["before", "during", "after"])]
    when: Option<String>,
    /// For how long nothing is served: `none`, `restart` or a period.
    #[arg(long, value_name = "TIME")]
    downtime: Option<String>,
    /// Whether one can go back afterwards.
    #[arg(long, value_parser = ["safe", "needs-down", "needs-restore", "impossible"])]
    rollback: Option<String>,
    /// What is to be done.
    #[arg(long, value_name = "TEXT")]
    operators: Option<String>,
    /// Which installations it is about, where it is not all.
    #[arg(long, value_name = "TEXT")]
    affected: Option<String>,
    /// A kind of installation that it is about, `helm`; may be given several times.
    #[arg(long, value_name = "NAME")]
    installation: Vec<String>,
    /// How one sees afterwards that all is well.
    #[arg(long, value_name = "TEXT")]
    verify: Option<String>,
    /// An address with more.
    #[arg(long, value_name = "ADDRESS")]
    more: Option<String>,
}

/// `[security]`.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "The weakness that is repaired")]
struct SecurityArgs {
    /// How bad it is.
    #[arg(long, value_parser = ["low", "medium", "high", "critical"])]
    severity: Option<String>,
    /// Its identifier; may be given several times.
    #[arg(long, value_name = "ID")]
    id: Vec<String>,
    /// Versions before it do not have the weakness.
    #[arg(long, value_name = "VERSION")]
    introduced_in: Option<Version>,
    /// The day before which documents stay vague.
    #[arg(long, value_name = "DAY")]
    disclose_on: Option<chrono::NaiveDate>,
}

/// What stands in a list of a note. Each option is one table of it and may be given several times.
#[derive(Debug, clap::Args)]
#[command(next_help_heading = "What else comes with the change, each as `KEY=VALUE; KEY=VALUE`")]
struct BlockArgs {
    /// A configuration key: `key` and `change` (`added`, `removed`, `renamed`, `default`, `meaning`), with `from`, `to`,
    /// `restart`, `fails-if`, `about`.
    #[arg(long, value_name = "KEYS")]
    configuration: Vec<Pairs>,
    /// A database migration: `id`, `phase` (`before`, `with`, `after`, `background`) and `rollback`, with `lock`, `lock-for`,
    /// `online`, `grows-with-rows`, `measured.time`, `measured.on`, `works-with-older`, `variant`, `about`.
    #[arg(long, value_name = "KEYS")]
    migration: Vec<Pairs>,
    /// What an installation needs: `name`, and `minimum`, `maximum` or `dropped`, with `previously`, `about`.
    #[arg(long, value_name = "KEYS")]
    requirement: Vec<Pairs>,
    /// What will go: `what`, and `supported-until` or `removed-in`, with `announced-in`, `replacement`.
    #[arg(long, value_name = "KEYS")]
    deprecation: Vec<Pairs>,
    /// What is known to be wrong: `about`, with `found-in`, `fixed-in`, `condition`, `workaround`.
    #[arg(long, value_name = "KEYS")]
    known_issue: Vec<Pairs>,
    /// A correction made after a release shipped: `on`, a day, and `text`.
    #[arg(long, value_name = "KEYS")]
    erratum: Vec<Pairs>,
}

impl BlockArgs {
    fn blocks(&self) -> Vec<DraftBlock> {
        let lists = [
            ("configuration", &self.configuration),
            ("migration", &self.migration),
            ("requirement", &self.requirement),
            ("deprecation", &self.deprecation),
            ("known-issue", &self.known_issue),
            ("erratum", &self.erratum),
        ];
        let blocks = lists.into_iter().flat_map(|(name, list)| list.iter().map(move |pairs| (name, pairs)));
        blocks.map(|(name, pairs)| DraftBlock { name, keys: pairs.keys().to_vec() }).collect()
    }
}

/// What was written.
#[derive(Debug, Serialize)]
struct NewNote {
    /// From the root of the repository.
    path: String,
    /// False for a dry run, and where the file already said so.
    written: bool,
    kind: ChangeKind,
    text: String,
}

/// Writes the note.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let root = match repository.work_dir() {
        Some(root) => root.to_owned(),
        None if args.dry_run => PathBuf::new(),
        None => return Err(UsageError::NoWorkTree { what: "a change note" }.into()),
    };
    let config = context.read_configuration(&repository)?;
    let draft = draft(args, &config)?;
    let edited = Draft::of(&repository);
    let is_edited = args.edit || args.text.is_none();
    let text = if is_edited { in_editor(args, &draft, &edited, &repository)? } else { draft.text() };
    let (path, note) = checked(args, &config, &text, is_edited.then_some(&edited))?;
    for flag in action_flags(&note, &text, NoteFormat::Twintrack) {
        tracing::warn!(hint = flag.hint, "{path}:{}: {}", flag.line, flag.message);
    }
    let written = !args.dry_run && written(&root.join(&path), &text)?;
    if is_edited && !args.dry_run {
        edited.discard();
    }
    context.actions.set(&[("path", path.as_str())])?;
    context.actions.summarise(&format!("## Change note\n\n`{path}`\n"))?;
    let new = NewNote { path, written, kind: note.kind, text };
    context.print("note new", &new, |new, _| view(new, args.dry_run))
}

/// The text as somebody has edited it; goes on with what was left of a note that could not be written.
fn in_editor(args: &Args, draft: &NoteDraft, edited: &Draft, repository: &Repository) -> anyhow::Result<String> {
    if !args.edit && !is_somebody_there() {
        return Err(UsageError::NoNoteText.into());
    }
    // What was left is gone on with, unless another note is begun.
    let left = edited.left().filter(|_| args.text.is_none());
    let text = edited.edit(repository, &left.unwrap_or_else(|| draft.template()))?;
    let text = without_comments(&text);
    if text.split("+++").all(|part| part.trim().is_empty()) {
        edited.discard();
        return Err(Refusal::EmptyNote.into());
    }
    Ok(text)
}

/// The place of the note, and the note, once nothing is wrong with it.
fn checked(args: &Args, config: &Config, text: &str, edited: Option<&Draft>) -> anyhow::Result<(String, Note)> {
    let channels: Vec<ChannelName> = config.channels.keys().cloned().collect();
    let kept = |draft: &Draft| {
        tracing::warn!("`{}` keeps the text; `twintrack note new --edit` goes on with it", draft.path().display());
    };
    let read = |path: &str| {
        Note::read(text, path, Some(&channels)).inspect_err(|_| edited.map_or((), kept)).map_err(anyhow::Error::from)
    };
    let directory = &config.changes.directory;
    let name = match &args.slug {
        Some(name) => Some(slug(name).ok_or_else(|| UsageError::Value {
            option: "--slug",
            value: name.clone(),
            wanted: "a name with letters or digits".to_owned(),
        })?),
        None => args.text.as_deref().and_then(slug),
    };
    let note = read(&format!("{directory}/{}.md", name.as_deref().unwrap_or("new")))?;
    let name = name.or_else(|| slug(note.text.summary.lines().next().unwrap_or_default()));
    let name = name.ok_or(UsageError::NoNoteName)?;
    Ok((format!("{directory}/{name}.md"), note))
}

/// Puts the file in place; false where it already said so.
fn written(path: &std::path::Path, text: &str) -> anyhow::Result<bool> {
    if let Some(parent) = path.parent() {
        fs_err::create_dir_all(parent)?;
    }
    match place(path, text, false).with_context(|| format!("cannot write `{}`", path.display()))? {
        Placed::Written => Ok(true),
        Placed::Same => Ok(false),
        Placed::InTheWay => Err(Refusal::NoteExists { path: path.to_owned() }.into()),
    }
}

/// What the options say. A sentence in the form of Conventional Commits says its own kind and scope.
fn draft(args: &Args, config: &Config) -> anyhow::Result<NoteDraft> {
    let operator = &args.operator;
    let fields = [
        ("action", &operator.action),
        ("when", &operator.when),
        ("downtime", &operator.downtime),
        ("rollback", &operator.rollback),
        ("affected", &operator.affected),
        ("verify", &operator.verify),
        ("more", &operator.more),
    ];
    let mut draft = NoteDraft {
        kind: args.kind.clone(),
        channels: (!args.channel.is_empty()).then(|| args.channel.clone()),
        scope: args.scope.clone(),
        refs: args.refs.clone(),
        breaking: args.breaking.clone(),
        announce_on: args.announce_on.map(|day| day.to_string()),
        backport: args.backport.clone(),
        operator: fields.into_iter().filter_map(|(key, value)| Some((key, value.clone()?))).collect(),
        installations: operator.installation.clone(),
        severity: args.security.severity.clone(),
        ids: args.security.id.clone(),
        disclose_on: args.security.disclose_on.map(|day| day.to_string()),
        introduced_in: args.security.introduced_in.as_ref().map(ToString::to_string),
        blocks: args.blocks.blocks(),
        summary: args.text.clone(),
        operators: operator.operators.clone(),
    };
    let Some(sentence) = &args.text else { return Ok(draft) };
    let reader = Reader::new(&config.changes);
    if draft.kind.is_none() && reader.is_conventional(sentence) {
        let reading = reader.read(sentence, "", ("", ""));
        if let StatedKind::Stated(kind) = reading.kind {
            draft.kind = Some(kind.as_str().to_owned());
            draft.scope = draft.scope.or(reading.scope);
            draft.summary = Some(reading.text);
        }
    }
    if draft.kind.is_none() && !args.edit {
        return Err(UsageError::NoNoteKind.into());
    }
    Ok(draft)
}

fn view(new: &NewNote, is_dry_run: bool) -> String {
    let path = text::one_line(&new.path);
    match (is_dry_run, new.written) {
        (true, _) => format!("Nothing was written. {path} would be:\n\n{}", text::lines(&new.text)),
        (false, true) => format!("Wrote {path}. Commit it together with the change.\n"),
        (false, false) => format!("{path} already says so; nothing was written.\n"),
    }
}
