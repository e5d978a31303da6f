//! What findings about exposure and about policies together claim.

use super::super::paths::{self, place};
use super::*;

/// The pods of the workload (or the pod) that a finding is about.
fn pods_of<'a>(cluster: &'a Cluster, found: &Found) -> Vec<&'a Pod> {
    let object = &found.fact.object;
    let pods = cluster.pods.rows().iter();
    pods.filter(|pod| {
        if &*object.kind == "Namespace" {
            return cluster.namespaces.at(pod.namespace).name == object.name && !pod.host_network;
        }
        let owner = pod.workload.map(|id| &cluster.workloads.at(id).owner);
        let (kind, name) = owner.map_or(("Pod", &pod.name), |it| (&*it.kind, &it.name));
        let namespace = &cluster.namespaces.at(pod.namespace).name;
        *kind == *object.kind
            && *name == object.name
            && object.namespace.as_ref() == Some(namespace)
    })
    .collect()
}

/// NP062: some pod lets every address in on every port; each of them, where it is said of a namespace.
pub(super) fn open(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let is_open = |pod: &&Pod| {
        outside().all(|from| {
            let mut tried = connections(cluster).into_iter();
            tried.all(|to| {
                trace(cluster, &flow(from, Endpoint::Pod(pod), to)).verdict == Verdict::Allow
            })
        })
    };
    let pods = pods_of(cluster, found);
    if &*found.fact.object.kind == "Namespace" {
        let closed = pods.iter().find(|pod| !is_open(pod));
        return claim(
            pods.len() > 2 && closed.is_none(),
            format!("{closed:?} does not let everyone in"),
        );
    }
    claim(
        pods.iter().any(is_open),
        "none of the pods lets everyone in",
    )
}

/// NP104: on some port of the rule, everyone gets through at every pod of the policy: every address, or
/// every pod where it says so.
pub(super) fn no_difference(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let rule = paths::rule(policy, at).ok_or("no such rule")?;
    let meaning = found.fact.meaning.as_deref().unwrap_or_default();
    let others: Vec<Endpoint<'_>> = if meaning.contains("every pod of every namespace") {
        let pods = cluster.pods.rows().iter().filter(|it| !it.host_network);
        pods.map(Endpoint::Pod).collect()
    } else {
        let named = |it: &IpAddr| {
            (it.is_ipv4() || !meaning.contains("every IPv4 address"))
                && (it.is_ipv6() || !meaning.contains("every IPv6 address"))
        };
        let outside = outside();
        outside
            .filter(|it| matches!(it, Endpoint::Address(it) if named(it)))
            .collect()
    };
    let open = Rule {
        peers: Peers::Anyone,
        ..rule.clone()
    };
    let only = alone(cluster, policy, at.direction, vec![open]);
    for subject in subjects(cluster, policy, at.direction) {
        let both = |other, to| match at.direction {
            Direction::Ingress => flow(other, Endpoint::Pod(subject), to),
            Direction::Egress => flow(Endpoint::Pod(subject), other, to),
        };
        let tried = connections(cluster).into_iter();
        let mut tried = tried.filter(|&to| {
            let mut ends = others.iter();
            ends.any(|other| half(&only, at.direction, &both(*other, to)) == Verdict::Allow)
        });
        let some = tried.next().is_some_and(|first| {
            let mut all = std::iter::once(first).chain(tried);
            all.any(|to| {
                let mut flows = others.iter().map(|other| both(*other, to));
                flows.all(|flow| half(cluster, at.direction, &flow) == Verdict::Allow)
            })
        });
        // A name that the pod does not have opens nothing, and nothing is said of it.
        let named = matches!(&rule.ports, Ports::Listed(ports)
            if ports.iter().any(|it| matches!(it.test, PortTest::Named { .. })));
        claim(
            some || named,
            format!("somebody is kept out of {}", subject.name),
        )?;
    }
    Ok(())
}

/// NP057: the pods behind the Service that it names refuse the pods that it names, on the ports that it
/// names.
pub(super) fn refuses_the_controller(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let message = &found.fact.message;
    let named = |before: &str| {
        let (_, rest) = message.split_once(before)?;
        let (name, _) = rest.split_once('`')?;
        let (namespace, name) = name.split_once('/')?;
        Some((namespace, name.split('[').next().unwrap()))
    };
    let (namespace, name) = named("leads to Service `").ok_or("no Service")?;
    let (of, controller) = named("do not accept `").ok_or("no controller")?;
    let (_, ports) = message.rsplit_once(" on TCP ").ok_or("no ports")?;
    let mut services = cluster.services.rows().iter();
    let service = services.find(|it| *it.namespace == *namespace && *it.name == *name);
    let service = service.ok_or("no such Service")?;
    let pods = cluster.pods.rows().iter();
    let controllers = pods.filter(|pod| {
        let owner = pod.workload.map(|id| &cluster.workloads.at(id).owner.name);
        *cluster.namespaces.at(pod.namespace).name == *of
            && *owner.map_or(&*pod.name, |it| it) == *controller
    });
    let mut tried = 0;
    for from in controllers {
        for pod in backends(cluster, service) {
            for to in (0..service.ports.len()).flat_map(|port| targets(service, port, pod)) {
                if to.0 != Protocol::Tcp || !ports.split(", ").any(|it| it == to.1.to_string()) {
                    continue;
                }
                let flow = flow(Endpoint::Pod(from), Endpoint::Pod(pod), to);
                let verdict = half(cluster, Direction::Ingress, &flow);
                claim(
                    verdict == Verdict::Deny,
                    format!("{} gets in on {to:?}", from.name),
                )?;
                tried += 1;
            }
        }
    }
    claim(tried > 0, "nothing to try")
}

/// NP064: whoever there is, no pod behind the Service lets them in where it leads.
pub(super) fn lets_nobody_in(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let object = &found.fact.object;
    let mut services = cluster.services.rows().iter();
    let service = services
        .find(|it| it.name == object.name && Some(&it.namespace) == object.namespace.as_ref())
        .ok_or("no such Service")?;
    let mut tried = 0;
    for pod in backends(cluster, service) {
        for to in (0..service.ports.len()).flat_map(|port| targets(service, port, pod)) {
            let others = cluster.pods.rows().iter();
            let others = others.filter(|from| !std::ptr::eq(*from, pod) || from.is_many());
            for from in others.map(Endpoint::Pod).chain(outside()) {
                let verdict = half(
                    cluster,
                    Direction::Ingress,
                    &flow(from, Endpoint::Pod(pod), to),
                );
                claim(
                    verdict == Verdict::Deny,
                    format!("{from:?} gets in on {to:?}"),
                )?;
                tried += 1;
            }
        }
    }
    claim(tried > 0, "it leads nowhere")
}

/// NP067: some pod of the policy lets a pod that nobody knows in, or most of the internet, on a port
/// that it declares.
pub(super) fn exposed(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let stranger = imagined(
        namespace(cluster, policy),
        Labels::from_pairs([("is", "unknown")]),
    );
    let mut pods = subjects(cluster, policy, Direction::Ingress).into_iter();
    let exposed = pods.any(|pod| {
        pod.ports.iter().any(|port| {
            let to = (port.protocol, port.port);
            let lets_in = |from| {
                let flow = flow(from, Endpoint::Pod(pod), to);
                half(cluster, Direction::Ingress, &flow) == Verdict::Allow
            };
            let public = Endpoint::Address("8.8.8.8".parse().unwrap());
            found.fact.message.contains(&port.port.to_string())
                && (lets_in(Endpoint::Pod(&stranger)) || lets_in(public))
        })
    });
    claim(exposed, "neither a stranger nor the internet gets in")
}

/// NP072: the pods of the policy are refused nothing in the directions that it denies.
pub(super) fn nullified(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let denied = Direction::BOTH.into_iter();
    for direction in denied.filter(|&it| policy.rules(it).is_some()) {
        for pod in subjects(cluster, policy, direction) {
            for other in outside() {
                for to in connections(cluster) {
                    let flow = match direction {
                        Direction::Ingress => flow(other, Endpoint::Pod(pod), to),
                        Direction::Egress => flow(Endpoint::Pod(pod), other, to),
                    };
                    claim(
                        trace(cluster, &flow).verdict == Verdict::Allow,
                        format!("{to:?} is refused"),
                    )?;
                }
            }
        }
    }
    Ok(())
}

/// Whether a message names a pod: itself, or its workload as a whole.
fn is_named(cluster: &Cluster, message: &str, pod: &Pod) -> bool {
    let own = format!("`{}`", cluster.pod_name(pod));
    let owner = format!("`{}`", cluster.endpoint_name(pod));
    // `shop/db-0` of `shop/db[StatefulSet]` names the one replica.
    let wholes = message.replace(&format!(" of {owner}"), "");
    message.contains(" more") || message.contains(&own) || wholes.contains(&owner)
}

/// NP073, NP074: what the rule lets through between its pods and those of the peer is refused by the
/// other end: all of it where that is shown, else all between some two pods that it names.
pub(super) fn half_open(cluster: &Cluster, found: &Found) -> Result<(), String> {
    let policy = policy(cluster, found)?;
    let at = place(&found.fact.path).ok_or("no rule")?;
    let rule = paths::narrowed(policy, at).ok_or("no such peer")?;
    let only = alone(cluster, policy, at.direction, vec![rule]);
    let mut pairs = Vec::new();
    for subject in subjects(cluster, policy, at.direction) {
        for other in cluster.pods.rows() {
            if std::ptr::eq(subject, other) && !subject.is_many() {
                continue;
            }
            let message = &found.fact.message;
            let named = [subject, other].map(|pod| is_named(cluster, message, pod));
            let (subject, other) = (Endpoint::Pod(subject), Endpoint::Pod(other));
            let flows = connections(cluster)
                .into_iter()
                .map(|to| match at.direction {
                    Direction::Ingress => flow(other, subject, to),
                    Direction::Egress => flow(subject, other, to),
                });
            let of_rule: Vec<_> = flows
                .filter(|flow| half(&only, at.direction, flow) == Verdict::Allow)
                .collect();
            let passes = of_rule.iter().find(|flow| {
                half(cluster, at.direction, flow) != Verdict::Allow
                    || half(cluster, at.direction.opposite(), flow) != Verdict::Deny
                    || trace(cluster, flow).verdict != Verdict::Deny
            });
            if !of_rule.is_empty() {
                let passes = passes.map(|flow| format!("{flow:?} is not refused by the other end"));
                pairs.push((passes, named == [true; 2]));
            }
        }
    }
    let all = pairs.iter().all(|(passes, _)| passes.is_none());
    let named = pairs.contains(&(None, true));
    let mut passing = pairs.into_iter().filter_map(|(passes, _)| passes);
    let passing = passing.next().unwrap_or_default();
    claim(
        named && (all || !found.fact.shown),
        format!("named: {named}; {passing}"),
    )
}
