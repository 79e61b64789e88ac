//! `twintrack templates list`: which templates there are, and which of them are the project's own.

use std::path::PathBuf;

use serde::Serialize;

use super::place::Place;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::output::{FAINT, WARNING};
use crate::cli::table::{Cell, Column, Table};
use crate::cli::text;
use crate::publish::template::{BUILTINS, TemplateKind, builtin};

/// The arguments of `templates list`.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The project's templates, where they are not in the directory that the configuration names.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
}

/// Every template.
#[derive(Debug, Serialize)]
struct Listed {
    /// Where the project's own are.
    directory: String,
    templates: Vec<ListedTemplate>,
    /// Files of the directory that no document uses.
    unused: Vec<String>,
}

#[derive(Debug, Serialize)]
struct ListedTemplate {
    name: &'static str,
    kind: TemplateKind,
    about: &'static str,
    /// Whether the project has one in its place.
    overridden: bool,
    /// Whether that one is other than the shipped one; `null` where there is none.
    differs: Option<bool>,
}

/// Lists the templates.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let place = Place::find(context, args.templates.as_deref())?;
    let own = place.files()?;
    let templates = BUILTINS.iter().map(|builtin| {
        let file = own.get(builtin.name);
        ListedTemplate {
            name: builtin.name,
            kind: builtin.kind(),
            about: builtin.about,
            overridden: file.is_some(),
            differs: file.map(|bytes| bytes.as_slice() != builtin.source.as_bytes()),
        }
    });
    let listed = Listed {
        templates: templates.collect(),
        unused: own.keys().filter(|name| builtin(name).is_none()).cloned().collect(),
        directory: place.directory,
    };
    context.print("templates list", &listed, view)
}

fn view(listed: &Listed, width: usize) -> String {
    let columns =
        [("template", Column::Left), ("", Column::Left), ("kind", Column::Spare), ("what it makes", Column::Shrinking)];
    let mut table = Table::new(0, &columns);
    for template in &listed.templates {
        let own = match template.differs {
            Some(true) => Cell::styled("own", WARNING),
            Some(false) => Cell::styled("own, unchanged", FAINT),
            None => Cell::default(),
        };
        table.row([template.name.into(), own, Cell::styled(template.kind.as_str(), FAINT), template.about.into()]);
    }
    let mut shown = table.render(width);
    for name in &listed.unused {
        shown.push_str(&format!("{WARNING}not used{WARNING:#}  {}\n", text::one_line(name)));
    }
    shown.push_str(&format!("{FAINT}the project's own are in {}{FAINT:#}\n", text::one_line(&listed.directory)));
    shown
}
