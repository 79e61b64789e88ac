//! What a merge commit calls the change it brought in: the title of a pull request, in the words of forges and bots, or a
//! subject that people wrote themselves. A merge that only says which branch was merged has no title.

use crate::domain::Message;

/// What a merge says of the pull request it merged. At least one of the two is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct MergeTitle {
    pub title: Option<String>,
    /// `#12`, `!12`.
    pub number: Option<String>,
}

impl MergeTitle {
    /// `None` for a merge of a branch that has no title of its own.
    pub(super) fn of(message: &Message) -> Option<Self> {
        if let Some(request) = message.pull_request() {
            let title = request.title.as_deref().map(clean).filter(|title| is_title(title));
            let found = Self { title: title.map(str::to_owned), number: request.number };
            return (found.title.is_some() || found.number.is_some()).then_some(found);
        }
        let subject = message.subject.trim();
        (!subject.is_empty() && !is_merge_phrase(subject))
            .then(|| Self { title: Some(subject.to_owned()), number: None })
    }
}

/// A bors title, `12: Title r=reviewer a=author`, without what the bot put around it.
fn clean(title: &str) -> &str {
    let title = title.split(" r=").next().unwrap_or(title).trim();
    match title.split_once(": ") {
        Some((number, rest)) if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) => rest.trim(),
        _ => title,
    }
}

/// Whether a line is a title and no trailer or reference.
fn is_title(line: &str) -> bool {
    let key = line.split_once(": ").map_or("", |(key, _)| key);
    let is_trailer = key.ends_with("-by") || key.ends_with("-By") || key == "Change-Id" || key == "PR-URL";
    let is_reference = ["Fixes #", "Closes #", "fixes #", "closes #", "Reviewed-by", "cc @"]
        .iter()
        .any(|start| line.starts_with(start));
    !line.is_empty() && !is_trailer && !is_reference
}

/// Whether a subject only says that something was merged.
fn is_merge_phrase(subject: &str) -> bool {
    let word = subject.split([' ', ':']).next().unwrap_or_default().to_ascii_lowercase();
    ["merge", "merged", "merging", "merges", "automerge", "automatic", "auto-merge"].contains(&word.as_str())
        || subject.starts_with("Sync ") && subject.contains(" with ")
        || subject.starts_with("Pull request #")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_titles_and_nothing_else() {
        for (text, title, number) in [
            ("Merge pull request #12 from a/b\n\nAdd it", Some("Add it"), Some("#12")),
            ("Merge pull request #12 from a/b", None, Some("#12")),
            ("Merge pull request #12 from a/b\n\nSigned-off-by: A", None, Some("#12")),
            ("Merge #12\n\n12: Add it r=a a=b", Some("Add it"), Some("#12")),
            ("Merge \"Add it\"", Some("Add it"), None),
            ("Add it (#12)", Some("Add it (#12)"), None),
        ] {
            let found = MergeTitle::of(&Message::new(text)).unwrap();
            assert_eq!((found.title.as_deref(), found.number.as_deref()), (title, number), "{text}");
        }
        for text in ["Merge branch 'x'", "Merge remote-tracking branch 'origin/main' into x", "merge main", ""] {
            assert_eq!(MergeTitle::of(&Message::new(text)), None, "{text}");
        }
    }
}
