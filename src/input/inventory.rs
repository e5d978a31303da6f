//! The kinds of the inventory, from plain JSON text or from a spanned tree, by one decoder.

use super::decode::Build;
use super::decode::autoscaler::RawAutoscaler;
use super::decode::endpoints::{RawEndpoints, RawSlice};
use super::decode::ingress::RawIngress;
use super::decode::meta::Head;
use super::decode::namespace::{RawNamespace, RawNode};
use super::decode::pod::RawPod;
use super::decode::service::RawService;
use super::decode::workload::RawWorkload;
use super::kind::Kind;
use super::recognised::Recognised;
use super::type_meta::TypeMeta;
use crate::model::{
    Autoscaler, EndpointsObject, Ingress, Namespace, Node, Objects, Origin, PodObject, Policy,
    Service, WorkloadObject,
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
        Kind::NetworkPolicy => return Ok(None),
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
pub(super) type Lengths = [usize; 9];

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
