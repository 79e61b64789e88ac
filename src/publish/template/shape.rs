//! The shape of a view model: which names a template finds where. Taken from the type and not from a value, so that an
//! empty list or an absent field hides no mistake.

use std::rc::Rc;

use indexmap::IndexMap;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::Serialize;
use serde_json::Value;

/// Text that is ready-made in the format of the document, and printed with `{{{ }}}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Markup(String);

impl Markup {
    /// Declares `text` to be safe in the format it will stand in.
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// A value for a script, as JSON in which nothing can end the element that it stands in. Text where it cannot be
    /// written, which no value of ours does.
    pub fn json<T: Serialize>(value: &T) -> Self {
        Self(serde_json::to_string(value).unwrap_or_default().replace('<', "\\u003c"))
    }
}

impl JsonSchema for Markup {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Markup".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "markup" })
    }
}

/// What stands at a path of a view model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shape {
    Text,
    Number,
    Flag,
    /// See [`Markup`].
    Markup,
    List(Rc<Shape>),
    Record(Rc<Record>),
}

/// Names and what stands at them, in the order of declaration.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    pub fields: IndexMap<String, Field>,
}

/// One name of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    pub shape: Shape,
    /// What the declaration says of it.
    pub about: String,
    /// Whether it may be absent.
    pub is_optional: bool,
}

impl Shape {
    /// The shape that values of `T` have once they are serialised. View models hold records, lists, texts, numbers and
    /// flags; anything else is a mistake of ours that the tests meet.
    pub fn of<T: JsonSchema>() -> Self {
        let settings = SchemaSettings::draft2020_12().for_serialize().with(|settings| {
            settings.inline_subschemas = true;
            settings.meta_schema = None;
        });
        let schema = settings.into_generator().into_root_schema_for::<T>();
        from_schema(schema.as_value())
    }

    /// What a message calls it.
    pub const fn noun(&self) -> &'static str {
        match self {
            Self::Text | Self::Markup => "a text",
            Self::Number => "a number",
            Self::Flag => "a flag",
            Self::List(_) => "a list",
            Self::Record(_) => "a group of fields",
        }
    }
}

/// A name that a template may use, in the order of declaration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldLine {
    pub name: String,
    /// How many lists and groups stand around it.
    pub depth: usize,
    /// `text`, `number`, `flag`, `list`, `list of texts`, `group`, or `ready-made text`.
    pub kind: &'static str,
    pub may_be_absent: bool,
    /// What it is.
    pub about: String,
}

impl Shape {
    /// Every name, those within a list or group behind it.
    pub fn lines(&self) -> Vec<FieldLine> {
        let mut lines = Vec::new();
        self.add_lines(0, &mut lines);
        lines
    }

    fn add_lines(&self, depth: usize, lines: &mut Vec<FieldLine>) {
        let Self::Record(record) = self else { return };
        for (name, field) in &record.fields {
            let inner = match &field.shape {
                Self::List(item) => item,
                shape => shape,
            };
            lines.push(FieldLine {
                name: name.clone(),
                depth,
                kind: field.shape.kind(),
                may_be_absent: field.is_optional,
                about: field.about.split_whitespace().collect::<Vec<_>>().join(" "),
            });
            inner.add_lines(depth + 1, lines);
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Flag => "flag",
            Self::Markup => "ready-made text",
            Self::List(item) if matches!(**item, Self::Record(_)) => "list",
            Self::List(_) => "list of texts",
            Self::Record(_) => "group",
        }
    }
}

/// The one alternative of the schema that is not `null`.
fn without_null(schema: &Value) -> &Value {
    let alternatives = schema.get("anyOf").or_else(|| schema.get("oneOf")).and_then(Value::as_array);
    alternatives
        .and_then(|all| all.iter().find(|one| one.get("type").and_then(Value::as_str) != Some("null")))
        .unwrap_or(schema)
}

fn type_name(schema: &Value) -> Option<&str> {
    match schema.get("type")? {
        Value::String(name) => Some(name),
        Value::Array(names) => names.iter().filter_map(Value::as_str).find(|name| *name != "null"),
        _ => None,
    }
}

fn is_optional(schema: &Value) -> bool {
    let has_null = |value: &Value| match value {
        Value::String(name) => name == "null",
        Value::Array(names) => names.iter().any(|name| name == "null"),
        _ => false,
    };
    schema.get("type").is_some_and(has_null)
        || schema
            .get("anyOf")
            .and_then(Value::as_array)
            .is_some_and(|all| all.iter().any(|one| one.get("type").is_some_and(has_null)))
}

fn from_schema(schema: &Value) -> Shape {
    let schema = without_null(schema);
    match type_name(schema) {
        Some("array") => Shape::List(Rc::new(schema.get("items").map_or(Shape::Text, from_schema))),
        Some("object") => {
            let properties = schema.get("properties").and_then(Value::as_object);
            let field = |value: &Value| Field {
                shape: from_schema(value),
                about: value.get("description").and_then(Value::as_str).unwrap_or_default().to_owned(),
                is_optional: is_optional(value),
            };
            let fields = properties.into_iter().flatten().map(|(name, value)| (name.clone(), field(value))).collect();
            Shape::Record(Rc::new(Record { fields }))
        }
        Some("integer" | "number") => Shape::Number,
        Some("boolean") => Shape::Flag,
        _ if schema.get("format").and_then(Value::as_str) == Some("markup") => Shape::Markup,
        _ => Shape::Text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, JsonSchema)]
    struct Inner {
        /// What it is called.
        name: String,
        is_new: bool,
    }

    #[derive(Serialize, JsonSchema)]
    struct Outer {
        maybe: Option<Inner>,
        all: Vec<Inner>,
        count: Option<usize>,
        body: Markup,
    }

    #[test]
    fn a_shape_says_what_stands_where() {
        let Shape::Record(outer) = Shape::of::<Outer>() else { panic!("a record") };
        let inner = Shape::of::<Inner>();
        assert_eq!(outer.fields["maybe"].shape, inner);
        assert!(outer.fields["maybe"].is_optional && !outer.fields["all"].is_optional);
        assert_eq!(outer.fields["all"].shape, Shape::List(Rc::new(inner.clone())));
        assert_eq!(outer.fields["count"].shape, Shape::Number);
        assert_eq!(outer.fields["body"].shape, Shape::Markup);
        let Shape::Record(inner) = inner else { panic!("a record") };
        assert_eq!(inner.fields["name"].about, "What it is called.");
    }
}
