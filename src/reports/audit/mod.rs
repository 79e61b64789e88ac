//! Whether what was published agrees with itself: tags, branches, version files and changelogs, also of a repository that
//! other tools looked after.
//!
//! Everything found can be seen in the repository: a finding names the file and line, or the tag. What cannot be known -
//! an absent file, an older history - is passed over.

mod books;
mod entries;
mod files;
mod habit;
mod model;
mod promotions;
mod published;
mod report;
mod sections;
mod tags;
#[cfg(test)]
mod tests;
mod untold;

pub use model::{AuditFinding, AuditReport, AuditedFile};
pub use report::{AuditError, AuditSources, KnownTags, audit};
