//! What people say of a difference beside its files: change notes, which know the way back over a migration, renames and
//! deprecations, and the requirements that `release.toml` declares for a line.
//!
//! The invariant: a word adds to what the files show and corrects it; it never makes a difference of theirs disappear,
//! except that a key removed and a key added become one that was renamed.

use indexmap::IndexMap;

use super::compare::Side;
use super::model::{
    Deprecation, DeprecationState, KeyRename, Migration, RenameEvidence, RequirementChange, RollbackSource,
    SurfaceDifference,
};
use super::snapshot::SurfaceSnapshot;
use crate::config::{
    ConfigurationEffect, DeprecationNotice, Due, MigrationNotice, Note, RequirementChange as RequirementNotice,
};
use crate::domain::Version;

/// A change note that the newer of two versions has.
#[derive(Debug, Clone, Copy)]
pub struct NoteWord<'n> {
    pub path: &'n str,
    pub note: &'n Note,
    /// Whether the older version lacks its change.
    pub is_new: bool,
}

impl SurfaceSnapshot {
    /// Lets the change notes that a version has say what will go and is not gone by then.
    pub fn hear_notes(&mut self, side: &Side, words: &[NoteWord<'_>]) {
        for word in words {
            for notice in word.note.deprecations.iter().filter(|notice| !is_gone(notice, side)) {
                if !self.deprecations.iter().any(|known| known.name == notice.what) {
                    self.deprecations.push(announced(notice, word.path, DeprecationState::Pending));
                }
            }
        }
    }
}

/// The version with which it goes, where one is named.
fn due(notice: &DeprecationNotice) -> Option<&Version> {
    notice.removed_in.as_ref().or(match &notice.supported_until {
        Some(Due::With(version)) => Some(version),
        _ => None,
    })
}

fn is_gone(notice: &DeprecationNotice, side: &Side) -> bool {
    due(notice).zip(side.version.as_ref()).is_some_and(|(due, version)| due.release() <= version.release())
}

fn announced(notice: &DeprecationNotice, path: &str, state: DeprecationState) -> Deprecation {
    Deprecation {
        name: notice.what.clone(),
        file: path.to_owned(),
        state,
        announced_in: notice.announced_in.as_ref().map(ToString::to_string),
        removed_in: due(notice).map(ToString::to_string).or(match &notice.supported_until {
            Some(Due::On(day)) => Some(day.to_string()),
            _ => None,
        }),
        replacement: notice.replacement.clone(),
        description: None,
    }
}

impl SurfaceDifference {
    /// Lets change notes speak of the difference between two versions.
    pub fn hear_notes(&mut self, sides: (&Side, &Side), words: &[NoteWord<'_>]) {
        for word in words {
            for notice in &word.note.migrations {
                self.hear_migration(notice);
            }
            for notice in &word.note.deprecations {
                self.hear_deprecation(sides, word, notice);
            }
            if !word.is_new {
                continue;
            }
            for change in &word.note.configuration {
                if let ConfigurationEffect::Renamed { to } = &change.effect {
                    self.hear_rename(&change.key, to);
                }
            }
            for notice in &word.note.requirements {
                self.hear_requirement(word.path, notice);
            }
        }
        self.deprecations.sort_by_key(|item| item.state);
    }

    /// Adds what the configuration says that the lines of the two versions need; `place` is where it is written.
    pub fn hear_lines(&mut self, from: &IndexMap<String, String>, to: &IndexMap<String, String>, place: &str) {
        let mut names: Vec<&String> = from.keys().chain(to.keys().filter(|name| !from.contains_key(*name))).collect();
        names.sort_unstable();
        for name in names.into_iter().filter(|name| from.get(*name) != to.get(*name)) {
            self.add_requirement(RequirementChange {
                name: name.clone(),
                from: from.get(name).cloned(),
                to: to.get(name).cloned(),
                file: place.to_owned(),
            });
        }
    }

    /// The worse of what the file itself and the note say; a guess from a file that undoes it yields to either.
    fn hear_migration(&mut self, notice: &MigrationNotice) {
        let of = &mut self.migrations;
        let all = of.added.iter_mut().chain(&mut of.removed).chain(&mut of.changed);
        for migration in all.filter(|migration| is_about(notice, migration)) {
            match (migration.rollback, migration.rollback_by) {
                (Some(class), Some(RollbackSource::Annotation | RollbackSource::Note)) if class >= notice.rollback => {}
                _ => {
                    migration.rollback = Some(notice.rollback);
                    migration.rollback_by = Some(RollbackSource::Note);
                }
            }
        }
    }

    fn hear_rename(&mut self, from: &str, to: &str) {
        let of = &mut self.configuration;
        let fits =
            |key: &str, name: &str| key == name || key.strip_suffix(name).is_some_and(|rest| rest.ends_with('.'));
        let removed: Vec<usize> = (0..of.removed.len()).filter(|at| fits(&of.removed[*at].key, from)).collect();
        let added: Vec<usize> = (0..of.added.len()).filter(|at| fits(&of.added[*at].key, to)).collect();
        // The same file before any other; several that fit are none.
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for old in &removed {
            pairs.extend(
                added.iter().filter(|new| of.added[**new].file == of.removed[*old].file).map(|new| (*old, *new)),
            );
        }
        if let ([old], [new], true) = (removed.as_slice(), added.as_slice(), pairs.is_empty()) {
            pairs.push((*old, *new));
        }
        pairs.sort_unstable();
        for (old, new) in pairs.into_iter().rev() {
            if old >= of.removed.len() || new >= of.added.len() {
                continue;
            }
            let (old, new) = (of.removed.remove(old), of.added.remove(new));
            of.renamed.push(KeyRename {
                from: old.key,
                to: new.key,
                file: new.file,
                from_value: old.value,
                to_value: new.value,
                evidence: RenameEvidence::Note,
                description: new.description,
            });
        }
        of.renamed.sort_by(|a, b| a.file.cmp(&b.file));
    }

    fn hear_deprecation(&mut self, (from, to): (&Side, &Side), word: &NoteWord<'_>, notice: &DeprecationNotice) {
        let is_gone = |side: &Side| is_gone(notice, side);
        if is_gone(from) || self.deprecations.iter().any(|known| known.name == notice.what) {
            return;
        }
        let state = match (is_gone(to), word.is_new) {
            (true, _) => DeprecationState::Due,
            (false, true) => DeprecationState::Announced,
            (false, false) => DeprecationState::Pending,
        };
        self.deprecations.push(announced(notice, word.path, state));
    }

    fn hear_requirement(&mut self, path: &str, notice: &RequirementNotice) {
        let bounds = [
            notice.minimum.as_ref().map(|it| format!(">= {it}")),
            notice.maximum.as_ref().map(|it| format!("<= {it}")),
        ];
        let to: Vec<String> = bounds.into_iter().flatten().collect();
        self.add_requirement(RequirementChange {
            name: notice.name.clone(),
            from: notice.previously.as_ref().map(|it| format!(">= {it}")),
            to: (!to.is_empty()).then(|| to.join(", ")),
            file: path.to_owned(),
        });
    }

    /// Adds a requirement of which the files say nothing.
    fn add_requirement(&mut self, change: RequirementChange) {
        match self.requirements.binary_search_by(|known| known.name.cmp(&change.name)) {
            Ok(_) => {}
            Err(at) => self.requirements.insert(at, change),
        }
    }
}

/// Whether a notice names this migration: by its name, its file, or the number that it begins with.
fn is_about(notice: &MigrationNotice, migration: &Migration) -> bool {
    if notice.variant.is_some() && migration.variant.is_some() && notice.variant != migration.variant {
        return false;
    }
    let name = migration.file.rsplit('/').next().unwrap_or(&migration.file);
    let number = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        text[..digits].trim_start_matches('0').to_owned()
    };
    let is_number = !notice.id.is_empty() && notice.id.bytes().all(|byte| byte.is_ascii_digit());
    let is_path =
        migration.file.strip_suffix(notice.id.as_str()).is_some_and(|rest| rest.is_empty() || rest.ends_with('/'));
    let named = migration.id == notice.id || migration.id.rsplit('/').next() == Some(notice.id.as_str());
    named || is_path || (is_number && !number(name).is_empty() && number(&notice.id) == number(name))
}

impl Migration {
    /// Whether a change note's block is about it: it names the migration, its file, or the number that it begins with.
    pub fn is_named_by(&self, notice: &MigrationNotice) -> bool {
        is_about(notice, self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::model::{ConfigurationDifference, KeyAt, MigrationsDifference};
    use super::*;
    use crate::domain::{CommitId, ObjectId, RollbackClass, Version};

    fn side(version: &str) -> Side {
        let commit = CommitId::new(ObjectId::from_bytes([0; 20]));
        Side { name: version.to_owned(), commit, version: Some(version.parse::<Version>().unwrap()) }
    }

    fn key(name: &str, file: &str) -> KeyAt {
        KeyAt {
            key: name.to_owned(),
            value: json!(1),
            file: file.to_owned(),
            description: None,
            commented: false,
            deprecated: false,
            since: None,
        }
    }

    fn migration(file: &str, variant: Option<&str>, rollback: Option<(RollbackClass, RollbackSource)>) -> Migration {
        let id = file.rsplit('/').next().unwrap().trim_end_matches(".sql").to_owned();
        Migration {
            id,
            file: file.to_owned(),
            variant: variant.map(str::to_owned),
            rollback: rollback.map(|(class, _)| class),
            rollback_by: rollback.map(|(_, source)| source),
            down_file: None,
        }
    }

    fn difference() -> SurfaceDifference {
        SurfaceDifference {
            from: "1.0.0".into(),
            to: "1.1.0".into(),
            from_commit: side("1.0.0").commit,
            to_commit: side("1.1.0").commit,
            configuration: ConfigurationDifference {
                added: vec![key("queue.capacity", "a.toml"), key("x.capacity", "b.toml")],
                removed: vec![key("queue.size", "a.toml")],
                ..ConfigurationDifference::default()
            },
            migrations: MigrationsDifference {
                added: vec![
                    migration("pg/0002_names.sql", Some("pg"), None),
                    migration(
                        "my/0002_names.sql",
                        Some("my"),
                        Some((RollbackClass::NeedsDown, RollbackSource::DownFile)),
                    ),
                    migration(
                        "pg/0003_more.sql",
                        Some("pg"),
                        Some((RollbackClass::Impossible, RollbackSource::Annotation)),
                    ),
                ],
                ..MigrationsDifference::default()
            },
            requirements: Vec::new(),
            deprecations: Vec::new(),
            not_tracked: Vec::new(),
            unreadable: Vec::new(),
            notices: Vec::new(),
        }
    }

    fn hear(text: &str, is_new: bool) -> SurfaceDifference {
        let note = Note::read(&format!("+++\nkind = \"changed\"\n{text}\n+++\nText.\n"), "n.md", None).unwrap();
        let mut heard = difference();
        heard.hear_notes((&side("1.0.0"), &side("1.1.0")), &[NoteWord { path: "changes/n.md", note: &note, is_new }]);
        heard
    }

    #[test]
    fn a_note_says_how_one_goes_back_over_a_migration() {
        let rollback = |heard: &SurfaceDifference| -> Vec<String> {
            heard.migrations.added.iter().map(|m| m.rollback.map_or("-", RollbackClass::as_str).to_owned()).collect()
        };
        let notice = |id: &str, more: &str| {
            format!("[[migration]]\nid = \"{id}\"\nphase = \"with\"\nrollback = \"needs-restore\"\n{more}")
        };
        for (id, more, expected) in [
            ("0002_names", "", ["needs-restore", "needs-restore", "impossible"]),
            ("2", "variant = \"pg\"", ["needs-restore", "needs-down", "impossible"]),
            ("my/0002_names.sql", "", ["-", "needs-restore", "impossible"]),
            ("0003_more.sql", "", ["-", "needs-down", "impossible"]),
            ("names", "", ["-", "needs-down", "impossible"]),
        ] {
            assert_eq!(rollback(&hear(&notice(id, more), true)), expected, "{id}");
        }
    }

    #[test]
    fn a_note_says_that_a_key_goes_by_another_name() {
        let text = "[[configuration]]\nkey = \"queue.size\"\nchange = \"renamed\"\nto = \"queue.capacity\"";
        let heard = hear(text, true);
        assert_eq!((heard.configuration.added.len(), heard.configuration.removed.len()), (1, 0));
        assert_eq!(heard.configuration.renamed[0].evidence, RenameEvidence::Note);
        assert_eq!(hear(text, false).configuration.renamed.len(), 0, "an old note says nothing of what is new");
        let unsure = "[[configuration]]\nkey = \"other\"\nchange = \"renamed\"\nto = \"queue.capacity\"";
        assert_eq!(hear(unsure, true).configuration.added.len(), 2);
    }

    #[test]
    fn deprecations_and_requirements_of_notes_are_told_once() {
        let text = "[[deprecation]]\nwhat = \"api v1\"\nannounced-in = \"1.0.0\"\nremoved-in = \"1.1.0\"\n[[requirement]]\nname = \"postgresql\"\nminimum = \"15\"\npreviously = \"14\"";
        let heard = hear(text, true);
        assert_eq!(
            (heard.deprecations[0].name.as_str(), heard.deprecations[0].state),
            ("api v1", DeprecationState::Due)
        );
        let requirement = &heard.requirements[0];
        assert_eq!((requirement.from.as_deref(), requirement.to.as_deref()), (Some(">= 14"), Some(">= 15")));
        let later = text.replace("removed-in = \"1.1.0\"", "removed-in = \"2.0.0\"");
        assert_eq!(hear(&later, true).deprecations[0].state, DeprecationState::Announced);
        assert_eq!(hear(&later, false).deprecations[0].state, DeprecationState::Pending);
        assert!(hear(&later, false).requirements.is_empty());
    }

    #[test]
    fn lines_say_what_they_need() {
        let needs = |value: &str| IndexMap::from([("postgresql".to_owned(), value.to_owned())]);
        let mut heard = difference();
        heard.hear_lines(&needs("14 or newer"), &needs("15 or newer"), "release.toml");
        heard.hear_lines(&needs("14 or newer"), &needs("14 or newer"), "release.toml");
        assert_eq!(heard.requirements.len(), 1);
        assert_eq!(heard.requirements[0].to.as_deref(), Some("15 or newer"));
    }
}
