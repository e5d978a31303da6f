//! What the network plugin of a cluster does where the documents leave a choice: plain data, one
//! answer for each [`Habit`]. `profile` fills it; every evaluator asks it, each by itself.

use super::PolicyApi;
use crate::net::Protocol;
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

/// Where an answer of the documents, or of nobody, comes from.
const DOCUMENTS: &str = "the Kubernetes documents";

/// An answer with where it comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Answer {
    says: Says,
    source: &'static str,
}

/// What a plugin does. The default is that of the Kubernetes documents, which leave open what they
/// do not say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Practice {
    plugin: &'static str,
    answers: [Answer; Habit::ALL.len()],
}

impl Default for Practice {
    fn default() -> Self {
        let of_documents = |habit: Habit| Answer {
            says: habit.documented(),
            source: DOCUMENTS,
        };
        Self {
            plugin: "spec",
            answers: Habit::ALL.map(of_documents),
        }
    }
}

impl Practice {
    /// What the documents say, under the name of a plugin.
    pub fn of(plugin: &'static str) -> Self {
        Self {
            plugin,
            ..Self::default()
        }
    }

    /// The same with another answer, and where that comes from.
    #[must_use]
    pub fn with(mut self, habit: Habit, says: Says, source: &'static str) -> Self {
        if let Some(answer) = self.answers.get_mut(habit as usize) {
            *answer = Answer { says, source };
        }
        self
    }

    /// The same with the answer of the documents.
    #[must_use]
    pub fn without(self, habit: Habit) -> Self {
        self.with(habit, habit.documented(), DOCUMENTS)
    }

    /// What a ruleset can do as the plugin does: read rules. It enforces them itself, and sees nothing
    /// of what a node and its own pods send to each other.
    #[must_use]
    pub fn of_ruleset(&self) -> Self {
        let mut own = self.clone();
        for habit in Habit::ALL {
            let of_rules = matches!(
                habit,
                Habit::BlocksMatchPods
                    | Habit::BlocksMatchNodes
                    | Habit::NamespacesMatchHosts
                    | Habit::EndPorts
                    | Habit::NamedPorts
                    | Habit::NamesPerPod
                    | Habit::NameOpensProtocol
                    | Habit::NameVoidsPolicy
            );
            if !of_rules {
                own = own.without(habit);
            }
        }
        own
    }

    /// The same with what the documents say wherever it is open what the plugin does.
    #[must_use]
    pub fn settled(&self) -> Self {
        let all = Habit::ALL.into_iter();
        let open =
            all.filter(|habit| self.says(*habit) == Says::Open && habit.documented() != Says::Open);
        open.fold(self.clone(), Self::without)
    }

    /// Whether the plugin may read differently what says the same in other words: a range without its
    /// `endPort`, or a policy not at all because of one entry.
    pub fn splits_words(&self) -> bool {
        !self.does(Habit::EndPorts) || self.says(Habit::NameVoidsPolicy) != Says::No
    }

    /// Whether the plugin enforces cluster-wide policies of one API, and none of another that say the same.
    pub fn tells_apis_apart(&self) -> bool {
        self.passes_over(PolicyApi::AdminNetworkPolicy)
            != self.passes_over(PolicyApi::ClusterNetworkPolicy)
    }

    /// Whether the plugin enforces no policy of this API, so that one is as if it were not there.
    pub fn passes_over(&self, api: PolicyApi) -> bool {
        let enforces = match api {
            PolicyApi::NetworkPolicy => return false,
            PolicyApi::AdminNetworkPolicy => Habit::AdminPolicies,
            PolicyApi::ClusterNetworkPolicy => Habit::ClusterPolicies,
        };
        self.says(enforces) == Says::No
    }

    /// The habit for which it is not sure that a connection to a port of a Service, by `entry`, gets to
    /// another port of the pods; `governed` says whether policies have a say in it.
    pub fn may_lose(
        &self,
        protocol: Protocol,
        (entry, port, target): (u16, u16, u16),
        governed: bool,
    ) -> Option<Habit> {
        let sctp = protocol == Protocol::Sctp && (entry, port) != (target, target);
        let of_policies = governed && port != target;
        let habits = [
            sctp.then_some(Habit::SctpPorts),
            of_policies.then_some(Habit::ServicePorts),
        ];
        let mut habits = habits.into_iter().flatten();
        habits.find(|habit| !self.does(*habit))
    }

    /// The name of the plugin's profile: `calico`.
    pub fn plugin(&self) -> &'static str {
        self.plugin
    }

    /// Whether the plugin does something.
    pub fn says(&self, habit: Habit) -> Says {
        let answer = self.answers.get(habit as usize);
        answer.map_or(Says::Open, |answer| answer.says)
    }

    /// Whether the plugin surely does something.
    pub fn does(&self, habit: Habit) -> bool {
        self.says(habit) == Says::Yes
    }

    /// In what it differs from the documents.
    pub fn own(&self) -> impl Iterator<Item = Habit> {
        let all = Habit::ALL.into_iter();
        all.filter(|habit| self.says(*habit) != habit.documented())
    }

    /// What it does, in a sentence without a full stop: ``cilium never matches an `ipBlock` to pods
    /// (cilium#9209)``.
    pub fn describe(&self, habit: Habit) -> String {
        let plugin = self.plugin;
        let (does, does_not) = habit.phrases();
        let source = match self.answers.get(habit as usize) {
            Some(answer) if answer.source != DOCUMENTS && !answer.source.is_empty() => {
                format!(" ({})", answer.source)
            }
            Some(_) | None => String::new(),
        };
        match self.says(habit) {
            Says::Yes => format!("{plugin} {does}{source}"),
            Says::No => format!("{plugin} {does_not}{source}"),
            Says::Open => format!("it is not known whether {plugin} {does}{source}"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_answers_nothing_that_the_documents_do_not_say() {
        let spec = Practice::default();
        assert_eq!(spec.own().count(), 0);
        assert_eq!(spec.says(Habit::OutToNode), Says::Open);
        let other = Practice::of("x").with(Habit::OutToNode, Says::No, "x#1");
        assert_eq!(other.own().collect::<Vec<_>>(), [Habit::OutToNode]);
        assert_eq!(
            other.describe(Habit::OutToNode),
            "x applies policies to what a pod sends to its own node (x#1)"
        );
        assert_eq!(other.clone().without(Habit::OutToNode).own().count(), 0);
        let open = other.with(Habit::EndPorts, Says::Open, "x#2");
        assert!(open.splits_words() && !open.settled().splits_words());
        let own: Vec<_> = open.settled().own().collect();
        assert_eq!(own, [Habit::OutToNode]);
    }
}
