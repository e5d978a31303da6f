//! A field that only the experimental definitions have.
//!
//! ## What it does
//! Reports `nodes`, `domainNames`, and container ports by their names (`namedPort`, `destinationNamedPort`) in
//! cluster-wide policies: the first of each field in a policy.
//!
//! ## Why it matters
//! The standard definitions do not have these fields. There, an API server that does not validate strictly drops
//! them, and the rule that is left may be refused or mean something else. Not every plugin implements them.
//!
//! ## Example
//! ```yaml
//! egress: [{action: Deny, to: [{nodes: {}}]}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress: [{action: Deny, to: [{networks: [192.168.0.0/24]}]}]   # the addresses of the nodes
//! ```
//!
//! ## Limits
//! A note: which definitions are installed is not in the input. Version 0.2.0 had `destinationNamedPort` among
//! the standard fields; later versions do not.

use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{PeerMatch, PolicyApi, PolicyId, PortTest, Ports, Tier};
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut seen: BTreeSet<(PolicyId, &str)> = BTreeSet::new();
    for at in context
        .rules()
        .filter(|it| it.policy.tier != Tier::NetworkPolicy)
    {
        for (field, path) in fields(&at) {
            if seen.insert((at.id, field)) {
                let message = format!("`{field}` is in the experimental definitions only");
                let fact = Fact::new(context.policy_ref(at.policy), &path, message)
                    .at(context.span(at.policy, &path), "experimental")
                    .means("a cluster with the standard definitions does not have this field")
                    .fix("install the experimental definitions, or write the rule without it");
                facts.add(fact);
            }
        }
    }
}

/// The experimental fields of a rule, with their paths.
fn fields(at: &RuleAt<'_>) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    for (index, peer) in at.rule.peers.listed().iter().enumerate() {
        match &peer.matches {
            PeerMatch::Nodes(_) => found.push(("nodes", format!("{}.nodes", at.peer_path(index)))),
            PeerMatch::DomainName(_) => found.push(("domainNames", at.peer_path(index))),
            PeerMatch::Pods(_) | PeerMatch::IpBlock(_) => {}
        }
    }
    let old = at.policy.kind.api() == PolicyApi::AdminNetworkPolicy;
    let (list, field) = if old {
        ("ports", "namedPort")
    } else {
        ("protocols", "destinationNamedPort")
    };
    if let Ports::Listed(ports) = &at.rule.ports {
        let mut ports = ports.iter();
        let named = ports.position(|it| matches!(it.test, PortTest::Named { .. }));
        let path = |index| format!("{}.{list}[{index}].{field}", at.path());
        found.extend(named.map(|index| (field, path(index))));
    }
    found
}
