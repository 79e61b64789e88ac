//! Name patterns: text with fields in braces, used both ways, to recognise a branch or tag and to produce its name.
//!
//! `release/{major}.{minor}` recognises `release/1.8` and produces it again from the same fields; whatever a pattern
//! recognises it produces unchanged. A pattern knows nothing of channels: which of several patterns wins is decided by
//! [`NamePattern::specificity`].

mod days;

use std::fmt;
use std::str::FromStr;
use std::sync::OnceLock;

use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};
use regex::Regex;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::name::BranchName;
use super::version::{PreRelease, Version};

/// What stands between braces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Two to four numbers with dots.
    Version,
    Major,
    Minor,
    Patch,
    /// A pre-release; begins with a letter.
    Pre,
    Build,
    Seq,
    /// A day, or a moment, in UTC.
    Date,
    Environment,
    /// A name that is not the version.
    Label,
}

const FIELDS: [(&str, Field); 10] = [
    ("version", Field::Version),
    ("major", Field::Major),
    ("minor", Field::Minor),
    ("patch", Field::Patch),
    ("pre", Field::Pre),
    ("build", Field::Build),
    ("seq", Field::Seq),
    ("date", Field::Date),
    ("environment", Field::Environment),
    ("label", Field::Label),
];

impl Field {
    fn named(name: &str) -> Option<Self> {
        FIELDS.iter().find(|(known, _)| *known == name).map(|(_, field)| *field)
    }

    /// The name between the braces.
    pub fn as_str(self) -> &'static str {
        FIELDS.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }

    fn regex(self) -> &'static str {
        match self {
            Self::Version => r"[0-9]+(?:\.[0-9]+){1,3}",
            Self::Major | Self::Minor | Self::Patch | Self::Build | Self::Seq => "[0-9]+",
            Self::Pre => r"[A-Za-z][0-9A-Za-z]*(?:[.-][0-9A-Za-z]+)*",
            Self::Date => {
                r"[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]{4}\.[0-9]{2}\.[0-9]{2}|[0-9]{8}(?:T?[0-9]{4}(?:[0-9]{2})?Z?)?"
            }
            Self::Environment => "[A-Za-z0-9][A-Za-z0-9_-]*?",
            Self::Label => "[A-Za-z0-9][A-Za-z0-9._-]*",
        }
    }

    /// Whether `value` is a value of the field. Each field's expression is compiled once: patterns produce a sample when
    /// they are read, and a run should not begin with a hundred expressions.
    fn fits(self, value: &str) -> bool {
        static WHOLE: [OnceLock<Regex>; FIELDS.len()] = [const { OnceLock::new() }; FIELDS.len()];
        let whole = WHOLE[self as usize].get_or_init(|| {
            Regex::new(&format!("^(?:{})$", self.regex()))
                .expect("the expressions of fields are constants that compile")
        });
        whole.is_match(value)
    }

    /// Whether the field begins or ends in digits, so that two of them need text between them.
    fn is_numeric(self) -> bool {
        !matches!(self, Self::Pre | Self::Environment | Self::Label)
    }
}

/// Why a text is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PatternError {
    #[error(
        "pattern `{pattern}` has an unknown field `{{{field}}}`; known are {{version}} {{major}} {{minor}} {{patch}} {{pre}} {{build}} {{seq}} {{date}} {{environment}} {{label}}"
    )]
    UnknownField { pattern: String, field: String },
    #[error("pattern `{0}` has a brace without its partner")]
    Brace(String),
    #[error("pattern `{0}` has no field in braces, so that it can name only one thing")]
    NoField(String),
    #[error("pattern `{pattern}` names the field `{{{field}}}` twice")]
    Twice { pattern: String, field: &'static str },
    #[error("pattern `{0}` has two fields of digits with no text between them")]
    Adjacent(String),
    #[error("pattern `{0}` would produce a name that git refuses")]
    Unusable(String),
    #[error(
        "pattern `{pattern}` has a date format `{format}`; it may hold %Y %m %d %H %M %S with `-`, `.`, `_`, `T`, `Z` between them and needs %Y %m %d"
    )]
    DateFormat { pattern: String, format: String },
}

/// Why a name could not be produced.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProduceError {
    #[error("pattern `{pattern}` needs a value for `{{{field}}}`")]
    Missing { pattern: String, field: &'static str },
    #[error("`{value}` does not fit `{{{field}}}` in pattern `{pattern}`")]
    Unfit { pattern: String, field: &'static str, value: String },
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Piece {
    Literal(String),
    Field(Field),
}

/// How exactly a pattern fits: more literal characters and fields win.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Specificity(usize);

/// The values that a name has for the fields of its pattern, or that a name is to be produced from.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields {
    values: Vec<(Field, String)>,
}

impl Fields {
    /// No values yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// With `field` set to `value`, which need not fit yet: producing checks.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl fmt::Display) -> Self {
        self.values.retain(|(known, _)| *known != field);
        self.values.push((field, value.to_string()));
        self
    }

    /// The number fields and the pre-release of `version`: `{version}` without its pre-release, `{major}`, `{minor}`,
    /// `{patch}` as far as it has them, `{pre}` where it is a candidate.
    #[must_use]
    pub fn with_version(self, version: &Version) -> Self {
        let mut fields = self.with(Field::Version, version.release());
        for (field, number) in [Field::Major, Field::Minor, Field::Patch].into_iter().zip(version.numbers()) {
            fields = fields.with(field, number);
        }
        match version.pre() {
            Some(pre) => fields.with(Field::Pre, pre.as_str()),
            None => fields,
        }
    }

    /// The text of a field.
    pub fn text(&self, field: Field) -> Option<&str> {
        self.values.iter().find(|(known, _)| *known == field).map(|(_, value)| value.as_str())
    }

    /// The value of a number field.
    pub fn number(&self, field: Field) -> Option<u64> {
        self.text(field)?.parse().ok()
    }

    /// The version numbers that the fields give, from `{version}` or from `{major}`, `{minor}`, `{patch}` as far as
    /// they go without a gap; empty where they give none.
    pub fn version_numbers(&self) -> Vec<u64> {
        if let Some(text) = self.text(Field::Version) {
            return text.split('.').map_while(|part| part.parse().ok()).collect();
        }
        [Field::Major, Field::Minor, Field::Patch].into_iter().map_while(|field| self.number(field)).collect()
    }

    /// The moment that `{date}` says; midnight UTC where it says only the day.
    pub fn date(&self) -> Option<DateTime<Utc>> {
        // By hand: a hundred thousand deploy tags are read at every start, and general parsers take half of that time.
        let mut digits =
            self.text(Field::Date)?.bytes().filter(u8::is_ascii_digit).map(|digit| u32::from(digit - b'0'));
        let mut number = |len: usize| digits.by_ref().take(len).reduce(|number, digit| number * 10 + digit);
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        let day = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
        let (hour, minute, second) = (number(2), number(2), number(2));
        let clock = match hour {
            None => NaiveTime::MIN,
            Some(hour) => NaiveTime::from_hms_opt(hour, minute?, second.unwrap_or(0))?,
        };
        Some(NaiveDateTime::new(day, clock).and_utc())
    }

    /// Whether a tag with these fields can be on the line with `line`'s fields: the version numbers begin with the
    /// line's, and build, date and label agree where both have one. `None` where the two have nothing to compare, so
    /// that reachability must decide.
    pub fn is_on_line(&self, line: &Fields) -> Option<bool> {
        let (ours, theirs) = (self.version_numbers(), line.version_numbers());
        let mut compared = false;
        if !ours.is_empty() && !theirs.is_empty() {
            compared = true;
            let padded = ours.iter().copied().chain(std::iter::repeat(0));
            if theirs.len() > 4 || !padded.take(theirs.len()).eq(theirs.iter().copied()) {
                return Some(false);
            }
        }
        for field in [Field::Build, Field::Date, Field::Label] {
            if let (Some(left), Some(right)) = (self.text(field), line.text(field)) {
                compared = true;
                if left != right {
                    return Some(false);
                }
            }
        }
        compared.then_some(true)
    }
}

/// A checked pattern. Two patterns are equal when they are written alike.
#[derive(Clone)]
pub struct NamePattern {
    text: String,
    pieces: Vec<Piece>,
    regex: Regex,
    date_format: Option<String>,
}

impl NamePattern {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern has `field`.
    pub fn has(&self, field: Field) -> bool {
        self.pieces.contains(&Piece::Field(field))
    }

    /// Whether `{date}` has a format of its own, so that it is produced from a moment. Without one any usual form is
    /// recognised, and it is produced as it is given.
    pub fn writes_moments(&self) -> bool {
        self.date_format.is_some()
    }

    /// The literal text before the first field: a quick refusal, and a prefix to ask a remote for.
    pub fn prefix(&self) -> &str {
        match self.pieces.first() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// The literal text after the last field.
    pub fn suffix(&self) -> &str {
        match self.pieces.last() {
            Some(Piece::Literal(text)) => text,
            _ => "",
        }
    }

    /// The name whose [`NamePattern::span`] is `span`, or `None` where the pattern fits no such name.
    pub fn with_span(&self, span: &str) -> Option<String> {
        let name = format!("{}{span}{}", self.prefix(), self.suffix());
        (self.span(&name)? == span).then_some(name)
    }

    /// How exactly it fits; where two patterns recognise a name, the greater one wins.
    pub fn specificity(&self) -> Specificity {
        Specificity(
            self.pieces
                .iter()
                .map(|piece| match piece {
                    Piece::Literal(text) => text.chars().count(),
                    Piece::Field(_) => 1,
                })
                .sum(),
        )
    }

    /// The fields of `name`, or `None` where the pattern does not fit it. A `{date}` that is no date does not fit.
    pub fn recognise(&self, name: &str) -> Option<Fields> {
        if !name.starts_with(self.prefix()) {
            return None;
        }
        let captures = self.regex.captures(name)?;
        let values = self
            .fields()
            .enumerate()
            .filter_map(|(index, field)| Some((field, captures.get(index + 1)?.as_str().to_owned())))
            .collect();
        let fields = Fields { values };
        let dated = !self.has(Field::Date) || fields.date().is_some();
        let counted = self.fields().all(|field| match field {
            Field::Version | Field::Pre | Field::Date | Field::Environment | Field::Label => true,
            number => fields.number(number).is_some(),
        });
        (dated && counted).then_some(fields)
    }

    /// The text of `name` from its first field to its last: the name of a line.
    pub fn span<'n>(&self, name: &'n str) -> Option<&'n str> {
        self.recognise(name)?;
        let captures = self.regex.captures(name)?;
        let start = captures.get(1)?.start();
        let end = captures.get(self.fields().count())?.end();
        name.get(start..end)
    }

    /// The version that `name` has: the numbers of its fields and `{pre}` where the pattern has that field.
    pub fn version(&self, name: &str) -> Option<Version> {
        let fields = self.recognise(name)?;
        let numbers = fields.version_numbers();
        let pre = fields.text(Field::Pre).and_then(PreRelease::new);
        match (fields.text(Field::Version), &pre) {
            (Some(text), None) => Version::from_parts(&numbers, None, text.to_owned()),
            (Some(_), Some(_)) => self.written_version(name, &numbers, pre),
            (None, _) => Version::from_numbers(&numbers, pre),
        }
    }

    /// The version of a candidate: everything between the numbers and the end of the last field is its pre-release, so
    /// that `v{version}-rc.{seq}` gives `1.9.0-rc.1`.
    pub fn candidate_version(&self, name: &str) -> Option<Version> {
        let fields = self.recognise(name)?;
        let numbers = fields.version_numbers();
        let captures = self.regex.captures(name)?;
        let last_number = self
            .fields()
            .enumerate()
            .filter(|(_, field)| matches!(field, Field::Version | Field::Major | Field::Minor | Field::Patch))
            .filter_map(|(index, _)| captures.get(index + 1))
            .last()?;
        let end = captures.get(self.fields().count())?.end();
        let pre = name.get(last_number.end()..end)?.trim_start_matches(['-', '.', '_', '+']);
        self.written_version(name, &numbers, PreRelease::new(pre))
    }

    /// A version written as the name writes it, where the numbers stand in one `{version}`; canonical otherwise.
    fn written_version(&self, name: &str, numbers: &[u64], pre: Option<PreRelease>) -> Option<Version> {
        let starts_with_version = self.fields().next() == Some(Field::Version);
        match self.span(name) {
            Some(text) if starts_with_version => Version::from_parts(numbers, pre, text.to_owned()),
            _ => Version::from_numbers(numbers, pre),
        }
    }

    /// The name for `fields`. `{date}` may be given as `YYYY-MM-DD` or as a moment in RFC 3339; it is written in the
    /// pattern's own format.
    pub fn produce(&self, fields: &Fields) -> Result<String, ProduceError> {
        let mut name = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Literal(text) => name.push_str(text),
                Piece::Field(field) => {
                    let value = fields
                        .text(*field)
                        .ok_or_else(|| ProduceError::Missing { pattern: self.text.clone(), field: field.as_str() })?;
                    let written = self.written(*field, value).ok_or_else(|| ProduceError::Unfit {
                        pattern: self.text.clone(),
                        field: field.as_str(),
                        value: value.to_owned(),
                    })?;
                    name.push_str(&written);
                }
            }
        }
        Ok(name)
    }

    /// The value as this pattern writes it; `None` where it does not fit the field.
    fn written(&self, field: Field, value: &str) -> Option<String> {
        match (&self.date_format, field) {
            (Some(format), Field::Date) => {
                Some(Fields::new().with(Field::Date, value).date()?.format(format).to_string())
            }
            _ => field.fits(value).then(|| value.to_owned()),
        }
    }

    fn fields(&self) -> impl Iterator<Item = Field> + '_ {
        self.pieces.iter().filter_map(|piece| match piece {
            Piece::Literal(_) => None,
            Piece::Field(field) => Some(*field),
        })
    }

    fn build(text: &str, pieces: Vec<Piece>, date_format: Option<String>) -> Result<Self, PatternError> {
        if !pieces.iter().any(|piece| matches!(piece, Piece::Field(_))) {
            return Err(PatternError::NoField(text.to_owned()));
        }
        for (index, piece) in pieces.iter().enumerate() {
            if let Piece::Field(field) = piece {
                if pieces[..index].contains(piece) {
                    return Err(PatternError::Twice { pattern: text.to_owned(), field: field.as_str() });
                }
                if let Some(Piece::Field(next)) = pieces.get(index + 1)
                    && ((field.is_numeric() && next.is_numeric()) || *field == Field::Label || *next == Field::Label)
                {
                    return Err(PatternError::Adjacent(text.to_owned()));
                }
            }
        }
        let mut source = String::from("^");
        for piece in &pieces {
            match piece {
                Piece::Literal(literal) => source.push_str(&regex::escape(literal)),
                Piece::Field(Field::Date) if date_format.is_some() => {
                    source.push_str(&format!("({})", date_regex(date_format.as_deref().unwrap_or_default())));
                }
                Piece::Field(field) => source.push_str(&format!("({})", field.regex())),
            }
        }
        source.push('$');
        let regex = Regex::new(&source).map_err(|_| PatternError::Unusable(text.to_owned()))?;
        let pattern = Self { text: text.to_owned(), pieces, regex, date_format };
        let sample = pattern.produce(&sample_fields()).map_err(|_| PatternError::Unusable(text.to_owned()))?;
        BranchName::new(sample).map_err(|_| PatternError::Unusable(text.to_owned()))?;
        Ok(pattern)
    }
}

fn sample_fields() -> Fields {
    Fields::new()
        .with(Field::Version, "1.2.3")
        .with(Field::Major, 1)
        .with(Field::Minor, 2)
        .with(Field::Patch, 3)
        .with(Field::Pre, "rc.1")
        .with(Field::Build, 4)
        .with(Field::Seq, 5)
        .with(Field::Date, "2026-01-02")
        .with(Field::Environment, "production")
        .with(Field::Label, "label")
}

/// The expression for a date format that [`parse_pieces`] has accepted.
fn date_regex(format: &str) -> String {
    let mut source = String::new();
    let mut rest = format.chars();
    while let Some(c) = rest.next() {
        match c {
            '%' => source.push_str(if rest.next() == Some('Y') { "[0-9]{4}" } else { "[0-9]{2}" }),
            literal => source.push_str(&regex::escape(&literal.to_string())),
        }
    }
    source
}

fn is_date_format(format: &str) -> bool {
    let mut rest = format.chars();
    let mut order = String::new();
    while let Some(c) = rest.next() {
        match c {
            '%' => match rest.next() {
                Some(part @ ('Y' | 'm' | 'd' | 'H' | 'M' | 'S')) => order.push(part),
                _ => return false,
            },
            '-' | '.' | '_' | 'T' | 'Z' => {}
            _ => return false,
        }
    }
    ["Ymd", "YmdHM", "YmdHMS"].contains(&order.as_str())
}

impl FromStr for NamePattern {
    type Err = PatternError;

    fn from_str(text: &str) -> Result<Self, PatternError> {
        let mut pieces = Vec::new();
        let mut date_format = None;
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            let (literal, tail) = rest.split_at(at);
            if !literal.is_empty() {
                pieces.push(Piece::Literal(literal.to_owned()));
            }
            let inner = tail.strip_prefix('{').ok_or_else(|| PatternError::Brace(text.to_owned()))?;
            let (inside, after) = inner.split_once('}').ok_or_else(|| PatternError::Brace(text.to_owned()))?;
            let (name, format) = match inside.split_once(':') {
                Some((name, format)) => (name, Some(format)),
                None => (inside, None),
            };
            let unknown = || PatternError::UnknownField { pattern: text.to_owned(), field: inside.to_owned() };
            let field = Field::named(name).ok_or_else(unknown)?;
            if let Some(format) = format {
                if field != Field::Date {
                    return Err(unknown());
                }
                if !is_date_format(format) {
                    return Err(PatternError::DateFormat { pattern: text.to_owned(), format: format.to_owned() });
                }
                date_format = Some(format.to_owned());
            }
            pieces.push(Piece::Field(field));
            rest = after;
        }
        if !rest.is_empty() {
            pieces.push(Piece::Literal(rest.to_owned()));
        }
        Self::build(text, pieces, date_format)
    }
}

impl PartialEq for NamePattern {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for NamePattern {}

impl fmt::Display for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for NamePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.text)
    }
}

impl Serialize for NamePattern {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for NamePattern {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests;
