//! What surely passes in one direction between a pod and pods of which only a scope is known.
//!
//! A rule counts where the scope implies one of its peers, for then it matches every such pod. What is
//! decided tier by tier is decided as `docs/semantics.md` has it (S6 to S16), for all connections at once.

use super::traffic::Traffic;
use crate::model::{
    Action, Cluster, Direction, NAMESPACE_NAME_LABEL, NamespaceScope, Peers, Pod, PodScope, Policy,
    PolicyApi, PolicyId, Rule, Tier,
};
use crate::net::ConnSet;
use crate::selector::Selector;
use crate::trace::RuleRef;

/// Pods by the labels of their namespace and their own.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Among {
    /// The namespaces.
    pub namespaces: Selector,
    /// The pods in them.
    pub pods: Selector,
}

impl Among {
    pub(super) fn of(scope: &PodScope) -> Self {
        let namespaces = match &scope.namespaces {
            NamespaceScope::Named(name) => Selector::labels([(NAMESPACE_NAME_LABEL, &**name)]),
            NamespaceScope::Matching(selector) => selector.clone(),
        };
        Self {
            namespaces,
            pods: scope.pods.clone(),
        }
    }

    /// Whether every pod is among them.
    pub fn is_everyone(&self) -> bool {
        self.namespaces.is_everything() && self.pods.is_everything()
    }

    /// Whether some pod could be.
    pub(super) fn is_satisfiable(&self) -> bool {
        self.namespaces.is_satisfiable() && self.pods.is_satisfiable()
    }

    /// Those that are among both.
    pub(super) fn and(&self, other: &Self) -> Self {
        let both = |a: &Selector, b: &Selector| {
            let all = a.requirements().iter().chain(b.requirements());
            Selector::new(all.cloned().collect())
        };
        Self {
            namespaces: both(&self.namespaces, &other.namespaces),
            pods: both(&self.pods, &other.pods),
        }
    }

    fn implies(&self, other: &Self) -> bool {
        self.namespaces.implies(&other.namespaces) && self.pods.implies(&other.pods)
    }

    pub(super) fn has(&self, cluster: &Cluster, pod: &Pod) -> bool {
        let labels = &cluster.namespaces.at(pod.namespace).labels;
        !pod.host_network && self.namespaces.matches(labels) && self.pods.matches(&pod.labels)
    }
}

/// The policies that govern a pod in a direction.
pub(super) fn governing(cluster: &Cluster, direction: Direction, pod: &Pod) -> Vec<PolicyId> {
    let all = cluster.policies_over(pod.namespace);
    let governs = |policy: &Policy| {
        let says = match policy.tier {
            Tier::NetworkPolicy => policy.rules(direction).is_some(),
            // S10.
            Tier::Admin | Tier::Baseline => {
                policy.rules(direction).is_some_and(|all| !all.is_empty())
            }
        };
        says && Among::of(&policy.subject).has(cluster, pod)
    };
    let all = all.filter(|(_, policy)| governs(policy));
    all.map(|(id, _)| id).collect()
}

/// One direction of one pod.
pub(super) struct Decider<'a> {
    pub(super) cluster: &'a Cluster,
    pub(super) direction: Direction,
    pub(super) governing: &'a [PolicyId],
    /// The pod.
    pub(super) own: &'a Pod,
}

/// What rules do with connections.
#[derive(Default)]
struct Does {
    accept: Traffic,
    deny: Traffic,
    pass: Traffic,
}

impl Does {
    fn decided(&self) -> Traffic {
        self.accept.union(&self.deny).union(&self.pass)
    }

    fn add(&mut self, action: Action, traffic: &Traffic) {
        let list = match action {
            Action::Accept => &mut self.accept,
            Action::Deny => &mut self.deny,
            Action::Pass => &mut self.pass,
        };
        *list = list.union(traffic);
    }

    /// These first, others for what is left.
    fn then(&mut self, next: &Self) {
        let decided = self.decided();
        for (action, traffic) in [
            (Action::Accept, &next.accept),
            (Action::Deny, &next.deny),
            (Action::Pass, &next.pass),
        ] {
            self.add(action, &traffic.difference(&decided));
        }
    }

    /// Several of which nothing says who comes first: what they disagree on does not surely pass (S11).
    fn together(all: &[Self]) -> Self {
        let mut joined = Self::default();
        for one in all {
            joined.accept = joined.accept.union(&one.accept);
            joined.deny = joined.deny.union(&one.deny);
            joined.pass = joined.pass.union(&one.pass);
        }
        let open = joined.accept.intersection(&joined.pass);
        let refused = joined.deny.union(&open);
        Self {
            accept: joined.accept.difference(&refused),
            pass: joined.pass.difference(&refused),
            deny: refused,
        }
    }
}

impl Decider<'_> {
    /// What surely passes for every pod of a scope, and the rules that have a say in it.
    pub(super) fn passes(&self, scope: &Among) -> (Traffic, Vec<RuleRef>) {
        let mut rules = Vec::new();
        let admin = self.tier(Tier::Admin, scope, &mut rules);
        let mut policies = self.of(Tier::NetworkPolicy).peekable();
        let rest = if policies.peek().is_some() {
            let mut let_through = Traffic::default();
            for (id, policy) in policies {
                let matching = self.matching((id, policy), scope, &mut rules);
                let_through = matching
                    .into_iter()
                    .fold(let_through, |all, (_, one)| all.union(&one));
            }
            let_through
        } else {
            let baseline = self.tier(Tier::Baseline, scope, &mut rules);
            Traffic::of(ConnSet::all()).difference(&baseline.deny)
        };
        let passes = admin.accept.union(&rest.difference(&admin.deny));
        (passes, rules)
    }

    /// Whether a rule can take away from what is let through without it.
    pub(super) fn may_refuse(&self) -> bool {
        let mut policies = self
            .governing
            .iter()
            .map(|&id| self.cluster.policies.at(id));
        policies.any(|policy| {
            let mut rules = policy.rules(self.direction).unwrap_or_default().iter();
            rules.any(|rule| rule.action != Action::Accept)
        })
    }

    fn of(&self, tier: Tier) -> impl Iterator<Item = (PolicyId, &Policy)> {
        let all = self.governing.iter();
        let all = all.map(|&id| (id, self.cluster.policies.at(id)));
        all.filter(move |(_, policy)| policy.tier == tier)
    }

    /// A tier of which the first rule that matches decides (S7); policies of two APIs are not in order (S99).
    fn tier(&self, tier: Tier, scope: &Among, rules: &mut Vec<RuleRef>) -> Does {
        let apis = [
            PolicyApi::AdminNetworkPolicy,
            PolicyApi::ClusterNetworkPolicy,
        ];
        let apis = apis.map(|api| {
            let all = self.of(tier).filter(|(_, policy)| policy.kind.api() == api);
            let mut all: Vec<_> = all.collect();
            all.sort_by_key(|(_, policy)| policy.priority);
            let mut done = Does::default();
            for equal in all.chunk_by(|(_, a), (_, b)| a.priority == b.priority) {
                let each = equal
                    .iter()
                    .map(|policy| self.in_order(*policy, scope, rules));
                done.then(&Does::together(&each.collect::<Vec<_>>()));
            }
            done
        });
        Does::together(&apis)
    }

    fn in_order(
        &self,
        policy: (PolicyId, &Policy),
        scope: &Among,
        rules: &mut Vec<RuleRef>,
    ) -> Does {
        let mut done = Does::default();
        for (action, traffic) in self.matching(policy, scope, rules) {
            let left = traffic.difference(&done.decided());
            done.add(action, &left);
        }
        done
    }

    /// What the rules of a policy match that match every pod of the scope.
    fn matching(
        &self,
        (id, policy): (PolicyId, &Policy),
        scope: &Among,
        rules: &mut Vec<RuleRef>,
    ) -> Vec<(Action, Traffic)> {
        let all = policy.rules(self.direction).unwrap_or_default().iter();
        let all = all.enumerate().filter(|(_, rule)| covers(rule, scope));
        let mut found = Vec::new();
        for (index, rule) in all {
            let traffic = match self.direction {
                // The governed pod is the destination: its own ports resolve the names (S36).
                Direction::Ingress => Traffic::of(rule.ports.at(self.own)),
                Direction::Egress => Traffic::unresolved(&rule.ports),
            };
            if !traffic.is_empty() {
                found.push((rule.action, traffic));
                rules.push(RuleRef {
                    policy: id,
                    direction: self.direction,
                    index,
                });
            }
        }
        found
    }
}

/// Whether a rule matches every pod of a scope by one of its peers.
fn covers(rule: &Rule, scope: &Among) -> bool {
    match &rule.peers {
        Peers::Anyone => true,
        Peers::Listed(_) => rule.scopes().any(|peer| scope.implies(&Among::of(peer))),
    }
}
