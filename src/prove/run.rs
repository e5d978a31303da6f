//! One claim from the question to the answer.

use super::cases::World;
use super::claim::{Claim, Compare, Flows, Goal, Kind, Packets, Premises, Scope, Target, Term};
use super::compare::{Compared, Comparison, Difference, any_flows};
use super::core;
use super::decide::{Answer, Engine};
use super::encode::{Encoder, Meaning, Reading, Tri};
use super::flows::{Case, Found, Search, addresses_of, nodes_matter};
use super::opening;
use super::outcome::{Effort, Judged, Outcome, Proved, Witness};
use super::premise::Setting;
use super::session::{Listener, Part, Session};
use super::vocabulary::{Collector, Vocabulary};
use super::witness::{Concrete, Scene};
use crate::model::{Cluster, Origin};
use crate::net::{AddressSet, Cidr, ConnSet, Family};
use crate::selector::Selector;
use crate::trace::Verdict;

/// netpolc contradicts itself: what, in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bug(pub String);

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
struct Stage<'a> {
    vocabulary: Vocabulary,
    pod_networks: Vec<Cidr>,
    setting: Setting<'a>,
    outside: AddressSet,
}

impl<'a> Prover<'a> {
    /// Proves a claim, or finds what speaks against it.
    ///
    /// # Errors
    /// [`Bug`] where the witness, replayed in `trace`, does not show what it should.
    pub fn prove(&self, claim: &Claim<'_>, listener: &mut dyn Listener) -> Result<Proved, Bug> {
        let mut effort = Effort::default();
        let outcome = match &claim.kind {
            Kind::Flows(goal, flows) => self.flows(claim, *goal, flows, listener, &mut effort)?,
            Kind::Compare(compare) => self.compare(claim, compare, listener, &mut effort)?,
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

    fn flows(
        &self,
        claim: &Claim<'_>,
        goal: Goal,
        flows: &[Flows<'_>],
        listener: &mut dyn Listener,
        effort: &mut Effort,
    ) -> Result<Outcome, Bug> {
        let found = self.pass(claim, claim.scope, goal, flows, listener, effort)?;
        // Pods of the input may lie outside of what is assumed of those that could be created, and
        // of their addresses more is known.
        let assumes = !self.premises.always.is_empty() || !self.premises.pod_networks.is_empty();
        let look_again = match &found {
            Outcome::Unknown { witness, .. } => witness.is_some(),
            Outcome::Holds { .. } | Outcome::Vacuous { .. } => assumes,
            // A pod that is there shows it better than one that is imagined.
            Outcome::Fails { .. } => true,
        };
        if claim.scope != Scope::Any || !look_again {
            return Ok(found);
        }
        let existing = self.pass(claim, Scope::Existing, goal, flows, listener, effort)?;
        Ok(match (&found, &existing) {
            (_, Outcome::Fails { .. }) | (Outcome::Vacuous { .. }, _) => existing,
            (Outcome::Holds { .. }, Outcome::Unknown { .. }) => existing,
            _ => found,
        })
    }

    /// One pass over a claim, about the pods of a scope.
    fn pass(
        &self,
        claim: &Claim<'_>,
        scope: Scope,
        goal: Goal,
        flows: &[Flows<'_>],
        listener: &mut dyn Listener,
        effort: &mut Effort,
    ) -> Result<Outcome, Bug> {
        let sets = flows.iter().flat_map(outside_sets);
        let (cuts, outside, not_outside) = addresses_of(self.cluster, sets);
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
            scope,
            new_namespaces: self.premises.new_namespaces,
            cuts,
            by_node: nodes_matter(self.cluster, flows),
        };
        let encoder = || Encoder::new(&stage.vocabulary, self.meaning, &stage.pod_networks);
        let name = file_name(&claim.name);
        let mut session = Session::new(encoder(), self.engine, listener, &name);
        let search = Search::new(&world, &stage.setting, &mut session, goal, flows);
        let found = search.run();
        let outcome = match found {
            Found::Holds(cases) => {
                let about = (&stage.setting, flows, goal);
                let core = core::of_cases(&cases, about, &encoder, self.engine);
                Outcome::Holds {
                    core: core.unwrap_or_default(),
                }
            }
            Found::Vacuous(why) => Outcome::Vacuous {
                why: why.to_owned(),
            },
            Found::Fails(case) => {
                let witness =
                    self.flow_witness(&stage, &world, &mut session, goal, flows, &case, true)?;
                Outcome::Fails {
                    witness: Box::new(witness),
                }
            }
            Found::Open(case) => {
                let witness =
                    self.flow_witness(&stage, &world, &mut session, goal, flows, &case, false)?;
                open(witness)
            }
            Found::GaveUp(why) => gave_up(&why),
        };
        effort.add(session.effort());
        Ok(outcome)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the pieces of one pass, used once"
    )]
    fn flow_witness<'w>(
        &self,
        stage: &Stage<'_>,
        world: &World<'_>,
        session: &mut Session<'_, 'w>,
        goal: Goal,
        flows: &'w [Flows<'w>],
        case: &Case<'w>,
        sure: bool,
    ) -> Result<Witness, Bug> {
        let cluster = self.cluster;
        let (source, destination) = (&case.source, &case.destination);
        let Some(claimed) = flows.get(case.flows) else {
            return Err(Bug("a case of no claim".to_owned()));
        };
        let encoder = &mut session.encoder;
        let premise = encoder.premise(&stage.setting, claimed, source, destination);
        let flow = encoder.flow(cluster, source, destination);
        let against = match goal {
            Goal::Refused => flow,
            Goal::LetThrough => Tri {
                sure: encoder.formulas.not(flow.may),
                may: encoder.formulas.not(flow.sure),
            },
        };
        let (premise, against) = if sure {
            (premise.sure, against.sure)
        } else {
            (premise.may, against.may)
        };
        let parts = [("premise", premise), ("claim", against)];
        let ends = [source, destination];
        let families = [Family::V4, Family::V6];
        let concrete = self.concrete(session, &parts, ends, &families, stage, world)?;
        let scene = Scene::new(cluster, concrete);
        let trace = scene.trace(cluster);
        let shown = match goal {
            Goal::Refused => Verdict::Allow,
            Goal::LetThrough => Verdict::Deny,
        };
        // Where the premise itself is open, the flow may have any verdict that speaks against it.
        let as_told = if sure {
            trace.verdict == shown
        } else {
            trace.verdict == shown || trace.verdict == Verdict::Undecided
        };
        if !as_told {
            return Err(Bug(format!(
                "a proof found a flow that should be {shown:?} and is {:?}: {scene:?}",
                trace.verdict
            )));
        }
        let connections = if trace.verdict == shown {
            scene.all_connections(cluster, goal, claimed)
        } else {
            scene.connection()
        };
        let judged = vec![scene.judged(cluster, &trace, None)];
        let mut witness = scene.witness(cluster, connections, judged);
        if trace.verdict == Verdict::Deny {
            witness.opening = opening::of(cluster, &scene, &trace);
        }
        Ok(witness)
    }

    fn concrete(
        &self,
        session: &mut Session<'_, '_>,
        parts: &[Part],
        ends: [&super::encode::Side<'_>; 2],
        families: &[Family],
        stage: &Stage<'_>,
        world: &World<'_>,
    ) -> Result<Concrete, Bug> {
        let order = session.encoder.order();
        let values = match session.least(parts, &order) {
            Answer::Sat(values) => values,
            other => {
                return Err(Bug(format!("a flow that was found is gone: {other:?}")));
            }
        };
        let space = (&world.cuts, &stage.outside);
        Ok(Concrete::read(
            &session.encoder,
            ends,
            &values,
            families,
            space,
        ))
    }

    fn compare(
        &self,
        claim: &Claim<'_>,
        compare: &Compare<'_>,
        listener: &mut dyn Listener,
        effort: &mut Effort,
    ) -> Result<Outcome, Bug> {
        let any = any_flows();
        let (mut cuts, outside, _) = addresses_of(self.cluster, std::iter::empty());
        for policy in compare.other.policies.rows() {
            cuts.add(&blocks_of(policy));
        }
        let everywhere = [Family::V4, Family::V6].map(Cidr::everything);
        let pod_networks = if self.premises.pod_networks.is_empty() {
            everywhere.to_vec()
        } else {
            self.premises.pod_networks.clone()
        };
        let stage = Stage {
            vocabulary: self.vocabulary(&[self.cluster, &compare.other], &[]),
            pod_networks,
            setting: Setting {
                cluster: self.cluster,
                premises: self.premises,
                // An address of the cluster could be given back and be outside one day.
                not_outside: AddressSet::none(),
            },
            outside,
        };
        let world = World {
            cluster: self.cluster,
            scope: Scope::Any,
            new_namespaces: self.premises.new_namespaces,
            cuts,
            by_node: false,
        };
        let encoder = Encoder::new(&stage.vocabulary, self.meaning, &stage.pod_networks);
        let name = file_name(&claim.name);
        let mut session = Session::new(encoder, self.engine, listener, &name);
        let comparison = Comparison {
            world: &world,
            setting: &stage.setting,
            session: &mut session,
            compare,
            any: &any,
            open: None,
        };
        let outcome = match comparison.run() {
            Compared::Same => Outcome::Holds { core: Vec::new() },
            Compared::Differs(difference) => {
                let witness =
                    self.difference(&stage, &world, &mut session, compare, &difference, true)?;
                Outcome::Fails {
                    witness: Box::new(witness),
                }
            }
            Compared::Open(difference) => {
                let witness =
                    self.difference(&stage, &world, &mut session, compare, &difference, false)?;
                open(witness)
            }
            Compared::GaveUp(why) => gave_up(&why),
        };
        effort.add(session.effort());
        Ok(outcome)
    }

    fn difference(
        &self,
        stage: &Stage<'_>,
        world: &World<'_>,
        session: &mut Session<'_, '_>,
        compare: &Compare<'_>,
        difference: &Difference<'_>,
        sure: bool,
    ) -> Result<Witness, Bug> {
        let ends = [&difference.source, &difference.destination];
        let families: &[Family] = match &difference.reading {
            Reading::Only(family) => std::slice::from_ref(family),
            Reading::NoneKnown | Reading::Nothing => &[],
        };
        let parts = &difference.parts;
        let concrete = self.concrete(session, parts, ends, families, stage, world)?;
        let scene = Scene::new(self.cluster, concrete);
        let [one, other] = [self.cluster, &compare.other];
        let (first, second) = (scene.trace(one), scene.trace(other));
        if sure && first.verdict == second.verdict {
            return Err(Bug(format!(
                "a proof found a flow that two sets of policies judge differently, and both say \
                 {:?}: {scene:?}",
                first.verdict
            )));
        }
        let [here, there] = &compare.names;
        let mut elsewhere = scene.judged(other, &second, Some(there.clone()));
        if !compare.placed {
            for reason in &mut elsewhere.reasons {
                reason.origin = Origin::default();
            }
        }
        let judged: Vec<Judged> = vec![scene.judged(one, &first, Some(here.clone())), elsewhere];
        let connections = match (scene.connections(one), scene.connections(other)) {
            (Some(a), Some(b)) if sure => a.difference(&b).union(&b.difference(&a)),
            _ => scene.connection(),
        };
        Ok(scene.witness(self.cluster, connections, judged))
    }

    fn vocabulary(&self, clusters: &[&Cluster], flows: &[Flows<'_>]) -> Vocabulary {
        let mut collector = Collector::new();
        for cluster in clusters {
            collector.policies(cluster);
        }
        for always in &self.premises.always {
            collector.pod_selector(&always.labels);
            collect_set(&mut collector, &always.pods);
        }
        for flows in flows {
            let to = flows.to.iter().map(|target| &target.who);
            let terms = flows
                .from
                .iter()
                .chain(&flows.not_from)
                .chain(&flows.not_to);
            for term in terms.chain(to) {
                if let Term::Pods(set) = term {
                    collect_set(&mut collector, set);
                }
            }
            for key in flows.same_labels.iter().chain(&flows.different_labels) {
                collector.pod_key(key);
                for pod in self.cluster.pods.rows() {
                    collector.pod_value(key, pod.labels.get(key));
                }
            }
        }
        collector.finish(self.cluster)
    }

    /// What is taken for granted, in words.
    fn assumed(&self, claim: &Claim<'_>) -> Vec<String> {
        let mut all = Vec::new();
        let compares = matches!(claim.kind, Kind::Compare(_));
        if claim.scope == Scope::Any || compares {
            all.push("pods that could be created do not use the network of their node".to_owned());
            if !self.premises.new_namespaces {
                all.push("no namespaces but those of the input".to_owned());
            }
        }
        for network in &self.premises.pod_networks {
            all.push(format!(
                "pods that could be created may have addresses in {network}"
            ));
        }
        for always in &self.premises.always {
            all.push(format!(
                "{} always carry {}",
                super::claim::set_in_words(&always.pods),
                always.labels
            ));
        }
        all
    }
}

fn open(witness: Witness) -> Outcome {
    let reasons = witness.judged.iter().flat_map(|judged| &judged.reasons);
    let why = reasons.map(|reason| reason.text.clone()).collect();
    Outcome::Unknown {
        why,
        witness: Some(Box::new(witness)),
    }
}

fn gave_up(why: &str) -> Outcome {
    Outcome::Unknown {
        why: vec![format!("the solver gave up: {why}")],
        witness: None,
    }
}

fn collect_set(collector: &mut Collector, set: &super::claim::PodSet) {
    if let Some(selector) = &set.namespace_selector {
        collector.namespace_selector(selector);
    }
    let pods: &Option<Selector> = &set.pod_selector;
    if let Some(selector) = pods {
        collector.pod_selector(selector);
    }
}

/// The sets of outside addresses that a claim names.
fn outside_sets<'f>(flows: &'f Flows<'_>) -> impl Iterator<Item = AddressSet> + 'f {
    let to = flows.to.iter().map(|target: &Target<'_>| &target.who);
    let terms = flows
        .from
        .iter()
        .chain(&flows.not_from)
        .chain(&flows.not_to);
    terms.chain(to).filter_map(|term| match term {
        Term::Outside(set) => Some(set.clone()),
        Term::Anyone | Term::Pods(_) | Term::These(_) => None,
    })
}

/// The addresses that the blocks of a policy name, by their edges.
fn blocks_of(policy: &crate::model::Policy) -> AddressSet {
    let rules = policy.ingress.iter().chain(&policy.egress).flatten();
    let mut all = AddressSet::none();
    for rule in rules {
        if let crate::model::Peers::Listed(peers) = &rule.peers {
            for peer in peers {
                if let crate::model::PeerMatch::IpBlock(block) = &peer.matches {
                    all = all.union(&block.addresses());
                }
            }
        }
    }
    all
}

/// A name fit for files.
fn file_name(name: &str) -> String {
    let fit = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(fit).take(60).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "claim" } else { name }.to_owned()
}

impl Effort {
    fn add(&mut self, more: Self) {
        self.queries += more.queries;
        self.alike += more.alike;
        self.units += more.units;
    }
}

impl Scene {
    /// Every connection between the two ends that the claim is about and that speaks against it.
    fn all_connections(&self, cluster: &Cluster, goal: Goal, flows: &Flows<'_>) -> ConnSet {
        let simple = |target: &Target<'_>| target.ports == Packets::Any;
        let Some(passing) = self
            .connections(cluster)
            .filter(|_| flows.to.iter().all(simple))
        else {
            return self.connection();
        };
        match goal {
            Goal::Refused => passing,
            Goal::LetThrough => ConnSet::all().difference(&passing),
        }
    }
}
