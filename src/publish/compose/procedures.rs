//! What a project declares of every upgrade, filled in for one line: backup, upgrade, check, the way back, and what to carry.

use super::inputs::Inputs;
use crate::config::Installation;
use crate::publish::prose::inline;
use crate::publish::view::{LineView, ProcedureView, ProceduresView};
use crate::reports::LineStatus;

/// The procedures of a line, for its newest release.
pub fn procedures(inputs: &Inputs<'_>, line: &LineStatus) -> ProceduresView {
    let policy = inputs.versioned(&line.channel).map(|channel| channel.upgrade.as_ref());
    let lines = |of: Option<&Vec<String>>| -> Vec<LineView> {
        of.into_iter().flatten().map(|text| LineView { spans: inline(text) }).collect()
    };
    let of_kind = |wanted: fn(&Installation) -> &Vec<String>| -> Vec<ProcedureView> {
        let all = policy.into_iter().flat_map(|policy| &policy.installations);
        let declared = all.filter(|(_, installation)| !wanted(installation).is_empty());
        declared
            .map(|(name, installation)| ProcedureView {
                title: installation.title.clone().unwrap_or_else(|| name.clone()),
                commands: filled(inputs, line, wanted(installation)),
            })
            .collect()
    };
    ProceduresView {
        before: lines(policy.map(|policy| &policy.before)),
        verify: lines(policy.map(|policy| &policy.verify)),
        components: policy.map_or_else(Vec::new, |policy| policy.components.clone()),
        mixed_versions: policy
            .and_then(|policy| policy.mixed_versions.as_ref())
            .map(|text| LineView { spans: inline(text) }),
        backup: of_kind(|installation| &installation.backup),
        upgrade: of_kind(|installation| &installation.upgrade),
        check: of_kind(|installation| &installation.verify),
        rollback: of_kind(|installation| &installation.rollback),
        carry: of_kind(|installation| &installation.carry),
    }
}

/// Commands with the newest release of the line, and the one before it, in their places.
fn filled(inputs: &Inputs<'_>, line: &LineStatus, commands: &[String]) -> String {
    let latest = line.latest.as_ref();
    let version = latest.map_or_else(|| "VERSION".to_owned(), |latest| latest.version.to_string());
    let tag = latest.map_or_else(|| "TAG".to_owned(), |latest| latest.tag.to_string());
    let is_before = |release: &&crate::reports::ListedRelease| {
        !release.candidate && !release.retracted && latest.is_some_and(|latest| release.version < latest.version)
    };
    let before = inputs.releases_of(line).find(is_before);
    let from = before.map_or_else(|| "THE-VERSION-BEFORE".to_owned(), |before| before.version.to_string());
    let fill =
        |command: &String| command.replace("{version}", &version).replace("{tag}", &tag).replace("{from}", &from);
    commands.iter().map(fill).collect::<Vec<_>>().join("\n")
}
