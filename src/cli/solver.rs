//! The solver with a watch beside it.

use super::watch::Patience;
use crate::prove::decide::Engine;
use crate::prove::solver::{Z3, with_stopper};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

/// Runs `work` with the solver, which gives up on a question after so many units of its work (0:
/// never), and altogether when its patience ends. What a solver counts as work is the usual bound; the
/// other is for what it does not count.
pub(super) fn with_solver<T>(
    units: u32,
    patience: Patience,
    work: impl FnOnce(&dyn Engine) -> T,
) -> T {
    let solver = Z3 { units };
    let Some(mut patience) = patience.left() else {
        return work(&solver);
    };
    with_stopper(|stop| {
        std::thread::scope(|scope| {
            let (done, is_done) = mpsc::channel::<()>();
            scope.spawn(move || {
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
