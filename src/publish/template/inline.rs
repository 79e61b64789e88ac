//! What templates write besides plain fields: links, code, commands and listings, each with the escaping that its place
//! needs. All of them print themselves and cannot be nested.

use handlebars::{Context, Handlebars, Helper, HelperResult, Output, RenderContext, RenderErrorReason};

use super::escape::{Format, code_line, html_text, one_line};

/// Names that templates may call with arguments, and how many each takes.
pub const WRITERS: [(&str, usize); 4] = [("link", 2), ("code", 1), ("fence", 1), ("listing", 2)];

/// Makes the writers known to `engine`, which renders `format`.
pub fn register(engine: &mut Handlebars<'_>, format: Format) {
    let link = move |helper: &Helper<'_>,
                     _: &Handlebars<'_>,
                     _: &Context,
                     _: &mut RenderContext<'_, '_>,
                     out: &mut dyn Output|
          -> HelperResult { Ok(out.write(&link(format, &text_of(helper, 0)?, &text_of(helper, 1)?))?) };
    let code = move |helper: &Helper<'_>,
                     _: &Handlebars<'_>,
                     _: &Context,
                     _: &mut RenderContext<'_, '_>,
                     out: &mut dyn Output|
          -> HelperResult { Ok(out.write(&code(format, &text_of(helper, 0)?))?) };
    let fence = move |helper: &Helper<'_>,
                      _: &Handlebars<'_>,
                      _: &Context,
                      _: &mut RenderContext<'_, '_>,
                      out: &mut dyn Output|
          -> HelperResult { Ok(out.write(&fence(format, &text_of(helper, 0)?))?) };
    let listing = move |helper: &Helper<'_>,
                        _: &Handlebars<'_>,
                        _: &Context,
                        _: &mut RenderContext<'_, '_>,
                        out: &mut dyn Output|
          -> HelperResult {
        let margin = text_of(helper, 1)?;
        Ok(out.write(&listing(format, &text_of(helper, 0)?, &margin))?)
    };
    engine.register_helper("listing", Box::new(listing));
    engine.register_helper("link", Box::new(link));
    engine.register_helper("code", Box::new(code));
    engine.register_helper("fence", Box::new(fence));
}

/// The argument as text; empty for `null`.
fn text_of(helper: &Helper<'_>, at: usize) -> Result<String, RenderErrorReason> {
    let value = helper.param(at).ok_or(RenderErrorReason::ParamNotFoundForIndex("link", at))?.value();
    Ok(match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    })
}

/// An address that can stand in a document: `http`, `https`, `mailto` or relative, with everything percent-encoded that
/// could end it early. `None` for any other scheme.
pub fn address(url: &str) -> Option<String> {
    let path_start = url.find(['/', '?', '#']).unwrap_or(url.len());
    if let Some((scheme, _)) = url[..path_start].split_once(':')
        && !["http", "https", "mailto"].iter().any(|known| scheme.eq_ignore_ascii_case(known))
    {
        return None;
    }
    let mut encoded = String::with_capacity(url.len());
    for byte in url.bytes() {
        if byte.is_ascii_graphic() && !b"<>\"'\\`|^{}*_".contains(&byte) || byte == b'_' {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    (!encoded.is_empty()).then_some(encoded)
}

/// The text as a link, or the text alone where there is no address.
fn link(format: Format, text: &str, url: &str) -> String {
    let shown = format.escape(text);
    match (address(url), format) {
        (None, _) => shown,
        (Some(_), _) if shown.is_empty() => shown,
        (Some(url), Format::Markdown) if url.contains(['(', ')', '&']) => {
            format!("[{shown}](<{}>)", url.replace('&', "\\&"))
        }
        (Some(url), Format::Markdown) => format!("[{shown}]({url})"),
        (Some(url), Format::Html) => format!("<a href=\"{}\">{shown}</a>", Format::Html.escape(&url)),
    }
}

/// The longest run of backticks in the text.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// The text as code within a line; nothing for an empty text.
fn code(format: Format, text: &str) -> String {
    let text = one_line(text);
    match format {
        _ if text.is_empty() => text,
        Format::Html => format!("<code>{}</code>", Format::Html.escape(&text)),
        Format::Markdown => {
            let ticks = "`".repeat(longest_run(&text) + 1);
            // A pipe ends a table cell even within code, unless it has a backslash; outside tables that backslash would
            // show, so such text is not code at all.
            if text.contains('|') {
                return Format::Markdown.escape(&text);
            }
            let blank = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
            format!("{ticks}{blank}{text}{blank}{ticks}")
        }
    }
}

/// Commands of a shell as a block of code of their own.
fn fence(format: Format, text: &str) -> String {
    block(format, text, "sh", "")
}

/// Lines of any language as a block of code, all of them behind a margin of blanks, as within an item of a list.
fn listing(format: Format, text: &str, margin: &str) -> String {
    block(format, text, "", margin)
}

fn block(format: Format, text: &str, language: &str, margin: &str) -> String {
    let lines: Vec<String> = text.lines().map(code_line).collect();
    match format {
        Format::Html => format!(
            "<pre><code>{}</code></pre>",
            lines.iter().map(|line| html_text(line)).collect::<Vec<_>>().join("\n")
        ),
        Format::Markdown => {
            let ticks = "`".repeat((longest_run(text) + 1).max(3));
            let open = format!("{ticks}{language}");
            let lines = std::iter::once(&open).chain(&lines).chain(std::iter::once(&ticks));
            let lines: Vec<String> = lines.map(|line| format!("{margin}{line}").trim_end().to_owned()).collect();
            format!("{}\n", lines.join("\n"))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    #[test]
    fn an_address_cannot_run_code_or_end_early() {
        assert_eq!(address("javascript:alert(1)"), None);
        assert_eq!(address("data:text/html,x"), None);
        assert_eq!(address(""), None);
        assert_eq!(address("https://a.b/c d\"<>"), Some("https://a.b/c%20d%22%3C%3E".into()));
        assert_eq!(address("../a.md#b:c"), Some("../a.md#b:c".into()));
    }

    #[test]
    fn without_an_address_a_link_is_its_text() {
        assert_eq!(link(Format::Markdown, "a", ""), "a");
        assert_eq!(link(Format::Html, "<a>", "https://a?b&c"), "<a href=\"https://a?b&amp;c\">&lt;a&gt;</a>");
    }

    proptest! {
        #[test]
        fn any_text_is_one_piece_of_code(text in "[ -~\n]{0,12}") {
            let wanted = one_line(&text);
            let markdown = format!("- a {} b\n", code(Format::Markdown, &text));
            let shown: String = Parser::new_ext(&markdown, Options::ENABLE_TABLES).filter_map(|event| match event {
                Event::Text(text) | Event::Code(text) => Some(text.to_string()),
                Event::Html(html) | Event::InlineHtml(html) => Some(format!("html {html}")),
                _ => None,
            }).collect();
            prop_assert_eq!(shown.replace("  ", " "), format!("a {wanted} b").replace("  ", " "));
        }

        #[test]
        fn any_lines_are_one_block_of_code(text in "[ -~\n]{0,20}") {
            let markdown = format!("a\n\n{}\nb\n", fence(Format::Markdown, &text));
            let blocks = Parser::new(&markdown).filter(|event| matches!(event, Event::Start(Tag::CodeBlock(_)))).count();
            let paragraphs = Parser::new(&markdown).filter(|event| matches!(event, Event::Start(Tag::Paragraph))).count();
            prop_assert_eq!((blocks, paragraphs), (1, 2));
        }

        #[test]
        fn any_listing_keeps_its_lines_within_an_item(text in "[ -~]{1,12}(\n[ -~]{1,12}){0,3}") {
            prop_assume!(!text.trim().is_empty());
            let markdown = format!("- a\n\n{}\n  - b\n\nc\n", listing(Format::Markdown, &text, "  "));
            let mut is_code = false;
            let mut shown = String::new();
            let mut items = 0;
            for event in Parser::new(&markdown) {
                match event {
                    Event::Start(Tag::CodeBlock(_)) => is_code = true,
                    Event::End(TagEnd::CodeBlock) => is_code = false,
                    Event::Start(Tag::Item) => items += 1,
                    Event::Text(text) if is_code => shown.push_str(&text),
                    _ => {}
                }
            }
            let wanted = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
            let (shown, wanted) = (shown.trim_end_matches('\n'), wanted.trim_end_matches('\n'));
            prop_assert_eq!((shown, items), (wanted, 2), "{}", markdown);
        }

        #[test]
        fn any_address_is_one_link(url in "\\PC{0,16}") {
            let markdown = link(Format::Markdown, "text", &url);
            let links = Parser::new(&markdown).filter(|event| matches!(event, Event::Start(Tag::Link { .. }))).count();
            prop_assert_eq!(links, usize::from(address(&url).is_some()), "{}", markdown);
        }
    }
}
