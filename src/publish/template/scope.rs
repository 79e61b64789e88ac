//! What a name means at a place of a template: the view model there, the lists and groups around it, and the names that
//! blocks and partials give. As the engine has it: `each`, `with` and partials open a scope, conditions do not.
//!
//! Each thing that can be named has an id, so that what a condition says of it holds under every name that it has.

use std::rc::Rc;

use super::fault::did_you_mean;
use super::shape::{Field, Record, Shape};

/// One block that is open.
pub struct Scope {
    pub shape: Shape,
    /// Names given with `as |name|`, or as arguments of a partial.
    pub names: Vec<Named>,
    /// Whether it goes through a list, so that `@index` means something in it and below.
    pub is_list: bool,
    /// The id of what it is about.
    pub id: String,
}

/// A name that a block or a partial was given.
pub struct Named {
    pub name: String,
    pub shape: Shape,
    pub id: String,
}

/// What stands at a path.
pub struct Found {
    pub shape: Shape,
    pub id: String,
    /// Groups on the way to it that may be absent, outermost first: what they are called, and their ids.
    pub passed: Vec<(String, String)>,
}

impl Found {
    fn plain(shape: Shape) -> Self {
        Self { shape, id: String::new(), passed: Vec::new() }
    }
}

/// The blocks that are open, the document itself first; never empty.
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Of a document of this shape.
    pub fn new(document: Shape) -> Self {
        Self(vec![Scope { shape: document, names: Vec::new(), is_list: false, id: "@root".to_owned() }])
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

    /// The shape at this place, and its id.
    pub fn here(&self) -> (Shape, String) {
        self.0.last().map_or((Shape::Text, String::new()), |scope| (scope.shape.clone(), scope.id.clone()))
    }

    /// An id that nothing else has: of an item of the list that is opened next.
    pub fn next_id(&self, list: &str) -> String {
        format!("{}:{list}[]", self.0.len())
    }

    /// What stands at a path as a template writes it: `name`, `this.name`, `../name`, `@root.name`, `@index`. The error
    /// is a lower-case fragment.
    pub fn resolve(&self, path: &str) -> Result<Found, String> {
        if let Some(fields) = path.strip_prefix("@root") {
            let document = self.0.first().map_or(Shape::Text, |scope| scope.shape.clone());
            return descend((document, "@root"), fields, path);
        }
        if let Some(local) = path.strip_prefix('@') {
            return self.local(local.trim_start_matches("../"), path).map(Found::plain);
        }
        let (depth, rest) = climb(path);
        let (first, further) = match rest.find(['.', '/']) {
            Some(at) => (&rest[..at], &rest[at + 1..]),
            None => (rest, ""),
        };
        let mut given = self.0.iter().rev().flat_map(|scope| &scope.names);
        if let Some(named) = given.find(|named| named.name == first) {
            return descend((named.shape.clone(), &named.id), further, path);
        }
        match self.0.len().checked_sub(depth + 1).map(|at| &self.0[at]) {
            Some(scope) => descend((scope.shape.clone(), &scope.id), if rest == "this" { "" } else { rest }, path),
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

fn descend((mut shape, id): (Shape, &str), fields: &str, path: &str) -> Result<Found, String> {
    let mut id = id.to_owned();
    let mut passed = Vec::new();
    let mut absent: Option<(String, String)> = None;
    for name in fields.split(['.', '/']).filter(|name| !name.is_empty()) {
        passed.extend(absent.take());
        let Shape::Record(record) = &shape else {
            return Err(format!("`{path}` looks for `{name}` in {}", shape.noun()));
        };
        let Some(field) = record.fields.get(name) else {
            let hint = did_you_mean(name, record.fields.keys().map(String::as_str));
            return Err(format!("there is no `{path}` here{hint}"));
        };
        id = format!("{id}.{name}");
        absent = field.is_optional.then(|| (name.to_owned(), id.clone()));
        shape = field.shape.clone();
    }
    Ok(Found { shape, id, passed })
}

/// The fields of a shape with others in their place.
pub fn with_fields(base: Shape, given: &[Named]) -> Shape {
    if given.is_empty() {
        return base;
    }
    let mut fields = match base {
        Shape::Record(record) => record.fields.clone(),
        _ => Record::default().fields,
    };
    for Named { name, shape, .. } in given {
        let field = Field { shape: shape.clone(), about: String::new(), is_optional: false };
        fields.insert(name.clone(), field);
    }
    Shape::Record(Rc::new(Record { fields }))
}
