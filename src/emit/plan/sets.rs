//! The addresses that rules name, each distinct set of them once.
//!
//! A set is known by its *definition*, the selectors or ranges of its rule, and not by its members.
//! So a new pod changes elements of a set but no name, and two selectors that find the same pods
//! today are two sets, because tomorrow they may differ. Selectors that match the same labels have
//! one definition; the wording that is shown is the first in order, whichever the input has first.
//!
//! Cost: each distinct scope is looked up once; then one element for each pod and set.

use super::{ConnectionTest, Members, NamedPorts, NamedPortsId, PeerSet, PeerSetId, PeerTest};
use crate::compile::{PodFinder, Selection};
use crate::emit::name::key;
use crate::model::{
    Cluster, Habit, IpBlock, NamespaceScope, Peer, PeerMatch, Pod, PodScope, PortTest, Ports, Says,
    Tier,
};
use crate::net::{AddressSet, ConnSet, Protocol};
use crate::selector::Selector;
use crate::table::Table;
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

/// A named port as a rule names it.
type Name = (Arc<str>, Option<Protocol>);

/// Makes sets.
pub(super) struct Sets<'a> {
    cluster: &'a Cluster,
    finder: PodFinder<'a>,
    peers: Table<PeerSetId, PeerSet>,
    peer_ids: FxHashMap<String, PeerSetId>,
    /// The addresses of each scope.
    scopes: FxHashMap<&'a PodScope, BTreeSet<IpAddr>>,
    named: Table<NamedPortsId, NamedPorts>,
    named_ids: BTreeMap<Vec<Name>, NamedPortsId>,
    /// The addresses that blocks of a NetworkPolicy never match, by whose they are.
    skipped: Vec<(&'static str, AddressSet)>,
}

impl<'a> Sets<'a> {
    pub(super) fn new(cluster: &'a Cluster, selection: &'a Selection<'a>) -> Self {
        Self {
            cluster,
            finder: selection.finder(),
            peers: Table::new(),
            peer_ids: FxHashMap::default(),
            scopes: FxHashMap::default(),
            named: Table::new(),
            named_ids: BTreeMap::new(),
            skipped: skipped(cluster),
        }
    }

    pub(super) fn finish(self) -> (Table<PeerSetId, PeerSet>, Table<NamedPortsId, NamedPorts>) {
        (self.peers, self.named)
    }

    /// Whether a test has an address.
    pub(super) fn has(&self, test: PeerTest, address: IpAddr) -> bool {
        match test {
            PeerTest::Anyone => true,
            PeerTest::In(set) => match &self.peers.at(set).members {
                Members::Pods(pods) => pods.contains(&address),
                Members::Blocks(blocks) => blocks.contains(address),
            },
        }
    }

    /// The sets for a list of peers in a tier: one for its pods, one for its blocks and one for its
    /// nodes, where it has any.
    pub(super) fn peers(
        &mut self,
        tier: Tier,
        list: &'a [Peer],
    ) -> impl Iterator<Item = PeerSetId> {
        let (mut scopes, mut blocks, mut nodes) = (Vec::new(), Vec::new(), Vec::new());
        for peer in list {
            match &peer.matches {
                PeerMatch::Pods(scope) => scopes.push(scope),
                PeerMatch::IpBlock(block) => blocks.push(block),
                PeerMatch::Nodes(selector) => nodes.push(selector),
                // Refused before.
                PeerMatch::DomainName(_) => {}
            }
        }
        let pods = (!scopes.is_empty()).then(|| self.pods(&scopes));
        let blocks = (!blocks.is_empty()).then(|| self.blocks(tier, &blocks));
        let nodes = (!nodes.is_empty()).then(|| self.nodes(&nodes));
        pods.into_iter().chain(blocks).chain(nodes)
    }

    /// S97: the addresses of nodes, by the definition of their labels.
    fn nodes(&mut self, selectors: &[&Selector]) -> PeerSetId {
        let mut keys: Vec<String> = selectors
            .iter()
            .map(|it| format!("{:?}", it.tests()))
            .collect();
        keys.sort_unstable();
        keys.dedup();
        let own = key(std::iter::once("nodes").chain(keys.iter().map(String::as_str)));
        let words = in_order(selectors.iter().map(|nodes| {
            if nodes.is_everything() {
                "all nodes".to_owned()
            } else {
                format!("nodes {nodes}")
            }
        }));
        if let Some(known) = self.known(&own, &words) {
            return known;
        }
        let cluster = self.cluster;
        let has = |pod: &Pod| {
            let node = cluster.node_of(pod).map(|id| cluster.nodes.at(id));
            let mut any = selectors.iter();
            pod.host_network
                && any.any(|it| node.map_or(it.is_everything(), |node| it.matches(&node.labels)))
        };
        // A pod in the network of a node may show an address of it that the node does not list.
        let pods = cluster.pods.rows().iter().filter(|pod| has(pod));
        let ips = pods.flat_map(|pod| pod.ips.iter().copied());
        let listed = selectors.iter();
        let listed = listed.map(|nodes| cluster.node_addresses(nodes, true));
        let all = AddressSet::union_of(listed.chain([AddressSet::from_hosts(ips)]));
        self.push(own, words, Members::Blocks(all))
    }

    fn pods(&mut self, scopes: &[&'a PodScope]) -> PeerSetId {
        let mut keys: Vec<String> = scopes.iter().map(|scope| scope_key(scope)).collect();
        keys.sort_unstable();
        keys.dedup();
        let own = key(std::iter::once("pods").chain(keys.iter().map(String::as_str)));
        let words = in_order(scopes.iter().map(|scope| scope_words(scope)));
        if let Some(known) = self.known(&own, &words) {
            return known;
        }
        let mut members = BTreeSet::new();
        for scope in scopes {
            members.extend(self.addresses(scope).iter().copied());
        }
        self.push(own, words, Members::Pods(members))
    }

    /// The addresses of the pods that a scope selects.
    fn addresses(&mut self, scope: &'a PodScope) -> &BTreeSet<IpAddr> {
        let (cluster, finder) = (self.cluster, &mut self.finder);
        self.scopes.entry(scope).or_insert_with(|| {
            let pods = finder.pods(scope).into_iter();
            let ips = pods.flat_map(|pod| &cluster.pods.at(pod).ips);
            ips.copied().collect()
        })
    }

    /// Each peer's own exceptions count for that peer alone, so blocks are joined only when they are
    /// sets of addresses.
    /// Where the plugin matches no block to some ends, their addresses are taken out, by a definition
    /// that names them.
    fn blocks(&mut self, tier: Tier, blocks: &[&IpBlock]) -> PeerSetId {
        let all = AddressSet::union_of(blocks.iter().map(|block| block.addresses()));
        let ranges: Vec<String> = all
            .ranges()
            .map(|(first, last)| format!("{first}-{last}"))
            .collect();
        let skipped: &[_] = if tier == Tier::NetworkPolicy {
            &self.skipped
        } else {
            &[]
        };
        let kinds = skipped.iter().map(|(kind, _)| *kind);
        let without: Vec<String> = kinds.map(|kind| format!("without {kind}")).collect();
        let parts = ranges.iter().chain(&without).map(String::as_str);
        let own = key(std::iter::once("blocks").chain(parts));
        let all = skipped
            .iter()
            .fold(all, |left, (_, skipped)| left.difference(skipped));
        let blocks = blocks.iter().map(|block| block_words(block));
        let words = in_order(blocks.chain(without));
        match self.known(&own, &words) {
            Some(known) => known,
            None => self.push(own, words, Members::Blocks(all)),
        }
    }

    /// The set of this key. Of several wordings it has the first in order, whichever comes first in the
    /// input.
    fn known(&mut self, key: &str, words: &str) -> Option<PeerSetId> {
        let known = *self.peer_ids.get(key)?;
        let set = self.peers.at_mut(known);
        if *words < *set.words {
            words.clone_into(&mut set.words);
        }
        Some(known)
    }

    fn push(&mut self, key: String, words: String, members: Members) -> PeerSetId {
        let id = self.peers.push(PeerSet {
            key: key.clone(),
            words,
            members,
        });
        self.peer_ids.insert(key, id);
        id
    }

    /// The ports of a rule in a tier: those with numbers, and those with names, where it has any.
    pub(super) fn ports(&mut self, tier: Tier, ports: &Ports) -> Vec<ConnectionTest> {
        if *ports == Ports::Any {
            return vec![ConnectionTest::Any];
        }
        let practice = &self.cluster.practice;
        let own_way = tier == Tier::NetworkPolicy;
        let first_only = own_way && practice.says(Habit::EndPorts) == Says::No;
        let whole = own_way && practice.does(Habit::NameOpensProtocol);
        let unnamed = own_way && practice.says(Habit::NamedPorts) == Says::No;
        let (mut fixed, mut names): (Vec<_>, Vec<Name>) = (Vec::new(), Vec::new());
        for entry in ports.listed() {
            match &entry.test {
                PortTest::Range {
                    protocol,
                    first,
                    last,
                } => {
                    let short = first_only && entry.end_port;
                    fixed.push((*protocol, *first, if short { *first } else { *last }));
                }
                PortTest::Named {
                    protocol: Some(protocol),
                    ..
                } if whole => fixed.push((*protocol, 1, u16::MAX)),
                PortTest::Named { .. } if unnamed => {}
                PortTest::Named { name, protocol } => names.push((Arc::clone(name), *protocol)),
            }
        }
        let fixed = ConnSet::of_ranges(fixed);
        let mut tests = Vec::new();
        if !fixed.is_empty() {
            tests.push(ConnectionTest::Connections(fixed));
        }
        if !names.is_empty() {
            names.sort_unstable();
            names.dedup();
            tests.push(ConnectionTest::Named(self.named(names)));
        }
        tests
    }

    /// S36 to S42: a named port is that of the pod that the packet goes to; S59: of no pod in the
    /// network of its node.
    fn named(&mut self, names: Vec<Name>) -> NamedPortsId {
        if let Some(&known) = self.named_ids.get(&names) {
            return known;
        }
        let mut members = BTreeSet::new();
        let pods = self.cluster.pods.rows().iter();
        for pod in pods.filter(|pod| !pod.host_network) {
            for (name, protocol) in &names {
                members.extend(elements(pod, name, *protocol));
            }
        }
        let parts = |(name, protocol): &Name| {
            let protocol = protocol.map_or("any protocol", Protocol::name);
            format!("{name} {protocol}")
        };
        let words: Vec<String> = names.iter().map(parts).collect();
        let id = self.named.push(NamedPorts {
            key: key(std::iter::once("named").chain(words.iter().map(String::as_str))),
            words: words.join(", "),
            members,
        });
        self.named_ids.insert(names, id);
        id
    }
}

/// The addresses that the plugin matches no block of a NetworkPolicy to.
fn skipped(cluster: &Cluster) -> Vec<(&'static str, AddressSet)> {
    let never = |habit| cluster.practice.says(habit) == Says::No;
    let ips = |host_network: bool| {
        let pods = cluster.pods.rows().iter();
        pods.filter(move |pod| pod.host_network == host_network)
            .flat_map(|pod| pod.ips.iter().copied())
    };
    let mut skipped = Vec::new();
    if never(Habit::BlocksMatchPods) {
        skipped.push(("pods", AddressSet::from_hosts(ips(false))));
    }
    if never(Habit::BlocksMatchNodes) {
        let nodes = cluster.nodes.rows().iter();
        let nodes = nodes.flat_map(|node| node.ips.iter().copied());
        skipped.push(("nodes", AddressSet::from_hosts(nodes.chain(ips(true)))));
    }
    skipped
}

fn elements<'p>(
    pod: &'p Pod,
    name: &'p str,
    protocol: Option<Protocol>,
) -> impl Iterator<Item = (IpAddr, Protocol, u16)> + 'p {
    let ports = pod.named_port(name, protocol);
    ports.flat_map(|(protocol, port)| pod.ips.iter().map(move |&ip| (ip, protocol, port)))
}

/// Selectors that match the same labels are equal, and so are their tests; text is quoted in them.
fn scope_key(scope: &PodScope) -> String {
    let namespaces = match &scope.namespaces {
        NamespaceScope::Named(name) => format!("named {name:?}"),
        NamespaceScope::Matching(selector) => format!("matching {:?}", selector.tests()),
    };
    key([&*namespaces, &format!("{:?}", scope.pods.tests())])
}

fn scope_words(scope: &PodScope) -> String {
    let pods = if scope.pods.is_everything() {
        "all pods".to_owned()
    } else {
        format!("pods {}", scope.pods)
    };
    match &scope.namespaces {
        NamespaceScope::Named(name) => format!("{pods} of {name}"),
        NamespaceScope::Matching(all) if all.is_everything() => pods,
        NamespaceScope::Matching(selector) => format!("{pods} of namespaces {selector}"),
    }
}

fn in_order(words: impl Iterator<Item = String>) -> String {
    let words: BTreeSet<String> = words.collect();
    let words: Vec<String> = words.into_iter().collect();
    words.join(", ")
}

fn block_words(block: &IpBlock) -> String {
    let except: Vec<String> = block.except.iter().map(ToString::to_string).collect();
    if except.is_empty() {
        block.cidr.to_string()
    } else {
        format!("{} except {}", block.cidr, except.join(" "))
    }
}
