//! Which errors of operations mean which exit code.

use super::error::ErrorKind;
use crate::ledger::VersionFault;
use crate::operations::demo::DemoError;
use crate::operations::deploy::FreezeError;
use crate::operations::{
    BackportError, BranchTipError, CutError, NextVersionError, ReleaseError, RetractError, SignOffError,
    VersionCommitError,
};
use crate::reports::PromotionError;

pub(super) fn demo_kind(error: &DemoError) -> ErrorKind {
    match error {
        DemoError::NotEmpty { .. } => ErrorKind::Refused,
        DemoError::NotADirectory { .. } => ErrorKind::Usage,
        _ => ErrorKind::Failed,
    }
}

pub(super) fn cut_kind(error: &CutError) -> ErrorKind {
    match error {
        CutError::WhichChannel { .. }
        | CutError::UnknownChannel { .. }
        | CutError::NotALine { .. }
        | CutError::Name(_)
        | CutError::Exception(_)
        | CutError::NothingToReview { .. } => ErrorKind::Usage,
        CutError::NoChannel | CutError::NoConfiguration { .. } | CutError::Record { .. } => ErrorKind::Invalid,
        CutError::Exists { .. } | CutError::Elsewhere { .. } | CutError::Soak(_) | CutError::NotSoaked { .. } => {
            ErrorKind::Refused
        }
        CutError::Branch(error) => branch_kind(error),
        CutError::Versions(error) => versions_kind(error),
        CutError::Read(_) | CutError::Plan(_) | CutError::Statement(_) => ErrorKind::Failed,
    }
}

pub(super) fn release_kind(error: &ReleaseError) -> ErrorKind {
    match error {
        ReleaseError::UnknownLine { .. } | ReleaseError::UnknownChannel { .. } | ReleaseError::WhichChannel { .. } => {
            ErrorKind::Usage
        }
        ReleaseError::NoBranch { .. }
        | ReleaseError::Untested { .. }
        | ReleaseError::OtherContent { .. }
        | ReleaseError::GatesOpen { .. }
        | ReleaseError::TagExists { .. }
        | ReleaseError::KeptBack { .. }
        | ReleaseError::HistoryCut { .. } => ErrorKind::Refused,
        ReleaseError::TagExistsThere { .. } => ErrorKind::Moved,
        ReleaseError::Next(error) => match error {
            NextVersionError::NoCandidates | NextVersionError::Name { .. } | NextVersionError::Unnameable { .. } => {
                ErrorKind::Invalid
            }
            NextVersionError::OffLine { .. } | NextVersionError::NoFirst { .. } => ErrorKind::Usage,
            _ => ErrorKind::Refused,
        },
        ReleaseError::Branch(error) => branch_kind(error),
        ReleaseError::Versions(error) => versions_kind(error),
        ReleaseError::Statement(_)
        | ReleaseError::Backports(_)
        | ReleaseError::Tree(_)
        | ReleaseError::Notes(_)
        | ReleaseError::Read(_)
        | ReleaseError::Contents(_)
        | ReleaseError::Remote(_)
        | ReleaseError::Plan(_) => ErrorKind::Failed,
    }
}

pub(super) fn promotion_kind(error: &PromotionError) -> ErrorKind {
    match error {
        PromotionError::Retracted { .. } => ErrorKind::Refused,
        _ => ErrorKind::Usage,
    }
}

pub(super) fn sign_off_kind(error: &SignOffError) -> ErrorKind {
    match error {
        SignOffError::Promotion(error) => promotion_kind(error),
        SignOffError::UnknownGate { .. } | SignOffError::NoReason => ErrorKind::Usage,
        SignOffError::NotAllowed { .. } | SignOffError::Released { .. } | SignOffError::NothingToWithdraw { .. } => {
            ErrorKind::Refused
        }
        SignOffError::Name(_) | SignOffError::Statement(_) => ErrorKind::Failed,
    }
}

pub(super) fn backport_kind(error: &BackportError) -> ErrorKind {
    match error {
        BackportError::UnknownLine { .. }
        | BackportError::EndOfLife { .. }
        | BackportError::NoBranch { .. }
        | BackportError::Cut { .. } => ErrorKind::Refused,
        BackportError::WhichLine { .. }
        | BackportError::UnknownChange { .. }
        | BackportError::WhichChange { .. }
        | BackportError::Mainline { .. }
        | BackportError::NoSuchParent { .. }
        | BackportError::NoMerge
        | BackportError::OneReviewBranch { .. }
        | BackportError::ReviewName { .. } => ErrorKind::Usage,
        BackportError::Branch(error) => branch_kind(error),
        BackportError::Workbench(_)
        | BackportError::Notes(_)
        | BackportError::Read(_)
        | BackportError::Review { .. } => ErrorKind::Failed,
    }
}

pub(super) fn freeze_kind(error: &FreezeError) -> ErrorKind {
    match error {
        FreezeError::NoReason
        | FreezeError::Over { .. }
        | FreezeError::Unknown { .. }
        | FreezeError::Which { .. }
        | FreezeError::Name(_) => ErrorKind::Usage,
        FreezeError::InForce { .. } => ErrorKind::Refused,
        FreezeError::Place(_) | FreezeError::Statement(_) | FreezeError::Object(_) => ErrorKind::Failed,
    }
}

pub(super) fn retract_kind(error: &RetractError) -> ErrorKind {
    match error {
        RetractError::Unknown { .. } | RetractError::Ambiguous { .. } | RetractError::NoReason => ErrorKind::Usage,
        _ => ErrorKind::Failed,
    }
}

fn branch_kind(error: &BranchTipError) -> ErrorKind {
    match error {
        BranchTipError::Diverged { .. } => ErrorKind::Conflict,
        BranchTipError::Behind { .. } => ErrorKind::Moved,
        BranchTipError::Exists { .. } => ErrorKind::Refused,
        BranchTipError::Absent { .. } | BranchTipError::Read(_) | BranchTipError::Remote(_) => ErrorKind::Failed,
    }
}

fn versions_kind(error: &VersionCommitError) -> ErrorKind {
    match error {
        VersionCommitError::File(error) => match error.fault {
            VersionFault::Disagrees { .. } | VersionFault::Higher { .. } => ErrorKind::Refused,
            _ => ErrorKind::Invalid,
        },
        VersionCommitError::Read(_) => ErrorKind::Failed,
    }
}
