//! A policy without which nothing would change.
//!
//! ## What it does
//! Reports a policy whose pods are also isolated by other policies, and whose rules allow nothing that
//! those policies do not. This holds for every possible pod, namespace and address.
//!
//! ## Why it matters
//! Somebody who changes it to close something will find it still open.
//!
//! ## Example
//! ```yaml
//! # policy web: app=web from app=api on 80
//! # policy all: every pod from every pod of the namespace
//! ```
//!
//! ## Use instead
//! Delete one of the two, or narrow the wider one.
//!
//! ## Limits
//! Not checked where the network plugin that is told may pass `endPort` over, or takes no policy that names
//! a port: then other words are not the same.
//! Policies without any rule are not reported: a default deny still applies when the others are gone.
//! The rule does not find what several selectors cover only together (`tier in (a,b)` by `tier=a` and
//! `tier=b`). If policies cover each other, the last one is reported. If several are reported, you can
//! delete all of them. With thousands of policies over the same pods, some may be skipped: comparing
//! all pairs takes too long.

use crate::lint::context::{Budget, Clause, Context, Shared, asked};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, Policy, PolicyId, Tier};
use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;
use std::rc::Rc;

pub(super) const CHECK: Check = Check::Flows(check);

fn check(context: &Context<'_>, facts: &mut Facts) {
    if context.cluster.practice.splits_words() {
        return;
    }
    let mut index = Index::new(context);
    let mut found = Vec::new();
    for &id in index.order.clone().iter().rev() {
        if let Some(by) = index.covering(context, id) {
            index.gone.insert(id);
            found.push(fact(context, id, &by));
        }
    }
    for fact in found.into_iter().rev() {
        facts.add(fact);
    }
}

/// Policies of a namespace that are compared without ado.
const FEW: usize = 16;

/// A label value that a selector asks for.
type Asked<'a> = (&'a str, &'a str, &'a str);

/// What policies let through.
type Clauses<'a> = HashMap<(PolicyId, Direction), Rc<[Clause<'a>]>>;

/// The policies of all namespaces by a label value that they ask for.
struct Index<'a> {
    order: Vec<PolicyId>,
    /// By namespace, key and one of the values that they ask for.
    asking: HashMap<Asked<'a>, Vec<PolicyId>>,
    /// Those of a namespace that ask for none.
    loose: HashMap<&'a str, Vec<PolicyId>>,
    clauses: RefCell<Clauses<'a>>,
    /// What the policies of a namespace have in common.
    shared: RefCell<HashMap<(&'a str, Direction), Rc<Shared<'a>>>>,
    of_namespace: HashMap<&'a str, Vec<PolicyId>>,
    budget: Budget,
    gone: BTreeSet<PolicyId>,
}

impl<'a> Index<'a> {
    fn new(context: &Context<'a>) -> Self {
        let mut index = Self {
            order: Vec::new(),
            asking: HashMap::new(),
            loose: HashMap::new(),
            clauses: RefCell::default(),
            shared: RefCell::default(),
            of_namespace: HashMap::new(),
            budget: Budget::new(context.cluster.policies.len()),
            gone: BTreeSet::new(),
        };
        for (id, policy) in context.policies() {
            if policy.tier == Tier::NetworkPolicy && policy.subject.pods.is_satisfiable() {
                index.add(id, policy);
            }
        }
        index
    }

    fn add(&mut self, id: PolicyId, policy: &'a Policy) {
        self.order.push(id);
        let namespace = namespace(policy);
        self.of_namespace.entry(namespace).or_default().push(id);
        match asked(&policy.subject.pods) {
            Some((key, values)) => {
                for value in values {
                    let asking = self.asking.entry((namespace, key, value));
                    asking.or_default().push(id);
                }
            }
            None => self.loose.entry(namespace).or_default().push(id),
        }
    }

    /// What a policy lets through; of most policies nobody asks that.
    fn clauses(
        &self,
        context: &Context<'a>,
        id: PolicyId,
        direction: Direction,
    ) -> Rc<[Clause<'a>]> {
        let mut known = self.clauses.borrow_mut();
        let clauses = known.entry((id, direction)).or_insert_with(|| {
            let policy = context.cluster.policies.at(id);
            Clause::of_policy(policy, direction).into()
        });
        Rc::clone(clauses)
    }

    /// What the policies of a namespace have in common.
    fn shared(
        &self,
        context: &Context<'a>,
        namespace: &'a str,
        direction: Direction,
    ) -> Rc<Shared<'a>> {
        if let Some(known) = self.shared.borrow().get(&(namespace, direction)) {
            return Rc::clone(known);
        }
        let policies = self.of_namespace.get(namespace).into_iter().flatten();
        let clauses: Vec<_> = policies
            .map(|&id| self.clauses(context, id, direction))
            .collect();
        let shared = Rc::new(Shared::of(clauses.iter().flat_map(|it| it.iter())));
        let known = &mut self.shared.borrow_mut();
        known.insert((namespace, direction), Rc::clone(&shared));
        shared
    }

    /// Whether other policies of the namespace may do all that this one does, and it can be compared
    /// with them.
    fn may_be_covered(&self, context: &Context<'a>, id: PolicyId) -> bool {
        let namespace = namespace(context.cluster.policies.at(id));
        let others = self.of_namespace.get(namespace).map_or(0, Vec::len);
        // A few are compared sooner than it is found out whether they need be.
        if others < FEW {
            return true;
        }
        let mut directions = Direction::BOTH.into_iter();
        directions.all(|direction| {
            let shared = self.shared(context, namespace, direction);
            let clauses = self.clauses(context, id, direction);
            let mut clauses = clauses.iter().filter(|it| it.is_possible());
            clauses.all(|it| shared.may_cover(it, &self.budget) && self.budget.affords(it, others))
        })
    }

    /// The other policies that select at least the pods of this one.
    fn wider(&self, context: &Context<'a>, id: PolicyId) -> Vec<PolicyId> {
        let policy = context.cluster.policies.at(id);
        let namespace = namespace(policy);
        let selector = &policy.subject.pods;
        let mut wider: Vec<PolicyId> = self.loose.get(namespace).cloned().unwrap_or_default();
        for (key, test) in selector.tests() {
            let value = test.only_values().and_then(BTreeSet::first);
            let asking = value.and_then(|value| self.asking.get(&(namespace, &**key, &**value)));
            wider.extend(asking.into_iter().flatten());
        }
        wider.retain(|other| {
            let pods = &context.cluster.policies.at(*other).subject.pods;
            *other != id && !self.gone.contains(other) && selector.implies(pods)
        });
        wider.sort_unstable();
        wider.dedup();
        wider
    }

    /// The policies that do all that this one does; none if they do not.
    fn covering(&self, context: &Context<'a>, id: PolicyId) -> Option<Vec<PolicyId>> {
        let policy = context.cluster.policies.at(id);
        let mut directions = Direction::BOTH.into_iter();
        if directions.all(|it| policy.rules(it).is_none_or(<[_]>::is_empty)) {
            return None;
        }
        if !self.may_be_covered(context, id) {
            return None;
        }
        let wider = self.wider(context, id);
        let mut by = BTreeSet::new();
        for direction in Direction::BOTH {
            if policy.rules(direction).is_none() {
                continue;
            }
            let mut isolating = wider.iter().copied().filter(|&other| {
                let other = context.cluster.policies.at(other);
                other.rules(direction).is_some()
            });
            let first = isolating.next()?;
            let covered = self.covering_rules(context, (id, direction), &wider)?;
            if covered.is_empty() {
                by.insert(first);
            }
            by.extend(covered);
        }
        Some(by.into_iter().collect())
    }

    /// The policies whose rules let through what the rules of this one do.
    fn covering_rules(
        &self,
        context: &Context<'a>,
        (id, direction): (PolicyId, Direction),
        wider: &[PolicyId],
    ) -> Option<BTreeSet<PolicyId>> {
        let theirs = wider
            .iter()
            .map(|&it| (it, self.clauses(context, it, direction)));
        let theirs: Vec<_> = theirs.collect();
        let others: Vec<(PolicyId, &Clause<'_>)> = theirs
            .iter()
            .flat_map(|(other, clauses)| clauses.iter().map(|clause| (*other, clause)))
            .collect();
        let only: Vec<&Clause<'_>> = others.iter().map(|(_, clause)| *clause).collect();
        let mut by = BTreeSet::new();
        let ours = self.clauses(context, id, direction);
        for clause in ours.iter().filter(|clause| clause.is_possible()) {
            let used = clause.covered(&only)?;
            let used = used.iter().filter_map(|&index| others.get(index));
            by.extend(used.map(|(other, _)| *other));
        }
        Some(by)
    }
}

fn namespace(policy: &Policy) -> &str {
    policy.namespace.as_deref().unwrap_or_default()
}

fn fact(context: &Context<'_>, id: PolicyId, by: &[PolicyId]) -> Fact {
    let policy = context.cluster.policies.at(id);
    let others: Vec<&Policy> = by
        .iter()
        .map(|&it| context.cluster.policies.at(it))
        .collect();
    let names: Vec<String> = others.iter().map(|it| format!("`{}`", it.name)).collect();
    let more = names.len().saturating_sub(3);
    let mut names = names.into_iter().take(3).collect::<Vec<_>>().join(", ");
    if more > 0 {
        // Writing to a String cannot fail.
        let _ = write!(names, " and {more} more");
    }
    let mut fact = Fact::new(
        context.policy_ref(policy),
        "",
        format!("has no effect: {names} already does everything that it does"),
    )
    .at(
        policy.origin.span,
        "without it every flow has the same verdict",
    );
    for other in others.iter().take(3) {
        fact = fact.at(
            other.origin.span,
            "isolates its pods and allows at least as much",
        );
    }
    fact.means("no flow of any possible pod depends on this policy")
        .fix("delete it, or narrow the other")
}
