//! The words by which branches and tags say what they are. Conventions met in many projects, none of one project alone.

/// The letters-only words of a text, lower case.
pub(super) fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect()
}

/// Words that a line's name may hold beside its numbers.
const LINE: [&str; 35] = [
    "release",
    "releases",
    "rel",
    "releng",
    "stable",
    "maint",
    "maintenance",
    "maintained",
    "branch",
    "branches",
    "lts",
    "support",
    "supported",
    "series",
    "line",
    "lines",
    "version",
    "versions",
    "ver",
    "v",
    "x",
    "y",
    "z",
    "r",
    "ga",
    "unmaintained",
    "self",
    "hosted",
    "selfhosted",
    "onprem",
    "premises",
    "prem",
    "enterprise",
    "community",
    "final",
];

/// Words before a label: `stable/2025.1`, `maint-blue`.
const LABELLED: [&str; 13] = [
    "release",
    "releases",
    "rel",
    "stable",
    "maint",
    "maintenance",
    "unmaintained",
    "lts",
    "support",
    "branch",
    "series",
    "line",
    "oldstable",
];

/// Words of what we operate for others.
const MANAGED: [&str; 17] = [
    "cloud",
    "saas",
    "managed",
    "hosted",
    "live",
    "prod",
    "production",
    "deploy",
    "deploys",
    "deployment",
    "weekly",
    "rolling",
    "rollout",
    "online",
    "service",
    "train",
    "auto",
];

/// Words that a deploy tag begins with.
const DEPLOY: [&str; 11] = [
    "deploy",
    "deploys",
    "deployed",
    "deployment",
    "deployments",
    "rollout",
    "rollouts",
    "shipped",
    "promote",
    "promoted",
    "golive",
];

/// Environments, in promotion order.
const ENVIRONMENTS: [&[&str]; 9] = [
    &["dev", "development", "develop", "sandbox"],
    &["ci", "int", "integration"],
    &["test", "testing", "qa", "quality"],
    &["demo", "training", "internal"],
    &["uat", "acceptance", "acc", "perf", "performance"],
    &["staging", "stage", "stg"],
    &["preprod", "preproduction", "preview", "pre"],
    &["canary", "beta", "early"],
    &["production", "prod", "prd", "live", "customers"],
];

/// Environments that a word alone names, with no deploy word beside it.
const SURE_ENVIRONMENTS: [&str; 11] =
    ["production", "prod", "prd", "staging", "stage", "stg", "preprod", "preproduction", "uat", "live", "canary"];

/// Words of a pre-release.
const CANDIDATE: [&str; 20] = [
    "rc",
    "c",
    "cr",
    "candidate",
    "alpha",
    "beta",
    "a",
    "b",
    "m",
    "milestone",
    "pre",
    "preview",
    "prerelease",
    "tp",
    "ea",
    "gamma",
    "incubating",
    "p",
    "pr",
    "g",
];

/// Words of builds that nobody releases.
const DEVELOPMENT: [&str; 12] = [
    "dev",
    "nightly",
    "snapshot",
    "canary",
    "insider",
    "insiders",
    "edge",
    "experimental",
    "unstable",
    "nightlies",
    "ci",
    "daily",
];

/// Words of what is made from trunk again and again, those that promise most first.
const CADENCE: [&[&str]; 10] = [
    &["edge"],
    &["weekly"],
    &["rolling"],
    &["insiders", "insider"],
    &["preview"],
    &["canary"],
    &["unstable"],
    &["nightly", "nightlies", "daily"],
    &["snapshot", "snapshots", "dev"],
    &TRUNK,
];

/// Words that mean trunk where they stand before a version.
const TRUNK: [&str; 3] = ["main", "master", "trunk"];

/// Words after a version that still mean the release itself.
const FINAL: [&str; 8] = ["release", "final", "ga", "rel", "stable", "ee", "ce", "oss"];

/// Editions of one version.
const EDITIONS: [&str; 3] = ["ee", "ce", "oss"];

/// Words that a tag name may hold before its version, whatever the project is called.
const NEUTRAL: [&str; 8] = ["v", "release", "releases", "rel", "r", "version", "ver", "n"];

/// Words of things that live in a repository beside the project itself.
const COMPONENT: [&str; 26] = [
    "helm", "chart", "charts", "operator", "api", "sdk", "cli", "agent", "client", "docs", "web", "ui", "plugin",
    "plugins", "lib", "libs", "proto", "tools", "examples", "image", "images", "docker", "website", "frontend",
    "backend", "module",
];

/// Words of branches that people and robots work on. A name that holds one is no line, unless all its words are line
/// words.
const WORK: [&str; 62] = [
    "dependabot",
    "renovate",
    "backport",
    "backports",
    "bp",
    "cherry",
    "pick",
    "mergify",
    "trop",
    "please",
    "snyk",
    "revert",
    "reverts",
    "copilot",
    "codex",
    "claude",
    "automation",
    "update",
    "updates",
    "upgrade",
    "bump",
    "roller",
    "greenkeeper",
    "pyup",
    "changeset",
    "weblate",
    "crowdin",
    "pr",
    "pull",
    "gh",
    "feature",
    "features",
    "feat",
    "fix",
    "fixes",
    "bugfix",
    "hotfix",
    "chore",
    "docs",
    "doc",
    "test",
    "tests",
    "refactor",
    "wip",
    "tmp",
    "temp",
    "old",
    "users",
    "user",
    "personal",
    "archive",
    "attic",
    "debug",
    "patch",
    "merge",
    "sync",
    "add",
    "experiment",
    "poc",
    "spike",
    "backup",
    "issue",
];

pub(super) fn is_line_word(word: &str) -> bool {
    LINE.contains(&word) || is_edition_word(word)
}

pub(super) fn is_labelled_word(word: &str) -> bool {
    LABELLED.contains(&word)
}

pub(super) fn is_managed_word(word: &str) -> bool {
    MANAGED.contains(&word)
}

pub(super) fn is_deploy_word(word: &str) -> bool {
    DEPLOY.contains(&word)
}

pub(super) fn is_candidate_word(word: &str) -> bool {
    CANDIDATE.contains(&word)
}

pub(super) fn is_development_word(word: &str) -> bool {
    DEVELOPMENT.contains(&word)
}

/// Place of a word among those that say a cadence; those that promise most come first.
pub(super) fn cadence_rank(word: &str) -> Option<usize> {
    CADENCE.iter().position(|words| words.contains(&word))
}

pub(super) fn is_trunk_word(word: &str) -> bool {
    TRUNK.contains(&word)
}

pub(super) fn is_component_word(word: &str) -> bool {
    COMPONENT.contains(&word)
}

pub(super) fn is_edition_word(word: &str) -> bool {
    EDITIONS.contains(&word)
}

pub(super) fn is_final_word(word: &str) -> bool {
    FINAL.contains(&word)
}

pub(super) fn is_neutral_word(word: &str) -> bool {
    NEUTRAL.contains(&word)
}

pub(super) fn is_work_word(word: &str) -> bool {
    WORK.contains(&word)
}

pub(super) fn is_sure_environment(word: &str) -> bool {
    SURE_ENVIRONMENTS.contains(&word)
}

/// Place of an environment in promotion order, by the last of its words that says one (`eu-production`); names that say
/// nothing stand before production.
pub(super) fn environment_rank(name: &str) -> usize {
    let words = words(name);
    let joined = words.concat();
    let rank = |word: &str| ENVIRONMENTS.iter().position(|names| names.contains(&word));
    rank(&joined).or_else(|| words.iter().rev().find_map(|word| rank(word))).unwrap_or(ENVIRONMENTS.len() - 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn environments_come_in_promotion_order() {
        let mut names = vec!["production", "pre-production", "eu-prod", "staging", "qa", "dev"];
        names.sort_by_key(|name| environment_rank(name));
        assert_eq!(names, ["dev", "qa", "staging", "pre-production", "production", "eu-prod"]);
    }
}
