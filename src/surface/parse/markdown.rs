//! A reference page in Markdown: its fenced blocks, each in the format that its language names. A block below a heading
//! that is one identifier - `### server`, `### <scrape_config>` - has its keys below that name.
//!
//! A block that does not parse hides only its own keys.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::comments::LineIndex;
use super::file::{DeclaredKey, FileFault, ParsedFile, parse_text};
use super::format::FileFormat;
use super::key_name::join;
use super::reference;

/// The keys of the page, block after block; of several of one name the first counts, since the others are examples.
pub(super) fn parse(text: &str) -> ParsedFile {
    let mut page = ParsedFile::default();
    for block in blocks(text) {
        let format = FileFormat::of_language(&block.language);
        let Some(format) = format.filter(|format| *format != FileFormat::Markdown) else { continue };
        let parsed = match format {
            FileFormat::Yaml if reference::is_reference(&block.text) => Ok(reference::keys(&block.text)),
            _ => parse_text(format, &block.text),
        };
        match parsed {
            Ok(file) => {
                for (name, key) in file.keys {
                    let name = join(&block.scope, &name);
                    page.keys.entry(name.clone()).or_insert(DeclaredKey { key: name, ..key });
                }
            }
            Err(fault) => {
                let line = block.line + fault.line.unwrap_or(1);
                page.faults.push(FileFault { line: Some(line), scope: block.scope, ..fault });
            }
        }
    }
    page
}

struct Block {
    language: String,
    scope: String,
    text: String,
    /// The line of the opening fence, counted from 1.
    line: usize,
}

fn blocks(text: &str) -> Vec<Block> {
    let lines = LineIndex::of(text);
    let mut found: Vec<Block> = Vec::new();
    let (mut scope, mut heading, mut is_open) = (String::new(), None::<String>, false);
    for (event, range) in Parser::new(text).into_offset_iter() {
        match event {
            Event::Start(Tag::Heading { .. }) => heading = Some(String::new()),
            Event::End(TagEnd::Heading(_)) => scope = heading.take().map_or_else(String::new, |words| scope_of(&words)),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(info))) => {
                let language = info.split([' ', ',', '{']).next().unwrap_or_default().to_owned();
                let line = lines.line(range.start) + 1;
                found.push(Block { language, scope: scope.clone(), text: String::new(), line });
                is_open = true;
            }
            Event::End(TagEnd::CodeBlock) => is_open = false,
            Event::Text(words) | Event::Code(words) | Event::Html(words) | Event::InlineHtml(words) => {
                match (&mut heading, found.last_mut()) {
                    (Some(heading), _) => heading.push_str(&words),
                    (None, Some(block)) if is_open => block.text.push_str(&words),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    found
}

/// The name that a heading gives to what stands below it.
fn scope_of(heading: &str) -> String {
    let name = heading.trim().trim_matches(['<', '>', '`', '[', ']']);
    let is_name = name.starts_with(|c: char| c.is_ascii_alphabetic() && c.is_ascii_lowercase())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'));
    if is_name { name.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fenced_blocks_are_read_by_their_language() {
        let page = "# Configuration\n\n```toml\na = 1 # one\n```\n\n### `server`\n\n```yaml\n# The port\nport: \
                    80\n```\n\n```\nb = 2\n```\n\n### An example\n\n```yaml\na: 9\n```\n";
        let file = parse(page);
        let shown: Vec<String> =
            file.keys.values().map(|key| format!("{} = {} {:?}", key.key, key.value, key.description)).collect();
        assert_eq!(shown, [r#"a = 1 Some("one")"#, r#"server.port = 80 Some("The port")"#]);
    }

    #[test]
    fn a_block_that_does_not_parse_hides_its_own_keys() {
        let file = parse("```toml\na = 1\n```\n\n## server\n\n```toml\nb = 1\nc = \n```\n");
        let fault = &file.faults[0];
        assert_eq!((fault.line, fault.scope.as_str()), (Some(9), "server"));
        assert!(fault.hides("server.b") && !fault.hides("a") && !fault.hides("servers"));
        assert_eq!(file.keys.len(), 1);
    }
}
