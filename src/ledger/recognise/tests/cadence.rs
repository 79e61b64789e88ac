//! Tags that say in a word that they are made of trunk again and again.

use super::found;
use super::names::Repository;

#[test]
fn tags_of_trunk_that_say_a_cadence_beside_releases() {
    for (names, pattern) in [
        (["edge-26.7.9", "edge-26.7.10", "edge-26.8.1", "edge-26.8.2", "edge-26.10.1"], "edge-{version}"),
        (["v6.0.0-edge", "v6.0.1-edge", "v6.0.2-edge", "v6.1.0-edge", "v6.1.1-edge"], "v{version}-edge"),
        (
            ["6.0.0-canary.8", "6.0.0-canary.9", "6.0.0-canary.10", "6.0.0-canary.11", "6.0.0-canary.12"],
            "{version}-canary.{seq}",
        ),
        (
            [
                "v6.0.0-nightly.20260106",
                "v6.0.0-nightly.20260107",
                "v6.0.0-nightly.20260108",
                "v6.0.0-nightly.20260109",
                "v6.0.0-nightly.20260110",
            ],
            "v{version}-nightly.{date:%Y%m%d}",
        ),
        (
            [
                "nightly-2026-01-05",
                "nightly-2026-01-06",
                "nightly-2026-01-07",
                "nightly-2026-01-08",
                "nightly-2026-01-09",
            ],
            "nightly-{date}",
        ),
    ] {
        let mut repository = Repository::in_style("branch release/stable-{M}.{m} tag stable-{M}.{m}.{p}");
        names.iter().for_each(|name| repository.trunk_tag(name));
        let layout = repository.layout();
        assert_eq!(
            found(&layout),
            [vec![], vec![pattern], vec!["release/stable-{major}.{minor}"], vec!["stable-{version}"], vec![]]
        );
        assert_eq!(layout.channels[0].environments, ["production"]);
        assert_eq!((layout.channels[0].releases, layout.unrecognised.tags.len()), (5, 0), "{pattern}");
    }
}

#[test]
fn many_tags_of_a_cadence_are_not_the_releases() {
    let mut repository = Repository::new("main");
    (1..=300).for_each(|number| repository.trunk_tag(&format!("edge-20.{}.{}", number / 25, number % 25)));
    for minor in 1..=5 {
        repository.gone_line(&[&format!("stable-2.{minor}.0"), &format!("stable-2.{minor}.1")]);
    }
    let layout = repository.layout();
    assert_eq!(found(&layout), [vec![], vec!["edge-{version}"], vec![], vec!["stable-{version}"], vec![]]);
}

#[test]
fn what_says_a_cadence_and_has_none_is_no_channel() {
    let style = "branch release/{M}.{m} tag v{M}.{m}.{p} tag v{M}.{m}.0-beta.1";
    let names = |count: usize| (1..=count).map(|number| format!("edge-18.10.{number}")).collect::<Vec<_>>();
    let refuses = |repository: &mut Repository, why: &str| {
        let layout = repository.layout();
        let expected = ["v{version}-beta.{seq}"];
        assert_eq!((found(&layout)[1].len(), layout.channels.len()), (0, 1), "{why}: {:?}", found(&layout));
        assert_eq!(found(&layout)[4], expected, "{why}");
    };
    let mut few = Repository::in_style(style);
    names(4).iter().for_each(|name| few.trunk_tag(name));
    refuses(&mut few, "too few");
    let mut elsewhere = Repository::in_style(style);
    for name in names(9) {
        elsewhere.gone_line(&[&name]);
    }
    refuses(&mut elsewhere, "not of trunk");
    let mut abandoned = Repository::new("main");
    names(9).iter().for_each(|name| abandoned.trunk_tag(name));
    (0..500).for_each(|_| abandoned.trunk_tag("x"));
    abandoned.line("release/2.1", &["v2.1.0-beta.1", "v2.1.0", "v2.1.1"]);
    refuses(&mut abandoned, "out of use");
    let mut rare = Repository::in_style(style);
    for name in names(9) {
        rare.trunk_tag(&name);
        (0..180).for_each(|_| rare.trunk_tag("x"));
    }
    refuses(&mut rare, "twice a year");
    let mut components = Repository::in_style(style);
    for number in 1..=9 {
        for of in ["helm-chart-1.2.", "api/v1.2.", "helm-app-1.0.0-weekly.", "edge-agent-0.1."] {
            components.trunk_tag(&format!("{of}{number}"));
        }
    }
    refuses(&mut components, "other things");
}

#[test]
fn deploys_go_before_tags_of_a_cadence() {
    let mut repository = Repository::in_style("branch release/{M}.{m} tag v{M}.{m}.{p}");
    for day in 1..=9 {
        repository.trunk_tag(&format!("edge-26.8.{day}"));
        repository.trunk_tag(&format!("deploy/production/2026-08-0{day}.1"));
    }
    assert_eq!(found(&repository.layout())[1], ["deploy/{environment}/{date}.{seq}"]);
}
