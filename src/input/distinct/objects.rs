//! What makes two objects the same, and what one of them learns from the other.

use crate::model::{
    Autoscaler, EndpointsObject, Gateway, GatewayClass, Ingress, IngressClass, Namespace, Node,
    OpenShiftRoute, Origin, OutsideAccess, PodObject, PodPhase, Policy, ReferenceGrant, Route,
    Service, WorkloadObject,
};
use std::collections::BTreeSet;
use std::fmt;

/// What no two objects of a cluster share.
#[derive(PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Key<'a> {
    pub(super) kind: &'a str,
    pub(super) namespace: Option<&'a str>,
    pub(super) name: &'a str,
}

impl fmt::Display for Key<'_> {
    /// `Pod shop/web-1`, `Node worker-1`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// An object that may have been read before.
pub(super) trait Object: Clone + PartialEq {
    /// What tells it from all others.
    fn key(&self) -> Key<'_>;

    /// Where its name stands.
    fn origin(&self) -> Origin;

    /// The object as if it had been read nowhere, to compare meanings.
    fn without_origins(&self) -> Self;

    /// Takes what `other`, which is the same object, says and this one does not: what a manifest
    /// leaves to the cluster, an API server tells.
    fn learn(&mut self, _other: &Self) {}

    /// Takes what the cluster gave the object whose place this one takes, and what it keeps.
    fn keep(&mut self, before: &Self) {
        self.learn(before);
    }
}

/// Objects of which only the name keeps its place.
macro_rules! object {
    ($type:ty, |$object:ident| $kind:expr, $namespace:expr $(, $learn:expr)?) => {
        impl Object for $type {
            fn key(&self) -> Key<'_> {
                let $object = self;
                Key {
                    kind: $kind,
                    namespace: $namespace,
                    name: &$object.name,
                }
            }

            fn origin(&self) -> Origin {
                self.origin
            }

            fn without_origins(&self) -> Self {
                Self {
                    origin: Origin::default(),
                    ..self.clone()
                }
            }

            $(fn learn(&mut self, other: &Self) {
                $learn(self, other);
            })?
        }
    };
}

object!(Namespace, |object| "Namespace", None);
object!(
    Node,
    |object| "Node",
    None,
    |own: &mut Node, other: &Node| {
        learn_all(&mut own.ips, &other.ips);
        learn_all(&mut own.pod_cidrs, &other.pod_cidrs);
        learn_one(&mut own.kubelet_version, other.kubelet_version.as_ref());
    }
);
object!(
    PodObject,
    |object| "Pod",
    Some(&object.namespace),
    learn_pod
);
object!(
    WorkloadObject,
    |object| &object.kind,
    Some(&object.namespace),
    |own: &mut WorkloadObject, other: &WorkloadObject| {
        learn_one(&mut own.owner, other.owner.as_ref());
        learn_one(&mut own.uid, other.uid.as_ref());
    }
);
object!(
    EndpointsObject,
    |object| object.kind(),
    Some(&object.namespace)
);
object!(
    Ingress,
    |object| "Ingress",
    Some(&object.namespace),
    |own: &mut Ingress, other: &Ingress| {
        learn_all(&mut own.addresses, &other.addresses);
        learn_all(&mut own.hostnames, &other.hostnames);
    }
);
object!(IngressClass, |object| "IngressClass", None);
object!(GatewayClass, |object| "GatewayClass", None);
object!(
    Gateway,
    |object| "Gateway",
    Some(&object.namespace),
    |own: &mut Gateway, other: &Gateway| {
        learn_all(&mut own.addresses, &other.addresses);
        learn_all(&mut own.hostnames, &other.hostnames);
    }
);
object!(
    Route,
    |object| object.kind.name(),
    Some(&object.namespace),
    |own: &mut Route, other: &Route| learn_one(&mut own.created, other.created.as_ref())
);
object!(
    ReferenceGrant,
    |object| "ReferenceGrant",
    Some(&object.namespace)
);
object!(
    OpenShiftRoute,
    |object| "Route",
    Some(&object.namespace),
    |own: &mut OpenShiftRoute, other: &OpenShiftRoute| {
        learn_one(&mut own.created, other.created.as_ref());
        learn_all(&mut own.ingress, &other.ingress);
        // The server makes one up.
        learn_one(&mut own.host, other.host.as_ref());
    }
);
object!(Autoscaler, |object| &object.kind, Some(&object.namespace));

fn learn_pod(own: &mut PodObject, other: &PodObject) {
    // A manifest has no status: that its pod runs is not said there.
    if own.ips.is_empty() && own.phase == PodPhase::Live {
        own.phase = other.phase;
    }
    learn_all(&mut own.ips, &other.ips);
    learn_one(&mut own.node, other.node.as_ref());
    learn_one(&mut own.owner, other.owner.as_ref());
}

/// What load balancers have: nobody writes that into a manifest.
fn learn_outside(own: &mut OutsideAccess, other: &OutsideAccess) {
    learn_all(&mut own.balanced, &other.balanced);
    learn_all(&mut own.hostnames, &other.hostnames);
    learn_all(&mut own.proxied, &other.proxied);
    let all = own.external_ips.iter().chain(&own.balanced).copied();
    own.addresses = all.collect::<BTreeSet<_>>().into_iter().collect();
}

fn learn_one<T: Clone>(own: &mut Option<T>, other: Option<&T>) {
    if own.is_none() {
        *own = other.cloned();
    }
}

fn learn_all<T: Clone>(own: &mut Vec<T>, other: &[T]) {
    if own.is_empty() {
        own.extend_from_slice(other);
    }
}

impl Object for Service {
    fn key(&self) -> Key<'_> {
        Key {
            kind: "Service",
            namespace: Some(&self.namespace),
            name: &self.name,
        }
    }

    fn origin(&self) -> Origin {
        self.origin
    }

    fn without_origins(&self) -> Self {
        let mut service = self.clone();
        service.origin = Origin::default();
        for port in &mut service.ports {
            port.origin = Origin::default();
        }
        service
    }

    fn learn(&mut self, other: &Self) {
        learn_all(&mut self.addresses, &other.addresses);
        learn_all(&mut self.families, &other.families);
        learn_outside(&mut self.outside, &other.outside);
        if self.ports.len() == other.ports.len() {
            for (own, other) in self.ports.iter_mut().zip(&other.ports) {
                learn_one(&mut own.node_port, other.node_port.as_ref());
            }
        }
    }

    /// A Service of another type has other ways to it.
    fn keep(&mut self, before: &Self) {
        learn_all(&mut self.addresses, &before.addresses);
        learn_all(&mut self.families, &before.families);
        if self.kind != before.kind {
            return;
        }
        learn_outside(&mut self.outside, &before.outside);
        for own in &mut self.ports {
            let mut others = before.ports.iter();
            let same = others.find(|it| (it.port, it.protocol) == (own.port, own.protocol));
            learn_one(
                &mut own.node_port,
                same.and_then(|it| it.node_port.as_ref()),
            );
        }
    }
}

impl Object for Policy {
    fn key(&self) -> Key<'_> {
        Key {
            kind: self.kind.name(),
            namespace: self.namespace.as_deref(),
            name: &self.name,
        }
    }

    fn origin(&self) -> Origin {
        self.origin
    }

    fn without_origins(&self) -> Self {
        Policy::without_origins(self)
    }
}
