//! First packets that keep coming while rulesets are loaded.

use super::lab::Lab;
use super::probe::Probe;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

/// What came of the packets during all reloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flood {
    pub denied: usize,
    /// Of the denied, those that passed.
    pub leaked: usize,
    pub allowed: usize,
    /// Of the allowed, those that did not pass.
    pub lost: usize,
}

impl Lab {
    /// Does `reload` as often as told, while another thread sends, over and over, a packet for
    /// each of `denied` and each of `allowed`.
    pub fn under_traffic(
        &self,
        denied: &[Probe],
        allowed: &[Probe],
        times: usize,
        reload: impl Fn(&Lab) -> Result<(), String>,
    ) -> Result<Flood, String> {
        let probes = [denied, allowed].concat();
        let done = AtomicBool::new(false);
        thread::scope(|scope| {
            let flood = scope.spawn(|| {
                let mut flood = Flood::default();
                while !done.load(Ordering::Relaxed) {
                    let passed = self.send(&probes)?;
                    let (wrong, right) = passed.split_at(denied.len());
                    flood.denied += wrong.len();
                    flood.leaked += wrong.iter().filter(|passed| **passed).count();
                    flood.allowed += right.len();
                    flood.lost += right.iter().filter(|passed| !**passed).count();
                }
                Ok(flood)
            });
            let outcome = (0..times).try_for_each(|_| reload(self));
            done.store(true, Ordering::Relaxed);
            let flood = flood.join().expect("the sender does not panic");
            outcome.and(flood)
        })
    }
}
