//! Rulesets against policies: that a ruleset, as it was read back, says of every first packet between
//! any two addresses what the policies say.
//!
//! One family at a time, and one direction: for the governed pods of each namespace, for everybody
//! else in the cluster, and for every address outside, against the same two at the other end. That
//! is everybody. Where a direction is not what the policies make of it, whole flows are asked, for
//! the other direction may make up for it; what is found then is a packet, and it is told only if
//! [`Ruleset::verdict`] and [`trace`](crate::trace::trace) differ on it.
//!
//! Packets are TCP, UDP and SCTP, as in `docs/semantics.md`. Where the policies leave a flow open, a
//! ruleset may do either.

mod classes;
mod difference;
mod ends;
mod matches;
mod program;
mod view;

pub use difference::{Difference, Peer};

use super::Bug;
use super::decide::{Answer, Engine};
use super::encode::{AsDocumented, Encoder, Reading, Tri};
use super::formula::Formula;
use super::outcome::Effort;
use super::query::PartName;
use super::session::{Listener, Session};
use super::vocabulary::{Collector, Vocabulary};
use crate::emit::plan::Scope;
use crate::emit::read::Ruleset;
use crate::model::{Cluster, Direction};
use crate::net::Family;
use classes::Classes;
use ends::Ends;
use program::Program;
use std::net::IpAddr;
use view::{Shared, View};

/// What was proven, and what it took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Certified {
    /// How many cases there were: a family, a direction, and who stands at the two ends.
    pub cases: usize,
    /// What it took.
    pub effort: Effort,
}

/// Why a ruleset was not proven.
#[derive(Debug, Clone)]
pub enum Refused {
    /// A packet of which the ruleset and the policies say different things.
    Different(Box<Difference>),
    /// Replies, and errors of connections that were let through, may be dropped: the hook that
    /// begins at this line of the ruleset does not begin with letting them through.
    Replies(usize),
    /// It is not known who sends from this address: these two have it.
    Shared(IpAddr, [String; 2]),
    /// The solver gave up; why, in one sentence.
    GaveUp(String),
    /// netpolc contradicts itself.
    Bug(Bug),
}

impl From<Shared> for Refused {
    fn from(Shared(address, names): Shared) -> Self {
        Self::Shared(address, names)
    }
}

/// Proves that rulesets say what the policies of a cluster say for the pods in `scope`; the first is
/// asked about IPv4, the second about IPv6, and they may be one.
///
/// # Errors
/// [`Refused`] with what speaks against it.
pub fn certify(
    cluster: &Cluster,
    scope: &Scope,
    rulesets: [&Ruleset; 2],
    engine: &dyn Engine,
    listener: &mut dyn Listener,
) -> Result<Certified, Refused> {
    for ruleset in rulesets {
        if let Some(line) = program::replies_stopped(ruleset) {
            return Err(Refused::Replies(line));
        }
    }
    let mut certified = Certified::default();
    let families = [Family::V4, Family::V6].into_iter().zip(rulesets);
    for (family, ruleset) in families {
        let view = View::new(cluster, scope, family)?;
        let mut collector = Collector::new();
        collector.policies(&view.cluster);
        let vocabulary = collector.finish(&view.cluster);
        for direction in Direction::BOTH {
            let case = Certifier {
                view: &view,
                ruleset,
                vocabulary: &vocabulary,
                direction,
            };
            case.prove(engine, listener, &mut certified)?;
        }
    }
    Ok(certified)
}

/// One direction in one family.
struct Certifier<'r> {
    view: &'r View<'r>,
    ruleset: &'r Ruleset,
    vocabulary: &'r Vocabulary,
    direction: Direction,
}

/// What is made of the ruleset, and of questions, with one encoder.
struct Made<'r> {
    program: Program<'r>,
    classes: Classes,
}

impl Made<'_> {
    fn ask(&mut self, session: &mut Session<'_, '_>, wrong: Formula) -> Answer {
        let small = self.classes.small(&mut session.encoder, wrong);
        session.ask(&[(PartName::Differs, small)])
    }
}

impl Certifier<'_> {
    fn prove(
        &self,
        engine: &dyn Engine,
        listener: &mut dyn Listener,
        certified: &mut Certified,
    ) -> Result<(), Refused> {
        let meaning = AsDocumented;
        let encoder = Encoder::new(self.vocabulary, &meaning, &[]);
        let name = format!("{}-{}", self.view.name(), self.direction.name());
        let mut session = Session::new(encoder, engine, listener, &name);
        let subjects = self.view.subjects(self.direction);
        let peers = self.view.peers(self.direction);
        let mut made = Made {
            program: Program::new(self.ruleset, self.view),
            classes: Classes::default(),
        };
        for (done, subject) in subjects.iter().enumerate() {
            session.progress(done, subjects.len());
            for peer in &peers {
                let ends = match self.direction {
                    Direction::Egress => Ends {
                        source: subject,
                        destination: peer,
                    },
                    Direction::Ingress => Ends {
                        source: peer,
                        destination: subject,
                    },
                };
                certified.cases += 1;
                self.case(&mut session, &mut made, ends)?;
            }
        }
        certified.effort.add(session.effort());
        Ok(())
    }

    /// This direction; whole flows if it differs.
    fn case(
        &self,
        session: &mut Session<'_, '_>,
        made: &mut Made<'_>,
        ends: Ends<'_>,
    ) -> Result<(), Refused> {
        let policies = self.policies(&mut session.encoder, self.direction, ends);
        let refused = made
            .program
            .refuses(&mut session.encoder, ends, &[self.direction]);
        let wrong = differs(&mut session.encoder, policies, refused);
        if !self.is_possible(session, made, wrong, ends)? {
            return Ok(());
        }
        let halves = Direction::BOTH;
        let halves = halves.map(|each| self.policies(&mut session.encoder, each, ends));
        let policies = session.encoder.all_of(&halves);
        let refused = made
            .program
            .refuses(&mut session.encoder, ends, &Direction::BOTH);
        let wrong = differs(&mut session.encoder, policies, refused);
        if !self.is_possible(session, made, wrong, ends)? {
            return Ok(());
        }
        let parts = [
            (PartName::Differs, wrong),
            (PartName::Ends, self.free(session, ends)),
        ];
        let order = session.encoder.order();
        let values = match session.least(&parts, &order) {
            Answer::Sat(values) => values,
            Answer::Unknown(why) => return Err(Refused::GaveUp(why)),
            Answer::Unsat => {
                let what = "what was found once was not found again".to_owned();
                return Err(Refused::Bug(Bug(what)));
            }
        };
        let found = difference::Found {
            view: self.view,
            ruleset: self.ruleset,
            ends,
        };
        let difference = found.difference(&session.encoder, &values);
        Err(difference.map_or_else(Refused::Bug, |found| Refused::Different(Box::new(found))))
    }

    /// Whether the ends and the packet can be such that `wrong` holds. What addresses are outside is
    /// said only where it matters, for it takes long to say.
    fn is_possible(
        &self,
        session: &mut Session<'_, '_>,
        made: &mut Made<'_>,
        wrong: Formula,
        ends: Ends<'_>,
    ) -> Result<bool, Refused> {
        let mut answer = made.ask(session, wrong);
        if matches!(answer, Answer::Sat(_)) {
            let free = self.free(session, ends);
            if !session.encoder.formulas.is(free, true) {
                let wrong = session.encoder.formulas.all([wrong, free]);
                answer = made.ask(session, wrong);
            }
        }
        match answer {
            Answer::Sat(_) => Ok(true),
            Answer::Unsat => Ok(false),
            Answer::Unknown(why) => Err(Refused::GaveUp(why)),
        }
    }

    /// Addresses outside are those of nobody inside.
    fn free(&self, session: &mut Session<'_, '_>, ends: Ends<'_>) -> Formula {
        let outside = [ends.source, ends.destination].into_iter();
        let outside = outside.filter(|stand| stand.entries().is_none());
        let free: Vec<Formula> = outside
            .map(|stand| {
                let encoder = &mut session.encoder;
                let taken = &self.view.taken;
                let inside = encoder.address_in(taken, stand.side.end, self.view.family);
                encoder.formulas.not(inside)
            })
            .collect();
        session.encoder.formulas.all(free)
    }

    /// What the policies say of a direction, where the ruleset is to say it: whether the flow passes.
    fn policies(&self, encoder: &mut Encoder<'_>, direction: Direction, ends: Ends<'_>) -> Tri {
        let (source, destination) = ends.sides();
        let governed = self.view.governed(encoder, ends.subject(direction));
        if encoder.formulas.is(governed, false) {
            return Tri {
                sure: encoder.formulas.constant(true),
                may: encoder.formulas.constant(true),
            };
        }
        let (cluster, reading) = (&self.view.cluster, Reading::Only(self.view.family));
        let half = encoder.half(cluster, direction, source, destination, reading);
        let exempt = encoder.exempt(cluster, source, destination);
        let exempt = encoder.exempted(exempt, &[half]);
        let formulas = &mut encoder.formulas;
        let denied = formulas.all([governed, half.can_deny]);
        let allowed = formulas.not(denied);
        let others = formulas.not(governed);
        Tri {
            sure: formulas.any([exempt.sure, allowed]),
            may: formulas.any([exempt.may, half.can_allow, others]),
        }
    }
}

/// The ruleset refuses what surely passes, or lets through what surely does not.
fn differs(encoder: &mut Encoder<'_>, policies: Tri, refused: Formula) -> Formula {
    let formulas = &mut encoder.formulas;
    let missing = formulas.all([policies.sure, refused]);
    let (accepted, not) = (formulas.not(refused), formulas.not(policies.may));
    let extra = formulas.all([accepted, not]);
    formulas.any([missing, extra])
}
