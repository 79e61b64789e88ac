//! The changelog: what each release or deploy of a channel brought to its readers, what of it they had before, and why the
//! rest is no news.

mod answer;
mod continuous;
mod earliest;
mod model;
mod noted;
mod reader;
mod request;
mod sheet;
mod sorter;
mod versioned;
mod waiting;
mod wording;
mod writer;

pub use model::{
    Changelog, ChangelogEntry, ChangelogErratum, ChangelogRelease, ChangelogSection, KindSection, LeftOut, LeftOutWhy,
    ReleasedAs,
};
pub use reader::{ChangelogReader, ContentsError};
pub use request::{ChangelogError, ChangelogSpan};
pub(super) use versioned::{Placed, previous, releases};

#[cfg(test)]
mod news_tests;
#[cfg(test)]
mod note_tests;
#[cfg(test)]
pub(super) mod tests;
