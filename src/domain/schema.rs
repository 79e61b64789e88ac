//! How the values that are written as text appear in a JSON Schema: as strings that say what they hold. The rules
//! themselves stay with the types; a schema that repeated them would drift.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::commit_prefix::CommitPrefix;
use super::name::{BranchName, ChannelName, EnvironmentName, GateName, LineName, RefName, TagName};
use super::pattern::NamePattern;
use super::period::Period;
use super::version::Version;
use super::window::{TimeZoneName, WindowBound};

macro_rules! text_schema {
    ($($name:ident: $what:literal),* $(,)?) => {$(
        impl JsonSchema for $name {
            fn inline_schema() -> bool {
                true
            }

            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "minLength": 1, "title": $what })
            }
        }
    )*};
}

text_schema! {
    BranchName: "branch name",
    ChannelName: "channel name",
    CommitPrefix: "commit id",
    EnvironmentName: "environment name",
    GateName: "gate name",
    LineName: "line name",
    NamePattern: "name pattern",
    Period: "period",
    RefName: "ref name",
    TagName: "tag name",
    TimeZoneName: "time zone",
    Version: "version",
    WindowBound: "day, with or without a time",
}
