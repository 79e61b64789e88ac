//! One file per command: its arguments, and one function that calls the steps in order.

pub mod affected;
pub mod audit;
pub mod backport;
pub mod backports;
pub mod changelog;
pub mod check;
pub mod completions;
pub mod cut;
pub mod demo;
pub mod deploy;
pub mod describe;
pub mod gates;
pub mod init;
pub mod man;
pub mod note;
pub mod publish;
pub mod release;
pub mod retract;
pub mod schema;
pub mod sign_off;
pub mod status;
pub mod surface;
pub mod sync;
pub mod templates;
pub mod tension;
pub mod verify;
