//! The one place that reads the clock. `TWINTRACK_NOW` (RFC 3339) or else `SOURCE_DATE_EPOCH` (seconds) fixes it, so that
//! a run can be repeated byte for byte.

use chrono::{DateTime, SubsecRound, Utc};

use super::error::UsageError;

/// The time of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clock {
    fixed: Option<DateTime<Utc>>,
    start: DateTime<Utc>,
}

impl Clock {
    /// As the environment says; an empty variable counts as unset.
    pub fn from_environment() -> Result<Self, UsageError> {
        let value = |name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned());
        Self::from_values(value("TWINTRACK_NOW").as_deref(), value("SOURCE_DATE_EPOCH").as_deref())
    }

    /// A clock that stands still.
    pub const fn fixed(now: DateTime<Utc>) -> Self {
        Self { fixed: Some(now), start: now }
    }

    fn from_values(now: Option<&str>, epoch: Option<&str>) -> Result<Self, UsageError> {
        let given = |value: Option<&str>| value.map(str::trim).filter(|value| !value.is_empty()).map(str::to_owned);
        let fixed = match (given(now), given(epoch)) {
            (Some(text), _) => Some(parse_now(text)?),
            (None, Some(text)) => Some(parse_epoch(text)?),
            (None, None) => None,
        };
        Ok(Self { fixed, start: fixed.unwrap_or_else(Utc::now).trunc_subsecs(0) })
    }

    /// The one moment that this run takes for now, in whole seconds as git counts them.
    pub const fn now(&self) -> DateTime<Utc> {
        self.start
    }

    /// The moment of a log line: it advances unless the clock is fixed.
    pub fn log_time(&self) -> DateTime<Utc> {
        self.fixed.unwrap_or_else(Utc::now)
    }
}

fn parse_now(text: String) -> Result<DateTime<Utc>, UsageError> {
    match DateTime::parse_from_rfc3339(&text) {
        Ok(time) => Ok(time.with_timezone(&Utc)),
        Err(_) => Err(UsageError::Variable {
            name: "TWINTRACK_NOW",
            value: text,
            wanted: "a time such as `2026-03-01T12:00:00Z`",
        }),
    }
}

fn parse_epoch(text: String) -> Result<DateTime<Utc>, UsageError> {
    let time = text.parse().ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    time.ok_or(UsageError::Variable {
        name: "SOURCE_DATE_EPOCH",
        value: text,
        wanted: "a whole number of seconds since 1970",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_more_exact_variable_wins() {
        let clock = Clock::from_values(Some("2026-03-01T12:00:00+01:00"), Some("0")).unwrap();
        assert_eq!(clock.now().to_rfc3339(), "2026-03-01T11:00:00+00:00");
        assert_eq!(clock.log_time(), clock.now());
        assert_eq!(Clock::from_values(Some(" "), Some("86400")).unwrap().now().timestamp(), 86_400);
    }

    #[test]
    fn refuses_what_is_no_time() {
        for (now, epoch) in [(Some("yesterday"), None), (None, Some("1.5")), (None, Some("99999999999999999"))] {
            assert!(Clock::from_values(now, epoch).is_err());
        }
    }
}
