//! Messages on standard error: one line each, as text for people or as one JSON object with the run's id. Warnings are
//! shown unless `--quiet`, what is going on with `-v`, details with `-vv`.

use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io::Write;

use serde_json::{Map, Value};
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

use super::args::{GlobalOptions, LogFormat};
use super::clock::Clock;
use super::text;

/// The id of one invocation: sixteen hex digits, random.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RunId(String);

impl RunId {
    /// A fresh one.
    pub fn generate() -> Self {
        Self(random_word())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Sixteen hex digits that nobody can guess from the output: the standard library seeds its hashers randomly.
pub(super) fn random_word() -> String {
    let mut hasher = RandomState::new().build_hasher();
    hasher.write_u32(std::process::id());
    format!("{:016x}", hasher.finish())
}

/// Sends the messages of this run to standard error, from here on.
pub(super) fn start(options: &GlobalOptions, clock: Clock, run: &RunId) {
    let level = match (options.quiet, options.verbose) {
        (true, _) => Level::ERROR,
        (false, 0) => Level::WARN,
        (false, 1) => Level::INFO,
        (false, _) => Level::DEBUG,
    };
    let lines = Lines { format: options.log_format, color: options.color.choice(), clock, run: run.clone() };
    let filter = tracing_subscriber::filter::filter_fn(move |metadata| {
        metadata.target().starts_with("twintrack") && *metadata.level() <= level
    });
    // A second call in one process (tests) keeps the first subscriber, which is as good.
    let _ = tracing::subscriber::set_global_default(tracing_subscriber::registry().with(lines.with_filter(filter)));
}

/// The field of a message that says what to do about it.
const HINT_FIELD: &str = "hint";

struct Lines {
    format: LogFormat,
    color: anstream::ColorChoice,
    clock: Clock,
    run: RunId,
}

impl<S: Subscriber> Layer<S> for Lines {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let line = match self.format {
            LogFormat::Text => fields.to_text(*event.metadata().level()),
            LogFormat::Json => fields.to_json(*event.metadata().level(), &self.clock, &self.run),
        };
        // Nowhere is left to say that standard error is closed.
        let _ = writeln!(anstream::AutoStream::new(std::io::stderr(), self.color), "{line}");
    }
}

#[derive(Default)]
struct Fields {
    message: String,
    others: Map<String, Value>,
}

impl Fields {
    fn to_text(&self, level: Level) -> String {
        let (style, label) = match level {
            Level::ERROR => (super::output::ERROR, "error: "),
            Level::WARN => (super::output::WARNING, "warning: "),
            _ => (super::output::FAINT, ""),
        };
        let message = text::lines(&self.message).replace('\n', "\n    ");
        let mut line = format!("{style}{label}{style:#}{message}");
        let hint = self.others.get(HINT_FIELD).and_then(Value::as_str);
        if let Some(hint) = hint {
            line.push_str(&format!(
                "\n  {}hint:{:#} {}",
                super::output::HINT,
                super::output::HINT,
                text::one_line(hint)
            ));
        }
        for (name, value) in self.others.iter().filter(|(name, _)| *name != HINT_FIELD) {
            line.push_str(&format!(" {name}={}", text::one_line(&value.to_string())));
        }
        line
    }

    fn to_json(&self, level: Level, clock: &Clock, run: &RunId) -> String {
        let mut object = Map::new();
        let time = clock.log_time().to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        object.insert("time".to_owned(), time.into());
        object.insert("level".to_owned(), level.as_str().to_ascii_lowercase().into());
        object.insert("run".to_owned(), run.as_str().into());
        object.insert("message".to_owned(), self.message.as_str().into());
        for (name, value) in &self.others {
            object.entry(name.as_str()).or_insert_with(|| value.clone());
        }
        Value::Object(object).to_string()
    }

    fn put(&mut self, field: &Field, value: Value) {
        self.others.insert(field.name().to_owned(), value);
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if field.name() == "message" {
            self.message = format!("{value:?}");
        } else {
            self.put(field, format!("{value:?}").into());
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if field.name() == "message" {
            value.clone_into(&mut self.message);
        } else {
            self.put(field, value.into());
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.put(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.put(field, value.into());
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        self.put(field, value.into());
    }
}
