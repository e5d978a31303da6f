//! Two computations at once: what they give back does not tell in which order they were done.

use std::panic::resume_unwind;
use std::thread::{self, ScopedJoinHandle};

/// What both give back. Without a thread to be had one is done after the other.
pub(crate) fn both<A: Send, B>(one: impl Fn() -> A + Sync, other: impl FnOnce() -> B) -> (A, B) {
    thread::scope(|scope| {
        let beside = thread::Builder::new().spawn_scoped(scope, &one);
        let other = other();
        let one = match beside.map(ScopedJoinHandle::join) {
            Ok(Ok(found)) => found,
            Ok(Err(panic)) => resume_unwind(panic),
            Err(_) => one(),
        };
        (one, other)
    })
}

#[cfg(test)]
mod tests {
    use super::both;

    #[test]
    fn both_are_done() {
        let one = [1, 2, 3];
        assert_eq!(both(|| one.len(), || one[0]), (3, 1));
    }
}
