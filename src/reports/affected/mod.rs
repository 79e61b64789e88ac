//! Which releases, lines and deploys have a change and which lack it, and what a release has that others lack.

mod error;
mod notes;
mod osv;
mod places;
mod question;
mod reader;
mod report;
mod spans;
mod summary;
#[cfg(test)]
mod tests;
mod version;
mod withheld;

pub(in crate::reports) use places::{Places, Sought};

pub use error::AffectedError;
pub use osv::{OsvDocument, osv};
pub use question::Question;
pub use reader::AffectedReader;
pub use report::{
    Affected, AffectedCommit, AffectedDeploy, AffectedLine, AffectedRelease, AffectedTrunk, AffectedVersion, Carried,
    Has, Maybe, NoteSummary, Whole,
};
pub use summary::{LineSummary, ReleaseSummary};
