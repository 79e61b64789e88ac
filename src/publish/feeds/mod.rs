//! Files for other programs: Atom feeds of channels and lines, the life of lines as endoflife.date has it, and a calendar of
//! what is planned and when support ends.
//!
//! Same reports, same bytes: no feed holds the time at which it was written. Each stands in the folder of its channel, by which
//! it is known what it must not show.

mod atom;
mod calendar;
mod gather;
mod lifecycle;
mod xml;

pub use gather::{Feed, feeds};
