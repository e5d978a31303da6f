//! Whom the entries of an intent name.

use super::{Resolved, Resolver, Unresolved};
use crate::endpoint::{Asked, Inside, Party, Problem, Reference, Role, resolve};
use crate::intent::{Entry, Who};
use crate::model::{Origin, PodNature, template_labels};
use crate::net::AddressSet;
use crate::prove::claim::{PodSet, Scope, Term, These, set_in_words};
use crate::selector::Selector;
use std::borrow::Cow;
use std::sync::Arc;

impl<'a> Resolver<'a> {
    /// The terms of entries, and the entries in words.
    pub(super) fn terms(
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

    pub(super) fn term(
        &self,
        entry: &Entry,
        role: Role,
        scope: Scope,
    ) -> Resolved<(Vec<Term<'a>>, String)> {
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
                let addresses = block.addresses();
                not_loopback(&addresses).map_err(|problem| Unresolved { problem, origin })?;
                (self.addresses(&addresses), words)
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
        let inside = Inside::of(self.cluster, set);
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
            Reference::Selected {
                namespace,
                selector,
            } => {
                if namespace.is_some() {
                    self.known_namespace(namespace.as_ref(), origin)?;
                }
                let set = PodSet {
                    namespace: namespace.clone(),
                    namespace_selector: None,
                    pod_selector: Some(selector.clone()),
                };
                let words = set_in_words(&set);
                Ok((vec![Term::Pods(set)], words))
            }
            Reference::Address(address) => {
                let set = AddressSet::from_hosts([*address]);
                self.outside(asked, &set, (role, scope)).map_err(unresolved)
            }
            Reference::Addresses(cidr) => {
                let set = AddressSet::from_cidrs([*cidr]);
                self.outside(asked, &set, (role, scope)).map_err(unresolved)
            }
            Reference::Internet => {
                let set = AddressSet::internet();
                self.outside(asked, &set, (role, scope)).map_err(unresolved)
            }
            Reference::Named { .. }
            | Reference::OfKind { .. }
            | Reference::Node(_)
            | Reference::DnsName(_)
            | Reference::ApiServer
            | Reference::Url(_) => {
                let party = resolve(self.cluster, &asked.reference, self.namespace, role)
                    .map_err(unresolved)?;
                let words = party.title.clone();
                Ok((self.party(party, scope), words))
            }
        }
    }

    /// Addresses as they are asked about; pods, where they are those of a Service.
    fn outside(
        &self,
        asked: &Asked,
        set: &AddressSet,
        (role, scope): (Role, Scope),
    ) -> Result<(Vec<Term<'a>>, String), Problem> {
        not_loopback(set)?;
        let party = resolve(self.cluster, &asked.reference, self.namespace, role)?;
        if party.service.is_some() {
            let words = party.title.clone();
            return Ok((self.party(party, scope), words));
        }
        Ok((self.addresses(set), party.title))
    }

    /// What was found under a name.
    pub(super) fn party(&self, party: Party<'a>, scope: Scope) -> Vec<Term<'a>> {
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
    pub(super) fn generous(&self, terms: Vec<Term<'a>>) -> Vec<Term<'a>> {
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
}

/// S71: nothing can be said of loopback addresses alone.
fn not_loopback(set: &AddressSet) -> Result<(), Problem> {
    if set.is_empty() || !set.difference(&AddressSet::loopback()).is_empty() {
        return Ok(());
    }
    let problem = Problem::new("loopback addresses never leave the pod, and no policy sees them");
    Err(problem.help("there is nothing to prove: write an address that others can have"))
}
