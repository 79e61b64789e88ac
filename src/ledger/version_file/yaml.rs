//! Where a version stands in YAML, of one document or several, from the events of a parser that knows places.

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::edit::Spot;
use super::error::VersionFault;

/// The scalars at a key, in each document.
pub(super) fn at_key(text: &str, key: &[&str]) -> Result<Vec<Spot>, VersionFault> {
    let mut walk = Walk { offsets: Offsets::new(text), text, open: Vec::new(), key, found: Vec::new() };
    for event in Parser::new_from_str(text) {
        let (event, span) =
            event.map_err(|error| VersionFault::Syntax { format: "YAML", message: error.to_string() })?;
        walk.take(&event, span);
    }
    walk.found.into_iter().collect()
}

/// A collection that has begun: the name of what comes next in it.
enum Open {
    /// `None` while a key is awaited.
    Mapping(Option<String>),
    Sequence(usize),
}

struct Walk<'t> {
    offsets: Offsets,
    text: &'t str,
    open: Vec<Open>,
    key: &'t [&'t str],
    found: Vec<Result<Spot, VersionFault>>,
}

impl Walk<'_> {
    fn take(&mut self, event: &Event<'_>, span: Span) {
        match event {
            Event::DocumentStart(_) => self.open.clear(),
            Event::MappingStart(..) => self.open.push(Open::Mapping(None)),
            Event::SequenceStart(..) => self.open.push(Open::Sequence(0)),
            Event::MappingEnd | Event::SequenceEnd => {
                self.open.pop();
                self.advance("");
            }
            Event::Alias(_) => self.advance(""),
            Event::Scalar(value, style, ..) => {
                if self.is_wanted() {
                    self.found.push(self.spot(value, *style, span));
                }
                self.advance(value);
            }
            _ => {}
        }
    }

    fn is_wanted(&self) -> bool {
        self.open.len() == self.key.len()
            && self.open.iter().zip(self.key).all(|(open, part)| match open {
                Open::Mapping(name) => name.as_deref() == Some(*part),
                Open::Sequence(at) => part.parse() == Ok(*at),
            })
    }

    /// A node of the innermost collection is over; `value` is its text where it was a scalar.
    fn advance(&mut self, value: &str) {
        match self.open.last_mut() {
            Some(Open::Mapping(name)) => *name = if name.is_none() { Some(value.to_owned()) } else { None },
            Some(Open::Sequence(at)) => *at += 1,
            None => {}
        }
    }

    /// The scalar's own characters, which are those of its value unless it is escaped or folded.
    fn spot(&self, value: &str, style: ScalarStyle, span: Span) -> Result<Spot, VersionFault> {
        let start = self.offsets.of(span.start.index());
        let quote = usize::from(!matches!(style, ScalarStyle::Plain));
        let range = start + quote..start + quote + value.len();
        if !value.is_empty() && self.text.get(range.clone()) == Some(value) {
            return Ok(Spot { range, is_bare_yaml: quote == 0 });
        }
        let end = self.offsets.of(span.end.index());
        let written = self.text.get(start..end).unwrap_or_default();
        Err(VersionFault::NotPlain { written: written.trim().chars().take(60).collect() })
    }
}

/// The parser counts characters, texts are cut at bytes.
struct Offsets(Vec<usize>);

impl Offsets {
    fn new(text: &str) -> Self {
        Self(text.char_indices().map(|(at, _)| at).chain([text.len()]).collect())
    }

    fn of(&self, character: usize) -> usize {
        self.0.get(character).or(self.0.last()).copied().unwrap_or(0)
    }
}
