//! Documents from reports and bytes.

pub mod template;
pub mod view;
