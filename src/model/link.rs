//! Joins objects into a [`Cluster`]: pods to workloads, everything to namespaces. The workload of a
//! pod is found in [`linker`]; what stands for the pods of a workload of which none was read is made
//! in [`standing`].
//!
//! Cost: every object once, plus sorting of namespaces and workloads.

mod endpoints;
mod linker;
mod standing;

use super::{Cluster, Namespace, NamespaceId, Objects};
use crate::table::Table;
use linker::Linker;
use standing::Around;
use std::collections::BTreeMap;
use std::sync::Arc;

impl Cluster {
    /// Joins what was read. Objects must be distinct by kind, namespace and name.
    pub fn new(objects: Objects) -> Self {
        let namespaces = namespaces(&objects);
        let mut linker = Linker::new(namespaces, &objects.workloads);
        let around = Around::new(&objects);
        for pod in objects.pods {
            linker.add_pod(pod);
        }
        for workload in &objects.workloads {
            linker.add_templates(workload, &around);
        }
        linker.finish(Self {
            nodes: objects.nodes.into_iter().collect(),
            services: endpoints::joined(objects.services, objects.endpoints)
                .into_iter()
                .collect(),
            ingresses: objects.ingresses,
            ingress_classes: objects.ingress_classes,
            gateways: objects.gateways,
            gateway_classes: objects.gateway_classes,
            routes: objects.routes,
            reference_grants: objects.reference_grants,
            openshift_routes: objects.openshift_routes,
            policies: objects.policies.into_iter().collect(),
            left_out: objects.left_out,
            ..Self::default()
        })
    }
}

/// Declared namespaces, and those that an object is in, sorted by name.
fn namespaces(objects: &Objects) -> Table<NamespaceId, Namespace> {
    let mut all: BTreeMap<Arc<str>, Namespace> = objects
        .namespaces
        .iter()
        .map(|ns| (Arc::clone(&ns.name), ns.clone()))
        .collect();
    let pods = objects.pods.iter().map(|pod| &pod.namespace);
    let workloads = objects.workloads.iter().map(|workload| &workload.namespace);
    let services = objects.services.iter().map(|service| &service.namespace);
    let policies = objects
        .policies
        .iter()
        .filter_map(|policy| policy.namespace.as_ref());
    for name in pods.chain(workloads).chain(services).chain(policies) {
        if !all.contains_key(name) {
            all.insert(Arc::clone(name), Namespace::mentioned(name));
        }
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests;
