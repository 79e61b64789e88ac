//! The rules that `audit` holds what was published to, each with what it finds. One list, which `release.toml`, the report
//! and the reference page all take from here.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::rule::{RuleError, RuleSeverity};

/// A rule of the audit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum AuditRule {
    SectionWithoutTag,
    TagWithoutSection,
    DuplicateSection,
    SectionOrder,
    SectionDate,
    AlreadyReleased,
    VersionFile,
    TagMoved,
    TagName,
    TagLightweight,
    TagUnsigned,
    TagOffLine,
    TagOrder,
    FurtherTag,
    StrayTag,
    DeadLine,
    UntestedPromotion,
    NotesIncomplete,
    Redaction,
}

/// A rule as the reference page has it.
struct Described {
    rule: AuditRule,
    name: &'static str,
    severity: RuleSeverity,
    finds: &'static str,
    /// When it says nothing.
    needs: &'static str,
}

use RuleSeverity::{Fail, Warn};

const RULES: [Described; 19] = [
    Described {
        rule: AuditRule::SectionWithoutTag,
        name: "section-without-tag",
        severity: Fail,
        finds: "A version in a published changelog that no tag has. Marked as to come, it is none; above all tags of its line, \
                it warns, since it may be about to be released.",
        needs: "a changelog",
    },
    Described {
        rule: AuditRule::TagWithoutSection,
        name: "tag-without-section",
        severity: Fail,
        finds: "A release that no changelog tells of: neither trunk's, nor that of its line, nor the one that the tag itself \
                holds. Candidates and what is older than the changelog are passed over.",
        needs: "a changelog",
    },
    Described {
        rule: AuditRule::DuplicateSection,
        name: "duplicate-section",
        severity: Fail,
        finds: "A version with more than one section in one file.",
        needs: "a changelog",
    },
    Described {
        rule: AuditRule::SectionOrder,
        name: "section-order",
        severity: Warn,
        finds: "Sections of one line that do not follow each other in the order of the file.",
        needs: "a changelog",
    },
    Described {
        rule: AuditRule::SectionDate,
        name: "section-date",
        severity: Warn,
        finds: "A section whose date is more than a week from that of its tag.",
        needs: "a changelog with dates",
    },
    Described {
        rule: AuditRule::AlreadyReleased,
        name: "already-released",
        severity: Warn,
        finds: "An entry about a commit, pull request or title that the previous release of the line had already, and about \
                nothing that came since.",
        needs: "a changelog whose entries name commits or pull requests, or repeat titles",
    },
    Described {
        rule: AuditRule::VersionFile,
        name: "version-file",
        severity: Fail,
        finds: "A release whose files hold another version than its tag. Where `version-files` names none, the usual files are \
                looked at that agree with most tags.",
        needs: "version files",
    },
    Described {
        rule: AuditRule::TagMoved,
        name: "tag-moved",
        severity: Fail,
        finds: "A release's tag that is another object than when this clone last audited it, or than at the remote that was \
                asked.",
        needs: "an earlier audit in this clone, or `--remote`",
    },
    Described {
        rule: AuditRule::TagName,
        name: "tag-name",
        severity: Fail,
        finds: "A tag whose object carries the name of another one.",
        needs: "annotated tags",
    },
    Described {
        rule: AuditRule::TagLightweight,
        name: "tag-lightweight",
        severity: Warn,
        finds: "A release whose tag is no object of its own: nothing says who made it and when, and it cannot be signed.",
        needs: "nothing",
    },
    Described {
        rule: AuditRule::TagUnsigned,
        name: "tag-unsigned",
        severity: Fail,
        finds: "A release whose tag carries no good signature of somebody who is trusted here.",
        needs: "`signed = true` under `[audit]`",
    },
    Described {
        rule: AuditRule::TagOffLine,
        name: "tag-off-line",
        severity: Warn,
        finds: "A release that the branch of its line does not reach.",
        needs: "a line with a branch",
    },
    Described {
        rule: AuditRule::TagOrder,
        name: "tag-order",
        severity: Fail,
        finds: "A higher version of a line on a commit that a lower one already holds.",
        needs: "nothing",
    },
    Described {
        rule: AuditRule::FurtherTag,
        name: "further-tag",
        severity: Fail,
        finds: "A release without one of the further tags that others of its line have, or with one on another commit.",
        needs: "`also-tag` of a versioned channel",
    },
    Described {
        rule: AuditRule::StrayTag,
        name: "stray-tag",
        severity: Warn,
        finds: "A tag that is nothing but a version and fits no pattern, so that it counts as no release.",
        needs: "nothing",
    },
    Described {
        rule: AuditRule::DeadLine,
        name: "dead-line",
        severity: Warn,
        finds: "A release of a line after the end of its support.",
        needs: "`support` of a versioned channel, or dates of a line",
    },
    Described {
        rule: AuditRule::UntestedPromotion,
        name: "untested-promotion",
        severity: Warn,
        finds: "A release that holds what none of its candidates held: files other than version files, changelogs and notes \
                changed since the newest candidate, or it is not built on it.",
        needs: "candidates",
    },
    Described {
        rule: AuditRule::NotesIncomplete,
        name: "notes-incomplete",
        severity: Warn,
        finds: "The latest release of a maintained line with a change that is news and has no change note.",
        needs: "`gates.notes = \"required\"` of a versioned channel",
    },
    Described {
        rule: AuditRule::Redaction,
        name: "redaction",
        severity: Fail,
        finds: "An entry of a published changelog that shows what must not reach people outside.",
        needs: "`patterns` under `[redaction]`",
    },
];

impl AuditRule {
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

    /// How much its findings weigh where nothing else is said.
    pub fn usual_severity(self) -> RuleSeverity {
        self.described().severity
    }

    /// What it finds, in sentences.
    pub fn finds(self) -> &'static str {
        self.described().finds
    }

    /// What must be there for it to find anything.
    pub fn needs(self) -> &'static str {
        self.described().needs
    }
}

impl fmt::Display for AuditRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for AuditRule {
    type Err = RuleError;

    fn from_str(text: &str) -> Result<Self, RuleError> {
        Self::all().find(|rule| rule.as_str() == text).ok_or_else(|| RuleError::new(text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_described_once_and_read_by_its_name() {
        for rule in AuditRule::all() {
            assert_eq!(rule.as_str().parse(), Ok(rule));
            assert_eq!(serde_json::to_value(rule).unwrap(), rule.as_str());
            assert!(rule.finds().ends_with('.'), "{rule}");
        }
        assert_eq!(RULES.len(), 19);
        assert_eq!("tags".parse::<AuditRule>().unwrap_err().to_string(), "`tags` is no rule");
    }
}
