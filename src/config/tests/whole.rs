//! Files that are sound, and files that are not ours.

use super::found::{found, read, with_base};
use crate::config::{
    Channel, Config, ConfigError, CutFrom, Limit, Origin, VersionPlace, Versioned, WantedOn, Window, is_cargo_release,
};
use crate::domain::{ChangeKind, LineKind};

/// The example of the reference, with every section.
const EXAMPLE: &str = include_str!("../../../docs/examples/release.toml");

fn sound(text: &str) -> Config {
    read(text).unwrap_or_else(|_| panic!("{:#?}", found(text)))
}

fn versioned(config: &Config) -> &Versioned {
    config.versioned().next().unwrap().1
}

#[test]
fn reads_every_section_of_the_example() {
    insta::assert_debug_snapshot!(sound(EXAMPLE));
}

#[test]
fn fills_in_what_a_minimal_file_leaves_out() {
    let config = sound(&with_base(""));
    let channel = versioned(&config);
    assert_eq!((channel.first_candidate, channel.first_patch), (1, 0));
    assert_eq!((channel.cut_from, channel.support.regular.clone()), (CutFrom::Trunk, Window::Undeclared));
    assert!(channel.line.is_empty() && channel.gates.is_empty() && channel.upgrade_step.is_none());
    assert_eq!((config.changes.directory.as_str(), config.changes.conventional_commits), ("changes", true));
    assert_eq!(config.changes.kinds["feat"], ChangeKind::Added);
    assert_eq!(config.documents.templates, "templates/twintrack");
    assert!(config.tension.max_release_gap.is_unset() && config.surface.configuration.is_empty());
}

#[test]
fn cuts_from_what_soaked_where_something_can_soak() {
    let text = with_base("[channels.m]\nkind = \"continuous\"\nline = \"k{build}\"");
    let config = sound(&text);
    assert_eq!(versioned(&config).cut_from, CutFrom::Soaked);
    assert_eq!(config.continuous().next().unwrap().1.last_environment().as_str(), "production");
}

#[test]
fn takes_one_value_for_a_list_of_one() {
    let config = sound(&with_base("line = ['release/{major}.{minor}']\nalso-tag = 'api/v{version}'"));
    assert_eq!(versioned(&config).line[0].as_str(), "release/{major}.{minor}");
    assert_eq!(versioned(&config).also_tag.len(), 1);
}

#[test]
fn a_bare_limit_is_the_one_that_fails() {
    let config = sound(&with_base("[tension]\nmax-waiting-changes = 4\nmax-backport-lag = { fix = { warn = '3d' } }"));
    assert_eq!(config.tension.max_waiting_changes, Limit { warn: None, fail: Some(4) });
    let lag = &config.tension.max_backport_lag[&ChangeKind::Fixed];
    assert_eq!((lag.warn.is_some(), lag.fail.is_some()), (true, false));
}

#[test]
fn a_line_is_declared_by_its_name_or_its_branch() {
    let config = sound(&with_base(
        "line = 'release/v{major}.{minor}.x'\n[channels.s.lines.'release/v1.8.x']\nkind = 'lts'\n[channels.s.lines.'1.9']\nrequired-stop = [{ from = '1.9.3' }, { from = '1.9.1' }]\n[channels.s.lines.old]\nbranch = 'ancient'",
    ));
    let lines = &versioned(&config).lines;
    assert_eq!(lines["1.8"].kind, LineKind::Lts);
    assert_eq!(lines["1.9"].required_stops[0].from.as_str(), "1.9.1");
    assert_eq!(lines["old"].branch.as_ref().unwrap().as_str(), "ancient");
}

#[test]
fn a_version_file_says_where_the_version_stands() {
    let config = sound(&with_base(
        "version-files = ['VERSION', { path = 'a.yaml', key = 'image.tag' }, { path = 'a.h', expression = 'VERSION \"(.*)\"' }]",
    ));
    let places = versioned(&config).version_files.iter().map(|file| &file.place).collect::<Vec<_>>();
    assert!(matches!(places[0], VersionPlace::Usual));
    assert!(matches!(places[1], VersionPlace::Key(parts) if parts == &["image", "tag"]));
    assert!(matches!(places[2], VersionPlace::Expression(_)));
}

#[test]
fn the_policy_for_backports_takes_kinds_and_their_short_forms() {
    let config = sound(&with_base("[changes]\nbackport-policy = { security = 'maintained', fix = 'active' }"));
    let wanted: Vec<_> = config.changes.backport_policy.into_iter().collect();
    assert_eq!(wanted, [(ChangeKind::Security, WantedOn::Maintained), (ChangeKind::Fixed, WantedOn::Active)]);
}

#[test]
fn knows_the_layouts_that_exist_in_the_wild() {
    let two = |managed: &str, versioned: &str| {
        format!(
            "schema = 1\n[channels.m]\nkind = 'continuous'\n{managed}\n[channels.s]\nkind = 'versioned'\n{versioned}\n"
        )
    };
    for text in [
        two("tag = 'deploy/{environment}/{date}.{seq}'", "line = 'release/{major}.{minor}'\ntag = 'v{version}'"),
        two("tag = 'app-{major}.{minor}'", "line = 'stable-{major}.{minor}'\ntag = 'app-{major}.{minor}.{patch}'"),
        two(
            "line = 'cloud/v{version}-{build}'\ntag = 'v{version}-{build}.{seq}'",
            "line = 'release/v{major}.{minor}.x'\ntag = 'v{version}'\ncandidate = 'v{version}-{pre}'",
        ),
        two("line = ['k{build}', 'r{build}']", "line = 'release-{major}.{minor}.x'\ntag = 'v{version}'"),
        two("tag = 'refs/twintrack/deploy/{environment}/{date}.{seq}'", "line = '{major}.{minor}'\ntag = '{version}'"),
        with_base(
            "line = ['release-{major}.{minor}.x', 'release-{major}.{minor}']\ncandidate = ['v{version}-rc.{seq}', '{version}rc{seq}']",
        ),
        with_base(
            "line = 'stable/{label}'\nversioning = 'label'\nfirst-candidate = 0\nstage-tags = { '{label}-eol' = 'end-of-life' }",
        ),
        with_base("[channels.t]\nkind = 'versioned'\ntag = 'lib-{version}'\ncut-from = 'trunk'"),
    ] {
        let config = sound(&text);
        assert!(config.channels.values().all(|channel| match channel {
            Channel::Continuous(channel) => !channel.environments.is_empty(),
            Channel::Versioned(channel) => !channel.tag.is_empty(),
        }));
    }
}

#[test]
fn channels_keep_the_order_of_the_file() {
    let text = "schema = 1\n[channels.z]\nkind = 'versioned'\ntag = 'v{version}'\n[channels.a]\nkind = 'continuous'\ntag = 'd{build}'";
    let config = sound(text);
    assert_eq!(config.channels.keys().map(|name| name.as_str()).collect::<Vec<_>>(), ["z", "a"]);
}

#[test]
fn tells_a_file_of_cargo_release_by_its_keys() {
    let text = "sign-commit = true\npre-release-replacements = [{ file = \"a\" }]\n";
    assert!(is_cargo_release(text) && !is_cargo_release(EXAMPLE) && !is_cargo_release(""));
    let error = Config::read(text, Origin::Given { path: "x/release.toml".into() }).unwrap_err();
    assert!(matches!(&error, ConfigError::CargoRelease { key, .. } if key == "sign-commit"));
    assert_eq!(error.to_string(), "x/release.toml is a configuration of cargo-release, as its key `sign-commit` shows");
    assert_eq!(
        error.hints(),
        ["put Twintrack's configuration into `.twintrack.toml` beside it, or name another file with `--config FILE`"]
    );
}

#[test]
fn counts_what_it_found() {
    let error = read("").unwrap_err();
    assert_eq!(error.to_string(), "release.toml is invalid: 2 findings");
    assert_eq!(error.hints(), ["add `[channels.self-hosted]`", "add `schema = 1`"]);
}

#[test]
fn neither_depth_nor_number_of_faults_wears_it_out() {
    for text in [
        "[".repeat(100_000),
        format!("a = {}", "[".repeat(100_000)),
        format!("a = {}1{}", "[".repeat(2_000), "]".repeat(2_000)),
        format!("a{} = 1", ".a".repeat(100_000)),
        format!("[a{}]", ".a".repeat(100_000)),
        format!("a = {}1", "{ a = ".repeat(100_000)),
        with_base(&format!("line = [{}]", "1,".repeat(20_000))),
    ] {
        assert!(read(&text).is_err());
    }
}

#[test]
fn no_text_panics_the_reader() {
    use proptest::prelude::*;
    proptest!(|(noise in ".{0,60}", cut in 0..EXAMPLE.len())| {
        let _ = read(&noise);
        let start: String = EXAMPLE.chars().take(cut).collect();
        let _ = read(&format!("{start}{noise}"));
    });
}
