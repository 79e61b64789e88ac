//! What a commit of a line is, once all clues are known.

use super::case::{Case, best};
use super::engine::Engine;
use super::types::{Class, Confidence, Evidence, Fit, Origin, Standing};
use super::weigh::{Clues, TitleMatch};
use crate::graph::Node;

/// Further origins that are looked for within one commit.
const MOST_ORIGINS: usize = 12;

impl Engine<'_, '_, '_> {
    /// What a commit is, once all its clues are known.
    pub(super) fn decide(&self, case: &Case<'_>) -> Standing {
        let mut standing = Standing::new(case.node, Class::LineOnly);
        let Some((origin, clues)) = best(case) else {
            standing.class = self.class_without_origin(case);
            return standing;
        };
        let is_twin = case.is_bump
            && !clues.is_named()
            && !clues.second
            && !case.is_marked
            && (case.is_by_bot || clues.title < TitleMatch::Generic && !clues.is_one_work());
        let Some(mut confidence) = clues.confidence() else {
            standing.class = self.class_without_origin(case);
            return standing;
        };
        if is_twin {
            standing.twin = confidence.counts().then_some(origin);
            confidence = Confidence::Low;
        }
        standing.origins.push(Origin {
            node: origin,
            evidence: clues.evidence(),
            confidence,
            fit: clues.fit(case.marks.is_part),
        });
        if confidence.counts() {
            standing.class = Class::Backport;
            self.further_origins(case, origin, &mut standing);
        } else {
            standing.class = self.class_without_origin(case);
        }
        standing
    }

    /// Further whole commits of trunk in what the main origin leaves of the difference.
    pub(super) fn further_origins(&self, case: &Case<'_>, main: Node, standing: &mut Standing) {
        let (Some(line), Some(first)) = (self.lines(case.node), self.lines(main)) else { return };
        let mut rest = line.without(first);
        let mut open: Vec<(Node, Clues)> = case
            .candidates
            .iter()
            .filter(|(origin, _)| **origin != main)
            .map(|(origin, clues)| (*origin, *clues))
            .collect();
        let main_clues = case.candidates.get(&main).copied().unwrap_or_default();
        open.retain(|(origin, clues)| {
            let is_titled = is_of_its_title(clues, &main_clues);
            if is_titled {
                let confidence = Confidence::Medium;
                let (evidence, fit) = (clues.evidence(), clues.fit(true));
                standing.origins.push(Origin { node: *origin, evidence, confidence, fit });
            }
            !is_titled
        });
        while standing.origins.len() < MOST_ORIGINS && rest.weight >= 20 {
            let best = open
                .iter()
                .enumerate()
                .filter_map(|(at, (origin, clues))| {
                    let overlap = rest.overlap(self.lines(*origin)?);
                    let named = clues.marker || clues.by_way || clues.number || clues.merge;
                    // A message that names one origin names the others, too.
                    let akin = clues.author && clues.likeness >= 0.5 && !main_clues.is_named();
                    let enough = if named { 0.6 } else { 0.85 };
                    let heavy = match (named, akin) {
                        (_, true) => 20.0,
                        (true, false) => 40.0,
                        (false, false) => 80.0,
                    };
                    (overlap.of_second >= enough && overlap.weight >= heavy && !clues.opposed)
                        .then_some((overlap.weight, at))
                })
                .max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1)));
            let Some((_, at)) = best else { return };
            let (origin, clues) = open.swap_remove(at);
            if let Some(trunk) = self.lines(origin) {
                rest = rest.without(trunk);
            }
            let mut evidence = clues.evidence();
            if !evidence.contains(&Evidence::Lines) {
                evidence.push(Evidence::Lines);
                evidence.sort_unstable();
            }
            standing.origins.push(Origin {
                node: origin,
                evidence,
                confidence: Confidence::Medium,
                fit: Some(Fit::Adapted),
            });
        }
    }

    pub(super) fn class_without_origin(&self, case: &Case<'_>) -> Class {
        if case.title.turns > 0 {
            Class::Revert
        } else if case.is_release {
            Class::Release
        } else {
            Class::LineOnly
        }
    }
}

/// Whether a candidate is in a commit beside the main origin because the commit bears its title: the title is that of one,
/// the lines are those of another.
fn is_of_its_title(clues: &Clues, main: &Clues) -> bool {
    let shares_lines = clues.confidence().is_some_and(Confidence::counts)
        && clues.overlap.is_some_and(|overlap| overlap.of_first.max(overlap.of_second) >= 0.15);
    // What one request brought as steps is one change on a line, under the title of the first and by its author; of that
    // step's own lines nothing may be left.
    let is_first_step = clues.arrival == main.arrival && clues.author_date;
    clues.title == TitleMatch::Same && main.title != TitleMatch::Same && (shares_lines || is_first_step)
}
