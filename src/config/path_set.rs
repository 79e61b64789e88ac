//! Sets of files by glob: `migrations/**/*.sql`. `*` stays within a directory, `**` crosses them; paths are relative to
//! the repository's root and have forward slashes.

use std::fmt;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Compiled globs and how they were written. The default set is empty and matches nothing.
#[derive(Clone, Default)]
pub struct PathSet {
    globs: Vec<String>,
    set: GlobSet,
}

impl PathSet {
    /// Compiles `globs`; the error is of the first one that does not compile.
    pub fn new(globs: Vec<String>) -> Result<Self, globset::Error> {
        let mut builder = GlobSetBuilder::new();
        for glob in &globs {
            builder.add(GlobBuilder::new(glob).literal_separator(true).build()?);
        }
        Ok(Self { set: builder.build()?, globs })
    }

    /// As written, in the order of the file.
    pub fn globs(&self) -> &[String] {
        &self.globs
    }

    /// Whether nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.globs.is_empty()
    }

    /// Whether one of the globs matches `path`.
    pub fn matches(&self, path: &str) -> bool {
        self.set.is_match(path)
    }
}

impl fmt::Debug for PathSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.globs.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_star_stays_in_its_directory() {
        let set = PathSet::new(vec!["migrations/**/*.sql".into(), "config/*.toml".into()]).unwrap();
        for (path, matches) in [
            ("migrations/001.sql", true),
            ("migrations/pg/v2/001.sql", true),
            ("config/default.toml", true),
            ("config/dev/default.toml", false),
        ] {
            assert_eq!(set.matches(path), matches, "{path}");
        }
        assert!(!PathSet::default().matches("a"));
    }
}
