//! The matrix of changes and lines: what is where, what is missing, and what needs somebody's decision.

mod decided;
mod field;
mod findings;
mod lines;
mod matrix;
mod model;
#[cfg(test)]
mod odd_tests;
#[cfg(test)]
mod part_tests;
mod report;
mod request;
#[cfg(test)]
mod tests;
mod upstream;
mod wishes;

pub use lines::lines_to_read;
pub use model::{
    Backports, BackportsTrunk, CellState, CommitOrigin, Counts, FollowUp, FollowUpKind, Hole, LineBackports,
    LineCommit, MatrixCell, MatrixChange, Missing, NotNeeded, Prediction, Suggestion, UpstreamFirst, UpstreamState,
    WantedBy,
};
pub use report::backports;
pub use request::{BackportsError, BackportsRequest};
