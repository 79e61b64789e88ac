//! Feeds as RFC 4287 has them: an entry for each release of a channel or line, or for each time that something went live.

use std::fmt::Write as _;

use chrono::{DateTime, SecondsFormat, Utc};

use super::xml::escape;
use crate::domain::{ChannelKind, ChannelName};
use crate::publish::compose::Inputs;
use crate::publish::prose::{plain, said};
use crate::publish::text;
use crate::reports::{ChangelogSection, ChannelStatus, LineStatus, ReleasedAs};

/// Entries of one feed; readers have seen the older ones.
const ENTRIES: usize = 50;

/// What a feed is about.
struct Subject<'a> {
    /// Beginning of all ids.
    id: String,
    title: String,
    channel: &'a ChannelStatus,
}

/// What a channel released or put live, newest first.
pub(super) fn of_channel(inputs: &Inputs<'_>, channel: &ChannelStatus) -> Vec<u8> {
    let what = if channel.kind == ChannelKind::Continuous { "what went live" } else { "releases" };
    let title = inputs.document_title(&channel.name, what);
    feed(inputs, &Subject { id: id(inputs, &channel.name, None), title, channel }, |_| true)
}

/// What was released of a line, newest first.
pub(super) fn of_line(inputs: &Inputs<'_>, channel: &ChannelStatus, line: &LineStatus) -> Vec<u8> {
    let title = format!("{} releases", inputs.line_title(line));
    let id = id(inputs, &channel.name, Some(&line.name));
    feed(inputs, &Subject { id, title, channel }, |section| section.release.line.as_deref() == Some(line.name.as_str()))
}

/// A name that stays the same wherever the feed is published.
fn id(inputs: &Inputs<'_>, channel: &ChannelName, line: Option<&str>) -> String {
    let clean = |text: &str| -> String {
        text.bytes()
            .map(|byte| match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' | b'_' => char::from(byte).to_string(),
                byte => format!("%{byte:02X}"),
            })
            .collect()
    };
    let line = line.map(|line| format!(":{}", clean(line))).unwrap_or_default();
    format!("urn:x-twintrack:{}:{}{line}", clean(inputs.project_name()), clean(channel.as_str()))
}

fn feed(inputs: &Inputs<'_>, subject: &Subject<'_>, is_wanted: impl Fn(&ChangelogSection) -> bool) -> Vec<u8> {
    let changelog = inputs.changelogs.get(&subject.channel.name);
    let sections = changelog.iter().flat_map(|changelog| &changelog.sections_of);
    let mut dated: Vec<(DateTime<Utc>, &ChangelogSection)> = sections
        .filter(|section| section.release.tag.is_some() && is_wanted(section))
        .filter_map(|section| Some((section.release.date?, section)))
        .collect();
    dated.sort_by(|(one, first), (other, second)| {
        other.cmp(one).then_with(|| second.release.tag.cmp(&first.release.tag))
    });
    dated.truncate(ENTRIES);
    let updated = dated.first().map_or(DateTime::UNIX_EPOCH, |(date, _)| *date);
    let mut xml =
        String::from("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\">\n");
    let _ = writeln!(xml, "  <id>{}</id>", escape(&subject.id));
    let _ = writeln!(xml, "  <title>{}</title>", escape(&subject.title));
    let _ = writeln!(xml, "  <updated>{}</updated>", moment(updated));
    let _ = writeln!(xml, "  <author><name>{}</name></author>", escape(inputs.project_name()));
    if let Some(url) = &inputs.config.project.links.url {
        let _ = writeln!(xml, "  <link rel=\"alternate\" href=\"{}\"/>", escape(url));
    }
    for (date, section) in dated {
        entry(&mut xml, inputs, subject, date, section);
    }
    xml.push_str("</feed>\n");
    xml.into_bytes()
}

fn moment(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Secs, true)
}

fn entry(
    xml: &mut String,
    inputs: &Inputs<'_>,
    subject: &Subject<'_>,
    date: DateTime<Utc>,
    section: &ChangelogSection,
) {
    let release = &section.release;
    let Some(tag) = &release.tag else { return };
    // An entry is the same one in the feed of its line and in that of its channel.
    let id = format!("{}:{}", self::id(inputs, &subject.channel.name, None), tag.as_str().replace('/', ":"));
    let _ = writeln!(xml, "  <entry>\n    <id>{}</id>", escape(&id));
    let _ = writeln!(xml, "    <title>{}</title>", escape(&title(inputs, section)));
    let _ = writeln!(xml, "    <published>{0}</published>\n    <updated>{0}</updated>", moment(date));
    if let Some(url) = inputs.commit_url(release.commit) {
        let _ = writeln!(xml, "    <link rel=\"alternate\" href=\"{}\"/>", escape(&url));
    }
    let term = match release.kind {
        ReleasedAs::Candidate => "candidate",
        ReleasedAs::GeneralAvailability => "general-availability",
        ReleasedAs::Rollback => "rollback",
        ReleasedAs::Deploy => "deploy",
        _ => "patch",
    };
    let _ = writeln!(xml, "    <category term=\"{term}\"/>");
    if release.retracted {
        let _ = writeln!(xml, "    <category term=\"retracted\"/>");
    }
    let _ = writeln!(xml, "    <content type=\"html\">{}</content>\n  </entry>", escape(&content(section)));
}

fn title(inputs: &Inputs<'_>, section: &ChangelogSection) -> String {
    let release = &section.release;
    match (&release.version, &release.tag, release.kind) {
        (Some(version), _, _) if release.retracted => format!("{} {version} (retracted)", inputs.project_name()),
        (Some(version), _, _) => format!("{} {version}", inputs.project_name()),
        (None, Some(tag), ReleasedAs::Rollback) => format!("Rolled back: {tag}"),
        (None, Some(tag), _) => tag.to_string(),
        (None, None, _) => String::new(),
    }
}

/// The changes as a list in HTML, which is escaped once more within the feed.
fn content(section: &ChangelogSection) -> String {
    let mut html = String::new();
    for kind in &section.sections {
        let _ = write!(html, "<h3>{}</h3><ul>", escape(&text::title(kind.kind.as_str())));
        for entry in &kind.entries {
            let scope = entry.scope.as_ref().map(|scope| format!("{}: ", escape(scope))).unwrap_or_default();
            let refs =
                if entry.refs.is_empty() { String::new() } else { format!(" ({})", escape(&entry.refs.join(", "))) };
            let _ = write!(html, "<li>{scope}{}{refs}</li>", escape(&plain(&said(&entry.text, entry.note.is_some()))));
        }
        html.push_str("</ul>");
    }
    if html.is_empty() {
        html.push_str("<p>No changes that are news.</p>");
    }
    html
}
