//! Who opens the connections of a claim, by what their questions lead to: all pods of a set mostly
//! look a name up alike, and those that do not are taken apart.

use super::{Resolved, Resolver, Unresolved};
use crate::endpoint::{Asked, Party, Reference, Role, resolve};
use crate::hops::{Plan, plan};
use crate::intent::{Entry, Who};
use crate::model::{Pod, PodNature};
use crate::prove::cases::{contains, namespace_fits};
use crate::prove::claim::{PodSet, Scope, Term, These};
use crate::selector::{Labels, Selector};
use std::borrow::Cow;
use std::sync::Arc;

/// Some of those that an entry of `from` names, and the ways of what they ask.
pub(super) struct Asker<'a> {
    pub(super) from: Vec<Term<'a>>,
    pub(super) not_from: Vec<Term<'a>>,
    /// Why only one of them opens the connection, and not known which.
    pub(super) one_of: Option<String>,
    pub(super) plan: Plan<'a>,
}

/// One of those that an entry names, which asks for others like it.
struct Sample<'a> {
    reference: Reference,
    terms: Vec<Term<'a>>,
    /// Whether it stands for pods that could be created.
    imagined: bool,
}

/// Samples whose questions go the same ways.
struct Group<'a> {
    shape: String,
    terms: Vec<Term<'a>>,
    plan: Plan<'a>,
    imagined: bool,
}

impl<'a> Resolver<'a> {
    /// Those that an entry names, by the ways to `asked`.
    pub(super) fn askers(
        &self,
        entry: &Entry,
        asked: &Asked,
        scope: Scope,
    ) -> Resolved<Vec<Asker<'a>>> {
        let origin = entry.origin;
        let (terms, _) = self.term(entry, Role::Source, scope)?;
        let mut groups: Vec<Group<'a>> = Vec::new();
        for sample in self.samples(entry, &terms, scope) {
            let source = Asked {
                reference: sample.reference,
                port: None,
            };
            let plan = plan(self.around(), &source, asked);
            let plan = plan.map_err(|problem| Unresolved { problem, origin })?;
            let shape = shape(&plan);
            match groups.iter_mut().find(|it| it.shape == shape) {
                Some(group) => {
                    group.terms.extend(sample.terms);
                    group.imagined |= sample.imagined;
                }
                None => groups.push(Group {
                    shape,
                    terms: sample.terms,
                    plan,
                    imagined: sample.imagined,
                }),
            }
        }
        // What is said of most is said of all but the others: of pods in new namespaces, too.
        let most = |it: &Group<'_>| (it.imagined, it.terms.len());
        groups.sort_by_key(|it| std::cmp::Reverse(most(it)));
        let others: Vec<Term<'a>> = groups
            .iter()
            .skip(1)
            .flat_map(|it| it.terms.clone())
            .collect();
        let one_of = self.one_of_sources(entry);
        let who_asks = |(place, group): (usize, Group<'a>)| Asker {
            from: if place == 0 {
                terms.clone()
            } else {
                group.terms
            },
            not_from: if place == 0 {
                others.clone()
            } else {
                Vec::new()
            },
            one_of: one_of.clone(),
            plan: group.plan,
        };
        Ok(groups.into_iter().enumerate().map(who_asks).collect())
    }

    fn one_of_sources(&self, entry: &Entry) -> Option<String> {
        let Who::Named(asked) = &entry.who else {
            return None;
        };
        let found = resolve(self.cluster, &asked.reference, self.namespace, Role::Source);
        found.ok()?.one_of.map(|it| it.why)
    }

    /// One of each kind of those that an entry names.
    fn samples(&self, entry: &Entry, terms: &[Term<'a>], scope: Scope) -> Vec<Sample<'a>> {
        if let Who::Named(asked) = &entry.who
            && !matches!(terms, [Term::Pods(_)])
        {
            return vec![Sample {
                reference: asked.reference.clone(),
                terms: terms.to_vec(),
                imagined: false,
            }];
        }
        let mut samples = Vec::new();
        for term in terms {
            match term {
                Term::Anyone => {
                    self.samples_of(&PodSet::default(), scope, &mut samples);
                    samples.push(outside(term));
                }
                Term::Pods(set) => self.samples_of(set, scope, &mut samples),
                Term::These(list) => samples.extend(list.iter().map(|these| self.one(these))),
                Term::Outside(_) => samples.push(outside(term)),
            }
        }
        samples
    }

    fn one(&self, these: &These<'a>) -> Sample<'a> {
        let reference = match these {
            These::Pod(pod) => self.reference(pod),
            These::Node(id) => Reference::Node(Arc::clone(&self.cluster.nodes.at(id.node).name)),
        };
        Sample {
            reference,
            terms: vec![Term::These(vec![these.clone()])],
            imagined: false,
        }
    }

    fn reference(&self, pod: &Pod) -> Reference {
        let namespace = &self.cluster.namespaces.at(pod.namespace).name;
        let workload = pod.workload.filter(|_| pod.nature != PodNature::Read);
        // What stands for the pods of a workload has its name.
        match workload.map(|id| &self.cluster.workloads.at(id).owner) {
            Some(owner) => Reference::OfKind {
                namespace: Some(Arc::clone(namespace)),
                kind: Arc::clone(&owner.kind),
                name: Arc::clone(&owner.name),
            },
            None => Reference::pod(namespace, &pod.name),
        }
    }

    /// Pods of a set by all that a look-up hangs on.
    fn samples_of(&self, set: &PodSet, scope: Scope, samples: &mut Vec<Sample<'a>>) {
        let pods = self.cluster.pods.rows().iter();
        let mut kinds: Vec<(&Pod, Vec<These<'a>>)> = Vec::new();
        for pod in pods.filter(|pod| contains(self.cluster, set, pod).1) {
            let these = These::Pod(Cow::Borrowed(pod));
            let alike = |other: &Pod| {
                other.namespace == pod.namespace
                    && other.names == pod.names
                    && other.host_network == pod.host_network
            };
            match kinds.iter_mut().find(|(other, _)| alike(other)) {
                Some((_, list)) => list.push(these),
                None => kinds.push((pod, vec![these])),
            }
        }
        samples.extend(kinds.into_iter().map(|(pod, list)| Sample {
            reference: self.reference(pod),
            terms: vec![Term::These(list)],
            imagined: false,
        }));
        if scope == Scope::Existing {
            return;
        }
        let fits = |&id: &_| namespace_fits(self.cluster, set, id).1;
        for id in self.cluster.namespaces.ids().filter(fits) {
            let name = &self.cluster.namespaces.at(id).name;
            samples.push(Sample {
                reference: Reference::Labels {
                    namespace: Some(Arc::clone(name)),
                    labels: Labels::default(),
                    selector: Selector::default(),
                },
                terms: vec![Term::Pods(PodSet {
                    namespace: Some(Arc::clone(name)),
                    ..set.clone()
                })],
                imagined: true,
            });
        }
    }
}

fn outside<'a>(term: &Term<'a>) -> Sample<'a> {
    let terms = match term {
        Term::Anyone => vec![Term::Outside(crate::net::AddressSet::all())],
        Term::Pods(_) | Term::These(_) | Term::Outside(_) => vec![term.clone()],
    };
    Sample {
        reference: Reference::Internet,
        terms,
        imagined: false,
    }
}

/// All that counts of ways, apart from who opens the first.
fn shape(plan: &Plan<'_>) -> String {
    let party = |party: &Party<'_>| {
        let pods: Vec<_> = party.pods.iter().map(|it| it.pod.key()).collect();
        format!(
            "{:?} {:?} {pods:?} {:?} {:?} {:?}",
            party.service, party.door, party.nodes, party.addresses, party.one_of
        )
    };
    let mut shape = Vec::new();
    for hop in plan.ways.iter().flatten() {
        let settled = hop.settled.as_ref().map(std::mem::discriminant);
        shape.push(format!(
            "{:?} {} {:?} {settled:?}",
            hop.kind,
            party(&hop.destination),
            hop.port
        ));
    }
    shape.join(";")
}
