//! What a repository may throw at this layer, on real temporary repositories.

mod objects;
mod opening;
mod refs;
