//! A cluster as one family sees it: who has an address of it, and whose pods a ruleset governs.
//!
//! Policies are about pods, and rulesets about addresses. The two can be compared where an address
//! says who has it. So this is a cluster in which each pod with a network of its own has one
//! address at most and shares it with nobody; where that is not so, whoever is concerned is named
//! and nothing is proven. A node with three addresses becomes three nodes, for a packet comes from
//! one of them. The governed pods of a namespace that are very different from each other are cut
//! into several cases, since a solver takes several small questions more easily than a large one.

use crate::emit::plan::Scope;
use crate::model::{Cluster, Direction, Pod};
use crate::net::{AddressSet, Family};
use crate::prove::encode::{Encoder, End, Side, Who};
use crate::prove::formula::Formula;
use crate::table::Id as _;
use crate::trace::Endpoint;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// How many different sets of labels the pods of one case have at most: what a solver takes for a
/// question grows much faster than that number.
const UNLIKE: usize = 64;

/// Two that have one address: it is not known who sends from it.
pub(super) struct Shared(pub(super) IpAddr, pub(super) [String; 2]);

/// A cluster as one family sees it.
pub(super) struct View<'r> {
    pub(super) family: Family,
    /// The cluster in which nobody has an address of the other family, and a node is as many nodes
    /// as it has addresses: a packet comes from one of them.
    pub(super) cluster: Cluster,
    /// The addresses of all that are listed.
    pub(super) taken: AddressSet,
    scope: &'r Scope,
}

/// Who stands at an end.
#[derive(Debug)]
pub(super) struct Stand<'v> {
    pub(super) side: Side<'v>,
    /// The addresses of the listed, as numbers, with their places in the list; sorted. None for
    /// whoever is outside.
    by_address: Option<Vec<(u128, usize)>>,
    /// All that may be inside the cluster, or outside, stand there.
    pub(super) whole: bool,
}

/// An address as a number.
pub(super) fn number(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => address.to_bits().into(),
        IpAddr::V6(address) => address.to_bits(),
    }
}

impl<'r> View<'r> {
    pub(super) fn new(cluster: &Cluster, scope: &'r Scope, family: Family) -> Result<Self, Shared> {
        let mut cluster = cluster.clone();
        let keep = |ips: &mut Vec<IpAddr>| ips.retain(|&ip| Family::of(ip) == family);
        for (_, pod) in cluster.pods.iter_mut() {
            keep(&mut pod.ips);
        }
        let mut more = Vec::new();
        for (_, node) in cluster.nodes.iter_mut() {
            keep(&mut node.ips);
            for ip in node.ips.split_off(node.ips.len().min(1)) {
                let mut other = node.clone();
                other.ips = vec![ip];
                more.push(other);
            }
        }
        cluster.nodes.extend(more);
        let mut view = Self {
            family,
            cluster,
            taken: AddressSet::none(),
            scope,
        };
        view.one_each()?;
        let listed = view.listed().into_iter();
        view.taken = AddressSet::from_hosts(listed.filter_map(|end| view.address(end)));
        Ok(view)
    }

    /// A pod has one address of a family, and has it for itself.
    fn one_each(&self) -> Result<(), Shared> {
        let mut seen: BTreeMap<IpAddr, String> = BTreeMap::new();
        for node in self.cluster.nodes.rows() {
            for &ip in &node.ips {
                seen.insert(ip, format!("node {}", node.name));
            }
        }
        for pod in self
            .cluster
            .pods
            .rows()
            .iter()
            .filter(|pod| !pod.host_network)
        {
            let name = self.cluster.pod_name(pod);
            if let [first, _, ..] = pod.ips.as_slice() {
                return Err(Shared(*first, [name.clone(), name]));
            }
            for &ip in &pod.ips {
                if let Some(other) = seen.insert(ip, name.clone()) {
                    return Err(Shared(ip, [other, name]));
                }
            }
        }
        Ok(())
    }

    /// `ipv4` or `ipv6`.
    pub(super) fn name(&self) -> &'static str {
        match self.family {
            Family::V4 => "ipv4",
            Family::V6 => "ipv6",
        }
    }

    /// Pods and nodes with an address: pods by namespace and labels, so that those which rules mean
    /// together often stand together.
    fn listed(&self) -> Vec<Endpoint<'_>> {
        let pods = self.cluster.pods.rows().iter();
        let mut pods: Vec<&Pod> = pods.filter(|pod| !pod.ips.is_empty()).collect();
        pods.sort_by_key(|pod| (pod.host_network, pod.namespace, &pod.labels));
        let nodes = self.cluster.nodes.iter();
        let nodes = nodes.filter(|(_, node)| !node.ips.is_empty());
        let ends = pods.into_iter().map(Endpoint::Pod);
        ends.chain(
            nodes
                .flat_map(|(id, _)| self.cluster.node_ends(id))
                .map(Endpoint::Node),
        )
        .collect()
    }

    /// Whether every address of a set is that of somebody listed.
    pub(super) fn is_inside(&self, set: &AddressSet) -> bool {
        let taken = match self.family {
            Family::V4 => {
                let ranges = self.taken.v4().ranges().iter();
                ranges.map(|&(a, b)| (a.into(), b.into())).collect()
            }
            Family::V6 => self.taken.v6().ranges().to_vec(),
        };
        set.ranges().all(|(first, last)| {
            let (first, last) = (number(first), number(last));
            let after = taken.partition_point(|(from, _): &(u128, u128)| *from <= first);
            let before = after.checked_sub(1).and_then(|index| taken.get(index));
            before.is_some_and(|(_, to)| last <= *to)
        })
    }

    /// The address of a listed end.
    pub(super) fn address(&self, end: Endpoint<'_>) -> Option<IpAddr> {
        match end {
            Endpoint::Pod(pod) => pod.ips.first().copied(),
            Endpoint::Node(node) => node.ip(self.family),
            Endpoint::Address(address) => Some(address),
        }
    }

    /// The name of the node whose network an end is in, where that is known.
    pub(super) fn host<'v>(&'v self, end: Endpoint<'v>) -> Option<&'v str> {
        match end {
            Endpoint::Pod(pod) if pod.host_network => pod.node.as_deref(),
            Endpoint::Node(node) => Some(&self.cluster.nodes.at(node.node).name),
            Endpoint::Pod(_) | Endpoint::Address(_) => None,
        }
    }

    /// Whether a ruleset is to say what the policies say of a pod.
    fn is_governed(&self, end: Endpoint<'_>) -> bool {
        let Endpoint::Pod(pod) = end else {
            return false;
        };
        !pod.host_network
            && match self.scope {
                Scope::Cluster => true,
                Scope::Node(name) => pod.node.as_ref() == Some(name),
            }
    }

    /// Whether a ruleset is to say what the policies say of both, one by one.
    pub(super) fn governs(&self, source: Endpoint<'_>, destination: Endpoint<'_>) -> [bool; 2] {
        [source, destination].map(|end| self.is_governed(end))
    }

    /// The pods at an end that the ruleset governs.
    pub(super) fn governed(&self, encoder: &mut Encoder<'_>, stand: &Stand<'_>) -> Formula {
        let Who::Listed(list) = &stand.side.who else {
            return encoder.formulas.constant(false);
        };
        let all = list.iter().enumerate();
        let governed = all.filter(|(_, end)| self.is_governed(**end));
        let governed: Vec<usize> = governed.map(|(index, _)| index).collect();
        encoder.chosen(&stand.side, &governed)
    }

    fn stand<'v>(&'v self, end: End, list: Vec<Endpoint<'v>>) -> Option<Stand<'v>> {
        if list.is_empty() {
            return None;
        }
        let all = list.iter().enumerate();
        let addressed = all.filter_map(|(index, each)| Some((number(self.address(*each)?), index)));
        let mut by_address: Vec<(u128, usize)> = addressed.collect();
        by_address.sort_unstable();
        Some(Stand {
            side: Side {
                end,
                who: Who::Listed(list),
            },
            by_address: Some(by_address),
            whole: false,
        })
    }

    fn outside(&self, end: End) -> Stand<'_> {
        Stand {
            side: Side {
                end,
                who: Who::Outside(self.family),
            },
            by_address: None,
            whole: true,
        }
    }

    /// All that may stand at the end of which a direction's policies decide: the governed pods of each
    /// namespace, in several cases where they are very different; all others in the cluster; all
    /// addresses outside.
    pub(super) fn subjects(&self, direction: Direction) -> Vec<Stand<'_>> {
        let end = match direction {
            Direction::Egress => End::Source,
            Direction::Ingress => End::Destination,
        };
        let mut governed: BTreeMap<usize, Vec<Endpoint<'_>>> = BTreeMap::new();
        let mut others = Vec::new();
        for each in self.listed() {
            match each {
                Endpoint::Pod(pod) if self.is_governed(each) => {
                    governed
                        .entry(pod.namespace.index())
                        .or_default()
                        .push(each);
                }
                Endpoint::Pod(_) | Endpoint::Node(_) | Endpoint::Address(_) => others.push(each),
            }
        }
        let lists = governed.values().flat_map(|list| few_unlike(list));
        let lists = lists.chain([others]);
        let stands = lists.filter_map(|list| self.stand(end, list));
        stands.chain([self.outside(end)]).collect()
    }

    /// All that may stand at the other end.
    pub(super) fn peers(&self, direction: Direction) -> Vec<Stand<'_>> {
        let end = match direction {
            Direction::Egress => End::Destination,
            Direction::Ingress => End::Source,
        };
        let inside = self.stand(end, self.listed()).into_iter();
        let inside = inside.map(|stand| Stand {
            whole: true,
            ..stand
        });
        inside.chain([self.outside(end)]).collect()
    }
}

/// Pods with like ones side by side, cut so that each piece has few that are unlike.
fn few_unlike<'v>(list: &[Endpoint<'v>]) -> Vec<Vec<Endpoint<'v>>> {
    let labels = |end: &Endpoint<'_>| match end {
        Endpoint::Pod(pod) => Some(pod.labels.clone()),
        Endpoint::Node(_) | Endpoint::Address(_) => None,
    };
    let alike: Vec<_> = list.chunk_by(|a, b| labels(a) == labels(b)).collect();
    alike.chunks(UNLIKE).map(<[_]>::concat).collect()
}

impl Stand<'_> {
    /// The addresses of the listed with their places in the list, sorted; none for the outside.
    pub(super) fn entries(&self) -> Option<&[(u128, usize)]> {
        self.by_address.as_deref()
    }

    /// The listed with an address from `low` to `high`.
    pub(super) fn within(&self, low: u128, high: u128) -> &[(u128, usize)] {
        let all = self.by_address.as_deref().unwrap_or_default();
        let from = all.partition_point(|(address, _)| *address < low);
        let to = all.partition_point(|(address, _)| *address <= high);
        all.get(from..to).unwrap_or_default()
    }
}
