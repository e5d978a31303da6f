//! A block that is the address of a Service.
//!
//! ## What it does
//! Reports an `ipBlock` that is the cluster address of a Service in the input, or that lies within the
//! Services' range in the settings (`serviceCIDRs`).
//!
//! ## Why it matters
//! No pod has the address of a Service: the node translates it to the address of a pod, and most
//! network plugins apply policies after that. The peer then matches nothing, and the intended
//! connections are denied. No traffic ever comes *from* such an address.
//!
//! ## Example
//! ```yaml
//! egress:
//!   - to: [{ipBlock: {cidr: 10.96.31.7/32}}]   # clusterIP of Service shop/db
//!     ports: [{port: 5432}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! egress:
//!   - to: [{podSelector: {matchLabels: {app: db}}}]
//!     ports: [{port: 5432}]                     # the targetPort
//! ```
//!
//! ## Limits
//! An error for `from`, and for `to` where the settings name a plugin that translates first (`cni`);
//! otherwise a warning, for some plugins (that of Amazon's VPC) look at the address before. Addresses
//! of DNS are skipped: a cache on the node answers at them. Not reported if all pods behind the Service
//! can be reached anyway.

use crate::lint::context::dns::is_explicit;
use crate::lint::context::matching::blocks;
use crate::lint::context::yaml::{labels, pods_peer};
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, IpBlock, Peers, PodId, Policy, Service, TargetPort, Tier};
use crate::net::{AddressSet, Cidr};
use std::collections::HashMap;
use std::net::IpAddr;

pub(super) const CHECK: Check = Check::Context(check);

/// What a block is.
enum Hit<'a> {
    Service(&'a Service),
    Range,
}

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut services: HashMap<IpAddr, &Service> = HashMap::new();
    for service in context.cluster.services.rows() {
        for &address in &service.addresses {
            services.entry(address).or_insert(service);
        }
    }
    let range = AddressSet::from_cidrs(context.settings.service_cidrs.iter().copied());
    for at in context.rules() {
        for (index, block) in blocks(at.rule) {
            let Some(hit) = hit(block, &services, &range) else {
                continue;
            };
            let meant = at.direction == Direction::Egress
                && (is_dns(&hit, &at) || is_spare(context, &at, &hit, &services, &range));
            if !meant {
                facts.add(fact(context, &at, index, block, &hit));
            }
        }
    }
}

fn hit<'a>(
    block: &IpBlock,
    services: &HashMap<IpAddr, &'a Service>,
    range: &AddressSet,
) -> Option<Hit<'a>> {
    let first = block.cidr.first();
    if block.cidr == Cidr::host(first)
        && let Some(service) = services.get(&first)
    {
        return Some(Hit::Service(service));
    }
    let addresses = block.addresses();
    let within = !addresses.is_empty() && addresses.difference(range).is_empty();
    within.then_some(Hit::Range)
}

/// A cache on the node answers DNS at the address of its Service, which is then not translated.
fn is_dns(hit: &Hit<'_>, at: &RuleAt<'_>) -> bool {
    match hit {
        Hit::Service(service) => service.ports.iter().any(|port| port.port == 53),
        Hit::Range => is_explicit(&at.rule.ports),
    }
}

/// Whether what is behind the Service can be reached anyway, so that the peer does no harm.
fn is_spare(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    hit: &Hit<'_>,
    services: &HashMap<IpAddr, &Service>,
    range: &AddressSet,
) -> bool {
    let Hit::Service(service) = hit else {
        return false;
    };
    if service.selector.is_none() {
        // Somebody outside, the API server for one: it has another address, which may be open.
        return opens_others(at.policy, services, range);
    }
    let backends = context.backends(service);
    let sources = context.apps_of(context.subject(at.id));
    if backends.is_empty() || sources.is_empty() {
        return false;
    }
    let mut reach = context.reach();
    let mut open = |source: PodId, target: PodId| {
        let (from, to) = (reach.of(source), reach.of(target));
        !reach.half(Direction::Egress, from, to).is_empty()
    };
    let targets = context.apps_of(&backends);
    let pod = |app| context.apps().at(app).pod();
    sources
        .iter()
        .all(|&source| targets.iter().all(|&to| open(pod(source), pod(to))))
}

/// Whether the policy opens addresses that are no Service's.
fn opens_others(policy: &Policy, services: &HashMap<IpAddr, &Service>, range: &AddressSet) -> bool {
    let mut rules = policy.egress.iter().flatten();
    rules.any(|rule| {
        rule.peers == Peers::Anyone
            || blocks(rule).any(|(_, block)| hit(block, services, range).is_none())
    })
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    index: usize,
    block: &IpBlock,
    hit: &Hit<'_>,
) -> Fact {
    let path = at.block_path(index);
    let cidr = block.cidr;
    let message = match hit {
        Hit::Service(service) => format!(
            "`{cidr}` is the cluster IP of Service `{}/{}`",
            service.namespace, service.name
        ),
        Hit::Range => format!("`{cidr}` is within the Service address range"),
    };
    let (label, meaning) = match at.direction {
        Direction::Egress if at.rule.action != Action::Accept => (
            "translated to the address of a pod before policies apply",
            "with most network plugins this peer matches nothing",
        ),
        Direction::Egress => (
            "translated to the address of a pod before policies apply",
            "with most network plugins this peer matches nothing and does not allow the Service",
        ),
        Direction::Ingress => (
            "no connection comes from such an address",
            "this peer matches nobody: a Service's address is never the source of a connection",
        ),
    };
    let mut fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), label)
        .means(meaning);
    if let Hit::Service(service) = hit {
        fact = fact.at(service.origin.span, "the Service");
    }
    let fact = fixed(at, hit, fact);
    let translates = matches!(
        context.cluster.practice.plugin(),
        "calico" | "cilium" | "weave"
    );
    if at.direction == Direction::Ingress || translates {
        fact.shown()
    } else {
        fact
    }
}

fn fixed(at: &RuleAt<'_>, hit: &Hit<'_>, fact: Fact) -> Fact {
    let Hit::Service(service) = hit else {
        return fact.fix("select the pods by labels, and write the ports that they listen on");
    };
    if at.direction == Direction::Ingress {
        return fact.fix("select the pods that open the connections by their labels");
    }
    let Some(selector) = &service.selector else {
        return fact.fix(format!(
            "write the addresses and ports behind the Service: `kubectl get endpointslices -n {} -l kubernetes.io/service-name={}` lists them",
            service.namespace, service.name
        ));
    };
    let ports: Vec<String> = service
        .ports
        .iter()
        .map(|port| match &port.target {
            TargetPort::Number(number) => number.to_string(),
            TargetPort::Named(name) => name.to_string(),
        })
        .collect();
    let fact = fact.fix(format!(
        "select the pods behind the Service, and write the ports that they listen on: `{}`",
        ports.join(", ")
    ));
    let own = at.policy.namespace.as_deref() == Some(&service.namespace);
    match labels(selector) {
        // Cluster-wide policies write it otherwise.
        _ if at.policy.tier != Tier::NetworkPolicy => fact,
        Some(labels) => fact.paste(pods_peer((!own).then_some(&*service.namespace), &labels)),
        None => fact,
    }
}
