//! The page that a bundle opens with, in words.

use std::collections::BTreeMap;

use super::inputs::Inputs;
use crate::publish::bundle::{BundleRole, Content, NAMESPACE};
use crate::publish::layout::{DocumentKind, Place};
use crate::publish::text;
use crate::publish::view::{
    BundleArtifactView, BundleFileView, BundleTagView, BundleUpgradeView, BundleView, LinkView,
};
use crate::reports::{BundleContents, UpgradeFrom};

/// The folder of the documents in a bundle.
pub const DOCUMENTS: &str = "documents";

/// The page of a bundle that will have those files, in an archive of that name.
pub fn bundle(
    inputs: &Inputs<'_>,
    contents: &BundleContents,
    files: &BTreeMap<String, Content>,
    archive: &str,
) -> BundleView {
    let release = &contents.release;
    let of = |role: BundleRole| files.iter().filter(move |(_, content)| content.role == role);
    let artifact = |(path, content): (&String, &Content)| BundleArtifactView {
        path: path.clone(),
        url: Some(url(path)),
        version: content.version.clone().unwrap_or_default(),
    };
    let tag_of = |version: &str| {
        let known = contents.stops.iter().chain([release]).find(|point| point.version.as_str() == version);
        known.map_or_else(String::new, |point| point.tag.to_string())
    };
    let tag = |(path, content): (&String, &Content)| BundleTagView {
        path: path.clone(),
        url: Some(url(path)),
        name: tag_of(content.version.as_deref().unwrap_or_default()),
    };
    let unreachable = |from: &UpgradeFrom| Some(format!("{}: {}", from.from, from.why_not.as_ref()?));
    BundleView {
        title: format!("{} {} without a network", inputs.project_name(), release.version),
        project: inputs.project(),
        version: release.version.to_string(),
        line: release.line.clone(),
        date: text::day(release.date),
        tag: release.tag.to_string(),
        commit: release.commit.to_string(),
        check: format!("twintrack verify {} --key release.pub --installed VERSION", text::shell_word(archive)),
        check_by_hand: format!(
            "printf 'release %s\\n' \"$(cat release.pub)\" > ../allowed_signers\n\
             ssh-keygen -Y verify -f ../allowed_signers -I release -n {NAMESPACE} -s SHA256SUMS.sig < SHA256SUMS\n\
             sha256sum --check --strict --quiet SHA256SUMS"
        ),
        upgrades: contents.upgrades.iter().filter_map(upgrade).collect(),
        unreachable: contents.upgrades.iter().filter_map(unreachable).collect(),
        artifacts: of(BundleRole::Artifact).map(artifact).collect(),
        parts: of(BundleRole::Sbom)
            .map(|(path, _)| BundleFileView { path: path.clone(), url: Some(url(path)) })
            .collect(),
        tags: of(BundleRole::Tag).map(tag).collect(),
        documents: format!("{DOCUMENTS}/{}", Place::index().file(DocumentKind::Html)),
    }
}

fn upgrade(from: &UpgradeFrom) -> Option<BundleUpgradeView> {
    let stops = from.stops()?;
    let url = Place::of_bundled_upgrade(&from.from).file(DocumentKind::Html);
    let stops: Vec<String> = stops.iter().map(ToString::to_string).collect();
    Some(BundleUpgradeView {
        notes: LinkView { text: "upgrade notes".to_owned(), url: Some(url) },
        from: from.from.to_string(),
        stops: (!stops.is_empty()).then(|| stops.join(", ")),
    })
}

/// A path as a link to it: of what file names may have here, only a few characters mean something else there.
fn url(path: &str) -> String {
    path.replace('%', "%25").replace(' ', "%20").replace('#', "%23")
}
