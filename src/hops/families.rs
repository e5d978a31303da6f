//! Over which IP families a hop is met, and who of its ends has an address of them (S48, S73).

use crate::endpoint::{Door, Party};
use crate::model::{Cluster, NodeEnd, Pod, Service};
use crate::net::Family;
use std::net::IpAddr;

/// What the IP families of a way leave of a hop.
#[derive(Debug, Default)]
pub struct Narrowed {
    /// What to tell.
    pub note: Option<String>,
    /// Why nothing is left.
    pub refused: Option<String>,
    /// The families over which it may be met; empty where nothing says.
    pub families: Vec<Family>,
}

/// Only ends of the family of the address that is dialled, of the Service, and of the node whose port
/// that is, meet (S48, S73): the others are left out.
pub fn narrow_to_families<'a>(
    cluster: &Cluster,
    source: &mut Party<'a>,
    destination: &mut Party<'a>,
) -> Narrowed {
    let service = destination.service.map(|id| cluster.services.at(id));
    let what = match (service, destination.dialled) {
        // An address outside has its own family, whatever is known of the client (S48).
        (None, Some(_)) if destination.pods.is_empty() => return Narrowed::default(),
        (_, Some(address)) => format!("`{address}`"),
        (Some(service), None) => format!("Service `{}/{}`", service.namespace, service.name),
        (None, None) => return Narrowed::default(),
    };
    let families = match met_over(cluster, destination) {
        Ok(families) => dialled_by(source, families),
        Err(why) => {
            return Narrowed {
                refused: Some(why),
                ..Narrowed::default()
            };
        }
    };
    let there = (!source.is_empty(), !destination.is_empty());
    if let Some(service) = service.filter(|it| it.selector.is_none()) {
        keep_listed(cluster, service, destination);
    }
    let narrowed = Narrowed {
        families,
        ..Narrowed::default()
    };
    let &[family] = narrowed.families.as_slice() else {
        return narrowed;
    };
    let cut = source.addresses.only(family) != source.addresses;
    source.nodes.retain(|end| may_be_of(&end.ips(), family));
    let behind = |end: NodeEnd| met_at(service, &end.ips());
    destination
        .nodes
        .retain(|&end| may_be_of(&behind(end), family));
    keep_family(source, family);
    keep_family(destination, family);
    let refused = if there.0 && source.is_empty() {
        Some(format!(
            "{} has no {family} address, and {what} is met over {family} only",
            source.title
        ))
    } else if there.1 && destination.is_empty() {
        Some(format!(
            "no pod behind {} has an {family} address",
            destination.title
        ))
    } else {
        None
    };
    Narrowed {
        note: cut.then(|| match service {
            Some(_) if destination.dialled.is_none() => {
                format!("{what} has {family} addresses only")
            }
            _ => format!("{what} is met over {family}"),
        }),
        refused,
        ..narrowed
    }
}

/// Those of several families that somebody of a party may dial; all, where nobody may dial any.
fn dialled_by(party: &Party<'_>, families: Vec<Family>) -> Vec<Family> {
    let pods = party.pods.iter().map(|it| it.pod.ips.clone());
    let nodes = party.nodes.iter().map(|end| end.ips());
    let mut known: Vec<Family> = Vec::new();
    for ips in pods.chain(nodes) {
        // Whoever has no known address may have one of each.
        if ips.is_empty() {
            return families;
        }
        known.extend(ips.iter().copied().map(Family::of));
    }
    let has = |family: &Family| !party.addresses.only(*family).is_empty();
    known.extend([Family::V4, Family::V6].iter().filter(|it| has(it)));
    let left: Vec<Family> = families
        .iter()
        .copied()
        .filter(|it| known.contains(it))
        .collect();
    if left.is_empty() { families } else { left }
}

/// The families over which a destination is met; empty where nothing says.
///
/// # Errors
/// Why it is met over none.
pub fn met_over(cluster: &Cluster, to: &Party<'_>) -> Result<Vec<Family>, String> {
    let service = to.service.map(|id| cluster.services.at(id));
    let own = service.map_or(&[][..], |it| &it.families);
    let has = |family: &Family| own.is_empty() || own.contains(family);
    let named = || {
        service.map_or_else(String::new, |it| {
            let families: Vec<String> = own.iter().map(ToString::to_string).collect();
            let families = families.join(" and ");
            format!(
                "Service `{}/{}` has {families} addresses only",
                it.namespace, it.name
            )
        })
    };
    if let Some(address) = to.dialled {
        let family = Family::of(address);
        if !has(&family) {
            return Err(format!("{}, and `{address}` is none", named()));
        }
        return Ok(vec![family]);
    }
    let Door::NodePort(node) = to.door else {
        return Ok(own.to_vec());
    };
    let node = cluster.nodes.at(node);
    if node.ips.is_empty() {
        return Ok(own.to_vec());
    }
    let mut both: Vec<Family> = node.ips.iter().copied().map(Family::of).collect();
    both.sort_unstable();
    both.dedup();
    both.retain(has);
    if both.is_empty() {
        return Err(format!("{}, and node {} has none", named(), node.name));
    }
    Ok(both)
}

/// Endpoints that are listed are met at the addresses that are listed.
fn keep_listed(cluster: &Cluster, service: &Service, to: &mut Party<'_>) {
    let listed = |ip: &IpAddr| service.endpoints.iter().any(|it| it.address == *ip);
    for it in &mut to.pods {
        let (some, all) = {
            let mut ips = it.pod.ips.iter();
            (ips.clone().any(listed), ips.all(listed))
        };
        if some && !all {
            it.pod.to_mut().ips.retain(listed);
        }
        if it.pod.ips.is_empty() {
            let own = listed_for(cluster, service, &it.pod);
            if !own.is_empty() {
                it.pod.to_mut().ips = own;
            }
        }
    }
}

/// The addresses under which a pod is listed by its name.
fn listed_for(cluster: &Cluster, service: &Service, pod: &Pod) -> Vec<IpAddr> {
    let namespace = &cluster.namespaces.at(pod.namespace).name;
    let named = service.endpoints.iter().filter(|it| {
        let target = it.pod.as_ref();
        target.is_some_and(|(scope, name)| scope == namespace && *name == pod.name)
    });
    named.map(|it| it.address).collect()
}

/// The addresses at which a node is met: those that are listed, where some are.
pub fn met_at(service: Option<&Service>, ips: &[IpAddr]) -> Vec<IpAddr> {
    let endpoints = service.map_or(&[][..], |it| &it.endpoints);
    let listed = |ip: &IpAddr| endpoints.iter().any(|it| it.address == *ip);
    let some: Vec<IpAddr> = ips.iter().copied().filter(listed).collect();
    if some.is_empty() { ips.to_vec() } else { some }
}

/// Leaves those of a party that have, or may have, an address of a family, and these addresses.
fn keep_family(party: &mut Party<'_>, family: Family) {
    let of_family = |ip: &IpAddr| Family::of(*ip) == family;
    party
        .pods
        .retain(|member| may_be_of(&member.pod.ips, family));
    for member in &mut party.pods {
        if !member.pod.ips.iter().all(of_family) {
            member.pod.to_mut().ips.retain(of_family);
        }
    }
    party.addresses = party.addresses.only(family);
}

/// Whether an end with these addresses has one of a family, or may: where none is known.
pub fn may_be_of(ips: &[IpAddr], family: Family) -> bool {
    ips.is_empty() || ips.iter().any(|ip| Family::of(*ip) == family)
}

/// The families of which something in the cluster has an address (S49); IPv4 where nothing is known.
pub fn families_of(cluster: &Cluster) -> Vec<Family> {
    let pods = cluster.pods.rows().iter().flat_map(|pod| &pod.ips);
    let nodes = cluster.nodes.rows().iter().flat_map(|node| &node.ips);
    let services = cluster.services.rows().iter().flat_map(|it| &it.addresses);
    let mut known = pods.chain(nodes).chain(services).copied().map(Family::of);
    let first = known.next().unwrap_or(Family::V4);
    let mut all = vec![first];
    all.extend(known.find(|family| *family != first));
    all.sort_unstable();
    all
}
