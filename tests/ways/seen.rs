//! The tables of docs/services.md, read plainly: as whom policies may see either end of a connection.

use super::ends::{Says, weakest, whichever};
use super::services::Svc;
use netpolc::model::NodeId;
use std::net::IpAddr;

/// By which way a Service is dialled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Door {
    /// By its name: whichever way leads there.
    Name,
    /// At its address inside.
    Inside(IpAddr),
    /// At its port of a node.
    Node(NodeId),
    /// At an address outside.
    Outside(IpAddr),
    /// At an address outside that nobody knows.
    Somewhere,
}

/// As whom policies may see the client.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Source {
    Client,
    Node(NodeId),
    Anybody,
}

/// As whom policies may see the destination.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialled {
    Pod,
    Node(NodeId, u16),
    Address(IpAddr, u16),
    Anybody(u16),
}

/// Whether a way leads to a pod.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Led {
    Yes,
    No,
    Perhaps,
}

/// Who dials, as far as the way hangs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Client {
    Pod(Option<NodeId>),
    Node(NodeId),
    Outside,
}

/// Where a backend is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Place {
    On(NodeId),
    Everywhere,
    NotKnown,
}

/// How a connection may be seen.
pub(crate) struct View {
    pub(crate) led: Led,
    pub(crate) sources: Vec<Source>,
    pub(crate) dialled: Vec<Dialled>,
}

fn view(led: Led, sources: &[Source], dialled: &[Dialled]) -> View {
    View {
        led,
        sources: sources.to_vec(),
        dialled: dialled.to_vec(),
    }
}

/// The table of docs/services.md.
pub(crate) fn seen(client: Client, place: Place, it: &Svc, door: Door) -> View {
    if it.headless {
        return view(Led::Yes, &[Source::Client], &[Dialled::Pod]);
    }
    match (door, client) {
        (Door::Name | Door::Inside(_), Client::Pod(node)) => inside(it, node, place),
        (Door::Name | Door::Inside(_), Client::Node(node)) => inside(it, Some(node), place),
        (Door::Name, Client::Outside) if it.is_exposed() => by_a_balancer(it, it.proxied),
        (Door::Name | Door::Inside(_), Client::Outside) => view(
            Led::Yes,
            &[Source::Client, Source::Anybody],
            &[Dialled::Pod],
        ),
        (Door::Node(node), _) => at_a_node(it, node, client, place),
        (Door::Outside(address), Client::Outside) => {
            by_a_balancer(it, it.proxied && it.balanced.contains(&address))
        }
        (Door::Outside(address), _) if it.proxied && it.balanced.contains(&address) => view(
            Led::Yes,
            &[Source::Anybody],
            &[Dialled::Address(address, it.port)],
        ),
        (Door::Outside(_), Client::Pod(node)) => {
            let own = node.map_or(Source::Anybody, Source::Node);
            let sources = [Source::Client, own];
            let seen = if it.outside_local {
                &sources[..1]
            } else {
                &sources
            };
            view(Led::Yes, seen, &[Dialled::Pod])
        }
        (Door::Outside(_), Client::Node(_)) => view(Led::Yes, &[Source::Client], &[Dialled::Pod]),
        (Door::Somewhere, Client::Outside) => by_a_balancer(it, it.proxied),
        (Door::Somewhere, Client::Pod(_) | Client::Node(_)) => {
            view(Led::Yes, &[Source::Anybody], &[Dialled::Anybody(it.port)])
        }
    }
}

/// At its address inside the cluster.
fn inside(it: &Svc, node: Option<NodeId>, place: Place) -> View {
    let led = if it.inside_local {
        led(place, node)
    } else {
        Led::Yes
    };
    view(led, &[Source::Client], &[Dialled::Pod])
}

fn by_a_balancer(it: &Svc, proxied: bool) -> View {
    let sources = [Source::Client, Source::Anybody];
    let keeps = it.outside_local && !proxied;
    let seen = if keeps { &sources[..1] } else { &sources };
    view(Led::Yes, seen, &[Dialled::Pod])
}

/// At a port of a node: the rows `NodePort`, those of the section on pods hidden behind their node too.
fn at_a_node(it: &Svc, entry: NodeId, client: Client, place: Place) -> View {
    let there = Dialled::Node(entry, it.node_port.unwrap_or(it.port));
    let local = if it.outside_local {
        led(place, Some(entry))
    } else {
        Led::Yes
    };
    let masked = Source::Node(entry);
    match client {
        Client::Outside if it.outside_local => view(local, &[Source::Client], &[Dialled::Pod]),
        Client::Outside => view(local, &[Source::Client, masked], &[Dialled::Pod]),
        Client::Pod(Some(own)) if own == entry && it.outside_local => {
            view(Led::Yes, &[Source::Client], &[Dialled::Pod])
        }
        Client::Pod(Some(own)) if own == entry => {
            view(Led::Yes, &[Source::Client, masked], &[Dialled::Pod])
        }
        // Whether policies see that before or after it is translated is not defined.
        Client::Pod(Some(own)) if it.outside_local => view(
            local,
            &[Source::Client, Source::Node(own)],
            &[there, Dialled::Pod],
        ),
        Client::Pod(Some(own)) => {
            let sources = [Source::Client, Source::Node(own), masked];
            view(local, &sources, &[there, Dialled::Pod])
        }
        Client::Pod(None) => {
            let led = if local == Led::No {
                Led::Perhaps
            } else {
                local
            };
            let sources = [Source::Client, Source::Anybody];
            view(led, &sources, &[Dialled::Pod, there])
        }
        Client::Node(own) if own == entry => view(Led::Yes, &[Source::Client], &[Dialled::Pod]),
        Client::Node(_) if it.outside_local => view(local, &[Source::Client], &[Dialled::Pod]),
        Client::Node(_) => match place {
            Place::On(backend) if backend != entry => view(local, &[masked], &[Dialled::Pod]),
            _ => view(local, &[Source::Client, masked], &[Dialled::Pod]),
        },
    }
}

fn led(place: Place, node: Option<NodeId>) -> Led {
    match (place, node) {
        (Place::Everywhere, _) => Led::Yes,
        (Place::On(own), Some(node)) if own == node => Led::Yes,
        (Place::On(_), Some(_)) => Led::No,
        (Place::On(_), None) | (Place::NotKnown, _) => Led::Perhaps,
    }
}

/// Every set of backends that the way may lead to; where it is empty, the connection is dropped.
pub(crate) fn of_all(all: &[(Led, Says)]) -> Says {
    let sure: Vec<Says> = all
        .iter()
        .filter(|it| it.0 == Led::Yes)
        .map(|it| it.1)
        .collect();
    let perhaps: Vec<Says> = all
        .iter()
        .filter(|it| it.0 == Led::Perhaps)
        .map(|it| it.1)
        .collect();
    let sets = 0..1_u32 << perhaps.len();
    whichever(sets.map(|set| {
        let chosen = (0..perhaps.len()).filter(|place| set >> place & 1 == 1);
        let led: Vec<Says> = sure
            .iter()
            .copied()
            .chain(chosen.map(|at| perhaps[at]))
            .collect();
        if led.is_empty() {
            Says::No
        } else {
            weakest(led)
        }
    }))
}
