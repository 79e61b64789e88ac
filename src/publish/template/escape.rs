//! Escaping of text for the format it goes into, so that nothing a commit, a tag or a configuration says can become
//! structure of a document. The invariant: what a reader of the rendered document sees is [`one_line`] of the text.

/// What a template produces; each has an escape function of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    Markdown,
    Html,
}

impl Format {
    /// By the last extension before `.hbs`.
    pub fn of_template(name: &str) -> Self {
        if name.ends_with(".html.hbs") { Self::Html } else { Self::Markdown }
    }

    /// The text as this format writes it.
    pub fn escape(self, text: &str) -> String {
        match self {
            Self::Markdown => markdown(text),
            Self::Html => html(text),
        }
    }
}

/// The text on one line: white space and control characters become single blanks, none at either end, and the
/// characters that turn the direction of writing around, which can make a line read as what it is not, a mark.
pub fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() {
            if !line.is_empty() && !line.ends_with(' ') {
                line.push(' ');
            }
        } else if matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
            line.push('\u{fffd}');
        } else {
            line.push(c);
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// One line of code: as [`one_line`], but for its blanks, which may mean something. Tabs become four.
pub fn code_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => line.push_str("    "),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => line.push('\u{fffd}'),
            c if c.is_whitespace() || c.is_control() => line.push(' '),
            c => line.push(c),
        }
    }
    line.truncate(line.trim_end().len());
    line
}

/// For any place of a Markdown document where text can stand: paragraphs, headings, list items, table cells, link
/// texts. Only what could be read as structure gets a backslash, so that the source stays readable.
fn markdown(text: &str) -> String {
    let line = one_line(text);
    let chars: Vec<char> = line.chars().collect();
    let mut escaped = String::with_capacity(line.len() + 8);
    let leading_digits = chars.iter().take_while(|c| c.is_ascii_digit()).count();
    for (at, &c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| chars[before]);
        let after = chars.get(at + 1).copied();
        let needs_backslash = match c {
            '\\' | '`' | '*' | '[' | ']' | '<' | '>' | '|' | '~' | '$' | '^' => true,
            '_' => !is_inside_word(&chars, at),
            '&' => after.is_some_and(|c| c == '#' || c.is_ascii_alphabetic()),
            '#' => ends_run_before_blank(&chars, at),
            '=' => at == 0,
            '-' => at == 0 && after.is_none_or(|c| c == ' ' || c == '-'),
            '+' => at == 0 && after.is_none_or(|c| c == ' '),
            ':' => at == 0 || chars[at + 1..].starts_with(&['/', '/']),
            '.' | ')' if at > 0 && at == leading_digits => after.is_none_or(|c| c == ' '),
            '.' => at >= 3 && chars[at - 3..at].iter().all(|c| c.eq_ignore_ascii_case(&'w')),
            '@' => before.is_some_and(is_word) && after.is_some_and(is_word),
            '{' | '}' => true,
            _ => false,
        };
        if needs_backslash {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric()
}

/// Whether the run of underscores around `at` has letters or digits on both sides, where it never means emphasis.
fn is_inside_word(chars: &[char], at: usize) -> bool {
    let before = chars[..at].iter().rev().find(|c| **c != '_');
    let after = chars[at..].iter().find(|c| **c != '_');
    before.is_some_and(|c| is_word(*c)) && after.is_some_and(|c| is_word(*c))
}

/// Whether the run of `#` at `at` is followed by a blank or the end: only then it can open or close a heading.
fn ends_run_before_blank(chars: &[char], at: usize) -> bool {
    chars[at..].iter().find(|c| **c != '#').is_none_or(|c| *c == ' ')
}

/// For element contents and quoted attributes.
fn html(text: &str) -> String {
    html_text(&one_line(text))
}

/// The text as it is, for element contents.
pub fn html_text(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    /// Structure with texts joined into one, and no position.
    fn parse(markdown: &str) -> Vec<String> {
        let mut events: Vec<String> = Vec::new();
        let mut text = String::new();
        for event in Parser::new_ext(markdown, everything()) {
            match event {
                Event::Text(part) => text.push_str(&part),
                other => {
                    if !text.is_empty() {
                        events.push(format!("text {}", std::mem::take(&mut text)));
                    }
                    events.push(match other {
                        Event::Start(Tag::Heading { level, .. }) => format!("heading {level}"),
                        Event::End(TagEnd::Heading(level)) => format!("end {level}"),
                        other => format!("{other:?}"),
                    });
                }
            }
        }
        if !text.is_empty() {
            events.push(format!("text {text}"));
        }
        events
    }

    /// All that could be structure to somebody. Smart punctuation is no structure and changes texts by itself.
    fn everything() -> Options {
        Options::all() - Options::ENABLE_SMART_PUNCTUATION
    }

    const PLACES: [(&str, &str); 8] = [
        ("", "\n"),
        ("- ", "\n- next\n"),
        ("- scope: ", " ([abc](<https://x>))\n"),
        ("## ", "\n\nnext\n"),
        ("## 1.0 - ", "\n"),
        ("| a | b |\n| --- | --- |\n| ", " | next |\n"),
        ("[", "](<https://x>)\n"),
        ("before\n", "\nafter\n"),
    ];

    fn assert_is_text_everywhere(text: &str) {
        let expected = one_line(text);
        if expected.is_empty() {
            return;
        }
        for (before, after) in PLACES {
            let plain = parse(&format!("{before}QQQ{after}"));
            let wanted: Vec<String> = plain.iter().map(|event| event.replace("QQQ", &expected)).collect();
            let escaped = markdown(text);
            assert_eq!(parse(&format!("{before}{escaped}{after}")), wanted, "{text:?} as {escaped:?} after {before:?}");
        }
    }

    #[test]
    fn text_that_looks_like_structure_stays_text() {
        for text in [
            "# a",
            "a #",
            "a ##",
            "#",
            "- a",
            "-",
            "---",
            "===",
            "+ a",
            "1. a",
            "12) a",
            "> a",
            "*a* _b_ __c__",
            "a_b",
            "`x`",
            "``",
            "[a](b)",
            "![a](b)",
            "[^1]",
            "<b>",
            "<!-- a",
            "https://a.b",
            "a | b",
            "\\",
            "a\\",
            "&amp;",
            "&#35;",
            "~~a~~",
            "$a$",
            ":",
            ": a",
            "a\nb",
            "a\n\n# b",
            "{#id}",
            "a {#id .c}",
            "[ ] a",
            "[x] a",
            "\u{0}",
            "_a",
            "a_",
            "é_é",
            "a__b",
            "^a^",
            "www.a.b",
            "me@a.b",
            "    code",
            "\tcode",
            "|",
            "!",
            "a  ",
            "||a||",
            "[!NOTE]",
            "[[a]]",
            "-- a",
            "... 'a' \"b\"",
        ] {
            assert_is_text_everywhere(text);
        }
    }

    #[test]
    fn readable_text_stays_as_it_is() {
        for text in
            ["Fix snake_case in Config.get (#123)", "C++ & Rust: a = b - c", "5% faster", "a: b", "1.9.0", "-x y"]
        {
            assert_eq!(markdown(text), text);
        }
    }

    #[test]
    fn a_line_has_no_breaks_controls_or_turned_text() {
        assert_eq!(one_line(" a\u{1b}[31m\n\n b\u{202e}c \u{2028}"), "a [31m b\u{fffd}c");
    }

    #[test]
    fn html_text_opens_and_closes_nothing() {
        assert_eq!(html("<a href='x' title=\"y\">&"), "&lt;a href=&#39;x&#39; title=&quot;y&quot;&gt;&amp;");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn any_text_is_that_text_in_any_place(text in "[ -~\n\té\u{202e}]{0,14}") {
            assert_is_text_everywhere(&text);
        }

        #[test]
        fn any_character_is_that_character(text in "\\PC{0,10}") {
            assert_is_text_everywhere(&text);
        }
    }
}
