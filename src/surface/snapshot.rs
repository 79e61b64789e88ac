//! What an operator sees of one version: all its configuration keys, migrations, requirements and deprecations.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::compare::{Side, SurfaceReader};
use super::configuration::key_at;
use super::error::SurfaceError;
use super::model::{
    ConfigurationDifference, Deprecation, KeyAt, Migration, MigrationsDifference, SurfaceKind, UnreadableFile,
};
use super::reading::Reading;
use super::{deprecations, migrations, requirements};
use crate::domain::CommitId;

/// What an operator sees of one version. Lists are in the order of a difference.
#[derive(Debug, Clone, Serialize)]
pub struct SurfaceSnapshot {
    pub at: String,
    pub commit: CommitId,
    /// By path.
    pub configuration: Vec<ConfigurationFile>,
    pub migrations: Vec<Migration>,
    /// By name.
    pub requirements: Vec<Requirement>,
    pub deprecations: Vec<Deprecation>,
    /// Kinds for which no files are declared, so that nothing is known of them.
    pub not_tracked: Vec<SurfaceKind>,
    /// Files, or blocks of them, of which nothing is known.
    pub unreadable: Vec<UnreadableFile>,
}

/// A file of configuration with its keys.
#[derive(Debug, Clone, Serialize)]
pub struct ConfigurationFile {
    pub file: String,
    /// In the order of the file.
    pub keys: Vec<KeyAt>,
}

/// What an installation needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Requirement {
    pub name: String,
    pub bound: String,
    pub file: String,
}

impl SurfaceSnapshot {
    /// Whether files are declared for a kind.
    pub fn is_tracked(&self, kind: SurfaceKind) -> bool {
        !self.not_tracked.contains(&kind)
    }
}

impl SurfaceReader<'_> {
    /// Everything that is declared of one version. Files that cannot be read are told in the answer.
    pub fn snapshot(&self, side: &Side) -> Result<SurfaceSnapshot, SurfaceError> {
        let files = self.files(side)?;
        let mut unreadable: Vec<UnreadableFile> = Vec::new();
        let mut reading = Reading::new(&self.objects, SurfaceKind::Configuration, &mut unreadable);
        let mut configuration = Vec::new();
        for (path, blob) in &files.configuration {
            if let Some(parsed) = reading.keys(side, path, *blob) {
                let keys = parsed.keys.into_values().map(|key| key_at(key, path)).collect();
                configuration.push(ConfigurationFile { file: path.clone(), keys });
            }
        }
        let mut reading = Reading::new(&self.objects, SurfaceKind::Migrations, &mut unreadable);
        let mut found = MigrationsDifference::default();
        let none = BTreeMap::new();
        for (variant, files) in self.declared.migrations.iter().zip(&files.migrations) {
            migrations::compare(&mut reading, (side, side), variant.name.as_deref(), &none, files, &mut found);
        }
        let mut reading = Reading::new(&self.objects, SurfaceKind::Requirements, &mut unreadable);
        let requirements = requirements::compare(&mut reading, (side, side), &none, &files.requirements);
        let mut reading = Reading::new(&self.objects, SurfaceKind::Deprecations, &mut unreadable);
        let declared = &files.deprecations;
        let mut deprecations = deprecations::compare(&mut reading, (side, side), declared, declared);
        let keys = configuration.iter().flat_map(|file| &file.keys).cloned().collect();
        deprecations.extend(deprecations::of_keys(&ConfigurationDifference { added: keys, ..Default::default() }));
        let unreadable: BTreeSet<UnreadableFile> = unreadable.into_iter().collect();
        Ok(SurfaceSnapshot {
            at: side.name.clone(),
            commit: side.commit,
            configuration,
            migrations: found.added,
            requirements: requirements
                .into_iter()
                .filter_map(|change| Some(Requirement { bound: change.to?, name: change.name, file: change.file }))
                .collect(),
            deprecations,
            not_tracked: self.not_tracked(),
            unreadable: unreadable.into_iter().collect(),
        })
    }
}
