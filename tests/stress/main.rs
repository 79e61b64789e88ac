//! Many runs at once against one real remote, runs that are killed from outside, other transports, and a remote with a
//! hundred thousand tags.
//!
//! Every part has a short version among the ordinary tests. The long ones, with their figures, are
//! `cargo test --release --test stress -- --ignored --nocapture --test-threads=1`.

#[cfg(unix)]
mod fleet;
#[cfg(unix)]
mod kills;
#[cfg(unix)]
mod late;
#[cfg(unix)]
mod many_tags;
#[cfg(unix)]
mod races;
#[cfg(unix)]
mod servers;
#[cfg(unix)]
mod transports;
