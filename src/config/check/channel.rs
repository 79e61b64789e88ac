//! `[channels.X]`: which keys fit the kind of channel, and what each says.

use indexmap::IndexMap;

use super::collector::Collector;
use super::freeze::check_freeze_windows;
use super::line::check_lines;
use super::patterns::{FieldRule, PatternBook, Purpose};
use super::upgrade::check_upgrade;
use crate::config::channel::{
    Channel, Continuous, CutFrom, UpgradeStep, VersionFile, VersionPlace, Versioned, Versioning,
};
use crate::config::defaults;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::policy::{
    AllowedKinds, BackportsRule, Gates, NotesRule, RollbackLimit, SignOff, StageTag, Support, Window,
};
use crate::config::shape::{
    AllowedKindsShape, BackportsWord, ChannelKeys, ChannelShape, CutFromWord, GatesShape, NotesWord, OneOrMany,
    RollbackLimitShape, ShortOr, StageWord, SupportShape, UpgradeStepWord, VersionFileShape, VersioningWord,
};
use crate::domain::{ChangeKind, ChannelKind, EnvironmentName, Field, NamePattern, Stage};

/// The channel at `path`. `can_soak` says whether there is a continuous channel; patterns are entered into `book`.
/// `None` where the kind is not known, which is reported.
pub(super) fn check_channel(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: ChannelShape,
    can_soak: bool,
    book: &mut PatternBook,
) -> Option<Channel> {
    let kind = found.require(&path.key("kind"), shape.kind, "kind = \"versioned\"")?;
    let foreign: &[&str] = match kind {
        ChannelKind::Continuous => &ChannelKeys::VERSIONED,
        ChannelKind::Versioned => &ChannelKeys::CONTINUOUS,
    };
    for key in foreign {
        if found.is_written(&path.key(key)) {
            found.report(&path.key(key), Fault::OtherKind { kind });
        }
    }
    Some(match kind {
        ChannelKind::Continuous => Channel::Continuous(check_continuous(found, path, shape, book)),
        ChannelKind::Versioned => Channel::Versioned(check_versioned(found, path, shape, can_soak, book)),
    })
}

fn check_continuous(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: ChannelShape,
    book: &mut PatternBook,
) -> Continuous {
    if shape.tag.is_none() && shape.line.is_none() && !written_names(found, path) {
        found.report(path, Fault::Unseen);
    }
    let line = patterns(found, &path.key("line"), shape.line, Purpose::Line, &FieldRule::LINE, book);
    let tag = patterns(found, &path.key("tag"), shape.tag, Purpose::Tag, &FieldRule::DEPLOY, book);
    let environments = check_environments(found, &path.key("environments"), shape.environments);
    Continuous {
        title: found.text(&path.key("title"), shape.title),
        promote_in_order: shape.promote_in_order.unwrap_or_default(),
        freeze_windows: check_freeze_windows(found, &path.key("freeze-windows"), shape.freeze_windows, &environments),
        environments,
        max_age: found.period_limit(&path.key("max-age"), shape.max_age),
        rollback_limit: shape
            .rollback_limit
            .and_then(|limit| check_rollback_limit(found, &path.key("rollback-limit"), limit)),
        gates: check_gates(found, &path.key("gates"), shape.gates, true),
        stage_tags: check_stage_tags(found, &path.key("stage-tags"), shape.stage_tags, book),
        lines: check_lines(found, &path.key("lines"), shape.lines, &line),
        line,
        tag,
    }
}

fn written_names(found: &Collector<'_>, path: &KeyPath) -> bool {
    found.is_written(&path.key("tag")) || found.is_written(&path.key("line"))
}

fn check_versioned(
    found: &mut Collector<'_>,
    path: &KeyPath,
    shape: ChannelShape,
    can_soak: bool,
    book: &mut PatternBook,
) -> Versioned {
    let tag = found.require(&path.key("tag"), shape.tag, "tag = \"v{version}\"");
    let line = patterns(found, &path.key("line"), shape.line, Purpose::Line, &FieldRule::LINE, book);
    let tag = patterns(found, &path.key("tag"), tag, Purpose::Tag, &FieldRule::RELEASE, book);
    if let Some(first) = tag.first().filter(|first| first.has(Field::Pre)) {
        found.report_value(&path.key("tag"), Fault::CandidateFirst { pattern: first.to_string() });
    }
    if matches!(shape.cut_from, Some(CutFromWord::Soaked)) && !can_soak {
        found.report_value(&path.key("cut-from"), Fault::NothingSoaks);
    }
    let usual_cut = if can_soak { CutFrom::Soaked } else { CutFrom::Trunk };
    Versioned {
        title: found.text(&path.key("title"), shape.title),
        candidate: patterns(
            found,
            &path.key("candidate"),
            shape.candidate,
            Purpose::Candidate,
            &FieldRule::CANDIDATE,
            book,
        ),
        also_tag: patterns(found, &path.key("also-tag"), shape.also_tag, Purpose::AlsoTag, &FieldRule::RELEASE, book),
        versioning: shape.versioning.map_or_else(Versioning::default, versioning),
        upgrade_step: shape.upgrade_step.map(upgrade_step),
        upgrade: Box::new(check_upgrade(found, path, shape.upgrade, shape.installations)),
        first_candidate: shape
            .first_candidate
            .map_or(defaults::FIRST_CANDIDATE, |number| found.number(&path.key("first-candidate"), number, 0)),
        first_patch: shape
            .first_patch
            .map_or(defaults::FIRST_PATCH, |number| found.number(&path.key("first-patch"), number, 0)),
        version_files: check_version_files(found, &path.key("version-files"), shape.version_files.unwrap_or_default()),
        cut_from: shape.cut_from.map_or(usual_cut, cut_from),
        gates: check_gates(found, &path.key("gates"), shape.gates, can_soak),
        allowed_kinds: check_allowed_kinds(found, &path.key("allowed-kinds"), shape.allowed_kinds),
        support: check_support(found, &path.key("support"), shape.support),
        stage_tags: check_stage_tags(found, &path.key("stage-tags"), shape.stage_tags, book),
        lines: check_lines(found, &path.key("lines"), shape.lines, &line),
        line,
        tag,
    }
}

fn patterns(
    found: &mut Collector<'_>,
    path: &KeyPath,
    list: Option<OneOrMany<NamePattern>>,
    purpose: Purpose,
    rule: &FieldRule,
    book: &mut PatternBook,
) -> Vec<NamePattern> {
    let items = found.items(path, list);
    found.distinct(&items);
    let mut patterns: Vec<NamePattern> = Vec::new();
    for (place, pattern) in items {
        rule.check(found, &place, &pattern);
        if !patterns.contains(&pattern) {
            book.enter(place, pattern.clone(), purpose);
            patterns.push(pattern);
        }
    }
    patterns
}

fn check_environments(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<Vec<EnvironmentName>>,
) -> Vec<EnvironmentName> {
    let usual = || vec![EnvironmentName::new(defaults::ENVIRONMENT).expect("the default is a name")];
    let Some(written) = written else { return usual() };
    let list = Some(OneOrMany { items: written, is_list: true });
    let items = found.items(path, list);
    found.distinct(&items);
    if items.is_empty() { usual() } else { items.into_iter().map(|(_, name)| name).collect() }
}

fn check_rollback_limit(found: &mut Collector<'_>, path: &KeyPath, limit: RollbackLimitShape) -> Option<RollbackLimit> {
    let count = found.require(&path.key("count"), limit.count, "count = 3");
    let within = found.require(&path.key("within"), limit.within, "within = \"24h\"");
    let count = found.number(&path.key("count"), count?, 1);
    Some(RollbackLimit { count: u32::try_from(count).unwrap_or(u32::MAX), within: within? })
}

fn check_gates(found: &mut Collector<'_>, path: &KeyPath, gates: Option<GatesShape>, can_soak: bool) -> Gates {
    let Some(gates) = gates else { return Gates::default() };
    if gates.soak.is_some() && !can_soak {
        found.report(&path.key("soak"), Fault::NothingSoaks);
    }
    let mut sign_offs: Vec<SignOff> = Vec::new();
    for (index, written) in gates.sign_offs.unwrap_or_default().into_iter().enumerate() {
        let path = path.key("sign-offs").index(index);
        let (gate, by) = match written {
            ShortOr::Short(gate) => (Some(gate), None),
            ShortOr::Full(full) => (found.require(&path.key("gate"), full.gate, "gate = \"qa\""), full.by),
        };
        let by = found.items(&path.key("by"), by);
        found.distinct(&by);
        let Some(gate) = gate else { continue };
        if sign_offs.iter().any(|earlier| earlier.gate == gate) {
            found.report_value(&path, Fault::Repeated { value: gate.to_string() });
        }
        sign_offs.push(SignOff { gate, by: by.into_iter().map(|(_, address)| address).collect() });
    }
    let notes = match gates.notes {
        Some(NotesWord::Required) => NotesRule::Required,
        Some(NotesWord::Optional) | None => NotesRule::Optional,
    };
    let backports = match gates.backports {
        Some(BackportsWord::Required) => BackportsRule::Required,
        Some(BackportsWord::Optional) | None => BackportsRule::Optional,
    };
    Gates { soak: gates.soak, sign_offs, notes, backports }
}

fn check_allowed_kinds(found: &mut Collector<'_>, path: &KeyPath, shape: Option<AllowedKindsShape>) -> AllowedKinds {
    let Some(shape) = shape else { return AllowedKinds::default() };
    let mut kinds = |key: &str, list: Option<OneOrMany<ChangeKind>>| {
        let is_written = list.is_some();
        let items = found.items(&path.key(key), list);
        found.distinct(&items);
        is_written.then(|| items.into_iter().map(|(_, kind)| kind).collect())
    };
    AllowedKinds {
        regular: kinds("regular", shape.regular),
        lts: kinds("lts", shape.lts),
        security: kinds("security", shape.security),
    }
}

fn check_support(found: &mut Collector<'_>, path: &KeyPath, support: Option<SupportShape>) -> Support {
    let Some(support) = support else { return Support::default() };
    if support.newest.is_some() && support.regular.is_some() {
        found.report(&path.key("newest"), Fault::WindowTwice);
    }
    let newest = support.newest.map(|count| found.number(&path.key("newest"), count, 1));
    let regular = match (support.regular, newest) {
        (Some(period), _) => Window::For(period),
        (None, Some(count)) => Window::Newest(u32::try_from(count).unwrap_or(u32::MAX)),
        (None, None) => Window::Undeclared,
    };
    let lts = support.lts.map_or(Window::Undeclared, Window::For);
    Support { regular, lts, security_after: support.security_after }
}

fn check_stage_tags(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Option<IndexMap<String, StageWord>>,
    book: &mut PatternBook,
) -> Vec<StageTag> {
    let mut tags = Vec::new();
    for (text, stage) in written.unwrap_or_default() {
        let path = path.key(&text);
        let stage = match stage {
            StageWord::Active => Stage::Active,
            StageWord::Security => Stage::Security,
            StageWord::Unmaintained => Stage::Unmaintained,
            StageWord::EndOfLife => Stage::EndOfLife,
        };
        match text.parse::<NamePattern>() {
            Ok(pattern) => {
                FieldRule::STAGE.check(found, &path, &pattern);
                book.enter(path, pattern.clone(), Purpose::Stage);
                tags.push(StageTag { pattern, stage });
            }
            Err(why) => found.report(&path, Fault::Pattern { why }),
        }
    }
    tags
}

fn check_version_files(
    found: &mut Collector<'_>,
    path: &KeyPath,
    written: Vec<ShortOr<String, VersionFileShape>>,
) -> Vec<VersionFile> {
    let mut files: Vec<VersionFile> = Vec::new();
    for (index, written) in written.into_iter().enumerate() {
        let path = path.index(index);
        let file = match written {
            ShortOr::Short(text) => Some(VersionFile { path: found.path(&path, text), place: VersionPlace::Usual }),
            ShortOr::Full(full) => check_version_file(found, &path, full),
        };
        files.extend(file);
    }
    files
}

fn check_version_file(found: &mut Collector<'_>, path: &KeyPath, full: VersionFileShape) -> Option<VersionFile> {
    let text = found.require(&path.key("path"), full.path, "path = \"VERSION\"")?;
    if full.key.is_some() && full.expression.is_some() {
        found.report(&path.key("expression"), Fault::TwoPlaces);
    }
    let place = match (full.key, full.expression) {
        (Some(key), _) => {
            let parts: Vec<String> = key.split('.').map(str::to_owned).collect();
            if parts.iter().any(String::is_empty) {
                found.report_value(&path.key("key"), Fault::Empty);
            }
            VersionPlace::Key(parts)
        }
        (None, Some(text)) => {
            let path = path.key("expression");
            let expression = found.expression(&path, text.clone())?;
            if expression.captures_len() != 2 {
                found.report_value(&path, Fault::Group { expression: text });
            }
            VersionPlace::Expression(expression)
        }
        (None, None) => VersionPlace::Usual,
    };
    Some(VersionFile { path: found.path(&path.key("path"), text), place })
}

fn versioning(word: VersioningWord) -> Versioning {
    match word {
        VersioningWord::Semver => Versioning::Semver,
        VersioningWord::Calver => Versioning::Calver,
        VersioningWord::Label => Versioning::Label,
    }
}

fn upgrade_step(word: UpgradeStepWord) -> UpgradeStep {
    match word {
        UpgradeStepWord::Any => UpgradeStep::Any,
        UpgradeStepWord::EachMinor => UpgradeStep::EachMinor,
        UpgradeStepWord::EachLine => UpgradeStep::EachLine,
    }
}

fn cut_from(word: CutFromWord) -> CutFrom {
    match word {
        CutFromWord::Soaked => CutFrom::Soaked,
        CutFromWord::Trunk => CutFrom::Trunk,
    }
}
