//! Templates of documents: which exist, how a project's own take their place, and what is checked before one renders.

mod builtin;
mod check;
mod engine;
mod escape;
mod fault;
mod inline;
mod scope;
mod shape;

pub use builtin::{BUILTINS, Builtin, TemplateKind, builtin, template_names};
pub use engine::{RenderError, TemplateError, Templates, View, lint};
pub use escape::{Format, one_line};
pub use fault::{Fault, did_you_mean};
pub use inline::address;
pub use shape::{Field, FieldLine, Markup, Record, Shape};
