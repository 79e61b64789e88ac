//! From reports to view models: which facts a document shows, in which words. One file per document.

mod backports;
mod continuous_changelog;
mod entries;
mod extract;
mod guide;
mod index;
mod inputs;
mod operations;
mod paging;
mod support;
mod upgrades;
mod versioned_changelog;

pub use backports::{backports, decisions as backport_decisions};
pub use continuous_changelog::changelog as continuous_changelog;
pub use extract::{of_days, of_releases};
pub use guide::guide;
pub use index::index;
pub use inputs::Inputs;
pub use operations::operations;
pub use support::support;
pub use versioned_changelog::{all_lines, one_line};
