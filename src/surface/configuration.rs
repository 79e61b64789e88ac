//! Configuration keys: which are new, gone, other by default, or go by another name.
//!
//! A file that is the same at both versions is not read at all. Where one of the two cannot be read, nothing is claimed
//! about the file.

use std::collections::BTreeMap;

use indexmap::IndexMap;
use serde_json::Value;

use super::compare::Side;
use super::model::{ConfigurationDifference, KeyAt, KeyChange, KeyRename, MovedFile};
use super::parse::{DeclaredKey, FileFormat, ParsedFile};
use super::reading::Reading;
use super::rename::renames;
use crate::domain::ObjectId;

/// Keys in common by which a file is recognised under another name.
const MOVED_KEYS: usize = 3;

type Files = BTreeMap<String, ObjectId>;

/// A file that only one of the versions has, with its keys where they could be read.
struct Single<'f> {
    path: &'f str,
    blob: ObjectId,
    keys: Option<ParsedFile>,
}

/// Compares the configuration files of two versions.
pub(super) fn compare(
    reading: &mut Reading<'_>,
    sides: (&Side, &Side),
    from: &Files,
    to: &Files,
) -> ConfigurationDifference {
    let mut found = ConfigurationDifference::default();
    let mut pairs: BTreeMap<&str, (Option<ParsedFile>, Option<ParsedFile>)> = BTreeMap::new();
    for (path, old) in from {
        let Some(new) = to.get(path) else { continue };
        found.compared_files += 1;
        if old != new {
            pairs.insert(path, (reading.keys(sides.0, path, *old), reading.keys(sides.1, path, *new)));
        }
    }
    let mut gone = singles(reading, sides.0, from, to);
    let mut new = singles(reading, sides.1, to, from);
    for (old, now) in moved(&gone, &new) {
        let (old, now) = (&mut gone[old], &mut new[now]);
        found.compared_files += 1;
        found.moved_files.push(MovedFile { from: old.path.to_owned(), to: now.path.to_owned() });
        pairs.insert(now.path, (old.keys.take(), now.keys.take()));
    }
    let is_moved = |path: &str, of: fn(&MovedFile) -> &String| found.moved_files.iter().any(|file| of(file) == path);
    gone.retain(|file| !is_moved(file.path, |file| &file.from));
    new.retain(|file| !is_moved(file.path, |file| &file.to));
    found.removed_files = gone.iter().map(|file| file.path.to_owned()).collect();
    found.added_files = new.iter().map(|file| file.path.to_owned()).collect();
    for file in gone {
        let keys = file.keys.unwrap_or_default().keys;
        found.removed.extend(keys.into_values().map(|key| key_at(key, file.path)));
    }
    pairs.extend(new.into_iter().map(|file| (file.path, (Some(ParsedFile::default()), file.keys))));
    for (path, pair) in pairs {
        if let (Some(old), Some(new)) = pair {
            compare_keys(&mut found, path, old, new);
        }
    }
    found.removed.sort_by(|a, b| a.file.cmp(&b.file));
    follow_contents(&mut found);
    found
}

/// What a new file has taken over from one that goes on without it is neither added nor removed.
fn follow_contents(found: &mut ConfigurationDifference) {
    for file in found.added_files.clone() {
        let own: BTreeMap<&str, &KeyAt> =
            found.added.iter().filter(|key| key.file == file).map(|key| (key.key.as_str(), key)).collect();
        let mut sources: BTreeMap<&str, usize> = BTreeMap::new();
        for key in found.removed.iter().filter(|key| own.contains_key(key.key.as_str())) {
            *sources.entry(&key.file).or_default() += 1;
        }
        let most = sources.into_iter().max_by_key(|(_, count)| *count);
        let Some((source, count)) = most.map(|(source, count)| (source.to_owned(), count)) else { continue };
        if count < MOVED_KEYS || count * 2 < own.len() || FileFormat::of(&source) != FileFormat::of(&file) {
            continue;
        }
        let keys = std::mem::take(&mut found.removed).into_iter().partition(|key| key.file == source);
        let (of_source, others): (Vec<KeyAt>, Vec<KeyAt>) = keys;
        found.removed = others;
        for old in of_source {
            let new = found.added.iter().position(|key| key.file == file && key.key == old.key);
            match new.map(|at| found.added.remove(at)) {
                None => found.removed.push(old),
                Some(new) if new.value != old.value => found.changed.push(KeyChange {
                    key: new.key,
                    from: old.value,
                    to: new.value,
                    file: file.clone(),
                    description: new.description,
                    since: None,
                }),
                Some(_) => {}
            }
        }
        found.added_files.retain(|name| *name != file);
        found.moved_files.push(MovedFile { from: source, to: file });
        found.removed.sort_by(|a, b| a.file.cmp(&b.file));
        found.changed.sort_by(|a, b| a.file.cmp(&b.file));
    }
}

fn singles<'f>(reading: &mut Reading<'_>, side: &Side, own: &'f Files, other: &Files) -> Vec<Single<'f>> {
    let only = own.iter().filter(|(path, _)| !other.contains_key(*path));
    only.map(|(path, blob)| Single { path, blob: *blob, keys: reading.keys(side, path, *blob) }).collect()
}

/// Files that are one under two names: the same bytes, or most keys in common; the best fit first.
fn moved(gone: &[Single<'_>], new: &[Single<'_>]) -> Vec<(usize, usize)> {
    let mut fits: Vec<(usize, usize, usize)> = Vec::new();
    for (old_at, old) in gone.iter().enumerate() {
        for (new_at, now) in new.iter().enumerate() {
            let fit = if old.blob == now.blob { 200 } else { keys_in_common(old, now) };
            if fit >= 50 {
                fits.push((fit, old_at, new_at));
            }
        }
    }
    fits.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| (a.1, a.2).cmp(&(b.1, b.2))));
    let mut taken: Vec<(usize, usize)> = Vec::new();
    for (_, old, now) in fits {
        if taken.iter().all(|(other, another)| *other != old && *another != now) {
            taken.push((old, now));
        }
    }
    taken
}

/// In hundredths of the keys of the longer file.
fn keys_in_common(old: &Single<'_>, new: &Single<'_>) -> usize {
    let (Some(left), Some(right)) = (&old.keys, &new.keys) else { return 0 };
    if FileFormat::of(old.path) != FileFormat::of(new.path) {
        return 0;
    }
    let common = left.keys.keys().filter(|key| right.keys.contains_key(*key)).count();
    if common < MOVED_KEYS { 0 } else { common * 100 / left.keys.len().max(right.keys.len()) }
}

fn compare_keys(found: &mut ConfigurationDifference, file: &str, old: ParsedFile, new: ParsedFile) {
    let only = |own: &ParsedFile, other: &ParsedFile| -> Vec<String> {
        let is_only = |key: &&DeclaredKey| {
            let is_hidden = other.faults.iter().any(|fault| fault.hides(&key.key));
            !other.keys.contains_key(&key.key) && !is_hidden && !is_filled(key, &other.keys)
        };
        own.keys.values().filter(is_only).map(|key| key.key.clone()).collect()
    };
    let removed: Vec<&DeclaredKey> = only(&old, &new).iter().map(|key| &old.keys[key]).collect();
    let added: Vec<&DeclaredKey> = only(&new, &old).iter().map(|key| &new.keys[key]).collect();
    let (old_words, new_words) = (words(&old), words(&new));
    let is_own_word = |text: &str| old_words.get(text) == Some(&1) && new_words.get(text) == Some(&1);
    let renamed = renames(&removed, &added, is_own_word);
    for rename in &renamed {
        let (from, to) = (removed[rename.removed], added[rename.added]);
        found.renamed.push(KeyRename {
            from: from.key.clone(),
            to: to.key.clone(),
            file: file.to_owned(),
            from_value: from.value.clone(),
            to_value: to.value.clone(),
            evidence: rename.evidence,
            description: to.description.clone(),
        });
    }
    let mut removed: Vec<KeyAt> = removed
        .iter()
        .enumerate()
        .filter(|(at, _)| renamed.iter().all(|rename| rename.removed != *at))
        .map(|(_, key)| key_at((*key).clone(), file))
        .collect();
    let added = added.iter().enumerate().filter(|(at, _)| renamed.iter().all(|rename| rename.added != *at));
    found.added.extend(added.map(|(_, key)| key_at((*key).clone(), file)));
    found.removed.append(&mut removed);
    for (name, key) in new.keys {
        let Some(before) = old.keys.get(&name) else { continue };
        if key.is_deprecated && !before.is_deprecated {
            found.newly_deprecated.push(key_at(key.clone(), file));
        }
        if before.value == key.value {
            continue;
        }
        found.changed.push(KeyChange {
            from: before.value.clone(),
            to: key.value,
            key: name,
            file: file.to_owned(),
            description: key.description,
            since: None,
        });
    }
}

/// How many keys each description is about.
fn words(file: &ParsedFile) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for words in file.keys.values().filter_map(|key| key.description.as_deref()) {
        *counts.entry(words).or_default() += 1;
    }
    counts
}

/// Whether a key without content - `{}`, `[]`, nothing - has keys below it on the other side: then it is still there.
fn is_filled(key: &DeclaredKey, other: &IndexMap<String, DeclaredKey>) -> bool {
    let is_empty = match &key.value {
        Value::Null => true,
        Value::Object(entries) => entries.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    };
    let is_below = |name: &String| name.strip_prefix(key.key.as_str()).is_some_and(|rest| rest.starts_with(['.', '[']));
    is_empty && other.keys().any(is_below)
}

pub(super) fn key_at(key: DeclaredKey, file: &str) -> KeyAt {
    KeyAt {
        key: key.key,
        value: key.value,
        file: file.to_owned(),
        description: key.description,
        commented: key.is_commented,
        deprecated: key.is_deprecated,
        since: None,
    }
}
