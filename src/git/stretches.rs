//! Work on many things in a row, shared among threads, each with a reader of its own.

use std::sync::atomic::{AtomicUsize, Ordering};

use super::reader::{ObjectReader, ReadError};
use super::repository::Repository;

/// Neighbours have much in common that is read once for all of them, so that a thread takes many of them at a time.
const LONGEST: usize = 256;
/// Fewer are not worth taking.
const SHORTEST: usize = 24;
/// So many a thread takes at least where there are enough items, so that none waits long for another at the end.
const STRETCHES: usize = 4;

/// Fewer objects than this are not worth another thread.
const WORTH_A_THREAD: usize = 100;

impl Repository {
    /// What `read` makes of each item, in their order, on as many threads as the machine has cores where there is so much to
    /// read.
    pub fn read_each<I: Sync, T: Send>(
        &self,
        items: &[I],
        read: impl Fn(&ObjectReader, &I) -> T + Sync,
    ) -> Result<Vec<T>, ReadError> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut readers = self.readers(cores.min(items.len() / WORTH_A_THREAD + 1))?;
        let read = |reader: &ObjectReader, items: &[I]| items.iter().map(|item| read(reader, item)).collect();
        Ok(in_stretches(&mut readers, items, read, &|_| ()))
    }
}

/// What `make` makes of the items, stretch by stretch and one thing of each, in their order, with one thread for each of
/// `readers`, of which there is one at least. `tell` is called now and then with how many are done.
pub fn in_stretches<R: Send, I: Sync, T: Send>(
    readers: &mut [R],
    items: &[I],
    make: impl Fn(&R, &[I]) -> Vec<T> + Sync,
    tell: &dyn Fn(usize),
) -> Vec<T> {
    let length = items.len().div_ceil(STRETCHES * readers.len().max(1)).clamp(SHORTEST, LONGEST);
    let stretches: Vec<&[I]> = items.chunks(length).collect();
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let take = &|reader: &mut R, tell: &dyn Fn(usize)| {
        let mut made: Vec<(usize, Vec<T>)> = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(stretch) = stretches.get(at) else { return made };
            made.push((at, make(reader, stretch)));
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
        let double = |items: &[usize]| -> Vec<usize> { items.iter().map(|item| item * 2).collect() };
        let items: Vec<usize> = (0..LONGEST * 10 + 3).collect();
        let doubled = double(&items);
        for threads in [1, 2, 9] {
            let told = Cell::new(0);
            let made = in_stretches(&mut vec![(); threads], &items, |(), items| double(items), &|done| told.set(done));
            assert_eq!(made, doubled);
            assert!(told.get() <= items.len() && (threads > 1 || told.get() == items.len()));
        }
        assert!(in_stretches(&mut [()], &[], |(), items| double(items), &|_| ()).is_empty());
    }

    #[test]
    #[should_panic(expected = "the third")]
    fn a_panic_in_one_thread_is_one_of_all() {
        let items: Vec<usize> = (0..SHORTEST * 4).collect();
        let make = |(): &(), items: &[usize]| -> Vec<usize> {
            assert_ne!(items[0], SHORTEST * 2, "the third");
            items.to_vec()
        };
        in_stretches(&mut [(), ()], &items, make, &|_| ());
    }
}
