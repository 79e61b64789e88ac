//! `twintrack deploy …`: what was put live, where and when.

pub mod freeze;
mod frozen;
pub mod list;
pub mod record;
mod recorded;
pub mod rollback;
pub mod thaw;
