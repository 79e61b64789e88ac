//! Applying twice is applying once, whatever the plan is; and what a plan looks like.

use std::panic::{AssertUnwindSafe, catch_unwind};

use proptest::prelude::*;

use super::world::{World, name};
use crate::domain::ObjectId;
use crate::plan::apply::apply_observed;
use crate::plan::{Plan, RefState, apply};
use crate::testing::TestRepo;

#[test]
fn applying_twice_is_applying_once() {
    for is_pushed in [true, false] {
        let world = World::new();
        let plan = world.release(is_pushed);
        let first = apply(&plan, &world.open()).unwrap();
        assert_eq!((first.is_changed, first.is_pushed, first.recovered), (true, is_pushed, None));
        let states = world.states();
        let second = apply(&plan, &world.open()).unwrap();
        assert_eq!((second.is_changed, second.is_pushed), (false, is_pushed));
        assert_eq!(world.states(), states);
        assert!(world.is_tidy());
    }
}

#[test]
fn what_was_applied_here_is_pushed_later() {
    let world = World::new();
    apply(&world.release(false), &world.open()).unwrap();
    let plan = world.release(true);
    assert!(apply(&plan, &world.open()).unwrap().is_changed);
    let [_, after] = world.before_and_after(&plan);
    assert_eq!(world.states(), [after, after]);
}

#[test]
fn planning_writes_nothing() {
    let world = World::new();
    let before = world.local.git(&["count-objects"]);
    let plan = world.release(true);
    assert_eq!(world.local.git(&["count-objects"]), before);
    assert!(!plan.objects.is_empty());
    assert!(!world.local.path().join(".git/twintrack").exists());
}

#[test]
fn a_plan_is_shown_as_it_is_applied() {
    let world = World::new();
    let plan = world.release(true);
    insta::assert_snapshot!(plan.to_string(), @r"
    release 1.8.1
      commit  0eddec5a4  Release 1.8.1
                modifies VERSION
      move    refs/heads/release/1.8  from 7fd60c2ad to 0eddec5a4  (the release commit)
      create  refs/tags/v1.8.1  at 43266b21d  (the release)
      push    refs/heads/release/1.8  from 7fd60c2ad to 0eddec5a4  to `origin`
      push    refs/tags/v1.8.1  at 43266b21d  to `origin`
    ");
    insta::assert_json_snapshot!(plan, @r#"
    {
      "title": "release 1.8.1",
      "refs": [
        {
          "name": "refs/heads/release/1.8",
          "expected": "7fd60c2add696b6b10699bf971795ee8a3ad31c4",
          "new": "0eddec5a4b01c6fc8298694387e7ebb3223dfbeb",
          "why": "the release commit"
        },
        {
          "name": "refs/tags/v1.8.1",
          "expected": null,
          "new": "43266b21da48b71670ea9a121853a16daba483ee",
          "why": "the release"
        }
      ],
      "commits": [
        {
          "id": "0eddec5a4b01c6fc8298694387e7ebb3223dfbeb",
          "parents": [
            "7fd60c2add696b6b10699bf971795ee8a3ad31c4"
          ],
          "subject": "Release 1.8.1"
        }
      ],
      "files": [
        {
          "path": "VERSION",
          "change": "modified",
          "commit": "0eddec5a4b01c6fc8298694387e7ebb3223dfbeb"
        }
      ],
      "work_trees": [],
      "push": [
        {
          "remote": "origin",
          "name": "refs/heads/release/1.8",
          "expected": "7fd60c2add696b6b10699bf971795ee8a3ad31c4",
          "new": "0eddec5a4b01c6fc8298694387e7ebb3223dfbeb"
        },
        {
          "remote": "origin",
          "name": "refs/tags/v1.8.1",
          "expected": null,
          "new": "43266b21da48b71670ea9a121853a16daba483ee"
        }
      ],
      "signing": null
    }
    "#);
    assert_eq!(Plan::new("nothing").to_string(), "nothing\n  nothing to do\n");
}

const NAMES: [&str; 5] =
    ["refs/heads/a", "refs/heads/b/c", "refs/tags/v1", "refs/tags/v2", "refs/twintrack/deploy/production/1"];

/// Which ref becomes what: the number of a commit, or nothing.
fn targets() -> impl Strategy<Value = Vec<(usize, Option<usize>)>> {
    proptest::collection::vec((0..NAMES.len(), proptest::option::weighted(0.8, 0..3usize)), 1..6)
}

fn plan_for(r: &TestRepo, commits: &[ObjectId], targets: &[(usize, Option<usize>)]) -> Plan {
    let mut plan = Plan::new("any");
    let repository = r.open();
    for (at, target) in targets {
        let name = name(NAMES[*at]);
        let found = RefState::from(repository.ref_target(&name).unwrap());
        plan.set(name, found, RefState::from(target.map(|number| commits[number])), "any");
    }
    plan
}

fn refs(r: &TestRepo) -> String {
    r.git(&["for-each-ref", "--format=%(refname) %(objectname)"])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn any_plans_in_a_row_each_stopped_anywhere_end_as_if_applied_once(
        plans in proptest::collection::vec((targets(), 0usize..12), 1..4),
    ) {
        let mut stopped = TestRepo::bare();
        let mut straight = TestRepo::bare();
        let mut commits = Vec::new();
        for text in ["one", "two", "three"] {
            commits.push(stopped.commit("base", text).object());
            straight.commit("base", text);
        }
        for (targets, stop) in plans {
            let plan = plan_for(&stopped, &commits, &targets);
            let mut count = 0;
            let mut observe = |_| {
                count += 1;
                assert!(count != stop, "stopped by the test");
            };
            let _ = catch_unwind(AssertUnwindSafe(|| apply_observed(&plan, &stopped.open(), &mut observe)));
            apply(&plan, &stopped.open()).unwrap();
            let after = refs(&stopped);
            prop_assert!(!apply(&plan, &stopped.open()).unwrap().is_changed);
            prop_assert_eq!(&refs(&stopped), &after);
            apply(&plan_for(&straight, &commits, &targets), &straight.open()).unwrap();
            prop_assert_eq!(refs(&straight), after);
        }
    }
}
