//! What the policies can see: the label keys and values, port names and address blocks that some
//! rule mentions. Two endpoints that look alike in this vocabulary are treated alike by every rule.
//!
//! Cost: once over all rules, plus sorting of block boundaries.

use super::cuts::Cuts;
use super::mix::Mix;
use super::peers::RulePeer;
use super::practice::Reach;
use crate::model::{Cluster, Direction, Node, Pod, Policy, PortTest, Ports};
use crate::net::{AddressSet, Family, Protocol, RangeSet};
use crate::selector::{Labels, Selector};
use crate::table::{Id as _, Table, define_id};
use rustc_hash::{FxHashMap, FxHashSet};
use std::net::IpAddr;
use std::sync::Arc;

define_id! {
    /// Names a label key that some pod selector mentions.
    pub(super) KeyId;
    /// Names a value of a key: a mentioned one, or "some other".
    pub(super) LabelValueId;
    /// Names a port name (with protocol) that some rule mentions.
    pub(super) PortNameId;
    /// Names a set of addresses that the same blocks match.
    pub(super) AtomId;
}

/// A port name with the protocol that it must have.
pub(super) type PortName = (Arc<str>, Option<Protocol>);

/// A pod's labels as far as any selector can tell them apart, sorted by key.
pub(super) type LabelFacts = Box<[(KeyId, LabelValueId)]>;

/// For each selector of nodes whether it has a pod's node, and if so whether for sure.
pub(super) type NodeFacts = Box<[Option<bool>]>;

/// One key: its id, and an id for each value that some selector names, for a value that none names,
/// and for one that is not known.
#[derive(Debug)]
struct Key {
    id: KeyId,
    values: FxHashMap<Arc<str>, LabelValueId>,
    other: LabelValueId,
    open: LabelValueId,
    /// Whatever the value is.
    any: LabelValueId,
}

/// A set of addresses that exactly the same blocks match.
#[derive(Debug)]
pub(super) struct Atom {
    pub(super) family: Family,
    pub(super) addresses: AddressSet,
}

/// What the policies can see.
#[derive(Debug)]
pub(super) struct Vocabulary {
    keys: FxHashMap<Arc<str>, Key>,
    values: Table<LabelValueId, ()>,
    any: Table<KeyId, LabelValueId>,
    port_names: Table<PortNameId, PortName>,
    port_name_ids: FxHashMap<PortName, PortNameId>,
    /// The selectors of nodes.
    nodes: Vec<Selector>,
    atoms: Table<AtomId, Atom>,
    v4: Cuts<u32>,
    v6: Cuts<u128>,
}

impl Vocabulary {
    pub(super) fn new(cluster: &Cluster, mix: &Mix) -> Self {
        let mut vocabulary = Self {
            keys: FxHashMap::default(),
            values: Table::new(),
            any: Table::new(),
            port_names: Table::new(),
            port_name_ids: FxHashMap::default(),
            nodes: Vec::new(),
            atoms: Table::new(),
            v4: Cuts::default(),
            v6: Cuts::default(),
        };
        let mut blocks: FxHashSet<AddressSet> = FxHashSet::default();
        for policy in cluster.policies.rows() {
            vocabulary.read(cluster, policy, &mut blocks);
        }
        vocabulary.v4 = Cuts::new(blocks.iter().map(|set| set.v4().ranges()), mix);
        vocabulary.v6 = Cuts::new(blocks.iter().map(|set| set.v6().ranges()), mix);
        vocabulary.name_atoms();
        vocabulary
    }

    fn read(&mut self, cluster: &Cluster, policy: &Policy, blocks: &mut FxHashSet<AddressSet>) {
        self.read_selector(&policy.subject.pods);
        for direction in Direction::BOTH {
            for rule in policy.rules(direction).unwrap_or_default() {
                for peer in RulePeer::all_of(rule, Reach::ALL) {
                    match peer {
                        RulePeer::Anyone | RulePeer::Named(_) => {}
                        RulePeer::Pods(scope) => self.read_selector(&scope.pods),
                        RulePeer::Addresses(_, addresses, _) => _ = blocks.insert(addresses),
                        RulePeer::Nodes(nodes) => {
                            let own = [true, false].map(|it| cluster.node_addresses(nodes, it));
                            blocks.extend(own);
                            if !self.nodes.contains(nodes) {
                                self.nodes.push(nodes.clone());
                            }
                        }
                    }
                }
                if let Ports::Listed(ports) = &rule.ports {
                    for port in ports {
                        if let PortTest::Named { name, protocol } = &port.test {
                            self.read_port_name((Arc::clone(name), *protocol));
                        }
                    }
                }
            }
        }
    }

    fn read_selector(&mut self, selector: &Selector) {
        for (key, test) in selector.tests() {
            if !self.keys.contains_key(key) {
                let id = KeyId::from_index(self.keys.len());
                let entry = Key {
                    id,
                    values: FxHashMap::default(),
                    other: self.values.push(()),
                    open: self.values.push(()),
                    any: self.values.push(()),
                };
                self.any.push(entry.any);
                self.keys.insert(Arc::clone(key), entry);
            }
            if let Some(entry) = self.keys.get_mut(key) {
                for value in test.named_values() {
                    if !entry.values.contains_key(value) {
                        entry.values.insert(Arc::clone(value), self.values.push(()));
                    }
                }
            }
        }
    }

    fn read_port_name(&mut self, name: PortName) {
        if !self.port_name_ids.contains_key(&name) {
            let id = self.port_names.push(name.clone());
            self.port_name_ids.insert(name, id);
        }
    }

    fn name_atoms(&mut self) {
        let v4 = self.v4.classes().into_iter().map(|ranges| Atom {
            family: Family::V4,
            addresses: AddressSet::from_parts(RangeSet::from_ranges(ranges), RangeSet::none()),
        });
        let v6 = self.v6.classes().into_iter().map(|ranges| Atom {
            family: Family::V6,
            addresses: AddressSet::from_parts(RangeSet::none(), RangeSet::from_ranges(ranges)),
        });
        self.atoms = v4.chain(v6).collect();
    }

    /// The facts of a pod's labels.
    pub(super) fn label_facts(&self, labels: &Labels) -> LabelFacts {
        let mut facts: Vec<_> = labels
            .iter()
            .filter_map(|(key, value)| {
                let key = self.keys.get(key)?;
                Some((key.id, key.values.get(value).copied().unwrap_or(key.other)))
            })
            .collect();
        let open = labels.open().filter_map(|key| self.keys.get(key));
        facts.extend(open.map(|key| (key.id, key.open)));
        facts.sort_unstable();
        facts.into()
    }

    /// A pod selector in the vocabulary. All its keys and values must have been read.
    pub(super) fn selector(&self, selector: &Selector) -> LabelTest {
        let mut tests: Vec<_> = selector
            .tests()
            .iter()
            .filter_map(|(key, test)| {
                let key = self.keys.get(key)?;
                // Keys may have thousands of values, of which most selectors name one.
                let named = test.named_values();
                let mut named: Vec<_> =
                    named.filter_map(|it| key.values.get(it).copied()).collect();
                let accepted = if test.accepts_unnamed() {
                    // "Some other" value is one that no selector names, this one included.
                    named.sort_unstable();
                    Accepted::AllBut(named, key.any)
                } else {
                    named.extend(test.accepts_some_value().then_some(key.open));
                    named.sort_unstable();
                    Accepted::Only(named)
                };
                Some(KeyFacts {
                    key: key.id,
                    absent: test.accepts_absent(),
                    accepted,
                    perhaps: (!test.accepts_every_value()).then_some(key.open),
                })
            })
            .collect();
        tests.sort_unstable_by_key(|test| test.key);
        LabelTest(tests)
    }

    /// What stands for every value of a key that is there.
    pub(super) fn any_of(&self, key: KeyId) -> LabelValueId {
        *self.any.at(key)
    }

    /// Of each selector of nodes whether it has the node that a pod is in the network of: no, for sure,
    /// or perhaps.
    pub(super) fn node_facts(&self, cluster: &Cluster, pod: &Pod) -> NodeFacts {
        if self.nodes.is_empty() {
            return NodeFacts::default();
        }
        let node = cluster.node_of(pod).map(|id| cluster.nodes.at(id));
        let fits = |nodes: &Selector| node_fits(nodes, node);
        self.nodes.iter().map(fits).collect()
    }

    /// The place of a selector of nodes in [`NodeFacts`].
    pub(super) fn node_selector(&self, nodes: &Selector) -> Option<usize> {
        self.nodes.iter().position(|other| other == nodes)
    }

    /// The port names that rules mention.
    pub(super) fn port_names(&self) -> &Table<PortNameId, PortName> {
        &self.port_names
    }

    /// The id of a port name. It must have been read.
    pub(super) fn port_name(&self, name: &PortName) -> Option<PortNameId> {
        self.port_name_ids.get(name).copied()
    }

    /// The sets of addresses that blocks tell apart; all of them together are all addresses.
    pub(super) fn atoms(&self) -> &Table<AtomId, Atom> {
        &self.atoms
    }

    /// The atom that holds `address`.
    pub(super) fn atom(&self, address: IpAddr) -> AtomId {
        match address {
            IpAddr::V4(address) => AtomId::from_index(self.v4.class(address.to_bits())),
            IpAddr::V6(address) => self.v6_atom(self.v6.class(address.to_bits())),
        }
    }

    /// The atoms of the addresses of a rule's blocks, which must have been read.
    pub(super) fn atoms_of(&self, addresses: &AddressSet) -> Vec<AtomId> {
        let v4 = self.v4.classes_of(addresses.v4().ranges());
        let v6 = self.v6.classes_of(addresses.v6().ranges());
        let mut atoms: Vec<_> = v4
            .into_iter()
            .map(AtomId::from_index)
            .chain(v6.into_iter().map(|class| self.v6_atom(class)))
            .collect();
        atoms.sort_unstable();
        atoms.dedup();
        atoms
    }

    fn v6_atom(&self, class: usize) -> AtomId {
        AtomId::from_index(self.v4.class_count + class)
    }
}

/// Whether a selector of nodes has a node, of which nothing may be known, and if so whether for sure.
pub(super) fn node_fits(nodes: &Selector, node: Option<&Node>) -> Option<bool> {
    match node {
        Some(node) => nodes.matches(&node.labels).then_some(true),
        None => Some(nodes.is_everything()),
    }
}

/// What a selector asks of label facts.
#[derive(Debug)]
pub(super) struct LabelTest(Vec<KeyFacts>);

#[derive(Debug)]
struct KeyFacts {
    key: KeyId,
    absent: bool,
    accepted: Accepted,
    /// The one of the accepted values that only may: some value that is not known.
    perhaps: Option<LabelValueId>,
}

/// The values that pass, or may; sorted.
#[derive(Debug)]
enum Accepted {
    Only(Vec<LabelValueId>),
    /// All but these, with what stands for every value: a selector that refuses values costs those
    /// that it names, not those that others name.
    AllBut(Vec<LabelValueId>, LabelValueId),
}

impl Accepted {
    fn has(&self, value: LabelValueId) -> bool {
        match self {
            Self::Only(values) => values.binary_search(&value).is_ok(),
            Self::AllBut(values, _) => values.binary_search(&value).is_err(),
        }
    }

    /// Of these values one is there if one of the accepted is.
    fn any(&self) -> &[LabelValueId] {
        match self {
            Self::Only(values) => values,
            Self::AllBut(_, any) => std::slice::from_ref(any),
        }
    }
}

impl LabelTest {
    /// Whether `facts` pass, and if so whether for sure; none if they do not.
    pub(super) fn matches(&self, facts: &[(KeyId, LabelValueId)]) -> Option<bool> {
        let mut sure = true;
        for test in &self.0 {
            match facts.binary_search_by_key(&test.key, |(key, _)| *key) {
                Ok(at) => {
                    let (_, value) = facts.get(at)?;
                    test.accepted.has(*value).then_some(())?;
                    sure &= Some(*value) != test.perhaps;
                }
                Err(_) if test.absent => {}
                Err(_) => return None,
            }
        }
        Some(sure)
    }

    /// For each key that must be present: the values of which one must be there, or may.
    pub(super) fn required(&self) -> impl Iterator<Item = &[LabelValueId]> {
        self.0
            .iter()
            .filter(|test| !test.absent)
            .map(|test| test.accepted.any())
    }
}
