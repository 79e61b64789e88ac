//! Reading and replacing the version in the bytes of one file. Which commit the bytes are from, and which version is
//! wanted, is decided above.
//!
//! The invariant: a file that is edited differs from what it was in the characters of the version and nothing else, and
//! reads back as the version that was wanted.

use std::ops::Range;

use super::error::{VersionFault, VersionFileError};
use super::{json, plain, toml, yaml};
use crate::config::{VersionFile, VersionPlace};

/// A version in a text: its own characters, without the quotes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Spot {
    pub range: Range<usize>,
    /// Whether it stands without quotes in YAML, where `1.10` would be read as a number.
    pub is_bare_yaml: bool,
}

impl Spot {
    pub(super) fn new(range: Range<usize>) -> Self {
        Self { range, is_bare_yaml: false }
    }
}

/// The version that the file holds, as it writes it but for a `v` before the first digit.
pub fn held_version(file: &VersionFile, bytes: &[u8]) -> Result<String, VersionFileError> {
    let text = text_of(file, bytes)?;
    let spots = spots(file, text)?;
    let held = spots.first().map(|spot| &text[spot.range.clone()]).unwrap_or_default();
    Ok(without_v(held).to_owned())
}

/// The file with `version` in place of the one it holds. A `v` before the old one is kept.
pub fn with_version(file: &VersionFile, bytes: &[u8], version: &str) -> Result<Vec<u8>, VersionFileError> {
    let text = text_of(file, bytes)?;
    let mut edited = text.to_owned();
    for spot in spots(file, text)?.iter().rev() {
        let old = &text[spot.range.clone()];
        let prefix = &old[..old.len() - without_v(old).len()];
        let new = format!("{prefix}{version}");
        let needs_quotes = spot.is_bare_yaml && new.parse::<f64>().is_ok();
        let written = if needs_quotes { format!("\"{new}\"") } else { new };
        edited.replace_range(spot.range.clone(), &written);
    }
    let reads_back = held_version(file, edited.as_bytes()).is_ok_and(|held| held == version);
    if reads_back {
        Ok(edited.into_bytes())
    } else {
        Err(VersionFileError::new(file, VersionFault::Unverified { wanted: version.to_owned() }))
    }
}

fn text_of<'b>(file: &VersionFile, bytes: &'b [u8]) -> Result<&'b str, VersionFileError> {
    std::str::from_utf8(bytes).map_err(|_| VersionFileError::new(file, VersionFault::NotText))
}

fn without_v(text: &str) -> &str {
    match text.strip_prefix('v') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => text,
    }
}

/// The places of the version: one, or as many as a lock file repeats it.
fn spots(file: &VersionFile, text: &str) -> Result<Vec<Spot>, VersionFileError> {
    find(file, text).map_err(|fault| VersionFileError::new(file, fault))
}

fn find(file: &VersionFile, text: &str) -> Result<Vec<Spot>, VersionFault> {
    let (_, name) = file.path.rsplit_once('/').unwrap_or(("", &file.path));
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension).to_ascii_lowercase();
    let key = match &file.place {
        VersionPlace::Expression(expression) => {
            return one(plain::by_expression(expression, text)).map(|spot| vec![spot]);
        }
        VersionPlace::Key(parts) => Some(parts.iter().map(String::as_str).collect::<Vec<_>>()),
        VersionPlace::Usual => None,
    };
    let found = match (extension.as_str(), key) {
        ("toml", Some(key)) => toml::at_key(text, &key)?,
        ("toml", None) => toml::usual(text)?,
        ("json", Some(key)) => json::at_key(text, &key)?,
        ("json", None) => match name {
            "package-lock.json" => return package_lock(text),
            _ => json::at_key(text, &["version"])?,
        },
        ("yaml" | "yml", Some(key)) => yaml::at_key(text, &key)?,
        ("yaml" | "yml", None) => yaml::at_key(text, &["version"])?,
        (_, Some(_)) => return Err(VersionFault::NoKeys),
        (_, None) => plain::only_line(text),
    };
    one(found).map(|spot| vec![spot])
}

/// npm writes the version of the package twice.
fn package_lock(text: &str) -> Result<Vec<Spot>, VersionFault> {
    let first = one(json::at_key(text, &["version"])?)?;
    let second = json::at_key(text, &["packages", "", "version"])?;
    Ok(std::iter::once(first).chain(second).collect())
}

fn one(mut spots: Vec<Spot>) -> Result<Spot, VersionFault> {
    match spots.len() {
        1 => Ok(spots.remove(0)),
        0 => Err(VersionFault::NotFound),
        count => Err(VersionFault::Several { count }),
    }
}
