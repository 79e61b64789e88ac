//! Tags that a pattern recognises, with the commit they lead to and what their objects say.

use chrono::{DateTime, Utc};
use rustc_hash::FxHashMap;

use super::model::Warning;
use super::names::{AmbiguousName, KnownNames, TagPattern, TagRole};
use crate::cache::{Cache, Namespace};
use crate::domain::{
    ChannelName, CommitId, Field, Fields, NamePattern, ObjectId, TagName, Trailer, Version, parse_trailers,
};
use crate::git::{ObjectReader, ReadError, RefEntry, RefSnapshot, Repository};
use crate::graph::KnownCommits;

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

/// A tag whose name a pattern recognises.
pub struct NamedTag<'s, 'k> {
    entry: &'s RefEntry,
    name: TagName,
    pattern: &'k TagPattern,
    fields: Fields,
}

impl NamedTag<'_, '_> {
    /// The channel whose pattern that is.
    pub fn channel(&self) -> &ChannelName {
        &self.pattern.channel
    }

    /// The object it leads to as far as the refs say, nearly always a commit.
    pub fn leads_to(&self) -> ObjectId {
        self.entry.peeled.unwrap_or(self.entry.target)
    }
}

/// Holds every tag against the patterns. Tags that no pattern knows are passed over.
pub fn named_tags<'s, 'k>(
    snapshot: &'s RefSnapshot,
    known: &'k KnownNames,
) -> Result<Vec<NamedTag<'s, 'k>>, AmbiguousName> {
    let mut found = Vec::new();
    let extra = known.extra_prefixes();
    let elsewhere = extra.iter().flat_map(|prefix| snapshot.under(prefix)).map(|(_, entry)| entry);
    let tags = snapshot.under("refs/tags/").map(|(_, entry)| entry);
    for entry in tags.chain(elsewhere) {
        let name = TagName::from_ref(&entry.name);
        if let Some((pattern, fields)) = known.tag(name.as_str())? {
            found.push(NamedTag { entry, name, pattern, fields });
        }
    }
    Ok(found)
}

/// The tags with their commits. Those that lead to no commit are warned of.
pub fn known_tags(
    named: Vec<NamedTag<'_, '_>>,
    reader: &ObjectReader,
    commits: &KnownCommits<'_>,
    warnings: &mut Vec<Warning>,
) -> Vec<KnownTag> {
    let mut found = Vec::with_capacity(named.len());
    for tag in named {
        let known = Some(CommitId::new(tag.leads_to())).filter(|id| commits.knows(*id));
        let NamedTag { entry, name, pattern: TagPattern { pattern, role, channel, .. }, fields } = tag;
        match known.map_or_else(|| reader.commit_of(entry), Ok) {
            Ok(commit) => found.push(KnownTag {
                version: version_of(pattern, *role, name.as_str()),
                written: written(pattern, *role, name.as_str(), &fields),
                object: entry.target,
                commit,
                channel: channel.clone(),
                role: *role,
                fields,
                name,
            }),
            Err(source) => warnings.push(not_a_commit(entry, &name, &source)),
        }
    }
    found
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
        let Some(annotation) = read(self.reader, tag.object) else { return Annotation::default() };
        self.remember(tag.object, annotation.clone());
        annotation
    }

    /// Reads what these tags say, many at a time; objects that cannot be read are passed over.
    pub fn read_ahead<'t>(
        &mut self,
        repository: &Repository,
        tags: impl IntoIterator<Item = &'t KnownTag>,
    ) -> Result<(), ReadError> {
        let tags = tags.into_iter().filter(|tag| tag.object != tag.commit.object()).map(|tag| tag.object);
        let mut wanted: Vec<ObjectId> = tags.filter(|object| !self.cached.contains_key(object)).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let read = repository.read_each(&wanted, |reader, object| read(reader, *object))?;
        for (object, annotation) in wanted.into_iter().zip(read) {
            if let Some(annotation) = annotation {
                self.remember(object, annotation);
            }
        }
        Ok(())
    }

    fn remember(&mut self, object: ObjectId, annotation: Annotation) {
        self.fresh.push((object, annotation.clone()));
        self.cached.insert(object, annotation);
    }

    /// Writes what was new to the cache; failing to is no error.
    pub fn keep(&mut self, cache: &Cache) {
        if self.fresh.is_empty() {
            return;
        }
        let mut writer = cache.writer(ANNOTATIONS);
        for (id, annotation) in self.fresh.drain(..) {
            writer.append(id.as_bytes(), encode(&annotation).as_bytes());
        }
        // A cache that cannot be written costs the next run time and nothing else.
        let _ = writer.finish();
    }
}

fn read(reader: &ObjectReader, object: ObjectId) -> Option<Annotation> {
    let object = reader.tag(object).ok()?;
    Some(Annotation {
        tagged_at: object.tagger.as_ref().map(crate::git::Signature::at),
        trailers: parse_trailers(&object.message),
    })
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
