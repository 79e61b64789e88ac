//! Markdown to the body of a page. Raw HTML is shown as the text it is, links between documents lead to their pages,
//! headings get ids that stay the same from run to run, and tables can be scrolled on a phone.

use std::collections::BTreeSet;

use pulldown_cmark::{CowStr, Event, HeadingLevel, LinkType, Options, Parser, Tag, TagEnd, TextMergeStream, html};

use super::view::TocView;

/// The body of a page and what its frame needs to know of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    pub html: String,
    /// The text of the first heading; empty without one.
    pub title: String,
    /// Headings of the second level, in order.
    pub contents: Vec<TocView>,
}

impl Body {
    /// Renders a document that our templates made. A project's own templates may hold any Markdown; HTML in it stays
    /// text.
    pub fn from_markdown(markdown: &str) -> Self {
        let events: Vec<Event<'_>> = TextMergeStream::new(Parser::new_ext(markdown, Options::ENABLE_TABLES)).collect();
        let mut writer = Writer::default();
        let mut at = 0;
        while at < events.len() {
            at = writer.take(&events, at);
        }
        let mut rendered = String::with_capacity(markdown.len() * 2);
        html::push_html(&mut rendered, writer.events.into_iter());
        // Nothing but our own table events writes these: text cannot hold a `<`.
        let rendered = rendered.replace("<th>", "<th scope=\"col\">").replace("<th style", "<th scope=\"col\" style");
        Self { html: rendered, title: writer.title, contents: writer.contents }
    }
}

/// Letters of a cell that is kept on one line.
const SHORT_CELL: usize = 24;

#[derive(Default)]
struct Writer<'a> {
    events: Vec<Event<'a>>,
    title: String,
    contents: Vec<TocView>,
    ids: BTreeSet<String>,
    /// The id of the last heading of the second level, which those below it begin with.
    section: String,
}

impl<'a> Writer<'a> {
    /// Takes the event at `at` and those that belong to it; returns where to go on.
    fn take(&mut self, events: &[Event<'a>], at: usize) -> usize {
        match &events[at] {
            Event::Start(Tag::Heading { level, .. }) => return self.heading(*level, events, at),
            Event::Html(text) | Event::InlineHtml(text) => self.events.push(Event::Text(text.clone())),
            Event::Start(Tag::HtmlBlock) => self.events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => self.events.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Table(columns)) => {
                self.raw("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Table\">\n");
                self.events.push(Event::Start(Tag::Table(columns.clone())));
            }
            Event::End(TagEnd::Table) => {
                self.events.push(Event::End(TagEnd::Table));
                self.raw("</div>\n");
            }
            Event::Start(Tag::TableCell) => return self.cell(events, at),
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = CowStr::from(page_address(dest_url));
                self.events.push(Event::Start(Tag::Link {
                    link_type: if matches!(link_type, LinkType::Email) { LinkType::Email } else { LinkType::Inline },
                    dest_url,
                    title: title.clone(),
                    id: id.clone(),
                }));
            }
            Event::Start(Tag::Strong) if is_text(events.get(at + 1), "Breaking:") => {
                self.raw("<strong class=\"breaking\">");
                self.events.push(events[at + 1].clone());
                self.raw("</strong>");
                return (at + 3).min(events.len());
            }
            event => self.events.push(event.clone()),
        }
        at + 1
    }

    fn raw(&mut self, html: &str) {
        self.events.push(Event::InlineHtml(CowStr::from(html.to_owned())));
    }

    /// A cell of a table; a short one stays on one line, so that dates and versions are not torn apart.
    fn cell(&mut self, events: &[Event<'a>], at: usize) -> usize {
        let length = events[at..].iter().position(|event| matches!(event, Event::End(TagEnd::TableCell)));
        let end = length.map_or(events.len(), |length| at + length);
        let letters: usize = events[at..end].iter().filter_map(text_of).map(|text| text.chars().count()).sum();
        self.events.push(Event::Start(Tag::TableCell));
        let is_short = (1..=SHORT_CELL).contains(&letters);
        if is_short {
            self.raw("<span class=\"short\">");
        }
        let mut next = at + 1;
        while next < end {
            next = self.take(events, next);
        }
        if is_short {
            self.raw("</span>");
        }
        self.events.push(Event::End(TagEnd::TableCell));
        (end + 1).min(events.len())
    }

    fn heading(&mut self, level: HeadingLevel, events: &[Event<'a>], at: usize) -> usize {
        let length = events[at..].iter().position(|event| matches!(event, Event::End(TagEnd::Heading(_))));
        let end = length.map_or(events.len(), |length| at + length);
        let content = &events[at + 1..end];
        let text: String = content.iter().filter_map(text_of).collect();
        let (shown, is_yanked) = match text.strip_suffix(" [YANKED]") {
            Some(rest) => (rest.to_owned(), true),
            None => (text, false),
        };
        let id = self.id(level, &shown);
        match level {
            HeadingLevel::H1 if self.title.is_empty() => self.title.clone_from(&shown),
            HeadingLevel::H2 => self.contents.push(TocView { title: shown.clone(), id: id.clone() }),
            _ => {}
        }
        let tag = Tag::Heading { level, id: Some(CowStr::from(id.clone())), classes: Vec::new(), attrs: Vec::new() };
        self.events.push(Event::Start(tag));
        let mut next = at + 1;
        while next < end {
            if let (Event::Text(text), true) = (&events[next], is_yanked && next + 1 == end) {
                let text = text.strip_suffix(" [YANKED]").unwrap_or(text).to_owned();
                self.events.push(Event::Text(CowStr::from(text)));
                self.raw(" <span class=\"yanked\">RETRACTED</span>");
                next += 1;
            } else {
                next = self.take(events, next);
            }
        }
        if level != HeadingLevel::H1 {
            // An id holds letters, digits, dots, dashes and underscores alone.
            self.raw(&format!("<a class=\"anchor\" href=\"#{id}\" aria-label=\"Link to this section\">#</a>"));
        }
        self.events.push(Event::End(TagEnd::Heading(level)));
        (end + 1).min(events.len())
    }

    /// What the heading is about without its date, so that an anchor outlives corrections: `1.8.4` for
    /// `1.8.4 - 2026-03-04`. Deeper headings, which repeat from section to section, begin with the id of theirs.
    fn id(&mut self, level: HeadingLevel, text: &str) -> String {
        let subject = text.split_once(" - ").map_or(text, |(subject, _)| subject);
        let slug = slug(subject);
        let wanted = match level {
            HeadingLevel::H1 => "top".to_owned(),
            HeadingLevel::H2 => slug,
            _ => format!("{}-{slug}", self.section),
        };
        let mut id = wanted.clone();
        let mut number = 1;
        while !self.ids.insert(id.clone()) {
            number += 1;
            id = format!("{wanted}-{number}");
        }
        if level == HeadingLevel::H2 {
            self.section.clone_from(&id);
        }
        id
    }
}

fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_alphanumeric() || matches!(c, '.' | '_' | '-') {
            slug.extend(c.to_lowercase());
        } else if c.is_whitespace() && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    if slug.is_empty() { "section".to_owned() } else { slug }
}

fn text_of<'e>(event: &'e Event<'_>) -> Option<&'e str> {
    match event {
        Event::Text(text) | Event::Code(text) | Event::InlineHtml(text) => Some(text),
        Event::SoftBreak | Event::HardBreak => Some(" "),
        _ => None,
    }
}

fn is_text(event: Option<&Event<'_>>, wanted: &str) -> bool {
    matches!(event, Some(Event::Text(text)) if text.as_ref() == wanted)
}

/// Links between documents lead from page to page; all others stay, unless they would run code.
fn page_address(url: &str) -> String {
    let Some(url) = super::template::address(url) else { return String::new() };
    let is_relative = !url.contains("://") && !url.starts_with("mailto:");
    let (path, fragment) = match url.find('#') {
        Some(at) => url.split_at(at),
        None => (url.as_str(), ""),
    };
    match path.strip_suffix(".md") {
        Some(path) if is_relative => format!("{path}.html{fragment}"),
        _ => url,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::publish::template::{Format, one_line};

    #[test]
    fn links_between_documents_lead_from_page_to_page() {
        for (url, page) in [
            ("../1.8/guide.md", "../1.8/guide.html"),
            ("guide.md#verification", "guide.html#verification"),
            ("https://a.b/README.md", "https://a.b/README.md"),
            ("javascript:alert(1)", ""),
            ("#a", "#a"),
        ] {
            assert_eq!(page_address(url), page);
        }
    }

    #[test]
    fn headings_get_lasting_ids_and_a_place_in_the_contents() {
        let body = Body::from_markdown(
            "# T\n\n## [1.8.4](https://a/) - 2026-03-04 [YANKED]\n\n### Added\n\n## 1.8.4\n\n### Added\n",
        );
        assert_eq!(body.title, "T");
        let contents: Vec<_> = body.contents.iter().map(|item| (item.id.as_str(), item.title.as_str())).collect();
        assert_eq!(contents, [("1.8.4", "1.8.4 - 2026-03-04"), ("1.8.4-2", "1.8.4")]);
        assert!(body.html.contains("<h3 id=\"1.8.4-added\">") && body.html.contains("<h3 id=\"1.8.4-2-added\">"));
        assert!(body.html.contains("- 2026-03-04 <span class=\"yanked\">RETRACTED</span>"), "{}", body.html);
    }

    #[test]
    fn raw_html_is_shown_as_text() {
        let body = Body::from_markdown("# T\n\n<script>alert(1)</script>\n\na <b onclick=x>b</b>\n");
        assert!(!body.html.contains("<script") && !body.html.contains("<b "), "{}", body.html);
        assert!(body.html.contains("&lt;script&gt;"));
    }

    #[test]
    fn tables_have_a_scope_and_can_be_scrolled() {
        let body = Body::from_markdown("| A | B |\n| --- | ---: |\n| 1 | 2 |\n");
        assert!(body.html.contains("<th scope=\"col\"><span class=\"short\">A</span></th>"), "{}", body.html);
        assert!(body.html.starts_with("<div class=\"table\" tabindex=\"0\""));
        assert!(body.html.trim_end().ends_with("</div>"));
    }

    /// Tags of the page in order, and its text without them.
    fn parts(html: &str) -> (Vec<String>, String) {
        let (mut tags, mut text, mut rest) = (Vec::new(), String::new(), html);
        while let Some(open) = rest.find('<') {
            text.push_str(&rest[..open]);
            let close = rest[open..].find('>').expect("every tag ends") + open;
            tags.push(rest[open..=close].to_owned());
            rest = &rest[close + 1..];
        }
        text.push_str(rest);
        let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#39;", "'");
        (tags, text.replace("&amp;", "&"))
    }

    proptest! {
        #[test]
        fn any_text_of_an_entry_is_that_text_on_the_page(text in "\\PC{1,16}|[ -~\n\t]{1,16}") {
            let wanted = one_line(&text);
            prop_assume!(!wanted.is_empty());
            let page = |entry: &str| parts(&Body::from_markdown(&format!("# T\n\n- a: {entry} (b)\n- c\n")).html);
            let (tags, shown) = page(&Format::Markdown.escape(&text));
            let (plain_tags, plain) = page("QQQ");
            prop_assert_eq!(tags, plain_tags);
            prop_assert_eq!(shown, plain.replace("QQQ", &wanted));
        }
    }
}
