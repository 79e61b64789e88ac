//! The command line: arguments in, terminal views and JSON out. One thin file per command under `commands`; what a
//! command says comes from a report of a lower layer, what it refuses from that layer's error.
//!
//! To remember: data goes to standard output, everything else to standard error, and nothing below this layer reads
//! the clock, the environment or the terminal.

mod actions;
mod args;
mod clock;
mod commands;
mod context;
mod error;
mod excerpt;
mod facts;
mod file;
mod known;
mod known_operations;
mod logging;
mod moment;
mod mutation;
mod output;
mod progress;
mod repository;
mod run;
mod table;
mod text;

pub use args::command;
pub use error::ErrorKind;
pub use run::main;
