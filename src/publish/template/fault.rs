//! Mistakes in templates, told with their place and, where one is near, the name that may have been meant.

use std::fmt;

use crate::domain::nearest;

/// A mistake in a template and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    pub template: String,
    /// From 1; 0 where only the file is known.
    pub line: usize,
    pub column: usize,
    /// A lower-case fragment.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.template, self.what),
            line => write!(f, "{}:{line}:{}: {}", self.template, self.column, self.what),
        }
    }
}

/// `; did you mean …`, for the nearest known name, or the known names where few; empty where neither helps.
pub fn did_you_mean<'n>(name: &str, known: impl IntoIterator<Item = &'n str>) -> String {
    let known: Vec<&str> = known.into_iter().collect();
    match nearest(name, known.iter().copied()) {
        Some(nearest) => format!("; did you mean `{nearest}`?"),
        None if !known.is_empty() && known.len() <= 16 => format!("; known are `{}`", known.join("`, `")),
        None => String::new(),
    }
}
