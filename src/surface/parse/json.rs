//! JSON. What it holds has no places and no comments.

use serde_json::Value;

use super::file::FileFault;

/// The file as a value.
pub(super) fn parse(text: &str) -> Result<Value, FileFault> {
    serde_json::from_str(text).map_err(|error| {
        let words = error.to_string();
        let words = words.split(" at line ").next().unwrap_or_default();
        FileFault::new(Some(error.line()), format!("no JSON: {words}"))
    })
}
