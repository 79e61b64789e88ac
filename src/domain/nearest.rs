//! Known words for hints: the one that somebody may have meant, and all of them as a list.

use std::fmt::Display;

/// The one of `known` that differs from `word` by the fewest letters added, left out, replaced or swapped, where that
/// is at most a third of its length (one letter in short words, but never all of them); the first of several.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word: Vec<char> = word.to_lowercase().chars().collect();
    let mut best: Option<(usize, &str)> = None;
    for candidate in known {
        let letters: Vec<char> = candidate.to_lowercase().chars().collect();
        let limit = (letters.len().max(word.len()) / 3).max(1);
        let distance = distance(&word, &letters);
        if distance <= limit && distance < letters.len() && best.is_none_or(|(least, _)| distance < least) {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

/// The words as a hint shows them: each in backticks, commas between.
pub fn listed(known: &[impl Display]) -> String {
    known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ")
}

/// Optimal string alignment: Levenshtein's distance with swaps of neighbours.
fn distance(left: &[char], right: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, b) in right.iter().enumerate() {
            let mut least = (above[j] + usize::from(a != b)).min(above[j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *a == right[j - 1] && left[i - 1] == *b {
                least = least.min(before[j - 1] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut above, row);
    }
    above[right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_word_that_was_meant() {
        let known = ["tag", "line", "title", "environments", "max-age"];
        for (word, meant) in [
            ("tga", Some("tag")),
            ("lines", Some("line")),
            ("enviroments", Some("environments")),
            ("max_age", Some("max-age")),
            ("MAX-AGE", Some("max-age")),
            ("colour", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, known), meant, "{word}");
        }
        assert_eq!(nearest("z", ["s"]), None);
    }
}
