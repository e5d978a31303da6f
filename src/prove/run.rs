//! One claim from the question to the answer.
//!
//! A claim about any pods is proven of pods that could exist, so that it also covers what nobody
//! has deployed yet. That alone would not do. Pods of the input need not meet what is assumed of
//! the others, so a claim that holds under assumptions, or is left open, is looked at again with
//! them. And where a claim fails, a pod of the input shows it better than one that is imagined, so
//! the input is searched for a witness; if it has none, the first one stands. So a claim about
//! flows takes two passes at most.

use super::cases::{Cast, World, may_name};
use super::claim::{Claim, Flows, Goal, Kind, PodSet, Premises, Scope, Term, set_in_words};
use super::core;
use super::decide::Engine;
use super::encode::{Encoder, Meaning};
use super::flows::{Found, Search, addresses_of, lists, nodes_matter};
use super::outcome::{Effort, Outcome, Proved, Witness};
use super::premise::Setting;
use super::session::{Listener, Session};
use super::vocabulary::{Collector, Vocabulary};
use crate::model::{Cluster, Habit, Pod};
use crate::net::{AddressSet, Cidr, Family};

/// netpolc contradicts itself: what, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bug(pub String);

/// Why there is no witness.
#[derive(Debug)]
pub(super) enum NoWitness {
    /// netpolc contradicts itself.
    Bug(Bug),
    /// Its values could not be found; why.
    GaveUp(String),
}

impl From<Bug> for NoWitness {
    fn from(bug: Bug) -> Self {
        Self::Bug(bug)
    }
}

/// What comes of a claim that a witness speaks against.
pub(super) fn with_witness(
    found: Result<Witness, NoWitness>,
    outcome: impl FnOnce(Witness) -> Outcome,
) -> Result<Outcome, Bug> {
    match found {
        Ok(witness) => Ok(outcome(witness)),
        Err(NoWitness::GaveUp(why)) => Ok(gave_up(&why)),
        Err(NoWitness::Bug(bug)) => Err(bug),
    }
}

/// Proves claims over one cluster.
#[derive(Debug)]
pub struct Prover<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// What may be taken for granted.
    pub premises: &'a Premises,
    /// What decides formulas.
    pub engine: &'a dyn Engine,
    /// How conditions are read.
    pub meaning: &'a dyn Meaning,
}

/// What is the same for all passes over a claim.
#[derive(Debug)]
pub(super) struct Stage<'a> {
    pub(super) vocabulary: Vocabulary,
    pub(super) pod_networks: Vec<Cidr>,
    pub(super) setting: Setting<'a>,
    pub(super) outside: AddressSet,
}

impl Prover<'_> {
    /// Proves a claim, or finds what speaks against it.
    ///
    /// # Errors
    /// [`Bug`] where the witness, replayed in `trace`, does not show what it should.
    pub fn prove(&self, claim: &Claim<'_>, listener: &mut dyn Listener) -> Result<Proved, Bug> {
        let mut effort = Effort::default();
        let outcome = match &claim.kind {
            Kind::Flows(goal, flows) => self.flows(claim, *goal, flows, listener, &mut effort)?,
            Kind::Ways(goal, ways) => self.ways((claim, *goal), ways, listener, &mut effort)?,
            Kind::Compare(compare) => self.compare(claim, compare, listener, &mut effort)?,
            Kind::Open(why) => gave_up(why),
        };
        Ok(Proved {
            name: claim.name.clone(),
            origin: claim.origin,
            claim: claim.words.clone(),
            outcome,
            assumed: self.assumed(claim),
            effort,
        })
    }

    pub(super) fn flows(
        &self,
        claim: &Claim<'_>,
        goal: Goal,
        flows: &[Flows<'_>],
        listener: &mut dyn Listener,
        effort: &mut Effort,
    ) -> Result<Outcome, Bug> {
        let mut pass = |cast| self.pass(claim, cast, goal, flows, listener, effort);
        if claim.scope == Scope::Existing {
            return pass(Cast::Existing);
        }
        let found = pass(Cast::Imagined)?;
        // Pods of the input may lie outside of what is assumed of those that could be created, and
        // of their addresses more is known.
        let again = match &found {
            Outcome::Unknown { witness, .. } => witness.is_some().then_some(Cast::Both),
            Outcome::Holds { .. } | Outcome::Vacuous { .. } => {
                self.tells_pods_apart().then_some(Cast::Both)
            }
            // Pods that are there show it better than those that are imagined.
            Outcome::Fails { .. } => Some(Cast::Existing),
        };
        let Some(cast) = again else { return Ok(found) };
        let second = pass(cast)?;
        let settled = matches!(found, Outcome::Fails { .. } | Outcome::Unknown { .. });
        let upheld = !matches!(second, Outcome::Fails { .. });
        Ok(if settled && upheld { found } else { second })
    }

    /// One pass over a claim.
    fn pass(
        &self,
        claim: &Claim<'_>,
        actors: Cast,
        goal: Goal,
        flows: &[Flows<'_>],
        listener: &mut dyn Listener,
        effort: &mut Effort,
    ) -> Result<Outcome, Bug> {
        let sets = flows.iter().flat_map(outside_sets);
        let (cuts, outside, not_outside) =
            addresses_of(self.cluster, self.cluster.policies.rows().iter(), sets);
        let stage = Stage {
            vocabulary: self.vocabulary(&[self.cluster], flows),
            pod_networks: self.premises.pod_networks.clone(),
            setting: Setting {
                cluster: self.cluster,
                premises: self.premises,
                not_outside,
            },
            outside,
        };
        let world = World {
            cluster: self.cluster,
            cast: actors,
            new_namespaces: self.premises.new_namespaces,
            cuts,
            by_node: nodes_matter(self.cluster, flows),
            lists: lists(flows),
        };
        let link_local = goal == Goal::LetThrough || flows.iter().any(names_link_local);
        let encoder = || {
            let encoder = Encoder::new(&stage.vocabulary, self.meaning, &stage.pod_networks);
            encoder.with_open_link_local(link_local)
        };
        // A claim may be passed over twice, and its questions have different names.
        let first = actors == Cast::Imagined || claim.scope == Scope::Existing;
        let pass = if first { 1 } else { 2 };
        let name = format!("{}-{pass}", claim.file_name);
        let mut session = Session::new(encoder(), self.engine, listener, &name);
        let search = Search::new(&world, &stage.setting, &mut session, goal, flows);
        let found = search.run();
        let outcome = match found {
            Found::Holds(cases) => {
                let about = (&stage.setting, flows, goal);
                let core = core::of_cases(&cases, about, &encoder, self.engine);
                Outcome::Holds { core }
            }
            Found::Vacuous(why) => Outcome::Vacuous {
                why: why.to_owned(),
            },
            Found::Fails(case) => {
                let found =
                    self.flow_witness(&stage, &world, &mut session, goal, flows, &case, true);
                with_witness(found, fails)?
            }
            Found::Open(case) => {
                let found =
                    self.flow_witness(&stage, &world, &mut session, goal, flows, &case, false);
                with_witness(found, open)?
            }
            Found::GaveUp(why) => gave_up(&why),
        };
        effort.add(session.effort());
        Ok(outcome)
    }

    /// Whether more is known of some pod of the input than its looks, so that those which could be
    /// created do not speak for it: what is assumed is assumed of them, and the family of its packets
    /// counts with a plugin that may not support it (S87).
    pub(super) fn tells_pods_apart(&self) -> bool {
        let speaks_v6 = |pod: &Pod| pod.ips.iter().any(|&ip| Family::of(ip) == Family::V6);
        let open_v6 = !self.cluster.practice.does(Habit::Ipv6);
        let mut pods = self.cluster.pods.rows().iter();
        self.premises.assume() || (open_v6 && pods.any(speaks_v6))
    }

    pub(super) fn vocabulary(&self, clusters: &[&Cluster], flows: &[Flows<'_>]) -> Vocabulary {
        let mut collector = Collector::new();
        for cluster in clusters {
            collector.policies(cluster);
        }
        for always in &self.premises.always {
            collector.pod_selector(&always.labels);
            collect_set(&mut collector, &always.pods);
        }
        for flows in flows {
            for term in flows.terms() {
                if let Term::Pods(set) = term {
                    collect_set(&mut collector, set);
                }
            }
            for key in flows.same_labels.iter().chain(&flows.different_labels) {
                collector.pod_key(key);
                let dormant = self.cluster.dormant.iter().map(|dormant| &dormant.pod);
                for pod in self.cluster.pods.rows().iter().chain(dormant) {
                    collector.pod_value(key, pod.labels.get(key));
                }
            }
        }
        collector.finish(self.cluster)
    }

    /// Whether a claim is about flows among the pods of the entry of this name.
    fn among(&self, claim: &Claim<'_>, name: &str) -> bool {
        let flows = claim.kind.flows();
        let mut pods = self.cluster.pods.rows().iter();
        let Some(pod) = pods.find(|pod| self.cluster.own_name(pod) == *name) else {
            return false;
        };
        let names = |term: &Term<'_>| may_name(self.cluster, term, pod);
        flows.into_iter().any(|flows| {
            flows.from.iter().any(names) && flows.to.iter().any(|target| names(&target.who))
        })
    }

    /// What is taken for granted, in words.
    fn assumed(&self, claim: &Claim<'_>) -> Vec<String> {
        if claim.scope == Scope::Existing {
            return vec!["no pods but those of the input".to_owned()];
        }
        let mut all = Vec::new();
        all.push("pods that could be created do not use the network of their node".to_owned());
        if !self.premises.new_namespaces {
            all.push("no namespaces but those of the input".to_owned());
        }
        let several = self.premises.several.iter();
        let several: Vec<&String> = several.filter(|it| self.among(claim, it)).collect();
        match several.as_slice() {
            [] => {}
            [one] => all.push(format!("{one} is several pods")),
            [one, rest @ ..] => all.push(format!(
                "{one} and {} more are several pods each",
                rest.len()
            )),
        }
        let refused = match &claim.kind {
            Kind::Flows(goal, _) | Kind::Ways(goal, _) => *goal == Goal::Refused,
            Kind::Compare(_) | Kind::Open(_) => false,
        };
        let flows = claim.kind.flows();
        if refused
            && flows.iter().any(|it| holds_link_local(it))
            && !flows.iter().any(|it| names_link_local(it))
        {
            all.push(
                "policies stop what they refuse between pods and link-local addresses".to_owned(),
            );
        }
        for network in &self.premises.pod_networks {
            all.push(format!(
                "pods that could be created may have addresses in {network}"
            ));
        }
        for always in &self.premises.always {
            all.push(format!(
                "{} always carry {}",
                set_in_words(&always.pods),
                always.labels
            ));
        }
        all.extend(claim.granted.iter().cloned());
        all
    }
}

/// A claim is wrong.
pub(super) fn fails(witness: Witness) -> Outcome {
    Outcome::Fails {
        witness: Box::new(witness),
    }
}

pub(super) fn gave_up(why: &str) -> Outcome {
    Outcome::Unknown {
        why: vec![why.to_owned()],
        witness: None,
    }
}

fn collect_set(collector: &mut Collector, set: &PodSet) {
    if let Some(selector) = &set.namespace_selector {
        collector.namespace_selector(selector);
    }
    if let Some(selector) = &set.pod_selector {
        collector.pod_selector(selector);
    }
}

/// Whether some end of a claim is link-local addresses and nothing else: then it is about those.
fn names_link_local(flows: &Flows<'_>) -> bool {
    let mut sets = outside_sets(flows);
    sets.any(|set| !set.is_empty() && set.difference(&AddressSet::link_local()).is_empty())
}

/// Whether some end of a claim holds link-local addresses.
fn holds_link_local(flows: &Flows<'_>) -> bool {
    let link_local = AddressSet::link_local();
    let mut terms = flows.terms();
    terms.any(|term| match term {
        Term::Anyone => true,
        Term::Outside(set) => !set.intersection(&link_local).is_empty(),
        Term::Pods(_) | Term::These(_) => false,
    })
}

/// The sets of outside addresses that a claim names.
fn outside_sets<'f>(flows: &'f Flows<'_>) -> impl Iterator<Item = AddressSet> + 'f {
    flows.terms().filter_map(|term| match term {
        Term::Outside(set) => Some(set.clone()),
        Term::Anyone | Term::Pods(_) | Term::These(_) => None,
    })
}

impl Effort {
    pub(super) fn add(&mut self, more: Self) {
        self.queries += more.queries;
        self.alike += more.alike;
        self.units += more.units;
    }
}

/// A claim is left open, and why.
pub(super) fn open(witness: Witness) -> Outcome {
    let reasons = witness.judged.iter().flat_map(|judged| &judged.reasons);
    let why = reasons.map(|reason| reason.text.clone()).collect();
    Outcome::Unknown {
        why,
        witness: Some(Box::new(witness)),
    }
}
