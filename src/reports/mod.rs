//! Answers as plain, ordered data that text, JSON, Markdown and HTML all render from. A report reads; it plans nothing
//! and formats nothing.

mod deploys;
mod describe;
mod status;

pub use deploys::{DeployFilter, DeployList, ListedDeploy, deploys};
pub use describe::{Describer, Description};
pub use status::{
    ChannelStatus, EnvironmentStatus, FromStatus, LineStatus, Live, RecordsStatus, ReleaseStatus, RollbackTarget,
    Status, SupportStatus, TrunkStatus, status,
};
