//! An empty list of peers, which means everyone.
//!
//! ## What it does
//! Reports `from: []`, `to: []`, and both without a value. It is an error in rules without ports, where
//! the policy's name says that it denies, and where the rule makes other rules of its list useless.
//!
//! ## Why it matters
//! An empty list of *rules* allows nothing, and an empty list of *peers* matches everyone, inside the
//! cluster and outside. A chart whose list of allowed peers is left empty opens what it should close.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from: []
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress: []
//! ```
//!
//! ## Limits
//! Everyone may be intended: where the policy's name says so (`allow-all`, `web-public`), it is a note.
//! A rule with ports is an allowance, whatever the policy is called, and never an error. Leaving the
//! field out means the same, and nobody mistakes it for a denial.

use crate::diag::Severity;
use crate::lint::context::{Context, RuleAt, says_closed, says_open};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Peers, Ports, Tier};
use crate::written::{Part, Value};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context.rules() {
        if at.policy.tier != Tier::NetworkPolicy || at.rule.peers != Peers::Anyone {
            continue;
        }
        if let Some(list) = context.field(at.policy, &at.peers_path()) {
            facts.add(fact(context, &at, list));
        }
    }
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, list: &Part) -> Fact {
    let field = at.direction.peers_field();
    let written = match list.value {
        Value::Null => format!("`{field}` without a value"),
        _ => format!("`{field}: []`"),
    };
    let (everyone, meaning) = match at.direction {
        Direction::Ingress => ("from everyone", "in from everyone"),
        Direction::Egress => ("to everyone", "out to everyone"),
    };
    let any_port = at.rule.ports == Ports::Any;
    let ports = if any_port {
        "on every port"
    } else {
        "on these ports"
    };
    let fact = Fact::new(
        context.policy_ref(at.policy),
        at.peers_path(),
        format!("{written} matches everyone, not nobody"),
    )
    .at(list.whole(), everyone)
    .means(format!(
        "lets connections {meaning}, inside the cluster and outside, {ports}"
    ))
    .fix(format!(
        "remove the rule to allow nothing, or list the peers; omit `{field}` to allow everyone"
    ));
    let all = at.policy.rules(at.direction).unwrap_or_default();
    let void = all.iter().position(|rule| rule.peers != Peers::Anyone);
    if let Some(other) = void.filter(|_| any_port) {
        let path = crate::model::Policy::rule_path(at.direction, other);
        return fact
            .at(context.span(at.policy, &path), "has no effect next to it")
            .shown();
    }
    let name = &at.policy.name;
    match (says_closed(name), says_open(name)) {
        // Who writes ports allows something: a denial has none to name.
        (true, _) if any_port => fact.shown(),
        (false, true) => fact.at_most(Severity::Note),
        (true | false, _) => fact,
    }
}
