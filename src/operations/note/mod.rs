//! A change note that is about to be written: its text, and the name it gets.

mod draft;
mod slug;

pub use draft::{DraftBlock, NoteDraft, without_comments};
pub use slug::slug;
