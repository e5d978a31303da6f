//! In which order the rules of cluster-wide policies are asked, and what is decided by which.

use super::order::{Deciding, Tiers};
use super::spoken::{OtherEnd, Spoken, Whose, may_meet, surely_without, without};
use super::{Context, RuleAt};
use crate::model::{Action, Direction, NAMESPACE_NAME_LABEL, Namespace, Pod, PodId, Tier};
use crate::net::{AddressSet, ConnSet};
use crate::selector::{KeyTest, Labels, Operator, Requirement};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// How many namespaces that a rule names are looked at one by one.
const NAMED: usize = 16;

impl<'a> Context<'a> {
    /// The rules of the Admin or the Baseline tier for one direction that speak of some flow: by
    /// priority, then in reading order.
    pub(in crate::lint) fn deciding(
        &self,
        tier: Tier,
        direction: Direction,
    ) -> impl Iterator<Item = &Deciding<'a>> {
        let tiers = self.tiers.get_or_init(|| self.all_deciding());
        let rules: &[Deciding<'a>] = match tier {
            Tier::Admin => &tiers.admin,
            Tier::Baseline => &tiers.baseline,
            Tier::NetworkPolicy => &[],
        };
        rules.iter().filter(move |it| it.at.direction == direction)
    }

    fn all_deciding(&self) -> Tiers<'a> {
        let of = |tier| {
            let of_tier = self.rules().filter(|at| at.policy.tier == tier);
            let all = of_tier.map(|at| Deciding {
                at,
                flows: Spoken::of_rule(at.policy, at.direction, at.rule),
            });
            let mut rules: Vec<Deciding<'a>> = all.filter(|it| !it.flows.is_empty()).collect();
            rules.sort_by_key(|it| (it.at.policy.priority, it.at.id, it.at.index));
            rules
        };
        Tiers {
            admin: of(Tier::Admin),
            baseline: of(Tier::Baseline),
        }
    }

    /// Those of some rules, in their order, that together decide all of some flows; none where they do
    /// not, or that cannot be told.
    pub(in crate::lint) fn covering<'d>(
        &self,
        flows: &[Spoken<'a>],
        rules: &[&'d Deciding<'a>],
    ) -> Option<Vec<&'d Deciding<'a>>> {
        let meeting = rules.iter().copied();
        let meeting: Vec<_> = meeting.filter(|it| may_meet(flows, &it.flows)).collect();
        let flows = self.with_known_labels(flows, &meeting);
        let alone = meeting
            .iter()
            .find(|it| without(flows.clone(), &it.flows).is_some_and(|left| left.is_empty()));
        if let Some(alone) = alone {
            return Some(vec![*alone]);
        }
        let (mut left, mut used) = (flows, Vec::new());
        for rule in meeting {
            if may_meet(&left, &rule.flows) {
                left = without(left, &rule.flows)?;
                used.push(rule);
            }
            if left.is_empty() {
                return Some(used);
            }
        }
        None
    }

    /// The rules of a tier that decide all of some flows, where none of them is decided otherwise than
    /// `wanted`; none where some may be, or that cannot be told.
    pub(in crate::lint) fn deciding_as(
        &self,
        (tier, direction): (Tier, Direction),
        flows: &[Spoken<'a>],
        wanted: impl Fn(Action) -> bool,
    ) -> Option<Vec<&Deciding<'a>>> {
        let rules = self.deciding(tier, direction);
        let rules = rules.filter(|it| may_meet(flows, &it.flows));
        let (wanted, others): (Vec<_>, Vec<_>) = rules.partition(|it| wanted(it.at.rule.action));
        if wanted.is_empty() {
            return None;
        }
        for other in others {
            let first = wanted.iter().filter(|it| it.is_before(other));
            let mut left = flows.to_vec();
            for rule in first {
                left = without(left, &rule.flows)?;
            }
            if may_meet(&left, &other.flows) {
                return None;
            }
        }
        self.covering(flows, &wanted)
    }

    /// Whether a rule of the Admin tier may let something through at a pod that NetworkPolicies would
    /// refuse, or leave that open: one that accepts, or passes before another one denies.
    pub fn may_be_opened_first(&self, pod: PodId, direction: Direction) -> bool {
        self.is_spoken_of(pod, (Tier::Admin, direction), |it| it != Action::Deny)
    }

    /// Whether a cluster-wide rule may refuse something at a pod that no NetworkPolicy isolates.
    pub fn may_be_denied_by_tiers(&self, pod: PodId, direction: Direction) -> bool {
        let denies = |tier| self.is_spoken_of(pod, (tier, direction), |it| it == Action::Deny);
        denies(Tier::Admin) || denies(Tier::Baseline)
    }

    fn is_spoken_of(
        &self,
        pod: PodId,
        (tier, direction): (Tier, Direction),
        does: impl Fn(Action) -> bool,
    ) -> bool {
        if self.has_one_tier() {
            return false;
        }
        let pod = self.cluster.pods.at(pod);
        let mut rules = self.deciding(tier, direction);
        rules.any(|it| {
            let selects = || self.may_select(&it.at.policy.subject, pod);
            does(it.at.rule.action) && !pod.host_network && selects()
        })
    }

    /// Whether a rule of the Admin tier may deny some of what a rule of a NetworkPolicy is about.
    pub(in crate::lint) fn may_be_denied_first(&self, at: &RuleAt<'a>) -> bool {
        let mut rules = self.deciding(Tier::Admin, at.direction).peekable();
        if rules.peek().is_none() {
            return false;
        }
        let flows = Spoken::of_rule(at.policy, at.direction, at.rule);
        rules.any(|it| it.at.rule.action == Action::Deny && may_meet(&flows, &it.flows))
    }

    /// Whether rules before this one surely deny what it lets through to an address outside, on these
    /// ports.
    pub(in crate::lint) fn is_denied_first(
        &self,
        at: &RuleAt<'a>,
        address: IpAddr,
        over: &ConnSet,
    ) -> bool {
        if self.has_one_tier() {
            return false;
        }
        let flows = Spoken::of_rule(at.policy, at.direction, at.rule);
        let outside = flows.into_iter().filter(|it| it.end == OtherEnd::Outside);
        let there: Vec<Spoken<'a>> = outside
            .filter_map(|it| it.narrowed(&AddressSet::from_hosts([address]), over))
            .collect();
        let denies = |it: Action| it == Action::Deny;
        let tier = (at.policy.tier, at.direction);
        let own: Vec<_> = self.deciding(tier.0, tier.1).collect();
        let this = own
            .iter()
            .find(|it| (it.at.id, it.at.index) == (at.id, at.index));
        let earlier = own.iter().copied().filter(|it| {
            it.at.rule.action == Action::Deny && this.is_some_and(|this| it.is_before(this))
        });
        let earlier: Vec<_> = earlier.collect();
        let in_admin = at.policy.tier != Tier::Admin
            && self
                .deciding_as((Tier::Admin, at.direction), &there, denies)
                .is_some();
        in_admin || self.covering(&there, &earlier).is_some()
    }

    /// Those of the flows of a rule that it surely decides: no other rule of its tier may come first.
    pub(in crate::lint) fn surely_decided(&self, rule: &Deciding<'a>) -> Vec<Spoken<'a>> {
        let others = self.deciding(rule.at.policy.tier, rule.at.direction);
        let others = others.filter(|it| it.is_before(rule) || it.is_unordered(rule));
        others.fold(rule.flows.clone(), |left, it| {
            surely_without(left, &it.flows)
        })
    }

    /// The same flows, where they are of namespaces that are named and in the input, with the labels of
    /// these.
    fn with_known_labels(&self, flows: &[Spoken<'a>], rules: &[&Deciding<'a>]) -> Vec<Spoken<'a>> {
        let all = rules.iter().flat_map(|it| &it.flows);
        let keys: BTreeSet<(Whose, &'a str)> =
            all.flat_map(|it| it.labels.keys().copied()).collect();
        let mut known = flows.to_vec();
        for whose in [Whose::SubjectNamespace, Whose::OtherNamespace] {
            let keys = keys.iter().filter(|(it, _)| *it == whose);
            let keys: Vec<&'a str> = keys.map(|(_, key)| *key).collect();
            if keys.iter().any(|key| *key != NAMESPACE_NAME_LABEL) {
                let each = known.iter();
                known = each
                    .flat_map(|it| self.each_namespace(it, whose, &keys))
                    .collect();
            }
        }
        known
    }

    fn each_namespace(
        &self,
        flows: &Spoken<'a>,
        whose: Whose,
        keys: &[&'a str],
    ) -> Vec<Spoken<'a>> {
        let asked = flows.labels.get(&(whose, NAMESPACE_NAME_LABEL));
        let names = asked.and_then(KeyTest::only_values);
        let names = names.filter(|it| it.len() <= NAMED);
        let namespaces = names.map(|names| {
            let all = names.iter().map(|name| self.cluster.namespace(name));
            all.map(|id| Some(self.cluster.namespaces.at(id?)).filter(|it| it.declared))
                .collect::<Option<Vec<&Namespace>>>()
        });
        let Some(Some(namespaces)) = namespaces else {
            return vec![flows.clone()];
        };
        let of = |namespace: &&Namespace| {
            let mut flows = flows.clone();
            let labels = &namespace.labels;
            for key in keys.iter().copied().chain([NAMESPACE_NAME_LABEL]) {
                let is = only(key, labels.get(key));
                let asked = flows.labels.get(&(whose, key));
                let both = asked.map_or_else(|| is.clone(), |it| it.intersection(&is));
                flows.labels.insert((whose, key), both);
            }
            flows
        };
        let all = namespaces.iter().map(of);
        all.filter(|it| !it.labels.values().any(KeyTest::is_nothing))
            .collect()
    }

    /// Whether some of these flows are between pods that are there, or with an end that is none.
    pub(in crate::lint) fn is_there(&self, direction: Direction, flows: &Spoken<'a>) -> bool {
        let fits = |pod: &Pod, (namespace, own): (Whose, Whose)| {
            !pod.host_network && self.fits(pod, flows, (namespace, own))
        };
        let pods = self.apps().rows().iter().flat_map(|app| &app.pods);
        let pods = pods.map(|&id| (id, self.cluster.pods.at(id)));
        let subject = (Whose::SubjectNamespace, Whose::Subject);
        let mut subjects = pods.clone().filter(|(_, pod)| fits(pod, subject));
        if flows.end != OtherEnd::Pod {
            return subjects.next().is_some();
        }
        let named = |pod: &Pod| flows.over.is_at(pod);
        let other = (Whose::OtherNamespace, Whose::Other);
        let others = pods.filter(|(_, pod)| {
            let mut ips = pod.ips.iter();
            let held = pod.ips.is_empty() || ips.any(|&ip| flows.addresses.contains(ip));
            held && fits(pod, other)
        });
        let subjects = subjects.filter(|(_, pod)| direction == Direction::Egress || named(pod));
        let others = others.filter(|(_, pod)| direction == Direction::Ingress || named(pod));
        // Two of each are enough: a pod is not governed on the way to itself.
        let others: Vec<_> = others.take(2).collect();
        subjects.take(2).any(|(id, pod)| {
            let mut others = others.iter();
            others.any(|(other, _)| *other != id || pod.is_many())
        })
    }

    fn fits(&self, pod: &Pod, flows: &Spoken<'a>, (of_namespace, own): (Whose, Whose)) -> bool {
        let namespace = self.cluster.namespaces.at(pod.namespace);
        flows.labels.iter().all(|((whose, key), test)| {
            if *whose == of_namespace {
                let known = namespace.declared || *key == NAMESPACE_NAME_LABEL;
                (known && test.accepts(namespace.labels.get(key))) || test.is_anything()
            } else if *whose == own {
                is_known_to_pass(&pod.labels, key, test)
            } else {
                true
            }
        })
    }
}

/// The test that one state of a key passes.
fn only(key: &str, value: Option<&Arc<str>>) -> KeyTest {
    KeyTest::of(&Requirement {
        key: key.into(),
        operator: match value {
            Some(_) => Operator::In,
            None => Operator::DoesNotExist,
        },
        values: value.into_iter().cloned().collect(),
    })
}

fn is_known_to_pass(labels: &Labels, key: &str, test: &KeyTest) -> bool {
    let open = labels.open().any(|it| **it == *key);
    if open {
        return test.is_anything();
    }
    test.accepts(labels.get(key))
}
