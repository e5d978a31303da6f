//! Claims about two sets of policies, and the flow that tells them apart.

use super::cases::{Cast, World};
use super::claim::{Claim, Compare, Term};
use super::compare::{Compared, Comparison, Difference, any_flows};
use super::encode::{Encoder, End, Reading};
use super::flows::addresses_of;
use super::outcome::{Effort, Judged, Outcome, Witness};
use super::premise::Setting;
use super::run::{Bug, NoWitness, Prover, Stage, fails, gave_up, with_witness};
use super::session::{Listener, Session};
use super::shown::{concrete, open};
use super::witness::Scene;
use crate::model::{Origin, PeerMatch, Peers, Policy};
use crate::net::{AddressSet, Cidr, Family};
use crate::trace::{Trace, Verdict};

impl Prover<'_> {
    pub(super) fn compare(
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
            cast: Cast::Imagined,
            new_namespaces: self.premises.new_namespaces,
            cuts,
            by_node: false,
            lists: Vec::new(),
        };
        let encoder = Encoder::new(&stage.vocabulary, self.meaning, &stage.pod_networks);
        let name = format!("{}-1", claim.file_name);
        let mut session = Session::new(encoder, self.engine, listener, &name);
        let comparison = Comparison {
            world: &world,
            setting: &stage.setting,
            session: &mut session,
            compare,
            any: &any,
            open: None,
        };
        // What is assumed is assumed of pods that could exist. Those that do may be different.
        let everyone = World {
            cast: Cast::Both,
            ..world.clone()
        };
        let ends = [End::Source, End::Destination].map(|end| {
            if self.premises.assume() {
                everyone.sides(end, &[&Term::Anyone])
            } else {
                Vec::new()
            }
        });
        let outcome = match comparison.run(&ends) {
            Compared::Same => Outcome::Holds { core: None },
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
        let families: &[Family] = match &difference.reading {
            Reading::Only(family) => std::slice::from_ref(family),
            Reading::NoneKnown | Reading::Nothing => &[],
        };
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
                 {:?} and {:?}: {scene:?}",
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
            (Some(a), Some(b)) if sure => a.difference(&b).union(&b.difference(&a)),
            _ => scene.connection(),
        };
        Ok(scene.witness(self.cluster, connections, judged))
    }
}

/// The addresses that the blocks of a policy name, by their edges.
fn blocks_of(policy: &Policy) -> AddressSet {
    let rules = policy.ingress.iter().chain(&policy.egress).flatten();
    let mut all = AddressSet::none();
    for rule in rules {
        if let Peers::Listed(peers) = &rule.peers {
            for peer in peers {
                if let PeerMatch::IpBlock(block) = &peer.matches {
                    all = all.union(&block.addresses());
                }
            }
        }
    }
    all
}
