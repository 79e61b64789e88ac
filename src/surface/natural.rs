//! The order in which people read names with numbers: `2_a` before `10_a`.

use std::cmp::Ordering;

/// Compares two names, runs of digits by their value.
pub(super) fn natural_cmp(left: &str, right: &str) -> Ordering {
    let (mut a, mut b) = (left, right);
    loop {
        let (x, y) = (piece(&mut a), piece(&mut b));
        if x.is_empty() || y.is_empty() {
            return x.len().cmp(&y.len()).then_with(|| left.cmp(right));
        }
        let are_numbers = [x, y].iter().all(|text| text.starts_with(|c: char| c.is_ascii_digit()));
        let order = if are_numbers {
            let (x, y) = (x.trim_start_matches('0'), y.trim_start_matches('0'));
            x.len().cmp(&y.len()).then_with(|| x.cmp(y))
        } else {
            x.cmp(y)
        };
        if order.is_ne() {
            return order;
        }
    }
}

/// The next run of digits or of other characters, which is taken off.
fn piece<'t>(text: &mut &'t str) -> &'t str {
    let is_number = text.starts_with(|c: char| c.is_ascii_digit());
    let end = text.find(|c: char| c.is_ascii_digit() != is_number).unwrap_or(text.len());
    let (taken, rest) = text.split_at(end);
    *text = rest;
    taken
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_count_by_their_value() {
        let mut names = ["10_a", "2_b", "2_a", "002_c", "a", "1_20_x", "1_3_x"];
        names.sort_by(|a, b| natural_cmp(a, b));
        assert_eq!(names, ["1_3_x", "1_20_x", "2_a", "2_b", "002_c", "10_a", "a"]);
    }

    proptest! {
        #[test]
        fn the_order_is_total(a in "[a0-2_]{0,5}", b in "[a0-2_]{0,5}") {
            prop_assert_eq!(natural_cmp(&a, &b), natural_cmp(&b, &a).reverse());
            prop_assert_eq!(natural_cmp(&a, &b).is_eq(), a == b);
        }
    }
}
