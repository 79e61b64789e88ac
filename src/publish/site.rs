//! From Markdown documents to the published files: each document gets its links to the others and its page.

use std::fmt::Write as _;

use base64ct::{Base64, Encoding};
use sha2::{Digest, Sha256};

use super::html::Body;
use super::layout::{DocumentKind, Place, STYLE};
use super::parallel;
use super::template::{Markup, RenderError, Templates};
use super::view::{NavGroupView, NavItemView, NavigationView, PageView, ProjectView};

/// A published file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Relative to the published tree, with forward slashes.
    pub path: String,
    pub kind: DocumentKind,
    pub bytes: Vec<u8>,
}

/// Where a document stands in the navigation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Group {
    /// For all readers: the first page.
    Shared,
    /// A channel's document.
    Channel(String),
    /// A document of one line; it is shown to readers of that line only.
    Line { channel: String, line: String },
    /// For the team and nobody else.
    Team,
    /// A further page of a document in that group: it is not listed, and its readers are offered what the others are.
    Further(Box<Group>),
    /// Alone.
    Unlisted,
}

/// A document before it has links and a page.
#[derive(Debug, Clone)]
pub struct Draft {
    pub place: Place,
    pub group: Group,
    /// What the navigation calls it.
    pub label: String,
    pub markdown: String,
    /// Which forms of it are published.
    pub forms: &'static [DocumentKind],
    /// What stands below the first heading of the page and not in the Markdown; for the site.
    pub figure: Option<Figure>,
}

impl Draft {
    /// As Markdown and as a page.
    pub const BOTH: &'static [DocumentKind] = &[DocumentKind::Markdown, DocumentKind::Html];
    /// What stands in other documents' Markdown already.
    pub const PAGE: &'static [DocumentKind] = &[DocumentKind::Html];

    /// The form of it that a document of `kind` leads to.
    fn form_beside(&self, kind: DocumentKind) -> DocumentKind {
        if self.forms.contains(&kind) { kind } else { DocumentKind::Html }
    }

    /// The group that its readers are in.
    fn own_group(&self) -> &Group {
        match &self.group {
            Group::Further(group) => group,
            group => group,
        }
    }
}

/// A picture or a form.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figure {
    /// Escaped as HTML; empty where only a script is wanted.
    pub html: String,
    /// The name of the script that it needs.
    pub script: Option<&'static str>,
}

/// Where pages have their style from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Styling {
    /// Each carries it, so that it can be handed on alone.
    Carried,
    /// All of a site have it from [`shared_style`].
    Shared,
}

/// Fewer headings than this need no list of them.
const SHORT: usize = 3;

/// The forms of all drafts, in the order of their paths.
pub fn assemble(
    drafts: &[Draft],
    project: &ProjectView,
    templates: &Templates,
    styling: Styling,
) -> Result<Vec<Document>, RenderError> {
    let form = |draft: &Draft, kind| match kind {
        DocumentKind::Markdown => {
            let links = NavigationView { navigation: navigation(draft, drafts, kind) };
            Ok(format!("{}\n{}", draft.markdown, templates.render(&links)?))
        }
        DocumentKind::Html => page(draft, drafts, project, templates, style(draft, templates, styling)),
    };
    let forms = |draft: &Draft| {
        let forms = draft.forms.iter().map(|kind| Ok(file(draft, *kind, form(draft, *kind)?)));
        forms.collect::<Result<Vec<Document>, RenderError>>()
    };
    let mut documents: Vec<Document> = parallel::map(drafts, forms)?.into_iter().flatten().collect();
    documents.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(documents)
}

fn file(draft: &Draft, kind: DocumentKind, text: String) -> Document {
    Document { path: draft.place.file(kind), kind, bytes: text.into_bytes() }
}

fn page(
    draft: &Draft,
    drafts: &[Draft],
    project: &ProjectView,
    templates: &Templates,
    style: Style,
) -> Result<String, RenderError> {
    let body = Body::from_markdown(&draft.markdown);
    let contents = if body.contents.len() < SHORT { Vec::new() } else { body.contents };
    let script = draft.figure.as_ref().and_then(|figure| figure.script).map(|name| templates.script(name));
    templates.render(&PageView {
        title: body.title,
        policy: policy(style.source, script),
        script: script.map(|script| Markup::new(format!("<script>{script}</script>"))),
        project: project.clone(),
        home: draft.place.way_to(&Place::index(), DocumentKind::Html),
        navigation: navigation(draft, drafts, DocumentKind::Html),
        contents,
        markdown: draft
            .forms
            .contains(&DocumentKind::Markdown)
            .then(|| draft.place.way_to(&draft.place, DocumentKind::Markdown)),
        feed: feed(draft),
        style: Markup::new(style.element),
        body: Markup::new(with_figure(&body.html, draft.figure.as_ref())),
    })
}

/// The style of a page.
struct Style {
    element: String,
    /// What the page may take it from, in the words of its policy; columns of tables are always aligned in place.
    source: &'static str,
}

fn style(draft: &Draft, templates: &Templates, styling: Styling) -> Style {
    match styling {
        Styling::Carried => {
            let element = format!("<style>\n{}\n</style>", sheet(templates, draft.figure.is_some()));
            Style { element, source: "'unsafe-inline'" }
        }
        Styling::Shared => {
            let element = format!(r#"<link rel="stylesheet" href="{}">"#, draft.place.way_to_file(STYLE));
            Style { element, source: "'self' file: 'unsafe-inline'" }
        }
    }
}

fn sheet(templates: &Templates, has_figures: bool) -> String {
    let of_figures = has_figures.then(|| templates.style("site/site.css"));
    let sheets = [Some(templates.style("page.css")), of_figures];
    sheets.into_iter().flatten().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

/// The style sheet of a site: its path in the published tree, and its text.
pub fn shared_style(templates: &Templates) -> (String, Vec<u8>) {
    (STYLE.to_owned(), format!("{}\n", sheet(templates, true)).into_bytes())
}

/// The way to the feed that tells of what the document is about.
fn feed(draft: &Draft) -> Option<String> {
    let depth = match draft.own_group() {
        Group::Channel(_) => 1,
        Group::Line { .. } => 2,
        Group::Shared | Group::Team | Group::Further(_) | Group::Unlisted => return None,
    };
    Some(draft.place.way_to_file(&format!("{}/feed.atom", draft.place.folder(depth)?)))
}

/// The body with the figure below its first heading. No text of ours or of others holds a `<`.
fn with_figure(body: &str, figure: Option<&Figure>) -> String {
    let body = body.trim_end();
    let Some(figure) = figure.filter(|figure| !figure.html.is_empty()) else { return body.to_owned() };
    let at = body.find(HEADING_END).map_or(0, |at| at + HEADING_END.len());
    format!("{}\n{}{}", &body[..at], figure.html.trim_end(), &body[at..])
}

/// What follows the text of the first heading.
const HEADING_END: &str = "</h1>";

/// A page takes its style from there; it loads images of its own folder at most, and runs that one script.
fn policy(style: &str, script: Option<&str>) -> String {
    let mut policy = format!("default-src 'none'; style-src {style}; img-src 'self' data: file:; base-uri 'none'");
    if let Some(script) = script {
        let digest = Base64::encode_string(&Sha256::digest(script));
        let _ = write!(policy, "; script-src 'sha256-{digest}'");
    }
    policy
}

/// The documents that a reader of `draft` is offered, in the order of the drafts.
fn navigation(draft: &Draft, drafts: &[Draft], kind: DocumentKind) -> Vec<NavGroupView> {
    let own = draft.own_group();
    let mut groups: Vec<(&Group, NavGroupView)> = Vec::new();
    for other in drafts {
        let is_offered = match &other.group {
            Group::Shared | Group::Channel(_) | Group::Team => true,
            Group::Line { .. } => other.group == *own,
            Group::Further(_) | Group::Unlisted => false,
        };
        if !is_offered {
            continue;
        }
        let item = NavItemView {
            title: other.label.clone(),
            path: draft.place.way_to(&other.place, other.form_beside(kind)),
            is_current: other.place == draft.place,
        };
        match groups.iter_mut().find(|(group, _)| *group == &other.group) {
            Some((_, view)) => view.items.push(item),
            None => {
                let title = match &other.group {
                    Group::Channel(channel) => Some(channel.clone()),
                    Group::Line { channel, line } => Some(format!("{channel} {line}")),
                    Group::Team => Some("Team".to_owned()),
                    Group::Shared | Group::Further(_) | Group::Unlisted => None,
                };
                groups.push((&other.group, NavGroupView { title, items: vec![item] }));
            }
        }
    }
    groups.into_iter().map(|(_, view)| view).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::publish::view::roots;

    fn draft(place: Place, group: Group, label: &str) -> Draft {
        Draft {
            place,
            group,
            label: label.to_owned(),
            markdown: format!("# {label}\n"),
            forms: Draft::BOTH,
            figure: None,
        }
    }

    fn line(name: &str, label: &str) -> Draft {
        let group = Group::Line { channel: "Self-hosted".into(), line: name.into() };
        draft(Place::in_line("self-hosted", name, label), group, label)
    }

    #[test]
    fn readers_of_a_line_are_offered_its_documents_and_no_other_lines() {
        let drafts = [
            draft(Place::index(), Group::Shared, "Overview"),
            draft(Place::in_channel("self-hosted", "changelog"), Group::Channel("Self-hosted".into()), "Changelog"),
            line("1.8", "guide"),
            line("1.7", "guide"),
        ];
        let project = ProjectView { name: "Acme".into(), url: None };
        let templates = Templates::new(&BTreeMap::new(), &roots()).unwrap();
        let documents = assemble(&drafts, &project, &templates, Styling::Carried).unwrap();
        let guide = documents.iter().find(|document| document.path == "self-hosted/1.8/guide.md").unwrap();
        assert_eq!(
            String::from_utf8(guide.bytes.clone()).unwrap(),
            "# guide\n\n---\n\n[Overview](../../index.md) ·\nSelf-hosted: [Changelog](../changelog.md) ·\nSelf-hosted 1.8: guide\n"
        );
        let page = documents.iter().find(|document| document.path == "self-hosted/1.8/guide.html").unwrap();
        let page = String::from_utf8(page.bytes.clone()).unwrap();
        assert!(page.contains("<li><a href=\"guide.html\" aria-current=\"page\">guide</a></li>"));
        assert!(!page.contains("1.7/") && !page.contains("http://") && !page.contains("https://"), "{page}");
    }
}
