//! What policies see of a connection that leads through a Service: from which source, to which
//! destination, and whether this backend is one that the way leads to.
//!
//! This is the table of docs/services.md. Sources: pkg/proxy/iptables/proxier.go and
//! pkg/proxy/topology.go of Kubernetes, "Virtual IPs and Service Proxies", "Using Source IP", and
//! the field comments of `v1.ServiceSpec`. A rule of kube-proxy that masquerades does so behind the
//! rules of policies, so that a backend on the same node may still be seen with the client.

use super::vantage::{Client, Led, Place, Seen, SeenDestination, SeenSource};
use crate::endpoint::Door;
use crate::model::{Cluster, Habit, NodeId, Says, Service, ServicePort};
use std::net::IpAddr;

/// A Service, the port that was dialled, and where.
#[derive(Debug, Clone, Copy)]
pub struct Dialled<'a> {
    /// The Service.
    pub service: &'a Service,
    /// Its port.
    pub port: &'a ServicePort,
    /// At which of its addresses.
    pub door: Door,
}

impl Dialled<'_> {
    /// How the connection of `client` to a backend at `place` may look.
    pub fn seen(&self, cluster: &Cluster, client: Client<'_>, place: Place<'_>) -> Seen {
        let translated = self.by_kube_proxy(cluster, client, place);
        let at_socket = self.at_the_socket(cluster, client, translated);
        let passed = self.past_policies(cluster, client, at_socket);
        in_a_tunnel(cluster, client, place, passed)
    }

    /// A plugin that translates at the client's socket leads there from its node, with its address.
    fn at_the_socket(&self, cluster: &Cluster, client: Client<'_>, mut seen: Seen) -> Seen {
        let dials_outside = matches!(self.door, Door::Outside(_) | Door::NodePort(_));
        if !dials_outside || !matches!(client, Client::Pod(_)) {
            return seen;
        }
        let says = of_plugin(cluster, Habit::SocketProxy);
        match says {
            Some(Says::Yes) => return Seen::plain(Led::Yes),
            Some(Says::Open) if !seen.is_plain() => {
                seen.habits.push(Habit::SocketProxy);
            }
            // Documents leave open whether policies see the port of a node or what is behind it.
            None if matches!(self.door, Door::NodePort(_)) && !seen.is_plain() => {}
            Some(Says::Open | Says::No) | None => return seen,
        }
        if !seen.sources.contains(&SeenSource::Client) {
            seen.sources.push(SeenSource::Client);
        }
        if !seen.destinations.contains(&SeenDestination::Backend) {
            seen.destinations.push(SeenDestination::Backend);
        }
        seen
    }

    /// A plugin may let clients outside past policies, where the Service does not keep them apart.
    fn past_policies(&self, cluster: &Cluster, client: Client<'_>, mut seen: Seen) -> Seen {
        let met = match self.door {
            Door::Name | Door::Outside(_) | Door::Balancer | Door::NodePort(_) => true,
            Door::Inside | Door::Endpoints | Door::HostPort(..) => false,
        };
        let passes = if met && client == Client::Outside {
            lets_past(cluster, self.service)
        } else {
            Says::No
        };
        match passes {
            Says::Yes => seen.sources = vec![SeenSource::Passed],
            Says::Open => {
                seen.sources.push(SeenSource::Passed);
                seen.habits.push(Habit::NodePortBypass);
            }
            Says::No => {}
        }
        seen
    }

    /// As kube-proxy has it.
    fn by_kube_proxy(&self, cluster: &Cluster, client: Client<'_>, place: Place<'_>) -> Seen {
        match (self.door, client) {
            (Door::Endpoints, _) => Seen::plain(Led::Yes),
            (Door::Name | Door::Inside, Client::Pod(node)) => self.inside(node, place),
            (Door::Name | Door::Inside, Client::Node(node)) => self.inside(Some(node), place),
            (Door::Name | Door::Inside | Door::Outside(_) | Door::Balancer, Client::Outside) => {
                self.outside()
            }
            // Its node knows no address to translate, and it goes out and comes back.
            (Door::Balancer, Client::Pod(_) | Client::Node(_)) => {
                Seen::from(vec![SeenSource::Any], Led::Yes).towards(vec![SeenDestination::Anywhere])
            }
            (Door::Outside(address), Client::Pod(node)) => {
                self.round_the_corner(cluster, address, (client, node), place)
            }
            (Door::Outside(address), Client::Node(node)) => {
                self.round_the_corner(cluster, address, (client, Some(node)), place)
            }
            (Door::NodePort(entry) | Door::HostPort(entry, _), client) => {
                self.at_node(cluster, entry, client, place)
            }
        }
    }

    /// At its address inside the cluster.
    fn inside(&self, node: Option<&str>, place: Place<'_>) -> Seen {
        if self.service.inside_local {
            Seen::plain(place.is_led_to_from(node))
        } else {
            Seen::plain(Led::Yes)
        }
    }

    /// From outside, by whichever of its addresses there: a load balancer passes over nodes
    /// without pods.
    fn outside(&self) -> Seen {
        let outside = &self.service.outside;
        // At its address inside, a node masquerades whoever is not a pod.
        let keeps =
            outside.keeps_source && self.service.is_met_from_outside() && self.door != Door::Inside;
        let proxied = match self.door {
            Door::Outside(address) => outside.proxied.contains(&address),
            Door::Name
            | Door::Inside
            | Door::Balancer
            | Door::Endpoints
            | Door::NodePort(_)
            | Door::HostPort(..) => !outside.proxied.is_empty(),
        };
        if keeps && !proxied {
            Seen::plain(Led::Yes)
        } else {
            Seen::from(vec![SeenSource::Client, SeenSource::Any], Led::Yes)
        }
    }

    /// From inside at an address outside: the node of the client translates it, as if no traffic
    /// policy were given, unless the load balancer has asked to be met itself.
    fn round_the_corner(
        &self,
        cluster: &Cluster,
        address: IpAddr,
        (client, node): (Client<'_>, Option<&str>),
        place: Place<'_>,
    ) -> Seen {
        let outside = &self.service.outside;
        if outside.proxied.contains(&address) {
            return Seen::from(vec![SeenSource::Any], Led::Yes)
                .towards(vec![SeenDestination::Address(address)]);
        }
        // What a node sends has its address, masqueraded or not.
        if outside.keeps_source || matches!(client, Client::Node(_)) {
            return Seen::plain(Led::Yes);
        }
        Seen::from(masqueraded(cluster, client, node, place), Led::Yes)
    }

    /// At a port of a node.
    fn at_node(
        &self,
        cluster: &Cluster,
        entry: NodeId,
        client: Client<'_>,
        place: Place<'_>,
    ) -> Seen {
        let name = &*cluster.nodes.at(entry).name;
        let keeps = self.service.outside.keeps_source;
        let number = self.port.node_port.unwrap_or(self.port.port);
        let there = SeenDestination::Node(entry, number);
        let local = if keeps {
            place.is_led_to_from(Some(name))
        } else {
            Led::Yes
        };
        match client {
            Client::Pod(Some(own)) if own == name => {
                if keeps {
                    Seen::plain(Led::Yes)
                } else {
                    Seen::from(masqueraded(cluster, client, Some(name), place), Led::Yes)
                }
            }
            Client::Pod(Some(own)) => {
                // A plugin may hide its pods behind their node on the way to another one.
                let mut sources = vec![SeenSource::Client, node(cluster, Some(own))];
                if !keeps {
                    sources.push(node(cluster, Some(name)));
                }
                Seen::from(sources, local).towards(vec![there])
            }
            Client::Pod(None) => {
                let led = match local {
                    Led::No => Led::Perhaps,
                    led @ (Led::Yes | Led::Perhaps) => led,
                };
                Seen::from(vec![SeenSource::Client, SeenSource::Any], led)
                    .towards(vec![SeenDestination::Backend, there])
            }
            Client::Node(own) if own == name => Seen::plain(Led::Yes),
            Client::Outside | Client::Node(_) if keeps => Seen::plain(local),
            Client::Outside | Client::Node(_) => {
                Seen::from(masqueraded(cluster, client, Some(name), place), local)
            }
        }
    }
}

/// The sources of a connection that a node masquerades. That happens behind policies, so that those of
/// the same node may see the client; and which of both is seen of a pod is not defined (S62), unless
/// it is known of the plugin.
fn masqueraded(
    cluster: &Cluster,
    client: Client<'_>,
    at: Option<&str>,
    place: Place<'_>,
) -> Vec<SeenSource> {
    let node = node(cluster, at);
    let before = of_plugin(cluster, Habit::BeforeMasquerade) == Some(Says::Yes);
    let by_kube_proxy = of_plugin(cluster, Habit::SocketProxy) == Some(Says::No);
    match (place, at, client) {
        (Place::On(backend), Some(at), Client::Node(_)) if backend != at => vec![node],
        (Place::On(backend), Some(at), _) if before && backend == at => vec![SeenSource::Client],
        // Another node gets what was masqueraded already.
        (Place::On(_), Some(_), _) if before && by_kube_proxy => vec![node],
        _ => vec![SeenSource::Client, node],
    }
}

/// A port of a node that leads to a pod of it: the client keeps its address.
pub fn at_host_port(
    cluster: &Cluster,
    (node, number): (NodeId, u16),
    client: Client<'_>,
    place: Place<'_>,
) -> Seen {
    let name = &*cluster.nodes.at(node).name;
    let there = SeenDestination::Node(node, number);
    let mut seen = Seen::plain(place.is_led_to_from(Some(name)));
    // On the way to another node a plugin may hide a pod behind its own.
    match client {
        Client::Pod(Some(own)) if own != name => {
            seen.destinations = vec![there];
            seen.sources.push(of_node(cluster, own));
            // Whether policies see that before or after it is translated is not defined (S62).
            let says = of_plugin(cluster, Habit::SocketProxy);
            if says != Some(Says::No) {
                seen.destinations.push(SeenDestination::Backend);
            }
            if says == Some(Says::Open) {
                seen.habits.push(Habit::SocketProxy);
            }
        }
        Client::Pod(None) => {
            seen.destinations.push(there);
            seen.sources.push(SeenSource::Any);
        }
        Client::Pod(Some(_)) | Client::Node(_) | Client::Outside => {}
    }
    in_a_tunnel(cluster, client, place, seen)
}

/// In a tunnel between nodes a node has another address, that of the tunnel's device.
pub fn in_a_tunnel(
    cluster: &Cluster,
    client: Client<'_>,
    place: Place<'_>,
    mut seen: Seen,
) -> Seen {
    let far = |node: Option<&str>| match (place, node) {
        (Place::On(backend), Some(node)) => backend != node,
        (Place::On(_), None) | (Place::NotKnown, _) => true,
        (Place::Everywhere, _) => false,
    };
    let from_node = seen.sources.iter().any(|source| match source {
        SeenSource::Node(id) => far(Some(&cluster.nodes.at(*id).name)),
        SeenSource::Client => matches!(client, Client::Node(own) if far(Some(own))),
        SeenSource::Any | SeenSource::Passed => false,
    });
    let tunnel = of_plugin(cluster, Habit::Overlay);
    // Where no block matches a node, none matches it in a tunnel either.
    let told_apart = cluster.practice.says(Habit::BlocksMatchNodes) != Says::No;
    if from_node && told_apart && matches!(tunnel, Some(Says::Yes | Says::Open)) {
        seen.sources.push(SeenSource::Any);
        seen.habits.push(Habit::Overlay);
    }
    seen
}

/// Whether the plugin lets clients outside past the policies over the pods of a Service.
pub fn lets_past(cluster: &Cluster, service: &Service) -> Says {
    let mixed = service.is_met_from_outside() && !service.outside.keeps_source;
    let passes = of_plugin(cluster, Habit::NodePortBypass);
    passes.filter(|_| mixed).unwrap_or(Says::No)
}

/// What a plugin does that is told; nothing where none is.
fn of_plugin(cluster: &Cluster, habit: Habit) -> Option<Says> {
    let practice = &cluster.practice;
    (practice.plugin() != "spec").then(|| practice.says(habit))
}

fn node(cluster: &Cluster, name: Option<&str>) -> SeenSource {
    name.map_or(SeenSource::Any, |name| of_node(cluster, name))
}

/// The addresses of a node, where it is in the input.
fn of_node(cluster: &Cluster, name: &str) -> SeenSource {
    let mut nodes = cluster.nodes.iter();
    let found = nodes.find(|(_, node)| *node.name == *name);
    match found {
        Some((id, node)) if !node.ips.is_empty() => SeenSource::Node(id),
        _ => SeenSource::Any,
    }
}
