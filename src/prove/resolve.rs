//! From intents to claims: names are looked up, and every kind of intent is brought down to flows
//! that are refused or let through, or to a comparison.

use super::cases::template_labels;
use super::claim::{
    Always, Claim, Compare, Flows, Goal, Kind, Packets, PodSet, Premises, Scope, Target, Term,
    These, set_in_words,
};
use crate::endpoint::{
    Asked, AskedPort, Party, PortName, Problem, Reference, Role, find_policy, resolve,
    service_ports,
};
use crate::intent::{self, Entry, Expect, Intent, IntentPort, Intents, Who};
use crate::model::{Cluster, Direction, Origin, PodNature, Policy, PortTest, TargetPort};
use crate::net::{AddressSet, Protocol};
use crate::selector::Selector;
use std::borrow::Cow;
use std::sync::Arc;

/// A name that cannot be looked up: what is wrong, and where in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unresolved {
    /// What is wrong, and what to write instead.
    pub problem: Problem,
    /// The entry in the file of intents.
    pub origin: Origin,
}

/// Looks up what intents name.
#[derive(Debug)]
pub struct Resolver<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The namespace of names without one.
    pub namespace: &'a str,
    /// The scope of intents that do not say theirs.
    pub scope: Scope,
}

type Resolved<T> = Result<T, Unresolved>;

/// What a file may take for granted.
pub fn premises(file: &Intents, new_namespaces: bool) -> Premises {
    let always = file.assumptions.iter().map(|assumption| Always {
        pods: assumption.pods.clone(),
        labels: assumption.always.clone(),
    });
    Premises {
        always: always.collect(),
        pod_networks: file.pod_networks.clone(),
        new_namespaces,
    }
}

impl<'a> Resolver<'a> {
    /// The claim of an intent. `other` reads the policies to compare with.
    ///
    /// # Errors
    /// Says which entry names nothing.
    pub fn claim(
        &self,
        intent: &Intent,
        other: &mut dyn FnMut(&intent::PolicyPath) -> Resolved<Cluster>,
    ) -> Resolved<Claim<'a>> {
        let scope = intent.scope.unwrap_or(self.scope);
        let (kind, words) = match &intent.expect {
            Expect::Denied(flows) => self.plain(flows, scope, Goal::Refused)?,
            Expect::Allowed(flows) => self.plain(flows, scope, Goal::LetThrough)?,
            Expect::OnlyFrom(flows) => self.only_from(flows, scope)?,
            Expect::OnlyOnPorts(flows) => self.only_on_ports(flows, scope)?,
            Expect::Isolated { pods, directions } => self.isolated(pods, directions, scope)?,
            Expect::Equal(path) => {
                let other = other(path)?;
                let words = format!("the policies of {} mean the same", path.path);
                (compare(other, &path.path, false), words)
            }
            Expect::Implied(path) => {
                let other = other(path)?;
                let words = format!("the policies of {} let through no less", path.path);
                (compare(other, &path.path, true), words)
            }
            Expect::Redundant {
                policy,
                rule,
                origin,
            } => self.redundant(policy, *rule, *origin)?,
        };
        Ok(Claim {
            name: intent.name.to_string(),
            origin: intent.origin,
            words,
            scope,
            kind,
        })
    }

    fn plain(
        &self,
        flows: &intent::Flows,
        scope: Scope,
        goal: Goal,
    ) -> Resolved<(Kind<'a>, String)> {
        let (from, from_words) = self.terms(&flows.from, Role::Source, scope)?;
        let (to, to_words) = self.targets(&flows.to, &flows.ports, scope)?;
        let ports = ports_in_words(&flows.ports);
        let words = match goal {
            Goal::Refused => {
                format!("no connection from {from_words} to {to_words}{ports} is let through")
            }
            Goal::LetThrough => {
                format!("every connection from {from_words} to {to_words}{ports} is let through")
            }
        };
        let words = words + &labels_in_words(flows);
        let flows = Flows {
            from,
            to,
            same_labels: flows.same_labels.clone(),
            different_labels: flows.different_labels.clone(),
            ..Flows::default()
        };
        Ok((Kind::Flows(goal, vec![flows]), words))
    }

    fn only_from(&self, flows: &intent::Flows, scope: Scope) -> Resolved<(Kind<'a>, String)> {
        let (from, from_words) = self.terms(&flows.from, Role::Source, scope)?;
        let (to, to_words) = self.targets(&flows.to, &flows.ports, scope)?;
        let ports = ports_in_words(&flows.ports);
        let words =
            format!("connections to {to_words}{ports} are let through from {from_words} only")
                + &labels_in_words(flows);
        let flows = Flows {
            from: vec![Term::Anyone],
            not_from: self.generous(from),
            to,
            same_labels: flows.same_labels.clone(),
            different_labels: flows.different_labels.clone(),
            ..Flows::default()
        };
        Ok((Kind::Flows(Goal::Refused, vec![flows]), words))
    }

    fn only_on_ports(&self, flows: &intent::Flows, scope: Scope) -> Resolved<(Kind<'a>, String)> {
        let (from, from_words) = self.terms(&flows.from, Role::Source, scope)?;
        let (to, to_words) = self.targets(&flows.to, &flows.ports, scope)?;
        let to = to.into_iter().map(|target| Target {
            ports: match target.ports {
                Packets::Some(tests) => Packets::AllBut(tests),
                other @ (Packets::Any | Packets::AllBut(_)) => other,
            },
            ..target
        });
        let ports = ports_in_words(&flows.ports);
        let words = format!(
            "{from_words} can reach {to_words} on nothing but{}",
            ports.trim_start_matches(" on")
        ) + &labels_in_words(flows);
        let flows = Flows {
            from,
            to: to.collect(),
            same_labels: flows.same_labels.clone(),
            different_labels: flows.different_labels.clone(),
            ..Flows::default()
        };
        Ok((Kind::Flows(Goal::Refused, vec![flows]), words))
    }

    fn isolated(
        &self,
        pods: &[Entry],
        directions: &[Direction],
        scope: Scope,
    ) -> Resolved<(Kind<'a>, String)> {
        let (terms, words) = self.terms(pods, Role::Source, scope)?;
        let generous = self.generous(terms.clone());
        let mut all = Vec::new();
        let any = |who| Target {
            who,
            ports: Packets::Any,
        };
        for direction in Direction::BOTH {
            if !directions.contains(&direction) {
                continue;
            }
            all.push(match direction {
                Direction::Egress => Flows {
                    from: terms.clone(),
                    to: vec![any(Term::Anyone)],
                    not_to: generous.clone(),
                    ..Flows::default()
                },
                Direction::Ingress => Flows {
                    from: vec![Term::Anyone],
                    not_from: generous.clone(),
                    to: terms.iter().cloned().map(any).collect(),
                    ..Flows::default()
                },
            });
        }
        let words = match directions {
            [Direction::Ingress] => format!("no connection to {words} from others is let through"),
            [Direction::Egress] => format!("no connection from {words} to others is let through"),
            _ => format!("no connection between {words} and others is let through"),
        };
        Ok((Kind::Flows(Goal::Refused, all), words))
    }

    fn redundant(
        &self,
        (namespace, name): &(Option<Arc<str>>, Arc<str>),
        rule: Option<(Direction, usize)>,
        origin: Origin,
    ) -> Resolved<(Kind<'a>, String)> {
        let unresolved = |problem| Unresolved { problem, origin };
        let scope = namespace.as_deref().unwrap_or(self.namespace);
        let id = find_policy(self.cluster, scope, name).map_err(unresolved)?;
        let policy = self.cluster.policies.at(id);
        let full = format!("{} {}", policy.kind.name(), policy.full_name());
        let (other, what) = match rule {
            None => (self.cluster.without(id), full),
            Some((direction, index)) => {
                let rules = policy.rules(direction).unwrap_or_default();
                if index >= rules.len() {
                    let path = Policy::rule_path(direction, index);
                    let problem = Problem::new(format!("{full} has no {path}"));
                    return Err(unresolved(match rules.len() {
                        0 => problem.help(format!("it has no {direction} rules")),
                        count => problem.help(format!(
                            "its {direction} rules are {direction}[0] to {direction}[{}]",
                            count - 1
                        )),
                    }));
                }
                let path = Policy::rule_path(direction, index);
                let mut other = self.cluster.clone();
                let policy = other.policies.at_mut(id);
                let rules = match direction {
                    Direction::Ingress => policy.ingress.as_mut(),
                    Direction::Egress => policy.egress.as_mut(),
                };
                if let Some(rules) = rules {
                    rules.remove(index);
                }
                (other, format!("{path} of {full}"))
            }
        };
        let words = format!("without {what} every flow has the same verdict");
        let kind = Kind::Compare(Compare {
            other: Cow::Owned(other),
            names: [
                "all policies".to_owned(),
                "all policies but this".to_owned(),
            ],
            placed: true,
            more_allowed: false,
        });
        Ok((kind, words))
    }

    /// The terms of entries, and the entries in words.
    fn terms(
        &self,
        entries: &[Entry],
        role: Role,
        scope: Scope,
    ) -> Resolved<(Vec<Term<'a>>, String)> {
        let (mut terms, mut words) = (Vec::new(), Vec::new());
        for entry in entries {
            let (more, word) = self.term(entry, role, scope)?;
            terms.extend(more);
            words.push(word);
        }
        Ok((terms, words.join(" or ")))
    }

    fn term(&self, entry: &Entry, role: Role, scope: Scope) -> Resolved<(Vec<Term<'a>>, String)> {
        let origin = entry.origin;
        Ok(match &entry.who {
            Who::Anyone => (vec![Term::Anyone], "anyone".to_owned()),
            Who::AnyPod => (vec![Term::Pods(PodSet::default())], "any pod".to_owned()),
            Who::Pods(set) => {
                self.known_namespace(set.namespace.as_ref(), origin)?;
                (vec![Term::Pods(set.clone())], set_in_words(set))
            }
            Who::Block(block) => {
                let words = if block.except.is_empty() {
                    block.cidr.to_string()
                } else {
                    let holes = block.except.iter().map(ToString::to_string);
                    format!(
                        "{} except {}",
                        block.cidr,
                        holes.collect::<Vec<_>>().join(",")
                    )
                };
                (self.addresses(&block.addresses()), words)
            }
            Who::Named(asked) => self.named(asked, role, scope, origin)?,
        })
    }

    fn known_namespace(&self, name: Option<&Arc<str>>, origin: Origin) -> Resolved<()> {
        let Some(name) = name else { return Ok(()) };
        if self.cluster.namespace(name).is_some() {
            return Ok(());
        }
        let reference = Reference::Namespace(Arc::clone(name));
        match resolve(self.cluster, &reference, self.namespace, Role::Destination) {
            Ok(_) => Ok(()),
            Err(problem) => Err(Unresolved { problem, origin }),
        }
    }

    /// Addresses, and whoever in the cluster has one of them.
    fn addresses(&self, set: &AddressSet) -> Vec<Term<'a>> {
        let inside = crate::endpoint::Inside::of(self.cluster, set);
        let pods = inside.pods.iter();
        let pods = pods.map(|&id| These::Pod(Cow::Borrowed(self.cluster.pods.at(id))));
        let nodes = inside.nodes.into_iter().map(These::Node);
        let these: Vec<These<'a>> = pods.chain(nodes).collect();
        let mut terms = Vec::new();
        if !these.is_empty() {
            terms.push(Term::These(these));
        }
        if !inside.outside.is_empty() || terms.is_empty() {
            terms.push(Term::Outside(inside.outside));
        }
        terms
    }

    fn named(
        &self,
        asked: &Asked,
        role: Role,
        scope: Scope,
        origin: Origin,
    ) -> Resolved<(Vec<Term<'a>>, String)> {
        let unresolved = |problem| Unresolved { problem, origin };
        let of_namespace = |namespace: &Arc<str>, selector: Option<&Selector>| PodSet {
            namespace: Some(Arc::clone(namespace)),
            namespace_selector: None,
            pod_selector: selector.cloned(),
        };
        match &asked.reference {
            Reference::EveryNamespace => {
                Ok((vec![Term::Pods(PodSet::default())], "any pod".to_owned()))
            }
            Reference::Namespace(name) => {
                self.known_namespace(Some(name), origin)?;
                let set = of_namespace(name, None);
                let words = set_in_words(&set);
                Ok((vec![Term::Pods(set)], words))
            }
            Reference::Labels {
                namespace,
                selector,
                ..
            } => {
                let name = namespace.clone().unwrap_or_else(|| self.namespace.into());
                self.known_namespace(Some(&name), origin)?;
                let set = of_namespace(&name, Some(selector));
                let words = set_in_words(&set);
                Ok((vec![Term::Pods(set)], words))
            }
            Reference::Address(_) | Reference::Addresses(_) | Reference::Internet => {
                let set = match &asked.reference {
                    Reference::Address(address) => AddressSet::from_hosts([*address]),
                    Reference::Addresses(cidr) => AddressSet::from_cidrs([*cidr]),
                    _ => AddressSet::internet(),
                };
                let party = resolve(self.cluster, &asked.reference, self.namespace, role)
                    .map_err(unresolved)?;
                if party.service.is_some() {
                    let words = party.title.clone();
                    return Ok((self.party(party, scope), words));
                }
                Ok((self.addresses(&set), party.title))
            }
            Reference::Named { .. } | Reference::Node(_) | Reference::Url(_) => {
                let party = resolve(self.cluster, &asked.reference, self.namespace, role)
                    .map_err(unresolved)?;
                let words = party.title.clone();
                Ok((self.party(party, scope), words))
            }
        }
    }

    /// What was found under a name.
    fn party(&self, party: Party<'a>, scope: Scope) -> Vec<Term<'a>> {
        let mut terms = Vec::new();
        // Every pod that could be created behind a Service, too.
        if let (Some(id), Scope::Any) = (party.service, scope) {
            let service = self.cluster.services.at(id);
            if let Some(selector) = &service.selector {
                terms.push(Term::Pods(PodSet {
                    namespace: Some(Arc::clone(&service.namespace)),
                    namespace_selector: None,
                    pod_selector: Some(selector.clone()),
                }));
            }
        }
        let pods = party.pods.into_iter().map(|found| These::Pod(found.pod));
        let nodes = party.nodes.into_iter().map(These::Node);
        let these: Vec<These<'a>> = pods.chain(nodes).collect();
        if !these.is_empty() {
            terms.push(Term::These(these));
        }
        if !party.addresses.is_empty() {
            terms.push(Term::Outside(party.addresses));
        }
        terms
    }

    /// Whom a claim leaves out: also those that carry the labels of a pod that it names, for the
    /// next pod of the same workload is one of them.
    fn generous(&self, terms: Vec<Term<'a>>) -> Vec<Term<'a>> {
        let mut all = Vec::new();
        for term in terms {
            if let Term::These(list) = &term {
                for these in list {
                    let These::Pod(pod) = these else { continue };
                    if pod.nature == PodNature::Hypothetical || pod.host_network {
                        continue;
                    }
                    let labels = template_labels(&pod.labels);
                    if labels.is_empty() {
                        continue;
                    }
                    let pairs = labels.iter().map(|(key, value)| (&**key, &**value));
                    let namespace = &self.cluster.namespaces.at(pod.namespace).name;
                    let set = PodSet {
                        namespace: Some(Arc::clone(namespace)),
                        namespace_selector: None,
                        pod_selector: Some(Selector::labels(pairs)),
                    };
                    let known =
                        |other: &Term<'_>| matches!(other, Term::Pods(other) if *other == set);
                    if !all.iter().any(known) {
                        all.push(Term::Pods(set));
                    }
                }
            }
            all.push(term);
        }
        all
    }

    /// The targets of entries on ports, and the entries in words.
    fn targets(
        &self,
        entries: &[Entry],
        ports: &[IntentPort],
        scope: Scope,
    ) -> Resolved<(Vec<Target<'a>>, String)> {
        let (mut targets, mut words) = (Vec::new(), Vec::new());
        for entry in entries {
            let (terms, word) = self.term(entry, Role::Destination, scope)?;
            let (asked, service) = match &entry.who {
                Who::Named(asked) => (asked.port.as_ref(), self.service_of(asked)),
                Who::Anyone | Who::AnyPod | Who::Pods(_) | Who::Block(_) => (None, None),
            };
            let packets = match service {
                Some(id) => self.service_packets(id, asked, ports, entry.origin)?,
                None => packets(asked, ports),
            };
            let port = asked.map_or(String::new(), asked_in_words);
            words.push(word + &port);
            targets.extend(terms.into_iter().map(|who| Target {
                who,
                ports: packets.clone(),
            }));
        }
        Ok((targets, words.join(" or ")))
    }

    fn service_of(&self, asked: &Asked) -> Option<crate::model::ServiceId> {
        let role = Role::Destination;
        let found = resolve(self.cluster, &asked.reference, self.namespace, role);
        found.ok()?.service
    }

    /// The pods' ports that ports of a Service lead to.
    fn service_packets(
        &self,
        id: crate::model::ServiceId,
        asked: Option<&AskedPort>,
        ports: &[IntentPort],
        origin: Origin,
    ) -> Resolved<Packets> {
        let service = self.cluster.services.at(id);
        let unresolved = |problem| Unresolved { problem, origin };
        let mut found = service_ports(service, asked).map_err(unresolved)?;
        if asked.is_none() && !ports.is_empty() {
            found.retain(|port| {
                ports.iter().any(|wanted| match &wanted.test {
                    PortTest::Range {
                        protocol,
                        first,
                        last,
                    } => *protocol == port.protocol && (*first..=*last).contains(&port.port),
                    PortTest::Named { name, .. } => port.name.as_ref() == Some(name),
                })
            });
        }
        if found.is_empty() {
            let problem = Problem::new(format!(
                "Service `{}/{}` has none of these ports",
                service.namespace, service.name
            ));
            let list = service.ports.iter();
            let list = list.map(|port| format!("{}/{}", port.port, port.protocol));
            let list = list.collect::<Vec<_>>().join(", ");
            return Err(unresolved(problem.help(if list.is_empty() {
                "it has no ports at all".to_owned()
            } else {
                format!("it has {list}")
            })));
        }
        let tests = found.into_iter().map(|port| match &port.target {
            TargetPort::Number(number) => PortTest::Range {
                protocol: port.protocol,
                first: *number,
                last: *number,
            },
            TargetPort::Named(name) => PortTest::Named {
                name: Arc::clone(name),
                protocol: Some(port.protocol),
            },
        });
        Ok(Packets::Some(tests.collect()))
    }
}

/// The packets of a destination that is no Service.
fn packets(asked: Option<&AskedPort>, ports: &[IntentPort]) -> Packets {
    if let Some(asked) = asked {
        let test = match &asked.port {
            PortName::Number(number) => PortTest::Range {
                protocol: asked.protocol.unwrap_or(Protocol::Tcp),
                first: *number,
                last: *number,
            },
            PortName::Name(name) => PortTest::Named {
                name: Arc::clone(name),
                protocol: asked.protocol,
            },
        };
        return Packets::Some(vec![test]);
    }
    if ports.is_empty() {
        return Packets::Any;
    }
    Packets::Some(ports.iter().map(|port| port.test.clone()).collect())
}

fn compare<'a>(other: Cluster, path: &str, more_allowed: bool) -> Kind<'a> {
    Kind::Compare(Compare {
        other: Cow::Owned(other),
        names: ["these policies".to_owned(), path.to_owned()],
        placed: false,
        more_allowed,
    })
}

fn asked_in_words(asked: &AskedPort) -> String {
    let protocol = asked.protocol.unwrap_or(Protocol::Tcp);
    format!(" on {protocol} {}", asked.port)
}

fn ports_in_words(ports: &[IntentPort]) -> String {
    let each = ports.iter().map(|port| match &port.test {
        PortTest::Range {
            protocol,
            first: 1,
            last: u16::MAX,
        } => protocol.to_string(),
        PortTest::Range {
            protocol,
            first,
            last,
        } if first == last => format!("{protocol} {first}"),
        PortTest::Range {
            protocol,
            first,
            last,
        } => format!("{protocol} {first}-{last}"),
        PortTest::Named { name, protocol } => match protocol {
            Some(protocol) => format!("{protocol} {name}"),
            None => name.to_string(),
        },
    });
    let each = each.collect::<Vec<_>>().join(", ");
    if each.is_empty() {
        each
    } else {
        format!(" on {each}")
    }
}

fn labels_in_words(flows: &intent::Flows) -> String {
    let list = |word: &str, keys: &[Arc<str>]| match keys {
        [] => String::new(),
        keys => format!(", between pods with {word} {}", keys.join(", ")),
    };
    list("the same", &flows.same_labels) + &list("a different", &flows.different_labels)
}
