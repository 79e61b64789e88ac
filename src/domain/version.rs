//! Versions of two to four numbers with an optional pre-release, ordered as people expect: numbers by value, a
//! pre-release before its release, `rc10` after `rc9`. SemVer, CalVer and four-part versions are all of this type; where
//! both read a text, the order agrees with the `semver` crate for the usual words (alpha, beta, rc).

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Why a text is no version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    #[error("`{0}` is not a version: two to four numbers with dots are needed, such as `1.9.0` or `1.9.0-rc.1`")]
    Shape(String),
    #[error("a number in version `{0}` is too large")]
    TooLarge(String),
}

/// The part of a version that makes it a candidate, `rc.1`, compared piece by piece: numbers by value, words by the
/// stage they name (dev, alpha, beta, pre, rc), other words by letters.
#[derive(Debug, Clone)]
pub struct PreRelease(String);

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum PrePiece<'a> {
    Number(u64),
    Word(u8, &'a str),
}

/// Known stage words come in the order in which projects use them; an unknown word stands where SemVer would put it
/// among them only by accident, so all unknown words come after `pre` and before `rc`.
fn stage_rank(word: &str) -> u8 {
    match word.to_ascii_lowercase().as_str() {
        "dev" | "nightly" | "snapshot" | "canary" => 0,
        "a" | "alpha" => 1,
        "b" | "beta" => 2,
        "m" | "milestone" | "pre" | "preview" => 3,
        "rc" | "c" | "cr" => 5,
        _ => 4,
    }
}

impl PreRelease {
    /// `None` for an empty text.
    pub fn new(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| Self(text.to_owned()))
    }

    /// The pre-release as written, without the separator before it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn pieces(&self) -> impl Iterator<Item = PrePiece<'_>> {
        let mut rest = self.0.as_str();
        std::iter::from_fn(move || {
            rest = rest.trim_start_matches(['.', '-', '_', '+']);
            let first = rest.bytes().next()?;
            let digits = first.is_ascii_digit();
            let end = rest.find(|c: char| c.is_ascii_digit() != digits || ".-_+".contains(c)).unwrap_or(rest.len());
            let (piece, tail) = rest.split_at(end);
            rest = tail;
            Some(match piece.parse() {
                Ok(number) if digits => PrePiece::Number(number),
                _ => PrePiece::Word(stage_rank(piece), piece),
            })
        })
    }
}

impl Ord for PreRelease {
    fn cmp(&self, other: &Self) -> Ordering {
        self.pieces().cmp(other.pieces()).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for PreRelease {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for PreRelease {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl Eq for PreRelease {}

/// A version. Two versions are equal when they are written alike; `1.9` and `1.9.0` are neighbours, not equals.
#[derive(Clone)]
pub struct Version {
    numbers: [u64; 4],
    count: u8,
    pre: Option<PreRelease>,
    text: String,
}

impl Version {
    /// A version from one to four numbers and a pre-release, written `1.9.0-rc.1`. One number is allowed here because
    /// lines and CalVer releases may have only that; `None` for no number or more than four.
    pub fn from_numbers(numbers: &[u64], pre: Option<PreRelease>) -> Option<Self> {
        let mut text = numbers.iter().map(u64::to_string).collect::<Vec<_>>().join(".");
        if let Some(pre) = &pre {
            text.push('-');
            text.push_str(pre.as_str());
        }
        Self::from_parts(numbers, pre, text)
    }

    /// Like [`Version::from_numbers`], written as `text`.
    pub fn from_parts(numbers: &[u64], pre: Option<PreRelease>, text: String) -> Option<Self> {
        if numbers.is_empty() || numbers.len() > 4 {
            return None;
        }
        let mut padded = [0; 4];
        padded[..numbers.len()].copy_from_slice(numbers);
        let count = u8::try_from(numbers.len()).ok()?;
        Some(Self { numbers: padded, count, pre, text })
    }

    /// The numbers as written, one to four of them.
    pub fn numbers(&self) -> &[u64] {
        &self.numbers[..usize::from(self.count)]
    }

    /// The first number.
    pub fn major(&self) -> u64 {
        self.numbers[0]
    }

    /// The second number, zero where there is none.
    pub fn minor(&self) -> u64 {
        self.numbers[1]
    }

    /// The third number, zero where there is none.
    pub fn patch(&self) -> u64 {
        self.numbers[2]
    }

    /// The pre-release, if this is a candidate.
    pub fn pre(&self) -> Option<&PreRelease> {
        self.pre.as_ref()
    }

    /// Whether a pre-release makes it a candidate.
    pub fn is_candidate(&self) -> bool {
        self.pre.is_some()
    }

    /// The version without its pre-release: what a candidate is a candidate of.
    pub fn release(&self) -> Self {
        match &self.pre {
            None => self.clone(),
            Some(_) => {
                let end = self
                    .text
                    .bytes()
                    .scan(0u8, |dots, byte| {
                        (byte.is_ascii_digit() || {
                            *dots += 1;
                            byte == b'.' && *dots < self.count
                        })
                        .then_some(())
                    })
                    .count();
                let text = self.text[..end].trim_end_matches('.').to_owned();
                Self { pre: None, text, ..self.clone() }
            }
        }
    }

    /// Whether the version's numbers begin with `prefix`: whether 1.8.4 is on line 1.8.
    pub fn has_prefix(&self, prefix: &[u64]) -> bool {
        prefix.len() <= 4 && self.numbers[..prefix.len()] == *prefix
    }

    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl FromStr for Version {
    type Err = VersionError;

    /// Reads `1.9`, `1.9.0`, `v1.9.0`, `7.1.3.1`, `1.9.0-rc.1`, `2.16.0rc1`, `7.1.0.beta1`. A pre-release begins with a
    /// letter; build metadata is not a part of a version here.
    fn from_str(given: &str) -> Result<Self, VersionError> {
        let shape = || VersionError::Shape(given.to_owned());
        let text = given.strip_prefix('v').unwrap_or(given);
        let mut numbers = Vec::with_capacity(4);
        let mut rest = text;
        loop {
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            if digits == 0 {
                return Err(shape());
            }
            numbers.push(rest[..digits].parse().map_err(|_| VersionError::TooLarge(given.to_owned()))?);
            rest = &rest[digits..];
            match rest.strip_prefix('.') {
                Some(next) if next.starts_with(|c: char| c.is_ascii_digit()) => rest = next,
                _ => break,
            }
        }
        let pre = rest.strip_prefix(['-', '.', '_']).unwrap_or(rest);
        let is_pre = pre.starts_with(|c: char| c.is_ascii_alphabetic())
            && pre.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c));
        if numbers.len() < 2 || (!rest.is_empty() && !is_pre) {
            return Err(shape());
        }
        Self::from_parts(&numbers, PreRelease::new(pre), text.to_owned()).ok_or_else(shape)
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        let pre = match (&self.pre, &other.pre) {
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(left), Some(right)) => left.cmp(right),
        };
        self.numbers
            .cmp(&other.numbers)
            .then(pre)
            .then(self.count.cmp(&other.count))
            .then_with(|| self.text.cmp(&other.text))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Version {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Version {}

impl Hash for Version {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    #[test]
    fn orders_as_people_expect() {
        let ascending = [
            "1.0-dev.1",
            "1.0a2",
            "1.0b1",
            "1.0rc1",
            "1.0",
            "1.0.0-alpha.1",
            "1.0.0-rc9",
            "1.0.0-rc10",
            "1.0.0",
            "1.0.0.1",
            "1.0.1",
            "1.2.0",
            "1.10.0",
            "2024.01.1",
        ];
        for pair in ascending.windows(2) {
            let (left, right) = (version(pair[0]), version(pair[1]));
            if left.numbers == right.numbers && left.count != right.count {
                continue;
            }
            assert!(left < right, "{left} < {right}");
        }
    }

    #[test]
    fn reads_the_forms_found_in_the_field() {
        for (text, pre) in [
            ("7.1.0.beta1", Some("beta1")),
            ("v2.16.0rc1", Some("rc1")),
            ("30.0.0-nightly.20240101", Some("nightly.20240101")),
            ("7.1.3.1", None),
            ("2.578", None),
        ] {
            assert_eq!(version(text).pre().map(PreRelease::as_str), pre, "{text}");
        }
    }

    #[test]
    fn refuses_what_is_no_version() {
        for text in [
            "",
            "1",
            "v1",
            "1.",
            "a.b",
            "1.2.3.4.5",
            "1.31.0-150.0",
            "1.2+abc",
            "1.99999999999999999999999",
            "1.2-rc 1",
        ] {
            assert!(text.parse::<Version>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_candidate_knows_its_release() {
        for (text, release) in [
            ("1.9.0-rc.1", "1.9.0"),
            ("7.1.0.beta1", "7.1.0"),
            ("2.16.0rc1", "2.16.0"),
            ("1.0rc1", "1.0"),
            ("1.0", "1.0"),
        ] {
            assert_eq!(version(text).release().as_str(), release);
        }
    }

    proptest! {
        #[test]
        fn agrees_with_the_semver_crate(a in "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}(-(alpha|beta|rc)(\\.[0-9]{1,2})?)?",
                                        b in "[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}(-(alpha|beta|rc)(\\.[0-9]{1,2})?)?") {
            if let (Ok(x), Ok(y)) = (semver::Version::parse(&a), semver::Version::parse(&b)) {
                prop_assert_eq!(version(&a).cmp(&version(&b)), x.cmp_precedence(&y));
            }
        }

        #[test]
        fn order_is_total_and_agrees_with_equality(a in "[0-2](\\.[0-9]{1,2}){1,3}(-?(a|rc|x)\\.?[0-9]?)?", b in "[0-2](\\.[0-9]{1,2}){1,3}(-?(a|rc|x)\\.?[0-9]?)?") {
            let (x, y) = (version(&a), version(&b));
            prop_assert_eq!(x.cmp(&y), y.cmp(&x).reverse());
            prop_assert_eq!(x == y, a == b);
        }

        #[test]
        fn no_text_panics_the_parser(text in ".*") {
            let _ = text.parse::<Version>().map(|version| version.release());
        }
    }
}
