//! Calico, and Canal, which is Calico for policies and Flannel for the network.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "calico",
    aliases: &["canal"],
    about: "Calico, or Canal, with its iptables or nftables data plane",
    rows: &[
        yes(
            Habit::BlocksMatchPods,
            "calico conversion.go, k8sPeerToCalicoFields",
        ),
        yes(
            Habit::BlocksMatchNodes,
            "calico conversion.go, k8sPeerToCalicoFields",
        ),
        no(
            Habit::NamespacesMatchHosts,
            "calico conversion.go: a pod with hostNetwork is no endpoint",
        ),
        yes(
            Habit::NodeIn,
            "felix rules/static.go: host to endpoint is not policed",
        ),
        open(
            Habit::OutToNode,
            "egress policies come first with iptables; with eBPF they are reported not to, calico#7056",
        ),
        yes(
            Habit::HostPodIsNode,
            "felix rules/static.go: host to endpoint is not policed",
        ),
        no(Habit::ItselfIn, "no source").unconfirmed(),
        no(Habit::ItselfOut, "no source").unconfirmed(),
        yes(Habit::EndPorts, "calico conversion.go"),
        yes(Habit::Sctp, "calico conversion.go; libcalico-go#1399"),
        yes(Habit::NamedPorts, "calico conversion.go"),
        no(Habit::Ping, "no source").unconfirmed(),
        open(
            Habit::Overlay,
            "depends on the IP pool: IPIP, VXLAN or none",
        ),
        open(
            Habit::SocketProxy,
            "only with the eBPF data plane, calico#9869",
        ),
        no(
            Habit::NodePortBypass,
            "policies are in FORWARD, before the source is rewritten, calico#9869",
        ),
        yes(
            Habit::BeforeMasquerade,
            "policies are in FORWARD, before the source is rewritten; antrea#280, rke2#1227",
        ),
    ],
};
