//! From what was typed to the branch of a line that does not exist yet.

use super::error::CutError;
use crate::config::Versioned;
use crate::domain::{BranchName, ChannelName, Field, Fields, Version};

/// A line that is to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct NewLine {
    pub name: String,
    pub branch: BranchName,
    pub fields: Fields,
}

/// Reads a branch name, a line's name, or a version on the line: `release/1.9`, `1.9`, `1.9.0`.
pub(super) fn new_line(channel: &ChannelName, config: &Versioned, text: &str) -> Result<NewLine, CutError> {
    let Some(pattern) = config.line.first() else { return Err(CutError::NoChannel) };
    let not_a_line =
        || CutError::NotALine { text: text.to_owned(), channel: channel.to_string(), pattern: pattern.to_string() };
    let whole = pattern.recognise(text).map(|_| text.to_owned()).or_else(|| pattern.with_span(text));
    let branch = match whole {
        Some(branch) => branch,
        None => {
            let version: Version = text.parse().map_err(|_| not_a_line())?;
            if version.is_candidate() {
                return Err(not_a_line());
            }
            let fields = Fields::new().with_version(&version).with(Field::Label, text);
            pattern.produce(&fields).map_err(CutError::Name)?
        }
    };
    let (Some(name), Some(fields)) = (pattern.span(&branch), pattern.recognise(&branch)) else {
        return Err(not_a_line());
    };
    let name = name.to_owned();
    Ok(NewLine { name, fields, branch: BranchName::new(branch).map_err(|_| not_a_line())? })
}
