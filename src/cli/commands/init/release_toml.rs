//! The text of the `release.toml` that `init` writes: what was recognised, and beside it, commented out, what people
//! usually decide next. What it writes reads back as what was recognised.

use std::fmt::Write as _;

use crate::config::ForeignNotes;
use crate::domain::ChannelKind;
use crate::ledger::{FoundChannel, FoundVersioning, Layout};

/// What the file says about the project besides its layout.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Surroundings {
    pub name: Option<String>,
    /// The project's page.
    pub url: Option<String>,
}

const HEAD: &str = "\
# How this repository reaches its users, as Twintrack takes it. Written by `twintrack init` from the branches and tags;
# correct what it got wrong. Lines that are commented out are decisions that nobody has made yet. `twintrack schema`
# prints the JSON Schema of this file for editors.
schema = 1
";

/// The text for a recognised layout.
pub fn text(layout: &Layout, notes: &[ForeignNotes], surroundings: &Surroundings) -> String {
    let mut text = HEAD.to_owned();
    text.push_str("\n[project]\n");
    if let Some(name) = &surroundings.name {
        line(&mut text, "name", &quoted(name), "");
    }
    line(&mut text, "trunk", &quoted(&layout.trunk), "where changes land first");
    match &surroundings.url {
        Some(url) => line(&mut text, "url", &quoted(url), "for links to commits and changes"),
        None => line(&mut text, "# url", "\"https://git.example.com/acme/acme\"", "for links to commits and changes"),
    }
    for channel in &layout.channels {
        match channel.kind {
            ChannelKind::Continuous => continuous(&mut text, channel),
            ChannelKind::Versioned => versioned(&mut text, channel),
        }
    }
    let has = |kind| layout.channels.iter().any(|channel| channel.kind == kind);
    match (has(ChannelKind::Continuous), has(ChannelKind::Versioned)) {
        (true, true) => {}
        (true, false) => text.push_str(&commented(VERSIONED)),
        (false, true) => text.push_str(&commented(CONTINUOUS)),
        (false, false) => text.extend([CONTINUOUS, VERSIONED]),
    }
    text.push_str("\n[changes]\n");
    match notes {
        [] => {}
        [only] => {
            let directories: Vec<&str> = only.directories().collect();
            let places = directories.join(", ");
            let comment = format!("notes in {places}; those of Twintrack beside them in changes");
            line(&mut text, "format", &quoted(only.format().as_str()), &comment);
        }
        several => {
            let names: Vec<&str> = several.iter().map(|notes| notes.format().as_str()).collect();
            let _ = writeln!(text, "# Notes of {} are all read; `format` chooses one of them.", names.join(", "));
        }
    }
    text.push_str(TAIL);
    text
}

/// What a channel that nothing shows yet usually looks like.
const CONTINUOUS: &str = r#"
[channels.managed]
kind = "continuous"                             # we deploy it
tag = "deploy/{environment}/{date}.{seq}"       # deploys
environments = ["staging", "production"]        # in promotion order; customers see the last one
"#;
const VERSIONED: &str = r#"
[channels.self-hosted]
kind = "versioned"                              # they install it
line = "release/{major}.{minor}"                # branches of versions
tag = "v{version}"                              # releases
candidate = "v{version}-rc.{seq}"
"#;

fn commented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "\n".to_owned() } else { format!("# {line}\n") }).collect()
}

const TAIL: &str = "\
# [[changes.audience]]                          # which channels a change matters to; the first match wins
# paths = [\"billing/**\"]
# channels = [\"managed\"]

# [tension]                                     # limits on the distance between the channels
# max-release-gap = \"90d\"
# max-waiting-changes = 400
";

fn continuous(text: &mut String, channel: &FoundChannel) {
    let _ = writeln!(text, "\n[channels.{}]", channel.name);
    line(text, "kind", "\"continuous\"", "we deploy it");
    patterns(text, "line", &channel.line, "branches of the channel's own");
    patterns(text, "tag", &channel.tag, "deploys");
    if channel.tag.is_empty() {
        text.push_str("# No tags of deploys were found: the tip of the newest line is taken to be live.\n");
        line(text, "# tag", "\"deploy/{environment}/{date}.{seq}\"", "");
    }
    if !channel.environments.is_empty() {
        line(text, "environments", &list(&channel.environments), "in promotion order; customers see the last one");
    }
    stage_tags(text, channel);
    line(text, "# max-age", "{ warn = \"7d\", fail = \"30d\" }", "of the build that is live");
}

fn versioned(text: &mut String, channel: &FoundChannel) {
    let _ = writeln!(text, "\n[channels.{}]", channel.name);
    line(text, "kind", "\"versioned\"", "they install it");
    patterns(text, "line", &channel.line, "branches of versions");
    patterns(text, "tag", &channel.tag, "releases");
    patterns(text, "candidate", &channel.candidate, "");
    patterns(text, "also-tag", &channel.also_tag, "further tags of the same release");
    match channel.versioning {
        FoundVersioning::Semver => {}
        FoundVersioning::Calver => line(text, "versioning", "\"calver\"", ""),
        FoundVersioning::Label => line(text, "versioning", "\"label\"", ""),
    }
    if let Some(first) = channel.first_candidate.filter(|first| *first != 1) {
        line(text, "first-candidate", &first.to_string(), "what candidates are counted from");
    }
    if let Some(first) = channel.first_patch.filter(|first| *first != 0) {
        line(text, "first-patch", &first.to_string(), "the last number of a line's first release");
    }
    stage_tags(text, channel);
    line(text, "# upgrade-step", "\"any\"", "or \"each-minor\", \"each-line\"");
    line(text, "# support", "{ regular = \"6 months\", lts = \"24 months\" }", "or { newest = 3 }");
}

fn stage_tags(text: &mut String, channel: &FoundChannel) {
    if channel.stage_tags.is_empty() {
        return;
    }
    let pairs = channel.stage_tags.iter();
    let pairs: Vec<String> =
        pairs.map(|(pattern, stage)| format!("{} = {}", quoted(pattern), quoted(stage.as_str()))).collect();
    line(text, "stage-tags", &format!("{{ {} }}", pairs.join(", ")), "tags that close a line");
}

/// One pattern alone, or a list of which the first is what the project makes now.
fn patterns(text: &mut String, key: &str, patterns: &[String], comment: &str) {
    match patterns {
        [] => {}
        [only] => line(text, key, &quoted(only), comment),
        several => several_patterns(text, key, several, comment),
    }
}

/// A list on one line where that is short, else one pattern a line.
fn several_patterns(text: &mut String, key: &str, patterns: &[String], comment: &str) {
    let separator = if comment.is_empty() { "" } else { "; " };
    let made = if key == "also-tag" { "all are made" } else { "all are recognised, the first is made" };
    let comment = format!("{comment}{separator}{made}");
    if list(patterns).len() < 60 {
        return line(text, key, &list(patterns), &comment);
    }
    line(text, key, "[", &comment);
    for pattern in patterns {
        let _ = writeln!(text, "    {},", quoted(pattern));
    }
    text.push_str("]\n");
}

fn list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// `key = value`, its comment from column 48 on where there is room.
fn line(text: &mut String, key: &str, value: &str, comment: &str) {
    let entry = format!("{key} = {value}");
    let _ = match comment {
        "" => writeln!(text, "{entry}"),
        comment => writeln!(text, "{entry:<47} # {comment}"),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, NoteFormat, Origin, RenoNotes};
    use crate::domain::Stage;
    use crate::ledger::{LeftAside, MANAGED, SELF_HOSTED};

    fn channel(name: &'static str, kind: ChannelKind, tag: &[&str]) -> FoundChannel {
        FoundChannel {
            name,
            kind,
            line: Vec::new(),
            tag: tag.iter().map(|tag| (*tag).to_owned()).collect(),
            candidate: Vec::new(),
            also_tag: Vec::new(),
            environments: Vec::new(),
            stage_tags: Vec::new(),
            closed: Vec::new(),
            versioning: FoundVersioning::Semver,
            first_candidate: None,
            first_patch: None,
            lines: Vec::new(),
            releases: 0,
        }
    }

    fn written(channels: Vec<FoundChannel>) -> (String, Config) {
        let layout = Layout { trunk: "main".into(), channels, unrecognised: LeftAside::default() };
        let surroundings = Surroundings { name: Some("The \"Tool\"".into()), url: None };
        let notes = [ForeignNotes::Reno(RenoNotes::default())];
        let text = text(&layout, &notes, &surroundings);
        let config = Config::read(&text, Origin::Recognised).unwrap_or_else(|error| panic!("{error:?}\n{text}"));
        (text, config)
    }

    #[test]
    fn what_is_written_reads_back() {
        let mut managed = channel(MANAGED, ChannelKind::Continuous, &[]);
        managed.line = vec!["k{build}".into(), "r{build}".into()];
        managed.environments = vec!["production".into()];
        let mut hosted = channel(SELF_HOSTED, ChannelKind::Versioned, &["v{version}", "{version}"]);
        hosted.line = vec!["release-{major}.{minor}.x".into()];
        hosted.candidate = (1..9).map(|n| format!("candidate-number-{n}-v{{version}}-rc.{{seq}}")).collect();
        hosted.stage_tags = vec![("{major}.{minor}-eol".into(), Stage::EndOfLife)];
        hosted.versioning = FoundVersioning::Calver;
        (hosted.first_candidate, hosted.first_patch) = (Some(0), Some(1));
        let (text, config) = written(vec![managed, hosted]);
        let (_, hosted) = config.versioned().next().unwrap();
        assert_eq!((hosted.candidate.len(), hosted.tag.len(), hosted.first_patch), (8, 2, 1), "{text}");
        assert_eq!(config.continuous().next().unwrap().1.line.len(), 2);
        assert_eq!(config.project.name.as_deref(), Some("The \"Tool\""));
        assert_eq!(config.changes.format, Some(NoteFormat::Reno));
    }

    #[test]
    fn a_channel_that_nothing_shows_is_proposed() {
        let (_, config) = written(Vec::new());
        assert_eq!(config.channels.len(), 2);
        let (text, config) = written(vec![channel(SELF_HOSTED, ChannelKind::Versioned, &["v{version}"])]);
        assert_eq!(config.channels.len(), 1);
        assert!(text.contains("\n# [channels.managed]\n# kind = \"continuous\""), "{text}");
        Config::read(
            &text.replace("\n# [channels", "\n[channels").replace("\n# kind", "\nkind").replace("\n# tag", "\ntag"),
            Origin::Recognised,
        )
        .unwrap();
    }
}
