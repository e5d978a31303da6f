//! From the values that a solver chose to a flow between concrete ends, replayed in `trace`.
//!
//! A solver may err, and so may an encoding. So no counterexample is shown on their word alone: the
//! flow is set in a cluster, and `trace`, which knows nothing of formulas, judges it there. If it
//! does not agree, that is a bug in netpolc and is reported as one. A pod in a namespace that does
//! not exist yet needs that namespace. It is added to a copy of the cluster, under a name that no
//! namespace of the input has; the same namespaces are added when the flow is replayed with another
//! set of policies.

use super::concrete::{Concrete, Standing};
use super::manifest;
use super::outcome::{Judged, Reason, Witness, WitnessEnd};
use crate::compile::{self, connections};
use crate::model::{Cluster, Direction, NAMESPACE_NAME_LABEL, Namespace, NodeEnd, Origin};
use crate::net::{ConnSet, PortSet};
use crate::trace::{Basis, EndNames, Endpoint, Flow, Half, Trace, Verdict, trace, with_habits};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

/// A concrete flow in its cluster, with new namespaces added.
#[derive(Debug, Clone)]
pub(super) struct Scene {
    cluster: Option<Cluster>,
    flow: Concrete,
    names: [String; 2],
}

/// `shop/web to a pod of dev without labels on TCP 80`.
impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [source, destination] = &self.names;
        let Concrete { protocol, port, .. } = &self.flow;
        write!(f, "{source} to {destination} on {protocol} {port}")
    }
}

impl Scene {
    /// Sets the scene in `cluster`.
    pub(super) fn new(cluster: &Cluster, mut flow: Concrete) -> Self {
        let mut own = None;
        let existing = cluster.namespaces.len();
        let mut names = Vec::new();
        for (standing, name) in [
            (&mut flow.source, "netpolc-source"),
            (&mut flow.destination, "netpolc-destination"),
        ] {
            if let Standing::Pod(pod, Some(labels), _) = standing {
                let cluster = own.get_or_insert_with(|| cluster.clone());
                let given = labels.get(NAMESPACE_NAME_LABEL).cloned();
                let name = free_name(cluster, given.unwrap_or_else(|| name.into()), existing);
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

    pub(super) fn flow(&self) -> Flow<'_> {
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

    pub(super) fn over<'c>(&self, cluster: &'c Cluster) -> Cow<'c, Cluster> {
        match &self.cluster {
            None => Cow::Borrowed(cluster),
            Some(own) => {
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
            text: half.describe_in_full(cluster, names),
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
        // What of the network plugin it hangs on.
        let told = with_habits(cluster, &self.flow(), trace.clone());
        let habits = told
            .habits
            .iter()
            .map(|habit| cluster.practice.describe(*habit));
        let habits = habits.map(|text| Reason {
            text,
            origin: Origin::default(),
        });
        reasons.extend(habits);
        reasons.dedup_by(|a, b| a.text == b.text);
        Judged {
            policies,
            verdict: trace.verdict,
            reasons,
        }
    }
}

/// A name that no namespace has of which the first `existing` are not new; of the new ones, one
/// that is given twice is one namespace.
fn free_name(cluster: &Cluster, name: Arc<str>, existing: usize) -> Arc<str> {
    let taken = |name: &str| {
        let mut names = cluster.namespaces.rows().iter().take(existing);
        names.any(|namespace| *namespace.name == *name)
    };
    let mut numbered = (2u32..).map(|number| format!("{name}-{number}"));
    if !taken(&name) {
        return name;
    }
    let free = numbered.find(|name| !taken(name));
    free.map_or(name, Into::into)
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

/// A node, with its address where it has several of a family.
fn node_name(cluster: &Cluster, end: NodeEnd) -> String {
    let name = format!("node {}", cluster.nodes.at(end.node).name);
    if cluster.node_ends(end.node).len() < 2 {
        return name;
    }
    let ips: Vec<String> = end.ips().iter().map(ToString::to_string).collect();
    format!("{name} at {}", ips.join(" and "))
}

/// How to call who stands at an end.
fn called(cluster: &Cluster, standing: &Standing) -> String {
    match standing {
        Standing::Node(end) => node_name(cluster, *end),
        Standing::Address(address) => address.to_string(),
        Standing::Pod(pod, _, false) => cluster.own_name(pod),
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
