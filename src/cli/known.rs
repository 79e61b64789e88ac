//! Which errors of the layers below mean which exit code. Hints stand on the errors themselves; an error that is missing
//! here ends the run as a failure of git, files or the remote.

use std::error::Error;

use super::error::{ErrorKind, UsageError};

/// The kind and the hint of an error that is known; of one link of a chain, not of its sources.
pub(super) fn explain(error: &(dyn Error + 'static)) -> Option<(ErrorKind, Option<String>)> {
    macro_rules! known {
        ($($type:ty => $kind:expr),* $(,)?) => {
            $(if let Some(error) = error.downcast_ref::<$type>() {
                return Some(($kind, error.hint()));
            })*
        };
    }
    known! {
        UsageError => ErrorKind::Usage,
    }
    None
}
