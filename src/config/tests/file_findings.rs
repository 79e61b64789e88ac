//! The file as a whole: keys, types, the format, the project. What was typed, and every word that is said about it.

use super::found::{assert_found, with_base};

#[test]
fn says_an_unknown_key_with_the_one_that_was_meant() {
    let typed = &with_base(r#"lien = "release/{major}.{minor}""#);
    let expected = r#"
        release.toml:5:1: `channels.s.lien`: unknown key
          hint: did you mean `line` instead of `lien`?"#;
    assert_found(typed, expected);
}

#[test]
fn says_an_unknown_key_deep_in_a_list() {
    let typed = &with_base(r#"gates = { sign-offs = ["qa", { gate = "perf", buy = ["a@example.com"] }] }"#);
    let expected = r#"
        release.toml:5:47: `channels.s.gates.sign-offs[1].buy`: unknown key
          hint: did you mean `by` instead of `buy`?"#;
    assert_found(typed, expected);
}

#[test]
fn says_an_unknown_section_with_the_known_ones() {
    let typed = &with_base(
        r#"[zzz]
a = 1"#,
    );
    let expected = r#"
        release.toml:5:2: `zzz`: unknown key
          hint: known here are `schema`, `project`, `channels`, `changes`, `surface`, `tension`, `publish`, `check`, `redaction`, `audit`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_value_of_the_wrong_type() {
    let typed = &with_base(r#"title = 3"#);
    let expected = r#"
        release.toml:5:9: `channels.s.title`: invalid type: integer `3`, expected a string"#;
    assert_found(typed, expected);
}

#[test]
fn says_every_wrong_type_at_once() {
    let typed = &with_base(
        r#"title = 3
line = [1, "release/{major}", 2, "{oops}"]
[changes]
conventional-commits = "yes"
[surface]
migrations = [3]"#,
    );
    let expected = r#"
        release.toml:5:9: `channels.s.title`: invalid type: integer `3`, expected a string
        release.toml:6:9: `channels.s.line[0]`: invalid type: integer `1`, expected a string
        release.toml:6:31: `channels.s.line[2]`: invalid type: integer `2`, expected a string
        release.toml:6:34: `channels.s.line[3]`: pattern `{oops}` has an unknown field `{oops}`; known are {version} {major} {minor} {patch} {pre} {build} {seq} {date} {environment} {label}
        release.toml:8:24: `changes.conventional-commits`: invalid type: string "yes", expected a boolean
        release.toml:10:15: `surface.migrations[0]`: invalid type: integer `3`, expected a string"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_word_that_is_none_of_the_known() {
    let typed = &with_base(r#"versioning = "semvre""#);
    let expected = r#"
        release.toml:5:14: `channels.s.versioning`: `semvre` is none of `semver`, `calver`, `label`
          hint: did you mean `semver` instead of `semvre`?"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_period_without_a_unit() {
    let typed = &with_base(
        r#"gates = { notes = "required" }
support = { regular = "6" }"#,
    );
    let expected = r#"
        release.toml:6:23: `channels.s.support.regular`: `6` is not a period: write a whole number and a unit, such as `7d`, `24h` or `6 months`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_day_that_is_none() {
    let typed = &with_base(
        r#"[channels.s.lines."1.8"]
released = "soon"
end-of-life = 2026-01-01T00:00:00Z"#,
    );
    let expected = r#"
        release.toml:6:12: `channels.s.lines."1.8".released`: `soon` is not a day: write it as year, month and day, 2026-12-03
        release.toml:7:15: `channels.s.lines."1.8".end-of-life`: expected a day such as 2026-12-03, found datetime"#;
    assert_found(typed, expected);
}

#[test]
fn says_no_schema() {
    let typed = r#"[channels.s]
kind = "versioned"
tag = "v{version}""#;
    let expected = r#"
        release.toml:1:1: `schema`: missing
          hint: add `schema = 1`"#;
    assert_found(typed, expected);
}

#[test]
fn says_another_format() {
    let typed = r#"schema = 2
something = "new""#;
    let expected = r#"
        release.toml:1:10: `schema`: format 2 is not known; this version of twintrack reads format 1
          hint: take a newer version of twintrack, or write the file anew with `twintrack init`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_format_that_never_was() {
    let typed = r#"schema = 0"#;
    let expected = r#"
        release.toml:1:10: `schema`: format 0 is not known; this version of twintrack reads format 1
          hint: write `schema = 1`"#;
    assert_found(typed, expected);
}

#[test]
fn says_no_channels() {
    let typed = r#"schema = 1"#;
    let expected = r#"
        release.toml:1:1: `channels`: missing
          hint: add `[channels.self-hosted]`"#;
    assert_found(typed, expected);
}

#[test]
fn says_an_empty_table_of_channels() {
    let typed = r#"schema = 1
[channels]"#;
    let expected = r#"
        release.toml:2:2: `channels`: missing
          hint: add `[channels.self-hosted]`"#;
    assert_found(typed, expected);
}

#[test]
fn says_text_that_is_not_toml() {
    let typed = r#"schema = 1
name = 
[channels"#;
    let expected = r#"
        release.toml:2:8: not valid TOML: string values must be quoted, expected literal string
        release.toml:3:10: not valid TOML: unclosed table, expected `]`"#;
    assert_found(typed, expected);
}

#[test]
fn says_addresses_that_lead_nowhere() {
    let typed = &with_base(
        r#"[project]
name = " "
url = "git@example.com:acme.git"
links = { commit = "https://example.com/c", compare = "https://example.com/{from}" }"#,
    );
    let expected = r#"
        release.toml:6:8: `project.name`: empty
          hint: give it a value, or leave the key out
        release.toml:7:7: `project.url`: `git@example.com:acme.git` is not an address
          hint: write it with `https://` or `http://`
        release.toml:8:20: `project.links.commit`: `https://example.com/c` has no `{commit}`
          hint: put it where the address changes from case to case
        release.toml:8:55: `project.links.compare`: `https://example.com/{from}` has no `{to}`
          hint: put it where the address changes from case to case"#;
    assert_found(typed, expected);
}
