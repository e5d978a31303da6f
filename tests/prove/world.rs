//! Tiny worlds: every pod that could be, as far as a cluster's policies and a claim tell pods apart.

use super::claims::Asked;
use netpolc::model::{Cluster, ContainerPort, Count, NamespaceId, Origin, Peers, Pod, PodNature};
use netpolc::net::{Cidr, Protocol};
use netpolc::prove::claim::Term;
use netpolc::selector::{Labels, Selector};
use netpolc::trace::Endpoint;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// How many sets of labels pods are imagined with at most: of larger worlds there is nothing to be said
/// here.
const MOST_LABELS: usize = 100;

/// The selectors of pods that a cluster's policies and a claim have.
fn selectors<'s>(cluster: &'s Cluster, asked: &'s Asked) -> Vec<&'s Selector> {
    let mut all = Vec::new();
    for policy in cluster.policies.rows() {
        all.push(&policy.subject.pods);
        for rule in policy.ingress.iter().chain(&policy.egress).flatten() {
            let Peers::Listed(peers) = &rule.peers else {
                continue;
            };
            all.extend(peers.iter().filter_map(|peer| Some(&peer.scope()?.pods)));
        }
    }
    let flows = &asked.flows;
    let terms = flows.from.iter().chain(&flows.not_from);
    let terms = terms.chain(flows.to.iter().map(|target| &target.who));
    let sets = terms.filter_map(|term| match term {
        Term::Pods(set) => Some(set),
        _ => None,
    });
    let always = asked.premises.always.iter();
    let sets = sets.chain(always.clone().map(|it| &it.pods));
    all.extend(sets.filter_map(|set| set.pod_selector.as_ref()));
    all.extend(always.map(|it| &it.labels));
    all
}

/// Every set of labels that a pod can have, as far as anybody can tell them apart: each label that is
/// asked for is absent, has a value that is mentioned, or another one. Two other ones can be told apart
/// where labels of two pods are compared. None if they are too many.
pub(super) fn all_labels(cluster: &Cluster, asked: &Asked) -> Option<Vec<Labels>> {
    let mut values: BTreeMap<Arc<str>, BTreeSet<Arc<str>>> = BTreeMap::new();
    for selector in selectors(cluster, asked) {
        for requirement in selector.requirements() {
            let values = values.entry(Arc::clone(&requirement.key)).or_default();
            values.extend(requirement.values.iter().cloned());
            values.insert("other".into());
        }
    }
    let flows = &asked.flows;
    for key in flows.same_labels.iter().chain(&flows.different_labels) {
        let values = values.entry(Arc::clone(key)).or_default();
        values.extend(["other", "other-2"].map(Arc::from));
        // A pod that could be is the same as one that is there in a value that nobody mentions, too.
        let theirs = cluster.pods.rows().iter().map(|pod| pod.labels.get(key));
        values.extend(theirs.flatten().cloned());
    }
    let mut all = vec![Labels::none()];
    for (key, values) in &values {
        let with = |labels: &Labels| {
            let labels = labels.clone();
            values.iter().map(move |value| labels.with(key, value))
        };
        let more: Vec<Labels> = all.iter().flat_map(with).collect();
        all.extend(more);
        if all.len() > MOST_LABELS {
            return None;
        }
    }
    Some(all)
}

/// Every imagined pod of the namespaces of a cluster.
pub(super) fn all_imagined(
    cluster: &Cluster,
    name: &str,
    labels: &[Labels],
    networks: &[Cidr],
) -> Vec<Pod> {
    let ips: Vec<IpAddr> = networks.iter().map(|cidr| cidr.first()).collect();
    let of_namespace = |namespace: NamespaceId| {
        let ips = &ips;
        labels.iter().map(move |labels| Pod {
            names: None,
            namespace,
            name: name.into(),
            labels: labels.clone(),
            ips: ips.clone(),
            host_network: false,
            node: None,
            ports: [].into(),
            workload: None,
            count: Count::ONE,
            nature: PodNature::Read,
            per_node: false,
            origin: Origin::default(),
        })
    };
    cluster.namespaces.ids().flat_map(of_namespace).collect()
}

/// An imagined destination with every choice of names for the port; any other as it is.
pub(super) fn declared(
    destination: Endpoint<'_>,
    protocol: Protocol,
    port: u16,
) -> Vec<Option<Pod>> {
    let Endpoint::Pod(pod) = destination else {
        return vec![None];
    };
    if !pod.name.starts_with("imagined") {
        return vec![None];
    }
    let named = |name: &str| ContainerPort {
        host_port: None,
        name: Some(name.into()),
        protocol,
        port,
    };
    let choices = [vec![], vec!["http"], vec!["db"], vec!["http", "db"]];
    choices
        .into_iter()
        .map(|names| {
            let ports: Vec<ContainerPort> = names.into_iter().map(named).collect();
            Some(Pod {
                ports: ports.into(),
                ..pod.clone()
            })
        })
        .collect()
}
