//! Requests to URLs: to whoever listens for the host, and from there to the backends.

use super::backend::{Opener, to_backend};
use super::connect::{by_name, direct};
use super::controllers::{CONTROLLER, Front, Told, Way, front};
use super::doors::at_address;
use super::gateway::Gateways;
use super::hop::{Around, Hop, HopKind, Plan, Settled};
use super::ingress::{self, Ingresses};
use super::listener::{party_of, tcp, to_listener, to_unknown};
use super::names::Names;
use super::openshift::{self, OpenShiftRoutes};
use super::request::{Answer, Because, By, Request, Served};
use crate::endpoint::{ClusterName, Party, Problem, Reference, Role, Url, resolve};
use crate::model::{Cluster, Origin, ParentKind, PodId, WorkloadId};
use std::collections::BTreeMap;
use std::net::IpAddr;

/// The ways of a request.
pub(super) fn by_url<'a>(
    around: Around<'a>,
    from: Party<'a>,
    url: &Url,
) -> Result<Plan<'a>, Problem> {
    let cluster = around.cluster;
    let request = Request::new(url.scheme, &url.host, url.port, &url.path);
    let mut served = Ingresses::new(cluster).answer(&request);
    served.extend(Gateways::new(cluster).answer(&request));
    served.extend(OpenShiftRoutes::new(cluster).answer(&request));
    if let Ok(address) = url.host.parse::<IpAddr>() {
        return by_address(around, &from, url, (address, &served));
    }
    if served.is_empty() || is_of_the_cluster(around, &from, url) {
        let hops = by_name(around, from, &url.host, Some(tcp(url.port)))?;
        return Ok(Plan::one(unserved(around, hops, url)));
    }
    let ways = served.iter().flat_map(|it| through(around, &from, url, it));
    let ways: Vec<Vec<Hop<'a>>> = ways.collect();
    let which = "which of several ways the request takes is not known".to_owned();
    Ok(Plan { ways, which })
}

/// A request to an address: where pods of a controller answer, it is one without a host.
fn by_address<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    url: &Url,
    (address, served): (IpAddr, &[Served]),
) -> Result<Plan<'a>, Problem> {
    let cluster = around.cluster;
    let port = tcp(url.port);
    let to = if let Some(to) = at_address(cluster, address, &port) {
        to
    } else {
        let reference = Reference::Address(address);
        resolve(cluster, &reference, around.namespace, Role::Destination)?
    };
    let answers = |by: &By| match front(cluster, by, url.port, &Told::of(around.settings)).way {
        Way::Pods(pods) => pods.iter().any(|&id| {
            let key = cluster.pods.at(id).key();
            to.pods.iter().any(|it| it.pod.key() == key)
        }),
        Way::NotInInput | Way::NoPods => false,
    };
    let backends = [
        ingress::backends(cluster),
        Gateways::new(cluster).backends(),
        openshift::backends(cluster),
    ];
    let is_controller = backends.iter().flatten().any(|it| answers(&it.by));
    let mut hops = direct(around, from.clone(), to.clone(), Some(port));
    if !is_controller {
        return Ok(Plan::one(hops));
    }
    let taken = served.iter().filter(|it| answers(&it.by));
    let ways: Vec<Vec<Hop<'a>>> = taken
        .flat_map(|it| through(around, from, url, it))
        .collect();
    if ways.is_empty() {
        let why = format!(
            "no Ingress, Gateway or Route serves requests without another host than `{address}`"
        );
        let because = Because::new(why.clone(), Origin::default());
        hops.push(told(from, url, Settled::Refused(why), &because));
        return Ok(Plan::one(hops));
    }
    let which = "which of several ways the request takes is not known".to_owned();
    Ok(Plan { ways, which })
}

/// Whether the host is a Service or a pod of the cluster to who asks.
fn is_of_the_cluster(around: Around<'_>, from: &Party<'_>, url: &Url) -> bool {
    let names = Names::of(around);
    let inside =
        |it: &crate::endpoint::PartyPod<'_>| names.look_up(&it.pod, &url.host).meaning.is_inside();
    from.pods.iter().any(inside) || ClusterName::of_any_zone(&url.host).is_some()
}

/// A host that nothing in the input serves.
fn unserved<'a>(around: Around<'a>, mut hops: Vec<Hop<'a>>, url: &Url) -> Vec<Hop<'a>> {
    let cluster = around.cluster;
    let some = !cluster.ingresses.is_empty()
        || !cluster.gateways.is_empty()
        || !cluster.openshift_routes.is_empty();
    if let Some(hop) = hops.last_mut() {
        hop.url = Some(url.to_string());
        if hop.destination.one_of.is_some() && some {
            let why = format!(
                "no Ingress, Gateway or Route in the input serves `{}`",
                url.host
            );
            hop.because.push(Because::new(why, Origin::default()));
        }
        hop.because.extend(lost_routes(cluster, url));
    }
    hops
}

/// Routes for the host that want to be attached to Gateways which are not in the input.
fn lost_routes(cluster: &Cluster, url: &Url) -> Vec<Because> {
    let serves = |pattern: &str| match pattern.strip_prefix('*') {
        Some(suffix) => url.host.ends_with(suffix),
        None => *url.host == *pattern,
    };
    let routes = cluster.routes.iter();
    let routes = routes.filter(|it| it.hostnames.iter().any(|host| serves(host)));
    let lost = routes.flat_map(|route| {
        let parents = route.parents.iter().filter(|parent| {
            let mut gateways = cluster.gateways.iter();
            parent.kind == ParentKind::Gateway
                && !gateways.any(|it| it.namespace == parent.namespace && it.name == parent.name)
        });
        parents.map(|parent| {
            let text = format!(
                "{} {}/{} serves it, and its Gateway `{}/{}` is not in the input",
                route.kind, route.namespace, route.name, parent.namespace, parent.name
            );
            Because::new(text, route.origin)
        })
    });
    lost.collect()
}

/// The ways through one who takes the request.
fn through<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    url: &Url,
    served: &Served,
) -> Vec<Vec<Hop<'a>>> {
    let listeners = to_who_listens(around, from, url, &served.by).into_iter();
    let ways = listeners
        .flat_map(|(start, opener)| from_there(around, from, url, (served, start, &opener)));
    ways.collect()
}

/// The ways of a request from one who listens for it.
fn from_there<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    url: &Url,
    (served, listening, opener): (&Served, Vec<Hop<'a>>, &Opener<'a>),
) -> Vec<Vec<Hop<'a>>> {
    let doubts = served.doubts.iter();
    let doubts = doubts.map(|it| told(from, url, Settled::NotKnown(it.text.clone()), it));
    let mut start: Vec<Hop<'a>> = doubts.chain(listening).collect();
    match &served.answer {
        Answer::To {
            destinations,
            refused,
        } => {
            let mut way = start;
            way.extend(
                destinations
                    .iter()
                    .flat_map(|it| to_backend(around, opener, it)),
            );
            for because in refused {
                way.push(told(
                    from,
                    url,
                    Settled::Refused(because.text.clone()),
                    because,
                ));
            }
            vec![way]
        }
        Answer::Nothing(_, because) => {
            start.push(told(
                from,
                url,
                Settled::Refused(because.text.clone()),
                because,
            ));
            vec![start]
        }
        Answer::Open { because, perhaps } => {
            let doubts = because.iter().map(|it| it.text.clone());
            let text = doubts.collect::<Vec<_>>().join("; ");
            let Some(first) = because.first() else {
                return vec![start];
            };
            let open = told(from, url, Settled::NotKnown(text), first);
            if perhaps.is_empty() {
                start.push(open);
                return vec![start];
            }
            // It may also reach no backend: what is refused at each of these is refused.
            let way = |it| {
                let mut way = start.clone();
                way.extend(to_backend(around, opener, it));
                way.push(open.clone());
                way
            };
            perhaps.iter().map(way).collect()
        }
    }
}

/// The hops to who takes the request, and who opens the connections to the backends.
fn to_who_listens<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    url: &Url,
    by: &By,
) -> Vec<(Vec<Hop<'a>>, Opener<'a>)> {
    let told = Told::of(around.settings);
    let Front { way, port, why, .. } = front(around.cluster, by, url.port, &told);
    match way {
        // Each workload may be a controller of its own, of which one serves the class.
        Way::Pods(pods) => by_workload(around.cluster, &pods)
            .iter()
            .filter_map(|pods| {
                let party = party_of(around.cluster, pods)?;
                let mut hops = to_listener(around, from, url, (pods, port));
                if let Some(hop) = hops.last_mut() {
                    hop.because
                        .push(Because::new(why.clone(), Origin::default()));
                }
                Some((hops, Opener::Pods(party)))
            })
            .collect(),
        Way::NotInInput => {
            let said =
                format!("{why}: add them to the input, or name them with `--ingress-controller`");
            let hops = to_unknown(around, from, url, Some(said));
            vec![(hops, Opener::NotInInput(CONTROLLER.to_owned(), why))]
        }
        Way::NoPods => {
            let hops = to_unknown(around, from, url, None);
            vec![(hops, Opener::NoPod(CONTROLLER.to_owned(), why))]
        }
    }
}

/// Pods by the workload that they are of.
fn by_workload(cluster: &Cluster, pods: &[PodId]) -> Vec<Vec<PodId>> {
    let mut groups: BTreeMap<Option<WorkloadId>, Vec<PodId>> = BTreeMap::new();
    for &id in pods {
        groups
            .entry(cluster.pods.at(id).workload)
            .or_default()
            .push(id);
    }
    groups.into_values().collect()
}

/// What becomes of a request beside policies.
fn told<'a>(from: &Party<'a>, url: &Url, how: Settled, because: &Because) -> Hop<'a> {
    let mut hop = Hop::settled(HopKind::Backend, from.clone(), &url.to_string(), how);
    hop.because.push(because.clone());
    hop
}
