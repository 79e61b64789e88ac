//! Work on many things in a row, shared among threads.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Neighbours have much in common that one reader keeps at hand, so that a thread takes so many of them at a time; and no
/// thread waits long for another at the end.
const STRETCH: usize = 24;

/// What `make` makes of each item, in their order, with one thread for each of `readers`, of which there is one at least.
/// `tell` is called now and then with how many are done.
pub(super) fn in_stretches<R: Send, I: Sync, T: Send>(
    readers: &mut [R],
    items: &[I],
    make: impl Fn(&R, &I) -> T + Sync,
    tell: &dyn Fn(usize),
) -> Vec<T> {
    let stretches: Vec<&[I]> = items.chunks(STRETCH).collect();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let take = &|reader: &mut R, tell: &dyn Fn(usize)| {
        let mut made: Vec<(usize, Vec<T>)> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(stretch) = stretches.get(at) else { return made };
            made.push((at, stretch.iter().map(|item| make(reader, item)).collect()));
            tell(done.fetch_add(stretch.len(), Ordering::Relaxed) + stretch.len());
        }
    };
    let Some((own, others)) = readers.split_first_mut() else { return Vec::new() };
    let mut made = std::thread::scope(|scope| {
        let spawn = |reader| scope.spawn(move || take(reader, &|_| ()));
        let others: Vec<_> = others.iter_mut().map(spawn).collect();
        let mut made = take(own, tell);
        for other in others {
            made.extend(other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
        made
    });
    made.sort_unstable_by_key(|(at, _)| *at);
    made.into_iter().flat_map(|(_, made)| made).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn each_item_is_made_once_and_in_order() {
        let items: Vec<usize> = (0..STRETCH * 5 + 3).collect();
        let doubled: Vec<usize> = items.iter().map(|item| item * 2).collect();
        for threads in [1, 2, 9] {
            let told = Cell::new(0);
            let made = in_stretches(&mut vec![(); threads], &items, |(), item| item * 2, &|done| told.set(done));
            assert_eq!(made, doubled);
            assert!(told.get() <= items.len() && (threads > 1 || told.get() == items.len()));
        }
        assert!(in_stretches(&mut [()], &[] as &[usize], |(), item| *item, &|_| ()).is_empty());
    }

    #[test]
    #[should_panic(expected = "the third")]
    fn a_panic_in_one_thread_is_one_of_all() {
        let items: Vec<usize> = (0..STRETCH * 4).collect();
        in_stretches(&mut [(), ()], &items, |(), item| assert_ne!(*item, STRETCH * 2, "the third"), &|_| ());
    }
}
