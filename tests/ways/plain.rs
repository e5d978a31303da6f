//! The way of a connection to a Service as docs/services.md, docs/ways.md and docs/semantics.md have it,
//! read plainly: which pods, seen from which sources, as which destinations. It knows nothing of
//! `netpolc::hops`, and asks `trace` about every flow that there may be.

use super::ends::{End, Families, Packet, Says, at, pod_of, told, weakest, whichever};
use super::seen::{Client, Dialled, Door, Place, Source, View, of_all, seen};
use super::services::{Kind, Svc, Target};
use netpolc::model::{Cluster, Direction, NodeId, Pod, PodId, PodNature, Tier};
use netpolc::net::{Cidr, Family};
use std::net::IpAddr;

/// Addresses on both sides of every boundary of the blocks that are drawn, and others.
pub(crate) const ANYBODY: [&str; 33] = [
    "0.0.0.1",
    "9.255.255.255",
    "10.0.0.0",
    "10.0.0.1",
    "10.0.0.2",
    "10.0.0.3",
    "10.0.0.4",
    "10.0.0.5",
    "10.0.0.6",
    "10.0.0.7",
    "10.0.0.8",
    "10.0.1.0",
    "169.253.255.255",
    "169.255.0.0",
    "198.51.100.7",
    "255.255.255.254",
    "255.255.255.255",
    "::2",
    "2001:db8::7",
    "fcff:ffff::1",
    "fd00::",
    "fd00::1",
    "fd00::2",
    "fd00::3",
    "fd00::4",
    "fd00::5",
    "fd00::7",
    "fd00::8",
    "fec0::1",
    "fffe:ffff::1",
    "ffff::1",
    "ffff:fffe::1",
    "ffff:ffff::1",
];

/// A cluster and what stands in it.
pub(crate) struct Plain<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) families: Families<'a>,
}

impl Plain<'_> {
    /// What comes of a connection to a port of a Service.
    pub(crate) fn service(&self, client: End, it: &Svc, door: Door) -> Says {
        let mut dialled = match door {
            Door::Inside(address) | Door::Outside(address) => vec![Family::of(address)],
            Door::Name | Door::Somewhere => it.families(),
            Door::Node(node) => {
                let all = it.families().into_iter();
                all.filter(|family| self.families.may_have(End::Node(node), *family))
                    .collect()
            }
        };
        dialled.retain(|family| self.families.may_have(client, *family));
        if dialled.is_empty() {
            return Says::No;
        }
        let Some(backends) = self.backends(it) else {
            return self.unless_sealed(client);
        };
        if backends.is_empty() {
            return self.unless_sealed(client);
        }
        // Over which families each is met: an endpoint by hand over those of its addresses.
        let over = |end: End| -> Vec<Family> {
            let listed = it.listed.iter().map(|listed| listed.address);
            let listed: Vec<IpAddr> = listed.filter(|ip| self.owner(*ip) == end).collect();
            let has = |family: &Family| {
                if listed.is_empty() {
                    self.families.may_have(end, *family)
                } else {
                    listed.iter().any(|ip| Family::of(*ip) == *family)
                }
            };
            dialled.iter().copied().filter(has).collect()
        };
        let backends = backends.into_iter().map(|end| (end, over(end)));
        let backends: Vec<(End, Vec<Family>)> =
            backends.filter(|(_, over)| !over.is_empty()).collect();
        if backends.is_empty() {
            return Says::No;
        }
        let serving: Vec<_> = backends
            .into_iter()
            .filter_map(|(end, over)| Some((end, over, self.target(it, end)?)))
            .collect();
        if serving.is_empty() {
            return self.unless_sealed(client);
        }
        let mut led = Vec::new();
        for (backend, over, port) in serving {
            let view = seen(self.client(client), self.place(backend, it), it, door);
            // A node is led to its own pod of a kind of which each node has one.
            let own = self.place(backend, it) == Place::Everywhere
                && it.inside_local
                && matches!(self.client(client), Client::Node(_))
                && matches!(door, Door::Name | Door::Inside(_));
            let says = if own {
                Says::Yes
            } else {
                self.backend((client, backend), port, &view, (it, &over))
            };
            led.push((view.led, says));
        }
        self.on_the_way(client, it, door, of_all(&led))
    }

    /// Who may open no connection at all is refused whatever is not known (S85).
    pub(crate) fn unless_sealed(&self, client: End) -> Says {
        let End::Pod(id) = client else {
            return Says::Open;
        };
        let pod = self.cluster.pods.at(id);
        let namespace = &self.cluster.namespaces.at(pod.namespace).name;
        if pod.host_network {
            return Says::Open;
        }
        let own = self.cluster.policies.rows().iter().filter(|policy| {
            policy.namespace.as_ref() == Some(namespace) && policy.subject.pods.matches(&pod.labels)
        });
        let rules: Vec<_> = own.filter_map(|policy| policy.egress.as_ref()).collect();
        if !rules.is_empty() && rules.iter().all(|rules| rules.is_empty()) {
            Says::No
        } else {
            Says::Open
        }
    }

    /// Whether policies of the cluster may speak for a client before those of its namespace do.
    pub(crate) fn is_governed_before(&self, client: End) -> bool {
        let all = self.cluster.policies.rows().iter();
        pod_of(self.cluster, client).is_some()
            && all
                .filter(|it| it.tier == Tier::Admin)
                .any(|it| it.egress.is_some())
    }

    /// Who is behind a Service; none where the input does not say.
    fn backends(&self, it: &Svc) -> Option<Vec<End>> {
        let Some(labels) = &it.labels else {
            let all = it.listed.iter().map(|listed| self.owner(listed.address));
            return (!it.listed.is_empty()).then(|| all.collect());
        };
        let behind = |pod: &Pod| {
            let here = *self.cluster.namespaces.at(pod.namespace).name == *it.namespace;
            here && labels
                .iter()
                .all(|(key, value)| pod.labels.get(key).is_some_and(|own| &**own == *value))
        };
        let pods = self.cluster.pods.iter().filter(|(_, pod)| behind(pod));
        let pods: Vec<End> = pods.map(|(id, _)| End::Pod(id)).collect();
        // S64: what would be there is asked about where nothing is.
        let dormant = self.cluster.dormant.iter().enumerate();
        let dormant = dormant.filter(|(_, it)| pods.is_empty() && behind(&it.pod));
        let dormant: Vec<End> = dormant.map(|(place, _)| End::Dormant(place)).collect();
        Some(pods.into_iter().chain(dormant).collect())
    }

    /// Who has an address.
    pub(crate) fn owner(&self, address: IpAddr) -> End {
        let mut pods = self.cluster.pods.iter();
        let mut nodes = self.cluster.nodes.iter();
        if let Some((id, _)) = pods.find(|(_, pod)| pod.ips.contains(&address)) {
            return End::Pod(id);
        }
        match nodes.find(|(_, node)| node.ips.contains(&address)) {
            Some((id, _)) => End::Node(id),
            None => End::Address(address),
        }
    }

    /// The port of a backend that the Service leads to.
    fn target(&self, it: &Svc, backend: End) -> Option<u16> {
        if it.headless {
            return Some(it.port);
        }
        if it.labels.is_none() {
            let ips = self.families.ips(backend);
            let own = it
                .listed
                .iter()
                .find(|listed| ips.contains(&listed.address));
            return own.map(|own| own.port);
        }
        match (&it.target, backend) {
            (Target::Same, _) => Some(it.port),
            (Target::Number(number), _) => Some(*number),
            (Target::Named(name), end) => {
                let mut ports = pod_of(self.cluster, end)?.ports.iter();
                let found = ports
                    .find(|own| own.name.as_deref() == Some(*name) && own.protocol == it.protocol);
                found.map(|own| own.port)
            }
        }
    }

    fn node(&self, name: &str) -> Option<NodeId> {
        let mut nodes = self.cluster.nodes.iter();
        nodes
            .find(|(_, node)| *node.name == *name)
            .map(|(id, _)| id)
    }

    fn node_of(&self, pod: &Pod) -> Option<NodeId> {
        self.node(pod.node.as_deref()?)
    }

    fn client(&self, end: End) -> Client {
        match end {
            End::Address(_) => Client::Outside,
            End::Node(id) => Client::Node(id),
            End::Pod(_) | End::Dormant(_) => {
                let pod = pod_of(self.cluster, end);
                match pod.and_then(|pod| self.node_of(pod)) {
                    Some(node) if pod.is_some_and(|pod| pod.host_network) => Client::Node(node),
                    node => Client::Pod(node),
                }
            }
        }
    }

    fn place(&self, end: End, it: &Svc) -> Place {
        let listed = || {
            let own = it.listed.iter();
            let mut own = own.filter(|listed| self.owner(listed.address) == end);
            own.find_map(|listed| self.node(listed.node.as_deref()?))
        };
        match end {
            End::Pod(_) | End::Dormant(_) => {
                let pod = pod_of(self.cluster, end);
                match pod.and_then(|pod| self.node_of(pod)) {
                    Some(node) => Place::On(node),
                    None if pod.is_some_and(|pod| pod.per_node) => Place::Everywhere,
                    None => Place::NotKnown,
                }
            }
            End::Node(id) => listed().map_or(Place::On(id), Place::On),
            End::Address(_) => listed().map_or(Place::NotKnown, Place::On),
        }
    }

    /// One backend: whichever way it is seen at either end.
    fn backend(
        &self,
        ends: (End, End),
        port: u16,
        view: &View,
        (it, dialled): (&Svc, &[Family]),
    ) -> Says {
        let families = self.families.between(ends.0, ends.1, dialled).into_iter();
        let of = |family: Option<Family>| {
            let cluster = self.families.cluster(family);
            let packet = Packet {
                protocol: it.protocol,
                port,
            };
            let direct = told(cluster, ends, packet, !it.headless);
            let mut all = Vec::new();
            for source in &view.sources {
                for dialled in &view.dialled {
                    if (*source, *dialled) == (Source::Client, Dialled::Pod) {
                        all.push(direct.whole);
                        continue;
                    }
                    let out = seen_out(cluster, ends.0, (*dialled, direct.out), packet, family);
                    let into = seen_in(cluster, ends.1, (*source, direct.into), packet, family);
                    all.push(weakest([whichever(out), whichever(into)]));
                }
            }
            whichever(all)
        };
        whichever(families.map(of))
    }

    /// What is open, or refused, of the way itself.
    fn on_the_way(&self, client: End, it: &Svc, door: Door, policies: Says) -> Says {
        let open = |says: Says| {
            if says == Says::No {
                Says::No
            } else {
                Says::Open
            }
        };
        let outside = self.client(client) == Client::Outside;
        let only_inside = matches!(door, Door::Inside(_)) || !it.is_exposed();
        if outside && only_inside {
            return open(policies);
        }
        let balanced = match door {
            Door::Outside(address) => it.balanced.contains(&address),
            Door::Name | Door::Somewhere => outside,
            Door::Inside(_) | Door::Node(_) => false,
        };
        if it.kind != Kind::LoadBalancer || it.ranges.is_empty() || !balanced {
            return policies;
        }
        let dialled = match door {
            Door::Outside(address) => vec![Family::of(address)],
            _ => it.families(),
        };
        let ips = self.families.ips(client).into_iter();
        let ips: Vec<IpAddr> = ips
            .filter(|ip| dialled.contains(&Family::of(*ip)))
            .collect();
        let within = |ip: &IpAddr| {
            let mut ranges = it.ranges.iter();
            ranges.any(|range| Cidr::parse(range).expect("a block").contains(*ip))
        };
        if ips.iter().any(within) {
            return policies;
        }
        let other_way = door == Door::Name && (it.node_ports || !it.external.is_empty());
        let filtered = !it.proxied && !it.balanced.is_empty() && door != Door::Somewhere;
        match ips.is_empty() {
            false if filtered && !other_way => Says::No,
            // A load balancer that is met itself is beyond what is known of kube-proxy.
            _ if it.proxied && !outside => policies,
            _ => open(policies),
        }
    }

    /// The pods of the input, which may ask.
    pub(crate) fn pods(&self) -> Vec<(PodId, String)> {
        let pods = self.cluster.pods.iter();
        let read = pods.filter(|(_, pod)| pod.nature == PodNature::Read);
        read.map(|(id, pod)| {
            let namespace = &self.cluster.namespaces.at(pod.namespace).name;
            (id, format!("{namespace}/pod/{}", pod.name))
        })
        .collect()
    }
}

/// What the policies at the client say of what they may see.
fn seen_out(
    cluster: &Cluster,
    client: End,
    (dialled, direct): (Dialled, Says),
    packet: Packet,
    family: Option<Family>,
) -> Vec<Says> {
    let to = |end: End, port: u16| {
        let packet = Packet { port, ..packet };
        at(cluster, (client, end), packet, Direction::Egress)
    };
    match dialled {
        Dialled::Pod => vec![direct],
        Dialled::Node(node, port) => vec![to(End::Node(node), port)],
        Dialled::Address(address, port) => vec![to(End::Address(address), port)],
        Dialled::Anybody(port) => {
            let all = anybody(family).into_iter();
            all.map(|address| to(End::Address(address), port)).collect()
        }
    }
}

/// What the policies at the pod say of whom they may see.
fn seen_in(
    cluster: &Cluster,
    backend: End,
    (source, direct): (Source, Says),
    packet: Packet,
    family: Option<Family>,
) -> Vec<Says> {
    let from = |address| {
        let end = End::Address(address);
        at(cluster, (end, backend), packet, Direction::Ingress)
    };
    match source {
        Source::Client => vec![direct],
        Source::Node(node) => cluster
            .nodes
            .at(node)
            .ips
            .iter()
            .copied()
            .map(from)
            .collect(),
        Source::Anybody => anybody(family).into_iter().map(from).collect(),
    }
}

fn anybody(family: Option<Family>) -> Vec<IpAddr> {
    let all = ANYBODY.iter().map(|text| text.parse().expect("an address"));
    all.filter(|ip| family.is_none_or(|family| Family::of(*ip) == family))
        .collect()
}
