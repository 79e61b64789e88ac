//! What stands in the files of the sample project, a small job scheduler.

pub(super) const RELEASE_TOML: &str = r#"schema = 1

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

[changes]
conventional-commits = true
[[changes.audience]]
scopes = ["billing"]
channels = ["managed"]

[surface]
configuration = ["config/default.toml"]
migrations = ["migrations/*.sql"]
requirements = ["docs/requirements.toml"]
"#;

pub(super) const README: &str =
    "# Acme Jobs\n\nRuns jobs from a queue: as a managed service, and on your own machines.\n";
pub(super) const CHART: &str =
    "apiVersion: v2\nname: acme\ndescription: Runs jobs   # keep it short\nversion: 1.8.0-dev\n";
pub(super) const VERSION: &str = "1.8.0-dev\n";
pub(super) const REQUIREMENTS: &str = "postgresql = \"14\"\nmemory = \"2 GiB\"\n";
pub(super) const REQUIREMENTS_2: &str = "postgresql = \"15\"\nmemory = \"2 GiB\"\n";

pub(super) const CONFIG: &str = "[queue]\nsize = 100\n\n[api]\nlisten = \"127.0.0.1:8080\"\n";
pub(super) const CONFIG_TIMES: &str =
    "[queue]\nsize = 100\n\n[api]\nlisten = \"127.0.0.1:8080\"\n\n[scheduler]\ntick = \"60s\"\n";
pub(super) const CONFIG_LEASE: &str =
    "[queue]\nsize = 500\n\n[api]\nlisten = \"127.0.0.1:8080\"\n\n[scheduler]\ntick = \"60s\"\nlease = \"10s\"\n";
pub(super) const CONFIG_CAPACITY: &str =
    "[queue]\ncapacity = 500\n\n[api]\nlisten = \"127.0.0.1:8080\"\n\n[scheduler]\ntick = \"30s\"\nlease = \"10s\"\n";

pub(super) const MIGRATION_JOBS: &str =
    "CREATE TABLE jobs (id BIGINT PRIMARY KEY, name TEXT NOT NULL, due TIMESTAMPTZ);\n";
pub(super) const MIGRATION_LEASES: &str = "CREATE TABLE leases (holder TEXT NOT NULL, until TIMESTAMPTZ NOT NULL);\n";
pub(super) const MIGRATION_SLUGS: &str =
    "ALTER TABLE jobs ADD COLUMN slug TEXT;\nUPDATE jobs SET slug = lower(name);\n";
pub(super) const MIGRATION_NAMES: &str = "ALTER TABLE jobs DROP COLUMN name;\n";

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
