//! Claims about two sets of policies: that they mean the same, or that one lets through no more.
//!
//! Direction by direction: two sets that say the same of every direction of every flow say the same
//! of every flow. That way the policies at one end are not multiplied with those at the other. Only
//! where a direction differs is the whole flow looked at, for the other end may hide the
//! difference: an ingress rule that is new changes nothing for a peer whose egress is refused.
//! Namespaces of peers that nothing tells apart are asked about once. Slices that are built alike
//! are the same formula and cost their encoding.
//!
//! Over pods of the input whole flows are compared, between groups of alike ones, and only where a
//! slice at either end differs.

use super::cases::{Cast, Scopes, World};
use super::claim::{Compare, Flows, Target, Term};
use super::encode::{End, Half, Home, Reading, Side, Tri, Who};
use super::families::{families_of, readings};
use super::flows::{ordered, peers_over};
use super::formula::Formula;
use super::premise::Setting;
use super::query::PartName;
use super::session::{Part, Session};
use super::slices::{alike, same_policies, says_the_same};
use crate::model::{Cluster, Direction};
use crate::net::Family;
use std::collections::BTreeSet;

/// A flow of which two sets of policies say different things.
#[derive(Debug, Clone)]
pub(super) struct Difference<'a> {
    pub(super) source: Side<'a>,
    pub(super) destination: Side<'a>,
    /// The families in which imagined ends have addresses.
    pub(super) families: Vec<Family>,
    /// What cannot be for a claim that holds.
    pub(super) parts: Vec<Part>,
}

/// What came of the comparison.
#[derive(Debug)]
pub(super) enum Compared<'a> {
    /// No flow differs.
    Same,
    /// This one surely does.
    Differs(Difference<'a>),
    /// This one may.
    Open(Difference<'a>),
    /// It could not be decided.
    GaveUp(String),
}

/// A comparison under way.
#[derive(Debug)]
pub(super) struct Comparison<'s, 'e, 'a> {
    world: &'s World<'a>,
    setting: &'s Setting<'a>,
    session: &'s mut Session<'e, 'a>,
    compare: &'a Compare<'a>,
    /// Flows between any two ends.
    any: &'s Flows<'a>,
    open: Option<Difference<'a>>,
}

/// Flows between any two ends.
pub(super) fn any_flows<'a>() -> Flows<'a> {
    Flows {
        from: vec![Term::Anyone],
        to: vec![Target {
            who: Term::Anyone,
            ports: super::claim::Packets::Any,
        }],
        ..Flows::default()
    }
}

/// Why the comparison ends early.
enum Stop<'a> {
    Differs(Box<Difference<'a>>),
    GaveUp(String),
}

type Step<'a, T> = Result<T, Stop<'a>>;

impl<'s, 'e, 'a> Comparison<'s, 'e, 'a> {
    pub(super) fn new(
        world: &'s World<'a>,
        setting: &'s Setting<'a>,
        session: &'s mut Session<'e, 'a>,
        compare: &'a Compare<'a>,
        any: &'s Flows<'a>,
    ) -> Self {
        Self {
            world,
            setting,
            session,
            compare,
            any,
            open: None,
        }
    }

    /// Compares all directions of all flows of pods that could be created.
    pub(super) fn imagined(mut self) -> Compared<'a> {
        let compared = self.slices();
        self.compared(compared)
    }

    /// Compares whole flows between the ends, of which one at least is in the input; two of these
    /// only where the pass is about those.
    pub(super) fn existing(mut self, ends: &[Vec<Side<'a>>; 2]) -> Compared<'a> {
        let compared = self.pairs(ends);
        self.compared(compared)
    }

    fn compared(self, step: Step<'a, ()>) -> Compared<'a> {
        match (step, self.open) {
            (Err(Stop::Differs(difference)), _) => Compared::Differs(*difference),
            (Err(Stop::GaveUp(why)), _) => Compared::GaveUp(why),
            (Ok(()), Some(difference)) => Compared::Open(difference),
            (Ok(()), None) => Compared::Same,
        }
    }

    fn slices(&mut self) -> Step<'a, ()> {
        let homes = self.homes();
        for (done, &home) in homes.iter().enumerate() {
            self.session.progress(done, homes.len());
            for direction in Direction::BOTH {
                self.slice(direction, home)?;
            }
        }
        Ok(())
    }

    /// Whether an end is read in this way: an outside address in its own family, a pod that could
    /// exist in those of its networks.
    fn is_read(&self, side: &Side<'_>, reading: Reading) -> bool {
        match (&side.who, reading) {
            (Who::Outside(family), Reading::Only(read)) => *family == read,
            (Who::Imagined(_), Reading::Only(read)) => self.session.encoder.has_pod_network(read),
            _ => true,
        }
    }

    fn pairs(&mut self, [sources, destinations]: &[Vec<Side<'a>>; 2]) -> Step<'a, ()> {
        let [one, other] = self.clusters();
        let changed = |sides: &[Side<'a>], direction| -> Vec<bool> {
            let each = sides.iter();
            each.map(|side| !says_the_same(one, other, side, direction))
                .collect()
        };
        let from = changed(sources, Direction::Egress);
        let to = changed(destinations, Direction::Ingress);
        let is_there = |side: &Side<'a>| matches!(side.who, Who::Listed(_));
        for (done, (source, from)) in sources.iter().zip(from).enumerate() {
            self.session.progress(done, sources.len());
            for (destination, &to) in destinations.iter().zip(&to) {
                let wanted = match (is_there(source), is_there(destination)) {
                    (true, true) => self.world.cast == Cast::Existing,
                    (a, b) => a || b,
                };
                if !wanted {
                    continue;
                }
                if from || to {
                    self.pair([source, destination])?;
                } else {
                    self.session.same();
                }
            }
        }
        Ok(())
    }

    /// A whole flow, however it is read.
    fn pair(&mut self, ends: [&Side<'a>; 2]) -> Step<'a, ()> {
        let [one, other] = self.clusters();
        let [source, destination] = ends;
        let encoder = &mut self.session.encoder;
        let first = encoder.flow(one, source, destination);
        let second = encoder.flow(other, source, destination);
        if first == second {
            self.session.same();
            return Ok(());
        }
        self.judge(ends, &[Family::V4, Family::V6], first, second)
    }

    fn clusters(&self) -> [&'a Cluster; 2] {
        [self.world.cluster, &self.compare.other]
    }

    /// Where pods are over which the two sets have different policies.
    fn homes(&self) -> Vec<Home> {
        let [one, other] = self.clusters();
        let existing = one.namespaces.ids().map(Home::Existing);
        let new = self.world.new_namespaces.then_some(Home::New);
        let all = existing.chain(new);
        all.filter(|&home| !same_policies(one, other, home))
            .collect()
    }

    /// One direction of the flows of the pods in one namespace.
    fn slice(&mut self, direction: Direction, home: Home) -> Step<'a, ()> {
        let [one, other] = self.clusters();
        if alike(one, other, home, direction) {
            self.session.same();
            return Ok(());
        }
        let (own_end, other_end) = match direction {
            Direction::Egress => (End::Source, End::Destination),
            Direction::Ingress => (End::Destination, End::Source),
        };
        let subject = Side {
            end: own_end,
            who: Who::Imagined(home),
        };
        let mut scopes = Scopes::default();
        let mut families = BTreeSet::new();
        for cluster in [one, other] {
            peers_over(cluster, &subject, direction, &mut scopes);
            families.extend(families_of(cluster, &subject, &[direction]));
        }
        for always in &self.setting.premises.always {
            scopes.add_set(&always.pods);
        }
        let peers = self.peers(other_end, &families);
        for class in scopes.classes(one, &peers) {
            let Some(&peer) = class.first() else { continue };
            for reading in readings(&families) {
                if !self.is_read(&subject, reading) || !self.is_read(peer, reading) {
                    continue;
                }
                if !self.same_half(direction, &subject, peer, reading)? {
                    for &peer in &class {
                        self.whole(direction, &subject, peer)?;
                    }
                    break;
                }
            }
        }
        Ok(())
    }

    /// Whoever may stand at the other end.
    fn peers(&self, end: End, families: &BTreeSet<Family>) -> Vec<Side<'a>> {
        let existing = self.world.cluster.namespaces.ids();
        let existing = existing.map(|id| Who::Imagined(Home::Existing(id)));
        let new = self
            .world
            .new_namespaces
            .then_some(Who::Imagined(Home::New));
        // Where no block tells addresses apart, one outside address is like another.
        let outside: Vec<Family> = if families.is_empty() {
            vec![Family::V4]
        } else {
            vec![Family::V4, Family::V6]
        };
        let outside = outside.into_iter().map(Who::Outside);
        let all = existing.chain(new).chain(outside);
        all.map(|who| Side { end, who }).collect()
    }

    fn half(
        &mut self,
        cluster: &'a Cluster,
        direction: Direction,
        [source, destination]: [&Side<'a>; 2],
        reading: Reading,
    ) -> Half {
        let encoder = &mut self.session.encoder;
        encoder.half(cluster, direction, source, destination, reading)
    }

    /// Whether the two sets say the same of one direction.
    fn same_half(
        &mut self,
        direction: Direction,
        subject: &Side<'a>,
        peer: &Side<'a>,
        reading: Reading,
    ) -> Step<'a, bool> {
        let ends = ordered(direction, subject, peer);
        let [one, other] = self.clusters();
        let first = self.half(one, direction, ends, reading);
        let second = self.half(other, direction, ends, reading);
        if first == second {
            self.session.same();
            return Ok(true);
        }
        let mut tri = |cluster: &Cluster, half: Half| {
            let encoder = &mut self.session.encoder;
            let through = encoder.through(&[half]);
            let exempt = encoder.exempt(cluster, ends[0], ends[1]);
            let exempt = encoder.exempted(exempt, &[half]);
            encoder.any_of(&[exempt, through])
        };
        let (first, second) = (tri(one, first), tri(other, second));
        let against = self.against(first, second).may;
        let premise = self.premise(ends);
        Ok(!self.possible(&[(PartName::Premise, premise), (PartName::Claim, against)])?)
    }

    /// Looks at whole flows where a direction differs.
    fn whole(&mut self, direction: Direction, subject: &Side<'a>, peer: &Side<'a>) -> Step<'a, ()> {
        let ends = ordered(direction, subject, peer);
        let [one, other] = self.clusters();
        let mut families = BTreeSet::new();
        for cluster in [one, other] {
            for (side, towards) in [(ends[0], Direction::Egress), (ends[1], Direction::Ingress)] {
                families.extend(families_of(cluster, side, &[towards]));
            }
        }
        for reading in readings(&families) {
            if !ends.iter().all(|side| self.is_read(side, reading)) {
                continue;
            }
            let mut flows = Vec::new();
            for cluster in [one, other] {
                let halves =
                    Direction::BOTH.map(|towards| self.half(cluster, towards, ends, reading));
                let encoder = &mut self.session.encoder;
                let through = encoder.through(&halves);
                // S70.
                let exempt = encoder.exempt(cluster, ends[0], ends[1]);
                let exempt = encoder.exempted(exempt, &halves);
                flows.push(encoder.any_of(&[exempt, through]));
            }
            if let [first, second] = flows.as_slice() {
                let families = match &reading {
                    Reading::Only(family) => std::slice::from_ref(family),
                    Reading::NoneKnown | Reading::Nothing => &[],
                };
                self.judge(ends, families, *first, *second)?;
            }
        }
        Ok(())
    }

    /// Asks for a flow of which the two sets say different things.
    fn judge(
        &mut self,
        ends: [&Side<'a>; 2],
        families: &[Family],
        first: Tri,
        second: Tri,
    ) -> Step<'a, ()> {
        let against = self.against(first, second);
        let premise = self.premise(ends);
        let difference = |formula: Formula| Difference {
            source: ends[0].clone(),
            destination: ends[1].clone(),
            families: families.to_vec(),
            parts: vec![(PartName::Premise, premise), (PartName::Claim, formula)],
        };
        let (sure, may) = (difference(against.sure), difference(against.may));
        if self.possible(&sure.parts)? {
            return Err(Stop::Differs(Box::new(sure)));
        }
        if self.possible(&may.parts)? && self.open.is_none() {
            self.open = Some(may);
        }
        Ok(())
    }

    /// That the claim is wrong, where the two sets say this.
    fn against(&mut self, one: Tri, other: Tri) -> Tri {
        let f = &mut self.session.encoder.formulas;
        let mut more = |a: Tri, b: Tri| {
            let (refused, not_sure) = (f.not(b.may), f.not(b.sure));
            let sure = f.all([a.sure, refused]);
            // What both leave open alike is no difference.
            let (same_sure, same_may) = (f.same(a.sure, b.sure), f.same(a.may, b.may));
            let alike = f.all([same_sure, same_may]);
            let unlike = f.not(alike);
            Tri {
                sure,
                may: f.all([a.may, not_sure, unlike]),
            }
        };
        let first = more(one, other);
        if self.compare.more_allowed {
            return first;
        }
        let second = more(other, one);
        self.session.encoder.any_of(&[first, second])
    }

    fn premise(&mut self, [source, destination]: [&Side<'a>; 2]) -> Formula {
        let encoder = &mut self.session.encoder;
        let premise = encoder.premise(self.setting, self.any, source, destination);
        premise.may
    }

    fn possible(&mut self, parts: &[Part]) -> Step<'a, bool> {
        self.session.possible(parts).map_err(Stop::GaveUp)
    }
}
