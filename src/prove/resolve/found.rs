//! The ways of a claim as they are put together.

use crate::hops::{Hop, HopKind, Settled};
use crate::intent;
use crate::prove::claim::{Flows, Goal, Kind, Link, Scope, Way};

/// The ways of a claim.
#[derive(Default)]
pub(super) struct Found<'a> {
    pub(super) ways: Vec<Way<'a>>,
    /// What is said of the ways beside what came of them.
    pub(super) granted: Vec<String>,
}

impl<'a> Found<'a> {
    /// Adds what is said of a hop.
    pub(super) fn note(&mut self, hop: &Hop<'a>, scope: Scope) {
        if hop.kind == HopKind::Lookup && scope == Scope::Any {
            self.granted.push(
                "pods that could be created look names up as pods do that do not say how"
                    .to_owned(),
            );
        }
        if let Some(Settled::Refused(why)) = &hop.settled {
            self.granted.push(why.clone());
        }
    }

    pub(super) fn extend(&mut self, more: Self) {
        self.ways.extend(more.ways);
        self.granted.extend(more.granted);
    }

    /// The claim about these ways and the flows that are dialled directly.
    pub(super) fn kind(
        mut self,
        goal: Goal,
        mut plain: Flows<'a>,
        said: &intent::Flows,
    ) -> Kind<'a> {
        plain.same_labels.clone_from(&said.same_labels);
        plain.different_labels.clone_from(&said.different_labels);
        if self.ways.is_empty() {
            return Kind::Flows(goal, vec![plain]);
        }
        if !plain.same_labels.is_empty() || !plain.different_labels.is_empty() {
            return Kind::Open(
                "labels are compared between the ends of one connection, and this way has several: \
                 name the pods"
                    .to_owned(),
            );
        }
        if !plain.to.is_empty() {
            let link = Link {
                what: "the connection".to_owned(),
                flows: vec![plain],
                ..Link::default()
            };
            self.ways.push(Way {
                links: vec![link],
                one_of: None,
            });
        }
        Kind::Ways(goal, self.ways)
    }
}
