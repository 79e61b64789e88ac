//! The pictures and forms that the site has beside the documents.

mod board;
mod picker;
mod plots;
mod scale;
mod search;
mod timeline;

pub use board::board;
pub use picker::picker;
pub use plots::plots;
pub use search::search;
pub use timeline::timeline;
