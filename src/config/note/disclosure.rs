//! What may be told of a change on a day: a weakness stays vague until it is disclosed, and what is not announced yet is not
//! spoken of at all.
//!
//! The invariant: every document asks here, so that none of them tells what another one keeps.

use chrono::NaiveDate;

use super::model::Note;

/// How much of a change documents may tell. What keeps more back is greater, and of two alike the one that does so longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disclosure {
    /// Everything.
    Open,
    /// That something was repaired, and no more: neither words, scope, references nor what breaks.
    Vague { until: NaiveDate },
    /// Nothing.
    Silent { until: NaiveDate },
}

impl Disclosure {
    /// The day on which everything is told; `None` where it is already.
    pub fn until(self) -> Option<NaiveDate> {
        match self {
            Self::Open => None,
            Self::Vague { until } | Self::Silent { until } => Some(until),
        }
    }

    /// What stands in the place of the change's own words.
    pub fn stand_in(self) -> Option<String> {
        match self {
            Self::Open => None,
            Self::Vague { until } => Some(format!("A security fix. Details follow on {until}.")),
            Self::Silent { until } => Some(format!("A change that is announced on {until}.")),
        }
    }
}

impl Note {
    /// Whether there is a day before which not everything of it may be told, past or to come.
    pub(super) fn has_a_day(&self) -> bool {
        self.announce_on.is_some() || self.security.as_ref().is_some_and(|security| security.disclose_on.is_some())
    }

    /// How much documents may tell of the change on `today`. The day itself counts as told.
    pub fn disclosure(&self, today: NaiveDate) -> Disclosure {
        let until = |day: Option<NaiveDate>| day.filter(|day| *day > today);
        let disclosed = until(self.security.as_ref().and_then(|security| security.disclose_on));
        match (until(self.announce_on), disclosed) {
            (Some(until), _) => Disclosure::Silent { until },
            (None, Some(until)) => Disclosure::Vague { until },
            (None, None) => Disclosure::Open,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_told_from_its_day_on() {
        let note = |front: &str| {
            Note::read(&format!("+++\nkind = \"security\"\n{front}\n+++\nThe token leaks.\n"), "n.md", None).unwrap()
        };
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let secret = note("[security]\nseverity = \"high\"\ndisclose-on = 2026-12-03");
        let until = day("2026-12-03");
        assert_eq!(secret.disclosure(day("2026-12-02")), Disclosure::Vague { until });
        assert_eq!(secret.disclosure(until), Disclosure::Open);
        let both = note("announce-on = 2026-12-01\n[security]\nseverity = \"high\"\ndisclose-on = 2026-12-03");
        assert_eq!(both.disclosure(day("2026-11-30")), Disclosure::Silent { until: day("2026-12-01") });
        assert_eq!(both.disclosure(day("2026-12-01")), Disclosure::Vague { until });
        assert_eq!(note("").disclosure(day("2020-01-01")), Disclosure::Open);
        let words = both.disclosure(day("2026-12-01")).stand_in().unwrap();
        assert_eq!(words, "A security fix. Details follow on 2026-12-03.");
    }
}
