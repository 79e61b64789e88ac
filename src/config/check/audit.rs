//! `[audit]`.

use super::collector::Collector;
use crate::config::audit::Audit;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::shape::AuditShape;
use crate::domain::AuditRule;

/// The checked section.
pub(super) fn check_audit(found: &mut Collector<'_>, path: &KeyPath, shape: Option<AuditShape>) -> Audit {
    let Some(AuditShape { changelogs, signed, since, rules }) = shape else { return Audit::default() };
    let mut audit = Audit {
        changelogs: found.globs(&path.key("changelogs"), changelogs),
        is_signed: signed.unwrap_or_default(),
        since: since.map(|day| day.0),
        ..Audit::default()
    };
    for (name, word) in rules.unwrap_or_default() {
        match name.parse::<AuditRule>() {
            Ok(rule) => _ = audit.settings.insert(rule, word.setting()),
            Err(_) => {
                let known = AuditRule::all().map(|rule| rule.as_str().to_owned()).collect();
                found.report(&path.key("rules").key(&name), Fault::UnknownRule { name, known });
            }
        }
    }
    audit
}
