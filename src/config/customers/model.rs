//! Customers, checked.

use serde::Serialize;

use crate::domain::{ChannelName, nearest};

/// All customers of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Customers {
    /// In the order of the file.
    pub all: Vec<Customer>,
}

/// Who runs what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Customer {
    pub name: String,
    /// As it is written; `None` for whoever uses the managed service.
    pub version: Option<String>,
    /// Where one is written.
    pub channel: Option<ChannelName>,
    pub edition: Option<String>,
    pub installation: Option<String>,
    pub variant: Option<String>,
    pub air_gapped: bool,
    pub contacts: Vec<String>,
}

impl Customers {
    /// The customer of a name; the error is the name that is meant perhaps.
    pub fn find(&self, name: &str) -> Result<&Customer, Option<&str>> {
        let found = self.all.iter().find(|customer| customer.name.eq_ignore_ascii_case(name));
        found.ok_or_else(|| nearest(name, self.all.iter().map(|customer| customer.name.as_str())))
    }
}
