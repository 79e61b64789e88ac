//! `.env` files: `NAME=value` as shells and their libraries read them, and names that stand in a comment.

use std::sync::LazyLock;

use regex::Regex;

use super::file::{FileFault, ParsedFile};
use super::lines::{LineKey, file_of, numbered};
use super::node::Place;

/// The keys of the file.
pub(super) fn keys(text: &str) -> Result<ParsedFile, FileFault> {
    static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.\-]*)\s*=[ \t]*(.*)$").expect("a sound expression")
    });
    static COMMENTED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^\s*#[ \t]?(?:export\s+)?([A-Z][A-Z0-9_]*)=(.*)$").expect("a sound expression"));
    let mut keys = Vec::new();
    let mut lines = numbered(text);
    while let Some(line) = lines.next() {
        let begins = line.text.trim_start();
        if begins.is_empty() {
            continue;
        }
        let is_commented = begins.starts_with('#');
        let found = if is_commented { COMMENTED.captures(line.text) } else { ENTRY.captures(line.text) };
        let Some(found) = found else {
            if is_commented {
                continue;
            }
            return Err(FileFault::new(Some(line.number + 1), "no line of an `.env` file: `NAME=value` is expected"));
        };
        let name = found[1].to_owned();
        let mut written = found[2].to_owned();
        let (mut last, mut end) = (line.number, line.end);
        if let Some(quote) = written.chars().next().filter(|c| matches!(c, '"' | '\'')) {
            // A quoted value may go over several lines.
            while !is_closed(&written, quote) && !is_commented {
                let Some(more) = lines.next() else {
                    return Err(FileFault::new(Some(line.number + 1), format!("the value of `{name}` has no end")));
                };
                written.push('\n');
                written.push_str(more.text);
                (last, end) = (more.number, more.end);
            }
        }
        let (value, rest) = split_value(&written);
        let end = end - rest.len();
        let place = Place { line: line.number, last_line: last, end };
        keys.push(LineKey { key: name, value: value.into(), place, is_commented });
    }
    Ok(file_of(text, &['#'], keys))
}

fn is_closed(written: &str, quote: char) -> bool {
    closing(written, quote).is_some()
}

/// The byte of the quote that ends the value.
fn closing(written: &str, quote: char) -> Option<usize> {
    let mut is_escaped = false;
    for (at, c) in written.char_indices().skip(1) {
        if c == quote && !is_escaped {
            return Some(at);
        }
        is_escaped = c == '\\' && !is_escaped && quote == '"';
    }
    None
}

/// The value, and what follows it on its line.
fn split_value(written: &str) -> (String, &str) {
    if let Some(quote) = written.chars().next().filter(|c| matches!(c, '"' | '\''))
        && let Some(end) = closing(written, quote)
    {
        let inner = &written[1..end];
        let value = if quote == '"' { inner.replace("\\n", "\n").replace("\\\"", "\"") } else { inner.to_owned() };
        return (value, &written[end + 1..]);
    }
    let end = if written.starts_with('#') { Some(0) } else { written.find(" #").or_else(|| written.find("\t#")) };
    let end = end.unwrap_or(written.len());
    (written[..end].trim().to_owned(), &written[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_values_and_comments_are_read() {
        let text = "# Where the database is\nDATABASE_URL=postgres://u:p@h/db#x # keep it\nexport NAME='a # b'\nEMPTY=\n\n# \
                    Not set by default\n# CACHE_TTL=60\n# prose = no key\nPEM=\"one\ntwo\" # a key\n";
        let file = keys(text).unwrap();
        let shown: Vec<String> = file
            .keys
            .values()
            .map(|key| format!("{} = {} {} {:?}", key.key, key.value, key.is_commented, key.description))
            .collect();
        assert_eq!(
            shown,
            [
                r#"DATABASE_URL = "postgres://u:p@h/db#x" false Some("Where the database is")"#,
                r#"NAME = "a # b" false None"#,
                r#"EMPTY = "" false None"#,
                r#"CACHE_TTL = "60" true Some("Not set by default")"#,
                r#"PEM = "one\ntwo" false Some("prose = no key")"#,
            ]
        );
    }

    #[test]
    fn what_does_not_parse_is_told_with_its_line() {
        assert_eq!(keys("A=1\nnot a line\n").unwrap_err().line, Some(2));
        assert_eq!(keys("A='x\n").unwrap_err().line, Some(1));
    }
}
