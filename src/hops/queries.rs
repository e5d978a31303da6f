//! The look-up of a name as hops of its own: who cannot ask cannot connect.

use super::hop::{Around, Hop, HopKind, Settled};
use super::names::{Asks, Found, Meaning};
use super::request::Because;
use super::resolver::{self, Resolver};
use super::unlisted::may_name_pods;
use crate::endpoint::{AskedPort, Door, OneOf, Party, PartyPod, PortName};
use crate::model::{Direction, Origin};
use crate::net::{AddressSet, Protocol};
use std::net::IpAddr;

/// The ports that DNS pods listen on: 5353 is that of `openshift-dns`.
const PORTS: [u16; 2] = [resolver::PORT, 5353];

/// What to allow, where a look-up is refused.
const NEEDS: &str = "to let names be looked up, allow egress to the DNS pods on UDP 53 and TCP 53 (the \
                     port that the pods listen on), such as a `to` with namespaceSelector \
                     kubernetes.io/metadata.name: kube-system and podSelector k8s-app: kube-dns in one \
                     entry";

/// The queries that have to be answered before a name is known to all of `from`. UDP counts: TCP is
/// what clients fall back to.
pub(super) fn queries<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    name: &str,
    found: &Found,
) -> Vec<Hop<'a>> {
    let mut hops = Vec::new();
    let part = |whom: Asks| {
        let pods = from.pods.iter().filter(|it| Asks::of(&it.pod) == whom);
        let pods: Vec<PartyPod<'a>> = pods.cloned().collect();
        Party {
            title: if pods.len() == from.pods.len() {
                from.title.clone()
            } else {
                format!("pods of {}", from.title)
            },
            pods,
            ..Party::default()
        }
    };
    let of_the_cluster = !matches!(found.meaning, Meaning::Outside(_)) || !found.aliases.is_empty();
    if is_asked(from, Asks::Cluster) {
        hops.extend(of_cluster(around, part(Asks::Cluster)));
    }
    if is_asked(from, Asks::Node) {
        let source = part(Asks::Node);
        hops.push(of_node(source, name, of_the_cluster));
    }
    if is_asked(from, Asks::Given) {
        hops.extend(of_given(around, &part(Asks::Given), name, of_the_cluster));
    }
    if from.is_api_server {
        return Vec::new();
    }
    if !from.addresses.is_empty() && of_the_cluster {
        let how = Settled::NotKnown(format!(
            "`{name}` is a name of the cluster, which is known inside only"
        ));
        let source = Party {
            title: from.title.clone(),
            addresses: from.addresses.clone(),
            ..Party::default()
        };
        hops.push(Hop::settled(HopKind::Lookup, source, name, how));
    }
    if !from.nodes.is_empty() && of_the_cluster {
        let source = Party {
            title: from.title.clone(),
            nodes: from.nodes.clone(),
            ..Party::default()
        };
        hops.push(of_node(source, name, of_the_cluster));
    }
    for hop in &mut hops {
        hop.name = Some(name.to_owned());
        hop.because.push(Because {
            text: format!("`{name}` has to be looked up first"),
            origin: Origin::default(),
        });
        hop.needs.get_or_insert_with(|| NEEDS.to_owned());
    }
    hops
}

/// Whether some pod of a party asks so.
fn is_asked(party: &Party<'_>, whom: Asks) -> bool {
    party.pods.iter().any(|it| Asks::of(&it.pod) == whom)
}

fn dns_port() -> AskedPort {
    AskedPort {
        port: PortName::Number(resolver::PORT),
        protocol: Some(Protocol::Udp),
    }
}

fn lookup<'a>(source: Party<'a>, destination: Party<'a>) -> Hop<'a> {
    Hop::new(HopKind::Lookup, source, destination, Some(dns_port()))
}

/// The DNS of the cluster is asked.
fn of_cluster<'a>(around: Around<'a>, source: Party<'a>) -> Vec<Hop<'a>> {
    let cluster = around.cluster;
    match resolver::find(cluster, &around.settings.dns) {
        Resolver::Service(id) => {
            let mut there = Party::of_service(cluster, id);
            there.door = Door::Inside;
            vec![lookup(source, there)]
        }
        Resolver::Pods(pods, ports) => {
            let pods = pods.iter().map(|&id| PartyPod {
                pod: std::borrow::Cow::Borrowed(cluster.pods.at(id)),
                dormant: None,
            });
            let there = Party {
                title: "the DNS of the cluster".to_owned(),
                pods: pods.collect(),
                ..Party::default()
            };
            let port = ports.first().copied().unwrap_or(resolver::PORT);
            let mut hop = lookup(source, there);
            hop.port = Some(AskedPort {
                port: PortName::Number(port),
                protocol: Some(Protocol::Udp),
            });
            vec![hop]
        }
        Resolver::Addresses(addresses) => {
            let all: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            let title = format!("the DNS that netpolc.yaml names ({})", all.join(", "));
            let there = at_addresses(&addresses, &title);
            vec![lookup(source, there)]
        }
        Resolver::NodeLocal(service) => {
            let mut addresses = vec![resolver::NODE_LOCAL];
            let inside = service.map(|id| cluster.services.at(id).addresses.clone());
            addresses.extend(inside.unwrap_or_default());
            let mut there = at_addresses(&addresses, "the DNS cache of the node");
            there.one_of = Some(OneOf::there(
                "with a DNS cache on each node (NodeLocal DNSCache), policies see its link-local address \
                 or that of the DNS Service, and no pod"
                    .to_owned(),
            ));
            vec![lookup(source, there)]
        }
        Resolver::NotKnown => vec![of_unknown(around, source)],
    }
}

fn at_addresses<'a>(addresses: &[IpAddr], title: &str) -> Party<'a> {
    let several = || OneOf::there("one of several servers is asked".to_owned());
    let one_of = (addresses.len() > 1).then(several);
    Party {
        title: title.to_owned(),
        addresses: AddressSet::from_hosts(addresses.iter().copied()),
        one_of,
        ..Party::default()
    }
}

/// Nobody who answers is in the input: what is let through to anybody is let through to them, and
/// what is refused to anybody is refused.
fn of_unknown<'a>(around: Around<'a>, source: Party<'a>) -> Hop<'a> {
    let why = "the pods that answer DNS queries are not in the input";
    let may = source
        .pods
        .iter()
        .any(|it| may_name_pods(around.cluster, &it.pod, Direction::Egress, &PORTS));
    let local = AddressSet::link_local().union(&AddressSet::loopback());
    let there = Party {
        title: "the DNS of the cluster".to_owned(),
        addresses: AddressSet::all().difference(&local),
        one_of: Some(OneOf::there(why.to_owned())),
        ..Party::default()
    };
    if may {
        let how = Settled::NotKnown(format!(
            "{why}, and policies name pods that may be these: add them, or say `dns` in netpolc.yaml"
        ));
        return Hop::settled(HopKind::Lookup, source, &there.title, how);
    }
    lookup(source, there)
}

/// The node's own resolver is asked, which knows nothing of the cluster.
fn of_node<'a>(source: Party<'a>, name: &str, of_the_cluster: bool) -> Hop<'a> {
    if of_the_cluster {
        let how = Settled::Refused(format!(
            "{} asks the resolver of its node, which has no names of the cluster (`dnsPolicy`), so \
             that `{name}` is not found",
            source.title
        ));
        let title = "the resolver of the node";
        let on_host = source.pods.iter().any(|it| it.pod.host_network);
        let needs = match (source.pods.is_empty(), on_host) {
            (true, _) => {
                "a node knows no names of the cluster: ask with the Service or its address"
            }
            (false, true) => "such a pod needs `dnsPolicy: ClusterFirstWithHostNet`",
            (false, false) => "such a pod needs `dnsPolicy: ClusterFirst`",
        };
        let mut hop = Hop::settled(HopKind::Lookup, source, title, how);
        hop.needs = Some(needs.to_owned());
        return hop;
    }
    let there = Party {
        title: "the resolver of the node".to_owned(),
        addresses: AddressSet::all().difference(&AddressSet::loopback()),
        one_of: Some(OneOf::there(
            "which servers a node asks is not in the input".to_owned(),
        )),
        ..Party::default()
    };
    lookup(source, there)
}

/// The servers in the manifest are asked.
fn of_given<'a>(
    around: Around<'a>,
    source: &Party<'a>,
    name: &str,
    of_the_cluster: bool,
) -> Vec<Hop<'a>> {
    let mut hops = Vec::new();
    let servers = source.pods.first().and_then(|it| it.pod.names.clone());
    let servers = servers.map_or_else(Vec::new, |it| it.nameservers.clone());
    for server in servers {
        let reference = crate::endpoint::Reference::Address(server);
        let role = crate::endpoint::Role::Destination;
        let there = crate::endpoint::resolve(around.cluster, &reference, around.namespace, role);
        if let Ok(there) = there {
            let cache = matches!(
                resolver::find(around.cluster, &around.settings.dns),
                Resolver::NodeLocal(_)
            );
            let is_cache = (cache && server == resolver::NODE_LOCAL)
                || around.settings.dns.addresses.contains(&server);
            let outside = there.pods.is_empty() && there.service.is_none() && !is_cache;
            let mut hop = lookup(source.clone(), there);
            if of_the_cluster && outside {
                hop.settled = Some(Settled::NotKnown(format!(
                    "{} asks {server} (`dnsConfig`), and whether that knows `{name}` is not in the input",
                    source.title
                )));
            }
            hops.push(hop);
        }
    }
    hops
}
