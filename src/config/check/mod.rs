//! From what was typed to what is meant. Each file turns one section into its checked form and reports what is wrong
//! with it; where something is wrong a stand-in goes on, so that everything else is looked at too.

mod audit;
mod changes;
mod channel;
mod collector;
mod decision;
mod file;
mod freeze;
mod line;
mod patterns;
mod redaction;
mod upgrade;
mod value;

pub(super) use collector::Collector;
pub(super) use decision::check_decisions;
pub(super) use file::check_file;
