//! One file: its bytes to keys by its format, and what every format has in common.

use std::sync::LazyLock;

use indexmap::IndexMap;
use regex::Regex;
use serde_json::Value;

use super::comments::{Comments, declared_parameters};
use super::format::FileFormat;
use super::node::{FlatKey, Node, TooMany};
use super::{env, ini, json, json_schema, markdown, properties, snapshot, toml, yaml};

/// Longer files are nothing that an operator sets.
const SIZE_LIMIT: usize = 8 * 1024 * 1024;

/// A key that a file declares.
#[derive(Debug, Clone, PartialEq)]
pub struct DeclaredKey {
    /// The names on the way to it, joined by dots.
    pub key: String,
    /// Its default; a text in formats that know nothing else, null where nothing is said.
    pub value: Value,
    /// The comment that belongs to it, or the description of a schema, on one line.
    pub description: Option<String>,
    /// Whether the file shows it in a comment only.
    pub is_commented: bool,
    /// Whether the file says that it will go.
    pub is_deprecated: bool,
    /// Names that it had before, as the file says.
    pub aliases: Vec<String>,
}

/// Why a file, or a block of it, could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileFault {
    /// Counted from 1, where it is known.
    pub line: Option<usize>,
    pub why: String,
    /// The keys about which nothing is known because of it: those that begin so; empty for all.
    pub scope: String,
}

impl FileFault {
    /// A fault of the whole file.
    pub fn new(line: Option<usize>, why: impl Into<String>) -> Self {
        Self { line, why: why.into(), scope: String::new() }
    }

    /// Whether nothing is known about `key` because of this.
    pub fn hides(&self, key: &str) -> bool {
        let rest = key.strip_prefix(self.scope.as_str());
        self.scope.is_empty() || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
    }
}

impl From<TooMany> for FileFault {
    fn from(_: TooMany) -> Self {
        Self::new(None, "it has more keys than a configuration can have")
    }
}

/// What a file declares.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ParsedFile {
    /// In the order of the file, each key once.
    pub keys: IndexMap<String, DeclaredKey>,
    pub faults: Vec<FileFault>,
}

impl DeclaredKey {
    /// A key of which nothing but its value is known.
    pub fn new(key: String, value: Value) -> Self {
        let (is_commented, is_deprecated) = (false, false);
        Self { key, value, description: None, is_commented, is_deprecated, aliases: Vec::new() }
    }

    /// With what a comment or a schema says about it.
    pub fn described(mut self, description: Option<String>) -> Self {
        static FORMER: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r#"(?i)\b(?:renamed from|formerly(?: called| known as)?|previously(?: called)?|was called)[: ]\s*[`"']?([A-Za-z0-9_][A-Za-z0-9_.\-\[\]]*)"#)
                .expect("a sound expression")
        });
        static DEPRECATED: LazyLock<Regex> = LazyLock::new(|| {
            Regex::new(r"(?i)^\W{0,3}deprecated\b|@deprecated\b|\[deprecated\]").expect("a sound expression")
        });
        if let Some(text) = &description {
            let former = FORMER.captures_iter(text).filter_map(|found| found.get(1));
            self.aliases.extend(former.map(|name| name.as_str().trim_end_matches('.').to_owned()));
            self.is_deprecated |= DEPRECATED.is_match(text);
        }
        self.description = description;
        self
    }

    /// A key that the file shows in a comment only.
    pub fn commented(mut self) -> Self {
        self.is_commented = true;
        self
    }
}

impl ParsedFile {
    /// Nothing but a fault.
    pub fn unreadable(fault: FileFault) -> Self {
        Self { keys: IndexMap::new(), faults: vec![fault] }
    }

    /// Adds a key. Of several of one name, the last counts, and one that is set rather than one in a comment; of several
    /// in comments, the first.
    pub fn add(&mut self, key: DeclaredKey) {
        match self.keys.get_mut(&key.key) {
            None => {
                self.keys.insert(key.key.clone(), key);
            }
            Some(_) if key.is_commented => {}
            Some(known) => {
                let description = key.description.clone().or_else(|| known.description.take());
                *known = DeclaredKey { description, ..key };
            }
        }
    }
}

impl FromIterator<DeclaredKey> for ParsedFile {
    fn from_iter<T: IntoIterator<Item = DeclaredKey>>(keys: T) -> Self {
        let mut file = Self::default();
        keys.into_iter().for_each(|key| file.add(key));
        file
    }
}

/// The keys of the file at `path`.
pub fn parse_file(path: &str, bytes: &[u8]) -> ParsedFile {
    let text = match as_text(bytes) {
        Ok(text) => text,
        Err(fault) => return ParsedFile::unreadable(fault),
    };
    match FileFormat::of(path) {
        Some(FileFormat::Markdown) => markdown::parse(text),
        Some(format) => parse_text(format, text).unwrap_or_else(ParsedFile::unreadable),
        None => ParsedFile::unreadable(unknown_format()),
    }
}

/// The keys of a text in a format of its own; Markdown has none.
pub(super) fn parse_text(format: FileFormat, text: &str) -> Result<ParsedFile, FileFault> {
    match format {
        FileFormat::Toml => toml::keys(text),
        FileFormat::Yaml => {
            let node = yaml::parse(text)?;
            if let Some(file) = snapshot::read(&node) {
                return file;
            }
            let mut keys: ParsedFile = with_comments(text, &['#'], node.flatten()?).into_iter().collect();
            for (name, words) in declared_parameters(text) {
                if let Some(key) = keys.keys.get_mut(name) {
                    *key = DeclaredKey { aliases: Vec::new(), ..key.clone() }.described(Some(words.to_owned()));
                }
            }
            Ok(keys)
        }
        FileFormat::Json => {
            let value = json::parse(text)?;
            if json_schema::is_schema(&value) {
                return json_schema::keys(&value);
            }
            let node = Node::from_value(value);
            if let Some(file) = snapshot::read(&node) {
                return file;
            }
            Ok(node.flatten()?.into_iter().map(|flat| DeclaredKey::new(flat.key, flat.value)).collect())
        }
        FileFormat::Env => env::keys(text),
        FileFormat::Properties => properties::keys(text),
        FileFormat::Ini => ini::keys(text),
        FileFormat::Markdown => Ok(ParsedFile::default()),
    }
}

/// What a file of a structured format holds as one value; for tables that are no configuration.
pub fn parse_value(path: &str, bytes: &[u8]) -> Result<Value, FileFault> {
    let text = as_text(bytes)?;
    match FileFormat::of(path) {
        Some(FileFormat::Toml) => Ok(toml::parse(text)?.to_value()),
        Some(FileFormat::Yaml) => Ok(yaml::parse(text)?.to_value()),
        Some(FileFormat::Json) => json::parse(text),
        _ => Err(FileFault::new(None, "such a table is read from TOML, YAML and JSON only")),
    }
}

/// Keys of a tree whose places are known, each with its comment.
pub(super) fn with_comments(text: &str, marks: &'static [char], keys: Vec<FlatKey>) -> Vec<DeclaredKey> {
    let comments = Comments::new(text, marks, keys.iter().filter_map(|flat| flat.place));
    let describe = |flat: FlatKey| {
        let words = flat.place.and_then(|place| comments.of(place));
        DeclaredKey::new(flat.key, flat.value).described(words)
    };
    keys.into_iter().map(describe).collect()
}

fn as_text(bytes: &[u8]) -> Result<&str, FileFault> {
    if bytes.len() > SIZE_LIMIT {
        return Err(FileFault::new(None, "it is too long to be a configuration"));
    }
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count();
        FileFault::new(Some(line + 1), "it is not UTF-8 text")
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn unknown_format() -> FileFault {
    FileFault::new(
        None,
        "its name says no format that is read: TOML, YAML, JSON, `.env`, `.properties`, INI (`.ini`, `.cfg`, `.conf`) or \
         Markdown",
    )
}
