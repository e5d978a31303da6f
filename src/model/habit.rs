//! In what network plugins differ, and what the documents say of it.

use crate::table::listed;

listed! {
    /// What a plugin may do or not do. Rules of cluster-wide policies (Admin, Baseline) that it enforces
    /// are read as their API says, whatever a plugin does with those of a NetworkPolicy.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
    pub enum Habit {
        /// Enforces policies at all.
        Enforces,
        /// Applies policies to pods that have no controller.
        BarePods,
        /// Enforces AdminNetworkPolicies and the BaselineAdminNetworkPolicy.
        AdminPolicies,
        /// Enforces ClusterNetworkPolicies.
        ClusterPolicies,
        /// Matches an `ipBlock` to the addresses of pods (S45).
        BlocksMatchPods,
        /// Matches an `ipBlock` to the addresses of nodes and of pods in their network (S50, S59).
        BlocksMatchNodes,
        /// Matches nodes and pods in their network by a `namespaceSelector` without a `podSelector`
        /// (S27, S58).
        NamespacesMatchHosts,
        /// Lets a node reach its own pods whatever policies say (S55).
        NodeIn,
        /// Lets a pod reach its own node whatever policies say (S69).
        OutToNode,
        /// Takes the traffic of a pod in the network of its node for that of the node (S60).
        HostPodIsNode,
        /// Lets a pod into itself through a Service whatever ingress policies say (S54).
        ItselfIn,
        /// Lets a pod out to itself through a Service whatever egress policies say (S54).
        ItselfOut,
        /// Applies `endPort` (S35).
        EndPorts,
        /// Applies policies to SCTP.
        Sctp,
        /// Applies policies to IPv6.
        Ipv6,
        /// Leads SCTP through a Service to another port than was dialled.
        SctpPorts,
        /// Lets through what policies do where a Service leads to another port than its own.
        ServicePorts,
        /// Looks a named port up at each destination pod (S36).
        NamedPorts,
        /// Tells apart the numbers that pods give one port name, in egress rules.
        NamesPerPod,
        /// Opens every port of the protocol for a named port.
        NameOpensProtocol,
        /// Takes no policy that names a port.
        NameVoidsPolicy,
        /// Lets ping through whatever policies say (S65).
        Ping,
        /// Puts packets between nodes into a tunnel, so that a node has another address there.
        Overlay,
        /// Translates the addresses of Services at the client's socket, on the node of the client.
        SocketProxy,
        /// Lets clients of a node port or a load balancer past ingress policies, where
        /// `externalTrafficPolicy` is `Cluster`.
        NodePortBypass,
        /// Judges what a node masquerades before that, so that the policies of its own pods see the
        /// client.
        BeforeMasquerade,
    }
}

/// Whether a plugin does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Says {
    /// It does.
    Yes,
    /// It does not.
    No,
    /// That is not known, or depends on how it is set up.
    Open,
}

impl Says {
    /// What is known; none where it is open.
    pub fn known(self) -> Option<bool> {
        match self {
            Self::Yes => Some(true),
            Self::No => Some(false),
            Self::Open => None,
        }
    }
}

impl Habit {
    /// What the documents say, or what they call the most usual.
    pub fn documented(self) -> Says {
        match self {
            Self::Enforces
            | Self::BarePods
            | Self::AdminPolicies
            | Self::ClusterPolicies
            | Self::BlocksMatchPods
            | Self::BlocksMatchNodes
            | Self::NodeIn
            | Self::EndPorts
            | Self::Sctp
            | Self::Ipv6
            | Self::SctpPorts
            | Self::ServicePorts
            | Self::NamedPorts
            | Self::NamesPerPod => Says::Yes,
            Self::NamespacesMatchHosts | Self::NameOpensProtocol | Self::NameVoidsPolicy => {
                Says::No
            }
            Self::OutToNode
            | Self::HostPodIsNode
            | Self::ItselfIn
            | Self::ItselfOut
            | Self::Ping
            | Self::Overlay
            | Self::SocketProxy
            | Self::NodePortBypass
            | Self::BeforeMasquerade => Says::Open,
        }
    }

    /// The statements of `docs/semantics.md` that it speaks of.
    pub fn statements(self) -> &'static [u16] {
        match self {
            Self::Enforces | Self::BarePods | Self::AdminPolicies | Self::ClusterPolicies => &[86],
            Self::BlocksMatchPods => &[88, 45],
            Self::BlocksMatchNodes => &[88, 50, 59],
            Self::NamespacesMatchHosts => &[88, 27, 58],
            Self::NodeIn => &[90, 55],
            Self::OutToNode => &[90, 69],
            Self::HostPodIsNode => &[90, 60],
            Self::ItselfIn | Self::ItselfOut => &[90, 54],
            Self::EndPorts => &[89, 35],
            Self::Sctp | Self::Ipv6 | Self::SctpPorts | Self::ServicePorts => &[87],
            Self::NamedPorts
            | Self::NamesPerPod
            | Self::NameOpensProtocol
            | Self::NameVoidsPolicy => &[89, 36],
            Self::Ping => &[65],
            Self::Overlay | Self::SocketProxy | Self::NodePortBypass | Self::BeforeMasquerade => {
                &[62]
            }
        }
    }

    /// What is said of a plugin that does it, and of one that does not.
    pub fn phrases(self) -> (&'static str, &'static str) {
        match self {
            Self::Enforces => ("enforces policies", "enforces no policy"),
            Self::BarePods => (
                "applies policies to pods without a controller",
                "applies no policy to pods without a controller",
            ),
            Self::AdminPolicies => (
                "enforces AdminNetworkPolicies and the BaselineAdminNetworkPolicy",
                "enforces no AdminNetworkPolicy and no BaselineAdminNetworkPolicy",
            ),
            Self::ClusterPolicies => (
                "enforces ClusterNetworkPolicies",
                "enforces no ClusterNetworkPolicy",
            ),
            Self::BlocksMatchPods => (
                "matches an `ipBlock` to pods",
                "never matches an `ipBlock` to pods",
            ),
            Self::BlocksMatchNodes => (
                "matches an `ipBlock` to nodes",
                "never matches an `ipBlock` to nodes",
            ),
            Self::NamespacesMatchHosts => (
                "matches nodes and pods with `hostNetwork` by this `namespaceSelector`",
                "matches nodes and pods with `hostNetwork` by no selector",
            ),
            Self::NodeIn => (
                "lets a node reach its own pods whatever policies say",
                "applies policies to what a node sends to its own pods",
            ),
            Self::OutToNode => (
                "lets a pod reach its own node whatever policies say",
                "applies policies to what a pod sends to its own node",
            ),
            Self::HostPodIsNode => (
                "takes traffic of a pod with `hostNetwork` for that of its node",
                "tells traffic of a pod with `hostNetwork` from that of its node",
            ),
            Self::ItselfIn => (
                "applies no ingress policy to a pod that reaches itself through a Service",
                "applies ingress policies to a pod that reaches itself through a Service",
            ),
            Self::ItselfOut => (
                "applies no egress policy to a pod that reaches itself through a Service",
                "applies egress policies to a pod that reaches itself through a Service",
            ),
            Self::EndPorts => (
                "applies `endPort`",
                "ignores `endPort` and opens only `port`",
            ),
            Self::Sctp => ("applies policies to SCTP", "has no support for SCTP"),
            Self::Ipv6 => ("applies policies to IPv6", "has no support for IPv6"),
            Self::SctpPorts => (
                "rewrites ports of SCTP, as a Service does that leads to another port",
                "rewrites no port of SCTP, as a Service would that leads to another port",
            ),
            Self::ServicePorts => (
                "lets through what policies do where a Service leads to another port than its own",
                "stops what policies let through where a Service leads to another port than its own",
            ),
            Self::NamedPorts => (
                "looks a named port up at each destination pod",
                "looks no named port up",
            ),
            Self::NamesPerPod => (
                "tells apart the numbers that pods give one port name",
                "mixes up the numbers that pods give one port name",
            ),
            Self::NameOpensProtocol => (
                "opens every port of the protocol for a named port",
                "opens no other port for a named port",
            ),
            Self::NameVoidsPolicy => (
                "ignores a policy that names a port",
                "takes policies that name a port",
            ),
            Self::Ping => (
                "lets ping through whatever policies say",
                "drops ping where policies let nothing through",
            ),
            Self::Overlay => (
                "sends packets between nodes through a tunnel",
                "sends packets between nodes without a tunnel",
            ),
            Self::SocketProxy => (
                "translates the addresses of Services on the node of the client",
                "leaves the addresses of Services to kube-proxy",
            ),
            Self::NodePortBypass => (
                "applies no ingress policy to clients of a node port or load balancer under \
                 `externalTrafficPolicy: Cluster`",
                "applies ingress policies to clients of a node port or load balancer",
            ),
            Self::BeforeMasquerade => (
                "judges what a node masquerades for its own pods before that, by the address of the client",
                "judges what a node masquerades for its own pods after that, by the address of the node",
            ),
        }
    }
}
