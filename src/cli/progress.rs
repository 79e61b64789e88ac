//! Something to look at while a step takes long: a line that appears on a terminal after a second and vanishes when the
//! step is over. Without a terminal, `-v` says how long each slow step took.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::is_talking_to_a_person;

/// Steps shorter than this are not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long a picture stands.
const REDRAWN: Duration = Duration::from_millis(120);

/// A step under way; over when dropped.
#[must_use = "the step is over when this is dropped"]
pub(super) struct Step {
    what: &'static str,
    start: Instant,
    done: Arc<AtomicUsize>,
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Step {
    /// Begins a step, named by what it does: `reading history`.
    pub fn begin(what: &'static str, is_quiet: bool) -> Self {
        let done = Arc::new(AtomicUsize::new(0));
        let shown = (is_talking_to_a_person() && !is_quiet).then(|| {
            let (over, is_over) = channel();
            let done = Arc::clone(&done);
            (over, std::thread::spawn(move || show(what, &done, &is_over)))
        });
        Self { what, start: Instant::now(), done, shown }
    }

    /// Says how many commits are done by now; cheap, and shown where the step is shown.
    pub fn advance(&self, done: usize) {
        self.done.store(done, Ordering::Relaxed);
    }
}

fn show(what: &str, done: &AtomicUsize, is_over: &Receiver<()>) {
    if is_over.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr()).with_elapsed(PATIENCE);
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    loop {
        let done = done.load(Ordering::Relaxed);
        bar.set_message(if done > 0 { format!("{what}: {done} commits") } else { what.to_owned() });
        bar.tick();
        if is_over.recv_timeout(REDRAWN) != Err(RecvTimeoutError::Timeout) {
            break;
        }
    }
    bar.finish_and_clear();
}

impl Drop for Step {
    fn drop(&mut self) {
        if let Some((over, thread)) = self.shown.take() {
            drop(over);
            // A thread that only draws cannot fail in a way that matters.
            let _ = thread.join();
        }
        let taken = self.start.elapsed();
        if taken > PATIENCE {
            tracing::info!("{} took {:.1} s", self.what, taken.as_secs_f64());
        }
    }
}
