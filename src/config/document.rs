//! The text of the file and the places in it: which line and column a key or a value stands at.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::key_path::{KeyPath, Step};

/// A place in the text, both counted from one; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    pub line: usize,
    pub column: usize,
}

/// Something in the text that is not TOML.
#[derive(Debug)]
pub(super) struct SyntaxFault {
    pub position: Position,
    pub why: String,
}

/// A parsed file that knows its places.
#[derive(Debug)]
pub(super) struct Document<'t> {
    text: &'t str,
    root: Spanned<DeTable<'t>>,
}

impl<'t> Document<'t> {
    /// Parses `text`; the error is every place that is not TOML.
    pub fn parse(text: &'t str) -> Result<Self, Vec<SyntaxFault>> {
        let (root, errors) = DeTable::parse_recoverable(text);
        if errors.is_empty() {
            return Ok(Self { text, root });
        }
        let fault = |error: toml::de::Error| SyntaxFault {
            position: position(text, error.span().map_or(0, |span| span.start)),
            why: error.message().to_owned(),
        };
        Err(errors.into_iter().map(fault).collect())
    }

    /// The parsed root.
    pub fn root(&self) -> &Spanned<DeTable<'t>> {
        &self.root
    }

    /// The place of the key that `path` ends in, of the list item, or of the nearest thing around it that is written.
    pub fn position(&self, path: &KeyPath) -> Position {
        let mut start = 0;
        let mut table = Some(self.root.get_ref());
        let mut list = None;
        for step in path.steps() {
            let (place, value) = match (step, table, list) {
                (Step::Key(key), Some(found), _) => match entry(found, key) {
                    Some((name, value)) => (name.span().start, value),
                    None => break,
                },
                (Step::Index(index), _, Some(found)) => match item(found, *index) {
                    Some(value) => (value.span().start, value),
                    None => break,
                },
                _ => break,
            };
            start = place;
            (table, list) = (value.get_ref().as_table(), Some(value.get_ref()));
        }
        position(self.text, start)
    }

    /// The place of the value itself, where `path` leads to one.
    pub fn value_position(&self, path: &KeyPath) -> Option<Position> {
        let (first, rest) = path.steps().split_first()?;
        let Step::Key(key) = first else { return None };
        let mut value = entry(self.root.get_ref(), key)?.1;
        for step in rest {
            value = match step {
                Step::Key(key) => entry(value.get_ref().as_table()?, key)?.1,
                Step::Index(index) => item(value.get_ref(), *index)?,
            };
        }
        Some(position(self.text, value.span().start))
    }
}

/// Takes the value that `path` leads to out of `root`; false where there is none.
pub(super) fn remove(root: &mut DeTable<'_>, path: &KeyPath) -> bool {
    let Some((last, way)) = path.steps().split_last() else { return false };
    let Some((first, rest)) = way.split_first() else {
        return matches!(last, Step::Key(key) if root.remove(key.as_str()).is_some());
    };
    let Step::Key(key) = first else { return false };
    let Some(mut value) = root.get_mut(key.as_str()) else { return false };
    for step in rest {
        let next = match (step, value.get_mut()) {
            (Step::Key(key), DeValue::Table(table)) => table.get_mut(key.as_str()),
            (Step::Index(index), DeValue::Array(list)) => list.get_mut(*index),
            _ => None,
        };
        match next {
            Some(next) => value = next,
            None => return false,
        }
    }
    match (last, value.get_mut()) {
        (Step::Key(key), DeValue::Table(table)) => table.remove(key.as_str()).is_some(),
        (Step::Index(index), DeValue::Array(list)) if *index < list.len() => {
            let kept = list.clone().into_iter().enumerate().filter(|(place, _)| place != index);
            *list = kept.map(|(_, value)| value).collect();
            true
        }
        _ => false,
    }
}

type Entry<'a, 't> = (&'a Spanned<toml::de::DeString<'t>>, &'a Spanned<DeValue<'t>>);

fn entry<'a, 't>(table: &'a DeTable<'t>, key: &str) -> Option<Entry<'a, 't>> {
    table.get_key_value(key)
}

fn item<'a, 't>(value: &'a DeValue<'t>, index: usize) -> Option<&'a Spanned<DeValue<'t>>> {
    value.as_array()?.get(index)
}

fn position(text: &str, offset: usize) -> Position {
    let offset = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = &text[..offset];
    let line_start = before.rfind('\n').map_or(0, |at| at + 1);
    Position { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "a = 1\n\n[channels.x]\n  'ü'.b = 2 # é\nlist = [ 'p',\n 'q' ]\n[[t]]\n[[t]]\nk = { z = 1 }\n";

    #[test]
    fn finds_keys_items_and_values() {
        let document = Document::parse(TEXT).unwrap();
        let root = KeyPath::root();
        let x = root.key("channels").key("x");
        for (path, line, column) in [
            (root.key("a"), 1, 1),
            (x.clone(), 3, 11),
            (x.key("ü").key("b"), 4, 7),
            (x.key("list").index(1), 6, 2),
            (x.key("absent").key("far"), 3, 11),
            (root.key("t").index(1).key("k").key("z"), 9, 7),
            (root, 1, 1),
        ] {
            assert_eq!(document.position(&path), Position { line, column }, "{path}");
        }
        assert_eq!(document.value_position(&x.key("ü").key("b")), Some(Position { line: 4, column: 11 }));
    }

    #[test]
    fn takes_out_one_value() {
        let document = Document::parse(TEXT).unwrap();
        let mut root = document.root().get_ref().clone();
        let list = KeyPath::root().key("channels").key("x").key("list");
        assert!(remove(&mut root, &list.index(0)));
        assert!(!remove(&mut root, &list.index(1)));
        assert!(remove(&mut root, &list));
        assert!(remove(&mut root, &KeyPath::root().key("a")));
        assert!(!remove(&mut root, &KeyPath::root()));
    }

    #[test]
    fn reports_every_place_that_is_not_toml() {
        let faults = Document::parse("a = \nb = 1\nc = [\n").err().unwrap();
        assert!(faults.len() >= 2);
        assert!(faults.iter().any(|fault| fault.position.line == 1));
    }
}
