//! Whether name patterns make sense: alone, by the fields that their purpose needs, and together, since a name that two
//! patterns fit equally well would belong to nobody.

use super::collector::Collector;
use crate::config::fault::Fault;
use crate::config::key_path::KeyPath;
use crate::domain::{Field, Fields, NamePattern};

/// What the names that a pattern fits are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    /// A branch; everything else is a tag.
    Line,
    Tag,
    Candidate,
    AlsoTag,
    Stage,
}

/// Which fields a purpose needs and which it has no use for.
pub(super) struct FieldRule {
    needs: &'static [(&'static [Field], &'static str)],
    refuses: &'static [Field],
    whose: &'static str,
    /// Whether a pattern may begin with `refs/`.
    may_be_ref: bool,
}

const VERSION: (&[Field], &str) = (&[Field::Version, Field::Major], "`{version}` nor `{major}`");

impl FieldRule {
    pub const LINE: Self =
        Self { needs: &[], refuses: &[Field::Environment, Field::Pre], whose: "a line", may_be_ref: false };
    pub const DEPLOY: Self = Self { needs: &[], refuses: &[], whose: "a deploy", may_be_ref: true };
    pub const RELEASE: Self =
        Self { needs: &[VERSION], refuses: &[Field::Environment], whose: "a release", may_be_ref: false };
    pub const CANDIDATE: Self = Self {
        needs: &[VERSION, (&[Field::Pre, Field::Seq], "`{pre}` nor `{seq}`")],
        refuses: &[Field::Environment],
        whose: "a candidate",
        may_be_ref: false,
    };
    pub const STAGE: Self = Self { needs: &[], refuses: &[Field::Environment], whose: "a line", may_be_ref: false };

    /// Reports what is wrong with `pattern` on its own.
    pub fn check(&self, found: &mut Collector<'_>, path: &KeyPath, pattern: &NamePattern) {
        for (fields, needs) in self.needs {
            if !fields.iter().any(|field| pattern.has(*field)) {
                found.report_value(path, Fault::FieldMissing { pattern: pattern.to_string(), needs });
            }
        }
        for field in self.refuses.iter().filter(|field| pattern.has(**field)) {
            let (pattern, field, whose) = (pattern.to_string(), field.as_str(), self.whose);
            found.report_value(path, Fault::FieldMisplaced { pattern, field, whose });
        }
        let prefixes: &[&'static str] =
            if self.may_be_ref { &["refs/tags/", "refs/heads/", "refs/remotes/"] } else { &["refs/"] };
        if let Some(prefix) = prefixes.iter().find(|prefix| pattern.as_str().starts_with(**prefix)) {
            found.report_value(path, Fault::RefPrefix { pattern: pattern.to_string(), prefix });
        }
    }
}

/// Every pattern of the file with its place.
#[derive(Default)]
pub(super) struct PatternBook {
    entries: Vec<(KeyPath, NamePattern, Purpose)>,
}

impl PatternBook {
    /// Adds a pattern.
    pub fn enter(&mut self, path: KeyPath, pattern: NamePattern, purpose: Purpose) {
        self.entries.push((path, pattern, purpose));
    }

    /// Reports each pattern that does not stand back from, or before, an earlier one.
    pub fn check(&self, found: &mut Collector<'_>) {
        for (index, (path, pattern, purpose)) in self.entries.iter().enumerate() {
            for (other, rival, earlier) in &self.entries[..index] {
                if (*purpose == Purpose::Line) != (*earlier == Purpose::Line) {
                    continue;
                }
                if pattern == rival {
                    let fault = Fault::SamePattern { pattern: pattern.to_string(), other: other.clone() };
                    found.report_value(path, fault);
                } else if let Some(sample) = shared_name(pattern, rival) {
                    let (pattern, rival) = (pattern.to_string(), rival.to_string());
                    found.report_value(path, Fault::Ambiguous { pattern, rival, other: other.clone(), sample });
                }
            }
        }
    }
}

/// A name that both patterns fit, neither more exactly than the other, as far as samples show it.
fn shared_name(left: &NamePattern, right: &NamePattern) -> Option<String> {
    let (one, two) = (left.prefix(), right.prefix());
    if left.specificity() != right.specificity() || !(one.starts_with(two) || two.starts_with(one)) {
        return None;
    }
    let shared = |maker: &NamePattern, reader: &NamePattern| {
        samples().find_map(|fields| maker.produce(&fields).ok().filter(|name| reader.recognise(name).is_some()))
    };
    shared(left, right).or_else(|| shared(right, left))
}

/// Values for every field, in the forms that other fields also have: a label that is a version, a number that is a day.
fn samples() -> impl Iterator<Item = Fields> {
    [
        ("1.2.3", ["1", "2", "3"], "rc.1", "4", "2026-01-02", "production", "yoga"),
        ("1.2", ["2026", "1", "2"], "rc1", "20260102", "20260102", "eu-west", "1.2"),
        ("1.2.3.4", ["10", "20", "30"], "beta", "1", "20260102", "1", "1.2.3"),
        ("2026.01.02", ["0", "0", "0"], "a", "0", "2026.01.02", "20260102", "2025"),
        ("2025.1", ["1", "2", "3"], "b.2", "7", "202601021530", "rc1", "rc.1"),
        ("1.0.0", ["1", "0", "0"], "x", "9", "20260102T153000Z", "x", "1.2.3-rc.1"),
    ]
    .into_iter()
    .map(|(version, numbers, pre, count, date, environment, label)| {
        Fields::new()
            .with(Field::Version, version)
            .with(Field::Major, numbers[0])
            .with(Field::Minor, numbers[1])
            .with(Field::Patch, numbers[2])
            .with(Field::Pre, pre)
            .with(Field::Build, count)
            .with(Field::Seq, count)
            .with(Field::Date, date)
            .with(Field::Environment, environment)
            .with(Field::Label, label)
    })
}
