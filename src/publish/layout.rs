//! Where documents stand in the published tree, and the ways between them. Paths have forward slashes and are relative
//! to the tree; what a line's name cannot be on some file system is replaced.

use std::collections::BTreeSet;

use crate::domain::Version;

/// The two forms of every document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DocumentKind {
    Markdown,
    Html,
}

impl DocumentKind {
    /// With its dot.
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => ".md",
            Self::Html => ".html",
        }
    }
}

/// A document's place, without the extension that tells its two forms apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place(String);

impl Place {
    /// Of the first page.
    pub fn index() -> Self {
        Self("index".to_owned())
    }

    /// Of the search over all changelogs.
    pub fn search() -> Self {
        Self("search".to_owned())
    }

    /// In the folder of a channel.
    pub fn in_channel(channel: &str, name: &str) -> Self {
        Self(format!("{channel}/{name}"))
    }

    /// The notes for an upgrade from a version, in a bundle.
    pub fn of_bundled_upgrade(from: &Version) -> Self {
        Self("upgrade".to_owned()).below(&page_from(from))
    }

    /// In the folder of one of its lines.
    pub fn in_line(channel: &str, folder: &str, name: &str) -> Self {
        Self(format!("{channel}/{folder}/{name}"))
    }

    /// In a folder of this document's own name, for its further pages.
    pub fn below(&self, name: &str) -> Self {
        Self(format!("{}/{name}", self.0))
    }

    /// The file that holds one form of it.
    pub fn file(&self, kind: DocumentKind) -> String {
        format!("{}{}", self.0, kind.extension())
    }

    /// The folder so many steps below the published tree that this document is in; `None` where it is in none so deep.
    pub fn folder(&self, depth: usize) -> Option<String> {
        let parts: Vec<&str> = self.0.split('/').collect();
        (parts.len() > depth).then(|| parts[..depth].join("/"))
    }

    /// The way from this document to a form of another.
    pub fn way_to(&self, other: &Self, kind: DocumentKind) -> String {
        self.way_to_file(&other.file(kind))
    }

    /// The way from this document to a file of the published tree.
    pub fn way_to_file(&self, path: &str) -> String {
        let own: Vec<&str> = self.0.split('/').collect();
        let target: Vec<&str> = path.split('/').collect();
        let (own_folder, target_folder) = (&own[..own.len() - 1], &target[..target.len() - 1]);
        let shared = own_folder.iter().zip(target_folder).take_while(|(a, b)| a == b).count();
        let mut way = "../".repeat(own_folder.len() - shared);
        way.push_str(&target[shared..].join("/"));
        way
    }
}

/// The style sheet that the pages of a site share, at the root of the published tree.
pub const STYLE: &str = "style.css";

/// The name of the notes for an upgrade from a version.
pub fn page_from(from: &Version) -> String {
    format!("from-{}", page_of(from))
}

/// The file of an advisory of that id, as seen from the documents of its channel.
pub fn advisory_file(id: &str) -> String {
    let name: String = id.chars().map(|c| if is_safe(c) { c } else { '-' }).collect();
    format!("osv/{name}.json")
}

/// The name of a version's own page.
pub fn page_of(version: &Version) -> String {
    version.to_string().chars().map(|c| if is_safe(c) { c } else { '-' }).collect()
}

/// Folders for lines, in their order: their names where a folder can be called so, otherwise something close. Names that
/// differ only in case get different folders, as they must where file systems do not tell them apart.
pub fn line_folders<'n>(names: impl IntoIterator<Item = &'n str>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut folders = Vec::new();
    for name in names {
        let plain: String = name.chars().map(|c| if is_safe(c) { c } else { '-' }).collect();
        let plain = plain.trim_matches(['.', '-']);
        let plain = if plain.is_empty() { "line" } else { plain };
        let mut folder = plain.to_owned();
        let mut number = 1;
        // The documents of the channel itself stand beside these folders.
        while RESERVED.contains(&folder.to_lowercase().as_str()) || !taken.insert(folder.to_lowercase()) {
            number += 1;
            folder = format!("{plain}-{number}");
        }
        folders.push(folder);
    }
    folders
}

/// Names of a channel's own documents and folders.
const RESERVED: [&str; 8] =
    ["osv", "changelog", "support", "index", "deprecations", "known-issues", "security", "upgrade"];

fn is_safe(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | '+')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ways_lead_from_folder_to_folder() {
        let guide = Place::in_line("self-hosted", "1.8", "guide");
        for (from, to, way) in [
            (&guide, &Place::index(), "../../index.html"),
            (&guide, &Place::in_line("self-hosted", "1.8", "changelog"), "changelog.html"),
            (&guide, &Place::in_line("self-hosted", "1.7", "guide"), "../1.7/guide.html"),
            (&guide, &Place::in_channel("managed", "changelog"), "../../managed/changelog.html"),
            (&Place::index(), &guide, "self-hosted/1.8/guide.html"),
        ] {
            assert_eq!(from.way_to(to, DocumentKind::Html), way);
        }
    }

    #[test]
    fn every_line_has_a_folder_of_its_own() {
        let folders = line_folders(["1.8", "a/b", "a-b", "A-B", "..", "support", "v1+x"]);
        assert_eq!(folders, ["1.8", "a-b", "a-b-2", "A-B-3", "line", "support-2", "v1+x"]);
    }
}
