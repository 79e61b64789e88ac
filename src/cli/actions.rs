//! Results for the step of CI that a run is part of. `GITHUB_OUTPUT` and `GITHUB_STEP_SUMMARY` name files for the outputs and
//! the summary of GitHub Actions; `TWINTRACK_DOTENV` names one for variables in the form of GitLab's dotenv reports. Nothing
//! depends on running there.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use fs_err::OpenOptions;

use super::excerpt::excerpt;
use super::logging::random_word;
use crate::domain::RuleSeverity;

/// What a summary may hold at most, in bytes, the summaries of the step's earlier commands included.
const SUMMARY_LIMIT: u64 = 1 << 20;

/// What a variable of a dotenv report may hold at most, in bytes: GitLab refuses reports of more than five kilobytes.
const VARIABLE_LIMIT: usize = 1_024;

/// The files of the step that this run is part of.
#[derive(Debug, Default)]
pub(super) struct Actions {
    output: Option<PathBuf>,
    dotenv: Option<PathBuf>,
    summary: Option<PathBuf>,
}

impl Actions {
    pub fn from_environment() -> Self {
        let file = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let (output, dotenv) = (file("GITHUB_OUTPUT"), file("TWINTRACK_DOTENV"));
        Self { output, dotenv, summary: file("GITHUB_STEP_SUMMARY") }
    }

    /// Whether anything is listening that takes texts of several lines.
    pub const fn is_a_step(&self) -> bool {
        self.output.is_some() || self.summary.is_some()
    }

    /// Sets what findings come to: whether they pass, how many fail and how many warn; then what else there is.
    pub fn set_findings(
        &self,
        passed: bool,
        severities: impl Iterator<Item = RuleSeverity> + Clone,
        more: &[(&str, &str)],
    ) -> anyhow::Result<()> {
        let count = |severity| severities.clone().filter(|found| *found == severity).count().to_string();
        let (failed, warned) = (count(RuleSeverity::Fail), count(RuleSeverity::Warn));
        let outputs = [("passed", if passed { "true" } else { "false" }), ("failed", &failed), ("warned", &warned)];
        self.set(&[outputs.as_slice(), more].concat())
    }

    /// Sets outputs of the step. A value of several lines stands between delimiters that nobody can guess, so that no
    /// commit message can set another output.
    pub fn set(&self, outputs: &[(&str, &str)]) -> anyhow::Result<()> {
        self.set_variables(outputs)?;
        let Some(path) = &self.output else { return Ok(()) };
        let mut text = String::new();
        for (name, value) in outputs {
            if value.contains(['\n', '\r']) {
                let delimiter = format!("twintrack_{}{}", random_word(), random_word());
                text.push_str(&format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"));
            } else {
                text.push_str(&format!("{name}={value}\n"));
            }
        }
        append(path, &text).context("cannot write the step's outputs")
    }

    /// Sets variables of a dotenv report, `TWINTRACK_TAG=v1.8.5`. Such a report knows no quotes and no lines: a value of
    /// several lines, or one that is too long, is left out.
    fn set_variables(&self, outputs: &[(&str, &str)]) -> anyhow::Result<()> {
        let Some(path) = &self.dotenv else { return Ok(()) };
        let is_plain = |value: &str| value.len() <= VARIABLE_LIMIT && !value.contains(char::is_control);
        let fitting = outputs.iter().filter(|(_, value)| is_plain(value));
        let lines = fitting.map(|(name, value)| format!("TWINTRACK_{}={value}\n", name.to_ascii_uppercase()));
        append(path, &lines.collect::<String>()).context("cannot write the step's dotenv report")
    }

    /// Adds Markdown to the summary of the step: of what would not fit the entries that do.
    pub fn summarise(&self, markdown: &str) -> anyhow::Result<()> {
        let Some(path) = &self.summary else { return Ok(()) };
        let text = excerpt(markdown.trim_end(), room(path), str::len, "The rest is too long for this page.");
        if text.len() > room(path) {
            return Ok(());
        }
        append(path, &format!("{}\n", text.trim_end())).context("cannot write the step's summary")
    }

    /// Adds a text view to the summary, without its styles; of what would not fit the lines that do.
    pub fn summarise_text(&self, title: &str, view: &str) -> anyhow::Result<()> {
        let Some(path) = &self.summary else { return Ok(()) };
        let plain = anstream::adapter::strip_str(view).to_string();
        let mut fitting = plain.as_str();
        while !fitting.is_empty() && fenced(title, fitting).len() > room(path) {
            let surplus = fenced(title, fitting).len() - room(path);
            let most = fitting.len().saturating_sub(surplus.max(1));
            let end = (0..=most).rev().find(|at| fitting.is_char_boundary(*at)).unwrap_or(0);
            fitting = fitting[..end].rfind('\n').map_or("", |line| &fitting[..line]);
        }
        if fitting.is_empty() { Ok(()) } else { self.summarise(&fenced(title, fitting)) }
    }
}

/// Bytes that the summary can still take, the line end after them not counted.
fn room(summary: &Path) -> usize {
    let taken = fs_err::metadata(summary).map_or(0, |metadata| metadata.len());
    usize::try_from(SUMMARY_LIMIT.saturating_sub(taken + 1)).unwrap_or(0)
}

/// Text below a title, in a fence that nothing in it can close.
fn fenced(title: &str, text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("## {title}\n\n{fence}text\n{}\n{fence}", text.trim_end())
}

fn append(path: &PathBuf, text: &str) -> anyhow::Result<()> {
    let mut file = OpenOptions::new().append(true).create(true).open(path)?;
    file.write_all(text.as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_several_lines_cannot_set_another_output() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("output");
        let actions = Actions { output: Some(path.clone()), ..Actions::default() };
        actions.set(&[("version", "1.8.5"), ("changelog", "a\nversion=9")]).unwrap();
        let text = fs_err::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let delimiter = lines[1].strip_prefix("changelog<<").unwrap();
        assert!(delimiter.len() > 32);
        assert_eq!((lines[0], &lines[2..]), ("version=1.8.5", ["a", "version=9", delimiter].as_slice()));
    }

    #[test]
    fn a_dotenv_report_has_one_line_for_each_plain_value() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("report.env");
        let actions = Actions { dotenv: Some(path.clone()), ..Actions::default() };
        let long = "x".repeat(VARIABLE_LIMIT + 1);
        actions.set(&[("tag", "v1.8.5"), ("changelog", "a\nPATH=/tmp"), ("notes", &long)]).unwrap();
        actions.set(&[("previous_tag", "v1.8.4")]).unwrap();
        let text = fs_err::read_to_string(path).unwrap();
        assert_eq!(text, "TWINTRACK_TAG=v1.8.5\nTWINTRACK_PREVIOUS_TAG=v1.8.4\n");
    }

    #[test]
    fn a_summary_holds_what_fits_and_never_more() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("summary");
        let actions = Actions { summary: Some(path.clone()), ..Actions::default() };
        actions.summarise("# short").unwrap();
        let entry = format!("- {}\n", "x".repeat(998));
        actions.summarise(&entry.repeat(2_000)).unwrap();
        let text = fs_err::read_to_string(&path).unwrap();
        assert!(text.len() as u64 <= SUMMARY_LIMIT && text.len() > 1_000_000, "{}", text.len());
        assert!(text.starts_with("# short\n- x") && text.ends_with("x\n\nThe rest is too long for this page.\n"));
        actions.summarise(&entry).unwrap();
        actions.summarise_text("Board", &"line\n".repeat(1_000)).unwrap();
        let text = fs_err::read_to_string(&path).unwrap();
        assert!(text.len() as u64 <= SUMMARY_LIMIT && text.ends_with("\n```\n"), "{}", &text[text.len() - 90..]);
    }
}
