//! JSON Schemas, as editors read them, generated from what can be typed; that of `release.toml`.

use std::sync::LazyLock;

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use super::key_path::{KeyPath, Step};
use super::shape::ReleaseToml;

/// The schema, in the dialect that editors of TOML read (draft 7).
pub fn schema() -> Value {
    published::<ReleaseToml>()
}

/// The schema of what can be typed into a table.
pub(super) fn published<T: JsonSchema>() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<T>().to_value();
    if let Some(Value::Object(definitions)) = schema.get_mut("definitions") {
        *definitions =
            std::mem::take(definitions).into_iter().map(|(name, schema)| (published_name(&name), schema)).collect();
    }
    publish(&mut schema);
    schema
}

/// Fits what is generated to TOML and to its readers: no null, no widths of Rust's numbers, no line ends within a
/// sentence, and no word beside a reference, which draft 7 does not read there.
fn publish(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(publish),
        Value::Object(object) => {
            object.values_mut().for_each(publish);
            drop_null_type(object);
            drop_null_branch(object);
            if object.get("format").and_then(Value::as_str).is_some_and(|format| format.starts_with("uint")) {
                object.remove("format");
            }
            if let Some(Value::String(text)) = object.get_mut("description") {
                *text = text.replace('\n', " ");
            }
            if let Some(Value::String(target)) = object.get_mut("$ref") {
                *target = published_name(target);
            }
            if object.len() > 1
                && let Some(target) = object.shift_remove("$ref")
            {
                object.insert("allOf".to_owned(), json!([{ "$ref": target }]));
            }
        }
        _ => {}
    }
}

/// Without the ending by which the code tells what was typed from what is meant.
fn published_name(name: &str) -> String {
    name.trim_end_matches("Shape").trim_end_matches("Word").to_owned()
}

fn drop_null_type(object: &mut Map<String, Value>) {
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_slice() {
            let only = only.clone();
            object.insert("type".to_owned(), only);
        }
    }
}

/// Takes the null out of `anyOf`, and the `anyOf` away where one branch is left.
fn drop_null_branch(object: &mut Map<String, Value>) {
    let Some(Value::Array(branches)) = object.get_mut("anyOf") else { return };
    branches.retain(|branch| branch.get("type").is_none_or(|name| name != "null"));
    if branches.len() != 1 {
        return;
    }
    let only = branches.pop();
    object.shift_remove("anyOf");
    if let Some(Value::Object(only)) = only {
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

/// The schema of `release.toml`, made once.
pub(super) static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// The keys that the table at `path` may have, in the order of the schema; empty where its keys are free.
pub(super) fn keys_at(schema: &Value, path: &KeyPath) -> Vec<String> {
    let alternatives = |place| alternatives(schema, place);
    let mut places = vec![schema];
    for step in path.steps() {
        places = places.into_iter().flat_map(alternatives).filter_map(|place| follow(place, step)).collect();
    }
    let tables = places.into_iter().flat_map(alternatives);
    tables.filter_map(|place| place.get("properties")?.as_object()).flat_map(|keys| keys.keys().cloned()).collect()
}

fn follow<'s>(place: &'s Value, step: &Step) -> Option<&'s Value> {
    match step {
        Step::Index(_) => place.get("items"),
        Step::Key(key) => place
            .get("properties")
            .and_then(|properties| properties.get(key))
            .or_else(|| place.get("additionalProperties").filter(|schema| schema.is_object())),
    }
}

/// The schema itself, what it refers to, and each of its branches.
fn alternatives<'s>(schema: &'s Value, place: &'s Value) -> Vec<&'s Value> {
    let mut found = vec![place];
    let mut next = 0;
    while let Some(place) = found.get(next).copied() {
        next += 1;
        if let Some(target) = place.get("$ref").and_then(Value::as_str) {
            found.extend(schema.pointer(target.trim_start_matches('#')));
        }
        for key in ["anyOf", "allOf"] {
            found.extend(place.get(key).and_then(Value::as_array).into_iter().flatten());
        }
    }
    found
}
