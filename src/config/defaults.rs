//! What holds where the file says nothing. The schema and the checked values both take it from here.

use indexmap::IndexMap;

use crate::domain::ChangeKind;

pub(super) const TEMPLATES: &str = "templates/twintrack";
pub(super) const NOTES: &str = "changes";
pub(super) const ENVIRONMENT: &str = "production";
pub(super) const FIRST_CANDIDATE: u64 = 1;
pub(super) const FIRST_PATCH: u64 = 0;

/// What the usual Conventional Commit types stand for.
pub(super) fn kinds() -> IndexMap<String, ChangeKind> {
    [
        ("feat", ChangeKind::Added),
        ("feature", ChangeKind::Added),
        ("fix", ChangeKind::Fixed),
        ("bugfix", ChangeKind::Fixed),
        ("perf", ChangeKind::Performance),
        ("security", ChangeKind::Security),
        ("sec", ChangeKind::Security),
        ("change", ChangeKind::Changed),
        ("deprecate", ChangeKind::Deprecated),
        ("remove", ChangeKind::Removed),
        ("docs", ChangeKind::Internal),
        ("doc", ChangeKind::Internal),
        ("test", ChangeKind::Internal),
        ("tests", ChangeKind::Internal),
        ("ci", ChangeKind::Internal),
        ("build", ChangeKind::Internal),
        ("chore", ChangeKind::Internal),
        ("style", ChangeKind::Internal),
        ("refactor", ChangeKind::Internal),
        ("release", ChangeKind::Internal),
    ]
    .into_iter()
    .map(|(word, kind)| (word.to_owned(), kind))
    .collect()
}
