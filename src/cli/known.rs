//! Which errors of the layers below mean which exit code. Hints stand on the errors themselves; an error that is missing
//! here ends the run as a failure of git, files or the remote.

use std::error::Error;

use super::commands::backport::Unsolved;
use super::commands::bundle::BundleFault;
use super::commands::customers::UnknownCustomer;
use super::error::{ErrorKind, Refusal, UsageError};
use super::known_operations::{
    backport_kind, cut_kind, demo_kind, freeze_kind, promotion_kind, release_kind, retract_kind, sign_off_kind,
};
use super::mutation::NoRemote;
use crate::config::{ConfigError, CustomersError, Finding, NoteError};
use crate::git::{
    GitCommandError, HeadError, IdentityError, OpenError, ReadError, RemoteError, RevisionError, ScratchError,
    SigningError,
};
use crate::ledger::{AmbiguousName, ConfigurationError, LedgerError, NotesError, PointError, SurveyError, TrunkError};
use crate::operations::demo::DemoError;
use crate::operations::deploy::{DeployError, FreezeError};
use crate::operations::{BackportError, CutError, ReleaseError, RetractError, SignOffError, StatementError, SyncError};
use crate::plan::{ApplyError, ErrorClass, FetchError, PlanError, RecoverError, SignError};
use crate::publish::{BundleError, PublishError, RedactionError, SignersError, WriteError};
use crate::reports::{
    AffectedError, AuditError, BackportsError, ChangeLintError, ChangelogError, ContentsError, PromotionError,
    SignaturesError, TensionError, UpgradeError, UpgradeFault,
};
use crate::surface::SurfaceError;

/// What is known of one error.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub kind: ErrorKind,
    pub hints: Vec<String>,
    /// Findings that the error carries, each as good as a cause.
    pub findings: Vec<String>,
}

impl Known {
    fn new(kind: ErrorKind, hint: Option<String>) -> Self {
        Self { kind, hints: hint.into_iter().collect(), findings: Vec::new() }
    }
}

/// What is known of an error itself; not of its sources, unless it speaks for them.
pub(super) fn explain(error: &(dyn Error + 'static)) -> Option<Known> {
    /// Tries one type after the other.
    macro_rules! first_of {
        ($($type:ty => $known:expr),* $(,)?) => {
            $(if let Some(error) = error.downcast_ref::<$type>() {
                let known: fn(&$type) -> Option<Known> = $known;
                return known(error);
            })*
        };
    }
    first_of! {
        UsageError => |error| Some(Known::new(ErrorKind::Usage, error.hint())),
        Refusal => |error| Some(Known::new(ErrorKind::Refused, error.hint())),
        OpenError => |error| Some(Known::new(open_kind(error), error.hint())),
        HeadError => |error| Some(Known::new(ErrorKind::Failed, error.hint())),
        ChangelogError => |error| {
            Some(Known { kind: ErrorKind::Usage, hints: error.hints(), findings: Vec::new() })
        },
        AffectedError => |error| {
            Some(Known { kind: affected_kind(error), hints: error.hints(), findings: error.findings() })
        },
        UpgradeError => |error| {
            Some(Known { kind: upgrade_kind(error), hints: error.hints(), findings: Vec::new() })
        },
        PointError => |error| Some(Known { kind: ErrorKind::Usage, hints: error.hints(), findings: Vec::new() }),
        SurfaceError => |error| Some(Known::new(surface_kind(error), error.hint())),
        BackportsError => |error| {
            let kind = if error.is_usage() { ErrorKind::Usage } else { ErrorKind::Failed };
            Some(Known { kind, hints: error.hints(), findings: Vec::new() })
        },
        AuditError => |error| match error {
            AuditError::Read(error) => explain(error),
            AuditError::Signatures(error) => explain(error),
            AuditError::Changelog(error) => explain(error),
            AuditError::Contents(error) => explain(error),
            AuditError::Notes(error) => explain(error),
        },
        TensionError => |error| match error {
            TensionError::Sides(error) => Some(Known::new(ErrorKind::Usage, Some(error.hint()))),
            TensionError::Backports(error) => explain(error),
            TensionError::Notes(error) => explain(error),
            TensionError::Read(error) => explain(error),
        },
        SignaturesError => |error| match error {
            SignaturesError::Unknown { .. } => Some(Known::new(ErrorKind::Usage, error.hint())),
            _ => Some(Known::new(ErrorKind::Failed, error.hint())),
        },
        RevisionError => |error| Some(Known::new(ErrorKind::Usage, error.hint())),
        ReadError => |error| Some(Known::new(ErrorKind::Failed, error.hint())),
        GitCommandError => |error| Some(Known::new(ErrorKind::Failed, error.hint())),
        ConfigError => |error| Some(invalid(error)),
        NoteError => |error| Some(invalid_file(&error.findings, error.hints())),
        CustomersError => |error| Some(invalid_file(&error.findings, error.hints())),
        UnknownCustomer => |error| Some(Known::new(ErrorKind::Usage, Some(error.hint()))),
        ConfigurationError => |error| configuration(error),
        LedgerError => |error| match error {
            LedgerError::Trunk(error) => Some(trunk(error)),
            _ => None,
        },
        SurveyError => |error| match error {
            SurveyError::Trunk(error) => Some(trunk(error)),
            _ => None,
        },
        TrunkError => |error| Some(trunk(error)),
        ChangeLintError => |error| match error {
            ChangeLintError::Between(error) => Some(Known::new(ErrorKind::Failed, error.hint())),
            ChangeLintError::Read(_) | ChangeLintError::Surface(_) => None,
        },
        RedactionError => |error| {
            Some(Known { findings: error.findings(), ..Known::new(ErrorKind::Refused, error.hint()) })
        },
        PublishError => |error| Some(Known::new(publish_kind(error), error.hint())),
        WriteError => |error| Some(Known::new(write_kind(error), error.hint())),
        IdentityError => |error| Some(Known::new(ErrorKind::Failed, error.hint())),
        RemoteError => |error| Some(Known::new(remote_kind(error), error.hint())),
        NoRemote => |error| Some(Known::new(ErrorKind::Usage, error.hint())),
        PlanError => |error| Some(Known::new(ErrorKind::Failed, error.hint())),
        BundleFault => |error| Some(Known::new(error.kind(), error.hint())),
        BundleError => |error| Some(Known::new(bundle_kind(error), error.hint().map(str::to_owned))),
        SignersError => |error| Some(Known::new(ErrorKind::Usage, Some(error.hint()))),
        SigningError => |error| Some(Known::new(ErrorKind::Failed, error.hint())),
        SignError => |error| Some(Known::new(ErrorKind::Failed, error.hint())),
        ApplyError => |error| Some(Known::new(class_kind(error.class()), error.hint())),
        RecoverError => |error| Some(Known::new(class_kind(error.class()), error.hint())),
        FetchError => |error| Some(Known::new(class_kind(error.class()), None)),
        DemoError => |error| Some(Known::new(demo_kind(error), error.hint())),
        CutError => |error| Some(Known::new(cut_kind(error), error.hint())),
        BackportError => |error| Some(Known::new(backport_kind(error), error.hint())),
        Unsolved => |error| Some(Known::new(ErrorKind::Conflict, error.hint())),
        NotesError => |_| Some(Known::new(ErrorKind::Failed, None)),
        ContentsError => |error| Some(Known::new(ErrorKind::Failed, error.hint())),
        ReleaseError => |error| {
            Some(Known { findings: error.findings(), ..Known::new(release_kind(error), error.hint()) })
        },
        SyncError => |error| match error {
            SyncError::Differs { .. } => Some(Known::new(ErrorKind::Conflict, error.hint())),
            SyncError::Remote(remote) => Some(Known::new(remote_kind(remote), error.hint())),
        },
        StatementError => |error| match error {
            StatementError::Remote(remote) => Some(Known::new(remote_kind(remote), error.hint())),
            StatementError::Scratch(scratch) => Some(Known::new(scratch_kind(scratch), error.hint())),
            StatementError::Read(_) | StatementError::Plan(_) => Some(Known::new(ErrorKind::Failed, error.hint())),
        },
        SignOffError => |error| Some(Known::new(sign_off_kind(error), error.hint())),
        PromotionError => |error| Some(Known::new(promotion_kind(error), error.hint())),
        RetractError => |error| Some(Known::new(retract_kind(error), error.hint())),
        DeployError => |error| Some(deploy(error)),
        FreezeError => |error| match error {
            FreezeError::Place(place) => Some(deploy(place)),
            FreezeError::Statement(statement) => explain(statement),
            _ => Some(Known::new(freeze_kind(error), error.hint())),
        },
        ScratchError => |error| Some(Known::new(scratch_kind(error), error.hint())),
        AmbiguousName => |_| Some(Known::new(ErrorKind::Invalid, None)),
    }
    None
}

fn affected_kind(error: &AffectedError) -> ErrorKind {
    match error {
        AffectedError::NothingInstalled => ErrorKind::Invalid,
        AffectedError::Notes(_) | AffectedError::Read(_) | AffectedError::Contents(_) => ErrorKind::Failed,
        _ => ErrorKind::Usage,
    }
}

fn upgrade_kind(error: &UpgradeError) -> ErrorKind {
    match error.fault() {
        UpgradeFault::Usage => ErrorKind::Usage,
        UpgradeFault::Refused => ErrorKind::Refused,
        UpgradeFault::Invalid => ErrorKind::Invalid,
        UpgradeFault::Failed => ErrorKind::Failed,
    }
}

fn open_kind(error: &OpenError) -> ErrorKind {
    match error {
        OpenError::NoSuchDirectory { .. } => ErrorKind::Usage,
        _ => ErrorKind::Failed,
    }
}

fn class_kind(class: ErrorClass) -> ErrorKind {
    match class {
        ErrorClass::Moved => ErrorKind::Moved,
        ErrorClass::Refused => ErrorKind::Refused,
        ErrorClass::Failed => ErrorKind::Failed,
    }
}

fn surface_kind(error: &SurfaceError) -> ErrorKind {
    match error {
        SurfaceError::UnknownVariant { .. } => ErrorKind::Usage,
        SurfaceError::Trees { .. } => ErrorKind::Failed,
    }
}

fn remote_kind(error: &RemoteError) -> ErrorKind {
    match error {
        RemoteError::Unknown { .. } => ErrorKind::Usage,
        _ => ErrorKind::Failed,
    }
}

fn deploy(error: &DeployError) -> Known {
    Known { kind: deploy_kind(error), hints: error.hints(), findings: error.findings() }
}

fn scratch_kind(error: &ScratchError) -> ErrorKind {
    match error {
        ScratchError::Remote(error) => remote_kind(error),
        _ => ErrorKind::Failed,
    }
}

fn deploy_kind(error: &DeployError) -> ErrorKind {
    match error {
        DeployError::WhichChannel { .. }
        | DeployError::UnknownChannel { .. }
        | DeployError::WhichEnvironment { .. }
        | DeployError::UnknownEnvironment { .. }
        | DeployError::UnknownDeploy { .. }
        | DeployError::Unrecognised { .. }
        | DeployError::Name(_)
        | DeployError::Unusable { .. }
        | DeployError::NoReason => ErrorKind::Usage,
        DeployError::NoChannel | DeployError::NoTags { .. } => ErrorKind::Invalid,
        DeployError::Taken { .. }
        | DeployError::Held { .. }
        | DeployError::NothingLive { .. }
        | DeployError::NothingToGoBackTo { .. }
        | DeployError::RolledBack { .. }
        | DeployError::CannotBeUndone { .. } => ErrorKind::Refused,
        DeployError::Remote(error) => remote_kind(error),
        DeployError::Scratch(error) => scratch_kind(error),
        DeployError::Read(_) | DeployError::Plan(_) => ErrorKind::Failed,
    }
}

fn publish_kind(error: &PublishError) -> ErrorKind {
    match error {
        PublishError::Templates(_) => ErrorKind::Invalid,
        PublishError::Render(error) if error.is_of_project => ErrorKind::Invalid,
        PublishError::Render(_) => ErrorKind::Bug,
    }
}

fn bundle_kind(error: &BundleError) -> ErrorKind {
    match error {
        BundleError::Name { .. } | BundleError::Twins { .. } => ErrorKind::Usage,
        BundleError::Changed { .. } => ErrorKind::Moved,
        BundleError::Read { .. } | BundleError::Write(_) => ErrorKind::Failed,
    }
}

fn write_kind(error: &WriteError) -> ErrorKind {
    match error {
        WriteError::Foreign { .. } => ErrorKind::Refused,
        WriteError::Record { .. } | WriteError::Io(_) => ErrorKind::Failed,
    }
}

fn invalid(error: &ConfigError) -> Known {
    invalid_file(error.findings(), error.hints())
}

fn invalid_file(findings: &[Finding], hints: Vec<String>) -> Known {
    Known { kind: ErrorKind::Invalid, hints, findings: findings.iter().map(ToString::to_string).collect() }
}

fn configuration(error: &ConfigurationError) -> Option<Known> {
    Some(match error {
        ConfigurationError::Invalid(error) => invalid(error),
        ConfigurationError::Absent | ConfigurationError::NotText { .. } => Known::new(ErrorKind::Invalid, error.hint()),
        ConfigurationError::File { .. } => Known::new(ErrorKind::Failed, error.hint()),
        ConfigurationError::Object { .. } | ConfigurationError::Database(_) => return None,
    })
}

fn trunk(error: &TrunkError) -> Known {
    let kind = match error {
        TrunkError::Absent { .. } | TrunkError::Unknown => ErrorKind::Invalid,
        TrunkError::Unreadable { .. } | TrunkError::Empty => ErrorKind::Failed,
    };
    Known::new(kind, Some(error.hint()))
}
