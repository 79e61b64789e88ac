//! Channels, limits, lines, changes and the surface. What was typed, and every word that is said about it.

use super::found::{assert_found, with_base};

#[test]
fn says_a_channel_without_a_kind() {
    let typed = r#"schema = 1
[channels.s]
tag = "v{version}""#;
    let expected = r#"
        release.toml:2:11: `channels.s.kind`: missing
          hint: add `kind = "versioned"`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_channel_name_with_a_blank() {
    let typed = r#"schema = 1
[channels."my channel"]
kind = "versioned"
tag = "v{version}""#;
    let expected = r#"
        release.toml:2:11: `channels."my channel"`: `my channel` is not a channel name: only letters, digits, `-` and `_` are allowed"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_versioned_channel_without_tags() {
    let typed = r#"schema = 1
[channels.s]
kind = "versioned""#;
    let expected = r#"
        release.toml:2:11: `channels.s.tag`: missing
          hint: add `tag = "v{version}"`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_continuous_channel_that_nobody_can_see() {
    let typed = r#"schema = 1
[channels.m]
kind = "continuous""#;
    let expected = r#"
        release.toml:2:11: `channels.m`: neither `tag` nor `line` says how its deploys can be seen
          hint: add `tag`, such as "deploy/{environment}/{date}.{seq}", or `line`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_key_of_the_other_kind() {
    let typed = &with_base(
        r#"environments = ["production"]
[channels.m]
kind = "continuous"
tag = "deploy/{date}.{seq}"
candidate = "x{version}-{pre}""#,
    );
    let expected = r#"
        release.toml:5:1: `channels.s.environments`: this channel is versioned, and the key belongs to channels of the other kind
          hint: leave the key out, or change the channel's `kind`
        release.toml:9:1: `channels.m.candidate`: this channel is continuous, and the key belongs to channels of the other kind
          hint: leave the key out, or change the channel's `kind`"#;
    assert_found(typed, expected);
}

#[test]
fn says_an_empty_list() {
    let typed = &with_base(r#"line = []"#);
    let expected = r#"
        release.toml:5:1: `channels.s.line`: empty
          hint: give it a value, or leave the key out"#;
    assert_found(typed, expected);
}

#[test]
fn says_environments_empty_or_twice() {
    let typed = r#"schema = 1
[channels.a]
kind = "continuous"
tag = "a/{date}.{seq}"
environments = []
[channels.b]
kind = "continuous"
tag = "b/{environment}/{date}.{seq}"
environments = ["qa", "qa"]"#;
    let expected = r#"
        release.toml:5:1: `channels.a.environments`: empty
          hint: give it a value, or leave the key out
        release.toml:9:23: `channels.b.environments[1]`: `qa` is there twice
          hint: remove one of the two"#;
    assert_found(typed, expected);
}

#[test]
fn says_soaking_where_nothing_is_deployed() {
    let typed = &with_base(
        r#"cut-from = "soaked"
gates = { soak = "7d" }"#,
    );
    let expected = r#"
        release.toml:5:12: `channels.s.cut-from`: there is no continuous channel in which a commit could soak
          hint: write `cut-from = "trunk"` and no `soak`, or add a channel of kind `continuous`
        release.toml:6:11: `channels.s.gates.soak`: there is no continuous channel in which a commit could soak
          hint: write `cut-from = "trunk"` and no `soak`, or add a channel of kind `continuous`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_sign_off_asked_for_twice() {
    let typed = &with_base(r#"gates = { sign-offs = ["qa", { gate = "qa" }, { by = ["a@example.com"] }] }"#);
    let expected = r#"
        release.toml:5:30: `channels.s.gates.sign-offs[1]`: `qa` is there twice
          hint: remove one of the two
        release.toml:5:47: `channels.s.gates.sign-offs[2].gate`: missing
          hint: add `gate = "qa"`"#;
    assert_found(typed, expected);
}

#[test]
fn says_both_windows_for_regular_lines() {
    let typed = &with_base(r#"support = { regular = "1y", newest = 0 }"#);
    let expected = r#"
        release.toml:5:29: `channels.s.support.newest`: `newest` and `regular` both say how long regular lines are active
          hint: keep one of the two
        release.toml:5:38: `channels.s.support.newest`: `0` is less than 1"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_version_file_in_two_places() {
    let typed = &with_base(
        r#"version-files = ["../VERSION", { path = "a.txt", key = "a", expression = "v(.*)" }, { path = "b.txt", expression = "v.*" }, { path = "c.txt", expression = "(" }, { key = "a" }]"#,
    );
    let expected = r#"
        release.toml:5:18: `channels.s.version-files[0]`: `../VERSION` does not lead to a place within the repository
          hint: write the path from the root of the repository, with forward slashes
        release.toml:5:61: `channels.s.version-files[1].expression`: `key` and `expression` both say where the version stands
          hint: keep one of the two
        release.toml:5:116: `channels.s.version-files[2].expression`: `v.*` needs exactly one group, around the version
          hint: write the version as `([0-9.]+)` and other groups as `(?:…)`
        release.toml:5:156: `channels.s.version-files[3].expression`: `(` is not a regular expression
        release.toml:5:163: `channels.s.version-files[4].path`: missing
          hint: add `path = "VERSION"`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_stop_on_another_line() {
    let typed = &with_base(
        r#"line = "release/{major}.{minor}"
[channels.s.lines."1.8"]
required-stop = [{ from = "1.9.0" }, { from = "1.8.1" }, { from = "1.8.1" }, { reason = "none" }]
planned = [{ version = "2.0.0", on = 2026-01-01 }, { version = "1.8.9" }]"#,
    );
    let expected = r#"
        release.toml:7:27: `channels.s.lines."1.8".required-stop[0].from`: `1.9.0` is not a version of line `1.8`
          hint: put it under the line that the version belongs to
        release.toml:7:67: `channels.s.lines."1.8".required-stop[2].from`: `1.8.1` is there twice
          hint: remove one of the two
        release.toml:7:78: `channels.s.lines."1.8".required-stop[3].from`: missing
          hint: add `from = "1.8.4"`
        release.toml:8:24: `channels.s.lines."1.8".planned[0].version`: `2.0.0` is not a version of line `1.8`
          hint: put it under the line that the version belongs to
        release.toml:8:52: `channels.s.lines."1.8".planned[1].on`: missing
          hint: add `on = 2026-12-03`"#;
    assert_found(typed, expected);
}

#[test]
fn says_dates_out_of_order() {
    let typed = &with_base(
        r#"[channels.s.lines."1.8"]
released = 2026-01-01
active-until = 2025-01-01
end-of-life = "2024-01-01""#,
    );
    let expected = r#"
        release.toml:7:16: `channels.s.lines."1.8".active-until`: earlier than `released`
          hint: a line is released, then active, then gets security fixes only, then ends
        release.toml:8:15: `channels.s.lines."1.8".end-of-life`: earlier than `active-until`
          hint: a line is released, then active, then gets security fixes only, then ends"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_limit_upside_down() {
    let typed = &with_base(
        r#"[tension]
max-release-gap = { warn = "9d", fail = "3d" }
max-waiting-changes = -1
max-backport-lag = { security = {}, fixx = "3d" }"#,
    );
    let expected = r#"
        release.toml:6:1: `tension.max-release-gap`: `warn` would come after `fail`
          hint: exchange the two values
        release.toml:7:23: `tension.max-waiting-changes`: `-1` is less than 0
        release.toml:8:22: `tension.max-backport-lag.security`: has neither `warn` nor `fail`
          hint: write one of them, or leave the key out
        release.toml:8:37: `tension.max-backport-lag.fixx`: `fixx` is not a kind of change; known are added, changed, deprecated, removed, fixed, security, performance, internal
          hint: did you mean `fix` instead of `fixx`?"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_rollback_limit_without_its_parts() {
    let typed = r#"schema = 1
[channels.m]
kind = "continuous"
tag = "deploy/{date}.{seq}"
rollback-limit = { count = 0 }"#;
    let expected = r#"
        release.toml:5:1: `channels.m.rollback-limit.within`: missing
          hint: add `within = "24h"`
        release.toml:5:28: `channels.m.rollback-limit.count`: `0` is less than 1"#;
    assert_found(typed, expected);
}

#[test]
fn says_an_audience_of_nobody_known() {
    let typed = &with_base(
        r#"[[changes.audience]]
paths = ["a/**"]
channels = ["z", "s", "s"]
[[changes.audience]]
channels = ["s"]
[[changes.audience]]
scopes = "ui""#,
    );
    let expected = r#"
        release.toml:7:13: `changes.audience[0].channels[0]`: there is no channel `z`
          hint: the channels are `s`
        release.toml:7:23: `changes.audience[0].channels[2]`: `s` is there twice
          hint: remove one of the two
        release.toml:8:1: `changes.audience[1]`: neither `paths` nor `scopes` says which changes it is about
          hint: add one of them; a change that no rule matches matters to every channel
        release.toml:10:1: `changes.audience[2].channels`: missing
          hint: add `channels = ["self-hosted"]`"#;
    assert_found(typed, expected);
}

#[test]
fn says_a_kind_of_change_that_is_none() {
    let typed = &with_base(
        r#"[changes]
backport-policy = { secrity = "maintained", fix = "active", fixed = "active" }
kinds = { feat = "new" }"#,
    );
    let expected = r#"
        release.toml:6:21: `changes.backport-policy.secrity`: `secrity` is not a kind of change; known are added, changed, deprecated, removed, fixed, security, performance, internal
          hint: did you mean `security` instead of `secrity`?
        release.toml:6:61: `changes.backport-policy.fixed`: `fixed` is there twice
          hint: remove one of the two
        release.toml:7:18: `changes.kinds.feat`: `new` is not a kind of change; known are added, changed, deprecated, removed, fixed, security, performance, internal"#;
    assert_found(typed, expected);
}

#[test]
fn says_what_matches_nothing_or_does_not_compile() {
    let typed = &with_base(
        r#"[changes.internal]
authors = [""]
subjects = ["("]
paths = ["a[", "/abs"]"#,
    );
    let expected = r#"
        release.toml:6:12: `changes.internal.authors[0]`: empty
          hint: give it a value, or leave the key out
        release.toml:7:13: `changes.internal.subjects[0]`: `(` is not a regular expression
        release.toml:8:10: `changes.internal.paths[0]`: `a[` is not a glob: unclosed character class; missing ']'
          hint: `*` stands for any text within a directory, `**` for any directories
        release.toml:8:16: `changes.internal.paths[1]`: `/abs` does not lead to a place within the repository
          hint: write the path from the root of the repository, with forward slashes"#;
    assert_found(typed, expected);
}

#[test]
fn says_migrations_of_two_sorts() {
    let typed = &with_base(
        r#"[surface]
migrations = ["a/*.sql", { name = "pg", paths = ["b/*.sql"] }, { name = "pg", paths = "c/*.sql" }, { paths = [] }]"#,
    );
    let expected = r#"
        release.toml:6:1: `surface.migrations`: globs and variants stand side by side
          hint: give every variant a table with `name` and `paths`, or write globs only
        release.toml:6:73: `surface.migrations[2].name`: `pg` is there twice
          hint: remove one of the two
        release.toml:6:100: `surface.migrations[3].name`: missing
          hint: add `name = "postgresql"`
        release.toml:6:102: `surface.migrations[3].paths`: empty
          hint: give it a value, or leave the key out"#;
    assert_found(typed, expected);
}

#[test]
fn says_what_is_wrong_with_a_decision_and_a_rule() {
    let typed = &with_base(
        r#"[changes.ignore]
subjects = ["("]
[[changes.decision]]
commit = "1a2b3c"
line-only = true
[[changes.decision]]
commit = "1a2b3c4d5"
lines = ["1.8"]"#,
    );
    let expected = r#"
        release.toml:6:13: `changes.ignore.subjects[0]`: `(` is not a regular expression
        release.toml:7:1: `changes.decision[0].because`: missing
          hint: add `because = "the line never had the code"`
        release.toml:8:10: `changes.decision[0].commit`: `1a2b3c` is not the id of a commit: write seven to forty of its hex digits
        release.toml:10:1: `changes.decision[1]`: nothing says what was decided
          hint: write one of `origin`, `line-only = true` and `not-needed`
        release.toml:12:1: `changes.decision[1].lines`: unknown key
          hint: known here are `commit`, `origin`, `line-only`, `not-needed`, `because`"#;
    assert_found(typed, expected);
}

#[test]
fn says_what_is_wrong_with_upgrades() {
    let typed = &with_base(
        r#"line = "release/{major}.{minor}"
[channels.s.upgrade]
before = ["", "Make a backup."]
pairs = [
  { from = "1.6", to = "1.8" },
  { from = "1.6", to = "1.7", upgrade = "forbidden" },
  { from = "1.6", to = "1.7", rollback = "impossible" },
]
[channels.s.installations.helm]
upgrad = "helm upgrade"
[channels.s.lines."1.8"]
required-stop = { from = "1.8.4", if-from-before = "1.9.0" }"#,
    );
    let expected = r#"
        release.toml:7:11: `channels.s.upgrade.before[0]`: empty
          hint: give it a value, or leave the key out
        release.toml:9:3: `channels.s.upgrade.pairs[0]`: none of `upgrade`, `rollback` is there
          hint: add one of them
        release.toml:11:3: `channels.s.upgrade.pairs[2]`: `1.6 to 1.7` is there twice
          hint: remove one of the two
        release.toml:14:1: `channels.s.installations.helm.upgrad`: unknown key
          hint: did you mean `upgrade` instead of `upgrad`?
        release.toml:16:52: `channels.s.lines."1.8".required-stop.if-from-before`: later than `from`
          hint: whoever is past the stop does not come to it; leave the key out"#;
    assert_found(typed, expected);
}
