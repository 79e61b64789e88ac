//! What became of each commit, line by line, for a terminal.

use std::fmt::Write as _;

use super::command::Backported;
use crate::cli::mutation::Mutated;
use crate::cli::text;
use crate::operations::{Pick, PickResult};

pub(super) fn view(mutated: &Mutated<Backported>, width: usize) -> String {
    let mut shown = String::new();
    let mut line = None;
    for pick in &mutated.outcome.picks {
        if line != Some((&pick.channel, &pick.line)) {
            line = Some((&pick.channel, &pick.line));
            let _ = writeln!(shown, "Line {} (branch {})", pick.line, pick.branch);
        }
        tell(&mut shown, pick, mutated.applied, width);
    }
    for review in &mutated.outcome.reviews {
        let verb = if mutated.applied { "is" } else { "would be" };
        let _ = writeln!(shown, "Branch {review} {verb} to be merged into its line.");
    }
    let is_blocked = mutated.outcome.picks.iter().any(|pick| pick.result.is_blocked());
    let plan = if is_blocked && mutated.plan.is_empty() { String::new() } else { mutated.to_text() };
    text::lines(&shown).into_owned() + &plan
}

fn tell(shown: &mut String, pick: &Pick, is_applied: bool, width: usize) {
    let subject = format!("  {} {}", pick.commit.short(), text::one_line(&pick.subject));
    let _ = writeln!(shown, "{}", text::truncate(&subject, width));
    let _ = writeln!(shown, "    {}", words(pick, is_applied));
    for obstacle in &pick.obstacles {
        let _ = writeln!(shown, "      {}: {}", text::one_line(&obstacle.path), obstacle.why);
    }
    if let Some(why) = &pick.not_needed {
        let _ =
            writeln!(shown, "      though it is written down that the line does not need it: {}", text::one_line(why));
    }
    if pick.result == PickResult::Picked {
        for path in &pick.notes {
            let _ = writeln!(shown, "      with {}, which came with the same merge", text::one_line(path));
        }
        for path in &pick.surface {
            let _ = writeln!(shown, "      changes {}, which operators depend on", text::one_line(path));
        }
    }
    if !pick.missing.is_empty() {
        shown.push_str("    It probably needs what the line lacks:\n");
        for missing in &pick.missing {
            let said = format!("      {} {}", missing.commit.short(), text::one_line(&missing.subject));
            let _ = writeln!(shown, "{}", text::truncate(&said, width));
        }
    }
    if !pick.commands.is_empty() {
        shown.push_str("    By hand:\n");
        for command in &pick.commands {
            let _ = writeln!(shown, "      {command}");
        }
    }
}

fn words(pick: &Pick, is_applied: bool) -> String {
    let id = |commit: &Option<crate::domain::CommitId>| commit.map(|commit| commit.short()).unwrap_or_default();
    match pick.result {
        PickResult::Picked if pick.new_commit.is_none() => "applies".to_owned(),
        PickResult::Picked if is_applied => format!("is picked as {}", id(&pick.new_commit)),
        PickResult::Picked => format!("would be picked as {}", id(&pick.new_commit)),
        PickResult::AlreadyThere if pick.there == Some(pick.commit) => "is on the line".to_owned(),
        PickResult::AlreadyThere if pick.there.is_some() => format!("is on the line as {}", id(&pick.there)),
        PickResult::AlreadyThere => "is on the line already".to_owned(),
        PickResult::InReview => "waits for review already".to_owned(),
        PickResult::Empty => "would change nothing on the line".to_owned(),
        PickResult::Conflict => "conflicts".to_owned(),
        PickResult::Surface => "applies, but a person has to see it".to_owned(),
        PickResult::Waiting => "waits for the commits before it".to_owned(),
    }
}
