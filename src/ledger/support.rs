//! How long a line is supported and which stage it has come to, from what is declared and what is released.

use chrono::{DateTime, Days, NaiveTime, Utc};

use super::model::{Line, SupportWindow};
use crate::config::{DeclaredLine, Support, Window};
use crate::domain::{LineKind, Stage};

/// Fills kind, window and stage of `lines`, newest first, as they are at `now`. `closed` is the stage that a tag gives
/// the line of the same place.
pub fn settle<'c>(
    lines: &mut [Line],
    closed: &[Option<Stage>],
    declared: impl Fn(&str) -> Option<&'c DeclaredLine>,
    support: &Support,
    now: DateTime<Utc>,
) {
    let mut released = 0;
    for (line, closed) in lines.iter_mut().zip(closed) {
        let declared = declared(&line.name);
        line.kind = declared.map(|declared| declared.kind).unwrap_or_default();
        let ga = general_availability(line, declared);
        released += u32::from(ga.is_some());
        let policy = if line.kind == LineKind::Lts { &support.lts } else { &support.regular };
        line.support = window(policy, support, declared, ga);
        line.stage = match closed {
            Some(stage) => *stage,
            None => stage(line.support, policy, declared, ga.is_some(), released, now),
        };
    }
}

fn general_availability(line: &Line, declared: Option<&DeclaredLine>) -> Option<DateTime<Utc>> {
    let day = declared.and_then(|declared| declared.released).map(|day| day.and_time(NaiveTime::MIN).and_utc());
    day.or_else(|| line.general_availability().map(|release| release.date))
}

/// The first moment after a declared last day.
fn end_of(day: Option<chrono::NaiveDate>) -> Option<DateTime<Utc>> {
    Some(day?.checked_add_days(Days::new(1))?.and_time(NaiveTime::MIN).and_utc())
}

fn window(
    policy: &Window,
    support: &Support,
    declared: Option<&DeclaredLine>,
    ga: Option<DateTime<Utc>>,
) -> SupportWindow {
    let by_policy = match (policy, ga) {
        (Window::For(period), Some(ga)) => Some(period.after(ga)),
        _ => None,
    };
    let end = declared.and_then(|d| d.end_of_life).map(|day| day.and_time(NaiveTime::MIN).and_utc());
    let active_until = declared.and_then(|d| end_of(d.active_until)).or(by_policy).or(end);
    let after = support.security_after.as_ref();
    let security_until = declared
        .and_then(|d| end_of(d.security_until))
        .or(end)
        .or_else(|| Some(after?.after(active_until?)))
        .or(active_until);
    SupportWindow { active_until: at_most(active_until, end), security_until: at_most(security_until, end) }
}

fn at_most(time: Option<DateTime<Utc>>, limit: Option<DateTime<Utc>>) -> Option<DateTime<Utc>> {
    match (time, limit) {
        (Some(time), Some(limit)) => Some(time.min(limit)),
        (time, _) => time,
    }
}

fn stage(
    window: SupportWindow,
    policy: &Window,
    declared: Option<&DeclaredLine>,
    is_released: bool,
    rank: u32,
    now: DateTime<Utc>,
) -> Stage {
    let is_over = declared.and_then(|d| d.end_of_life).is_some_and(|day| now >= day.and_time(NaiveTime::MIN).and_utc());
    if is_over {
        return Stage::EndOfLife;
    }
    if let Some(active_until) = window.active_until {
        return match window.security_until {
            _ if now < active_until => Stage::Active,
            Some(security_until) if now < security_until => Stage::Security,
            _ => Stage::EndOfLife,
        };
    }
    match policy {
        Window::Newest(count) if rank <= *count => Stage::Active,
        Window::Newest(_) => Stage::EndOfLife,
        // A policy from general availability says nothing yet of a line that has none: it is being made.
        Window::For(_) if !is_released => Stage::Active,
        _ => Stage::Unknown,
    }
}
