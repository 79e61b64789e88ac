//! The file's top level and its small sections.

use indexmap::IndexMap;

use super::audit::check_audit;
use super::changes::check_changes;
use super::channel::check_channel;
use super::collector::Collector;
use super::patterns::PatternBook;
use super::redaction::check_redaction;
use crate::config::channel::Channel;
use crate::config::defaults;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::origin::Origin;
use crate::config::policy::{CheckRules, RuleSetting, Tension};
use crate::config::project::{Links, Project};
use crate::config::release_toml::{Config, Documents, MigrationVariant, Surface};
use crate::config::shape::{
    ChannelShape, CheckShape, LinksShape, MigrationsShape, OneOrMany, ProjectShape, PublishShape, ReleaseToml,
    RuleWord, ShortOr, SurfaceShape, TensionShape,
};
use crate::domain::{ChannelKind, ChannelName, Rule, RuleSeverity};

/// The checked file. It counts only where nothing was reported.
pub(in crate::config) fn check_file(found: &mut Collector<'_>, shape: ReleaseToml, origin: Origin) -> Config {
    let root = KeyPath::root();
    found.require(&root.key("schema"), shape.schema, "schema = 1");
    let written = found.require(&root.key("channels"), shape.channels, "[channels.self-hosted]").unwrap_or_default();
    let names: Vec<String> = written.keys().cloned().collect();
    let changes = check_changes(found, &root.key("changes"), shape.changes, &names);
    let channels = check_channels(found, &root.key("channels"), written);
    let is_outside = |(_, channel): &(&ChannelName, &Channel)| channel.kind() == ChannelKind::Versioned;
    let outside: Vec<ChannelName> = channels.iter().filter(is_outside).map(|(name, _)| name.clone()).collect();
    let redaction = check_redaction(found, &root.key("redaction"), shape.redaction, &names, &outside);
    Config {
        origin,
        project: check_project(found, &root.key("project"), shape.project),
        channels,
        changes,
        surface: check_surface(found, &root.key("surface"), shape.surface),
        tension: check_tension(found, &root.key("tension"), shape.tension),
        documents: check_publish(found, &root.key("publish"), shape.publish),
        check: check_rules(found, &root.key("check").key("rules"), shape.check),
        redaction,
        audit: check_audit(found, &root.key("audit"), shape.audit),
    }
}

fn check_channels(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: IndexMap<String, ChannelShape>,
) -> IndexMap<ChannelName, Channel> {
    if written.is_empty() && found.is_written(path) {
        found.report(path, Fault::Missing { example: "[channels.self-hosted]" });
    }
    let can_soak = written.values().any(|channel| channel.kind != Some(ChannelKind::Versioned));
    let mut book = PatternBook::default();
    let mut channels = IndexMap::new();
    for (key, shape) in written {
        let path = path.key(&key);
        let channel = check_channel(found, &path, shape, can_soak, &mut book);
        match (ChannelName::new(key), channel) {
            (Ok(name), Some(channel)) => {
                channels.insert(name, channel);
            }
            (Ok(_), None) => {}
            (Err(why), _) => found.report(&path, Fault::Name { why }),
        }
    }
    book.check(found);
    channels
}

fn check_project(found: &mut Collector<'_>, path: &KeyPath, shape: Option<ProjectShape>) -> Project {
    let Some(shape) = shape else { return Project::default() };
    let mut links = match found.text(&path.key("url"), shape.url) {
        Some(url) => {
            check_address(found, &path.key("url"), &url);
            Links::derived_from(&url)
        }
        None => Links::default(),
    };
    let path_of_links = path.key("links");
    if let Some(LinksShape { commit, change, compare }) = shape.links {
        let mut link = |key: &str, text: Option<String>, placeholders: &[&'static str]| {
            text.inspect(|text| check_link(found, &path_of_links.key(key), text, placeholders))
        };
        links.commit = link("commit", commit, &["{commit}"]).or(links.commit);
        links.change = link("change", change, &["{change}"]).or(links.change);
        links.compare = link("compare", compare, &["{from}", "{to}"]).or(links.compare);
    }
    Project {
        name: found.text(&path.key("name"), shape.name),
        trunk: shape.trunk,
        remote: found.text(&path.key("remote"), shape.remote),
        links,
    }
}

fn check_address(found: &mut Collector<'_>, path: &KeyPath, text: &str) {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_address = rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace));
    if !text.trim().is_empty() && !is_address {
        found.report_value(path, Fault::Address { text: text.to_owned() });
    }
}

fn check_link(found: &mut Collector<'_>, path: &KeyPath, text: &str, placeholders: &[&'static str]) {
    check_address(found, path, text);
    for placeholder in placeholders {
        if !text.contains(placeholder) {
            found.report_value(path, Fault::Placeholder { text: text.to_owned(), placeholder });
        }
    }
}

fn check_surface(found: &mut Collector<'_>, path: &KeyPath, shape: Option<SurfaceShape>) -> Surface {
    let Some(shape) = shape else { return Surface::default() };
    Surface {
        configuration: found.globs(&path.key("configuration"), shape.configuration),
        migrations: check_migrations(found, &path.key("migrations"), shape.migrations),
        requirements: found.globs(&path.key("requirements"), shape.requirements),
        deprecations: found.globs(&path.key("deprecations"), shape.deprecations),
    }
}

fn check_migrations(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<OneOrMany<ShortOr<String, MigrationsShape>>>,
) -> Vec<MigrationVariant> {
    let mut globs: Vec<(KeyPath, String)> = Vec::new();
    let mut variants: Vec<MigrationVariant> = Vec::new();
    for (path, item) in found.items(path, written) {
        match item {
            ShortOr::Short(glob) => globs.push((path, glob)),
            ShortOr::Full(MigrationsShape { name, paths }) => {
                let name = found.require(&path.key("name"), name, "name = \"postgresql\"");
                let name = found.text(&path.key("name"), name);
                let paths = found.require(&path.key("paths"), paths, "paths = [\"migrations/postgresql/*.sql\"]");
                let paths = found.globs(&path.key("paths"), paths);
                if let Some(name) = &name
                    && variants.iter().any(|earlier| earlier.name.as_ref() == Some(name))
                {
                    found.report_value(&path.key("name"), Fault::Repeated { value: name.clone() });
                }
                variants.push(MigrationVariant { name, paths });
            }
        }
    }
    if !globs.is_empty() {
        if !variants.is_empty() {
            found.report(path, Fault::MixedVariants);
        }
        variants.push(MigrationVariant { name: None, paths: found.glob_items(globs) });
    }
    variants
}

fn check_tension(found: &mut Collector<'_>, path: &KeyPath, shape: Option<TensionShape>) -> Tension {
    let Some(shape) = shape else { return Tension::default() };
    let lag = found.by_kind(&path.key("max-backport-lag"), shape.max_backport_lag.unwrap_or_default());
    Tension {
        min_deploys_per_week: found.least_limit(&path.key("min-deploys-per-week"), shape.min_deploys_per_week),
        max_release_gap: found.period_limit(&path.key("max-release-gap"), shape.max_release_gap),
        max_waiting_changes: found.number_limit(&path.key("max-waiting-changes"), shape.max_waiting_changes),
        max_waiting_breaking: found.number_limit(&path.key("max-waiting-breaking"), shape.max_waiting_breaking),
        max_waiting_age: found.period_limit(&path.key("max-waiting-age"), shape.max_waiting_age),
        max_unmatched_fixes: found.number_limit(&path.key("max-unmatched-fixes"), shape.max_unmatched_fixes),
        max_backport_lag: lag
            .into_iter()
            .map(|(kind, (path, limit))| (kind, found.period_limit(&path, Some(limit))))
            .collect(),
    }
}

fn check_publish(found: &mut Collector<'_>, path: &KeyPath, shape: Option<PublishShape>) -> Documents {
    let templates = shape
        .and_then(|shape| shape.templates)
        .map_or_else(|| defaults::TEMPLATES.to_owned(), |text| found.path(&path.key("templates"), text));
    Documents { templates }
}

impl RuleWord {
    /// What the word means.
    pub(super) fn setting(self) -> RuleSetting {
        match self {
            Self::Off => RuleSetting::Off,
            Self::Warn => RuleSetting::Weighs(RuleSeverity::Warn),
            Self::Fail => RuleSetting::Weighs(RuleSeverity::Fail),
        }
    }
}

fn check_rules(found: &mut Collector<'_>, path: &KeyPath, shape: Option<CheckShape>) -> CheckRules {
    let mut rules = CheckRules::default();
    for (name, word) in shape.and_then(|shape| shape.rules).unwrap_or_default() {
        match name.parse::<Rule>() {
            Ok(rule) => _ = rules.settings.insert(rule, word.setting()),
            Err(_) => {
                let known = Rule::all().map(|rule| rule.as_str().to_owned()).collect();
                found.report(&path.key(&name), Fault::UnknownRule { name, known });
            }
        }
    }
    rules
}
