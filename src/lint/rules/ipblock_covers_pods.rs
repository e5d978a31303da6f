//! A block that is the address of a pod.
//!
//! ## What it does
//! Reports an `ipBlock` that is the address of one pod in the input, or that lies within the pods' ranges in
//! the settings (`podCIDRs`).
//!
//! ## Why it matters
//! A pod keeps its address only until it is replaced. Then another pod gets the address, and the rule
//! allows that pod. Some plugins never match pods by address: with Cilium such a peer matches nothing
//! at all.
//!
//! ## Example
//! ```yaml
//! from: [{ipBlock: {cidr: 10.244.1.17/32}}]   # pod shop/web-6c8f-x2x
//! ```
//!
//! ## Use instead
//! ```yaml
//! from: [{podSelector: {matchLabels: {app: web}}}]
//! ```
//!
//! ## Limits
//! Larger blocks that happen to have pods in them are not reported: in flat networks pods, nodes and
//! machines share subnets. An error where the settings say that the plugin is one that
//! matches no pods by address, such as Cilium.

use crate::lint::context::matching::blocks;
use crate::lint::context::yaml::pods_peer;
use crate::lint::context::{Context, RuleAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Habit, Pod, Says, Tier};
use crate::net::{AddressSet, Cidr};
use std::collections::HashMap;
use std::net::IpAddr;

pub(super) const CHECK: Check = Check::Context(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    let mut pods: HashMap<IpAddr, &Pod> = HashMap::new();
    for pod in context
        .cluster
        .pods
        .rows()
        .iter()
        .filter(|it| !it.host_network)
    {
        for &address in &pod.ips {
            pods.entry(address).or_insert(pod);
        }
    }
    let range = AddressSet::from_cidrs(context.settings.pod_cidrs.iter().copied());
    for at in context
        .rules()
        .filter(|at| at.policy.tier == Tier::NetworkPolicy)
    {
        for (index, block) in blocks(at.rule) {
            let addresses = block.addresses();
            let first = block.cidr.first();
            let pod = pods.get(&first).filter(|_| block.cidr == Cidr::host(first));
            let within = !addresses.is_empty() && addresses.difference(&range).is_empty();
            if pod.is_some() || within {
                facts.add(fact(context, &at, (index, block.cidr), pod.copied()));
            }
        }
    }
}

fn fact(
    context: &Context<'_>,
    at: &RuleAt<'_>,
    (index, cidr): (usize, Cidr),
    pod: Option<&Pod>,
) -> Fact {
    let path = format!("{}.ipBlock.cidr", at.peer_path(index));
    let message = match pod {
        Some(pod) => format!(
            "`{cidr}` is the address of pod `{}`, until it is replaced",
            context.cluster.pod_name(pod)
        ),
        None => format!("`{cidr}` is within the pod address range"),
    };
    let practice = &context.cluster.practice;
    let never = practice.says(Habit::BlocksMatchPods) == Says::No;
    let meaning = if never {
        "the network plugin does not match pods by address: this peer matches nothing"
    } else {
        "matches whichever pod happens to have such an address, whatever it runs"
    };
    let fact = Fact::new(context.policy_ref(at.policy), &path, message)
        .at(context.span(at.policy, &path), "addresses of pods")
        .means(meaning)
        .fix("select pods and namespaces by label");
    let fact = match pod {
        Some(pod) => {
            let namespace = &context.cluster.namespaces.at(pod.namespace).name;
            let own = at.policy.namespace.as_ref() == Some(namespace);
            let labels = pod.labels.iter().map(|(key, value)| (&**key, &**value));
            // Without those that tell a pod from its siblings.
            let shared = labels.filter(|(key, _)| !OF_ONE_POD.contains(key));
            let labels: Vec<_> = shared.collect();
            let fact = fact.at(pod.origin.span, "the pod that has it now");
            if labels.is_empty() {
                fact
            } else {
                fact.paste(pods_peer((!own).then_some(&**namespace), &labels))
            }
        }
        None => fact,
    };
    if never { fact.shown() } else { fact }
}

/// Labels that controllers give to single pods or to one generation of them.
const OF_ONE_POD: [&str; 5] = [
    "pod-template-hash",
    "controller-revision-hash",
    "pod-template-generation",
    "statefulset.kubernetes.io/pod-name",
    "apps.kubernetes.io/pod-index",
];
