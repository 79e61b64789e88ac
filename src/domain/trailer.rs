//! Git trailers: the `Key: value` lines in the last paragraph of a message, read and written as
//! `git interpret-trailers` does for plain messages.

use super::id::CommitId;

/// One trailer line, continuation lines folded into the value with single blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailer {
    pub key: String,
    pub value: String,
}

impl Trailer {
    /// A trailer whose value is folded into one line, so that it cannot start another.
    pub fn new(key: &str, value: &str) -> Self {
        Self { key: key.to_owned(), value: value.split_whitespace().collect::<Vec<_>>().join(" ") }
    }

    /// Whether the key is `key`, letter case ignored as git does.
    pub fn is_key(&self, key: &str) -> bool {
        self.key.eq_ignore_ascii_case(key)
    }
}

/// Splits `Key: value`; the key is letters, digits and dashes.
fn split(line: &str) -> Option<(&str, &str)> {
    let (key, value) = line.split_once(':')?;
    let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    (is_key && !value.starts_with("//")).then(|| (key, value.trim()))
}

/// How git's own notice of a pick begins.
const PICKED: &str = "(cherry picked from commit ";

/// A line git itself adds to the last paragraph without a colon form.
fn is_git_generated(line: &str) -> bool {
    line.starts_with(PICKED)
}

/// The trailers of the last paragraph, in order. Empty unless that paragraph is not the first (a subject is never a
/// trailer) and either all its lines are trailers or at least one is git's own and a quarter are trailers.
pub fn parse_trailers(message: &str) -> Vec<Trailer> {
    block(message).unwrap_or_default()
}

/// The message with the notice of `git cherry-pick -x`: below the trailers of the message, or after a blank line where it
/// has none.
pub fn with_pick_notice(message: &str, commit: CommitId) -> String {
    let mut text = message.trim_end_matches('\n').to_owned();
    text.push('\n');
    if block(&text).is_none() {
        text.push('\n');
    }
    text.push_str(&format!("{PICKED}{commit})\n"));
    text
}

/// The commits that notices of `git cherry-pick -x` name, in the order of the message.
pub fn pick_notices(message: &str) -> impl Iterator<Item = CommitId> + '_ {
    let notices = message.lines().filter_map(|line| line.trim().strip_prefix(PICKED));
    notices.filter_map(|rest| rest.strip_suffix(')')?.parse().ok())
}

/// The trailers of the last paragraph where it is one of trailers; there may be none beside notices of picks.
fn block(message: &str) -> Option<Vec<Trailer>> {
    let body = message.trim_end();
    let start = last_paragraph(body)?;
    let mut trailers: Vec<Trailer> = Vec::new();
    let (mut good, mut bad, mut generated) = (0usize, 0usize, false);
    for line in body[start..].lines().filter(|line| !line.starts_with('#')) {
        if line.starts_with([' ', '\t']) && !trailers.is_empty() {
            if let Some(last) = trailers.last_mut() {
                last.value = format!("{} {}", last.value, line.trim()).trim().to_owned();
            }
        } else if is_git_generated(line) {
            generated = true;
            good += 1;
        } else if let Some((key, value)) = split(line) {
            generated |= key.eq_ignore_ascii_case("Signed-off-by");
            good += 1;
            trailers.push(Trailer { key: key.to_owned(), value: value.to_owned() });
        } else {
            bad += 1;
        }
    }
    let is_block = good > 0 && (bad == 0 || (generated && good * 3 >= bad));
    is_block.then_some(trailers)
}

/// Byte offset of the last paragraph, unless it is the first.
fn last_paragraph(body: &str) -> Option<usize> {
    let mut offset = None;
    let mut position = 0;
    let mut blank = false;
    for line in body.split_inclusive('\n') {
        if line.trim().is_empty() {
            blank = true;
        } else {
            if blank && position > 0 {
                offset = Some(position);
            }
            blank = false;
        }
        position += line.len();
    }
    offset
}

/// Appends trailers to a message as its last paragraph; the result ends in one line feed.
pub fn format_trailers(message: &str, trailers: &[Trailer]) -> String {
    let mut text = message.trim_end().to_owned();
    text.push('\n');
    if !trailers.is_empty() {
        text.push('\n');
    }
    for trailer in trailers {
        text.push_str(&trailer.key);
        text.push_str(": ");
        text.push_str(&trailer.value);
        text.push('\n');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(message: &str) -> Vec<String> {
        parse_trailers(message).into_iter().map(|t| format!("{}={}", t.key, t.value)).collect()
    }

    #[test]
    fn reads_the_last_paragraph_only() {
        let message = "Subject\n\nNot: this\n\nReviewed-by: A\nFixes: abc\n  and more\n";
        assert_eq!(keys(message), ["Reviewed-by=A", "Fixes=abc and more"]);
    }

    #[test]
    fn a_subject_is_no_trailer_and_prose_neither() {
        assert!(keys("fix: a thing").is_empty());
        assert!(keys("Subject\n\nNote: this is prose\nthat goes on\n").is_empty());
    }

    #[test]
    fn a_sign_off_makes_a_mixed_paragraph_count() {
        let message = "S\n\nsome text\nSigned-off-by: A\n(cherry picked from commit 1234)\n";
        assert_eq!(keys(message), ["Signed-off-by=A"]);
    }

    #[test]
    fn the_notice_of_a_pick_stands_where_git_puts_it() {
        let commit: CommitId = "00ff10a0deadbeef0123456789abcdef01234567".parse().unwrap();
        let notice = format!("(cherry picked from commit {commit})");
        for (message, between) in [
            ("subject only", "\n\n"),
            ("sub\n\nbody text\n", "\n\n"),
            ("sub\n\nbody\n\nReviewed-by: A\n\n", "\n"),
            ("sub\n\n(cherry picked from commit 1111111111111111111111111111111111111111)", "\n"),
            ("sub\n\nsome prose\nSigned-off-by: A", "\n"),
            ("sub: x\n\nKey: v\nnot a trailer", "\n\n"),
            ("sub\n\n# comment\nReviewed-by: A", "\n"),
            ("sub\n\nReviewed-by: A\n\n---\nafter", "\n\n"),
            ("sub\n\nReviewed-by: A\n  continued", "\n"),
        ] {
            let expected = format!("{}{between}{notice}\n", message.trim_end_matches('\n'));
            assert_eq!(with_pick_notice(message, commit), expected);
            assert_eq!(pick_notices(&expected).last(), Some(commit));
        }
    }

    #[test]
    fn a_written_value_cannot_start_another_trailer() {
        let trailers = [Trailer::new("Reason", "one\nRun: forged")];
        let text = format_trailers("Deploy", &trailers);
        assert_eq!(keys(&text), ["Reason=one Run: forged"]);
    }
}
