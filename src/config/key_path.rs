//! The way to a value in a TOML file: `channels.self-hosted.lines."1.8".required-stop[0].from`.

use std::fmt;

/// One step of the way.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    Key(String),
    /// From zero.
    Index(usize),
}

/// The whole way; empty for the file itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct KeyPath(Vec<Step>);

impl KeyPath {
    /// The file itself.
    pub fn root() -> Self {
        Self::default()
    }

    /// One step further, to a key.
    #[must_use]
    pub fn key(&self, key: &str) -> Self {
        self.step(Step::Key(key.to_owned()))
    }

    /// One step further, to an item of a list, counted from zero.
    #[must_use]
    pub fn index(&self, index: usize) -> Self {
        self.step(Step::Index(index))
    }

    fn step(&self, step: Step) -> Self {
        let mut steps = self.0.clone();
        steps.push(step);
        Self(steps)
    }

    /// The steps, outermost first.
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Without the last step; `None` for the file itself.
    pub fn parent(&self) -> Option<Self> {
        let (_, steps) = self.0.split_last()?;
        Some(Self(steps.to_vec()))
    }

    /// The same way in the file as it was written, given what was taken out of it: items of a list that follow one that
    /// was taken out have a lower index since.
    #[must_use]
    pub fn as_written(&self, taken_out: &[Self]) -> Self {
        let mut written = Self::root();
        for step in &self.0 {
            written = match step {
                Step::Key(key) => written.key(key),
                Step::Index(index) => {
                    let mut gone: Vec<usize> = taken_out.iter().filter_map(|path| path.index_in(&written)).collect();
                    gone.sort_unstable();
                    written.index(gone.into_iter().fold(*index, |index, gone| index + usize::from(gone <= index)))
                }
            };
        }
        written
    }

    /// Which item of `list` this leads to.
    fn index_in(&self, list: &Self) -> Option<usize> {
        match self.0.split_last()? {
            (Step::Index(index), way) if *way == *list.0 => Some(*index),
            _ => None,
        }
    }

    /// What the last step names, where it names a key.
    pub fn last_key(&self) -> Option<&str> {
        match self.0.last()? {
            Step::Key(key) => Some(key),
            Step::Index(_) => None,
        }
    }
}

impl From<&serde_path_to_error::Path> for KeyPath {
    fn from(path: &serde_path_to_error::Path) -> Self {
        use serde_path_to_error::Segment;
        Self(
            path.iter()
                .filter_map(|segment| match segment {
                    Segment::Map { key } => Some(Step::Key(key.clone())),
                    Segment::Seq { index } => Some(Step::Index(*index)),
                    Segment::Enum { .. } | Segment::Unknown => None,
                })
                .collect(),
        )
    }
}

impl From<&serde_ignored::Path<'_>> for KeyPath {
    fn from(path: &serde_ignored::Path<'_>) -> Self {
        use serde_ignored::Path;
        match path {
            Path::Root => Self::root(),
            Path::Map { parent, key } => Self::from(*parent).key(key),
            Path::Seq { parent, index } => Self::from(*parent).index(*index),
            Path::Some { parent } | Path::NewtypeStruct { parent } | Path::NewtypeVariant { parent } => {
                Self::from(*parent)
            }
        }
    }
}

/// A key as TOML wants it written.
fn is_bare(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_')
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Index(index) => write!(f, "[{index}]")?,
                Step::Key(key) => {
                    if position > 0 {
                        f.write_str(".")?;
                    }
                    if is_bare(key) {
                        f.write_str(key)?;
                    } else {
                        write!(f, "{key:?}")?;
                    }
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_toml_writes_it() {
        let path = KeyPath::root().key("channels").key("self-hosted").key("lines").key("1.8").key("planned").index(0);
        assert_eq!(path.to_string(), "channels.self-hosted.lines.\"1.8\".planned[0]");
        assert_eq!(path.parent().unwrap().last_key(), Some("planned"));
        assert_eq!(KeyPath::root().to_string(), "");
    }

    #[test]
    fn knows_where_an_item_stood_before_others_were_taken_out() {
        let list = KeyPath::root().key("a");
        let gone = [list.index(1), list.index(2), KeyPath::root().key("b").index(0)];
        assert_eq!(list.index(0).as_written(&gone), list.index(0));
        assert_eq!(list.index(1).key("c").as_written(&gone), list.index(3).key("c"));
    }
}
