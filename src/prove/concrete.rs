//! The values that a solver chose, read as a flow between concrete ends.
//!
//! A solver answers with numbers, and a reader wants a pod. So the number of a label goes back to
//! the word that the vocabulary has for it, and a value that no selector mentions becomes a word of
//! its own, such as `other`. An outside address may turn out to be the cluster's own: then another
//! one takes its place that no block and no claim can tell from it. An imagined pod gets an address
//! in each family in which the flow is read, even where no block asked for one, so that the replay
//! does not find its address unknown.

use super::encode::{Encoder, End, Home, Side, What, Who, protocol_of};
use super::formula::Assignment;
use super::vocabulary::unmentioned;
use crate::endpoint::Cuts;
use crate::model::{ContainerPort, Count, NamespaceId, NodeEnd, Origin, Pod, PodNature};
use crate::net::{AddressSet, Family, Protocol};
use crate::selector::Labels;
use crate::table::Id as _;
use crate::trace::Endpoint;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// A flow of which everything is known.
#[derive(Debug, Clone)]
pub(super) struct Concrete {
    pub(super) source: Standing,
    pub(super) destination: Standing,
    pub(super) protocol: Protocol,
    pub(super) port: u16,
}

/// Who stands at an end.
#[derive(Debug, Clone)]
pub(super) enum Standing {
    /// A pod; whether it is imagined, and the labels of its namespace if that is.
    Pod(Box<Pod>, Option<Labels>, bool),
    Node(NodeEnd),
    Address(IpAddr),
}

impl Concrete {
    /// Reads what the variables stand for. `outside` are the addresses that are not the cluster's,
    /// `cuts` where policies and claims tell addresses apart; imagined pods have addresses of
    /// `families`.
    pub(super) fn read(
        encoder: &Encoder<'_>,
        sides: [&Side<'_>; 2],
        values: &Assignment,
        families: &[Family],
        (cuts, outside): (&Cuts, &AddressSet),
    ) -> Self {
        let value = |wanted: &What| {
            let found = encoder.whats().iter().find(|(_, what)| what == wanted);
            found.map_or(0, |(variable, _)| values.value(*variable))
        };
        let port = u16::try_from(value(&What::Port)).unwrap_or(u16::MAX).max(1);
        let standing = |side: &Side<'_>| match &side.who {
            Who::Listed(list) => {
                let index = value(&What::Choice(side.end, list.len()));
                let index = usize::try_from(index).unwrap_or(0);
                match list.get(index).or(list.first()) {
                    Some(Endpoint::Pod(pod)) => {
                        Standing::Pod(Box::new((*pod).clone()), None, false)
                    }
                    Some(Endpoint::Node(node)) => Standing::Node(*node),
                    Some(Endpoint::Address(address)) => Standing::Address(*address),
                    None => Standing::Address(Ipv4Addr::UNSPECIFIED.into()),
                }
            }
            Who::Outside(family) => {
                let address = value(&What::Address(side.end, *family));
                Standing::Address(free(address_of(*family, address), cuts, outside))
            }
            Who::Imagined(home) => imagined(encoder, (side.end, *home), values, families, port),
        };
        let [source, destination] = sides;
        Self {
            source: standing(source),
            destination: standing(destination),
            protocol: protocol_of(value(&What::Protocol)),
            port,
        }
    }
}

fn address_of(family: Family, number: u128) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::from_bits(u32::try_from(number).unwrap_or(u32::MAX)).into(),
        Family::V6 => Ipv6Addr::from_bits(number).into(),
    }
}

/// An address that nothing tells apart from `address`, and that is not the cluster's own.
fn free(address: IpAddr, cuts: &Cuts, outside: &AddressSet) -> IpAddr {
    if outside.contains(address) {
        return address;
    }
    let part = cuts.part(address);
    let parts = cuts.split(outside).into_iter();
    let mut alike = parts.filter(|(other, _)| cuts.part(*other) == part);
    alike.next().map_or(address, |(other, _)| other)
}

fn imagined(
    encoder: &Encoder<'_>,
    (end, home): (End, Home),
    values: &Assignment,
    families: &[Family],
    port: u16,
) -> Standing {
    let (mut labels, mut namespace_labels) = (Vec::new(), Vec::new());
    let (mut ports, mut ips) = (Vec::new(), Vec::new());
    let vocabulary = encoder.vocabulary();
    for (variable, what) in encoder.whats() {
        let number = values.value(*variable);
        match what {
            What::Label(at, key) if *at == end && number > 0 => {
                let value = word(vocabulary.of_pods(key), number);
                labels.push((Arc::clone(key), value));
            }
            What::NamespaceLabel(at, key) if *at == end && number > 0 => {
                let value = word(vocabulary.of_namespaces(key), number);
                namespace_labels.push((Arc::clone(key), value));
            }
            What::NamedPort(at, name, protocol) if *at == end && number > 0 => {
                ports.push(ContainerPort {
                    name: Some(Arc::clone(name)),
                    protocol: *protocol,
                    port,
                    host_port: None,
                });
            }
            What::Address(at, family)
                if *at == end && families.contains(family) && encoder.has_pod_network(*family) =>
            {
                ips.push(address_of(*family, number));
            }
            What::Label(..)
            | What::NamespaceLabel(..)
            | What::NamedPort(..)
            | What::Address(..)
            | What::Choice(..)
            | What::Protocol
            | What::Port
            | What::Switch(_) => {}
        }
    }
    // No block tells its addresses apart, and it has one all the same.
    for &family in families {
        if ips.iter().all(|ip| Family::of(*ip) != family) {
            ips.extend(encoder.some_address(family));
        }
    }
    let (namespace, namespace_labels) = match home {
        Home::Existing(id) => (id, None),
        Home::New => (
            NamespaceId::from_index(0),
            Some(Labels::new(namespace_labels)),
        ),
    };
    let name = match end {
        End::Source => "netpolc-source",
        End::Destination => "netpolc-destination",
    };
    let pod = Pod {
        namespace,
        name: name.into(),
        labels: Labels::new(labels),
        ips,
        host_network: false,
        node: None,
        ports: ports.into(),
        names: None,
        workload: None,
        count: Count::ONE,
        nature: PodNature::Read,
        per_node: false,
        origin: Origin::default(),
    };
    Standing::Pod(Box::new(pod), namespace_labels, true)
}

/// The value that a number above 0 stands for.
fn word(values: &[Arc<str>], number: u128) -> Arc<str> {
    let index = number.saturating_sub(1);
    let mentioned = usize::try_from(index)
        .ok()
        .and_then(|index| values.get(index));
    match mentioned {
        Some(value) => Arc::clone(value),
        None => unmentioned(values, index.saturating_sub(values.len() as u128)),
    }
}

impl Standing {
    pub(super) fn endpoint(&self) -> Endpoint<'_> {
        match self {
            Self::Pod(pod, ..) => Endpoint::Pod(pod),
            Self::Node(node) => Endpoint::Node(*node),
            Self::Address(address) => Endpoint::Address(*address),
        }
    }
}
