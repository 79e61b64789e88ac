//! Results for GitHub Actions: outputs of a step and its summary, where the variables `GITHUB_OUTPUT` and
//! `GITHUB_STEP_SUMMARY` name files for them. Nothing depends on running there.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Context as _;
use fs_err::OpenOptions;

use super::logging::random_word;

/// What a summary may hold at most, in bytes, the summaries of the step's earlier commands included.
const SUMMARY_LIMIT: u64 = 1 << 20;

/// The files of the step that this run is part of.
#[derive(Debug, Default)]
pub(super) struct Actions {
    output: Option<PathBuf>,
    summary: Option<PathBuf>,
}

impl Actions {
    pub fn from_environment() -> Self {
        let file = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self { output: file("GITHUB_OUTPUT"), summary: file("GITHUB_STEP_SUMMARY") }
    }

    /// Whether anything is listening.
    pub const fn is_a_step(&self) -> bool {
        self.output.is_some() || self.summary.is_some()
    }

    /// Sets outputs of the step. A value of several lines stands between delimiters that nobody can guess, so that no
    /// commit message can set another output.
    pub fn set(&self, outputs: &[(&str, &str)]) -> anyhow::Result<()> {
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

    /// Adds Markdown to the summary of the step; what would not fit is left out and said to be.
    pub fn summarise(&self, markdown: &str) -> anyhow::Result<()> {
        let Some(path) = &self.summary else { return Ok(()) };
        let taken = fs_err::metadata(path).map_or(0, |metadata| metadata.len());
        let length = markdown.len() as u64;
        let text = if taken + length < SUMMARY_LIMIT {
            format!("{}\n", markdown.trim_end())
        } else {
            format!("The result is too long for this page ({length} bytes).\n")
        };
        append(path, &text).context("cannot write the step's summary")
    }

    /// Adds a text view to the summary, without its styles.
    pub fn summarise_text(&self, title: &str, view: &str) -> anyhow::Result<()> {
        if self.summary.is_none() {
            return Ok(());
        }
        let plain = anstream::adapter::strip_str(view).to_string();
        self.summarise(&format!("## {title}\n\n{}", fenced(&plain)))
    }
}

/// A fence that nothing in `text` can close.
fn fenced(text: &str) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest.max(2) + 1);
    format!("{fence}text\n{}\n{fence}", text.trim_end())
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
        let actions = Actions { output: Some(path.clone()), summary: None };
        actions.set(&[("version", "1.8.5"), ("changelog", "a\nversion=9")]).unwrap();
        let text = fs_err::read_to_string(path).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        let delimiter = lines[1].strip_prefix("changelog<<").unwrap();
        assert!(delimiter.len() > 32);
        assert_eq!((lines[0], &lines[2..]), ("version=1.8.5", ["a", "version=9", delimiter].as_slice()));
    }

    #[test]
    fn a_summary_that_is_too_long_is_named_instead() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("summary");
        let actions = Actions { output: None, summary: Some(path.clone()) };
        actions.summarise("# short").unwrap();
        actions.summarise(&"x".repeat(SUMMARY_LIMIT as usize)).unwrap();
        assert_eq!(
            fs_err::read_to_string(path).unwrap(),
            "# short\nThe result is too long for this page (1048576 bytes).\n"
        );
    }
}
