//! The kinds of the inventory, from plain JSON text or from a spanned tree, by one decoder.

use super::decode::Build;
use super::decode::autoscaler::RawAutoscaler;
use super::decode::endpoints::{RawEndpoints, RawSlice};
use super::decode::gateway::RawGateway;
use super::decode::gateway_class::RawGatewayClass;
use super::decode::ingress::RawIngress;
use super::decode::ingress_class::RawIngressClass;
use super::decode::meta::Head;
use super::decode::namespace::{RawNamespace, RawNode};
use super::decode::openshift::RawOpenShiftRoute;
use super::decode::pod::RawPod;
use super::decode::reference_grant::RawGrant;
use super::decode::route::RawRoute;
use super::decode::service::RawService;
use super::decode::workload::RawWorkload;
use super::kind::Kind;
use super::recognised::Recognised;
use super::type_meta::TypeMeta;
use crate::model::{
    Autoscaler, EndpointsObject, Gateway, GatewayClass, Ingress, IngressClass, Namespace, Node,
    Objects, OpenShiftRoute, Origin, PodObject, Policy, ReferenceGrant, Route, Service,
    WorkloadObject,
};
use serde::{Deserialize, Deserializer};

/// An object of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Object {
    Namespace(Namespace),
    Node(Node),
    Pod(PodObject),
    Workload(WorkloadObject),
    Service(Service),
    Endpoints(EndpointsObject),
    Ingress(Ingress),
    IngressClass(IngressClass),
    GatewayClass(GatewayClass),
    Gateway(Gateway),
    Route(Route),
    ReferenceGrant(ReferenceGrant),
    OpenShiftRoute(OpenShiftRoute),
    Autoscaler(Autoscaler),
    Policy(Policy),
}

impl Object {
    /// Says where the object's name stands.
    pub(super) fn set_origin(&mut self, origin: Origin) {
        match self {
            Self::Namespace(object) => object.origin = origin,
            Self::Node(object) => object.origin = origin,
            Self::Pod(object) => object.origin = origin,
            Self::Workload(object) => object.origin = origin,
            Self::Service(object) => {
                object.origin = origin;
                object
                    .ports
                    .iter_mut()
                    .for_each(|port| port.origin = origin);
            }
            Self::Endpoints(object) => object.origin = origin,
            Self::Ingress(object) => object.origin = origin,
            Self::IngressClass(object) => object.origin = origin,
            Self::GatewayClass(object) => object.origin = origin,
            Self::Gateway(object) => object.origin = origin,
            Self::Route(object) => object.origin = origin,
            Self::ReferenceGrant(object) => object.origin = origin,
            Self::OpenShiftRoute(object) => object.origin = origin,
            Self::Autoscaler(object) => object.origin = origin,
            Self::Policy(object) => object.origin = origin,
        }
    }
}

/// Reads an object of the inventory; none for a policy, which is not one.
///
/// # Errors
/// A value of a wrong type.
pub(super) fn read<'de, D: Deserializer<'de>>(
    kind: Kind,
    deserializer: D,
    build: &mut Build<'_>,
) -> Result<Option<Object>, D::Error> {
    Ok(Some(match kind {
        Kind::Policy(_) => return Ok(None),
        Kind::Namespace => Object::Namespace(RawNamespace::deserialize(deserializer)?.build(build)),
        Kind::Node => Object::Node(RawNode::deserialize(deserializer)?.build(build)),
        Kind::Pod => Object::Pod(RawPod::deserialize(deserializer)?.build(build)),
        Kind::Workload(kind) => {
            Object::Workload(RawWorkload::deserialize(deserializer)?.build(kind, build))
        }
        Kind::Service => Object::Service(RawService::deserialize(deserializer)?.build(build)),
        Kind::EndpointSlice => Object::Endpoints(RawSlice::deserialize(deserializer)?.build(build)),
        Kind::Endpoints => Object::Endpoints(RawEndpoints::deserialize(deserializer)?.build(build)),
        Kind::Ingress => Object::Ingress(RawIngress::deserialize(deserializer)?.build(build)),
        Kind::IngressClass => {
            Object::IngressClass(RawIngressClass::deserialize(deserializer)?.build(build))
        }
        Kind::GatewayClass => {
            Object::GatewayClass(RawGatewayClass::deserialize(deserializer)?.build(build))
        }
        Kind::Gateway => Object::Gateway(RawGateway::deserialize(deserializer)?.build(build)),
        Kind::Route(kind) => Object::Route(RawRoute::deserialize(deserializer)?.build(kind, build)),
        Kind::ReferenceGrant => {
            Object::ReferenceGrant(RawGrant::deserialize(deserializer)?.build(build))
        }
        Kind::OpenShiftRoute => {
            Object::OpenShiftRoute(RawOpenShiftRoute::deserialize(deserializer)?.build(build))
        }
        Kind::HorizontalPodAutoscaler | Kind::ScaledObject => {
            let keda = kind == Kind::ScaledObject;
            Object::Autoscaler(RawAutoscaler::deserialize(deserializer)?.build(keda, build))
        }
    }))
}

/// Reads an object of the inventory from its JSON text; none where that does not work.
pub(super) fn read_text(kind: Kind, text: &str, build: &mut Build<'_>) -> Option<Object> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let object = read(kind, &mut deserializer, build).ok()?;
    deserializer.end().ok()?;
    object
}

/// How many objects there are of each kind.
pub(super) type Lengths = [usize; 15];

/// How many objects there are of each kind.
pub(super) fn lengths(objects: &Objects) -> Lengths {
    [
        objects.namespaces.len(),
        objects.nodes.len(),
        objects.pods.len(),
        objects.workloads.len(),
        objects.services.len(),
        objects.endpoints.len(),
        objects.ingresses.len(),
        objects.ingress_classes.len(),
        objects.gateway_classes.len(),
        objects.gateways.len(),
        objects.routes.len(),
        objects.reference_grants.len(),
        objects.openshift_routes.len(),
        objects.autoscalers.len(),
        objects.policies.len(),
    ]
}

/// Forgets all but the first of each kind.
pub(super) fn truncate(objects: &mut Objects, lengths: Lengths) {
    let [
        namespaces,
        nodes,
        pods,
        workloads,
        services,
        endpoints,
        ingresses,
        ingress_classes,
        gateway_classes,
        gateways,
        routes,
        reference_grants,
        openshift_routes,
        autoscalers,
        policies,
    ] = lengths;
    objects.namespaces.truncate(namespaces);
    objects.nodes.truncate(nodes);
    objects.pods.truncate(pods);
    objects.workloads.truncate(workloads);
    objects.services.truncate(services);
    objects.endpoints.truncate(endpoints);
    objects.ingresses.truncate(ingresses);
    objects.ingress_classes.truncate(ingress_classes);
    objects.gateway_classes.truncate(gateway_classes);
    objects.gateways.truncate(gateways);
    objects.routes.truncate(routes);
    objects.reference_grants.truncate(reference_grants);
    objects.openshift_routes.truncate(openshift_routes);
    objects.autoscalers.truncate(autoscalers);
    objects.policies.truncate(policies);
}

/// Adds an object to those of its kind.
pub(super) fn add(objects: &mut Objects, object: Object) {
    match object {
        Object::Namespace(object) => objects.namespaces.push(object),
        Object::Node(object) => objects.nodes.push(object),
        Object::Pod(object) => objects.pods.push(object),
        Object::Workload(object) => objects.workloads.push(object),
        Object::Service(object) => objects.services.push(object),
        Object::Endpoints(object) => objects.endpoints.push(object),
        Object::Ingress(object) => objects.ingresses.push(object),
        Object::IngressClass(object) => objects.ingress_classes.push(object),
        Object::GatewayClass(object) => objects.gateway_classes.push(object),
        Object::Gateway(object) => objects.gateways.push(object),
        Object::Route(object) => objects.routes.push(object),
        Object::ReferenceGrant(object) => objects.reference_grants.push(object),
        Object::OpenShiftRoute(object) => objects.openshift_routes.push(object),
        Object::Autoscaler(object) => objects.autoscalers.push(object),
        Object::Policy(object) => objects.policies.push(object),
    }
}

/// The kind of an object that came from an API server: it is valid, so that nothing of its
/// text will be shown.
pub(super) fn plain_kind(head: &Head<'_>, inherited: Option<TypeMeta<'_>>) -> Option<Kind> {
    if head.metadata.uid.is_empty() {
        return None;
    }
    let meta = match inherited {
        Some(inherited) if head.kind.is_empty() => inherited,
        Some(_) | None => TypeMeta {
            api_version: &head.api_version,
            kind: &head.kind,
        },
    };
    match meta.recognise() {
        Recognised::Read(kind) => Some(kind),
        Recognised::List
        | Recognised::WrongVersion(_)
        | Recognised::Unread(_)
        | Recognised::Slip(_)
        | Recognised::Misspelt(_)
        | Recognised::Other => None,
    }
}
