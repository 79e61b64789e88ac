//! What a name means at a place of a template: the view model there, the lists and groups around it, and the names that
//! blocks and partials give. As the engine has it: `each`, `with` and partials open a scope, conditions do not.

use std::rc::Rc;

use super::fault::did_you_mean;
use super::shape::{Field, Record, Shape};

/// One block that is open.
pub struct Scope {
    pub shape: Shape,
    /// Names given with `as |name|`, or as arguments of a partial.
    pub names: Vec<(String, Shape)>,
    /// Whether it goes through a list, so that `@index` means something in it and below.
    pub is_list: bool,
}

/// The blocks that are open, the document itself first; never empty.
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Of a document of this shape.
    pub fn new(document: Shape) -> Self {
        Self(vec![Scope { shape: document, names: Vec::new(), is_list: false }])
    }

    pub fn push(&mut self, scope: Scope) {
        self.0.push(scope);
    }

    /// Closes the innermost block; the document stays open.
    pub fn pop(&mut self) {
        if self.0.len() > 1 {
            self.0.pop();
        }
    }

    /// The shape at this place.
    pub fn here(&self) -> Shape {
        self.0.last().map_or(Shape::Text, |scope| scope.shape.clone())
    }

    /// What stands at a path as a template writes it: `name`, `this.name`, `../name`, `@root.name`, `@index`. The error
    /// is a lower-case fragment.
    pub fn resolve(&self, path: &str) -> Result<Shape, String> {
        if let Some(fields) = path.strip_prefix("@root") {
            let document = self.0.first().map_or(Shape::Text, |scope| scope.shape.clone());
            return descend(document, fields, path);
        }
        if let Some(local) = path.strip_prefix('@') {
            return self.local(local.trim_start_matches("../"), path);
        }
        let (depth, rest) = climb(path);
        let (first, further) = match rest.find(['.', '/']) {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, ""),
        };
        let mut given = self.0.iter().rev().flat_map(|scope| &scope.names);
        if let Some((_, shape)) = given.find(|(name, _)| name == first) {
            return descend(shape.clone(), further, path);
        }
        match self.0.len().checked_sub(depth + 1).map(|at| &self.0[at]) {
            Some(scope) => descend(scope.shape.clone(), if rest == "this" { "" } else { rest }, path),
            None => Err(format!("`{path}` climbs above the document")),
        }
    }

    fn local(&self, name: &str, path: &str) -> Result<Shape, String> {
        let is_in_list = self.0.iter().any(|scope| scope.is_list);
        match name {
            "index" | "first" | "last" if !is_in_list => Err(format!("`{path}` means something within `each` only")),
            "index" => Ok(Shape::Number),
            "first" | "last" => Ok(Shape::Flag),
            _ => Err(format!("there is no `{path}`{}", did_you_mean(name, ["index", "first", "last", "root"]))),
        }
    }
}

/// How many blocks a path leaves, and what is left of it then.
fn climb(path: &str) -> (usize, &str) {
    let (mut depth, mut rest) = (0, path);
    loop {
        if let Some(up) = rest.strip_prefix("../") {
            (depth, rest) = (depth + 1, up);
        } else if let Some(here) = ["./", "this.", "this/"].iter().find_map(|start| rest.strip_prefix(start)) {
            rest = here;
        } else {
            return (depth, rest);
        }
    }
}

fn descend(mut shape: Shape, fields: &str, path: &str) -> Result<Shape, String> {
    for name in fields.split(['.', '/']).filter(|name| !name.is_empty()) {
        let Shape::Record(record) = &shape else {
            return Err(format!("`{path}` looks for `{name}` in {}", shape.noun()));
        };
        let Some(field) = record.fields.get(name) else {
            let hint = did_you_mean(name, record.fields.keys().map(String::as_str));
            return Err(format!("there is no `{path}` here{hint}"));
        };
        shape = field.shape.clone();
    }
    Ok(shape)
}

/// The fields of a shape with others in their place.
pub fn with_fields(base: Shape, given: &[(String, Shape)]) -> Shape {
    if given.is_empty() {
        return base;
    }
    let mut fields = match base {
        Shape::Record(record) => record.fields.clone(),
        _ => Record::default().fields,
    };
    for (name, shape) in given {
        let field = Field { shape: shape.clone(), about: String::new(), is_optional: false };
        fields.insert(name.clone(), field);
    }
    Shape::Record(Rc::new(Record { fields }))
}
