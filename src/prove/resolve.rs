//! From intents to claims: names are looked up, and every kind of intent is brought down to flows
//! that are refused or let through, or to a comparison.

mod askers;
mod clients;
mod family;
mod found;
mod links;
mod open;
mod seen;
mod targets;
mod terms;
mod ways;
mod words;

use super::claim::{
    Always, Claim, Compare, Flows, Goal, Kind, Packets, Premises, Scope, Target, Term, file_name,
};
use crate::endpoint::{ObjectKind, Problem, Role, find_policy};
use crate::intent::{self, Entry, Expect, Intent, IntentPort, Intents};
use crate::model::{Cluster, Direction, Origin, Policy, PolicyKind};
use crate::settings::Settings;
use found::Found;
use std::borrow::Cow;
use std::sync::Arc;
use words::{labels_in_words, portless, ports_in_words, ports_listed};

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
    /// What is told of it.
    pub settings: &'a Settings,
    /// The namespace of names without one.
    pub namespace: &'a str,
    /// The scope of intents that do not say theirs.
    pub scope: Scope,
}

type Resolved<T> = Result<T, Unresolved>;

/// What a claim asks, beside whom.
#[derive(Debug, Clone, Copy)]
struct Wanted<'w> {
    goal: Goal,
    scope: Scope,
    ports: &'w [IntentPort],
    /// The entry of the destination.
    origin: Origin,
}

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
        several: Vec::new(),
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
        let mut granted = Vec::new();
        let (mut kind, words) = match &intent.expect {
            Expect::Denied(flows) => self.plain(flows, (scope, Goal::Refused), &mut granted)?,
            Expect::Allowed(flows) => self.plain(flows, (scope, Goal::LetThrough), &mut granted)?,
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
                let words = format!(
                    "these policies let through no more than those of {}",
                    path.path
                );
                (compare(other, &path.path, true), words)
            }
            Expect::Redundant {
                policy,
                rule,
                origin,
            } => self.redundant(policy, *rule, *origin)?,
        };
        if let Expect::Denied(flows)
        | Expect::Allowed(flows)
        | Expect::OnlyFrom(flows)
        | Expect::OnlyOnPorts(flows) = &intent.expect
        {
            granted.extend(self.granted(flows, &kind));
            granted.sort_unstable();
            granted.dedup();
            if let Some(why) = portless(flows) {
                kind = Kind::Open(why);
            }
        }
        Ok(Claim {
            granted,
            name: intent.name.to_string(),
            file_name: file_name(&intent.name),
            origin: intent.origin,
            words,
            scope,
            kind,
        })
    }

    fn plain(
        &self,
        flows: &intent::Flows,
        (scope, goal): (Scope, Goal),
        granted: &mut Vec<String>,
    ) -> Resolved<(Kind<'a>, String)> {
        let wanted = Wanted {
            goal,
            scope,
            ports: &flows.ports,
            origin: Origin::default(),
        };
        let (from, from_words) = self.terms(&flows.from, Role::Source, scope)?;
        let direct = |entry: &&Entry| {
            self.is_direct(entry, &flows.ports) && !self.is_doubted(entry, &from, goal)
        };
        let (dialled, others): (Vec<&Entry>, Vec<&Entry>) = flows.to.iter().partition(direct);
        let mut found = Found::default();
        let (mut to, mut words) = (Vec::new(), Vec::new());
        for entry in dialled {
            let (targets, word) = self.target(entry, wanted)?;
            to.extend(targets);
            words.push(word);
        }
        for entry in others {
            let (more, word) = self.ways(&flows.from, entry, wanted)?;
            found.extend(more);
            words.push(word);
        }
        let plain = Flows {
            from,
            to,
            ..Flows::default()
        };
        let words = match goal {
            Goal::Refused => format!("no connection from {from_words} to {}", words.join(" or ")),
            Goal::LetThrough => {
                format!(
                    "every connection from {from_words} to {}",
                    words.join(" or ")
                )
            }
        };
        let words = format!(
            "{words}{} is let through{}",
            ports_in_words(flows),
            labels_in_words(flows)
        );
        granted.append(&mut found.granted);
        Ok((found.kind(goal, plain, flows), words))
    }

    fn only_from(&self, flows: &intent::Flows, scope: Scope) -> Resolved<(Kind<'a>, String)> {
        let (from, from_words) = self.terms(&flows.from, Role::Source, scope)?;
        let (to, to_words) = match self.ends(flows, scope)? {
            Ok(found) => found,
            Err(open) => return Ok(open),
        };
        let ports = ports_in_words(flows);
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
        let (to, to_words) = match self.ends(flows, scope)? {
            Ok(found) => found,
            Err(open) => return Ok(open),
        };
        let to = to.into_iter().map(|target| Target {
            ports: match target.ports {
                Packets::Some(tests) => Packets::AllBut(tests),
                other @ (Packets::Any | Packets::AllBut(_)) => other,
            },
            ..target
        });
        let words = format!(
            "{from_words} can reach {to_words} on nothing but{}",
            ports_listed(flows)
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
        // `cnp/edge`: those for the whole cluster are named by their kind.
        let kind = match ObjectKind::from_word(scope) {
            Some(ObjectKind::Policy(kind)) if !kind.is_namespaced() => kind,
            Some(_) | None => PolicyKind::NetworkPolicy,
        };
        let id = find_policy(self.cluster, (kind, scope), name).map_err(unresolved)?;
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
                if let Some(rules) = policy.rules_mut(direction) {
                    rules.remove(index);
                }
                (other, format!("{path} of {full}"))
            }
        };
        let words = format!("without {what} every flow has the same verdict");
        let kind = Kind::Compare(Box::new(Compare {
            other: Cow::Owned(other),
            names: [
                "all policies".to_owned(),
                "all policies but this".to_owned(),
            ],
            placed: true,
            more_allowed: false,
        }));
        Ok((kind, words))
    }
}

fn compare<'a>(other: Cluster, path: &str, more_allowed: bool) -> Kind<'a> {
    Kind::Compare(Box::new(Compare {
        other: Cow::Owned(other),
        names: ["these policies".to_owned(), path.to_owned()],
        placed: false,
        more_allowed,
    }))
}
