//! An empty list of ports, which means every port.
//!
//! ## What it does
//! Reports `ports: []`, and `ports` without a value.
//!
//! ## Why it matters
//! An empty list of ports matches every port of every protocol. A chart whose list of ports is left
//! empty opens all of them.
//!
//! ## Example
//! ```yaml
//! - from: [{podSelector: {matchLabels: {app: web}}}]
//!   ports: []
//! ```
//!
//! ## Use instead
//! ```yaml
//! - from: [{podSelector: {matchLabels: {app: web}}}]
//!   ports: [{port: 5432}]
//! ```
//!
//! ## Limits
//! Every port may be intended: where the policy's name says so (`allow-all`), it is a note. Leaving the
//! field out means the same, and nobody mistakes it for "no port".

use crate::diag::Severity;
use crate::lint::context::{Context, RuleAt, says_open};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Ports, Tier};
use crate::written::{Part, Value};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.rules() {
        if at.policy.tier != Tier::NetworkPolicy || at.rule.ports != Ports::Any {
            continue;
        }
        if let Some(list) = context.field(at.policy, &at.ports_path()) {
            facts.add(fact(context, &at, list));
        }
    }
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, list: &Part) -> Fact {
    let written = match list.value {
        Value::Null => "`ports` without a value",
        _ => "`ports: []`",
    };
    let message = format!("{written} matches every port of every protocol");
    let fact = Fact::new(context.policy_ref(at.policy), at.ports_path(), message)
        .at(list.whole(), "every port")
        .means("allows its peers on every port of TCP, UDP and SCTP")
        .fix("list the ports, or omit `ports` to allow all of them");
    if says_open(&at.policy.name) {
        fact.at_most(Severity::Note)
    } else {
        fact
    }
}
