//! The JSON Schema of `release.toml`, as editors read it, generated from what can be typed.

use std::sync::LazyLock;

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value};

use super::key_path::{KeyPath, Step};
use super::shape::ReleaseToml;

/// The schema, in the dialect that editors of TOML read (draft 7).
pub fn schema() -> Value {
    let generator = SchemaSettings::draft07().into_generator();
    let mut schema = generator.into_root_schema_for::<ReleaseToml>().to_value();
    drop_null(&mut schema);
    schema
}

/// TOML has no null: what may be absent is simply not required.
fn drop_null(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(drop_null),
        Value::Object(object) => {
            object.values_mut().for_each(drop_null);
            drop_null_type(object);
            drop_null_branch(object);
        }
        _ => {}
    }
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
    object.remove("anyOf");
    if let Some(Value::Object(only)) = only {
        for (key, value) in only {
            object.entry(key).or_insert(value);
        }
    }
}

static SCHEMA: LazyLock<Value> = LazyLock::new(schema);

/// The keys that the table at `path` may have, in the order of the schema; empty where its keys are free.
pub(super) fn keys_at(path: &KeyPath) -> Vec<String> {
    let mut places = vec![&*SCHEMA];
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
fn alternatives(place: &Value) -> Vec<&Value> {
    let mut found = vec![place];
    let mut next = 0;
    while let Some(place) = found.get(next).copied() {
        next += 1;
        if let Some(target) = place.get("$ref").and_then(Value::as_str) {
            found.extend(SCHEMA.pointer(target.trim_start_matches('#')));
        }
        for key in ["anyOf", "allOf"] {
            found.extend(place.get(key).and_then(Value::as_array).into_iter().flatten());
        }
    }
    found
}
