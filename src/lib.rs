//! Twintrack: a release manager for one codebase on two channels, a managed service and self-hosted releases.
//!
//! The layers, lowest first, are the modules below in their order of declaration; a module imports only from those
//! above it. `docs/architecture.md` is the map.

pub mod domain;

pub mod config;

pub mod git;

pub mod cache;

pub mod graph;

pub mod ledger;

pub mod plan;

pub mod history;

pub mod surface;

pub mod reports;

pub mod operations;

pub mod publish;

pub mod cli;

#[doc(hidden)]
pub mod testing;
