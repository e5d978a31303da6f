//! The list of what policies have no say in, or may have none. Whether a flow is a case of one, and
//! what comes of it, each evaluator decides for itself.

use crate::table::listed;

listed! {
    /// A sort of traffic that no policy stops, or of which it is open whether policies stop it.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Exception {
        /// A pod and itself, at its own address (S52, S53).
        Itself,
        /// A pod and itself through a Service (S54).
        ItselfThroughService,
        /// A node and a pod on it, from the node (S55, S56).
        NodeToItsPod,
        /// A pod and the node that it is on, from the pod (S56, S69).
        PodToItsNode,
        /// A pod and a pod in the network of its node (S56, S60).
        SharedNode,
        /// A pod and a link-local address, which is on its node (S70).
        LinkLocal,
        /// A pod and a loopback address, which is within the pod (S71).
        Loopback,
    }
}

impl Exception {
    /// Whether it is only from what `NetworkPolicies` refuse: what a cluster-wide policy denies is denied
    /// here as everywhere (S100).
    pub fn is_from_network_policies(self) -> bool {
        match self {
            Self::PodToItsNode | Self::SharedNode | Self::LinkLocal => true,
            Self::Itself | Self::ItselfThroughService | Self::NodeToItsPod | Self::Loopback => {
                false
            }
        }
    }
}
