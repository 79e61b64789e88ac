//! Requirements: what an installation needs, with its bounds. A file declares them as `postgresql = "14"`, or as a table
//! with `minimum` and `maximum`.

use std::collections::BTreeMap;

use serde_json::Value;

use super::compare::Side;
use super::model::RequirementChange;
use super::parse::ParsedFile;
use super::reading::Reading;
use crate::domain::ObjectId;

type Files = BTreeMap<String, ObjectId>;

/// Words for a bound, with the sign that it is shown by.
const BOUNDS: [(&str, &str); 9] = [
    ("minimum", ">= "),
    ("min", ">= "),
    ("at-least", ">= "),
    ("maximum", "<= "),
    ("max", "<= "),
    ("at-most", "<= "),
    ("below", "< "),
    ("version", ""),
    ("versions", ""),
];

/// A requirement as people read it, and the file that declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Declared {
    bound: String,
    file: String,
}

/// The requirements that differ, in the order of their names. Those of files that cannot be read at either version are
/// left out.
pub(super) fn compare(
    reading: &mut Reading<'_>,
    sides: (&Side, &Side),
    from: &Files,
    to: &Files,
) -> Vec<RequirementChange> {
    let mut old = BTreeMap::new();
    let mut new = BTreeMap::new();
    let files = from.keys().chain(to.keys().filter(|path| !from.contains_key(*path)));
    for path in files {
        let mut read = |side: &Side, files: &Files| match files.get(path) {
            Some(blob) => reading.keys(side, path, *blob).map(|file| declared(&file, path)),
            None => Some(BTreeMap::new()),
        };
        let pair = if from.get(path) == to.get(path) { None } else { read(sides.0, from).zip(read(sides.1, to)) };
        if let Some((before, now)) = pair {
            old.extend(before);
            new.extend(now);
        }
    }
    let names: std::collections::BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let change = |name: &&String| {
        let (before, now) = (old.get(*name), new.get(*name));
        if before.map(|declared| &declared.bound) == now.map(|declared| &declared.bound) {
            return None;
        }
        let file = now.or(before).map(|declared| declared.file.clone())?;
        let bound = |declared: Option<&Declared>| declared.map(|declared| declared.bound.clone());
        Some(RequirementChange { name: (*name).clone(), from: bound(before), to: bound(now), file })
    };
    names.iter().filter_map(change).collect()
}

fn declared(file: &ParsedFile, path: &str) -> BTreeMap<String, Declared> {
    let mut found: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
    for key in file.keys.values().filter(|key| !key.is_commented) {
        let (parent, leaf) = key.key.rsplit_once('.').unwrap_or(("", key.key.as_str()));
        let known = BOUNDS.iter().position(|(word, _)| *word == leaf).filter(|_| !parent.is_empty());
        let text = text(&key.value);
        match known {
            Some(at) => found.entry(parent.to_owned()).or_default().push((at, format!("{}{text}", BOUNDS[at].1))),
            None if is_about(leaf, parent) => {}
            None => found.entry(key.key.clone()).or_default().push((BOUNDS.len(), text)),
        }
    }
    let join = |(name, mut bounds): (String, Vec<(usize, String)>)| {
        bounds.sort();
        let bound = bounds.into_iter().map(|(_, text)| text).collect::<Vec<_>>().join(", ");
        (name, Declared { bound, file: path.to_owned() })
    };
    found.into_iter().map(join).collect()
}

/// Whether a key only explains a requirement.
fn is_about(leaf: &str, parent: &str) -> bool {
    !parent.is_empty() && matches!(leaf, "name" | "note" | "description" | "reason" | "url")
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(text).collect::<Vec<_>>().join(", "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::super::parse::parse_file;
    use super::*;

    #[test]
    fn bounds_are_read_in_both_forms() {
        let file = "memory = \"2 GiB\"\n[postgresql]\nmaximum = \"17\"\nminimum = 14\nnote = \"with pg_trgm\"\n[[browser]]\nname = \
                    \"Firefox\"\nversion = \">= 128\"\n";
        let found = declared(&parse_file("requirements.toml", file.as_bytes()), "r");
        let shown: Vec<_> = found.iter().map(|(name, declared)| format!("{name} {}", declared.bound)).collect();
        assert_eq!(shown, ["browser[Firefox] >= 128", "memory 2 GiB", "postgresql >= 14, <= 17"]);
    }
}
