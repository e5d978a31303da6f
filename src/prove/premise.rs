//! What a claim says of the ends and the packet of its flows, apart from the policies.
//!
//! Ends and packet are open in a question, so a solver would gladly answer with a flow that cannot
//! be: between two new namespaces of one name but different labels, from a pod to itself, or from
//! one outside address to another, which never meets the cluster. The premise rules these out, and
//! with them all ends that the claim does not name or that the assumptions exclude. It may be open
//! itself, for the labels of a pod or a namespace may be unknown.

use super::cases::{contains, namespace_fits};
use super::claim::{Flows, Packets, PodSet, Premises, Target, Term, These};
use super::encode::{Encoder, End, Home, Side, Tri, Who, known_addresses};
use super::formula::Formula;
use crate::model::{Cluster, NAMESPACE_NAME_LABEL};
use crate::net::{AddressSet, Family};
use crate::selector::Label;
use crate::trace::Endpoint;
use std::sync::Arc;

/// What is the same in all cases of a claim.
#[derive(Debug)]
pub(super) struct Setting<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) premises: &'a Premises,
    /// Addresses that are not outside: only those that some block or claim can tell from all
    /// others that are.
    pub(super) not_outside: AddressSet,
}

impl Encoder<'_> {
    /// The flow is one that the claim is about, and nothing that is taken for granted forbids it.
    pub(super) fn premise(
        &mut self,
        setting: &Setting<'_>,
        flows: &Flows<'_>,
        source: &Side<'_>,
        destination: &Side<'_>,
    ) -> Tri {
        // What passes between two addresses outside is nothing to the cluster.
        if let (Who::Outside(_), Who::Outside(_)) = (&source.who, &destination.who) {
            return self.known(false);
        }
        let from = self.is_source(setting, flows, source);
        let to = self.is_destination(setting, flows, destination);
        let mut parts = vec![from, to];
        for key in &flows.same_labels {
            let same = self.same_label(key, source, destination);
            parts.push(same);
        }
        for key in &flows.different_labels {
            let same = self.same_label(key, source, destination);
            parts.push(self.negated(same));
        }
        parts.push(Tri::exactly(self.one_namespace(source, destination)));
        let same_pod = self.same_pod(source, destination);
        parts.push(self.negated(same_pod));
        self.all_of(&parts)
    }

    /// Whether the claim names the end as a source, and nothing that is taken for granted forbids it.
    pub(super) fn is_source(
        &mut self,
        setting: &Setting<'_>,
        flows: &Flows<'_>,
        side: &Side<'_>,
    ) -> Tri {
        let from = self.in_terms(setting.cluster, &flows.from, side);
        self.is_there(setting, side, from, &flows.not_from)
    }

    /// Whether the claim names the end as a destination of the packet, likewise.
    pub(super) fn is_destination(
        &mut self,
        setting: &Setting<'_>,
        flows: &Flows<'_>,
        side: &Side<'_>,
    ) -> Tri {
        let targets: Vec<Tri> = flows
            .to
            .iter()
            .map(|target| self.in_target(setting.cluster, target, side))
            .collect();
        let to = self.any_of(&targets);
        self.is_there(setting, side, to, &flows.not_to)
    }

    fn is_there(
        &mut self,
        setting: &Setting<'_>,
        side: &Side<'_>,
        named: Tri,
        left_out: &[Term<'_>],
    ) -> Tri {
        let left_out = self.in_terms(setting.cluster, left_out, side);
        let others = self.negated(left_out);
        let assumed = self.assumed(setting, side);
        let placed = Tri::exactly(self.placed(setting, side));
        self.all_of(&[named, others, assumed, placed])
    }

    fn in_terms(&mut self, cluster: &Cluster, terms: &[Term<'_>], side: &Side<'_>) -> Tri {
        let each: Vec<Tri> = terms
            .iter()
            .map(|term| self.in_term(cluster, term, side))
            .collect();
        self.any_of(&each)
    }

    /// Whether the end is one that the term names.
    fn in_term(&mut self, cluster: &Cluster, term: &Term<'_>, side: &Side<'_>) -> Tri {
        match term {
            Term::Anyone => self.known(true),
            Term::Pods(set) => self.in_set(cluster, set, side),
            Term::These(list) => self.listed_in(side, |endpoint| {
                list.iter().any(|these| is_same(these, endpoint))
            }),
            Term::Outside(set) => match &side.who {
                Who::Outside(family) => Tri::exactly(self.address_in(set, side.end, *family)),
                Who::Imagined(_) => self.known(false),
                Who::Listed(_) => self.listed_in(side, |endpoint| {
                    let mut all = known_addresses(endpoint).into_iter();
                    all.any(|address| set.contains(address))
                }),
            },
        }
    }

    fn listed_in(&mut self, side: &Side<'_>, test: impl Fn(Endpoint<'_>) -> bool) -> Tri {
        match &side.who {
            Who::Listed(list) => {
                Tri::exactly(side.where_listed(self, list, |endpoint| test(*endpoint)))
            }
            Who::Imagined(_) | Who::Outside(_) => self.known(false),
        }
    }

    /// Whether the pod at an end is in a set. Unlike the selectors of policies, this means pods in
    /// the network of their node, too.
    fn in_set(&mut self, cluster: &Cluster, set: &PodSet, side: &Side<'_>) -> Tri {
        match &side.who {
            Who::Outside(_) => self.known(false),
            Who::Listed(list) => {
                let fits = |endpoint: &Endpoint<'_>| match endpoint {
                    Endpoint::Pod(pod) => contains(cluster, set, pod),
                    Endpoint::Node(_) | Endpoint::Address(_) => (false, false),
                };
                Tri {
                    sure: side.where_listed(self, list, |endpoint| fits(endpoint).0),
                    may: side.where_listed(self, list, |endpoint| fits(endpoint).1),
                }
            }
            Who::Imagined(home) => {
                let namespace = match home {
                    Home::Existing(id) => {
                        let (sure, may) = namespace_fits(cluster, set, *id);
                        let sure = self.formulas.constant(sure);
                        let may = self.formulas.constant(may);
                        Tri { sure, may }
                    }
                    Home::New if set.namespace.is_some() => self.known(false),
                    Home::New => match &set.namespace_selector {
                        Some(selector) => self.namespace_matches(cluster, selector, side),
                        None => self.known(true),
                    },
                };
                let labels = match &set.pod_selector {
                    Some(selector) => self.labels_match(selector, side),
                    None => self.known(true),
                };
                self.both(namespace, labels)
            }
        }
    }

    fn in_target(&mut self, cluster: &Cluster, target: &Target<'_>, side: &Side<'_>) -> Tri {
        let who = self.in_term(cluster, &target.who, side);
        let ports = match &target.ports {
            Packets::Any => self.known(true),
            Packets::Some(tests) | Packets::AllBut(tests) => {
                let each: Vec<Tri> = tests
                    .iter()
                    .map(|test| self.claimed_port(test, side))
                    .collect();
                self.any_of(&each)
            }
        };
        let ports = match &target.ports {
            Packets::AllBut(_) => self.negated(ports),
            Packets::Any | Packets::Some(_) => ports,
        };
        self.both(who, ports)
    }

    /// Two new namespaces of one name are one, with the same labels.
    fn one_namespace(&mut self, source: &Side<'_>, destination: &Side<'_>) -> Formula {
        let new = |side: &Side<'_>| side.who == Who::Imagined(Home::New);
        if !new(source) || !new(destination) {
            return self.formulas.constant(true);
        }
        let keys: Vec<Arc<str>> = self.vocabulary().namespace_keys().cloned().collect();
        let mut same_name = self.formulas.constant(false);
        let mut same_labels = Vec::new();
        for key in keys {
            let (from, to) = (
                self.namespace_label(End::Source, &key),
                self.namespace_label(End::Destination, &key),
            );
            let mut pairs = Vec::new();
            for number in 0..=from.greatest {
                let a = self.formulas.equals(from.variable, number);
                let b = self.formulas.equals(to.variable, number);
                pairs.push(self.formulas.all([a, b]));
            }
            let same = self.formulas.any(pairs);
            if *key == *NAMESPACE_NAME_LABEL {
                same_name = same;
            } else {
                same_labels.push(same);
            }
        }
        let same_labels = self.formulas.all(same_labels);
        self.formulas.implies(same_name, same_labels)
    }

    /// Both ends are pods that carry the key with the same value; perhaps, where a value is not
    /// known (S75).
    fn same_label(&mut self, key: &Arc<str>, source: &Side<'_>, destination: &Side<'_>) -> Tri {
        let (from, to) = (
            self.values_at(key, source),
            self.values_at(key, destination),
        );
        let (mut sure, mut may) = (Vec::new(), Vec::new());
        for (value, at_source) in &from {
            for (other, at_destination) in &to {
                let both = self.formulas.all([*at_source, *at_destination]);
                match (value, other) {
                    (Value::Open, _) | (_, Value::Open) => may.push(both),
                    _ if value == other => sure.push(both),
                    _ => {}
                }
            }
        }
        let sure = self.formulas.any(sure);
        may.push(sure);
        Tri {
            sure,
            may: self.formulas.any(may),
        }
    }

    /// The values that a label can have at an end, each with the formula that it has it. Values
    /// that nobody mentions are told apart by number, and have no name.
    fn values_at(&mut self, key: &Arc<str>, side: &Side<'_>) -> Vec<(Value, Formula)> {
        match &side.who {
            Who::Outside(_) => Vec::new(),
            Who::Imagined(_) => {
                let label = self.label(side.end, key);
                let mentioned = label.values.iter().cloned().map(Value::Mentioned);
                let others = label.greatest - label.values.len() as u128;
                let values: Vec<Value> = mentioned.chain((0..others).map(Value::Other)).collect();
                let numbered = values.into_iter().zip(1u128..);
                numbered
                    .map(|(value, number)| (value, self.formulas.equals(label.variable, number)))
                    .collect()
            }
            Who::Listed(list) => {
                let value_of = |endpoint: &Endpoint<'_>| match endpoint {
                    Endpoint::Pod(pod) => match pod.labels.state(key) {
                        Label::Absent => None,
                        Label::Is(value) => Some(Value::Mentioned(Arc::clone(value))),
                        Label::Open => Some(Value::Open),
                    },
                    Endpoint::Node(_) | Endpoint::Address(_) => None,
                };
                let mut values: Vec<Value> = list.iter().filter_map(value_of).collect();
                values.sort_unstable();
                values.dedup();
                values
                    .into_iter()
                    .map(|value| {
                        let at = side.where_listed(self, list, |endpoint| {
                            value_of(endpoint).as_ref() == Some(&value)
                        });
                        (value, at)
                    })
                    .collect()
            }
        }
    }

    /// The pod at an end is one that the assumptions allow. Pods of the input are as they are.
    fn assumed(&mut self, setting: &Setting<'_>, side: &Side<'_>) -> Tri {
        if !matches!(side.who, Who::Imagined(_)) {
            return self.known(true);
        }
        let mut parts = Vec::new();
        for always in &setting.premises.always {
            let inside = self.in_set(setting.cluster, &always.pods, side);
            let labels = self.labels_match(&always.labels, side);
            let outside = self.negated(inside);
            parts.push(self.any_of(&[outside, labels]));
        }
        self.all_of(&parts)
    }

    /// The address of an end is one that such an end can have.
    fn placed(&mut self, setting: &Setting<'_>, side: &Side<'_>) -> Formula {
        match &side.who {
            Who::Listed(_) => self.formulas.constant(true),
            Who::Outside(family) => {
                let inside = self.address_in(&setting.not_outside, side.end, *family);
                self.formulas.not(inside)
            }
            Who::Imagined(_) => {
                let networks = &setting.premises.pod_networks;
                let set = AddressSet::from_cidrs(networks.iter().copied());
                let mut parts = Vec::new();
                for family in [Family::V4, Family::V6] {
                    if networks.iter().any(|network| network.family() == family) {
                        parts.push(self.address_in(&set, side.end, family));
                    }
                }
                self.formulas.all(parts)
            }
        }
    }
}

/// A label's value, one that nobody mentions, or one that is not known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Value {
    Mentioned(Arc<str>),
    Other(u128),
    Open,
}

/// Whether a listed endpoint is this one.
fn is_same(these: &These<'_>, endpoint: Endpoint<'_>) -> bool {
    match (these, endpoint) {
        (These::Pod(pod), Endpoint::Pod(other)) => pod.key() == other.key(),
        (These::Node(node), Endpoint::Node(other)) => *node == other,
        (These::Pod(_) | These::Node(_), _) => false,
    }
}
