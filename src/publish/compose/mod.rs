//! From reports to view models: which facts a document shows, in which words. One file per document.

mod affected;
mod backports;
mod continuous_changelog;
mod deploys;
mod deprecations;
mod entries;
mod extract;
mod guide;
mod index;
mod inputs;
mod line_surface;
mod operations;
mod paging;
mod releases;
mod support;
mod surface;
mod tension;
mod upgrades;
mod versioned_changelog;

pub use affected::{affected, carried};
pub use backports::{backports, decisions as backport_decisions};
pub use continuous_changelog::changelog as continuous_changelog;
pub use deploys::deploys;
pub use deprecations::{line_deprecations, live_deprecations};
pub use extract::{of_days, of_releases};
pub use guide::guide;
pub use index::index;
pub use inputs::{Inputs, TreeReports};
pub use line_surface::{OfLine, configuration, migrations, requirements};
pub use operations::operations;
pub use releases::releases;
pub use support::support;
pub use surface::surface;
pub use tension::tension;
pub use versioned_changelog::{all_lines, one_line};
