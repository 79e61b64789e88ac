//! The rules that `check` holds a repository to, each with what it finds. One list, which `release.toml`, the report and the
//! reference page all take from here.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

/// A rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    BinaryAge,
    Frozen,
    RollbackLimit,
    GateOpen,
    GateOverridden,
    PatchKindAllowed,
    NoteOrNone,
    NoteComplete,
    ActionFlagMatchesText,
    Redaction,
    LatestProtected,
    RetractedNotUsed,
    DeployPace,
    ReleaseGap,
    WaitingChanges,
    BackportLag,
    UnmatchedFixes,
    SecurityBackportMissing,
    Hole,
    FollowUpMissing,
    UpstreamFirst,
    HotfixAffectsLines,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RuleSeverity {
    /// The check fails.
    Fail,
    /// It is told.
    Warn,
}

impl RuleSeverity {
    /// As written in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fail => "fail",
            Self::Warn => "warn",
        }
    }
}

/// Why a text is no rule.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no rule")]
pub struct RuleError(String);

impl RuleError {
    pub(super) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

/// A rule as the reference page has it.
struct Described {
    rule: Rule,
    name: &'static str,
    /// `None`: as the limit that is passed says.
    severity: Option<RuleSeverity>,
    finds: &'static str,
    /// When it says nothing.
    needs: &'static str,
}

const RULES: [Described; 22] = [
    Described {
        rule: Rule::BinaryAge,
        name: "binary-age",
        severity: None,
        finds: "A build that is live and older than the channel's `max-age`: counted from when it was built, or from when \
                its deploy was recorded where that is not known.",
        needs: "`max-age` of a continuous channel, and deploys with a time",
    },
    Described {
        rule: Rule::Frozen,
        name: "frozen",
        severity: Some(RuleSeverity::Warn),
        finds: "An environment that takes no forward deploys at present, and what froze it.",
        needs: "a freeze on record, or `freeze-windows` of a continuous channel",
    },
    Described {
        rule: Rule::RollbackLimit,
        name: "rollback-limit",
        severity: Some(RuleSeverity::Warn),
        finds: "An environment that was rolled back as often as `rollback-limit` allows: a forward deploy now needs a \
                reason.",
        needs: "`rollback-limit` of a continuous channel",
    },
    Described {
        rule: Rule::GateOpen,
        name: "gate-open",
        severity: Some(RuleSeverity::Warn),
        finds: "A gate that is not met, of the newest candidate of each maintained line that is not released yet.",
        needs: "`gates` of a versioned channel",
    },
    Described {
        rule: Rule::GateOverridden,
        name: "gate-overridden",
        severity: Some(RuleSeverity::Warn),
        finds: "The latest release of a line, where it was made although gates were open; of a line that is over, where it was made over that gate.",
        needs: "nothing",
    },
    Described {
        rule: Rule::PatchKindAllowed,
        name: "patch-kind-allowed",
        severity: Some(RuleSeverity::Fail),
        finds: "A change that waits on a line and is of a kind that `allowed-kinds` keeps out of its patches: a feature on \
                an LTS line, anything but a security fix on a line that gets nothing else.",
        needs: "`allowed-kinds` of a versioned channel, and a general release on the line",
    },
    Described {
        rule: Rule::NoteOrNone,
        name: "note-or-none",
        severity: Some(RuleSeverity::Warn),
        finds: "A change that waits on a line, is news for its readers, and has no change note.",
        needs: "`gates.notes = \"required\"` of a versioned channel",
    },
    Described {
        rule: Rule::NoteComplete,
        name: "note-complete",
        severity: Some(RuleSeverity::Fail),
        finds: "A change note that cannot be read, or that lacks what its blocks have to say. `note lint --base` also finds \
                what a change does to configuration, migrations and requirements without a note speaking of it.",
        needs: "change notes",
    },
    Described {
        rule: Rule::ActionFlagMatchesText,
        name: "action-flag-matches-text",
        severity: Some(RuleSeverity::Fail),
        finds: "A change note whose words tell operators to do something that its `[operator]` knows nothing of, or whose \
                `[operator]` asks for something and whose words say that there is nothing to do. Words that only mostly \
                mean it are a warning.",
        needs: "change notes",
    },
    Described {
        rule: Rule::Redaction,
        name: "redaction",
        severity: Some(RuleSeverity::Fail),
        finds: "A change whose words documents would show although a pattern keeps them back: incident numbers, internal \
                hosts, names of customers. `publish` refuses to write such a document.",
        needs: "`[redaction]`",
    },
    Described {
        rule: Rule::LatestProtected,
        name: "latest-protected",
        severity: Some(RuleSeverity::Fail),
        finds: "A tag or branch named `latest` or `stable` that stands at a release which is not the highest one: a patch \
                of an older line took its place.",
        needs: "such a tag or branch",
    },
    Described {
        rule: Rule::RetractedNotUsed,
        name: "retracted-not-used",
        severity: Some(RuleSeverity::Fail),
        finds: "A retracted release that people are still led to: a required stop that no other release satisfies, a tag \
                or branch named `latest` or `stable`, a maintained line with nothing else to install.",
        needs: "a retracted release",
    },
    Described {
        rule: Rule::DeployPace,
        name: "deploy-pace",
        severity: None,
        finds: "Fewer forward deploys a week, over the last four weeks, than `min-deploys-per-week`: the service slows to the \
                release cycle.",
        needs: "`min-deploys-per-week` under `[tension]`, and recorded deploys",
    },
    Described {
        rule: Rule::ReleaseGap,
        name: "release-gap",
        severity: None,
        finds: "No general release, patches left out, for longer than `max-release-gap`.",
        needs: "`max-release-gap` under `[tension]`, and a release of a versioned channel",
    },
    Described {
        rule: Rule::WaitingChanges,
        name: "waiting-changes",
        severity: None,
        finds: "More changes on trunk and in no release than `max-waiting-changes` or `max-waiting-breaking`, or one that has \
                waited for longer than `max-waiting-age`. A change that a patch brought to people waits no longer.",
        needs: "one of these under `[tension]`, and a versioned channel",
    },
    Described {
        rule: Rule::BackportLag,
        name: "backport-lag",
        severity: None,
        finds: "A change that is wanted on a maintained line and is missing there for longer than `max-backport-lag` allows a \
                change of its kind.",
        needs: "`max-backport-lag` under `[tension]`, and a wish: `backport-policy`, a change note or a message",
    },
    Described {
        rule: Rule::UnmatchedFixes,
        name: "unmatched-fixes",
        severity: None,
        finds: "More fixes on managed lines that no self-hosted line has or refused than `max-unmatched-fixes`.",
        needs: "`max-unmatched-fixes` under `[tension]`, and a continuous channel with lines beside a versioned one",
    },
    Described {
        rule: Rule::SecurityBackportMissing,
        name: "security-backport-missing",
        severity: Some(RuleSeverity::Fail),
        finds: "A maintained line that lacks a change for security which is wanted there: by its note, by its message or by \
                `backport-policy`.",
        needs: "to be asked for, here or by `gates.backports = \"required\"` of a versioned channel",
    },
    Described {
        rule: Rule::Hole,
        name: "hole",
        severity: Some(RuleSeverity::Warn),
        finds: "A maintained line that lacks a change which an older one has: an upgrade would lose it.",
        needs: "to be asked for, here or by `gates.backports = \"required\"` of a versioned channel",
    },
    Described {
        rule: Rule::FollowUpMissing,
        name: "follow-up-missing",
        severity: Some(RuleSeverity::Warn),
        finds: "A maintained line that carries a change and lacks what trunk did about it afterwards: its repair, or its \
                revert.",
        needs: "to be asked for, here or by `gates.backports = \"required\"` of a versioned channel",
    },
    Described {
        rule: Rule::UpstreamFirst,
        name: "upstream-first",
        severity: Some(RuleSeverity::Warn),
        finds: "A line that released a fix which is not on trunk, longer ago than `upstream-grace` allows.",
        needs: "to be asked for here",
    },
    Described {
        rule: Rule::HotfixAffectsLines,
        name: "hotfix-affects-lines",
        severity: Some(RuleSeverity::Warn),
        finds: "A maintained line of a versioned channel that lacks a fix which was made on a managed line.",
        needs: "to be asked for here, and a continuous channel with lines",
    },
];

impl Rule {
    /// All rules, in the order of the report.
    pub fn all() -> impl Iterator<Item = Self> {
        RULES.iter().map(|described| described.rule)
    }

    fn described(self) -> &'static Described {
        RULES.iter().find(|described| described.rule == self).expect("every rule is described")
    }

    /// As written in `release.toml` and in JSON.
    pub fn as_str(self) -> &'static str {
        self.described().name
    }

    /// How much its findings weigh where nothing else is said; `None`: as the limit says that is passed.
    pub fn usual_severity(self) -> Option<RuleSeverity> {
        self.described().severity
    }

    /// What it finds, in sentences.
    pub fn finds(self) -> &'static str {
        self.described().finds
    }

    /// Whether it says nothing until somebody asks for it, since it compares all lines with each other.
    pub const fn is_only_on_demand(self) -> bool {
        matches!(
            self,
            Self::SecurityBackportMissing
                | Self::Hole
                | Self::FollowUpMissing
                | Self::UpstreamFirst
                | Self::HotfixAffectsLines
        )
    }

    /// What must be there for it to find anything.
    pub fn needs(self) -> &'static str {
        self.described().needs
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Rule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        let found = RULES.iter().find(|described| described.name == text).map(|described| described.rule);
        found.ok_or_else(|| RuleError::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_described_once_and_read_by_its_name() {
        for rule in Rule::all() {
            assert_eq!(rule.as_str().parse(), Ok(rule));
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
            assert!(rule.finds().ends_with('.'), "{rule}");
        }
        assert_eq!(Rule::all().count(), 22);
        let error = "binary-ages".parse::<Rule>().unwrap_err();
        assert_eq!(error.to_string(), "`binary-ages` is no rule");
    }
}
