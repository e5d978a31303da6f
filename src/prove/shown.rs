//! What speaks against a claim about flows, or may, made a witness: the least values, a concrete
//! flow of them, and what `trace` says of that.

use super::cases::World;
use super::claim::{Flows, Goal, Packets, Target};
use super::concrete::Concrete;
use super::decide::Answer;
use super::encode::Side;
use super::flows::Case;
use super::opening;
use super::outcome::Witness;
use super::query::PartName;
use super::run::{Bug, NoWitness, Prover, Stage};
use super::session::{Part, Session};
use super::witness::Scene;
use crate::model::Cluster;
use crate::net::{ConnSet, Family};
use crate::trace::Verdict;

impl Prover<'_> {
    #[expect(
        clippy::too_many_arguments,
        reason = "the pieces of one pass, used once"
    )]
    pub(super) fn flow_witness<'w>(
        &self,
        stage: &Stage<'_>,
        world: &World<'_>,
        session: &mut Session<'_, 'w>,
        goal: Goal,
        flows: &'w [Flows<'w>],
        case: &Case<'w>,
        sure: bool,
    ) -> Result<Witness, NoWitness> {
        let cluster = self.cluster;
        let (source, destination) = (&case.source, &case.destination);
        let Some(claimed) = flows.get(case.flows) else {
            return Err(Bug("a case of no claim".to_owned()).into());
        };
        let encoder = &mut session.encoder;
        let premise = encoder.premise(&stage.setting, claimed, source, destination);
        let flow = encoder.flow(cluster, source, destination);
        let against = encoder.against(goal, flow);
        let (premise, against) = if sure {
            (premise.sure, against.sure)
        } else {
            (premise.may, against.may)
        };
        let parts = [(PartName::Premise, premise), (PartName::Claim, against)];
        let ends = [source, destination];
        let families = [Family::V4, Family::V6];
        let concrete = concrete(session, &parts, ends, &families, stage, world)?;
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
                "a proof found a flow that should be {shown:?} and is {:?}: {scene}",
                trace.verdict
            ))
            .into());
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

/// The flow with the least values for which the parts hold.
pub(super) fn concrete(
    session: &mut Session<'_, '_>,
    parts: &[Part],
    ends: [&Side<'_>; 2],
    families: &[Family],
    stage: &Stage<'_>,
    world: &World<'_>,
) -> Result<Concrete, NoWitness> {
    let order = session.encoder.order();
    let values = match session.least(parts, &order) {
        Answer::Sat(values) => values,
        Answer::Unknown(why) => return Err(NoWitness::GaveUp(why)),
        Answer::Unsat => return Err(Bug("a flow that was found is gone".to_owned()).into()),
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
