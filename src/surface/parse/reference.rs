//! The notation in which several projects describe their YAML: `[ timeout: <duration> | default = 10s ]`, with `- ` before
//! the fields of a list's items, comments above, and indentation for what is nested. It is no YAML itself.

use std::sync::LazyLock;

use regex::Regex;
use serde_json::Value;

use super::comments::words_of;
use super::file::{DeclaredKey, ParsedFile};
use super::key_name::{join, segment};
use super::yaml::plain;

static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(-[ \t]+)?\[?[ \t]*([A-Za-z_][A-Za-z0-9_.\-]*):[ \t]*(.*)$").expect("a sound expression")
});

/// Whether a block is written so: some value is a placeholder.
pub(super) fn is_reference(text: &str) -> bool {
    static PLACEHOLDER: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)^[ \t]*(?:-[ \t]+)?\[?[ \t]*[A-Za-z_][A-Za-z0-9_.\-]*:[ \t]*<[a-zA-Z]")
            .expect("a sound expression")
    });
    PLACEHOLDER.is_match(text)
}

/// A field that others are nested in.
struct Open {
    indent: usize,
    path: String,
}

/// The fields of the block.
pub(super) fn keys(text: &str) -> ParsedFile {
    let mut file = ParsedFile::default();
    let mut open: Vec<Open> = Vec::new();
    let mut comment: Vec<&str> = Vec::new();
    let mut lines = text.lines().peekable();
    while let Some(line) = lines.next() {
        let words = line.trim();
        if let Some(said) = words.strip_prefix('#') {
            comment.push(said.trim_start_matches('#'));
            continue;
        }
        let Some(field) = FIELD.captures(words) else {
            comment.clear();
            continue;
        };
        let item = field.get(1).map_or(0, |dash| dash.len());
        let indent = line.len() - line.trim_start().len() + item;
        open.retain(|outer| outer.indent < indent);
        let outer = open.last().map_or(String::new(), |outer| outer.path.clone());
        let outer = if item > 0 { format!("{outer}[]") } else { outer };
        if item > 0 {
            // What follows belongs to the same item.
            open.push(Open { indent: indent - 1, path: outer.clone() });
        }
        let path = join(&outer, &segment(&field[2]));
        let nested = lines.peek().is_some_and(|next| is_nested(next, indent));
        let is_optional = words.trim_start_matches(['-', ' ', '\t']).starts_with('[');
        let rest = field[3].trim();
        let rest = rest.strip_suffix(']').filter(|_| is_optional).unwrap_or(rest).trim();
        if !(rest.is_empty() && nested) {
            let key = DeclaredKey::new(path.clone(), default_of(rest)).described(words_of(comment.iter().copied()));
            file.keys.entry(path.clone()).or_insert(key);
        }
        comment.clear();
        open.push(Open { indent, path });
    }
    file
}

fn is_nested(next: &str, indent: usize) -> bool {
    let words = next.trim_start();
    next.len() - words.len() > indent
        || words.starts_with("- ")
        || words.starts_with('#') && next.len() - words.len() > indent
}

/// What follows `default =`; null where nothing does.
fn default_of(rest: &str) -> Value {
    let Some((_, written)) = rest.split_once("default =").or_else(|| rest.split_once("default=")) else {
        // A placeholder, or several: `[<string>, ...]`.
        return if rest.contains('<') || rest.is_empty() { Value::Null } else { plain(rest) };
    };
    let written = written.trim();
    match written.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')) {
        Some(inner) => inner.into(),
        None if written.starts_with(['[', '{']) => serde_json::from_str(written).unwrap_or_else(|_| written.into()),
        None => plain(written),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_read_with_their_defaults() {
        let text = r#"
global:
  # How frequently to scrape.
  [ scrape_interval: <duration> | default = 1m ]
  external_labels:
    [ <labelname>: <labelvalue> ... ]

# The module.
# CLI flag: -target
[target: <string> | default = "all"]
[headers: <list of strings> | default = []]

scrape_configs:
  - job_name: <string>
    [ honor_labels: <boolean> | default = false ]
[server: <server>]
"#;
        assert!(is_reference(text) && !is_reference("a: 1\nb: |\n  <html>\n"));
        let shown: Vec<String> = keys(text)
            .keys
            .values()
            .map(|key| format!("{} = {} {}", key.key, key.value, key.description.as_deref().unwrap_or("-")))
            .collect();
        assert_eq!(
            shown,
            [
                r#"global.scrape_interval = "1m" How frequently to scrape."#,
                r#"target = "all" The module. CLI flag: -target"#,
                "headers = [] -",
                "scrape_configs[].job_name = null -",
                "scrape_configs[].honor_labels = false -",
                "server = null -",
            ]
        );
    }
}
