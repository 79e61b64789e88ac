//! Which freezes hold an environment: those that somebody recorded and nobody thawed, and the windows of the configuration.

use chrono::{DateTime, Utc};

use super::records::Record;
use crate::config::Continuous;
use crate::domain::{EnvironmentName, FreezeName, is_thaw_of};

use super::deploys::trailer;

/// A freeze that is in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Freeze {
    /// The name it was recorded under, or what the window says of itself.
    pub name: String,
    pub reason: Option<String>,
    /// `None`: until somebody thaws it.
    pub until: Option<DateTime<Utc>>,
    /// Who recorded it and when; `None` for a window.
    pub by: Option<String>,
    pub since: Option<DateTime<Utc>>,
    /// The record; `None` for a window.
    pub record: Option<FreezeName>,
}

/// Everything that freezes `environment` at `now`: records in the order of their names, then windows in that of the file.
pub fn freezes(
    records: &[Record],
    config: Option<&Continuous>,
    environment: &EnvironmentName,
    now: DateTime<Utc>,
) -> Vec<Freeze> {
    let recorded = records.iter().filter_map(|record| {
        let name = FreezeName::read(&record.name)?;
        let is_in_force = name.environment == environment.as_str()
            && name.holds_at(now)
            && !records.iter().any(|other| is_thaw_of(&other.name, &name));
        is_in_force.then(|| Freeze {
            name: name.label.clone(),
            reason: record.trailer(trailer::REASON).map(str::to_owned),
            until: name.until,
            by: record.by.as_ref().map(|by| by.name.clone()),
            since: record.at,
            record: Some(name),
        })
    });
    let windows = config.into_iter().flat_map(|config| &config.freeze_windows);
    let windows = windows.filter(|window| window.environments.contains(environment)).filter_map(|window| {
        let until = window.window.ends_after(now)?;
        Some(Freeze {
            name: window.text.clone(),
            reason: window.reason.clone(),
            until: Some(until),
            by: None,
            since: None,
            record: None,
        })
    });
    recorded.chain(windows).collect()
}
