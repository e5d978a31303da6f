//! The shapes of objects: which fields there are, and what may stand in each.
//!
//! Those of Kubernetes are in `shapes`, which a test holds to the typed API; files of intents and
//! settings have their own, written in the same way.

mod admin;
mod routes;
mod shape;
mod shapes;

pub(super) use shape::{Fields, Shape, field, objects, shape};

use super::kind::Kind;
use crate::model::{PolicyKind, WorkloadKind};

/// The shape of a kind, in the version that is current.
pub(super) fn of(kind: Kind) -> &'static Shape {
    match kind {
        Kind::Policy(PolicyKind::NetworkPolicy) => &shapes::NETWORK_POLICY,
        Kind::Policy(PolicyKind::AdminNetworkPolicy) => &admin::ADMIN,
        Kind::Policy(PolicyKind::BaselineAdminNetworkPolicy) => &admin::BASELINE,
        Kind::Policy(PolicyKind::ClusterNetworkPolicy) => &admin::CLUSTER,
        Kind::EndpointSlice => &shapes::ENDPOINT_SLICE,
        Kind::Endpoints => &shapes::ENDPOINTS,
        Kind::Ingress => &shapes::INGRESS,
        Kind::IngressClass => &shapes::INGRESS_CLASS,
        Kind::GatewayClass => &routes::GATEWAY_CLASS,
        Kind::Gateway => &routes::GATEWAY,
        Kind::Route(kind) => routes::of(kind),
        Kind::ReferenceGrant => &routes::REFERENCE_GRANT,
        Kind::OpenShiftRoute => &routes::OPENSHIFT_ROUTE,
        Kind::HorizontalPodAutoscaler => &shapes::HORIZONTAL_POD_AUTOSCALER,
        // Not a kind of Kubernetes.
        Kind::ScaledObject => &Shape::Any,
        Kind::Namespace => &shapes::NAMESPACE,
        Kind::Node => &shapes::NODE,
        Kind::Pod => &shapes::POD,
        Kind::Service => &shapes::SERVICE,
        Kind::Workload(WorkloadKind::CronJob) => &shapes::CRON_JOB,
        Kind::Workload(WorkloadKind::DaemonSet) => &shapes::DAEMON_SET,
        Kind::Workload(WorkloadKind::Deployment) => &shapes::DEPLOYMENT,
        Kind::Workload(WorkloadKind::Job) => &shapes::JOB,
        Kind::Workload(WorkloadKind::ReplicaSet) => &shapes::REPLICA_SET,
        Kind::Workload(WorkloadKind::ReplicationController) => &shapes::REPLICATION_CONTROLLER,
        Kind::Workload(WorkloadKind::StatefulSet) => &shapes::STATEFUL_SET,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(shape: &Shape, name: &str) -> &'static Shape {
        match shape {
            Shape::Object(fields) => field(fields, name).expect(name),
            Shape::Seq(items) => at(items, name),
            other => panic!("{other:?} has no fields"),
        }
    }

    #[test]
    fn the_shape_of_a_policy_is_that_of_the_api() {
        let spec = at(of(Kind::Policy(PolicyKind::NetworkPolicy)), "spec");
        let ports = at(at(spec, "ingress"), "ports");
        assert_eq!(at(ports, "port"), &Shape::IntOrText);
        assert_eq!(at(ports, "endPort"), &Shape::Int32);
        assert_eq!(at(ports, "protocol"), &Shape::Text);
        let labels = at(at(spec, "podSelector"), "matchLabels");
        assert_eq!(labels, &Shape::Map(&Shape::Text));
    }

    #[test]
    fn quantities_and_free_objects_are_known() {
        let containers = at(at(of(Kind::Pod), "spec"), "containers");
        let limits = at(at(containers, "resources"), "limits");
        assert_eq!(limits, &Shape::Map(&Shape::Quantity));
    }

    /// Panics where fields are not sorted, or one stands twice.
    fn assert_sorted(shape: &Shape) {
        match shape {
            Shape::Object(fields) => {
                assert!(fields.is_sorted_by(|a, b| a.0 < b.0), "{fields:?}");
                fields.iter().for_each(|(_, shape)| assert_sorted(shape));
            }
            Shape::Seq(shape)
            | Shape::Map(shape)
            | Shape::TextOr(shape)
            | Shape::OneOrMany(shape) => assert_sorted(shape),
            _ => {}
        }
    }

    #[test]
    fn fields_are_sorted() {
        assert_sorted(of(Kind::Pod));
        for kind in PolicyKind::ALL {
            assert_sorted(of(Kind::Policy(kind)));
        }
        assert_sorted(&crate::input::intents::shape::INTENTS);
        assert_sorted(&crate::input::settings::shape::SETTINGS);
    }
}
