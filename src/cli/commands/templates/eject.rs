//! `twintrack templates eject`: shipped templates written into the project, to be changed there. Nothing is overwritten:
//! where one of the files exists and is other, none is written.

use std::path::PathBuf;

use serde::Serialize;

use super::place::Place;
use super::show::known;
use crate::cli::context::Context;
use crate::cli::error::{Outcome, Refusal};
use crate::cli::output::FAINT;
use crate::cli::text;
use crate::publish::template::{BUILTINS, Builtin};

/// The arguments of `templates eject`.
#[derive(Debug, clap::Args)]
#[command(
    after_long_help = "Examples:\n  twintrack templates eject versioned/guide.md.hbs\n  twintrack templates eject --all --dry-run\n\n\
    A template that the project has stays as it is when Twintrack's own changes: eject those that are to be other."
)]
pub struct Args {
    /// Names of templates, as `templates list` prints them.
    #[arg(value_name = "NAME", required_unless_present = "all", conflicts_with = "all")]
    names: Vec<String>,
    /// Every template.
    #[arg(long)]
    all: bool,
    /// Where to write them, instead of the directory that the configuration names.
    #[arg(long, value_name = "DIR")]
    templates: Option<PathBuf>,
    /// Write nothing, and say what would be written.
    #[arg(long)]
    dry_run: bool,
}

/// What was written.
#[derive(Debug, Serialize)]
struct Ejected {
    directory: String,
    written: Vec<&'static str>,
    /// Already there as they ship.
    unchanged: Vec<&'static str>,
    dry_run: bool,
    /// Whether they count only once they are on trunk.
    read_from_trunk: bool,
}

/// Writes the templates.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let wanted: Vec<&Builtin> = match args.all {
        true => BUILTINS.iter().collect(),
        false => args.names.iter().map(|name| known(name)).collect::<Result<_, _>>()?,
    };
    let place = Place::find(context, args.templates.as_deref())?;
    let root = place.writable()?;
    let (mut written, mut unchanged, mut other) = (Vec::new(), Vec::new(), Vec::new());
    for template in wanted {
        match fs_err::read(root.join(template.name)) {
            Ok(bytes) if bytes == template.source.as_bytes() => unchanged.push(template.name),
            Ok(_) => other.push(format!("{}/{}", place.directory, template.name)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => written.push(template.name),
            Err(error) => return Err(error.into()),
        }
    }
    if !other.is_empty() {
        return Err(Refusal::OwnTemplates { files: other }.into());
    }
    if !args.dry_run {
        for name in &written {
            let path = root.join(name);
            fs_err::create_dir_all(path.parent().unwrap_or(root))?;
            let mut file = fs_err::OpenOptions::new().write(true).create_new(true).open(&path)?;
            std::io::Write::write_all(&mut file, known(name)?.source.as_bytes())?;
        }
    }
    let (read_from_trunk, directory) = (place.is_of_trunk, place.directory.clone());
    let ejected = Ejected { directory, written, unchanged, dry_run: args.dry_run, read_from_trunk };
    context.print("templates eject", &ejected, |ejected, _| view(ejected))
}

fn view(ejected: &Ejected) -> String {
    let mut shown = String::new();
    let wrote = if ejected.dry_run { "would write" } else { "wrote" };
    for (word, names) in [(wrote, &ejected.written), ("unchanged", &ejected.unchanged)] {
        for name in names {
            shown.push_str(&format!("{word} {}/{name}\n", text::one_line(&ejected.directory)));
        }
    }
    if ejected.read_from_trunk && !ejected.written.is_empty() {
        shown.push_str(&format!("{FAINT}`publish` reads them from trunk: they count once they are there{FAINT:#}\n"));
    }
    shown
}
