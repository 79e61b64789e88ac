//! Git trailers: the `Key: value` lines in the last paragraph of a message, read and written as
//! `git interpret-trailers` does for plain messages.

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

/// A line git itself adds to the last paragraph without a colon form.
fn is_git_generated(line: &str) -> bool {
    line.starts_with("(cherry picked from commit ")
}

/// The trailers of the last paragraph, in order. Empty unless that paragraph is not the first (a subject is never a
/// trailer) and either all its lines are trailers or at least one is git's own and a quarter are trailers.
pub fn parse_trailers(message: &str) -> Vec<Trailer> {
    let body = message.trim_end();
    let Some(start) = last_paragraph(body) else { return Vec::new() };
    let mut trailers: Vec<Trailer> = Vec::new();
    let (mut good, mut bad, mut generated) = (0usize, 0usize, false);
    for line in body[start..].lines() {
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
    if bad == 0 || (generated && good * 3 >= bad) { trailers } else { Vec::new() }
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
    fn a_written_value_cannot_start_another_trailer() {
        let trailers = [Trailer::new("Reason", "one\nRun: forged")];
        let text = format_trailers("Deploy", &trailers);
        assert_eq!(keys(&text), ["Reason=one Run: forged"]);
    }
}
