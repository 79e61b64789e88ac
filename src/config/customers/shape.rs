//! `customers.toml` as typed.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Deserialize;

use crate::config::shape::OneOrMany;

/// Who runs which version.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(title = "customers.toml", deny_unknown_fields)]
pub(super) struct CustomersShape {
    /// The customers by name.
    #[serde(default)]
    pub customers: IndexMap<String, CustomerShape>,
}

/// A customer.
#[derive(Debug, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields)]
#[serde(rename_all = "kebab-case")]
pub(super) struct CustomerShape {
    /// The release that is installed, by version or tag. Absent for whoever uses the managed service.
    pub version: Option<String>,
    /// The channel. By default the one that has the version.
    pub channel: Option<String>,
    /// The edition, in the project's own words.
    pub edition: Option<String>,
    /// The kind of installation, as `installations` of the channel names it: `helm`.
    pub installation: Option<String>,
    /// The variant of the migrations, as `surface.migrations` names it: `postgresql`.
    pub variant: Option<String>,
    /// Whether it runs without a network.
    pub air_gapped: Option<bool>,
    /// Whom to tell: addresses, in the project's own words.
    pub contact: Option<OneOrMany<String>>,
}
