//! Why a deploy is not recorded.

use super::hold::Hold;
use crate::domain::{CommitId, EnvironmentName, ProduceError, TagName, listed};
use crate::git::{ReadError, RemoteError, ScratchError};
use crate::plan::PlanError;

/// Why a deploy is not recorded.
#[derive(Debug, thiserror::Error)]
pub enum DeployError {
    #[error("no channel is deployed: there is none of kind `continuous` in the configuration")]
    NoChannel,
    #[error("several channels are deployed, and none was named")]
    WhichChannel { known: Vec<String> },
    #[error("`{name}` is no channel that is deployed")]
    UnknownChannel { name: String, known: Vec<String> },
    #[error("the channel has several environments, and none was named")]
    WhichEnvironment { known: Vec<String> },
    #[error("`{name}` is no environment of channel `{channel}`")]
    UnknownEnvironment { name: String, channel: String, known: Vec<String> },
    #[error("channel `{channel}` has no tags: what is live there is inferred from its lines")]
    NoTags { channel: String },
    #[error("the deploy's tag cannot be named")]
    Name(#[source] ProduceError),
    #[error("the pattern `{pattern}` gives the tag name `{name}`, which git refuses")]
    Unusable { pattern: String, name: String },
    #[error("no pattern of channel `{channel}` recognises the tag name `{tag}` as a deploy to `{environment}`")]
    Unrecognised { tag: TagName, channel: String, environment: EnvironmentName },
    #[error("tag `{tag}` exists, for commit `{commit}`")]
    Taken { tag: TagName, commit: CommitId },
    #[error("`{environment}` takes no forward deploy now")]
    Held { environment: EnvironmentName, holds: Vec<Hold> },
    #[error("an override needs a reason")]
    NoReason,
    #[error("nothing is recorded as live in `{environment}`")]
    NothingLive { environment: EnvironmentName },
    #[error("there is no earlier deploy to `{environment}` that was not itself rolled back")]
    NothingToGoBackTo { environment: EnvironmentName },
    #[error("`{environment}` was rolled back already, by `{tag}`")]
    RolledBack { environment: EnvironmentName, tag: TagName },
    #[error("`{tag}` is no recorded deploy to `{environment}`")]
    UnknownDeploy { tag: TagName, environment: EnvironmentName },
    #[error("going back to `{target}` leads over {}, which cannot be undone", listed(.over))]
    CannotBeUndone { target: TagName, over: Vec<String> },
    #[error("cannot read the object database")]
    Read(#[from] ReadError),
    #[error(transparent)]
    Remote(#[from] RemoteError),
    #[error(transparent)]
    Scratch(#[from] ScratchError),
    #[error(transparent)]
    Plan(#[from] PlanError),
}

impl DeployError {
    /// What to do about it.
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NoChannel => "declare one: `[channels.managed]` with `kind = \"continuous\"`".to_owned(),
            Self::WhichChannel { known } | Self::UnknownChannel { known, .. } => {
                format!("name one with `--channel`: {}", listed(known))
            }
            Self::WhichEnvironment { known } | Self::UnknownEnvironment { known, .. } => {
                format!("name one with `--environment`: {}", listed(known))
            }
            Self::NoTags { channel } => format!("set `tag` of `[channels.{channel}]` to record deploys"),
            Self::Name(_) | Self::Unusable { .. } => "name the tag yourself with `--tag NAME`".to_owned(),
            Self::Unrecognised { channel, .. } => {
                format!("write it as `tag` of `[channels.{channel}]` says, or leave out `--tag`")
            }
            Self::Taken { .. } => "a deploy is never moved: record this one under another name".to_owned(),
            Self::Held { .. } => {
                "if it must go ahead all the same, say why with `--override REASON`: the tag will say it".to_owned()
            }
            Self::NoReason => "say it with `--override REASON`; `deploy list` and the documents show it".to_owned(),
            Self::NothingLive { .. } => "fetch the tags: `git fetch --tags`".to_owned(),
            Self::NothingToGoBackTo { .. } | Self::UnknownDeploy { .. } => {
                "see what was recorded with `twintrack deploy list`, and fetch what is missing: `git fetch --tags`"
                    .to_owned()
            }
            Self::RolledBack { .. } => "to go back further, say to which deploy with `--to TAG`".to_owned(),
            Self::CannotBeUndone { .. } => {
                "deploy a fix instead, go back to a deploy that came after it with `--to TAG`, or say with `--reason` why it is right: the tag will say it".to_owned()
            }
            Self::Read(error) => return error.hint(),
            Self::Remote(error) => return error.hint(),
            Self::Scratch(error) => return error.hint(),
            Self::Plan(error) => return error.hint(),
        })
    }

    /// What to do about each hold, and about all of them.
    pub fn hints(&self) -> Vec<String> {
        let of_holds = match self {
            Self::Held { environment, holds } => holds.iter().filter_map(|hold| hold.hint(environment)).collect(),
            _ => Vec::new(),
        };
        of_holds.into_iter().chain(self.hint()).collect()
    }

    /// What holds the deploy, each as good as a cause.
    pub fn findings(&self) -> Vec<String> {
        match self {
            Self::Held { holds, .. } => holds.iter().map(ToString::to_string).collect(),
            _ => Vec::new(),
        }
    }
}
