//! What happens in the sample repository, day by day.

use super::files as f;

/// Who commits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Author {
    Ada,
    Grace,
    Robin,
}

/// Files with what they hold from then on; nothing where they are removed.
pub(super) type Files = &'static [(&'static str, &'static str)];

/// One thing that happens.
#[derive(Debug, Clone, Copy)]
pub(super) enum Act {
    /// A commit on trunk, under a short name where something refers to it later.
    Commit(&'static str, Author, &'static str, Files),
    /// A commit that only a line needs.
    OnLine(&'static str, Author, &'static str, Files),
    /// A commit of trunk, by its short name, brought to a line; with these files where they differ.
    Backport(&'static str, &'static str, Files),
    /// The commit of this short name, which trunk takes back.
    Revert(&'static str, Files),
    /// Trunk into staging.
    Stage,
    /// What staging has into production.
    Deploy,
    /// Production back, for a reason.
    RollBack(&'static str),
    Cut(&'static str),
    CutLongTerm(&'static str),
    Candidate(&'static str),
    Final(&'static str),
    Patch(&'static str),
    Retract(&'static str, &'static str),
}

use Act::{
    Backport, Candidate, Commit, Cut, CutLongTerm, Deploy, Final, OnLine, Patch, Retract, Revert, RollBack, Stage,
};
use Author::{Ada, Grace, Robin};

/// The present of the sample, at which its documents are made.
pub(super) const PRESENT: &str = "2025-06-02T12:00:00Z";

/// Day and hour of 2025 in UTC, and what happens; in order.
pub(super) const STORY: &[(&str, Act)] = &[
    (
        "01-06T09",
        Commit(
            "",
            Ada,
            "chore: begin",
            &[
                ("release.toml", f::RELEASE_TOML),
                ("README.md", f::README),
                ("VERSION", f::VERSION),
                ("charts/acme/Chart.yaml", f::CHART),
                ("config/default.toml", f::CONFIG),
                ("docs/requirements.toml", f::REQUIREMENTS),
                ("docs/deprecations.toml", f::DEPRECATIONS),
                ("migrations/0001_jobs.sql", f::MIGRATION_JOBS),
            ],
        ),
    ),
    ("01-07T10", Commit("", Ada, "feat(jobs): run jobs from a queue (#1)", &[("src/jobs.py", f::JOBS)])),
    ("01-08T11", Commit("", Grace, "feat(api): list jobs (#2)", &[("src/api.py", f::API)])),
    ("01-09T09", Stage),
    ("01-09T14", Deploy),
    ("01-14T10", Commit("", Grace, "fix(api): answer 404 for an unknown job (#4)", &[("src/errors.py", f::API_404)])),
    (
        "01-15T15",
        Commit(
            "",
            Ada,
            "feat(scheduler): run jobs at a time of day (#5)",
            &[("src/times.py", f::TIMES), ("config/default.toml", f::CONFIG_TIMES)],
        ),
    ),
    ("01-16T09", Stage),
    ("01-16T13", Deploy),
    (
        "01-20T10",
        Commit("", Robin, "feat(billing): count the minutes of a job (#7)", &[("billing/minutes.py", f::BILLING)]),
    ),
    ("01-21T09", Stage),
    ("01-21T15", Deploy),
    ("01-27T10", CutLongTerm("1.8")),
    ("01-27T11", Candidate("1.8")),
    (
        "01-29T10",
        Commit("zone", Robin, "fix(scheduler): keep the time zone of a job (#9)", &[("src/times.py", f::TIMES_ZONE)]),
    ),
    ("01-29T12", Backport("zone", "1.8", &[])),
    ("01-30T09", Candidate("1.8")),
    ("01-30T10", Stage),
    ("01-30T15", Deploy),
    ("02-05T10", Final("1.8")),
    (
        "02-10T16",
        Commit(
            "",
            Ada,
            "feat(scheduler): elect a leader (#12)\n\nSeveral schedulers may run side by side; one of them leads.",
            &[
                ("src/leader.py", f::LEADER),
                ("config/default.toml", f::CONFIG_LEASE),
                ("migrations/0002_leases.sql", f::MIGRATION_LEASES),
                ("changes/leader.md", f::NOTE_LEADER),
            ],
        ),
    ),
    ("02-11T09", Stage),
    ("02-11T11", Deploy),
    ("02-11T15", RollBack("the leader changes every minute")),
    (
        "02-12T10",
        Commit(
            "",
            Ada,
            "fix(scheduler): wait for the lease before leading (#13)",
            &[("src/leader.py", f::LEADER_WAITS)],
        ),
    ),
    ("02-12T11", Stage),
    ("02-12T15", Deploy),
    (
        "02-19T14",
        Commit(
            "",
            Grace,
            "feat(api)!: name jobs by their slug (#15)\n\nBREAKING CHANGE: `/jobs/7` becomes `/jobs/nightly-report`; ids are no longer answered.",
            &[
                ("src/api.py", f::API_SLUGS),
                ("migrations/0003_slugs.sql", f::MIGRATION_SLUGS),
                ("migrations/0003_slugs.down.sql", f::MIGRATION_SLUGS_DOWN),
                ("docs/deprecations.toml", ""),
                ("changes/slugs.md", f::NOTE_SLUGS),
            ],
        ),
    ),
    ("02-20T09", Stage),
    ("02-20T15", Deploy),
    (
        "02-26T09",
        Commit(
            "owner",
            Grace,
            "security(api): check the owner of a job (#17)\n\nRefs: CVE-2025-1001",
            &[("src/owner.py", f::API_OWNER), ("changes/owner.md", f::NOTE_OWNER)],
        ),
    ),
    ("02-26T10", Backport("owner", "1.8", &[])),
    ("02-26T11", Patch("1.8")),
    ("02-26T12", Stage),
    ("02-27T09", Deploy),
    ("03-10T10", Cut("1.9")),
    ("03-10T11", Candidate("1.9")),
    (
        "03-13T10",
        Commit(
            "once",
            Ada,
            "fix(jobs): do not run a job twice after a leader change (#20)",
            &[("src/jobs.py", f::JOBS_ONCE)],
        ),
    ),
    ("03-13T11", Backport("once", "1.9", &[])),
    ("03-13T14", Backport("once", "1.8", &[("src/jobs.py", f::JOBS_ONCE_OLD)])),
    ("03-14T09", Candidate("1.9")),
    ("03-18T10", Final("1.9")),
    ("03-18T11", Patch("1.8")),
    ("03-19T09", Stage),
    ("03-19T15", Deploy),
    (
        "04-02T10",
        Commit("batches", Robin, "perf(jobs): read the queue in batches (#23)", &[("src/jobs.py", f::JOBS_BATCHES)]),
    ),
    ("04-02T12", Backport("batches", "1.9", &[])),
    ("04-03T09", Patch("1.9")),
    ("04-04T09", Retract("1.9.1", "loses the last job of every batch")),
    (
        "04-07T09",
        Commit(
            "last",
            Robin,
            "fix(jobs): keep the last job of a batch (#25)",
            &[("src/jobs.py", f::JOBS_LAST), ("changes/last.md", f::NOTE_LAST)],
        ),
    ),
    ("04-07T10", Backport("last", "1.9", &[])),
    ("04-07T11", Patch("1.9")),
    ("04-08T09", Stage),
    ("04-08T15", Deploy),
    ("04-15T10", Commit("dark", Grace, "feat(ui): dark colours (#27)", &[("ui/style.css", f::DARK)])),
    ("04-16T10", Revert("dark", &[("ui/style.css", "")])),
    (
        "04-22T10",
        OnLine(
            "1.8",
            Ada,
            "fix(packaging): build 1.8 with the compiler it was released with",
            &[("build.toml", f::BUILD_OLD)],
        ),
    ),
    (
        "05-06T10",
        Commit(
            "",
            Ada,
            "feat(queue): limit the queue by what it may hold (#30)\n\n`queue.size` is now called `queue.capacity`.",
            &[
                ("config/default.toml", f::CONFIG_CAPACITY),
                ("migrations/0004_names.sql", f::MIGRATION_NAMES),
                ("docs/requirements.toml", f::REQUIREMENTS_2),
                ("docs/deprecations.toml", f::DEPRECATIONS_2),
                ("changes/capacity.md", f::NOTE_CAPACITY),
            ],
        ),
    ),
    ("05-07T09", Stage),
    ("05-07T15", Deploy),
    ("05-14T10", Commit("pages", Grace, "fix(api): page through long lists (#32)", &[("src/pages.py", f::API_PAGES)])),
    ("05-15T09", Stage),
    ("05-20T10", Patch("1.8")),
    ("05-21T15", Deploy),
    (
        "05-27T10",
        Commit(
            "",
            Robin,
            "docs: how to restore a backup (#34)",
            &[("docs/backup.md", f::BACKUP), ("release.toml", f::RELEASE_TOML_PLANS)],
        ),
    ),
    ("05-28T09", Stage),
    ("05-29T10", Backport("pages", "1.9", &[])),
    ("05-29T11", Candidate("1.9")),
];
