//! From what was typed to what is meant, block by block. A block that cannot be understood is reported and left out.

use super::blocks::{
    ConfigurationChange, ConfigurationEffect, DeprecationNotice, Erratum, KnownIssue, Measured, MigrationNotice,
    OperatorAction, RequirementChange, SecurityNotice,
};
use super::check::{day, texts};
use super::shape::{
    ConfigurationShape, ConfigurationWord, DeprecationShape, ErratumShape, KnownIssueShape, MeasuredShape,
    MigrationShape, OperatorShape, RequirementShape, SecurityShape,
};
use super::text::NoteText;
use crate::config::check::Collector;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::domain::{Action, ChangeKind};

/// A text that has to be there and to say something.
fn needed(found: &mut Collector<'_>, path: &KeyPath, text: Option<String>, example: &'static str) -> Option<String> {
    let text = found.require(path, text, example);
    found.text(path, text)
}

/// Checks each table of a list with the way to it.
fn each<S, T>(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<S>>,
    check: impl Fn(&mut Collector<'_>, &KeyPath, S) -> Option<T>,
) -> Vec<T> {
    let tables = written.unwrap_or_default().into_iter().enumerate();
    tables.filter_map(|(index, shape)| check(found, &path.index(index), shape)).collect()
}

/// Reports each table of a list whose name stands in another one, too.
fn once<T>(found: &mut Collector<'_>, path: &KeyPath, key: &str, tables: &[T], name: impl Fn(&T) -> String) {
    let place = |index: usize| path.index(index).key(key);
    let names: Vec<(KeyPath, String)> =
        tables.iter().enumerate().map(|(index, table)| (place(index), name(table))).collect();
    found.distinct(&names);
}

pub(super) fn check_operator(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: Option<OperatorShape>,
    text: &NoteText,
) -> Option<OperatorAction> {
    let shape = shape?;
    let action = found.require(&path.key("action"), shape.action, "action = \"required\"");
    let acts = action.is_some_and(|action| action != Action::None);
    if acts {
        found.require(&path.key("when"), shape.when, "when = \"before\"");
        if text.operators().is_none() {
            found.report_value(&path.key("action"), Fault::NoInstructions);
        }
    }
    if action == Some(Action::Required) {
        found.require(&path.key("downtime"), shape.downtime.as_ref(), "downtime = \"none\"");
        found.require(&path.key("rollback"), shape.rollback, "rollback = \"safe\"");
    }
    Some(OperatorAction {
        action: action?,
        when: shape.when,
        downtime: shape.downtime,
        rollback: shape.rollback,
        affected: found.text(&path.key("affected"), shape.affected),
        installations: texts(found, &path.key("installations"), shape.installations),
        verify: found.text(&path.key("verify"), shape.verify),
        more: found.text(&path.key("more"), shape.more),
    })
}

pub(super) fn check_configuration(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<ConfigurationShape>>,
) -> Vec<ConfigurationChange> {
    each(found, path, written, |found, path, shape| {
        let key = needed(found, &path.key("key"), shape.key, "key = \"scheduler.lease\"");
        let word = found.require(&path.key("change"), shape.change, "change = \"added\"");
        let (from, to) = (found.text(&path.key("from"), shape.from), found.text(&path.key("to"), shape.to));
        let is_default = matches!(word, Some(ConfigurationWord::Default));
        if from.is_some() && word.is_some() && !is_default {
            found.report(&path.key("from"), Fault::Misplaced { fits: "`change = \"default\"`" });
        }
        if to.is_some() && matches!(word, Some(ConfigurationWord::Meaning)) {
            found.report(&path.key("to"), Fault::Misplaced { fits: "a `change` other than `meaning`" });
        }
        let mut needed_to = |example| found.require(&path.key("to"), to.clone(), example);
        let effect = match word? {
            ConfigurationWord::Added => ConfigurationEffect::Added { default: to },
            ConfigurationWord::Removed => ConfigurationEffect::Removed { replacement: to },
            ConfigurationWord::Renamed => {
                ConfigurationEffect::Renamed { to: needed_to("to = \"scheduler.lease-time\"")? }
            }
            ConfigurationWord::Default => ConfigurationEffect::Default { from, to: needed_to("to = \"10s\"")? },
            ConfigurationWord::Meaning => ConfigurationEffect::Meaning,
        };
        let fails_if = found.text(&path.key("fails-if"), shape.fails_if);
        let about = found.text(&path.key("about"), shape.about);
        Some(ConfigurationChange { key: key?, effect, needs_restart: shape.restart, fails_if, about })
    })
}

pub(super) fn check_migrations(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<MigrationShape>>,
) -> Vec<MigrationNotice> {
    let migrations = each(found, path, written, |found, path, shape| {
        let id = needed(found, &path.key("id"), shape.id, "id = \"0042_add_lease\"");
        let phase = found.require(&path.key("phase"), shape.phase, "phase = \"before\"");
        let rollback = found.require(&path.key("rollback"), shape.rollback, "rollback = \"needs-down\"");
        let lock = found.text(&path.key("lock"), shape.lock);
        if shape.lock_for.is_some() && lock.as_deref().is_none_or(|lock| lock == "none") {
            found.report(&path.key("lock-for"), Fault::Misplaced { fits: "a `lock` other than `none`" });
        }
        let measured = shape.measured.and_then(|shape| check_measured(found, &path.key("measured"), shape));
        let variant = found.text(&path.key("variant"), shape.variant);
        let about = found.text(&path.key("about"), shape.about);
        Some(MigrationNotice {
            id: id?,
            variant,
            phase: phase?,
            rollback: rollback?,
            lock,
            lock_for: shape.lock_for,
            is_online: shape.online,
            grows_with_rows: shape.grows_with_rows,
            measured,
            works_with_older: shape.works_with_older,
            about,
        })
    });
    once(found, path, "id", &migrations, |notice| match &notice.variant {
        Some(variant) => format!("{} of {variant}", notice.id),
        None => notice.id.clone(),
    });
    migrations
}

fn check_measured(found: &mut Collector<'_>, path: &KeyPath, shape: MeasuredShape) -> Option<Measured> {
    let time = found.require(&path.key("time"), shape.time, "time = \"4 minutes\"");
    let on = needed(found, &path.key("on"), shape.on, "on = \"10 million rows\"");
    Some(Measured { time: time?, on: on? })
}

pub(super) fn check_requirements(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<RequirementShape>>,
) -> Vec<RequirementChange> {
    let requirements = each(found, path, written, |found, path, shape| {
        let name = needed(found, &path.key("name"), shape.name, "name = \"postgresql\"");
        let is_said = ["minimum", "maximum", "dropped"].iter().any(|key| found.is_written(&path.key(key)));
        if !is_said {
            found.report(path, Fault::OneOf { keys: &["minimum", "maximum", "dropped"] });
        }
        let is_dropped = shape.dropped == Some(true);
        if is_dropped && (shape.minimum.is_some() || shape.maximum.is_some()) {
            found.report(
                &path.key("dropped"),
                Fault::Misplaced { fits: "a requirement that has no `minimum` and no `maximum`" },
            );
        }
        if shape.dropped == Some(false) {
            found.report_value(&path.key("dropped"), Fault::SaysNothing);
        }
        let minimum = found.text(&path.key("minimum"), shape.minimum);
        let maximum = found.text(&path.key("maximum"), shape.maximum);
        let previously = found.text(&path.key("previously"), shape.previously);
        let about = found.text(&path.key("about"), shape.about);
        Some(RequirementChange { name: name?, minimum, maximum, previously, is_dropped, about })
    });
    once(found, path, "name", &requirements, |requirement| requirement.name.clone());
    requirements
}

pub(super) fn check_deprecations(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<DeprecationShape>>,
) -> Vec<DeprecationNotice> {
    each(found, path, written, |found, path, shape| {
        let what = needed(found, &path.key("what"), shape.what, "what = \"the key `scheduler.poll`\"");
        if !["supported-until", "removed-in"].iter().any(|key| found.is_written(&path.key(key))) {
            found.report(path, Fault::OneOf { keys: &["supported-until", "removed-in"] });
        }
        if let (Some(announced), Some(removed)) = (&shape.announced_in, &shape.removed_in)
            && removed <= announced
        {
            found.report_value(&path.key("removed-in"), Fault::VersionOrder { earlier: "announced-in" });
        }
        let replacement = found.text(&path.key("replacement"), shape.replacement);
        Some(DeprecationNotice {
            what: what?,
            announced_in: shape.announced_in,
            supported_until: shape.supported_until,
            removed_in: shape.removed_in,
            replacement,
        })
    })
}

pub(super) fn check_known_issues(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<KnownIssueShape>>,
) -> Vec<KnownIssue> {
    each(found, path, written, |found, path, shape| {
        let about = needed(found, &path.key("about"), shape.about, "about = \"the first start takes minutes\"");
        let condition = found.text(&path.key("condition"), shape.condition);
        let workaround = found.text(&path.key("workaround"), shape.workaround);
        Some(KnownIssue { about: about?, found_in: shape.found_in, fixed_in: shape.fixed_in, condition, workaround })
    })
}

pub(super) fn check_security(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: Option<SecurityShape>,
    kind: ChangeKind,
) -> Option<SecurityNotice> {
    let shape = shape?;
    if kind != ChangeKind::Security {
        found.report(path, Fault::Misplaced { fits: "`kind = \"security\"`" });
    }
    let severity = found.require(&path.key("severity"), shape.severity, "severity = \"high\"");
    Some(SecurityNotice {
        ids: texts(found, &path.key("ids"), shape.ids),
        affected: found.text(&path.key("affected"), shape.affected),
        introduced_in: shape.introduced_in,
        disclose_on: shape.disclose_on.map(|day| day.0),
        severity: severity?,
    })
}

pub(super) fn check_errata(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<ErratumShape>>,
) -> Vec<Erratum> {
    let mut errata = each(found, path, written, |found, path, shape| {
        let on = day(found, &path.key("on"), shape.on);
        let text = needed(found, &path.key("text"), shape.text, "text = \"the key is called `lease`\"");
        Some(Erratum { on: on?, text: text? })
    });
    errata.sort_by_key(|erratum| erratum.on);
    errata
}
