//! The solver with a watch beside it.

use crate::prove::decide::Engine;
use crate::prove::solver::{Z3, with_stopper};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// Runs `work` with the solver, which gives up on a question after so many units of its work, and
/// altogether after so many seconds; 0: never. What a solver counts as work is the usual bound; the
/// other is for what it does not count.
pub(super) fn with_solver<T>(units: u32, seconds: u64, work: impl FnOnce(&dyn Engine) -> T) -> T {
    let solver = Z3 { units };
    if seconds == 0 {
        return work(&solver);
    }
    with_stopper(|stop| {
        std::thread::scope(|scope| {
            let (done, is_done) = mpsc::channel::<()>();
            scope.spawn(move || {
                let mut patience = Duration::from_secs(seconds);
                // One call stops one question, and others may follow.
                while is_done.recv_timeout(patience) == Err(RecvTimeoutError::Timeout) {
                    stop();
                    patience = Duration::from_millis(20);
                }
            });
            let result = work(&solver);
            drop(done);
            result
        })
    })
}
