//! Renders view models through templates. The invariant: an engine exists only where every template parses and every
//! name in it is known, so that what can still go wrong while rendering is a mistake of ours.

use std::collections::BTreeMap;

use handlebars::Handlebars;
use handlebars::template::Template;
use schemars::JsonSchema;
use serde::Serialize;

use super::builtin::{BUILTINS, is_script, is_style, is_template, partial_name, template_names};
use super::check::{Parsed, check};
use super::escape::Format;
use super::fault::{Fault, did_you_mean};
use super::inline;
use super::shape::Shape;

/// What one template renders.
pub trait View: Serialize + JsonSchema {
    /// The template's name, as in [`template_names`].
    const TEMPLATE: &'static str;
}

/// Templates that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{} of the project's templates cannot be used:\n{}", .faults.len(), listed(.faults))]
pub struct TemplateError {
    /// All of them, by template and place.
    pub faults: Vec<Fault>,
}

impl TemplateError {
    /// What to do about it.
    pub fn hint(&self) -> String {
        let name = self.faults.first().map_or("NAME", |fault| fault.template.as_str());
        let name = template_names().find(|known| *known == name).unwrap_or("NAME");
        format!("correct or remove the file; `twintrack templates show {name}` prints the shipped one")
    }
}

fn listed(faults: &[Fault]) -> String {
    faults.iter().map(|fault| format!("  {fault}")).collect::<Vec<_>>().join("\n")
}

/// A document that did not render.
#[derive(Debug, thiserror::Error)]
#[error("cannot render template `{template}`")]
pub struct RenderError {
    template: &'static str,
    /// Whether templates of the project took part, whose mistake it then is.
    pub is_of_project: bool,
    source: handlebars::RenderError,
}

/// The shipped templates with those of a project in their place.
pub struct Templates {
    markdown: Handlebars<'static>,
    html: Handlebars<'static>,
    /// By their names.
    styles: BTreeMap<String, String>,
    /// By their names.
    scripts: BTreeMap<String, String>,
    has_overrides: bool,
}

impl Templates {
    /// Takes the project's own texts by their names; `roots` says which shape each document's template renders. Gathers
    /// every fault of every template before failing.
    pub fn new(overrides: &BTreeMap<String, Vec<u8>>, roots: &[(&str, Shape)]) -> Result<Self, TemplateError> {
        let Checked { sources, partials, documents, faults } = Checked::of(overrides, roots);
        if !faults.is_empty() {
            return Err(TemplateError { faults });
        }
        let mut templates = Self {
            markdown: registry(Format::Markdown),
            html: registry(Format::Html),
            has_overrides: !overrides.is_empty(),
            styles: those(&sources, is_style),
            scripts: those(&sources, is_script),
        };
        for (name, parsed) in partials.into_iter().chain(documents) {
            match Format::of_template(&parsed.name) {
                Format::Markdown => templates.markdown.register_template(&name, parsed.template),
                Format::Html => templates.html.register_template(&name, parsed.template),
            }
        }
        Ok(templates)
    }

    /// A style sheet that pages carry; empty where there is none of that name.
    pub fn style(&self, name: &str) -> &str {
        self.styles.get(name).map_or("", String::as_str)
    }

    /// A script of the site; empty where there is none of that name.
    pub fn script(&self, name: &str) -> &str {
        self.scripts.get(name).map_or("", String::as_str)
    }

    /// The text of a document; Markdown comes with single blank lines and one line end.
    pub fn render<V: View>(&self, view: &V) -> Result<String, RenderError> {
        let failed = |source| RenderError { template: V::TEMPLATE, is_of_project: self.has_overrides, source };
        match Format::of_template(V::TEMPLATE) {
            Format::Html => self.html.render(V::TEMPLATE, view).map_err(failed),
            Format::Markdown => self.markdown.render(V::TEMPLATE, view).map(|text| tidy(&text)).map_err(failed),
        }
    }
}

#[cfg(test)]
impl Templates {
    /// The text of a document of any value, which a test makes by the shape.
    pub fn render_value(&self, name: &str, value: &serde_json::Value) -> String {
        match Format::of_template(name) {
            Format::Html => self.html.render(name, value).unwrap(),
            Format::Markdown => tidy(&self.markdown.render(name, value).unwrap()),
        }
    }
}

/// Every fault of the project's own texts, in the order of their places; none where documents can be made from them.
pub fn lint(overrides: &BTreeMap<String, Vec<u8>>, roots: &[(&str, Shape)]) -> Vec<Fault> {
    Checked::of(overrides, roots).faults
}

/// Files that are taken as they are, by name.
fn those(sources: &BTreeMap<&str, String>, is_one: impl Fn(&str) -> bool) -> BTreeMap<String, String> {
    let found = sources.iter().filter(|(name, _)| is_one(name));
    found.map(|(name, source)| ((*name).to_owned(), source.clone())).collect()
}

/// Templates that were looked at, and what is wrong with them.
struct Checked<'o> {
    sources: BTreeMap<&'o str, String>,
    /// By the name that calls them.
    partials: BTreeMap<String, Parsed>,
    documents: BTreeMap<String, Parsed>,
    faults: Vec<Fault>,
}

impl<'o> Checked<'o> {
    fn of(overrides: &'o BTreeMap<String, Vec<u8>>, roots: &[(&str, Shape)]) -> Self {
        let (sources, mut faults) = sources(overrides);
        let (parsed, syntax) = parse(&sources);
        faults.extend(syntax);
        let (partials, documents): (BTreeMap<_, _>, BTreeMap<_, _>) =
            parsed.into_iter().partition(|(name, _)| partial_name(name).is_some());
        let named = |(name, parsed): (String, Parsed)| Some((partial_name(&name)?.to_owned(), parsed));
        let partials: BTreeMap<String, Parsed> = partials.into_iter().filter_map(named).collect();
        for (name, shape) in roots {
            if let Some(parsed) = documents.get(*name) {
                faults.extend(check(parsed, shape, &partials));
            }
        }
        faults.sort();
        faults.dedup();
        Self { sources, partials, documents, faults }
    }
}

/// The shipped texts with the project's own in their place, and what is wrong with these before they are parsed.
fn sources(overrides: &BTreeMap<String, Vec<u8>>) -> (BTreeMap<&str, String>, Vec<Fault>) {
    let mut faults = Vec::new();
    let mut sources: BTreeMap<&str, String> =
        BUILTINS.iter().map(|builtin| (builtin.name, builtin.source.to_owned())).collect();
    let whole_file = |name: &str, what: String| Fault { template: name.to_owned(), line: 0, column: 0, what };
    for (name, bytes) in overrides {
        let Some(source) = sources.get_mut(name.as_str()) else {
            let hint = did_you_mean(name, template_names());
            faults.push(whole_file(name, format!("no document uses a template of this name{hint}")));
            continue;
        };
        match std::str::from_utf8(bytes) {
            Ok(text) => *source = text.strip_prefix('\u{feff}').unwrap_or(text).replace("\r\n", "\n"),
            Err(_) => faults.push(whole_file(name, "the file is not UTF-8 text".to_owned())),
        }
        if is_style(name) && source.to_ascii_lowercase().contains("</style") {
            faults.push(whole_file(name, "a style sheet within a page cannot hold `</style`".to_owned()));
        }
        if is_script(name) && ["</script", "<!--"].iter().any(|end| source.to_ascii_lowercase().contains(end)) {
            faults.push(whole_file(name, "a script within a page can hold neither `</script` nor `<!--`".to_owned()));
        }
    }
    (sources, faults)
}

fn parse(sources: &BTreeMap<&str, String>) -> (BTreeMap<String, Parsed>, Vec<Fault>) {
    let mut parsed = BTreeMap::new();
    let mut faults = Vec::new();
    for (name, source) in sources.iter().filter(|(name, _)| is_template(name)) {
        match Template::compile_with_name(source, (*name).to_owned()) {
            Ok(template) => {
                parsed.insert((*name).to_owned(), Parsed { name: (*name).to_owned(), template });
            }
            Err(error) => {
                let (line, column) = error.pos().unwrap_or_default();
                faults.push(Fault { template: (*name).to_owned(), line, column, what: error.reason().to_string() });
            }
        }
    }
    (parsed, faults)
}

fn registry(format: Format) -> Handlebars<'static> {
    let mut engine = Handlebars::new();
    engine.set_strict_mode(true);
    engine.register_escape_fn(move |text| format.escape(text));
    inline::register(&mut engine, format);
    engine
}

/// Blank lines that templates leave behind become one, except within blocks of code; no blanks at line ends.
fn tidy(text: &str) -> String {
    let mut tidied = String::with_capacity(text.len());
    let mut fence: Option<String> = None;
    for line in text.lines() {
        let line = line.trim_end();
        let within = line.trim_start();
        let ticks: String = within.chars().take_while(|c| *c == '`').collect();
        match &fence {
            None if ticks.len() >= 3 => fence = Some(ticks),
            Some(open) if ticks.len() >= open.len() && ticks == within => fence = None,
            _ => {}
        }
        let is_second_blank = line.is_empty() && (tidied.is_empty() || tidied.ends_with("\n\n"));
        if fence.is_some() || !is_second_blank {
            tidied.push_str(line);
            tidied.push('\n');
        }
    }
    tidied.truncate(tidied.trim_end().len());
    tidied.push('\n');
    tidied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_lines_become_one_outside_of_code() {
        assert_eq!(tidy("\n\na  \n\n\n\nb\n```\nc\n\n\nd\n```\n\n\n"), "a\n\nb\n```\nc\n\n\nd\n```\n");
    }

    #[test]
    fn an_unknown_file_is_an_error_that_names_the_nearest() {
        let overrides = [("index.md.hb".to_owned(), Vec::new()), ("page.css".to_owned(), vec![0xff])].into();
        let error = Templates::new(&overrides, &[]).err().unwrap();
        assert_eq!(
            error.to_string(),
            "2 of the project's templates cannot be used:\n  \
             index.md.hb: no document uses a template of this name; did you mean `index.md.hbs`?\n  \
             page.css: the file is not UTF-8 text"
        );
    }

    #[test]
    fn a_template_that_does_not_parse_is_an_error_with_its_place() {
        let overrides = [("index.md.hbs".to_owned(), b"a\n{{#if x}}".to_vec())].into();
        let error = Templates::new(&overrides, &[]).err().unwrap();
        assert_eq!((error.faults[0].template.as_str(), error.faults[0].line), ("index.md.hbs", 2));
    }
}
