//! What an operator sees change between two commits, from their trees and without a checkout.

use std::cell::{OnceCell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::error::SurfaceError;
use super::model::{Migration, MigrationsDifference, SurfaceDifference, SurfaceKind, UnreadableFile};
use super::reading::Reading;
use super::since::KeyMemory;
use super::tree::DeclaredFiles;
use super::{configuration, deprecations, migrations, requirements};
use crate::cache::Cache;
use crate::config::{PathSet, Surface};
use crate::domain::{CommitId, Version};
use crate::git::{ObjectReader, ReadError, Repository};

/// A version to compare: where it is, and what people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    pub name: String,
    pub commit: CommitId,
    /// Where it is a release; deprecations come due by it.
    pub version: Option<Version>,
}

/// Reads the surface of commits as the configuration declares it.
pub struct SurfaceReader<'r> {
    pub(super) objects: ObjectReader,
    pub(super) declared: &'r Surface,
    /// Which keys files have, for all questions of a run.
    pub(super) memory: OnceCell<RefCell<KeyMemory>>,
    pub(super) cache: Cache,
    /// What was found in trees: many differences share a side.
    files: RefCell<FxHashMap<CommitId, Rc<DeclaredFiles>>>,
}

impl<'r> SurfaceReader<'r> {
    /// Opens the object database. Nothing else is read yet.
    pub fn open(repository: &'r Repository, declared: &'r Surface) -> Result<Self, ReadError> {
        let cache = Cache::below(repository.common_dir());
        let (memory, files) = (OnceCell::new(), RefCell::default());
        Ok(Self { objects: repository.reader()?, declared, memory, cache, files })
    }

    /// The difference between two versions; of migrations only those of `variant` where one is named. Files that cannot
    /// be read are told in the answer; an error is only what leaves nothing to answer.
    pub fn compare(&self, from: &Side, to: &Side, variant: Option<&str>) -> Result<SurfaceDifference, SurfaceError> {
        let chosen = self.variants(variant)?;
        let sides = (from, to);
        let (old, new) = (self.files(from)?, self.files(to)?);
        let mut unreadable: Vec<UnreadableFile> = Vec::new();
        let mut reading = Reading::new(&self.objects, SurfaceKind::Configuration, &mut unreadable);
        let configuration = configuration::compare(&mut reading, sides, &old.configuration, &new.configuration);
        let mut reading = Reading::new(&self.objects, SurfaceKind::Migrations, &mut unreadable);
        let mut found = MigrationsDifference::default();
        for at in chosen {
            let name = self.declared.migrations[at].name.as_deref();
            migrations::compare(&mut reading, sides, name, &old.migrations[at], &new.migrations[at], &mut found);
        }
        let mut reading = Reading::new(&self.objects, SurfaceKind::Requirements, &mut unreadable);
        let requirements = requirements::compare(&mut reading, sides, &old.requirements, &new.requirements);
        let mut reading = Reading::new(&self.objects, SurfaceKind::Deprecations, &mut unreadable);
        let mut deprecations = deprecations::compare(&mut reading, sides, &old.deprecations, &new.deprecations);
        deprecations.extend(deprecations::of_keys(&configuration));
        deprecations.sort_by_key(|item| item.state);
        Ok(SurfaceDifference {
            from: from.name.clone(),
            to: to.name.clone(),
            from_commit: from.commit,
            to_commit: to.commit,
            configuration,
            migrations: found,
            requirements,
            deprecations,
            not_tracked: self.not_tracked(),
            unreadable,
            notices: self.notices(sides, &old, &new),
        })
    }

    /// The kinds for which no files are declared.
    pub fn not_tracked(&self) -> Vec<SurfaceKind> {
        let is_tracked = |kind: &SurfaceKind| match kind {
            SurfaceKind::Configuration => !self.declared.configuration.is_empty(),
            SurfaceKind::Migrations => !self.declared.migrations.is_empty(),
            SurfaceKind::Requirements => !self.declared.requirements.is_empty(),
            // Keys say of themselves that they will go.
            SurfaceKind::Deprecations => !self.declared.deprecations.is_empty(),
        };
        SurfaceKind::ALL.into_iter().filter(|kind| !is_tracked(kind)).collect()
    }

    /// What a version declares to need, by name; files that cannot be read say nothing.
    pub fn requirements(&self, side: &Side) -> Result<BTreeMap<String, String>, SurfaceError> {
        let mut unreadable = Vec::new();
        let mut reading = Reading::new(&self.objects, SurfaceKind::Requirements, &mut unreadable);
        let all = requirements::compare(&mut reading, (side, side), &BTreeMap::new(), &self.files(side)?.requirements);
        Ok(all.into_iter().filter_map(|requirement| Some((requirement.name, requirement.to?))).collect())
    }

    /// Whether a version has all of these migrations.
    pub fn has_migrations(&self, side: &Side, wanted: &[&Migration]) -> Result<bool, SurfaceError> {
        if wanted.is_empty() {
            return Ok(true);
        }
        let files = self.files(side)?;
        let has = |migration: &&Migration| {
            let variants = self.declared.migrations.iter().zip(&files.migrations);
            let mut own = variants.filter(|(variant, _)| variant.name == migration.variant);
            own.any(|(_, files)| migrations::has(files, migration))
        };
        Ok(wanted.iter().all(has))
    }

    pub(super) fn files(&self, side: &Side) -> Result<Rc<DeclaredFiles>, SurfaceError> {
        self.files_at(side.commit, || side.name.clone())
    }

    /// The declared files of a commit, which people call `name`.
    pub(super) fn files_at(
        &self,
        commit: CommitId,
        name: impl FnOnce() -> String,
    ) -> Result<Rc<DeclaredFiles>, SurfaceError> {
        if let Some(known) = self.files.borrow().get(&commit) {
            return Ok(Rc::clone(known));
        }
        let found = DeclaredFiles::of(&self.objects, self.declared, commit)
            .map_err(|source| SurfaceError::Trees { version: name(), source })?;
        let found = Rc::new(found);
        self.files.borrow_mut().insert(commit, Rc::clone(&found));
        Ok(found)
    }

    /// Positions of the variants of migrations that are wanted.
    fn variants(&self, wanted: Option<&str>) -> Result<Vec<usize>, SurfaceError> {
        let names: Vec<Option<&str>> = self.declared.migrations.iter().map(|variant| variant.name.as_deref()).collect();
        let Some(wanted) = wanted else { return Ok((0..names.len()).collect()) };
        match names.iter().position(|name| *name == Some(wanted)) {
            Some(at) => Ok(vec![at]),
            None => Err(SurfaceError::UnknownVariant {
                name: wanted.to_owned(),
                known: names.into_iter().flatten().map(str::to_owned).collect(),
            }),
        }
    }

    fn notices(&self, (from, to): (&Side, &Side), old: &DeclaredFiles, new: &DeclaredFiles) -> Vec<String> {
        let mut notices = Vec::new();
        if let (Some(left), Some(right)) = (&from.version, &to.version)
            && left > right
        {
            notices.push(format!("{} comes after {}: this is the way back", from.name, to.name));
        }
        let mut empty = |kind: SurfaceKind, set: &PathSet, is_empty: bool| {
            if !set.is_empty() && is_empty {
                let globs = set.globs().iter().map(|glob| format!("`{glob}`")).collect::<Vec<_>>().join(", ");
                notices.push(format!("{}: no file of either version fits {globs}", kind.as_str()));
            }
        };
        let is_empty = |old: &std::collections::BTreeMap<_, _>, new: &std::collections::BTreeMap<_, _>| {
            old.is_empty() && new.is_empty()
        };
        let declared = self.declared;
        empty(SurfaceKind::Configuration, &declared.configuration, is_empty(&old.configuration, &new.configuration));
        for (at, variant) in declared.migrations.iter().enumerate() {
            empty(SurfaceKind::Migrations, &variant.paths, is_empty(&old.migrations[at], &new.migrations[at]));
        }
        empty(SurfaceKind::Requirements, &declared.requirements, is_empty(&old.requirements, &new.requirements));
        empty(SurfaceKind::Deprecations, &declared.deprecations, is_empty(&old.deprecations, &new.deprecations));
        notices
    }
}
