//! Layouts as lists of names, made by rule in the naming styles of public projects, and what is found in them.

mod cadence;
mod names;
mod real;
mod styles;

use names::Repository;

use super::{FoundVersioning, Layout};

fn texts(list: &[String]) -> Vec<&str> {
    list.iter().map(String::as_str).collect()
}

/// Managed line and tag, then self-hosted line, tag and candidate patterns.
fn found(layout: &Layout) -> [Vec<&str>; 5] {
    let of = |name: &str| layout.channels.iter().find(|channel| channel.name == name);
    let (managed, hosted) = (of(super::MANAGED), of(super::SELF_HOSTED));
    [
        managed.map(|channel| texts(&channel.line)).unwrap_or_default(),
        managed.map(|channel| texts(&channel.tag)).unwrap_or_default(),
        hosted.map(|channel| texts(&channel.line)).unwrap_or_default(),
        hosted.map(|channel| texts(&channel.tag)).unwrap_or_default(),
        hosted.map(|channel| texts(&channel.candidate)).unwrap_or_default(),
    ]
}

fn lines(layout: &Layout, channel: &str) -> Vec<String> {
    let found = layout.channels.iter().find(|found| found.name == channel).expect("the channel was found");
    found
        .lines
        .iter()
        .map(|line| if line.branch.is_some() { line.name.clone() } else { format!("({})", line.name) })
        .collect()
}

#[test]
fn trunk_deploys_and_release_lines() {
    let mut repository = Repository::new("main");
    for day in 1..=20 {
        repository.trunk_tag(&format!("deploy/staging/2026-03-{day:02}.1"));
        repository.trunk_tag(&format!("deploy/production/2026-03-{day:02}.2"));
    }
    for minor in 6..=8 {
        repository.line(
            &format!("release/1.{minor}"),
            &[&format!("v1.{minor}.0-rc.1"), &format!("v1.{minor}.0"), &format!("v1.{minor}.1")],
        );
    }
    repository.gone_line(&["v1.5.0", "v1.5.1"]);
    repository.branches(&[
        "feature/login",
        "dependabot/cargo/serde-1.0.2",
        "backport/1.8/123",
        "release-please--branches--main",
    ]);
    let layout = repository.layout();
    assert_eq!(
        found(&layout),
        [
            vec![],
            vec!["deploy/{environment}/{date}.{seq}"],
            vec!["release/{major}.{minor}"],
            vec!["v{version}"],
            vec!["v{version}-rc.{seq}"]
        ]
    );
    assert_eq!(layout.channels[0].environments, ["staging", "production"]);
    assert_eq!(layout.channels[0].releases, 40);
    assert_eq!(layout.channels[1].releases, 11);
    assert_eq!(lines(&layout, "self-hosted"), ["1.8", "1.7", "1.6", "(1.5)"]);
    assert_eq!(layout.unrecognised.branches.len(), 4);
    assert!(layout.unrecognised.tags.is_empty());
}

#[test]
fn weekly_releases_on_trunk_and_long_term_lines() {
    let mut repository = Repository::new("master");
    for week in 1..=30 {
        repository.trunk_tag(&format!("app-2.{week}"));
    }
    for week in [10, 20] {
        let tags: Vec<String> = (1..=3).map(|patch| format!("app-2.{week}.{patch}")).collect();
        repository.line(&format!("stable-2.{week}"), &tags.iter().map(String::as_str).collect::<Vec<_>>());
    }
    repository.gone_line(&["app-2.5.1", "app-2.5.2"]);
    let layout = repository.layout();
    assert_eq!(
        found(&layout),
        [
            vec![],
            vec!["app-{major}.{minor}"],
            vec!["stable-{major}.{minor}"],
            vec!["app-{major}.{minor}.{patch}"],
            vec![]
        ]
    );
    assert_eq!(layout.channels[1].first_patch, Some(1));
    assert_eq!(lines(&layout, "self-hosted"), ["2.20", "2.10", "(2.5)"]);
}

#[test]
fn managed_lines_with_tags() {
    let mut repository = Repository::new("main");
    for build in 140..=152 {
        let version = format!("1.{}.0", 20 + build / 10);
        let tags: Vec<String> = (0..3).map(|seq| format!("v{version}-{build}.{seq}")).collect();
        repository.line(&format!("cloud/v{version}-{build}"), &tags.iter().map(String::as_str).collect::<Vec<_>>());
    }
    for minor in 30..=34 {
        repository.line(&format!("release/v1.{minor}.x"), &[&format!("v1.{minor}.0"), &format!("v1.{minor}.1")]);
    }
    repository.gone_line(&["v1.33.0-139.0", "v1.33.0-139.1"]);
    repository.branches(&["someone/cloud-fix", "cloud/v1.35.0-152-rc.20260425113358"]);
    let layout = repository.layout();
    assert_eq!(
        found(&layout),
        [
            vec!["cloud/v{version}-{build}"],
            vec!["v{version}-{build}.{seq}"],
            vec!["release/v{major}.{minor}.x"],
            vec!["v{version}"],
            vec![]
        ]
    );
    assert_eq!(lines(&layout, "managed")[..2], ["1.35.0-152", "1.35.0-151"]);
    assert_eq!(lines(&layout, "managed").last().unwrap(), "(1.33.0-139)");
    assert_eq!(layout.unrecognised.branches.len(), 2);
}

#[test]
fn managed_lines_without_tags() {
    for letter in ["k", "r"] {
        let mut repository = Repository::new("main");
        for build in 200..=240 {
            repository.line(&format!("{letter}{build}"), &[]);
        }
        for minor in 2..=4 {
            repository.line(&format!("release-2.{minor}"), &[&format!("v2.{minor}.0")]);
        }
        for minor in 5..=9 {
            repository.line(&format!("release-2.{minor}.x"), &[&format!("v2.{minor}.0"), &format!("v2.{minor}.1")]);
        }
        for patch in 0..20 {
            repository.trunk_tag(&format!("helm-app-5.{patch}.0"));
            repository.trunk_tag(&format!("operator/v0.{patch}.0"));
        }
        repository.branches(&[
            &format!("{letter}239-deadlock"),
            "backport-12-to-k240",
            "release-2.2.1",
            "someone-patch-1",
        ]);
        let layout = repository.layout();
        assert_eq!(
            found(&layout),
            [
                vec![&*format!("{letter}{{build}}")],
                vec![],
                vec!["release-{major}.{minor}.x", "release-{major}.{minor}"],
                vec!["v{version}"],
                vec![]
            ]
        );
        assert_eq!(layout.unrecognised.branches.len(), 4);
        assert_eq!(layout.unrecognised.tags.len(), 40);
    }
}

#[test]
fn one_channel_from_trunk() {
    let mut repository = Repository::new("main");
    for minor in 0..=12 {
        repository.trunk_tag(&format!("v2.{minor}.0-rc.0"));
        repository.trunk_tag(&format!("v2.{minor}.0"));
    }
    repository.branches(&["docs/add_2.7.0_highlights", "docs/add_2.8.0_highlights", "feat/tui", "staging"]);
    let layout = repository.layout();
    assert_eq!(found(&layout), [vec![], vec![], vec![], vec!["v{version}"], vec!["v{version}-rc.{seq}"]]);
    assert_eq!((layout.channels.len(), layout.channels[0].first_candidate), (1, Some(0)));
}

#[test]
fn deploys_alone() {
    for (prefix, pattern, environments) in [
        ("prod-", "prod-{date:%Y%m%d}", vec!["prod"]),
        ("deploy-", "deploy-{date:%Y%m%d}", vec!["production"]),
        ("release-", "release-{date:%Y%m%d}", vec!["production"]),
        ("RELEASE.", "RELEASE.{date:%Y-%m-%dT%H-%M-%SZ}", vec!["production"]),
    ] {
        let mut repository = Repository::new("main");
        for day in 1..=9 {
            let date =
                if prefix.ends_with('.') { format!("2026-03-0{day}T10-11-1{day}Z") } else { format!("2026030{day}") };
            repository.trunk_tag(&format!("{prefix}{date}"));
        }
        let layout = repository.layout();
        assert_eq!(layout.channels.len(), 1, "{prefix}");
        let expected = pattern.replace("prod-", "{environment}-");
        assert_eq!(texts(&layout.channels[0].tag), [expected], "{prefix}");
        assert_eq!(layout.channels[0].environments, environments, "{prefix}");
    }
}

#[test]
fn labels_that_are_no_versions() {
    let mut repository = Repository::new("master");
    for (number, label) in ["2024.1", "2024.2", "2025.1", "2025.2"].into_iter().enumerate() {
        let major = 29 + number;
        repository.trunk_tag(&format!("{major}.0.0.0rc1"));
        repository.trunk_tag(&format!("{major}.0.0"));
        let tags = [format!("{major}.0.1"), format!("{major}.1.0")];
        let branch = if number == 0 { format!("unmaintained/{label}") } else { format!("stable/{label}") };
        repository.line(&branch, &[&tags[0], &tags[1]]);
    }
    for (number, label) in ["xena", "yoga", "zed"].into_iter().enumerate() {
        let major = 24 + number;
        repository.gone_line(&[&format!("{major}.0.0"), &format!("{major}.0.1"), &format!("{label}-eol")]);
    }
    repository.gone_line(&["2024.1-eom"]);
    let layout = repository.layout();
    assert_eq!(
        found(&layout),
        [vec![], vec![], vec!["stable/{label}", "unmaintained/{label}"], vec!["{version}"], vec!["{version}.0rc{seq}"]]
    );
    let channel = &layout.channels[0];
    assert_eq!(channel.versioning, FoundVersioning::Label);
    assert_eq!(channel.stage_tags.len(), 2);
    assert_eq!(lines(&layout, "self-hosted"), ["2025.2", "2025.1", "2024.2", "2024.1", "(zed)", "(yoga)", "(xena)"]);
    assert!(layout.unrecognised.tags.is_empty());
}

#[test]
fn numbers_that_are_no_versions() {
    let mut repository = Repository::new("master");
    for minor in 70..=99 {
        repository.line(&format!("rust-1.{minor}.0"), &[&format!("0.{}.0", minor + 1)]);
    }
    repository.trunk_tag("home-0.5.4");
    repository.trunk_tag("home-0.5.5");
    repository.branches(&["gh-pages"]);
    let layout = repository.layout();
    assert_eq!(found(&layout), [vec![], vec![], vec!["rust-{label}"], vec!["{version}"], vec![]]);
    assert_eq!(layout.unrecognised.tags, ["home-0.5.4", "home-0.5.5"]);
}

#[test]
fn conventions_that_changed() {
    let mut repository = Repository::new("main");
    repository.gone_line(&["0.8", "0.9", "0.9.1"]);
    for minor in 0..=2 {
        repository.line(&format!("app_1_{minor}-stable"), &[&format!("app_1_{minor}_0"), &format!("app_1_{minor}_1")]);
    }
    for minor in 0..=4 {
        repository.line(&format!("app-2.{minor}"), &[&format!("app-2.{minor}.0-rc1"), &format!("app-2.{minor}.0")]);
    }
    let layout = repository.layout();
    assert_eq!(
        found(&layout)[2..],
        [
            vec!["app-{major}.{minor}", "app_{major}_{minor}-stable"],
            vec!["app-{version}", "app_{major}_{minor}_{patch}", "{version}"],
            vec!["app-{version}-rc{seq}"]
        ]
    );
}

#[test]
fn a_further_tag_of_every_release_is_none_of_another_component() {
    let mut repository = Repository::new("main");
    for minor in 4..=6 {
        let commit = repository.line(&format!("release-3.{minor}"), &[&format!("v3.{minor}.0")]);
        repository.tag(&format!("api/v3.{minor}.0"), commit);
    }
    assert_eq!(repository.layout().channels[0].also_tag, ["api/v{version}"]);
}

#[test]
fn long_term_tags_at_the_base_of_their_line() {
    let mut repository = Repository::new("main");
    for week in 1..=6 {
        repository.trunk_tag(&format!("v3.{week}"));
    }
    for week in [2, 4] {
        repository.trunk_tag(&format!("v3.{week}.1"));
        repository.line(&format!("lts/3.{week}"), &[]);
    }
    let layout = repository.layout();
    assert_eq!(
        found(&layout)[1..4],
        [vec!["v{major}.{minor}"], vec!["lts/{major}.{minor}"], vec!["v{major}.{minor}.{patch}"]]
    );
}

#[test]
fn releases_of_two_numbers_with_lines_are_no_weekly_ones() {
    let mut repository = Repository::new("main");
    for (year, number) in [(2024, 1), (2024, 2), (2025, 1), (2025, 2)] {
        repository.trunk_tag(&format!("v{year}.{number}"));
        repository.line(&format!("release/{year}.{number}"), &[]);
    }
    repository.gone_line(&["v2024.2.1"]);
    let layout = repository.layout();
    assert_eq!(layout.channels.len(), 1);
    assert_eq!(texts(&layout.channels[0].tag), ["v{version}"]);
    assert_eq!(layout.channels[0].versioning, FoundVersioning::Calver);
}

#[test]
fn dates_with_dots_beside_versions_are_deploys() {
    let mut repository = Repository::in_style("branch release/{M}.{m} tag v{M}.{m}.{p}");
    for day in 10..=19 {
        repository.trunk_tag(&format!("2026.03.{day}"));
    }
    let layout = repository.layout();
    assert_eq!(found(&layout)[1], ["{date:%Y.%m.%d}"]);
    assert_eq!(found(&layout)[3], ["v{version}"]);
}

#[test]
fn weekly_tags_of_long_ago_are_no_channel() {
    let mut repository = Repository::new("main");
    for day in 1..=9 {
        repository.trunk_tag(&format!("weekly.2012-03-{day:02}"));
    }
    (0..500).for_each(|_| repository.trunk_tag("x"));
    for minor in 1..=5 {
        repository.line(&format!("release-branch.go1.{minor}"), &[&format!("go1.{minor}"), &format!("go1.{minor}.1")]);
    }
    let layout = repository.layout();
    assert_eq!(found(&layout)[..4], [vec![], vec![], vec!["release-branch.go{major}.{minor}"], vec!["go{version}"]]);
}

#[test]
fn few_branches_for_releases_beside_many_lines_are_no_lines() {
    let mut repository = Repository::new("main");
    for minor in 1..=40 {
        if minor != 33 {
            repository.line(&format!("release/v0.{minor}.x"), &[&format!("v0.{minor}.0"), &format!("v0.{minor}.1")]);
        }
    }
    repository.gone_line(&["v0.33.0"]);
    repository.branches(&["release/v0.30.0", "release/v0.33.0"]);
    let layout = repository.layout();
    assert_eq!(found(&layout)[2], ["release/v{major}.{minor}.x"]);
    assert_eq!(layout.unrecognised.branches, ["release/v0.30.0", "release/v0.33.0"]);
    assert_eq!(layout.channels[0].lines.len(), 40);
}

#[test]
fn few_managed_lines_are_enough() {
    let mut repository = Repository::new("main");
    repository.line("release/v1.30.x", &["v1.30.0"]);
    repository.line("cloud/v1.31.0-150", &["v1.31.0-150.0"]);
    let layout = repository.layout();
    assert_eq!(found(&layout)[..2], [["cloud/v{version}-{build}"], ["v{version}-{build}.{seq}"]]);
    let mut repository = Repository::new("main");
    repository.line("release-2.9.x", &["v2.9.0"]);
    repository.line("k209", &[]);
    repository.line("k210", &[]);
    assert_eq!(found(&repository.layout())[0], ["k{build}"]);
    let mut repository = Repository::new("main");
    repository.line("release-2.9.x", &["v2.9.0"]);
    repository.line("k209", &["k209.0", "k209.1"]);
    repository.line("k210", &["k210.0"]);
    assert_eq!(found(&repository.layout())[..2], [["k{build}"], ["k{build}.{seq}"]]);
}

#[test]
fn no_input_is_too_odd() {
    for names in [vec![], vec!["ünïcode-1.2", "v1", "1", "--", "v99999999999999999999.1"], vec!["v1.2.3"]] {
        let mut repository = Repository::new("main");
        for name in &names {
            repository.trunk_tag(name);
            repository.line(name, &[]);
        }
        let layout = repository.layout();
        assert_eq!(layout.trunk, "main");
    }
}

#[test]
fn a_hundred_thousand_tags_are_read_at_once() {
    let mut repository = Repository::new("main");
    for number in 0..100_000u32 {
        let (day, seq) = (number / 10 % 28 + 1, number % 10);
        let (year, month) = (1990 + number / 3360, number / 280 % 12 + 1);
        repository.trunk_tag(&format!("deploy/production/{year}-{month:02}-{day:02}.{seq}"));
    }
    let layout = repository.layout();
    assert_eq!(layout.channels[0].releases, 100_000);
}

#[test]
fn a_hundred_thousand_shapes_are_read_at_once() {
    let mut repository = Repository::in_style("branch release/{M}.{m} tag v{M}.{m}.{p}");
    for number in 0..50_000u32 {
        let word: String = (0..5).map(|place| char::from(b'a' + (number / 10u32.pow(place) % 10) as u8)).collect();
        repository.trunk_tag(&format!("flow/{word}/{number}"));
        repository.trunk_tag(&format!("{word}-1.2.{number}"));
    }
    let layout = repository.layout();
    assert_eq!(layout.unrecognised.tags.len(), 100_000);
    assert_eq!(layout.channels[0].tag, ["v{version}"]);
}
