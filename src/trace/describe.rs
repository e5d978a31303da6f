//! The reasons in plain sentences: lower case, no full stop, what the user named in backticks.
//!
//! The caller names the two ends, for only it knows by which names the user asked. Text from
//! manifests is passed on as it is; whoever prints it makes it safe for a terminal.

use super::phrase::{conjoin, nearest_peer, ports_in_words};
use super::{End, Exemption, Hit, Miss, PeerFault, PortMiss, RuleRef, Unknown};
use crate::model::{
    Action, Cluster, Direction, Habit, Origin, Peers, PolicyId, Practice, Rule, Says, ServiceId,
};
use crate::selector::Requirement;
use std::sync::Arc;

/// What the user calls the two ends of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EndNames<'a> {
    /// Who opens the connection.
    pub source: &'a str,
    /// Who is to answer.
    pub destination: &'a str,
}

/// Says where something stands, such as ` (shop.yaml:12)`.
pub type Place<'a> = &'a dyn Fn(Origin) -> String;

/// How many of the addresses that were asked about a flow stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    /// All of them.
    All,
    /// Itself alone: it was tried out for the others.
    OneOfMany,
}

impl<'a> EndNames<'a> {
    /// The end whose policies decide `direction`.
    pub fn subject(self, direction: Direction) -> &'a str {
        self.of(super::reading::subject_end(direction))
    }

    /// The end that the rules of `direction` name in `from` or `to`.
    pub fn peer(self, direction: Direction) -> &'a str {
        self.of(super::reading::peer_end(direction))
    }

    fn of(self, end: End) -> &'a str {
        match end {
            End::Source => self.source,
            End::Destination => self.destination,
        }
    }
}

impl Exemption {
    /// `a pod always reaches itself`.
    pub fn describe(self) -> &'static str {
        match self {
            Self::SamePod => "a pod always reaches itself at its own address",
            Self::NodeToItsPod => "a node always reaches the pods that run on it",
            Self::Loopback => "a loopback address never leaves the pod, and no policy sees it",
            Self::PodToItsNode => "a pod always reaches its own node",
            Self::SharedNode => {
                "traffic of a pod in its node's network is that of the node, which policies do not \
                 stop"
            }
        }
    }
}

impl RuleRef {
    /// The rule itself.
    pub fn rule(self, cluster: &Cluster) -> Option<&Rule> {
        let policy = cluster.policies.at(self.policy);
        policy.rules(self.direction)?.get(self.index)
    }

    /// `rule 2 of shop/db`.
    pub fn describe(self, cluster: &Cluster) -> String {
        let policy = cluster.policies.at(self.policy).called();
        format!("rule {} of {policy}", self.number())
    }

    /// The same with where it stands: `rule 2 of shop/db (shop.yaml:12)`.
    pub fn describe_at(self, cluster: &Cluster, place: Place<'_>) -> String {
        let rule = self.rule(cluster);
        let place = rule.map_or_else(String::new, |rule| place(rule.origin));
        format!("{}{place}", self.describe(cluster))
    }

    /// `rule 2 of shop/db allows pods labelled tier=web in namespace shop on TCP 5432`, told by one
    /// of its peers.
    fn sentence(self, cluster: &Cluster, peer: Option<usize>, port: Option<usize>) -> String {
        let said = self.describe(cluster);
        let Some(rule) = self.rule(cluster) else {
            return said;
        };
        let traffic = traffic(rule, peer, port);
        match rule.action {
            Action::Accept => format!("{said} allows {traffic}"),
            Action::Deny => format!("{said} denies {traffic}"),
            Action::Pass => format!("{said} leaves {traffic} to the next tier"),
        }
    }
}

/// `pods labelled tier=web in namespace shop on TCP 5432`: what a rule speaks of, by one of its
/// peers.
fn traffic(rule: &Rule, peer: Option<usize>, port: Option<usize>) -> String {
    let whom = nearest_peer(&rule.peers, peer);
    let ports = ports_in_words(&rule.ports, port);
    format!("{whom} {ports}")
}

impl Hit {
    /// What of the rule matches: `pods labelled tier=web in namespace shop on TCP 5432`.
    pub(super) fn traffic(self, cluster: &Cluster) -> Option<String> {
        let rule = self.rule.rule(cluster)?;
        Some(traffic(rule, self.peer, self.port))
    }

    /// `rule 1 of shop/db allows pods labelled tier=web in namespace shop on TCP 5432`.
    pub fn describe(self, cluster: &Cluster) -> String {
        self.rule.sentence(cluster, self.peer, self.port)
    }
}

impl Miss {
    /// ``rule 2 of shop/db allows pods labelled tier=web in namespace shop on TCP 5432; `web` is
    /// labelled tier=front``: what the rule allows by its nearest peer, and what is different.
    pub fn describe(&self, cluster: &Cluster, names: EndNames<'_>) -> String {
        self.describe_for(cluster, names, Tried::All)
    }

    /// The same where the flow may be one of several that were asked about.
    pub fn describe_for(&self, cluster: &Cluster, names: EndNames<'_>, tried: Tried) -> String {
        let peer = names.peer(self.rule.direction);
        let nearest = self.peers.first();
        let entry = nearest.map(|miss| miss.entry).or(self.peer);
        let allowed = self.rule.sentence(cluster, entry, None);
        let faults = nearest.map(|miss| miss.faults.as_slice());
        let mut wrong: Vec<String> = faults
            .unwrap_or_default()
            .iter()
            .map(|fault| fault.describe(cluster, peer, tried))
            .collect();
        wrong.extend(self.ports.as_ref().map(PortMiss::describe));
        let nobody = |rule: &Rule| matches!(&rule.peers, Peers::Listed(list) if list.is_empty());
        if wrong.is_empty() || self.rule.rule(cluster).is_some_and(nobody) {
            return allowed;
        }
        format!("{allowed}; {}", conjoin(&wrong))
    }
}

impl PortMiss {
    fn describe(&self) -> String {
        let (protocol, port) = self.asked;
        format!("the flow is to {protocol} {port}")
    }
}

impl PeerFault {
    /// `` `web` is labelled tier=front ``, where `peer` is what the user calls the other end.
    fn describe(&self, cluster: &Cluster, peer: &str, tried: Tried) -> String {
        let example = match tried {
            Tried::All => "",
            Tried::OneOfMany => "for example ",
        };
        match self {
            Self::PodLabel {
                requirement,
                actual,
            } => format!("`{peer}` {}", label_phrase(requirement, actual.as_ref())),
            Self::NamespaceLabel {
                namespace,
                requirement,
                actual,
            } => {
                let namespace = &cluster.namespaces.at(*namespace).name;
                let label = label_phrase(requirement, actual.as_ref());
                format!("namespace `{namespace}` {label}")
            }
            Self::OtherNamespace { wanted, actual } => {
                let namespace = &cluster.namespaces.at(*actual).name;
                format!("`{peer}` is in namespace `{namespace}`, not `{wanted}`")
            }
            Self::NotInBlock { block, addresses } => match addresses.first() {
                Some(address) if block.cidr.contains(*address) => {
                    format!("{example}{address} is excepted")
                }
                Some(address) => format!("{example}{address} is not in {}", block.cidr),
                None => format!("`{peer}` has no address of the other end's family"),
            },
            Self::AddressNotKnown => format!("the address of `{peer}` is not known"),
            Self::HostNetwork => {
                format!("`{peer}` uses the network of its node, which no selector matches")
            }
            Self::NotAPod => format!("`{peer}` is not a pod"),
            Self::OtherNode => format!("`{peer}` is none of these nodes"),
            Self::NeverNamed => format!("no such name leads to `{peer}`"),
            Self::BlockSkips => {
                let plugin = cluster.practice.plugin();
                format!("{plugin} matches no `ipBlock` to `{peer}`, which is in the cluster")
            }
        }
    }
}

fn label_phrase(requirement: &Requirement, actual: Option<&Arc<str>>) -> String {
    let key = &requirement.key;
    match actual {
        Some(value) => format!("is labelled {key}={value}"),
        None => format!("has no label {key}"),
    }
}

impl Unknown {
    /// What is not known of the plugin, where one is told.
    fn describe_habit(&self, cluster: &Cluster) -> Option<String> {
        let practice = &cluster.practice;
        let habit = if *self == Self::ItselfThroughService {
            let mut both = [Habit::ItselfIn, Habit::ItselfOut].into_iter();
            both.find(|habit| practice.says(*habit) == Says::Open)
        } else {
            self.habit()
        };
        let told = practice.plugin() != Practice::default().plugin();
        habit.filter(|_| told).map(|habit| practice.describe(habit))
    }

    /// `` namespace `shop` is not in the input, and a rule asks for its label team=a ``.
    pub fn describe(&self, cluster: &Cluster, names: EndNames<'_>) -> String {
        // Where a plugin is told, it is about that one.
        let habit = self.describe_habit(cluster);
        habit.unwrap_or_else(|| self.describe_itself(cluster, names))
    }

    fn describe_itself(&self, cluster: &Cluster, names: EndNames<'_>) -> String {
        let (source, destination) = (names.source, names.destination);
        match self {
            Self::NamespaceLabels {
                namespace,
                requirement,
            } => {
                let namespace = &cluster.namespaces.at(*namespace).name;
                format!(
                    "namespace `{namespace}` is not in the input, and a policy asks whether its \
                     labels match {requirement}"
                )
            }
            Self::PodLabel { end, requirement } => {
                let end = names.of(*end);
                let key = &requirement.key;
                format!(
                    "a controller gives `{end}` a label {key} whose value is not in the input, and a \
                     policy asks whether it matches {requirement}"
                )
            }
            Self::Count => format!(
                "it is not known whether `{source}` is one pod, which always reaches itself, or \
                 several"
            ),
            Self::Address(end) => format!(
                "the address of `{}` is not known, and a policy names address blocks",
                names.of(*end)
            ),
            Self::NodeLabels { end, nodes } => format!(
                "the labels of the node of `{}` are not in the input, and a policy asks \
                     whether they match {nodes}",
                names.of(*end)
            ),
            Self::NodeAddress(end) => format!(
                "whether `{}` is an address of a node is not in the input, and a policy \
                     names nodes",
                names.of(*end)
            ),
            Self::DomainName { end, pattern } => format!(
                "whether {pattern} leads to `{}` is for DNS to say, and a policy names it",
                names.of(*end)
            ),
            Self::NamedPort(name) => {
                format!(
                    "the ports of `{destination}` are not known, and a policy names port {name}"
                )
            }
            Self::Node => format!(
                "it is not known whether `{source}` and `{destination}` are on one node, and \
                 policies do not stop traffic between a node and its own pods"
            ),
            Self::SharedNode => format!(
                "`{source}` and `{destination}` are on one node and one of them uses its network: \
                 network plugins differ in whether that is traffic of the node, which policies do \
                 not stop"
            ),
            Self::Habit(habit) => cluster.practice.describe(*habit),
            Self::OwnNode => format!(
                "the policies of `{source}` refuse it, and network plugins differ in whether \
                 policies stop a pod on the way to its own node: the documents contradict each \
                 other"
            ),
            Self::LinkLocal(end) => {
                let (end, pod) = match end {
                    End::Source => (source, destination),
                    End::Destination => (destination, source),
                };
                format!(
                    "`{end}` is link-local, which is the own node of `{pod}` or what that node \
                     puts there, and network plugins differ in whether policies stop such traffic"
                )
            }
            Self::ItselfThroughService => format!(
                "`{source}` would reach itself through a Service, and whether policies stop that \
                 is left to the network plugin"
            ),
            Self::RewrittenSource(service)
            | Self::OutsideDoor(service)
            | Self::InsideOnly(service)
            | Self::SourceRanges(service)
            | Self::LocalPods(service)
            | Self::NodePort(service) => self.on_the_way(&service_name(cluster, *service), names),
            Self::EqualPriority(policies) => {
                let policies = policy_names(cluster, policies);
                format!(
                    "{policies} have the same priority and disagree: a network plugin may follow \
                     any of them"
                )
            }
            Self::NoOrder(policies) => {
                let policies = policy_names(cluster, policies);
                format!(
                    "{policies} are of two APIs and disagree, and nothing says which of these comes \
                     first: a network plugin may follow either"
                )
            }
            Self::Family { allowed, denied } => {
                format!("the policies allow it over {allowed} and refuse it over {denied}")
            }
        }
    }
}

impl Unknown {
    /// What of the way through a Service is not known.
    fn on_the_way(&self, service: &str, names: EndNames<'_>) -> String {
        let EndNames {
            source,
            destination,
        } = names;
        match self {
            Self::RewrittenSource(_) => format!(
                "{service} may put another source address in the place of the client's before the \
                 policies see the connection, and they do not treat all sources alike"
            ),
            Self::OutsideDoor(_) => format!(
                "the policies of `{source}` may see the address of {service} or a pod behind it as the \
                 destination, and they do not treat both alike"
            ),
            Self::InsideOnly(_) => format!(
                "{service} has an address inside the cluster only, which cannot be reached from outside \
                 unless the network leads there, and then it is not defined which source address \
                 the policies see"
            ),
            Self::SourceRanges(_) => format!(
                "the load balancer of {service} takes connections from other addresses only \
                 (`loadBalancerSourceRanges`), and not every way to the pods goes through it"
            ),
            Self::LocalPods(_) => format!(
                "{service} leads to pods of one node only (traffic policy `Local`), and which pods are there \
                 is not in the input"
            ),
            Self::NodePort(_) => format!(
                "this port of `{destination}` leads to the pods of {service}: ask for the Service"
            ),
            Self::NamespaceLabels { .. }
            | Self::PodLabel { .. }
            | Self::Count
            | Self::Address(_)
            | Self::NodeLabels { .. }
            | Self::NodeAddress(_)
            | Self::DomainName { .. }
            | Self::NamedPort(_)
            | Self::Node
            | Self::SharedNode
            | Self::EqualPriority(_)
            | Self::NoOrder(_)
            | Self::Family { .. }
            | Self::OwnNode
            | Self::LinkLocal(_)
            | Self::Habit(_)
            | Self::ItselfThroughService => String::new(),
        }
    }
}

fn service_name(cluster: &Cluster, id: ServiceId) -> String {
    let service = cluster.services.at(id);
    format!("Service `{}/{}`", service.namespace, service.name)
}

fn policy_names(cluster: &Cluster, policies: &[PolicyId]) -> String {
    let names = policies.iter();
    let names: Vec<String> = names.map(|&id| cluster.policies.at(id).called()).collect();
    conjoin(&names)
}
