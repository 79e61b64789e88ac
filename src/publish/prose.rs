//! Markdown that people wrote in change notes, taken apart into blocks of plain text that templates put together again, so
//! that it can say `code`, lists and links, and nothing else: neither a heading, nor a table, nor a tag.

use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag, TagEnd};

use super::view::{ProseView, SpanView};

/// The blocks of a text.
pub fn prose(markdown: &str) -> Vec<ProseView> {
    let mut taker = Taker::default();
    for event in Parser::new(markdown) {
        taker.take(event);
    }
    taker.close();
    taker.blocks
}

/// The first paragraph of a text as what stands on one line.
pub fn line(markdown: &str) -> Vec<SpanView> {
    let found = prose(markdown).into_iter().find(|block| !block.spans.is_empty());
    found.map(|block| block.spans).unwrap_or_default()
}

/// The one line that an entry of a changelog says: Markdown where a change note speaks, else the subject of a commit.
pub fn said(text: &str, is_of_note: bool) -> Vec<SpanView> {
    if is_of_note { line(text) } else { inline(text) }
}

/// The text alone, without marks.
pub fn plain(spans: &[SpanView]) -> String {
    spans.iter().fold(String::new(), |text, span| text + if span.is_apart { " " } else { "" } + &span.text)
}

/// A text that is no Markdown, except that what stands between two backticks is code.
pub fn inline(text: &str) -> Vec<SpanView> {
    let mut spans: Vec<SpanView> = Vec::new();
    let mut rest = text;
    let mut is_apart = false;
    let mut add = |text: &str, is_code: bool| {
        let before = is_apart || text.starts_with(char::is_whitespace);
        is_apart = text.ends_with(char::is_whitespace);
        let text = text.trim();
        if text.is_empty() {
            is_apart |= before;
        } else {
            let is_apart = before && !spans.is_empty();
            spans.push(SpanView { text: text.to_owned(), is_code, url: None, is_apart });
        }
    };
    while let Some((before, code, after)) = code_in(rest) {
        add(before, false);
        add(code, true);
        rest = after;
    }
    add(rest, false);
    spans
}

/// What stands before the first code, the code, and what comes after it. A run of backticks is none.
fn code_in(text: &str) -> Option<(&str, &str, &str)> {
    let (before, rest) = text.split_once('`')?;
    let (code, after) = rest.split_once('`')?;
    (!code.trim().is_empty() && !after.starts_with('`')).then_some((before, code, after))
}

#[derive(Default)]
struct Taker {
    blocks: Vec<ProseView>,
    spans: Vec<SpanView>,
    code: Option<String>,
    is_item: bool,
    url: Option<String>,
    /// Whether a blank came last.
    is_apart: bool,
}

impl Taker {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_) | CodeBlockKind::Indented)) => {
                self.close();
                self.code = Some(String::new());
            }
            Event::End(TagEnd::CodeBlock) => {
                let code = self.code.take().map(|code| code.trim_end().to_owned()).filter(|code| !code.is_empty());
                self.blocks.extend(code.map(|code| ProseView {
                    listing: Some(code),
                    is_item: false,
                    spans: Vec::new(),
                }));
            }
            Event::Start(Tag::Item) => {
                self.close();
                self.is_item = true;
            }
            Event::End(TagEnd::Item | TagEnd::Paragraph | TagEnd::Heading(_) | TagEnd::HtmlBlock) | Event::Rule => {
                self.close();
            }
            Event::Start(Tag::Link { dest_url, .. }) => self.url = Some(dest_url.into_string()),
            Event::End(TagEnd::Link) => self.url = None,
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => match &mut self.code {
                Some(code) => code.push_str(&text),
                None => self.add(&text, false),
            },
            Event::Code(text) => self.add(&text, true),
            Event::SoftBreak | Event::HardBreak => self.is_apart = true,
            _ => {}
        }
    }

    fn add(&mut self, text: &str, is_code: bool) {
        let is_apart = self.is_apart || text.starts_with(char::is_whitespace);
        self.is_apart = text.ends_with(char::is_whitespace);
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            self.is_apart |= is_apart;
            return;
        }
        let is_apart = is_apart && !self.spans.is_empty();
        if let Some(last) = self.spans.last_mut().filter(|last| !is_code && !last.is_code && last.url == self.url) {
            if is_apart {
                last.text.push(' ');
            }
            last.text.push_str(&text);
            return;
        }
        self.spans.push(SpanView { text, is_code, url: self.url.clone(), is_apart });
    }

    fn close(&mut self) {
        let spans = std::mem::take(&mut self.spans);
        self.is_apart = false;
        if !spans.is_empty() {
            self.blocks.push(ProseView { listing: None, is_item: self.is_item, spans });
        }
        self.is_item = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(markdown: &str) -> Vec<String> {
        let span = |span: &SpanView| {
            let text = if span.is_code { format!("`{}`", span.text) } else { span.text.clone() };
            let text = span.url.as_ref().map_or(text.clone(), |url| format!("[{text}]({url})"));
            if span.is_apart { format!(" {text}") } else { text }
        };
        let block = |block: &ProseView| match &block.listing {
            Some(code) => format!("code {code}"),
            None => {
                format!("{}{}", if block.is_item { "- " } else { "" }, block.spans.iter().map(span).collect::<String>())
            }
        };
        prose(markdown).iter().map(block).collect()
    }

    #[test]
    fn code_lists_and_links_stay_and_nothing_else_does() {
        let text = "# Big\nSet `a.b` to *at least*\n10s, see [the guide](https://x.y).\n\n- one\n- `two` three\n\n```toml\na = 1\n\nb = 2\n```\n\
                    <script>x</script> and <b>so</b> on\n\n| a | b |\n| --- | --- |\n";
        assert_eq!(
            told(text),
            [
                "Big",
                "Set `a.b` to at least 10s, see [the guide](https://x.y).",
                "- one",
                "- `two` three",
                "code a = 1\n\nb = 2",
                "<script>x</script> and <b>so</b> on",
                "| a | b | | --- | --- |",
            ]
        );
    }

    #[test]
    fn text_keeps_all_but_the_marks_of_code() {
        let told = |text: &str| {
            let span = |span: &SpanView| {
                let mark = if span.is_code { "`" } else { "" };
                format!("{}{mark}{}{mark}", if span.is_apart { " " } else { "" }, span.text)
            };
            inline(text).iter().map(span).collect::<String>()
        };
        for text in ["set `a.b` to 5", "`a`", "a `b`, `c`", "* 1. # <b> **x** `", "``a``", "no code"] {
            assert_eq!(told(text), text);
        }
    }

    #[test]
    fn a_line_is_the_first_paragraph() {
        assert_eq!(line("\nOne `x`\ntwo\n\nthree").len(), 3);
        assert!(line("").is_empty() && inline(" ").is_empty());
    }
}
