//! One section while it is written.

use super::model::{ChangelogEntry, ChangelogErratum, ChangelogRelease, ChangelogSection, KindSection, LeftOut};
use crate::domain::ChangeKind;

/// Entries by kind, what is left out, and corrections.
pub(super) struct Sheet {
    release: ChangelogRelease,
    by_kind: Vec<Vec<ChangelogEntry>>,
    left_out: Vec<LeftOut>,
    errata: Vec<ChangelogErratum>,
}

impl Sheet {
    pub(super) fn new(release: ChangelogRelease) -> Self {
        let by_kind = ChangeKind::ALL.iter().map(|_| Vec::new()).collect();
        Self { release, by_kind, left_out: Vec::new(), errata: Vec::new() }
    }

    pub(super) fn release(&self) -> &ChangelogRelease {
        &self.release
    }

    pub(super) fn add(&mut self, kind: ChangeKind, entry: ChangelogEntry) {
        let at = ChangeKind::ALL.iter().position(|known| *known == kind).unwrap_or(0);
        self.by_kind[at].push(entry);
    }

    pub(super) fn leave_out(&mut self, item: LeftOut) {
        self.left_out.push(item);
    }

    pub(super) fn correct(&mut self, errata: impl IntoIterator<Item = ChangelogErratum>) {
        self.errata.extend(errata);
    }

    pub(super) fn finish(self) -> ChangelogSection {
        let Self { release, by_kind, mut left_out, mut errata } = self;
        // Whole histories hold hundreds of thousands of entries: room that grew and is not used counts.
        left_out.shrink_to_fit();
        let sections = ChangeKind::ALL.into_iter().zip(by_kind).filter(|(_, entries)| !entries.is_empty());
        let sections = sections.map(|(kind, mut entries)| {
            entries.shrink_to_fit();
            KindSection { kind, entries }
        });
        errata.sort_by(|left, right| (left.on, &left.note).cmp(&(right.on, &right.note)));
        ChangelogSection { release, sections: sections.collect(), left_out, errata }
    }
}
