//! `twintrack note …`: change notes, written and held against what they have to say.

mod editor;
pub mod lint;
mod lint_view;
pub mod new;
mod pairs;
