//! `[redaction]`.

use super::collector::Collector;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::redaction::{Redaction, RedactionPattern};
use crate::config::shape::{RedactionPatternShape, RedactionShape};
use crate::domain::ChannelName;

/// The section at `path`. `known` are the channels that the file has, `outside` those that others install.
pub(super) fn check_redaction(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: Option<RedactionShape>,
    known: &[String],
    outside: &[ChannelName],
) -> Redaction {
    let path = path.key("patterns");
    let written = shape.and_then(|shape| shape.patterns).unwrap_or_default();
    let mut names: Vec<(KeyPath, String)> = Vec::new();
    let mut patterns = Vec::new();
    for (index, shape) in written.into_iter().enumerate() {
        let path = path.index(index);
        names.extend(shape.name.clone().map(|name| (path.key("name"), name)));
        patterns.extend(check_pattern(found, &path, shape, known, outside));
    }
    found.distinct(&names);
    Redaction { patterns }
}

fn check_pattern(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: RedactionPatternShape,
    known: &[String],
    outside: &[ChannelName],
) -> Option<RedactionPattern> {
    let name = found.require(&path.key("name"), shape.name, "name = \"incident\"");
    let name = found.text(&path.key("name"), name);
    let regex = found.require(&path.key("regex"), shape.regex, "regex = \"INC-[0-9]+\"");
    let regex = found.text(&path.key("regex"), regex).and_then(|text| found.expression(&path.key("regex"), text));
    if regex.as_ref().is_some_and(|regex| regex.is_match("")) {
        found.report_value(&path.key("regex"), Fault::FitsNothing);
    }
    let is_written = shape.channels.is_some();
    let mut channels = Vec::new();
    for (path, text) in found.items(&path.key("channels"), shape.channels) {
        match ChannelName::new(text.clone()) {
            Ok(channel) if known.contains(&text) => channels.push(channel),
            _ => found.report_value(&path, Fault::UnknownChannel { name: text, known: known.to_vec() }),
        }
    }
    let channels = if is_written { channels } else { outside.to_vec() };
    Some(RedactionPattern { name: name?, regex: regex?, channels })
}
