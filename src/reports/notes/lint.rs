//! Change notes by themselves: whether each can be read, has what its blocks have to say, and means what it says.

use serde::Serialize;

use super::change::ChangeLint;
use super::flags::action_flags;
use crate::config::{CheckRules, Config, ForeignNotes, Note, NoteError, NoteFormat, RuleSetting};
use crate::domain::{ChangeKind, ChannelName, Rule, RuleSeverity};
use crate::ledger::NoteSource;

/// What `note lint` prints.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteLint {
    /// How many notes were looked at.
    pub notes: usize,
    /// In the order of the files, then of their lines; what is about the change as a whole comes first.
    pub findings: Vec<NoteFinding>,
    /// Whether none of them fails.
    pub passed: bool,
    /// Paths of notes whose text this clone lacks.
    pub absent: Vec<String>,
    /// What the change between two commits needs; `None` where no base was named.
    pub change: Option<ChangeLint>,
}

/// Something that is wrong with a note, or that it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NoteFinding {
    pub rule: Rule,
    pub severity: RuleSeverity,
    /// What it is about: `changes/lease.md`, or a change that has no note. May hold control characters, as all texts here.
    pub subject: String,
    /// The note; `None` where it is about the change as a whole.
    pub file: Option<String>,
    /// Counted from one.
    pub line: Option<usize>,
    pub column: Option<usize>,
    /// A fragment.
    pub message: String,
    pub hint: Option<String>,
}

impl NoteLint {
    /// Judges by the findings.
    pub fn new(notes: usize, findings: Vec<NoteFinding>, absent: Vec<String>, change: Option<ChangeLint>) -> Self {
        let passed = findings.iter().all(|finding| finding.severity != RuleSeverity::Fail);
        Self { notes, findings, passed, absent, change }
    }
}

impl NoteFinding {
    /// A finding about a place in a file, as heavy as the configuration lets it be; `None` where it is switched off.
    pub(super) fn weighed(
        rules: &CheckRules,
        rule: Rule,
        usual: RuleSeverity,
        place: (&str, Option<(usize, usize)>),
        (message, hint): (String, Option<String>),
    ) -> Option<Self> {
        let severity = match rules.of(rule) {
            Some(RuleSetting::Off) => return None,
            Some(RuleSetting::Weighs(severity)) => severity,
            None => usual,
        };
        let (subject, at) = place;
        Some(Self {
            rule,
            severity,
            subject: subject.to_owned(),
            file: at.map(|_| subject.to_owned()),
            line: at.map(|(line, _)| line),
            column: at.map(|(_, column)| column),
            message,
            hint,
        })
    }
}

/// Everything that is wrong with notes, in their order.
pub fn lint_notes(config: &Config, sources: &[NoteSource]) -> Vec<NoteFinding> {
    let channels: Vec<ChannelName> = config.channels.keys().cloned().collect();
    let mut findings = Vec::new();
    for source in sources {
        match config.changes.read_note(&source.path, &source.path, &source.bytes, Some(&channels)) {
            Ok(note) => findings.extend(of_note(config, source, &note)),
            Err(error) => findings.extend(of_error(config, source, &error)),
        }
    }
    findings
}

fn of_error(config: &Config, source: &NoteSource, error: &NoteError) -> Vec<NoteFinding> {
    let findings = error.findings.iter().filter_map(|finding| {
        let key = if finding.path.steps().is_empty() { String::new() } else { format!("`{}`: ", finding.path) };
        let at = (finding.position.line, finding.position.column);
        let words = (format!("{key}{}", finding.fault), finding.hint());
        NoteFinding::weighed(
            &config.check,
            Rule::NoteComplete,
            RuleSeverity::Fail,
            (source.path.as_str(), Some(at)),
            words,
        )
    });
    findings.collect()
}

/// What is wrong with a note that can be read.
fn of_note(config: &Config, source: &NoteSource, note: &Note) -> Vec<NoteFinding> {
    let text = String::from_utf8_lossy(&source.bytes);
    let foreign = config.changes.foreign_of(&source.path);
    let format = foreign.map_or(NoteFormat::Twintrack, ForeignNotes::format);
    let flags = action_flags(note, &text, format).into_iter().filter_map(|flag| {
        let words = (flag.message, Some(flag.hint.to_owned()));
        let place = (source.path.as_str(), Some((flag.line, 1)));
        NoteFinding::weighed(&config.check, Rule::ActionFlagMatchesText, flag.severity, place, words)
    });
    let mut findings: Vec<NoteFinding> = flags.collect();
    if foreign.is_none() && note.kind == ChangeKind::Security && note.security.is_none() {
        let line = text.lines().position(|line| line.trim_start().starts_with("kind")).map_or(1, |at| at + 1);
        findings.extend(NoteFinding::weighed(
            &config.check,
            Rule::NoteComplete,
            RuleSeverity::Warn,
            (source.path.as_str(), Some((line, 1))),
            (
                "`security`: missing, so that nobody knows how bad it is and from which day on it may be told"
                    .to_owned(),
                Some("add `[security]` with `severity` and, where it is still a secret, `disclose-on`".to_owned()),
            ),
        ));
    }
    findings.sort_by_key(|finding| (finding.line, finding.column));
    findings
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{ChloggenNotes, Origin, RenoNotes};

    const POLICY: &str = "schema = 1\n[channels.self-hosted]\nkind = \"versioned\"\nline = \"release/{major}.{minor}\"\n\
                          tag = \"v{version}\"\ncut-from = \"trunk\"\n";

    fn lint(policy: &str, text: &str) -> Vec<String> {
        lint_file(policy, Vec::new(), "changes/a.md", text)
    }

    fn lint_file(policy: &str, foreign: Vec<ForeignNotes>, path: &str, text: &str) -> Vec<String> {
        let mut config = Config::read(&format!("{POLICY}{policy}"), Origin::Recognised).unwrap();
        config.changes.foreign = foreign;
        let source = NoteSource { path: path.into(), location: path.into(), bytes: text.into() };
        let shown = |finding: NoteFinding| {
            let (line, column) = (finding.line.unwrap(), finding.column.unwrap());
            let severity = finding.severity.as_str();
            format!("{severity} {} {}:{line}:{column} {}", finding.rule, finding.file.unwrap(), finding.message)
        };
        lint_notes(&config, &[source]).into_iter().map(shown).collect()
    }

    #[test]
    fn every_finding_has_its_place_and_its_weight() {
        let note = "+++\nkind = \"fixed\"\nchannels = \"hosted\"\n[operator]\naction = \"required\"\n+++\nx\n";
        assert_eq!(
            lint("", note),
            [
                "fail note-complete changes/a.md:3:12 `channels`: there is no channel `hosted`",
                "fail note-complete changes/a.md:4:2 `operator.downtime`: missing",
                "fail note-complete changes/a.md:4:2 `operator.rollback`: missing",
                "fail note-complete changes/a.md:4:2 `operator.when`: missing",
                "fail note-complete changes/a.md:5:10 `operator.action`: something is to be done, and nothing says what",
            ]
        );
        let note = "+++\nkind = \"security\"\n+++\nThe token leaks. Action required.\n";
        let security = "`security`: missing, so that nobody knows how bad it is and from which day on it may be told";
        let action = "the text says \"action required\", and `[operator]` says that nothing is to be done";
        assert_eq!(
            lint("", note),
            [
                format!("warn note-complete changes/a.md:2:1 {security}"),
                format!("fail action-flag-matches-text changes/a.md:4:1 {action}"),
            ]
        );
        let off = "[check]\nrules = { note-complete = \"off\", action-flag-matches-text = \"warn\" }\n";
        assert_eq!(lint(off, note), [format!("warn action-flag-matches-text changes/a.md:4:1 {action}")]);
    }

    #[test]
    fn of_another_tool_nothing_is_asked_that_its_format_has_not() {
        let reno = |text: &str| {
            let notes = vec![ForeignNotes::Reno(RenoNotes::default())];
            lint_file("", notes, "releasenotes/notes/lease-0123456789abcdef.yaml", text)
        };
        let says = "the text says \"action required\", and there is no section `upgrade`";
        assert_eq!(
            reno("fixes:\n  - Action required, set the lease.\n"),
            [format!("fail action-flag-matches-text releasenotes/notes/lease-0123456789abcdef.yaml:2:1 {says}")]
        );
        assert_eq!(reno("upgrade:\n  - Action required, set the lease.\n"), [""; 0]);
        let chloggen = vec![ForeignNotes::Chloggen(ChloggenNotes::configured(None))];
        let entry = "change_type: breaking\ncomponent: core\nnote: You must set the lease.\nissues: [1]\nsubtext:\n";
        let says = "the text says \"you must\", and chloggen has no place for what operators do";
        assert_eq!(
            lint_file("", chloggen, ".chloggen/lease.yaml", entry),
            [format!("warn action-flag-matches-text .chloggen/lease.yaml:3:1 {says}")]
        );
    }
}
