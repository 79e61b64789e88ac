//! `customers.toml`: who runs which version, for those who have to be told of a fix. The file is optional and for the team
//! alone: no document and no bundle is made from it.

mod model;
mod read;
mod shape;

pub use model::{Customer, Customers};
pub use read::CustomersError;
