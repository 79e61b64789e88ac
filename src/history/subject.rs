//! Takes a subject apart: numbers of pull requests and issue keys around it, marks of a backport, and the sentence that
//! is left for people to read. What the sentence means is decided in `infer` and `reading`.

/// Characters of a text that are shown at most; some histories hold whole essays as a subject.
const SHOWN_LIMIT: usize = 240;

/// A subject without what forges, trackers and bots put around it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Subject<'a> {
    /// What people wrote.
    pub sentence: &'a str,
    /// `#12`, `!12`, `KEY-12`, in the order of the subject, each once.
    pub refs: Vec<String>,
    /// Whether one of the keys is that of a security tracker.
    pub is_security: bool,
}

impl<'a> Subject<'a> {
    /// Takes `subject` apart; never loses the whole of it.
    pub(super) fn parse(subject: &'a str) -> Self {
        let whole = subject.trim();
        let (rest, numbers) = strip_tail(whole);
        let mut parts = Self { sentence: rest, ..Self::default() };
        while let Some(rest) = parts.strip_head(parts.sentence) {
            parts.sentence = rest;
        }
        for number in numbers {
            add_ref(&mut parts.refs, number);
        }
        if parts.sentence.is_empty() {
            parts.sentence = whole;
        }
        parts
    }

    /// Whether the subject is an issue key in brackets and nothing else.
    pub(super) fn is_key_only(&self) -> bool {
        let inner = self.sentence.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(self.sentence);
        issue_key(inner) == Some(inner.len())
    }

    /// Takes one mark off the beginning; `None` where there is none, or nothing would be left.
    fn strip_head(&mut self, text: &'a str) -> Option<&'a str> {
        let rest =
            self.strip_bracket(text).or_else(|| self.strip_key(text)).or_else(|| self.strip_cherry_pick(text))?;
        let rest = rest.trim_start_matches([' ', ':']).trim_start();
        let rest = rest.strip_prefix("- ").unwrap_or(rest).trim_start();
        (!rest.is_empty()).then_some(rest)
    }

    /// `[KEY-1]`, `[KEY-1, KEY-2]`, `[release-3.5]`.
    fn strip_bracket(&mut self, text: &'a str) -> Option<&'a str> {
        let (inner, rest) = text.strip_prefix('[')?.split_once(']')?;
        if is_part_mark(inner) {
            return Some(rest);
        }
        let keys: Vec<&str> = inner.split([',', ' ', '/']).filter(|part| !part.is_empty()).collect();
        if !keys.is_empty() && keys.iter().all(|key| issue_key(key) == Some(key.len())) {
            for key in keys {
                self.add_key(key);
            }
            return Some(rest);
        }
        let is_pick = inner.eq_ignore_ascii_case("cherry-pick") || inner.eq_ignore_ascii_case("cherry pick");
        (is_pick || is_line_mark(inner) || is_skip_mark(inner)).then_some(rest)
    }

    /// `KEY-1:`, `KEY-1 `, `KEY-1 - `.
    fn strip_key(&mut self, text: &'a str) -> Option<&'a str> {
        let end = issue_key(text)?;
        let rest = &text[end..];
        rest.starts_with([' ', ':', ',', ';', '/']).then(|| {
            self.add_key(&text[..end]);
            rest.trim_start_matches([',', ';', '/'])
        })
    }

    /// `Automated cherry pick of #1: #2: title`, `Cherry-pick #1: title`, `cherry-pick: title`.
    fn strip_cherry_pick(&mut self, text: &'a str) -> Option<&'a str> {
        let plain = ["Cherry-pick: ", "cherry-pick: ", "Cherry pick: ", "Backport: ", "backport: "];
        if let Some(rest) = plain.iter().find_map(|start| text.strip_prefix(start)) {
            return Some(rest);
        }
        let starts = ["Automated cherry pick of ", "Cherry pick ", "Cherry-pick ", "cherry-pick "];
        let mut rest = starts.iter().find_map(|start| text.strip_prefix(start))?;
        let mut found = false;
        while let Some((end, number)) = leading_number(rest) {
            found = true;
            add_ref(&mut self.refs, number);
            rest = rest[end..].trim_start_matches([' ', ':', ',']);
        }
        // `Cherry-pick #1 for 1.8.2` has no title of its own.
        let is_title = !["for ", "to ", "into ", "onto ", "on "].iter().any(|word| rest.starts_with(word));
        (found && is_title).then_some(rest)
    }

    fn add_key(&mut self, key: &str) {
        self.is_security |= key.starts_with("SECURITY-") || key.starts_with("CVE-");
        add_ref(&mut self.refs, key.to_owned());
    }
}

/// Adds a reference unless it is there.
pub(super) fn add_ref(refs: &mut Vec<String>, reference: String) {
    if !refs.contains(&reference) {
        refs.push(reference);
    }
}

/// Takes `(#1)`, `(#1, #2)`, `(cherry-pick #1 for 1.8)`, `(backport …)`, `[3.154 backport]` off the end, as often as they stand there. The numbers
/// are in the order of the text.
pub(super) fn strip_tail(subject: &str) -> (&str, Vec<String>) {
    let mut rest = subject.trim_end();
    let mut numbers: Vec<String> = Vec::new();
    loop {
        let open = match rest.as_bytes().last() {
            Some(b')') => '(',
            Some(b']') => '[',
            _ => return (rest, numbers),
        };
        let Some(at) = rest.rfind(open) else { return (rest, numbers) };
        let inner = &rest[at + 1..rest.len() - 1];
        let Some(found) = numbers_only(inner).or_else(|| picked_number(inner)) else {
            if !is_backport_suffix(inner) || at == 0 {
                return (rest, numbers);
            }
            rest = rest[..at].trim_end();
            continue;
        };
        numbers.splice(0..0, found);
        rest = rest[..at].trim_end();
    }
}

/// `#1`, `#1, #2`, `#1 and #2`; `None` for anything else.
fn numbers_only(inner: &str) -> Option<Vec<String>> {
    let mut numbers = Vec::new();
    for word in inner.split([' ', ',']).filter(|word| !word.is_empty() && *word != "and" && *word != "&") {
        match leading_number(word) {
            Some((end, number)) if end == word.len() => numbers.push(number),
            _ => return None,
        }
    }
    (!numbers.is_empty()).then_some(numbers)
}

/// `cherry-pick #1`, `cherry-pick #1 for 1.8`: the number of what was picked.
fn picked_number(inner: &str) -> Option<Vec<String>> {
    let rest = ["cherry-pick ", "cherry pick "].iter().find_map(|start| inner.strip_prefix(start))?;
    let (end, number) = leading_number(rest)?;
    let rest = &rest[end..];
    (rest.is_empty() || rest.starts_with(" for ")).then(|| vec![number])
}

/// A number at the beginning, `#12` or `!12`, and where it ends.
pub(super) fn leading_number(text: &str) -> Option<(usize, String)> {
    let digits = text.strip_prefix(['#', '!'])?.bytes().take_while(u8::is_ascii_digit).count();
    (1..=10).contains(&digits).then(|| (digits + 1, text[..=digits].to_owned()))
}

fn is_backport_suffix(inner: &str) -> bool {
    inner.starts_with("backport")
        || inner.ends_with(" backport")
        || inner.starts_with("cherry picked from")
        || inner.ends_with("-x-y")
        || ["main", "master", "trunk"].contains(&inner)
        || is_part_mark(inner)
        || is_skip_mark(inner)
        || inner == "SECURITY"
}

/// `3/4`, `3/N`: the place of a change in a series.
fn is_part_mark(inner: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.len() < 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    inner.split_once('/').is_some_and(|(part, of)| is_number(part) && (is_number(of) || of == "N" || of == "n"))
}

/// `skip ci`, `ci-skip`: the words that tell a build server not to build.
fn is_skip_mark(inner: &str) -> bool {
    ["skip ci", "ci skip", "ci-skip", "skip-ci", "no ci"].iter().any(|known| inner.eq_ignore_ascii_case(known))
}

/// Whether a subject tells the build server not to build: nothing that is built changed.
pub(super) fn skips_builds(subject: &str) -> bool {
    subject.rfind('[').and_then(|at| subject[at + 1..].split(']').next()).is_some_and(is_skip_mark)
        || subject.strip_prefix('[').and_then(|rest| rest.split(']').next()).is_some_and(is_skip_mark)
}

/// Whether the text between brackets names a line or trunk: `8.15`, `release-3.7.x`, `Backport v2.13`, `k210`, `main`.
fn is_line_mark(inner: &str) -> bool {
    let lower = inner.trim().to_ascii_lowercase();
    let mut rest = lower.as_str();
    for word in ["backport", "release", "stable", "branch", "lts", "to"] {
        rest = rest.trim_start_matches([' ', '-', '/', '_', ':']);
        rest = rest.strip_prefix(word).unwrap_or(rest);
    }
    let rest = rest.trim_start_matches([' ', '-', '/', '_', ':']);
    if ["main", "master", "trunk", "devel", "develop"].contains(&rest)
        || (rest.is_empty() && lower.contains("backport"))
    {
        return true;
    }
    let rest = ["-x-y", "-stable", " backport", "-branch"]
        .iter()
        .fold(rest, |rest, end| rest.strip_suffix(end).unwrap_or(rest));
    let name = rest.strip_prefix(['v', 'k', 'r']).unwrap_or(rest);
    name.starts_with(|c: char| c.is_ascii_digit())
        && name.chars().all(|c| c.is_ascii_digit() || ".-_x".contains(c))
        && (name.contains(['.', '-']) || name.len() < rest.len() || rest.len() < lower.len())
}

/// Length of an issue key at the beginning: capital letters, a dash, digits. Names of standards are none.
pub(super) fn issue_key(text: &str) -> Option<usize> {
    const NOT_KEYS: [&str; 14] =
        ["UTF", "SHA", "ISO", "RFC", "AES", "HTTP", "IPV", "TLS", "UTC", "PEP", "KIP", "X", "MD", "BASE"];
    let bytes = text.as_bytes();
    let word = bytes.iter().take_while(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()).count();
    if word < 2 || !bytes[0].is_ascii_uppercase() || bytes.get(word) != Some(&b'-') || NOT_KEYS.contains(&&text[..word])
    {
        return None;
    }
    let mut end = word + 1 + bytes[word + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    if &text[..word] == "CVE" && bytes.get(end) == Some(&b'-') {
        end += 1 + bytes[end + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
    }
    let ends_word = bytes.get(end).is_none_or(|byte| !byte.is_ascii_alphanumeric() && *byte != b'-' && *byte != b'.');
    (end > word + 1 && ends_word).then_some(end)
}

/// The sentence as it is shown: one line without control characters, a capital letter where a plain word begins it, no
/// full stop, and cut at a blank where it is an essay.
pub(super) fn shown(sentence: &str) -> String {
    let sentence = sentence.trim();
    let is_plain = sentence.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    let mut text: String = if is_plain {
        sentence.to_owned()
    } else {
        sentence.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
    };
    if text.ends_with('.') && !text.ends_with("..") {
        text.pop();
    }
    if text.len() > SHOWN_LIMIT
        && let Some((limit, _)) = text.char_indices().nth(SHOWN_LIMIT)
    {
        let end = text[..limit].rfind(' ').unwrap_or(limit);
        text.truncate(end);
        text.push('…');
    }
    let first_word = text.split(' ').next().unwrap_or_default();
    if is_plain_word(first_word) {
        text[..1].make_ascii_uppercase();
    }
    text
}

/// Whether a word begins a sentence and is no name: letters only, or a common prefix and a dash.
fn is_plain_word(word: &str) -> bool {
    let rest = ["re-", "pre-", "non-"].iter().find_map(|start| word.strip_prefix(start)).unwrap_or(word);
    !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'\'')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn takes_off_what_stands_around_the_sentence() {
        for (subject, sentence, refs) in [
            ("Fix it (#12)", "Fix it", vec!["#12"]),
            ("Fix it (#12) (#15)", "Fix it", vec!["#12", "#15"]),
            ("Fix it (#12, #13) (!4)", "Fix it", vec!["#12", "#13", "!4"]),
            ("Fix it (for real)", "Fix it (for real)", vec![]),
            ("[release-3.7.x] Fix it (#1)", "Fix it", vec!["#1"]),
            ("[Backport v2.13] Fix it", "Fix it", vec![]),
            ("[Release-1.31] - Fix it", "Fix it", vec![]),
            ("[k210] fix: it", "fix: it", vec![]),
            ("[main] Fix it", "Fix it", vec![]),
            ("[Scheduler] Fix it", "[Scheduler] Fix it", vec![]),
            ("[3] Fix it", "[3] Fix it", vec![]),
            ("Fix it (backport release-3.7.x)", "Fix it", vec![]),
            ("Fix it (cherry-pick #1 for 3.4) (#2)", "Fix it", vec!["#1", "#2"]),
            ("Fix it (cherry-pick #1)", "Fix it", vec!["#1"]),
            ("Read a (cherry-pick #1 of many)", "Read a (cherry-pick #1 of many)", vec![]),
            ("Fix it [3.154 backport]", "Fix it", vec![]),
            ("[7-2-stable] Fix it (38-x-y)", "Fix it", vec![]),
            ("[release/1.7 backport] Fix it", "Fix it", vec![]),
            ("[1/2]: Fix it [ci skip]", "Fix it", vec![]),
            ("cherry-pick: Fix it", "Fix it", vec![]),
            ("Cherry-pick #9 for 1.2 (#10)", "Cherry-pick #9 for 1.2", vec!["#9", "#10"]),
            ("KEY-17508: Fix it (#1)", "Fix it", vec!["KEY-17508", "#1"]),
            ("KEY-17508 Fix it", "Fix it", vec!["KEY-17508"]),
            ("[KEY-1][KEY-2] Fix it", "Fix it", vec!["KEY-1", "KEY-2"]),
            ("[KEY-1, KEY-2] Fix it", "Fix it", vec!["KEY-1", "KEY-2"]),
            ("UTF-8: fix it", "UTF-8: fix it", vec![]),
            ("Automated cherry pick of #1: #2: Fix it", "Fix it", vec!["#1", "#2"]),
            ("(#12)", "(#12)", vec!["#12"]),
            ("[1.8]", "[1.8]", vec![]),
            ("CVE-2026-1234: check it", "check it", vec!["CVE-2026-1234"]),
        ] {
            let found = Subject::parse(subject);
            assert_eq!(
                (found.sentence, found.refs),
                (sentence, refs.iter().map(ToString::to_string).collect()),
                "{subject}"
            );
        }
        assert!(Subject::parse("[SECURITY-12] Check it").is_security);
    }

    #[test]
    fn shows_a_sentence() {
        for (sentence, text) in [
            ("fix it.", "Fix it"),
            ("cri: fix it", "cri: fix it"),
            ("cri, nri: fix it", "cri, nri: fix it"),
            ("don't fix it", "Don't fix it"),
            ("re-enable it", "Re-enable it"),
            ("kube-proxy is off", "kube-proxy is off"),
            ("`x` is gone", "`x` is gone"),
            ("iOS works", "iOS works"),
            ("wait ...", "Wait ..."),
            ("a\u{1b}[1mb", "A [1mb"),
            ("", ""),
        ] {
            assert_eq!(shown(sentence), text);
        }
        assert!(shown(&"word ".repeat(200)).chars().count() <= SHOWN_LIMIT + 1);
    }

    proptest! {
        #[test]
        fn no_text_panics(text in "\\PC{0,60}", marks in "(\\[[A-Za-z0-9 .,/-]{0,12}\\]|\\(#?[0-9a-z ]{0,12}\\)|[A-Z]{1,4}-[0-9]{0,3}[: ]){0,4}") {
            for subject in [text.clone(), format!("{marks}{text}"), format!("{text}{marks}")] {
                let found = Subject::parse(&subject);
                prop_assert!(subject.trim().is_empty() || !found.sentence.is_empty());
                let _ = shown(found.sentence);
            }
        }
    }
}
