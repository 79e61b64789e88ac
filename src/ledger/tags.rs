//! Tags that a pattern recognises, with the commit they lead to and what their objects say.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::model::Warning;
use super::names::{AmbiguousName, KnownNames, TagRole};
use crate::cache::{Cache, Namespace};
use crate::domain::{
    ChannelName, CommitId, Field, Fields, NamePattern, ObjectId, TagName, Trailer, Version, parse_trailers,
};
use crate::git::{ObjectReader, ReadError, RefEntry, RefSnapshot};

/// A tag and its meaning.
#[derive(Debug, Clone)]
pub struct KnownTag {
    pub name: TagName,
    /// The tag object, or the commit itself for a lightweight tag.
    pub object: ObjectId,
    pub commit: CommitId,
    pub channel: ChannelName,
    pub role: TagRole,
    pub fields: Fields,
    /// The version in the name of a release or candidate.
    pub version: Option<Version>,
    /// The text that stands for a version in the name of a deploy.
    pub written: Option<String>,
}

/// What a tag object says beyond its target.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Annotation {
    /// `None` for a lightweight tag and for old tags without a tagger.
    pub tagged_at: Option<DateTime<Utc>>,
    pub trailers: Vec<Trailer>,
}

impl Annotation {
    /// The value of the first trailer with this key.
    pub fn trailer(&self, key: &str) -> Option<&str> {
        self.trailers.iter().find(|trailer| trailer.is_key(key)).map(|trailer| trailer.value.as_str())
    }
}

/// Tags whose name withdraws a release: `retracted/<tag>`.
pub const RETRACTED: &str = "retracted/";

/// Holds every tag against the patterns. Tags that no pattern knows are passed over; those that lead to no commit are
/// warned of.
pub fn known_tags(
    snapshot: &RefSnapshot,
    reader: &ObjectReader,
    known: &KnownNames,
    warnings: &mut Vec<Warning>,
) -> Result<Vec<KnownTag>, AmbiguousName> {
    let mut found = Vec::new();
    let extra = known.extra_prefixes();
    let elsewhere = extra.iter().flat_map(|prefix| snapshot.under(prefix)).map(|(_, entry)| entry);
    let tags = snapshot.under("refs/tags/").map(|(_, entry)| entry);
    for entry in tags.chain(elsewhere) {
        let name = TagName::from_ref(&entry.name);
        let Some((tag, fields)) = known.tag(name.as_str())? else { continue };
        match reader.commit_of(entry) {
            Ok(commit) => found.push(KnownTag {
                version: version_of(&tag.pattern, tag.role, name.as_str()),
                written: written(&tag.pattern, tag.role, name.as_str(), &fields),
                object: entry.target,
                commit,
                channel: tag.channel.clone(),
                role: tag.role,
                fields,
                name,
            }),
            Err(source) => warnings.push(not_a_commit(entry, &name, &source)),
        }
    }
    Ok(found)
}

fn version_of(pattern: &NamePattern, role: TagRole, name: &str) -> Option<Version> {
    match role {
        TagRole::Release => pattern.version(name),
        TagRole::Candidate => pattern.candidate_version(name),
        TagRole::Deploy | TagRole::Also | TagRole::Stage(_) => None,
    }
}

/// A deploy's name says a version where it has version numbers and names neither day nor environment.
fn written(pattern: &NamePattern, role: TagRole, name: &str, fields: &Fields) -> Option<String> {
    let is_version = role == TagRole::Deploy
        && !fields.version_numbers().is_empty()
        && !pattern.has(Field::Date)
        && !pattern.has(Field::Environment);
    is_version.then(|| pattern.span(name).map(str::to_owned)).flatten()
}

fn not_a_commit(entry: &RefEntry, name: &TagName, source: &ReadError) -> Warning {
    if source.is_absent() {
        Warning::TagTargetAbsent { tag: name.clone(), object: entry.target }
    } else {
        Warning::TagWithoutCommit { tag: name.clone(), why: source.to_string() }
    }
}

const ANNOTATIONS: Namespace = Namespace { name: "tags", version: 1 };

/// Reads annotations, from the cache where they are.
pub struct Annotations<'a> {
    reader: &'a ObjectReader,
    cached: FxHashMap<ObjectId, Annotation>,
    fresh: Vec<(ObjectId, Annotation)>,
}

impl<'a> Annotations<'a> {
    /// Opens the cache.
    pub fn open(reader: &'a ObjectReader, cache: &Cache) -> Self {
        let segments = cache.load(ANNOTATIONS);
        let cached =
            segments.iter().filter_map(|(key, value)| Some((ObjectId::from_slice(key)?, decode(value)?))).collect();
        Self { reader, cached, fresh: Vec::new() }
    }

    /// What the tag says; nothing for a lightweight tag or an object that cannot be read.
    pub fn of(&mut self, tag: &KnownTag) -> Annotation {
        if tag.object == tag.commit.object() {
            return Annotation::default();
        }
        if let Some(known) = self.cached.get(&tag.object) {
            return known.clone();
        }
        let Ok(object) = self.reader.tag(tag.object) else { return Annotation::default() };
        let annotation = Annotation {
            tagged_at: object.tagger.as_ref().map(crate::git::Signature::at),
            trailers: parse_trailers(&object.message),
        };
        self.cached.insert(tag.object, annotation.clone());
        self.fresh.push((tag.object, annotation.clone()));
        annotation
    }

    /// Writes what was new to the cache; failing to is no error.
    pub fn keep(self, cache: &Cache) {
        if self.fresh.is_empty() {
            return;
        }
        let mut writer = cache.writer(ANNOTATIONS);
        for (id, annotation) in &self.fresh {
            writer.append(id.as_bytes(), encode(annotation).as_bytes());
        }
        // A cache that cannot be written costs the next run time and nothing else.
        let _ = writer.finish();
    }
}

/// One line for the date, `-` where there is none, then a line for each trailer.
fn encode(annotation: &Annotation) -> String {
    let mut text = annotation.tagged_at.map_or_else(|| "-".to_owned(), |at| at.timestamp().to_string());
    for trailer in &annotation.trailers {
        text.push('\n');
        text.push_str(&trailer.key);
        text.push(':');
        text.push_str(&trailer.value);
    }
    text
}

fn decode(bytes: &[u8]) -> Option<Annotation> {
    let mut lines = std::str::from_utf8(bytes).ok()?.lines();
    let tagged_at = match lines.next()? {
        "-" => None,
        seconds => Some(DateTime::from_timestamp(seconds.parse().ok()?, 0)?),
    };
    let trailers = lines.filter_map(|line| line.split_once(':')).map(|(key, value)| Trailer::new(key, value)).collect();
    Some(Annotation { tagged_at, trailers })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_annotation_survives_the_cache() {
        for annotation in [
            Annotation::default(),
            Annotation {
                tagged_at: DateTime::from_timestamp(1_700_000_000, 0),
                trailers: vec![Trailer::new("Environment", "production"), Trailer::new("Run", "a:b")],
            },
        ] {
            assert_eq!(decode(encode(&annotation).as_bytes()), Some(annotation));
        }
    }
}
