//! One run from the arguments to the exit code: parse, set up, run the command, and say what went wrong.

use std::io::Write;
use std::panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind};
use std::process::ExitCode;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Parser;

use super::args::{Cli, Color, Format, LogFormat};
use super::clock::Clock;
use super::context::Context;
use super::error::{ErrorKind, Failure, Outcome, is_broken_pipe};
use super::logging::{self, RunId};
use super::output::{ERROR, HINT};

/// Parses the arguments of this process, runs the command and returns its exit code.
pub fn main() -> ExitCode {
    end_on_interrupt();
    let run = RunId::generate();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return answer_unparsed(&error, &run),
    };
    let voice = Voice {
        is_json: cli.global.format == Format::Json || cli.global.log_format == LogFormat::Json,
        color: cli.global.color,
    };
    match catching_panics(|| run_command(cli, &run)) {
        Ok(Ok(Outcome::Done)) => ExitCode::SUCCESS,
        Ok(Ok(Outcome::No)) => ExitCode::from(1),
        Ok(Err(error)) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Ok(Err(error)) => voice.report(&Failure::gather(&error), &run),
        Err(what) => voice.report(&Failure::bug(&what), &run),
    }
}

fn run_command(cli: Cli, run: &RunId) -> anyhow::Result<Outcome> {
    let clock = Clock::from_environment()?;
    logging::start(&cli.global, clock, run);
    tracing::debug!("this is run {}", run.as_str());
    cli.command.run(&Context::new(cli.global, clock, run.clone()))
}

/// Ctrl-C ends the process at once with the exit code that shells use; nothing that matters is ever half-written, since
/// files are put in place by renaming.
fn end_on_interrupt() {
    let always = Arc::new(AtomicBool::new(true));
    let status = i32::from(ErrorKind::Interrupted.exit_code());
    // Where the handler cannot be set, the system's own does nearly the same.
    let _ = signal_hook::flag::register_conditional_shutdown(signal_hook::consts::SIGINT, status, always);
}

/// Help and version are answers; anything else that does not parse is wrong usage, told in the form that was asked for
/// as far as that can be seen.
fn answer_unparsed(error: &clap::Error, run: &RunId) -> ExitCode {
    let arguments: Vec<String> = std::env::args_os().map(|word| word.to_string_lossy().into_owned()).collect();
    let asks = |option: &str| {
        let joined = format!("{option}=json");
        arguments.contains(&joined) || arguments.windows(2).any(|pair| pair[0] == option && pair[1] == "json")
    };
    if error.use_stderr() && (asks("--format") || asks("--log-format")) {
        let voice = Voice { is_json: true, color: Color::Never };
        return voice.report(&Failure::usage(&error.render().to_string()), run);
    }
    // A closed pipe is no reason to complain.
    let _ = error.print();
    if error.use_stderr() { ExitCode::from(ErrorKind::Usage.exit_code()) } else { ExitCode::SUCCESS }
}

/// How errors are told.
struct Voice {
    is_json: bool,
    color: Color,
}

impl Voice {
    fn report(&self, failure: &Failure, run: &RunId) -> ExitCode {
        let words = if self.is_json { failure.to_json(run.as_str()) + "\n" } else { failure.to_text(ERROR, HINT) };
        let mut stream = anstream::AutoStream::new(std::io::stderr(), self.color.choice());
        // Nowhere is left to say that standard error is closed.
        let _ = stream.write_all(words.as_bytes());
        failure.exit_code()
    }
}

/// Runs `work`; a panic in it becomes its message and place, and is not printed.
fn catching_panics<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let last = Arc::new(Mutex::new(None));
    let seen = Arc::clone(&last);
    std::panic::set_hook(Box::new(move |panic| {
        *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(describe(panic));
    }));
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| {
        let seen = last.lock().unwrap_or_else(PoisonError::into_inner).take();
        seen.unwrap_or_else(|| "it panicked".to_owned())
    })
}

fn describe(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    let what = owned.or_else(|| payload.downcast_ref::<&str>().copied()).unwrap_or("it panicked");
    let place = panic.location().map(|place| format!(" ({}:{})", place.file(), place.line())).unwrap_or_default();
    let trace = std::backtrace::Backtrace::capture();
    if trace.status() == std::backtrace::BacktraceStatus::Captured {
        return format!("{what}{place}\n{trace}");
    }
    format!("{what}{place}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_a_message_with_its_place() {
        let caught = catching_panics(|| panic!("impossible")).unwrap_err();
        assert!(caught.starts_with("impossible (src/cli/run.rs:"), "{caught}");
        let _ = std::panic::take_hook();
    }
}
