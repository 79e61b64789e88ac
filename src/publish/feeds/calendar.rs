//! Planned releases and the ends of support as a calendar of RFC 5545, one event of a whole day for each.

use chrono::{Days, NaiveDate};

use crate::publish::compose::Inputs;
use crate::reports::{ChannelStatus, LineStatus};

/// Longest line in bytes, its end not counted.
const LINE: usize = 75;

struct Event {
    /// Unique within the calendar, and the same each time.
    name: String,
    on: NaiveDate,
    summary: String,
    description: Option<String>,
    category: &'static str,
}

/// The calendar of a channel.
pub(super) fn of_channel(inputs: &Inputs<'_>, channel: &ChannelStatus) -> Vec<u8> {
    let mut events: Vec<Event> = channel.lines.iter().flat_map(|line| of_line(inputs, line)).collect();
    events.sort_by(|one, other| (one.on, &one.name).cmp(&(other.on, &other.name)));
    let stamp = inputs.status.trunk.committed_at.unwrap_or_default().format("%Y%m%dT%H%M%SZ").to_string();
    let name = inputs.document_title(&channel.name, "releases and support");
    let mut lines = vec![
        "BEGIN:VCALENDAR".to_owned(),
        "VERSION:2.0".to_owned(),
        "PRODID:-//Twintrack//Releases//EN".to_owned(),
        "CALSCALE:GREGORIAN".to_owned(),
        format!("X-WR-CALNAME:{}", escape(&name)),
    ];
    for event in events {
        let end = event.on.checked_add_days(Days::new(1)).unwrap_or(event.on);
        lines.extend([
            "BEGIN:VEVENT".to_owned(),
            format!("UID:{}@{}.twintrack", escape(&event.name), escape(channel.name.as_str())),
            format!("DTSTAMP:{stamp}"),
            format!("DTSTART;VALUE=DATE:{}", event.on.format("%Y%m%d")),
            format!("DTEND;VALUE=DATE:{}", end.format("%Y%m%d")),
            format!("SUMMARY:{}", escape(&event.summary)),
        ]);
        lines.extend(event.description.map(|text| format!("DESCRIPTION:{}", escape(&text))));
        lines.extend([
            format!("CATEGORIES:{}", event.category),
            "TRANSP:TRANSPARENT".to_owned(),
            "END:VEVENT".to_owned(),
        ]);
    }
    lines.push("END:VCALENDAR".to_owned());
    lines.iter().map(|line| fold(line)).collect::<String>().into_bytes()
}

fn of_line(inputs: &Inputs<'_>, line: &LineStatus) -> Vec<Event> {
    let title = inputs.line_title(line);
    let mut events = Vec::new();
    for planned in inputs.declared(line).into_iter().flat_map(|declared| &declared.planned) {
        events.push(Event {
            name: format!("planned-{}", planned.version),
            on: planned.on,
            summary: format!("{} {} planned", inputs.project_name(), planned.version),
            description: planned.about.clone(),
            category: "Release",
        });
    }
    let ends = [
        ("fixes", line.support.active_until, "the last day of fixes"),
        ("security", line.support.security_until, "the last day of security fixes"),
    ];
    for (name, until, what) in ends {
        let is_same = name == "security" && line.support.active_until == until;
        if let Some(until) = until.filter(|_| !is_same && line.latest.is_some()) {
            events.push(Event {
                name: format!("{name}-{}", line.name),
                on: until.date_naive(),
                summary: format!("{title}: {what}"),
                description: None,
                category: "Support",
            });
        }
    }
    events
}

/// Text as a value: what would end or part it is escaped, what no calendar can hold is replaced.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => {
                escaped.push('\\');
                escaped.push(c);
            }
            '\n' => escaped.push_str("\\n"),
            '\r' => {}
            c if c.is_control() => escaped.push('\u{fffd}'),
            c => escaped.push(c),
        }
    }
    escaped
}

/// A line in pieces that are short enough, each but the first after a blank; between characters, never within one.
fn fold(line: &str) -> String {
    let mut folded = String::with_capacity(line.len() + 4);
    let mut taken = 0;
    for c in line.chars() {
        if taken + c.len_utf8() > LINE {
            folded.push_str("\r\n ");
            taken = 1;
        }
        folded.push(c);
        taken += c.len_utf8();
    }
    folded.push_str("\r\n");
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_escaped_and_long_lines_folded() {
        assert_eq!(escape("a, b; c\\d\r\ne\u{7}"), "a\\, b\\; c\\\\d\\ne\u{fffd}");
        let folded = fold(&format!("SUMMARY:{}", "ä".repeat(60)));
        assert!(folded.split("\r\n").all(|line| line.len() <= LINE), "{folded}");
        assert_eq!(folded.replace("\r\n ", "").trim_end(), format!("SUMMARY:{}", "ä".repeat(60)));
    }
}
