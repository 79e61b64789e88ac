//! Name patterns, alone and together. What was typed, and every word that is said about it.

use super::found::{assert_found, with_base};

#[test]
fn says_a_field_that_no_pattern_has() {
    let typed = &with_base(r#"line = "release/{majr}""#);
    let expected = r#"
        release.toml:5:8: `channels.s.line`: pattern `release/{majr}` has an unknown field `{majr}`; known are {version} {major} {minor} {patch} {pre} {build} {seq} {date} {environment} {label}"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_pattern_twice_in_a_list() {
    let typed = &with_base(r#"line = ["release/{major}", "release/{major}"]"#);
    let expected = r#"
        release.toml:5:28: `channels.s.line[1]`: `release/{major}` is there twice
          hint: remove one of the two"#;
    assert_found(typed, expected);
}

#[test]
fn says_one_pattern_in_two_channels() {
    let typed = &with_base(
        r#"[channels.m]
kind = "continuous"
tag = "v{version}""#,
    );
    let expected = r#"
        release.toml:7:7: `channels.m.tag`: `v{version}` is the pattern of `channels.s.tag` as well
          hint: a name belongs to one channel and one purpose: keep the pattern in one place, or tell the two apart by text"#;
    assert_found(typed, expected);
}

#[test]
fn says_two_patterns_that_fit_alike() {
    let typed = &with_base(
        r#"line = "stable/{label}"
[channels.m]
kind = "continuous"
line = "stable/{version}""#,
    );
    let expected = r#"
        release.toml:8:8: `channels.m.line`: `stable/{version}` fits `stable/1.2.3` exactly as well as `stable/{label}` of `channels.s.line` does
          hint: add text or a field to one of the two patterns, so that one of them fits more exactly"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_deploy_tag_that_is_also_a_candidate() {
    let typed = &with_base(
        r#"candidate = "v{version}-{pre}"
[channels.m]
kind = "continuous"
tag = "v{version}-{label}""#,
    );
    let expected = r#"
        release.toml:8:7: `channels.m.tag`: `v{version}-{label}` fits `v1.2.3-yoga` exactly as well as `v{version}-{pre}` of `channels.s.candidate` does
          hint: add text or a field to one of the two patterns, so that one of them fits more exactly"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_release_tag_without_a_version() {
    let typed = r#"schema = 1
[channels.s]
kind = "versioned"
tag = "build-{build}""#;
    let expected = r#"
        release.toml:4:7: `channels.s.tag`: `build-{build}` has neither `{version}` nor `{major}`
          hint: add one of the fields, or remove the pattern"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_candidate_that_nothing_counts() {
    let typed = &with_base(r#"candidate = "v{version}-rc""#);
    let expected = r#"
        release.toml:5:13: `channels.s.candidate`: `v{version}-rc` has neither `{pre}` nor `{seq}`
          hint: add one of the fields, or remove the pattern"#;
    assert_found(typed, expected);
}

#[test]
fn says_an_environment_in_a_release() {
    let typed = r#"schema = 1
[channels.s]
kind = "versioned"
tag = "{environment}-v{version}"
line = "{environment}/{major}""#;
    let expected = r#"
        release.toml:4:7: `channels.s.tag`: `{environment}-v{version}` has `{environment}`, which a release does not have
          hint: write the text itself in place of the field, or remove the pattern
        release.toml:5:8: `channels.s.line`: `{environment}/{major}` has `{environment}`, which a line does not have
          hint: write the text itself in place of the field, or remove the pattern"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_first_tag_that_makes_candidates() {
    let typed = r#"schema = 1
[channels.s]
kind = "versioned"
tag = ["v{version}-{pre}", "v{version}"]"#;
    let expected = r#"
        release.toml:4:7: `channels.s.tag`: `v{version}-{pre}` stands first and would make a candidate of every release
          hint: put the pattern under `candidate`, and the one without `{pre}` first under `tag`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_pattern_with_the_prefix_of_tags() {
    let typed = r#"schema = 1
[channels.s]
kind = "versioned"
tag = "refs/tags/v{version}""#;
    let expected = r#"
        release.toml:4:7: `channels.s.tag`: `refs/tags/v{version}` begins with `refs/`, which a pattern here leaves out
          hint: write the name without it"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_stage_tag_that_is_no_pattern() {
    let typed = &with_base(r#"stage-tags = { "eol" = "end-of-life" }"#);
    let expected = r#"
        release.toml:5:16: `channels.s.stage-tags.eol`: pattern `eol` has no field in braces, so that it can name only one thing"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_stage_tag_that_looks_like_a_release() {
    let typed = &with_base(r#"stage-tags = { "v{label}" = "end-of-life" }"#);
    let expected = r#"
        release.toml:5:29: `channels.s.stage-tags."v{label}"`: `v{label}` fits `v1.2` exactly as well as `v{version}` of `channels.s.tag` does
          hint: add text or a field to one of the two patterns, so that one of them fits more exactly"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_line_that_no_pattern_makes() {
    let typed = &with_base(
        r#"line = "release/{major}.{minor}"
[channels.s.lines."1.x"]
kind = "lts""#,
    );
    let expected = r#"
        release.toml:6:19: `channels.s.lines."1.x"`: no pattern of the channel makes a line of this name; they are `release/{major}.{minor}`
          hint: a line's name is the text from the pattern's first field to its last, such as `1.8`; a line with a branch of its own kind says `branch`"#;
    assert_found(typed, expected);
}

#[test]
fn says_one_line_by_name_and_by_branch() {
    let typed = &with_base(
        r#"line = "release/{major}.{minor}"
[channels.s.lines."1.8"]
kind = "lts"
[channels.s.lines."release/1.8"]
kind = "lts""#,
    );
    let expected = r#"
        release.toml:8:19: `channels.s.lines."release/1.8"`: the same line as `channels.s.lines."1.8"`
          hint: put both tables together under one name"#;
    assert_found(typed, expected);
}
