//! What comes next in the ways projects count.

use super::*;
use crate::config::{Channel, Config, Origin};
use crate::domain::{BranchName, ChannelName, CommitId, LineKind, ObjectId, Stage};

fn versioned(more: &str) -> Versioned {
    let has = |key: &str| more.lines().any(|line| line.starts_with(key));
    let mut text = "schema = 1\n[channels.s]\nkind = \"versioned\"\ncut-from = \"trunk\"\n".to_owned();
    for (key, value) in
        [("line", "release/{major}.{minor}"), ("tag", "v{version}"), ("candidate", "v{version}-rc.{seq}")]
    {
        if !has(key) && !has(&format!("# no {key}")) {
            text.push_str(&format!("{key} = \"{value}\"\n"));
        }
    }
    let config = Config::read(&format!("{text}{more}\n"), Origin::Recognised).unwrap();
    match config.channels.into_values().next().unwrap() {
        Channel::Versioned(versioned) => versioned,
        Channel::Continuous(_) => unreachable!(),
    }
}

fn line(channel: &Versioned, branch: &str, tags: &[&str]) -> Line {
    let commit = CommitId::new(ObjectId::from_bytes([1; 20]));
    let name = channel.line.iter().find_map(|p| p.span(branch)).unwrap_or(branch).to_owned();
    let version = |tag: &str| {
        let candidate = channel.candidate.iter().find_map(|p| p.candidate_version(tag));
        let general = channel.tag.iter().find_map(|p| p.version(tag));
        general.or(candidate).unwrap()
    };
    let mut releases: Vec<Release> = tags
        .iter()
        .map(|tag| Release {
            version: version(tag),
            tag: TagName::new(*tag).unwrap(),
            object: commit.object(),
            commit,
            kind: if version(tag).is_candidate() { ReleaseKind::Candidate } else { ReleaseKind::Patch },
            date: Default::default(),
            is_retracted: false,
            artifacts: Vec::new(),
            overridden: None,
        })
        .collect();
    releases.sort_by(|a, b| a.version.cmp(&b.version));
    if let Some(first) = releases.iter_mut().find(|release| release.kind == ReleaseKind::Patch) {
        first.kind = ReleaseKind::GeneralAvailability;
    }
    Line {
        name,
        channel: ChannelName::new("s").unwrap(),
        branch: BranchName::new(branch).ok(),
        tip: commit,
        base: None,
        from: None,
        kind: LineKind::Regular,
        stage: Stage::Unknown,
        support: Default::default(),
        releases,
    }
}

fn next(channel: &Versioned, branch: &str, tags: &[&str], step: &Step) -> Result<NextVersion, NextVersionError> {
    let line = line(channel, branch, tags);
    let others: Vec<&Release> = line.releases.iter().collect();
    let today = NaiveDate::from_ymd_opt(2026, 3, 4).unwrap();
    Counting { channel, line: &line, others: &others, today }.next(step)
}

#[test]
fn counts_as_the_project_does() {
    use Bump::{Major, Minor, Patch};
    let usual = versioned("");
    let from_zero = versioned("candidate = \"v{version}-rc{seq}\"\nfirst-candidate = 0\nfirst-patch = 1");
    let stages = versioned(
        "candidate = [\"v{version}-rc.{seq}\", \"v{version}-rc{seq}\", \"v{version}-alpha.{seq}\"]\nfirst-candidate = 0",
    );
    let words = versioned("candidate = \"v{version}.{pre}\"");
    let one = versioned("line = \"release/{major}\"");
    let whole = versioned("line = \"maint-{major}.{minor}.{patch}\"");
    let labels = versioned(
        "line = \"stable/{label}\"\nversioning = \"label\"\ntag = \"{version}\"\ncandidate = \"{version}-rc.{seq}\"",
    );
    let padded = versioned("line = \"r{major}.{minor}\"\nversioning = \"calver\"");
    for (channel, branch, tags, step, tag) in [
        (&usual, "release/1.9", &[][..], Step::Candidate, "v1.9.0-rc.1"),
        (&usual, "release/1.9", &["v1.9.0-rc.1", "v1.9.0-rc.9", "v1.9.0-rc.10"], Step::Candidate, "v1.9.0-rc.11"),
        (&usual, "release/1.9", &["v1.9.0-rc.1"], Step::Final, "v1.9.0"),
        (&usual, "release/1.9", &[], Step::Final, "v1.9.0"),
        (&usual, "release/1.9", &["v1.9.0"], Step::Bump(Patch), "v1.9.1"),
        (&usual, "release/1.9", &["v1.9.0", "v1.9.1"], Step::Candidate, "v1.9.2-rc.1"),
        (&usual, "release/1.9", &["v1.9.0", "v1.9.1-rc.1"], Step::Final, "v1.9.1"),
        (&from_zero, "release/1.9", &[], Step::Candidate, "v1.9.1-rc0"),
        (&from_zero, "release/1.9", &["v1.9.1-rc0"], Step::Candidate, "v1.9.1-rc1"),
        (&from_zero, "release/1.9", &[], Step::Final, "v1.9.1"),
        (&stages, "release/3.8", &["v3.8.0-alpha.4"], Step::Candidate, "v3.8.0-rc.0"),
        (&stages, "release/3.8", &["v3.8.0-alpha.4", "v3.8.0-rc1"], Step::Candidate, "v3.8.0-rc.2"),
        (&words, "release/7.1", &[], Step::Candidate, "v7.1.0.rc.1"),
        (&words, "release/7.1", &["v7.1.0.beta1"], Step::Candidate, "v7.1.0.beta2"),
        (&usual, "release/7.1", &["v7.1.3.1", "v7.1.3"], Step::Bump(Patch), "v7.1.4"),
        (&usual, "release/7.1", &["v7.1.3.1", "v7.1.3"], Step::Given("7.1.3.2".parse().unwrap()), "v7.1.3.2"),
        (&one, "release/9", &["v9.2.3"], Step::Bump(Minor), "v9.3.0"),
        (&whole, "maint-1.9.0", &["v1.9.0"], Step::Bump(Patch), "v1.9.0.1"),
        (&labels, "stable/bobcat", &["31.0.0"], Step::Bump(Patch), "31.0.1"),
        (&labels, "stable/bobcat", &["31.0.0"], Step::Bump(Major), "32.0.0"),
        (&labels, "stable/bobcat", &[], Step::Given("32.0.0-rc.2".parse().unwrap()), "32.0.0-rc.2"),
        (&padded, "r2026.03", &[], Step::Final, "v2026.03.0"),
        (&padded, "r2026.03", &["v2026.03.0"], Step::Bump(Patch), "v2026.03.1"),
    ] {
        let found = next(channel, branch, tags, &step).unwrap_or_else(|error| panic!("{branch} {tags:?}: {error}"));
        assert_eq!(found.tag.as_str(), tag, "{branch} {tags:?} {step:?}");
    }
}

#[test]
fn the_calendar_counts_where_there_are_no_lines() {
    let channel = versioned("# no line\nversioning = \"calver\"");
    for (tags, tag) in [
        (&["v2026.2.4"][..], "v2026.3.0"),
        (&["v2026.3.0"], "v2026.3.1"),
        (&["v2026.02.1", "v2025.11.0"], "v2026.03.0"),
        (&["v2026.3"], "v2026.3.1"),
    ] {
        assert_eq!(next(&channel, "main", tags, &Step::Final).unwrap().tag.as_str(), tag, "{tags:?}");
    }
}

#[test]
fn further_tags_come_along() {
    let channel = versioned("also-tag = [\"api/v{version}\", \"chart-{major}.{minor}.{patch}\"]");
    let also = |tags: &[&str], step| -> Vec<String> {
        let found = next(&channel, "release/1.9", tags, &step).unwrap();
        found.also.iter().map(ToString::to_string).collect()
    };
    assert_eq!(also(&[], Step::Final), ["api/v1.9.0", "chart-1.9.0"]);
    assert_eq!(also(&[], Step::Candidate), ["api/v1.9.0-rc.1", "chart-1.9.0-rc.1"]);
}

#[test]
fn refuses_what_cannot_come_and_says_what_can() {
    let channel = versioned("");
    let given = |text: &str| Step::Given(text.parse().unwrap());
    let tags = ["v1.9.0-rc.1", "v1.9.0", "v1.9.2"];
    let valid = "what can come next: `1.9.3-rc.1`, `1.9.3`";
    for (tags, step, message, hint) in [
        (&tags[..], given("1.9.2"), "1.9.2 exists, as tag `v1.9.2`", valid),
        (&tags, given("v1.9.0-rc.1"), "1.9.0-rc.1 exists, as tag `v1.9.0-rc.1`", valid),
        (&tags, given("1.9.1"), "1.9.1 is not higher than 1.9.2 on line `1.9`", valid),
        (&tags, given("1.9.0-rc.2"), "1.9.0-rc.2 is not higher than 1.9.2 on line `1.9`", valid),
        (&tags, given("1.10.0"), "1.10.0 is not on line `1.9`", valid),
        (
            &tags,
            Step::Final,
            "line `1.9` is released as 1.9.2, and no candidate waits",
            "make the next patch release with `--bump patch`",
        ),
        (&tags, Step::Bump(Bump::Minor), "1.10.0 is not on line `1.9`", valid),
        (
            &[],
            Step::Bump(Bump::Patch),
            "line `1.9` has no release yet",
            "release it with `--final`, or a candidate of it first",
        ),
        (
            &[],
            given("1.9.0-beta"),
            "the tag of 1.9.0-beta cannot be named",
            "correct `tag` and `candidate` of the channel, or give a version that they can name",
        ),
        (
            &[],
            given("1.9.0-beta.1"),
            "`v{version}-rc.{seq}` names no tag that reads as 1.9.0-beta.1",
            "correct `tag` and `candidate` of the channel, or give a version that they can name",
        ),
    ] {
        let error = next(&channel, "release/1.9", tags, &step).unwrap_err();
        assert_eq!((error.to_string().as_str(), error.hint().as_deref()), (message, Some(hint)));
    }
    let without = versioned("# no candidate");
    assert!(next(&without, "release/1.9", &[], &Step::Candidate).is_err());
    let labels = versioned("line = \"stable/{label}\"\nversioning = \"label\"");
    let error = next(&labels, "stable/bobcat", &[], &Step::Final).unwrap_err();
    assert_eq!(error.hint().unwrap(), "give it with `--version VERSION`");
}

#[test]
fn asks_for_semantic_versions_only_where_all_are() {
    let refused = |more: &str, tags: &[&str], wanted: &str| {
        let channel = versioned(more);
        let line = line(&channel, "release/1.8", tags);
        let counting = Counting { channel: &channel, line: &line, others: &[], today: NaiveDate::MIN };
        let given = counting.next(&Step::Given(wanted.parse().unwrap()));
        matches!(given, Err(NextVersionError::NotSemantic { .. }))
    };
    assert!(refused("", &["v1.8.0"], "1.8.1.1"));
    assert!(refused("", &["v1.8.0"], "1.8.01"));
    assert!(!refused("", &["v1.8.0"], "1.8.1"));
    assert!(!refused("", &["v1.8.0", "v1.8.0.1"], "1.8.0.2"), "a fourth number is the project's habit");
    assert!(!refused("versioning = \"calver\"", &["v1.8.0"], "1.8.01"));
}

proptest::proptest! {
    #[test]
    fn what_comes_next_is_new_and_on_the_line_and_higher(
        patches in proptest::collection::btree_set(0u64..6, 0..4),
        candidates in proptest::collection::btree_set((0u64..6, 0u64..12), 0..4),
        first in 0u64..2,
    ) {
        let channel = versioned(&format!("first-candidate = {first}\nfirst-patch = {first}"));
        let tags: Vec<String> = patches.iter().map(|patch| format!("v1.9.{patch}"))
            .chain(candidates.iter().map(|(patch, seq)| format!("v1.9.{patch}-rc.{seq}"))).collect();
        let tags: Vec<&str> = tags.iter().map(String::as_str).collect();
        let highest: Option<Version> = patches.last().map(|patch| format!("1.9.{patch}").parse().unwrap());
        for step in [Step::Candidate, Step::Final, Step::Bump(Bump::Patch)] {
            let Ok(next) = next(&channel, "release/1.9", &tags, &step) else { continue };
            proptest::prop_assert!(!tags.contains(&next.tag.as_str()), "{tags:?} {step:?} {}", next.tag);
            proptest::prop_assert!(next.version.has_prefix(&[1, 9]));
            proptest::prop_assert!(highest.as_ref().is_none_or(|highest| next.version > *highest), "{tags:?} {}", next.tag);
            proptest::prop_assert_eq!(next.version.is_candidate(), step == Step::Candidate);
        }
    }
}
