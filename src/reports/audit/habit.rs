//! What a project always does is told once: the newest case, and how many there are.

use super::model::Found;

/// Fewer findings are told one by one.
const FEW: usize = 10;

/// One finding for those of one rule that most of what was asked about has; else all of them.
pub(super) fn told_once(mut found: Vec<Found>, asked: usize) -> Vec<Found> {
    if found.len() < FEW || found.len() * 2 <= asked {
        return found;
    }
    let others = found.len() - 1;
    let newest = (0..found.len()).max_by_key(|at| found[*at].released_on);
    let Some(mut told) = newest.map(|at| found.swap_remove(at)) else { return found };
    told.message.push_str(&format!("; so it is with {others} others of {asked} releases"));
    vec![told]
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::domain::AuditRule;

    fn found(count: u32) -> Vec<Found> {
        let of_day = |day| {
            let message = "the tag is lightweight".to_owned();
            let released = NaiveDate::from_ymd_opt(2025, 1, day);
            Found::new(AuditRule::TagLightweight, format!("v1.0.{day}"), message).released_on(released)
        };
        (1..=count).map(of_day).collect()
    }

    #[test]
    fn a_habit_is_told_of_the_newest_release() {
        let told = told_once(found(12), 20);
        let [told] = told.as_slice() else { panic!("{told:?}") };
        assert_eq!(told.subject, "v1.0.12");
        assert_eq!(told.message, "the tag is lightweight; so it is with 11 others of 20 releases");
    }

    #[test]
    fn exceptions_are_told_one_by_one() {
        assert_eq!(told_once(found(12), 24).len(), 12, "half is no habit");
        assert_eq!(told_once(found(9), 9).len(), 9);
    }
}
