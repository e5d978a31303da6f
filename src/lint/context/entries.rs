//! What the ports of rules lead to: container ports of the pods at the destination, and the Services
//! before them. What is wrong with a port is found out once, so that one port has one finding.

use super::destination::{Destination, Ways};
use super::lead::Lead;
use super::passing::may_hold;
use super::port_at::{PortAt, PortTrouble};
use super::{Context, RuleAt};
use crate::model::{
    Direction, NamespaceScope, PeerMatch, Peers, Pod, PodScope, PolicyId, PortTest, Ports, Rule,
    Tier,
};
use crate::net::Protocol;
use crate::source::Span;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

impl<'a> Context<'a> {
    /// All entries of `ports` of every NetworkPolicy, in reading order.
    pub fn ports(&self) -> impl Iterator<Item = PortAt<'a>> {
        let rules = self.rules();
        let rules = rules.filter(|at| at.policy.tier == Tier::NetworkPolicy);
        rules.flat_map(|at| {
            let ports = match &at.rule.ports {
                Ports::Listed(ports) => ports.as_slice(),
                Ports::Any => &[],
            };
            let ports = ports.iter().enumerate();
            ports.map(move |(index, port)| PortAt { at, index, port })
        })
    }

    /// All entries of `ports` with which something is wrong, in reading order.
    pub fn port_troubles(&self) -> &[(PortAt<'a>, PortTrouble<'a>)] {
        self.troubles.get_or_init(|| {
            let mut known = FxHashMap::default();
            let ways = Ways::new(self);
            let ports = self.ports();
            let troubles = ports.filter_map(|port| {
                let scopes = destination_scopes(&port.at)?;
                let destination = known
                    .entry(scopes)
                    .or_insert_with_key(|scopes| Rc::new(Destination::new(self, &ways, scopes)));
                Some((port, self.trouble(&port, destination)?))
            });
            troubles.collect()
        })
    }

    /// Whether a pod at the destination of a rule declares a port.
    pub fn is_served(&self, port: &PortAt<'a>, (number, over): (u16, Protocol)) -> bool {
        let scopes = destination_scopes(&port.at).unwrap_or_default();
        let apps = scopes
            .iter()
            .flat_map(|scope| self.apps_of(&self.pods(scope)));
        let mut pods = apps.map(|app| self.cluster.pods.at(self.apps().at(app).pod()));
        pods.any(|pod| {
            let mut ports = pod.ports.iter();
            ports.any(|it| (it.port, it.protocol) == (number, over))
        })
    }

    /// The namespaces whose inventory says who is at the destination of a rule; empty: all.
    pub fn destination_namespaces(&self, at: &RuleAt<'a>) -> Vec<Arc<str>> {
        let scopes = destination_scopes(at).unwrap_or_default();
        let names = scopes.iter().map(|scope| match &scope.namespaces {
            NamespaceScope::Named(name) => Some(Arc::clone(name)),
            NamespaceScope::Matching(_) => None,
        });
        names.collect::<Option<_>>().unwrap_or_default()
    }

    /// The place of a Service's port, or else of the Service.
    pub fn lead_span(&self, lead: &Lead<'_>) -> Option<Span> {
        let service = lead.service;
        let written = self.written_at(service.origin);
        let ports = written.and_then(|it| it.root.at("spec.ports"));
        // Ports that are none are left out of the model.
        let ports = ports.filter(|it| it.items().len() == service.ports.len());
        let port = ports.and_then(|it| it.items().get(lead.index));
        port.map(|it| it.span).or(service.origin.span)
    }

    /// Whether the input has all who may be at the destination, or the rule says who that is: pods
    /// by their labels, of namespaces of which the input has pods. Which others a selector reaches that
    /// names none is not known.
    fn is_certain(&self, at: &RuleAt<'a>) -> bool {
        let scopes = destination_scopes(at).unwrap_or_default();
        let says = scopes
            .iter()
            .all(|scope| !scope.pods.is_everything() && self.knows_pods_of(&scope.namespaces));
        let mut all = scopes.iter();
        let complete = all.all(|scope| self.has_all_pods_of(&scope.namespaces));
        says || complete
    }

    fn trouble(&self, port: &PortAt<'a>, destination: &Destination<'a>) -> Option<PortTrouble<'a>> {
        if destination.apps.is_empty() {
            return None;
        }
        match &port.port.test {
            PortTest::Range {
                protocol,
                first,
                last,
            } if first == last => self.number_trouble(port, destination, (*first, *protocol)),
            PortTest::Range { .. } => None,
            PortTest::Named { name, protocol } => {
                self.name_trouble(port, destination, name, (*protocol)?)
            }
        }
    }

    fn number_trouble(
        &self,
        port: &PortAt<'a>,
        destination: &Destination<'a>,
        number: (u16, Protocol),
    ) -> Option<PortTrouble<'a>> {
        // Beside pods there are addresses, of which nobody knows what they serve.
        if destination.serves(number) || has_blocks(&port.at) {
            return None;
        }
        let opens = |lead: &Lead<'a>| {
            let pod = self.cluster.pods.at(self.apps().at(lead.app).pod());
            let mut targets = lead.targets.iter();
            targets.all(|&target| opens_number(&port.at, pod, (target, lead.protocol())))
        };
        let certain = self.is_certain(&port.at);
        if let Some(leads) = destination.by_port.get(&number) {
            let leads = leads.iter().filter(|lead| !opens(lead));
            let leads: Vec<_> = leads
                .filter(|lead| !self.opens_together(&port.at, lead))
                .cloned()
                .collect();
            let all = destination.is_led_to_by(&leads);
            let found = certain && !leads.is_empty();
            return found.then_some(PortTrouble::ServicePort { leads, all });
        }
        let others = destination.others(number);
        if !others.is_empty() {
            let opened = others.iter().all(|(&protocol, &app)| {
                let pod = self.cluster.pods.at(self.apps().at(app).pod());
                opens_number(&port.at, pod, (number.0, protocol))
            });
            return (certain && !opened).then_some(PortTrouble::Protocol { others });
        }
        if let Some(leads) = destination.by_node_port.get(&number) {
            let leads: Vec<_> = leads.iter().filter(|lead| !opens(lead)).cloned().collect();
            let found = certain && !leads.is_empty();
            return found.then_some(PortTrouble::NodePort { leads });
        }
        let ingress = port.at.direction == Direction::Ingress;
        (ingress && destination.all_declare).then(|| PortTrouble::Undeclared {
            declared: destination.declared.keys().copied().collect(),
        })
    }

    /// Whether the policies of the same pods open where a Service leads, for some of those whom the
    /// rule names: policies add up.
    fn opens_together(&self, at: &RuleAt<'a>, lead: &Lead<'a>) -> bool {
        let to = self.apps().at(lead.app).pod();
        let pod = self.cluster.pods.at(to);
        let governed = match at.direction {
            Direction::Ingress => vec![to],
            Direction::Egress => {
                let apps = self.apps_of(self.subject(at.id)).into_iter();
                apps.map(|app| self.apps().at(app).pod()).collect()
            }
        };
        let ids = governed
            .iter()
            .flat_map(|&pod| self.may_isolate(pod, at.direction));
        let ids: BTreeSet<PolicyId> = ids.map(|(id, _)| id).collect();
        let policies = ids.into_iter().map(|id| self.cluster.policies.at(id));
        let rules = policies.flat_map(|it| it.rules(at.direction).unwrap_or_default());
        let rules: Vec<&Rule> = rules
            .filter(|rule| match at.direction {
                Direction::Ingress => self.may_share_peer(rule, at.rule),
                Direction::Egress => self.may_name_peer(rule, pod),
            })
            .collect();
        lead.targets.iter().all(|&target| {
            let mut rules = rules.iter();
            rules.any(|rule| opens_at(rule, pod, (target, lead.protocol())))
        })
    }

    /// Whether a rule names a pod, or may.
    fn may_name_peer(&self, rule: &Rule, pod: &Pod) -> bool {
        let Peers::Listed(peers) = &rule.peers else {
            return true;
        };
        peers.iter().any(|peer| match &peer.matches {
            PeerMatch::Pods(scope) => self.may_select(scope, pod),
            PeerMatch::IpBlock(block) => may_hold(block, pod),
            PeerMatch::Nodes(_) => pod.host_network,
            PeerMatch::DomainName(_) => true,
        })
    }

    /// Whether somebody is named by both rules, or may be.
    fn may_share_peer(&self, rule: &'a Rule, other: &'a Rule) -> bool {
        let (Peers::Listed(ours), Peers::Listed(theirs)) = (&rule.peers, &other.peers) else {
            return true;
        };
        let share = |our: &'a PeerMatch, their: &'a PeerMatch| match (our, their) {
            (PeerMatch::Pods(our), PeerMatch::Pods(their)) => {
                let (ours, theirs) = (self.pods(our), self.pods(their));
                our == their
                    || self.hangs_on_namespaces(our)
                    || self.hangs_on_namespaces(their)
                    || ours.iter().any(|pod| theirs.binary_search(pod).is_ok())
            }
            // Which addresses are those of pods is not known.
            (PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_), _)
            | (_, PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_)) => true,
        };
        let mut pairs = ours
            .iter()
            .flat_map(|our| theirs.iter().map(move |their| (our, their)));
        pairs.any(|(our, their)| share(&our.matches, &their.matches))
    }

    fn name_trouble(
        &self,
        port: &PortAt<'a>,
        destination: &Destination<'a>,
        name: &'a Arc<str>,
        protocol: Protocol,
    ) -> Option<PortTrouble<'a>> {
        if let Some(numbers) = destination.names.get(&(&**name, protocol)) {
            let numbers = numbers.clone();
            return (numbers.len() > 1).then_some(PortTrouble::Inconsistent { numbers });
        }
        if destination.may_name(name, protocol) {
            return None;
        }
        let mut others = BTreeMap::new();
        for other in Protocol::ALL {
            if let Some(numbers) = destination.names.get(&(&**name, other)) {
                let mut opened = numbers.iter().map(|(&number, &app)| {
                    let pod = self.cluster.pods.at(self.apps().at(app).pod());
                    (app, opens_number(&port.at, pod, (number, other)))
                });
                if let Some((app, _)) = opened.find(|(_, opened)| !opened) {
                    others.insert(other, app);
                } else {
                    return None;
                }
            }
        }
        if !others.is_empty() {
            return self
                .is_certain(&port.at)
                .then_some(PortTrouble::Protocol { others });
        }
        let leads = destination.by_name.get(&**name);
        let names = destination.names.keys();
        let names = names.filter(|(_, over)| *over == protocol);
        Some(PortTrouble::Unresolved {
            leads: leads.cloned().unwrap_or_default(),
            names: names.map(|(name, _)| *name).collect(),
        })
    }
}

/// The scopes of the pods at the destination of a rule; none where it is everyone.
fn destination_scopes<'a>(at: &RuleAt<'a>) -> Option<Vec<&'a PodScope>> {
    if at.direction == Direction::Ingress {
        return Some(vec![&at.policy.subject]);
    }
    match &at.rule.peers {
        Peers::Anyone => None,
        Peers::Listed(peers) => {
            let scopes = peers.iter().filter_map(crate::model::Peer::scope);
            Some(scopes.collect())
        }
    }
}

/// Whether addresses are at the destination.
fn has_blocks(at: &RuleAt<'_>) -> bool {
    let blocks = |peers: &[crate::model::Peer]| {
        let mut peers = peers.iter();
        peers.any(|peer| peer.scope().is_none())
    };
    at.direction == Direction::Egress
        && match &at.rule.peers {
            Peers::Anyone => true,
            Peers::Listed(peers) => blocks(peers),
        }
}

/// Whether the policy opens a port of a pod for all whom a rule of it names.
fn opens_number(at: &RuleAt<'_>, pod: &Pod, number: (u16, Protocol)) -> bool {
    let rules = at.policy.rules(at.direction).unwrap_or_default();
    let mut rules = rules.iter().filter(|rule| covers(rule, at.rule));
    rules.any(|rule| opens_at(rule, pod, number))
}

fn opens_at(rule: &Rule, pod: &Pod, number: (u16, Protocol)) -> bool {
    match &rule.ports {
        Ports::Any => true,
        Ports::Listed(ports) => ports.iter().any(|port| is_matched(&port.test, pod, number)),
    }
}

fn covers(rule: &Rule, other: &Rule) -> bool {
    match (&rule.peers, &other.peers) {
        (Peers::Anyone, _) => true,
        (Peers::Listed(_), Peers::Anyone) => false,
        (Peers::Listed(ours), Peers::Listed(theirs)) => theirs
            .iter()
            .all(|peer| ours.iter().any(|our| our.matches == peer.matches)),
    }
}

fn is_matched(test: &PortTest, pod: &Pod, (number, over): (u16, Protocol)) -> bool {
    match test {
        PortTest::Range {
            protocol,
            first,
            last,
        } => *protocol == over && (*first..=*last).contains(&number),
        PortTest::Named { name, protocol } => pod
            .named_port(name, *protocol)
            .any(|found| found == (over, number)),
    }
}
