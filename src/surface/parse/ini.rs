//! INI files: sections, `key = value`, values that go on in indented lines, and keys that stand in a comment: `;key = value`.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::file::{FileFault, ParsedFile};
use super::key_name::join;
use super::lines::{LineKey, NumberedLine, file_of, numbered};
use super::node::Place;

/// The keys of the file, as `section.key`.
pub(super) fn keys(text: &str) -> Result<ParsedFile, FileFault> {
    let mut reader = Reader { section: String::new(), keys: Vec::new() };
    for line in numbered(text) {
        reader.take(&line).map_err(|why| FileFault::new(Some(line.number + 1), why))?;
    }
    Ok(file_of(text, &[';', '#'], reader.keys))
}

struct Reader {
    section: String,
    keys: Vec<LineKey>,
}

impl Reader {
    fn take(&mut self, line: &NumberedLine<'_>) -> Result<(), &'static str> {
        static SECTION: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^[;#]?[ \t]?\[([^\[\]]+)\]\s*(?:[;#].*)?$").expect("a sound expression"));
        static COMMENTED: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"^[;#]([A-Za-z_][A-Za-z0-9_.\-]*)[ \t]*=(.*)$").expect("a sound expression"));
        let words = line.text.trim();
        if words.is_empty() {
            return Ok(());
        }
        if let Some(section) = SECTION.captures(words) {
            self.section = section[1].trim().to_owned();
            return Ok(());
        }
        if words.starts_with([';', '#']) {
            if let Some(found) = COMMENTED.captures(words) {
                self.add(&found[1], Some(&found[2]), line, true);
            }
            return Ok(());
        }
        if line.text.starts_with([' ', '\t']) && self.goes_on(line) {
            return Ok(());
        }
        match words.split_once(['=', ':']) {
            Some((key, value)) if !key.trim().is_empty() => self.add(key.trim(), Some(value), line, false),
            None if is_bare_key(words) => self.add(words, None, line, false),
            _ => return Err("no line of an INI file: `key = value` or `[section]` is expected"),
        }
        Ok(())
    }

    fn add(&mut self, key: &str, written: Option<&str>, line: &NumberedLine<'_>, is_commented: bool) {
        let (value, rest) = written.map_or((Value::Null, 0), |written| {
            let (value, rest) = without_comment(written);
            (value.into(), rest)
        });
        let place = Place { line: line.number, last_line: line.number, end: line.text.len().min(line.end) };
        let end = line.end - (line.text.len() - line.text.trim_end().len()) - rest;
        self.keys.push(LineKey { key: join(&self.section, key), value, place: Place { end, ..place }, is_commented });
    }

    /// Whether the line goes on with the value of the line directly above it.
    fn goes_on(&mut self, line: &NumberedLine<'_>) -> bool {
        let Some(last) = self.keys.last_mut() else { return false };
        let is_next = !last.is_commented && last.place.last_line + 1 == line.number;
        if let (true, Value::String(text)) = (is_next, &mut last.value) {
            text.push('\n');
            text.push_str(line.text.trim());
            last.place = Place { last_line: line.number, end: line.end, ..last.place };
            return true;
        }
        false
    }
}

fn is_bare_key(words: &str) -> bool {
    words.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
}

/// A value, and how many bytes at its end are a comment: one begins after a blank.
fn without_comment(written: &str) -> (String, usize) {
    let written = written.trim_end();
    let begins = |(at, _): &(usize, &str)| *at == 0 || written[..*at].ends_with([' ', '\t']);
    let comment = written.match_indices([';', '#']).find(|found| begins(found) && !is_quoted(&written[..found.0]));
    let end = comment.map_or(written.len(), |(at, _)| at);
    let value = written[..end].trim();
    let bare = ['"', '`', '\''].iter().find_map(|quote| value.strip_prefix(*quote)?.strip_suffix(*quote));
    (bare.unwrap_or(value).to_owned(), written.len() - end)
}

/// Whether a quote is open at the end of the text.
fn is_quoted(text: &str) -> bool {
    let text = text.trim_start();
    ['"', '`', '\''].iter().any(|quote| text.starts_with(*quote) && text.matches(*quote).count() % 2 == 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn sections_keys_and_comments_are_read() {
        let text = ";; About this file\n\nRUN_USER = git ; who runs it\n\n[server]\n;; The port,\n;; above 1024\n;HTTP_PORT = \
                    3000\nPASS = \"a;b # c\"\nlist = one\n   two\n\n; [log.file]\n;NAME =\nskip\n";
        let file = keys(text).unwrap();
        let shown: Vec<String> = file
            .keys
            .values()
            .map(|key| format!("{} = {} {} {:?}", key.key, key.value, key.is_commented, key.description))
            .collect();
        assert_eq!(
            shown,
            [
                r#"RUN_USER = "git" false Some("who runs it")"#,
                r#"server.HTTP_PORT = "3000" true Some("The port, above 1024")"#,
                r#"server.PASS = "a;b # c" false None"#,
                r#"server.list = "one\ntwo" false None"#,
                r#"log.file.NAME = "" true None"#,
                "log.file.skip = null false None",
            ]
        );
    }

    #[test]
    fn what_does_not_parse_is_told_with_its_line() {
        assert_eq!(keys("[a]\nb = 1\nserver { listen 80; }\n").unwrap_err().line, Some(3));
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "([\\[\\];#=:\"` a\n\t]|\\PC){0,60}") {
            let _ = keys(&text);
        }
    }
}
