//! git's own configuration as git reads it, so that `git -c`, the environment and conditional includes count.

use super::command::{GitCommand, GitCommandError};
use super::repository::Repository;

/// All values of `git config`, in git's order: of several, the last one counts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Settings {
    values: Vec<(String, String)>,
}

impl Settings {
    /// Asks git.
    pub fn read(repository: &Repository) -> Result<Self, GitCommandError> {
        let output = GitCommand::reading(repository).args(["config", "--null", "--list"]).run()?;
        Ok(Self::parse(&output))
    }

    /// The value that counts. A key is written in lower case, its middle part as in the file: `remote.Origin.url`.
    /// A key without `=` is `true`, as git takes it.
    pub fn value(&self, key: &str) -> Option<&str> {
        self.values.iter().rev().find(|(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// Whether the value that counts says yes, in one of the ways that git understands.
    pub fn flag(&self, key: &str) -> bool {
        let value = self.value(key).unwrap_or_default().to_ascii_lowercase();
        matches!(value.as_str(), "true" | "yes" | "on") || value.parse::<i64>().is_ok_and(|number| number != 0)
    }

    /// Every value of a key that may be given several times, in order.
    pub fn values<'s>(&'s self, key: &'s str) -> impl Iterator<Item = &'s str> {
        self.values.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    fn parse(output: &[u8]) -> Self {
        let text = String::from_utf8_lossy(output);
        let pairs = text.split('\0').filter(|entry| !entry.is_empty());
        let values = pairs.map(|entry| entry.split_once('\n').unwrap_or((entry, "true")));
        Self { values: values.map(|(key, value)| (key.to_owned(), value.to_owned())).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_value_counts_and_all_can_be_read() {
        let settings = Settings::parse(b"a.b\none\0a.b\ntwo\nlines\0");
        assert_eq!(settings.value("a.b"), Some("two\nlines"));
        assert_eq!(settings.values("a.b").count(), 2);
        assert_eq!(settings.value("a.c"), None);
        let settings = Settings::parse(b"a.flag\0");
        assert_eq!(settings.value("a.flag"), Some("true"));
        assert!(settings.flag("a.flag") && !settings.flag("a.other"));
        let settings = Settings::parse(b"a.on\nYES\0a.off\n0\0a.empty\n\0");
        assert_eq!(["a.on", "a.off", "a.empty"].map(|key| settings.flag(key)), [true, false, false]);
    }
}
