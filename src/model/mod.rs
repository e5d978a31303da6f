//! The domain in the API's words: immutable, defaults made explicit, every part with its origin.
//!
//! [`Objects`] is what was read, object by object; [`Cluster`] is what it means together: pods
//! joined to their workloads, namespaces that are only mentioned, pods that do not count left out.

#![deny(clippy::wildcard_enum_match_arm)]

mod applied;
mod cluster;
mod controller;
mod count;
mod cover;
mod endpoints;
mod exception;
mod gateway;
mod habit;
mod ids;
mod ingress;
mod left_out;
mod link;
mod named;
mod names;
mod node_end;
mod objects;
mod owner;
mod peer;
mod pod;
mod policy;
mod practice;
mod rollout;
mod route;
mod service;

pub use applied::{Applied, AppliedObject, Over};
pub use cluster::{Cluster, NAMESPACE_NAME_LABEL, Namespace, Node, Workload};
pub use controller::{
    Controller, GIVEN_LABELS, JobPods, Numbered, made_by_deployment, template_labels,
};
pub use count::{Count, HowMany};
pub use cover::{blocks_cover, is_possible, meets, peer_within, rule_within, scope_within};
pub use endpoints::{EndpointPort, EndpointsObject, ServiceEndpoint};
pub use exception::Exception;
pub use gateway::{
    FromNamespaces, Gateway, GatewayClass, GrantFrom, GrantTo, Listener, ListenerProtocol,
    ReferenceGrant, TlsMode,
};
pub use habit::{Habit, Says};
pub use ids::{NamespaceId, NodeId, PodId, PolicyId, ServiceId, WorkloadId};
pub use ingress::{Backend, Ingress, IngressClass, IngressPath, PathType};
pub use left_out::{LeftOut, Line, Say, What, Why};
pub use named::USUAL_ZONE;
pub use names::{DnsPolicy, PodNames};
pub use node_end::NodeEnd;
pub use objects::{
    Asks, Autoscaler, Clue, Container, Made, Objects, PodObject, PodPhase, PodTemplate,
    WorkloadObject,
};
pub use owner::{Owner, WorkloadKind};
pub use peer::{IpBlock, NamespaceScope, Peer, PeerList, PeerMatch, PeerPlace, Peers, PodScope};
pub use pod::{ContainerPort, Dormant, Pod, PodKey, PodNature, WhyDormant};
pub use policy::{
    Action, Direction, LAST_PRIORITY, Policy, PolicyApi, PolicyKind, PortMatch, PortTest, Ports,
    Rule, Tier,
};
pub use practice::Practice;
pub use route::{
    BackendRef, InsecurePolicy, OpenShiftRoute, ParentKind, ParentRef, PathMatch, Route,
    RouteBackend, RouteFilter, RouteIngress, RouteKind, RouteMatch, RouteRule, Termination,
};
pub use service::{OutsideAccess, Service, ServiceKind, ServicePort, TargetPort};

use crate::source::Span;

/// Where a part of the model comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Origin {
    /// The place in the manifest; none for what was made up or comes from a running cluster.
    pub span: Option<Span>,
}

impl Origin {
    /// What stands at `span`.
    pub fn at(span: Span) -> Self {
        Self { span: Some(span) }
    }
}
