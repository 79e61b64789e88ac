//! Where a version stands in TOML.

use toml_edit::{Document, Item};

use super::edit::Spot;
use super::error::VersionFault;

/// Keys of tools that keep a version in TOML, the first that has a text counts.
const USUAL: [&[&str]; 5] = [
    &["package", "version"],
    &["workspace", "package", "version"],
    &["project", "version"],
    &["tool", "poetry", "version"],
    &["version"],
];

/// The text at a key.
pub(super) fn at_key(text: &str, key: &[&str]) -> Result<Vec<Spot>, VersionFault> {
    let document = parse(text)?;
    match item(document.as_item(), key) {
        Some(item) => spot(text, item).map(|spot| vec![spot]),
        None => Ok(Vec::new()),
    }
}

/// The text at the first of the usual keys; `version.workspace = true` is none.
pub(super) fn usual(text: &str) -> Result<Vec<Spot>, VersionFault> {
    let document = parse(text)?;
    let found = USUAL.iter().find_map(|key| item(document.as_item(), key).filter(|item| item.is_str()));
    found.map(|item| spot(text, item)).into_iter().collect()
}

pub(super) fn parse(text: &str) -> Result<Document<&str>, VersionFault> {
    Document::parse(text).map_err(|error| VersionFault::Syntax { format: "TOML", message: first_line(&error) })
}

fn first_line(error: &toml_edit::TomlError) -> String {
    error.message().lines().next().unwrap_or_default().to_owned()
}

fn item<'d>(root: &'d Item, key: &[&str]) -> Option<&'d Item> {
    key.iter().try_fold(root, |item, part| item.get(part))
}

/// The characters of a text between its quotes.
pub(super) fn spot(text: &str, item: &Item) -> Result<Spot, VersionFault> {
    let span = item.span().filter(|span| span.end <= text.len());
    let written = span.clone().and_then(|span| text.get(span)).unwrap_or_default();
    let inner = ["\"\"\"", "'''", "\"", "'"].iter().find_map(|quote| {
        let inner = written.strip_prefix(quote)?.strip_suffix(quote)?;
        (item.as_str() == Some(inner)).then_some((quote.len(), inner.len()))
    });
    match (span, inner) {
        (Some(span), Some((quote, length))) => Ok(Spot::new(span.start + quote..span.start + quote + length)),
        _ => Err(VersionFault::NotPlain { written: written.chars().take(60).collect() }),
    }
}
