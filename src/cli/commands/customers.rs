//! The file of customers, for the commands that tell of them.

use std::path::{Path, PathBuf};

use anyhow::Context as _;

use crate::config::{Customer, Customers};
use crate::domain::ChannelName;
use crate::ledger::Ledger;

/// Where it is where nobody says.
const FILE: &str = "customers.toml";

/// A name that nobody in the file has.
#[derive(Debug, thiserror::Error)]
#[error("no customer is called `{name}`")]
pub(in crate::cli) struct UnknownCustomer {
    name: String,
    nearest: Option<String>,
    file: PathBuf,
}

impl UnknownCustomer {
    /// What to do about it.
    pub fn hint(&self) -> String {
        match &self.nearest {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("`{}` has the names", self.file.display()),
        }
    }
}

/// Reads the file that was named, or `customers.toml` of the directory that was given for the repository.
pub(super) fn customers(repo: &Path, file: Option<&Path>, ledger: &Ledger) -> anyhow::Result<Customers> {
    let path = path(repo, file);
    let text = fs_err::read_to_string(&path).with_context(|| {
        format!("cannot read who the customers are; `--customers FILE` names the file, by default `{FILE}`")
    })?;
    let channels: Vec<ChannelName> = ledger.channels.iter().map(|channel| channel.name.clone()).collect();
    Ok(Customers::read(&text, &path.display().to_string(), &channels)?)
}

/// One customer by name.
pub(super) fn customer(repo: &Path, file: Option<&Path>, ledger: &Ledger, name: &str) -> anyhow::Result<Customer> {
    let customers = customers(repo, file, ledger)?;
    let found = customers.find(name).cloned().map_err(|nearest| UnknownCustomer {
        name: name.to_owned(),
        nearest: nearest.map(str::to_owned),
        file: path(repo, file),
    });
    Ok(found?)
}

fn path(repo: &Path, file: Option<&Path>) -> PathBuf {
    file.map_or_else(|| repo.join(FILE), Path::to_owned)
}
