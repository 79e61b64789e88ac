//! `[[changes.decision]]` of `release.toml` and `[[decision]]` of a change note.

use super::collector::Collector;
use crate::config::decision::{Decision, Verdict};
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::shape::DecisionShape;

/// The decisions of the list at `path`. A commit has at most one for what it is, and one for each line that does not need
/// it.
pub(in crate::config) fn check_decisions(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Vec<DecisionShape>,
) -> Vec<Decision> {
    let mut decisions: Vec<Decision> = Vec::new();
    for (index, shape) in written.into_iter().enumerate() {
        let path = path.index(index);
        let Some(decision) = check_decision(found, &path, shape) else { continue };
        if decisions.iter().any(|earlier| contradicts(earlier, &decision)) {
            found.report_value(&path.key("commit"), Fault::Repeated { value: decision.commit.to_string() });
        }
        decisions.push(decision);
    }
    decisions
}

fn check_decision(found: &mut Collector<'_>, path: &KeyPath, shape: DecisionShape) -> Option<Decision> {
    let commit = found.require(&path.key("commit"), shape.commit, "commit = \"1a2b3c4d5\"");
    let because = found.text(&path.key("because"), shape.because);
    let written: Vec<&'static str> =
        ["origin", "line-only", "not-needed"].into_iter().filter(|key| found.is_written(&path.key(key))).collect();
    let verdict = match written.as_slice() {
        ["origin"] => Verdict::BackportOf(distinct(found, &path.key("origin"), shape.origin)),
        ["line-only"] => {
            if shape.line_only == Some(false) {
                found.report_value(&path.key("line-only"), Fault::SaysNothing);
            }
            Verdict::LineOnly
        }
        ["not-needed"] => Verdict::NotNeeded(distinct(found, &path.key("not-needed"), shape.not_needed)),
        _ => {
            found.report(path, Fault::Verdict { written: written.iter().map(|key| (*key).to_owned()).collect() });
            return None;
        }
    };
    if because.is_none() && !matches!(verdict, Verdict::BackportOf(_)) {
        found.require::<String>(&path.key("because"), None, "because = \"the line never had the code\"");
    }
    Some(Decision { commit: commit?, verdict, because, line: found.line(path) })
}

fn distinct<T: PartialEq + ToString>(
    found: &mut Collector<'_>,
    path: &KeyPath,
    list: Option<crate::config::shape::OneOrMany<T>>,
) -> Vec<T> {
    let items = found.items(path, list);
    found.distinct(&items);
    items.into_iter().map(|(_, item)| item).collect()
}

fn contradicts(earlier: &Decision, later: &Decision) -> bool {
    earlier.commit == later.commit
        && match (&earlier.verdict, &later.verdict) {
            (Verdict::NotNeeded(one), Verdict::NotNeeded(other)) => one.iter().any(|line| other.contains(line)),
            (Verdict::NotNeeded(_), _) | (_, Verdict::NotNeeded(_)) => false,
            _ => true,
        }
}
