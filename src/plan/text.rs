//! A plan as people read it: one line per thing that changes. What commits say is shown as it is; whoever prints it on
//! a terminal makes it harmless.

use std::fmt;

use super::sign::PlannedSigning;
use super::value::{FileChange, Plan, PlannedPush, PlannedRef, RefState};

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.title)?;
        if self.is_empty() {
            writeln!(f, "  nothing to do")?;
        }
        for commit in &self.commits {
            writeln!(f, "  commit  {}  {}", commit.id.short(), commit.subject)?;
            for file in self.files.iter().filter(|file| file.commit == commit.id) {
                writeln!(f, "            {} {}", file.change, file.path)?;
            }
        }
        self.refs.iter().try_for_each(|planned| writeln!(f, "{planned}"))?;
        for tree in &self.work_trees {
            writeln!(f, "  files   {} follows `{}`", tree.path.display(), tree.branch)?;
        }
        if let Some(push) = &self.push {
            for planned in &push.refs {
                writeln!(f, "  push    {planned}  to `{}`", push.remote)?;
            }
        }
        match &self.signing {
            Some(signing) => writeln!(f, "{signing}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for PlannedSigning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { format, key, commits, tags, signed } = self;
        let count = |count: usize, one: &str| match count {
            0 => None,
            1 => Some(format!("1 {one}")),
            more => Some(format!("{more} {one}s")),
        };
        let what: Vec<String> = [count(*commits, "commit"), count(*tags, "tag")].into_iter().flatten().collect();
        let note = if *signed { "" } else { "; unsigned so far, the ids will be others" };
        write!(f, "  sign    {} with the {format} key {key}{note}", what.join(" and "))
    }
}

impl fmt::Display for PlannedRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, expected, new, why, .. } = self;
        match (expected, new) {
            (RefState::Absent, RefState::At(new)) => write!(f, "  create  {name}  at {}  ({why})", new.short()),
            (RefState::At(old), RefState::At(new)) => {
                write!(f, "  move    {name}  from {} to {}  ({why})", old.short(), new.short())
            }
            (RefState::At(old), RefState::Absent) => write!(f, "  delete  {name}  at {}  ({why})", old.short()),
            (RefState::Absent, RefState::Absent) => write!(f, "  keep    {name}  absent  ({why})"),
        }
    }
}

impl fmt::Display for PlannedPush {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, expected, new } = self;
        match (expected, new) {
            (RefState::Absent, RefState::At(new)) => write!(f, "{name}  at {}", new.short()),
            (RefState::At(old), RefState::At(new)) => write!(f, "{name}  from {} to {}", old.short(), new.short()),
            (_, RefState::Absent) => write!(f, "{name}  deleted"),
        }
    }
}

impl fmt::Display for FileChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Added => "adds    ",
            Self::Modified => "modifies",
            Self::Removed => "removes ",
        })
    }
}

impl fmt::Display for RefState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Absent => f.write_str("absent"),
            Self::At(id) => f.write_str(&id.short()),
        }
    }
}
