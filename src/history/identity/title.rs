//! Subjects brought into a form in which those of one change are equal: what forges, bots and people put around a title on
//! its way to a line is taken off, and only its words are left.

use std::hash::Hasher;
use std::sync::LazyLock;

use regex::bytes::{Regex, RegexBuilder};
use rustc_hash::FxHasher;

use crate::history::subject::Subject;

/// A subject without its marks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Title {
    /// Lower-case words and numbers, joined by single blanks.
    pub words: String,
    /// How often the title takes back what it names: 0 for a plain one, 1 for a revert, 2 for a re-application.
    pub turns: u32,
}

impl Title {
    /// Whether it speaks of the notes of a release.
    pub(super) fn is_of_notes(&self) -> bool {
        self.words.split(' ').any(|word| matches!(word, "notes" | "relnotes" | "changelog" | "news"))
    }
}

/// What tells that a title says nothing of its own, and what takes marks off.
pub(super) struct Titles {
    prefixes: Regex,
    suffixes: Regex,
    whole: Regex,
    generic: Regex,
    bump: Regex,
    marked: Regex,
    release: Regex,
}

static TITLES: LazyLock<Titles> = LazyLock::new(Titles::new);

/// Begins to build what takes marks off titles, where there is a thread to spare: it takes as long as reading some hundred
/// commits, and who recognises changes needs it only after having read others.
pub fn prepare_titles(threads: usize) {
    if threads > 1 {
        // Where the system gives no thread, whoever needs it first builds it.
        let _ = std::thread::Builder::new().spawn(|| LazyLock::force(&TITLES));
    }
}

/// A line as people name it: `release-1.2`, `v1.2`, `1.2.x`, `stable/2.0`, `k210`, `3.12`, `main`.
const LINE: &str = r"(?:(?:release|stable|branch|maintenance|maint|lts|rel|support|hotfix)[-_/\ ]?)*(?:v|k|r)?[0-9]+(?:[-._][0-9a-z]+)*(?:-(?:stable|branch|y|x|lts|maintenance))*|main|master|trunk|devel|develop|maint|stable|release|dev|lts";

impl Titles {
    /// The same for all: nothing of it depends on a repository.
    pub(super) fn shared() -> &'static Self {
        &TITLES
    }

    fn new() -> Self {
        // Marks are written in ASCII; expressions that know more letters take several times as long to build.
        let regex = |text: String| {
            RegexBuilder::new(&text).unicode(false).build().expect("the expressions of this file are tested")
        };
        Self {
            prefixes: regex(format!(
                r"(?ix)^(?:
                    \[\s*(?:(?:back|forward)[-\ ]?port(?:ed)?(?:\s+to)?|cherry[-\ ]?pick(?:ed)?|manual\s+back\s?port|bp|for|merge)?[\s:]*(?:{LINE})?(?:[\s:]*(?:back[-\ ]?port|branch|only|cherry[-\ ]?pick))?(?:\s*[,/|]\s*(?:{LINE}))*\s*\]
                  | \((?:{LINE})\)
                  | (?:(?:auto(?:mated|matic)?|manual)\s+)?(?:back[-\ ]?port(?:ed)?|cherry[-\ ]?pick(?:ed)?)(?:\s+(?:of|for|from))?(?:\s+(?:pr\s*)?(?:\w+/\w+)?[\#!][0-9]+(?:\s*(?:,|and|&)\s*)?)*(?:\s+(?:on|to|into|in|onto)\s+(?:{LINE}))?\s*(?::|-\s)
                  | (?:auto(?:mated|matic)?\s+)?(?:back[-\ ]?port|cherry[-\ ]?pick)\s+(?:of\s+)?(?:[\#!][0-9]+[:\s,]*)+(?:(?:on|to|into|in|onto)\s+(?:{LINE})\s*[:-]?)?
                  | back[-\ ]?port\s+of\s
                  | back[-\ ]?port\s+\[[0-9a-f]+\]\s
                  | (?:chore|fix|feat|ci|docs|test|build)(?:\([^)]*\))?:\s*\[(?:{LINE})\]\s*
                  | (?:{LINE})\s*:\s
                  | [\#!][0-9]+\s*[:-]\s
                )\s*[:-]?\s*"
            )),
            suffixes: regex(format!(
                r"(?ix)(?:
                    [\s(\[]*(?:manual\s+|auto\s+)?(?:back[-\ ]?port(?:ed)?|cherry[-\ ]?pick(?:ed)?|backports)(?:\s+(?:of|to|into|for|from|on|pr|commit))*\s*(?:[\#!]?[0-9a-f]*)?\s*(?:to|into|for|on|from)?\s*(?:{LINE})?[)\]]+
                  | \s+(?:into|to|onto|on)\s+(?:release|stable|branch|maintenance|lts)[-_/][0-9a-z._/-]+
                  | \s+\(?(?:into|to|for|on)?\s*(?:{LINE})\s*back[-\ ]?port\)?
                  | \s*\((?:{LINE})\)
                  | \s*\[(?:{LINE})(?:\s+back[-\ ]?port)?\]
                  | \s*\(\s*(?:\w+/\w+)?[\#!][0-9]+(?:[\s,]+(?:\w+/\w+)?[\#!][0-9]+)*\s*\)
                  | \s*\(?(?:gh|pr|bpo)[-\ ]?\#?[0-9]+\)?
                  | \s+-\s+[\#!][0-9]+
                  | \s+[\#!][0-9]+
                  | \.+ | …
                )\s*$"
            )),
            whole: regex(r#"(?i)^(?:back[-\ ]?port(?:ed)?|cherry[-\ ]?pick(?:ed)?)\s+(?:of\s+)?["'](.+)["']"#.to_owned()),
            generic: regex(
                r"(?x)^(?:
                    (?:update|upgrade|bump|fix|add|remove|change|refresh|sync|regenerate|cleanup|clean\ up|revert)?\ ?(?:the\ )?
                    (?:changelogs?|change\ log|release\ notes?|notes|news|readme|docs?|documentation|version|versions|dependencies|deps|tests?|ci|typos?|travis|vendor|go\ mod|go\ sum|submodules?|translations?|copyright|lint|whitespace|authors|changes|history)
                    (?:\ (?:for|to|file|files|md|number|entry|entries).*)?
                  | (?:fix|wip|update|cleanup|test|tests|changes|review|fixup|oops|minor|misc|more)(?:\ .{0,4})?
                  | merge\ .*
                  | build\ deps?\ bump\ .*
                )$"
                    .to_owned(),
            ),
            bump: regex(
                r"(?x)(?:^|\ )(?:bump|bumps|bumped|bumping|update|updates|updated|upgrade|upgrades|upgraded|roll|rolls|pin|uprev)\ (?:.*\ )?(?:v?[0-9]+\ [0-9]+|v[0-9]+|go[0-9]+|module|dependency|dependencies|digest)(?:\ |$)"
                    .to_owned(),
            ),
            marked: regex(r"(?i)back[- ]?port|cherry[- ]?pick".to_owned()),
            release: regex(
                r"(?x)^(?:chore\ |ci\ |build\ |rel\ |doc\ |docs\ |maint\ |vers?ion\ )*(?:
                    maven\ release\ plugin\ .*
                  | (?:prepare|preparing|preparation|prep)\ .*(?:release|development|version|iteration|[0-9]+\ [0-9]+).*
                  | (?:post|pre)\ release.*
                  | (?:bump|update|increment|set|change|upgrade|raise)\ (?:the\ )?(?:project\ |package\ |library\ |api\ |app\ )?(?:version|versions|version\ number|release\ number|release)(?:\ .*)?
                  | version\ (?:bump|update).*
                  | version\ (?:up|bump)\ .*
                  | bump\ version.*
                  | (?:bump|bumped|bumping)\ (?:to\ |for\ )?v?[0-9]+\ [0-9]+.*
                  | (?:release|releasing|released|tag|tagging|rel|publish|publishing|cut)\ (?:of\ |for\ |version\ |notes\ (?:for\ )?|commit\ (?:for\ )?)?(?:[a-z]+\ )?v?[0-9]+(?:\ (?:[0-9]+|v[0-9]+|rc|alpha|beta|pre|dev|rc[0-9]+|alpha[0-9]+|beta[0-9]+|final|release|notes|changelog|version|branch))*
                  | (?:[a-z]+\ )?v?[0-9]+(?:\ [0-9]+)+(?:\ ?(?:rc|alpha|beta|dev|pre|final|rc[0-9]+)\ ?[0-9]*)*(?:\ (?:release|final|changelog|notes))*
                  | (?:back\ to|return\ to|open|start|begin|resume)\ (?:dev|development|snapshot).*
                  | working\ on\ v?[0-9]+.*
                  | (?:new\ release|automatic\ release|open\ for)\ .*
                  | (?:add|update|write|finali[sz]e|generate|edit|prepare)\ (?:the\ )?(?:release\ notes?|changelog|change\ log|news|whatsnew|history|release\ note\ files?)(?:\ .*)?(?:v?[0-9]+\ [0-9]+.*)
                  | (?:release\ notes?|changelog|relnotes|whatsnew)\ (?:for\ |update\ )?.*v?[0-9]+\ [0-9]+.*
                  | (?:add|update)\ (?:the\ )?(?:changelog|change\ log|relnotes|release\ notes)(?:\ for\ .*)?
                )$"
                    .to_owned(),
            ),
        }
    }

    /// The title of a subject, without the marks of the way it came.
    pub(super) fn title(&self, subject: &str) -> Title {
        let mut turns = 0;
        let mut rest = subject.trim();
        for _ in 0..12 {
            let before = rest;
            rest = self.unmarked(rest);
            if let Some((inner, more)) = turned(rest) {
                (rest, turns) = (inner, turns + more);
            }
            if rest == before {
                break;
            }
        }
        let words = words(rest);
        let is_revert =
            turns == 0 && ["revert ", "reverts ", "back out ", "backout "].iter().any(|start| words.starts_with(start));
        Title { words, turns: turns + u32::from(is_revert) }
    }

    /// Takes marks off one end after the other; what has nothing but marks is left as it is.
    fn unmarked<'s>(&self, subject: &'s str) -> &'s str {
        let mut rest = subject.trim();
        let quoted = self.whole.captures(rest.as_bytes()).and_then(|found| found.get(1));
        if let Some(quoted) = quoted.and_then(|quoted| rest.get(quoted.range())) {
            rest = quoted;
        }
        for expression in [&self.prefixes, &self.suffixes] {
            if let Some(found) = expression.find(rest.as_bytes()) {
                let range = if found.start() == 0 { found.end()..rest.len() } else { 0..found.start() };
                let Some(shorter) = rest.get(range) else { continue };
                if shorter.chars().filter(|c| c.is_alphanumeric()).count() > 2 {
                    rest = shorter.trim();
                }
            }
        }
        let sentence = Subject::parse(rest).sentence.trim();
        if sentence.is_empty() { rest } else { sentence }
    }

    /// Whether many commits of a project are called so.
    pub(super) fn is_generic(&self, title: &Title) -> bool {
        let count = title.words.split(' ').count();
        count < 2 || self.generic.is_match(title.words.as_bytes())
    }

    /// Whether the title only moves a dependency to another version; notes of a version are none.
    pub(super) fn is_bump(&self, title: &Title) -> bool {
        !title.is_of_notes() && self.bump.is_match(title.words.as_bytes())
    }

    /// Whether a subject says that its change was taken over from elsewhere.
    pub(super) fn is_marked(&self, subject: &str) -> bool {
        self.marked.is_match(subject.as_bytes())
    }

    /// Whether the title is that of a commit which releasing makes.
    pub(super) fn is_release(&self, title: &Title) -> bool {
        title.turns == 0 && self.release.is_match(title.words.as_bytes())
    }
}

/// `Revert "title"` and `Reapply "title"` without the first layer, and how often that turns the change.
fn turned(text: &str) -> Option<(&str, u32)> {
    let starts = [("revert", 1), ("reverts", 1), ("reverted", 1), ("reapply", 2), ("reland", 2), ("re-land", 2)];
    let (word, turns) =
        starts.iter().find(|(word, _)| text.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)))?;
    let rest = text[word.len()..].trim_start();
    let rest = rest.strip_prefix(':').map_or(rest, str::trim_start);
    let inner = rest.strip_prefix(['"', '\'', '“'])?;
    let end = inner.rfind(['"', '\'', '”']).unwrap_or(inner.len());
    let inner = if end < inner.len() / 2 { inner } else { &inner[..end] };
    (!inner.trim().is_empty()).then_some((inner.trim(), *turns))
}

/// Lower-case words and numbers, joined by single blanks.
pub(super) fn words(text: &str) -> String {
    let mut found = String::with_capacity(text.len());
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        if !found.is_empty() {
            found.push(' ');
        }
        found.extend(word.chars().flat_map(char::to_lowercase));
    }
    found
}

impl Title {
    /// The versions that the title names: runs of two numbers and more.
    pub(super) fn versions(&self) -> Vec<String> {
        let mut found: Vec<Vec<&str>> = vec![Vec::new()];
        for word in self.words.split(' ') {
            let digits = word.trim_start_matches(['v', 'r', 'k']);
            let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            match found.last_mut() {
                Some(run) if is_number => run.push(digits),
                _ => found.push(Vec::new()),
            }
        }
        found.into_iter().filter(|run| run.len() > 1).map(|run| run.join(".")).collect()
    }

    /// A number that titles with equal words and turns share.
    pub(super) fn key(&self) -> u64 {
        let mut hasher = FxHasher::default();
        hasher.write_u32(self.turns % 2);
        hasher.write(self.words.as_bytes());
        hasher.finish()
    }
}
