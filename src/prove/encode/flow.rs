//! Whole flows: both directions in every reading (S2, S49).
//!
//! Two pods with addresses of both families may speak in either, and blocks may let through the one
//! and not the other. So a flow is encoded once for each family that its ends have in common: it
//! surely passes if it does in every reading, and may pass if it does in some. Without blocks the
//! readings come out as the same formula, which the store of formulas holds once.

use super::encoder::Encoder;
use super::end::Side;
use super::switch::Goal;
use super::tri::{Half, Reading, Tri};
use crate::model::{Cluster, Direction};
use crate::net::Family;

impl Encoder<'_> {
    /// The readings of a flow between two ends (S49).
    pub fn readings(&self, source: &Side<'_>, destination: &Side<'_>) -> Vec<Reading> {
        let families = |side: &Side<'_>| side.families(self.pod_networks);
        let (from, to) = (families(source), families(destination));
        let common: Vec<Family> = match (from.is_empty(), to.is_empty()) {
            (true, true) => return vec![Reading::NoneKnown],
            (true, false) => to,
            (false, true) => from,
            (false, false) => from
                .into_iter()
                .filter(|family| to.contains(family))
                .collect(),
        };
        if common.is_empty() {
            return vec![Reading::Nothing];
        }
        common.into_iter().map(Reading::Only).collect()
    }

    /// Whether the flow is let through, however it is read (S2, S49).
    pub fn flow(&mut self, cluster: &Cluster, source: &Side<'_>, destination: &Side<'_>) -> Tri {
        let readings = self.readings(source, destination);
        let exempt = self.exempt(cluster, source, destination);
        let (mut sure, mut may) = (Vec::new(), Vec::new());
        for reading in readings {
            let mut halves = Vec::new();
            for direction in Direction::BOTH {
                halves.push(self.half(cluster, direction, source, destination, reading));
            }
            let through = self.through(&halves);
            let exempt = self.exempted(exempt, &halves);
            sure.push(self.formulas.any([exempt.sure, through.sure]));
            may.push(self.formulas.any([exempt.may, through.may]));
        }
        Tri {
            sure: self.formulas.all(sure),
            may: self.formulas.any(may),
        }
    }

    /// Whether directions let the flow through together (S2).
    pub fn through(&mut self, halves: &[Half]) -> Tri {
        let refused = self.formulas.any(halves.iter().map(|half| half.can_deny));
        Tri {
            sure: self.formulas.not(refused),
            may: self.formulas.all(halves.iter().map(|half| half.can_allow)),
        }
    }

    /// That a flow is not as claimed.
    pub(in crate::prove) fn against(&mut self, goal: Goal, flow: Tri) -> Tri {
        match goal {
            Goal::Refused => flow,
            Goal::LetThrough => self.negated(flow),
        }
    }
}
