//! A snapshot that the build generates: a JSON, YAML or TOML file that lists keys, for projects whose defaults stand in
//! code.
//!
//! ```json
//! { "twintrack-surface": 1, "configuration": [
//!   { "key": "queue.capacity", "default": 500, "description": "…", "aliases": ["queue.size"], "deprecated": false } ] }
//! ```

use serde_json::Value;

use super::file::{DeclaredKey, FileFault, ParsedFile};
use super::json_schema::texts;
use super::node::Node;

const MARK: &str = "twintrack-surface";

/// The keys of a snapshot; `None` where the file is none.
pub(super) fn read(node: &Node) -> Option<Result<ParsedFile, FileFault>> {
    let super::node::Shape::Map(entries) = &node.shape else { return None };
    entries.iter().find(|(name, _)| name == MARK)?;
    Some(keys(&node.to_value()))
}

fn keys(snapshot: &Value) -> Result<ParsedFile, FileFault> {
    if snapshot.get(MARK) != Some(&Value::from(1)) {
        return Err(FileFault::new(None, format!("`{MARK}` is not 1, the only version of snapshots")));
    }
    let Some(items) = snapshot.get("configuration").and_then(Value::as_array) else {
        return Err(FileFault::new(None, "the snapshot has no list `configuration`"));
    };
    items
        .iter()
        .enumerate()
        .map(|(at, item)| key(at, item))
        .collect::<Result<Vec<_>, _>>()
        .map(|keys| keys.into_iter().collect())
}

fn key(at: usize, item: &Value) -> Result<DeclaredKey, FileFault> {
    let Some(name) = item.get("key").and_then(Value::as_str).filter(|name| !name.is_empty()) else {
        return Err(FileFault::new(None, format!("item {} of the snapshot has no `key`", at + 1)));
    };
    let value = item.get("default").or_else(|| item.get("value")).cloned().unwrap_or(Value::Null);
    let words = item.get("description").and_then(Value::as_str).map(str::to_owned);
    let mut key = DeclaredKey::new(name.to_owned(), value).described(words);
    key.is_deprecated |= item.get("deprecated").is_some_and(|value| !matches!(value, Value::Null | Value::Bool(false)));
    key.aliases.extend(item.get("aliases").map(texts).unwrap_or_default());
    Ok(key)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_snapshot_lists_its_keys() {
        let snapshot = json!({ MARK: 1, "configuration": [
            { "key": "queue.capacity", "default": 500, "aliases": ["queue.size"] }, { "key": "old", "deprecated": "use it no more" },
        ] });
        let file = read(&Node::from_value(snapshot)).unwrap().unwrap();
        assert_eq!(file.keys["queue.capacity"].aliases, ["queue.size"]);
        assert!(file.keys["old"].is_deprecated);
        assert!(read(&Node::from_value(json!({ "configuration": [] }))).is_none());
    }

    #[test]
    fn a_snapshot_that_is_none_is_a_fault() {
        for (snapshot, why) in [
            (json!({ MARK: 2 }), "is not 1"),
            (json!({ MARK: 1 }), "no list"),
            (json!({ MARK: 1, "configuration": [{ "default": 1 }] }), "item 1"),
        ] {
            let fault = read(&Node::from_value(snapshot)).unwrap().unwrap_err();
            assert!(fault.why.contains(why), "{fault:?}");
        }
    }
}
