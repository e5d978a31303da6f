//! A rule that denies or passes by domain name.
//!
//! ## What it does
//! Reports `domainNames` in a rule with another action than `Accept` (`Allow` in an AdminNetworkPolicy).
//!
//! ## Why it matters
//! The API documents domain names for rules that accept only. A plugin knows the addresses of a name from the
//! answers of DNS that it has seen, so that a deny by name holds back nobody who asks another server.
//! The definitions do not refuse such a rule; what a plugin does with it is not defined.
//!
//! ## Example
//! ```yaml
//! egress: [{action: Deny, to: [{domainNames: ["*.example.com"]}]}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - {action: Accept, to: [{domainNames: ["api.example.org"]}]}
//!   - {action: Deny, to: [{networks: [0.0.0.0/0, "::/0"]}]}
//! ```
//!
//! ## Limits
//! None known.

use crate::lint::context::Context;
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, PeerMatch, PolicyApi};

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    for at in context
        .rules()
        .filter(|it| it.rule.action != Action::Accept)
    {
        let mut peers = at.rule.peers.listed().iter().enumerate();
        let name = peers.find(|(_, peer)| matches!(peer.matches, PeerMatch::DomainName(_)));
        let Some((index, _)) = name else {
            continue;
        };
        let accept = match at.policy.kind.api() {
            PolicyApi::AdminNetworkPolicy => "Allow",
            PolicyApi::ClusterNetworkPolicy | PolicyApi::NetworkPolicy => "Accept",
        };
        let does = match at.rule.action {
            Action::Deny => "Deny",
            Action::Pass | Action::Accept => "Pass",
        };
        let path = at.peer_path(index);
        let message =
            format!("`domainNames` in a rule with `{does}`: names are for `{accept}` only");
        let action = format!("{}.action", at.path());
        let fact = Fact::new(context.policy_ref(at.policy), &path, message)
            .at(context.span(at.policy, &path), "a name")
            .at(context.span(at.policy, &action), "not for names")
            .means("what a network plugin does with this rule is not defined")
            .fix(format!(
                "deny `networks`, and `{accept}` the names that are allowed before that"
            ));
        facts.add(fact);
    }
}
