//! The cluster: all that was read, joined.

use super::controller::Numbered;
use super::{
    Count, Dormant, Gateway, GatewayClass, HowMany, Ingress, IngressClass, LeftOut, NamespaceId,
    NodeId, OpenShiftRoute, Origin, Owner, Pod, PodId, PodNature, Policy, PolicyId, Practice,
    ReferenceGrant, Route, Service, ServiceId, WorkloadId, WorkloadKind,
};
use crate::net::{Cidr, Protocol};
use crate::selector::Labels;
use crate::table::Table;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

/// The label that every namespace carries with its own name as value.
pub const NAMESPACE_NAME_LABEL: &str = "kubernetes.io/metadata.name";

/// A namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Namespace {
    /// Its name.
    pub name: Arc<str>,
    /// Its labels, with `kubernetes.io/metadata.name` always among them.
    pub labels: Labels,
    /// Whether its manifest was read. Where not, it was only mentioned by an object in it, and
    /// labels other than its name are not known.
    pub declared: bool,
    /// The name in the manifest.
    pub origin: Origin,
}

impl Namespace {
    /// A namespace whose manifest was read.
    pub fn declared(name: &Arc<str>, labels: &Labels, origin: Origin) -> Self {
        let labels = labels.with(NAMESPACE_NAME_LABEL, name);
        Self {
            name: Arc::clone(name),
            labels,
            declared: true,
            origin,
        }
    }

    /// A namespace that is only mentioned by an object in it.
    pub fn mentioned(name: &Arc<str>) -> Self {
        let labels = Labels::from_pairs([(NAMESPACE_NAME_LABEL, &**name)]);
        Self {
            name: Arc::clone(name),
            labels,
            declared: false,
            origin: Origin::default(),
        }
    }
}

/// A node.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Node {
    /// Its name.
    pub name: Arc<str>,
    /// Its labels.
    pub labels: Labels,
    /// Its addresses.
    pub ips: Vec<IpAddr>,
    /// The addresses that its pods have (`podCIDRs`), where the manifest says.
    pub pod_cidrs: Vec<Cidr>,
    /// The version of its kubelet, where the manifest says: `v1.33.1+k3s1`.
    pub kubelet_version: Option<Arc<str>>,
    /// The name in the manifest.
    pub origin: Origin,
}

/// The owner of some pods, as it is printed: `shop/web[Deployment]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// Its namespace.
    pub namespace: NamespaceId,
    /// Its kind and name. The kind is `Pod` where an owner reference gives none.
    pub owner: Owner,
    /// Its pods, in reading order; empty where it asks for none.
    pub pods: Vec<PodId>,
    /// How the replicas are numbered that [`Self::pods`] stand for, if they are, with the greatest
    /// number, where there is one.
    pub numbered: Option<(Numbered, Option<u32>)>,
    /// The name in the manifest, where the workload itself was read.
    pub origin: Origin,
}

impl Workload {
    /// The one replica of this name that `pod` stands for together with others; none if it does not.
    pub fn replica(&self, pod: &Pod, name: &str) -> Option<Pod> {
        let (numbered, last) = self.numbered?;
        let number = name.strip_prefix(&*self.owner.name)?.strip_prefix('-')?;
        let number = Numbered::parse(number)?;
        let inside = number >= numbered.first && last.is_none_or(|last| number <= last);
        let stands_for_others =
            pod.nature == PodNature::StandIn || (pod.nature == PodNature::Replica && pod.is_many());
        (inside && stands_for_others).then(|| Pod {
            name: name.into(),
            labels: numbered.labels(&pod.labels, &self.owner.name, number),
            names: numbered.names(pod.names.as_ref(), &self.owner.name, number),
            count: Count::ONE,
            nature: PodNature::Replica,
            ..pod.clone()
        })
    }

    /// The kind, where it is one whose manifests are read.
    pub fn kind(&self) -> Option<WorkloadKind> {
        WorkloadKind::from_name(&self.owner.kind)
    }
}

/// The cluster: all that was read, joined. Namespaces and workloads are sorted by name, the rest
/// is in reading order.
#[derive(Debug, Clone, Default)]
pub struct Cluster {
    /// Namespaces, by name.
    pub namespaces: Table<NamespaceId, Namespace>,
    /// Nodes.
    pub nodes: Table<NodeId, Node>,
    /// Pods that exist, and stand-ins for workloads without any.
    pub pods: Table<PodId, Pod>,
    /// Pods that are not there: finished, or of a workload with `replicas: 0`.
    pub dormant: Vec<Dormant>,
    /// Workloads, by namespace, kind and name.
    pub workloads: Table<WorkloadId, Workload>,
    /// Services.
    pub services: Table<ServiceId, Service>,
    /// Ingresses.
    pub ingresses: Vec<Ingress>,
    /// Classes of Ingresses.
    pub ingress_classes: Vec<IngressClass>,
    /// Gateways.
    pub gateways: Vec<Gateway>,
    /// Classes of Gateways.
    pub gateway_classes: Vec<GatewayClass>,
    /// Routes of the Gateway API, of every kind.
    pub routes: Vec<Route>,
    /// What may be referred to from other namespaces.
    pub reference_grants: Vec<ReferenceGrant>,
    /// Routes of OpenShift.
    pub openshift_routes: Vec<OpenShiftRoute>,
    /// Policies of every tier.
    pub policies: Table<PolicyId, Policy>,
    /// What no answer counts, and what may therefore be otherwise.
    pub left_out: Vec<LeftOut>,
    /// What the network plugin does where the documents leave a choice.
    pub practice: Practice,
    /// The domain of the cluster's own DNS, where the settings name one.
    pub zone: Option<Arc<str>>,
    /// The policies of each namespace, and (under none) the cluster-wide ones, in reading order.
    pub(super) by_namespace: HashMap<Option<Arc<str>>, Vec<PolicyId>>,
    /// The Services of each namespace by name.
    pub(super) services_by_name: HashMap<Arc<str>, HashMap<Arc<str>, ServiceId>>,
}

impl Cluster {
    /// The namespace of this name.
    pub fn namespace(&self, name: &str) -> Option<NamespaceId> {
        let found = self
            .namespaces
            .rows()
            .binary_search_by(|other| (*other.name).cmp(name));
        found.ok().map(crate::table::Id::from_index)
    }

    /// The Service of this name.
    pub fn service(&self, namespace: &str, name: &str) -> Option<ServiceId> {
        self.services_by_name.get(namespace)?.get(name).copied()
    }

    /// The policies that can select pods of a namespace: its own, then the cluster-wide ones.
    pub fn policies_over(
        &self,
        namespace: NamespaceId,
    ) -> impl Iterator<Item = (PolicyId, &Policy)> {
        let name = Some(Arc::clone(&self.namespaces.at(namespace).name));
        let lists = [self.by_namespace.get(&name), self.by_namespace.get(&None)];
        lists
            .into_iter()
            .flatten()
            .flatten()
            .map(|&id| (id, self.policies.at(id)))
    }

    /// Whether pods give a port name different numbers, over a protocol.
    pub fn has_several_numbers(&self, name: &str, protocol: Option<Protocol>) -> bool {
        let pods = self.pods.rows().iter().filter(|pod| !pod.host_network);
        let mut numbers = pods.flat_map(|pod| pod.named_port(name, protocol));
        let first = numbers.next();
        numbers.any(|other| Some(other) != first)
    }

    /// This cluster without one policy. Ids of other policies may change.
    #[must_use]
    pub fn without(&self, policy: PolicyId) -> Self {
        let rest = self.policies.iter().filter(|(id, _)| *id != policy);
        self.with_policies(rest.map(|(_, policy)| policy.clone()).collect())
    }

    /// This cluster with other policies. What is in a namespace that it does not have selects nobody.
    #[must_use]
    pub fn with_policies(&self, policies: Vec<Policy>) -> Self {
        let mut other = self.clone();
        other.policies = policies.into_iter().collect();
        other.list_policies();
        other
    }

    /// Takes every entry of which it is not known whether it is one pod or several as several, and
    /// names those, sorted. A claim about flows between different pods has nothing to say of one pod.
    pub fn take_as_several(&mut self) -> Vec<String> {
        let uncounted = |pod: &Pod| pod.count.how_many() == HowMany::NotKnown;
        let all = self.pods.rows().iter().filter(|pod| uncounted(pod));
        let mut names: Vec<String> = all.map(|pod| self.own_name(pod)).collect();
        for id in self.pods.ids() {
            let pod = self.pods.at_mut(id);
            if uncounted(pod) {
                pod.count = Count::between(2, None);
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// Lists Services by name. Of two of one name the first counts.
    pub(super) fn list_services(&mut self) {
        for (id, service) in self.services.iter() {
            let here = self.services_by_name.entry(Arc::clone(&service.namespace));
            let here = here.or_default().entry(Arc::clone(&service.name));
            here.or_insert(id);
        }
    }

    /// Lists policies by namespace.
    pub(super) fn list_policies(&mut self) {
        self.by_namespace.clear();
        for (id, policy) in self.policies.iter() {
            let list = self.by_namespace.entry(policy.namespace.clone());
            list.or_default().push(id);
        }
    }

    /// `shop/web-1`.
    pub fn pod_name(&self, pod: &Pod) -> String {
        format!("{}/{}", self.namespaces.at(pod.namespace).name, pod.name)
    }

    /// `shop/web[Deployment]`.
    pub fn workload_name(&self, workload: &Workload) -> String {
        let Owner { kind, name } = &workload.owner;
        format!(
            "{}/{name}[{kind}]",
            self.namespaces.at(workload.namespace).name
        )
    }

    /// How a pod is printed on its own: `shop/web-1`; `shop/web[Deployment]` where it stands for all
    /// pods of a workload.
    pub fn own_name(&self, pod: &Pod) -> String {
        match pod.nature {
            PodNature::StandIn => self.endpoint_name(pod),
            PodNature::Read | PodNature::Replica | PodNature::Hypothetical => self.pod_name(pod),
        }
    }

    /// How a pod is printed: under its owner, or as `shop/web-1[Pod]` where it has none.
    pub fn endpoint_name(&self, pod: &Pod) -> String {
        match pod.workload {
            Some(workload) => self.workload_name(self.workloads.at(workload)),
            None => format!("{}[Pod]", self.pod_name(pod)),
        }
    }
}
