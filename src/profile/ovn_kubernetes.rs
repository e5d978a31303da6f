//! OVN-Kubernetes.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "ovn-kubernetes",
    aliases: &["ovn-k", "openshift"],
    about: "OVN-Kubernetes, the plugin of OpenShift",
    rows: &[
        yes(
            Habit::BlocksMatchPods,
            "ovn-kubernetes documentation: internal or external",
        ),
        yes(Habit::BlocksMatchNodes, "no source").unconfirmed(),
        open(
            Habit::NamespacesMatchHosts,
            "such a selector may mean the namespace of the host network, base_network_controller_policy.go",
        ),
        yes(
            Habit::NodeIn,
            "ovn-kubernetes: an ACL for the management port",
        ),
        yes(Habit::OutToNode, "no source").unconfirmed(),
        open(Habit::HostPodIsNode, "no source"),
        yes(
            Habit::ItselfIn,
            "ovn-kubernetes: an ACL for the masquerade address",
        ),
        open(Habit::ItselfOut, "no source"),
        yes(Habit::EndPorts, "ovn-kubernetes gress_policy.go"),
        yes(Habit::Sctp, "ovn-kubernetes gress_policy.go"),
        no(Habit::NamedPorts, "ovn-kubernetes#2117, gress_policy.go"),
        yes(
            Habit::NameOpensProtocol,
            "ovn-kubernetes#2117, gress_policy.go",
        ),
        no(Habit::Ping, "confirmed in part only").unconfirmed(),
        open(Habit::Overlay, "no source"),
        open(Habit::SocketProxy, "no source"),
        open(Habit::NodePortBypass, "no source"),
    ],
};
