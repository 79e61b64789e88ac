//! YAML, from the events of a parser that knows places. Anchors and merge keys are followed, within a limit, so that a few
//! lines that stand for a billion nodes are refused.

use std::collections::BTreeMap;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};
use serde_json::{Number, Value};

use super::file::FileFault;
use super::node::{Node, Place, Shape};

/// Nodes that aliases may add up to.
const NODE_LIMIT: usize = 200_000;

/// Collections are followed this deep.
const DEPTH_LIMIT: usize = 64;

/// The file as a tree; where it has several documents, a list of them.
pub(super) fn parse(text: &str) -> Result<Node, FileFault> {
    let mut reader = Reader {
        text,
        offsets: offsets(text),
        anchors: BTreeMap::new(),
        nodes: 0,
        open: Vec::new(),
        documents: Vec::new(),
    };
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let line = error.marker().line();
            FileFault::new(Some(line.max(1)), format!("no YAML: {}", error.info()))
        })?;
        reader.take(event, span)?;
    }
    reader.documents.retain(|node| !matches!(&node.shape, Shape::Scalar(Value::Null)));
    Ok(match reader.documents.len() {
        0 | 1 => reader.documents.pop().unwrap_or_else(|| Node::scalar(Value::Null, None)),
        _ => Node { shape: Shape::List(reader.documents), place: None },
    })
}

/// A collection that has begun.
struct Open {
    collection: Collection,
    anchor: usize,
    place: Option<Place>,
}

enum Collection {
    /// The entries, and the key that awaits its value.
    Map(Vec<(String, Node)>, Option<(String, Place)>),
    List(Vec<Node>),
}

struct Reader<'t> {
    text: &'t str,
    /// The byte of each character, which is what the parser counts.
    offsets: Vec<usize>,
    anchors: BTreeMap<usize, Node>,
    nodes: usize,
    open: Vec<Open>,
    documents: Vec<Node>,
}

impl Reader<'_> {
    fn take(&mut self, event: Event<'_>, span: Span) -> Result<(), FileFault> {
        let place = self.place(span);
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let place = self.scalar_place(place, style, span);
                let is_text = tag.as_ref().is_some_and(|tag| tag.suffix == "str");
                let is_plain = style == ScalarStyle::Plain && !is_text;
                let value = if is_plain { plain(&text) } else { Value::String(text.into_owned()) };
                self.count(1, place)?;
                self.finish(Node::scalar(value, Some(place)), anchor)
            }
            Event::MappingStart(anchor, _) => self.begin(Collection::Map(Vec::new(), None), anchor, place),
            Event::SequenceStart(anchor, _) => self.begin(Collection::List(Vec::new()), anchor, place),
            Event::MappingEnd | Event::SequenceEnd => {
                let Some(open) = self.open.pop() else { return Ok(()) };
                let shape = match open.collection {
                    Collection::Map(entries, _) => Shape::Map(merged(entries)),
                    Collection::List(items) => Shape::List(items),
                };
                let place = open.place.map(|begun| Place { last_line: begun.last_line.max(place.line), ..begun });
                self.count(1, place.unwrap_or(Place { line: 0, last_line: 0, end: 0 }))?;
                self.finish(Node { shape, place }, open.anchor)
            }
            Event::Alias(anchor) => {
                let mut node = self.anchors.get(&anchor).cloned().unwrap_or_else(|| Node::scalar(Value::Null, None));
                self.count(size(&node), place)?;
                forget_places(&mut node);
                node.place = Some(place);
                self.finish(node, 0)
            }
            _ => Ok(()),
        }
    }

    fn begin(&mut self, collection: Collection, anchor: usize, place: Place) -> Result<(), FileFault> {
        if self.open.len() >= DEPTH_LIMIT {
            return Err(FileFault::new(Some(place.line + 1), "it is nested too deeply"));
        }
        self.open.push(Open { collection, anchor, place: Some(place) });
        Ok(())
    }

    /// Puts a whole node where it belongs.
    fn finish(&mut self, node: Node, anchor: usize) -> Result<(), FileFault> {
        if anchor > 0 {
            self.count(size(&node), node.place.unwrap_or(Place { line: 0, last_line: 0, end: 0 }))?;
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.collection) {
            None => self.documents.push(node),
            Some(Collection::List(items)) => items.push(node),
            Some(Collection::Map(entries, waiting)) => match waiting.take() {
                None => {
                    let place = node.place.unwrap_or(Place { line: 0, last_line: 0, end: 0 });
                    *waiting = Some((key_text(&node), place));
                }
                Some((name, key)) => {
                    let place = node.place.map_or(key, |value| Place {
                        line: key.line,
                        last_line: value.last_line.max(key.line),
                        end: value.end.max(key.end),
                    });
                    entries.push((name, Node { place: Some(place), ..node }));
                }
            },
        }
        Ok(())
    }

    fn count(&mut self, nodes: usize, place: Place) -> Result<(), FileFault> {
        self.nodes += nodes;
        if self.nodes > NODE_LIMIT {
            return Err(FileFault::new(Some(place.line + 1), "it has more nodes than a configuration can have"));
        }
        Ok(())
    }

    fn place(&self, span: Span) -> Place {
        let line = span.start.line().saturating_sub(1);
        let last = span.end.line().saturating_sub(1);
        let end = self.offset(span.end.index());
        // What ends where a line begins, as block scalars do, ended on the line before.
        let goes_back = span.end.col() == 0 && last > line;
        let (last, end) = if goes_back { (last - 1, end.saturating_sub(1)) } else { (last, end) };
        Place { line, last_line: last.max(line), end }
    }

    /// The parser counts the comment after a quoted scalar as part of it.
    fn scalar_place(&self, place: Place, style: ScalarStyle, span: Span) -> Place {
        let start = self.offset(span.start.index());
        let written = self.text.get(start..).unwrap_or_default();
        let length = match style {
            ScalarStyle::SingleQuoted => quoted_length(written, '\'', None),
            ScalarStyle::DoubleQuoted => quoted_length(written, '"', Some('\\')),
            _ => return place,
        };
        Place { end: start + length, ..place }
    }

    fn offset(&self, character: usize) -> usize {
        self.offsets.get(character).or(self.offsets.last()).copied().unwrap_or(0)
    }
}

fn offsets(text: &str) -> Vec<usize> {
    text.char_indices().map(|(at, _)| at).chain([text.len()]).collect()
}

/// How long a quoted scalar is, its quotes included. A single quote within is written twice and reads as two scalars side
/// by side.
fn quoted_length(written: &str, quote: char, escape: Option<char>) -> usize {
    let (mut is_escaped, mut is_open) = (false, false);
    for (at, c) in written.char_indices() {
        if c == quote && !is_escaped {
            is_open = !is_open;
            if !is_open && !written[at + 1..].starts_with(quote) {
                return at + 1;
            }
        }
        is_escaped = escape == Some(c) && !is_escaped;
    }
    written.len()
}

fn key_text(node: &Node) -> String {
    match node.to_value() {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

fn size(node: &Node) -> usize {
    1 + match &node.shape {
        Shape::Scalar(_) => 0,
        Shape::Map(entries) => entries.iter().map(|(_, node)| size(node)).sum(),
        Shape::List(items) => items.iter().map(size).sum::<usize>(),
    }
}

/// What an alias stands for has its comments elsewhere.
fn forget_places(node: &mut Node) {
    node.place = None;
    match &mut node.shape {
        Shape::Scalar(_) => {}
        Shape::Map(entries) => entries.iter_mut().for_each(|(_, node)| forget_places(node)),
        Shape::List(items) => items.iter_mut().for_each(forget_places),
    }
}

/// Entries with what `<<` brings in; what stands there itself counts more.
fn merged(entries: Vec<(String, Node)>) -> Vec<(String, Node)> {
    if entries.iter().all(|(name, _)| name != "<<") {
        return entries;
    }
    let (merges, mut own): (Vec<_>, Vec<_>) = entries.into_iter().partition(|(name, _)| name == "<<");
    for (_, node) in merges {
        let maps = match node.shape {
            Shape::List(items) => items,
            shape => vec![Node { shape, place: None }],
        };
        for map in maps {
            let Shape::Map(entries) = map.shape else { continue };
            for (name, node) in entries {
                if own.iter().all(|(known, _)| *known != name) {
                    own.push((name, node));
                }
            }
        }
    }
    own
}

/// A plain scalar by the core schema.
pub(super) fn plain(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return true.into(),
        "false" | "False" | "FALSE" => return false.into(),
        _ => {}
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return text.trim_start_matches('+').parse::<i64>().map_or_else(|_| text.into(), Value::from);
    }
    let is_number =
        digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'))
            && digits.starts_with(|c: char| c.is_ascii_digit() || c == '.')
            && digits.bytes().any(|byte| byte.is_ascii_digit());
    let number = text.parse::<f64>().ok().filter(|_| is_number).and_then(Number::from_f64);
    number.map_or_else(|| text.into(), Value::Number)
}

#[cfg(test)]
mod tests {
    use super::super::file::with_comments;
    use super::*;

    fn shown(text: &str) -> Vec<String> {
        let keys = with_comments(text, &['#'], parse(text).unwrap().flatten().unwrap());
        let words = |words: &Option<String>| words.as_ref().map(|words| format!("  ({words})")).unwrap_or_default();
        keys.iter().map(|key| format!("{} = {}{}", key.key, key.value, words(&key.description))).collect()
    }

    #[test]
    fn values_of_a_chart_come_with_their_comments() {
        let text = r#"# Default values.

# -- Copies that run
# at once
replicas: 1
image:
  repository: acme/jobs  # where it is
  tag: "" # the version of the chart
  pullSecrets: []
resources: {}
config: |
  # not a comment
  size: 1
# After a block.
env:
  - name: A
    # what A is
    value: "1"
  - {name: B, value: 2}
ports: [80, 443]
ratio: 0.5
version: 1.10.0
when: ~
"#;
        assert_eq!(
            shown(text),
            [
                "replicas = 1  (Copies that run at once)",
                r#"image.repository = "acme/jobs"  (where it is)"#,
                r#"image.tag = ""  (the version of the chart)"#,
                "image.pullSecrets = []",
                "resources = {}",
                r##"config = "# not a comment\nsize: 1\n""##,
                r#"env[A].name = "A""#,
                r#"env[A].value = "1"  (what A is)"#,
                r#"env[B].name = "B""#,
                "env[B].value = 2",
                "ports = [80,443]",
                "ratio = 0.5",
                r#"version = "1.10.0""#,
                "when = null",
            ]
        );
    }

    #[test]
    fn anchors_and_merges_are_followed() {
        let text = "base: &base {a: 1, b: 2}\nleft:\n  <<: *base\n  b: 3\nright: *base\n";
        assert_eq!(shown(text), ["base.a = 1", "base.b = 2", "left.b = 3", "left.a = 1", "right.a = 1", "right.b = 2"]);
    }

    #[test]
    fn several_documents_are_a_list() {
        assert_eq!(shown("a: 1\n---\n---\na: 2\n"), ["[0].a = 1", "[1].a = 2"]);
    }

    #[test]
    fn a_few_lines_that_stand_for_a_billion_nodes_are_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..10 {
            let aliases = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{aliases}]\n"));
        }
        assert!(parse(&text).unwrap_err().why.contains("more nodes"));
        assert!(parse(&"[".repeat(10_000)).is_err());
    }

    #[test]
    fn what_does_not_parse_is_told_with_its_line() {
        let fault = parse("a: 1\nb: {{ .Values.x }}: [\n").unwrap_err();
        assert_eq!(fault.line.map(|line| line >= 2), Some(true), "{fault:?}");
    }

    #[test]
    fn plain_scalars_are_what_the_core_schema_says() {
        for (text, value) in [
            ("1", Value::from(1)),
            ("-7", Value::from(-7)),
            ("1e3", Value::from(1000.0)),
            ("1.2.3", Value::from("1.2.3")),
            ("10m", Value::from("10m")),
            ("99999999999999999999", Value::from("99999999999999999999")),
            ("yes", Value::from("yes")),
            (".", Value::from(".")),
            ("-", Value::from("-")),
        ] {
            assert_eq!(plain(text), value, "{text}");
        }
    }
}
