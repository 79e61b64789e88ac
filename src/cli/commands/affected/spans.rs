//! Neighbours said in one breath: `1.8.0–1.8.3, 1.9.0`.

/// Joins neighbours of `items` that are `wanted`, in their order.
pub fn spans<T>(items: &[T], is_wanted: impl Fn(&T) -> bool, name: impl Fn(&T) -> String) -> Vec<String> {
    let mut found = Vec::new();
    let mut open: Option<(String, String)> = None;
    for item in items {
        if !is_wanted(item) {
            found.extend(open.take().map(joined));
            continue;
        }
        let name = name(item);
        open = Some(match open {
            Some((first, _)) => (first, name),
            None => (name.clone(), name),
        });
    }
    found.extend(open.map(joined));
    found
}

fn joined((first, last): (String, String)) -> String {
    if first == last { first } else { format!("{first}–{last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_are_joined_and_others_are_not() {
        for (wanted, shown) in [("abcd", vec!["a–d"]), ("abd", vec!["a–b", "d"]), ("ac", vec!["a", "c"]), ("", vec![])]
        {
            let items = ['a', 'b', 'c', 'd'];
            assert_eq!(spans(&items, |c| wanted.contains(*c), char::to_string), shown, "{wanted}");
        }
    }
}
