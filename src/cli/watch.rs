//! The time that a run may take, from before its first byte is read to the end.
//!
//! A watch ends the run wherever it is then, also while it waits for a stream. Proofs are asked to
//! give up first, so that what was decided is still said; files that are taking their names take them.

use super::exit::Failure;
use super::output;
use crate::endpoint::Problem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long proofs may take where nothing is said.
const OF_PROOFS: Duration = Duration::from_mins(10);

/// How long at least a run may take to say what was proven, when proofs have given up.
const TO_SAY_SO: Duration = Duration::from_secs(2);

/// What is shorter is over before anything can begin.
const A_MOMENT: Duration = Duration::from_micros(1);

/// Whether proofs are under way, or were: these give up by themselves.
static PROVES: AtomicBool = AtomicBool::new(false);

/// What ends whatever runs beside this process.
static AT_END: Mutex<Option<fn()>> = Mutex::new(None);

/// Held while files take their names.
static WRITES: Mutex<()> = Mutex::new(());

/// The seconds that somebody gives a run; none: for ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit(Option<Duration>);

impl Limit {
    /// So long; no time is for ever.
    #[cfg(feature = "live")]
    pub(super) fn of(limit: Duration) -> Self {
        Self((!limit.is_zero()).then_some(limit))
    }

    /// Reads seconds, also parts of one; 0 is for ever.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let wrong = || "write seconds, such as 30 or 0.5; 0 means never".to_owned();
        let seconds: f64 = text.parse().map_err(|_| wrong())?;
        let limit = Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
        Ok(Self((seconds > 0.0).then_some(limit)))
    }
}

/// When proofs of a run give up.
#[derive(Debug, Clone, Copy)]
pub(super) struct Patience(
    #[cfg_attr(
        not(feature = "smt"),
        expect(dead_code, reason = "without a solver nothing gives up")
    )]
    Option<Instant>,
);

impl Patience {
    /// That of a run that begins now.
    pub(super) fn of(limit: Option<Limit>) -> Self {
        let limit = limit.map_or(Some(OF_PROOFS), |limit| limit.0);
        Self(limit.and_then(|limit| Instant::now().checked_add(limit)))
    }

    /// What is left of it; none: it has no end. From here on the run ends by itself.
    #[cfg(feature = "smt")]
    pub(super) fn left(self) -> Option<Duration> {
        PROVES.store(true, Ordering::Relaxed);
        let end = self.0?;
        Some(end.saturating_duration_since(Instant::now()))
    }
}

/// Has this process end when its time is over: that of `--timeout`, or of `--request-timeout` if that
/// is over first.
pub(super) fn begin(limit: Option<Limit>, of_requests: Option<Limit>) -> Result<(), Failure> {
    let own = |limit: Option<Limit>, flag| Some((limit?.0?, flag));
    let limits = [
        own(limit, "--timeout SECONDS"),
        own(of_requests, "--request-timeout TIME"),
    ];
    let Some((limit, flag)) = limits.into_iter().flatten().min() else {
        return Ok(());
    };
    let over = move || over(limit, flag);
    let begun = Instant::now();
    if limit < A_MOMENT {
        return Err(over());
    }
    let watch = move || {
        wait(begun, limit);
        if PROVES.load(Ordering::Relaxed) {
            wait(begun, limit + TO_SAY_SO.max(limit / 10));
        }
        end(&over());
    };
    let started = thread::Builder::new().spawn(watch);
    started.map(drop).map_err(|error| {
        Problem::new(format!("cannot start the timer: {error}"))
            .help("run without `--timeout`")
            .into()
    })
}

/// Waits for so long after a time; a process that was stopped meanwhile has no more.
fn wait(begun: Instant, limit: Duration) {
    while let Some(left) = limit.checked_sub(begun.elapsed()) {
        if left.is_zero() {
            return;
        }
        thread::sleep(left);
    }
}

/// Ends the process. No file is half written then, and none of a set without the others.
fn end(failure: &Failure) {
    let _writes = writing();
    if let Some(stop) = *AT_END.lock().unwrap_or_else(PoisonError::into_inner) {
        stop();
    }
    output::failure(failure);
    std::process::exit(failure.exit().code().into())
}

/// What is said when the time is over.
fn over(limit: Duration, flag: &str) -> Failure {
    let seconds = limit.as_secs_f64();
    let told = format!("not finished after {seconds} s, so there is no answer");
    Failure::Undecided(Problem::new(told).help(format!("raise `{flag}`; 0 means no limit")))
}

/// Has something else end before the run is ended.
#[cfg(feature = "live")]
pub(super) fn at_end(stop: fn()) {
    *AT_END.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop);
}

/// Keeps the run from being ended while files take their names.
pub(super) fn writing() -> MutexGuard<'static, ()> {
    WRITES.lock().unwrap_or_else(PoisonError::into_inner)
}
