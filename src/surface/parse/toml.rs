//! TOML, and the keys that it shows in comments: `# lease = "10s"`, as many files show what one may set.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;
use toml_edit::{Document, Item, Key, TableLike, Value as TomlValue};

use super::comments::{Comments, LineIndex};
use super::file::{DeclaredKey, FileFault, ParsedFile};
use super::key_name::{join, segment};
use super::node::{FlatKey, Node, Place, Shape};
use super::snapshot;

/// The file as a tree.
pub(super) fn parse(text: &str) -> Result<Node, FileFault> {
    let lines = LineIndex::of(text);
    let document = Document::parse(text).map_err(|error| {
        let line = error.span().map(|span| lines.line(span.start) + 1);
        let words = error.message().lines().next().unwrap_or("it does not parse").to_owned();
        FileFault::new(line, format!("no TOML: {words}"))
    })?;
    Ok(Node { shape: table(document.as_table(), &lines), place: None })
}

/// The keys of the file, those in comments included.
pub(super) fn keys(text: &str) -> Result<ParsedFile, FileFault> {
    let node = parse(text)?;
    if let Some(file) = snapshot::read(&node) {
        return file;
    }
    let flat = node.flatten()?;
    let mut comments = Comments::new(text, &['#'], flat.iter().filter_map(|flat| flat.place));
    let hidden = commented(text, &comments, &flat);
    for (_, place) in &hidden {
        comments.take_out(place.line);
    }
    let mut file = ParsedFile::default();
    for key in flat {
        let words = key.place.and_then(|place| comments.of(place));
        file.add(DeclaredKey::new(key.key, key.value).described(words));
    }
    for (key, place) in hidden {
        let words = comments.of(place);
        file.add(key.described(words).commented());
    }
    Ok(file)
}

fn table(table: &dyn TableLike, lines: &LineIndex) -> Shape {
    let entries = table.iter().filter_map(|(name, _)| {
        let (key, item) = table.get_key_value(name)?;
        Some((name.to_owned(), entry(key, item, lines)?))
    });
    Shape::Map(entries.collect())
}

fn entry(key: &Key, item: &Item, lines: &LineIndex) -> Option<Node> {
    let place = match (key.span(), item.span()) {
        (Some(key), Some(value)) => Some(place(key.start..value.end, lines)),
        _ => None,
    };
    let shape = match item {
        Item::None => return None,
        Item::Value(value) => of_value(value, lines),
        Item::Table(inner) => return Some(Node { shape: table(inner, lines), place: None }),
        Item::ArrayOfTables(tables) => {
            let node = |inner: &toml_edit::Table| Node { shape: table(inner, lines), place: None };
            return Some(Node { shape: Shape::List(tables.iter().map(node).collect()), place: None });
        }
    };
    Some(Node { shape, place })
}

fn of_value(value: &TomlValue, lines: &LineIndex) -> Shape {
    match value {
        TomlValue::String(text) => Shape::Scalar(text.value().as_str().into()),
        TomlValue::Integer(number) => Shape::Scalar((*number.value()).into()),
        TomlValue::Float(number) => {
            let number = *number.value();
            Shape::Scalar(serde_json::Number::from_f64(number).map_or_else(|| number.to_string().into(), Value::Number))
        }
        TomlValue::Boolean(value) => Shape::Scalar((*value.value()).into()),
        TomlValue::Datetime(time) => Shape::Scalar(time.value().to_string().into()),
        TomlValue::Array(items) => {
            let node = |item: &TomlValue| Node {
                shape: of_value(item, lines),
                place: item.span().map(|span| place(span, lines)),
            };
            Shape::List(items.iter().map(node).collect())
        }
        TomlValue::InlineTable(inner) => table(inner, lines),
    }
}

fn place(span: Range<usize>, lines: &LineIndex) -> Place {
    let last_line = lines.line(span.end.saturating_sub(1).max(span.start));
    Place { line: lines.line(span.start), last_line, end: span.end }
}

/// Keys in comments, each with the place of its line. They belong to the table above them; a header that is itself in a
/// comment begins one.
fn commented(text: &str, comments: &Comments<'_>, values: &[FlatKey]) -> Vec<(DeclaredKey, Place)> {
    static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^#([ \t]*)([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*)[ \t]*=[ \t]*(\S.*)$").expect("a sound expression")
    });
    static HEADER: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^#?[ \t]{0,2}\[([^\[\]]+)\][ \t]*(?:#.*)?$").expect("a sound expression"));
    let in_values: BTreeSet<usize> =
        values.iter().filter_map(|flat| flat.place).flat_map(|place| place.line + 1..place.last_line + 1).collect();
    let in_comments: BTreeMap<usize, &str> = comments.lines().collect();
    let mut found = Vec::new();
    let mut offset = 0;
    let mut context = Some(String::new());
    // Prose beside live keys may well hold an `=`, further in than a key that was taken out.
    let mut furthest_in = 2;
    for (at, whole) in text.split_inclusive('\n').enumerate() {
        let line = whole.trim();
        let end = offset + whole.trim_end().len();
        offset += whole.len();
        if in_values.contains(&at) {
            continue;
        }
        if let Some(header) = HEADER.captures(line) {
            context = path_of(&header[1]);
            furthest_in = if line.starts_with('#') { 8 } else { 2 };
        } else if line.starts_with("[[") {
            // Which of several tables such a key belongs to is not said.
            context = None;
        } else if let (Some(prefix), Some(comment)) = (&context, in_comments.get(&at))
            && let Some(entry) = ENTRY.captures(comment)
            && entry[1].len() <= furthest_in
            && let Ok(value) = entry[3].parse::<TomlValue>()
            && let Some(path) = path_of(&entry[2])
        {
            let value = Node { shape: of_value(&value, &LineIndex::of("")), place: None }.to_value();
            found.push((DeclaredKey::new(join(prefix, &path), value), Place { line: at, last_line: at, end }));
        }
    }
    found
}

fn path_of(text: &str) -> Option<String> {
    let keys = Key::parse(text).ok()?;
    Some(keys.iter().fold(String::new(), |path, key| join(&path, &segment(key.get()))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let show = |key: &DeclaredKey| {
            let mark = if key.is_commented { "# " } else { "" };
            let words = key.description.as_ref().map(|words| format!("  ({words})")).unwrap_or_default();
            format!("{mark}{} = {}{words}", key.key, key.value)
        };
        keys(text).unwrap().keys.values().map(show).collect()
    }

    #[test]
    fn keys_come_with_their_comments() {
        let text = r#"
# About this file.

# How many jobs
# may wait.
[queue]
# The size.
size = 100  # not above 1000
limit = 5   # per user
a.b = { c = [1, 2], "d.e" = 1979-05-27 }

[[listener]]
name = "main" # first
port = 1
"#;
        assert_eq!(
            shown(text),
            [
                "queue.size = 100  (The size.)",
                "queue.limit = 5  (per user)",
                "queue.a.b.c = [1,2]",
                r#"queue.a.b."d.e" = "1979-05-27""#,
                r#"listener[main].name = "main"  (first)"#,
                "listener[main].port = 1",
            ]
        );
    }

    #[test]
    fn keys_in_comments_are_keys_of_the_table_above_them() {
        let text = r#"
# root = "/var"   is set at build time
[grpc]
# Words about it: address = where it listens.
# address = "/run/x.sock"
#uid = 0
list = [
  # hidden = 1
  [1],
  "[no.header]",
]
# [metrics]
#   address = ""
"#;
        assert_eq!(
            shown(text),
            [
                r#"grpc.list = [[1],"[no.header]"]"#,
                r#"# grpc.address = "/run/x.sock"  (Words about it: address = where it listens.)"#,
                "# grpc.uid = 0",
                r#"# metrics.address = """#,
            ]
        );
    }

    #[test]
    fn what_does_not_parse_is_told_with_its_line() {
        let fault = keys("a = 1\nb = \n").unwrap_err();
        assert_eq!(fault.line, Some(2), "{fault:?}");
        assert!(fault.why.starts_with("no TOML: "), "{fault:?}");
    }
}
