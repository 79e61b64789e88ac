//! The files of a bundle: artifacts from the disk, documents and tags from the repository.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::fault::BundleFault;
use crate::cache::Cache;
use crate::cli::commands::publish::{overrides, public_edition};
use crate::cli::context::Context;
use crate::cli::facts::Facts;
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::{
    BUNDLE_DOCUMENTS, BundleFile, BundleRole, BundleSource, Content, DocumentKind, Inputs, Place, bundle_document,
    check_redaction, slug, upgrade_document,
};
use crate::reports::{
    BundleContents, BundleRequest, KnownNotes, UpgradePoint, UpgradeReader, UpgradeSources, bundle_contents,
};

/// Finds the release and every way to it.
pub fn find(
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
    request: &BundleRequest,
) -> anyhow::Result<BundleContents> {
    let identities = context.read_identities(repository, ledger)?;
    let _step = context.step("looking along the ways");
    let cache = Cache::below(repository.common_dir());
    let notes = KnownNotes::read(ledger, &identities, repository)?;
    let (identities, notes, cache) = (&identities, &notes, &cache);
    let sources = UpgradeSources { ledger, identities, notes, repository, cache, now: context.now() };
    Ok(bundle_contents(ledger, &UpgradeReader::open(sources)?, request)?)
}

/// The files that are named on the command line, by the version that they are of.
#[derive(Debug, Default)]
pub struct Named<'a> {
    /// `FILE`, or `VERSION=FILE` for a stop.
    pub artifacts: &'a [PathBuf],
    pub parts: &'a [PathBuf],
}

impl Named<'_> {
    /// By path in the bundle. Every version that is installed on the way has an artifact.
    pub fn files(&self, contents: &BundleContents) -> Result<BTreeMap<String, Content>, BundleFault> {
        let own = contents.release.version.as_str();
        let mut files = BTreeMap::new();
        for argument in self.artifacts {
            let (version, path) = of_stop(argument, contents).unwrap_or((own, argument));
            let folder = format!("artifacts/{}", slug(version));
            add(&mut files, &folder, path, BundleRole::Artifact, Some(version))?;
        }
        for path in self.parts {
            add(&mut files, "sbom", path, BundleRole::Sbom, None)?;
        }
        let has = |version: &str| files.values().any(|content: &Content| content.version.as_deref() == Some(version));
        if !has(own) {
            return Err(BundleFault::NoArtifact { version: own.to_owned() });
        }
        match contents.stops.iter().find(|stop| !has(stop.version.as_str())) {
            Some(stop) => Err(BundleFault::StopWithoutArtifact { version: stop.version.to_string() }),
            None => Ok(files),
        }
    }
}

/// `VERSION=FILE`, where that is a version on the way.
fn of_stop<'a>(argument: &'a Path, contents: &'a BundleContents) -> Option<(&'a str, &'a Path)> {
    let (version, path) = argument.to_str()?.split_once('=')?;
    let points = contents.stops.iter().chain([&contents.release]);
    let found = points.map(|point| point.version.as_str()).find(|known| *known == version)?;
    Some((found, Path::new(path)))
}

fn add(
    files: &mut BTreeMap<String, Content>,
    folder: &str,
    path: &Path,
    role: BundleRole,
    version: Option<&str>,
) -> Result<(), BundleFault> {
    let name = path.file_name().and_then(|name| name.to_str());
    let name = name.ok_or_else(|| BundleFault::NoName { path: path.to_owned() })?;
    let source = BundleSource::File(path.to_owned());
    let inside = format!("{folder}/{name}");
    match files.insert(inside.clone(), Content { role, version: version.map(str::to_owned), source }) {
        None => Ok(()),
        Some(_) => Err(BundleFault::TwoFiles { path: inside }),
    }
}

/// Adds what the repository has: tags, upgrade notes, all documents of the public edition, and the page that says what all
/// of it is.
pub fn add_documents(
    files: &mut BTreeMap<String, Content>,
    context: &Context,
    repository: &Repository,
    ledger: &Ledger,
    contents: &BundleContents,
    archive: &str,
) -> anyhow::Result<()> {
    for point in contents.stops.iter().chain([&contents.release]) {
        if let Some(text) = tag_text(repository, ledger, contents, point)? {
            let path = format!("tags/{}.txt", slug(point.tag.as_str()));
            let version = Some(point.version.to_string());
            files.insert(path, Content { role: BundleRole::Tag, version, source: BundleSource::Bytes(text) });
        }
    }
    for (path, bytes) in public_edition(context, repository, ledger)? {
        files.insert(format!("{BUNDLE_DOCUMENTS}/{path}"), document(BundleRole::Document, bytes));
    }
    let templates = overrides(&ledger.config, repository, None)?;
    let facts = Facts::gather(ledger, repository, [], context.now());
    let inputs = facts.inputs(ledger, &templates);
    add_upgrades(files, &inputs, ledger, contents)?;
    let pages = [DocumentKind::Markdown, DocumentKind::Html].map(|kind| {
        let page = bundle_document(&inputs, contents, files, archive, kind);
        page.map(|bytes| (format!("README{}", kind.extension()), document(BundleRole::About, bytes)))
    });
    for page in pages {
        files.extend([page?]);
    }
    Ok(())
}

fn add_upgrades(
    files: &mut BTreeMap<String, Content>,
    inputs: &Inputs<'_>,
    ledger: &Ledger,
    contents: &BundleContents,
) -> anyhow::Result<()> {
    let mut pages = BTreeMap::new();
    for from in &contents.upgrades {
        let Some(upgrade) = &from.upgrade else { continue };
        let place = Place::of_bundled_upgrade(&from.from);
        for kind in [DocumentKind::Markdown, DocumentKind::Html] {
            pages.insert(place.file(kind), upgrade_document(inputs, upgrade, kind)?);
        }
    }
    // What a channel's documents may not show, these may not show either.
    let of_channel =
        pages.iter().map(|(path, bytes)| (format!("{}/{path}", contents.channel), bytes.clone())).collect();
    check_redaction(&of_channel, &ledger.config.redaction, &[])?;
    files.extend(pages.into_iter().map(|(path, bytes)| (path, document(BundleRole::Upgrade, bytes))));
    Ok(())
}

fn document(role: BundleRole, bytes: Vec<u8>) -> Content {
    Content { role, version: None, source: BundleSource::Bytes(bytes) }
}

/// The tag of a release; `None` for a lightweight one, which has neither message nor signature.
fn tag_text(
    repository: &Repository,
    ledger: &Ledger,
    contents: &BundleContents,
    point: &UpgradePoint,
) -> anyhow::Result<Option<Vec<u8>>> {
    let channel = ledger.known_channel(contents.channel.as_str())?;
    let Some((line, at)) = channel.find_release(point.tag.as_str()) else { return Ok(None) };
    let release = &line.releases[at];
    if release.object == release.commit.object() {
        return Ok(None);
    }
    Ok(Some(repository.reader()?.tag_text(release.object)?))
}

/// That a tag names an artifact of that name with another checksum.
pub fn check_recorded(contents: &BundleContents, files: &[BundleFile]) -> Result<(), BundleFault> {
    for file in files.iter().filter(|file| file.role == BundleRole::Artifact) {
        let mut points = contents.stops.iter().chain([&contents.release]);
        let point = points.find(|point| Some(point.version.as_str()) == file.version.as_deref());
        let name = file.path.rsplit('/').next().unwrap_or(&file.path);
        let recorded = point.iter().flat_map(|point| &point.artifacts);
        if let Some(other) = recorded.filter(|recorded| speaks_of(recorded, name)).find(|it| !it.contains(&file.sha256))
        {
            return Err(BundleFault::OtherArtifact {
                name: name.to_owned(),
                version: file.version.clone().unwrap_or_default(),
                recorded: other.clone(),
                sha256: file.sha256.clone(),
            });
        }
    }
    Ok(())
}

/// Whether a record gives the SHA-256 of a file of that name.
fn speaks_of(recorded: &str, name: &str) -> bool {
    let is_sum = |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_name = |word: &str| word == name || word.ends_with(&format!("/{name}"));
    let mut words = recorded.split([' ', '@', '=', ':', '\t']).filter(|word| !word.is_empty());
    words.clone().any(is_name) && words.any(is_sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_speaks_of_the_file_that_it_names() {
        let sum = "0".repeat(64);
        for record in [format!("acme.tar@sha256:{sum}"), format!("{sum}  dist/acme.tar"), format!("acme.tar={sum}")] {
            assert!(speaks_of(&record, "acme.tar"), "{record}");
        }
        for record in [format!("sha256:{sum}"), format!("registry/acme@sha256:{sum}"), "acme.tar".to_owned()] {
            assert!(!speaks_of(&record, "acme.tar"), "{record}");
        }
    }
}
