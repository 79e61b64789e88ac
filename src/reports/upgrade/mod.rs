//! What an operator has to read and do to come from one version to another: the way through required stops, what each hop
//! asks for, and what is lost.

mod actions;
mod hop;
mod lost;
mod model;
mod page;
mod path;
mod reader;
mod request;
mod requirements;
mod rollback;
mod route;
mod sections;
mod surface_items;
#[cfg(test)]
mod tests;
mod told;
mod whole;

pub use model::{
    Advice, Bound, ChangeCount, Considered, DeclaredStep, DeclaredStop, LostChange, Rollback, RollbackItem,
    SectionName, StrictRequirement, Upgrade, UpgradeAction, UpgradeHop, UpgradeItem, UpgradePoint, UpgradeSection,
    VariantRollback,
};
pub use reader::{UpgradeReader, UpgradeSources};
pub use request::{UpgradeError, UpgradeFault, UpgradeRequest};
