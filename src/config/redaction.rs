//! What must not reach people outside: patterns that the documents of channels are held against.

use regex::Regex;

use crate::domain::ChannelName;

/// `[redaction]`.
#[derive(Debug, Clone, Default)]
pub struct Redaction {
    /// In the order of the file.
    pub patterns: Vec<RedactionPattern>,
}

/// One of `redaction.patterns`.
#[derive(Debug, Clone)]
pub struct RedactionPattern {
    /// What it keeps back, for people: `incident`.
    pub name: String,
    pub regex: Regex,
    /// In whose documents; never empty. Where the file says nothing: every versioned channel.
    pub channels: Vec<ChannelName>,
}

impl Redaction {
    /// Those that hold for the documents of a channel.
    pub fn of<'a>(&'a self, channel: &'a str) -> impl Iterator<Item = &'a RedactionPattern> {
        self.patterns.iter().filter(move |pattern| pattern.channels.iter().any(|name| name.as_str() == channel))
    }
}
