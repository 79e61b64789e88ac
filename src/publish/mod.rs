//! Documents from reports and bytes: templates, Markdown and HTML pages, and the directory they are written to.

mod html;
mod layout;
pub mod template;
pub mod view;
mod writer;

pub use html::Body;
pub use layout::{DocumentKind, Place, line_folders};
pub use writer::{Changes, Directory, RECORD, WriteError};
