//! `twintrack templates show`: one template, or the names that it may use.

use std::fmt::Write as _;
use std::path::PathBuf;

use serde::Serialize;

use super::place::Place;
use crate::cli::args::Format;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, UsageError};
use crate::cli::output::{FAINT, TITLE};
use crate::cli::text;
use crate::publish::template::{Builtin, FieldLine, TemplateKind, builtin, did_you_mean, template_names};
use crate::publish::view::roots;

/// The arguments of `templates show`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack templates show versioned/guide.md.hbs\n  twintrack templates show versioned/guide.md.hbs --fields"
)]
pub struct Args {
    /// The template's name, as `templates list` prints it.
    name: String,
    /// Show the one that the project has in its place.
    #[arg(long, conflicts_with = "fields")]
    own: bool,
    /// Show the names that the template may use, and what each is.
    #[arg(long)]
    fields: bool,
    /// The project's templates, where they are not in the directory that the configuration names.
    #[arg(long, value_name = "DIR", requires = "own")]
    templates: Option<PathBuf>,
}

/// One template.
#[derive(Debug, Serialize)]
struct Shown {
    name: &'static str,
    kind: TemplateKind,
    about: &'static str,
    /// Whether this is the project's own.
    own: bool,
    text: String,
    /// Empty for what is no document: a partial sees the fields of its place.
    fields: Vec<FieldLine>,
}

/// Shows the template.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let template = known(&args.name)?;
    let text = match args.own {
        false => template.source.to_owned(),
        true => {
            let place = Place::find(context, args.templates.as_deref())?;
            let own = place.files()?.remove(template.name);
            let bytes = own.ok_or_else(|| UsageError::Value {
                option: "NAME",
                value: args.name.clone(),
                wanted: format!("a template that the project has in `{}`", place.directory),
            })?;
            String::from_utf8_lossy(&bytes).into_owned()
        }
    };
    if context.options.format == Format::Text && !args.fields {
        context.output.bytes(text.as_bytes())?;
        return Ok(Outcome::Done);
    }
    let root = roots().into_iter().find(|(name, _)| *name == template.name);
    let fields = root.map(|(_, shape)| shape.lines()).unwrap_or_default();
    let shown =
        Shown { name: template.name, kind: template.kind(), about: template.about, own: args.own, text, fields };
    context.print("templates show", &shown, fields_view)
}

/// The template of a name, with near names where there is none.
pub fn known(name: &str) -> Result<&'static Builtin, UsageError> {
    builtin(name).ok_or_else(|| UsageError::Value {
        option: "NAME",
        value: name.to_owned(),
        wanted: match did_you_mean(name, template_names()) {
            hint if hint.is_empty() => "a template; `twintrack templates list` prints their names".to_owned(),
            hint => format!("a template{hint}"),
        },
    })
}

fn fields_view(shown: &Shown, width: usize) -> String {
    let mut view = format!("{TITLE}{}{TITLE:#} makes {}\n", shown.name, shown.about);
    if shown.kind == TemplateKind::Partial {
        view.push_str("  A partial sees the fields of the place that it is put into.\n");
    } else if shown.fields.is_empty() {
        view.push_str("  It is taken as it is.\n");
    }
    for field in &shown.fields {
        let indent = 2 + 2 * field.depth;
        let absent = if field.may_be_absent { ", may be absent" } else { "" };
        let _ = writeln!(view, "{}{}  {FAINT}{}{absent}{FAINT:#}", " ".repeat(indent), field.name, field.kind);
        if !field.about.is_empty() {
            for line in text::wrap(&field.about, width.saturating_sub(indent + 4).max(20)) {
                let _ = writeln!(view, "{}{FAINT}{line}{FAINT:#}", " ".repeat(indent + 4));
            }
        }
    }
    view
}
