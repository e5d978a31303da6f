//! The shapes of objects: which fields there are, and what may stand in each.
//!
//! Those of Kubernetes are in `shapes`, which a test holds to the typed API; files of intents and
//! settings have their own, written in the same way.

mod shapes;

use super::kind::Kind;
use crate::model::WorkloadKind;

/// What may stand in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// Text.
    Text,
    /// A boolean.
    Boolean,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// A whole number or text: a port by number or by name.
    IntOrText,
    /// A number or text: a resource quantity.
    Quantity,
    /// A list.
    Seq(&'static Shape),
    /// An object with free keys, such as labels.
    Map(&'static Shape),
    /// An object with these fields.
    Object(&'static Fields),
    /// Text, or what is said here.
    TextOr(&'static Shape),
    /// One of these, or a list of them.
    OneOrMany(&'static Shape),
}

/// The fields of an object, sorted by name.
pub(super) type Fields = [(&'static str, Shape)];

/// The shape of a field of this name.
pub(super) fn field(fields: &'static Fields, name: &str) -> Option<&'static Shape> {
    let index = fields.binary_search_by(|(field, _)| (*field).cmp(name));
    let (_, shape) = fields.get(index.ok()?)?;
    Some(shape)
}

/// Defines objects by their fields: `[X]` is a list of X, `{X}` an object with free keys,
/// `(TextOr X)` and `(OneOrMany X)` are what they say.
macro_rules! objects {
    ($($object:ident { $($field:ident: $shape:tt),* })*) => {
        $(pub(in crate::input) const $object: Shape = Shape::Object(&[
            $((stringify!($field), $crate::input::schema::shape!($shape))),*
        ]);)*
    };
}
pub(super) use objects;

/// One place of [`objects`].
macro_rules! shape {
    ([$items:tt]) => {
        Shape::Seq(&$crate::input::schema::shape!($items))
    };
    ({$values:tt}) => {
        Shape::Map(&$crate::input::schema::shape!($values))
    };
    (($either:ident $other:tt)) => {
        Shape::$either(&$crate::input::schema::shape!($other))
    };
    ($shape:ident) => {
        $shape
    };
}
pub(super) use shape;

/// The shape of a kind, in the version that is current.
pub(super) fn of(kind: Kind) -> &'static Shape {
    match kind {
        Kind::NetworkPolicy => &shapes::NETWORK_POLICY,
        Kind::Ingress => &shapes::INGRESS,
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
        let spec = at(of(Kind::NetworkPolicy), "spec");
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
        assert_sorted(of(Kind::NetworkPolicy));
        assert_sorted(&crate::input::intents::shape::INTENTS);
        assert_sorted(&crate::input::settings::shape::SETTINGS);
    }
}
