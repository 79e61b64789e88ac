//! Questions about small real repositories, answers as short texts.

use super::{Affected, AffectedError, AffectedReader, osv};
use crate::cache::Cache;
use crate::config::Config;
use crate::reports::changelog::tests::{BOTH, ledger};
use crate::reports::{IdentitySources, LedgerIdentities};
use crate::testing::TestRepo;

/// A fix of one file on trunk, and the lines 1.8 and 1.9 that were cut before it, each with its first release.
struct Story {
    repo: TestRepo,
}

const CODE: &str = "first line of the code\nsecond line of the code\nthird line of the code\n";
const FIX: &str = "first line of the code\nsecond line, mended for good\nthird line of the code\n";

impl Story {
    fn new() -> Self {
        let mut repo = TestRepo::new();
        repo.commit_file("main", "feat: start", "code", CODE);
        for line in ["1.8", "1.9"] {
            repo.commit_file("main", &format!("feat: what is new in {line}"), &format!("new-{line}"), "new\n");
            repo.branch(&format!("release/{line}"), "main");
            repo.tag(&format!("v{line}.0"), "main");
        }
        Self { repo }
    }

    fn try_ask(&self, what: &str, introduced: Option<&str>) -> Result<Affected, AffectedError> {
        self.try_ask_on("2026-01-01", what, introduced)
    }

    fn try_ask_on(&self, today: &str, what: &str, introduced: Option<&str>) -> Result<Affected, AffectedError> {
        let (repository, directory) = (self.repo.open(), tempfile::tempdir().unwrap());
        let ledger = ledger(&self.repo, BOTH);
        let cache = Cache::below(directory.path());
        let sources = IdentitySources { repository: &repository, cache: &cache, threads: 1, progress: &|_| () };
        let identities = LedgerIdentities::read(&ledger, &sources)?;
        let reader = AffectedReader::new(&ledger, &identities, &repository, today.parse().unwrap());
        let question = |text: &str| reader.question(text, repository.resolve(text).ok());
        let cause = introduced.map(question).transpose()?;
        reader.answer(&question(what)?, cause.as_ref())
    }

    fn ask(&self, what: &str) -> Vec<String> {
        told(&self.try_ask(what, None).unwrap_or_else(|error| panic!("{what}: {error}")))
    }

    #[track_caller]
    fn refused(&self, what: &str) -> String {
        self.try_ask(what, None).map(|answer| told(&answer)).unwrap_err().to_string()
    }
}

/// `line standing [first release]`, then `version standing`; `!` where it is affected.
fn told(answer: &Affected) -> Vec<String> {
    let text = |standing| serde_json::to_value(standing).unwrap().as_str().unwrap().to_owned();
    let mark = |is_affected| if is_affected { "!" } else { "" };
    let mut shown = Vec::new();
    for line in &answer.lines {
        let first = line.first_release.as_ref().map_or("-", |version| version.as_str());
        shown.push(format!("{} {}{} [{first}]", line.name, text(line.whole.standing), mark(line.whole.affected)));
    }
    for release in &answer.releases {
        let whole = release.whole;
        shown.push(format!("{} {}{}", release.version, text(whole.standing), mark(whole.affected)));
    }
    shown
}

#[test]
fn a_change_is_the_same_whichever_of_its_commits_is_named() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_file("main", "fix: mend the code (#12)", "code", FIX);
    r.commit("release/1.8", "chore: something else");
    r.tag("v1.8.1", "release/1.8");
    let picked = r.pick("release/1.8", fix, "fix: mend the code (#12) (#34)");
    r.tag("v1.8.2-rc.1", "release/1.8");
    r.tag("v1.8.2", "release/1.8");
    let wanted =
        ["1.9 no! [-]", "1.8 yes [1.8.2]", "1.9.0 no!", "1.8.2 yes", "1.8.2-rc.1 yes", "1.8.1 no!", "1.8.0 no!"];
    let names = [fix.to_string(), picked.to_string(), picked.short(), "#12".into(), "#34".into(), "main".into()];
    for name in names.iter().chain(&["release/1.8".into(), "v1.8.2^{commit}".into()]) {
        assert_eq!(story.ask(name), wanted, "{name}");
        let answer = story.try_ask(name, None).unwrap();
        assert_eq!((answer.origin, answer.commits.len()), (Some(fix), 2), "{name}");
        assert!(answer.trunk.unwrap().whole.has);
        assert_eq!(answer.lines[1].commit, Some(picked));
        assert_eq!(answer.lines[1].first_candidate.as_ref().map(|version| version.as_str()), Some("1.8.2-rc.1"));
    }
}

#[test]
fn what_was_taken_back_later_is_missing_only_in_between() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_file("main", "fix: mend the code", "code", FIX);
    let picked = r.pick("release/1.9", fix, &format!("fix: mend the code\n\n(cherry picked from commit {fix})"));
    r.tag("v1.9.1", "release/1.9");
    let message = format!("Revert \"fix: mend the code\"\n\nThis reverts commit {picked}.");
    let revert = r.commit_file("release/1.9", &message, "code", CODE);
    r.tag("v1.9.2", "release/1.9");
    let message = format!("Reapply \"fix: mend the code\"\n\nThis reverts commit {revert}.");
    r.commit_file("release/1.9", &message, "code", FIX);
    r.tag("v1.9.3", "release/1.9");
    let shown = story.ask(&fix.to_string());
    assert_eq!(shown[..2], ["1.9 yes [1.9.1]", "1.8 no! [-]"]);
    assert_eq!(shown[2..6], ["1.9.3 yes", "1.9.2 reverted!", "1.9.1 yes", "1.9.0 no!"]);
}

#[test]
fn a_revert_of_trunk_counts_for_what_has_it() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_file("main", "fix: mend the code", "code", FIX);
    r.branch("release/1.10", "main");
    r.tag("v1.10.0", "main");
    r.commit_file("main", &format!("Revert it\n\nThis reverts commit {fix}."), "code", CODE);
    r.branch("release/1.11", "main");
    r.tag("v1.11.0", "main");
    let shown = story.ask(&fix.to_string());
    assert_eq!(shown[..3], ["1.11 reverted! [-]", "1.10 yes [1.10.0]", "1.9 no! [-]"]);
}

#[test]
fn a_part_of_a_pull_request_is_not_the_change() {
    let mut story = Story::new();
    let r = &mut story.repo;
    r.branch("topic", "main");
    let one = r.commit_file("topic", "fix: mend the code", "code", FIX);
    let two = r.commit_file("topic", "fix: and write about it", "text", "some words about the code\nand some more\n");
    r.merge("main", "topic", "Merge pull request #7 from x/topic\n\nMend the code");
    r.pick("release/1.9", one, "fix: mend the code");
    r.tag("v1.9.1", "release/1.9");
    r.pick("release/1.9", two, "fix: and write about it");
    r.tag("v1.9.2", "release/1.9");
    let shown = story.ask("#7");
    assert_eq!(shown[..5], ["1.9 yes [1.9.2]", "1.8 no! [-]", "1.9.2 yes", "1.9.1 partial!", "1.9.0 no!"]);
    assert_eq!(story.ask("main"), shown);
    assert_eq!(story.ask(&one.to_string())[0], "1.9 yes [1.9.1]");
}

#[test]
fn a_fix_that_trunk_never_had_is_followed_from_line_to_line() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_file("release/1.8", "fix: mend what only lines have", "old", "mended on the lines only\n");
    r.tag("v1.8.1", "release/1.8");
    let message = format!("fix: mend what only lines have\n\n(cherry picked from commit {fix})");
    let other = r.pick("release/1.9", fix, &message);
    r.tag("v1.9.1", "release/1.9");
    for name in [fix, other] {
        let answer = story.try_ask(&name.to_string(), None).unwrap();
        assert_eq!(answer.origin, None);
        assert!(!answer.trunk.as_ref().unwrap().whole.has);
        assert_eq!(
            told(&answer),
            ["1.9 yes [1.9.1]", "1.8 yes [1.8.1]", "1.9.1 yes", "1.9.0 no!", "1.8.1 yes", "1.8.0 no!"]
        );
    }
}

#[test]
fn what_never_had_the_fault_is_not_affected() {
    let mut story = Story::new();
    let fault = story.repo.id("v1.9.0");
    let r = &mut story.repo;
    r.commit_file("main", "fix: mend the code (CVE-2026-1234)", "code", FIX);
    let answer = story.try_ask("CVE-2026-1234", Some(&fault.to_string())).unwrap();
    assert_eq!(told(&answer), ["1.9 no! [-]", "1.8 no [-]", "1.9.0 no!", "1.8.0 no"]);
    // The fault follows its change onto older lines.
    story.repo.pick("release/1.8", fault, "feat: what is new in 1.9");
    story.repo.tag("v1.8.1", "release/1.8");
    let answer = story.try_ask("CVE-2026-1234", Some(&fault.to_string())).unwrap();
    assert_eq!(told(&answer), ["1.9 no! [-]", "1.8 no! [-]", "1.9.0 no!", "1.8.1 no!", "1.8.0 no"]);
    assert_eq!(answer.introduced, [fault]);
}

const NOTE: &str = "+++\nkind = \"security\"\nrefs = [\"#77\"]\n[security]\nseverity = \"high\"\nids = [\"CVE-2026-7\"]\n\
    introduced-in = \"1.9.0\"\n+++\nAn outsider could read the code.\n";

#[test]
fn a_change_note_names_its_change_and_says_more_about_it() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_files("main", "fix: mend the code", &[("code", Some(FIX)), ("changes/mend.md", Some(NOTE))]);
    r.commit("main", "feat: go on");
    r.branch("release/1.10", "main");
    r.tag("v1.10.0", "main");
    // Notes go after a release; the line still has it.
    r.commit_files("main", "chore: remove released notes", &[("changes/mend.md", None)]);
    for name in ["CVE-2026-7", "#77", &fix.to_string()] {
        let answer = story.try_ask(name, None).unwrap();
        assert_eq!((answer.origin, answer.origins.len()), (Some(fix), 1), "{name}");
        let shown = told(&answer);
        assert_eq!(shown[..3], ["1.10 yes [1.10.0]", "1.9 no! [-]", "1.8 no [-]"], "{name}");
        let note = answer.note.unwrap();
        assert_eq!(
            (note.path.as_deref(), note.text.as_str()),
            (Some("changes/mend.md"), "An outsider could read the code.")
        );
    }
}

#[test]
fn of_several_notes_the_one_that_keeps_most_back_decides() {
    let open = "+++\nkind = \"fixed\"\n+++\nThe parser is stricter.\n";
    let vague = "+++\nkind = \"security\"\n[security]\nseverity = \"high\"\nids = [\"CVE-2026-7\"]\n\
        disclose-on = 2026-03-01\n+++\nAn outsider could read the code.\n";
    let silent = "+++\nkind = \"added\"\nannounce-on = 2026-03-01\n+++\nTenants have regions.\n";
    for (other, stand_in) in [
        (vague, "A security fix. Details follow on 2026-03-01."),
        (silent, "A change that is announced on 2026-03-01."),
    ] {
        let mut story = Story::new();
        let files = [("code", Some(FIX)), ("changes/a.md", Some(open)), ("changes/b.md", Some(other))];
        let fix = story.repo.commit_files("main", "fix: lock the outsider out of regions", &files);
        let answer = |today: &str| story.try_ask_on(today, &fix.to_string(), None).unwrap();
        let before = answer("2026-02-28");
        let words = [before.subject.as_deref(), before.note.as_ref().map(|note| note.text.as_str())];
        assert_eq!(words, [Some(stand_in); 2]);
        let after = answer("2026-03-01").note.unwrap();
        assert_eq!(after.text, "The parser is stricter.");
    }
}

#[test]
fn what_is_not_disclosed_yet_is_named_by_no_answer() {
    // A fault elsewhere in the note makes nothing public.
    for fault in ["", "feeling = \"bad\"\n"] {
        nothing_is_named_before_its_day(fault);
    }
}

fn nothing_is_named_before_its_day(fault: &str) {
    let mut story = Story::new();
    let note = "+++\nkind = \"security\"\nrefs = [\"#77\"]\n[security]\nseverity = \"high\"\nids = [\"CVE-2026-7\"]\n\
        disclose-on = 2026-03-01\n+++\nAn outsider could read the code.\n";
    let note = note.replace("refs =", &format!("{fault}refs ="));
    let files = [("code", Some(FIX)), ("changes/outsider.md", Some(note.as_str()))];
    let fix = story.repo.commit_files("main", "fix: lock the outsider out (#77)", &files);
    story.repo.branch("release/1.10", "main");
    story.repo.tag("v1.10.0", "main");
    let secrets = ["outsider", "CVE-2026-7", "#77", "high"];
    for what in [fix.to_string(), "1.10.0".to_owned()] {
        let text = |today: &str| {
            let mut answer = story.try_ask_on(today, &what, None).unwrap();
            let config = Config::read(BOTH, crate::config::Origin::Recognised).unwrap();
            let is_change = answer.version.is_none();
            let advisory = is_change.then(|| osv(&answer, &config, "acme", story.repo.now()).unwrap());
            answer.asked.clear();
            serde_json::to_string(&(answer, advisory)).unwrap()
        };
        let before = text("2026-02-28");
        assert!(before.contains("A security fix. Details follow on 2026-03-01."), "{before}");
        for secret in secrets {
            assert!(!before.contains(secret), "{secret} in {before}");
        }
        let after = text("2026-03-01");
        assert!(after.contains("outsider") && after.contains("CVE-2026-7") && after.contains("#77"), "{after}");
    }
}

#[test]
fn what_a_person_decided_counts() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_file("main", "fix: mend the code", "code", FIX);
    let other = r.commit_file("release/1.8", "fix: shut the gate", "gate", "quite another way\nto go about it\n");
    assert_eq!(story.ask(&fix.to_string())[1], "1.8 no! [-]");
    let note =
        format!("+++\n[[decision]]\ncommit = \"{other}\"\norigin = \"{fix}\"\nbecause = \"written anew\"\n+++\n");
    story.repo.commit_file("main", "docs: say what is what", "changes/decided.md", &note);
    assert_eq!(story.ask(&fix.to_string())[1], "1.8 yes [-]");
    assert_eq!(story.ask(&other.to_string())[1], "1.8 yes [-]");
}

#[test]
fn the_key_of_a_weakness_is_believed_on_a_line_and_another_is_not() {
    for (key, shown, maybe) in [("SECURITY-12", "1.8 yes [-]", 0), ("KEY-12", "1.8 no! [-]", 1)] {
        let mut story = Story::new();
        let r = &mut story.repo;
        r.commit_file("main", &format!("mend the code ({key})"), "code", FIX);
        let other = "quite another way to go about it\nwith nothing in common\n";
        let own = r.commit_file("release/1.8", &format!("forbid it by way of the gate ({key})"), "gate", other);
        // Nothing that is computed leads to trunk then.
        let note = format!("+++\n[[decision]]\ncommit = \"{own}\"\nline-only = true\nbecause = \"another way\"\n+++\n");
        r.commit_file("main", "docs: say what is what", "changes/decided.md", &note);
        let answer = story.try_ask(key, None).unwrap();
        assert_eq!(told(&answer)[1], shown, "{key}");
        assert_eq!(answer.maybe.len(), maybe, "{key}");
    }
}

#[test]
fn a_revert_that_names_a_key_is_not_the_change() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_file("main", "KEY-12: mend the code", "code", FIX);
    r.commit_file("main", &format!("Revert \"KEY-12: mend the code\"\n\nThis reverts commit {fix}."), "code", CODE);
    let answer = story.try_ask("KEY-12", None).unwrap();
    assert_eq!(answer.origins, [fix]);
    assert!(!answer.trunk.unwrap().whole.has);
}

#[test]
fn a_second_attempt_at_what_a_key_names_needs_nothing_of_the_first() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let attempt = r.commit_file("main", "Forbid it at the gate (KEY-12)", "gate", "nobody comes through here\n");
    r.branch("revert-KEY-12", "main");
    let text = format!("Revert \"Forbid it at the gate (KEY-12)\"\n\nThis reverts commit {attempt}.");
    r.commit_files("revert-KEY-12", &text, &[("gate", None)]);
    r.merge("main", "revert-KEY-12", "Merge pull request #9 from acme/revert-KEY-12");
    assert_eq!(story.try_ask("KEY-12", None).unwrap().origins, [attempt]);
    let fix = story.repo.commit_file("main", "Mend the code (KEY-12)", "code", FIX);
    story.repo.pick("release/1.9", fix, "Mend the code (KEY-12)");
    story.repo.tag("v1.9.1", "release/1.9");
    let answer = story.try_ask("KEY-12", None).unwrap();
    assert_eq!(answer.origins, [fix]);
    assert_eq!(told(&answer)[..2], ["1.9 yes [1.9.1]", "1.8 no! [-]"]);
    assert!(answer.trunk.unwrap().whole.has);
}

#[test]
fn deploys_say_since_when_and_whether_still() {
    let mut story = Story::new();
    let r = &mut story.repo;
    r.tag("deploy/production/2025-01-01.1", "main");
    let fix = r.commit_file("main", "fix: mend the code", "code", FIX);
    r.tag("deploy/staging/2025-01-02.1", "main");
    r.tag("deploy/production/2025-01-02.1", "main");
    let message = "Roll back\n\nKind: rollback\nReplaces: deploy/production/2025-01-02.1";
    r.tag_with("deploy/production/2025-01-02.2", "deploy/production/2025-01-01.1", message);
    let answer = story.try_ask(&fix.to_string(), None).unwrap();
    let shown: Vec<_> = answer
        .deploys
        .iter()
        .map(|deploy| (deploy.first.as_ref().map(ToString::to_string).unwrap_or_default(), deploy.live))
        .collect();
    let first = |name: &str| format!("deploy/{name}/2025-01-02.1");
    assert_eq!(shown, [(first("staging"), Some(true)), (first("production"), Some(false))]);
}

#[test]
fn a_release_tells_what_it_brought_and_who_lacks_it() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_file("main", "fix: mend the code", "code", FIX);
    let picked = r.pick("release/1.8", fix, "fix: mend the code");
    let own = r.commit_file("release/1.8", "fix: what only 1.8 needs", "own", "1.8 needs this\nand nobody else\n");
    r.commit_file("release/1.8", "chore: release 1.8.1", "VERSION", "1.8.1\n");
    r.tag("v1.8.1", "release/1.8");
    for name in ["1.8.1", "v1.8.1"] {
        let answer = story.try_ask(name, None).unwrap();
        let version = answer.version.as_ref().unwrap();
        assert_eq!((version.line.as_str(), version.previous.as_deref()), ("1.8", Some("1.8.0")));
        let shown: Vec<_> = answer
            .changes
            .iter()
            .map(|change| (change.origin, change.commits[0], change.newer_without.join(" ")))
            .collect();
        assert_eq!(shown, [(None, own, String::new()), (Some(fix), picked, "1.9".to_owned())], "{name}");
        assert!(answer.lines.is_empty() && answer.commits.is_empty());
    }
}

#[test]
fn a_number_without_its_sign_is_no_beginning_of_an_id() {
    let mut story = Story::new();
    let short = (0..3_000).find_map(|number| {
        let id = story.repo.commit("main", &number.to_string()).to_string();
        id[..4].bytes().all(|byte| byte.is_ascii_digit()).then(|| id[..4].to_owned())
    });
    let short = short.unwrap();
    assert_eq!(
        story.refused(&short),
        format!("`{short}` is no commit, pull request, key or release of this repository")
    );
    let fix = story.repo.commit_file("main", &format!("fix: mend the code (#{short})"), "code", FIX);
    assert_eq!(story.try_ask(&short, None).unwrap().origins, [fix]);
}

#[test]
fn what_names_nothing_or_too_much_is_refused() {
    let mut story = Story::new();
    for (what, message) in [
        ("1.8.9", "`1.8.9` is no commit, pull request, key or release of this repository"),
        ("", "`` is no commit, pull request, key or release of this repository"),
        ("#99", "no commit and no change note that was read names `#99`"),
        ("cve-2026-99", "no commit and no change note that was read names `CVE-2026-99`"),
    ] {
        assert_eq!(story.refused(what), message, "{what}");
    }
    let error = story.try_ask("main", Some("1.8.0")).map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), "`--introduced` is about a change, and `1.8.0` is a release");
    assert_eq!(error.hints(), ["for the commit that it is made of, write `v1.8.0^{commit}`"]);
    // Of a thousand ids some begin with the same four digits.
    let mut seen = std::collections::BTreeMap::new();
    let shared = (0..3_000).find_map(|number| {
        let id = story.repo.commit("many", &number.to_string()).to_string();
        let is_number = id[..4].bytes().all(|byte| byte.is_ascii_digit());
        (seen.insert(id[..4].to_owned(), number).is_some() && !is_number).then(|| id[..4].to_owned())
    });
    story.repo.branch("release/1.10", "many");
    let error = story.try_ask(&shared.unwrap(), None).map(|_| ()).unwrap_err();
    assert!(matches!(&error, AffectedError::AmbiguousCommit { commits, .. } if commits.len() > 1), "{error}");
    assert!(error.findings().len() > 1);
}

#[test]
fn a_commit_that_nothing_reaches_is_said_to_be_nowhere() {
    let mut story = Story::new();
    let stray = story.repo.commit_file("stray", "feat: a thought", "thought", "a thought\n").to_string();
    assert_eq!(story.refused(&stray), format!("`{stray}` lies on no trunk, line, release or deploy that was read"));
}

/// The events of each range: `>` introduced, `<` fixed, `=` last affected, `|` limit.
fn ranges(story: &Story, what: &str, introduced: Option<&str>, text: &str) -> Vec<String> {
    let answer = story.try_ask(what, introduced).unwrap();
    let config = Config::read(text, crate::config::Origin::Recognised).unwrap();
    let document = serde_json::to_value(osv(&answer, &config, "Acme", story.repo.now()).unwrap()).unwrap();
    let ranges = document["affected"].as_array().unwrap().iter().flat_map(|item| item["ranges"].as_array().unwrap());
    let shown = ranges.map(|range| {
        let events = range["events"].as_array().unwrap().iter().flat_map(|event| event.as_object().unwrap());
        let signs = [("introduced", ">"), ("fixed", "<"), ("last_affected", "="), ("limit", "|")];
        let sign = |name: &str| signs.iter().find(|(known, _)| *known == name).unwrap().1;
        let events: Vec<String> =
            events.map(|(name, version)| format!("{}{}", sign(name), version.as_str().unwrap())).collect();
        format!(
            "{} {} {}",
            range["type"].as_str().unwrap(),
            range["database_specific"]["line"].as_str().unwrap(),
            events.join(" ")
        )
    });
    shown.collect()
}

#[test]
fn an_advisory_has_one_range_for_each_line() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fault = r.commit_file("main", "feat: a fault", "fault", "something that is wrong\n");
    for line in ["1.10", "1.11"] {
        r.branch(&format!("release/{line}"), "main");
        r.commit(&format!("release/{line}"), "chore: prepare");
        r.tag(&format!("v{line}.0"), &format!("release/{line}"));
    }
    let fix = r.commit_file("main", "fix: mend the code (CVE-2026-5)", "code", FIX);
    let picked = r.pick("release/1.9", fix, &format!("fix: mend it\n\n(cherry picked from commit {fix})"));
    r.tag("v1.9.1", "release/1.9");
    r.branch("release/1.12", "main");
    r.tag("v1.12.0", "main");
    let found = ranges(&story, "CVE-2026-5", None, BOTH);
    let wanted = [
        "SEMVER 1.11 >1.11.0 =1.11.0",
        "SEMVER 1.10 >1.10.0 =1.10.0",
        "SEMVER 1.9 >1.9.0 <1.9.1",
        "SEMVER 1.8 >0 =1.8.0",
    ];
    assert_eq!(found, wanted);
    let bounded = ranges(&story, "CVE-2026-5", Some(&fault.to_string()), BOTH);
    assert_eq!(bounded, wanted[..2]);
    let calver = BOTH.replace("kind = \"versioned\"", "kind = \"versioned\"\nversioning = \"calver\"");
    assert_eq!(ranges(&story, "CVE-2026-5", None, &calver)[2], "ECOSYSTEM 1.9 >1.9.0 <1.9.1");
    let linked = calver.replace("trunk = \"main\"", "trunk = \"main\"\nurl = \"https://example.com/acme\"");
    let found = ranges(&story, "CVE-2026-5", None, &linked);
    assert_eq!(found[2], format!("GIT 1.9 >0 <{picked} |{picked}"));
    let own = story.repo.id("v1.11.0");
    assert_eq!(found[0], format!("GIT 1.11 >{own} <{fix}"));
}

#[test]
fn an_advisory_follows_what_a_line_lost_again() {
    let mut story = Story::new();
    let r = &mut story.repo;
    let fix = r.commit_file("main", "fix: mend the code", "code", FIX);
    let picked = r.pick("release/1.8", fix, "fix: mend the code");
    r.tag("v1.8.1", "release/1.8");
    r.commit_file("release/1.8", &format!("Revert it\n\nThis reverts commit {picked}."), "code", CODE);
    r.tag("v1.8.2", "release/1.8");
    assert_eq!(
        ranges(&story, &fix.to_string(), None, BOTH),
        ["SEMVER 1.9 >1.9.0", "SEMVER 1.8 >0 <1.8.1", "SEMVER 1.8 >1.8.2 =1.8.2"]
    );
}
