//! Patterns both ways: what they recognise, what they produce, and that the two agree.

use proptest::prelude::*;

use super::*;

fn pattern(text: &str) -> NamePattern {
    text.parse().unwrap()
}

#[test]
fn the_name_of_a_line_is_the_text_from_first_to_last_field() {
    for (text, branch, name) in [
        ("release/{major}.{minor}", "release/1.8", "1.8"),
        ("release/v{major}.{minor}.x", "release/v2.13.x", "2.13"),
        ("stable/{label}", "stable/2025.1", "2025.1"),
        ("k{build}", "k320", "320"),
        ("cloud/v{version}-{build}", "cloud/v1.31.0-150", "1.31.0-150"),
        ("{major}-{minor}-stable", "7-1-stable", "7-1"),
        ("{major}.{minor}", "3.9", "3.9"),
    ] {
        assert_eq!(pattern(text).span(branch), Some(name), "{text}");
    }
}

#[test]
fn a_version_does_not_swallow_a_pre_release_or_a_build() {
    let release = pattern("v{version}");
    assert!(release.recognise("v1.31.0").is_some());
    assert!(release.recognise("v1.31.0-150.0").is_none());
    assert!(release.recognise("v1.31.0-rc1").is_none());
    assert!(pattern("v{version}-{pre}").recognise("v1.31.0-150.0").is_none());
}

#[test]
fn reads_versions_as_their_project_writes_them() {
    for (text, tag, version) in [
        ("v{version}.{pre}", "v7.1.0.rc1", "7.1.0.rc1"),
        ("v{version}{pre}", "v2.16.0rc1", "2.16.0rc1"),
        ("curl-{major}_{minor}_{patch}", "curl-8_4_0", "8.4.0"),
        ("app-{major}.{minor}", "app-2.578", "2.578"),
    ] {
        assert_eq!(pattern(text).version(tag).unwrap().as_str(), version, "{text}");
    }
    let candidate = pattern("v{version}-rc.{seq}").candidate_version("v1.9.0-rc.12").unwrap();
    assert_eq!((candidate.as_str(), candidate.is_candidate()), ("1.9.0-rc.12", true));
}

#[test]
fn more_text_and_fields_win() {
    assert!(pattern("v{version}-{build}.{seq}").specificity() > pattern("v{version}").specificity());
    assert_eq!(pattern("v{version}").specificity(), pattern("w{version}").specificity());
}

#[test]
fn reads_dates_in_the_usual_forms_and_refuses_what_is_none() {
    let deploy = pattern("deploy/{environment}/{date}.{seq}");
    let fields = deploy.recognise("deploy/eu-west/2026-11-22.3").unwrap();
    assert_eq!(fields.text(Field::Environment), Some("eu-west"));
    assert_eq!(fields.number(Field::Seq), Some(3));
    assert_eq!(fields.date().unwrap().to_rfc3339(), "2026-11-22T00:00:00+00:00");
    assert!(deploy.recognise("deploy/eu/2026-13-22.3").is_none());
    let compact = pattern("prod-{date:%Y%m%d}.{seq}");
    assert_eq!(
        compact.produce(&Fields::new().with(Field::Date, "2026-11-22").with(Field::Seq, 1)).unwrap(),
        "prod-20261122.1"
    );
    let minute = pattern("d{date:%Y-%m-%d-%H%M}");
    assert_eq!(minute.produce(&Fields::new().with(Field::Date, "202611221530")).unwrap(), "d2026-11-22-1530");
    assert!(minute.produce(&Fields::new().with(Field::Date, "2026-13-22")).is_err());
}

#[test]
fn says_what_is_wrong_with_a_pattern() {
    for (text, part) in [
        ("release/{majr}", "unknown field `{majr}`"),
        ("release/{major", "brace"),
        ("release", "no field"),
        ("{major}.{major}", "twice"),
        ("{major}{minor}", "no text between"),
        ("release {major}", "git refuses"),
        ("d{date:%H}", "date format"),
    ] {
        let error = text.parse::<NamePattern>().unwrap_err().to_string();
        assert!(error.contains(part), "{text}: {error}");
    }
}

#[test]
fn a_tag_is_on_the_line_that_its_numbers_name() {
    let line = pattern("release/{major}.{minor}").recognise("release/1.8").unwrap();
    let tag = |name| pattern("v{version}").recognise(name).unwrap().is_on_line(&line);
    assert_eq!((tag("v1.8.4"), tag("v1.80.4"), tag("v1.8")), (Some(true), Some(false), Some(true)));
    let labelled = pattern("stable/{label}").recognise("stable/2025.1").unwrap();
    assert_eq!(pattern("v{version}").recognise("v31.0.0").unwrap().is_on_line(&labelled), None);
    let cloud = pattern("cloud/v{version}-{build}").recognise("cloud/v1.31.0-150").unwrap();
    let hotfix = pattern("v{version}-{build}.{seq}");
    assert_eq!(hotfix.recognise("v1.31.0-150.2").unwrap().is_on_line(&cloud), Some(true));
    assert_eq!(hotfix.recognise("v1.31.0-151.2").unwrap().is_on_line(&cloud), Some(false));
}

const SHAPES: [&str; 8] = [
    "release/{major}.{minor}",
    "v{version}",
    "v{version}-{pre}",
    "v{version}{pre}",
    "v{version}-{build}.{seq}",
    "deploy/{environment}/{date}.{seq}",
    "{label}-eol",
    "{major}-{minor}-stable",
];

proptest! {
    #[test]
    fn produces_what_it_recognised(shape in 0..SHAPES.len(), numbers in prop::collection::vec(0u64..3000, 4), pre in "[a-z]{1,5}(\\.[0-9]{1,3})?",
                                   environment in "[a-z]{1,6}(-[a-z0-9]{1,4})?", day in 1u32..28, label in "[a-z0-9]{1,6}(\\.[0-9])?") {
        let pattern = pattern(SHAPES[shape]);
        let fields = Fields::new()
            .with_version(&Version::from_numbers(&numbers[..3], PreRelease::new(&pre)).unwrap())
            .with(Field::Build, numbers[0]).with(Field::Seq, numbers[1])
            .with(Field::Environment, &environment).with(Field::Date, format!("2026-02-{day:02}")).with(Field::Label, &label);
        let name = pattern.produce(&fields).unwrap();
        let read = pattern.recognise(&name);
        prop_assert!(read.is_some(), "{} {}", pattern, name);
        let read = read.unwrap();
        for field in pattern.fields() {
            prop_assert_eq!(read.text(field), fields.text(field));
        }
        prop_assert_eq!(pattern.produce(&read).unwrap(), name);
    }

    #[test]
    fn no_name_panics_a_pattern(shape in 0..SHAPES.len(), name in ".*") {
        let pattern = pattern(SHAPES[shape]);
        if pattern.recognise(&name).is_some() {
            prop_assert_eq!(pattern.produce(&pattern.recognise(&name).unwrap()).unwrap(), name);
        }
    }

    #[test]
    fn no_text_panics_the_parser(text in ".*") {
        let _ = text.parse::<NamePattern>();
    }
}
