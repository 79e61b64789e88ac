//! What goes to standard output: text for a terminal, JSON documents, whole documents as bytes. A command writes through
//! here and nowhere else, so that a closed pipe and a wish for colour are seen to in one place.

use std::io::{self, IsTerminal, Write};

use anstream::AutoStream;
use anstyle::{AnsiColor, Style};
use serde::Serialize;

use super::args::Color;

/// The version of all JSON documents; it changes only when a field is renamed, removed or gets another meaning.
pub const SCHEMA_VERSION: u32 = 1;

pub(super) const ERROR: Style = AnsiColor::Red.on_default().bold();
pub(super) const WARNING: Style = AnsiColor::Yellow.on_default().bold();
pub(super) const HINT: Style = AnsiColor::Cyan.on_default().bold();
pub(super) const GOOD: Style = AnsiColor::Green.on_default();
pub(super) const TITLE: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();

impl Color {
    /// For the streams that strip colours where they are not wanted.
    pub fn choice(self) -> anstream::ColorChoice {
        match self {
            Self::Auto => anstream::ColorChoice::Auto,
            Self::Always => anstream::ColorChoice::Always,
            Self::Never => anstream::ColorChoice::Never,
        }
    }
}

/// Standard output of a run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Output {
    color: Color,
    /// Columns that a text view may take.
    pub width: usize,
}

/// A JSON document: every one of them begins alike.
#[derive(Serialize)]
struct Document<'a, T> {
    schema_version: u32,
    command: &'a str,
    #[serde(flatten)]
    report: &'a T,
}

impl Output {
    /// As wide as the terminal, 80 columns where there is none; `COLUMNS` overrides. Never narrower than 40.
    pub fn new(color: Color) -> Self {
        let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
        let terminal = || terminal_size::terminal_size_of(io::stdout()).map(|(width, _)| usize::from(width.0));
        Self { color, width: told.or_else(terminal).unwrap_or(80).clamp(40, 500) }
    }

    /// A text view; its styles are dropped where colour is not wanted.
    pub fn text(&self, text: &str) -> io::Result<()> {
        let mut stream = AutoStream::new(io::stdout().lock(), self.color.choice());
        stream.write_all(text.as_bytes())?;
        stream.flush()
    }

    /// A document as it is.
    pub fn bytes(&self, bytes: &[u8]) -> io::Result<()> {
        let mut stream = io::stdout().lock();
        stream.write_all(bytes)?;
        stream.flush()
    }

    /// A JSON document of `command` whose other fields are those of `report`, a struct or a map.
    pub fn json<T: Serialize>(&self, command: &str, report: &T) -> io::Result<()> {
        let mut stream = io::BufWriter::new(io::stdout().lock());
        let document = Document { schema_version: SCHEMA_VERSION, command, report };
        serde_json::to_writer_pretty(&mut stream, &document).map_err(io::Error::from)?;
        stream.write_all(b"\n")?;
        stream.flush()
    }
}

/// Whether somebody sits at the other end of standard error.
pub(super) fn is_talking_to_a_person() -> bool {
    io::stderr().is_terminal()
}
