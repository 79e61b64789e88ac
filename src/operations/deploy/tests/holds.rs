//! What holds a forward deploy, and what a shallow clone sees of a remote.

use super::{Site, TRUNK_DEPLOYS, back, tag, to_production};
use crate::domain::RecordLabel;
use crate::git::Repository;
use crate::operations::deploy::{DeployError, DeployRequest, FreezeError, FreezeRequest, Hold, ThawRequest};
use crate::operations::deploy::{freeze, record, thaw};
use crate::plan::apply;
use crate::testing::git;

fn year_end() -> FreezeRequest {
    FreezeRequest {
        channel: None,
        environment: Some("production".to_owned()),
        name: Some(RecordLabel::new("year-end").unwrap()),
        reason: "nobody is here".to_owned(),
        until: None,
    }
}

fn open_up() -> ThawRequest {
    ThawRequest { environment: Some("production".to_owned()), ..ThawRequest::default() }
}

impl Site {
    fn freeze(&self, request: &FreezeRequest) -> Result<bool, FreezeError> {
        let planned = self.in_situation(|situation| freeze(situation, request))?;
        apply(&planned.plan, &self.repo.open()).unwrap();
        Ok(planned.is_created)
    }

    fn thaw(&self, request: &ThawRequest) -> Result<bool, FreezeError> {
        let planned = self.in_situation(|situation| thaw(situation, request))?;
        apply(&planned.plan, &self.repo.open()).unwrap();
        Ok(planned.is_created)
    }

    fn holds(&self, request: &DeployRequest) -> Vec<String> {
        match self.record(request) {
            Err(DeployError::Held { holds, .. }) => holds.iter().map(Hold::to_string).collect(),
            Err(error) => panic!("{error}"),
            Ok(_) => Vec::new(),
        }
    }
}

#[test]
fn a_freeze_holds_what_goes_forward_and_not_the_way_back() {
    let (mut site, remote) = Site::with_remote(TRUNK_DEPLOYS);
    site.deploy("one");
    site.deploy("two");
    assert!(site.freeze(&year_end()).unwrap());
    assert!(!site.freeze(&year_end()).unwrap(), "the same freeze is one freeze");
    site.repo.commit("main", "three");
    let request = to_production(site.repo.id("main"));
    let words = "it is frozen until somebody thaws it, by the freeze `year-end` of Ada: nobody is here";
    assert_eq!(site.holds(&request), [words]);
    // A clone without records asks the remote.
    for name in site.repo.git(&["for-each-ref", "--format=%(refname)", "refs/twintrack"]).lines() {
        site.repo.git(&["update-ref", "-d", name]);
    }
    assert_eq!(site.holds(&request), [words]);
    assert!(site.holds(&DeployRequest { environment: Some("staging".into()), ..request.clone() }).is_empty());
    let overridden = DeployRequest { overriding: Some("a hole is open".into()), ..request.clone() };
    let planned = site.record(&overridden).unwrap();
    assert_eq!(planned.overrides, ["freeze year-end"]);
    site.apply(&planned);
    let said = site.repo.git(&["tag", "-l", "--format=%(contents:trailers)", planned.tag.as_str()]);
    assert_eq!(said.trim_end(), "Overrides: freeze year-end\nReason: a hole is open\nRun: run-1");
    let ledger = site.ledger();
    let last = ledger.channels[0].deploys.last().unwrap();
    assert_eq!(
        (last.overrides.as_slice(), last.reason.as_deref()),
        (["freeze year-end".to_owned()].as_slice(), Some("a hole is open"))
    );
    let rolled_back = site.roll_back(&back()).unwrap();
    site.apply(&rolled_back);
    assert!(site.thaw(&open_up()).unwrap());
    assert!(!site.thaw(&open_up()).unwrap(), "there is nothing left to thaw");
    let [freeze, thawed] = ["freeze", "thaw"].map(|kind| format!("refs/twintrack/{kind}"));
    assert_eq!(remote.git(&["for-each-ref", &freeze, &thawed]).lines().count(), 2);
    site.repo.commit("main", "four");
    assert!(site.record(&to_production(site.repo.id("main"))).is_ok());
    assert!(site.freeze(&year_end()).unwrap(), "the name of a freeze that is over can be used again");
}

#[test]
fn a_freeze_ends_by_itself_and_one_name_means_one_freeze() {
    let mut site = Site::new(TRUNK_DEPLOYS);
    let until = site.repo.now() + chrono::TimeDelta::hours(5);
    let short = FreezeRequest { until: Some(until), ..year_end() };
    assert!(site.freeze(&short).unwrap());
    assert!(matches!(site.freeze(&year_end()), Err(FreezeError::InForce { .. })));
    let request = to_production(site.repo.id("main"));
    let end = until.format("%Y-%m-%d %H:%M UTC");
    assert_eq!(
        site.holds(&request),
        [format!("it is frozen until {end}, by the freeze `year-end` of Ada: nobody is here")]
    );
    let unnamed = FreezeRequest { name: None, reason: "the move".into(), ..year_end() };
    assert!(
        site.freeze(&unnamed).unwrap() && site.freeze(&FreezeRequest { reason: "an audit".into(), ..unnamed }).unwrap()
    );
    assert_eq!(site.holds(&request).len(), 3);
    let error = site.thaw(&open_up()).unwrap_err();
    assert!(error.hint().unwrap().contains("2025-01-01.2"), "{error}");
    let error = site.thaw(&ThawRequest { name: Some("yearend".into()), ..open_up() }).unwrap_err();
    assert_eq!(error.hint().as_deref(), Some("did you mean `year-end`?"));
    for name in ["2025-01-01", "2025-01-01.2"] {
        assert!(site.thaw(&ThawRequest { name: Some(name.into()), ..open_up() }).unwrap());
    }
    site.repo.pass_days(1);
    assert!(site.holds(&request).is_empty());
    assert!(!site.thaw(&ThawRequest { name: Some("year-end".into()), ..open_up() }).unwrap());
    assert!(matches!(site.freeze(&short), Err(FreezeError::Over { .. })));
    assert!(matches!(site.freeze(&FreezeRequest { reason: " ".into(), ..year_end() }), Err(FreezeError::NoReason)));
}

#[test]
fn a_window_holds_the_last_environment() {
    let windows = r#"freeze-windows = [{ from = "wed 00:00", to = "wed 06:00", time-zone = "Europe/Berlin", reason = "batch jobs" }]"#;
    // The first of January 2025 is a Wednesday.
    let site = Site::new(&format!("{TRUNK_DEPLOYS}{windows}\n"));
    let request = to_production(site.repo.id("main"));
    let words =
        "it is frozen until 2025-01-01 05:00 UTC, by the window `Wed 00:00 to Wed 06:00, Europe/Berlin`: batch jobs";
    assert_eq!(site.holds(&request), [words]);
    assert!(site.holds(&DeployRequest { environment: Some("staging".into()), ..request }).is_empty());
}

#[test]
fn an_environment_takes_what_was_live_in_the_one_before() {
    let (mut site, _remote) = Site::with_remote(&format!("{TRUNK_DEPLOYS}promote-in-order = true\n"));
    let request = to_production(site.repo.id("main"));
    let error = site.record(&request).unwrap_err();
    assert_eq!(error.findings(), ["the commit was not yet live in `staging`, which comes before it"]);
    let missing =
        format!("run `twintrack deploy record --environment staging --commit {} --push` first", request.commit);
    assert_eq!(error.hints()[0], missing);
    let staging = DeployRequest { environment: Some("staging".into()), ..request.clone() };
    let planned = site.record(&staging).unwrap();
    site.apply(&planned);
    // Also where this clone lacks the tag.
    site.repo.git(&["tag", "-d", planned.tag.as_str()]);
    let planned = site.record(&request).unwrap();
    assert!(planned.is_created && planned.overrides.is_empty());
    site.apply(&planned);
    let bad = site.repo.commit("main", "bad");
    site.repo.git(&["fetch", "--quiet", "--tags", "origin"]);
    let planned = site.record(&DeployRequest { commit: bad, ..staging.clone() }).unwrap();
    site.apply(&planned);
    let rollback = super::RollbackRequest { environment: Some("staging".into()), ..back() };
    let planned = site.roll_back(&rollback).unwrap();
    site.apply(&planned);
    let held = site.holds(&DeployRequest { commit: bad, ..request.clone() });
    assert_eq!(held, ["the commit was rolled back in `staging`, which comes before it"]);
    let overridden = DeployRequest { commit: bad, overriding: Some("it is good".into()), ..request };
    assert_eq!(site.record(&overridden).unwrap().overrides, ["promote-in-order"]);
}

#[test]
fn the_remote_s_rollbacks_count_and_the_limit_says_until_when() {
    let limit = "rollback-limit = { count = 1, within = \"24h\" }\n";
    let (mut site, _remote) = Site::with_remote(&format!("{TRUNK_DEPLOYS}{limit}"));
    site.deploy("one");
    site.deploy("two");
    let planned = site.roll_back(&back()).unwrap();
    site.apply(&planned);
    site.repo.git(&["tag", "-d", planned.tag.as_str()]);
    site.repo.commit("main", "three");
    let held = site.holds(&to_production(site.repo.id("main")));
    let words = "it was rolled back once within 24h, which is the limit until 2025-01-02 03:00 UTC";
    assert_eq!(held, [words]);
}

#[test]
fn a_commit_that_a_shallow_clone_lacks_is_recorded_on_the_remote() {
    let (mut site, remote) = Site::with_remote(TRUNK_DEPLOYS);
    let old = site.repo.id("main");
    site.repo.commit("main", "two");
    site.repo.git(&["push", "--quiet", "origin", "main"]);
    let place = tempfile::tempdir().unwrap();
    let address = format!("file://{}", remote.path().display());
    git(place.path(), &["clone", "--quiet", "--depth=1", "--no-tags", &address, "clone"]);
    let path = place.path().join("clone");
    let shallow = Repository::open(&path).unwrap();
    let before = git(&path, &["for-each-ref"]);
    for (run, created) in [("run-1", true), ("run-1", false), ("run-2", false)] {
        let planned = site.decide_in(&shallow, |situation| {
            record(situation, &DeployRequest { run: Some(run.to_owned()), ..to_production(old) })
        });
        let planned = planned.unwrap();
        assert_eq!((planned.is_created, &planned.tag), (created, &tag("deploy/production/2025-01-01.1")));
        apply(&planned.plan, &shallow).unwrap();
    }
    assert_eq!(git(&path, &["for-each-ref"]), before);
    assert_eq!(git(&path, &["fsck", "--connectivity-only"]), "");
    assert_eq!(remote.git(&["rev-parse", "deploy/production/2025-01-01.1^{commit}"]), old.to_string());
    assert_eq!(remote.git(&["fsck", "--strict", "--no-dangling"]), "");
    let nowhere = "0123456789abcdef0123456789abcdef01234567".parse().unwrap();
    let error = site.decide_in(&shallow, |situation| record(situation, &to_production(nowhere))).unwrap_err();
    assert!(matches!(error, DeployError::Scratch(_)), "{error:?}");
}

#[test]
fn what_a_remote_has_of_other_days_is_not_asked_for() {
    let (mut site, _remote) = Site::with_remote(TRUNK_DEPLOYS);
    for number in 1..=3 {
        site.repo.set_date(&format!("2025-01-0{number}"));
        site.deploy("more");
    }
    for name in site.repo.git(&["tag"]).lines() {
        site.repo.git(&["tag", "-d", name]);
    }
    site.repo.set_date("2025-01-20");
    site.repo.commit("main", "new");
    let request = to_production(site.repo.id("main"));
    let planned = site.record(&request).unwrap();
    assert_eq!(planned.tag, tag("deploy/production/2025-01-20.1"));
    site.apply(&planned);
    site.repo.git(&["tag", "-d", planned.tag.as_str()]);
    // The same commit is found where it was deployed, whichever form of day the remote has.
    assert_eq!(site.record(&request).unwrap().tag, planned.tag);
    site.run = "run-2";
    assert!(!site.record(&request).unwrap().is_created);
}
