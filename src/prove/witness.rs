//! From the values that a solver chose to a flow between concrete ends, replayed in `trace`.

use super::encode::{Encoder, End, Home, Side, What, Who, protocol_of};
use super::formula::Assignment;
use super::manifest;
use super::outcome::{Judged, Reason, Witness, WitnessEnd};
use super::vocabulary::unmentioned;
use crate::compile::{self, connections};
use crate::endpoint::Cuts;
use crate::model::{
    Cluster, ContainerPort, Direction, NAMESPACE_NAME_LABEL, Namespace, NamespaceId, NodeId,
    Origin, Pod, PodNature,
};
use crate::net::{AddressSet, ConnSet, Family, PortSet, Protocol};
use crate::selector::Labels;
use crate::table::Id as _;
use crate::trace::{Basis, EndNames, Endpoint, Flow, Half, Trace, Verdict, trace};
use std::borrow::Cow;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// A flow of which everything is known.
#[derive(Debug, Clone)]
pub(super) struct Concrete {
    pub(super) source: Standing,
    pub(super) destination: Standing,
    pub(super) protocol: Protocol,
    pub(super) port: u16,
}

/// Who stands at an end.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    /// A pod; whether it is imagined, and the labels of its namespace if that is.
    Pod(Box<Pod>, Option<Labels>, bool),
    Node(NodeId),
    Address(IpAddr),
}

impl Concrete {
    /// Reads what the variables stand for. `outside` are the addresses that are not the cluster's,
    /// `cuts` where policies and claims tell addresses apart; imagined pods have addresses of
    /// `families`.
    pub(super) fn read(
        encoder: &Encoder<'_>,
        sides: [&Side<'_>; 2],
        values: &Assignment,
        families: &[Family],
        (cuts, outside): (&Cuts, &AddressSet),
    ) -> Self {
        let value = |wanted: &What| {
            let found = encoder.whats().iter().find(|(_, what)| what == wanted);
            found.map_or(0, |(variable, _)| values.value(*variable))
        };
        let port = u16::try_from(value(&What::Port)).unwrap_or(u16::MAX).max(1);
        let standing = |side: &Side<'_>| match &side.who {
            Who::Listed(list) => {
                let index = value(&What::Choice(side.end, list.len()));
                let index = usize::try_from(index).unwrap_or(0);
                match list.get(index).or(list.first()) {
                    Some(Endpoint::Pod(pod)) => {
                        Standing::Pod(Box::new((*pod).clone()), None, false)
                    }
                    Some(Endpoint::Node(node)) => Standing::Node(*node),
                    Some(Endpoint::Address(address)) => Standing::Address(*address),
                    None => Standing::Address(Ipv4Addr::UNSPECIFIED.into()),
                }
            }
            Who::Outside(family) => {
                let address = value(&What::Address(side.end, *family));
                Standing::Address(free(address_of(*family, address), cuts, outside))
            }
            Who::Imagined(home) => imagined(encoder, (side.end, *home), values, families, port),
        };
        let [source, destination] = sides;
        Self {
            source: standing(source),
            destination: standing(destination),
            protocol: protocol_of(value(&What::Protocol)),
            port,
        }
    }
}

fn address_of(family: Family, number: u128) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX)).into(),
        Family::V6 => Ipv6Addr::from_bits(number).into(),
    }
}

/// An address that nothing tells apart from `address`, and that is not the cluster's own.
fn free(address: IpAddr, cuts: &Cuts, outside: &AddressSet) -> IpAddr {
    if outside.contains(address) {
        return address;
    }
    let part = cuts.part(address);
    let parts = cuts.split(outside).into_iter();
    let mut alike = parts.filter(|(other, _)| cuts.part(*other) == part);
    alike.next().map_or(address, |(other, _)| other)
}

fn imagined(
    encoder: &Encoder<'_>,
    (end, home): (End, Home),
    values: &Assignment,
    families: &[Family],
    port: u16,
) -> Standing {
    let (mut labels, mut namespace_labels) = (Vec::new(), Vec::new());
    let (mut ports, mut ips) = (Vec::new(), Vec::new());
    let vocabulary = encoder.vocabulary();
    for (variable, what) in encoder.whats() {
        let number = values.value(*variable);
        match what {
            What::Label(at, key) if *at == end && number > 0 => {
                let value = word(vocabulary.of_pods(key), number);
                labels.push((Arc::clone(key), value));
            }
            What::NamespaceLabel(at, key) if *at == end && number > 0 => {
                let value = word(vocabulary.of_namespaces(key), number);
                namespace_labels.push((Arc::clone(key), value));
            }
            What::NamedPort(at, name, protocol) if *at == end && number > 0 => {
                ports.push(ContainerPort {
                    name: Some(Arc::clone(name)),
                    protocol: *protocol,
                    port,
                });
            }
            What::Address(at, family)
                if *at == end && families.contains(family) && encoder.has_pod_network(*family) =>
            {
                ips.push(address_of(*family, number));
            }
            _ => {}
        }
    }
    let (namespace, namespace_labels) = match home {
        Home::Existing(id) => (id, None),
        Home::New => (
            NamespaceId::from_index(0),
            Some(Labels::new(namespace_labels)),
        ),
    };
    let name = match end {
        End::Source => "netpolc-source",
        End::Destination => "netpolc-destination",
    };
    let pod = Pod {
        namespace,
        name: name.into(),
        labels: Labels::new(labels),
        ips,
        host_network: false,
        node: None,
        ports: ports.into(),
        workload: None,
        count: Some(1),
        nature: PodNature::Read,
        origin: Origin::default(),
    };
    Standing::Pod(Box::new(pod), namespace_labels, true)
}

/// The value that a number above 0 stands for.
fn word(values: &[Arc<str>], number: u128) -> Arc<str> {
    let index = number.saturating_sub(1);
    let mentioned = usize::try_from(index)
        .ok()
        .and_then(|index| values.get(index));
    match mentioned {
        Some(value) => Arc::clone(value),
        None => unmentioned(values, index.saturating_sub(values.len() as u128)),
    }
}

/// A concrete flow in its cluster, with new namespaces added.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    cluster: Option<Cluster>,
    flow: Concrete,
    names: [String; 2],
}

impl Scene {
    /// Sets the scene in `cluster`.
    pub(super) fn new(cluster: &Cluster, mut flow: Concrete) -> Self {
        let mut own = None;
        let mut names = Vec::new();
        for (standing, name) in [
            (&mut flow.source, "netpolc-source"),
            (&mut flow.destination, "netpolc-destination"),
        ] {
            if let Standing::Pod(pod, Some(labels), _) = standing {
                let cluster = own.get_or_insert_with(|| cluster.clone());
                let given = labels.get(NAMESPACE_NAME_LABEL).cloned();
                let name = given.unwrap_or_else(|| name.into());
                let namespace = Namespace::declared(&name, labels, Origin::default());
                pod.namespace = cluster.namespaces.push(namespace);
            }
            names.push(called(own.as_ref().unwrap_or(cluster), standing));
        }
        let names = <[String; 2]>::try_from(names).unwrap_or_default();
        Self {
            cluster: own,
            flow,
            names,
        }
    }

    fn flow(&self) -> Flow<'_> {
        Flow {
            source: self.flow.source.endpoint(),
            destination: self.flow.destination.endpoint(),
            protocol: self.flow.protocol,
            port: self.flow.port,
        }
    }

    /// What `trace` says, over this cluster, or over another with the same inventory.
    pub(super) fn trace(&self, cluster: &Cluster) -> Trace {
        trace(&self.over(cluster), &self.flow())
    }

    fn over<'c>(&self, cluster: &'c Cluster) -> Cow<'c, Cluster> {
        match &self.cluster {
            None => Cow::Borrowed(cluster),
            Some(own) => {
                // The same new namespaces, and the other policies.
                let mut other = cluster.clone();
                let new = own.namespaces.rows().iter();
                for namespace in new.skip(cluster.namespaces.len()) {
                    other.namespaces.push(namespace.clone());
                }
                Cow::Owned(other)
            }
        }
    }

    /// The connections between the two ends that surely pass.
    pub(super) fn connections(&self, cluster: &Cluster) -> Option<ConnSet> {
        let flow = self.flow();
        let end = |endpoint| match endpoint {
            Endpoint::Pod(pod) => Some(compile::End::Pod(pod)),
            Endpoint::Address(address) => Some(compile::End::Address(address)),
            Endpoint::Node(_) => None,
        };
        let (source, destination) = (end(flow.source)?, end(flow.destination)?);
        Some(connections(&self.over(cluster), source, destination))
    }

    /// What one direction says over another cluster with the same inventory.
    pub(super) fn half(&self, cluster: &Cluster, direction: Direction) -> Verdict {
        let trace = self.trace(cluster);
        match direction {
            Direction::Egress => trace.egress.verdict,
            Direction::Ingress => trace.ingress.verdict,
        }
    }

    /// The end that rules of a direction name as their peer.
    pub(super) fn other(&self, direction: Direction) -> &Standing {
        match direction {
            Direction::Egress => &self.flow.destination,
            Direction::Ingress => &self.flow.source,
        }
    }

    /// The packet.
    pub(super) fn packet(&self) -> (Protocol, u16) {
        (self.flow.protocol, self.flow.port)
    }

    /// The namespace of a pod of this scene.
    pub(super) fn namespace(&self, cluster: &Cluster, pod: &Pod) -> Namespace {
        self.over(cluster).namespaces.at(pod.namespace).clone()
    }

    /// The connection itself.
    pub(super) fn connection(&self) -> ConnSet {
        ConnSet::of(self.flow.protocol, PortSet::single(self.flow.port))
    }

    /// The scene in words, with what `judged` says of it.
    pub(super) fn witness(
        &self,
        cluster: &Cluster,
        connections: ConnSet,
        judged: Vec<Judged>,
    ) -> Witness {
        let cluster = self.over(cluster);
        let [source, destination] = &self.names;
        let end = |standing: &Standing, name: &String| WitnessEnd {
            name: name.clone(),
            manifest: match standing {
                Standing::Pod(pod, new, true) => Some(manifest::of(
                    pod,
                    cluster.namespaces.at(pod.namespace),
                    new.is_some(),
                )),
                Standing::Pod(..) | Standing::Node(_) | Standing::Address(_) => None,
            },
        };
        Witness {
            source: end(&self.flow.source, source),
            destination: end(&self.flow.destination, destination),
            protocol: self.flow.protocol,
            port: self.flow.port,
            connections,
            judged,
            opening: Vec::new(),
        }
    }

    /// A trace of this scene in words.
    pub(super) fn judged(
        &self,
        cluster: &Cluster,
        trace: &Trace,
        policies: Option<String>,
    ) -> Judged {
        let cluster = &*self.over(cluster);
        let [source, destination] = &self.names;
        let names = EndNames {
            source,
            destination,
        };
        let half = |half: &Half| Reason {
            text: half.describe(cluster, names),
            origin: origin(cluster, half),
        };
        let mut reasons = Vec::new();
        match (trace.exemption, trace.verdict) {
            (Some(exemption), _) => reasons.push(Reason {
                text: exemption.describe().to_owned(),
                origin: Origin::default(),
            }),
            (None, Verdict::Allow) => {
                reasons.extend([&trace.egress, &trace.ingress].map(half));
            }
            (None, Verdict::Deny) => {
                let halves = [&trace.egress, &trace.ingress].into_iter();
                reasons.extend(halves.filter(|h| h.verdict == Verdict::Deny).map(half));
            }
            (None, Verdict::Undecided) => {
                let open = trace.unknowns.iter().map(|unknown| Reason {
                    text: unknown.describe(cluster, names),
                    origin: Origin::default(),
                });
                reasons.extend(open);
            }
        }
        Judged {
            policies,
            verdict: trace.verdict,
            reasons,
        }
    }
}

impl Standing {
    fn endpoint(&self) -> Endpoint<'_> {
        match self {
            Self::Pod(pod, ..) => Endpoint::Pod(pod),
            Self::Node(node) => Endpoint::Node(*node),
            Self::Address(address) => Endpoint::Address(*address),
        }
    }
}

/// What decided a direction, in its manifest.
fn origin(cluster: &Cluster, half: &Half) -> Origin {
    match &half.basis {
        Basis::Allowed(hits) | Basis::ClusterRule { hits, .. } => {
            let rule = hits.first().and_then(|hit| hit.rule.rule(cluster));
            rule.map_or_else(Origin::default, |rule| rule.origin)
        }
        Basis::NoRule => match half.isolating.first() {
            Some(&policy) => cluster.policies.at(policy).origin,
            None => Origin::default(),
        },
        Basis::NotSubject(_) | Basis::NotIsolated | Basis::Undecided => Origin::default(),
    }
}

/// How to call who stands at an end.
fn called(cluster: &Cluster, standing: &Standing) -> String {
    match standing {
        Standing::Node(node) => format!("node {}", cluster.nodes.at(*node).name),
        Standing::Address(address) => address.to_string(),
        Standing::Pod(pod, _, false) => match pod.nature {
            PodNature::StandIn => cluster.endpoint_name(pod),
            PodNature::Read | PodNature::Hypothetical => cluster.pod_name(pod),
        },
        Standing::Pod(pod, new, true) => {
            let namespace = cluster.namespaces.at(pod.namespace);
            let labels = if pod.labels.is_empty() {
                "without labels".to_owned()
            } else {
                format!("with {}", pod.labels)
            };
            let at = pod.ips.iter().map(|ip| format!(" at {ip}"));
            let labels = labels + &at.collect::<String>();
            match new {
                None => format!("a pod of {} {labels}", namespace.name),
                Some(_) => format!(
                    "a pod {labels} in a new namespace with {}",
                    namespace.labels
                ),
            }
        }
    }
}
