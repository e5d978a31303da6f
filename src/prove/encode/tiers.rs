//! One direction of a flow: the tiers in order, until one decides (S6 to S20).
//!
//! A tier is not one formula but three: where it may allow, where it may deny, and where it may
//! leave the flow to the next. These can overlap, so none is the negation of another: policies of
//! one priority may be followed in any order (S11), and it may be open whether a selector matches.
//!
//! In the NetworkPolicy tier, a policy that perhaps selects the pod isolates it and opens it at
//! once. If its own rules let the flow through, it cannot be what refuses it, whether it selects
//! the pod or not. So policies that select together are judged together: they may refuse a flow
//! only if none of their own rules would surely let it through. Each policy over the end is encoded
//! once.

use super::encoder::Encoder;
use super::end::{Home, Side, Who};
use super::rules::{Flow, Place};
use super::tri::{Half, Reading, Tri};
use crate::model::{
    Action, Cluster, Direction, Habit, PodScope, Policy, PolicyApi, PolicyId, Rule, Says, Tier,
};
use crate::net::Family;
use crate::prove::formula::Formula;
use crate::trace::Endpoint;
use std::collections::BTreeMap;

/// What a tier may come to.
#[derive(Debug, Clone, Copy)]
struct Outcomes {
    allow: Formula,
    deny: Formula,
    /// It may leave the flow to the next tier.
    next: Formula,
}

/// What ordered policies may come to.
#[derive(Debug, Clone, Copy)]
struct Matched {
    allow: Formula,
    deny: Formula,
    /// A rule may pass it on.
    passed: Formula,
    /// No rule surely matches.
    left: Formula,
}

/// Policies of one API by their priorities.
type Chain<'c> = BTreeMap<u16, Vec<(PolicyId, &'c Policy)>>;

/// Policies by their ids.
pub(in crate::prove) type Policies<'c> = BTreeMap<PolicyId, &'c Policy>;

impl Encoder<'_> {
    /// What the policies on the subject's end say of the flow.
    pub fn half(
        &mut self,
        cluster: &Cluster,
        direction: Direction,
        source: &Side<'_>,
        destination: &Side<'_>,
        reading: Reading,
    ) -> Half {
        let flow = Flow {
            cluster,
            direction,
            source,
            destination,
            reading,
        };
        let practice = &cluster.practice;
        if practice.says(Habit::Enforces) == Says::No {
            // S86.
            return Half {
                can_allow: self.formulas.constant(true),
                can_deny: self.formulas.constant(false),
                by_rule: self.known(false),
            };
        }
        let policies = policies_over(cluster, flow.subject());
        let in_tier = |tier: Tier| -> Policies<'_> {
            let rest = policies.iter().filter(|(_, policy)| policy.tier == tier);
            // S86: some plugins enforce none of an API.
            let rest = rest.filter(|(_, policy)| !practice.passes_over(policy.kind.api()));
            rest.map(|(&id, &policy)| (id, policy)).collect()
        };
        let admin = self.cluster_tier(&flow, &in_tier(Tier::Admin));
        let namespaced = self.network_policies(&flow, &in_tier(Tier::NetworkPolicy));
        let baseline = self.cluster_tier(&flow, &in_tier(Tier::Baseline));
        let unenforced = self.unenforced(&flow);
        // S6: what no tier decides is allowed.
        let f = &mut self.formulas;
        let last = [baseline.allow, baseline.next];
        let allow_last = f.any(last);
        let allow_last = f.all([namespaced.next, allow_last]);
        let allow_below = f.any([namespaced.allow, allow_last]);
        let allow_below = f.all([admin.next, allow_below]);
        let deny_last = f.all([namespaced.next, baseline.deny]);
        let deny_below = f.any([namespaced.deny, deny_last]);
        let deny_below = f.all([admin.next, deny_below]);
        let can_allow = f.any([admin.allow, allow_below, unenforced]);
        let below = f.all([admin.next, deny_last]);
        let by_rule = f.any([admin.deny, below]);
        let by_isolation = f.all([admin.next, namespaced.deny]);
        let otherwise = f.any([can_allow, by_isolation]);
        Half {
            can_allow,
            can_deny: f.any([admin.deny, deny_below]),
            // It allows or denies: what is neither allowed nor refused for isolation, a rule denies.
            by_rule: Tri {
                sure: f.not(otherwise),
                may: by_rule,
            },
        }
    }

    /// S86: where the plugin may not enforce what policies say of the subject.
    fn unenforced(&mut self, flow: &Flow<'_, '_>) -> Formula {
        let practice = &flow.cluster.practice;
        if !practice.does(Habit::Enforces) {
            return self.formulas.constant(true);
        }
        let subject = flow.subject();
        let bare = !practice.does(Habit::BarePods);
        match &subject.who {
            Who::Listed(list) if bare => {
                subject.where_listed(self, list, |endpoint| match endpoint {
                    Endpoint::Pod(pod) => pod.workload.is_none(),
                    Endpoint::Node(_) | Endpoint::Address(_) => false,
                })
            }
            Who::Imagined(_) => self.formulas.constant(bare),
            Who::Listed(_) | Who::Outside(_) => self.formulas.constant(false),
        }
    }

    /// S1, S49: packets that the plugin has no support for, or may have none.
    fn unsupported(&mut self, flow: &Flow<'_, '_>) -> Formula {
        let practice = &flow.cluster.practice;
        let mut either = Vec::new();
        if !practice.does(Habit::Ipv6) {
            // An outside address has the family that it has; else that which is read.
            let [v4, v6] = [Family::V4, Family::V6].map(|family| self.outside(flow, family));
            let not_v4 = self.formulas.not(v4);
            let is_read = flow.reading == Reading::Only(Family::V6);
            let constant = self.formulas.constant(is_read);
            either.extend([v6, self.formulas.all([constant, not_v4])]);
        }
        if !practice.does(Habit::Sctp) {
            either.push(self.is_sctp());
        }
        self.formulas.any(either)
    }

    /// One end is an outside address of a family.
    fn outside(&mut self, flow: &Flow<'_, '_>, family: Family) -> Formula {
        let mut ends = Vec::new();
        for side in [flow.source, flow.destination] {
            ends.push(match &side.who {
                Who::Outside(own) => self.formulas.constant(*own == family),
                Who::Listed(list) => side.where_listed(
                    self,
                    list,
                    |end| matches!(end, Endpoint::Address(it) if Family::of(*it) == family),
                ),
                Who::Imagined(_) => self.formulas.constant(false),
            });
        }
        self.formulas.any(ends)
    }

    /// The NetworkPolicy tier.
    fn network_policies(&mut self, flow: &Flow<'_, '_>, policies: &Policies<'_>) -> Outcomes {
        let (mut isolated, mut allowed) = (Vec::new(), Vec::new());
        let void = flow.cluster.practice.does(Habit::NameVoidsPolicy);
        // Where policies of one subject, which select the pod together, let the flow through if they do.
        let mut opening: Vec<(&PodScope, Formula, Vec<Formula>)> = Vec::new();
        for (&id, policy) in policies {
            // S14: it isolates the pods that it selects, in the directions that it governs.
            let Some(rules) = policy.rules(flow.direction) else {
                continue;
            };
            // S36: some plugins take none that names a port.
            if void && policy.all_rules().any(names_a_port) {
                continue;
            }
            let selected = self.selected(flow, id, policy);
            isolated.push(selected.isolation);
            let yes = self.known(true);
            let alike = opening
                .iter()
                .position(|(other, ..)| **other == policy.subject);
            let unit = alike.filter(|_| selected.is_open).unwrap_or(opening.len());
            if unit == opening.len() {
                opening.push((&policy.subject, selected.isolation.may, Vec::new()));
            }
            // S16, S20: any rule of any of these policies is enough.
            for (index, rule) in rules.iter().enumerate() {
                let place = Place { policy: id, index };
                allowed.push(self.rule_matches(flow, selected.rules, place, rule));
                if selected.is_open {
                    let opens = self.rule_matches(flow, yes, place, rule).sure;
                    if let Some((.., all)) = opening.get_mut(unit) {
                        all.push(opens);
                    }
                }
            }
        }
        let mut refusing = Vec::new();
        for (_, selected, opens) in opening {
            let opens = self.formulas.any(opens);
            let closed = self.formulas.not(opens);
            refusing.push(self.formulas.all([selected, closed]));
        }
        let (isolated, allowed) = (self.any_of(&isolated), self.any_of(&allowed));
        let refused = self.formulas.not(allowed.sure);
        let refusing = self.formulas.any(refusing);
        let unsupported = self.unsupported(flow);
        let either = self.formulas.all([isolated.may, unsupported]);
        let denied = self.formulas.all([refusing, refused]);
        Outcomes {
            allow: self.formulas.any([allowed.may, either]),
            // S12: final for isolated pods.
            deny: self.formulas.any([denied, either]),
            // S15: nothing is said of the others.
            next: self.formulas.not(isolated.sure),
        }
    }

    /// The Admin or the Baseline tier: the first match decides.
    fn cluster_tier(&mut self, flow: &Flow<'_, '_>, policies: &Policies<'_>) -> Outcomes {
        let mut chains: BTreeMap<PolicyApi, Chain<'_>> = BTreeMap::new();
        for (&id, &policy) in policies {
            let chain = chains.entry(policy.kind.api()).or_default();
            let group = chain.entry(policy.priority).or_default();
            group.push((id, policy));
        }
        let (mut allow, mut deny, mut next) = (Vec::new(), Vec::new(), Vec::new());
        // S99: the policies of any API may come first. S9: where no rule of any matches, that decides
        // nothing.
        let mut left = Vec::new();
        for chain in chains.values() {
            let outcomes = self.chain(flow, chain);
            allow.push(outcomes.allow);
            deny.push(outcomes.deny);
            next.push(outcomes.passed);
            left.push(outcomes.left);
        }
        next.push(self.formulas.all(left));
        Outcomes {
            allow: self.formulas.any(allow),
            deny: self.formulas.any(deny),
            next: self.formulas.any(next),
        }
    }

    /// Policies that are in order (S7).
    fn chain(&mut self, flow: &Flow<'_, '_>, chain: &Chain<'_>) -> Matched {
        let mut reached = self.formulas.constant(true);
        let (mut allow, mut deny, mut passed) = (Vec::new(), Vec::new(), Vec::new());
        for policies in chain.values() {
            // S11: of policies of one priority any may be followed.
            let mut falls_through = vec![reached];
            for &(id, policy) in policies {
                let mut here = reached;
                let matches = self.first_matches(flow, id, policy, &mut here);
                for (action, matched) in matches {
                    match action {
                        Action::Accept => allow.push(matched),
                        Action::Deny => deny.push(matched),
                        // S8: the rest of the tier is skipped.
                        Action::Pass => passed.push(matched),
                    }
                }
                falls_through.push(here);
            }
            reached = self.formulas.all(falls_through);
        }
        Matched {
            allow: self.formulas.any(allow),
            deny: self.formulas.any(deny),
            passed: self.formulas.any(passed),
            left: reached,
        }
    }

    /// S7: the rules of a policy in the order in which they are written: where each may be the
    /// first that matches. `here` becomes where none surely matches.
    fn first_matches(
        &mut self,
        flow: &Flow<'_, '_>,
        id: PolicyId,
        policy: &Policy,
        here: &mut Formula,
    ) -> Vec<(Action, Formula)> {
        // S10: the policy must select the pod and have rules for the direction.
        let selected = self.selected(flow, id, policy).rules;
        let rules = policy.rules(flow.direction).unwrap_or_default();
        let mut matches = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let place = Place { policy: id, index };
            let tri = self.rule_matches(flow, selected, place, rule);
            matches.push((rule.action, self.formulas.all([*here, tri.may])));
            let not = self.formulas.not(tri.sure);
            *here = self.formulas.all([*here, not]);
        }
        matches
    }
}

/// The policies that can govern an end: none where there is no pod, or one in the network of its
/// node (S3, S57).
pub(in crate::prove) fn policies_over<'c>(cluster: &'c Cluster, side: &Side<'_>) -> Policies<'c> {
    let mut policies = Policies::new();
    match &side.who {
        Who::Outside(_) => {}
        Who::Imagined(Home::Existing(id)) => policies.extend(cluster.policies_over(*id)),
        // Only cluster-wide policies can be there before the namespace is.
        Who::Imagined(Home::New) => {
            let wide = cluster.policies.iter();
            policies.extend(wide.filter(|(_, policy)| policy.namespace.is_none()));
        }
        Who::Listed(list) => {
            for endpoint in list {
                if let Endpoint::Pod(pod) = endpoint
                    && !pod.host_network
                {
                    policies.extend(cluster.policies_over(pod.namespace));
                }
            }
        }
    }
    policies
}

/// Whether a rule names a port.
fn names_a_port(rule: &Rule) -> bool {
    rule.ports.named().next().is_some()
}
