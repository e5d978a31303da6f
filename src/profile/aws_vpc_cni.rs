//! Amazon VPC CNI with its network policy agent. Without `enableNetworkPolicy` it is `none`.

use super::row::{Profile, no, open, yes};
use crate::model::Habit;

pub(super) const PROFILE: Profile = Profile {
    name: "aws-vpc-cni",
    aliases: &["aws-network-policy-agent"],
    about: "Amazon VPC CNI with `enableNetworkPolicy`, on EC2 Linux nodes",
    rows: &[
        open(
            Habit::BarePods,
            "pods without an owner are not covered, newer releases may do so; EKS user guide",
        ),
        yes(
            Habit::BlocksMatchPods,
            "aws-network-policy-agent: a trie of addresses",
        ),
        open(Habit::BlocksMatchNodes, "no source"),
        no(
            Habit::NamespacesMatchHosts,
            "aws-network-policy-agent leaves pods with the address of their host out",
        ),
        yes(
            Habit::NodeIn,
            "aws-network-policy-agent fw_rule_processor.go: an entry for the node in every map",
        ),
        yes(
            Habit::OutToNode,
            "aws-network-policy-agent fw_rule_processor.go: an entry for the node in every map",
        ),
        yes(
            Habit::HostPodIsNode,
            "aws-network-policy-agent fw_rule_processor.go: the address of the node",
        ),
        open(Habit::ItselfIn, "no source"),
        open(Habit::ItselfOut, "no source"),
        yes(
            Habit::EndPorts,
            "aws-network-policy-agent: maps have the last port",
        ),
        yes(Habit::Sctp, "aws-network-policy-agent parses it"),
        open(
            Habit::ServicePorts,
            "the port of a Service must be that of the container, EKS user guide",
        ),
        open(
            Habit::NamedPorts,
            "the Service must use the same name, amazon-network-policy-controller-k8s#81",
        ),
        open(Habit::Ping, "no source"),
        no(Habit::Overlay, "pods have addresses of the VPC"),
        no(Habit::SocketProxy, "Services are left to kube-proxy"),
        open(Habit::NodePortBypass, "no source"),
    ],
};
