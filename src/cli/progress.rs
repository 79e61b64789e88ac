//! Something to look at while a step takes long: a line that appears on a terminal after a second and vanishes when the
//! step is over. Without a terminal, `-v` says how long each slow step took.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::is_talking_to_a_person;

/// Steps shorter than this are not worth a word.
const PATIENCE: Duration = Duration::from_secs(1);

/// A step under way; over when dropped.
#[must_use = "the step is over when this is dropped"]
pub(super) struct Step {
    what: &'static str,
    start: Instant,
    shown: Option<(Sender<()>, JoinHandle<()>)>,
}

impl Step {
    /// Begins a step, named by what it does: `reading history`.
    pub fn begin(what: &'static str, is_quiet: bool) -> Self {
        let shown = (is_talking_to_a_person() && !is_quiet).then(|| {
            let (over, is_over) = channel();
            (over, std::thread::spawn(move || show(what, &is_over)))
        });
        Self { what, start: Instant::now(), shown }
    }
}

fn show(what: &str, is_over: &Receiver<()>) {
    if is_over.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
        return;
    }
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
        bar.set_style(style);
    }
    bar.set_message(what.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    let _ = is_over.recv();
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
