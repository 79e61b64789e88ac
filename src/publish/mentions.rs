//! Texts for pages on which `@name` calls somebody: forges send a message to whoever a release names.
//!
//! Invariant: what people read stays the same, since what is put in has no width.

use pulldown_cmark::{Event, Parser, Tag, TagEnd};

/// The Markdown with something between each `@` and the name behind it. Code and addresses of links are left alone: there
/// nobody is called.
pub fn without_mentions(markdown: &str) -> String {
    let mut calls: Vec<usize> = Vec::new();
    let mut is_code = false;
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        match event {
            Event::Start(Tag::CodeBlock(_)) => is_code = true,
            Event::End(TagEnd::CodeBlock) => is_code = false,
            Event::Text(_) if !is_code => {
                let ends = markdown[range.clone()].match_indices('@').map(|(at, _)| range.start + at + 1);
                calls.extend(ends.filter(|end| begins_name(&markdown[*end..])));
            }
            _ => {}
        }
    }
    calls.sort_unstable();
    calls.dedup();
    let mut out = String::with_capacity(markdown.len() + calls.len() * BREAK.len());
    let mut from = 0;
    for call in calls {
        out.push_str(&markdown[from..call]);
        out.push_str(BREAK);
        from = call;
    }
    out.push_str(&markdown[from..]);
    out
}

/// A blank without width.
const BREAK: &str = "&#8203;";

fn begins_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::publish::template::Format;

    #[test]
    fn names_are_not_called_and_code_stays() {
        for (text, expected) in [
            ("- Thanks to @ada!", "- Thanks to @&#8203;ada!"),
            ("(@org/team, @x)", "(@&#8203;org/team, @&#8203;x)"),
            ("`@ada` and a@ b", "`@ada` and a@ b"),
            ("[@ada](https://example.com/@ada)", "[@&#8203;ada](https://example.com/@ada)"),
            ("```\n@ada\n```\n", "```\n@ada\n```\n"),
        ] {
            assert_eq!(without_mentions(text), expected);
        }
    }

    /// What a reader sees, without what has no width.
    fn seen(markdown: &str) -> String {
        let text = |event| match event {
            Event::Text(text) | Event::Code(text) | Event::Html(text) | Event::InlineHtml(text) => text.into_string(),
            _ => String::new(),
        };
        Parser::new(markdown).map(text).collect::<String>().replace('\u{200b}', "")
    }

    proptest! {
        #[test]
        fn any_text_reads_the_same_and_calls_nobody(text in "(@[a-z]{1,4}|[ -~]{0,6}|\\PC{0,3}|`|\\(|\\[){0,8}") {
            let escaped = Format::Markdown.escape(&text);
            let out = without_mentions(&escaped);
            prop_assert_eq!(seen(&out), seen(&escaped).replace('\u{200b}', ""));
            let called = Parser::new(&out).any(|event| match event {
                Event::Text(text) => text.match_indices('@').any(|(at, _)| begins_name(&text[at + 1..])),
                _ => false,
            });
            prop_assert!(!called, "{out}");
        }
    }
}
