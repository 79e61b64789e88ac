//! JSON Schema: the properties that it describes, with their defaults and descriptions. References within the schema are
//! followed; one that leads back into itself ends there.

use serde_json::{Map, Value};

use super::file::{DeclaredKey, FileFault, ParsedFile};
use super::key_name::{join, segment};
use super::node::{KEY_LIMIT, TooMany};

/// Schemas are followed this deep.
const DEPTH_LIMIT: usize = 24;

/// Whether a JSON file is a schema rather than a configuration.
pub(super) fn is_schema(value: &Value) -> bool {
    let says_so = value.get("$schema").and_then(Value::as_str).is_some_and(|uri| uri.contains("json-schema.org"));
    let has_parts = value.get("$defs").is_some() || value.get("definitions").is_some();
    let is_object = value.get("type").is_some_and(|kind| kind == "object");
    says_so || (value.get("properties").is_some_and(Value::is_object) && (has_parts || is_object))
}

/// The keys that the schema describes.
pub(super) fn keys(schema: &Value) -> Result<ParsedFile, FileFault> {
    let mut walk = Walk { root: schema, file: ParsedFile::default(), followed: Vec::new() };
    walk.node(schema, "", 0)?;
    Ok(walk.file)
}

struct Walk<'s> {
    root: &'s Value,
    file: ParsedFile,
    /// References that led here.
    followed: Vec<&'s str>,
}

impl<'s> Walk<'s> {
    /// Adds what lies below `schema`, and `key` itself where nothing does or where it has a default.
    fn node(&mut self, schema: &'s Value, key: &str, depth: usize) -> Result<(), TooMany> {
        if self.file.keys.len() >= KEY_LIMIT {
            return Err(TooMany);
        }
        let Some(fields) = schema.as_object().filter(|_| depth < DEPTH_LIMIT) else { return Ok(()) };
        if !key.is_empty() && (fields.contains_key("default") || !self.has_parts(fields)) {
            self.add(key, fields);
        }
        self.parts(fields, key, depth)
    }

    fn parts(&mut self, fields: &'s Map<String, Value>, key: &str, depth: usize) -> Result<(), TooMany> {
        for (name, property) in fields.get("properties").and_then(Value::as_object).into_iter().flatten() {
            self.property(property, &join(key, &segment(name)), depth + 1)?;
        }
        if let Some(items) = fields.get("items").filter(|items| self.leads_on(items)) {
            self.property(items, &format!("{key}[]"), depth + 1)?;
        }
        if let Some(others) = fields.get("additionalProperties").filter(|others| self.leads_on(others)) {
            self.property(others, &join(key, "*"), depth + 1)?;
        }
        for schema in alternatives(fields) {
            self.parts_of(schema, key, depth + 1)?;
        }
        self.referred(fields, |walk, target| walk.parts_of(target, key, depth + 1))
    }

    fn parts_of(&mut self, schema: &'s Value, key: &str, depth: usize) -> Result<(), TooMany> {
        match schema.as_object() {
            Some(fields) if depth < DEPTH_LIMIT => self.parts(fields, key, depth),
            _ => Ok(()),
        }
    }

    /// A property: what it says itself counts more than what it refers to.
    fn property(&mut self, schema: &'s Value, key: &str, depth: usize) -> Result<(), TooMany> {
        self.node(schema, key, depth)
    }

    /// Whether there are keys below.
    fn has_parts(&self, fields: &'s Map<String, Value>) -> bool {
        self.leads_to_keys(fields, 0)
    }

    fn leads_on(&self, schema: &'s Value) -> bool {
        schema.as_object().is_some_and(|fields| self.leads_to_keys(fields, 0))
    }

    fn leads_to_keys(&self, fields: &'s Map<String, Value>, depth: usize) -> bool {
        if depth >= DEPTH_LIMIT {
            return false;
        }
        let has_properties = fields.get("properties").and_then(Value::as_object).is_some_and(|all| !all.is_empty());
        let through =
            |schema: &'s Value| schema.as_object().is_some_and(|fields| self.leads_to_keys(fields, depth + 1));
        let others = ["items", "additionalProperties"].iter().filter_map(|name| fields.get(*name));
        has_properties
            || others.chain(alternatives(fields)).any(through)
            || self
                .target(fields)
                .is_some_and(|(reference, target)| !self.followed.contains(&reference) && through(target))
    }

    fn target(&self, fields: &'s Map<String, Value>) -> Option<(&'s str, &'s Value)> {
        let reference = fields.get("$ref")?.as_str()?;
        Some((reference, self.root.pointer(reference.strip_prefix('#')?)?))
    }

    fn referred(
        &mut self,
        fields: &'s Map<String, Value>,
        follow: impl FnOnce(&mut Self, &'s Value) -> Result<(), TooMany>,
    ) -> Result<(), TooMany> {
        let Some((reference, target)) = self.target(fields).filter(|(name, _)| !self.followed.contains(name)) else {
            return Ok(());
        };
        self.followed.push(reference);
        let result = follow(self, target);
        self.followed.pop();
        result
    }

    fn add(&mut self, key: &str, fields: &'s Map<String, Value>) {
        let target = self.target(fields).and_then(|(_, target)| target.as_object());
        let said = |name: &str| fields.get(name).or_else(|| target.and_then(|target| target.get(name)));
        let value = said("default").or_else(|| said("const")).cloned().unwrap_or(Value::Null);
        let text = |name: &str| said(name).and_then(Value::as_str).map(one_paragraph);
        let mut found =
            DeclaredKey::new(key.to_owned(), value).described(text("description").or_else(|| text("title")));
        found.is_deprecated |= said("deprecated").is_some_and(|value| *value != Value::Bool(false));
        found.aliases.extend(["x-renamed-from", "x-aliases"].iter().filter_map(|name| said(name)).flat_map(texts));
        self.file.add(found);
    }
}

fn alternatives(fields: &Map<String, Value>) -> impl Iterator<Item = &Value> {
    ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|name| fields.get(name)?.as_array()).flatten()
}

/// A text, or a list of texts.
pub(super) fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn one_paragraph(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn properties_are_keys_with_default_and_description() {
        let schema = json!({
            "$schema": "http://json-schema.org/draft-07/schema#",
            "properties": {
                "queue": { "$ref": "#/definitions/Queue" },
                "hosts": { "type": "array", "items": { "type": "object", "properties": { "port": { "default": 1 } } } },
                "tags": { "type": "array", "items": { "type": "string" }, "default": [] },
                "old": { "deprecated": true, "description": "Use `queue`." },
                "more": { "additionalProperties": { "$ref": "#/definitions/Queue" } },
            },
            "definitions": { "Queue": { "properties": {
                "size": { "default": 100, "description": "How many\n  may wait.", "x-renamed-from": "length" },
                "inner": { "anyOf": [{ "type": "null" }, { "$ref": "#/definitions/Queue" }] },
            } } },
        });
        assert!(is_schema(&schema));
        let file = keys(&schema).unwrap();
        let shown: Vec<String> = file.keys.values().map(|key| format!("{} = {}", key.key, key.value)).collect();
        assert_eq!(
            shown,
            [
                "queue.size = 100",
                "queue.inner = null",
                "hosts[].port = 1",
                "tags = []",
                "old = null",
                "more.*.size = 100",
                "more.*.inner = null",
            ]
        );
        let size = &file.keys["queue.size"];
        assert_eq!(
            (size.description.as_deref(), &size.aliases),
            (Some("How many may wait."), &vec!["length".to_owned()])
        );
        assert!(file.keys["old"].is_deprecated);
    }

    #[test]
    fn a_configuration_is_no_schema() {
        assert!(!is_schema(&json!({ "type": "object", "size": 1 })) && !is_schema(&json!([])));
    }
}
