//! Values that may be written in more than one way: one or a list, short or in full, a day as a date or as text. Each has
//! its own visitor, because serde's untagged enums lose the place and the reason of a fault within them.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use chrono::NaiveDate;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::{MapAccessDeserializer, SeqAccessDeserializer};
use serde::de::{Deserializer, Error, IntoDeserializer, MapAccess, SeqAccess, Visitor};

use crate::domain::WindowBound;

/// One value, or a list of them.
#[derive(Debug, Clone)]
pub struct OneOrMany<T> {
    pub items: Vec<T>,
    /// Whether brackets were typed, so that a finding names the item or the whole.
    pub is_list: bool,
}

struct OneOrManyVisitor<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OneOrManyVisitor<T> {
    type Value = OneOrMany<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("one value or a list of values")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        Ok(OneOrMany { items: vec![T::deserialize(text.into_deserializer())?], is_list: false })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        Ok(OneOrMany { items: vec![T::deserialize(MapAccessDeserializer::new(map))?], is_list: false })
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        Ok(OneOrMany { items: Vec::deserialize(SeqAccessDeserializer::new(list))?, is_list: true })
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for OneOrMany<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(OneOrManyVisitor(PhantomData))
    }
}

impl<T: JsonSchema> JsonSchema for OneOrMany<T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("OneOrMany_{}", T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let item = generator.subschema_for::<T>();
        json_schema!({ "anyOf": [item, { "type": "array", "items": item }] })
    }
}

/// A value in its short form, a text or a number, or in full as a table.
#[derive(Debug, Clone)]
pub enum ShortOr<S, T> {
    Short(S),
    Full(T),
}

struct ShortOrVisitor<S, T>(PhantomData<(S, T)>);

impl<'de, S: Deserialize<'de>, T: Deserialize<'de>> Visitor<'de> for ShortOrVisitor<S, T> {
    type Value = ShortOr<S, T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a plain value or a table")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        S::deserialize(text.into_deserializer()).map(ShortOr::Short)
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        S::deserialize(number.into_deserializer()).map(ShortOr::Short)
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
        T::deserialize(MapAccessDeserializer::new(map)).map(ShortOr::Full)
    }
}

impl<'de, S: Deserialize<'de>, T: Deserialize<'de>> Deserialize<'de> for ShortOr<S, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ShortOrVisitor(PhantomData))
    }
}

impl<S: JsonSchema, T: JsonSchema> JsonSchema for ShortOr<S, T> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("{}_or_{}", S::schema_name(), T::schema_name()).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let (short, full) = (generator.subschema_for::<S>(), generator.subschema_for::<T>());
        json_schema!({ "anyOf": [short, full] })
    }
}

/// Where a limit warns and where it fails; at least one of the two.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[schemars(deny_unknown_fields, rename = "Limit_{T}")]
pub struct LimitShape<T> {
    /// From here on it is warned of.
    pub warn: Option<T>,
    /// From here on the check fails.
    pub fail: Option<T>,
}

/// A day: a TOML date, or the same as text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day(pub NaiveDate);

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(moment) if moment.time.is_none() => moment.to_string(),
            other => {
                return Err(Error::custom(format!("expected a day such as 2026-12-03, found {}", other.type_str())));
            }
        };
        text.parse()
            .map(Self)
            .map_err(|_| Error::custom(format!("`{text}` is not a day: write it as year, month and day, 2026-12-03")))
    }
}

/// Where a freeze window begins or ends: a text, or a TOML date with or without a time. What a zone says stands beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bound(pub WindowBound);

impl<'de> Deserialize<'de> for Bound {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match toml::Value::deserialize(deserializer)? {
            toml::Value::String(text) => text,
            toml::Value::Datetime(moment) => moment.to_string(),
            other => {
                return Err(Error::custom(format!("expected a day such as `Fri 16:00`, found {}", other.type_str())));
            }
        };
        text.parse().map(Self).map_err(Error::custom)
    }
}

impl JsonSchema for Bound {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        WindowBound::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        WindowBound::json_schema(generator)
    }
}

impl JsonSchema for Day {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "date", "title": "day" })
    }
}
