//! What the pictures and forms of the site render. Lengths are whole units of a picture's own width.

mod board;
mod picker;
mod plots;
mod search;
mod timeline;

pub use board::{BoardLineView, BoardView, LegendView, MarkView, StretchView, TickView};
pub use picker::{PickerOptionView, PickerView};
pub use plots::{BarView, PlotGroupView, PlotView, PlotsView};
pub use search::SearchView;
pub use timeline::{TimelineLineView, TimelineView};
