//! `freeze-windows` of a channel that we deploy.

use super::collector::Collector;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::policy::FreezeWindow;
use crate::config::shape::FreezeWindowShape;
use crate::domain::{EnvironmentName, TimeWindow, WindowFault};

/// The windows at `path` of a channel with these environments.
pub(super) fn check_freeze_windows(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<FreezeWindowShape>>,
    environments: &[EnvironmentName],
) -> Vec<FreezeWindow> {
    let windows = written.unwrap_or_default().into_iter().enumerate();
    windows
        .filter_map(|(index, written)| check_freeze_window(found, &path.index(index), written, environments))
        .collect()
}

fn check_freeze_window(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: FreezeWindowShape,
    known: &[EnvironmentName],
) -> Option<FreezeWindow> {
    let from_path = path.key("from");
    let from = found.require(&from_path, written.from, "from = \"Fri 16:00\"");
    let to = found.require(&path.key("to"), written.to, "to = \"Mon 08:00\"");
    let items = found.items(&path.key("environments"), written.environments);
    found.distinct(&items);
    for (path, name) in items.iter().filter(|(_, name)| !known.contains(name)) {
        let known = known.iter().map(ToString::to_string).collect();
        found.report_value(path, Fault::UnknownEnvironment { name: name.to_string(), known });
    }
    let mut environments: Vec<EnvironmentName> = items.into_iter().map(|(_, name)| name).collect();
    if environments.is_empty() {
        environments.extend(known.last().cloned());
    }
    let reason = found.text(&path.key("reason"), written.reason);
    let (from, to, zone) = (from?.0, to?.0, written.time_zone.unwrap_or_default());
    match TimeWindow::between(from, to, zone) {
        Ok(window) => Some(FreezeWindow { window, environments, reason, text: format!("{from} to {to}, {zone}") }),
        Err(fault) => {
            let fault = match fault {
                WindowFault::Mixed => Fault::MixedBounds,
                WindowFault::Order => Fault::WindowOrder,
            };
            found.report_value(&path.key("to"), fault);
            None
        }
    }
}
