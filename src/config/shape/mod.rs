//! What was typed into `release.toml`, before anybody asks whether it makes sense. Everything may be absent here; the
//! doc comments are the descriptions that editors show and that `docs/configuration.md` prints.

mod audit;
mod changes;
mod channel;
mod decision;
mod file;
mod redaction;
mod upgrade;
mod value;

pub use audit::AuditShape;
pub use changes::{AudienceShape, ChangesShape, CommitRulesShape, EntriesWord, NoteFormatWord, WantedWord};
pub use channel::{
    AllowedKindsShape, BackportsWord, ChannelKeys, ChannelShape, CutFromWord, FreezeWindowShape, GatesShape, LineShape,
    NotesWord, PlannedShape, RequiredStopShape, RollbackLimitShape, StageWord, SupportShape, UpgradeStepWord,
    VersionFileShape, VersioningWord,
};
pub use decision::DecisionShape;
pub use file::{
    CheckShape, LinksShape, MigrationsShape, ProjectShape, PublishShape, ReleaseToml, RuleWord, SurfaceShape,
    TensionShape,
};
pub use redaction::{RedactionPatternShape, RedactionShape};
pub use upgrade::{InstallationShape, PairWord, SpecialPairShape, UpgradeShape};
pub use value::{Day, LimitShape, OneOrMany, ShortOr};
