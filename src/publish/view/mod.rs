//! What templates render: plain, ordered values in which dates, ids and counts are already text. One file per document.

mod backports;
mod continuous_changelog;
mod extract;
mod guide;
mod index;
mod navigation;
mod operations;
mod page;
mod piece;
mod roots;
mod support;
mod versioned_changelog;

pub use backports::{BackportLineView, BackportsView, DecisionView, DecisionsView, MatrixRowView, NotNeededView};
pub use continuous_changelog::{ContinuousChangelogView, DayView, RollbackView};
pub use extract::ExtractView;
pub use guide::{GuideView, LatestView, RequirementView, RollbackStepView, StopView, SupportRowView, UpgradeRowView};
pub use index::{IndexChannelView, IndexLineView, IndexLiveView, IndexView};
pub use navigation::NavigationView;
pub use operations::{DeployRowView, EnvironmentView, LiveView, ManagedLineView, OperationsView, RollbackTargetView};
pub use page::{NavGroupView, NavItemView, PageView, TocView};
pub use piece::{EntryView, LinkView, MoreView, PlannedView, ProjectView, ReleaseView, SectionView};
pub use roots::roots;
pub use support::{StopRowView, SupportLineView, SupportView};
pub use versioned_changelog::{LineChangelogView, LineRowView, VersionedChangelogView};
