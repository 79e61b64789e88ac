//! The Markdown of a note: what it begins with, and its sections. Headings within code are no headings.

/// The text of a note.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NoteText {
    /// Everything before the first heading of the second level, without blank lines around it: what a changelog says.
    pub summary: String,
    /// In the order of the note.
    pub sections: Vec<NoteSection>,
}

/// What stands below a heading of the second level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSection {
    pub heading: String,
    /// Markdown, deeper headings included, without blank lines around it.
    pub text: String,
}

/// The heading of what operators read.
pub(super) const OPERATORS_HEADING: &str = "Operators";

impl NoteText {
    /// Splits Markdown at its headings of the second level.
    pub(super) fn parse(markdown: &str) -> Self {
        let mut text = Self::default();
        let mut fence: Option<String> = None;
        for line in markdown.lines() {
            let line = line.trim_end();
            match (&fence, fence_of(line)) {
                (Some(open), Some(mark)) if mark.starts_with(open.as_str()) && line.trim() == mark => fence = None,
                (None, Some(mark)) => fence = Some(mark),
                _ => {}
            }
            let heading = line.strip_prefix("## ").filter(|_| fence.is_none());
            if let Some(heading) = heading {
                let heading = heading.trim_end_matches('#').trim().to_owned();
                text.sections.push(NoteSection { heading, text: String::new() });
                continue;
            }
            let place = text.sections.last_mut().map_or(&mut text.summary, |section| &mut section.text);
            place.push_str(line);
            place.push('\n');
        }
        trim(&mut text.summary);
        text.sections.iter_mut().for_each(|section| trim(&mut section.text));
        text
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.summary.is_empty() && self.sections.is_empty()
    }

    /// The section with this heading, letter case ignored.
    pub fn section(&self, heading: &str) -> Option<&NoteSection> {
        self.sections.iter().find(|section| section.heading.eq_ignore_ascii_case(heading))
    }

    /// What operators are to do, where the note says it.
    pub fn operators(&self) -> Option<&str> {
        self.section(OPERATORS_HEADING).map(|section| section.text.as_str()).filter(|text| !text.is_empty())
    }
}

/// The marks that begin or end a block of code.
fn fence_of(line: &str) -> Option<String> {
    let line = line.trim_start();
    let mark = line.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
    let marks: String = line.chars().take_while(|c| *c == mark).collect();
    (marks.len() >= 3).then_some(marks)
}

fn trim(text: &mut String) {
    let lines: Vec<&str> = text.lines().collect();
    let is_text = |line: &&str| !line.is_empty();
    let first = lines.iter().position(is_text).unwrap_or(lines.len());
    let last = lines.iter().rposition(is_text).map_or(first, |last| last + 1);
    *text = lines[first..last].join("\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_at_headings_and_not_within_code() {
        let text = NoteText::parse(
            "\nJobs run once.\n\nAlways.\n\n## Operators\n\nSet it:\n\n```toml\n## no heading\n```\n### Deep\n\n##Not one\n\n\
             ## Since ##\n",
        );
        assert_eq!(text.summary, "Jobs run once.\n\nAlways.");
        let headings: Vec<&str> = text.sections.iter().map(|section| section.heading.as_str()).collect();
        assert_eq!(headings, ["Operators", "Since"]);
        assert_eq!(text.operators().unwrap(), "Set it:\n\n```toml\n## no heading\n```\n### Deep\n\n##Not one");
        assert_eq!(text.section("since").unwrap().text, "");
    }

    #[test]
    fn a_longer_fence_holds_a_shorter_one() {
        let text = NoteText::parse("a\n````\n```\n## x\n````\n## Operators\nb\n");
        assert_eq!(text.sections.len(), 1);
        assert!(NoteText::parse("\n \n").is_empty());
    }
}
