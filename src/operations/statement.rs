//! Records as operations make and read them: a statement becomes an annotated tag object of our own in the plan, pushed
//! where the plan is pushed; and what is known is what this clone has together with what the remote has.
//!
//! The invariant: nothing comes into the clone; records of the remote are looked at in a scratch repository.

use std::collections::BTreeMap;

use crate::domain::{ObjectId, RECORDS, RecordKind, RecordName, RecordPlace, RefName, Trailer, format_trailers};
use crate::git::{ReadError, RemoteError, Scratch, ScratchError};
use crate::ledger::{Record, read_record};
use crate::operations::Situation;
use crate::plan::{Plan, PlanError, RecordDraft, RefState};

pub(super) use crate::ledger::deploy_trailer::{REASON, RUN};

/// A statement that is to be recorded.
#[derive(Debug, Clone)]
pub struct Statement {
    pub place: RecordPlace,
    /// What it is about.
    pub target: ObjectId,
    /// One line for people.
    pub title: String,
    /// What it says beyond that; the run is added.
    pub trailers: Vec<Trailer>,
}

/// Why records could not be made or read.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    #[error("cannot read the object database")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl StatementError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Read(error) => error.hint(),
            Self::Remote(error) => error.hint(),
            Self::Scratch(error) => error.hint(),
            Self::Plan(error) => error.hint(),
        }
    }
}

impl Statement {
    /// Adds the record to a plan: by who runs this, now, and pushed where the situation pushes.
    pub fn add_to(self, plan: &mut Plan, situation: &Situation<'_>) -> Result<RecordName, StatementError> {
        let Self { place, target, title, mut trailers } = self;
        trailers.push(Trailer::new(RUN, situation.run));
        let draft =
            RecordDraft { place, target, by: situation.signature(), message: format_trailers(&title, &trailers) };
        let reader = situation.repository.reader()?;
        let record = plan.record(&reader, &draft, title)?;
        if let Some(remote) = situation.push_to {
            plan.push_planned(remote, &draft.place.reference(record.id), RefState::Absent);
        }
        Ok(record)
    }
}

/// The records of these kinds about one subject: those of this clone and, where the situation has a remote, those that
/// only the remote has. In the order of their names.
pub fn known_records(
    situation: &Situation<'_>,
    kinds: &[RecordKind],
    subject: &str,
) -> Result<Vec<Record>, StatementError> {
    let is_asked = |name: &RecordName| kinds.contains(&name.kind) && name.subject == subject;
    let here = situation.ledger.records.iter().filter(|record| is_asked(&record.name));
    let mut known: BTreeMap<RecordName, Record> = here.map(|record| (record.name.clone(), record.clone())).collect();
    let Some(remote) = situation.push_to else { return Ok(known.into_values().collect()) };
    let places: Vec<String> = kinds.iter().map(|kind| format!("{RECORDS}{}/{subject}/*", kind.as_str())).collect();
    let there = situation.repository.remote_refs(remote, &places)?;
    let named = there.iter().filter_map(|(name, found)| {
        let record = RecordName::parse(name.as_str())?;
        (record.id == found.target && is_asked(&record) && !known.contains_key(&record)).then_some((name, record))
    });
    let lacking: Vec<(&RefName, RecordName)> = named.collect();
    let wanted: Vec<String> = lacking.iter().map(|(name, _)| name.to_string()).collect();
    if wanted.is_empty() {
        return Ok(known.into_values().collect());
    }
    // What a record is about may lie deep in a history that this clone lacks, and is not to come with it.
    let scratch = Scratch::of(situation.repository)?;
    scratch.fetch(remote, &wanted)?;
    let reader = scratch.repository().reader()?;
    for (_, name) in lacking {
        known.extend(read_record(name.clone(), &reader).map(|record| (name, record)));
    }
    Ok(known.into_values().collect())
}

/// Plans that a record which only the remote has comes here, too. Its object is fetched alone: what it is about is here,
/// or is nothing.
pub(super) fn take_over(
    situation: &Situation<'_>,
    plan: &mut Plan,
    name: &RefName,
    id: ObjectId,
) -> Result<(), StatementError> {
    if situation.ledger.snapshot.find(name.as_str()).is_some() {
        return Ok(());
    }
    if let Some(remote) = situation.push_to.filter(|_| situation.repository.reader().is_ok_and(|here| !here.has(id))) {
        situation.repository.fetch_refs(remote, &[name.to_string()])?;
    }
    plan.create(name.clone(), RefState::At(id), "stated in another clone");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::Cache;
    use crate::config::{Config, Origin};
    use crate::domain::RecordLabel;
    use crate::git::Identity;
    use crate::ledger::{Ledger, Sources};
    use crate::plan::apply;
    use crate::testing::TestRepo;

    const CONFIG: &str = "schema = 1\n[channels.managed]\nkind = \"continuous\"\ntag = \"deploy/{date}.{seq}\"\n";

    fn in_situation<T>(repo: &TestRepo, decide: impl FnOnce(&Situation<'_>) -> T) -> T {
        let config = Config::read(CONFIG, Origin::Recognised).unwrap();
        let repository = repo.open();
        let snapshot = repository.refs(&[]).unwrap();
        let cache = Cache::below(repository.common_dir());
        let (progress, now) = (&|_| (), repo.now());
        let sources = Sources { repository: &repository, cache: &cache, snapshot: &snapshot, also: &[], progress, now };
        let ledger = Ledger::read(config, &sources).unwrap();
        let identity = Identity::new("Ada", "ada@example.com").unwrap();
        let (repository, ledger, identity) = (&repository, &ledger, &identity);
        decide(&Situation { repository, ledger, now, identity, run: "run-1", push_to: Some("origin") })
    }

    #[test]
    fn a_statement_is_known_to_every_clone_that_asks_the_remote() {
        let mut repo = TestRepo::new();
        let commit = repo.commit("main", "one");
        let remote = TestRepo::bare();
        repo.git(&["remote", "add", "origin", remote.path().to_str().unwrap()]);
        repo.git(&["push", "--quiet", "origin", "main"]);
        let label = RecordLabel::new("qa").unwrap();
        let place = RecordPlace::new(RecordKind::SignOff, "1.9.0-rc.1", label).unwrap();
        let statement = Statement {
            place,
            target: commit.object(),
            title: "Sign 1.9.0-rc.1 off: qa".to_owned(),
            trailers: vec![Trailer::new("Evidence", "https://ci.example.com/7")],
        };
        let (plan, name) = in_situation(&repo, |situation| {
            let mut plan = Plan::new("sign off");
            let name = statement.clone().add_to(&mut plan, situation).unwrap();
            (plan, name)
        });
        assert!(apply(&plan, &repo.open()).unwrap().is_pushed);
        let reference = name.to_ref().unwrap();
        assert_eq!(remote.open().ref_target(&reference).unwrap(), Some(name.id));
        // Another clone lacks the ref: what the remote has counts all the same, and no ref appears here.
        repo.git(&["update-ref", "-d", reference.as_str()]);
        let known = |subject: &str| {
            in_situation(&repo, |situation| known_records(situation, &[RecordKind::SignOff], subject).unwrap())
        };
        let records = known("1.9.0-rc.1");
        assert_eq!(records.len(), 1);
        let record = &records[0];
        assert_eq!((&record.name, record.target), (&name, commit.object()));
        assert_eq!(
            (record.trailer("evidence"), record.trailer(RUN)),
            (Some("https://ci.example.com/7"), Some("run-1"))
        );
        assert!(known("1.9.0").is_empty());
        assert_eq!(repo.git(&["for-each-ref", "refs/twintrack"]), "");
        // The same statement once more is the same record.
        let again = in_situation(&repo, |situation| {
            let mut plan = Plan::new("sign off");
            statement.add_to(&mut plan, situation).unwrap()
        });
        assert_eq!(again, name);
    }
}
