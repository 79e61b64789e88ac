//! Migrations: which are new, gone, or other than they were when they shipped, and how one can go back over each.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::compare::Side;
use super::model::{Migration, MigrationsDifference, RollbackSource};
use super::natural::natural_cmp;
use super::reading::Reading;
use crate::domain::{ObjectId, RollbackClass};

type Files = BTreeMap<String, ObjectId>;

/// Directories that say only that migrations are in them.
const PLAIN_DIRECTORIES: [&str; 6] = ["migrations", "migration", "migrate", "versions", "db", "sql"];

/// A migration of one commit: the file that does it and the one that undoes it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Found {
    file: String,
    blob: ObjectId,
    down: Option<(String, ObjectId)>,
}

/// Compares the migrations of one variant.
pub(super) fn compare(
    reading: &mut Reading<'_>,
    sides: (&Side, &Side),
    variant: Option<&str>,
    from: &Files,
    to: &Files,
    found: &mut MigrationsDifference,
) {
    // As between most deploys.
    if from == to {
        return;
    }
    let (mut old, mut new) = (migrations(from), migrations(to));
    let mut same: Vec<(Found, Found)> = Vec::new();
    let files: Vec<String> = old.keys().filter(|file| new.contains_key(*file)).cloned().collect();
    for file in files {
        same.extend(old.remove(&file).zip(new.remove(&file)));
    }
    same.extend(moved(&mut old, &mut new));
    let is_changed = |(before, now): &&(Found, Found)| {
        let down = |of: &Found| of.down.as_ref().map(|(_, blob)| *blob);
        before.blob != now.blob || (down(before).is_some() && down(before) != down(now))
    };
    let changed: Vec<&Found> = same.iter().filter(is_changed).map(|(_, now)| now).collect();
    let told = changed.iter().copied().chain(new.values()).chain(old.values());
    let names = names(told.map(|migration| migration.file.as_str()), from.keys().chain(to.keys()));
    let make = |reading: &mut Reading<'_>, side: &Side, migration: &Found| {
        described(reading, side, migration, variant, names.get(migration.file.as_str()).cloned().unwrap_or_default())
    };
    let mut changed: Vec<_> = changed.into_iter().map(|now| make(reading, sides.1, now)).collect();
    let mut added: Vec<_> = new.values().map(|migration| make(reading, sides.1, migration)).collect();
    let mut removed: Vec<_> = old.values().map(|migration| make(reading, sides.0, migration)).collect();
    for list in [&mut added, &mut removed, &mut changed] {
        list.sort_by(|a, b| natural_cmp(&a.id, &b.id).then_with(|| a.file.cmp(&b.file)));
    }
    found.added.append(&mut added);
    found.removed.append(&mut removed);
    found.changed.append(&mut changed);
}

/// Whether a commit has a migration: its file, or one of its name that lies elsewhere.
pub(super) fn has(files: &Files, migration: &Migration) -> bool {
    files.contains_key(&migration.file) || files.keys().any(|path| stem(path) == stem(&migration.file))
}

/// What a file of a migration is to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Direction {
    Up,
    Down,
}

/// The migration that a file belongs to, by the path of the file that does it without its direction.
fn belongs_to(path: &str) -> (Cow<'_, str>, Direction) {
    // Read from its end, a path shows soon that it tells no direction; most tell none.
    static ENDS_WITH_ONE: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)[._/-](?:up|down|undo|rollback|revert)(?:\.[a-z0-9.]+)?$").expect("a sound expression")
    });
    static DIRECTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?i)^(.*?)(?:[._/-])(up|down|undo|rollback|revert)(\.[a-z0-9.]+)?$").expect("a sound expression")
    });
    let (directory, name) = path.rsplit_once('/').map_or(("", path), |(directory, name)| (directory, name));
    let within = |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
    // `U7__names.sql` undoes `V7__names.sql`.
    let is_undo = |rest: &str| rest.starts_with(|c: char| c.is_ascii_digit()) && rest.contains("__");
    if let Some(rest) = name.strip_prefix('U').filter(|rest| is_undo(rest)) {
        return (within(&format!("V{rest}")).into(), Direction::Down);
    }
    if !ENDS_WITH_ONE.is_match(path) {
        return (path.into(), Direction::Up);
    }
    match DIRECTION.captures(path) {
        Some(found) if !found[1].is_empty() => {
            let direction = if found[2].eq_ignore_ascii_case("up") { Direction::Up } else { Direction::Down };
            let suffix = found.get(3).map_or("", |suffix| suffix.as_str());
            (format!("{}{suffix}", &found[1]).into(), direction)
        }
        _ => (path.into(), Direction::Up),
    }
}

/// The migrations among the files, by the file that does each. A file that undoes nothing that is there is a migration.
fn migrations(files: &Files) -> BTreeMap<String, Found> {
    let mut of: BTreeMap<Cow<'_, str>, (Option<&String>, Option<&String>)> = BTreeMap::new();
    for path in files.keys().filter(|path| !is_no_migration(path)) {
        let (name, direction) = belongs_to(path);
        let entry = of.entry(name).or_default();
        match direction {
            Direction::Up => entry.0 = Some(path),
            Direction::Down => entry.1 = Some(path),
        }
    }
    let found = of.into_values().filter_map(|(up, down)| {
        let (file, down) = match (up, down) {
            (Some(up), down) => (up, down),
            (None, Some(down)) => (down, None),
            (None, None) => return None,
        };
        let down = down.and_then(|path| Some((path.clone(), *files.get(path)?)));
        Some((file.clone(), Found { file: file.clone(), blob: *files.get(file)?, down }))
    });
    found.collect()
}

/// What lies among migrations and is none.
fn is_no_migration(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "__init__.py" || name.to_ascii_lowercase().starts_with("readme")
}

/// Migrations that lie elsewhere now: those whose name only one file has on either side.
fn moved(old: &mut BTreeMap<String, Found>, new: &mut BTreeMap<String, Found>) -> Vec<(Found, Found)> {
    let by_name = |of: &BTreeMap<String, Found>| {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for file in of.keys() {
            found.entry(stem(file)).or_default().push(file.clone());
        }
        found
    };
    let (before, now) = (by_name(old), by_name(new));
    let mut found = Vec::new();
    for (name, files) in before {
        if let ([from], Some([to])) = (files.as_slice(), now.get(&name).map(Vec::as_slice)) {
            found.extend(old.remove(from).zip(new.remove(to)));
        }
    }
    found
}

/// The name of the migration: the file's without directory, direction and extension; the directory's where the file says
/// nothing but its direction.
fn stem(file: &str) -> String {
    let (path, _) = belongs_to(file);
    let name = path.rsplit('/').next().unwrap_or(&path);
    let is_extension = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphabetic());
    match name.rsplit_once('.') {
        Some((stem, extension)) if !stem.is_empty() && is_extension(extension) => stem.to_owned(),
        _ => name.to_owned(),
    }
}

/// What each of the files told is called: its name alone where that says which of all is meant, else with the directory that
/// tells it from others.
fn names<'f>(told: impl Iterator<Item = &'f str>, all: impl Iterator<Item = &'f String>) -> BTreeMap<&'f str, String> {
    let stems: BTreeMap<&str, String> = told.map(|file| (file, stem(file))).collect();
    let mut places: BTreeMap<&str, BTreeSet<String>> =
        stems.values().map(|stem| (stem.as_str(), BTreeSet::new())).collect();
    if !places.is_empty() {
        for file in all {
            if let Some(places) = places.get_mut(stem(file).as_str()) {
                places.insert(place(file));
            }
        }
    }
    let name = |file: &str, stem: &str| {
        let place = place(file);
        let is_alone = places.get(stem).is_none_or(|places| places.len() < 2) || place.is_empty();
        if is_alone { stem.to_owned() } else { format!("{place}/{stem}") }
    };
    stems.iter().map(|(file, stem)| (*file, name(file, stem))).collect()
}

/// The directory nearest to the file that says more than that migrations are in it.
fn place(file: &str) -> String {
    let (path, _) = belongs_to(file);
    let mut directories = path.split('/').rev().skip(1);
    let found = directories.find(|name| !PLAIN_DIRECTORIES.contains(&name.to_ascii_lowercase().as_str()));
    found.unwrap_or_default().to_owned()
}

fn described(
    reading: &mut Reading<'_>,
    side: &Side,
    migration: &Found,
    variant: Option<&str>,
    id: String,
) -> Migration {
    let text = reading.bytes(side, &migration.file, migration.blob);
    let text = text.as_deref().map(String::from_utf8_lossy);
    let text = text.as_deref().unwrap_or_default();
    let said = annotation(text).map(|class| (class, RollbackSource::Annotation));
    let by_file = || {
        let (path, blob) = migration.down.as_ref()?;
        let undoes = reading.bytes(side, path, *blob)?;
        let undoes = String::from_utf8_lossy(&undoes);
        let class = annotation(&undoes).or_else(|| says_something(&undoes).then_some(RollbackClass::NeedsDown))?;
        Some((class, RollbackSource::DownFile))
    };
    let said = said.or_else(by_file).or_else(|| Some((down_section(text)?, RollbackSource::DownSection)));
    Migration {
        id,
        file: migration.file.clone(),
        variant: variant.map(str::to_owned),
        rollback: said.map(|(class, _)| class),
        rollback_by: said.map(|(_, source)| source),
        down_file: migration.down.as_ref().map(|(path, _)| path.clone()),
    }
}

/// `-- rollback: impossible` in a comment, by any of the marks that languages have for one.
fn annotation(text: &str) -> Option<RollbackClass> {
    static ANNOTATION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?mi)^[ \t]*(?:--|#|//|/\*+|\*|;)[ \t!]*(?:twintrack[: ]+)?rollback[ \t]*[:=][ \t]*([a-z]+(?:-[a-z]+)?)\b")
            .expect("a sound expression")
    });
    let found = ANNOTATION.captures(text)?;
    serde_json::from_value(found[1].to_ascii_lowercase().into()).ok()
}

/// Whether a file that undoes something does more than comment.
fn says_something(text: &str) -> bool {
    let is_said =
        |line: &str| !line.is_empty() && !line.starts_with("--") && !line.starts_with('#') && !line.starts_with("//");
    text.lines().map(str::trim).any(is_said)
}

/// The part of a file that undoes it, as the tools have it that keep both directions in one file.
fn down_section(text: &str) -> Option<RollbackClass> {
    static SECTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?mi)^[ \t]*--[ \t]*(?:migrate:down|\+goose[ \t]+down|\+migrate[ \t]+down|//@undo)\b.*$")
            .expect("a sound expression")
    });
    static FUNCTION: LazyLock<Regex> = LazyLock::new(|| {
        Regex::new(r"(?m)^[ \t]*def[ \t]+(?:downgrade|down)\b[^\n]*\n((?:[ \t]+[^\n]*\n?|[ \t]*\n)*)")
            .expect("a sound expression")
    });
    if let Some(section) = SECTION.find(text) {
        return says_something(&text[section.end()..]).then_some(RollbackClass::NeedsDown);
    }
    let body = FUNCTION.captures(text)?;
    let lines: Vec<&str> =
        body[1].lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    if lines.iter().any(|line| line.starts_with("raise ")) {
        return Some(RollbackClass::Impossible);
    }
    let does_nothing = lines.iter().all(|line| *line == "pass" || *line == "end" || line.starts_with("\"\"\""));
    (!does_nothing).then_some(RollbackClass::NeedsDown)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(paths: &[&str]) -> Files {
        let blob = |at: usize| ObjectId::from_bytes([u8::try_from(at).unwrap_or(0); 20]);
        paths.iter().enumerate().map(|(at, path)| ((*path).to_owned(), blob(at))).collect()
    }

    #[test]
    fn a_file_that_undoes_a_migration_is_none_itself() {
        for (paths, expected) in [
            (vec!["m/0001_a.up.sql", "m/0001_a.down.sql"], vec![("m/0001_a.up.sql", Some("m/0001_a.down.sql"))]),
            (vec!["m/1_a/up.sql", "m/1_a/down.sql"], vec![("m/1_a/up.sql", Some("m/1_a/down.sql"))]),
            (vec!["m/V7__a.sql", "m/U7__a.sql"], vec![("m/V7__a.sql", Some("m/U7__a.sql"))]),
            (vec!["m/0001_a.sql", "m/__init__.py", "m/README.md"], vec![("m/0001_a.sql", None)]),
            (vec!["m/0001_shut_down.sql"], vec![("m/0001_shut_down.sql", None)]),
            (vec!["m/0001_a.down.sql"], vec![("m/0001_a.down.sql", None)]),
        ] {
            let found = migrations(&files(&paths));
            let shown: Vec<_> =
                found.values().map(|m| (m.file.as_str(), m.down.as_ref().map(|(path, _)| path.as_str()))).collect();
            assert_eq!(shown, expected);
        }
    }

    #[test]
    fn a_name_tells_migrations_apart() {
        let all = [
            "zerver/migrations/0001_initial.py",
            "analytics/migrations/0001_initial.py",
            "zerver/migrations/0002_x.py",
        ]
        .map(str::to_owned);
        let names = names(all.iter().map(String::as_str), all.iter());
        assert_eq!(names.values().collect::<Vec<_>>(), ["analytics/0001_initial", "zerver/0001_initial", "0002_x"]);
        assert_eq!(stem("m/1_a/up.sql"), "1_a");
        assert_eq!(stem("m/0001_a.up.sql"), "0001_a");
        assert_eq!(stem("m/0140_2.11.0_schema.up.sql"), "0140_2.11.0_schema");
    }

    #[test]
    fn a_comment_says_how_to_go_back() {
        for (text, class) in [
            ("-- rollback: impossible\nDROP TABLE a;", Some(RollbackClass::Impossible)),
            ("/* Twintrack rollback = needs-restore */", Some(RollbackClass::NeedsRestore)),
            ("# rollback: safe", Some(RollbackClass::Safe)),
            ("-- rollback: sometimes", None),
            ("SELECT 'rollback: safe';", None),
        ] {
            assert_eq!(annotation(text), class, "{text}");
        }
    }

    #[test]
    fn a_section_may_undo_it() {
        for (text, class) in [
            ("-- +goose Up\nCREATE TABLE a;\n-- +goose Down\nDROP TABLE a;\n", Some(RollbackClass::NeedsDown)),
            ("-- migrate:up\nx;\n-- migrate:down\n\n", None),
            ("def upgrade():\n    x()\n\ndef downgrade():\n    pass\n", None),
            ("def downgrade():\n    op.drop_table('a')\n", Some(RollbackClass::NeedsDown)),
            ("  def down\n    raise ActiveRecord::IrreversibleMigration\n  end\n", Some(RollbackClass::Impossible)),
            ("CREATE TABLE down (id INT);", None),
        ] {
            assert_eq!(down_section(text), class, "{text}");
        }
    }
}
