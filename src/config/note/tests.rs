//! The whole way from the text of a note to a value or findings.

use super::*;
use crate::config::{Decision, Verdict};
use crate::domain::{
    Action, ActionTime, ChangeKind, ChannelName, MigrationPhase, Period, RollbackClass, Severity, Version,
};

const WHOLE: &str = r##"+++
kind = "security"
channels = ["managed", "self-hosted"]
scope = "scheduler"
refs = ["#4312", "CVE-2026-1234"]
breaking = "A lease below 10s is refused."
announce-on = 2026-12-03
backport = ["1.8", "release/1.7"]
not-needed = { "1.6" = "never had the code" }
carried-by = "00FF10A0DEAD"

[operator]
action = "required"
when = "before"
downtime = "10 minutes"
rollback = "needs-down"
affected = "Installations with more than one scheduler."
installations = ["helm"]
verify = "`acme status` says one leader."
more = "https://docs.example.com/lease"

[[configuration]]
key = "scheduler.lease"
change = "default"
from = "5s"
to = "10s"
restart = true
fails-if = "it is below 10s"

[[configuration]]
key = "scheduler.poll"
change = "renamed"
to = "scheduler.interval"

[[migration]]
id = "0042_add_lease"
variant = "postgresql"
phase = "before"
rollback = "needs-down"
lock = "jobs, exclusive"
lock-for = "2s"
online = false
grows-with-rows = true
measured = { time = "4 minutes", on = "10 million rows" }
works-with-older = true

[[requirement]]
name = "postgresql"
minimum = "14"
previously = "12"

[[deprecation]]
what = "scheduler.poll"
announced-in = "1.8.0"
supported-until = 2027-06-30
removed-in = "2.0.0"
replacement = "scheduler.interval"

[[known-issue]]
about = "The first start takes minutes."
found-in = "1.8.2"
condition = "More than a million jobs."
workaround = "Wait."

[security]
severity = "high"
ids = ["CVE-2026-1234"]
disclose-on = "2026-12-03"

[[erratum]]
on = 2026-12-09
text = "It is 15s on arm64."

[[erratum]]
on = 2026-12-05
text = "The key is called `lease`."

[[decision]]
commit = "1a2b3c4d5e"
origin = "5e4d3c2b1a"
because = "written anew for the old scheduler"

[[decision]]
commit = "aaaaaaa"
line-only = true
because = "repairs the line's own build"

[[decision]]
commit = "bbbbbbb"
not-needed = ["1.6", "1.5"]
because = "came with 1.7"
+++
Jobs no longer run twice after a leader change.

## Operators
Set `scheduler.lease` to at least 10s before upgrading.
"##;

fn channels() -> Vec<ChannelName> {
    ["managed", "self-hosted"].map(|name| ChannelName::new(name).unwrap()).into()
}

fn version(text: &str) -> Option<Version> {
    Some(text.parse().unwrap())
}

/// The findings of a note, and their hints.
fn assert_found(text: &str, expected: &str) {
    let error = Note::read(text, "changes/lease.md", Some(&channels())).unwrap_err();
    let mut found = String::new();
    for finding in &error.findings {
        found.push_str(&format!("\n{finding}"));
        found.extend(finding.hint().map(|hint| format!("\n  hint: {hint}")));
    }
    let expected: Vec<&str> = expected.lines().map(|line| line.strip_prefix("        ").unwrap_or(line)).collect();
    assert_eq!(found, expected.join("\n"));
}

#[test]
fn reads_every_block() {
    let note = Note::read(WHOLE, "changes/lease.md", Some(&channels())).unwrap();
    assert_eq!((note.kind, note.channels.as_deref()), (ChangeKind::Security, Some(channels().as_slice())));
    assert_eq!(note.backport.iter().map(ToString::to_string).collect::<Vec<_>>(), ["1.8", "release/1.7"]);
    assert_eq!(note.not_needed.get("1.6").unwrap(), "never had the code");
    assert_eq!(note.carried_by[0].as_str(), "00ff10a0dead");
    let until = "2026-12-03".parse().unwrap();
    assert_eq!(note.disclosure("2026-12-02".parse().unwrap()), Disclosure::Silent { until });
    assert_eq!(note.disclosure(until), Disclosure::Open);
    let operator = note.operator.as_ref().unwrap();
    assert_eq!((operator.action, operator.when), (Action::Required, Some(ActionTime::Before)));
    let minutes: Period = "10 minutes".parse().unwrap();
    assert_eq!(operator.downtime, Some(Downtime::For(minutes)));
    assert_eq!(operator.rollback, Some(RollbackClass::NeedsDown));
    let effect = ConfigurationEffect::Default { from: Some("5s".into()), to: "10s".into() };
    assert_eq!((note.configuration.len(), &note.configuration[0].effect), (2, &effect));
    let migration = &note.migrations[0];
    assert_eq!((migration.phase, migration.works_with_older), (MigrationPhase::Before, Some(true)));
    assert_eq!(migration.measured.as_ref().unwrap().on, "10 million rows");
    assert_eq!(note.requirements[0].minimum.as_deref(), Some("14"));
    let due = Due::On("2027-06-30".parse().unwrap());
    assert_eq!(
        (&note.deprecations[0].removed_in, &note.deprecations[0].supported_until),
        (&version("2.0.0"), &Some(due))
    );
    assert_eq!(note.known_issues[0].found_in, version("1.8.2"));
    assert_eq!(note.security.as_ref().unwrap().severity, Severity::High);
    assert_eq!(note.errata.iter().map(|e| e.on.to_string()).collect::<Vec<_>>(), ["2026-12-05", "2026-12-09"]);
    assert_eq!(note.text.summary, "Jobs no longer run twice after a leader change.");
}

#[test]
fn reads_what_was_decided_about_other_commits() {
    let note = Note::read(WHOLE, "changes/lease.md", None).unwrap();
    let [origin, line_only, not_needed] = note.decisions.as_slice() else { panic!("{:?}", note.decisions) };
    assert_eq!(origin.verdict, Verdict::BackportOf(vec!["5e4d3c2b1a".parse().unwrap()]));
    assert_eq!(
        (&line_only.verdict, line_only.because.as_deref()),
        (&Verdict::LineOnly, Some("repairs the line's own build"))
    );
    let lines = ["1.6", "1.5"].map(|line| line.parse().unwrap());
    assert_eq!(not_needed.verdict, Verdict::NotNeeded(lines.into()));
    let place = |decision: &Decision| WHOLE.lines().nth(decision.line - 1).unwrap();
    assert!(note.decisions.iter().all(|decision| place(decision) == "[[decision]]"));
}

#[test]
fn a_note_may_only_decide() {
    let text = "+++\n[[decision]]\ncommit = \"aaaaaaa\"\nline-only = true\nbecause = \"x\"\n+++\n";
    let note = Note::read(text, "changes/decisions.md", None).unwrap();
    assert!(!note.is_about_a_change() && note.decisions.len() == 1);
    let internal = Note::read("+++\nkind = \"internal\"\n+++\nTests.\n", "changes/tests.md", None).unwrap();
    assert!(internal.is_about_a_change());
}

#[test]
fn says_what_is_wrong_with_the_frame() {
    assert_found(
        "kind = \"fixed\"\n",
        "
        changes/lease.md:1:1: it does not begin with a line of `+++`
          hint: begin the note with `+++`, `kind = \"fixed\"` and `+++`, each on a line of its own",
    );
    assert_found(
        "+++\nkind = \"fixed\"\n",
        "
        changes/lease.md:1:1: the line of `+++` that ends its first part is missing
          hint: end the first part with `+++` on a line of its own",
    );
    assert_found(
        "+++\nkind = \nscope = \n+++\n",
        "
        changes/lease.md:2:8: not valid TOML: string values must be quoted, expected literal string
        changes/lease.md:3:9: not valid TOML: string values must be quoted, expected literal string",
    );
}

#[test]
fn says_everything_that_is_wrong_at_once() {
    assert_found(
        "+++\nkid = \"fixed\"\nchannels = [\"self-hosted\", \"clout\"]\nrefs = [3, \"#1\", \"#1\"]\nbackport = \"1.8\"\n\
         not-needed = { \"1.8\" = \"\" }\n+++\n",
        "
        changes/lease.md:1:1: `kind`: missing
          hint: add `kind = \"fixed\"`
        changes/lease.md:2:1: `kid`: unknown key
          hint: did you mean `kind` instead of `kid`?
        changes/lease.md:3:28: `channels[1]`: there is no channel `clout`
          hint: the channels are `managed`, `self-hosted`
        changes/lease.md:4:9: `refs[0]`: invalid type: integer `3`, expected a string
        changes/lease.md:4:18: `refs[2]`: `#1` is there twice
          hint: remove one of the two
        changes/lease.md:6:16: `not-needed.\"1.8\"`: line `1.8` is in `backport`, too
          hint: keep the line in one of the two
        changes/lease.md:6:24: `not-needed.\"1.8\"`: empty
          hint: give it a value, or leave the key out",
    );
}

#[test]
fn an_action_says_when_and_what() {
    assert_found(
        "+++\nkind = \"fixed\"\n[operator]\naction = \"required\"\ndowntime = \"long\"\n+++\n## Notes\n",
        "
        changes/lease.md:1:1: nothing is written for people to read
          hint: say below the second `+++` what the change means to people, or take `kind = \"internal\"`
        changes/lease.md:3:2: `operator.rollback`: missing
          hint: add `rollback = \"safe\"`
        changes/lease.md:3:2: `operator.when`: missing
          hint: add `when = \"before\"`
        changes/lease.md:4:10: `operator.action`: something is to be done, and nothing says what
          hint: write it below a heading `## Operators`
        changes/lease.md:5:12: `operator.downtime`: `long` is neither `none` nor `restart` nor a period such as `10 minutes`",
    );
}

#[test]
fn each_block_says_what_it_lacks() {
    assert_found(
        "+++\nkind = \"fixed\"\n[[configuration]]\nkey = \"a\"\nchange = \"renamed\"\nfrom = \"b\"\n[[migration]]\nid = \"1\"\n\
         lock-for = \"2s\"\n[[requirement]]\nname = \"x\"\n[[deprecation]]\nwhat = \"y\"\nannounced-in = \"2.0.0\"\n\
         removed-in = \"1.9.0\"\n[security]\n[[erratum]]\non = 2026-13-01\n+++\ntext\n",
        "
        changes/lease.md:18:6: not valid TOML: invalid date, expected month between 01 and 12",
    );
    assert_found(
        "+++\nkind = \"fixed\"\n[[configuration]]\nkey = \"a\"\nchange = \"renamed\"\nfrom = \"b\"\n[[migration]]\nid = \"1\"\n\
         lock-for = \"2s\"\n[[requirement]]\nname = \"x\"\n[[deprecation]]\nwhat = \"y\"\nannounced-in = \"2.0.0\"\n\
         removed-in = \"1.9.0\"\n[security]\n[[erratum]]\non = 2026-12-01\n+++\ntext\n",
        "
        changes/lease.md:3:1: `configuration[0].to`: missing
          hint: add `to = \"scheduler.lease-time\"`
        changes/lease.md:6:1: `configuration[0].from`: it goes only with `change = \"default\"`
          hint: leave it out, or correct the other key
        changes/lease.md:7:1: `migration[0].phase`: missing
          hint: add `phase = \"before\"`
        changes/lease.md:7:1: `migration[0].rollback`: missing
          hint: add `rollback = \"needs-down\"`
        changes/lease.md:9:1: `migration[0].lock-for`: it goes only with a `lock` other than `none`
          hint: leave it out, or correct the other key
        changes/lease.md:10:1: `requirement[0]`: none of `minimum`, `maximum`, `dropped` is there
          hint: add one of them
        changes/lease.md:15:14: `deprecation[0].removed-in`: not later than `announced-in`
          hint: what is announced goes in a later version
        changes/lease.md:16:2: `security`: it goes only with `kind = \"security\"`
          hint: leave it out, or correct the other key
        changes/lease.md:16:2: `security.severity`: missing
          hint: add `severity = \"high\"`
        changes/lease.md:17:1: `erratum[0].text`: missing
          hint: add `text = \"the key is called `lease`\"`",
    );
}

#[test]
fn a_decision_says_one_thing_and_why() {
    assert_found(
        "+++\n[[decision]]\ncommit = \"main\"\norigin = [\"aaaaaaa\"]\n[[decision]]\ncommit = \"aaaaaaa\"\n[[decision]]\n\
         commit = \"bbbbbbb\"\nline-only = true\nnot-needed = \"1.8\"\n[[decision]]\ncommit = \"ccccccc\"\nline-only = true\n\
         [[decision]]\ncommit = \"ccccccc\"\norigin = \"ddddddd\"\n+++\n",
        "
        changes/lease.md:3:10: `decision[0].commit`: `main` is not the id of a commit: write seven to forty of its hex digits
        changes/lease.md:5:1: `decision[1]`: nothing says what was decided
          hint: write one of `origin`, `line-only = true` and `not-needed`
        changes/lease.md:7:1: `decision[2]`: `line-only`, `not-needed` say different things
          hint: write one of `origin`, `line-only = true` and `not-needed`
        changes/lease.md:11:1: `decision[3].because`: missing
          hint: add `because = \"the line never had the code\"`
        changes/lease.md:15:10: `decision[4].commit`: `ccccccc` is there twice
          hint: remove one of the two",
    );
}

#[test]
fn the_schema_knows_every_block() {
    let schema = note_schema();
    let keys = schema["properties"].as_object().unwrap();
    for key in ["kind", "operator", "known-issue", "decision", "carried-by"] {
        assert!(keys.contains_key(key), "{key}");
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(\\+\\+\\+\n)?[a-z\\[\\]=\"{}#\n\\.+-]{0,60}(\n\\+\\+\\+\n)?[^\u{0}]{0,40}") {
        let _ = Note::read(&text, "n", None);
    }
}
