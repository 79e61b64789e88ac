//! `[changes]` as typed.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use super::decision::DecisionShape;
use super::value::OneOrMany;
use crate::config::defaults;
use crate::domain::{ChangeKind, Period};

/// How commits become changes that people read of.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(deny_unknown_fields)]
pub struct ChangesShape {
    /// The directory of change notes, by default where the format has them.
    #[schemars(extend("default" = defaults::NOTES))]
    pub directory: Option<String>,
    /// The format of change notes. By default the project's own are read together with those of other tools that the
    /// repository shows. Beside another tool's, our own are read in `changes`.
    pub format: Option<NoteFormatWord>,
    /// Whether subjects such as `fix(api): …` are understood as Conventional Commits. Subjects in another form are never
    /// lost.
    #[schemars(extend("default" = true))]
    pub conventional_commits: Option<bool>,
    /// What one entry of a changelog is made from.
    #[schemars(extend("default" = "auto"))]
    pub entries: Option<EntriesWord>,
    /// Conventional Commit types and the kinds of change they stand for, laid over the usual ones (`feat` is added,
    /// `fix` is fixed, `perf` is performance, `docs`, `test`, `ci`, `build`, `chore`, `style` and `refactor` are
    /// internal).
    pub kinds: Option<IndexMap<String, ChangeKind>>,
    /// What is no news for anybody outside the team. A change note overrides it.
    pub internal: Option<CommitRulesShape>,
    /// Commits of lines that are never looked for on trunk and never missing there: version bumps, repairs of the line's own
    /// builds.
    pub ignore: Option<CommitRulesShape>,
    /// What a person decided about where single changes stand. It wins over everything that is computed. A change note has
    /// the same table as `decision`.
    pub decision: Option<Vec<DecisionShape>>,
    /// Which lines a kind of change is wanted on. A kind that is left out is wanted on none.
    pub backport_policy: Option<IndexMap<String, WantedWord>>,
    /// How long a line may have released an embargoed fix before it has to be on trunk. By default a fix has to be on
    /// trunk first.
    pub upstream_grace: Option<Period>,
    /// Which channels a change matters to, by the files it touches or by its scope. The first rule that matches wins; a
    /// change that no rule matches matters to all channels.
    pub audience: Option<Vec<AudienceShape>>,
}

/// The format of change notes.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoteFormatWord {
    /// `changes/<slug>.md`, as `docs/change-notes.md` describes them, and nothing else.
    Twintrack,
    /// reno's `releasenotes/notes/<slug>-<16 hex digits>.yaml`.
    Reno,
    /// towncrier's `newsfragments/<issue>.<type>.rst`; its types come from its own settings.
    Towncrier,
    /// chloggen's `.chloggen/<slug>.yaml`.
    Chloggen,
}

/// What one entry of a changelog is made from.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EntriesWord {
    /// Merges where the first-parent chain is mostly merges of pull requests, else commits.
    Auto,
    /// Each commit that is no merge.
    Commits,
    /// Each merge on the first-parent chain.
    Merges,
}

/// Commits by what is plain to see of them; one rule that matches is enough.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct CommitRulesShape {
    /// Names or e-mail addresses of authors; `*` stands for any text.
    pub authors: Option<OneOrMany<String>>,
    /// Scopes of Conventional Commits; `*` stands for any text.
    pub scopes: Option<OneOrMany<String>>,
    /// Regular expressions that are searched for in subjects.
    pub subjects: Option<OneOrMany<String>>,
    /// Files; the rule matches a change that touches no others. Globs.
    pub paths: Option<OneOrMany<String>>,
}

/// Which lines a kind of change is wanted on.
#[derive(Debug, Clone, Copy, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WantedWord {
    /// Lines that are active and lines that get security fixes.
    Maintained,
    /// Lines that are active.
    Active,
    /// The newest line.
    Newest,
    /// LTS lines that are maintained.
    Lts,
    /// No line.
    None,
}

/// Changes that matter to some channels only.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
pub struct AudienceShape {
    /// The rule matches where a change touches one of these files. Globs.
    pub paths: Option<OneOrMany<String>>,
    /// The rule matches where the change has one of these scopes; `*` stands for any text.
    pub scopes: Option<OneOrMany<String>>,
    /// The channels that the change matters to. An empty list: it matters to nobody outside.
    #[schemars(required, with = "OneOrMany<String>")]
    pub channels: Option<OneOrMany<String>>,
}
