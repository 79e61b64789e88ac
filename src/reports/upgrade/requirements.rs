//! Requirements at their strictest over a whole way: whoever goes it must meet what each of its versions asks for.
//!
//! The invariant: only bounds that can be read are compared; everything else is told as it is written.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use super::model::{Bound, StrictRequirement};
use crate::domain::Version;

/// What one version of the way needs: names with their bounds as written.
pub(super) type Needs = BTreeMap<String, String>;

/// A bound as numbers with their unit, if they have one.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Quantity {
    numbers: Vec<u64>,
    unit: String,
    /// Whether the value itself is not enough.
    is_open: bool,
}

/// The bounds in a text; `None` where it is not one that can be read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Bounds {
    minimum: Option<Quantity>,
    maximum: Option<Quantity>,
}

/// Of all versions of a way, in its order.
pub(super) fn strictest(way: &[(Version, Needs)]) -> Vec<StrictRequirement> {
    let mut names: Vec<&String> = way.iter().flat_map(|(_, needs)| needs.keys()).collect();
    names.sort_unstable();
    names.dedup();
    names.into_iter().map(|name| of_name(name, way)).collect()
}

fn of_name(name: &str, way: &[(Version, Needs)]) -> StrictRequirement {
    let mut minimum: Option<(Quantity, Bound)> = None;
    let mut maximum: Option<(Quantity, Bound)> = None;
    let mut other: Vec<Bound> = Vec::new();
    let said = way.iter().filter_map(|(version, needs)| Some((version, needs.get(name)?)));
    for (version, text) in said {
        let bound = |quantity: &Quantity| Bound { value: shown(quantity), version: version.clone() };
        let Some(bounds) = read(text) else {
            if other.last().is_none_or(|last| last.value != *text) {
                other.push(Bound { value: text.clone(), version: version.clone() });
            }
            continue;
        };
        let fits = |known: &Option<(Quantity, Bound)>, found: &Quantity| {
            known.as_ref().is_none_or(|(known, _)| known.unit == found.unit)
        };
        let is_readable = bounds.minimum.as_ref().is_none_or(|found| fits(&minimum, found))
            && bounds.maximum.as_ref().is_none_or(|found| fits(&maximum, found));
        if !is_readable {
            other.push(Bound { value: text.clone(), version: version.clone() });
            continue;
        }
        if let Some(found) = bounds.minimum
            && minimum.as_ref().is_none_or(|(known, _)| stricter_below(&found, known))
        {
            minimum = Some((found.clone(), bound(&found)));
        }
        if let Some(found) = bounds.maximum
            && maximum.as_ref().is_none_or(|(known, _)| stricter_above(&found, known))
        {
            maximum = Some((found.clone(), bound(&found)));
        }
    }
    let conflicting = minimum.as_ref().zip(maximum.as_ref()).is_some_and(|((low, _), (high, _))| {
        low.unit == high.unit
            && match compare_upper(&low.numbers, &high.numbers) {
                Ordering::Greater => true,
                Ordering::Equal => low.is_open || high.is_open,
                Ordering::Less => false,
            }
    });
    StrictRequirement {
        name: name.to_owned(),
        minimum: minimum.map(|(_, bound)| bound),
        maximum: maximum.map(|(_, bound)| bound),
        other,
        conflicting,
    }
}

fn shown(quantity: &Quantity) -> String {
    let numbers = quantity.numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
    if quantity.unit.is_empty() { numbers } else { format!("{numbers} {}", quantity.unit) }
}

fn compare(left: &[u64], right: &[u64]) -> Ordering {
    let length = left.len().max(right.len());
    let padded = |numbers: &[u64], at: usize| numbers.get(at).copied().unwrap_or(0);
    (0..length)
        .map(|at| padded(left, at).cmp(&padded(right, at)))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

/// A value against an upper bound: `16.3` is within `16`, as people mean it.
fn compare_upper(value: &[u64], bound: &[u64]) -> Ordering {
    compare(&value[..value.len().min(bound.len())], bound)
}

fn stricter_below(found: &Quantity, known: &Quantity) -> bool {
    compare(&found.numbers, &known.numbers).then(found.is_open.cmp(&known.is_open)).is_gt()
}

fn stricter_above(found: &Quantity, known: &Quantity) -> bool {
    let order = compare(&found.numbers, &known.numbers).then(known.is_open.cmp(&found.is_open));
    // `16` allows 16.3, which `16.2` does not.
    order.is_lt() || (order.is_eq() && found.numbers.len() > known.numbers.len())
}

/// `>= 14, < 17`, `14 or newer`, `14 to 16`, `14+`, `at least 2 GiB`, and a bare `14`, which is the least.
fn read(text: &str) -> Option<Bounds> {
    let mut bounds = Bounds::default();
    for part in text.split([',', ';']).flat_map(|part| part.split(" and ")) {
        let part = part.trim().trim_end_matches('.');
        if part.is_empty() {
            continue;
        }
        let range = [" to ", " - ", " – ", "–"].iter().find_map(|mark| part.split_once(mark));
        let both = range.and_then(|(low, high)| Some((quantity(low, false)?, quantity(high, false)?)));
        if let Some((low, high)) = both {
            let unit = high.unit.clone();
            take(
                &mut bounds.minimum,
                Quantity { unit: if low.unit.is_empty() { unit } else { low.unit.clone() }, ..low },
            )?;
            take(&mut bounds.maximum, high)?;
            continue;
        }
        match one(part)? {
            (Side::Minimum, quantity) => take(&mut bounds.minimum, quantity)?,
            (Side::Maximum, quantity) => take(&mut bounds.maximum, quantity)?,
        }
    }
    (bounds != Bounds::default()).then_some(bounds)
}

/// Two bounds of one side are one too many to be read.
fn take(place: &mut Option<Quantity>, found: Quantity) -> Option<()> {
    place.is_none().then(|| *place = Some(found))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Side {
    Minimum,
    Maximum,
}

fn one(part: &str) -> Option<(Side, Quantity)> {
    let lower = part.to_lowercase();
    let before = [
        (">=", Side::Minimum, false),
        ("≥", Side::Minimum, false),
        ("at least", Side::Minimum, false),
        ("from", Side::Minimum, false),
        ("minimum", Side::Minimum, false),
        ("<=", Side::Maximum, false),
        ("≤", Side::Maximum, false),
        ("at most", Side::Maximum, false),
        ("up to", Side::Maximum, false),
        ("maximum", Side::Maximum, false),
        (">", Side::Minimum, true),
        ("<", Side::Maximum, true),
        ("below", Side::Maximum, true),
        ("before", Side::Maximum, true),
    ];
    if let Some((mark, side, is_open)) = before.iter().find(|(mark, ..)| lower.starts_with(mark)) {
        return Some((*side, quantity(&lower[mark.len()..], *is_open)?));
    }
    let after = [
        ("or newer", Side::Minimum),
        ("or later", Side::Minimum),
        ("or higher", Side::Minimum),
        ("or above", Side::Minimum),
        ("or more", Side::Minimum),
        ("and up", Side::Minimum),
        ("and newer", Side::Minimum),
        ("and later", Side::Minimum),
        ("+", Side::Minimum),
        ("or older", Side::Maximum),
        ("or earlier", Side::Maximum),
        ("or lower", Side::Maximum),
        ("or less", Side::Maximum),
    ];
    if let Some((mark, side)) = after.iter().find(|(mark, _)| lower.ends_with(mark)) {
        return Some((*side, quantity(&lower[..lower.len() - mark.len()], false)?));
    }
    Some((Side::Minimum, quantity(part, false)?))
}

/// `14`, `v1.26`, `2 GiB`.
fn quantity(text: &str, is_open: bool) -> Option<Quantity> {
    let text = text.trim();
    let text = text.strip_prefix(['v', 'V']).unwrap_or(text);
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.')).unwrap_or(text.len());
    let (digits, unit) = text.split_at(end);
    let numbers: Option<Vec<u64>> = digits.trim_end_matches('.').split('.').map(|number| number.parse().ok()).collect();
    let unit = unit.trim();
    let is_unit = unit.chars().all(char::is_alphabetic) && unit.len() <= 8;
    is_unit.then_some(Quantity { numbers: numbers?, unit: unit.to_owned(), is_open })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn told(texts: &[&str]) -> String {
        let way: Vec<(Version, Needs)> = texts
            .iter()
            .enumerate()
            .map(|(at, text)| {
                let needs =
                    if text.is_empty() { Needs::new() } else { Needs::from([("it".to_owned(), (*text).to_owned())]) };
                (format!("1.{at}.0").parse().unwrap(), needs)
            })
            .collect();
        let Some(found) = strictest(&way).pop() else { return String::new() };
        let bound =
            |bound: &Option<Bound>| bound.as_ref().map_or("-".to_owned(), |b| format!("{}@{}", b.value, b.version));
        let other: Vec<String> = found.other.iter().map(|b| format!(" {}@{}", b.value, b.version)).collect();
        let conflict = if found.conflicting { " !" } else { "" };
        format!("{} {}{}{conflict}", bound(&found.minimum), bound(&found.maximum), other.concat())
    }

    #[test]
    fn the_highest_minimum_and_the_lowest_maximum_count() {
        for (texts, expected) in [
            (&["14", "15"][..], "15@1.1.0 -"),
            (&[">= 14, <= 17", ">= 15, < 17"][..], "15@1.1.0 17@1.1.0"),
            (&["14 or newer", "13+"][..], "14@1.0.0 -"),
            (&["14 to 16", "at least 15.2 and up to 18"][..], "15.2@1.1.0 16@1.0.0"),
            (&["12 - 13", "14"][..], "14@1.1.0 13@1.0.0 !"),
            (&["<= 16", ">= 16.3"][..], "16.3@1.1.0 16@1.0.0"),
            (&["< 16", ">= 16"][..], "16@1.1.0 16@1.0.0 !"),
            (&["2 GiB", "4 GiB"][..], "4 GiB@1.1.0 -"),
            (&["2 GiB", "512 MiB"][..], "2 GiB@1.0.0 - 512 MiB@1.1.0"),
            (&["any browser", "", "any browser"][..], "- - any browser@1.0.0"),
            (&["1.9", "1.10"][..], "1.10@1.1.0 -"),
            (&["9, 10"][..], "- - 9, 10@1.0.0"),
        ] {
            assert_eq!(told(texts), expected, "{texts:?}");
        }
    }

    proptest! {
        #[test]
        fn no_text_panics_and_none_is_lost(text in "\\PC{1,30}") {
            let told = told(&[&text]);
            prop_assert!(told.contains('@'), "{}", told);
        }
    }
}
