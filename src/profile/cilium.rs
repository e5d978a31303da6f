//! Cilium: it decides by identities, and those of pods and nodes are no addresses.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "cilium",
    aliases: &["aks-cilium", "azure-cilium"],
    about: "Cilium as it is set up by default, Azure CNI powered by Cilium included",
    rows: &[
        no(Habit::AdminPolicies, "it was never built, cilium#23380"),
        no(
            Habit::BlocksMatchPods,
            "cilium#9209, #19601; AKS documentation",
        ),
        no(
            Habit::BlocksMatchNodes,
            "unless policy-cidr-match-mode is nodes; cilium#20550",
        ),
        no(
            Habit::NamespacesMatchHosts,
            "cilium#16308: nodes have identities of their own",
        ),
        yes(
            Habit::NodeIn,
            "allow-localhost is always on Kubernetes, cilium#754",
        ),
        no(
            Habit::OutToNode,
            "needs toEntities: host; AKS documentation",
        ),
        yes(
            Habit::HostPodIsNode,
            "the identity of such a pod is that of its host",
        ),
        yes(
            Habit::ItselfIn,
            "cilium#15709: policies are passed over for the service loopback",
        ),
        yes(
            Habit::ItselfOut,
            "cilium#15709: policies are passed over for the service loopback",
        ),
        yes(
            Habit::EndPorts,
            "1.17 and newer; older ones ignore it, cilium#28684",
        )
        .since(1, 17),
        yes(Habit::Sctp, "documentation of SCTP, cilium#35238"),
        no(
            Habit::SctpPorts,
            "documentation of SCTP: the targetPort of a Service must be its port",
        ),
        yes(Habit::NamedPorts, "documentation of Cilium"),
        no(
            Habit::NamesPerPod,
            "one name with several numbers is enforced wrongly, cilium#30003",
        ),
        no(Habit::Ping, "no source").unconfirmed(),
        open(Habit::Overlay, "depends on its routing mode"),
        open(
            Habit::SocketProxy,
            "only where it replaces kube-proxy, calico#9869",
        ),
        no(
            Habit::NodePortBypass,
            "caveats of its documentation: world, or remote-node",
        ),
    ],
};
