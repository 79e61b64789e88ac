//! The distance between what the managed service runs and what self-hosted customers can have, over time and against the
//! limits of `[tension]`. Everything comes from history, so that the past of a repository is told that never heard of
//! Twintrack; what is not known is absent and says why.

mod drift;
mod flow;
mod limits;
mod measure;
mod model;
mod periods;
mod places;
mod report;
mod sides;
#[cfg(test)]
mod tests;
mod upkeep;

pub use limits::{tension_found, tension_is_limited};
pub use model::{
    BackportCounts, DivergenceNow, DivergencePoint, Drift, DriftKind, DriftState, Hotfix, KindLag, Lag, LineLag,
    ReleasesNow, ReleasesPoint, ServiceNow, ServicePoint, Tension, TensionLimit, TensionNow, TensionPoint, Times,
    Unknown,
};
pub use periods::Every;
pub use report::{TensionError, TensionLimits, TensionRequest, tension, tension_limits};
pub use sides::SidesError;
