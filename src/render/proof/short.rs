//! Results in one line. What is given back is not safe to print yet.

use crate::prove::outcome::{Judged, Outcome, Witness};
use crate::trace::Verdict;

/// Why a claim does not hold, in one clause; none where it does.
pub(in crate::render) fn short(outcome: &Outcome) -> Option<String> {
    match outcome {
        Outcome::Holds { .. } => None,
        Outcome::Vacuous { why } => Some(why.clone()),
        Outcome::Fails { witness } => Some(flow(witness)),
        Outcome::Unknown { why, .. } => Some(why.join("; ")),
    }
}

/// `shop/web can reach shop/db-0 on TCP 5432`; of two sets of policies, what each says.
fn flow(witness: &Witness) -> String {
    if witness.judged.is_empty() {
        return format!("for example {}", route(witness));
    }
    let said = witness.judged.iter().map(|judged| says(witness, judged));
    said.collect::<Vec<_>>().join("; ")
}

/// `shop/web to shop/db-0 on TCP 5432`.
pub(super) fn route(witness: &Witness) -> String {
    let (source, destination) = (&witness.source.name, &witness.destination.name);
    let (protocol, port) = (witness.protocol, witness.port);
    format!("{source} to {destination} on {protocol} {port}")
}

/// `with old/, shop/web cannot reach shop/db-0 on TCP 5432`.
pub(super) fn says(witness: &Witness, judged: &Judged) -> String {
    let with = judged
        .policies
        .as_deref()
        .map_or_else(String::new, |policies| format!("with {policies}, "));
    let (source, destination) = (&witness.source.name, &witness.destination.name);
    let on = format!("on {} {}", witness.protocol, witness.port);
    match judged.verdict {
        Verdict::Allow => format!("{with}{source} can reach {destination} {on}"),
        Verdict::Deny => format!("{with}{source} cannot reach {destination} {on}"),
        Verdict::Undecided => {
            format!("{with}whether {source} can reach {destination} {on} cannot be decided")
        }
    }
}
