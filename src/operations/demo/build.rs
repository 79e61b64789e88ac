//! From the story to a repository with a bare remote beside it.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};

use super::error::DemoError;
use super::story::{Act, Author, Files, PRESENT, STORY};
use super::workshop::{Workshop, identity};
use crate::domain::{BranchName, CommitId};
use crate::git::Repository;
use crate::operations::deploy::{DeployRequest, RollbackRequest, record, roll_back};
use crate::operations::{Bump, CutRequest, LinePromise, ReleaseRequest, RetractRequest, Step, cut, release, retract};

/// The sample, built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Demo {
    /// The clone to work in.
    pub repository: PathBuf,
    /// Its bare remote.
    pub remote: PathBuf,
}

/// The moment at which the story ends: later commits, deploys and releases are yet to come.
pub fn moment() -> DateTime<Utc> {
    // A constant of this module, which a test reads.
    PRESENT.parse().unwrap_or_default()
}

/// Builds the sample below `directory`, which must be empty or not exist. What was built so far is removed where
/// something fails.
pub fn build(directory: &Path) -> Result<Demo, DemoError> {
    must_be_empty(directory)?;
    let failed = |source| DemoError::Write { path: directory.to_owned(), source };
    fs_err::create_dir_all(directory).map_err(failed)?;
    let directory = directory.canonicalize().map_err(failed)?;
    let demo = Demo { repository: directory.join("acme"), remote: directory.join("acme.git") };
    let built = tell(&demo);
    if built.is_err() {
        for path in [&demo.repository, &demo.remote] {
            // The error that is returned says more than that its remains could not be removed.
            let _ = fs_err::remove_dir_all(path);
        }
    }
    built.map(|()| demo)
}

fn must_be_empty(directory: &Path) -> Result<(), DemoError> {
    let path = || directory.to_owned();
    match fs_err::read_dir(directory) {
        Ok(mut entries) => match entries.next() {
            None => Ok(()),
            Some(_) => Err(DemoError::NotEmpty { path: path() }),
        },
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => {
            Err(DemoError::NotADirectory { path: path() })
        }
        Err(source) => Err(DemoError::Write { path: path(), source }),
    }
}

fn tell(demo: &Demo) -> Result<(), DemoError> {
    let repository = Repository::create_bare(&demo.remote, &BranchName::new(TRUNK)?)?;
    let mut telling = Telling { workshop: Workshop::new(repository, moment()), staged: None, files: Vec::new() };
    for (time, act) in STORY {
        telling.workshop.now = format!("2025-{time}:00:00Z").parse().unwrap_or_default();
        telling.act(act)?;
    }
    telling.workshop.into_repository().clone_to(&demo.repository, &identity(Author::Robin)?)?;
    Ok(())
}

const TRUNK: &str = "main";
const CHERRY_PICKED: &str = "cherry picked from commit";

struct Telling {
    workshop: Workshop,
    /// What staging has.
    staged: Option<CommitId>,
    /// The files of commits that have a name.
    files: Vec<(&'static str, Files)>,
}

impl Telling {
    fn act(&mut self, act: &Act) -> Result<(), DemoError> {
        match *act {
            Act::Commit(name, author, message, files) => {
                let commit = self.workshop.commit(TRUNK, author, message, files)?;
                self.workshop.name(name, commit);
                self.files.push((name, files));
                Ok(())
            }
            Act::OnLine(line, author, message, files) => {
                self.workshop.commit(&branch(line), author, message, files).map(drop)
            }
            Act::Backport(name, line, files) => self.backport(name, line, files),
            Act::Revert(name, files) => {
                let commit = self.workshop.named(name)?;
                let message = self.workshop.message(commit)?;
                let subject = message.lines().next().unwrap_or_default();
                let message = format!("Revert \"{subject}\"\n\nThis reverts commit {commit}.");
                self.workshop.commit(TRUNK, Author::Grace, &message, files).map(drop)
            }
            Act::Stage => {
                let tip = self.workshop.tip(TRUNK)?;
                self.staged = Some(tip);
                self.record("staging", tip)
            }
            Act::Deploy => {
                let staged = self.staged.ok_or_else(|| DemoError::Story { name: "staging".to_owned() })?;
                self.record("production", staged)
            }
            Act::RollBack(reason) => {
                let (environment, reason) = (Some("production".to_owned()), Some(reason.to_owned()));
                let request = RollbackRequest { environment, reason, ..RollbackRequest::default() };
                self.workshop.operate(|situation| roll_back(situation, &request).map(|planned| planned.deploy.plan))
            }
            Act::Cut(version) => self.cut(version, false),
            Act::CutLongTerm(version) => self.cut(version, true),
            Act::Candidate(line) => self.release(line, Step::Candidate),
            Act::Final(line) => self.release(line, Step::Final),
            Act::Patch(line) => self.release(line, Step::Bump(Bump::Patch)),
            Act::Retract(version, reason) => {
                let request = RetractRequest { version: version.to_owned(), reason: reason.to_owned() };
                self.workshop.operate(|situation| retract(situation, &request).map(|planned| planned.plan))
            }
        }
    }

    /// As `git cherry-pick -x` does it; other files than those of the commit make it an adapted one.
    fn backport(&mut self, name: &'static str, line: &str, files: Files) -> Result<(), DemoError> {
        let commit = self.workshop.named(name)?;
        let same = self.files.iter().find(|(known, _)| *known == name).map_or(files, |(_, files)| files);
        let files = if files.is_empty() { same } else { files };
        let message = self.workshop.message(commit)?;
        let message = format!("{}\n\n({CHERRY_PICKED} {commit})", message.trim_end());
        self.workshop.commit(&branch(line), Author::Robin, &message, files).map(drop)
    }

    fn record(&self, environment: &str, commit: CommitId) -> Result<(), DemoError> {
        let request = DeployRequest {
            channel: None,
            environment: Some(environment.to_owned()),
            commit,
            built_at: None,
            artifact: Some(artifact(&commit.to_string())),
            run: Some(format!("{environment}-{}", self.workshop.now.format("%m%d%H"))),
            overriding: None,
            tag: None,
        };
        self.workshop.operate(|situation| record(situation, &request).map(|planned| planned.plan))
    }

    fn cut(&self, version: &str, is_lts: bool) -> Result<(), DemoError> {
        let promise = LinePromise { is_lts, ..LinePromise::default() };
        let request = CutRequest { version: version.to_owned(), promise, ..CutRequest::default() };
        self.workshop.operate(|situation| cut(situation, &request).map(|planned| planned.plan))
    }

    fn release(&self, line: &str, step: Step) -> Result<(), DemoError> {
        let line = line.to_owned();
        let built = (step != Step::Candidate).then(|| artifact(&format!("{line} {}", self.workshop.now)));
        let (artifacts, override_reason) = (built.into_iter().collect(), None);
        let request = ReleaseRequest { channel: None, line, step, via_branch: None, artifacts, override_reason };
        self.workshop.operate(|situation| release(situation, &request).map(|planned| planned.plan))
    }
}

/// An image as a registry would name it, by a digest that is made up.
fn artifact(of: &str) -> String {
    let hex: String = of.bytes().rev().map(|byte| format!("{byte:02x}")).collect();
    let digest: String = hex.chars().cycle().take(64).collect();
    format!("registry.example.com/acme/jobs@sha256:{digest}")
}

fn branch(line: &str) -> String {
    format!("release/{line}")
}
