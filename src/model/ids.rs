//! The names of what a cluster has.

use crate::table::define_id;

define_id! {
    /// Names a [`Namespace`](super::Namespace) of a cluster.
    pub NamespaceId;
    /// Names a [`Node`](super::Node) of a cluster.
    pub NodeId;
    /// Names a [`Pod`](super::Pod) of a cluster.
    pub PodId;
    /// Names a [`Policy`](super::Policy) of a cluster.
    pub PolicyId;
    /// Names a [`Service`](super::Service) of a cluster.
    pub ServiceId;
    /// Names a [`Workload`](super::Workload) of a cluster.
    pub WorkloadId;
}
