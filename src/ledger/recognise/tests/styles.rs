//! One layout in the naming styles of many projects.

use super::found;
use super::names::Repository;

/// Line patterns, tag patterns and candidate patterns of one versioned channel, in the styles of many projects.
#[test]
fn lines_and_tags_in_many_styles() {
    type Style = (&'static str, &'static [&'static str], &'static [&'static str], &'static [&'static str]);
    const STYLES: [Style; 31] = [
        (
            "branch {M}.{m} tag {M}.{m}.{p} tag {M}.{m}.{p}-rc0",
            &["{major}.{minor}"],
            &["{version}"],
            &["{version}-rc{seq}"],
        ),
        (
            "branch stable-{M}.{m} tag v{M}.{m}.{p} tag v{M}.{m}.{p}rc1",
            &["stable-{major}.{minor}"],
            &["v{version}"],
            &["v{version}rc{seq}"],
        ),
        (
            "branch {M}-{m}-stable tag v{M}.{m}.{p} tag v{M}.{m}.{p}.rc1",
            &["{major}-{minor}-stable"],
            &["v{version}"],
            &["v{version}.rc{seq}"],
        ),
        (
            "branch v{M}-{m}-stable tag app-{M}.{m}.{p} branch v{M}-{m}-test",
            &["v{major}-{minor}-stable"],
            &["app-{version}"],
            &[],
        ),
        (
            "branch maintenance/{M}.{m}.x tag v{M}.{m}.{p} tag v{M}.{m}.{p}rc1",
            &["maintenance/{major}.{minor}.x"],
            &["v{version}"],
            &["v{version}rc{seq}"],
        ),
        (
            "branch {M}-x-y tag v{M}.{m}.{p} tag v{M}.0.0-beta.1",
            &["{major}-x-y"],
            &["v{version}"],
            &["v{version}-beta.{seq}"],
        ),
        (
            "branch maint-{M}.{m} tag v{M}.{m}.{p} tag v{M}.{m}.0-RC1",
            &["maint-{major}.{minor}"],
            &["v{version}"],
            &["v{version}-RC{seq}"],
        ),
        (
            "branch v{M}.{m} tag v{M}.{m}.{p} tag v{M}.{m}.0-rc1 branch v{M}.{m}-rhel",
            &["v{major}.{minor}"],
            &["v{version}"],
            &["v{version}-rc{seq}"],
        ),
        ("branch REL_{M}_STABLE tag REL_{M}_{m}", &["REL_{major}_STABLE"], &["REL_{major}_{minor}"], &[]),
        (
            "branch stable/{M}.{m}.x tag {M}.{m}.{p} tag {M}.{m}rc1",
            &["stable/{major}.{minor}.x"],
            &["{version}"],
            &["{version}rc{seq}"],
        ),
        ("branch v{M}.x tag v{M}.{m}.{p} branch v{M}.x-staging", &["v{major}.x"], &["v{version}"], &[]),
        (
            "branch linux-{M}.{m}.y tag v{M}.{m}.{p} tag v{M}.{m}-rc1",
            &["linux-{major}.{minor}.y"],
            &["v{version}"],
            &["v{version}-rc{seq}"],
        ),
        ("branch {M}.{m} branch {M}.x tag v{M}.{m}.{p}", &["{major}.{minor}"], &["v{version}"], &[]),
        (
            "branch {M}.{m}.x tag v{M}.{m}.{p}.RELEASE tag v{M}.{m}.0.M1",
            &["{major}.{minor}.x"],
            &["v{version}.RELEASE"],
            &["v{version}.M{seq}"],
        ),
        (
            "branch branch-{M}.{m} branch branch-{M}.{m}.{p} tag rel/release-{M}.{m}.{p}",
            &["branch-{major}.{minor}"],
            &["rel/release-{version}"],
            &[],
        ),
        (
            "branch cass-{M}.{m} tag cass-{M}.{m}.{p} tag cass-{M}.{m}-beta1",
            &["cass-{major}.{minor}"],
            &["cass-{version}"],
            &["cass-{version}-beta{seq}"],
        ),
        (
            "branch release/{M}.x tag llvmorg-{M}.{m}.{p} tag llvmorg-{M}.{m}.0-rc1",
            &["release/{major}.x"],
            &["llvmorg-{version}"],
            &["llvmorg-{version}-rc{seq}"],
        ),
        (
            "branch release/{M}.{m}.x tag v{M}.{m}.{p} tag sdk/v0.{m}.0 tag api/v1.{m}.0",
            &["release/{major}.{minor}.x"],
            &["v{version}"],
            &[],
        ),
        ("branch {M}.x tag {M}.{m} tag {M}.0-rc1", &["{major}.x"], &["{version}"], &["{version}-rc{seq}"]),
        (
            "branch release-v{M}.{m} tag v{M}.{m}.{p} tag v{M}.{m}.0rc1",
            &["release-v{major}.{minor}"],
            &["v{version}"],
            &["v{version}rc{seq}"],
        ),
        (
            "branch release/v{M}.{m} tag v{M}.{m}.{p} tag v{M}.{m}.{p}-rc1 tag v{M}.{m}.{p}-alpha1 branch v{M}.{m}.{p}-hotfix-2dcf tag v{M}.{m}.{p}-hotfix-2dcf.1",
            &["release/v{major}.{minor}"],
            &["v{version}"],
            &["v{version}-rc{seq}", "v{version}-alpha{seq}"],
        ),
        ("branch release/{M}.{m}.0 tag v{M}.{m}.{p}", &["release/{major}.{minor}.0"], &["v{version}"], &[]),
        (
            "branch self-hosted/{M}.{m} tag self-hosted-v{M}.{m}.{p}",
            &["self-hosted/{major}.{minor}"],
            &["self-hosted-v{version}"],
            &[],
        ),
        (
            "branch stable{M} tag v{M}.{m}.{p} tag v{M}.{m}.0beta1",
            &["stable{major}"],
            &["v{version}"],
            &["v{version}beta{seq}"],
        ),
        (
            "branch REL_{M}_STABLE tag REL_{M}_{m} tag REL_{M}_RC1",
            &["REL_{major}_STABLE"],
            &["REL_{major}_{minor}"],
            &["REL_{major}_RC{seq}"],
        ),
        (
            "branch release-{M}.{m} tag v{M}.{m}.{p}+k3s1 tag v{M}.{m}.{p}-rc1+k3s1",
            &["release-{major}.{minor}"],
            &["v{version}+k3s{build}"],
            &["v{version}-rc{seq}+k3s{build}"],
        ),
        (
            "branch {M}-{m}-stable-ee tag v{M}.{m}.{p}-ee tag v{M}.{m}.0-rc42-ee",
            &["{major}-{minor}-stable-ee"],
            &["v{version}-ee"],
            &["v{version}-rc{seq}-ee"],
        ),
        ("branch MOODLE_{M}0{m}_STABLE tag v{M}.{m}.{p}", &["MOODLE_{label}_STABLE"], &["v{version}"], &[]),
        (
            "branch releng/{M}.{m} branch stable/{M} tag release/{M}.{m}.{p}",
            &["releng/{major}.{minor}"],
            &["release/{version}"],
            &[],
        ),
        (
            "branch app-{M}-{m} branch app-{M}-{m}-{p} tag app-{M}.{m}.{p}.2",
            &["app-{major}-{minor}"],
            &["app-{version}"],
            &[],
        ),
        ("branch lts/{M}.{m} tag {M}.{m}.{p}", &["lts/{major}.{minor}"], &["{version}"], &[]),
    ];
    for (style, line, tag, candidate) in STYLES {
        let layout = Repository::in_style(style).layout();
        assert_eq!(found(&layout), [vec![], vec![], line.to_vec(), tag.to_vec(), candidate.to_vec()], "{style}");
    }
}

#[test]
fn a_version_and_a_number_are_a_build_unless_the_version_was_released_once() {
    for (branches, pattern) in [
        (["release-5.2.0-8210", "release-5.2.1-8230", "release-5.2.2-8471"], None),
        (["release-5.2.0-210", "release-5.2.0-211", "release-5.2.1-212"], Some("release-{version}-{build}")),
    ] {
        let mut repository = Repository::in_style("tag acme-{M}.{m}.{p}");
        for branch in branches {
            repository.line(branch, &[]);
        }
        assert_eq!(found(&repository.layout())[0], Vec::from_iter(pattern), "{branches:?}");
    }
}

#[test]
fn managed_lines_in_other_styles() {
    for (names, pattern) in [
        (["cloud-2026-01-16-1", "cloud-2026-02-01-1", "cloud-2026-02-16-1"], "cloud-{date}-{seq}"),
        (
            ["16-0-auto-deploy-20260512", "16-0-auto-deploy-20260513", "16-1-auto-deploy-20260514"],
            "{major}-{minor}-auto-deploy-{date:%Y%m%d}",
        ),
        (["saas-17.1", "saas-17.2", "saas-17.3"], "saas-{major}.{minor}"),
        (["weekly/2026-01-05", "weekly/2026-01-12", "weekly/2026-01-19"], "weekly/{date}"),
        (["managed/v1.4.0-12", "managed/v1.4.0-13", "managed/v1.5.0-14"], "managed/v{version}-{build}"),
        (["deploy-101", "deploy-102", "deploy-103"], "deploy-{build}"),
    ] {
        let mut repository = Repository::in_style("branch release-{M}.{m} tag v{M}.{m}.{p}");
        for name in names {
            repository.line(name, &[]);
        }
        let layout = repository.layout();
        assert_eq!(found(&layout)[..3], [vec![pattern], vec![], vec!["release-{major}.{minor}"]], "{pattern}");
    }
}
