//! Java's `.properties`: keys with dots, `=`, `:` or a blank between key and value, lines that go on, escapes.

use std::sync::LazyLock;

use regex::Regex;

use super::file::{FileFault, ParsedFile};
use super::lines::{LineKey, NumberedLine, file_of, numbered};
use super::node::Place;

/// The keys of the file. Every line says something in this format, so that nothing fails to parse but an escape.
pub(super) fn keys(text: &str) -> Result<ParsedFile, FileFault> {
    static COMMENTED: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"^[#!][ \t]?([A-Za-z][A-Za-z0-9_.\-]*)=(.*)$").expect("a sound expression"));
    let mut keys = Vec::new();
    let mut lines = numbered(text);
    while let Some(line) = lines.next() {
        let begins = line.text.trim_start();
        if begins.is_empty() {
            continue;
        }
        let alone = Place { line: line.number, last_line: line.number, end: line.end };
        if begins.starts_with(['#', '!']) {
            if let Some(found) = COMMENTED.captures(begins.trim_end()) {
                let value = found[2].trim().into();
                keys.push(LineKey { key: found[1].to_owned(), value, place: alone, is_commented: true });
            }
            continue;
        }
        let (whole, place) = continued(begins.to_owned(), alone, &mut lines);
        let (key, value) = split(&whole);
        let unescaped = |text: &str| {
            unescape(text).ok_or_else(|| FileFault::new(Some(line.number + 1), "`\\u` is not followed by four digits"))
        };
        let (key, value) = (unescaped(key)?, unescaped(value)?);
        keys.push(LineKey { key, value: value.into(), place, is_commented: false });
    }
    Ok(file_of(text, &['#', '!'], keys))
}

/// The line with those it goes on in, where it ends in an odd number of backslashes.
fn continued<'t>(
    mut whole: String,
    mut place: Place,
    lines: &mut impl Iterator<Item = NumberedLine<'t>>,
) -> (String, Place) {
    while whole.bytes().rev().take_while(|byte| *byte == b'\\').count() % 2 == 1 {
        whole.pop();
        let Some(more) = lines.next() else { break };
        whole.push_str(more.text.trim_start());
        place = Place { last_line: more.number, end: more.end, ..place };
    }
    (whole, place)
}

/// Key and value, still escaped.
fn split(line: &str) -> (&str, &str) {
    let mut is_escaped = false;
    for (at, c) in line.char_indices() {
        if !is_escaped && (c == '=' || c == ':' || c.is_whitespace()) {
            let rest = line[at..].trim_start();
            let value = rest.strip_prefix(['=', ':']).unwrap_or(rest);
            return (&line[..at], value.trim_start());
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    (line, "")
}

fn unescape(text: &str) -> Option<String> {
    if !text.contains('\\') {
        return Some(text.trim_end().to_owned());
    }
    let mut plain = String::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            plain.push(c);
            continue;
        }
        match chars.next() {
            Some('n') => plain.push('\n'),
            Some('t') => plain.push('\t'),
            Some('r') => plain.push('\r'),
            Some('f') => plain.push('\u{c}'),
            Some('u') => {
                let digits: String = chars.by_ref().take(4).collect();
                let is_hex = digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
                let code = u32::from_str_radix(&digits, 16).ok().filter(|_| is_hex)?;
                plain.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            Some(other) => plain.push(other),
            None => {}
        }
    }
    Some(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_values_and_comments_are_read() {
        let text = "############ Servers ############\n\n# Where it listens.\n#   listeners = host:port\n\
                    #listeners=PLAINTEXT://:9092\nlog.dirs=/tmp/a,\\\n    /tmp/b\n! Odd but allowed\nkey\\ one : va\\u0041 \
                    lue\nflag\n";
        let file = keys(text).unwrap();
        let shown: Vec<String> = file
            .keys
            .values()
            .map(|key| format!("{} = {} {} {:?}", key.key, key.value, key.is_commented, key.description))
            .collect();
        assert_eq!(
            shown,
            [
                r#"listeners = "PLAINTEXT://:9092" true Some("Where it listens. listeners = host:port")"#,
                r#"log.dirs = "/tmp/a,/tmp/b" false None"#,
                r#"key one = "vaA lue" false Some("Odd but allowed")"#,
                r#"flag = "" false None"#,
            ]
        );
        assert_eq!(keys("a=1\nb=\\u12\n").unwrap_err().line, Some(2));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "([a#!=:\\\\u0 \n\t]|\\PC){0,60}") {
            let _ = keys(&text);
        }
    }
}
