//! reStructuredText as far as release notes use it, as Markdown: roles, links, literal and code blocks, admonitions.
//! What is not known stays as it is written, so that no word is lost.

use std::sync::LazyLock;

use regex::{Captures, Regex};

static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"`([^`<]+?)\s*<([^`<>\s]+)>`__?").expect("a valid expression"));
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r":[A-Za-z][A-Za-z0-9_+.:-]*:`~?!?([^`<]*?)(?:\s*<([^`>]*)>)?`").expect("a valid expression")
});
static REFERENCE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(^|[^`])`([^`]+)`__?(\W|$)").expect("a valid expression"));
static DIRECTIVE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\s*)\.\.\s+([A-Za-z][A-Za-z0-9_-]*)::\s*(.*)$").expect("a valid expression"));
static TARGET: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^\s*\.\. _[^:]+:").expect("a valid expression"));

/// Directives whose content is code.
const CODE: [&str; 5] = ["code-block", "code", "sourcecode", "parsed-literal", "highlight"];

/// The text as Markdown, without blank lines around it.
pub(super) fn to_markdown(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    let mut shown: Vec<String> = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        // A link may go over several lines, so that what is plain is taken together.
        let plain = lines[at..].iter().take_while(|line| !is_special(line)).count();
        if plain > 0 {
            shown.push(inline(&lines[at..at + plain].join("\n")));
            at += plain;
            continue;
        }
        let line = lines[at];
        at += 1;
        if let Some(found) = DIRECTIVE.captures(line) {
            at = directive(&found, &lines, at, &mut shown);
        } else if TARGET.is_match(line) {
            // The addresses of links stand with the links.
        } else if let Some(before) = line.strip_suffix("::") {
            let before = before.trim_end();
            if !before.is_empty() {
                shown.push(format!("{}:", inline(before)));
            }
            at = block(&lines, at, indent(line), "", &mut shown);
        }
    }
    shown.join("\n").trim().to_owned()
}

/// Whether a line is more than text.
fn is_special(line: &str) -> bool {
    DIRECTIVE.is_match(line) || TARGET.is_match(line) || line.ends_with("::")
}

/// What a directive holds; the line after it.
fn directive(found: &Captures<'_>, lines: &[&str], mut at: usize, shown: &mut Vec<String>) -> usize {
    let (margin, name, rest) = (&found[1], &found[2], &found[3]);
    if CODE.contains(&name) {
        while lines.get(at).is_some_and(|line| line.trim_start().starts_with(':')) {
            at += 1;
        }
        return block(lines, at, margin.len(), rest, shown);
    }
    let mut title = name.to_owned();
    title.get_mut(..1).map(str::make_ascii_uppercase);
    shown.push(format!("{margin}**{title}:** {}", inline(rest)).trim_end().to_owned());
    // Its content is a paragraph of its own, no deeper than the directive.
    let end = end_of_block(lines, at, margin.len());
    let depth = lines[at..end].iter().filter(|line| !line.is_empty()).map(|line| indent(line)).min().unwrap_or(0);
    shown
        .extend(lines[at..end].iter().map(|line| format!("{margin}{}", inline(line.get(depth..).unwrap_or_default()))));
    end
}

/// The deeper lines from `at` on as a block of code; the line after them.
fn block(lines: &[&str], at: usize, margin: usize, language: &str, shown: &mut Vec<String>) -> usize {
    let end = end_of_block(lines, at, margin);
    let held = &lines[at..end];
    let first = held.iter().position(|line| !line.is_empty()).unwrap_or(held.len());
    let held = &held[first..];
    let last = held.iter().rposition(|line| !line.is_empty()).map_or(0, |last| last + 1);
    let held = &held[..last];
    if held.is_empty() {
        return end;
    }
    let depth = held.iter().filter(|line| !line.is_empty()).map(|line| indent(line)).min().unwrap_or(0);
    let margin = " ".repeat(margin);
    let fence = if held.iter().any(|line| line.contains("```")) { "````" } else { "```" };
    shown.push(String::new());
    shown.push(format!("{margin}{fence}{language}"));
    shown.extend(
        held.iter().map(|line| format!("{margin}{}", line.get(depth..).unwrap_or_default()).trim_end().to_owned()),
    );
    shown.push(format!("{margin}{fence}"));
    shown.push(String::new());
    end
}

fn end_of_block(lines: &[&str], from: usize, margin: usize) -> usize {
    let is_over = |line: &&str| !line.is_empty() && indent(line) <= margin;
    lines[from..].iter().position(is_over).map_or(lines.len(), |end| from + end)
}

fn indent(line: &str) -> usize {
    line.bytes().take_while(|byte| *byte == b' ').count()
}

/// Lines of text. Literals in two backticks are code in both languages and are passed over.
fn inline(line: &str) -> String {
    let parts = line.split("``").enumerate().map(|(at, part)| match at % 2 {
        0 => marked(part),
        _ => part.to_owned(),
    });
    parts.collect::<Vec<_>>().join("``")
}

fn marked(text: &str) -> String {
    let text = LINK.replace_all(text, "[$1]($2)");
    let text = ROLE.replace_all(&text, |found: &Captures<'_>| {
        let shown = if found[1].is_empty() { found.get(2).map_or("", |target| target.as_str()) } else { &found[1] };
        format!("`{shown}`")
    });
    REFERENCE.replace_all(&text, "$1$2$3").into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_the_line_become_those_of_markdown() {
        for (rst, markdown) in [
            ("Set ``a_b`` to ``1``.", "Set ``a_b`` to ``1``."),
            (
                "See `the docs <https://x.test/a_b>`_ and `more <https://y.test>`__.",
                "See [the docs](https://x.test/a_b) and [more](https://y.test).",
            ),
            (":class:`~pkg.Thing` and :doc:`the guide </guide>`", "`pkg.Thing` and `the guide`"),
            ("by `Somebody`_, *truly* **so**", "by Somebody, *truly* **so**"),
            ("``:role:`x```", "``:role:`x```"),
            ("`default`", "`default`"),
        ] {
            assert_eq!(to_markdown(rst), markdown, "{rst}");
        }
    }

    #[test]
    fn blocks_keep_their_lines() {
        let rst = "Set it::\n\n    a = 1\n\n      b\n\nThen:\n\n.. code-block:: ini\n   :caption: x\n\n   [a]\n   b = ``c``\n\n.. note::\n   Mind ``this``\n   too.\n\n.. _docs: https://x.test\nEnd.\n";
        assert_eq!(
            to_markdown(rst),
            "Set it:\n\n```\na = 1\n\n  b\n```\n\nThen:\n\n\n```ini\n[a]\nb = ``c``\n```\n\n**Note:**\nMind ``this``\ntoo.\n\nEnd."
        );
    }

    proptest::proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "[`:<>_. \n a-zü]{0,80}") {
            let _ = to_markdown(&text);
        }
    }
}
