//! What people say of a difference beside its files: change notes, and what lines of `release.toml` need.

use indexmap::IndexMap;

use crate::cli::context::Context;
use crate::git::Repository;
use crate::ledger::{Ledger, Line};
use crate::reports::KnownNotes;
use crate::surface::{Side, SurfaceDifference};

/// Lets both speak. Where no version has notes, nothing more is read.
pub(super) fn hear(
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
    sides: (&Side, &Side),
    difference: &mut SurfaceDifference,
) -> anyhow::Result<()> {
    difference.hear_lines(&needs(ledger, sides.0), &needs(ledger, sides.1), &ledger.config.origin.location());
    if KnownNotes::are_anywhere(ledger, repository)? {
        let identities = context.read_identities(repository, ledger)?;
        let notes = KnownNotes::read(ledger, &identities, repository)?;
        notes.tell(difference, sides, context.now().date_naive());
    }
    Ok(())
}

/// What the configuration says that an installation of a version's line needs.
fn needs(ledger: &Ledger, side: &Side) -> IndexMap<String, String> {
    let is_of = |line: &&Line| {
        let is_it = |release: &crate::ledger::Release| {
            release.commit == side.commit && Some(&release.version) == side.version.as_ref()
        };
        line.releases.iter().any(is_it) || (side.version.is_none() && line.name == side.name)
    };
    let found = ledger.channels.iter().find_map(|channel| {
        let declared = ledger.config.channels.get(&channel.name)?.declared_lines();
        let line = channel.lines.iter().find(is_of)?;
        declared.get(line.name.as_str())
    });
    found.map(|declared| declared.requires.clone()).unwrap_or_default()
}
