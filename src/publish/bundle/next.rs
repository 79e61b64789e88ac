//! What comes after a bundle was found to be good.

use serde::Serialize;

use super::check::{BundleProblem, ProblemKind};
use super::manifest::{BundleManifest, BundleRole};
use crate::domain::{PreRelease, Version};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum NextStep {
    /// Nobody said what is installed: every beginning has a page, newest first.
    Choose { pages: Vec<NextPage> },
    /// It is installed.
    Nothing,
    /// The page says how, and at which versions the way stops.
    Upgrade { page: String, stops: Vec<NextStop> },
}

/// The upgrade notes for whoever has one version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextPage {
    pub from: String,
    /// By its path in the bundle.
    pub page: String,
}

/// A version on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextStop {
    pub version: String,
    /// Whether what is installed there is in the bundle, too.
    pub included: bool,
}

/// What to do with a good bundle where `installed` runs; or why nothing.
pub(super) fn next(manifest: &BundleManifest, installed: Option<&str>) -> Result<NextStep, BundleProblem> {
    let Some(installed) = installed.map(|name| name.strip_prefix('v').unwrap_or(name)) else {
        let page =
            |upgrade: &super::BundledUpgrade| NextPage { from: upgrade.from.clone(), page: upgrade.page.clone() };
        return Ok(NextStep::Choose { pages: manifest.upgrades.iter().map(page).collect() });
    };
    if installed == manifest.version {
        return Ok(NextStep::Nothing);
    }
    if is_newer(manifest, installed) {
        let words = format!("it has {}, and {installed} is installed, which is newer", manifest.version);
        return Err(BundleProblem::of(ProblemKind::Older, words));
    }
    let Some(upgrade) = manifest.upgrades.iter().find(|upgrade| upgrade.from == installed) else {
        let known: Vec<&str> = manifest.upgrades.iter().map(|upgrade| upgrade.from.as_str()).collect();
        let is_known = manifest.releases.iter().any(|release| release == installed);
        let what = if is_known { "it has no notes for an upgrade from" } else { "it knows no version" };
        let others = if known.is_empty() {
            "it has none".to_owned()
        } else {
            format!("there are notes for {}", known.join(", "))
        };
        let words = format!("{what} {installed}; {others}");
        return Err(BundleProblem::of(ProblemKind::NoWay, words));
    };
    let is_included = |version: &String| {
        manifest.files.iter().any(|file| file.role == BundleRole::Artifact && file.version.as_ref() == Some(version))
    };
    let stops =
        upgrade.stops.iter().map(|version| NextStop { version: version.clone(), included: is_included(version) });
    Ok(NextStep::Upgrade { page: upgrade.page.clone(), stops: stops.collect() })
}

/// By the order that the bundle knows; by the numbers where it was made before the version was.
fn is_newer(manifest: &BundleManifest, installed: &str) -> bool {
    let place = |version: &str| manifest.releases.iter().position(|release| release == version);
    match (place(installed), place(&manifest.version)) {
        (Some(installed), Some(own)) => installed > own,
        _ => version(installed).zip(version(&manifest.version)).is_some_and(|(installed, own)| installed > own),
    }
}

/// A version as most projects write it.
fn version(text: &str) -> Option<Version> {
    let (numbers, pre) = match text.split_once('-') {
        Some((numbers, pre)) => (numbers, Some(PreRelease::new(pre)?)),
        None => (text, None),
    };
    let numbers: Vec<u64> = numbers.split('.').map(|number| number.parse().ok()).collect::<Option<_>>()?;
    Version::from_numbers(&numbers, pre)
}
