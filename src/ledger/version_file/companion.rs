//! Lock files that repeat the version of the package beside them: `Cargo.lock` of `Cargo.toml`, `package-lock.json` of
//! `package.json`. A version commit that left them stale would fail the next `cargo build --locked` or `npm ci`, so they
//! are edited along where the commit has them, although `version-files` does not name them.

use toml_edit::{Document, Item};

use super::edit::{Spot, held_version, with_version};
use super::error::{VersionFault, VersionFileError};
use super::toml;
use crate::config::{VersionFile, VersionPlace};

/// The lock files edited along with `file`, which is edited from `old` to `new`: path and bytes. `at` reads a file of
/// the same commit.
pub fn companions<E: From<VersionFileError>>(
    file: &VersionFile,
    manifest: &[u8],
    new: &str,
    mut at: impl FnMut(&str) -> Result<Option<Vec<u8>>, E>,
) -> Result<Vec<(String, Vec<u8>)>, E> {
    let (directory, name) = match file.path.rsplit_once('/') {
        Some((directory, name)) => (format!("{directory}/"), name),
        None => (String::new(), file.path.as_str()),
    };
    match name {
        "Cargo.toml" => {
            let old = held_version(file, manifest)?;
            // A member's lock file stands at the root of its workspace.
            for path in [format!("{directory}Cargo.lock"), "Cargo.lock".to_owned()] {
                if let Some(lock) = at(&path)? {
                    let edited = cargo_lock(&path, manifest, &lock, &old, new)?;
                    return Ok(edited.map(|bytes| (path, bytes)).into_iter().collect());
                }
            }
            Ok(Vec::new())
        }
        "package.json" => {
            let path = format!("{directory}package-lock.json");
            let Some(lock) = at(&path)? else { return Ok(Vec::new()) };
            let companion = VersionFile { path: path.clone(), place: VersionPlace::Usual };
            Ok(vec![(path, with_version(&companion, &lock, new)?)])
        }
        _ => Ok(Vec::new()),
    }
}

/// The entries of the package itself, or of the packages of this repository that have the workspace's version. An entry
/// with a source is somebody else's, whatever its name. `None` where none holds the old version.
fn cargo_lock(
    path: &str,
    manifest: &[u8],
    lock: &[u8],
    old: &str,
    new: &str,
) -> Result<Option<Vec<u8>>, VersionFileError> {
    let file = VersionFile { path: path.to_owned(), place: VersionPlace::Usual };
    let failed = |fault| VersionFileError::new(&file, fault);
    let manifest = std::str::from_utf8(manifest).map_err(|_| failed(VersionFault::NotText))?;
    let text = std::str::from_utf8(lock).map_err(|_| failed(VersionFault::NotText))?;
    let package = toml::parse(manifest).map_err(failed)?;
    let own = package.get("package").filter(|package| package.get("version").is_some_and(Item::is_str));
    let own = own.and_then(|package| package.get("name")).and_then(Item::as_str);
    let document = toml::parse(text).map_err(failed)?;
    let spots = entries(text, &document, own, old).map_err(failed)?;
    if spots.is_empty() {
        return Ok(None);
    }
    let mut edited = text.to_owned();
    for spot in spots.into_iter().rev() {
        edited.replace_range(spot.range, new);
    }
    Ok(Some(edited.into_bytes()))
}

fn entries(text: &str, lock: &Document<&str>, own: Option<&str>, old: &str) -> Result<Vec<Spot>, VersionFault> {
    let packages = lock.get("package").and_then(Item::as_array_of_tables);
    let mut spots = Vec::new();
    for package in packages.into_iter().flatten() {
        let is_ours = !package.contains_key("source")
            && own.is_none_or(|own| package.get("name").and_then(Item::as_str) == Some(own));
        match package.get("version") {
            Some(version) if is_ours && version.as_str() == Some(old) => spots.push(toml::spot(text, version)?),
            _ => {}
        }
    }
    Ok(spots)
}
