//! Every kind of thing that can be wrong in `release.toml` and in a change note: the words, which follow the key they are about, and the hint.

use crate::domain::{ChangeKind, ChangeKindError, ChannelKind, NameError, PatternError, Version, listed, nearest};

use super::key_path::KeyPath;

/// What is wrong with a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The text is not TOML.
    #[error("not valid TOML: {why}")]
    NotToml { why: String },
    /// The text is not YAML, or not what a note in YAML holds.
    #[error("not valid: {why}")]
    NotYaml { why: String },
    /// Nobody knows the key; `known` are the keys of the same table.
    #[error("unknown key")]
    UnknownKey { key: String, known: Vec<String> },
    /// The value has the wrong type, or a text is not what it should be.
    #[error("{why}")]
    Value { why: String },
    /// The value is a word, and none of those that are known.
    #[error("`{word}` is none of {}", listed(known))]
    Word { word: String, known: Vec<String> },
    #[error("missing")]
    Missing { example: &'static str },
    #[error("empty")]
    Empty,
    /// The format is not the one that is known here.
    #[error("format {found} is not known; this version of twintrack reads format 1")]
    Format { found: i64 },
    #[error("{why}")]
    Name { why: NameError },
    #[error("{why}")]
    Pattern { why: PatternError },
    #[error("{why}")]
    Kind { why: ChangeKindError, word: String },
    /// A key of the other kind of channel.
    #[error("this channel is {}, and the key belongs to channels of the other kind", kind.as_str())]
    OtherKind { kind: ChannelKind },
    /// A continuous channel with neither tags nor lines.
    #[error("neither `tag` nor `line` says how its deploys can be seen")]
    Unseen,
    #[error("`{value}` is there twice")]
    Repeated { value: String },
    /// One pattern in two places.
    #[error("`{pattern}` is the pattern of `{other}` as well")]
    SamePattern { pattern: String, other: KeyPath },
    /// Two patterns that fit one name equally well.
    #[error("`{pattern}` fits `{sample}` exactly as well as `{rival}` of `{other}` does")]
    Ambiguous { pattern: String, rival: String, other: KeyPath, sample: String },
    #[error("`{pattern}` has neither {needs}")]
    FieldMissing { pattern: String, needs: &'static str },
    #[error("`{pattern}` has `{{{field}}}`, which {whose} does not have")]
    FieldMisplaced { pattern: String, field: &'static str, whose: &'static str },
    /// The first tag pattern is produced, so that it must not make a candidate of every release.
    #[error("`{pattern}` stands first and would make a candidate of every release")]
    CandidateFirst { pattern: String },
    #[error("`{pattern}` begins with `{prefix}`, which a pattern here leaves out")]
    RefPrefix { pattern: String, prefix: &'static str },
    /// Soaking is asked for where nothing is deployed.
    #[error("there is no continuous channel in which a commit could soak")]
    NothingSoaks,
    #[error("there is no channel `{name}`")]
    UnknownChannel { name: String, known: Vec<String> },
    #[error("there is no rule `{name}`")]
    UnknownRule { name: String, known: Vec<String> },
    #[error("no pattern of the channel makes a line of this name; they are {}", listed(patterns))]
    NotALine { patterns: Vec<String> },
    #[error("the same line as `{other}`")]
    SameLine { other: KeyPath },
    #[error("`{version}` is not a version of line `{line}`")]
    VersionElsewhere { version: Version, line: String },
    #[error("earlier than `{earlier}`")]
    DateOrder { earlier: &'static str },
    #[error("`newest` and `regular` both say how long regular lines are active")]
    WindowTwice,
    #[error("`{found}` is less than {least}")]
    TooSmall { found: i64, least: i64 },
    #[error("`warn` would come after `fail`")]
    LimitOrder,
    #[error("has neither `warn` nor `fail`")]
    LimitEmpty,
    #[error("`{glob}` is not a glob: {why}")]
    Glob { glob: String, why: String },
    #[error("`{expression}` is not a regular expression")]
    Expression { expression: String },
    #[error("it fits everything")]
    FitsNothing,
    #[error("`{expression}` needs exactly one group, around the version")]
    Group { expression: String },
    #[error("`{path}` does not lead to a place within the repository")]
    OutsidePath { path: String },
    #[error("`key` and `expression` both say where the version stands")]
    TwoPlaces,
    #[error("`{text}` is not an address")]
    Address { text: String },
    #[error("`{text}` has no `{placeholder}`")]
    Placeholder { text: String, placeholder: &'static str },
    #[error("neither `paths` nor `scopes` says which changes it is about")]
    AnyChange,
    #[error("globs and variants stand side by side")]
    MixedVariants,
    /// A note without its first mark.
    #[error("it does not begin with a line of `+++`")]
    NoFrontMatter,
    #[error("the line of `+++` that ends its first part is missing")]
    OpenFrontMatter,
    #[error("it is not UTF-8 text")]
    NotText,
    #[error("nothing is written for people to read")]
    NoText,
    /// A note in another tool's format that has no text.
    #[error("nothing is written for people to read")]
    Wordless,
    /// A decision that says nothing, or several things.
    #[error("{}", match written.as_slice() {
        [] => "nothing says what was decided".to_owned(),
        several => format!("{} say different things", listed(several)),
    })]
    Verdict { written: Vec<String> },
    #[error("it says nothing unless it is true")]
    SaysNothing,
    /// A line that is wanted and not needed at once.
    #[error("line `{line}` is in `backport`, too")]
    Wanted { line: String },
    /// Something is to be done, and nobody says what.
    #[error("something is to be done, and nothing says what")]
    NoInstructions,
    /// A key beside another one that it does not fit.
    #[error("it goes only with {fits}")]
    Misplaced { fits: &'static str },
    #[error("none of {} is there", listed(keys))]
    OneOf { keys: &'static [&'static str] },
    #[error("not later than `{earlier}`")]
    VersionOrder { earlier: &'static str },
    #[error("later than `{other}`")]
    LaterThan { other: &'static str },
    #[error("a day of the week and a date make no window together")]
    MixedBounds,
    #[error("the window ends before it begins")]
    WindowOrder,
    #[error("`{name}` is no environment of the channel")]
    UnknownEnvironment { name: String, known: Vec<String> },
}

/// Names both words, since hints are also told apart from their findings.
fn did_you_mean(nearest: &str, word: &str) -> String {
    format!("did you mean `{nearest}` instead of `{word}`?")
}

fn meant(word: &str, known: &[String]) -> Option<String> {
    nearest(word, known.iter().map(String::as_str)).map(|nearest| did_you_mean(nearest, word))
}

impl Fault {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::Word { word, known } => return meant(word, known),
            Self::UnknownKey { key, known } => return meant(key, known).or_else(|| known_keys(known)),
            Self::UnknownRule { name, known } => {
                meant(name, known).unwrap_or_else(|| format!("the rules are {}", listed(known)))
            }
            Self::UnknownChannel { name, known } => {
                meant(name, known).unwrap_or_else(|| format!("the channels are {}", listed(known)))
            }
            Self::UnknownEnvironment { name, known } => {
                meant(name, known).unwrap_or_else(|| format!("its environments are {}", listed(known)))
            }
            Self::Kind { word, .. } => {
                return nearest(word, ChangeKind::words()).map(|nearest| did_you_mean(nearest, word));
            }
            Self::Missing { example } => format!("add `{example}`"),
            Self::Format { found } if *found > 1 => {
                "take a newer version of twintrack, or write the file anew with `twintrack init`".to_owned()
            }
            Self::Format { .. } => "write `schema = 1`".to_owned(),
            other => other.fixed_hint()?.to_owned(),
        })
    }

    /// The hints that depend on nothing but the kind of fault.
    fn fixed_hint(&self) -> Option<&'static str> {
        Some(match self {
            Self::OtherKind { .. } => "leave the key out, or change the channel's `kind`",
            Self::Unseen => "add `tag`, such as \"deploy/{environment}/{date}.{seq}\", or `line`",
            Self::Repeated { .. } => "remove one of the two",
            Self::SamePattern { .. } => {
                "a name belongs to one channel and one purpose: keep the pattern in one place, or tell the two apart by text"
            }
            Self::Ambiguous { .. } => {
                "add text or a field to one of the two patterns, so that one of them fits more exactly"
            }
            Self::FieldMissing { .. } => "add one of the fields, or remove the pattern",
            Self::FieldMisplaced { .. } => "write the text itself in place of the field, or remove the pattern",
            Self::CandidateFirst { .. } => {
                "put the pattern under `candidate`, and the one without `{pre}` first under `tag`"
            }
            Self::RefPrefix { .. } => "write the name without it",
            Self::NothingSoaks => "write `cut-from = \"trunk\"` and no `soak`, or add a channel of kind `continuous`",
            Self::NotALine { .. } => {
                "a line's name is the text from the pattern's first field to its last, such as `1.8`; a line with a branch of its own kind says `branch`"
            }
            Self::SameLine { .. } => "put both tables together under one name",
            Self::VersionElsewhere { .. } => "put it under the line that the version belongs to",
            Self::DateOrder { .. } => "a line is released, then active, then gets security fixes only, then ends",
            Self::WindowTwice => "keep one of the two",
            Self::LimitOrder => "exchange the two values",
            Self::LimitEmpty => "write one of them, or leave the key out",
            Self::Glob { .. } => "`*` stands for any text within a directory, `**` for any directories",
            Self::Group { .. } => "write the version as `([0-9.]+)` and other groups as `(?:…)`",
            Self::FitsNothing => "write something that has to be there",
            Self::OutsidePath { .. } => "write the path from the root of the repository, with forward slashes",
            Self::TwoPlaces => "keep one of the two",
            Self::Address { .. } => "write it with `https://` or `http://`",
            Self::Placeholder { .. } => "put it where the address changes from case to case",
            Self::AnyChange => "add one of them; a change that no rule matches matters to every channel",
            Self::NoFrontMatter => "begin the note with `+++`, `kind = \"fixed\"` and `+++`, each on a line of its own",
            Self::OpenFrontMatter => "end the first part with `+++` on a line of its own",
            Self::NotText => "save it as UTF-8",
            Self::NoText => "say below the second `+++` what the change means to people, or take `kind = \"internal\"`",
            Self::Wordless => "say in the file what the change means to people",
            Self::Verdict { .. } => "write one of `origin`, `line-only = true` and `not-needed`",
            Self::SaysNothing => "leave it out",
            Self::Wanted { .. } => "keep the line in one of the two",
            Self::NoInstructions => "write it below a heading `## Operators`",
            Self::Misplaced { .. } => "leave it out, or correct the other key",
            Self::OneOf { .. } => "add one of them",
            Self::VersionOrder { .. } => "what is announced goes in a later version",
            Self::LaterThan { .. } => "whoever is past the stop does not come to it; leave the key out",
            Self::MixedVariants => "give every variant a table with `name` and `paths`, or write globs only",
            Self::MixedBounds => "write both as days of the week, or both as dates",
            Self::WindowOrder => "exchange the two, or write another end",
            Self::Empty => "give it a value, or leave the key out",
            _ => return None,
        })
    }
}

fn known_keys(known: &[String]) -> Option<String> {
    (!known.is_empty()).then(|| format!("known here are {}", listed(known)))
}
