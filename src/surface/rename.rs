//! Which removed key and which added key are one: claimed only where the file says so or the evidence is strong, since a
//! wrong rename hides that a setting is gone.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::model::RenameEvidence;
use super::parse::DeclaredKey;
use crate::domain::nearest;

/// A rename: positions among the removed and among the added keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rename {
    pub removed: usize,
    pub added: usize,
    pub evidence: RenameEvidence,
}

/// A section takes this many keys along to be one.
const SECTION_KEYS: usize = 3;

/// Lists that are longer are not compared key by key: so much was never renamed one by one.
const PAIR_LIMIT: usize = 1_000_000;

/// The renames between the keys of one file, each key in at most one, in the order of the added keys.
///
/// `is_own_word` says whether a description is about one key only, in either file.
pub(super) fn renames(
    removed: &[&DeclaredKey],
    added: &[&DeclaredKey],
    is_own_word: impl Fn(&str) -> bool,
) -> Vec<Rename> {
    let mut search = Search { removed, added, found: Vec::new() };
    search.declared();
    search.spelling();
    search.sections();
    if removed.len() * added.len() <= PAIR_LIMIT {
        search.unique(RenameEvidence::Value, |old, new| is_telling(&old.value) && old.value == new.value);
        search.unique(RenameEvidence::Description, |old, new| {
            let words = old.description.as_deref().filter(|words| words.split(' ').count() >= 3);
            words.is_some_and(&is_own_word) && old.description == new.description
        });
    }
    search.found.sort_by_key(|rename| rename.added);
    search.found
}

struct Search<'k> {
    removed: &'k [&'k DeclaredKey],
    added: &'k [&'k DeclaredKey],
    found: Vec<Rename>,
}

impl Search<'_> {
    fn is_free(&self, removed: usize, added: usize) -> bool {
        self.found.iter().all(|rename| rename.removed != removed && rename.added != added)
    }

    fn take(&mut self, removed: usize, added: usize, evidence: RenameEvidence) {
        if self.is_free(removed, added) {
            self.found.push(Rename { removed, added, evidence });
        }
    }

    /// The new key names the old one, in full or by its last name beside it.
    fn declared(&mut self) {
        for (at, new) in self.added.iter().enumerate() {
            let beside = |alias: &String| match new.key.rsplit_once('.') {
                Some((parent, _)) => format!("{parent}.{alias}"),
                None => alias.clone(),
            };
            let old = self
                .removed
                .iter()
                .position(|old| new.aliases.iter().any(|alias| *alias == old.key || beside(alias) == old.key));
            if let Some(old) = old {
                self.take(old, at, RenameEvidence::Declared);
            }
        }
    }

    /// One name in two spellings.
    fn spelling(&mut self) {
        let plain = |key: &str| -> String {
            key.chars().filter(|c| !matches!(c, '_' | '-')).flat_map(char::to_lowercase).collect()
        };
        let mut by_name: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (at, old) in self.removed.iter().enumerate() {
            by_name.entry(plain(&old.key)).or_default().push(at);
        }
        for (at, new) in self.added.iter().enumerate() {
            if let Some([old]) = by_name.get(&plain(&new.key)).map(Vec::as_slice) {
                self.take(*old, at, RenameEvidence::Spelling);
            }
        }
    }

    /// A section under another name: most of its keys are there with the same values.
    fn sections(&mut self) {
        let mut sections: BTreeMap<(&str, &str), Vec<(usize, usize)>> = BTreeMap::new();
        let mut by_leaf: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, new) in self.added.iter().enumerate() {
            by_leaf.entry(split(&new.key).1).or_default().push(at);
        }
        for (old_at, old) in self.removed.iter().enumerate() {
            let (parent, leaf) = split(&old.key);
            for new_at in by_leaf.get(leaf).into_iter().flatten().take(50) {
                let new = self.added[*new_at];
                let (new_parent, _) = split(&new.key);
                if old.value == new.value && parent != new_parent && !parent.is_empty() {
                    sections.entry((parent, new_parent)).or_default().push((old_at, *new_at));
                }
            }
        }
        let size = |parent: &str| self.removed.iter().filter(|old| split(&old.key).0 == parent).count();
        let is_best = |((parent, other), pairs): (&(&str, &str), usize)| {
            let rivals = sections.iter().filter(|((old, new), _)| old == parent && new != other);
            rivals.into_iter().all(|(_, rival)| rival.len() < pairs)
        };
        let whole = sections.iter().filter(|(names @ (parent, other), pairs)| {
            let has_telling = pairs.iter().any(|(old, _)| is_telling(&self.removed[*old].value));
            let is_most = pairs.len() >= SECTION_KEYS && pairs.len() * 5 >= size(parent) * 3;
            is_most && has_telling && shared(&words(parent), &words(other)) >= 50 && is_best((names, pairs.len()))
        });
        let mut whole: Vec<&Vec<(usize, usize)>> = whole.map(|(_, pairs)| pairs).collect();
        whole.sort_by_key(|pairs| std::cmp::Reverse(pairs.len()));
        let pairs: Vec<(usize, usize)> = whole.into_iter().flatten().copied().collect();
        for (old, new) in pairs {
            self.take(old, new, RenameEvidence::Section);
        }
    }

    /// Names that are similar, and something else in common that no other pair has.
    fn unique(&mut self, evidence: RenameEvidence, in_common: impl Fn(&DeclaredKey, &DeclaredKey) -> bool) {
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (old_at, old) in self.removed.iter().enumerate() {
            for (new_at, new) in self.added.iter().enumerate() {
                if in_common(old, new) && is_similar(&old.key, &new.key) && self.is_free(old_at, new_at) {
                    pairs.push((old_at, new_at));
                }
            }
        }
        for (old, new) in &pairs {
            let rivals = pairs.iter().filter(|(other, another)| other == old || another == new).count();
            if rivals == 1 {
                self.take(*old, *new, evidence);
            }
        }
    }
}

/// Whether a value is one that two unrelated keys hardly share.
fn is_telling(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => number.as_i64().is_none_or(|number| !(-1..=1).contains(&number)),
        Value::String(text) => text.len() > 1 && text != "true" && text != "false",
        Value::Array(items) => !items.is_empty(),
        Value::Object(entries) => !entries.is_empty(),
    }
}

/// Parent and last name.
fn split(key: &str) -> (&str, &str) {
    key.rsplit_once('.').unwrap_or(("", key))
}

/// Last names that share half of their words or nearly all of their letters, in the same place or in one that shares most
/// of its words.
fn is_similar(old: &str, new: &str) -> bool {
    let ((old_parent, old_leaf), (new_parent, new_leaf)) = (split(old), split(new));
    let leaves = shared(&words(old_leaf), &words(new_leaf)) * 2 >= 100 || nearest(old_leaf, [new_leaf]).is_some();
    leaves && (old_parent == new_parent || is_near(&words(old_parent), &words(new_parent)))
}

/// Places that share most of their words, or of which one says all that the other says and hardly more.
fn is_near(old: &BTreeSet<String>, new: &BTreeSet<String>) -> bool {
    let is_within = !old.is_empty() && !new.is_empty() && (old.is_subset(new) || new.is_subset(old));
    let shared = shared(old, new);
    shared >= 60 || (is_within && shared >= 40)
}

/// What two sets of words have in common, in hundredths of all of them.
fn shared(old: &BTreeSet<String>, new: &BTreeSet<String>) -> usize {
    let all = old.union(new).count();
    (old.intersection(new).count() * 100).checked_div(all).unwrap_or(0)
}

/// `maxSize`, `max_size` and `MAX-SIZE` are two words.
fn words(name: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            found.insert(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase() || c.is_numeric();
    }
    found.insert(word);
    found.remove("");
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn key(name: &str, value: Value) -> DeclaredKey {
        DeclaredKey::new(name.to_owned(), value)
    }

    fn found(removed: &[DeclaredKey], added: &[DeclaredKey]) -> Vec<String> {
        let (removed, added): (Vec<_>, Vec<_>) = (removed.iter().collect(), added.iter().collect());
        let show = |rename: &Rename| {
            format!("{} -> {} {:?}", removed[rename.removed].key, added[rename.added].key, rename.evidence)
        };
        renames(&removed, &added, |_| true).iter().map(show).collect()
    }

    #[test]
    fn a_rename_needs_a_similar_name_and_a_value_that_tells() {
        for (old, new, value, is_one) in [
            ("queue.size", "queue.max_size", json!(500), true),
            ("queue.size", "storage.queue.size", json!(500), true),
            ("queue.size", "queue.capacity", json!(500), false),
            ("queue.size", "queue.max_size", json!(true), false),
            ("server.port", "metrics.port", json!(8080), false),
            ("app.job.context.user", "appGateway.podContext.user", json!(10001), false),
            ("server.log_level", "server.loglevels", json!("debug"), true),
            ("a.b.c.d.size", "a.b.c.d.capacity", json!(500), false),
        ] {
            let renames = found(&[key(old, value.clone())], &[key(new, value)]);
            assert_eq!(!renames.is_empty(), is_one, "{old} {new}: {renames:?}");
        }
    }

    #[test]
    fn several_that_fit_are_none() {
        let old = [key("queue.size", json!(500))];
        assert!(found(&old, &[key("queue.max_size", json!(500)), key("queue.min_size", json!(500))]).is_empty());
    }

    #[test]
    fn the_file_may_say_it() {
        let new = key("queue.capacity", json!(9)).described(Some("How many may wait. Formerly `size`.".into()));
        assert_eq!(found(&[key("queue.size", json!(5))], &[new]), ["queue.size -> queue.capacity Declared"]);
    }

    #[test]
    fn another_spelling_is_the_same_name() {
        let renames = found(&[key("max_size", json!(true))], &[key("maxSize", json!(false))]);
        assert_eq!(renames, ["max_size -> maxSize Spelling"]);
    }

    #[test]
    fn a_section_takes_its_keys_along() {
        let section = |name: &str| {
            ["on", "path", "ttl"]
                .map(|leaf| key(&format!("{name}.{leaf}"), if leaf == "path" { json!("/x") } else { json!(true) }))
        };
        assert_eq!(found(&section("jobs.cache"), &section("cache")).len(), 3);
        assert!(found(&section("cache"), &section("store")).is_empty(), "nothing but values in common");
        let two = [section("jobs_cache"), section("web_cache")].concat();
        assert!(found(&section("cache"), &two).is_empty(), "two that fit are none");
    }

    #[test]
    fn the_same_words_about_a_similar_name_tell() {
        let described =
            |name: &str, value| key(name, value).described(Some("How long a leader holds its lease".into()));
        let renames = found(&[described("lease", json!(1))], &[described("lease_time", json!(2))]);
        assert_eq!(renames, ["lease -> lease_time Description"]);
    }
}
