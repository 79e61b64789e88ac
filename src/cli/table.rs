//! Tables for the terminal: columns as wide as they must be, no lines, no colour needed to read them. Columns in which no
//! row has anything are left out; where the width does not suffice, spare columns go and then the shrinking ones shrink.

use std::fmt::Write as _;

use anstyle::Style;

use super::output::FAINT;
use super::text;

/// Between two columns.
const GAP: usize = 2;
/// A column that shrinks keeps this much.
const NARROWEST: usize = 8;

/// How a column is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Column {
    Left,
    /// For numbers.
    Right,
    /// Set left, and cut short with `…` where the table would be too wide.
    Shrinking,
    /// Set left, and left out altogether where the table would be too wide; of several the first goes first.
    Spare,
    /// The same for numbers.
    SpareRight,
}

impl Column {
    fn is_spare(self) -> bool {
        matches!(self, Self::Spare | Self::SpareRight)
    }

    fn is_right(self) -> bool {
        matches!(self, Self::Right | Self::SpareRight)
    }
}

/// What stands in one place of a table; one line, cleaned of anything that could harm a terminal.
#[derive(Debug, Clone, Default)]
pub(super) struct Cell {
    text: String,
    style: Style,
}

impl Cell {
    pub fn styled(text: &str, style: Style) -> Self {
        // Nothing has no style: its marks would keep blanks at the end of a line.
        let style = if text.is_empty() { Style::new() } else { style };
        Self { text: text::one_line(text).into_owned(), style }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::styled(text, Style::new())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::from(text.as_str())
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map(Into::into).unwrap_or_default()
    }
}

/// A table under a line of titles.
#[derive(Debug)]
pub(super) struct Table {
    indent: usize,
    columns: Vec<Column>,
    rows: Vec<Vec<Cell>>,
    /// Headings, each before the row of this number.
    headings: Vec<(usize, Cell)>,
}

impl Table {
    /// With the titles of its columns, moved in by `indent` blanks.
    pub fn new(indent: usize, columns: &[(&str, Column)]) -> Self {
        let titles = columns.iter().map(|(title, _)| Cell::styled(title, FAINT)).collect();
        Self {
            indent,
            columns: columns.iter().map(|(_, column)| *column).collect(),
            rows: vec![titles],
            headings: Vec::new(),
        }
    }

    /// Adds a heading over all columns for the rows that come next.
    pub fn heading(&mut self, text: &str) {
        self.headings.push((self.rows.len(), Cell::styled(text, FAINT)));
    }

    /// Adds a row, one cell for every column.
    pub fn row<const N: usize>(&mut self, cells: [Cell; N]) {
        debug_assert_eq!(N, self.columns.len(), "a row has a cell for every column");
        self.rows.push(cells.into());
    }

    /// The table in at most `width` columns of the terminal, as far as its columns can shrink; every line ends in `\n`.
    pub fn render(&self, width: usize) -> String {
        let mut used: Vec<usize> = (0..self.columns.len()).filter(|at| self.is_used(*at)).collect();
        let room = |used: &[usize]| width.saturating_sub(self.indent + GAP * used.len().saturating_sub(1));
        let natural = |used: &[usize]| used.iter().map(|at| self.widest(*at)).sum::<usize>();
        while natural(&used) > room(&used)
            && let Some(spare) = used.iter().position(|at| self.columns[*at].is_spare())
        {
            used.remove(spare);
        }
        let widths = self.widths(&used, room(&used));
        let mut shown = String::new();
        for (number, row) in self.rows.iter().enumerate() {
            for (_, heading) in self.headings.iter().filter(|(before, _)| *before == number) {
                let text = text::truncate(&heading.text, width.saturating_sub(self.indent));
                let _ = writeln!(shown, "{}{}{text}{:#}", " ".repeat(self.indent), heading.style, heading.style);
            }
            if row.iter().all(|cell| cell.text.is_empty()) {
                continue;
            }
            let mut line = " ".repeat(self.indent);
            let mut pending = 0;
            for (at, columns) in used.iter().zip(&widths) {
                let cell = &row[*at];
                let text = text::truncate(&cell.text, *columns);
                let padding = columns - text::width(&text);
                let before = if self.columns[*at].is_right() { padding } else { 0 };
                let _ = write!(line, "{}{}{text}{:#}", " ".repeat(pending + before), cell.style, cell.style);
                pending = padding - before + GAP;
            }
            shown.push_str(line.trim_end());
            shown.push('\n');
        }
        shown
    }

    fn is_used(&self, at: usize) -> bool {
        self.rows.iter().skip(1).any(|row| !row[at].text.is_empty())
    }

    fn widest(&self, at: usize) -> usize {
        self.rows.iter().map(|row| text::width(&row[at].text)).max().unwrap_or(0)
    }

    fn widths(&self, used: &[usize], room: usize) -> Vec<usize> {
        let mut widths: Vec<usize> = used.iter().map(|at| self.widest(*at)).collect();
        while widths.iter().sum::<usize>() > room {
            let can_shrink = |at: &usize| self.columns[used[*at]] == Column::Shrinking && widths[*at] > NARROWEST;
            let Some(at) = (0..used.len()).filter(can_shrink).max_by_key(|at| widths[*at]) else { break };
            widths[at] -= 1;
        }
        widths
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(
            2,
            &[("line", Column::Left), ("", Column::Left), ("n", Column::Right), ("why", Column::Shrinking)],
        );
        table.row(["1.9".into(), Cell::default(), "7".into(), "日本語 with a long text after it".into()]);
        table.row(["1.10".into(), Cell::default(), "12".into(), "a\u{1b}[2J\nb".into()]);
        table
    }

    fn plain(text: &str) -> String {
        anstream::adapter::strip_str(text).to_string()
    }

    #[test]
    fn columns_are_aligned_and_empty_ones_left_out() {
        assert_eq!(
            plain(&table().render(80)),
            "  line   n  why\n  1.9    7  日本語 with a long text after it\n  1.10  12  a\u{fffd}[2J b\n"
        );
    }

    #[test]
    fn a_table_shrinks_to_the_width() {
        let shown = plain(&table().render(30));
        assert!(shown.lines().all(|line| text::width(line) <= 30), "{shown}");
        assert!(shown.contains('…'));
    }

    #[test]
    fn a_spare_column_goes_where_there_is_no_room() {
        let mut table = Table::new(0, &[("a", Column::Left), ("spare", Column::Spare)]);
        table.row(["one".into(), "something".into()]);
        assert_eq!(plain(&table.render(14)), "a    spare\none  something\n");
        assert_eq!(plain(&table.render(13)), "a\none\n");
    }

    #[test]
    fn headings_stand_over_rows_that_are_aligned_with_each_other() {
        let mut table = Table::new(2, &[("", Column::Left), ("", Column::SpareRight)]);
        table.heading("a long one");
        table.row(["one".into(), "7".into()]);
        table.heading("two");
        table.row(["three".into(), "12".into()]);
        assert_eq!(plain(&table.render(80)), "  a long one\n  one     7\n  two\n  three  12\n");
        assert_eq!(plain(&table.render(9)), "  a long…\n  one\n  two\n  three\n");
    }
}
