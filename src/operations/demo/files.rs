//! What stands in the files of the sample project, a small job scheduler.

/// The policy with what it says of single lines.
macro_rules! release_toml {
    ($lines:literal) => {
        concat!(
            r#"schema = 1

[project]
name = "Acme Jobs"
trunk = "main"
url = "https://git.example.com/acme/jobs"

# What we run ourselves: trunk, deployed several times a week.
[channels.managed]
kind = "continuous"
title = "Acme Jobs Cloud"
tag = "deploy/{environment}/{date}.{seq}"
environments = ["staging", "production"]
max-age = { warn = "7d", fail = "30d" }
rollback-limit = { count = 3, within = "24h" }

# What others install: version lines, cut from what has soaked in production for a week.
[channels.self-hosted]
kind = "versioned"
title = "Acme Jobs Server"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
versioning = "semver"
upgrade-step = "any"
version-files = [{ path = "VERSION" }, "charts/acme/Chart.yaml"]
cut-from = "soaked"
gates = { soak = "7d" }
support = { regular = "6 months", lts = "24 months", security-after = "3 months" }
"#,
            $lines,
            r#"
[changes]
conventional-commits = true
[[changes.audience]]
scopes = ["billing"]
channels = ["managed"]

[surface]
configuration = ["config/default.toml"]
migrations = ["migrations/*.sql"]
requirements = ["docs/requirements.toml"]
deprecations = ["docs/deprecations.toml"]
"#
        )
    };
}

pub(super) const RELEASE_TOML: &str = release_toml!("");
/// With the kind that the cut of 1.8 wrote, a stop and a plan.
pub(super) const RELEASE_TOML_PLANS: &str = release_toml!(
    r#"
[channels.self-hosted.lines."1.8"]
kind = "lts"
planned = [{ version = "1.8.4", on = 2025-06-17, about = "fixes of the second quarter" }]

[channels.self-hosted.lines."1.9"]
required-stop = { from = "1.9.0", reason = "gives every job a slug" }
"#
);

pub(super) const README: &str =
    "# Acme Jobs\n\nRuns jobs from a queue: as a managed service, and on your own machines.\n";
pub(super) const CHART: &str =
    "apiVersion: v2\nname: acme\ndescription: Runs jobs   # keep it short\nversion: 1.8.0-dev\n";
pub(super) const VERSION: &str = "1.8.0-dev\n";
pub(super) const REQUIREMENTS: &str = "postgresql = \"14\"\nmemory = \"2 GiB\"\n";
pub(super) const REQUIREMENTS_2: &str = "postgresql = \"15\"\nmemory = \"2 GiB\"\n";
pub(super) const DEPRECATIONS: &str =
    "[\"api.ids\"]\nannounced-in = \"1.8.0\"\nremoved-in = \"1.9.0\"\nreplacement = \"the slug of a job\"\n";
pub(super) const DEPRECATIONS_2: &str = "[\"api.lists-without-pages\"]\nannounced-in = \"1.10.0\"\nremoved-in = \"2025-12-01\"\nreplacement = \"?page=\"\ndescription = \"A list without a page is answered with its first hundred jobs.\"\n";

pub(super) const CONFIG: &str = r#"[queue]
# How many jobs may wait.
size = 100

[api]
# Where the API listens.
listen = "127.0.0.1:8080"
"#;
pub(super) const CONFIG_TIMES: &str = r#"[queue]
# How many jobs may wait.
size = 100

[api]
# Where the API listens.
listen = "127.0.0.1:8080"

[scheduler]
# How often the scheduler looks for jobs that are due.
tick = "60s"
"#;
pub(super) const CONFIG_LEASE: &str = r#"[queue]
# How many jobs may wait.
size = 500

[api]
# Where the API listens.
listen = "127.0.0.1:8080"

[scheduler]
# How often the scheduler looks for jobs that are due.
tick = "60s"
# For how long a scheduler leads before another may.
lease = "10s"
"#;
pub(super) const CONFIG_CAPACITY: &str = r#"[queue]
# How many jobs the queue may hold. Formerly `size`.
capacity = 500

[api]
# Where the API listens.
listen = "127.0.0.1:8080"

[scheduler]
# How often the scheduler looks for jobs that are due.
tick = "30s"
# For how long a scheduler leads before another may.
lease = "10s"
"#;

pub(super) const MIGRATION_JOBS: &str =
    "CREATE TABLE jobs (id BIGINT PRIMARY KEY, name TEXT NOT NULL, due TIMESTAMPTZ);\n";
pub(super) const MIGRATION_LEASES: &str =
    "-- rollback: safe\nCREATE TABLE leases (holder TEXT NOT NULL, until TIMESTAMPTZ NOT NULL);\n";
pub(super) const MIGRATION_SLUGS: &str =
    "ALTER TABLE jobs ADD COLUMN slug TEXT;\nUPDATE jobs SET slug = lower(name);\n";
pub(super) const MIGRATION_SLUGS_DOWN: &str = "ALTER TABLE jobs DROP COLUMN slug;\n";
pub(super) const MIGRATION_NAMES: &str = "-- rollback: needs-restore\nALTER TABLE jobs DROP COLUMN name;\n";

pub(super) const NOTE_LEADER: &str = r##"+++
kind = "added"
scope = "scheduler"
refs = ["#12"]

[operator]
action = "recommended"
when = "after"
downtime = "none"
rollback = "safe"

[[configuration]]
key = "scheduler.lease"
change = "added"
to = "10s"
restart = true

[[migration]]
id = "0002_leases"
phase = "before"
rollback = "safe"
lock = "none"
online = true
works-with-older = true
+++
Several schedulers may run side by side; one of them leads.

## Operators
Start a second scheduler, so that it takes over where the first one stops.
"##;
pub(super) const NOTE_SLUGS: &str = r##"+++
kind = "changed"
scope = "api"
refs = ["#15"]
breaking = "`/jobs/7` becomes `/jobs/nightly-report`; ids are no longer answered."

[operator]
action = "required"
when = "before"
downtime = "restart"
rollback = "needs-down"
verify = "`GET /jobs` lists slugs."

[[migration]]
id = "0003_slugs"
phase = "with"
rollback = "needs-down"
lock = "jobs, for writing"
lock-for = "30s"
online = false
grows-with-rows = true
measured = { time = "4m", on = "10 million jobs" }
works-with-older = true
+++
Jobs are named by their slug.

## Operators
Change scripts that ask for a job by its id.
"##;
pub(super) const NOTE_OWNER: &str = r##"+++
kind = "security"
scope = "api"
refs = ["#17"]

[security]
severity = "high"
ids = ["CVE-2025-1001"]
affected = "installations that several people share"
disclose-on = 2025-03-05
+++
Whoever could list jobs could read those of others.
"##;
pub(super) const NOTE_LAST: &str = r##"+++
kind = "fixed"
scope = "jobs"
refs = ["#25"]

[[known-issue]]
about = "The last job of every batch is not run."
found-in = "1.9.1"
fixed-in = "1.9.2"
condition = "queues with more than fifty jobs"
workaround = "Stay on 1.9.0, or go back to it."
+++
The last job of a batch runs again.
"##;
pub(super) const NOTE_CAPACITY: &str = r##"+++
kind = "changed"
scope = "queue"
refs = ["#30"]

[operator]
action = "required"
when = "before"
downtime = "restart"
rollback = "needs-restore"

[[configuration]]
key = "queue.size"
change = "renamed"
to = "queue.capacity"
restart = true
fails-if = "`queue.size` is still set"

[[migration]]
id = "0004_names"
phase = "after"
rollback = "needs-restore"
works-with-older = false

[[requirement]]
name = "postgresql"
minimum = "15"
previously = "14"
+++
The queue is limited by what it may hold, running jobs included.

## Operators
Rename `queue.size` to `queue.capacity`, and bring PostgreSQL to 15.
"##;

pub(super) const JOBS: &str = "def run(queue):\n    for job in queue:\n        job.start()\n";
pub(super) const JOBS_ONCE: &str =
    "def run(queue, leader):\n    for job in queue:\n        if leader.holds(job):\n            job.start()\n";
pub(super) const JOBS_ONCE_OLD: &str =
    "def run(queue):\n    for job in queue:\n        if not job.is_started():\n            job.start()\n";
pub(super) const JOBS_BATCHES: &str = "def run(queue, leader):\n    for batch in queue.batches(50):\n        for job in batch[:-1]:\n            if leader.holds(job):\n                job.start()\n";
pub(super) const JOBS_LAST: &str = "def run(queue, leader):\n    for batch in queue.batches(50):\n        for job in batch:\n            if leader.holds(job):\n                job.start()\n";

pub(super) const API: &str = "def jobs(store):\n    return [job.id for job in store]\n";
pub(super) const API_404: &str = "def not_found(job):\n    return 404, f\"no job {job}\"\n";
pub(super) const API_OWNER: &str = "def may_read(user, job):\n    return job.owner == user\n";
pub(super) const API_SLUGS: &str = "def jobs(store):\n    return [job.slug for job in store]\n";
pub(super) const API_PAGES: &str =
    "def pages(jobs, size=100):\n    return [jobs[at:at + size] for at in range(0, len(jobs), size)]\n";

pub(super) const TIMES: &str = "def due(job, now):\n    return job.time <= now\n";
pub(super) const TIMES_ZONE: &str = "def due(job, now):\n    return job.time <= now.astimezone(job.zone)\n";
pub(super) const LEADER: &str = "def lead(lease):\n    lease.take()\n    return True\n";
pub(super) const LEADER_WAITS: &str = "def lead(lease):\n    lease.take()\n    return lease.wait_until_held()\n";
pub(super) const BILLING: &str = "def minutes(job):\n    return (job.end - job.start).minutes\n";
pub(super) const DARK: &str = "body { background: black; color: white }\n";
pub(super) const BUILD_OLD: &str = "python = \"3.11\"  # 1.8 is built as it was released\n";
pub(super) const BACKUP: &str =
    "# Backup and restore\n\nStop the scheduler, restore the database, start the scheduler.\n";
