//! One file per command: its arguments, and one function that calls the steps in order.

pub mod completions;
pub mod man;
