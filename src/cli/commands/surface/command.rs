//! The steps of `surface`.

use super::heard::hear;
use super::view::view;
use crate::cli::context::Context;
use crate::cli::error::Outcome;
use crate::cli::facts::{Readers, document_for};
use crate::domain::ChannelKind;
use crate::git::Repository;
use crate::ledger::{Ledger, Line, PointError, Release};
use crate::publish::surface_document;
use crate::surface::{Side, Since, SurfaceDifference, SurfaceReader};

/// The arguments of `surface`.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:\n  twintrack surface --from 1.8.3 --to 1.9.2\n  \
    twintrack surface --from 1.8.3 --to 1.9.2 --variant postgresql\n  twintrack surface --from 1.9.2\n  \
    twintrack surface --from 1.8.3 --to 1.9.2 --format html > operators.html")]
pub struct Args {
    /// What is installed: a release, tag, line, branch or commit.
    #[arg(long, value_name = "VERSION")]
    from: String,
    /// What it is compared with; trunk's tip where it is not given.
    #[arg(long, value_name = "VERSION")]
    to: Option<String>,
    /// Only the migrations of this variant, `postgresql`, as `surface.migrations` of the configuration names them.
    #[arg(long, value_name = "NAME")]
    variant: Option<String>,
    /// Say of each key since which release it is there.
    #[arg(long)]
    since: bool,
    /// The channel whose versions are meant where several have the same.
    #[arg(long, short)]
    channel: Option<String>,
}

/// Prints the difference.
pub fn run(args: &Args, context: &Context) -> anyhow::Result<Outcome> {
    let repository = context.open_repository()?;
    let ledger = context.read_ledger(&repository, &[])?;
    let channel = args.channel.as_deref();
    let from = side(&ledger, &repository, channel, &args.from)?;
    let to = side(&ledger, &repository, channel, args.to.as_deref().unwrap_or(ledger.trunk.branch.as_str()))?;
    let reader = SurfaceReader::open(&repository, &ledger.config.surface)?;
    let mut difference = reader.compare(&from, &to, args.variant.as_deref())?;
    hear(context, &repository, &ledger, (&from, &to), &mut difference)?;
    if args.since {
        fill_since(&ledger, &reader, &to, &mut difference)?;
    }
    let Some(kind) = context.options.format.document() else {
        return context.print("surface", &difference, view);
    };
    let readers = Readers { channel: None, known: &[], name: "surface", kind };
    let document =
        document_for(readers, context, &ledger, &repository, |inputs| surface_document(inputs, &difference, kind))?;
    context.output.bytes(&document)?;
    Ok(Outcome::Done)
}

/// Since when `to` has its keys: told by the line that it is a release of, else by the newest line of its channel.
fn fill_since(
    ledger: &Ledger,
    reader: &SurfaceReader<'_>,
    to: &Side,
    difference: &mut SurfaceDifference,
) -> anyhow::Result<()> {
    let versioned = || ledger.channels.iter().filter(|channel| channel.kind == ChannelKind::Versioned);
    let is_to = |release: &Release| release.commit == to.commit && Some(&release.version) == to.version.as_ref();
    let release = versioned().find_map(|channel| {
        let of_line = |line: &'_ Line| line.releases.iter().position(is_to);
        channel.lines.iter().find_map(|line| Some((channel, line, Some(&line.releases[of_line(line)?]))))
    });
    let line = || {
        let named = versioned().find_map(|channel| Some((channel, channel.find_line(&to.name)?, None)));
        named.or_else(|| versioned().find_map(|channel| Some((channel, channel.lines.first()?, None))))
    };
    if let Some((channel, line, release)) = release.or_else(line) {
        Since::new(reader, channel, line, release).fill(difference)?;
    }
    Ok(())
}

/// What a name means: a point of the history that was read, or any commit that git knows by it.
fn side(ledger: &Ledger, repository: &Repository, channel: Option<&str>, name: &str) -> anyhow::Result<Side> {
    let channel = channel.map(|name| ledger.known_channel(name)).transpose()?;
    match ledger.point(channel, name) {
        Ok(point) => {
            let version = point.release.map(|release| release.version.clone());
            Ok(Side { name: point.name, commit: point.commit, version })
        }
        Err(error @ (PointError::Unknown { .. } | PointError::OutsideHistory { .. })) => match repository.resolve(name)
        {
            Ok(commit) => Ok(Side { name: name.to_owned(), commit, version: None }),
            Err(_) => Err(error.into()),
        },
        Err(error) => Err(error.into()),
    }
}
