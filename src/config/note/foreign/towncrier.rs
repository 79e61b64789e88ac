//! Fragments of towncrier, as its documentation describes them: `newsfragments/<issue>.<type>[.<counter>][.<extension>]`,
//! whose names say what they are about and whose texts are all there is in them.

use serde::Deserialize;

use super::file::{File, plain};
use super::format::{Surroundings, name_in};
use super::rst::to_markdown;
use super::words::{kind_of, weaknesses};
use crate::config::note::model::Note;
use crate::config::note::read::NoteError;
use crate::config::note::text::NoteText;
use crate::domain::ChangeKind;

/// towncrier's fragments of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TowncrierNotes {
    /// Each with the name of its section, where it has one.
    pub directories: Vec<(String, Option<String>)>,
    pub types: Vec<FragmentType>,
    /// What a fragment without an issue begins with.
    pub orphan_prefix: String,
    /// Names of files, in lower case, that are no fragments.
    pub ignored: Vec<String>,
}

/// One type of fragments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FragmentType {
    /// As in file names.
    pub word: String,
    /// Whether the text of a fragment is shown.
    pub is_shown: bool,
}

/// Where towncrier keeps fragments.
const DIRECTORY: &str = "newsfragments";

/// The types where a project declares none.
const TYPES: [(&str, bool); 5] =
    [("feature", true), ("bugfix", true), ("doc", true), ("removal", true), ("misc", false)];

const IGNORED: [&str; 6] = [".gitignore", ".gitkeep", ".keep", "readme", "readme.md", "readme.rst"];

/// `pyproject.toml` as far as it matters here.
#[derive(Debug, Deserialize)]
struct Pyproject {
    tool: Option<Tool>,
}

#[derive(Debug, Deserialize)]
struct Tool {
    towncrier: Option<Settings>,
}

/// `[tool.towncrier]`.
#[derive(Debug, Default, Deserialize)]
struct Settings {
    directory: Option<String>,
    package: Option<String>,
    package_dir: Option<String>,
    orphan_prefix: Option<String>,
    template: Option<String>,
    #[serde(default)]
    ignore: Vec<String>,
    #[serde(default, rename = "type")]
    types: Vec<TypeSettings>,
    /// The other form: tables by the word.
    #[serde(default)]
    fragment: indexmap::IndexMap<String, TypeSettings>,
    #[serde(default)]
    section: Vec<SectionSettings>,
}

#[derive(Debug, Deserialize)]
struct TypeSettings {
    directory: Option<String>,
    name: Option<String>,
    showcontent: Option<bool>,
}

#[derive(Debug, Deserialize)]
struct SectionSettings {
    #[serde(default)]
    path: String,
    name: Option<String>,
}

/// What a file name says.
#[derive(Debug, PartialEq, Eq)]
struct Name<'n> {
    /// `None` for an orphan.
    issue: Option<String>,
    of: &'n FragmentType,
    /// reStructuredText, unless the name says Markdown.
    is_markdown: bool,
}

impl Default for TowncrierNotes {
    fn default() -> Self {
        Self::from_settings(Settings::default())
    }
}

impl TowncrierNotes {
    /// Files in which a project configures towncrier, the one that counts first.
    pub const SETTINGS: [&str; 2] = ["towncrier.toml", "pyproject.toml"];

    /// As a file configures it; `None` where the file says nothing of towncrier.
    pub fn configured(settings: &str) -> Option<Self> {
        let file: Pyproject = toml::from_str(settings).ok()?;
        file.tool?.towncrier.map(Self::from_settings)
    }

    /// The same in another directory.
    pub fn in_directory(mut self, directory: &str) -> Self {
        self.directories = vec![(directory.to_owned(), None)];
        self
    }

    fn from_settings(settings: Settings) -> Self {
        let sections = match settings.section {
            none if none.is_empty() => vec![SectionSettings { path: String::new(), name: None }],
            some => some,
        };
        // With a directory, sections are directories in it; without, each has a directory of its own below the package.
        let (base, end) = match &settings.directory {
            Some(directory) => (clean(directory), ""),
            None => {
                let package = settings.package.unwrap_or_default().replace('.', "/");
                (joined(&[&clean(settings.package_dir.as_deref().unwrap_or(".")), &package]), DIRECTORY)
            }
        };
        let directories = sections
            .into_iter()
            .map(|section| {
                let name = section.name.filter(|name| !name.trim().is_empty());
                (joined(&[&base, &clean(&section.path), end]), name)
            })
            .collect();
        let listed = settings.types.into_iter().filter_map(|declared| {
            let word = declared.directory.or_else(|| declared.name.map(|name| name.to_lowercase()))?;
            Some(FragmentType { word, is_shown: declared.showcontent.unwrap_or(true) })
        });
        let tables = settings.fragment.into_iter().map(|(word, declared)| FragmentType {
            word: declared.directory.unwrap_or(word),
            is_shown: declared.showcontent.unwrap_or(true),
        });
        let mut types: Vec<FragmentType> = listed.chain(tables).collect();
        if types.is_empty() {
            types = TYPES
                .iter()
                .map(|(word, is_shown)| FragmentType { word: (*word).to_owned(), is_shown: *is_shown })
                .collect();
        }
        let template = settings.template.as_deref().and_then(|path| path.rsplit('/').next()).map(str::to_owned);
        let ignored = IGNORED.iter().map(|name| (*name).to_owned()).chain(settings.ignore).chain(template);
        Self {
            directories,
            types,
            orphan_prefix: settings.orphan_prefix.unwrap_or_else(|| "+".to_owned()),
            ignored: ignored.map(|name| name.to_lowercase()).collect(),
        }
    }

    pub(super) fn fits(&self, path: &str) -> bool {
        self.place(path).is_some()
    }

    /// The name of the file, and the section that it is in.
    fn place(&self, path: &str) -> Option<(Name<'_>, Option<&str>)> {
        self.directories.iter().find_map(|(directory, section)| {
            let name =
                if directory.is_empty() { (!path.contains('/')).then_some(path) } else { name_in(directory, path) };
            let name = name.filter(|name| !self.ignored.contains(&name.to_lowercase()))?;
            Some((self.name(name)?, section.as_deref()))
        })
    }

    /// The last part that is a type tells the parts before it, which are the issue, from those behind it.
    fn name(&self, name: &str) -> Option<Name<'_>> {
        let parts: Vec<&str> = name.split('.').collect();
        let of = |part: &&str| self.types.iter().find(|known| known.word == **part);
        let at = (1..parts.len()).rev().find(|at| of(&parts[*at]).is_some())?;
        let issue = parts[..at].join(".");
        let issue = issue.trim();
        if issue.is_empty() {
            return None;
        }
        let is_orphan = !self.orphan_prefix.is_empty() && issue.starts_with(self.orphan_prefix.as_str());
        let is_number = issue.bytes().all(|byte| byte.is_ascii_digit());
        let number = issue.trim_start_matches('0');
        let issue = match (is_orphan, is_number) {
            (true, _) => None,
            (false, true) if number.is_empty() => Some("#0".to_owned()),
            (false, true) => Some(format!("#{number}")),
            (false, false) => Some(issue.to_owned()),
        };
        let is_markdown = parts[at + 1..].iter().any(|part| part.eq_ignore_ascii_case("md"));
        Some(Name { issue, of: of(&parts[at])?, is_markdown })
    }

    pub(super) fn read(&self, path: &str, text: &str, around: &Surroundings<'_>) -> Result<Note, NoteError> {
        let mut file = File::new(text, around.location);
        let (name, section) = match self.place(path) {
            Some((name, section)) => (Some(name), section),
            None => (None, None),
        };
        let of = name.as_ref().map(|name| name.of);
        let word = of.map_or("", |of| of.word.as_str());
        let kind = match of {
            Some(of) if !of.is_shown => ChangeKind::Internal,
            _ => kind_of(word, around.kinds),
        };
        let text = text.trim_start_matches('\u{feff}');
        let is_markdown = name.as_ref().is_some_and(|name| name.is_markdown);
        let words = if is_markdown { NoteText::parse(text) } else { NoteText::parse(&to_markdown(text)) };
        if words.is_empty() && kind != ChangeKind::Internal {
            file.report_wordless();
        }
        let breaking = (word == "breaking").then(|| words.summary.clone());
        let mut note = plain(kind, words);
        note.breaking = breaking;
        note.scope = section.map(str::to_owned);
        // An issue's name may be a word that stands for no issue; only numbers and keys are references.
        let issue = name.and_then(|name| name.issue).filter(|issue| issue.bytes().any(|byte| byte.is_ascii_digit()));
        note.refs = issue.into_iter().chain(weaknesses(text)).collect();
        file.finish(note)
    }
}

/// A path as git has it.
fn clean(path: &str) -> String {
    let parts = path.split(['/', '\\']).filter(|part| !part.is_empty() && *part != ".");
    parts.collect::<Vec<_>>().join("/")
}

fn joined(parts: &[&str]) -> String {
    parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("/")
}
