//! Ingress that the other side may not send.
//!
//! ## What it does
//! Reports an ingress peer that has no effect: no pod of the peer can reach any pod of the policy, on
//! any port of the rule, because its own egress policies deny it. If this is true for only some of
//! these pods, it is a note that names the first two.
//!
//! ## Why it matters
//! A connection needs both sides: the egress policies of its source and the ingress policies of its
//! destination. The rule should let those pods in, but they cannot get in.
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
//! The same as for `half-open-egress`: only peers that select pods by label, and a note if only part of
//! the cluster is in the input.

use super::half_open_egress::check_direction;
use crate::lint::context::Context;
use crate::lint::fact::Facts;
use crate::lint::rule::Check;
use crate::model::Direction;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    check_direction(context, Direction::Ingress, facts);
}
