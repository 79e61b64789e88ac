//! Where a version stands in JSON: a walk over a text that is known to be valid, which remembers where values are.

use serde::de::IgnoredAny;

use super::edit::Spot;
use super::error::VersionFault;

/// The texts at a key, each time that it is given.
pub(super) fn at_key(text: &str, key: &[&str]) -> Result<Vec<Spot>, VersionFault> {
    let syntax = |error: serde_json::Error| VersionFault::Syntax { format: "JSON", message: error.to_string() };
    // A byte order mark is no JSON, but editors write it.
    let start = text.len() - text.trim_start_matches('\u{feff}').len();
    serde_json::from_str::<IgnoredAny>(&text[start..]).map_err(syntax)?;
    let mut walk = Walk { text, at: start, path: Vec::new(), key, found: Vec::new() };
    walk.value();
    walk.found.into_iter().collect()
}

struct Walk<'t> {
    text: &'t str,
    at: usize,
    path: Vec<String>,
    key: &'t [&'t str],
    found: Vec<Result<Spot, VersionFault>>,
}

impl Walk<'_> {
    fn peek(&mut self) -> u8 {
        let bytes = self.text.as_bytes();
        while bytes.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
        bytes.get(self.at).copied().unwrap_or(0)
    }

    fn value(&mut self) {
        let first = self.peek();
        let start = self.at;
        match first {
            b'{' => self.members(b'}'),
            b'[' => self.members(b']'),
            b'"' => self.string(),
            _ => {
                let rest = &self.text[self.at..];
                let length = rest.find(|c: char| c == ',' || c == '}' || c == ']' || c.is_ascii_whitespace());
                self.at += length.unwrap_or(rest.len());
            }
        }
        if self.path.iter().map(String::as_str).eq(self.key.iter().copied()) {
            let written = &self.text[start..self.at];
            self.found.push(if first == b'"' && !written.contains('\\') {
                Ok(Spot::new(start + 1..self.at - 1))
            } else {
                Err(VersionFault::NotPlain { written: written.chars().take(60).collect() })
            });
        }
    }

    /// The members of an object or an array. The numbers of an array's elements are keys, too.
    fn members(&mut self, close: u8) {
        self.at += 1;
        let mut count = 0;
        while self.peek() != close && self.at < self.text.len() {
            let mut name = count.to_string();
            if close == b'}' {
                let start = self.at;
                self.string();
                name = serde_json::from_str(&self.text[start..self.at]).unwrap_or_default();
                self.peek();
                self.at += 1;
            }
            self.path.push(name);
            self.value();
            self.path.pop();
            count += 1;
            if self.peek() == b',' {
                self.at += 1;
            }
        }
        self.at += 1;
    }

    /// Past a text, its quotes included.
    fn string(&mut self) {
        let bytes = self.text.as_bytes();
        self.at += 1;
        while bytes.get(self.at).is_some_and(|byte| *byte != b'"') {
            self.at += if bytes[self.at] == b'\\' { 2 } else { 1 };
        }
        self.at += 1;
    }
}
