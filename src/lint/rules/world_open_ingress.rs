//! Ingress from every address.
//!
//! ## What it does
//! Reports an ingress rule with the block `0.0.0.0/0` or `::/0`, unless most of the internet is excepted, or
//! with large blocks that are all of it together. A warning where the rule is for every port, or where the input has all Services and no Service of type
//! `LoadBalancer` or `NodePort` and no Ingress leads to any pod of the policy; otherwise a note.
//!
//! ## Why it matters
//! Everybody who can route to the pods may connect: other machines on the network, and the internet if
//! the pods are published. With most network plugins, `0.0.0.0/0` also matches every pod of the
//! cluster.
//!
//! ## Example
//! ```yaml
//! ingress:
//!   - from: [{ipBlock: {cidr: 0.0.0.0/0}}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from:
//!       - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress-nginx}}
//!     ports: [{port: 8080}]
//! ```
//!
//! ## Limits
//! Intentional publishing stays a note. A rule without `from` is not reported here.

use crate::lint::context::matching::blocks;
use crate::lint::context::world::is_world;
use crate::lint::context::{Context, Extent, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::need::Need;
use crate::lint::rule::Check;
use crate::model::{Action, Direction, PodId, Ports, ServiceKind};
use crate::net::{AddressSet, Cidr, Family};
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut published = None;
    for at in context.rules() {
        if at.direction != Direction::Ingress || at.rule.action != Action::Accept {
            continue;
        }
        let world = blocks(at.rule).filter(|(_, block)| is_world(block));
        let mut world: Vec<(usize, Cidr)> =
            world.map(|(index, block)| (index, block.cidr)).collect();
        if world.is_empty() {
            world = parts(&at);
        }
        if !world.is_empty() {
            let published = published.get_or_insert_with(|| self::published(context));
            facts.add(fact(context, &at, &world, published));
        }
    }
}

/// Large blocks that are every address of a family together: `0.0.0.0/1` and `128.0.0.0/1`.
fn parts(at: &RuleAt<'_>) -> Vec<(usize, Cidr)> {
    let large = blocks(at.rule).filter(|(_, it)| it.cidr.length() < 4 && it.except.is_empty());
    let large: Vec<(usize, Cidr)> = large.map(|(index, it)| (index, it.cidr)).collect();
    let of = |family: Family| {
        let of = large
            .iter()
            .filter(move |(_, cidr)| cidr.family() == family);
        let of: Vec<(usize, Cidr)> = of.copied().collect();
        let all = AddressSet::from_cidrs(of.iter().map(|(_, cidr)| *cidr));
        let whole = all == AddressSet::from_cidrs([Cidr::everything(family)]);
        if whole { of } else { Vec::new() }
    };
    let mut parts = of(Family::V4);
    parts.extend(of(Family::V6));
    parts
}

/// The pods that somebody outside is led to on purpose.
fn published(context: &Context<'_>) -> HashSet<PodId> {
    let mut behind: BTreeSet<(&Arc<str>, &Arc<str>)> = BTreeSet::new();
    for ingress in &context.cluster.ingresses {
        let paths = ingress
            .paths
            .iter()
            .filter_map(|path| path.backend.as_ref());
        let backends = paths.chain(&ingress.default_backend);
        behind.extend(backends.map(|it| (&ingress.namespace, &it.service)));
    }
    let services = context.cluster.services.rows().iter();
    let public = services.filter(|it| {
        matches!(it.kind, ServiceKind::LoadBalancer | ServiceKind::NodePort)
            || behind.contains(&(&it.namespace, &it.name))
    });
    public
        .flat_map(|service| context.backends(service))
        .collect()
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    world: &[(usize, Cidr)],
    published: &HashSet<PodId>,
) -> Fact {
    let namespace = at.policy.namespace.as_deref().unwrap_or_default();
    let pods = context.subject(at.id);
    let public = pods.iter().any(|pod| published.contains(pod));
    let all_ports = at.rule.ports == Ports::Any;
    let known =
        !pods.is_empty() && context.inventory.within(Need::Services, namespace) == Extent::Complete;
    let cidrs: Vec<String> = world.iter().map(|(_, cidr)| format!("`{cidr}`")).collect();
    let on = if all_ports { " on every port" } else { "" };
    let message = format!("every address may connect{on}: {}", cidrs.join(" and "));
    let path = |index: usize| format!("{}.ipBlock.cidr", at.peer_path(index));
    let first = world.first().map_or(0, |(index, _)| *index);
    let mut fact = Fact::new(context.policy_ref(at.policy), path(first), message);
    for (index, _) in world {
        fact = fact.at(context.span(at.policy, &path(*index)), "every address");
    }
    let fact = fact
        .means("whoever can route to these pods may connect to them")
        .fix("list the addresses that need to connect, or allow only an ingress controller");
    if !public && (all_ports || known) {
        fact.shown()
    } else {
        fact
    }
}
