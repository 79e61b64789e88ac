//! What whoever operates an installation has to know of a change: what to do and when, for how long nothing is served,
//! and whether there is a way back.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A word with a fixed set of values, read and shown alike everywhere.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$item_doc:meta])* $item:ident = $word:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
        #[serde(rename_all = "kebab-case")]
        #[schemars(inline)]
        pub enum $name {
            $($(#[$item_doc])* $item),*
        }

        impl $name {
            /// As written in change notes and in JSON.
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$item => $word),*
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

words! {
    /// Whether an operator has to act.
    Action {
        /// There is nothing to do.
        None = "none",
        /// It is better to act.
        Recommended = "recommended",
        /// Without it something breaks.
        Required = "required",
    }
}

words! {
    /// When an operator acts.
    ActionTime {
        /// Before the upgrade.
        Before = "before",
        /// While it runs.
        During = "during",
        /// After it.
        After = "after",
    }
}

words! {
    /// Whether one can go back over a change, the safest first: of several changes the greatest counts.
    RollbackClass {
        /// The older version runs on as it is.
        Safe = "safe",
        /// The migration has to be undone first, by a step that is there for it.
        NeedsDown = "needs-down",
        /// Only a backup from before leads back.
        NeedsRestore = "needs-restore",
        /// There is no way back.
        Impossible = "impossible",
    }
}

impl RollbackClass {
    /// How one goes back over it, in words.
    pub const fn way_back(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::NeedsDown => "by undoing it",
            Self::NeedsRestore => "from a backup",
            Self::Impossible => "impossible",
        }
    }
}

words! {
    /// When a migration runs in relation to the deploy of the code that comes with it.
    MigrationPhase {
        /// Before the new code is started.
        Before = "before",
        /// As part of starting it.
        With = "with",
        /// Once no old code runs any more.
        After = "after",
        /// On its own, for as long as it takes.
        Background = "background",
    }
}

words! {
    /// How bad a weakness is, the least first.
    Severity {
        /// Hardly of use to anybody.
        Low = "low",
        /// Of use under special conditions.
        Medium = "medium",
        /// Of use to many.
        High = "high",
        /// To be repaired at once.
        Critical = "critical",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_the_same_in_notes_and_in_json() {
        for class in [RollbackClass::Safe, RollbackClass::NeedsDown, RollbackClass::Impossible] {
            assert_eq!(serde_json::to_value(class).unwrap(), class.as_str());
            let read: RollbackClass = serde_json::from_value(class.as_str().into()).unwrap();
            assert_eq!(read, class);
        }
        assert_eq!(serde_json::to_value(MigrationPhase::Background).unwrap(), MigrationPhase::Background.as_str());
    }

    #[test]
    fn of_several_changes_the_one_with_the_hardest_way_back_counts() {
        let classes = [RollbackClass::Safe, RollbackClass::NeedsRestore, RollbackClass::NeedsDown];
        assert_eq!(classes.into_iter().max(), Some(RollbackClass::NeedsRestore));
    }
}
