//! From configuration and refs to channels, lines, releases and deploys.

mod model;

pub use model::{ChannelState, CutFrom, Deploy, DeployKind, Line, Release, ReleaseKind, SupportWindow};
