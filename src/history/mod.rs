//! From commits to changes: what messages say, which commits make one change, where a change stands, and what one commit
//! reaches that another does not.

mod cancel;
mod changes;
mod elsewhere;
mod files;
mod grouping;
mod habit;
mod identity;
mod infer;
mod mention;
mod noted;
mod notes;
mod numbers;
mod presence;
mod range;
mod reading;
mod revert;
mod subject;
mod titles;
mod twins;

pub use changes::{Change, History};
pub use elsewhere::Elsewhere;
pub use files::Files;
pub use identity::{
    Class, Confidence, Contents, Engine, Evidence, Fit, Guidance, Held, Holder, Identities, Origin, Standing,
    prepare_titles, wanted_on,
};
pub use mention::{Mention, Mentions, merged_by};
pub use noted::{NoteTouch, NoteTouches};
pub use numbers::numbered;
pub use presence::{Presence, stated_reverts};
pub use range::{Baseline, FirstReach, Trunkward, Walker};
pub use reading::{Reader, Reading, StatedKind};

#[cfg(test)]
mod tests;
