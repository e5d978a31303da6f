//! Where policies speak of pods, and why nobody is meant where nobody is.

mod known;

pub(crate) use known::is_namespace_name;

use super::Context;
use super::candidates::Candidates;
use super::meant::{Nobody, Owners};
use crate::model::{
    Direction, NAMESPACE_NAME_LABEL, Namespace, NamespaceId, NamespaceScope, PeerMatch, Peers,
    PodScope, Policy, PolicyId, Tier, WorkloadKind,
};
use crate::selector::{Labels, Selector};
use crate::written::{Part, push_field};
use known::{BUILT_IN, given, is_contradiction, is_impossible, names_of};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

/// A place where a policy speaks of pods: its subject, or a peer.
#[derive(Debug, Clone, Copy)]
pub struct ScopeAt<'a> {
    /// The policy.
    pub id: PolicyId,
    /// The policy.
    pub policy: &'a Policy,
    /// What it says.
    pub scope: &'a PodScope,
    /// Direction, rule and place among the peers; none for the subject.
    pub peer: Option<(Direction, usize, usize)>,
    /// The fields that it is written in.
    pub form: ScopeForm,
}

/// The fields in which a policy selects pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScopeForm {
    /// `podSelector`, and `namespaceSelector` in peers: NetworkPolicy.
    Plain,
    /// `namespaces`, which selects namespaces and all their pods: cluster-wide policies.
    Namespaces,
    /// `pods`, with a selector of each: cluster-wide policies.
    Pods,
}

impl ScopeAt<'_> {
    /// The path of what holds the selectors: `spec`, `spec.ingress[0].from[1]`,
    /// `spec.subject.namespaces`.
    pub fn path(&self) -> String {
        let entry = self.entry_path();
        match self.form {
            ScopeForm::Plain => entry,
            ScopeForm::Namespaces => format!("{entry}.namespaces"),
            ScopeForm::Pods => format!("{entry}.pods"),
        }
    }

    fn entry_path(&self) -> String {
        match self.peer {
            None if self.form == ScopeForm::Plain => "spec".into(),
            None => "spec.subject".into(),
            Some((direction, rule, peer)) => {
                let rules = self.policy.rules(direction).unwrap_or_default();
                let peers = rules.get(rule).map(|rule| rule.peers.listed());
                let peer = peers.and_then(|peers| peers.get(peer));
                peer.map_or_else(String::new, |peer| Policy::peer_path(direction, rule, peer))
            }
        }
    }

    /// The path of the selector of pods; of what stands for it where there is none.
    pub fn pods_path(&self) -> String {
        match self.form {
            ScopeForm::Plain | ScopeForm::Pods => format!("{}.podSelector", self.path()),
            ScopeForm::Namespaces => self.path(),
        }
    }

    /// The path of the selector of namespaces, which the subject of a NetworkPolicy does not have.
    pub fn namespaces_path(&self) -> String {
        match self.form {
            ScopeForm::Plain | ScopeForm::Pods => format!("{}.namespaceSelector", self.path()),
            ScopeForm::Namespaces => self.path(),
        }
    }

    /// The field that selects namespaces.
    pub fn namespaces_field(&self) -> &'static str {
        match self.form {
            ScopeForm::Plain | ScopeForm::Pods => "namespaceSelector",
            ScopeForm::Namespaces => "namespaces",
        }
    }

    /// The namespaces, in words.
    pub fn whose(&self) -> String {
        match &self.scope.namespaces {
            NamespaceScope::Named(name) => format!("namespace `{name}`"),
            NamespaceScope::Matching(namespaces) if namespaces.is_everything() => {
                "any namespace".to_owned()
            }
            NamespaceScope::Matching(namespaces) => format!("the namespaces with `{namespaces}`"),
        }
    }

    /// What comes of it if it means nobody.
    pub fn in_vain(&self) -> &'static str {
        match self.peer {
            None => "this policy governs no pod",
            Some(_) => "this peer matches nobody",
        }
    }

    /// The first label that the selector of pods asks for and that controllers give to pods.
    pub fn given_label(&self) -> Option<&str> {
        given(&self.scope.pods)
    }

    /// The selectors with their paths.
    pub fn selectors(&self) -> Vec<(String, &Selector)> {
        let mut selectors = Vec::new();
        if self.form != ScopeForm::Namespaces {
            selectors.push((self.pods_path(), &self.scope.pods));
        }
        if let NamespaceScope::Matching(namespaces) = &self.scope.namespaces {
            selectors.push((self.namespaces_path(), namespaces));
        }
        selectors
    }
}

fn owners<'a>(context: &Context<'a>) -> Owners<'a> {
    let mut owners = Owners::default();
    let workloads = context.manifests.objects().iter();
    for it in workloads.filter(|it| WorkloadKind::from_name(&it.kind).is_some()) {
        let namespace = it.namespace.as_deref();
        let Some(namespace) = namespace.and_then(|name| context.cluster.namespace(name)) else {
            continue;
        };
        let labels = it.root.at("metadata.labels");
        let pairs = labels.map_or(&[][..], Part::fields).iter();
        let pairs = pairs.filter_map(|(key, part)| Some((&**key, part.text()?)));
        let owner = (Labels::from_pairs(pairs), it);
        owners.entry(namespace).or_default().push(owner);
    }
    owners
}

impl<'a> Context<'a> {
    /// All places where a policy speaks of pods, in reading order.
    pub fn scopes(&self) -> impl Iterator<Item = ScopeAt<'a>> {
        let subjects = self.policies().map(move |(id, _)| self.subject_at(id));
        let peers = self.rules().flat_map(move |at| {
            let peers = match &at.rule.peers {
                Peers::Listed(peers) => peers.as_slice(),
                Peers::Anyone => &[],
            };
            let peers = peers.iter().enumerate();
            peers.filter_map(move |(index, peer)| {
                Some(ScopeAt {
                    id: at.id,
                    policy: at.policy,
                    scope: peer.scope()?,
                    peer: Some((at.direction, at.index, index)),
                    form: self.form(at.policy, &at.peer_path(index)),
                })
            })
        });
        subjects.chain(peers)
    }

    /// Where a policy says whom it governs.
    pub fn subject_at(&self, id: PolicyId) -> ScopeAt<'a> {
        let policy = self.cluster.policies.at(id);
        ScopeAt {
            id,
            policy,
            scope: &policy.subject,
            peer: None,
            form: self.form(policy, "spec.subject"),
        }
    }

    /// In which fields a policy selects pods, at a path.
    fn form(&self, policy: &Policy, path: &str) -> ScopeForm {
        if policy.tier == Tier::NetworkPolicy {
            return ScopeForm::Plain;
        }
        match self.field(policy, &format!("{path}.namespaces")) {
            Some(_) => ScopeForm::Namespaces,
            None => ScopeForm::Pods,
        }
    }

    /// Why a scope means nobody; none where somebody is meant, could be, or is to come (`{}`). Pods
    /// that have finished, of `replicas: 0` and in the network of their node are somebody, and so are
    /// those of templates that lack only labels that controllers give.
    pub fn nobody(&self, at: &ScopeAt<'a>) -> Option<Rc<Nobody<'a>>> {
        self.nobody_in(at.policy, at.scope)
    }

    /// The same of a scope of a policy.
    pub(super) fn nobody_in(&self, policy: &Policy, scope: &'a PodScope) -> Option<Rc<Nobody<'a>>> {
        // Whoever selects somebody asks for nothing impossible.
        if !self.pods(scope).is_empty() {
            return None;
        }
        let key = (scope, self.omits_namespace(policy.origin));
        if let Some(known) = self.meant.nobody.borrow().get(&key) {
            return known.clone();
        }
        let found = self.why_nobody(key.0, key.1).map(Rc::new);
        let mut known = self.meant.nobody.borrow_mut();
        known.insert(key, found.clone());
        found
    }

    fn why_nobody(&self, scope: &'a PodScope, floating: bool) -> Option<Nobody<'a>> {
        if !scope.pods.is_satisfiable() || is_contradiction(&scope.namespaces) {
            return Some(Nobody::Contradiction);
        }
        if is_impossible(&scope.namespaces) {
            return Some(Nobody::ImpossibleName);
        }
        let namespaces = self.all_namespaces_of(&scope.namespaces);
        if namespaces.is_empty() {
            // What is in a namespace that is there unwritten is not known.
            let built_in = self.may_be_built_in(&scope.namespaces);
            return (!built_in).then_some(Nobody::Namespaces);
        }
        if scope.pods.is_everything() {
            return None;
        }
        let candidates = self.candidates();
        if !candidates.matching_in(&scope.pods, &namespaces).is_empty() {
            return None;
        }
        let alike = candidates.matching(&scope.pods);
        // What is applied into a namespace that no manifest names may meet there after all.
        let local = matches!(scope.namespaces, NamespaceScope::Named(_));
        let meets = |index| local && self.candidate_omits_namespace(index) != floating;
        let mut pods = alike.iter();
        if pods.any(|(index, pod)| namespaces.contains(&pod.namespace) || meets(*index)) {
            return None;
        }
        if self.fits_stranger(scope, floating) {
            return None;
        }
        let owners = self.meant.owners.get_or_init(|| owners(self));
        let there = namespaces.iter().filter_map(|home| owners.get(home));
        if let Some((_, owner)) = there
            .flatten()
            .find(|(labels, _)| scope.pods.matches(labels))
        {
            return Some(Nobody::OwnersLabels(owner));
        }
        // Where only a value that is not known could match, nobody is surely meant.
        let elsewhere = alike
            .iter()
            .filter(|(_, pod)| scope.pods.matches(&pod.labels));
        let elsewhere: BTreeSet<NamespaceId> = elsewhere.map(|(_, pod)| pod.namespace).collect();
        Some(if elsewhere.is_empty() {
            Nobody::Pods
        } else {
            Nobody::Elsewhere(elsewhere.into_iter().collect())
        })
    }

    /// Who could be meant.
    pub(super) fn candidates(&self) -> &Candidates<'a> {
        let candidates = &self.meant.candidates;
        candidates.get_or_init(|| Candidates::new(self.cluster, self.apps()))
    }

    /// Whether the manifest of one who could be meant leaves its namespace open.
    pub(super) fn candidate_omits_namespace(&self, index: usize) -> bool {
        let omits = |origin| self.omits_namespace(origin);
        self.candidates().omits_namespace(index, omits)
    }

    /// The namespaces of a scope of a policy, looked for once.
    pub(in crate::lint) fn all_namespaces_of(
        &self,
        scope: &'a NamespaceScope,
    ) -> Rc<BTreeSet<NamespaceId>> {
        let mut known = self.meant.namespaces.borrow_mut();
        let namespaces = known
            .entry(scope)
            .or_insert_with(|| Rc::new(self.namespaces_of(scope).collect()));
        Rc::clone(namespaces)
    }

    /// The namespaces of the input that a scope speaks of, or may: labels of those that are not
    /// declared are not known.
    pub fn namespaces_of(&self, scope: &NamespaceScope) -> impl Iterator<Item = NamespaceId> {
        let (named, selector) = match scope {
            NamespaceScope::Named(name) => (self.cluster.namespace(name), None),
            NamespaceScope::Matching(selector) => (None, Some(selector)),
        };
        let matching = selector.into_iter().flat_map(|selector| {
            let all = self.cluster.namespaces.iter();
            all.filter(|(_, it)| may_match(selector, it))
        });
        named.into_iter().chain(matching.map(|(id, _)| id))
    }

    /// Whether a scope asks by name for a namespace that every cluster has, and that the input does
    /// not: its labels are not known.
    fn may_be_built_in(&self, scope: &NamespaceScope) -> bool {
        let NamespaceScope::Matching(selector) = scope else {
            return false;
        };
        names_of(selector).is_some_and(|names| {
            let mut names = names.iter();
            names.any(|it| BUILT_IN.contains(&&**it) && self.cluster.namespace(it).is_none())
        })
    }

    /// Whether the input has pods of each namespace that a scope names. Where it has none, that a
    /// label is missing there says nothing, unless the input is all there is; and whose labels match
    /// may be a namespace that is not in the input at all.
    pub fn knows_pods_of(&self, scope: &NamespaceScope) -> bool {
        let populated = &self.candidates().by_namespace;
        let knows = |name: &Arc<str>| {
            let namespace = self.cluster.namespace(name);
            namespace.is_some_and(|id| populated.contains_key(&id))
        };
        match scope {
            NamespaceScope::Named(name) => knows(name),
            NamespaceScope::Matching(selector) => {
                names_of(selector).is_some_and(|names| names.iter().all(knows))
            }
        }
    }

    /// Whether another peer of the same rule means somebody. Manifests for several kinds of cluster name
    /// the pods of each of them.
    pub fn has_alternative(&self, at: &ScopeAt<'a>) -> bool {
        self.has_other_peer(at, |nobody| nobody.is_none())
    }

    /// Whether another peer of the same rule means namespaces that are there, whoever is in them.
    pub fn has_other_namespaces(&self, at: &ScopeAt<'a>) -> bool {
        self.has_other_peer(at, |nobody| match nobody {
            Some(Nobody::Contradiction | Nobody::ImpossibleName | Nobody::Namespaces) => false,
            Some(Nobody::OwnersLabels(_) | Nobody::Elsewhere(_) | Nobody::Pods) | None => true,
        })
    }

    fn has_other_peer(&self, at: &ScopeAt<'a>, fits: impl Fn(Option<&Nobody<'a>>) -> bool) -> bool {
        let Some((direction, rule, place)) = at.peer else {
            return false;
        };
        let rules = at.policy.rules(direction).unwrap_or_default();
        let Some(Peers::Listed(peers)) = rules.get(rule).map(|rule| &rule.peers) else {
            return false;
        };
        let peers = peers.iter().enumerate();
        let mut others = peers.filter(|(index, _)| *index != place);
        others.any(|(index, peer)| match &peer.matches {
            PeerMatch::IpBlock(_) | PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => fits(None),
            PeerMatch::Pods(scope) => {
                let peer = Some((direction, rule, index));
                fits(self.nobody(&ScopeAt { scope, peer, ..*at }).as_deref())
            }
        })
    }

    /// The paths of the requirements of a selector at `path`, in their order.
    pub fn requirement_paths(&self, policy: &Policy, path: &str) -> Vec<String> {
        let Some(part) = self.field(policy, path) else {
            return Vec::new();
        };
        let labels = part.get("matchLabels").map_or(&[][..], Part::fields);
        let labels = labels.iter().map(|(key, _)| {
            let mut path = format!("{path}.matchLabels");
            push_field(&mut path, key);
            path
        });
        let expressions = part.get("matchExpressions").map_or(&[][..], Part::items);
        let expressions = (0..expressions.len()).map(|at| format!("{path}.matchExpressions[{at}]"));
        labels.chain(expressions).collect()
    }
}

/// Whether a namespace matches, or may: labels of one that is not declared are not known, but for its
/// name.
fn may_match(selector: &Selector, namespace: &Namespace) -> bool {
    if namespace.declared {
        return selector.matches(&namespace.labels);
    }
    let mut tests = selector.tests().iter();
    tests.all(|(key, test)| {
        **key != *NAMESPACE_NAME_LABEL || test.accepts(namespace.labels.get(key))
    })
}
