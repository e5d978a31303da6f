//! Claims that flows are all refused, or all let through.
//!
//! Case by case. Where one direction alone already settles a case, the other is not even encoded:
//! most claims hold by the policies at one end, and hold there for all namespaces that those
//! policies cannot tell apart.

use super::cases::{Scopes, World};
use super::claim::{Flows, Goal, Term, These};
use super::encode::{Half, Reading, Side, Tri};
use super::formula::Formula;
use super::premise::Setting;
use super::query::PartName;
use super::session::Session;
use crate::endpoint::Cuts;
use crate::model::{Cluster, Direction, PodKey, Policy};
use crate::net::AddressSet;
use std::collections::{BTreeSet, HashSet};

/// A case that was looked at.
#[derive(Debug, Clone)]
pub(super) struct Case<'a> {
    pub(super) source: Side<'a>,
    pub(super) destination: Side<'a>,
    /// Which of the claim's flows.
    pub(super) flows: usize,
    /// The direction that settles it; none: both together.
    pub(super) by: Option<Direction>,
}

/// What came of all cases.
#[derive(Debug)]
pub(super) enum Found<'a> {
    /// None speaks against the claim; those that needed policies to say so.
    Holds(Vec<Case<'a>>),
    /// No flow is of the kind that is claimed of; why.
    Vacuous(&'static str),
    /// This one does.
    Fails(Case<'a>),
    /// This one may.
    Open(Case<'a>),
    /// It could not be decided.
    GaveUp(String),
}

/// One claim's flows under way.
#[derive(Debug)]
pub(super) struct Search<'s, 'e, 'a> {
    pub(super) world: &'s World<'a>,
    pub(super) setting: &'s Setting<'a>,
    pub(super) session: &'s mut Session<'e, 'a>,
    pub(super) goal: Goal,
    pub(super) all: &'a [Flows<'a>],
    /// Whether some flow is claimed of.
    some: bool,
    settled: Vec<Case<'a>>,
    open: Option<Case<'a>>,
}

/// Why the search ends early.
enum Stop<'a> {
    Fails(Case<'a>),
    GaveUp(String),
}

type Step<'a, T> = Result<T, Stop<'a>>;

impl<'s, 'e, 'a> Search<'s, 'e, 'a> {
    pub(super) fn new(
        world: &'s World<'a>,
        setting: &'s Setting<'a>,
        session: &'s mut Session<'e, 'a>,
        goal: Goal,
        all: &'a [Flows<'a>],
    ) -> Self {
        Self {
            world,
            setting,
            session,
            goal,
            all,
            some: false,
            settled: Vec::new(),
            open: None,
        }
    }

    /// Looks at all cases.
    pub(super) fn run(mut self) -> Found<'a> {
        for index in 0..self.all.len() {
            match self.one(index) {
                Ok(()) => {}
                Err(Stop::Fails(case)) => return Found::Fails(case),
                Err(Stop::GaveUp(why)) => return Found::GaveUp(why),
            }
        }
        match self.open {
            Some(case) => Found::Open(case),
            None if self.some => Found::Holds(self.settled),
            None => Found::Vacuous(self.nobody()),
        }
    }

    /// Why no flow is of the kind that is claimed of.
    fn nobody(&mut self) -> &'static str {
        let (mut source, mut destination) = (false, false);
        for flows in self.all {
            let (sources, destinations) = sides(self.world, flows);
            source |= sources.iter().any(|side| {
                let is = self.session.encoder.is_source(self.setting, flows, side);
                self.possible(is.may, is.may).unwrap_or(true)
            });
            destination |= destinations.iter().any(|side| {
                let is = self
                    .session
                    .encoder
                    .is_destination(self.setting, flows, side);
                self.possible(is.may, is.may).unwrap_or(true)
            });
        }
        match (source, destination) {
            (false, _) => "no pod that is or could be, and no address, is a source that it names",
            (true, false) => {
                "no pod that is or could be, and no address, is a destination that it names"
            }
            (true, true) => "no connection is one that it names",
        }
    }

    fn one(&mut self, index: usize) -> Step<'a, ()> {
        let Some(flows) = self.all.get(index) else {
            return Ok(());
        };
        let (sources, destinations) = sides(self.world, flows);
        let total = destinations.len();
        for (done, destination) in destinations.iter().enumerate() {
            self.session.progress(done, total);
            let mut scopes = Scopes::default();
            peers_over(
                self.world.cluster,
                destination,
                Direction::Ingress,
                &mut scopes,
            );
            claimed(flows, self.setting, &mut scopes);
            for class in scopes.classes(self.world.cluster, &sources) {
                self.class(index, &class, destination)?;
            }
        }
        Ok(())
    }

    /// Sources that neither the claim nor the policies at the destination can tell apart.
    fn class(
        &mut self,
        index: usize,
        sources: &[&Side<'a>],
        destination: &Side<'a>,
    ) -> Step<'a, ()> {
        let Some(first) = sources.first() else {
            return Ok(());
        };
        let case = |source: &Side<'a>, by| Case {
            source: source.clone(),
            destination: destination.clone(),
            flows: index,
            by,
        };
        let premise = self.premise(index, first, destination);
        if !self.is_real(premise.may)? {
            return Ok(());
        }
        if self.goal == Goal::Refused {
            let passes = self.one_direction(Direction::Ingress, first, destination);
            if !self.possible(premise.may, passes)? {
                self.settled.push(case(first, Some(Direction::Ingress)));
                return Ok(());
            }
        }
        for &source in sources {
            let flow = self.flow(source, destination);
            let against = self.session.encoder.against(self.goal, flow);
            if !self.possible(premise.may, against.may)? {
                self.settled.push(case(source, None));
            } else if self.possible(premise.sure, against.sure)? {
                return Err(Stop::Fails(case(source, None)));
            } else if self.open.is_none() {
                self.open = Some(case(source, None));
            }
        }
        Ok(())
    }

    fn premise(&mut self, index: usize, source: &Side<'a>, destination: &Side<'a>) -> Tri {
        match self.all.get(index) {
            Some(flows) => {
                let encoder = &mut self.session.encoder;
                encoder.premise(self.setting, flows, source, destination)
            }
            None => Tri::exactly(self.session.encoder.formulas.constant(false)),
        }
    }

    fn flow(&mut self, source: &Side<'a>, destination: &Side<'a>) -> Tri {
        let cluster = self.world.cluster;
        self.session.encoder.flow(cluster, source, destination)
    }

    /// One direction possibly lets the flow through, or no policy stops it.
    fn one_direction(
        &mut self,
        direction: Direction,
        source: &Side<'a>,
        destination: &Side<'a>,
    ) -> Formula {
        let cluster = self.world.cluster;
        one_direction(self.session, cluster, direction, source, destination)
    }

    fn possible(&mut self, premise: Formula, formula: Formula) -> Step<'a, bool> {
        let parts = [(PartName::Premise, premise), (PartName::Claim, formula)];
        self.session.possible(&parts).map_err(Stop::GaveUp)
    }

    /// Whether there is a flow of the kind that is claimed of.
    fn is_real(&mut self, premise: Formula) -> Step<'a, bool> {
        let nothing = self.session.encoder.formulas.constant(true);
        let real = self.possible(premise, nothing)?;
        self.some |= real;
        Ok(real)
    }
}

/// The sides of both ends.
pub(super) fn sides<'a>(world: &World<'a>, flows: &'a Flows<'a>) -> (Vec<Side<'a>>, Vec<Side<'a>>) {
    let from: Vec<&Term<'_>> = flows.from.iter().collect();
    let to: Vec<&Term<'_>> = flows.to.iter().map(|target| &target.who).collect();
    (
        world.sides(crate::trace::End::Source, &from),
        world.sides(crate::trace::End::Destination, &to),
    )
}

/// One direction possibly lets the flow through, or no policy stops it.
pub(super) fn one_direction<'a>(
    session: &mut Session<'_, 'a>,
    cluster: &Cluster,
    direction: Direction,
    source: &Side<'a>,
    destination: &Side<'a>,
) -> Formula {
    let encoder = &mut session.encoder;
    let readings: Vec<Reading> = encoder.readings(source, destination);
    let exempt = encoder.exempt(cluster, source, destination);
    let mut parts = Vec::new();
    for reading in readings {
        let half: Half = encoder.half(cluster, direction, source, destination, reading);
        parts.push(half.can_allow);
        parts.push(encoder.exempted(exempt, &[half]).may);
    }
    encoder.formulas.any(parts)
}

/// Adds where the peers of the policies over a side may be.
pub(super) fn peers_over<'a>(
    cluster: &'a Cluster,
    side: &Side<'_>,
    direction: Direction,
    scopes: &mut Scopes<'a>,
) {
    for policy in super::encode::policies_over(cluster, side).into_values() {
        for rule in policy.rules(direction).unwrap_or_default() {
            for scope in rule.scopes() {
                scopes.add(&scope.namespaces);
            }
        }
    }
}

/// Adds where the sources that a claim names, and those of which something is taken for granted,
/// may be.
fn claimed<'c>(flows: &'c Flows<'_>, setting: &'c Setting<'_>, scopes: &mut Scopes<'c>) {
    for term in flows.from.iter().chain(&flows.not_from) {
        if let Term::Pods(set) = term {
            scopes.add_set(set);
        }
    }
    for always in &setting.premises.always {
        scopes.add_set(&always.pods);
    }
}

/// The addresses that are the cluster's own, as far as some block can tell them from all that are
/// outside; and where blocks begin and end.
pub(super) fn addresses_of<'p>(
    cluster: &Cluster,
    policies: impl Iterator<Item = &'p Policy> + Clone,
    claimed: impl Iterator<Item = AddressSet>,
) -> (Cuts, AddressSet, AddressSet) {
    let mut cuts = Cuts::of(policies.clone());
    cuts.add_nodes(cluster, policies);
    for set in claimed {
        cuts.add(&set);
    }
    // S70, S71.
    cuts.add(&AddressSet::link_local());
    let loopback = AddressSet::loopback();
    let pods = cluster.pods.rows().iter().flat_map(|pod| &pod.ips);
    let nodes = cluster.nodes.rows().iter().flat_map(|node| &node.ips);
    let services = cluster.services.rows().iter();
    let services = services.flat_map(crate::model::Service::all_addresses);
    let own = AddressSet::from_hosts(pods.chain(nodes).chain(services).copied()).union(&loopback);
    let outside = AddressSet::all().difference(&own);
    let left = cuts.split(&outside).into_iter();
    let left: BTreeSet<_> = left.map(|(address, _)| cuts.part(address)).collect();
    let parts = cuts.split(&AddressSet::all());
    let gone = parts
        .into_iter()
        .filter(|(address, _)| !left.contains(&cuts.part(*address)));
    let not_outside = AddressSet::union_of(gone.map(|(_, part)| part));
    (cuts, outside, not_outside)
}

/// The pods of each list that claims name.
pub(super) fn lists(flows: &[Flows<'_>]) -> Vec<HashSet<PodKey>> {
    let terms = flows.iter().flat_map(Flows::terms);
    let lists = terms.filter_map(|term| match term {
        Term::These(list) => Some(list),
        Term::Anyone | Term::Pods(_) | Term::Outside(_) => None,
    });
    let pods = lists.map(|list| {
        let pods = list.iter().filter_map(|these| match these {
            These::Pod(pod) => Some(pod.key()),
            These::Node(_) => None,
        });
        pods.collect()
    });
    pods.collect()
}

/// Whether some end that is listed is in the network of its node, or is one.
pub(super) fn nodes_matter(cluster: &Cluster, flows: &[Flows<'_>]) -> bool {
    let nodes = |terms: &[Term<'_>]| {
        terms.iter().any(|term| match term {
            Term::These(list) => list.iter().any(|these| matches!(these, These::Node(_))),
            Term::Anyone | Term::Pods(_) | Term::Outside(_) => false,
        })
    };
    let to = |flows: &Flows<'_>| {
        flows
            .to
            .iter()
            .any(|target| nodes(std::slice::from_ref(&target.who)))
    };
    cluster.pods.rows().iter().any(|pod| pod.host_network)
        || flows.iter().any(|flows| nodes(&flows.from) || to(flows))
}

/// The subject of a direction and its peer as source and destination.
pub(super) fn ordered<'s, 'a>(
    direction: Direction,
    subject: &'s Side<'a>,
    peer: &'s Side<'a>,
) -> [&'s Side<'a>; 2] {
    match direction {
        Direction::Egress => [subject, peer],
        Direction::Ingress => [peer, subject],
    }
}
