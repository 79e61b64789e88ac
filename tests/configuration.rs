//! The published schema of `release.toml` and the reference of its keys are what the code says, and every example of the
//! documents is sound. `TWINTRACK_UPDATE=1 cargo test --test configuration` writes schema and reference anew.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::Value;
use twintrack::config::{Config, Note, Origin, note_schema, schema};

const BEGIN: &str = "<!-- keys: written by `TWINTRACK_UPDATE=1 cargo test --test configuration` -->\n";
const END: &str = "<!-- end of keys -->\n";

fn root(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn assert_current(path: &str, wanted: &str) {
    let path = root(path);
    if std::env::var_os("TWINTRACK_UPDATE").is_some() {
        fs_err::write(&path, wanted).unwrap();
    }
    let found = fs_err::read_to_string(&path).unwrap_or_default();
    assert_eq!(found, wanted, "run `TWINTRACK_UPDATE=1 cargo test --test configuration`");
}

#[test]
fn the_published_schema_is_current() {
    assert_current("docs/release.schema.json", &format!("{:#}\n", schema()));
}

#[test]
fn the_references_of_keys_are_current() {
    for (path, schema) in [("docs/configuration.md", schema()), ("docs/change-notes.md", note_schema())] {
        assert_keys_are_current(path, &schema);
    }
}

fn assert_keys_are_current(path: &str, schema: &Value) {
    let page = fs_err::read_to_string(root(path)).unwrap();
    let (before, rest) = page.split_once(BEGIN).expect("the page has a place for the keys");
    let (_, after) = rest.split_once(END).expect("the place for the keys ends");
    assert_current(path, &format!("{before}{BEGIN}{}{END}{after}", Reference::of(schema)));
}

#[test]
fn every_note_of_the_documents_is_sound() {
    let page = fs_err::read_to_string(root("docs/change-notes.md")).unwrap();
    let notes: Vec<&str> =
        page.split("```markdown\n").skip(1).map(|block| block.split("```").next().unwrap_or_default()).collect();
    assert!(notes.len() > 1, "the page shows a note and decisions");
    for note in notes {
        if let Err(error) = Note::read(note, "docs/change-notes.md", None) {
            panic!("{:#?}", error.findings.iter().map(ToString::to_string).collect::<Vec<_>>());
        }
    }
}

/// The keys as Markdown, a section for each table.
struct Reference<'s> {
    schema: &'s Value,
    page: String,
}

impl<'s> Reference<'s> {
    fn of(schema: &'s Value) -> String {
        let mut reference = Self { schema, page: String::new() };
        reference.table("The top of the file", "", schema);
        reference.page
    }

    /// A table, then the tables within it.
    fn table(&mut self, title: &str, path: &str, table: &'s Value) {
        let _ = write!(self.page, "\n### {title}\n\n{}\n\n", text(table, "description"));
        let keys = table["properties"].as_object().expect("a table has keys");
        let required: Vec<&str> =
            table["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let mut within = Vec::new();
        for (key, value) in keys {
            let is_required = required.contains(&key.as_str());
            self.key(key, value, is_required);
            let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
            within.extend(self.tables(&path, value));
        }
        for (path, table) in within {
            self.table(&format!("`{path}`"), &path, table);
        }
    }

    fn key(&mut self, key: &str, value: &'s Value, is_required: bool) {
        let must = if is_required { ", required" } else { "" };
        let default = value.get("default").map(|default| format!(", by default `{default}`")).unwrap_or_default();
        let _ =
            writeln!(self.page, "- **`{key}`** ({}{must}{default}). {}", self.form(value), text(value, "description"));
        let mut places = self.alternatives(value);
        places.extend(self.alternatives(&value["additionalProperties"]));
        for word in places.into_iter().filter_map(|place| place["oneOf"].as_array()).flatten() {
            let meaning = text(word, "description");
            let _ = writeln!(self.page, "  - `{}`: {meaning}", text(word, "const"));
        }
    }

    /// What a value looks like, in words.
    fn form(&self, value: &'s Value) -> String {
        if let Some(target) = self.target(value) {
            return self.form(target);
        }
        if let Some(branches) = value["anyOf"].as_array() {
            return branches.iter().map(|branch| self.form(branch)).collect::<Vec<_>>().join(", or ");
        }
        if let Some(title) = value["title"].as_str().filter(|_| value.get("properties").is_none()) {
            return title.to_owned();
        }
        if let Some(words) = value["enum"].as_array() {
            return words
                .iter()
                .map(|word| format!("`{}`", word.as_str().unwrap_or_default()))
                .collect::<Vec<_>>()
                .join(" · ");
        }
        if value.get("oneOf").is_some() {
            return "a word".to_owned();
        }
        match text(value, "type") {
            "array" => format!("list of {}", plural(&self.form(&value["items"]))),
            "object" if value.get("properties").is_some() => "table".to_owned(),
            "object" => format!("table of {}", plural(&self.form(&value["additionalProperties"]))),
            "string" => "text".to_owned(),
            "boolean" => "true or false".to_owned(),
            "integer" => "number".to_owned(),
            other => panic!("a value of type `{other}` has no words yet: {value}"),
        }
    }

    /// The tables that a value holds, each with the way to it.
    fn tables(&self, path: &str, value: &'s Value) -> Vec<(String, &'s Value)> {
        let mut found: Vec<(String, &'s Value)> = Vec::new();
        for place in self.alternatives(value) {
            if place.get("properties").is_some() {
                found.push((path.to_owned(), place));
            }
            if place["items"].is_object() {
                found.extend(self.tables(path, &place["items"]));
            }
            if place["additionalProperties"].is_object() {
                found.extend(self.tables(&format!("{path}.{}", name_of(path)), &place["additionalProperties"]));
            }
        }
        // One value or a list of the same leads to one table twice.
        let mut seen: Vec<*const Value> = Vec::new();
        found.retain(|(_, table)| {
            let is_new = !seen.contains(&std::ptr::from_ref(*table));
            seen.push(std::ptr::from_ref(*table));
            is_new
        });
        found
    }

    /// The value itself, what it refers to, and each of its branches.
    fn alternatives(&self, value: &'s Value) -> Vec<&'s Value> {
        let mut found = vec![value];
        let mut next = 0;
        while let Some(place) = found.get(next).copied() {
            next += 1;
            found.extend(self.target(place));
            found.extend(place["anyOf"].as_array().into_iter().flatten());
        }
        found
    }

    fn target(&self, value: &'s Value) -> Option<&'s Value> {
        let reference = value.get("$ref").or_else(|| value.pointer("/allOf/0/$ref"))?;
        self.schema.pointer(reference.as_str()?.trim_start_matches('#'))
    }
}

/// What stands in the heading for a name of one's own.
fn name_of(path: &str) -> &'static str {
    match path.rsplit('.').next() {
        Some("channels") => "CHANNEL",
        Some("lines" | "not-needed") => "LINE",
        _ => "KIND",
    }
}

fn plural(form: &str) -> String {
    match form {
        "a word" => "words".to_owned(),
        "kind of change" => "kinds of change".to_owned(),
        form if form.contains(" or ") => format!("these: {form}"),
        form => format!("{form}s"),
    }
}

fn text<'v>(value: &'v Value, key: &str) -> &'v str {
    value[key].as_str().unwrap_or_default()
}

/// TOML as the schema's readers see it: dates are texts.
fn as_json(value: &toml::Value) -> Value {
    match value {
        toml::Value::Datetime(moment) => Value::from(moment.to_string()),
        toml::Value::Array(items) => items.iter().map(as_json).collect(),
        toml::Value::Table(table) => table.iter().map(|(key, value)| (key.clone(), as_json(value))).collect(),
        toml::Value::String(text) => Value::from(text.as_str()),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Value::from(*number),
        toml::Value::Boolean(value) => Value::from(*value),
    }
}

/// Every whole configuration that the documents show, and the project's own.
fn examples() -> Vec<(String, String)> {
    let mut found = Vec::new();
    for path in ["release.toml", "docs/examples/release.toml"] {
        found.push((path.to_owned(), fs_err::read_to_string(root(path)).unwrap()));
    }
    let page = fs_err::read_to_string(root("docs/configuration.md")).unwrap();
    for (number, block) in page.split("```toml\n").skip(1).enumerate() {
        let block = block.split("```").next().unwrap_or_default();
        if block.starts_with("schema = 1") {
            found.push((format!("docs/configuration.md, example {}", number + 1), block.to_owned()));
        }
    }
    assert!(found.len() > 6, "the page shows one configuration for each layout");
    found
}

#[test]
fn every_example_is_sound() {
    for (name, example) in examples() {
        if let Err(error) = Config::read(&example, Origin::Given { path: name.clone() }) {
            let findings: Vec<String> = error.findings().iter().map(ToString::to_string).collect();
            panic!("{name}: {findings:#?}");
        }
    }
}

#[test]
fn the_schema_accepts_every_example_and_refuses_an_unknown_key() {
    let validator = jsonschema::draft7::new(&schema()).unwrap();
    for (name, example) in examples() {
        let value = as_json(&toml::Value::Table(example.parse().unwrap()));
        let faults: Vec<String> = validator.iter_errors(&value).map(|fault| fault.to_string()).collect();
        assert!(faults.is_empty(), "{name}: {faults:#?}");
        let mut wrong = value;
        wrong["channels"]["one-more"] = serde_json::json!({ "kind": "versioned", "tga": "v{version}" });
        assert!(!validator.is_valid(&wrong), "{name}");
    }
}
