//! The templates that ship in the binary, by the names under which a project puts its own in their place.

use serde::Serialize;

/// One shipped file.
pub struct Builtin {
    /// Path below the directory of templates.
    pub name: &'static str,
    /// What it makes, in a few words.
    pub about: &'static str,
    pub source: &'static str,
}

/// What a template is to the documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TemplateKind {
    /// Renders a document, as Markdown.
    Document,
    /// Is put into others by `{{> name}}`.
    Partial,
    /// Stands around every document that becomes a page.
    Page,
    /// Is drawn into a page of the site.
    Figure,
    /// Runs in a page of the site; no template, and taken as it is.
    Script,
    /// Is no template and taken as it is.
    Style,
}

impl TemplateKind {
    /// As written in JSON and for people.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Document => "document",
            Self::Partial => "partial",
            Self::Page => "page",
            Self::Figure => "figure",
            Self::Script => "script",
            Self::Style => "style",
        }
    }
}

impl Builtin {
    /// What it is to the documents.
    pub fn kind(&self) -> TemplateKind {
        match self.name {
            name if partial_name(name).is_some() => TemplateKind::Partial,
            name if is_script(name) => TemplateKind::Script,
            name if !is_template(name) => TemplateKind::Style,
            name if name.starts_with("site/") => TemplateKind::Figure,
            name if name.ends_with(".html.hbs") => TemplateKind::Page,
            _ => TemplateKind::Document,
        }
    }
}

macro_rules! builtins {
    ($($name:literal: $about:literal),* $(,)?) => {
        &[$(Builtin { name: $name, about: $about, source: include_str!(concat!("../../../templates/", $name)) }),*]
    };
}

/// In alphabetical order.
pub const BUILTINS: &[Builtin] = builtins![
    "affected.md.hbs": "which releases, lines and deploys have a change",
    "backports.md.hbs": "which change is on which line, and what is missing",
    "carried.md.hbs": "what a release brought, and which lines lack it",
    "continuous/changelog.md.hbs": "the changelog of a channel that is deployed, by day",
    "continuous/deploys.md.hbs": "what each deploy brought, and what made it risky",
    "continuous/operations.md.hbs": "what is live where, and what to go back to",
    "deprecations.md.hbs": "what will go, and when",
    "index.md.hbs": "the first page",
    "navigation.md.hbs": "the links at the end of a Markdown document",
    "page.css": "the style sheet of every page",
    "page.html.hbs": "the page around a document",
    "partials/configuration-changes.md.hbs": "configuration keys that differ",
    "partials/cut.md.hbs": "that history is cut",
    "partials/deprecation-changes.md.hbs": "what will go, or has gone",
    "partials/entry.md.hbs": "one change of a changelog",
    "partials/errata.md.hbs": "what was corrected since a section was published",
    "partials/issue.md.hbs": "something that is known to be wrong",
    "partials/left-out.md.hbs": "how many changes are not listed, and why",
    "partials/line-head.md.hbs": "how the documents of a line begin",
    "partials/line-tail.md.hbs": "how the documents of a line end",
    "partials/migration-changes.md.hbs": "database migrations that differ",
    "partials/more.md.hbs": "how many changes do not fit, and where they are",
    "partials/parts.md.hbs": "links to the further pages of a changelog",
    "partials/planned.md.hbs": "releases that are announced",
    "partials/release.md.hbs": "one release of a changelog",
    "partials/requirement-changes.md.hbs": "requirements that differ",
    "partials/section.md.hbs": "a section of upgrade notes",
    "partials/sections.md.hbs": "changes by kind",
    "partials/span.md.hbs": "a piece of a line: text, code or a link",
    "partials/spans.md.hbs": "a line of text",
    "partials/unread.md.hbs": "what could not be read",
    "search.md.hbs": "the page that the search stands on",
    "site/board.html.hbs": "trunk, lines, releases and deploys, drawn to time",
    "site/filter.js": "filters the rows of long tables",
    "site/picker.html.hbs": "the choice of an upgrade",
    "site/picker.js": "shows the page for the upgrade that was chosen",
    "site/plots.html.hbs": "the tension over time",
    "site/search.html.hbs": "the search over the changelogs",
    "site/search.js": "searches the changelogs",
    "site/site.css": "the style sheet of pages with a picture or a form",
    "site/timeline.html.hbs": "until when lines are supported, drawn to time",
    "surface.md.hbs": "what an operator sees change between two versions",
    "tension.md.hbs": "how far the channels are apart",
    "versioned/bundle.md.hbs": "the page that a bundle opens with",
    "versioned/changelog.md.hbs": "the newest releases of all lines",
    "versioned/configuration.md.hbs": "the configuration reference of a line",
    "versioned/extract.md.hbs": "releases that somebody asked for",
    "versioned/guide.md.hbs": "the operator guide of a line",
    "versioned/known-issues.md.hbs": "known issues over all releases",
    "versioned/line.md.hbs": "the changelog of a line",
    "versioned/migrations.md.hbs": "the database migrations of a line",
    "versioned/release.md.hbs": "one release: its notes, and what vouches for it",
    "versioned/releases.md.hbs": "the releases of a line and their checksums",
    "versioned/requirements.md.hbs": "what an installation of a line needs",
    "versioned/security.md.hbs": "weaknesses that were repaired, and where",
    "versioned/since-lts.md.hbs": "what a line brings since the long-term support before it",
    "versioned/support.md.hbs": "which lines are supported until when",
    "versioned/upgrade.md.hbs": "what to read and do on the way from one version to another",
    "versioned/upgrades.md.hbs": "which upgrade notes there are to a line",
    "versioned/upgrading.md.hbs": "all upgrade notes of a channel",
];

/// Every name that a project can override, in alphabetical order.
pub fn template_names() -> impl Iterator<Item = &'static str> {
    BUILTINS.iter().map(|builtin| builtin.name)
}

/// A template as it ships.
pub fn builtin(name: &str) -> Option<&'static Builtin> {
    BUILTINS.iter().find(|builtin| builtin.name == name)
}

/// Whether the file is a template; style sheets and scripts are taken as they are.
pub fn is_template(name: &str) -> bool {
    name.ends_with(".hbs")
}

/// Whether the file is a style sheet.
pub fn is_style(name: &str) -> bool {
    name.ends_with(".css")
}

/// Whether the file is a script of the site.
pub fn is_script(name: &str) -> bool {
    name.ends_with(".js")
}

/// The name that `{{> name}}` uses for a template of the folder `partials`: without folder and extensions.
pub fn partial_name(name: &str) -> Option<&str> {
    name.strip_prefix("partials/")?.strip_suffix(".md.hbs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_of_the_folder_ships() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("templates");
        let mut found = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    found.push(path.strip_prefix(&root).unwrap().to_str().unwrap().to_owned());
                }
            }
        }
        found.sort();
        assert_eq!(found, template_names().collect::<Vec<_>>());
    }
}
