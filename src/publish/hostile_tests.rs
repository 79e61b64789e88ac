//! What the repository says stays text in every document: each template is rendered with any text in every field, and has
//! the structure that it has with a plain word.

use std::collections::BTreeMap;

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag};
use serde_json::{Map, Value, json};

use super::html::Body;
use super::template::{Shape, Templates, one_line};
use super::view::roots;

const PLAIN: &str = "QQQ";

/// Fields that hold the way to another document, which is ours.
const ADDRESSES: [&str; 14] = [
    "path",
    "home",
    "markdown",
    "advisory",
    "changelog",
    "documents",
    "feed",
    "guide",
    "newer_guide",
    "support_page",
    "releases",
    "upgrade_notes",
    "known_issues",
    "security",
];

/// A value of the shape with `text` in every field, but for addresses.
fn sample(shape: &Shape, name: &str, text: &str, flag: bool) -> Value {
    let is_address = name == "url" || name.ends_with("_url") || ADDRESSES.contains(&name);
    match shape {
        Shape::Text if is_address => json!("https://example.com/a"),
        Shape::Text => json!(text),
        Shape::Number => json!(3),
        Shape::Flag => json!(flag),
        Shape::Markup => json!("<p>made</p>"),
        Shape::List(item) => {
            let items = [sample(item, name, text, flag), sample(item, name, text, !flag)];
            json!(items)
        }
        Shape::Record(record) => {
            let field = |(name, field): (&String, &super::template::Field)| {
                (name.clone(), sample(&field.shape, name, text, flag))
            };
            Value::Object(record.fields.iter().map(field).collect::<Map<String, Value>>())
        }
    }
}

/// Where blocks and spans begin, code and plain text being one, and all text without white space.
fn structure(markdown: &str) -> (Vec<String>, String) {
    let mut tags = Vec::new();
    let mut shown = String::new();
    for event in Parser::new_ext(markdown, Options::all() - Options::ENABLE_SMART_PUNCTUATION) {
        match event {
            Event::Start(Tag::CodeBlock(_)) => tags.push("code".to_owned()),
            Event::Start(Tag::Heading { level, .. }) => tags.push(level.to_string()),
            Event::Start(Tag::Link { dest_url, .. }) => tags.push(format!("link {dest_url}")),
            Event::Start(tag) => tags.push(format!("{tag:?}")),
            Event::End(_) => {}
            Event::Text(text) | Event::Code(text) => shown.push_str(&text),
            Event::SoftBreak | Event::HardBreak => {}
            other => tags.push(format!("{other:?}")),
        }
    }
    shown.retain(|c| !c.is_whitespace());
    (tags, shown)
}

/// The tags of a page in their order, with the names of their attributes; those of code, which a text with a pipe is not,
/// left out, and ids, which are made from headings.
fn tags(page: &str) -> Vec<String> {
    let tag = regex::Regex::new(r"<[^>]*>").unwrap();
    let varying = regex::Regex::new(r##" (id|href)="#?[^"]*"|^</?(code|span)[^>]*>$"##).unwrap();
    let value = regex::Regex::new(r#" ([a-z-]+)="[^"]*""#).unwrap();
    let found = tag.find_iter(page).map(|tag| {
        let tag = varying.replace_all(tag.as_str(), "");
        value.replace_all(&tag, " $1").into_owned()
    });
    found.filter(|tag| !tag.is_empty()).collect()
}

thread_local! {
    static TEMPLATES: Templates = match Templates::new(&BTreeMap::new(), &roots()) {
        Ok(templates) => templates,
        Err(error) => panic!("{error}"),
    };
}

fn render(name: &str, shape: &Shape, text: &str, flag: bool) -> String {
    TEMPLATES.with(|templates| templates.render_value(name, &sample(shape, "", text, flag)))
}

fn documents() -> Vec<(&'static str, Shape)> {
    roots().into_iter().filter(|(name, _)| name.ends_with(".md.hbs")).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn any_text_in_any_field_of_any_document_is_that_text(
        text in "\\PC{1,12}|[ -~\n\t]{1,16}|[-#>*_`|<&\\[\\]()!:~+=0-9. \n]{1,12}",
        flag: bool,
    ) {
        let wanted: String = one_line(&text).split_whitespace().collect();
        prop_assume!(!wanted.is_empty());
        for (name, shape) in documents() {
            let (hostile, plain) = (render(name, &shape, &text, flag), render(name, &shape, PLAIN, flag));
            let ((tags_of, shown), (wanted_tags, wanted_text)) = (structure(&hostile), structure(&plain));
            prop_assert_eq!(&tags_of, &wanted_tags, "{} with {:?}:\n{}", name, text, hostile);
            prop_assert_eq!(shown, wanted_text.replace(PLAIN, &wanted), "{} with {:?}", name, text);
            let (page, wanted_page) = (Body::from_markdown(&hostile).html, Body::from_markdown(&plain).html);
            prop_assert_eq!(tags(&page), tags(&wanted_page), "{} with {:?}:\n{}", name, text, page);
        }
    }

    #[test]
    fn any_text_in_any_field_of_a_page_is_that_text(text in "\\PC{1,12}|[ -~\n\t]{1,16}") {
        // What is blank is absent: a link without a text is none.
        prop_assume!(!one_line(&text).trim().is_empty());
        for (name, shape) in roots().into_iter().filter(|(name, _)| name.ends_with(".html.hbs")) {
            let page = |text: &str| tags(&render(name, &shape, text, true));
            prop_assert_eq!(page(&text), page(PLAIN), "{} with {:?}", name, text);
        }
    }
}
