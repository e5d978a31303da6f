//! DNS over UDP, but not over TCP.
//!
//! ## What it does
//! Reports an egress rule that opens the port of DNS over UDP, where no policy on the same pods lets them
//! ask DNS over TCP.
//!
//! ## Why it matters
//! If an answer does not fit into one UDP packet, clients ask again over TCP: names with many
//! addresses, TXT records, signed zones. Such lookups fail while all others work, so the cause is hard
//! to find.
//!
//! ## Example
//! ```yaml
//! ports:
//!   - {port: 53, protocol: UDP}
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports:
//!   - {port: 53, protocol: UDP}
//!   - {port: 53, protocol: TCP}
//! ```
//!
//! ## Limits
//! Port 5353 counts only where DNS pods in the input listen on it, for otherwise it may be multicast
//! DNS. Rules that cannot match DNS servers are skipped. So are pods that may get a policy that allows
//! TCP: its manifest names no namespace and theirs does, or the other way round.

use crate::lint::context::{Context, Dns, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Policy, PolicyId, PortTest, Ports, Tier};
use crate::net::Protocol;
use crate::table::Table;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let dns = Dns::new(context);
    let asks: Table<PolicyId, bool> = context
        .policies()
        .map(|(_, policy)| asks_over_tcp(&dns, policy))
        .collect();
    let mut first = context.policies().filter(|(_, it)| it.tier == Tier::Admin);
    if first.any(|(id, _)| *asks.at(id)) {
        return;
    }
    for at in context.rules() {
        let egress = at.direction == Direction::Egress && at.policy.tier == Tier::NetworkPolicy;
        if !egress || *asks.at(at.id) || !dns.could_ask(at.policy, at.rule, Protocol::Udp) {
            continue;
        }
        let Some((index, port)) = entry(&dns, &at.rule.ports) else {
            continue;
        };
        if some_cannot(context, &at, &asks) {
            facts.add(fact(context, &at, index, port));
        }
    }
}

fn asks_over_tcp(dns: &Dns<'_, '_>, policy: &Policy) -> bool {
    let mut rules = policy.egress.iter().flatten();
    rules.any(|it| it.action == Action::Accept && dns.could_ask(policy, it, Protocol::Tcp))
}

/// The entry that opens the port of DNS over UDP and nothing else.
fn entry(dns: &Dns<'_, '_>, ports: &Ports) -> Option<(usize, u16)> {
    let Ports::Listed(entries) = ports else {
        return None;
    };
    let known = |port: u16| port == 53 || dns.pods().any(|it| it.ports.contains(&port));
    let mut entries = entries.iter().enumerate();
    entries.find_map(|(index, entry)| match &entry.test {
        PortTest::Range {
            protocol: Protocol::Udp,
            first,
            last,
        } if first == last && known(*first) => Some((index, *first)),
        PortTest::Range { .. } | PortTest::Named { .. } => None,
    })
}

/// Whether some pods of the rule's policy may surely not ask over TCP.
fn some_cannot<'a>(context: &Context<'a>, at: &RuleAt<'a>, asks: &Table<PolicyId, bool>) -> bool {
    let pods = context.subject(at.id);
    if !pods.is_empty() {
        let mut apps = context.apps_of(pods).into_iter();
        return apps.any(|app| {
            let pod = context.apps().at(app).pod();
            let mut isolating = context.may_isolate(pod, Direction::Egress);
            let mut landing = context.landing_on(context.cluster.pods.at(pod));
            !isolating.any(|(it, _)| *asks.at(it)) && !landing.any(|(it, _)| *asks.at(it))
        });
    }
    let namespace = at.policy.namespace.as_deref();
    let Some(namespace) = namespace.and_then(|it| context.cluster.namespace(it)) else {
        return false;
    };
    let mut landing = context.landing_beside(at.policy);
    if landing.any(|(id, _)| *asks.at(id)) {
        return false;
    }
    let mut others = context.cluster.policies_over(namespace);
    !others.any(|(id, it)| *asks.at(id) && it.subject.pods.overlaps(&at.policy.subject.pods))
}

fn fact(context: &Context<'_>, at: &RuleAt<'_>, index: usize, port: u16) -> Fact {
    let path = at.port_path(index);
    let message = format!("DNS is open over UDP {port}, but not over TCP");
    Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "UDP only")
        .means("lookups fail if the answer does not fit into one UDP packet")
        .fix(format!("add TCP port {port}"))
        .paste(format!("- port: {port}\n  protocol: TCP\n"))
}
