//! Ingress that the other side does not send.
//!
//! ## What it does
//! Reports an ingress peer of which nothing comes: no pod that the peer names gets through to any pod
//! that the policy governs, on any port of the rule, because its own egress policies refuse all of it.
//! Where that holds for some of these pods and not for others, it is a note that names the first two.
//!
//! ## Why it matters
//! A connection needs both sides: the egress policies of its source and the ingress policies of its
//! destination. Whoever wrote the rule wants those pods to get in, and they do not.
//!
//! ## Example
//! ```yaml
//! # ingress to app=db from app=web; the policy on app=web has egress to DNS only
//! ```
//!
//! ## Use instead
//! ```yaml
//! # in the policy on app=web
//! egress:
//!   - to: [{podSelector: {matchLabels: {app: db}}}]
//!     ports: [{port: 5432}]
//! ```
//!
//! ## Limits
//! Those of `half-open-egress`: only peers that say something of pods, and a note where only some of the
//! cluster is in the input.

use super::half_open_egress::check_direction;
use crate::lint::context::Context;
use crate::lint::fact::Facts;
use crate::lint::rule::Check;
use crate::model::Direction;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    check_direction(context, Direction::Ingress, facts);
}
