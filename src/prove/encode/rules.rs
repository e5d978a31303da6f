//! Whether a rule matches a flow (S21 to S23).
//!
//! A rule matches if its policy selects the subject, some peer matches and some port does. Where it
//! is asked what a proof needs, this is also where the parts of policies get their switches, each
//! on the side on which it helps the proof. To prove that flows are refused, the peers and ports of
//! an accepting rule help by not matching, so what may match is widened once they are taken out. A
//! rule that denies helps by matching, so it no longer surely matches once it is taken out.

use super::encoder::Encoder;
use super::end::Side;
use super::switch::{Field, Goal, Switch, SwitchRole};
use super::tri::{Reading, Tri};
use crate::model::{Action, Cluster, Direction, Peers, Policy, PolicyId, Rule, Tier};

/// A flow of which one direction is read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Flow<'c, 'a> {
    pub(super) cluster: &'c Cluster,
    pub(super) direction: Direction,
    pub(super) source: &'c Side<'a>,
    pub(super) destination: &'c Side<'a>,
    pub(super) reading: Reading,
}

impl<'c, 'a> Flow<'c, 'a> {
    /// The end whose policies decide.
    pub(super) fn subject(&self) -> &'c Side<'a> {
        match self.direction {
            Direction::Egress => self.source,
            Direction::Ingress => self.destination,
        }
    }

    /// The end that rules name in `from` or `to`.
    fn peer(&self) -> &'c Side<'a> {
        match self.direction {
            Direction::Egress => self.destination,
            Direction::Ingress => self.source,
        }
    }
}

/// Whether a policy selects the subject: twice, for the two differ in what is taken out of a proof.
#[derive(Debug, Clone, Copy)]
pub(super) struct Selected {
    /// For isolating it.
    pub(super) isolation: Tri,
    /// For its rules.
    pub(super) rules: Tri,
    /// Whether some pod may be selected without being so for sure (S75).
    pub(super) is_open: bool,
}

/// A rule by its place.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) policy: PolicyId,
    pub(super) index: usize,
}

impl Encoder<'_> {
    /// Whether a policy selects the subject.
    pub(super) fn selected(
        &mut self,
        flow: &Flow<'_, '_>,
        id: PolicyId,
        policy: &Policy,
    ) -> Selected {
        let selected = self.scope_fits(flow.cluster, &policy.subject, flow.subject());
        let part = |role| Switch {
            policy: id,
            field: Field::Subject,
            role,
        };
        let isolates = part(SwitchRole::Isolates(flow.direction));
        let confines = part(SwitchRole::Confines(flow.direction));
        let goal = self.goal();
        let isolation = Tri {
            sure: self.if_in(isolates, selected.sure),
            may: match goal {
                Some(Goal::LetThrough) => self.unless_out(confines, selected.may),
                Some(Goal::Refused) | None => selected.may,
            },
        };
        let rules = Tri {
            sure: selected.sure,
            may: self.unless_out(confines, selected.may),
        };
        Selected {
            isolation,
            rules,
            is_open: selected.sure != selected.may,
        }
    }

    /// Whether a rule of a policy that selects the subject this far matches.
    pub(super) fn rule_matches(
        &mut self,
        flow: &Flow<'_, '_>,
        selected: Tri,
        place: Place,
        rule: &Rule,
    ) -> Tri {
        let Place { policy, index } = place;
        let direction = flow.direction;
        let tier = flow.cluster.policies.at(policy).tier;
        let mut peers = self.peers_match(flow, tier, &rule.peers);
        let own_way = (tier == Tier::NetworkPolicy).then_some((flow.cluster, direction));
        let mut ports = self.ports_match(own_way, &rule.ports, flow.source, flow.destination);
        // Only what could speak against the claim can be taken out: a rule that accepts, where
        // flows are to be refused.
        let against = match self.goal() {
            Some(Goal::Refused) => rule.action != Action::Deny,
            Some(Goal::LetThrough) => rule.action != Action::Accept,
            None => false,
        };
        if against {
            let part = |field| Switch {
                policy,
                field,
                role: SwitchRole::Narrows,
            };
            peers.may = self.unless_out(part(Field::Peers(direction, index)), peers.may);
            ports.may = self.unless_out(part(Field::Ports(direction, index)), ports.may);
        }
        let mut matches = self.all_of(&[selected, peers, ports]);
        let decides = match self.goal() {
            Some(Goal::Refused) => rule.action != Action::Accept,
            Some(Goal::LetThrough) => rule.action != Action::Deny,
            None => false,
        };
        if decides {
            let part = Switch {
                policy,
                field: Field::Rule(direction, index),
                role: SwitchRole::Decides,
            };
            matches.sure = self.if_in(part, matches.sure);
        }
        matches
    }

    /// S22, S23.
    fn peers_match(&mut self, flow: &Flow<'_, '_>, tier: Tier, peers: &Peers) -> Tri {
        let entries = match peers {
            Peers::Anyone => return self.known(true),
            Peers::Listed(entries) => entries,
        };
        let each: Vec<Tri> = entries
            .iter()
            .map(|peer| {
                let peer = (tier, &peer.matches);
                self.peer_fits(flow.cluster, peer, flow.peer(), flow.reading)
            })
            .collect();
        self.any_of(&each)
    }
}
