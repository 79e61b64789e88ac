//! Checks every name a template uses against the shape of its view model before anything renders. The engine's strict
//! mode finds a misspelt `{{name}}` only when it is printed, and a misspelt `{{#if name}}` never; and it finds that a group
//! of fields may be absent only once one is.

use std::collections::{BTreeMap, BTreeSet};

use handlebars::Path;
use handlebars::template::{
    BlockParam, DecoratorTemplate, HelperTemplate, Parameter, Subexpression, Template, TemplateElement,
};

use super::fault::{Fault, did_you_mean};
use super::inline::WRITERS;
use super::scope::{Named, Scope, Scopes, with_fields};
use super::shape::Shape;

/// A parsed template under the name of its file.
pub struct Parsed {
    pub name: String,
    pub template: Template,
}

/// Helpers of the engine that may be used, with the least and most arguments. `lookup` and `log` are left out: what the
/// first finds cannot be checked, and a document has nobody to log to.
const CONDITIONS: [(&str, usize, usize); 9] = [
    ("eq", 2, 2),
    ("ne", 2, 2),
    ("gt", 2, 2),
    ("gte", 2, 2),
    ("lt", 2, 2),
    ("lte", 2, 2),
    ("and", 2, usize::MAX),
    ("or", 2, usize::MAX),
    ("not", 1, 1),
];

/// Walks one document's template and the partials it uses.
pub struct Checker<'a> {
    partials: &'a BTreeMap<String, Parsed>,
    faults: BTreeSet<Fault>,
    scopes: Scopes,
    /// Templates that are being walked, innermost last.
    open: Vec<&'a Parsed>,
    position: (usize, usize),
    /// Ids of what is known to be there, by the conditions around this place.
    present: Vec<String>,
    /// Within a condition, where what may be absent counts as false.
    is_asking: bool,
}

/// The mistakes of `parsed`, rendered from values of `shape`, in the order of their places.
pub fn check(parsed: &Parsed, shape: &Shape, partials: &BTreeMap<String, Parsed>) -> Vec<Fault> {
    let mut checker = Checker {
        partials,
        faults: BTreeSet::new(),
        scopes: Scopes::new(shape.clone()),
        open: vec![parsed],
        position: (1, 1),
        present: Vec::new(),
        is_asking: false,
    };
    checker.walk(&parsed.template);
    checker.faults.into_iter().collect()
}

impl<'a> Checker<'a> {
    fn fault(&mut self, what: String) {
        let template = self.open.last().map(|parsed| parsed.name.clone()).unwrap_or_default();
        self.faults.insert(Fault { template, line: self.position.0, column: self.position.1, what });
    }

    fn walk(&mut self, template: &'a Template) {
        for (at, element) in template.elements.iter().enumerate() {
            // The branches of `else if` carry no positions; they stand behind the one their block has.
            if let Some(mapping) = template.mapping.get(at) {
                self.position = (mapping.0, mapping.1);
            }
            match element {
                TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
                TemplateElement::Expression(expression) => self.printed(expression, false),
                TemplateElement::HtmlExpression(expression) => self.printed(expression, true),
                TemplateElement::HelperBlock(block) => {
                    let position = self.position;
                    self.block(block);
                    self.position = position;
                }
                TemplateElement::PartialExpression(partial) => self.partial(partial),
                TemplateElement::DecoratorExpression(_)
                | TemplateElement::DecoratorBlock(_)
                | TemplateElement::PartialBlock(_) => {
                    self.fault("inline partials and blocks given to partials are not supported here".to_owned());
                }
                _ => self.fault("this kind of expression is not supported here".to_owned()),
            }
        }
    }

    /// `{{name}}`, `{{{name}}}` and calls of writers.
    fn printed(&mut self, expression: &'a HelperTemplate, is_raw: bool) {
        let name = expression.name.as_name().unwrap_or_default().to_owned();
        if let Some((_, count)) = WRITERS.iter().find(|(known, _)| *known == name) {
            self.arguments(&name, &expression.params, *count, *count);
            for parameter in &expression.params {
                self.single_value(parameter);
            }
            return;
        }
        if !expression.params.is_empty() || !expression.hash.is_empty() {
            self.condition(&name, &expression.params);
            return;
        }
        let Some(shape) = self.value(&expression.name) else { return };
        match shape {
            Shape::Markup if !is_raw => self.fault(format!("`{name}` is ready-made: print it as `{{{{{{{name}}}}}}}`")),
            Shape::Text | Shape::Number | Shape::Flag if is_raw => {
                self.fault(format!("`{name}` would be printed without escaping: print it as `{{{{{name}}}}}`"));
            }
            Shape::List(_) | Shape::Record(_) => {
                self.fault(format!("`{name}` is {} and cannot be printed as it is", shape.noun()));
            }
            _ => {}
        }
    }

    fn single_value(&mut self, parameter: &'a Parameter) {
        let Some(shape) = self.value(parameter) else { return };
        if matches!(shape, Shape::List(_) | Shape::Record(_)) {
            self.fault(format!("a single value is needed here, not {}", shape.noun()));
        }
    }

    fn arguments(&mut self, name: &str, parameters: &[Parameter], least: usize, most: usize) {
        if parameters.len() < least || parameters.len() > most {
            let wanted = if least == most { format!("{least}") } else { format!("at least {least}") };
            self.fault(format!("`{name}` takes {wanted} arguments, not {}", parameters.len()));
        }
    }

    /// A helper called for its value; everything it is given is checked.
    fn condition(&mut self, name: &str, parameters: &'a [Parameter]) -> Option<Shape> {
        let known = CONDITIONS.iter().find(|(known, ..)| *known == name);
        match known {
            _ if name == "len" => {
                self.arguments(name, parameters, 1, 1);
                for parameter in parameters {
                    if let Some(shape) = self.value(parameter)
                        && !matches!(shape, Shape::List(_))
                    {
                        self.fault(format!("`len` counts a list, not {}", shape.noun()));
                    }
                }
                Some(Shape::Number)
            }
            Some((_, least, most)) => {
                self.arguments(name, parameters, *least, *most);
                for parameter in parameters {
                    self.value(parameter);
                }
                Some(Shape::Flag)
            }
            None => {
                let names = CONDITIONS.iter().map(|(known, ..)| *known).chain(WRITERS.iter().map(|(known, _)| *known));
                let hint = did_you_mean(name, names.chain(["len", "if", "unless", "each", "with"]));
                self.fault(format!("there is no helper `{name}` that can be used here{hint}"));
                None
            }
        }
    }

    fn block(&mut self, block: &'a HelperTemplate) {
        let name = block.name.as_name().unwrap_or_default();
        match name {
            "if" | "unless" => {
                self.arguments(name, &block.params, 1, 1);
                self.is_asking = true;
                for parameter in &block.params {
                    self.value(parameter);
                }
                self.is_asking = false;
                let first = block.params.first();
                let told = |is_true| first.map(|asked| self.told_by(asked, is_true)).unwrap_or_default();
                let (first, second) = (told(name == "if"), told(name != "if"));
                self.branches(block, None, (first, second));
            }
            "each" | "with" => {
                self.arguments(name, &block.params, 1, 1);
                let asked = block.params.first();
                let found = asked.and_then(|parameter| self.value(parameter));
                let present = asked.map(|asked| self.told_by(asked, true)).unwrap_or_default();
                let own = present.last().cloned().unwrap_or_default();
                let inner = match (found, name) {
                    (Some(Shape::List(item)), "each") => Some(item.as_ref().clone()),
                    (Some(shape @ Shape::Record(_)), "with") => Some(shape),
                    (Some(shape), _) => {
                        let wanted = if name == "each" { "a list" } else { "a group of fields" };
                        self.fault(format!("`{name}` needs {wanted}, not {}", shape.noun()));
                        None
                    }
                    (None, _) => None,
                };
                // Without a scope every name inside would be reported for the one mistake outside.
                let Some(shape) = inner else { return };
                let id = if name == "each" { self.scopes.next_id(&own) } else { own };
                let mut names = Vec::new();
                match &block.block_param {
                    Some(BlockParam::Single(item)) => names.extend(named(item, &shape, &id)),
                    Some(BlockParam::Pair((item, index))) => {
                        names.extend(named(item, &shape, &id));
                        names.extend(named(index, &Shape::Number, ""));
                    }
                    _ => {}
                }
                self.branches(block, Some(Scope { shape, names, is_list: name == "each", id }), (present, Vec::new()));
            }
            _ => {
                self.condition(name, &block.params);
                self.branches(block, None, (Vec::new(), Vec::new()));
            }
        }
    }

    /// The two sides of a block; the scope is that of the first only, and `present` is what is there on each.
    fn branches(&mut self, block: &'a HelperTemplate, scope: Option<Scope>, present: (Vec<String>, Vec<String>)) {
        let has_scope = scope.is_some();
        if let Some(scope) = scope {
            self.scopes.push(scope);
        }
        if let Some(template) = &block.template {
            self.walk_with(template, present.0);
        }
        if has_scope {
            self.scopes.pop();
        }
        if let Some(template) = &block.inverse {
            self.walk_with(template, present.1);
        }
    }

    fn walk_with(&mut self, template: &'a Template, present: Vec<String>) {
        let before = self.present.len();
        self.present.extend(present);
        self.walk(template);
        self.present.truncate(before);
    }

    /// The ids of what is there where a condition is true, or false; what it names itself comes last.
    fn told_by(&self, parameter: &Parameter, is_true: bool) -> Vec<String> {
        let of_path = |path: &str| match self.scopes.resolve(path) {
            Ok(found) if is_true => found.passed.into_iter().map(|(_, id)| id).chain([found.id]).collect(),
            _ => Vec::new(),
        };
        match parameter {
            Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => of_path(raw),
            Parameter::Name(name) => of_path(name),
            Parameter::Subexpression(expression) => {
                let TemplateElement::Expression(helper) = expression.as_element() else { return Vec::new() };
                let each = |is_true| helper.params.iter().flat_map(move |inner| self.told_by(inner, is_true)).collect();
                match (helper.name.as_name(), is_true) {
                    (Some("and"), true) | (Some("or"), false) => each(is_true),
                    (Some("not"), _) => each(!is_true),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }

    /// A partial sees the fields of its place and, above them, what it is given by name.
    fn partial(&mut self, partial: &'a DecoratorTemplate) {
        let partials = self.partials;
        let Some(name) = partial.name.as_name() else {
            return self.fault("a partial is called by its name".to_owned());
        };
        let Some(parsed) = partials.get(name) else {
            let hint = did_you_mean(name, partials.keys().map(String::as_str));
            return self.fault(format!("there is no partial `{name}`{hint}"));
        };
        if self.open.iter().any(|open| open.name == parsed.name) {
            return self.fault(format!("partial `{name}` ends up calling itself"));
        }
        let id_of = |checker: &Self, parameter| checker.told_by(parameter, true).pop().unwrap_or_default();
        let base = match partial.params.first() {
            Some(parameter) => self.value(parameter).map(|shape| (shape, id_of(self, parameter))),
            None => Some(self.scopes.here()),
        };
        let mut given: Vec<Named> = Vec::new();
        for (key, parameter) in &partial.hash {
            if let Some(shape) = self.value(parameter) {
                given.push(Named { name: key.clone(), shape, id: id_of(self, parameter) });
            }
        }
        let (Some((base, id)), true) = (base, given.len() == partial.hash.len()) else { return };
        let shape = with_fields(base, &given);
        let position = self.position;
        self.scopes.push(Scope { shape, names: given, is_list: false, id });
        self.open.push(parsed);
        self.walk(&parsed.template);
        self.open.pop();
        self.scopes.pop();
        self.position = position;
    }

    /// The shape of an argument; `None` after a fault.
    fn value(&mut self, parameter: &'a Parameter) -> Option<Shape> {
        match parameter {
            Parameter::Literal(literal) => Some(match literal {
                serde_json::Value::Number(_) => Shape::Number,
                serde_json::Value::Bool(_) => Shape::Flag,
                _ => Shape::Text,
            }),
            Parameter::Path(Path::Relative((_, raw)) | Path::Local((_, _, raw))) => self.resolve(raw),
            Parameter::Name(name) => self.resolve(name),
            Parameter::Subexpression(expression) => self.nested(expression),
            _ => {
                self.fault("this kind of argument is not supported here".to_owned());
                None
            }
        }
    }

    fn resolve(&mut self, path: &str) -> Option<Shape> {
        match self.scopes.resolve(path) {
            Ok(found) => {
                let is_open = |(_, id): &&(String, String)| !self.is_asking && !self.present.contains(id);
                if let Some((name, _)) = found.passed.iter().find(is_open) {
                    self.fault(format!("`{name}` may be absent here: put `{{{{#if {name}}}}}` around `{path}`"));
                }
                Some(found.shape)
            }
            Err(what) => {
                self.fault(what);
                None
            }
        }
    }

    fn nested(&mut self, expression: &'a Subexpression) -> Option<Shape> {
        let TemplateElement::Expression(helper) = expression.as_element() else { return None };
        let Some(name) = helper.name.as_name() else {
            self.fault("a helper in parentheses is called by its name".to_owned());
            return None;
        };
        self.condition(name, &helper.params)
    }
}

fn named(parameter: &Parameter, shape: &Shape, id: &str) -> Option<Named> {
    parameter.as_name().map(|name| Named { name: name.to_owned(), shape: shape.clone(), id: id.to_owned() })
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use serde::Serialize;

    use super::*;
    use crate::publish::template::Markup;

    #[derive(Serialize, JsonSchema)]
    struct Item {
        name: String,
        tags: Vec<String>,
    }

    #[derive(Serialize, JsonSchema)]
    struct Page {
        title: String,
        items: Vec<Item>,
        best: Option<Item>,
        body: Markup,
    }

    fn parsed(name: &str, source: &str) -> Parsed {
        let template = Template::compile_with_name(source, name.to_owned()).unwrap();
        Parsed { name: name.to_owned(), template }
    }

    fn faults(source: &str) -> Vec<String> {
        let partials = [("row", "{{name}}{{#if extra}}!{{/if}}"), ("loop", "{{> loop}}")];
        let partials = partials.map(|(name, text)| (name.to_owned(), parsed(&format!("partials/{name}"), text))).into();
        check(&parsed("t", source), &Shape::of::<Page>(), &partials).iter().map(Fault::to_string).collect()
    }

    #[test]
    fn accepts_what_the_view_model_has() {
        for source in [
            "{{title}} {{{body}}} {{#if best}}{{best.name}}{{/if}} {{this.title}} {{@root.title}}",
            "{{#each items}}{{name}}{{../title}}{{#each tags}}{{this}}{{@index}}{{../name}}{{../../title}}{{/each}}{{/each}}",
            "{{#each items as |item at|}}{{item.name}}{{at}}{{#with ../best}}{{name}}{{item.name}}{{/with}}{{/each}}",
            "{{#if (and title (gt (len items) 1))}}{{title}}{{else if best}}{{best.name}}{{else}}-{{/if}}",
            "{{#each items}}{{> row extra=../title}}{{/each}}{{#with best}}{{> row extra=true}}{{/with}}",
            "{{link title \"https://a\"}}{{#if best}}{{code best.name}}{{/if}}",
            "{{#unless best}}-{{else}}{{best.name}}{{/unless}}{{#if best.name}}{{@root.best.name}}{{/if}}",
            "{{#if (and title best)}}{{#each items}}{{../best.name}}{{/each}}{{/if}}",
            "{{#if (not best)}}-{{else}}{{best.name}}{{/if}}{{#with best}}{{name}}{{../best.name}}{{/with}}",
            "{{#if best}}{{#each items}}{{> row extra=@root.best.name}}{{/each}}{{/if}}",
        ] {
            assert_eq!(faults(source), Vec::<String>::new(), "{source}");
        }
    }

    #[test]
    fn reports_every_unknown_name_with_its_place() {
        for (source, expected) in [
            ("a\n  {{titel}}", "t:2:3: there is no `titel` here; did you mean `title`?"),
            ("{{#if titel}}{{/if}}", "t:1:1: there is no `titel` here; did you mean `title`?"),
            ("{{#unless best.nam}}{{/unless}}", "t:1:1: there is no `best.nam` here; did you mean `name`?"),
            ("{{#each itms}}{{any}}{{/each}}", "t:1:1: there is no `itms` here; did you mean `items`?"),
            ("{{#each items}}\n{{title}}{{/each}}", "t:2:1: there is no `title` here; known are `name`, `tags`"),
            ("{{#each items}}{{../../a}}{{/each}}", "t:1:16: `../../a` climbs above the document"),
            ("{{#if (or titel title)}}{{/if}}", "t:1:1: there is no `titel` here; did you mean `title`?"),
            ("{{#if title}}{{else if titel}}{{/if}}", "t:1:1: there is no `titel` here; did you mean `title`?"),
            ("{{code titel}}", "t:1:1: there is no `titel` here; did you mean `title`?"),
            (
                "{{#with best}}{{> row}}{{/with}}",
                "partials/row:1:9: there is no `extra` here; known are `name`, `tags`",
            ),
            ("{{> row extra=titel}}", "t:1:1: there is no `titel` here; did you mean `title`?"),
            ("{{> rows}}", "t:1:1: there is no partial `rows`; did you mean `row`?"),
            ("{{> loop}}", "partials/loop:1:1: partial `loop` ends up calling itself"),
            ("{{lnk title \"a\"}}", "t:1:1: there is no helper `lnk` that can be used here; did you mean `link`?"),
            ("{{link title}}", "t:1:1: `link` takes 2 arguments, not 1"),
            ("{{items}}", "t:1:1: `items` is a list and cannot be printed as it is"),
            ("{{#each title}}{{/each}}", "t:1:1: `each` needs a list, not a text"),
            ("{{title.a}}", "t:1:1: `title.a` looks for `a` in a text"),
            ("{{{title}}}", "t:1:1: `title` would be printed without escaping: print it as `{{title}}`"),
            ("{{body}}", "t:1:1: `body` is ready-made: print it as `{{{body}}}`"),
            ("{{@index}}", "t:1:1: `@index` means something within `each` only"),
            ("a\n{{best.name}}", "t:2:1: `best` may be absent here: put `{{#if best}}` around `best.name`"),
            (
                "{{#if best}}a{{else}}{{best.name}}{{/if}}",
                "t:1:22: `best` may be absent here: put `{{#if best}}` around `best.name`",
            ),
            (
                "{{#if (or title best)}}{{code best.name}}{{/if}}",
                "t:1:24: `best` may be absent here: put `{{#if best}}` around `best.name`",
            ),
        ] {
            assert_eq!(faults(source), [expected], "{source}");
        }
    }
}
