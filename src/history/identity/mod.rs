//! One change on several branches: which commit of a line has the change of which commit of trunk, by which evidence.

mod candidates;
mod case;
mod contents;
mod decide;
mod digest;
mod engine;
mod guidance;
mod held;
mod index;
mod marks;
mod reverts;
mod title;
mod types;
mod weigh;

pub use contents::Contents;
pub use engine::{Engine, Identities};
pub use guidance::Guidance;
pub(super) use held::is_had_by;
pub use held::{Held, Holder};
pub use marks::wanted_on;
pub use title::prepare_titles;
pub use types::{Class, Confidence, Evidence, Fit, Origin, Standing};

#[cfg(test)]
mod tests;
