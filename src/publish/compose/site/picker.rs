//! The choice of an upgrade: what leads where.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::Action;
use crate::publish::compose::inputs::Inputs;
use crate::publish::layout::{DocumentKind, Place};
use crate::publish::template::Markup;
use crate::publish::text;
use crate::publish::view::{PickerOptionView, PickerView};
use crate::reports::{ChannelStatus, Upgrade, UpgradeFrom};

/// What is said of one way, for the script.
#[derive(Debug, Serialize)]
struct Page {
    /// `None` where there is no way.
    page: Option<String>,
    about: String,
}

/// The upgrades of a channel, as seen from a place; `None` where there is none.
pub fn picker(inputs: &Inputs<'_>, channel: &ChannelStatus, from: &Place) -> Option<PickerView> {
    let places = inputs.line_places(channel);
    let mut pages: BTreeMap<String, BTreeMap<String, Page>> = BTreeMap::new();
    let (mut begins, mut goals) = (Vec::new(), Vec::new());
    for (line, own) in channel.lines.iter().zip(&places) {
        let Some(all) = inputs.upgrades_to(line) else { continue };
        goals.push(PickerOptionView { version: all.to.to_string(), line: line.name.clone() });
        for upgrade in &all.upgrades {
            let begin = PickerOptionView { version: upgrade.from.to_string(), line: upgrade.line.clone() };
            if !begins.contains(&begin) {
                begins.push(begin);
            }
            let page =
                upgrade.upgrade.as_ref().map(|_| from.way_to(&own.upgrade_from(&upgrade.from), DocumentKind::Html));
            let ways = pages.entry(upgrade.from.to_string()).or_default();
            ways.insert(all.to.to_string(), Page { page, about: about(upgrade) });
        }
    }
    if pages.is_empty() {
        return None;
    }
    let line = |option: &PickerOptionView| channel.lines.iter().position(|line| line.name == option.line);
    begins.sort_by_key(|option| line(option));
    Some(PickerView { from: begins, to: goals, pages: Markup::json(&pages) })
}

fn about(from: &UpgradeFrom) -> String {
    match (&from.upgrade, &from.why_not) {
        (Some(upgrade), _) => words(upgrade),
        (None, Some(why)) => why.clone(),
        (None, None) => "it is not known why".to_owned(),
    }
}

/// `2 steps through 1.7.9, 3 required actions`.
fn words(upgrade: &Upgrade) -> String {
    let hops = &upgrade.hops;
    let stops: Vec<String> = hops.iter().take(hops.len().saturating_sub(1)).map(|hop| hop.to.to_string()).collect();
    let way = match stops.as_slice() {
        [] => "in one step".to_owned(),
        stops => format!("in {} steps, through {}", hops.len(), text::enumeration(stops)),
    };
    let required = hops.iter().flat_map(|hop| &hop.actions).filter(|action| action.action == Action::Required).count();
    let lost = match upgrade.lost.len() {
        0 => String::new(),
        count => format!(", {} lost", text::counted(count, "change is", "changes are")),
    };
    format!("{way}, {}{lost}", text::counted(required, "required action", "required actions"))
}
