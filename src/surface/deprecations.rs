//! Deprecations: what a file declares to go, and keys whose own words say it.
//!
//! A file is a list of tables, or tables by name, with `removed-in`, `announced-in`, `replacement` and a text.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::compare::Side;
use super::model::{ConfigurationDifference, Deprecation, DeprecationState, KeyAt};
use super::reading::Reading;
use crate::domain::{ObjectId, Version};

type Files = BTreeMap<String, ObjectId>;

/// Names for one fact, as files in the field have them.
const NAME: &[&str] = &["name", "key", "what", "feature", "title", "id"];
const ANNOUNCED: &[&str] = &["announced-in", "deprecated-in", "since", "announced", "deprecated", "in"];
const REMOVED: &[&str] =
    &["removed-in", "removal", "remove-in", "removed", "removal-version", "removed-on", "until", "sunset"];
const REPLACEMENT: &[&str] = &["replacement", "use", "replaced-by", "instead", "alternative"];
const DESCRIPTION: &[&str] = &["description", "text", "about", "message", "reason", "note"];

/// What `to` declares to go, with how it stands to both versions; most urgent first.
pub(super) fn compare(reading: &mut Reading<'_>, sides: (&Side, &Side), from: &Files, to: &Files) -> Vec<Deprecation> {
    let mut before: Vec<Deprecation> = Vec::new();
    let mut now: Vec<Deprecation> = Vec::new();
    for (path, blob) in from {
        before.extend(reading.value(sides.0, path, *blob).iter().flat_map(|value| declared(value, path)));
    }
    for (path, blob) in to {
        now.extend(reading.value(sides.1, path, *blob).iter().flat_map(|value| declared(value, path)));
    }
    let is_unread = |item: &Deprecation| !now.iter().any(|other| other.name == item.name);
    // What is no longer listed because it is gone came due all the same.
    let mut gone: Vec<Deprecation> = before.iter().filter(|item| is_unread(item)).cloned().collect();
    gone.retain(|item| came_due(item, sides));
    now.extend(gone);
    for item in &mut now {
        item.state = if came_due(item, sides) {
            DeprecationState::Due
        } else if before.iter().any(|other| other.name == item.name) {
            DeprecationState::Pending
        } else {
            DeprecationState::Announced
        };
    }
    now.sort_by_key(|item| item.state);
    now
}

/// Keys whose own words say since `to` that they will go.
pub(super) fn of_keys(configuration: &ConfigurationDifference) -> Vec<Deprecation> {
    let added = configuration.added.iter().filter(|key| key.deprecated);
    let of = |key: &KeyAt| Deprecation {
        name: key.key.clone(),
        file: key.file.clone(),
        state: DeprecationState::Announced,
        announced_in: None,
        removed_in: None,
        replacement: None,
        description: key.description.clone(),
    };
    configuration.newly_deprecated.iter().chain(added).map(of).collect()
}

/// Whether it was to be removed after `from`, and by `to`.
fn came_due(item: &Deprecation, (from, to): (&Side, &Side)) -> bool {
    let Some(removed) = item.removed_in.as_deref().and_then(version) else { return false };
    let is_by_to = to.version.as_ref().is_some_and(|to| removed <= to.release());
    is_by_to && from.version.as_ref().is_none_or(|from| from.release() < removed)
}

/// A version as people write it beside others: `2.0`, `v2.0.0`, and `2` for `2.0`.
fn version(text: &str) -> Option<Version> {
    let text = text.trim();
    text.parse().or_else(|_| format!("{text}.0").parse()).ok()
}

fn declared(value: &Value, path: &str) -> Vec<Deprecation> {
    below("", value, path)
}

/// What is declared in a value that stands at `prefix`: dots in the names of tables make tables within tables.
fn below(prefix: &str, value: &Value, path: &str) -> Vec<Deprecation> {
    let of_entry = |(name, value): (&String, &Value)| {
        let name = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match value {
            // `[[deprecation]]`, or a list under any other name.
            Value::Array(_) => below("", value, path),
            Value::Object(fields) if is_item(fields) => one(Some(&name), value, path).into_iter().collect(),
            Value::Object(_) => below(&name, value, path),
            Value::String(_) => one(Some(&name), value, path).into_iter().collect(),
            _ => Vec::new(),
        }
    };
    match value {
        Value::Array(items) => items.iter().filter_map(|item| one(None, item, path)).collect(),
        Value::Object(entries) => entries.iter().flat_map(of_entry).collect(),
        _ => Vec::new(),
    }
}

fn is_item(fields: &Map<String, Value>) -> bool {
    [NAME, ANNOUNCED, REMOVED, REPLACEMENT, DESCRIPTION].iter().any(|names| said(fields, names).is_some())
}

fn one(name: Option<&str>, value: &Value, path: &str) -> Option<Deprecation> {
    let empty = Map::new();
    let fields = value.as_object().unwrap_or(&empty);
    let name = said(fields, NAME).or_else(|| name.map(str::to_owned)).or_else(|| value.as_str().map(str::to_owned))?;
    let description = said(fields, DESCRIPTION);
    Some(Deprecation {
        description: description.or_else(|| value.as_str().filter(|text| *text != name).map(str::to_owned)),
        name,
        file: path.to_owned(),
        state: DeprecationState::Pending,
        announced_in: said(fields, ANNOUNCED),
        removed_in: said(fields, REMOVED),
        replacement: said(fields, REPLACEMENT),
    })
}

/// The first of several names that says something; `_` and `-` are one.
fn said(fields: &Map<String, Value>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| {
        let (_, value) = fields.iter().find(|(field, _)| field.replace('_', "-").eq_ignore_ascii_case(name))?;
        match value {
            Value::String(text) if !text.trim().is_empty() => {
                Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
            }
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_and_tables_by_name_are_read() {
        for value in [
            json!({ "deprecation": [{ "name": "api.v1", "removed-in": "2.0", "use": "api.v2" }] }),
            json!({ "api.v1": { "removed_in": "2.0", "replacement": "api.v2" } }),
            json!([{ "key": "api.v1", "removal": 2.0, "instead": "api.v2" }]),
        ] {
            let found = declared(&value, "d.toml");
            assert_eq!(found.len(), 1, "{value}");
            let item = &found[0];
            assert_eq!(
                (item.name.as_str(), item.removed_in.as_deref(), item.replacement.as_deref()),
                ("api.v1", Some("2.0"), Some("api.v2"))
            );
        }
        assert_eq!(declared(&json!({ "old": "Use new." }), "d")[0].description.as_deref(), Some("Use new."));
    }
}
