//! Commits and their ancestry, read once per run: the facts of every commit reachable from the tips that matter, kept in
//! a cache, and the questions about reachability that everything above asks.

mod around;
mod facts;
mod known;
mod load;
mod node;
mod nodes;
mod prefixes;

pub use around::{Around, MOST_LINES};
pub use known::{CachedCommits, KnownCommits};
pub use load::{GraphError, Loader};
pub use node::{Graph, Person};
pub use nodes::{Node, NodeSet};
pub use prefixes::Prefixes;
