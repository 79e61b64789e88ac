//! What a commit does to files, small enough to keep and to compare: which files, and the lines that it adds and removes
//! as numbers. Order, context and blanks are left out, so that a change is recognised where it was adapted, too.
//!
//! A difference of many lines is thinned by the numbers themselves, the same way on both sides, so that shares of it stay
//! comparable and memory does not grow with the size of files.

use std::cmp::Ordering;
use std::hash::Hasher;

use rustc_hash::{FxHashMap, FxHashSet, FxHasher};

use crate::domain::ObjectId;
use crate::git::{ChangedFile, ObjectReader, Objects, ReadError, is_binary};

/// Files of one commit that are looked at.
pub(super) const FILE_LIMIT: usize = 500;
/// Bytes of one file whose lines are read; a longer one is one line, which stands for its contents.
const BLOB_LIMIT: usize = 4 << 20;
/// Bytes of all files of one commit whose lines are read.
const TOTAL_LIMIT: usize = 32 << 20;
/// Bytes of files of several commits that are read at once.
const AT_ONCE: usize = 4 << 20;
/// Numbers of lines that are kept.
const LINE_LIMIT: usize = 384;
/// The bit of a line's number that says that it is removed.
const REMOVED: u64 = 1 << 63;

/// One changed file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct FileMark {
    /// Number of the path.
    pub path: u64,
    /// Number of the last part of the path.
    pub name: u64,
    /// Number of the path with the contents before and after.
    pub step: u64,
    /// Whether a tool or every change writes it, so that it says nothing.
    pub is_generated: bool,
    /// Whether the commit adds it.
    pub is_new: bool,
}

/// The lines that a commit adds and removes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Digest {
    /// Number of a line and the weight of all its occurrences, ordered by number. Only numbers with `level` zero bits at
    /// their end.
    pub lines: Vec<(u64, u32)>,
    pub level: u8,
    /// Weight of all lines, those left out included.
    pub weight: u64,
    /// Sum over all lines: equal for equal differences.
    pub sum: u64,
    /// The sum of the inverse difference.
    pub inverse: u64,
    /// Number of the paths that the lines stand in.
    pub paths: u64,
    /// Whether they all stand in files that tools write.
    pub is_generated: bool,
}

/// What two differences have in common, by weight.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Overlap {
    /// Share of the first that the second has.
    pub of_first: f64,
    pub of_second: f64,
    /// Share of the larger one.
    pub of_both: f64,
    /// Share of the lines that the first adds; 1 where it adds none.
    pub of_first_added: f64,
    pub of_second_added: f64,
    /// Whether the two add and remove the same lines in the same files.
    pub is_equal: bool,
    /// Weight of what is shared, as far as lines are kept; small numbers prove little.
    pub weight: f64,
}

impl Overlap {
    /// What two commits have in common that take every file from the same contents to the same.
    pub(super) const SAME: Self = Self {
        of_first: 1.0,
        of_second: 1.0,
        of_both: 1.0,
        of_first_added: 1.0,
        of_second_added: 1.0,
        is_equal: true,
        weight: 300.0,
    };

    /// The same where the second is only so large a share of what it belongs to, of which the rest has nothing in common with
    /// the first.
    pub(super) fn beside(self, share: f64) -> Self {
        let of_second = self.of_second * share;
        Self { of_second, of_both: self.of_both.min(of_second), is_equal: self.is_equal && share == 1.0, ..self }
    }
}

/// Names of files that tools write or that every change touches, by the whole name in lower case.
const GENERATED_NAMES: [&str; 17] = [
    "cargo.lock",
    "package-lock.json",
    "npm-shrinkwrap.json",
    "yarn.lock",
    "pnpm-lock.yaml",
    "go.sum",
    "gemfile.lock",
    "poetry.lock",
    "uv.lock",
    "composer.lock",
    "flake.lock",
    "pipfile.lock",
    "modules.txt",
    "changes",
    "news",
    "perldelta.pod",
    "changes.md",
];

/// Whether a file says nothing of which change it is.
pub(super) fn is_generated(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    let name = lower.rsplit('/').next().unwrap_or_default();
    let is_vendored = ["vendor/", "node_modules/", "third_party/go/"]
        .iter()
        .any(|part| lower.starts_with(part) || lower.contains(&format!("/{part}")));
    is_vendored
        || GENERATED_NAMES.contains(&name)
        || name.starts_with("changelog")
        || name.ends_with(".pb.go")
        || name.starts_with("zz_generated")
        || name.ends_with(".min.js")
        || [".po", ".pot", ".xlf"].iter().any(|end| name.ends_with(end))
        || name.ends_with(".json") && ["i18n/", "locales/", "translations/"].iter().any(|part| lower.contains(part))
        || name.ends_with(".snap") && lower.contains("__snapshots__")
}

fn number(parts: &[&[u8]]) -> u64 {
    let mut hasher = FxHasher::default();
    for part in parts {
        hasher.write(part);
        hasher.write_u8(0xff);
    }
    spread(hasher.finish())
}

/// Spreads a number over all its bits; each step can be undone, so that different numbers stay different.
fn spread(mut number: u64) -> u64 {
    number ^= number >> 30;
    number = number.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    number ^= number >> 27;
    number = number.wrapping_mul(0x94d0_49bb_1331_11eb);
    number ^ (number >> 31)
}

const NO_FILE: [u8; 20] = [0; 20];

fn id_bytes(id: &Option<ObjectId>) -> &[u8] {
    id.as_ref().map_or(&NO_FILE, |id| id.as_bytes())
}

impl FileMark {
    pub(super) fn of(file: &ChangedFile) -> Self {
        let name = file.path.rsplit('/').next().unwrap_or_default();
        Self {
            path: path_number(&file.path),
            name: number(&[name.as_bytes()]),
            step: number(&[file.path.as_bytes(), id_bytes(&file.old), id_bytes(&file.new)]),
            is_generated: is_generated(&file.path),
            is_new: file.old.is_none(),
        }
    }
}

/// The number of a path, as [`FileMark::path`] holds it.
pub(super) fn path_number(path: &str) -> u64 {
    number(&[path.as_bytes()])
}

/// Collects lines before they are thinned.
#[derive(Default)]
struct Collector {
    lines: Vec<(u64, u32)>,
    /// Lines that only change their blanks. They weigh little, and count as the difference where nothing else changes.
    blanks: Vec<(u64, u32)>,
}

impl Digest {
    /// Reads the contents of the files of some commits, in their order. Where a blob is absent nothing is known, since a
    /// difference that is known in part would look like a part of a change.
    pub(super) fn read<'f>(
        reader: &ObjectReader,
        commits: impl Iterator<Item = Option<&'f [ChangedFile]>>,
    ) -> Vec<Option<Self>> {
        let mut sizes = Sizes { reader, known: FxHashMap::default() };
        let plans: Vec<Option<Plan<'_>>> = commits.map(|files| Plan::of(files?, &mut sizes).ok()).collect();
        let mut made = Vec::with_capacity(plans.len());
        let mut rest = plans.as_slice();
        while !rest.is_empty() {
            let (now, later) = rest.split_at(Plan::fitting(rest, &sizes));
            let blobs = reader.blobs(now.iter().flatten().flat_map(Plan::blobs));
            made.extend(now.iter().map(|plan| plan.as_ref()?.digest(&blobs).ok()));
            rest = later;
        }
        made
    }

    /// The lines of several parts of a commit together.
    pub(super) fn joined(parts: &[&Self]) -> Self {
        let mut joined =
            Self { level: parts.iter().map(|part| part.level).max().unwrap_or_default(), ..Self::default() };
        for part in parts {
            joined.lines.extend_from_slice(&part.lines);
            joined.weight += part.weight;
            joined.sum = joined.sum.wrapping_add(part.sum);
            joined.inverse = joined.inverse.wrapping_add(part.inverse);
            joined.paths = joined.paths.wrapping_add(part.paths);
        }
        joined.thin();
        joined
    }

    /// What this has in common with another.
    pub(super) fn overlap(&self, other: &Self) -> Overlap {
        let level = self.level.max(other.level);
        let kept = |line: &&(u64, u32)| line.0.trailing_zeros() >= u32::from(level);
        let (mut left, mut right) =
            (self.lines.iter().filter(kept).peekable(), other.lines.iter().filter(kept).peekable());
        let (mut shared, mut first, mut second) = (0u64, 0u64, 0u64);
        let (mut shared_added, mut first_added, mut second_added) = (0u64, 0u64, 0u64);
        loop {
            let order = match (left.peek(), right.peek()) {
                (None, None) => break,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(a), Some(b)) => a.0.cmp(&b.0),
            };
            let number = left.peek().filter(|_| order.is_le()).or_else(|| right.peek()).map_or(0, |line| line.0);
            let a = if order.is_le() { left.next().map_or(0, |line| u64::from(line.1)) } else { 0 };
            let b = if order.is_ge() { right.next().map_or(0, |line| u64::from(line.1)) } else { 0 };
            (shared, first, second) = (shared + a.min(b), first + a, second + b);
            if number & REMOVED == 0 {
                (shared_added, first_added, second_added) =
                    (shared_added + a.min(b), first_added + a, second_added + b);
            }
        }
        let share_added = |of: u64| if of == 0 { 1.0 } else { shared_added as f64 / of as f64 };
        let share = |of: u64| if of == 0 { 0.0 } else { shared as f64 / of as f64 };
        Overlap {
            of_first: share(first),
            of_second: share(second),
            of_both: share(first.max(second)),
            of_first_added: share_added(first_added),
            of_second_added: share_added(second_added),
            is_equal: self.weight > 0
                && self.sum == other.sum
                && self.weight == other.weight
                && self.paths == other.paths,
            weight: shared as f64,
        }
    }

    /// What is left of the lines once those of `other` are taken off.
    pub(super) fn without(&self, other: &Self) -> Self {
        let level = self.level.max(other.level);
        let mut rest = self.clone();
        rest.level = level;
        rest.lines = self
            .lines
            .iter()
            .filter(|line| line.0.trailing_zeros() >= u32::from(level))
            .filter_map(|(line, weight)| {
                let taken = other.lines.binary_search_by_key(line, |line| line.0).map_or(0, |at| other.lines[at].1);
                (*weight > taken).then(|| (*line, weight - taken))
            })
            .collect();
        rest.weight = rest.kept_weight() << level.min(20);
        (rest.sum, rest.inverse) = (0, 0);
        rest
    }

    /// Orders the lines, each once, and leaves out what is below the level; with too many lines left the level rises.
    fn thin(&mut self) {
        self.lines.sort_unstable();
        self.lines.dedup_by(|later, first| {
            let is_same = later.0 == first.0;
            if is_same {
                first.1 += later.1;
            }
            is_same
        });
        let mut level = self.level;
        self.lines.retain(|line| line.0.trailing_zeros() >= u32::from(level));
        while self.lines.len() > LINE_LIMIT && level < 20 {
            level += 1;
            self.lines.retain(|line| line.0.trailing_zeros() >= u32::from(level));
        }
        self.level = level;
    }

    fn kept_weight(&self) -> u64 {
        self.lines.iter().map(|line| u64::from(line.1)).sum()
    }
}

/// What is to be read of a commit.
struct Plan<'f> {
    /// Files and whether their lines are to be read.
    files: Vec<(&'f ChangedFile, bool)>,
    is_generated: bool,
}

/// How many bytes blobs have.
struct Sizes<'r> {
    reader: &'r ObjectReader,
    known: FxHashMap<ObjectId, usize>,
}

impl Sizes<'_> {
    fn of(&mut self, id: ObjectId) -> Result<usize, ReadError> {
        if let Some(size) = self.known.get(&id) {
            return Ok(*size);
        }
        let size = self.reader.size(id)?;
        self.known.insert(id, size);
        Ok(size)
    }
}

impl<'f> Plan<'f> {
    fn of(files: &'f [ChangedFile], sizes: &mut Sizes<'_>) -> Result<Self, ReadError> {
        let own: Vec<&ChangedFile> = files.iter().filter(|file| !is_generated(&file.path)).collect();
        let is_generated = own.is_empty();
        let own = if is_generated { files.iter().collect() } else { own };
        let mut total = 0;
        let mut plan = |file: &'f ChangedFile| {
            if file.is_submodule || total > TOTAL_LIMIT {
                return Ok((file, false));
            }
            let mut size = |id: Option<ObjectId>| id.map_or(Ok(0), |id| sizes.of(id));
            let (old, new) = (size(file.old)?, size(file.new)?);
            let is_read = old.max(new) <= BLOB_LIMIT;
            total += if is_read { old + new } else { 0 };
            Ok((file, is_read))
        };
        let files: Result<Vec<_>, ReadError> = own.into_iter().map(&mut plan).collect();
        Ok(Self { files: files?, is_generated })
    }

    /// How many of the plans, one at least, are read at once.
    fn fitting(plans: &[Option<Self>], sizes: &Sizes<'_>) -> usize {
        let mut seen: FxHashSet<ObjectId> = FxHashSet::default();
        let mut total = 0;
        let fits = |plan: &&Option<Self>| {
            let new = plan.iter().flat_map(Self::blobs).filter(|id| seen.insert(*id));
            total += new.map(|id| sizes.known.get(&id).copied().unwrap_or_default()).sum::<usize>();
            total <= AT_ONCE
        };
        plans.iter().take_while(fits).count().max(1)
    }

    fn blobs(&self) -> impl Iterator<Item = ObjectId> {
        self.files.iter().filter(|(_, is_read)| *is_read).flat_map(|(file, _)| [file.old, file.new]).flatten()
    }

    fn digest(&self, blobs: &Objects<'_>) -> Result<Digest, ReadError> {
        let mut collector = Collector::default();
        let mut paths = 0u64;
        let get = |id: Option<ObjectId>| id.map_or(Ok(&[][..]), |id| blobs.get(id));
        for (file, is_read) in &self.files {
            paths = paths.wrapping_add(number(&[file.path.as_bytes()]));
            if !is_read {
                collector.whole(file);
                continue;
            }
            let (old, new) = (get(file.old)?, get(file.new)?);
            if is_binary(old) || is_binary(new) {
                collector.whole(file);
            } else {
                collector.text(old, new);
            }
        }
        Ok(Digest { is_generated: self.is_generated, ..collector.finish(paths) })
    }
}

impl Collector {
    /// Contents that are not compared by lines are one line each.
    fn whole(&mut self, file: &ChangedFile) {
        if file.new.is_some() {
            self.lines.push((number(&[id_bytes(&file.new)]) & !REMOVED, HEAVIEST));
        }
        if file.old.is_some() {
            self.lines.push((number(&[id_bytes(&file.old)]) | REMOVED, HEAVIEST));
        }
    }

    fn text(&mut self, old: &[u8], new: &[u8]) {
        let (old, new) = differing(old, new);
        let (removed, added) = apart(lines_of(old), lines_of(new), |line| line.0, |_, _| ());
        let numbered = |lines: Vec<(u64, &[u8])>| -> Vec<Line> {
            lines.into_iter().filter_map(|(whole, line)| Line::of(whole, line)).collect()
        };
        let by_number = |line: &Line| line.number;
        let (removed, added) = apart(numbered(removed), numbered(added), by_number, |old, new| {
            let weight = old.weight.div_ceil(BLANKS_SHARE);
            self.blanks.extend([(old.whole | REMOVED, weight), (new.whole & !REMOVED, weight)]);
        });
        self.lines.extend(removed.into_iter().map(|line| (line.number | REMOVED, line.weight)));
        self.lines.extend(added.into_iter().map(|line| (line.number, line.weight)));
    }

    fn finish(mut self, paths: u64) -> Digest {
        let mut digest = Digest { paths, ..Digest::default() };
        for (line, weight) in if self.lines.is_empty() { &self.blanks } else { &self.lines } {
            digest.weight += u64::from(*weight);
            digest.sum = digest.sum.wrapping_add(spread(*line));
            digest.inverse = digest.inverse.wrapping_add(spread(line ^ REMOVED));
        }
        self.lines.append(&mut self.blanks);
        digest.lines = self.lines;
        digest.thin();
        digest
    }
}

/// Weight of a line of so many characters and more.
pub(super) const HEAVIEST: u32 = 24;
/// A line that only changes its blanks has this part of its weight.
const BLANKS_SHARE: u32 = 4;

/// What is left of two texts without the lines that both begin and end with.
fn differing<'t>(old: &'t [u8], new: &'t [u8]) -> (&'t [u8], &'t [u8]) {
    let same = common(old.chunks(STRIDE).zip(new.chunks(STRIDE)));
    let same = same + old[same..].iter().zip(&new[same..]).take_while(|(a, b)| a == b).count();
    let start = if same == old.len() && same == new.len() {
        same
    } else {
        old[..same].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1)
    };
    let (old, new) = (&old[start..], &new[start..]);
    let same = common(old.rchunks(STRIDE).zip(new.rchunks(STRIDE)));
    let (old_rest, new_rest) = (&old[..old.len() - same], &new[..new.len() - same]);
    let same = same + old_rest.iter().rev().zip(new_rest.iter().rev()).take_while(|(a, b)| a == b).count();
    let tail = &old[old.len() - same..];
    let kept = tail.iter().position(|byte| *byte == b'\n').map_or(0, |at| tail.len() - at - 1);
    (&old[..old.len() - kept], &new[..new.len() - kept])
}

/// Bytes that are compared at once.
const STRIDE: usize = 64;

/// How many bytes two texts have in common, as far as whole strides tell.
fn common<'t>(strides: impl Iterator<Item = (&'t [u8], &'t [u8])>) -> usize {
    strides.take_while(|(left, right)| left.len() == STRIDE && left == right).count() * STRIDE
}

/// The lines of a text with a number for each: equal for equal lines.
fn lines_of(text: &[u8]) -> Vec<(u64, &[u8])> {
    let number = |line: &[u8]| {
        let mut hasher = FxHasher::default();
        hasher.write(line);
        spread(hasher.finish())
    };
    text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(|line| (number(line), line)).collect()
}

/// What either side has and the other lacks, ordered by number; one of each pair of equals goes with the other, to `pair`.
fn apart<T>(
    mut left: Vec<T>,
    mut right: Vec<T>,
    number: impl Fn(&T) -> u64,
    mut pair: impl FnMut(T, T),
) -> (Vec<T>, Vec<T>) {
    left.sort_unstable_by_key(&number);
    right.sort_unstable_by_key(&number);
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    let (mut only_left, mut only_right) = (Vec::new(), Vec::new());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        match number(a).cmp(&number(b)) {
            Ordering::Less => only_left.extend(left.next()),
            Ordering::Greater => only_right.extend(right.next()),
            Ordering::Equal => {
                if let (Some(left), Some(right)) = (left.next(), right.next()) {
                    pair(left, right);
                }
            }
        }
    }
    only_left.extend(left);
    only_right.extend(right);
    (only_left, only_right)
}

/// A line that holds more than blanks.
struct Line {
    /// Its number without blanks.
    number: u64,
    /// How many characters that are, up to a bound, since a lone bracket proves next to nothing.
    weight: u32,
    /// Its number as it stands.
    whole: u64,
}

impl Line {
    fn of(whole: u64, line: &[u8]) -> Option<Self> {
        let (mut state, mut length) = (0xcbf2_9ce4_8422_2325u64, 0u32);
        for byte in line.iter().filter(|byte| !byte.is_ascii_whitespace()) {
            state = (state ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
            length += 1;
        }
        (length > 0).then(|| Self { number: spread(state) & !REMOVED, weight: length.min(HEAVIEST), whole })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(old: &str, new: &str) -> Digest {
        let mut collector = Collector::default();
        collector.text(old.as_bytes(), new.as_bytes());
        collector.finish(1)
    }

    #[test]
    fn blanks_and_context_are_left_out() {
        let one = digest("a\nfirst line\nb\n", "a\nanother line\nb\n");
        let two = digest("x\ny\n  first  line\n", "x\ny\n\n  another line\n");
        assert!(one.overlap(&two).is_equal);
        let back = digest("another line\n", "first line\n");
        assert_eq!((back.inverse, back.weight), (one.sum, one.weight));
        assert_eq!(digest("a\nb\nc", "c\na\nb").weight, 0, "lines that only move are no difference");
    }

    #[test]
    fn lines_that_only_change_their_blanks_weigh_little_and_stand_for_a_change_of_nothing_else() {
        let moved_in = digest("first: line\nother: line\n", "  first: line\n  other: line\n");
        let overlap = moved_in.overlap(&digest("a\nfirst: line\nother: line\n", "a\n  first: line\n  other: line\n"));
        assert!(overlap.is_equal);
        assert_eq!(moved_in.overlap(&digest("first: line\n", "\tfirst: line\n")).of_second, 0.5);
        let with_more = digest("first: line\nother: line\n", "  first: line\n  other: line\nsomething: else\n");
        assert!(with_more.overlap(&digest("", "something: else\n")).is_equal);
        assert!(moved_in.overlap(&with_more).of_first == 1.0);
    }

    #[test]
    fn a_part_is_told_from_the_whole() {
        let whole = digest("", "one line of text\nanother line of text\n");
        let part = digest("", "one line of text\n");
        let overlap = part.overlap(&whole);
        assert_eq!((overlap.of_first, overlap.is_equal), (1.0, false));
        assert!(overlap.of_second < 0.6);
        assert_eq!(whole.without(&part).lines, digest("", "another line of text\n").lines);
    }

    #[test]
    fn a_large_difference_is_thinned_alike_on_both_sides() {
        let text = |from: u32| (from..from + 5_000).map(|n| format!("line number {n}\n")).collect::<String>();
        let (one, two) = (digest("", &text(0)), digest("", &text(2_500)));
        assert!(one.lines.len() <= LINE_LIMIT && one.level > 0);
        let overlap = one.overlap(&two);
        assert!((0.4..0.6).contains(&overlap.of_both), "{overlap:?}");
        assert!(one.overlap(&digest("", &text(0))).is_equal);
    }
    #[test]
    fn parts_joined_are_the_whole() {
        let text = |name: &str, count: u32| (0..count).map(|n| format!("{name} number {n}\n")).collect::<String>();
        for counts in [[3, 5], [300, 4], [200, 300], [900, 5_000]] {
            let [one, two] = [text("one", counts[0]), text("two", counts[1])];
            let mut collector = Collector::default();
            collector.text(b"", one.as_bytes());
            collector.text(b"alike\n", format!("{two}one number 1\n").as_bytes());
            let whole = collector.finish(2);
            let parts = [digest("", &one), digest("alike\n", &format!("{two}one number 1\n"))];
            assert_eq!(Digest::joined(&[&parts[0], &parts[1]]), whole, "{counts:?}");
        }
    }

    #[test]
    fn what_is_beside_a_part_makes_it_less_of_the_whole() {
        let one = digest("", "some line of the text\n");
        let overlap = one.overlap(&digest("", "some line of the text\n")).beside(0.25);
        assert_eq!((overlap.of_first, overlap.of_second, overlap.of_both), (1.0, 0.25, 0.25));
        assert!(!overlap.is_equal);
    }
}
