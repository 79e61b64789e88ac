//! Which declared files a commit has, by kind, with their blobs. Nothing is read but trees.

use std::collections::BTreeMap;

use crate::config::Surface;
use crate::domain::{CommitId, ObjectId};
use crate::git::{ObjectReader, ReadError};

/// The declared files of one commit; paths with their blobs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct DeclaredFiles {
    pub configuration: BTreeMap<String, ObjectId>,
    /// In the order of the variants.
    pub migrations: Vec<BTreeMap<String, ObjectId>>,
    pub requirements: BTreeMap<String, ObjectId>,
    pub deprecations: BTreeMap<String, ObjectId>,
}

impl DeclaredFiles {
    /// Looks for the files in the trees of a commit.
    pub fn of(objects: &ObjectReader, declared: &Surface, commit: CommitId) -> Result<Self, ReadError> {
        let sets = || {
            let variants = declared.migrations.iter().map(|variant| &variant.paths);
            [&declared.configuration, &declared.requirements, &declared.deprecations].into_iter().chain(variants)
        };
        let all = objects.files_matching(
            commit,
            |directory| sets().any(|set| set.may_hold(directory)),
            |path| sets().any(|set| set.matches(path)),
        )?;
        let of = |set: &crate::config::PathSet| {
            let fitting = all.iter().filter(|(path, _)| set.matches(path));
            fitting.cloned().collect::<BTreeMap<_, _>>()
        };
        Ok(Self {
            configuration: of(&declared.configuration),
            migrations: declared.migrations.iter().map(|variant| of(&variant.paths)).collect(),
            requirements: of(&declared.requirements),
            deprecations: of(&declared.deprecations),
        })
    }
}
