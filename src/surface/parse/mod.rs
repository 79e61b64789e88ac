//! Files that declare configuration, read into keys with their defaults and descriptions, whatever their format. Pure:
//! bytes and a path in, keys or faults out.
//!
//! The invariant: no text panics or hangs a reader, and what cannot be read is a fault with its line, never a guess.

mod comments;
mod env;
mod file;
mod format;
mod ini;
mod json;
mod json_schema;
mod key_name;
mod lines;
mod markdown;
mod node;
mod properties;
mod reference;
mod snapshot;
mod toml;
mod yaml;

pub(super) use file::{DeclaredKey, FileFault, ParsedFile, parse_file, parse_value};
pub(super) use format::FileFormat;
