//! What templates render: plain, ordered values in which dates, ids and counts are already text. One file per document.

mod affected;
mod backports;
mod bundle;
mod continuous_changelog;
mod deploys;
mod extract;
mod guide;
mod index;
mod line_surface;
mod navigation;
mod notices;
mod operations;
mod page;
mod piece;
mod release;
mod releases;
mod roots;
mod site;
mod support;
mod surface;
mod tension;
mod upgrade;
mod upgrades;
mod versioned_changelog;

pub use affected::{
    AffectedChannelView, AffectedCommitView, AffectedDeployView, AffectedLineView, AffectedMaybeView, AffectedView,
    CarriedChangeView, CarriedSectionView, CarriedView,
};
pub use backports::{BackportLineView, BackportsView, DecisionView, DecisionsView, MatrixRowView, NotNeededView};
pub use bundle::{BundleArtifactView, BundleFileView, BundleTagView, BundleUpgradeView, BundleView};
pub use continuous_changelog::{ContinuousChangelogView, DayView, RollbackView};
pub use deploys::{DeployedMigrationView, DeploysView, LoggedDeployView};
pub use extract::ExtractView;
pub use guide::{
    GuideView, LatestView, ProcedureView, ProceduresView, ReferenceView, RequirementView, RollbackStepView, StopView,
    SupportRowView, UpgradeRowView,
};
pub use index::{IndexChannelView, IndexLineView, IndexLiveView, IndexView};
pub use line_surface::{
    ConfigurationStepView, ConfigurationView, DatedDeprecationView, DeprecationsView, LineHeadView, LineReleaseView,
    MigrationStepView, MigrationsView, NeedView, ReferenceFileView, ReferenceKeyView, RequirementStepView,
    RequirementsView,
};
pub use navigation::NavigationView;
pub use notices::{FixLineView, IssueLineView, IssueView, KnownIssuesView, SecurityFixView, SecurityView};
pub use operations::{
    DeployRowView, EnvironmentView, LiveView, ManagedLineView, OperationsView, RollbackTargetView, ToldBarView,
};
pub use page::{NavGroupView, NavItemView, PageView, TocView};
pub use piece::{
    EntryView, ErratumView, LeftOutView, LinkView, MoreView, PlannedView, ProjectView, ProseView, ReleaseView,
    SectionView, SpanView,
};
pub use release::{GateSignOffView, ReleasePageView, SearchPageView, UpgradeBeginView, UpgradeGoalView, UpgradingView};
pub use releases::{BuiltReleaseView, ListedReleaseView, ReleasesView};
pub use roots::roots;
pub use site::{
    BarView, BoardLineView, BoardView, LegendView, MarkView, PickerOptionView, PickerView, PlotGroupView, PlotView,
    PlotsView, SearchView, StretchView, TickView, TimelineLineView, TimelineView,
};
pub use support::{StopRowView, SupportLineView, SupportView};
pub use surface::{
    ChangedFileView, ConfigurationChangesView, DeprecationChangesView, DeprecationView, KeyChangeView,
    MigrationChangeView, MigrationChangesView, RequirementChangeView, RequirementChangesView, SurfaceChangesView,
    SurfaceView,
};
pub use tension::{HotfixView, LagView, TensionDriftView, TensionLimitView, TensionRowView, TensionView};
pub use upgrade::{
    ActionView, ActionsView, HopView, ItemView, LineView, UpgradeSectionView, UpgradeStopView, UpgradeView, WayView,
};
pub use upgrades::{UpgradeFromView, UpgradesView};
pub use versioned_changelog::{LineChangelogView, LineRowView, SinceLtsView, VersionedChangelogView};
