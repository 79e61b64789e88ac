//! The commands with which a person does what could not be done here, as they can be pasted into a shell.

use super::commits::Source;
use crate::domain::BranchName;
use crate::ledger::{Branch, Line};

/// From a new branch at the line's tip to what is to be reviewed. `sources` are all commits that the line is to get.
pub(super) fn commands(line: &Line, branch: &Branch, is_local: bool, sources: &[Source]) -> Vec<String> {
    let Some(first) = sources.first() else { return Vec::new() };
    let start = match &branch.remote {
        Some((name, _)) if !is_local => name.as_str().trim_start_matches("refs/remotes/"),
        _ => branch.name.as_str(),
    };
    let own: String = line.name.chars().map(|c| if c == '/' { '-' } else { c }).collect();
    let own = format!("backport-{}-to-{own}", &first.commit.to_string()[..9]);
    let mut commands = vec![format!("git switch --create {} {}", quoted(&own), quoted(start))];
    let mut rest = sources;
    // git takes one mainline for all commits of a command.
    while let Some(next) = rest.first() {
        let count = rest.iter().take_while(|source| source.mainline == next.mainline).count();
        let ids: Vec<String> = rest[..count].iter().map(|source| source.commit.to_string()).collect();
        let mainline = next.mainline.map(|number| format!("-m {number} ")).unwrap_or_default();
        commands.push(format!("git cherry-pick -x {mainline}{}", ids.join(" ")));
        rest = &rest[count..];
    }
    commands.push("git add --all && git cherry-pick --continue".to_owned());
    commands.push(push(&own, &branch.name, branch.remote.as_ref().map(|(name, _)| name.as_str())));
    commands
}

fn push(own: &str, branch: &BranchName, remote: Option<&str>) -> String {
    let suffix = format!("/{branch}");
    let remote = remote.and_then(|name| name.strip_prefix("refs/remotes/")?.strip_suffix(&suffix));
    match remote {
        Some(remote) => format!("git push {} {}", quoted(remote), quoted(own)),
        None => format!("git switch {} && git merge --ff-only {}", quoted(branch.as_str()), quoted(own)),
    }
}

/// A word of a shell.
fn quoted(word: &str) -> String {
    let is_plain = word.chars().all(|c| c.is_ascii_alphanumeric() || "-_./+@:=".contains(c));
    if is_plain { word.to_owned() } else { format!("'{}'", word.replace('\'', "'\\''")) }
}
