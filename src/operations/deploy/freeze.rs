//! Freezing an environment and thawing it: records that are added and never changed. A freeze says what it is called, why
//! and perhaps until when; a thaw names the one freeze that it ends.

use chrono::{DateTime, Utc};

use super::error::DeployError;
use super::record::Place;
use crate::domain::{EnvironmentName, FreezeName, RecordKind, RecordLabel, RecordName, Trailer, nearest};
use crate::git::ObjectKind;
use crate::ledger::{Freeze, Record, deploy_trailer, freezes};
use crate::operations::Situation;
use crate::operations::statement::{Statement, StatementError, known_records, take_over};
use crate::plan::{Plan, RefState};

/// What is frozen.
#[derive(Debug, Clone)]
pub struct FreezeRequest {
    /// The channel; needed where several are deployed.
    pub channel: Option<String>,
    /// The environment; needed where the channel has several.
    pub environment: Option<String>,
    /// What it is called; the day where nothing is said.
    pub name: Option<RecordLabel>,
    pub reason: String,
    /// When it is over by itself.
    pub until: Option<DateTime<Utc>>,
}

/// What is thawed.
#[derive(Debug, Clone, Default)]
pub struct ThawRequest {
    pub channel: Option<String>,
    pub environment: Option<String>,
    /// The freeze; needed where several are in force.
    pub name: Option<String>,
    pub reason: Option<String>,
}

/// A freeze or thaw that is planned.
#[derive(Debug)]
pub struct PlannedFreeze {
    pub plan: Plan,
    pub environment: EnvironmentName,
    /// The freeze; `None` where there was none to thaw.
    pub name: Option<String>,
    pub until: Option<DateTime<Utc>>,
    /// Whether the plan makes a record; `false` where it was stated before.
    pub is_created: bool,
}

/// Why nothing is frozen or thawed.
#[derive(Debug, thiserror::Error)]
pub enum FreezeError {
    #[error(transparent)]
    Place(#[from] DeployError),
    #[error("a freeze needs a reason")]
    NoReason,
    #[error("the freeze would be over before it begins, at {until}")]
    Over { until: DateTime<Utc> },
    #[error("a freeze `{name}` of `{environment}` is in force, for another reason or until another time")]
    InForce { name: String, environment: EnvironmentName },
    #[error("there is no freeze `{name}` of `{environment}`")]
    Unknown { name: String, environment: EnvironmentName, nearest: Option<String> },
    #[error("several freezes of `{environment}` are in force, and none was named")]
    Which { environment: EnvironmentName, known: Vec<String> },
    #[error("the freeze cannot be named")]
    Name(#[from] crate::domain::NameError),
    #[error("the record cannot be made")]
    Object(#[from] crate::git::NewObjectError),
    #[error(transparent)]
    Statement(#[from] StatementError),
}

impl FreezeError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Place(error) => error.hint(),
            Self::NoReason => Some("say it with `--reason TEXT`: whoever is refused reads it".to_owned()),
            Self::Over { .. } => Some("name a later time with `--until`, or leave it out".to_owned()),
            Self::InForce { name, environment } => Some(format!(
                "give this one another name, or thaw that one first: `twintrack deploy thaw --environment {environment} {name}`"
            )),
            Self::Unknown { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::Unknown { .. } => {
                Some("`twintrack status` shows what is frozen; fetch records with `twintrack sync`".to_owned())
            }
            Self::Which { known, .. } => Some(format!("name one: `{}`", known.join("`, `"))),
            Self::Name(_) => Some("use letters, digits and dashes".to_owned()),
            Self::Object(error) => error.hint(),
            Self::Statement(error) => error.hint(),
        }
    }
}

/// Plans a freeze. The same freeze once more is found and not recorded twice.
pub fn freeze(situation: &Situation<'_>, request: &FreezeRequest) -> Result<PlannedFreeze, FreezeError> {
    let place = Place::find(situation, request.channel.as_deref(), request.environment.as_deref())?;
    let environment = place.environment;
    if request.reason.trim().is_empty() {
        return Err(FreezeError::NoReason);
    }
    if let Some(until) = request.until.filter(|until| *until <= situation.now) {
        return Err(FreezeError::Over { until });
    }
    let records = known(situation, &environment)?;
    let in_force = freezes(&records, None, &environment, situation.now);
    let is_same = |freeze: &&Freeze| {
        let reason = Trailer::new(deploy_trailer::REASON, &request.reason).value;
        freeze.until == request.until && freeze.reason.as_deref() == Some(&reason)
    };
    let same_name = |name: &str| in_force.iter().filter(|freeze| freeze.name == name).collect::<Vec<_>>();
    let label = match &request.name {
        Some(name) => {
            let named = same_name(name.as_str());
            if let Some(same) = named.iter().copied().find(is_same) {
                return stated(situation, &environment, &records, same);
            }
            if !named.is_empty() {
                return Err(FreezeError::InForce { name: name.to_string(), environment });
            }
            name.clone()
        }
        None => {
            if let Some(same) = in_force.iter().find(is_same) {
                return stated(situation, &environment, &records, same);
            }
            free_label(situation.now, |name| same_name(name).is_empty())?
        }
    };
    let mut plan = Plan::new(format!("Freeze {environment}"));
    let title = match request.until {
        Some(until) => format!("Freeze {environment} until {}", until.format("%Y-%m-%d %H:%M UTC")),
        None => format!("Freeze {environment}"),
    };
    let statement = Statement {
        place: FreezeName::place(&environment, &label, request.until)?,
        // It is about the environment, which is no object; with no commit at its end it comes alone into any clone.
        target: plan.objects.add(ObjectKind::Tree, Vec::new())?,
        title,
        trailers: vec![Trailer::new(deploy_trailer::REASON, &request.reason)],
    };
    statement.add_to(&mut plan, situation)?;
    let (name, until) = (Some(label.to_string()), request.until);
    Ok(PlannedFreeze { plan, environment, name, until, is_created: true })
}

/// Plans a thaw. Where nothing is frozen there is nothing to do.
pub fn thaw(situation: &Situation<'_>, request: &ThawRequest) -> Result<PlannedFreeze, FreezeError> {
    let place = Place::find(situation, request.channel.as_deref(), request.environment.as_deref())?;
    let environment = place.environment;
    let records = known(situation, &environment)?;
    let in_force = freezes(&records, None, &environment, situation.now);
    let chosen = match (&request.name, in_force.as_slice()) {
        (Some(name), all) => match all.iter().find(|freeze| freeze.name == *name) {
            Some(found) => Some(found),
            None if was_ever(&records, name) => None,
            None => {
                let nearest = nearest(name, all.iter().map(|freeze| freeze.name.as_str())).map(str::to_owned);
                return Err(FreezeError::Unknown { name: name.clone(), environment, nearest });
            }
        },
        (None, []) => None,
        (None, [only]) => Some(only),
        (None, several) => {
            let known = several.iter().map(|freeze| freeze.name.clone()).collect();
            return Err(FreezeError::Which { environment, known });
        }
    };
    let mut plan = Plan::new(format!("Thaw {environment}"));
    let Some((freeze, record)) = chosen.and_then(|freeze| Some((freeze, freeze.record.as_ref()?))) else {
        let name = request.name.clone();
        return Ok(PlannedFreeze { plan, environment, name, until: None, is_created: false });
    };
    let mut trailers = vec![Trailer::new("Thaws", &freeze.name)];
    trailers.extend(request.reason.as_ref().map(|reason| Trailer::new(deploy_trailer::REASON, reason)));
    let statement = Statement {
        place: record.thaw()?,
        target: plan.objects.add(ObjectKind::Tree, Vec::new())?,
        title: format!("Thaw {environment}: {} is over", freeze.name),
        trailers,
    };
    statement.add_to(&mut plan, situation)?;
    let (name, until) = (Some(freeze.name.clone()), freeze.until);
    Ok(PlannedFreeze { plan, environment, name, until, is_created: true })
}

fn known(situation: &Situation<'_>, environment: &EnvironmentName) -> Result<Vec<Record>, FreezeError> {
    Ok(known_records(situation, &[RecordKind::Freeze, RecordKind::Thaw], environment.as_str())?)
}

/// The plan where it was stated before: the record comes to where it is missing.
fn stated(
    situation: &Situation<'_>,
    environment: &EnvironmentName,
    records: &[Record],
    freeze: &Freeze,
) -> Result<PlannedFreeze, FreezeError> {
    let mut plan = Plan::new(format!("`{}` freezes it already", freeze.name));
    let is_it = |name: &&RecordName| freeze.record.as_ref().is_some_and(|record| record.id == name.id);
    let name = records.iter().map(|record| &record.name).find(is_it);
    if let Some((name, id)) = name.and_then(|name| Some((name.to_ref().ok()?, name.id))) {
        if situation.ledger.snapshot.find(name.as_str()).is_none() {
            take_over(situation, &mut plan, &name, id)?;
        } else if let Some(remote) = situation.push_to {
            plan.push_ref(remote, name, RefState::Absent, RefState::At(id));
        }
    }
    let environment = environment.clone();
    Ok(PlannedFreeze { plan, environment, name: Some(freeze.name.clone()), until: freeze.until, is_created: false })
}

/// The day, with a number behind it where a freeze of that name is in force.
fn free_label(now: DateTime<Utc>, is_free: impl Fn(&str) -> bool) -> Result<RecordLabel, FreezeError> {
    let day = now.format("%Y-%m-%d").to_string();
    let names = std::iter::once(day.clone()).chain((2..).map(|number| format!("{day}.{number}")));
    let name = names.into_iter().find(|name| is_free(name)).unwrap_or(day);
    Ok(RecordLabel::new(name)?)
}

/// Whether there was a freeze of this name, which is over or thawed.
fn was_ever(records: &[Record], name: &str) -> bool {
    records.iter().filter_map(|record| FreezeName::read(&record.name)).any(|freeze| freeze.label == name)
}
