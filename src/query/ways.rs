//! The pairs of a hop as they are found: those that the way leads to, and those that it passes over.

use super::answer::Pair;
use super::cost::Told;
use super::sight::Sight;
use crate::hops::Led;
use crate::net::ConnSet;
use crate::trace::Verdict;
use std::collections::{BTreeMap, BTreeSet};

/// A pair that was judged.
pub(super) struct Way {
    pub(super) pair: Pair,
    /// Whether both ends are the same pod.
    pub(super) own: bool,
    /// Whether the way leads there.
    pub(super) led: Led,
}

/// All pairs, by what counts of them.
#[derive(Default)]
pub(super) struct Ways {
    told: Told,
    /// A pod and itself.
    pub(super) itself: Told,
    /// What the way may lead to, by the place of the source.
    perhaps: BTreeMap<usize, Vec<Pair>>,
    /// What it does not lead to.
    passed_over: BTreeMap<usize, Vec<Pair>>,
    /// The sources that it leads somewhere.
    led: BTreeSet<usize>,
    /// Those of which some pair is not refused.
    through: BTreeSet<usize>,
    /// Those of which some pair is let through.
    allowed: BTreeSet<usize>,
}

impl Ways {
    /// Adds a pair of the source at this place.
    pub(super) fn add(&mut self, source: usize, way: Way) {
        let Way { pair, own, led } = way;
        match led {
            Led::Yes => {
                self.led.insert(source);
                if pair.verdict != Verdict::Deny {
                    self.through.insert(source);
                }
                if pair.verdict == Verdict::Allow {
                    self.allowed.insert(source);
                }
                if own {
                    self.itself.extend([pair]);
                } else {
                    self.told.extend([pair]);
                }
            }
            Led::Perhaps => self.perhaps.entry(source).or_default().push(pair),
            Led::No => self.passed_over.entry(source).or_default().push(pair),
        }
    }

    /// The pairs that count.
    pub(super) fn pairs(mut self, sight: Option<&Sight<'_>>) -> Vec<Pair> {
        for (source, mut pairs) in std::mem::take(&mut self.perhaps) {
            let all = |wanted| pairs.iter().all(|pair| pair.verdict == wanted);
            let others = self.through.contains(&source);
            // Where others are chosen in any case, one more that is let through changes nothing.
            let alike = (all(Verdict::Deny) && !others)
                || (all(Verdict::Allow) && self.allowed.contains(&source));
            let open = !alike;
            for pair in pairs.iter_mut().filter(|_| open) {
                leave_open(pair, sight);
            }
            self.led.insert(source);
            self.told.extend(pairs);
        }
        for (source, pairs) in std::mem::take(&mut self.passed_over) {
            if self.led.contains(&source) {
                continue;
            }
            self.told.extend(pairs.into_iter().map(|pair| {
                let why = sight.map(Sight::why_not_led);
                pair.stopped(why.unwrap_or_default())
            }));
        }
        // A pod reaches itself, which says nothing about the others of its workload: such pairs
        // count where there is no other, or where they are not let through.
        let mut pairs = self.told.into_pairs();
        let mut itself = self.itself.into_pairs();
        if !pairs.is_empty() {
            itself.retain(|pair| pair.verdict != Verdict::Allow);
        }
        pairs.extend(itself);
        pairs
    }
}

fn leave_open(pair: &mut Pair, sight: Option<&Sight<'_>>) {
    let all = pair.allowed.union(&pair.undecided);
    pair.verdict = Verdict::Undecided;
    pair.allowed = ConnSet::default();
    pair.undecided = all;
    pair.reason.verdict = Verdict::Undecided;
    pair.reason.exemption = None;
    pair.reason.unknowns.extend(sight.map(Sight::perhaps_led));
    pair.reason.unknowns.sort_unstable();
    pair.reason.unknowns.dedup();
}
