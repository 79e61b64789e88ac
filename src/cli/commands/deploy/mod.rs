//! `twintrack deploy …`: what was put live, where and when.

pub mod list;
pub mod record;
mod recorded;
pub mod rollback;
