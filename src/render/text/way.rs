//! A way of several connections: which one decides, and all of them in order.

use super::{Teller, verdict_word};
use crate::hops::HopKind;
use crate::query::{Answer, Leg};
use crate::trace::Verdict;

impl Teller<'_> {
    /// What the weakest connection is, why it is as it is, and the others in a line each.
    pub(super) fn way(&self, out: &mut String, answer: &Answer, why: bool) {
        let deciding = answer.deciding();
        let last = answer.legs.len().saturating_sub(1);
        let decides = answer.legs.get(deciding).map(|leg| leg.verdict);
        let shown = match decides {
            None | Some(Verdict::Allow) => last,
            Some(Verdict::Deny | Verdict::Undecided) => deciding,
        };
        if let Some(leg) = answer.legs.get(shown) {
            if leg.verdict != Verdict::Allow {
                self.paragraph(out, 0, 0, opening(leg));
            }
            self.leg(out, leg, why);
        }
        self.paragraph(out, 0, 0, "the way:");
        for (place, leg) in answer.legs.iter().enumerate() {
            let what = purpose(leg.kind);
            let ends = format!("{what}: {} to {}{}", leg.source, leg.destination, on(leg));
            self.labelled(out, 2, 9, verdict_word(leg.verdict), &ends);
            if place == shown {
                continue;
            }
            if let (Some(nowhere), true) = (&leg.nowhere, leg.verdict != Verdict::Allow) {
                self.paragraph(out, 11, 0, nowhere);
            }
            for because in &leg.because {
                let place = self.place(because.origin);
                self.paragraph(out, 11, 0, &format!("{}{place}", because.text));
            }
        }
    }
}

/// What is the matter, before the reason.
fn opening(leg: &Leg) -> &'static str {
    match (leg.kind, leg.verdict) {
        (HopKind::Lookup, Verdict::Deny) => "the name cannot be resolved, so nothing connects:",
        (HopKind::Lookup, _) => "whether the name can be resolved is not known:",
        (HopKind::Connection, _) => "the connection itself decides:",
        (HopKind::Backend, _) => "what is behind decides:",
        (HopKind::Copy, _) => "the copy of the request decides:",
    }
}

fn purpose(kind: HopKind) -> &'static str {
    match kind {
        HopKind::Lookup => "DNS",
        HopKind::Connection => "connection",
        HopKind::Backend => "backend",
        HopKind::Copy => "copy",
    }
}

/// ` on TCP 80`, where that is one port.
fn on(leg: &Leg) -> String {
    match leg.pairs.first() {
        Some(pair) if leg.one_connection => {
            let (protocol, port) = pair.example;
            format!(" on {protocol} {port}")
        }
        _ => String::new(),
    }
}
