//! Every operation stopped at every step: whatever it was about to do, the next run ends where an undisturbed one would
//! have.

use std::panic::{AssertUnwindSafe, catch_unwind};

use super::deploy::{DeployRequest, FreezeRequest, RollbackRequest, ThawRequest, freeze, record, roll_back, thaw};
use super::{
    BackportRequest, CutRequest, ReleaseRequest, RetractRequest, SignOffRequest, Situation, Step as ReleaseStep,
    Wanted, backport, cut, plan_sync, release, retract, sign_off,
};
use crate::cache::Cache;
use crate::config::{Config, Origin};
use crate::domain::{CommitId, RecordLabel};
use crate::git::Identity;
use crate::ledger::{Ledger, Sources};
use crate::plan::{Plan, Step, apply, apply_observed, has_unfinished, recover};
use crate::testing::TestRepo;

const POLICY: &str = r#"schema = 1
[channels.managed]
kind = "continuous"
tag = "deploy/{environment}/{date}.{seq}"
environments = ["staging", "production"]
[channels.self-hosted]
kind = "versioned"
line = "release/{major}.{minor}"
tag = "v{version}"
candidate = "v{version}-rc.{seq}"
version-files = ["VERSION"]
cut-from = "trunk"
gates = { sign-offs = ["qa"] }
"#;

/// A clone with trunk checked out, and the remote that it pushes to.
struct Site {
    repo: TestRepo,
    remote: TestRepo,
    older: CommitId,
    newer: CommitId,
}

/// What is decided, or why nothing is.
type Decided = Result<Plan, String>;

/// One operation.
struct Deed {
    name: &'static str,
    is_pushed: bool,
    decide: fn(&Site, &Situation<'_>) -> Decided,
}

fn plan_of<T, E: std::fmt::Display>(decided: Result<T, E>, plan: impl FnOnce(T) -> Plan) -> Decided {
    decided.map(plan).map_err(|error| error.to_string())
}

fn deploy_of(commit: CommitId) -> DeployRequest {
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

fn freeze_of(name: &str) -> FreezeRequest {
    FreezeRequest {
        channel: None,
        environment: Some("staging".to_owned()),
        name: Some(RecordLabel::new(name).unwrap()),
        reason: "year end".to_owned(),
        until: None,
    }
}

fn release_of(situation: &Situation<'_>, step: ReleaseStep) -> Decided {
    let request = ReleaseRequest {
        channel: None,
        line: "1.0".to_owned(),
        step,
        via_branch: None,
        artifacts: Vec::new(),
        override_reason: None,
    };
    plan_of(release(situation, &request), |planned| planned.plan)
}

/// All operations, each possible once those before it are done.
const STORY: [Deed; 13] = [
    Deed { name: "record", is_pushed: true, decide: |site, s| plan_of(record(s, &deploy_of(site.older)), |p| p.plan) },
    Deed {
        name: "record newer",
        is_pushed: true,
        decide: |site, s| plan_of(record(s, &deploy_of(site.newer)), |p| p.plan),
    },
    Deed {
        name: "roll back",
        is_pushed: true,
        decide: |_, s| {
            let environment = Some("production".to_owned());
            plan_of(roll_back(s, &RollbackRequest { environment, ..RollbackRequest::default() }), |p| p.deploy.plan)
        },
    },
    Deed { name: "freeze", is_pushed: true, decide: |_, s| plan_of(freeze(s, &freeze_of("shared")), |p| p.plan) },
    Deed {
        name: "thaw",
        is_pushed: true,
        decide: |_, s| {
            let (environment, name) = (Some("staging".to_owned()), Some("shared".to_owned()));
            plan_of(thaw(s, &ThawRequest { environment, name, ..ThawRequest::default() }), |p| p.plan)
        },
    },
    Deed { name: "freeze here", is_pushed: false, decide: |_, s| plan_of(freeze(s, &freeze_of("own")), |p| p.plan) },
    Deed {
        name: "sync",
        is_pushed: true,
        decide: |_, s| plan_of(plan_sync(s.repository, &s.ledger.snapshot, "origin"), |p| p.plan),
    },
    Deed {
        name: "cut",
        is_pushed: true,
        decide: |site, s| {
            let request = CutRequest { version: "1.0".to_owned(), at: Some(site.older), ..CutRequest::default() };
            plan_of(cut(s, &request), |planned| planned.plan)
        },
    },
    Deed {
        name: "backport",
        is_pushed: true,
        decide: |site, s| {
            let (commits, lines) = (vec![Wanted::Commit(site.newer)], vec!["1.0".to_owned()]);
            plan_of(backport(s, &BackportRequest { commits, lines, ..BackportRequest::default() }), |p| p.plan)
        },
    },
    Deed { name: "candidate", is_pushed: true, decide: |_, s| release_of(s, ReleaseStep::Candidate) },
    Deed {
        name: "sign off",
        is_pushed: true,
        decide: |_, s| {
            let (version, gate) = ("1.0.0-rc.1".to_owned(), "qa".to_owned());
            let request = SignOffRequest { channel: None, version, gate, evidence: None, withdraw: None };
            plan_of(sign_off(s, &request), |planned| planned.plan)
        },
    },
    Deed { name: "release", is_pushed: true, decide: |_, s| release_of(s, ReleaseStep::Final) },
    Deed {
        name: "retract",
        is_pushed: true,
        decide: |_, s| {
            let request = RetractRequest { version: "1.0.0".to_owned(), reason: "corrupts caches".to_owned() };
            plan_of(retract(s, &request), |planned| planned.plan)
        },
    },
];

impl Site {
    fn new() -> Self {
        let mut repo = TestRepo::new();
        let older = repo.commit_file("main", "feat: begin", "VERSION", "1.0.0-dev\n");
        let newer = repo.commit_file("main", "fix: later", "fixed", "yes\n");
        repo.checkout("main");
        let remote = TestRepo::bare();
        repo.git(&["remote", "add", "origin", remote.path().to_str().unwrap()]);
        repo.git(&["push", "--quiet", "origin", "main"]);
        Self { repo, remote, older, newer }
    }

    fn decide(&self, deed: &Deed) -> Decided {
        let repository = self.repo.open();
        let config = Config::read(POLICY, Origin::Recognised).unwrap();
        let snapshot = repository.refs(&[]).unwrap();
        let cache = Cache::below(repository.common_dir());
        let (progress, now) = (&|_| (), self.repo.now());
        let sources = Sources { repository: &repository, cache: &cache, snapshot: &snapshot, also: &[], progress, now };
        let ledger = Ledger::read(config, &sources).unwrap();
        let identity = Identity::new("Ada", "ada@example.com").unwrap();
        let push_to = deed.is_pushed.then_some("origin");
        let (repository, ledger, identity) = (&repository, &ledger, &identity);
        (deed.decide)(self, &Situation { repository, ledger, now, identity, run: deed.name, push_to })
    }

    /// Does the deed, but for what comes after `step`; `false` where it never got there.
    fn stop_at(&self, deed: &Deed, step: Step) -> bool {
        let plan = self.decide(deed).unwrap_or_else(|error| panic!("{}: {error}", deed.name));
        let mut observe = |reached| assert!(reached != step, "stopped by the test");
        let repository = self.repo.open();
        catch_unwind(AssertUnwindSafe(|| apply_observed(&plan, &repository, &mut observe).unwrap())).is_err()
    }

    /// As a run does it that comes after: it settles what is left, and does what is not done.
    fn finish(&self, deed: &Deed) {
        recover(&self.repo.open()).unwrap();
        assert!(!has_unfinished(&self.repo.open()), "{}", deed.name);
        // An error says that it is done: a line that was cut exists.
        if let Ok(plan) = self.decide(deed) {
            apply(&plan, &self.repo.open()).unwrap_or_else(|error| panic!("{}: {error}", deed.name));
        }
    }

    /// Every ref here and there, and the state of the work tree.
    fn state(&self) -> [String; 3] {
        let all = ["for-each-ref", "--format=%(refname) %(objectname)"];
        [self.repo.git(&all), self.remote.git(&all), self.repo.git(&["status", "--porcelain"])]
    }
}

fn undisturbed() -> [String; 3] {
    let site = Site::new();
    for deed in &STORY {
        site.finish(deed);
    }
    site.state()
}

#[test]
fn every_operation_stopped_at_any_step_ends_as_if_undisturbed() {
    let steps = [
        Step::IntentWritten,
        Step::FilesChecked,
        Step::PushBegun,
        Step::Pushed,
        Step::PushNoted,
        Step::RefsPrepared,
        Step::RefsSet,
        Step::FilesFollowed,
    ];
    let expected = undisturbed();
    assert!(expected[0].contains("refs/tags/retracted/v1.0.0") && expected[2].is_empty(), "{expected:?}");
    std::thread::scope(|scope| {
        for step in steps {
            let expected = &expected;
            scope.spawn(move || {
                let site = Site::new();
                let mut stopped = 0;
                for deed in &STORY {
                    stopped += usize::from(site.stop_at(deed, step));
                    site.finish(deed);
                }
                assert!(stopped > 0, "{step:?}: nothing got there");
                assert_eq!(site.state(), *expected, "{step:?}");
            });
        }
    });
}

#[test]
fn operations_at_once_in_one_clone_are_all_done() {
    let site = Site::new();
    site.finish(&STORY[0]);
    let (place, deeds) = (site.repo.path().to_owned(), ["qa", "ops", "on-call", "support"]);
    std::thread::scope(|scope| {
        for name in deeds {
            let (place, now) = (place.clone(), site.repo.now());
            scope.spawn(move || {
                let repository = crate::git::Repository::open(&place).unwrap();
                let config = Config::read(POLICY, Origin::Recognised).unwrap();
                let snapshot = repository.refs(&[]).unwrap();
                let cache = Cache::below(repository.common_dir());
                let progress = &|_| ();
                let sources =
                    Sources { repository: &repository, cache: &cache, snapshot: &snapshot, also: &[], progress, now };
                let ledger = Ledger::read(config, &sources).unwrap();
                let identity = Identity::new(name, "ada@example.com").unwrap();
                let (repository, ledger, identity) = (&repository, &ledger, &identity);
                let push_to = Some("origin");
                let situation = Situation { repository, ledger, now, identity, run: name, push_to };
                let planned = freeze(&situation, &freeze_of(name)).unwrap();
                assert!(apply(&planned.plan, repository).unwrap().is_pushed);
            });
        }
    });
    let names = ["for-each-ref", "--format=%(refname)", "refs/twintrack/freeze"];
    let (here, there) = (site.repo.git(&names), site.remote.git(&names));
    assert_eq!((here.lines().count(), &here), (deeds.len(), &there));
}
