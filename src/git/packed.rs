//! The format of `packed-refs`: one line per ref, a line with `^` for what the tag before it comes to.

use crate::domain::ObjectId;

/// One ref of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PackedRef<'f> {
    pub(super) name: &'f [u8],
    pub(super) target: ObjectId,
    /// What the target comes to; the target itself where the file says that it is no tag; `None` where it says nothing.
    pub(super) peeled: Option<ObjectId>,
}

/// What a line of the file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PackedLine<'f> {
    Ref(PackedRef<'f>),
    /// Not a line git writes.
    Malformed(&'f [u8]),
}

/// The wanted refs of the file, in its order. Names are looked at before anything is parsed, so that tens of thousands
/// of `refs/pull/` cost little.
pub(super) fn read<'f>(file: &'f [u8], wanted: impl Fn(&[u8]) -> bool) -> Vec<PackedLine<'f>> {
    let traits = file.strip_prefix(b"# pack-refs with:").and_then(|rest| rest.split(|b| *b == b'\n').next());
    let says_all = traits.is_some_and(|line| line.split(|b| *b == b' ').any(|word| word == b"fully-peeled"));
    let mut found = Vec::new();
    let mut takes_peeled = false;
    for line in file.split(|byte| *byte == b'\n') {
        match line {
            [] | [b'#', ..] => {}
            [b'^', hex @ ..] => {
                if let (true, Some(PackedLine::Ref(last))) = (takes_peeled, found.last_mut()) {
                    last.peeled = ObjectId::from_hex(hex);
                }
                takes_peeled = false;
            }
            _ => {
                takes_peeled = false;
                let Some((hex, b' ', name)) = line.split_at_checked(40).and_then(|(hex, rest)| {
                    let (space, name) = rest.split_first()?;
                    Some((hex, *space, name))
                }) else {
                    found.push(PackedLine::Malformed(line));
                    continue;
                };
                if !wanted(name) {
                    continue;
                }
                found.push(match ObjectId::from_hex(hex) {
                    Some(target) => PackedLine::Ref(PackedRef { name, target, peeled: says_all.then_some(target) }),
                    None => PackedLine::Malformed(name),
                });
                takes_peeled = true;
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const A: &str = "00000000000000000000000000000000000000aa";
    const B: &str = "00000000000000000000000000000000000000bb";

    fn names(file: &str) -> Vec<(String, Option<String>)> {
        let lines = read(file.as_bytes(), |name| !name.starts_with(b"refs/pull/"));
        let text = |line: &PackedLine<'_>| match line {
            PackedLine::Ref(r) => (String::from_utf8_lossy(r.name).into_owned(), r.peeled.map(|id| id.to_string())),
            PackedLine::Malformed(line) => (format!("! {}", String::from_utf8_lossy(line)), None),
        };
        lines.iter().map(text).collect()
    }

    #[test]
    fn a_peeled_line_belongs_to_the_ref_before_it() {
        let file = format!(
            "# pack-refs with: peeled fully-peeled sorted \n{A} refs/heads/a\n{A} refs/pull/1\n^{B}\n{A} refs/tags/v1\n^{B}\n"
        );
        let expected =
            [("refs/heads/a".to_owned(), Some(A.to_owned())), ("refs/tags/v1".to_owned(), Some(B.to_owned()))];
        assert_eq!(names(&file), expected);
    }

    #[test]
    fn without_the_promise_nothing_is_known_of_refs_without_a_peeled_line() {
        assert_eq!(names(&format!("{A} refs/tags/v1\n")), [("refs/tags/v1".to_owned(), None)]);
    }

    #[test]
    fn says_which_lines_it_cannot_read() {
        assert_eq!(names("short\n"), [("! short".to_owned(), None)]);
        assert_eq!(names(&format!("{}z refs/heads/a\n", &A[1..])), [("! refs/heads/a".to_owned(), None)]);
    }
}
