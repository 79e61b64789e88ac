//! The tension over time, in places and words.

use crate::publish::compose::tension::{TensionSeries, series};
use crate::publish::view::{BarView, PlotGroupView, PlotView, PlotsView};
use crate::reports::Tension;

const WIDTH: i64 = 240;
const HEIGHT: i64 = 56;

/// A plot for each number that is ever known.
pub fn plots(tension: &Tension) -> PlotsView {
    let group = |(title, is_drifting, numbers): (&'static str, bool, Vec<TensionSeries>)| PlotGroupView {
        title: title.to_owned(),
        is_drifting,
        plots: numbers.iter().map(plot).collect(),
    };
    PlotsView { width: WIDTH, height: HEIGHT, groups: series(tension).into_iter().map(group).collect() }
}

fn plot(series: &TensionSeries) -> PlotView {
    let largest = series.points.iter().filter_map(|point| point.number).fold(0.0, f64::max);
    let count = series.points.len().max(1) as i64;
    let bar = |(at, point): (usize, &crate::publish::compose::tension::SeriesPoint)| {
        let (left, right) = (WIDTH * at as i64 / count, WIDTH * (at as i64 + 1) / count);
        let share = if largest > 0.0 { point.number.unwrap_or(0.0).max(0.0) / largest } else { 0.0 };
        // A number that is nothing still shows that it is known.
        let height = ((share * (HEIGHT - 4) as f64).round() as i64).max(1);
        BarView {
            x: left,
            y: HEIGHT - height,
            width: (right - left - 1).max(1),
            height,
            title: format!("{}: {}", point.period, if point.words.is_empty() { "not known" } else { &point.words }),
            is_unknown: point.number.is_none(),
            is_open: at + 1 == series.points.len(),
        }
    };
    let period = |point: Option<&crate::publish::compose::tension::SeriesPoint>| {
        point.map(|point| point.period.clone()).unwrap_or_default()
    };
    let words_of_largest = series.points.iter().find(|point| point.number == Some(largest)).map(|it| it.words.clone());
    PlotView {
        name: series.name.to_owned(),
        current: series.current.clone(),
        largest: words_of_largest.unwrap_or_default(),
        first: period(series.points.first()),
        last: period(series.points.last()),
        bars: series.points.iter().enumerate().map(bar).collect(),
    }
}
