//! Which commits a number or a key names: the commits of a pull request, those that say which weakness or issue they are
//! about. What they are to each other is decided by whoever asks.

use super::notes::BodyNotes;
use super::subject::{Subject, issue_key, strip_tail};
use crate::graph::{Graph, Node};

/// What people write in place of a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mention {
    /// `#12`, `!12` or `GH-12`: a pull request, merge request or issue.
    Number(u64),
    /// `CVE-2026-1234`, `GHSA-…`, `SECURITY-12`, `KEY-12`.
    Key(String),
}

/// The commits that a mention leads to, each list newest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mentions {
    /// They are what was mentioned: the pull request's own commits, or every commit that names the key. Merges stand for
    /// what they brought.
    pub own: Vec<Node>,
    /// They only refer to it, as `Fixes: #12` does.
    pub referring: Vec<Node>,
}

impl Mention {
    /// `None` for what is neither a number nor a key. Keys of weaknesses are known in any letter case.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix(['#', '!']).or_else(|| text.strip_prefix("GH-"));
        if let Some(digits) = digits.filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit())) {
            return digits.parse().ok().map(Self::Number);
        }
        let upper = text.to_ascii_uppercase();
        if upper.starts_with("GHSA-") {
            let parts: Vec<&str> = text[5..].split('-').collect();
            let is_ghsa = parts.len() == 3
                && parts.iter().all(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphanumeric()));
            return is_ghsa.then(|| Self::Key(format!("GHSA-{}", text[5..].to_ascii_lowercase())));
        }
        let key = if upper.starts_with("CVE-") || upper.starts_with("SECURITY-") { upper.as_str() } else { text };
        (issue_key(key) == Some(key.len())).then(|| Self::Key(key.to_owned()))
    }

    /// Whether it is the key of a weakness, which no two changes share by chance.
    pub fn is_security(&self) -> bool {
        matches!(self, Self::Key(key) if ["CVE-", "GHSA-", "SECURITY-"].iter().any(|start| key.starts_with(start)))
    }

    /// Whether `reference`, as a change note writes it, is the same.
    pub fn is(&self, reference: &str) -> bool {
        Self::parse(reference.trim()).as_ref() == Some(self)
    }

    /// As people write it.
    pub fn text(&self) -> String {
        match self {
            Self::Number(number) => format!("#{number}"),
            Self::Key(key) => key.clone(),
        }
    }

    /// One pass over all messages.
    pub fn commits(&self, graph: &Graph) -> Mentions {
        let mut found = Mentions::default();
        let digits = match self {
            Self::Number(number) => number.to_string(),
            Self::Key(key) => key.clone(),
        };
        for node in graph.nodes() {
            let (subject, body) = (graph.subject(node), graph.body(node));
            let is_near = |text: &str| match self {
                Self::Number(_) => text.contains(&digits),
                Self::Key(key) => holds_word(text, key),
            };
            if !is_near(subject) && !is_near(body) {
                continue;
            }
            match self {
                Self::Key(_) => found.own.push(node),
                Self::Number(number) if is_request(graph, node, *number) => found.own.push(node),
                Self::Number(number) if refers(subject, body, *number) => found.referring.push(node),
                Self::Number(_) => {}
            }
        }
        found
    }
}

/// Whether the commit is that of the pull request: its merge, or squashed from it, or taken over from it.
fn is_request(graph: &Graph, node: Node, number: u64) -> bool {
    let is_it = |text: &str| text.get(1..).and_then(|digits| digits.parse().ok()) == Some(number);
    if graph.is_merge(node) {
        return graph.message(node).pull_request().and_then(|request| request.number).is_some_and(|text| is_it(&text));
    }
    let (_, tail) = strip_tail(graph.subject(node));
    let is_address = |line: &str| {
        line.strip_prefix("PR-URL:").and_then(|url| url.trim().rsplit('/').next()?.parse().ok()) == Some(number)
    };
    tail.iter().any(|text| is_it(text)) || graph.body(node).lines().any(is_address)
}

fn refers(subject: &str, body: &str, number: u64) -> bool {
    let is_it = |text: &String| text.get(1..).and_then(|digits| digits.parse().ok()) == Some(number);
    Subject::parse(subject).refs.iter().any(is_it) || BodyNotes::parse(body).refs.iter().any(is_it)
}

/// Whether `text` has `word` with nothing before or behind it that would make it another one; letter case is ignored,
/// since people write `ghsa-` and `cve-`, too.
fn holds_word(text: &str, word: &str) -> bool {
    let (text, word) = (text.as_bytes(), word.as_bytes());
    let goes_on = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric());
    text.windows(word.len()).enumerate().any(|(at, window)| {
        window.eq_ignore_ascii_case(word)
            && !goes_on(at.checked_sub(1).and_then(|before| text.get(before)))
            && !goes_on(text.get(at + word.len()))
    })
}

/// What a merge brought: the commits, no merges, that it reaches and its first parent does not, newest first.
pub fn merged_by(graph: &Graph, merge: Node) -> Vec<Node> {
    let Some((first, others)) = graph.parents(merge).split_first() else { return Vec::new() };
    let brought = graph.range(others, &graph.reach(&[*first]));
    brought.into_iter().filter(|node| !graph.is_merge(*node)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;
    use crate::graph::Loader;
    use crate::testing::TestRepo;

    #[test]
    fn knows_numbers_and_keys_as_people_write_them() {
        let key = |text: &str| Some(Mention::Key(text.to_owned()));
        for (text, mention) in [
            ("#12", Some(Mention::Number(12))),
            ("!12", Some(Mention::Number(12))),
            ("GH-12", Some(Mention::Number(12))),
            ("cve-2026-1234", key("CVE-2026-1234")),
            ("GHSA-AAAA-bbbb-1234", key("GHSA-aaaa-bbbb-1234")),
            ("SECURITY-3658", key("SECURITY-3658")),
            ("KAFKA-12", key("KAFKA-12")),
            ("#", None),
            ("#1a", None),
            ("GHSA-aaaa", None),
            ("release-12", None),
            ("1.8.4", None),
            ("", None),
        ] {
            assert_eq!(Mention::parse(text), mention, "{text}");
        }
        assert!(Mention::parse("CVE-2026-1").unwrap().is_security());
        assert!(!Mention::parse("KAFKA-12").unwrap().is_security());
    }

    #[test]
    fn finds_the_commits_of_a_request_and_those_that_refer_to_it() {
        let mut r = TestRepo::new();
        r.commit("main", "begin");
        r.branch("topic", "main");
        r.commit("topic", "one");
        r.commit("main", "two (#12)");
        r.merge("main", "topic", "Merge pull request #12 from x/topic");
        r.commit("main", "three (#12) (#34)");
        r.commit("main", "four (#120)");
        r.commit("main", "five\n\nFixes #12");
        r.commit("main", "six\n\nit mends CVE-2026-12 for good\n\nRefs: none");
        r.commit("main", "seven CVE-2026-123");
        let cache = tempfile::tempdir().unwrap();
        let repository = r.open();
        let cache = Cache::below(cache.path());
        let graph = Loader { repository: &repository, cache: &cache, progress: &|_| {} }.load(&[r.id("main")]).unwrap();
        let subjects = |nodes: &[Node]| nodes.iter().map(|node| graph.subject(*node).to_owned()).collect::<Vec<_>>();
        let found = Mention::Number(12).commits(&graph);
        assert_eq!(subjects(&found.own), ["three (#12) (#34)", "Merge pull request #12 from x/topic", "two (#12)"]);
        assert_eq!(subjects(&found.referring), ["five"]);
        assert_eq!(subjects(&merged_by(&graph, found.own[1])), ["one"]);
        let found = Mention::parse("CVE-2026-12").unwrap().commits(&graph);
        assert_eq!(subjects(&found.own), ["six"]);
    }
}
