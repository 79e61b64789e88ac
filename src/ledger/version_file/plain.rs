//! Files without a grammar of their own: the only line, or what an expression finds.

use regex::Regex;

use super::edit::Spot;

/// Each line that is not blank, without the blanks around it.
pub(super) fn only_line(text: &str) -> Vec<Spot> {
    let mut spots = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let kept = line.trim();
        if !kept.is_empty() {
            let at = start + line.len() - line.trim_start().len();
            spots.push(Spot::new(at..at + kept.len()));
        }
        start += line.len();
    }
    spots
}

/// What the first group holds, wherever the expression fits.
pub(super) fn by_expression(expression: &Regex, text: &str) -> Vec<Spot> {
    expression.captures_iter(text).filter_map(|found| Some(Spot::new(found.get(1)?.range()))).collect()
}
