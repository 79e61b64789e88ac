//! The way from the text of `customers.toml` to checked customers.

use std::sync::LazyLock;

use serde_json::Value;

use super::model::{Customer, Customers};
use super::shape::{CustomerShape, CustomersShape};
use crate::config::check::Collector;
use crate::config::document::Document;
use crate::config::error::{Finding, count, hints};
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::read::{not_toml, read_shape};
use crate::config::schema::published;
use crate::domain::ChannelName;

static SCHEMA: LazyLock<Value> = LazyLock::new(published::<CustomersShape>);

/// Why a text is no list of customers. Exit code 6.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{location} is invalid: {}", count(findings.len()))]
pub struct CustomersError {
    /// The file, as it was named.
    pub location: String,
    /// In the order of the file, never empty.
    pub findings: Vec<Finding>,
}

impl CustomersError {
    /// What to do about it, each thing once, in the order of the findings.
    pub fn hints(&self) -> Vec<String> {
        hints(&self.findings)
    }
}

impl Customers {
    /// Reads and checks `text`, which people know as `location`. `channels` are the names that `release.toml` has.
    pub fn read(text: &str, location: &str, channels: &[ChannelName]) -> Result<Self, CustomersError> {
        let refused = |findings: Vec<Finding>| CustomersError { location: location.to_owned(), findings };
        let document = Document::parse(text).map_err(|faults| refused(not_toml(faults, location)))?;
        let mut found = Collector::new(&document, location.to_owned());
        let shape = read_shape::<CustomersShape>(&document, &mut found, &SCHEMA);
        let mut all = Vec::new();
        for (name, shape) in shape.into_iter().flat_map(|shape| shape.customers) {
            let path = KeyPath::root().key("customers").key(&name);
            all.push(check_customer(&mut found, &path, name, shape, channels));
        }
        let findings = found.into_findings();
        if findings.is_empty() { Ok(Self { all }) } else { Err(refused(findings)) }
    }
}

fn check_customer(
    found: &mut Collector<'_>,
    path: &KeyPath,
    name: String,
    shape: CustomerShape,
    channels: &[ChannelName],
) -> Customer {
    let mut text = |key: &str, text: Option<String>| found.text(&path.key(key), text);
    let version = text("version", shape.version);
    let edition = text("edition", shape.edition);
    let installation = text("installation", shape.installation);
    let variant = text("variant", shape.variant);
    let channel = shape.channel.and_then(|name| {
        let channel = channels.iter().find(|channel| channel.as_str() == name).cloned();
        if channel.is_none() {
            let known = channels.iter().map(ToString::to_string).collect();
            found.report_value(&path.key("channel"), Fault::UnknownChannel { name, known });
        }
        channel
    });
    if version.is_none() && channel.is_none() {
        found.require(&path.key("version"), version.as_ref(), "version = \"1.8.2\"");
    }
    let contacts = found.items(&path.key("contact"), shape.contact).into_iter().map(|(_, contact)| contact).collect();
    let air_gapped = shape.air_gapped.unwrap_or(false);
    Customer { name, version, channel, edition, installation, variant, air_gapped, contacts }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channels() -> Vec<ChannelName> {
        ["managed", "self-hosted"].map(|name| ChannelName::new(name).unwrap()).to_vec()
    }

    fn said(text: &str) -> Vec<String> {
        let error = Customers::read(text, "customers.toml", &channels()).unwrap_err();
        error.findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn customers_are_read_in_the_order_of_the_file() {
        let text = "[customers.Initech]\nversion = \"1.8.2\"\ninstallation = \"helm\"\nair-gapped = true\n\
                    contact = \"ops@initech.example\"\n[customers.\"Acme & Sons\"]\nchannel = \"managed\"\n";
        let customers = Customers::read(text, "customers.toml", &channels()).unwrap();
        let names: Vec<&str> = customers.all.iter().map(|customer| customer.name.as_str()).collect();
        assert_eq!(names, ["Initech", "Acme & Sons"]);
        let first = customers.find("initech").unwrap();
        assert_eq!((first.version.as_deref(), first.air_gapped), (Some("1.8.2"), true));
        assert_eq!(first.contacts, ["ops@initech.example"]);
        assert_eq!(customers.find("Inittech").unwrap_err(), Some("Initech"));
        assert_eq!(Customers::read("", "customers.toml", &channels()).unwrap(), Customers::default());
    }

    #[test]
    fn what_makes_no_sense_is_told_with_its_place() {
        let text = "[customers.a]\nverson = \"1\"\n[customers.b]\nchannel = \"manged\"\n[customers.c]\nversion = 1\n";
        let found = said(text);
        assert!(found[0].starts_with("customers.toml:1:"), "{found:?}");
        assert!(found.iter().any(|it| it.contains(":2:1: `customers.a.verson`")), "{found:?}");
        assert!(found.iter().any(|it| it.contains(":4:") && it.contains("manged")), "{found:?}");
        assert!(found.iter().any(|it| it.contains(":6:") && it.contains("customers.c.version")), "{found:?}");
        assert!(said("[customers").len() == 1);
    }
}
