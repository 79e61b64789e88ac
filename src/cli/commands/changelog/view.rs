//! A changelog on a terminal: a heading for each release or deploy, below it its changes by kind, in as many lines as
//! they need.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::cli::moment;
use crate::cli::output::{FAINT, TITLE, WARNING};
use crate::cli::text;
use crate::domain::ChannelKind;
use crate::reports::{Changelog, ChangelogEntry, ChangelogRelease, ChangelogSection, LeftOut, LeftOutWhy, ReleasedAs};

/// The whole changelog; where asked for with each change that was left out.
pub fn view(changelog: &Changelog, width: usize, lists_left_out: bool) -> String {
    if changelog.sections_of.is_empty() {
        return match changelog.kind {
            ChannelKind::Continuous => "Nothing was deployed yet, and nothing waits.\n",
            ChannelKind::Versioned => "Nothing was released yet, and nothing waits.\n",
        }
        .to_owned();
    }
    let tells_self_hosted = changelog.kind == ChannelKind::Continuous && changelog.has_self_hosted;
    let style = Style { tells_self_hosted, lists_left_out, width };
    let sections = changelog.sections_of.iter().map(|section| section_view(section, style));
    sections.collect::<Vec<_>>().join("\n")
}

/// What is told of each section.
#[derive(Clone, Copy)]
struct Style {
    tells_self_hosted: bool,
    lists_left_out: bool,
    width: usize,
}

fn section_view(section: &ChangelogSection, style: Style) -> String {
    let width = style.width;
    let mut shown = String::new();
    let (title, details) = heading(&section.release);
    let room = width.saturating_sub(text::width(&title) + 2);
    let details = text::one_line(&details).into_owned();
    let _ = writeln!(shown, "{TITLE}{title}{TITLE:#}  {FAINT}{}{FAINT:#}", text::truncate(&details, room));
    if let Some(over) = &section.release.overridden {
        let words = format!("released over open gates ({}): {}", over.gates.join(", "), over.reason);
        for line in text::wrap(&text::one_line(&words), width.saturating_sub(2)) {
            let _ = writeln!(shown, "  {WARNING}{line}{WARNING:#}");
        }
    }
    for of_kind in &section.sections {
        let _ = writeln!(shown, "  {TITLE}{}{TITLE:#}", of_kind.kind.as_str());
        for entry in &of_kind.entries {
            add_entry(&mut shown, entry, style);
        }
    }
    if section.sections.is_empty() {
        let _ = writeln!(shown, "  {FAINT}no changes for the readers of this channel{FAINT:#}");
    }
    for erratum in &section.errata {
        let words = format!("corrected on {}: {}", erratum.on, text::one_line(&erratum.text));
        for line in text::wrap(&words, width.saturating_sub(2)) {
            let _ = writeln!(shown, "  {WARNING}{line}{WARNING:#}");
        }
    }
    if !section.left_out.is_empty() {
        let _ = writeln!(shown, "  {FAINT}left out: {}{FAINT:#}", left_out(&section.left_out));
        for item in section.left_out.iter().filter(|_| style.lists_left_out) {
            add_left_out(&mut shown, item, width);
        }
    }
    shown
}

/// What the section is of, and when and after what it came.
fn heading(release: &ChangelogRelease) -> (String, String) {
    let name = match (release.kind, &release.version, &release.tag) {
        (ReleasedAs::Unreleased, ..) => "unreleased".to_owned(),
        (_, Some(version), _) => version.to_string(),
        (ReleasedAs::Rollback, _, Some(tag)) => format!("rollback {tag}"),
        (_, None, Some(tag)) => tag.to_string(),
        (ReleasedAs::Line, ..) => release.line.clone().unwrap_or_default(),
        (_, None, None) => release.commit.short(),
    };
    let mut details = Vec::new();
    details.extend(release.line.as_ref().filter(|line| **line != name).map(|line| format!("line {line}")));
    let environment = release.environment.as_ref().map(ToString::to_string);
    details.extend(environment.filter(|environment| !name.contains(environment.as_str())));
    details.extend(release.date.map(|date| match release.kind {
        ReleasedAs::Deploy | ReleasedAs::Rollback => format!("{} UTC", moment::minute(date)),
        _ => moment::day(date),
    }));
    details.extend(release.replaces.as_ref().map(|tag| format!("takes back {tag}")));
    details.extend(release.previous.as_ref().map(|previous| format!("since {previous}")));
    details.extend(release.retracted.then(|| "retracted".to_owned()));
    (text::one_line(&name).into_owned(), details.join(" · "))
}

/// `- what it is (why it is no news; commit)`.
fn add_left_out(shown: &mut String, item: &LeftOut, width: usize) {
    let words = format!("{} ({}; {})", item.text, item.reason(), item.id.short());
    let words = text::one_line(&words).into_owned();
    for (number, line) in text::wrap(&words, width.saturating_sub(6)).iter().enumerate() {
        let mark = if number == 0 { "-" } else { " " };
        let _ = writeln!(shown, "    {FAINT}{mark} {line}{FAINT:#}");
    }
}

fn add_entry(shown: &mut String, entry: &ChangelogEntry, style: Style) {
    let width = style.width;
    let scope = entry.scope.as_ref().map(|scope| format!("{scope}: ")).unwrap_or_default();
    let mut words = text::one_line(&format!("{scope}{}", entry.text)).into_owned();
    let mut marks: Vec<String> = entry.refs.iter().filter(|name| !words.contains(name.as_str())).cloned().collect();
    if style.tells_self_hosted {
        marks.push(match &entry.first_self_hosted {
            Some(version) => format!("self-hosted since {version}"),
            None => "not yet self-hosted".to_owned(),
        });
    }
    if !marks.is_empty() {
        let _ = write!(words, " ({})", text::one_line(&marks.join(", ")));
    }
    let mark = if entry.breaking { "!" } else { "-" };
    for (number, line) in text::wrap(&words, width.saturating_sub(6)).iter().enumerate() {
        let _ = match (number, entry.breaking) {
            (0, true) => writeln!(shown, "    {WARNING}{mark}{WARNING:#} {line}"),
            (0, false) => writeln!(shown, "    {mark} {line}"),
            _ => writeln!(shown, "      {line}"),
        };
    }
    for (label, words) in [("breaks", entry.breaks()), ("operators", entry.operator.as_deref())] {
        let Some(words) = words else { continue };
        let words = format!("{label}: {}", text::one_line(words));
        for line in text::wrap(&words, width.saturating_sub(6)) {
            let _ = writeln!(shown, "      {WARNING}{line}{WARNING:#}");
        }
    }
}

/// How many changes are no news, by reason.
fn left_out(left_out: &[LeftOut]) -> String {
    let mut counts: BTreeMap<LeftOutWhy, usize> = BTreeMap::new();
    for item in left_out {
        *counts.entry(item.why).or_default() += 1;
    }
    counts.into_iter().map(|(why, count)| format!("{count} {}", reason(why))).collect::<Vec<_>>().join(", ")
}

const fn reason(why: LeftOutWhy) -> &'static str {
    match why {
        LeftOutWhy::ShippedBefore => "shipped before",
        LeftOutWhy::Reverted => "reverted",
        LeftOutWhy::IntroducedAndFixed => "introduced and fixed",
        LeftOutWhy::Audience => "for other channels",
        LeftOutWhy::Internal => "internal",
        LeftOutWhy::NotAnnounced => "announced later",
    }
}
