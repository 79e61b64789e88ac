//! Many documents at the same time.

use std::sync::atomic::{AtomicUsize, Ordering};

/// What `make` makes of each item, in their order, on as many threads as the machine has cores. The error is that of the
/// first item, in their order, of those that were tried.
pub fn map<T: Sync, R: Send, E: Send>(items: &[T], make: impl Fn(&T) -> Result<R, E> + Sync) -> Result<Vec<R>, E> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(items.len());
    if threads <= 1 {
        return items.iter().map(make).collect();
    }
    // Items differ in size, so that each thread takes the next one that is left.
    let next = AtomicUsize::new(0);
    let work = || {
        let mut made = Vec::new();
        while let Some((at, item)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, items.get(at)?)))
        {
            let result = make(item);
            let is_bad = result.is_err();
            made.push((at, result));
            if is_bad {
                break;
            }
        }
        made
    };
    let mut made: Vec<(usize, Result<R, E>)> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let ended = handles.into_iter().map(|handle| handle.join());
        ended.flat_map(|ended| ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))).collect()
    });
    made.sort_by_key(|(at, _)| *at);
    made.into_iter().map(|(_, result)| result).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_the_order_of_the_items() {
        let items: Vec<usize> = (0..500).collect();
        let made: Result<Vec<usize>, ()> = map(&items, |item| Ok(item * 2));
        assert_eq!(made.unwrap(), items.iter().map(|item| item * 2).collect::<Vec<_>>());
        assert_eq!(map(&[] as &[usize], |_| Ok::<_, ()>(0)), Ok(Vec::new()));
    }

    #[test]
    fn an_error_is_that_of_an_item_that_failed() {
        let items: Vec<usize> = (0..500).collect();
        let made = map(&items, |item| if *item >= 100 { Err(*item) } else { Ok(*item) });
        assert!((100..110).contains(&made.unwrap_err()));
    }
}
