//! The two ends of a flow: who may stand there, and which selectors and blocks match.
//!
//! What is open about an end depends on who may stand there. Of a pod that could exist, each label
//! that is mentioned is a variable, and so is its address if its network is known. Of an outside
//! address, only the address is. Listed endpoints are as the input has them, and the one variable
//! is which of them it is: each condition is tried on every one, and becomes the set of places in
//! the list where it holds. So a thousand pods take one variable of ten bits, and their labels
//! never reach a solver.

use super::encoder::Encoder;
use super::tri::{Reading, Tri};
use super::variables::What;
use crate::model::{
    Cluster, IpBlock, NAMESPACE_NAME_LABEL, NamespaceId, NamespaceScope, Pod, PodScope,
};
use crate::net::{AddressSet, Cidr, Family};
use crate::prove::formula::Formula;
use crate::selector::{Requirement, Selector};
pub use crate::trace::End;
use crate::trace::Endpoint;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// Where a pod that could exist would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Home {
    /// In a namespace of the cluster.
    Existing(NamespaceId),
    /// In a namespace that does not exist yet and may have any labels.
    New,
}

/// Who may stand at an end.
#[derive(Debug, Clone, PartialEq)]
pub enum Who<'a> {
    /// One of these: pods, nodes or addresses of the input, at least one. All have addresses of
    /// the same families.
    Listed(Vec<Endpoint<'a>>),
    /// A pod with a network of its own that could be created, with any labels and ports.
    Imagined(Home),
    /// Any address of a family, outside the cluster.
    Outside(Family),
}

/// An end of a flow.
#[derive(Debug, Clone, PartialEq)]
pub struct Side<'a> {
    /// Which end.
    pub end: End,
    /// Who may stand there.
    pub who: Who<'a>,
}

impl<'a> Side<'a> {
    /// The families of its known addresses.
    pub(super) fn families(&self, pod_networks: &[Cidr]) -> Vec<Family> {
        let families: BTreeSet<Family> = match &self.who {
            Who::Listed(list) => list
                .first()
                .map(|first| known_addresses(*first))
                .unwrap_or_default()
                .into_iter()
                .map(Family::of)
                .collect(),
            Who::Imagined(_) => pod_networks.iter().map(|cidr| cidr.family()).collect(),
            Who::Outside(family) => BTreeSet::from([*family]),
        };
        families.into_iter().collect()
    }

    /// One of the listed endpoints with these indices, each given any number of times, stands there.
    pub(super) fn chosen(&self, encoder: &mut Encoder<'_>, indices: &[usize]) -> Formula {
        let Who::Listed(list) = &self.who else {
            return encoder.formulas.constant(false);
        };
        let indices: BTreeSet<usize> = indices.iter().copied().collect();
        if indices.is_empty() || indices.len() == list.len() {
            return encoder.formulas.constant(!indices.is_empty());
        }
        let what = What::Choice(self.end, list.len());
        let variable = encoder.variable(&what, 0, list.len() as u128 - 1);
        let values = indices.into_iter().map(|index| index as u128);
        encoder.formulas.one_of(variable, values)
    }

    /// The listed endpoints for which `test` holds, as a formula.
    pub(in crate::prove) fn where_listed(
        &self,
        encoder: &mut Encoder<'_>,
        list: &[Endpoint<'a>],
        mut test: impl FnMut(&Endpoint<'a>) -> bool,
    ) -> Formula {
        let found = list.iter().enumerate();
        let found: Vec<usize> = found
            .filter(|(_, endpoint)| test(endpoint))
            .map(|(index, _)| index)
            .collect();
        self.chosen(encoder, &found)
    }
}

/// The addresses of an endpoint, as far as known.
pub(in crate::prove) fn known_addresses(endpoint: Endpoint<'_>) -> Vec<IpAddr> {
    match endpoint {
        Endpoint::Pod(pod) => pod.ips.clone(),
        // S50.
        Endpoint::Node(node) => node.ips(),
        Endpoint::Address(address) => vec![address],
    }
}

/// Whether something matches one endpoint: surely, possibly.
pub(super) type Fits = (bool, bool);

impl Encoder<'_> {
    /// One of the listed endpoints with these indices stands at an end.
    pub fn chosen(&mut self, side: &Side<'_>, indices: &[usize]) -> Formula {
        side.chosen(self, indices)
    }

    /// A statement about each listed endpoint as one about the end.
    pub(super) fn each<'a>(
        &mut self,
        side: &Side<'a>,
        list: &[Endpoint<'a>],
        fits: impl Fn(&Self, &Endpoint<'a>) -> Fits,
    ) -> Tri {
        let all: Vec<Fits> = list.iter().map(|endpoint| fits(self, endpoint)).collect();
        let mut sure = all.iter();
        let sure = side.where_listed(self, list, |_| sure.next().is_some_and(|fits| fits.0));
        let mut may = all.iter();
        let may = side.where_listed(self, list, |_| may.next().is_some_and(|fits| fits.1));
        Tri { sure, may }
    }

    /// Whether `scope` selects the pod at an end (S10, S17, S24, S25, S26). Where no pod can be
    /// selected (S27, S57, S58), it does not.
    pub(super) fn scope_fits(
        &mut self,
        cluster: &Cluster,
        scope: &PodScope,
        side: &Side<'_>,
    ) -> Tri {
        if let Who::Listed(list) = &side.who {
            return self.listed_fit(cluster, scope, side, list);
        }
        let namespaces = match &scope.namespaces {
            NamespaceScope::Named(name) => self.in_namespace(cluster, name, side),
            NamespaceScope::Matching(selector) => self.namespace_matches(cluster, selector, side),
        };
        let pods = self.labels_match(&scope.pods, side);
        self.both(namespaces, pods)
    }

    /// Which of the listed `scope` selects: labels are compared where the namespace fits, for there may
    /// be thousands of pods, and of scopes too.
    fn listed_fit<'a>(
        &mut self,
        cluster: &Cluster,
        scope: &PodScope,
        side: &Side<'a>,
        list: &[Endpoint<'a>],
    ) -> Tri {
        let named = match &scope.namespaces {
            NamespaceScope::Named(name) => cluster.namespace(name),
            NamespaceScope::Matching(_) => None,
        };
        self.each(side, list, |encoder, endpoint| {
            let Some(pod) = selectable(*endpoint) else {
                return (false, false);
            };
            let (sure, may) = match &scope.namespaces {
                NamespaceScope::Named(_) => {
                    let fits = named == Some(pod.namespace);
                    (fits, fits)
                }
                NamespaceScope::Matching(selector) => {
                    encoder.namespace_fits(cluster, selector, pod.namespace)
                }
            };
            let labels = if may {
                encoder.holds(&scope.pods, pod)
            } else {
                (false, false)
            };
            (sure && labels.0, labels.1)
        })
    }

    /// The labels of a pod match a selector (S29, S75).
    fn holds(&self, selector: &Selector, pod: &Pod) -> Fits {
        let requirements = selector.requirements().iter();
        let mut all = requirements.map(|requirement| self.meaning.holds(requirement, &pod.labels));
        let (mut sure, mut may) = (true, true);
        while let (Some(holds), true) = (all.next(), may) {
            sure &= holds == Some(true);
            may = holds != Some(false);
        }
        // What two requirements ask of one label, no value may meet.
        (sure, may && (sure || selector.may_match(&pod.labels)))
    }

    /// The pod at an end is in the namespace of this name.
    pub fn in_namespace(&mut self, cluster: &Cluster, name: &Arc<str>, side: &Side<'_>) -> Tri {
        match &side.who {
            // A new namespace has the name of none that exists.
            Who::Outside(_) | Who::Imagined(Home::New) => self.known(false),
            Who::Imagined(Home::Existing(id)) => {
                self.known(cluster.namespaces.at(*id).name == *name)
            }
            Who::Listed(list) => self.each(side, list, |_, endpoint| {
                let fits = selectable(*endpoint)
                    .is_some_and(|pod| cluster.namespaces.at(pod.namespace).name == *name);
                (fits, fits)
            }),
        }
    }

    /// The namespace of the pod at an end matches a selector.
    pub fn namespace_matches(
        &mut self,
        cluster: &Cluster,
        selector: &Selector,
        side: &Side<'_>,
    ) -> Tri {
        match &side.who {
            Who::Outside(_) => self.known(false),
            Who::Imagined(Home::New) => {
                let each: Vec<Formula> = selector
                    .requirements()
                    .iter()
                    .map(|requirement| self.new_namespace_matches(requirement, side.end))
                    .collect();
                Tri::exactly(self.formulas.all(each))
            }
            Who::Imagined(Home::Existing(id)) => {
                let (sure, may) = self.namespace_fits(cluster, selector, *id);
                let (sure, may) = (self.formulas.constant(sure), self.formulas.constant(may));
                Tri { sure, may }
            }
            Who::Listed(list) => self.each(side, list, |encoder, endpoint| {
                selectable(*endpoint).map_or((false, false), |pod| {
                    encoder.namespace_fits(cluster, selector, pod.namespace)
                })
            }),
        }
    }

    /// S31: the name label is always known; S32: of a namespace that is not in the input, no other
    /// label is.
    fn namespace_fits(&self, cluster: &Cluster, selector: &Selector, id: NamespaceId) -> Fits {
        let namespace = cluster.namespaces.at(id);
        let known = |key: &str| namespace.declared || key == NAMESPACE_NAME_LABEL;
        let mut fits = (true, true);
        for requirement in selector.requirements() {
            if !known(&requirement.key) {
                fits.0 = false;
            } else if self.meaning.holds(requirement, &namespace.labels) != Some(true) {
                return (false, false);
            }
        }
        fits
    }

    fn new_namespace_matches(&mut self, requirement: &Requirement, end: End) -> Formula {
        let meaning = self.meaning;
        let label = self.namespace_label(end, &requirement.key);
        meaning.requirement(&label, requirement, &mut self.formulas)
    }

    /// The labels of the pod at an end match a selector (S29).
    pub fn labels_match(&mut self, selector: &Selector, side: &Side<'_>) -> Tri {
        match &side.who {
            Who::Outside(_) => self.known(false),
            Who::Imagined(_) => {
                let each: Vec<Formula> = selector
                    .requirements()
                    .iter()
                    .map(|requirement| self.label_matches(requirement, side.end))
                    .collect();
                Tri::exactly(self.formulas.all(each))
            }
            Who::Listed(list) => self.each(side, list, |encoder, endpoint| {
                selectable(*endpoint).map_or((false, false), |pod| encoder.holds(selector, pod))
            }),
        }
    }

    fn label_matches(&mut self, requirement: &Requirement, end: End) -> Formula {
        let meaning = self.meaning;
        let label = self.label(end, &requirement.key);
        meaning.requirement(&label, requirement, &mut self.formulas)
    }

    /// Whether a block matches the end (S44 to S50).
    pub fn block_fits(&mut self, block: &IpBlock, side: &Side<'_>, reading: Reading) -> Tri {
        match &side.who {
            // S48: an outside address has the family that it has.
            Who::Outside(family) => self.open_address(block, side.end, *family),
            Who::Imagined(_) => match reading {
                // S47.
                _ if self.pod_networks.is_empty() => self.open(),
                Reading::Only(family) => self.open_address(block, side.end, family),
                Reading::NoneKnown | Reading::Nothing => self.known(false),
            },
            Who::Listed(list) => self.each(side, list, |encoder, endpoint| {
                let addresses = known_addresses(*endpoint);
                let counts = |address: &&IpAddr| match (endpoint, reading) {
                    (Endpoint::Address(_), _) => true,
                    (_, Reading::Only(family)) => Family::of(**address) == family,
                    (_, Reading::NoneKnown | Reading::Nothing) => false,
                };
                // S47.
                if addresses.is_empty() {
                    return (false, true);
                }
                let fits = addresses
                    .iter()
                    .filter(counts)
                    .any(|&address| encoder.meaning.contains(block, address));
                (fits, fits)
            }),
        }
    }

    fn open_address(&mut self, block: &IpBlock, end: End, family: Family) -> Tri {
        if block.cidr.family() != family {
            return self.known(false);
        }
        let variable = self.address(end, family);
        Tri::exactly(self.meaning.block(block, variable, &mut self.formulas))
    }

    /// The address of an end in a family.
    pub fn address(&mut self, end: End, family: Family) -> crate::prove::formula::Var {
        let greatest = match family {
            Family::V4 => u32::MAX.into(),
            Family::V6 => u128::MAX,
        };
        self.variable(&What::Address(end, family), 0, greatest)
    }

    /// The open address of an end, of this family, is in a set.
    pub fn address_in(&mut self, set: &AddressSet, end: End, family: Family) -> Formula {
        let variable = self.address(end, family);
        let ranges: Vec<(u128, u128)> = match family {
            Family::V4 => {
                let ranges = set.v4().ranges().iter();
                ranges
                    .map(|&(first, last)| (first.into(), last.into()))
                    .collect()
            }
            Family::V6 => set.v6().ranges().to_vec(),
        };
        let ranges: Vec<Formula> = ranges
            .into_iter()
            .map(|(low, high)| self.formulas.within(variable, low, high))
            .collect();
        self.formulas.any(ranges)
    }
}

/// The pod at an endpoint, if selectors can match it (S27, S57, S58).
fn selectable(endpoint: Endpoint<'_>) -> Option<&Pod> {
    match endpoint {
        Endpoint::Pod(pod) if !pod.host_network => Some(pod),
        Endpoint::Pod(_) | Endpoint::Node(_) | Endpoint::Address(_) => None,
    }
}
