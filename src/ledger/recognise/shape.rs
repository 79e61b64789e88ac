//! Names as shapes: `v1.8.4` and `v1.10.0` have one shape, a text and three numbers, and are decided together. What a
//! shape means - a version, a deploy, a line - is for others to say; here are only its pieces, where runs of numbers
//! stand in them, and the pattern text that comes from replacing pieces by fields. A name costs the same however
//! many there are, and names of one shape are kept in the order in which they were given.

use std::ops::Range;

use rustc_hash::FxHashMap;

use super::words;

/// A part of a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Text(String),
    /// Digits; each name has its own.
    Number,
    /// Hex digits of an object id, abbreviated or not.
    Sha,
    /// The name of an environment.
    Environment,
}

/// Names of one shape.
#[derive(Debug, Clone)]
pub(super) struct Group {
    pub pieces: Vec<Piece>,
    /// Indices into the list of names that was grouped.
    pub members: Vec<usize>,
    numbers: Vec<u64>,
    widths: Vec<u8>,
    stride: usize,
}

/// Consecutive numbers joined by one separator.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// From the first number to the last.
    pub pieces: Range<usize>,
    /// Which of the shape's numbers they are.
    pub numbers: Range<usize>,
    /// What joins them; a dot where there is only one.
    pub separator: char,
}

struct Cut<'n> {
    pieces: Vec<Piece>,
    digits: Vec<&'n str>,
}

/// Splits a name, the range of its environment taken out whole.
fn cut(name: &str, environment: Option<Range<usize>>) -> Cut<'_> {
    let mut cut = Cut { pieces: Vec::new(), digits: Vec::new() };
    match environment {
        None => cut_part(name, &mut cut),
        Some(range) => {
            cut_part(&name[..range.start], &mut cut);
            cut.pieces.push(Piece::Environment);
            cut_part(&name[range.end..], &mut cut);
        }
    }
    cut
}

fn cut_part<'n>(text: &'n str, cut: &mut Cut<'n>) {
    let bytes = text.as_bytes();
    let mut literal = 0;
    let mut at = 0;
    let flush = |cut: &mut Cut<'n>, range: Range<usize>| {
        if !range.is_empty() {
            cut.pieces.push(Piece::Text(text[range].to_owned()));
        }
    };
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            at += 1;
            continue;
        }
        let starts_word = at == 0 || !bytes[at - 1].is_ascii_alphanumeric();
        if starts_word {
            let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_alphanumeric()).count();
            if is_sha(&text[at..end]) {
                flush(cut, literal..at);
                cut.pieces.push(Piece::Sha);
                (at, literal) = (end, end);
                continue;
            }
        }
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let end = at + bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        let inside_word = at > 0
            && bytes[at - 1].is_ascii_alphabetic()
            && bytes.get(end).is_some_and(u8::is_ascii_alphabetic)
            && !is_date_mark(bytes, at, end);
        if !inside_word && end - at <= 18 {
            flush(cut, literal..at);
            cut.pieces.push(Piece::Number);
            cut.digits.push(&text[at..end]);
            literal = end;
        }
        at = end;
    }
    flush(cut, literal..bytes.len());
}

/// `T` before a time of day and `Z` after it are no word around digits.
fn is_date_mark(bytes: &[u8], start: usize, end: usize) -> bool {
    bytes[start - 1] == b'T' && start >= 2 && bytes[start - 2].is_ascii_digit() && bytes[end] == b'Z'
}

fn is_sha(word: &str) -> bool {
    let is_hex = word.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    let has_letter = word.bytes().any(|byte| byte.is_ascii_alphabetic());
    let has_digit = word.bytes().any(|byte| byte.is_ascii_digit());
    is_hex && (word.len() == 40 || (word.len() >= 7 && word.len() <= 40 && has_letter && has_digit))
}

/// Groups names by shape; groups come in the order of their first name.
pub(super) fn group<'n>(
    names: impl Iterator<Item = (usize, &'n str)>,
    environment: impl Fn(&str) -> Option<Range<usize>>,
) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: FxHashMap<String, usize> = FxHashMap::default();
    let mut key = String::new();
    for (index, name) in names {
        let cut = cut(name, environment(name));
        key.clear();
        for piece in &cut.pieces {
            match piece {
                Piece::Text(text) => key.push_str(text),
                Piece::Number => key.push('\u{1}'),
                Piece::Sha => key.push('\u{2}'),
                Piece::Environment => key.push('\u{3}'),
            }
        }
        let at = match known.get(&key) {
            Some(at) => *at,
            None => {
                known.insert(key.clone(), groups.len());
                let stride = cut.digits.len();
                let (members, numbers, widths) = (Vec::new(), Vec::new(), Vec::new());
                groups.push(Group { pieces: cut.pieces, members, numbers, widths, stride });
                groups.len() - 1
            }
        };
        let group = &mut groups[at];
        group.members.push(index);
        group.numbers.extend(cut.digits.iter().map(|digits| digits.parse::<u64>().unwrap_or(u64::MAX)));
        group.widths.extend(cut.digits.iter().map(|digits| u8::try_from(digits.len()).unwrap_or(u8::MAX)));
    }
    groups
}

impl Group {
    pub fn len(&self) -> usize {
        self.members.len()
    }

    /// The numbers of the group's `row`th name.
    pub fn row(&self, row: usize) -> &[u64] {
        &self.numbers[row * self.stride..(row + 1) * self.stride]
    }

    pub fn rows(&self) -> impl Iterator<Item = &[u64]> {
        (0..self.len()).map(|row| self.row(row))
    }

    /// The values of one number, in the order of the names.
    pub fn column(&self, column: usize) -> impl Iterator<Item = u64> + '_ {
        self.rows().map(move |row| row[column])
    }

    /// The value that a number has in nearly all names, if it has one.
    pub fn constant(&self, column: usize) -> Option<u64> {
        let first = self.column(column).next()?;
        let mut counts: FxHashMap<u64, usize> = FxHashMap::default();
        for value in self.column(column) {
            *counts.entry(value).or_default() += 1;
        }
        let (value, count) = counts.into_iter().max_by_key(|(value, count)| (*count, u64::MAX - value))?;
        (count * 10 >= self.len() * 9).then_some(value).or((self.len() == 1).then_some(first))
    }

    pub fn has_width(&self, column: usize, width: u8) -> bool {
        self.widths.iter().skip(column).step_by(self.stride.max(1)).all(|found| *found == width)
    }

    /// Number pieces and the index of each among the shape's numbers.
    pub fn number_pieces(&self) -> Vec<usize> {
        (0..self.pieces.len()).filter(|piece| self.pieces[*piece] == Piece::Number).collect()
    }

    /// The single separator between two neighbouring numbers.
    pub fn joint(&self, left: usize, right: usize) -> Option<char> {
        let [Piece::Text(text)] = self.pieces.get(left + 1..right)? else {
            return None;
        };
        let mut characters = text.chars();
        let only = characters.next()?;
        (characters.next().is_none() && matches!(only, '.' | '_' | '-')).then_some(only)
    }

    /// Runs of numbers outside `taken` pieces, in order: joined by dots first, what is left alone then by underscores,
    /// then by dashes, so that `1.31.0-150.2` is two runs.
    pub fn runs(&self, taken: Option<&Range<usize>>) -> Vec<Run> {
        let places = self.number_pieces();
        let free = |piece: usize| taken.is_none_or(|taken| !taken.contains(&piece));
        let mut runs: Vec<Run> = places
            .iter()
            .enumerate()
            .filter(|(_, piece)| free(**piece))
            .map(|(number, piece)| Run { pieces: *piece..piece + 1, numbers: number..number + 1, separator: '.' })
            .collect();
        for separator in ['.', '_', '-'] {
            let mut joined: Vec<Run> = Vec::with_capacity(runs.len());
            for run in runs {
                match joined.last_mut() {
                    Some(last)
                        if (last.numbers.len() == 1 || last.separator == separator)
                            && run.numbers.len() == 1
                            && last.numbers.end == run.numbers.start
                            && self.joint(last.pieces.end - 1, run.pieces.start) == Some(separator) =>
                    {
                        last.pieces.end = run.pieces.end;
                        last.numbers.end = run.numbers.end;
                        last.separator = separator;
                    }
                    _ => joined.push(run),
                }
            }
            runs = joined;
        }
        runs
    }

    /// The text of a range of pieces; numbers that are not replaced are written as all names have them, and the answer
    /// is `None` where they differ.
    pub fn literal(&self, range: Range<usize>) -> Option<String> {
        self.render(range, &[])
    }

    /// A pattern: the shape's text with each range of pieces replaced by its field. Ranges are in order.
    pub fn pattern(&self, fields: &[(Range<usize>, String)]) -> Option<String> {
        self.render(0..self.pieces.len(), fields)
    }

    fn render(&self, range: Range<usize>, fields: &[(Range<usize>, String)]) -> Option<String> {
        let mut text = String::new();
        let mut number = self.pieces[..range.start].iter().filter(|piece| **piece == Piece::Number).count();
        for piece in range {
            let replaced = fields.iter().find(|(range, _)| range.contains(&piece));
            match (replaced, &self.pieces[piece]) {
                (Some((range, field)), _) if range.start == piece => text.push_str(field),
                (Some(_), _) => {}
                (None, Piece::Text(literal)) => text.push_str(literal),
                (None, Piece::Number) => {
                    let value = self.constant(number)?;
                    let width = usize::from(self.widths[number]);
                    text.push_str(&format!("{value:0width$}"));
                }
                (None, Piece::Sha) => text.push_str("{label}"),
                (None, Piece::Environment) => text.push_str("{environment}"),
            }
            number += usize::from(self.pieces[piece] == Piece::Number);
        }
        Some(text)
    }

    /// The words of the shape, lower case.
    pub fn words(&self) -> Vec<String> {
        self.words_outside(&(0..0))
    }

    /// The words of the shape that stand outside some of its pieces.
    pub fn words_outside(&self, taken: &Range<usize>) -> Vec<String> {
        let pieces = self.pieces.iter().enumerate().filter(|(piece, _)| !taken.contains(piece));
        let texts = pieces.filter_map(|(_, piece)| match piece {
            Piece::Text(text) => Some(text),
            _ => None,
        });
        texts.flat_map(|text| words::words(text)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(names: &[&str]) -> Group {
        let mut groups = group(names.iter().copied().enumerate(), |_| None);
        assert_eq!(groups.len(), 1, "{groups:?}");
        groups.remove(0)
    }

    #[test]
    fn digits_inside_a_word_are_no_number() {
        assert_eq!(one(&["k8s-1.2", "k8s-1.10"]).stride, 2);
        assert_eq!(one(&["k320", "k8"]).stride, 1);
        assert_eq!(one(&["v2.16.0rc1"]).stride, 4);
    }

    #[test]
    fn finds_runs_by_their_separator() {
        let runs = |name: &str| -> Vec<usize> { one(&[name]).runs(None).iter().map(|run| run.numbers.len()).collect() };
        assert_eq!(runs("v1.31.0-150.2"), [3, 2]);
        assert_eq!(runs("rc-8_22_0-1"), [3, 1]);
        assert_eq!(runs("v4-24-test"), [2]);
        assert_eq!(runs("jenkins-2.568.3-rc-2"), [3, 1]);
        assert_eq!(runs("8-x-y"), [1]);
    }

    #[test]
    fn an_abbreviated_commit_is_one_piece() {
        let group = one(&["prod-3f2a9c1d", "prod-00ab12cd"]);
        assert_eq!(group.pattern(&[]).unwrap(), "prod-{label}");
    }
}
