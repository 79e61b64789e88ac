//! `twintrack templates …`: what documents are rendered through, and a project's own in its place.

pub mod eject;
pub mod lint;
pub mod list;
mod place;
pub mod show;
