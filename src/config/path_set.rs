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

    /// Whether something below the directory `path` could match. May say yes too often, never no.
    pub fn may_hold(&self, path: &str) -> bool {
        self.globs.iter().any(|glob| may_lead_to(glob, path))
    }
}

/// Holds the directories of a path against the beginning of a glob, as far as that is plain text.
fn may_lead_to(glob: &str, path: &str) -> bool {
    let mut parts = glob.split('/');
    for directory in path.split('/') {
        match parts.next() {
            None => return false,
            Some(part) if part.contains(['*', '?', '[', '{', '\\']) => return true,
            Some(part) if part != directory => return false,
            Some(_) => {}
        }
    }
    parts.next().is_some()
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
    fn directories_are_entered_where_something_could_match() {
        let set = PathSet::new(vec!["db/migrations/**/*.sql".into(), "config/default.toml".into()]).unwrap();
        for (path, may_hold) in [
            ("db", true),
            ("db/migrations", true),
            ("db/migrations/pg/v2", true),
            ("db/seeds", false),
            ("config", true),
            ("config/default.toml", false),
            ("src", false),
        ] {
            assert_eq!(set.may_hold(path), may_hold, "{path}");
        }
        assert!(PathSet::new(vec!["*/values.yaml".into()]).unwrap().may_hold("charts"));
    }

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
