//! The connection to a destination, by its name or as an object.

use super::doors::at_node;
use super::families::families_of;
use super::hop::{Around, Hop, HopKind, Settled};
use super::names::{Found, Meaning, Names};
use super::queries::queries;
use super::request::Because;
use crate::endpoint::{AskedPort, Door, OneOf, Party, Problem, Reference, Role, resolve};
use crate::model::{Cluster, Pod};
use crate::net::{AddressSet, Family};

/// The destination as it was named, if need be through the door of a node.
pub(super) fn direct<'a>(
    around: Around<'a>,
    from: Party<'a>,
    to: Party<'a>,
    port: Option<AskedPort>,
) -> Vec<Hop<'a>> {
    let (to, port, because) = at_node(around.cluster, to, port);
    let mut hops = Vec::new();
    // An ExternalName is met by its name only.
    if let Some(id) = to.service
        && let Some(target) = around.cluster.services.at(id).alias()
    {
        let target = format!("{}.", target.trim_end_matches('.').to_ascii_lowercase());
        return alias(around, from, &to, &target, port);
    }
    let mut hop = Hop::new(HopKind::Connection, from, to, port);
    hop.because.extend(because);
    hops.push(hop);
    hops
}

/// A Service that is an alias: what it stands for is looked up.
fn alias<'a>(
    around: Around<'a>,
    from: Party<'a>,
    to: &Party<'a>,
    target: &str,
    port: Option<AskedPort>,
) -> Vec<Hop<'a>> {
    let title = to.title.clone();
    let hops = by_name(around, from.clone(), target, port);
    hops.unwrap_or_else(|problem| {
        let how = Settled::NotKnown(problem.message);
        vec![Hop::settled(HopKind::Connection, from, &title, how)]
    })
}

/// The look-up of a name, and the connection to what it means.
pub(super) fn by_name<'a>(
    around: Around<'a>,
    from: Party<'a>,
    name: &str,
    port: Option<AskedPort>,
) -> Result<Vec<Hop<'a>>, Problem> {
    let found = one_meaning(around, &from, name)?;
    let mut hops = queries(around, &from, name, &found);
    let aliases = found.aliases.iter().map(|&id| {
        let service = around.cluster.services.at(id);
        Because {
            text: format!(
                "Service `{}/{}` is an alias of `{}`",
                service.namespace,
                service.name,
                service.external_name.as_deref().unwrap_or_default()
            ),
            origin: service.origin,
        }
    });
    let because: Vec<Because> = aliases.collect();
    let mut last = match meant(around, &from, &found)? {
        Ok(to) => {
            let (to, port, more) = at_node(around.cluster, to, port);
            let mut hop = Hop::new(HopKind::Connection, from, to, port);
            hop.because.extend(more);
            hop
        }
        Err(how) => Hop::settled(HopKind::Lookup, from, name, how),
    };
    last.because.splice(0..0, because);
    last.name = Some(found.full.clone());
    hops.push(last);
    Ok(hops)
}

/// What a name means to all of a party alike.
fn one_meaning(around: Around<'_>, from: &Party<'_>, name: &str) -> Result<Found, Problem> {
    let names = Names::of(around);
    let mut seen: Vec<&Pod> = Vec::new();
    for it in &from.pods {
        let pod: &Pod = &it.pod;
        let alike = |other: &&Pod| {
            other.namespace == pod.namespace
                && other.names == pod.names
                && other.host_network == pod.host_network
        };
        if !seen.iter().any(alike) {
            seen.push(pod);
        }
    }
    let Some((first, others)) = seen.split_first() else {
        return Ok(names.look_up_outside(name));
    };
    let found = names.look_up(first, name);
    for other in others {
        if names.look_up(other, name).meaning != found.meaning {
            return Err(Problem::new(format!(
                "`{name}` does not mean the same to all of {}",
                from.title
            ))
            .help("write the name in full, such as `db.shop.svc.cluster.local`, or ask about fewer pods"));
        }
    }
    Ok(found)
}

/// Who is behind a name.
fn meant<'a>(
    around: Around<'a>,
    from: &Party<'_>,
    found: &Found,
) -> Result<Result<Party<'a>, Settled>, Problem> {
    let Around {
        cluster, namespace, ..
    } = around;
    let resolve = |reference: &Reference| resolve(cluster, reference, namespace, Role::Destination);
    Ok(match &found.meaning {
        Meaning::Service(id) => {
            let service = cluster.services.at(*id);
            Ok(resolve(&Reference::service(
                &service.namespace,
                &service.name,
            ))?)
        }
        Meaning::Pod(namespace, name) => Ok(resolve(&Reference::pod(namespace, name))?),
        Meaning::Address(address) => Ok(resolve(&Reference::Address(*address))?),
        Meaning::Outside(name) => Ok(outside_name(around, from, name)),
        Meaning::Nothing(why) => Err(Settled::Refused(why.clone())),
        Meaning::NotInInput(why) => Err(Settled::NotKnown(why.clone())),
    })
}

/// A name that is not the cluster's: whose address it is, is not in the input.
pub(super) fn outside_name<'a>(around: Around<'a>, from: &Party<'_>, name: &str) -> Party<'a> {
    let mut services = around.cluster.services.iter();
    let balanced = services.find(|(_, service)| {
        let mut names = service.outside.hostnames.iter();
        names.any(|it| it.trim_end_matches('.').eq_ignore_ascii_case(name))
    });
    if let Some((_, service)) = balanced {
        let reference = Reference::service(&service.namespace, &service.name);
        let found = resolve(
            around.cluster,
            &reference,
            around.namespace,
            Role::Destination,
        );
        if let Ok(mut party) = found {
            party
                .notes
                .push(format!("`{name}` is the load balancer of {}", party.title));
            party.door = Door::Balancer;
            return party;
        }
    }
    let local = AddressSet::link_local().union(&AddressSet::loopback());
    Party {
        title: name.to_owned(),
        addresses: of_families(around.cluster, from, &AddressSet::all().difference(&local)),
        one_of: Some(OneOf::absent(format!(
            "the addresses of `{name}` are not in the input"
        ))),
        ..Party::default()
    }
}

/// The addresses that `from` can dial: of the families that it has, or else of those that the cluster
/// has (S49).
fn of_families(cluster: &Cluster, from: &Party<'_>, all: &AddressSet) -> AddressSet {
    let pods = from.pods.iter().flat_map(|it| it.pod.ips.iter().copied());
    let nodes = from.nodes.iter();
    let nodes = nodes.flat_map(|end| end.ips());
    let mut known: Vec<Family> = pods.chain(nodes).map(Family::of).collect();
    if known.is_empty() {
        known = families_of(cluster);
    }
    match (known.contains(&Family::V4), known.contains(&Family::V6)) {
        (false, true) => all.only(Family::V6),
        (true, true) => all.clone(),
        (_, false) => all.only(Family::V4),
    }
}

impl Names<'_> {
    /// Looks names up as those in a cluster do.
    pub(super) fn of(around: Around<'_>) -> Names<'_> {
        Names {
            cluster: around.cluster,
            zone: around.settings.cluster_domain.as_deref(),
        }
    }
}
