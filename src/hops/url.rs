//! Requests to URLs: to whoever listens for the host, and from there to the backends.

use super::backend::{Opener, to_backend};
use super::connect::{by_name, direct};
use super::controllers::{CONTROLLER, Front, Told, Way, front};
use super::gateway::Gateways;
use super::hop::{Around, Hop, HopKind, Plan, Settled};
use super::ingress::Ingresses;
use super::listener::{party_of, tcp, to_listener, to_unknown};
use super::names::Names;
use super::openshift::OpenShiftRoutes;
use super::request::{Answer, Because, By, Request, Served};
use crate::endpoint::{ClusterName, Party, Problem, Reference, Role, Url, resolve};
use crate::model::Origin;
use std::net::IpAddr;

/// The ways of a request.
pub(super) fn by_url<'a>(
    around: Around<'a>,
    from: Party<'a>,
    url: &Url,
) -> Result<Plan<'a>, Problem> {
    let cluster = around.cluster;
    if let Ok(address) = url.host.parse::<IpAddr>() {
        let reference = Reference::Address(address);
        let to = resolve(cluster, &reference, around.namespace, Role::Destination)?;
        return Ok(Plan::one(direct(around, from, to, Some(tcp(url.port)))));
    }
    let request = Request::new(url.scheme, &url.host, url.port, &url.path);
    let mut served = Ingresses::new(cluster).answer(&request);
    served.extend(Gateways::new(cluster).answer(&request));
    served.extend(OpenShiftRoutes::new(cluster).answer(&request));
    if served.is_empty() || is_of_the_cluster(around, &from, url) {
        let hops = by_name(around, from, &url.host, Some(tcp(url.port)))?;
        return Ok(Plan::one(unserved(around, hops, url)));
    }
    let ways = served.iter().flat_map(|it| through(around, &from, url, it));
    let ways: Vec<Vec<Hop<'a>>> = ways.collect();
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
    }
    hops
}

/// The ways through one who takes the request.
fn through<'a>(
    around: Around<'a>,
    from: &Party<'a>,
    url: &Url,
    served: &Served,
) -> Vec<Vec<Hop<'a>>> {
    let (mut start, opener) = to_who_listens(around, from, url, &served.by);
    for doubt in &served.doubts {
        start.push(told(
            from,
            url,
            Settled::NotKnown(doubt.text.clone()),
            doubt,
        ));
    }
    match &served.answer {
        Answer::To {
            destinations,
            refused,
        } => {
            let mut way = start;
            way.extend(
                destinations
                    .iter()
                    .map(|it| to_backend(around, &opener, it)),
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
                way.push(to_backend(around, &opener, it));
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
) -> (Vec<Hop<'a>>, Opener<'a>) {
    let told = Told::of(around.settings);
    let Front { way, port, why, .. } = front(around.cluster, by, url.port, &told);
    match way {
        Way::Pods(pods) => match party_of(around.cluster, &pods) {
            Some(party) => {
                let mut hops = to_listener(around, from, url, (&pods, port));
                if let Some(hop) = hops.last_mut() {
                    hop.because.push(Because::new(why, Origin::default()));
                }
                (hops, Opener::Pods(party))
            }
            None => (Vec::new(), Opener::NotInInput(CONTROLLER.to_owned(), why)),
        },
        Way::NotInInput => {
            let said =
                format!("{why}: add them to the input, or name them with `--ingress-controller`");
            let hops = to_unknown(around, from, url, Some(said));
            (hops, Opener::NotInInput(CONTROLLER.to_owned(), why))
        }
        Way::NoPods => {
            let hops = to_unknown(around, from, url, None);
            (hops, Opener::NoPod(CONTROLLER.to_owned(), why))
        }
    }
}

/// What becomes of a request beside policies.
fn told<'a>(from: &Party<'a>, url: &Url, how: Settled, because: &Because) -> Hop<'a> {
    let mut hop = Hop::settled(HopKind::Backend, from.clone(), &url.to_string(), how);
    hop.because.push(because.clone());
    hop
}
