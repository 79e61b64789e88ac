//! How much the clues for one pair of commits weigh together. The figures were set on hand-labelled histories, see
//! `docs/identity.md`; what decides is that contents can overrule a message, and a message alone is never high where
//! contents are known and say otherwise.

use super::digest::{HEAVIEST, Overlap};
use super::types::{Confidence, Evidence, Fit};

/// How the titles of two commits compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum TitleMatch {
    #[default]
    Other,
    /// Most words are the same.
    Close,
    /// The same, but many commits are called so.
    Generic,
    /// The same, as those of other commits of trunk in question.
    Shared,
    /// The same, and nobody else's.
    Same,
}

/// Everything that speaks for one commit of trunk as the origin of one of a line, or against it.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Clues {
    /// Named by its id on a marker line.
    pub marker: bool,
    /// Named by way of a commit of another line.
    pub by_way: bool,
    /// Both brought the same change note.
    pub note: bool,
    /// Named by the number of its pull request as the original.
    pub number: bool,
    /// The same number in both titles.
    pub own_number: bool,
    /// How many commits of trunk share the key that both name; 0 for none.
    pub key: u32,
    pub title: TitleMatch,
    /// Share of words that the titles have in common, generic ones aside.
    pub likeness: f64,
    pub author_date: bool,
    /// Written in the same second as few others, by whomever.
    pub second: bool,
    pub author: bool,
    pub merge: bool,
    /// How many words the line's title has.
    pub words: usize,
    /// Whether the line's message says that the change was taken over from elsewhere.
    pub marked: bool,
    /// Whether both titles only move a dependency.
    pub bump: bool,
    /// Whether the line's title is one that releasing makes.
    pub release: bool,
    /// Whether both titles speak of the notes of a release.
    pub notes: bool,
    /// Whether the line's commit changes nothing but files that tools write.
    pub generated: bool,
    /// Whether both titles name a version, and no one that is the same.
    pub other_version: bool,
    /// Whether both titles name the same version.
    pub same_version: bool,
    /// Whether another candidate does the very same to files, and this one nothing alike.
    pub outdone: bool,
    /// Whether of all commits that touch the same files none but this one has lines of the case.
    pub is_alone: bool,
    /// One takes back and the other does not.
    pub opposed: bool,
    /// `None` where contents are not known.
    pub overlap: Option<Overlap>,
    /// Place on trunk's chain of the commit that brought the origin.
    pub arrival: u32,
    /// Days between the two, by their authors' clocks.
    pub days: i64,
}

/// From this weight on a pair is sure.
const HIGH: f64 = 8.0;
const MEDIUM: f64 = 4.2;
const LOW: f64 = 3.0;

/// Weight of shared lines, some fifteen of full length, that is no chance.
const LARGE: f64 = 300.0;

/// The larger of the two shares.
fn best_share(overlap: Overlap) -> f64 {
    overlap.of_first.max(overlap.of_second)
}

impl Clues {
    /// The weight of what messages and people say.
    pub(super) fn told(&self) -> f64 {
        let mut weight = 0.0;
        weight += if self.note { 9.0 } else { 0.0 };
        weight += if self.marker {
            7.0
        } else if self.by_way {
            5.5
        } else {
            0.0
        };
        weight += match (self.number, self.own_number) {
            (true, _) => 4.0,
            (false, true) => 3.5,
            _ if self.merge => 3.0,
            _ => 0.0,
        };
        weight += match self.key {
            0 => 0.0,
            1 => 4.0,
            2..=4 => 2.5,
            _ => 1.0,
        };
        weight += match self.title {
            // Titles that were only reworded share most of their words.
            TitleMatch::Other if self.likeness >= 0.25 => 2.0 * self.likeness,
            TitleMatch::Other => 0.0,
            TitleMatch::Close => 2.0,
            TitleMatch::Generic => 1.0,
            TitleMatch::Shared => 3.0,
            TitleMatch::Same => match self.words {
                0..=2 => 3.5,
                3..=4 => 4.5,
                5 => 5.5,
                _ => 6.5,
            },
        };
        weight += if self.marked && self.title >= TitleMatch::Generic { 1.5 } else { 0.0 };
        weight += if self.author_date {
            5.0
        } else if self.second {
            3.0
        } else if self.author {
            0.7
        } else {
            0.0
        };
        weight += if self.marked && self.bump && self.same_version { 1.0 } else { 0.0 };
        weight
    }

    /// The weight of what contents say: below zero where they contradict.
    fn shown(&self) -> f64 {
        let Some(overlap) = self.overlap else { return 0.0 };
        // A line or two prove little, wherever they stand.
        let proof = (overlap.weight / 120.0).clamp(self.least_proof(overlap), 1.0);
        // Where nothing that is added is shared, both only take the same old text away; where both put something in its
        // place, something else.
        let is_other = overlap.of_first_added.max(overlap.of_second_added) < 0.02;
        let share = match overlap.of_both.min(overlap.of_first_added + if is_other { 0.0 } else { 0.15 }) {
            _ if overlap.is_equal => 7.0,
            share if share >= 0.9 => 6.5,
            share if share >= 0.75 => 6.0,
            share if share >= 0.6 => 5.0,
            share if share >= 0.45 => 4.0,
            share if share >= 0.3 => 3.0,
            share if share >= 0.2 => 2.0,
            share if share >= 0.1 => 0.8,
            // A title of its own is worth more than contents that were written anew.
            _ if self.title == TitleMatch::Same && self.words > 4 && self.days < 90 => -1.0,
            _ => -2.5,
        };
        let whole = match overlap.of_second {
            _ if overlap.of_second_added < 0.5 => 0.0,
            share if share >= 0.85 => 5.0,
            share if share >= 0.7 && overlap.weight >= LARGE => 4.2,
            _ => 0.0,
        };
        let part = match overlap.of_first {
            // What trunk removed as a whole holds every line that a line removes of it.
            _ if overlap.of_first_added < 0.5 => 0.0,
            _ if self.is_carried_over(overlap) => 5.0,
            share if share >= 0.85 && overlap.weight >= if self.is_only_whole(overlap) { 100.0 } else { 180.0 } => 5.0,
            share if share >= 0.85 => 4.0,
            share if share >= 0.7 && overlap.weight >= LARGE => 4.2,
            share if share >= 0.6 && overlap.weight >= 200.0 => 3.0,
            share if share >= 0.45 && overlap.weight >= 100.0 && (self.marker || self.number) => 2.0,
            _ => 0.0,
        };
        let much = if best_share(overlap) >= 0.3 && overlap.weight >= 4.0 * LARGE { 1.0 } else { 0.0 };
        let held = f64::max(whole, part);
        // Where neither holds the other, a share that is none at all speaks against the pair.
        let best = if held > 0.0 { f64::max(share, held) } else { share } + much;
        // What tools write is alike wherever they ran.
        let trust = if self.generated && self.title < TitleMatch::Shared && !self.is_named() { 0.4 } else { 1.0 };
        if best > 0.0 { best * proof * trust } else { best }
    }

    /// What few lines prove at least: much where a person says that they are from elsewhere, or where nothing else on trunk
    /// has them. What releasing and updates write is alike everywhere.
    fn least_proof(&self, overlap: Overlap) -> f64 {
        const ONE_LINE: f64 = 40.0;
        let is_own = self.is_alone && !self.release && !self.bump && overlap.weight >= ONE_LINE;
        match overlap.is_equal {
            _ if self.is_carried_over(overlap) => 0.9,
            _ if self.marked && self.is_alone => 0.8,
            true if self.marked || is_own => 0.65,
            false if is_own && self.author && self.is_only_whole(overlap) => 0.9,
            _ => 0.25,
        }
    }

    /// Whether the pair holds all that the line's commit does, and no other commit of trunk any of it.
    fn is_only_whole(&self, overlap: Overlap) -> bool {
        self.is_alone && !self.release && !self.bump && overlap.of_first.min(overlap.of_first_added) >= 0.95
    }

    /// Whether the notes of a release, written on the line, are what the same person brought to trunk and nothing else there
    /// has: copied when the release was out. What they put in place of older words trunk may never have had.
    fn is_carried_over(&self, overlap: Overlap) -> bool {
        let is_held = overlap.of_first_added >= 0.9 && overlap.of_first >= 0.6 && overlap.weight >= f64::from(HEAVIEST);
        self.notes && self.release && self.author && self.is_alone && !self.other_version && is_held
    }

    /// The weight of all clues together.
    pub(super) fn weight(&self) -> f64 {
        let near = match self.days {
            0..=21 => 0.6,
            22..=400 => 0.0,
            _ => -1.0,
        };
        let opposed = if self.opposed { -8.0 } else { 0.0 };
        let outdone = if self.outdone { -20.0 } else { 0.0 };
        let version = if self.other_version && !self.marker { -3.0 } else { 0.0 };
        self.told() + self.shown() + near + opposed + outdone + version
    }

    /// Whether anything but the title and the contents joins the two.
    pub(super) fn is_named(&self) -> bool {
        self.marker || self.by_way || self.note || self.number || self.own_number || self.merge || self.author_date
    }

    /// Whether a message alone may decide where contents are not known.
    fn is_sure_by_word(&self) -> bool {
        self.marker || self.by_way || self.note || self.author_date || self.title >= TitleMatch::Shared
    }

    /// Whether one person did so much alike on both sides that it is one piece of work.
    pub(super) fn is_one_work(&self) -> bool {
        self.author && self.overlap.is_some_and(|overlap| overlap.weight >= LARGE && best_share(overlap) >= 0.65)
    }

    /// Whether what releasing did on both sides only looks alike.
    fn is_coincidence(&self) -> bool {
        let is_copy = self.overlap.is_some_and(|overlap| {
            let is_large = overlap.weight >= if self.same_version { 100.0 } else { 150.0 };
            is_large && (overlap.is_equal || best_share(overlap) >= 0.75) && self.days <= 120
        });
        let is_taken_over = self.marked && self.title >= TitleMatch::Generic
            || self.overlap.is_some_and(|overlap| self.is_carried_over(overlap));
        self.release && !self.is_named() && (self.other_version || !is_copy && !is_taken_over)
    }

    /// How sure the pair is; `None` where it is not even a suggestion.
    pub(super) fn confidence(&self) -> Option<Confidence> {
        let weight = self.weight();
        let contradicted = self.overlap.is_some_and(|overlap| best_share(overlap) < 0.1);
        match weight {
            _ if contradicted && self.words <= 4 && !self.is_named() && self.key == 0 && weight >= LOW => {
                Some(Confidence::Low)
            }
            // A number or a key is as often that of a neighbour; without contents to confirm it, it only suggests.
            _ if self.overlap.is_none() && !self.is_sure_by_word() && weight >= LOW => Some(Confidence::Low),
            _ if self.is_coincidence() && weight >= LOW => Some(Confidence::Low),
            _ if weight >= HIGH && !contradicted => Some(Confidence::High),
            _ if weight >= MEDIUM => Some(Confidence::Medium),
            _ if weight >= LOW => Some(Confidence::Low),
            _ => None,
        }
    }

    /// What speaks for the pair, strongest first.
    pub(super) fn evidence(&self) -> Vec<Evidence> {
        let overlap = self.overlap.unwrap_or_default();
        let shares_lines = best_share(overlap) >= 0.3;
        let known = [
            (self.note, Evidence::Note),
            (self.marker || self.by_way, Evidence::Marker),
            (self.key > 0, Evidence::Key),
            (self.number || self.own_number, Evidence::Number),
            (overlap.is_equal, Evidence::PatchId),
            (self.author_date || self.second, Evidence::AuthorDate),
            (self.title != TitleMatch::Other, Evidence::Subject),
            (shares_lines && !overlap.is_equal, Evidence::Lines),
            (self.merge, Evidence::Merge),
        ];
        known.into_iter().filter(|(holds, _)| *holds).map(|(_, evidence)| evidence).collect()
    }

    /// How much of the origin arrived; `None` where contents are not known.
    pub(super) fn fit(&self, is_part: bool) -> Option<Fit> {
        let overlap = self.overlap?;
        Some(match overlap {
            _ if overlap.is_equal => Fit::Clean,
            _ if is_part || overlap.of_first >= 0.85 && overlap.of_second < 0.6 => Fit::Partial,
            _ => Fit::Adapted,
        })
    }
}
