//! Claims as they are proven: names looked up, kinds of claim brought down to two.

use crate::model::{Cluster, LeftOut, Origin, Pod, PortTest, Say};
use crate::net::AddressSet;
use crate::selector::Selector;
use crate::trace::Endpoint;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::Arc;

pub use crate::intent::{PodSet, Scope};
pub use crate::prove::encode::Goal;

/// What a claim speaks of, apart from the policies.
#[derive(Debug, Clone)]
pub struct Claim<'a> {
    /// The intent's name; the claim in words where it came from the command line.
    pub name: String,
    /// What files about it are called after: made of `a-z`, `0-9` and `-`; see [`name_files`].
    pub file_name: String,
    /// The intent in its file.
    pub origin: Origin,
    /// The claim in one sentence, lower case, no full stop.
    pub words: String,
    /// Which pods it is about.
    pub scope: Scope,
    /// What is claimed.
    pub kind: Kind<'a>,
    /// What it takes for granted of Services, one sentence each, lower case, no full stop.
    pub granted: Vec<String>,
}

/// Calls files about claims after the claims, and no two alike.
pub fn name_files<'c, 'a: 'c>(claims: impl Iterator<Item = &'c mut Claim<'a>>) {
    let mut claims: Vec<&mut Claim<'_>> = claims.collect();
    let mut taken: BTreeSet<String> = claims.iter().map(|it| file_name(&it.name)).collect();
    let mut seen = BTreeSet::new();
    for claim in &mut claims {
        let plain = file_name(&claim.name);
        let mut name = plain.clone();
        if !seen.insert(plain.clone()) {
            let mut numbered = (2_usize..).map(|number| format!("{plain}-{number}"));
            name = numbered.find(|it| !taken.contains(it)).unwrap_or(plain);
            taken.insert(name.clone());
        }
        claim.file_name = name;
    }
}

/// A name fit for files.
pub(super) fn file_name(name: &str) -> String {
    let fit = |c: char| {
        if c.is_ascii_alphanumeric() {
            c.to_ascii_lowercase()
        } else {
            '-'
        }
    };
    let name: String = name.chars().map(fit).take(60).collect();
    let name = name.trim_matches('-');
    if name.is_empty() { "claim" } else { name }.to_owned()
}

/// What is claimed.
#[derive(Debug, Clone)]
pub enum Kind<'a> {
    /// That flows are all refused, or all let through.
    Flows(Goal, Vec<Flows<'a>>),
    /// That two sets of policies mean the same, or one lets through no more than the other.
    Compare(Box<Compare<'a>>),
    /// The same of flows on their way: a look-up first, or as policies see them behind a port of a
    /// node.
    Ways(Goal, Vec<Way<'a>>),
    /// What documents leave to the network plugin; why, in one sentence.
    Open(String),
}

impl<'a> Kind<'a> {
    /// Every flow that it is about.
    pub(super) fn flows(&self) -> Vec<&Flows<'a>> {
        match self {
            Self::Flows(_, all) => all.iter().collect(),
            Self::Ways(_, ways) => {
                let links = ways.iter().flat_map(|way| &way.links);
                links.flat_map(|link| &link.flows).collect()
            }
            Self::Compare(_) | Self::Open(_) => Vec::new(),
        }
    }
}

/// The links of a way: who takes it passes all of them, and whom one refuses does not get there.
#[derive(Debug, Clone, Default)]
pub struct Way<'a> {
    /// In order.
    pub links: Vec<Link<'a>>,
    /// Why it is not known whether it is taken, or another of the claim's.
    pub one_of: Option<String>,
}

/// One connection of a way, or what the policies at one end of it see.
#[derive(Debug, Clone, Default)]
pub struct Link<'a> {
    /// What it is: `the look-up of db.shop.svc`.
    pub what: String,
    /// As which flows policies may see it. All are refused: it is refused.
    pub flows: Vec<Flows<'a>>,
    /// The cluster as policies see it here, where that is not as it is: only those of one end count,
    /// and what nodes pass on comes from their addresses (S55).
    pub lens: Option<Box<Cluster>>,
    /// Why it is not known which of the flows it is, so that one says nothing of the link.
    pub one_of: Option<String>,
    /// Why it may come to nothing though policies let all flows through.
    pub doubt: Option<String>,
    /// Whether the network plugin may let it past the policies.
    pub may_bypass: bool,
    /// Why it comes to nothing, whatever policies say.
    pub refused: Option<String>,
}

/// The flows that a claim is about: from some term of `from` to some target, with what is taken
/// out of them.
#[derive(Debug, Clone, Default)]
pub struct Flows<'a> {
    /// Who opens the connection.
    pub from: Vec<Term<'a>>,
    /// Of those, whom the claim leaves out.
    pub not_from: Vec<Term<'a>>,
    /// Who accepts the connection, and on which ports.
    pub to: Vec<Target<'a>>,
    /// Of those, whom the claim leaves out.
    pub not_to: Vec<Term<'a>>,
    /// Only between pods that carry these keys with the same value.
    pub same_labels: Vec<Arc<str>>,
    /// Only between pods that do not.
    pub different_labels: Vec<Arc<str>>,
}

impl Claim<'_> {
    /// Whether what came of it may be otherwise because of what was left out of the input: of a
    /// policy over pods that it is about, or of a pod that is there, where only those count.
    pub fn hangs_on(&self, cluster: &Cluster, it: &LeftOut) -> bool {
        let pods = self.scope == Scope::Existing && it.may_decide(Say::Pods);
        match &self.kind {
            // It is open already.
            Kind::Open(_) => false,
            Kind::Compare(_) => pods || it.may_decide(Say::Connections),
            Kind::Flows(..) | Kind::Ways(..) => {
                let mut terms = self.kind.flows().into_iter().flat_map(Flows::terms);
                terms.any(|term| term.hangs_on(cluster, it, pods))
            }
        }
    }
}

impl Term<'_> {
    fn hangs_on(&self, cluster: &Cluster, it: &LeftOut, pods: bool) -> bool {
        match self {
            Self::Anyone
            | Self::Pods(PodSet {
                namespace: None, ..
            }) => pods || it.may_decide(Say::Connections),
            Self::Pods(PodSet {
                namespace: Some(name),
                ..
            }) => it.may_govern(name) || (pods && it.may_be_pods_of(name)),
            Self::These(these) => these.iter().any(|one| match one {
                These::Pod(pod) => {
                    let name = &cluster.namespaces.at(pod.namespace).name;
                    !pod.host_network && it.may_govern(name)
                }
                These::Node(_) => false,
            }),
            Self::Outside(_) => false,
        }
    }
}

impl<'a> Flows<'a> {
    /// Everyone that the claim names, at either end.
    pub(super) fn terms(&self) -> impl Iterator<Item = &Term<'a>> {
        let to = self.to.iter().map(|target| &target.who);
        let from = self.from.iter().chain(&self.not_from);
        from.chain(&self.not_to).chain(to)
    }
}

/// Who accepts the connection, and on which ports.
#[derive(Debug, Clone)]
pub struct Target<'a> {
    /// Who.
    pub who: Term<'a>,
    /// On which ports.
    pub ports: Packets,
}

/// Destination ports of a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packets {
    /// Every port of every protocol.
    Any,
    /// Those that one of these matches.
    Some(Vec<PortTest>),
    /// Those that none of these matches.
    AllBut(Vec<PortTest>),
}

/// Endpoints that a claim names.
#[derive(Debug, Clone)]
pub enum Term<'a> {
    /// Every pod, and every address outside the cluster.
    Anyone,
    /// Pods by namespace and labels; those that exist and, in a claim about any pod, those that
    /// could.
    Pods(PodSet),
    /// Pods and nodes of the input.
    These(Vec<These<'a>>),
    /// Addresses outside the cluster.
    Outside(AddressSet),
}

/// One listed endpoint.
#[derive(Debug, Clone)]
pub enum These<'a> {
    /// A pod of the input, or one that it asks for and does not have.
    Pod(Cow<'a, Pod>),
    /// A node.
    Node(crate::model::NodeEnd),
}

impl These<'_> {
    /// The endpoint that `trace` knows.
    pub fn endpoint(&self) -> Endpoint<'_> {
        match self {
            Self::Pod(pod) => Endpoint::Pod(pod),
            Self::Node(node) => Endpoint::Node(*node),
        }
    }
}

/// A claim about two sets of policies over the same inventory.
#[derive(Debug, Clone)]
pub struct Compare<'a> {
    /// The other set, in a cluster with the same namespaces in the same order.
    pub other: Cow<'a, Cluster>,
    /// How the two are called in answers: `these policies`, `old/`.
    pub names: [String; 2],
    /// Whether the places of the other's policies are in the same files.
    pub placed: bool,
    /// Whether the other may let through more.
    pub more_allowed: bool,
}

/// What may be taken for granted.
#[derive(Debug, Clone, Default)]
pub struct Premises {
    /// Pods that always carry certain labels.
    pub always: Vec<Always>,
    /// Where pods have their addresses; empty: not known.
    pub pod_networks: Vec<crate::net::Cidr>,
    /// Whether there may be namespaces that are not in the input.
    pub new_namespaces: bool,
    /// The entries of the input that are taken as several pods, though they may be one (S53).
    pub several: Vec<String>,
}

impl Premises {
    /// Whether pods of the input may be unlike all that could be created.
    pub(super) fn assume(&self) -> bool {
        !self.always.is_empty() || !self.pod_networks.is_empty()
    }
}

/// Pods that always carry certain labels.
#[derive(Debug, Clone)]
pub struct Always {
    /// Whom it is about.
    pub pods: PodSet,
    /// What they always match.
    pub labels: Selector,
}

/// A set of pods in words: `pods of namespace shop with app=web`.
pub fn set_in_words(set: &PodSet) -> String {
    let narrowing = |selector: &&Selector| !selector.is_everything();
    let labelled = set.namespace_selector.as_ref().filter(narrowing);
    let namespace = match (&set.namespace, labelled) {
        (Some(name), None) => format!(" of namespace {name}"),
        (Some(name), Some(selector)) => {
            format!(" of namespace {name}, if it is labelled {selector}")
        }
        (None, Some(selector)) => format!(" of namespaces with {selector}"),
        (None, None) => String::new(),
    };
    let selector = set.pod_selector.as_ref().filter(narrowing);
    let labels = selector.map_or(String::new(), |selector| format!(" with {selector}"));
    format!("pods{namespace}{labels}")
}
