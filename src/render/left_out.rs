//! What was left out of the input, as the formats of the matrix say it.

use crate::model::LeftOut;

/// What begins a line, a record or a paragraph of it.
pub(super) const MARK: &str = "# left out";

/// `GlobalNetworkPolicy.projectcalico.org deny (calico.yaml:3)`.
pub(super) fn called(it: &LeftOut) -> String {
    match &it.name {
        Some(_) if it.line.is_some() => format!("{it} ({})", it.place()),
        Some(_) | None => it.to_string(),
    }
}

/// `not read yet: it may change every connection of pods`.
pub(super) fn reason(it: &LeftOut) -> String {
    format!("{}: {}", it.why.describe(), it.effect())
}

/// Both, in one line.
pub(super) fn line(it: &LeftOut) -> String {
    format!("{}, {}", called(it), reason(it))
}
