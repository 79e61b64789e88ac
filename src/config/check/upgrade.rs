//! `[channels.X.upgrade]` and `[channels.X.installations]`.

use indexmap::IndexMap;

use super::collector::Collector;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::shape::{InstallationShape, OneOrMany, PairWord, SpecialPairShape, UpgradeShape};
use crate::config::upgrade::{Installation, PairRule, SpecialPair, UpgradePolicy};

/// How installations of the channel at `path` are upgraded.
pub(super) fn check_upgrade(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: Option<UpgradeShape>,
    installations: Option<IndexMap<String, InstallationShape>>,
) -> UpgradePolicy {
    let installations = check_installations(found, &path.key("installations"), installations);
    let path = path.key("upgrade");
    let Some(shape) = shape else { return UpgradePolicy { installations, ..UpgradePolicy::default() } };
    UpgradePolicy {
        before: texts(found, &path.key("before"), shape.before),
        verify: texts(found, &path.key("verify"), shape.verify),
        components: texts(found, &path.key("components"), shape.components),
        mixed_versions: found.text(&path.key("mixed-versions"), shape.mixed_versions),
        pairs: check_pairs(found, &path.key("pairs"), shape.pairs.unwrap_or_default()),
        installations,
    }
}

fn texts(found: &mut Collector<'_>, path: &KeyPath, list: Option<OneOrMany<String>>) -> Vec<String> {
    let items = found.items(path, list);
    items.into_iter().filter_map(|(path, text)| found.text(&path, Some(text))).collect()
}

fn check_installations(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<IndexMap<String, InstallationShape>>,
) -> IndexMap<String, Installation> {
    let mut checked = IndexMap::new();
    for (name, shape) in written.unwrap_or_default() {
        let path = path.key(&name);
        if name.trim().is_empty() {
            found.report(&path, Fault::Empty);
        }
        let installation = Installation {
            title: found.text(&path.key("title"), shape.title),
            backup: texts(found, &path.key("backup"), shape.backup),
            upgrade: texts(found, &path.key("upgrade"), shape.upgrade),
            verify: texts(found, &path.key("verify"), shape.verify),
            rollback: texts(found, &path.key("rollback"), shape.rollback),
            carry: texts(found, &path.key("carry"), shape.carry),
        };
        checked.insert(name, installation);
    }
    checked
}

fn check_pairs(found: &mut Collector<'_>, path: &KeyPath, written: Vec<SpecialPairShape>) -> Vec<SpecialPair> {
    let mut pairs: Vec<SpecialPair> = Vec::new();
    for (index, shape) in written.into_iter().enumerate() {
        let path = path.index(index);
        let from = found.require(&path.key("from"), shape.from, "from = \"1.6\"");
        let to = found.require(&path.key("to"), shape.to, "to = \"1.8\"");
        let is_silent = ["upgrade", "rollback"].iter().all(|key| !found.is_written(&path.key(key)));
        if is_silent {
            found.report(&path, Fault::OneOf { keys: &["upgrade", "rollback"] });
        }
        let from = found.text(&path.key("from"), from);
        let to = found.text(&path.key("to"), to);
        let reason = found.text(&path.key("reason"), shape.reason);
        let Some((from, to)) = from.zip(to) else { continue };
        if pairs.iter().any(|pair| pair.from == from && pair.to == to) {
            found.report(&path, Fault::Repeated { value: format!("{from} to {to}") });
        }
        let upgrade = shape.upgrade.map(|word| match word {
            PairWord::Allowed => PairRule::Allowed,
            PairWord::Forbidden => PairRule::Forbidden,
        });
        pairs.push(SpecialPair { from, to, upgrade, rollback: shape.rollback, reason });
    }
    pairs
}
