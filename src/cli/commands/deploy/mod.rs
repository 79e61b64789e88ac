//! `twintrack deploy …`: what was put live, where and when.

pub mod list;
