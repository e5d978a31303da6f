//! What rules may ask: the cluster, its manifests, what policies select, and what passes. Everything
//! that more than one rule wants is found out once.

mod callers;
mod candidates;
mod clauses;
pub mod cover;
mod destination;
pub(in crate::lint) mod dns;
mod entries;
mod inventory;
mod known_pods;
mod labelled;
mod landed;
mod landing;
mod lead;
pub(in crate::lint) mod matching;
mod meant;
mod named;
mod nearest;
mod order;
pub(in crate::lint) mod over;
mod over_all;
mod owners;
mod passing;
mod port_at;
mod ports;
mod reach;
mod rule_at;
mod scopes;
mod shared;
mod silenced;
pub(in crate::lint) mod spoken;
mod strangers;
mod subjects;
mod tiers;
pub(in crate::lint) mod world;
pub(in crate::lint) mod yaml;

pub(in crate::lint) use callers::Call;
pub use clauses::Clause;
pub(in crate::lint) use dns::Dns;
pub use inventory::{Extent, Inventory};
pub(in crate::lint) use labelled::Labelled;
pub(super) use landing::omits_namespace;
pub use lead::Lead;
pub use meant::Nobody;
pub(in crate::lint) use named::{says_all, says_closed, says_open};
pub use nearest::Nearest;
pub(in crate::lint) use order::Deciding;
pub use owners::Owned;
pub use port_at::{PortAt, PortTrouble};
pub use ports::PortCover;
pub use reach::Reach;
pub use rule_at::RuleAt;
pub(super) use scopes::is_namespace_name;
pub use scopes::{ScopeAt, ScopeForm};
pub(in crate::lint) use shared::{Budget, Shared, asked};
pub(super) use silenced::{ANNOTATION, PREFIX};
pub use subjects::{App, AppId};

use super::fact::{Fact, ObjectRef};
use crate::compile::{PodFinder, Selection};
use crate::model::{Cluster, Direction, Origin, PodId, PodScope, Policy, PolicyId, Service};
use crate::settings::Settings;
use crate::source::{SourceMap, Span};
use crate::table::Table;
use crate::written::{Manifests, Part, Written};
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell, RefMut};
use std::rc::Rc;

/// How many policies a fact has the places of.
const SHOWN: usize = 3;

/// One pod of each kind, and who else of that kind could be at the other end of a connection with it:
/// another pod, or itself where it stands for several.
pub(super) type Unlike = Rc<[(PodId, Option<PodId>)]>;

/// What rules may ask.
#[derive(Debug)]
pub struct Context<'a> {
    /// Everything that was read, joined.
    pub cluster: &'a Cluster,
    /// The texts.
    pub sources: &'a SourceMap,
    /// The objects as they are written.
    pub manifests: &'a Manifests,
    /// What is known of the cluster beside the input.
    pub settings: &'a Settings,
    /// How much of the cluster the input has.
    pub inventory: &'a Inventory,
    subjects: OnceCell<subjects::Subjects>,
    finder: RefCell<PodFinder<'a>>,
    /// By scope, and by the place of a scope: most are asked for by several rules.
    scopes: RefCell<FxHashMap<&'a PodScope, Rc<[PodId]>>>,
    scopes_at: RefCell<FxHashMap<*const PodScope, Rc<[PodId]>>>,
    unlike: RefCell<FxHashMap<&'a PodScope, Unlike>>,
    reach: RefCell<Option<Reach<'a>>>,
    meant: meant::Meant<'a>,
    landing: OnceCell<landing::Landing>,
    troubles: OnceCell<Vec<(PortAt<'a>, PortTrouble<'a>)>>,
    one_tier: OnceCell<bool>,
    tiers: OnceCell<order::Tiers<'a>>,
    /// The policies that have a block as a peer.
    with_blocks: OnceCell<Table<PolicyId, bool>>,
}

impl<'a> Context<'a> {
    /// What rules may ask of a cluster. Nothing is found out yet.
    pub fn new(
        cluster: &'a Cluster,
        sources: &'a SourceMap,
        manifests: &'a Manifests,
        settings: &'a Settings,
        inventory: &'a Inventory,
        selection: &'a Selection<'a>,
    ) -> Self {
        Self {
            cluster,
            sources,
            manifests,
            settings,
            inventory,
            subjects: OnceCell::new(),
            finder: RefCell::new(selection.finder()),
            scopes: RefCell::default(),
            scopes_at: RefCell::default(),
            unlike: RefCell::default(),
            reach: RefCell::default(),
            meant: meant::Meant::default(),
            landing: OnceCell::new(),
            troubles: OnceCell::new(),
            one_tier: OnceCell::new(),
            tiers: OnceCell::new(),
            with_blocks: OnceCell::new(),
        }
    }

    /// All policies, in reading order.
    pub fn policies(&self) -> impl Iterator<Item = (PolicyId, &'a Policy)> {
        self.cluster.policies.iter()
    }

    /// All rules of all policies, in reading order, egress before ingress.
    pub fn rules(&self) -> impl Iterator<Item = RuleAt<'a>> {
        self.policies().flat_map(|(id, policy)| {
            Direction::BOTH.into_iter().flat_map(move |direction| {
                let rules = policy.rules(direction).unwrap_or_default();
                rules.iter().enumerate().map(move |(index, rule)| RuleAt {
                    id,
                    policy,
                    direction,
                    index,
                    rule,
                })
            })
        })
    }

    /// The pods that a policy governs, sorted: none in the network of its node.
    pub fn subject(&self, policy: PolicyId) -> &[PodId] {
        self.subjects().of_policy.at(policy)
    }

    /// The policies that isolate a pod in a direction, in reading order.
    pub fn isolating(&self, pod: PodId, direction: Direction) -> &[PolicyId] {
        self.subjects().isolating(direction, pod)
    }

    /// The policies that may isolate a pod in a direction: whether they select it hangs on a label
    /// whose value is not known.
    pub fn perhaps_isolating(&self, pod: PodId, direction: Direction) -> &[PolicyId] {
        self.subjects().perhaps_isolating(direction, pod)
    }

    /// The policies that isolate a pod in a direction, and those that may.
    pub fn may_isolate(
        &self,
        pod: PodId,
        direction: Direction,
    ) -> impl Iterator<Item = (PolicyId, &'a Policy)> {
        let surely = self.isolating(pod, direction).iter();
        let all = surely.chain(self.perhaps_isolating(pod, direction));
        all.map(|&id| (id, self.cluster.policies.at(id)))
    }

    /// Whether this policy isolates a pod in a direction, and no other does or may.
    pub fn is_alone_on(&self, pod: PodId, direction: Direction, id: PolicyId) -> bool {
        let perhaps = self.perhaps_isolating(pod, direction);
        self.isolating(pod, direction) == [id] && perhaps.is_empty()
    }

    /// Pods taken together that no policy and no Service tells apart: those of one workload with
    /// equal labels, ports and network. Sorted by namespace and name.
    pub fn apps(&self) -> &Table<AppId, App> {
        &self.subjects().apps
    }

    /// The app that a pod is of.
    pub fn app_of(&self, pod: PodId) -> AppId {
        *self.subjects().app_of.at(pod)
    }

    /// The apps of some pods, each once, in their order.
    pub fn apps_of(&self, pods: &[PodId]) -> Vec<AppId> {
        let mut apps: Vec<AppId> = pods.iter().map(|&pod| self.app_of(pod)).collect();
        apps.sort_unstable();
        apps.dedup();
        apps
    }

    fn subjects(&self) -> &subjects::Subjects {
        self.subjects
            .get_or_init(|| subjects::Subjects::new(self.cluster, |scope| self.pods(scope)))
    }

    /// The pods that a scope of a policy selects, sorted: none in the network of its node.
    pub fn pods(&self, scope: &'a PodScope) -> Rc<[PodId]> {
        if let Some(pods) = self.scopes_at.borrow().get(&std::ptr::from_ref(scope)) {
            return Rc::clone(pods);
        }
        let mut scopes = self.scopes.borrow_mut();
        let find = || self.finder.borrow_mut().pods(scope).into();
        let pods = Rc::clone(scopes.entry(scope).or_insert_with(find));
        let mut scopes_at = self.scopes_at.borrow_mut();
        scopes_at.insert(scope, Rc::clone(&pods));
        pods
    }

    /// The pods that a Service leads to, by its selector; none where it has no selector.
    pub fn backends(&self, service: &Service) -> Vec<PodId> {
        let (Some(selector), Some(namespace)) = (
            &service.selector,
            self.cluster.namespace(&service.namespace),
        ) else {
            return Vec::new();
        };
        let pods = self.cluster.pods.iter();
        // A Service with an empty selector leads nowhere by itself.
        pods.filter(|(_, pod)| pod.namespace == namespace && !selector.requirements().is_empty())
            .filter(|(_, pod)| selector.matches(&pod.labels))
            .map(|(id, _)| id)
            .collect()
    }

    /// What passes, each direction for itself and both together.
    pub fn reach(&self) -> RefMut<'_, Reach<'a>> {
        RefMut::map(self.reach.borrow_mut(), |reach| {
            reach.get_or_insert_with(|| Reach::new(self.cluster))
        })
    }

    /// The object of a policy.
    pub fn policy_ref(&self, policy: &Policy) -> ObjectRef {
        ObjectRef {
            kind: policy.kind.name().into(),
            namespace: policy.namespace.clone(),
            name: policy.name.clone(),
        }
    }

    /// A fact with the places of policies, of which the first few say it.
    pub fn with_policies(&self, fact: Fact, policies: &[PolicyId], role: &str) -> Fact {
        let policies = policies.iter().take(SHOWN);
        let policies = policies.map(|&id| self.cluster.policies.at(id));
        policies.fold(fact, |fact, policy| fact.at(policy.origin.span, role))
    }

    /// A policy as it is written; none for what is in no manifest.
    pub fn written(&self, policy: &Policy) -> Option<&'a Written> {
        self.written_at(policy.origin)
    }

    /// The object as it is written that a part of the model comes from.
    pub fn written_at(&self, origin: Origin) -> Option<&'a Written> {
        self.manifests.at(origin.span?)
    }

    /// A field of a policy as it is written.
    pub fn field(&self, policy: &Policy, path: &str) -> Option<&'a Part> {
        self.written(policy)?.root.at(path)
    }

    /// The place of a field of a policy, or of what comes nearest to it.
    pub fn span(&self, policy: &Policy, path: &str) -> Option<Span> {
        match self.written(policy) {
            Some(written) => Some(written.root.nearest(path).span),
            None => policy.origin.span,
        }
    }

    /// `file:line` of a part of the model, for texts that name another object.
    pub fn line(&self, origin: Origin) -> Option<String> {
        origin.span.map(|span| self.sources.line(span))
    }
}
