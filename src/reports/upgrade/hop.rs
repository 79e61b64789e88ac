//! What is known of one hop, whoever goes it: gathered once for each pair of releases.

use super::requirements::Needs;
use crate::domain::Version;
use crate::reports::ChangelogSection;
use crate::surface::SurfaceDifference;

/// The facts of a hop.
pub(super) struct HopFacts {
    pub from: Version,
    pub to: Version,
    pub surface: SurfaceDifference,
    /// Numbers of the notes that its end has and its start lacks, and that this audience reads.
    pub notes: Vec<usize>,
    /// What the changelog tells of it; `None` where it has nothing to tell.
    pub changelog: Option<ChangelogSection>,
    /// What its end needs.
    pub needs: Needs,
    /// The only variant of the migrations that is told; `None`: all.
    pub variant: Option<String>,
}

impl HopFacts {
    /// Whether something about this variant is told.
    pub fn is_variant(&self, variant: Option<&str>) -> bool {
        match (&self.variant, variant) {
            (Some(own), Some(other)) => own == other,
            _ => true,
        }
    }
}
