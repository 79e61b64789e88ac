//! Dates, ages and counts as documents write them: ISO days, UTC, whole units.

use chrono::{DateTime, Utc};

/// `2026-03-04`.
pub fn day(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d").to_string()
}

/// `2026-03-04 14:02 UTC`.
pub fn moment(time: DateTime<Utc>) -> String {
    time.format("%Y-%m-%d %H:%M UTC").to_string()
}

/// `14:02`.
pub fn clock(time: DateTime<Utc>) -> String {
    time.format("%H:%M").to_string()
}

/// A span of time in its largest whole unit up to days; a negative one, as clocks that disagree make it, is none.
pub fn span(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..60 => counted(usize::try_from(seconds).unwrap_or(0), "second", "seconds"),
        seconds @ 60..3_600 => units(seconds / 60, "minute", "minutes"),
        seconds @ 3_600..172_800 => units(seconds / 3_600, "hour", "hours"),
        seconds => units(seconds / 86_400, "day", "days"),
    }
}

/// The same in little room: `45 min`, `31 h`, `12 d`.
pub fn short_span(seconds: i64) -> String {
    match seconds.max(0) {
        seconds @ 0..7_200 => format!("{} min", seconds / 60),
        seconds @ 7_200..172_800 => format!("{} h", seconds / 3_600),
        seconds => format!("{} d", grouped(usize::try_from(seconds / 86_400).unwrap_or(0))),
    }
}

/// Numbers as bars of eight heights from nothing to the largest of them, with a dot for each that is not known.
pub fn plot(numbers: &[Option<f64>]) -> String {
    const BARS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
    let largest = numbers.iter().flatten().copied().fold(0.0, f64::max);
    let bar = |number: f64| {
        let height = if largest > 0.0 { (number.max(0.0) / largest * 7.0).ceil() as usize } else { 0 };
        BARS[height.min(7)]
    };
    numbers.iter().map(|number| number.map_or('·', bar)).collect()
}

/// A fragment as a sentence: with a capital letter and an end.
pub fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return String::new() };
    let mut sentence: String = first.to_uppercase().chain(chars).collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

fn units(count: i64, one: &str, many: &str) -> String {
    counted(usize::try_from(count).unwrap_or(usize::MAX), one, many)
}

/// `1 change`, `2 changes`, `12,345 changes`.
pub fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{} {}", grouped(count), if count == 1 { one } else { many })
}

/// A number with its thousands apart.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `a`, `a and b`, `a, b and c`.
pub fn enumeration(items: &[String]) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// The text in so many letters at most, cut between two words where there are words.
pub fn shortened(text: &str, letters: usize) -> String {
    let line = super::template::one_line(text);
    if line.chars().count() <= letters {
        return line;
    }
    let cut: String = line.chars().take(letters.saturating_sub(1)).collect();
    let whole = cut.rfind(' ').filter(|at| *at > cut.len() / 2).map_or(cut.as_str(), |at| &cut[..at]);
    format!("{}…", whole.trim_end_matches([' ', ',', '.', ';', ':']))
}

/// A key of the configuration as a title: `self-hosted` becomes `Self-hosted`.
pub fn title(key: &str) -> String {
    let mut chars = key.chars();
    let Some(first) = chars.next() else { return String::new() };
    first.to_uppercase().chain(chars.map(|c| if c == '_' { ' ' } else { c })).collect()
}

/// An argument as a POSIX shell reads it back.
pub fn shell_word(text: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,^".contains(c);
    if !text.is_empty() && text.chars().all(is_plain) {
        text.to_owned()
    } else {
        format!("'{}'", text.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_spans_in_whole_units() {
        for (seconds, text) in [
            (-5, "0 seconds"),
            (1, "1 second"),
            (60, "1 minute"),
            (7_300, "2 hours"),
            (172_800, "2 days"),
            (86_400 * 1_234, "1,234 days"),
        ] {
            assert_eq!(span(seconds), text);
        }
    }

    #[test]
    fn writes_lists_and_titles_as_people_do() {
        assert_eq!(enumeration(&["a".into(), "b".into(), "c".into()]), "a, b and c");
        assert_eq!(title("self-hosted"), "Self-hosted");
        assert_eq!(grouped(1_234_567), "1,234,567");
    }

    #[test]
    fn a_long_text_is_cut_between_words() {
        assert_eq!(shortened("one two, three", 20), "one two, three");
        assert_eq!(shortened("one two, three", 11), "one two…");
        assert_eq!(shortened("aaaaaaaaaa", 5), "aaaa…");
        assert_eq!(shortened("a\nb", 5), "a b");
    }

    #[test]
    fn plots_reach_from_nothing_to_the_largest_number() {
        assert_eq!(plot(&[Some(0.0), None, Some(1.0), Some(4.0), Some(8.0)]), "▁·▂▅█");
        assert_eq!(plot(&[Some(0.0), Some(0.0)]), "▁▁");
        assert_eq!(short_span(7_199) + &short_span(90_000) + &short_span(200_000), "119 min25 h2 d");
        assert_eq!(sentence("it is so") + &sentence("It is."), "It is so.It is.");
    }

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        assert_eq!(shell_word("deploy/production/2026-03-04.1"), "deploy/production/2026-03-04.1");
        assert_eq!(shell_word("a'$(b)"), "'a'\\''$(b)'");
    }
}
