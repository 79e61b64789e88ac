//! Deploys recorded in real repositories, alone and beside other runs.

use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::domain::{CommitId, TagName};
use crate::git::{Identity, Repository};
use crate::ledger::{DeployKind, Ledger, Sources};
use crate::operations::Situation;
use crate::operations::deploy::{DeployError, DeployRequest, PlannedDeploy, RollbackRequest, record, roll_back};
use crate::plan::{Applied, ErrorClass, apply};
use crate::testing::TestRepo;

mod holds;

const TRUNK_DEPLOYS: &str =
    "tag = \"deploy/{environment}/{date}.{seq}\"\nenvironments = [\"staging\", \"production\"]\n";

/// A repository whose managed channel is configured so.
struct Site {
    repo: TestRepo,
    channel: String,
    is_pushed: bool,
    run: &'static str,
}

impl Site {
    fn new(channel: &str) -> Self {
        let mut repo = TestRepo::new();
        repo.commit("main", "feat: a");
        Self { repo, channel: channel.to_owned(), is_pushed: false, run: "run-1" }
    }

    /// With a bare remote, to which everything is pushed.
    fn with_remote(channel: &str) -> (Self, TestRepo) {
        let mut site = Self::new(channel);
        let remote = TestRepo::bare();
        site.repo.git(&["remote", "add", "origin", remote.path().to_str().unwrap()]);
        site.repo.git(&["push", "--quiet", "origin", "main"]);
        site.is_pushed = true;
        (site, remote)
    }

    fn ledger(&self) -> Ledger {
        self.ledger_of(&self.repo.open())
    }

    fn ledger_of(&self, repository: &Repository) -> Ledger {
        let text = format!("schema = 1\n[channels.managed]\nkind = \"continuous\"\n{}", self.channel);
        let config = Config::read(&text, Origin::Recognised).unwrap_or_else(|error| panic!("{:?}", error.findings()));
        let snapshot = repository.refs(&[]).unwrap();
        let cache = Cache::below(repository.common_dir());
        let (progress, also, now) = (&|_| (), &[], self.repo.now());
        let sources = Sources { repository, cache: &cache, snapshot: &snapshot, also, progress, now };
        Ledger::read(config, &sources).unwrap()
    }

    fn in_situation<T>(&self, decide: impl FnOnce(&Situation<'_>) -> T) -> T {
        self.decide_in(&self.repo.open(), decide)
    }

    /// In another clone.
    fn decide_in<T>(&self, repository: &Repository, decide: impl FnOnce(&Situation<'_>) -> T) -> T {
        let ledger = self.ledger_of(repository);
        let identity = Identity::new("Ada", "ada@example.com").unwrap();
        decide(&Situation {
            repository,
            ledger: &ledger,
            now: self.repo.now(),
            identity: &identity,
            run: self.run,
            push_to: self.is_pushed.then_some("origin"),
        })
    }

    fn record(&self, request: &DeployRequest) -> Result<PlannedDeploy, DeployError> {
        self.in_situation(|situation| record(situation, request))
    }

    fn roll_back(&self, request: &RollbackRequest) -> Result<PlannedDeploy, DeployError> {
        self.in_situation(|situation| roll_back(situation, request)).map(|planned| planned.deploy)
    }

    fn apply(&self, planned: &PlannedDeploy) -> Applied {
        apply(&planned.plan, &self.repo.open()).unwrap()
    }

    /// Records the tip of trunk in production, at once.
    fn deploy(&mut self, message: &str) -> PlannedDeploy {
        self.repo.commit("main", message);
        let planned = self.record(&to_production(self.repo.id("main"))).unwrap();
        self.apply(&planned);
        planned
    }

    /// `tag commit-subject kind`, oldest first.
    fn deploys(&self) -> Vec<String> {
        let ledger = self.ledger();
        let shown = |deploy: &crate::ledger::Deploy| {
            let subject = ledger.graph.subject(ledger.graph.node(deploy.commit).unwrap());
            let kind = if deploy.kind == DeployKind::Rollback { " back" } else { "" };
            format!("{} {subject}{kind}", deploy.tag.as_ref().unwrap())
        };
        ledger.channels[0].deploys.iter().map(shown).collect()
    }
}

fn to_production(commit: CommitId) -> DeployRequest {
    DeployRequest {
        channel: None,
        environment: Some("production".to_owned()),
        commit,
        built_at: None,
        artifact: None,
        run: None,
        overriding: None,
        tag: None,
    }
}

fn back() -> RollbackRequest {
    RollbackRequest { environment: Some("production".to_owned()), ..RollbackRequest::default() }
}

fn tag(text: &str) -> TagName {
    TagName::new(text).unwrap()
}

#[test]
fn numbers_go_on_within_a_day_and_begin_anew_on_the_next() {
    let mut site = Site::new(TRUNK_DEPLOYS);
    assert_eq!(site.deploy("one").tag, tag("deploy/production/2025-01-01.1"));
    assert_eq!(site.deploy("two").sequence, Some(2));
    site.repo.set_date("2025-01-02");
    assert_eq!(site.deploy("three").tag, tag("deploy/production/2025-01-02.1"));
    assert_eq!(
        site.deploys(),
        [
            "deploy/production/2025-01-01.1 one",
            "deploy/production/2025-01-01.2 two",
            "deploy/production/2025-01-02.1 three",
        ]
    );
}

#[test]
fn days_are_written_as_the_project_writes_them() {
    for (first, next) in [("d-20241231.4", "d-20250101.1"), ("d-2025.01.01.4", "d-2025.01.01.5")] {
        let mut site = Site::new("tag = \"d-{date}.{seq}\"\n");
        site.repo.tag(first, "main");
        assert_eq!(site.deploy("one").tag, tag(next));
    }
    let mut site = Site::new("tag = \"d-{date:%Y%m%dT%H%M}\"\n");
    assert_eq!(site.deploy("one").tag, tag("d-20250101T0200"));
}

#[test]
fn what_the_tag_says_is_read_back() {
    let site = Site::new(TRUNK_DEPLOYS);
    let request = DeployRequest {
        built_at: Some("2024-12-31T23:00:00Z".parse().unwrap()),
        artifact: Some("sha256:0f".to_owned()),
        run: Some("ci-42".to_owned()),
        ..to_production(site.repo.id("main"))
    };
    let planned = site.record(&request).unwrap();
    site.apply(&planned);
    insta::assert_snapshot!(site.repo.git(&["tag", "-l", "--format=%(contents)", planned.tag.as_str()]), @r"
    Deploy 0.0.0-dev.1+gef6a4f1b5 to production

    Built-At: 2024-12-31T23:00:00Z
    Artifact: sha256:0f
    Run: ci-42
    ");
    let ledger = site.ledger();
    let deploy = &ledger.channels[0].deploys[0];
    assert_eq!((deploy.built_at, &deploy.artifact, &deploy.run), (request.built_at, &request.artifact, &request.run));
}

#[test]
fn the_same_run_or_what_is_live_is_recorded_once() {
    let mut site = Site::new(TRUNK_DEPLOYS);
    let first = site.deploy("one");
    let again = site.record(&to_production(first.commit)).unwrap();
    assert_eq!((again.is_created, &again.tag, again.plan.is_empty()), (false, &first.tag, true));
    site.deploy("two");
    // The same run sees its own deploy although another one is live by now; another run does not.
    assert!(!site.record(&to_production(first.commit)).unwrap().is_created);
    site.run = "run-2";
    assert!(site.record(&to_production(first.commit)).unwrap().is_created);
    let other_build = DeployRequest { artifact: Some("x".into()), ..to_production(site.repo.id("main")) };
    assert!(site.record(&other_build).unwrap().is_created);
}

#[test]
fn a_clone_without_tags_asks_the_remote() {
    let (mut site, remote) = Site::with_remote(TRUNK_DEPLOYS);
    let first = site.deploy("one");
    site.repo.git(&["tag", "-d", first.tag.as_str()]);
    assert!(site.deploys().is_empty());
    let again = site.record(&to_production(first.commit)).unwrap();
    assert_eq!((again.is_created, &again.tag), (false, &first.tag));
    assert!(site.apply(&again).is_changed);
    assert_eq!(site.deploys(), ["deploy/production/2025-01-01.1 one"]);
    site.repo.git(&["tag", "-d", first.tag.as_str()]);
    assert_eq!(site.deploy("two").tag, tag("deploy/production/2025-01-01.2"));
    assert_eq!(remote.git(&["tag"]), "deploy/production/2025-01-01.1\ndeploy/production/2025-01-01.2");
}

#[test]
fn a_race_that_is_lost_is_won_with_the_next_number() {
    let (mut site, _remote) = Site::with_remote(TRUNK_DEPLOYS);
    site.repo.commit("main", "mine");
    let planned = site.record(&to_production(site.repo.id("main"))).unwrap();
    // Another clone is faster.
    site.repo.git(&["tag", "-a", "-m", "theirs", planned.tag.as_str(), "main~1"]);
    site.repo.git(&["push", "--quiet", "origin", planned.tag.as_str()]);
    site.repo.git(&["tag", "-d", planned.tag.as_str()]);
    let error = apply(&planned.plan, &site.repo.open()).unwrap_err();
    assert_eq!(error.class(), ErrorClass::Moved);
    let anew = site.record(&to_production(site.repo.id("main"))).unwrap();
    assert_eq!(anew.tag, tag("deploy/production/2025-01-01.2"));
    assert!(site.apply(&anew).is_pushed);
}

#[test]
fn what_is_here_only_is_pushed_later() {
    let (mut site, remote) = Site::with_remote(TRUNK_DEPLOYS);
    site.is_pushed = false;
    let first = site.deploy("one");
    assert_eq!(remote.git(&["tag"]), "");
    site.is_pushed = true;
    let again = site.record(&to_production(first.commit)).unwrap();
    assert!(!again.is_created);
    site.apply(&again);
    assert_eq!(remote.git(&["tag"]), first.tag.as_str());
}

#[test]
fn going_back_names_what_it_replaces_and_keeps_the_build() {
    let mut site = Site::new(TRUNK_DEPLOYS);
    let request = DeployRequest { artifact: Some("sha256:1".into()), ..to_production(site.repo.id("main")) };
    let good = site.record(&request).unwrap();
    site.apply(&good);
    let bad = site.deploy("two");
    let planned = site.roll_back(&RollbackRequest { reason: Some("errors\nat login".into()), ..back() }).unwrap();
    assert_eq!((planned.commit, planned.replaces.as_ref()), (good.commit, Some(&bad.tag)));
    site.apply(&planned);
    insta::assert_snapshot!(site.repo.git(&["tag", "-l", "--format=%(contents)", planned.tag.as_str()]), @r"
    Roll production back to 0.0.0-dev.1+gef6a4f1b5

    Replaces: deploy/production/2025-01-01.2
    Artifact: sha256:1
    Reason: errors at login
    Run: run-1
    ");
    let ledger = site.ledger();
    let channel = &ledger.channels[0];
    let live = channel.live(&channel.environments[1])[0];
    assert_eq!(
        (live.kind, live.commit, live.artifact.as_deref()),
        (DeployKind::Rollback, good.commit, Some("sha256:1"))
    );
    // The same run again changes nothing, another one is asked where to.
    assert!(!site.roll_back(&back()).unwrap().is_created);
    site.run = "run-2";
    let error = site.roll_back(&back()).unwrap_err();
    assert!(error.hint().unwrap().contains("--to"), "{error}");
    let same = site.roll_back(&RollbackRequest { to: Some(good.tag), ..back() }).unwrap();
    assert_eq!((same.is_created, same.tag), (false, planned.tag));
}

#[test]
fn refuses_to_go_back_to_nowhere() {
    let mut site = Site::new(TRUNK_DEPLOYS);
    assert!(matches!(site.roll_back(&back()), Err(DeployError::NothingLive { .. })));
    site.deploy("one");
    assert!(matches!(site.roll_back(&back()), Err(DeployError::NothingToGoBackTo { .. })));
    let unknown = RollbackRequest { to: Some(tag("deploy/production/2020-01-01.1")), ..back() };
    assert!(matches!(site.roll_back(&unknown), Err(DeployError::UnknownDeploy { .. })));
}

#[test]
fn a_clone_without_tags_goes_back_by_what_the_remote_has() {
    let (mut site, remote) = Site::with_remote(TRUNK_DEPLOYS);
    let good = site.deploy("one");
    let live = site.deploy("two");
    for tag in [&good.tag, &live.tag] {
        site.repo.git(&["tag", "-d", tag.as_str()]);
    }
    let planned = site.roll_back(&back()).unwrap();
    assert_eq!((planned.commit, &planned.replaces), (good.commit, &Some(live.tag.clone())));
    assert!(site.apply(&planned).is_pushed);
    assert!(remote.open().ref_target(&planned.tag.to_ref()).unwrap().is_some());
    // The same run once more, after another deploy, goes back no further.
    let again = site.roll_back(&back()).unwrap();
    assert_eq!((again.tag, again.is_created), (planned.tag, false));
}

#[test]
fn a_shallow_clone_goes_back_to_a_commit_that_it_lacks() {
    let (mut site, remote) = Site::with_remote(TRUNK_DEPLOYS);
    let good = site.deploy("one");
    let live = site.deploy("two");
    site.repo.git(&["push", "--quiet", "origin", "main"]);
    let place = tempfile::tempdir().unwrap();
    let address = format!("file://{}", remote.path().display());
    crate::testing::git(place.path(), &["clone", "--quiet", "--depth=1", "--no-tags", &address, "clone"]);
    let clone = Repository::open(&place.path().join("clone")).unwrap();
    let planned = site.decide_in(&clone, |situation| roll_back(situation, &back())).unwrap().deploy;
    assert_eq!((planned.commit, &planned.replaces), (good.commit, &Some(live.tag)));
    assert!(apply(&planned.plan, &clone).unwrap().is_pushed);
    let tag = remote.git(&["rev-parse", &format!("{}^{{commit}}", planned.tag)]);
    assert_eq!(tag, good.commit.to_string());
    assert_eq!(crate::testing::git(&place.path().join("clone"), &["rev-list", "--all", "--count"]), "1");
}

#[test]
fn after_too_many_rollbacks_a_deploy_needs_a_reason() {
    let limit = format!("{TRUNK_DEPLOYS}rollback-limit = {{ count = 1, within = \"24h\" }}\n");
    let mut site = Site::new(&limit);
    site.deploy("one");
    site.deploy("two");
    let planned = site.roll_back(&back()).unwrap();
    site.apply(&planned);
    site.repo.commit("main", "three");
    let request = to_production(site.repo.id("main"));
    let error = site.record(&request).unwrap_err();
    assert_eq!(error.findings().len(), 1);
    assert!(error.hints()[0].contains("--override REASON"), "{error}");
    let overridden = site.record(&DeployRequest { overriding: Some("fixed".into()), ..request.clone() }).unwrap();
    assert_eq!(overridden.overrides, ["rollback-limit"]);
    site.repo.pass_days(2);
    assert!(site.record(&request).is_ok());
}

#[test]
fn managed_lines_count_each_from_where_the_project_counts() {
    let mut site = Site::new("line = \"cloud/v{version}-{build}\"\ntag = \"v{version}-{build}.{seq}\"\n");
    site.repo.branch("cloud/v1.30.0-149", "main");
    site.repo.commit("cloud/v1.30.0-149", "hotfix");
    site.repo.tag("v1.30.0-149.0", "cloud/v1.30.0-149");
    site.repo.commit("main", "two");
    site.repo.branch("cloud/v1.31.0-150", "main");
    let name = |commit| site.record(&to_production(commit)).map(|planned| planned.tag.to_string());
    assert_eq!(name(site.repo.id("cloud/v1.31.0-150")).unwrap(), "v1.31.0-150.0");
    site.repo.commit("cloud/v1.30.0-149", "more");
    let name = |commit| site.record(&to_production(commit)).map(|planned| planned.tag.to_string());
    assert_eq!(name(site.repo.id("cloud/v1.30.0-149")).unwrap(), "v1.30.0-149.1");
    site.repo.commit("main", "on no line");
    let name = |commit| site.record(&to_production(commit)).map(|planned| planned.tag.to_string());
    assert!(matches!(name(site.repo.id("main")), Err(DeployError::Name(_))));
}

#[test]
fn going_back_to_an_older_build_makes_it_live() {
    let mut site = Site::new("line = \"cloud/v{version}-{build}\"\ntag = \"v{version}-{build}.{seq}\"\n");
    for (line, deploy) in [("cloud/v1.30.0-149", "v1.30.0-149.1"), ("cloud/v1.31.0-150", "v1.31.0-150.1")] {
        site.repo.commit("main", deploy);
        site.repo.branch(line, "main");
        let planned = site.record(&to_production(site.repo.id(line))).unwrap();
        assert_eq!(planned.tag, tag(deploy));
        site.apply(&planned);
    }
    let planned = site.roll_back(&back()).unwrap();
    assert_eq!(planned.tag, tag("v1.30.0-149.2"));
    site.apply(&planned);
    assert_eq!(site.deploys().last().unwrap(), "v1.30.0-149.2 v1.30.0-149.1 back");
    assert!(!site.roll_back(&back()).unwrap().is_created);
}

#[test]
fn a_pattern_that_says_too_little_takes_a_name() {
    let mut site = Site::new("tag = \"app-{major}.{minor}\"\n");
    site.repo.tag("app-1.1", "main");
    let commit = site.repo.commit("main", "two");
    let request = to_production(commit);
    let error = site.record(&request).unwrap_err();
    assert!(matches!(error, DeployError::Name(_)) && error.hint().unwrap().contains("--tag"));
    let named = |name: &str| site.record(&DeployRequest { tag: Some(tag(name)), ..request.clone() });
    assert_eq!(named("app-1.2").unwrap().tag, tag("app-1.2"));
    assert!(matches!(named("app-1.1"), Err(DeployError::Taken { .. })));
    assert!(matches!(named("v1"), Err(DeployError::Unrecognised { .. })));
}

#[test]
fn channels_and_environments_are_asked_for_where_there_are_several() {
    let site = Site::new(TRUNK_DEPLOYS);
    let request = to_production(site.repo.id("main"));
    let which = site.record(&DeployRequest { environment: None, ..request.clone() }).unwrap_err();
    assert!(matches!(&which, DeployError::WhichEnvironment { .. }) && which.hint().unwrap().contains("`staging`"));
    let wrong = DeployRequest { environment: Some("prod".into()), ..request.clone() };
    assert!(matches!(site.record(&wrong), Err(DeployError::UnknownEnvironment { .. })));
    let wrong = DeployRequest { channel: Some("self-hosted".into()), ..request };
    assert!(matches!(site.record(&wrong), Err(DeployError::UnknownChannel { .. })));
    let mut inferred = Site::new("line = \"k{build}\"\n");
    inferred.repo.branch("k1", "main");
    let error = inferred.record(&to_production(inferred.repo.id("k1"))).unwrap_err();
    assert!(matches!(error, DeployError::NoTags { .. }));
}

#[test]
fn deploys_may_live_outside_the_tags() {
    let mut site = Site::new(
        "tag = \"refs/twintrack/deploy/{environment}/{date}.{seq}\"\nenvironments = [\"staging\", \"production\"]\n",
    );
    assert_eq!(site.deploy("one").tag, tag("refs/twintrack/deploy/production/2025-01-01.1"));
    assert_eq!(site.deploy("two").sequence, Some(2));
    assert_eq!(site.deploys().len(), 2);
    assert_eq!(site.repo.git(&["tag"]), "");
}
