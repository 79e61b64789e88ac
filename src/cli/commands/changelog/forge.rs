//! The changelog of one release as the text of a release on a forge: as much as a forge takes, calling nobody.

use super::step::document;
use crate::cache::Cache;
use crate::cli::context::Context;
use crate::cli::excerpt::{characters, excerpt};
use crate::domain::{ChannelName, TagName};
use crate::git::Repository;
use crate::ledger::Ledger;
use crate::publish::{DocumentKind, without_mentions};
use crate::reports::{Changelog, ChangelogReader, ChangelogSpan};

/// Characters that a text has at most: GitHub refuses a longer one as the body of a release, and others take more.
const FORGE_LIMIT: usize = 125_000;

/// The text of a changelog of one release, of so many bytes at most.
pub(super) fn forge_text(
    context: &Context,
    ledger: &Ledger,
    repository: &Repository,
    changelog: &Changelog,
    max_bytes: Option<usize>,
) -> anyhow::Result<String> {
    let markdown = document(ledger, repository, changelog.clone(), DocumentKind::Markdown, false, context)?;
    let release = changelog.sections_of.first().map(|section| &section.release);
    let previous = release.and_then(|release| release.previous.as_deref());
    let previous = previous.and_then(|name| tag_of(ledger, &changelog.channel, name));
    let tags = (previous, release.and_then(|release| release.tag.as_ref()));
    Ok(fitting(ledger, &changelog.channel, tags, &String::from_utf8_lossy(&markdown), max_bytes))
}

/// The changelog of a release that was just made, as a forge takes it.
pub(in crate::cli::commands) fn changelog_of_release(
    context: &Context,
    repository: &Repository,
    channel: &ChannelName,
    tag: &TagName,
) -> anyhow::Result<String> {
    let ledger = context.read_ledger_again(repository)?;
    let cache = Cache::below(repository.common_dir());
    let reader = ChangelogReader::new(&ledger).with_contents(repository, &cache, context.now().date_naive())?;
    let changelog = reader.changelog(channel.as_str(), &ChangelogSpan::Release(tag.to_string()))?;
    forge_text(context, &ledger, repository, &changelog, None)
}

/// What of a document fits, with how much does not and the page or command that has it. A page has its own title.
pub(super) fn fitting(
    ledger: &Ledger,
    channel: &ChannelName,
    (previous, tag): (Option<&TagName>, Option<&TagName>),
    markdown: &str,
    max_bytes: Option<usize>,
) -> String {
    let compared = previous.zip(tag);
    let page = compared.and_then(|(from, to)| ledger.config.project.links.compare(from.as_str(), to.as_str()));
    let place = match (page, tag) {
        (Some(page), _) => format!(": [all changes]({page})"),
        (None, Some(tag)) => format!("; `twintrack changelog --channel {channel} --release {tag}` has all of them"),
        (None, None) => String::new(),
    };
    let text = without_mentions(without_title(markdown.trim()));
    shortened(&text, max_bytes, |left| {
        let entries = if left == 1 { "1 more entry does".to_owned() } else { format!("{left} more entries do") };
        format!("{entries} not fit here{place}.")
    })
}

/// The text, or as many whole entries of it as fit with `rest`, which is told how many do not.
fn shortened(text: &str, max_bytes: Option<usize>, rest: impl Fn(usize) -> String) -> String {
    let all = entries(text);
    // Bytes are never fewer than characters.
    let cut = |rest: &str| match max_bytes {
        Some(limit) => excerpt(text, limit.min(FORGE_LIMIT), str::len, rest).into_owned(),
        None => excerpt(text, FORGE_LIMIT, characters, rest).into_owned(),
    };
    // The number of entries that are left out is never longer than that of all.
    let longest = rest(all.max(10));
    let kept = cut(&longest);
    if kept == text {
        return kept;
    }
    let body = kept.trim_end().strip_suffix(longest.as_str()).unwrap_or(&kept).trim_end();
    format!("{body}\n\n{}\n", rest(all - entries(body))).trim_start().to_owned()
}

fn entries(text: &str) -> usize {
    text.lines().filter(|line| line.starts_with("- ")).count()
}

fn without_title(markdown: &str) -> &str {
    match markdown.split_once('\n') {
        Some((title, rest)) if title.starts_with("# ") => rest.trim_start(),
        _ => markdown,
    }
}

/// The tag of a release, by its version, or of a deploy, by the tag itself.
pub(super) fn tag_of<'l>(ledger: &'l Ledger, channel: &ChannelName, name: &str) -> Option<&'l TagName> {
    let channel = ledger.channel(channel.as_str())?;
    let mut releases = channel.lines.iter().flat_map(|line| &line.releases);
    let release = releases.find(|release| release.version.to_string() == name).map(|release| &release.tag);
    release.or_else(|| channel.deploys.iter().filter_map(|deploy| deploy.tag.as_ref()).find(|tag| tag.as_str() == name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_counted() {
        let entry = |n: usize| format!("- entry {n} of some length\n");
        let text = format!("### Added\n\n{}", (0..100).map(entry).collect::<String>());
        let rest = |left: usize| format!("{left} more.");
        assert_eq!(shortened(&text, Some(10_000), rest), text);
        let short = shortened(&text, Some(200), rest);
        assert!(short.len() <= 200, "{}", short.len());
        let kept = entries(&short);
        assert!(kept > 0 && short.ends_with(&format!("\n\n{} more.\n", 100 - kept)), "{short}");
        assert_eq!(without_title("# A 1.0 changelog\n\n## 1.0\n"), "## 1.0\n");
    }
}
