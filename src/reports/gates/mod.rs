//! The gates between a candidate and its release: which conditions hold, which do not, and why.
//!
//! A gate never changes anything: an operation refuses while one is open, and a report shows the same list.

mod matrix;
mod promotion;
mod report;
mod rules;
mod sign_off;

pub use matrix::{backport_gates, backports_asked, gates_of_backports};
pub use promotion::{Promotion, PromotionError, newest_candidate, untested_artifacts};
pub use report::{GateReport, coming_section, gate_report};
pub(super) use rules::{END_OF_LIFE, counted, some};
pub use rules::{Gate, NoteFinder, gates};
pub use sign_off::{SignOffRecord, is_allowed, sign_offs_of};
