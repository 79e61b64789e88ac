//! What is found in a text, in the form in which the cases expect it.

use crate::config::{Config, ConfigError, Origin};

/// A sound file of four lines, to which a case adds what is wrong.
const BASE: &str = "schema = 1\n[channels.s]\nkind = \"versioned\"\ntag = \"v{version}\"\n";

/// `typed` after the sound file.
pub fn with_base(typed: &str) -> String {
    format!("{BASE}{typed}")
}

/// Reads `text` as the work tree's file.
pub fn read(text: &str) -> Result<Config, ConfigError> {
    Config::read(text, Origin::WorkTree { path: "release.toml".to_owned() })
}

/// Each finding, with its hint on the next line.
pub fn found(text: &str) -> Vec<String> {
    let Err(error) = read(text) else { return Vec::new() };
    let mut lines = Vec::new();
    for finding in error.findings() {
        lines.push(finding.to_string());
        lines.extend(finding.hint().map(|hint| format!("hint: {hint}")));
    }
    lines
}

/// Compares what is found with what is expected, a finding or hint per line, indented as may be.
pub fn assert_found(typed: &str, expected: &str) {
    let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    assert_eq!(found(typed), expected, "\n{typed}");
}
