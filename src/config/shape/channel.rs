//! `[channels.X]` and `[channels.X.lines.Y]` as typed. Both kinds of channel share one table here; which keys fit which
//! kind is checked later, so that a key of the other kind is told apart from one that nobody knows.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::upgrade::{InstallationShape, UpgradeShape};
use super::value::{Bound, Day, LimitShape, OneOrMany, ShortOr};
use crate::config::defaults;
use crate::domain::{
    BranchName, ChangeKind, ChannelKind, EnvironmentName, GateName, LineKind, NamePattern, Period, TimeZoneName,
    Version,
};

/// The keys that fit one kind of channel only, as they are typed.
pub struct ChannelKeys;

impl ChannelKeys {
    /// Those of a channel that we deploy.
    pub const CONTINUOUS: [&str; 5] =
        ["environments", "max-age", "rollback-limit", "promote-in-order", "freeze-windows"];
    /// Those of a channel that others install.
    pub const VERSIONED: [&str; 12] = [
        "candidate",
        "also-tag",
        "versioning",
        "upgrade-step",
        "upgrade",
        "installations",
        "first-candidate",
        "first-patch",
        "version-files",
        "cut-from",
        "allowed-kinds",
        "support",
    ];
}

/// A promise to an audience about how the code reaches it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct ChannelShape {
    /// How the code reaches the channel's audience.
    #[schemars(required, with = "ChannelKind")]
    pub kind: Option<ChannelKind>,
    /// What documents call the channel. By default its key.
    pub title: Option<String>,
    /// How the branches of its lines are named: one name pattern or a list. All are recognised, the first is produced.
    /// Without it the channel lives on trunk.
    pub line: Option<OneOrMany<NamePattern>>,
    /// How its deploys or releases are tagged: one name pattern or a list. All are recognised, the first is produced. A
    /// pattern that begins with `refs/` keeps deploys out of ordinary clones. A continuous channel may do without tags
    /// if it has lines: the tip of the highest is then taken to be live.
    pub tag: Option<OneOrMany<NamePattern>>,
    /// Continuous only. The environments in promotion order, the last being what customers see. Tags without
    /// `{environment}` are deploys to the last.
    #[schemars(extend("default" = [defaults::ENVIRONMENT]))]
    pub environments: Option<Vec<EnvironmentName>>,
    /// Continuous only. How old the build that is live may be: a period at which `check` fails, or a table with `warn`
    /// and `fail`.
    pub max_age: Option<ShortOr<Period, LimitShape<Period>>>,
    /// Continuous only. So many rollbacks within so long a time, and a forward deploy needs a reason.
    pub rollback_limit: Option<RollbackLimitShape>,
    /// Continuous only. Whether a commit is recorded in an environment only after it was live in the one before it.
    #[schemars(extend("default" = false))]
    pub promote_in_order: Option<bool>,
    /// Continuous only. Times in which a forward deploy needs a reason, every week or once.
    pub freeze_windows: Option<Vec<FreezeWindowShape>>,
    /// Versioned only. How candidates are tagged: one name pattern or a list, each with `{pre}` or `{seq}`. Without it
    /// there are no candidates.
    pub candidate: Option<OneOrMany<NamePattern>>,
    /// Versioned only. Further tags of each release, made and audited together with it.
    pub also_tag: Option<OneOrMany<NamePattern>>,
    /// Versioned only. What the numbers of a version mean.
    #[schemars(extend("default" = "semver"))]
    pub versioning: Option<VersioningWord>,
    /// Versioned only. How far an installation may be upgraded in one step. Without it upgrade notes say that it is not
    /// declared.
    pub upgrade_step: Option<UpgradeStepWord>,
    /// Versioned only. What every upgrade needs, and pairs of versions that are not as the rest.
    pub upgrade: Option<UpgradeShape>,
    /// Versioned only. The kinds of installation by name, such as `helm`, with the commands for each.
    pub installations: Option<IndexMap<String, InstallationShape>>,
    /// Versioned only. The number of a version's first candidate.
    #[schemars(with = "Option<u64>", extend("default" = defaults::FIRST_CANDIDATE))]
    pub first_candidate: Option<i64>,
    /// Versioned only. The last number of a line's first general release.
    #[schemars(with = "Option<u64>", extend("default" = defaults::FIRST_PATCH))]
    pub first_patch: Option<i64>,
    /// Versioned only. Files that hold the version: a path, or a table that says where in the file it stands. All hold the
    /// same one. `Cargo.lock` beside `Cargo.toml`, and `package-lock.json` beside `package.json`, follow without being named.
    pub version_files: Option<Vec<ShortOr<String, VersionFileShape>>>,
    /// Versioned only. Where new lines are cut: `soaked`, from a commit that has been live for as long as the gates ask;
    /// `trunk`, from its tip. By default `soaked` where there is a continuous channel, else `trunk`.
    pub cut_from: Option<CutFromWord>,
    /// Conditions on a promotion: of a candidate to general availability, or into the last environment.
    pub gates: Option<GatesShape>,
    /// Versioned only. What kinds of change a patch may bring to a line. Without it any kind may.
    pub allowed_kinds: Option<AllowedKindsShape>,
    /// Versioned only. Until when a line gets fixes, counted from its general availability. Without it the stage of a
    /// line that declares no dates is unknown.
    pub support: Option<SupportShape>,
    /// Tags whose name says which stage a line has come to: name pattern to stage.
    pub stage_tags: Option<IndexMap<String, StageWord>>,
    /// What cannot be derived from git about single lines, by the line's name or the name of its branch.
    pub lines: Option<IndexMap<String, LineShape>>,
}

/// A circuit breaker on deploys.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct RollbackLimitShape {
    /// How many rollbacks, at least one.
    #[schemars(required, with = "u64", range(min = 1))]
    pub count: Option<i64>,
    /// Within how long a time.
    #[schemars(required, with = "Period")]
    pub within: Option<Period>,
}

/// A time in which nothing goes forward.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct FreezeWindowShape {
    /// When it begins: a day of the week for a window of every week, such as `Fri 16:00`, or a date, such as `2026-12-20`. A
    /// day without a time begins at midnight.
    #[schemars(required, with = "Bound")]
    pub from: Option<Bound>,
    /// When it ends, in the same way. A day without a time counts whole.
    #[schemars(required, with = "Bound")]
    pub to: Option<Bound>,
    /// The time zone of both, such as `Europe/Berlin`.
    #[schemars(extend("default" = "UTC"))]
    pub time_zone: Option<TimeZoneName>,
    /// The environments that are frozen. By default the last one.
    pub environments: Option<OneOrMany<EnvironmentName>>,
    /// Why, for whoever is refused.
    pub reason: Option<String>,
}

/// What the numbers of a version mean.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum VersioningWord {
    /// Compatibility.
    Semver,
    /// The calendar.
    Calver,
    /// Nothing: lines are known by a label.
    Label,
}

/// How far an installation may be upgraded in one step.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum UpgradeStepWord {
    /// From any older version to any newer one.
    Any,
    /// Through each minor version.
    EachMinor,
    /// Through each line.
    EachLine,
}

/// Where new lines are cut.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CutFromWord {
    /// At a commit that has been live long enough.
    Soaked,
    /// At trunk's tip.
    Trunk,
}

/// A file that holds the version, and where in it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct VersionFileShape {
    /// The file, relative to the root of the repository.
    #[schemars(required, with = "String")]
    pub path: Option<String>,
    /// The key of a TOML, JSON or YAML file, its parts joined by dots: `image.tag`. By default the usual one of the
    /// format, or the whole of a plain text file.
    pub key: Option<String>,
    /// A regular expression that matches once, with one group around the version, for files of any other format.
    pub expression: Option<String>,
}

/// Conditions on a promotion.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct GatesShape {
    /// How long the commit has to have been live in the last environment without being rolled back.
    pub soak: Option<Period>,
    /// Statements that somebody or some CI job has to have recorded: the name of a gate, or a table that says who may
    /// sign it off.
    pub sign_offs: Option<Vec<ShortOr<GateName, SignOffShape>>>,
    /// Whether each change has to come with a change note.
    #[schemars(extend("default" = "optional"))]
    pub notes: Option<NotesWord>,
    /// Versioned only. Whether a release waits until its line has what it should: security fixes that are wanted there,
    /// whatever an older line has, and the repairs of what it carries.
    #[schemars(extend("default" = "optional"))]
    pub backports: Option<BackportsWord>,
}

/// What kinds of change a patch may bring, by what its line promises. Internal changes may always come along.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct AllowedKindsShape {
    /// To a regular line that gets fixes of all kinds.
    pub regular: Option<OneOrMany<ChangeKind>>,
    /// To an LTS line that gets fixes of all kinds.
    pub lts: Option<OneOrMany<ChangeKind>>,
    /// To a line of either kind that gets security fixes only.
    pub security: Option<OneOrMany<ChangeKind>>,
}

/// A sign-off and who may give it.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct SignOffShape {
    /// The name of the gate.
    #[schemars(required, with = "GateName")]
    pub gate: Option<GateName>,
    /// E-mail addresses of those who may sign it off. By default anybody.
    pub by: Option<OneOrMany<String>>,
}

/// Whether a promotion asks for change notes.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NotesWord {
    /// It does not.
    Optional,
    /// Every change that is not internal needs one.
    Required,
}

/// Whether a release asks for the backports of its line.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BackportsWord {
    /// It does not.
    Optional,
    /// Nothing that it should have may be missing.
    Required,
}

/// Until when lines get fixes.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct SupportShape {
    /// How long regular lines are active.
    pub regular: Option<Period>,
    /// How long LTS lines are active.
    pub lts: Option<Period>,
    /// Regular lines are active while they are among this many newest ones. Instead of `regular`.
    #[schemars(with = "Option<u64>", range(min = 1))]
    pub newest: Option<i64>,
    /// How long security fixes go on after that.
    pub security_after: Option<Period>,
}

/// The stage that a tag brings its line to.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum StageWord {
    /// Fixes of all kinds.
    Active,
    /// Security fixes only.
    Security,
    /// The branch stays, nothing is promised.
    Unmaintained,
    /// The line is closed.
    EndOfLife,
}

/// What cannot be derived from git about one line.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct LineShape {
    /// The promise the line makes.
    #[schemars(extend("default" = "regular"))]
    pub kind: Option<LineKind>,
    /// What people call the line beside its name.
    pub title: Option<String>,
    /// Its branch, where none of the channel's patterns gives it.
    pub branch: Option<BranchName>,
    /// The day of its general availability, where the tag's own date is not right.
    pub released: Option<Day>,
    /// The last day of fixes. Wins over the support window of the channel.
    pub active_until: Option<Day>,
    /// The last day of security fixes.
    pub security_until: Option<Day>,
    /// The day from which nothing is promised.
    pub end_of_life: Option<Day>,
    /// Where an upgrade across this line has to pause: one table or a list.
    pub required_stop: Option<OneOrMany<RequiredStopShape>>,
    /// Releases that are announced.
    pub planned: Option<Vec<PlannedShape>>,
    /// What an installation of this line needs, by name: `postgresql = "14 or newer"`.
    pub requires: Option<IndexMap<String, String>>,
}

/// A version that an upgrade has to pass through; any later patch of the line does as well.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct RequiredStopShape {
    /// The lowest version of the line that is a stop.
    #[schemars(required, with = "Version")]
    pub from: Option<Version>,
    /// Why one has to stop here, for people.
    pub reason: Option<String>,
    /// Only upgrades that begin below this version have to stop.
    pub if_from_before: Option<Version>,
    /// Only installations of these kinds have to stop. By default all.
    pub installations: Option<OneOrMany<String>>,
    /// Who has to stop, in words, where nothing else here can say it: `installations that use the registry`.
    pub only_if: Option<String>,
    /// True: an online upgrade takes the stop by itself; only without a network it has to be made by hand.
    #[schemars(extend("default" = false))]
    pub air_gapped_only: Option<bool>,
    /// Since when the stop is declared.
    pub since: Option<Day>,
}

/// A release that is announced.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct PlannedShape {
    /// The version.
    #[schemars(required, with = "Version")]
    pub version: Option<Version>,
    /// The day.
    #[schemars(required, with = "Day")]
    pub on: Option<Day>,
    /// What it is about, for people.
    pub about: Option<String>,
}
