//! What a structured file holds, before it becomes keys: scalars, maps and lists, with their places where the format's
//! parser knows them; and how such a tree is flattened.

use std::collections::BTreeSet;

use serde_json::Value;

use super::key_name::{join, segment};

/// Files with more keys are no configuration that a person reads.
pub(super) const KEY_LIMIT: usize = 50_000;

/// Keys by which the items of a list are told apart, the first that all items have and that differs in all.
const IDENTITIES: [&str; 3] = ["name", "id", "key"];

/// Where a key and its value stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    /// The line of the key, counted from 0.
    pub line: usize,
    /// The last line of the value.
    pub last_line: usize,
    /// The byte after the value.
    pub end: usize,
}

/// A part of a file.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub shape: Shape,
    pub place: Option<Place>,
}

#[derive(Debug, Clone)]
pub(super) enum Shape {
    Scalar(Value),
    /// In the order of the file.
    Map(Vec<(String, Node)>),
    List(Vec<Node>),
}

/// A key with its value. Lists of scalars are values, lists of tables are keys.
#[derive(Debug, Clone)]
pub(super) struct FlatKey {
    pub key: String,
    pub value: Value,
    pub place: Option<Place>,
}

/// More keys than a file may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooMany;

impl Node {
    pub fn scalar(value: Value, place: Option<Place>) -> Self {
        Self { shape: Shape::Scalar(value), place }
    }

    /// The tree without its places.
    pub fn to_value(&self) -> Value {
        match &self.shape {
            Shape::Scalar(value) => value.clone(),
            Shape::Map(entries) => {
                Value::Object(entries.iter().map(|(name, node)| (name.clone(), node.to_value())).collect())
            }
            Shape::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
        }
    }

    /// A tree without places.
    pub fn from_value(value: Value) -> Self {
        let shape = match value {
            Value::Object(entries) => {
                Shape::Map(entries.into_iter().map(|(name, value)| (name, Self::from_value(value))).collect())
            }
            Value::Array(items) => Shape::List(items.into_iter().map(Self::from_value).collect()),
            scalar => Shape::Scalar(scalar),
        };
        Self { shape, place: None }
    }

    /// The keys below this node in the order of the file.
    pub fn flatten(&self) -> Result<Vec<FlatKey>, TooMany> {
        let mut found = Vec::new();
        self.add_to(&mut found, String::new(), self.place)?;
        Ok(found)
    }

    fn add_to(&self, found: &mut Vec<FlatKey>, key: String, place: Option<Place>) -> Result<(), TooMany> {
        if found.len() >= KEY_LIMIT {
            return Err(TooMany);
        }
        match &self.shape {
            Shape::Map(entries) if !entries.is_empty() => {
                for (name, node) in entries {
                    node.add_to(found, join(&key, &segment(name)), node.place)?;
                }
            }
            Shape::List(items) if is_of_maps(items) => {
                let names = item_names(items);
                for (at, node) in items.iter().enumerate() {
                    let name = names.as_ref().map_or_else(|| at.to_string(), |names| names[at].clone());
                    node.add_to(found, format!("{key}[{name}]"), node.place)?;
                }
            }
            // An empty file has no keys.
            _ if key.is_empty() => {}
            _ => found.push(FlatKey { key, value: self.to_value(), place }),
        }
        Ok(())
    }
}

fn is_of_maps(items: &[Node]) -> bool {
    !items.is_empty() && items.iter().all(|item| matches!(&item.shape, Shape::Map(entries) if !entries.is_empty()))
}

/// Names of the items, where each says its own; a new item in the middle then leaves the others as they are.
fn item_names(items: &[Node]) -> Option<Vec<String>> {
    IDENTITIES.iter().find_map(|identity| {
        let names: Option<Vec<String>> = items.iter().map(|item| item_name(item, identity)).collect();
        names.filter(|names| names.iter().collect::<BTreeSet<_>>().len() == names.len())
    })
}

fn item_name(item: &Node, identity: &str) -> Option<String> {
    let Shape::Map(entries) = &item.shape else { return None };
    let (_, node) = entries.iter().find(|(name, _)| name == identity)?;
    match &node.shape {
        Shape::Scalar(Value::String(text)) if !text.is_empty() && !text.contains(['[', ']', '\n']) => {
            Some(text.clone())
        }
        Shape::Scalar(Value::Number(number)) => Some(number.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn keys(value: Value) -> Vec<String> {
        let flat = Node::from_value(value).flatten().unwrap();
        flat.into_iter().map(|flat| format!("{} = {}", flat.key, flat.value)).collect()
    }

    #[test]
    fn nested_keys_are_joined_and_lists_of_scalars_are_values() {
        let value = json!({ "a": { "b": 1, "c": { "d": [1, "x"] } }, "e": {}, "f": [], "g": null });
        assert_eq!(keys(value), ["a.b = 1", r#"a.c.d = [1,"x"]"#, "e = {}", "f = []", "g = null"]);
    }

    #[test]
    fn items_of_a_list_go_by_their_names_or_else_by_their_numbers() {
        assert_eq!(
            keys(json!({ "env": [{ "name": "A", "value": 1 }, { "name": "B", "value": 2 }] })),
            [r#"env[A].name = "A""#, "env[A].value = 1", r#"env[B].name = "B""#, "env[B].value = 2"]
        );
        assert_eq!(
            keys(json!({ "hosts": [{ "port": 1 }, { "port": 2 }] })),
            ["hosts[0].port = 1", "hosts[1].port = 2"]
        );
        assert_eq!(keys(json!([{ "name": "A" }, { "name": "A" }])), [r#"[0].name = "A""#, r#"[1].name = "A""#]);
        assert_eq!(keys(json!({ "mixed": [1, { "a": 2 }] })), [r#"mixed = [1,{"a":2}]"#]);
    }

    #[test]
    fn an_empty_file_has_no_keys() {
        assert!(keys(json!({})).is_empty() && keys(json!(null)).is_empty());
    }
}
