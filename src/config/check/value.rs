//! Checks that several sections share: lists, globs, limits, numbers, texts and paths.

use regex::Regex;

use super::collector::Collector;
use crate::config::changes::{Wildcard, WildcardError};
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::config::path_set::PathSet;
use crate::config::policy::Limit;
use crate::config::shape::{LimitShape, OneOrMany, ShortOr};
use crate::domain::Period;

impl Collector<'_> {
    /// The items of a list with the place of each. A list that was written must not be empty.
    pub fn items<T>(&mut self, path: &KeyPath, list: Option<OneOrMany<T>>) -> Vec<(KeyPath, T)> {
        let Some(list) = list else { return Vec::new() };
        if list.items.is_empty() && !self.has_items(path) {
            self.report(path, Fault::Empty);
        }
        let is_list = list.is_list;
        let place = |index| if is_list { path.index(index) } else { path.clone() };
        list.items.into_iter().enumerate().map(|(index, item)| (place(index), item)).collect()
    }

    /// Reports each item that was there before.
    pub fn distinct<T: PartialEq + ToString>(&mut self, items: &[(KeyPath, T)]) {
        for (index, (path, item)) in items.iter().enumerate() {
            if items[..index].iter().any(|(_, earlier)| earlier == item) {
                self.report_value(path, Fault::Repeated { value: item.to_string() });
            }
        }
    }

    /// A text that, where it was written, says something.
    pub fn text(&mut self, path: &KeyPath, text: Option<String>) -> Option<String> {
        if text.as_ref().is_some_and(|text| text.trim().is_empty()) {
            self.report_value(path, Fault::Empty);
        }
        text
    }

    /// Compiled globs.
    pub fn globs(&mut self, path: &KeyPath, list: Option<OneOrMany<String>>) -> PathSet {
        let items = self.items(path, list);
        self.glob_items(items)
    }

    /// Compiled globs from items that were looked at one by one.
    pub fn glob_items(&mut self, items: Vec<(KeyPath, String)>) -> PathSet {
        self.distinct(&items);
        let mut sound = Vec::new();
        for (path, glob) in items {
            if is_outside(&glob) {
                self.report_value(&path, Fault::OutsidePath { path: glob });
                continue;
            }
            match PathSet::new(vec![glob.clone()]) {
                Ok(_) => sound.push(glob),
                Err(error) => {
                    let why = error.kind().to_string();
                    self.report_value(&path, Fault::Glob { glob, why });
                }
            }
        }
        PathSet::new(sound).unwrap_or_default()
    }

    /// Texts in which `*` stands for any text.
    pub fn wildcards(&mut self, path: &KeyPath, list: Option<OneOrMany<String>>) -> Vec<Wildcard> {
        let items = self.items(path, list);
        self.distinct(&items);
        let mut wildcards = Vec::new();
        for (path, text) in items {
            match Wildcard::new(&text) {
                Ok(wildcard) => wildcards.push(wildcard),
                Err(WildcardError::Empty) => self.report_value(&path, Fault::Empty),
                Err(error @ WildcardError::TooLong) => {
                    self.report_value(&path, Fault::Value { why: error.to_string() })
                }
            }
        }
        wildcards
    }

    /// A regular expression.
    pub fn expression(&mut self, path: &KeyPath, text: String) -> Option<Regex> {
        match Regex::new(&text) {
            Ok(regex) => Some(regex),
            Err(_) => {
                self.report_value(path, Fault::Expression { expression: text });
                None
            }
        }
    }

    /// A path within the repository, without a slash at its end.
    pub fn path(&mut self, path: &KeyPath, text: String) -> String {
        if text.is_empty() {
            self.report_value(path, Fault::Empty);
        } else if is_outside(&text) {
            self.report_value(path, Fault::OutsidePath { path: text.clone() });
        }
        text.trim_end_matches('/').to_owned()
    }

    /// A number that is at least `least`.
    pub fn number(&mut self, path: &KeyPath, number: i64, least: i64) -> u64 {
        if number < least {
            self.report_value(path, Fault::TooSmall { found: number, least });
        }
        u64::try_from(number).unwrap_or_default()
    }

    /// A limit on a period.
    pub fn period_limit(
        &mut self,
        path: &KeyPath,
        limit: Option<ShortOr<Period, LimitShape<Period>>>,
    ) -> Limit<Period> {
        let limit = self.limit(path, limit);
        if let (Some(warn), Some(fail)) = (&limit.warn, &limit.fail)
            && warn.seconds() > fail.seconds()
        {
            self.report(path, Fault::LimitOrder);
        }
        limit
    }

    /// A limit on a number.
    pub fn number_limit(&mut self, path: &KeyPath, limit: Option<ShortOr<i64, LimitShape<i64>>>) -> Limit<u64> {
        self.ordered_limit(path, limit, |warn, fail| warn <= fail)
    }

    /// A limit on a number that must not fall: `warn` is the higher one.
    pub fn least_limit(&mut self, path: &KeyPath, limit: Option<ShortOr<i64, LimitShape<i64>>>) -> Limit<u64> {
        self.ordered_limit(path, limit, |warn, fail| warn >= fail)
    }

    fn ordered_limit(
        &mut self,
        path: &KeyPath,
        limit: Option<ShortOr<i64, LimitShape<i64>>>,
        is_ordered: impl Fn(i64, i64) -> bool,
    ) -> Limit<u64> {
        let limit = self.limit(path, limit);
        if matches!((limit.warn, limit.fail), (Some(warn), Some(fail)) if !is_ordered(warn, fail)) {
            self.report(path, Fault::LimitOrder);
        }
        let mut number = |found: i64| self.number(path, found, 0);
        Limit { warn: limit.warn.map(&mut number), fail: limit.fail.map(&mut number) }
    }

    fn limit<T>(&mut self, path: &KeyPath, limit: Option<ShortOr<T, LimitShape<T>>>) -> Limit<T> {
        match limit {
            None => Limit::default(),
            Some(ShortOr::Short(fail)) => Limit { warn: None, fail: Some(fail) },
            Some(ShortOr::Full(LimitShape { warn, fail })) => {
                let is_written = self.is_written(&path.key("warn")) || self.is_written(&path.key("fail"));
                if warn.is_none() && fail.is_none() && !is_written {
                    self.report(path, Fault::LimitEmpty);
                }
                Limit { warn, fail }
            }
        }
    }
}

/// Whether a path begins anywhere else than at the repository's root, or climbs.
fn is_outside(path: &str) -> bool {
    path.starts_with(['/', '~']) || path.contains('\\') || path.split('/').any(|part| part == "..")
}
