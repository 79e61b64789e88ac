//! The text of a new note: with what is known of it alone, or as a template in which the rest stands commented out.

use std::fmt::Write as _;

/// What is known of a note before it is written. Words are not checked here: the text is read back as any note is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoteDraft {
    pub kind: Option<String>,
    /// `None`: as the configuration says.
    pub channels: Option<Vec<String>>,
    pub scope: Option<String>,
    pub refs: Vec<String>,
    pub breaking: Option<String>,
    /// A day.
    pub announce_on: Option<String>,
    pub backport: Vec<String>,
    /// Keys of `[operator]` and their texts, in order.
    pub operator: Vec<(&'static str, String)>,
    pub installations: Vec<String>,
    pub severity: Option<String>,
    pub ids: Vec<String>,
    /// A day.
    pub disclose_on: Option<String>,
    /// Versions before it do not have the weakness.
    pub introduced_in: Option<String>,
    /// `[[migration]]` and its like.
    pub blocks: Vec<DraftBlock>,
    /// What changelogs say.
    pub summary: Option<String>,
    /// What operators are to do.
    pub operators: Option<String>,
}

/// One table of a list of a note, such as `[[migration]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftBlock {
    /// `migration`.
    pub name: &'static str,
    /// Keys of TOML and their texts, in order.
    pub keys: Vec<(String, String)>,
}

/// What stands at the head of a template.
const HEAD: &str = "\
# Lines that begin with `#` up to the next `+++` are taken out. Below that `+++`, say what the change means to people; the
# first lines are what changelogs say.
";

/// The keys at the top, as the template shows them where they are not known.
const TOP: [(&str, &str, &str); 7] = [
    ("kind", "\"fixed\"", "added, changed, deprecated, removed, fixed, security, performance, internal"),
    ("channels", "[\"self-hosted\"]", "whom it matters to; by default as release.toml says"),
    ("scope", "\"scheduler\"", "the part of the product"),
    ("refs", "[\"#4312\", \"CVE-2026-1234\"]", ""),
    ("breaking", "\"jobs without a name are refused\"", "what stops working, and for whom"),
    ("announce-on", "2026-12-03", "documents say nothing of it before"),
    ("backport", "[\"1.8\"]", "lines that are to get it"),
];

/// The blocks, as the template shows them where they are not known.
const OPERATOR: &str = r#"
[operator]                                     # what whoever operates an installation must do
action = "required"                            # or recommended; say what below `## Operators`
when = "before"                                # during, after
downtime = "none"                              # restart, or a period
rollback = "safe"                              # needs-down, needs-restore, impossible
verify = "the log says `lease taken`"
"#;
const SECURITY: &str = r#"
[security]                                     # only for kind = "security"
severity = "high"                              # low, medium, critical
ids = ["CVE-2026-1234"]
affected = "installations with `auth.tokens`"
disclose-on = 2026-12-03                       # documents stay vague before
"#;
const OTHERS: &str = r#"
[[configuration]]
key = "scheduler.lease"
change = "default"                             # added, removed, renamed, meaning
from = "5s"
to = "10s"

[[migration]]
id = "0042_add_lease"
phase = "before"                               # with, after, background
rollback = "needs-down"                        # safe, needs-restore, impossible
lock = "none"
online = true

[[requirement]]
name = "postgresql"
minimum = "14"

[[deprecation]]
what = "the key `scheduler.poll`"
removed-in = "2.0.0"
replacement = "`scheduler.lease`"

[[known-issue]]
about = "the first start takes minutes"
workaround = "wait"

[[erratum]]                                    # a correction made after a release shipped
on = 2026-12-03
text = "the lease is 10s, not 15s"
"#;

impl NoteDraft {
    /// The note with what is known of it.
    pub fn text(&self) -> String {
        let mut front = String::new();
        for (key, value) in self.top() {
            let _ = writeln!(front, "{key} = {value}");
        }
        front.push_str(&self.operator_block());
        front.push_str(&self.security_block());
        front.push_str(&self.other_blocks());
        format!("+++\n{front}+++\n{}", self.body())
    }

    /// The same with everything else commented out, to be filled in.
    pub fn template(&self) -> String {
        let known = self.top();
        let mut front = HEAD.to_owned();
        for (key, example, about) in TOP {
            let value = known.iter().find(|(name, _)| *name == key).map(|(_, value)| value.as_str());
            let entry = value.map_or_else(|| format!("# {key} = {example}"), |value| format!("{key} = {value}"));
            match about {
                "" => _ = writeln!(front, "{entry}"),
                // A comment behind a value would stay; above it, it is taken out.
                about if value.is_some() => _ = writeln!(front, "# {about}\n{entry}"),
                about => _ = writeln!(front, "{entry:<46} # {about}"),
            }
        }
        for (known, example) in
            [(self.operator_block(), OPERATOR), (self.security_block(), SECURITY), (String::new(), OTHERS)]
        {
            front.push_str(&if known.is_empty() { commented(example) } else { known });
        }
        front.push_str(&self.other_blocks());
        format!("+++\n{front}+++\n{}", self.body())
    }

    /// Keys at the top with their values in TOML, in the order of a note.
    fn top(&self) -> Vec<(&'static str, String)> {
        let list = |items: &[String]| (!items.is_empty()).then(|| quoted_list(items));
        let known = [
            ("kind", self.kind.as_deref().map(quoted)),
            ("channels", self.channels.as_deref().map(quoted_list)),
            ("scope", self.scope.as_deref().map(quoted)),
            ("refs", list(&self.refs)),
            ("breaking", self.breaking.as_deref().map(quoted)),
            ("announce-on", self.announce_on.clone()),
            ("backport", list(&self.backport)),
        ];
        known.into_iter().filter_map(|(key, value)| Some((key, value?))).collect()
    }

    fn operator_block(&self) -> String {
        let mut block = String::new();
        for (key, value) in &self.operator {
            let _ = writeln!(block, "{key} = {}", quoted(value));
        }
        if !self.installations.is_empty() {
            let _ = writeln!(block, "installations = {}", quoted_list(&self.installations));
        }
        if block.is_empty() { block } else { format!("\n[operator]\n{block}") }
    }

    fn security_block(&self) -> String {
        let mut block = String::new();
        if let Some(severity) = &self.severity {
            let _ = writeln!(block, "severity = {}", quoted(severity));
        }
        if !self.ids.is_empty() {
            let _ = writeln!(block, "ids = {}", quoted_list(&self.ids));
        }
        if let Some(version) = &self.introduced_in {
            let _ = writeln!(block, "introduced-in = {}", quoted(version));
        }
        if let Some(day) = &self.disclose_on {
            let _ = writeln!(block, "disclose-on = {day}");
        }
        if block.is_empty() { block } else { format!("\n[security]\n{block}") }
    }

    fn other_blocks(&self) -> String {
        let mut blocks = String::new();
        for DraftBlock { name, keys } in &self.blocks {
            let _ = writeln!(blocks, "\n[[{name}]]");
            for (key, value) in keys {
                let _ = writeln!(blocks, "{key} = {}", value_of(key, value));
            }
        }
        blocks
    }

    fn body(&self) -> String {
        let summary = self.summary.as_deref().unwrap_or_default().trim();
        let operators = self.operators.as_deref().map(str::trim).filter(|text| !text.is_empty());
        match operators {
            None => format!("{summary}\n"),
            Some(operators) => format!("{summary}\n\n## Operators\n{operators}\n"),
        }
    }
}

/// A template as somebody left it, without the comments of its first part and the blank lines that they leave.
pub fn without_comments(text: &str) -> String {
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let mut kept: Vec<&str> = Vec::new();
    let mut marks = 0;
    for line in text.lines() {
        let is_mark = line.trim_end() == "+++" && marks < 2;
        marks += usize::from(is_mark);
        let is_front = marks == 1;
        if is_front && line.trim_start().starts_with('#') {
            continue;
        }
        let is_blank = line.trim().is_empty();
        let follows_blank = kept.last().is_some_and(|last| last.trim().is_empty() || last.trim_end() == "+++");
        if is_front && is_blank && follows_blank {
            continue;
        }
        if is_mark && marks == 2 {
            while kept.last().is_some_and(|last| last.trim().is_empty()) {
                kept.pop();
            }
        }
        // What stood between the front matter and the text were comments.
        let is_before_text =
            marks == 2 && !is_mark && is_blank && kept.last().is_some_and(|last| last.trim_end() == "+++");
        if !is_before_text {
            kept.push(line);
        }
    }
    format!("{}\n", kept.join("\n").trim_end())
}

fn commented(text: &str) -> String {
    text.lines().map(|line| if line.is_empty() { "#\n".to_owned() } else { format!("# {line}\n") }).collect()
}

/// Keys of blocks that say yes or no.
const FLAGS: [&str; 5] = ["restart", "online", "grows-with-rows", "works-with-older", "dropped"];

/// A value as the key wants it: a flag and a day bare, everything else as text.
fn value_of(key: &str, text: &str) -> String {
    let is_flag = FLAGS.contains(&key) && matches!(text, "true" | "false");
    let is_day = key == "on" && text.parse::<chrono::NaiveDate>().is_ok();
    if is_flag || is_day { text.to_owned() } else { quoted(text) }
}

fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

fn quoted_list(items: &[String]) -> String {
    format!("[{}]", items.iter().map(|item| quoted(item)).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Note;
    use crate::domain::{Action, ChangeKind};

    fn draft() -> NoteDraft {
        let operator = [("action", "required"), ("when", "before"), ("downtime", "none"), ("rollback", "safe")];
        NoteDraft {
            kind: Some("security".into()),
            channels: Some(vec!["self-hosted".into()]),
            scope: Some("a \"b\" \\ c".into()),
            refs: vec!["#1".into(), "KEY-2".into()],
            announce_on: Some("2026-12-01".into()),
            backport: vec!["1.8".into()],
            operator: operator.map(|(key, value)| (key, value.to_owned())).into(),
            installations: vec!["helm".into()],
            severity: Some("high".into()),
            ids: vec!["CVE-2026-1234".into()],
            disclose_on: Some("2026-12-03".into()),
            summary: Some("Tokens are no longer logged.\n".into()),
            operators: Some("Rotate them.".into()),
            ..NoteDraft::default()
        }
    }

    #[test]
    fn what_is_written_reads_back_from_flags_and_from_the_template() {
        for text in [draft().text(), without_comments(&draft().template())] {
            let note =
                Note::read(&text, "changes/a.md", None).unwrap_or_else(|error| panic!("{:?}\n{text}", error.findings));
            assert_eq!((note.kind, note.scope.as_deref()), (ChangeKind::Security, Some("a \"b\" \\ c")));
            assert_eq!(note.operator.as_ref().unwrap().action, Action::Required);
            assert_eq!(note.security.as_ref().unwrap().ids, ["CVE-2026-1234"]);
            assert_eq!(
                (note.text.summary.as_str(), note.text.operators()),
                ("Tokens are no longer logged.", Some("Rotate them."))
            );
            assert!(text.lines().all(|line| !line.starts_with("# ")), "{text}");
        }
    }

    #[test]
    fn blocks_read_back_from_flags_and_beside_the_rest_of_the_template() {
        let block = |name, keys: &[(&str, &str)]| {
            let keys = keys.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
            DraftBlock { name, keys }
        };
        let blocks = vec![
            block("migration", &[("id", "0042"), ("phase", "before"), ("rollback", "safe"), ("online", "true")]),
            block(
                "migration",
                &[
                    ("id", "0043"),
                    ("phase", "after"),
                    ("rollback", "safe"),
                    ("measured.time", "4 minutes"),
                    ("measured.on", "true"),
                ],
            ),
            block("erratum", &[("on", "2026-12-03"), ("text", "It is \"ten\" seconds.")]),
        ];
        let draft = NoteDraft { blocks, ..draft() };
        for text in [draft.text(), without_comments(&draft.template())] {
            let note =
                Note::read(&text, "changes/a.md", None).unwrap_or_else(|error| panic!("{:?}\n{text}", error.findings));
            let ids: Vec<&str> = note.migrations.iter().map(|migration| migration.id.as_str()).collect();
            assert_eq!((ids, note.migrations[0].is_online), (vec!["0042", "0043"], Some(true)));
            assert_eq!(note.migrations[1].measured.as_ref().unwrap().on, "true");
            assert_eq!(note.errata[0].text, "It is \"ten\" seconds.");
            assert_eq!(note.operator.as_ref().unwrap().action, Action::Required);
        }
    }

    #[test]
    fn everything_in_the_template_is_a_sound_note_once_it_is_no_comment() {
        let template =
            NoteDraft { summary: Some("Text.".into()), operators: Some("Do it.".into()), ..NoteDraft::default() }
                .template();
        let (front, body) = template.strip_prefix("+++\n").unwrap().split_once("+++\n").unwrap();
        let open: String = front
            .strip_prefix(HEAD)
            .unwrap()
            .lines()
            .map(|line| format!("{}\n", line.trim_start_matches('#').trim_start()))
            .collect();
        let text = format!("+++\n{}+++\n{body}", open.replace("kind = \"fixed\"", "kind = \"security\""));
        Note::read(&text, "changes/a.md", None).unwrap_or_else(|error| panic!("{:?}\n{text}", error.findings));
    }

    #[test]
    fn a_template_that_nobody_filled_in_is_an_empty_note() {
        assert_eq!(without_comments(&NoteDraft::default().template()), "+++\n+++\n");
        assert_eq!(
            without_comments("+++\n# a\n\nkind = \"x\"\n\n# b\n\n+++\n# Title\n\n\ntext\n"),
            "+++\nkind = \"x\"\n+++\n# Title\n\n\ntext\n"
        );
    }

    proptest::proptest! {
        #[test]
        fn what_people_type_cannot_break_the_note(text in "[a-z \"'\\\\\n\t#+=\\[\\]é\u{7}]{1,40}") {
            let draft = NoteDraft {
                kind: Some("fixed".into()),
                scope: Some(format!("s{text}")),
                refs: vec![format!("r{text}")],
                summary: Some("x".into()),
                ..NoteDraft::default()
            };
            let note = Note::read(&draft.text(), "changes/a.md", None).unwrap();
            proptest::prop_assert_eq!(note.scope.unwrap(), format!("s{text}"));
        }
    }
}
