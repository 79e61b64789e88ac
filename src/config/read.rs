//! The way from text to a checked value: parse, tell a foreign file, read the shape while setting aside what cannot be
//! read, check, and refuse once with everything that was found.

use serde::de::DeserializeOwned;
use serde_json::Value;
use toml::de::DeTable;

use super::check::{Collector, check_file};
use super::document::{Document, SyntaxFault, remove};
use super::error::{ConfigError, Finding};
use super::fault::Fault;
use super::key_path::KeyPath;
use super::origin::Origin;
use super::release_toml::Config;
use super::schema::{SCHEMA, keys_at};
use super::shape::ReleaseToml;

/// After so many values that cannot be read the file is something else, and nobody reads on.
const MOST_UNREADABLE: usize = 100;

/// Keys that cargo-release knows at the top of its file and that no file of ours has.
const CARGO_RELEASE_KEYS: [&str; 32] = [
    "allow-branch",
    "certs-source",
    "consolidate-commits",
    "consolidate-pushes",
    "dependent-version",
    "dev-version",
    "dev-version-ext",
    "enable-all-features",
    "enable-features",
    "exclude-paths",
    "metadata",
    "owners",
    "post-release-commit-message",
    "post-release-replacements",
    "pre-release-commit-message",
    "pre-release-hook",
    "pre-release-replacements",
    "push",
    "push-options",
    "push-remote",
    "rate-limit",
    "registry",
    "release",
    "shared-version",
    "sign-commit",
    "sign-tag",
    "tag",
    "tag-message",
    "tag-name",
    "tag-prefix",
    "target",
    "verify",
];

impl Config {
    /// Reads and checks `text`, which came from `origin`.
    pub fn read(text: &str, origin: Origin) -> Result<Self, ConfigError> {
        let document = match Document::parse(text) {
            Ok(document) => document,
            Err(faults) => {
                let findings = not_toml(faults, &origin.location());
                return Err(ConfigError::Invalid { origin, findings });
            }
        };
        if let Some(key) = foreign_key(document.root().get_ref()) {
            return Err(ConfigError::CargoRelease { origin, key });
        }
        let mut found = Collector::new(&document, origin.location());
        if let Some(fault) = format_fault(document.root().get_ref()) {
            found.report_value(&KeyPath::root().key("schema"), fault);
            return Err(ConfigError::Invalid { origin, findings: found.into_findings() });
        }
        let shape = read_shape::<ReleaseToml>(&document, &mut found, &SCHEMA);
        let config = shape.map(|shape| check_file(&mut found, shape, origin.clone()));
        let findings = found.into_findings();
        match config {
            Some(config) if findings.is_empty() => Ok(config),
            _ => Err(ConfigError::Invalid { origin, findings }),
        }
    }
}

/// Whether `text` is a configuration of cargo-release, which has a file of the same name.
pub fn is_cargo_release(text: &str) -> bool {
    Document::parse(text).is_ok_and(|document| foreign_key(document.root().get_ref()).is_some())
}

/// The first key that shows whose file it is, where nothing in the file is ours.
fn foreign_key(root: &DeTable<'_>) -> Option<String> {
    if ["schema", "channels", "project"].iter().any(|key| root.contains_key(*key)) {
        return None;
    }
    root.keys().map(|key| key.get_ref()).find(|key| CARGO_RELEASE_KEYS.contains(&key.as_ref())).map(ToString::to_string)
}

/// A format that is not known here says nothing about the other keys, so that nothing else is looked at.
fn format_fault(root: &DeTable<'_>) -> Option<Fault> {
    let number = root.get("schema")?.get_ref().as_integer()?;
    let found = i64::from_str_radix(number.as_str(), number.radix()).unwrap_or(i64::MAX);
    (found != 1).then_some(Fault::Format { found })
}

/// What is not TOML, as findings in the order of the file.
pub(super) fn not_toml(faults: Vec<SyntaxFault>, location: &str) -> Vec<Finding> {
    let mut findings: Vec<Finding> = faults
        .into_iter()
        .map(|SyntaxFault { position, why }| Finding {
            location: location.to_owned(),
            position,
            path: KeyPath::root(),
            fault: Fault::NotToml { why },
        })
        .collect();
    findings.sort_by_key(|finding| finding.position);
    findings
}

/// What was typed, without the values that cannot be read: each is reported, taken out of a copy, and the rest is read
/// again, so that one wrong type does not hide the next. `schema` knows the keys.
pub(super) fn read_shape<T: DeserializeOwned>(
    document: &Document<'_>,
    found: &mut Collector<'_>,
    schema: &Value,
) -> Option<T> {
    let mut rest = document.root().clone();
    for _ in 0..MOST_UNREADABLE {
        let mut unknown: Vec<KeyPath> = Vec::new();
        let mut track = serde_path_to_error::Track::new();
        let source = toml::Deserializer::from(rest.clone());
        let tracked = serde_path_to_error::Deserializer::new(source, &mut track);
        let read = serde_ignored::deserialize(tracked, |path| unknown.push(KeyPath::from(&path)));
        let error = match read {
            Ok(shape) => {
                report_unknown(found, &unknown, schema);
                return Some(shape);
            }
            Err(error) => error,
        };
        let path = KeyPath::from(&track.path());
        found.report_value(&path, value_fault(error.message()));
        if !remove(rest.get_mut(), &path) {
            return None;
        }
        found.set_aside(&path);
    }
    None
}

/// Serde says of a word that is not known which ones are, in backticks.
fn value_fault(why: &str) -> Fault {
    if !why.starts_with("unknown variant `") {
        return Fault::Value { why: why.to_owned() };
    }
    let mut words = why.split('`').skip(1).step_by(2).map(str::to_owned);
    Fault::Word { word: words.next().unwrap_or_default(), known: words.collect() }
}

fn report_unknown(found: &mut Collector<'_>, unknown: &[KeyPath], schema: &Value) {
    for path in unknown {
        let Some(key) = path.last_key().map(str::to_owned) else { continue };
        let known = path.parent().map_or_else(Vec::new, |parent| keys_at(schema, &parent));
        found.report(path, Fault::UnknownKey { key, known });
    }
}
