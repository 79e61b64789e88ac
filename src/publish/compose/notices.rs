//! What is known to be wrong with releases, and which weaknesses were repaired in which, in words.

use super::entries::reference_link;
use super::inputs::Inputs;
use crate::publish::layout::advisory_file;
use crate::publish::prose::{inline, prose};
use crate::publish::text;
use crate::publish::view::{
    FixLineView, IssueLineView, IssueView, KnownIssuesView, LineView, LinkView, SecurityFixView, SecurityView,
};
use crate::reports::{ChannelStatus, FixOnLine, IssueNotice, Notices, SecurityFix};

/// Known issues over all releases of a channel.
pub fn known_issues(inputs: &Inputs<'_>, channel: &ChannelStatus, notices: &Notices) -> KnownIssuesView {
    let of = |open: bool| {
        let wanted = notices.known_issues.iter().filter(move |issue| issue.open == open);
        wanted.map(|issue| issue_view(inputs, issue)).collect()
    };
    KnownIssuesView {
        title: inputs.document_title(&channel.name, "known issues"),
        project: inputs.project(),
        channel: inputs.channel_title(&channel.name),
        as_of: text::day(inputs.now()),
        open: of(true),
        fixed: of(false),
        unread: notices.unread.clone(),
    }
}

fn issue_view(inputs: &Inputs<'_>, issue: &IssueNotice) -> IssueView {
    let line = |text: &String| LineView { spans: inline(text) };
    IssueView {
        about: line(&issue.about),
        condition: issue.condition.as_ref().map(line),
        workaround: issue.workaround.as_ref().map(line),
        refs: issue.refs.iter().map(|reference| reference_link(inputs, reference)).collect(),
        lines: issue
            .lines
            .iter()
            .map(|line| IssueLineView {
                line: line.line.clone(),
                found_in: line.found_in.to_string(),
                fixed_in: line.fixed_in.as_ref().map(ToString::to_string),
            })
            .collect(),
    }
}

/// Weaknesses that were repaired.
pub fn security(inputs: &Inputs<'_>, channel: &ChannelStatus, notices: &Notices) -> SecurityView {
    SecurityView {
        title: inputs.document_title(&channel.name, "security fixes"),
        project: inputs.project(),
        channel: inputs.channel_title(&channel.name),
        as_of: text::day(inputs.now()),
        fixes: notices.security.iter().map(|fix| fix_view(inputs, channel, fix)).collect(),
        unread: notices.unread.clone(),
    }
}

fn fix_view(inputs: &Inputs<'_>, channel: &ChannelStatus, fix: &SecurityFix) -> SecurityFixView {
    let links: Vec<LinkView> =
        fix.ids.iter().chain(&fix.refs).map(|reference| reference_link(inputs, reference)).collect();
    SecurityFixView {
        title: match (fix.ids.first(), fix.undisclosed_until) {
            (Some(id), _) => id.clone(),
            (None, Some(until)) => format!("Not disclosed before {until}"),
            (None, None) => "Without an identifier".to_owned(),
        },
        text: prose(&fix.text),
        severity: fix.severity.map(|severity| severity.to_string()),
        links,
        advisory: inputs
            .tree
            .advisories
            .get(&channel.name)
            .and_then(|all| all.get(&fix.note))
            .map(|it| advisory_file(it.id())),
        affected: fix.affected.clone(),
        introduced_in: fix.introduced_in.as_ref().map(ToString::to_string),
        undisclosed_until: fix.undisclosed_until.map(|day| day.to_string()),
        lines: fix.lines.iter().map(fix_line).collect(),
    }
}

fn fix_line(line: &FixOnLine) -> FixLineView {
    let fixed_in = match &line.fixed_in {
        Some(version) if line.from_the_start => format!("{version}, the first of the line"),
        Some(version) => version.to_string(),
        None => "no release yet".to_owned(),
    };
    FixLineView {
        line: line.line.clone(),
        fixed_in,
        date: line.fixed_on.map(text::day),
        is_missing: line.fixed_in.is_none(),
    }
}
