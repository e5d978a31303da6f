//! Claims about two sets of policies, and the flow that tells them apart.
//!
//! A comparison that is about any pods takes up to four passes: pods that could exist; pods of the
//! input; then both together, once for each IP family. The others follow the first only if it found
//! a difference or if something was assumed of the pods that could exist, for the pods of the input
//! need not meet that. Of the outcomes the one that says most against the claim is kept, and of two
//! alike the one that names a pod of the input, which a reader can look up. A flow that surely
//! differs is replayed with both sets; if the verdicts are then the same, netpolc reports a bug in
//! itself.

use super::cases::{Cast, World};
use super::claim::{Claim, Compare, Scope, Term, These};
use super::compare::{Compared, Comparison, Difference, any_flows};
use super::encode::{Encoder, End};
use super::flows::addresses_of;
use super::outcome::{Core, Effort, Judged, Outcome, Witness};
use super::premise::Setting;
use super::run::{Bug, NoWitness, Prover, Stage, fails, gave_up, open, with_witness};
use super::session::{Listener, Session};
use super::shown::concrete;
use super::witness::Scene;
use crate::model::{Cluster, Habit, Origin, PeerMatch, Policy, Practice, Says};
use crate::net::{AddressSet, Cidr, Family};
use crate::trace::{Trace, Verdict};

/// One pass over a comparison: who stands at the ends, and where imagined pods have addresses.
#[derive(Debug)]
struct Pass {
    cast: Cast,
    pod_networks: Vec<Cidr>,
}

impl Prover<'_> {
    pub(super) fn compare(
        &self,
        claim: &Claim<'_>,
        compare: &Compare<'_>,
        listener: &mut dyn Listener,
        effort: &mut Effort,
    ) -> Result<Outcome, Bug> {
        let mut number = 0;
        let mut look = |pass: &Pass| {
            number += 1;
            let name = format!("{}-{number}", claim.file_name);
            self.comparison(claim, compare, pass, listener, &name, effort)
        };
        let existing = Pass {
            cast: Cast::Existing,
            pod_networks: Vec::new(),
        };
        if claim.scope == Scope::Existing {
            return if self.cluster.pods.rows().is_empty() {
                let why = "there is no pod in the input".to_owned();
                Ok(Outcome::Vacuous { why })
            } else {
                look(&existing)
            };
        }
        let networks = self.imagined_networks();
        let mut found = look(&Pass {
            cast: Cast::Imagined,
            pod_networks: networks.clone(),
        })?;
        // What is assumed is assumed of pods that could be created. Those of the input may be
        // different; and they show a difference better than those that are imagined.
        let settled = match &found {
            Outcome::Holds { .. } | Outcome::Vacuous { .. } => {
                // A peer may be a node, or a pod in the network of one, and only those of the input are.
                let nodes = names_nodes(self.cluster)
                    || names_nodes(&compare.other)
                    || matches_nodes_otherwise(&self.cluster.practice);
                !(nodes || self.tells_pods_apart())
            }
            Outcome::Unknown { witness, .. } => witness.is_none(),
            Outcome::Fails { .. } => false,
        };
        if settled {
            return Ok(found);
        }
        let of_family = |family| {
            let own = networks.iter().filter(|it| it.family() == family).copied();
            let pass = Pass {
                cast: Cast::Both,
                pod_networks: own.collect(),
            };
            (!pass.pod_networks.is_empty()).then_some(pass)
        };
        let mixed = [Family::V4, Family::V6].into_iter().filter_map(of_family);
        let mut imagined = true;
        for pass in [existing].into_iter().chain(mixed) {
            let next = look(&pass)?;
            let (old, new) = (weight(&found), weight(&next));
            if new > old || (new == old && imagined && new > 0) {
                (found, imagined) = (next, false);
            }
            if !imagined && matches!(found, Outcome::Fails { .. }) {
                break;
            }
        }
        Ok(found)
    }

    /// Where imagined pods may have their addresses, if a comparison is to hold wherever that is.
    fn imagined_networks(&self) -> Vec<Cidr> {
        if self.premises.pod_networks.is_empty() {
            [Family::V4, Family::V6].map(Cidr::everything).to_vec()
        } else {
            self.premises.pod_networks.clone()
        }
    }

    fn comparison(
        &self,
        claim: &Claim<'_>,
        compare: &Compare<'_>,
        pass: &Pass,
        listener: &mut dyn Listener,
        name: &str,
        effort: &mut Effort,
    ) -> Result<Outcome, Bug> {
        let any = any_flows();
        let policies = [self.cluster, &compare.other].map(|it| it.policies.rows());
        let policies = policies.into_iter().flatten();
        let (cuts, outside, own) = addresses_of(self.cluster, policies, std::iter::empty());
        let stage = Stage {
            vocabulary: self.vocabulary(&[self.cluster, &compare.other], &[]),
            pod_networks: pass.pod_networks.clone(),
            setting: Setting {
                cluster: self.cluster,
                premises: self.premises,
                not_outside: match claim.scope {
                    Scope::Existing => own.clone(),
                    // An address of the cluster could be given back and be outside one day.
                    Scope::Any => AddressSet::none(),
                },
            },
            outside,
        };
        let nodes = self.nodes_apart(&own);
        let hosts = self.cluster.pods.rows().iter().any(|pod| pod.host_network);
        let world = World {
            cluster: self.cluster,
            cast: pass.cast,
            new_namespaces: self.premises.new_namespaces,
            cuts,
            by_node: hosts || !nodes.is_empty(),
            lists: Vec::new(),
        };
        let terms = [Term::Anyone, Term::These(nodes)];
        let terms: Vec<&Term<'_>> = terms.iter().collect();
        let encoder = Encoder::new(&stage.vocabulary, self.meaning, &stage.pod_networks);
        let mut session = Session::new(encoder, self.engine, listener, name);
        let comparison = Comparison::new(&world, &stage.setting, &mut session, compare, &any);
        let compared = match pass.cast {
            Cast::Imagined => comparison.imagined(),
            Cast::Existing | Cast::Both => {
                let ends = [End::Source, End::Destination];
                comparison.existing(&ends.map(|end| world.sides(end, &terms)))
            }
        };
        let outcome = match compared {
            Compared::Same => Outcome::Holds {
                core: Core::Unasked,
            },
            Compared::Differs(difference) => {
                let found =
                    self.difference(&stage, &world, &mut session, compare, &difference, true);
                with_witness(found, fails)?
            }
            Compared::Open(difference) => {
                let found =
                    self.difference(&stage, &world, &mut session, compare, &difference, false);
                with_witness(found, open)?
            }
            Compared::GaveUp(why) => gave_up(&why),
        };
        effort.add(session.effort());
        Ok(outcome)
    }

    /// The nodes that blocks can tell from every address that is outside, or could if their addresses
    /// were known. For the others, such an address stands (S50), unless the plugin matches nodes in
    /// another way (S88).
    fn nodes_apart(&self, own: &AddressSet) -> Vec<These<'static>> {
        let otherwise = matches_nodes_otherwise(&self.cluster.practice);
        let nodes = self.cluster.nodes.iter();
        let apart = nodes.filter(|(_, node)| {
            otherwise || node.ips.is_empty() || node.ips.iter().any(|&ip| own.contains(ip))
        });
        apart
            .flat_map(|(id, _)| self.cluster.node_ends(id))
            .map(These::Node)
            .collect()
    }

    fn difference(
        &self,
        stage: &Stage<'_>,
        world: &World<'_>,
        session: &mut Session<'_, '_>,
        compare: &Compare<'_>,
        difference: &Difference<'_>,
        sure: bool,
    ) -> Result<Witness, NoWitness> {
        let ends = [&difference.source, &difference.destination];
        let families = &difference.families;
        let parts = &difference.parts;
        let concrete = concrete(session, parts, ends, families, stage, world)?;
        let scene = Scene::new(self.cluster, concrete);
        let [one, other] = [self.cluster, &compare.other];
        let (first, second) = (scene.trace(one), scene.trace(other));
        let decided = |trace: &Trace| trace.verdict != Verdict::Undecided;
        let differs = first.verdict != second.verdict && decided(&first) && decided(&second);
        if sure && !differs {
            return Err(Bug(format!(
                "a proof found a flow that two sets of policies judge differently, and they say \
                 {:?} and {:?}: {scene}",
                first.verdict, second.verdict
            ))
            .into());
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
            // What the other one lets through is told of another flow.
            (Some(a), Some(b)) if sure && first.verdict == Verdict::Allow => a.difference(&b),
            (Some(a), Some(b)) if sure => b.difference(&a),
            _ => scene.connection(),
        };
        Ok(scene.witness(self.cluster, connections, judged))
    }
}

/// How much an outcome says against a claim.
fn weight(outcome: &Outcome) -> u8 {
    match outcome {
        Outcome::Holds { .. } | Outcome::Vacuous { .. } => 0,
        Outcome::Unknown { witness: None, .. } => 1,
        Outcome::Unknown { .. } => 2,
        Outcome::Fails { .. } => 3,
    }
}

/// Whether the plugin matches nodes otherwise than the addresses outside that stand for them (S88).
fn matches_nodes_otherwise(practice: &Practice) -> bool {
    !practice.does(Habit::BlocksMatchNodes)
        || practice.says(Habit::NamespacesMatchHosts) != Says::No
}

/// Whether some policy has a peer for nodes (S97).
fn names_nodes(cluster: &Cluster) -> bool {
    let mut peers = cluster.policies.rows().iter().flat_map(Policy::all_peers);
    peers.any(|peer| matches!(peer.matches, PeerMatch::Nodes(_)))
}
