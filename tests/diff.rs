//! What differs between two random clusters is the difference of their matrices, pair by pair; and a
//! cause that is undone in the new one brings the old verdict back.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "test code outside a test function"
)]

#[expect(dead_code, reason = "other tests use more of it")]
mod random;

use netpolc::compile::{End, connections};
use netpolc::diff::{Asked, Both, Change, Diff, Part, What, compare};
use netpolc::model::{Cluster, Pod, PodNature, Policy};
use netpolc::net::ConnSet;
use netpolc::query::filter::{By, Filter};
use netpolc::trace::{Endpoint, Flow, Verdict, trace};
use random::failing::{Checked, Drawn, Failure, clusters, on_clusters};
use random::{Mix, OUTSIDE};
use std::collections::BTreeMap;
use std::net::IpAddr;

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
    plugins: false,
    names: true,
};

fn draw(list: &[u16], words: &[u16]) -> Drawn {
    Drawn::of(MIX, list, words)
}

/// Two clusters: of the same pods with other policies, or all of it drawn anew.
fn pair(drawn: &Drawn) -> [Cluster; 2] {
    let mut other = Drawn::of(MIX, &drawn.words, &[]);
    other.practice = drawn.practice.clone();
    match drawn.number % 5 {
        0 => {}
        4 => other.objects = edited(drawn, &other.objects),
        1 => other.objects = with_policies(drawn, other.objects.policies),
        2 => {
            let half = drawn.objects.policies.iter().skip(1).cloned();
            other.objects = with_policies(drawn, half.collect());
        }
        _ => {
            let mut policies = drawn.objects.policies.clone();
            for policy in &mut policies {
                policy.ingress.iter_mut().for_each(|rules| _ = rules.pop());
                policy.egress.iter_mut().for_each(|rules| rules.truncate(1));
            }
            other.objects = with_policies(drawn, policies);
        }
    }
    [drawn.cluster(), other.cluster()]
}

/// What was drawn with some labels, ports and networks of another draw.
fn edited(drawn: &Drawn, other: &netpolc::model::Objects) -> netpolc::model::Objects {
    let mut objects = drawn.objects.clone();
    let word = |place: usize| drawn.words.get(place).map_or(0, |it| usize::from(*it));
    for (place, (pod, theirs)) in objects.pods.iter_mut().zip(&other.pods).enumerate() {
        match word(place) % 6 {
            0 => pod.template.labels = theirs.template.labels.clone(),
            1 => pod.template.ports = theirs.template.ports.clone(),
            2 => pod.template.host_network = theirs.template.host_network,
            3 => pod.ips.clone_from(&theirs.ips),
            _ => {}
        }
    }
    for (namespace, theirs) in objects.namespaces.iter_mut().zip(&other.namespaces) {
        if word(drawn.words.len() / 2) % 3 == 0 {
            let name = namespace.name.clone();
            namespace.labels = theirs.labels.with("kubernetes.io/metadata.name", &name);
        }
    }
    objects
}

fn with_policies(drawn: &Drawn, policies: Vec<Policy>) -> netpolc::model::Objects {
    netpolc::model::Objects {
        policies,
        ..drawn.objects.clone()
    }
}

fn compared([old, new]: [&Cluster; 2], by: By) -> Diff {
    let filter = Filter {
        by,
        ..Filter::default()
    };
    let asked = [old, new].map(|cluster| Asked {
        cluster,
        filter: Some(&filter),
        from_controllers: BTreeMap::new(),
    });
    compare(&Both(asked), by)
}

fn name(cluster: &Cluster, pod: &Pod) -> String {
    match pod.nature {
        PodNature::StandIn => cluster.endpoint_name(pod),
        _ => format!("{}[Pod]", cluster.pod_name(pod)),
    }
}

/// The pods of a cluster by name, without names that several have.
fn pods(cluster: &Cluster) -> BTreeMap<String, Option<&Pod>> {
    let mut pods: BTreeMap<String, Option<&Pod>> = BTreeMap::new();
    for (_, pod) in cluster.pods.iter() {
        let known = pods.entry(name(cluster, pod));
        known.and_modify(|it| *it = None).or_insert(Some(pod));
    }
    pods
}

/// The changes by their ends; ranges by the address that is asked about.
fn is_end(end: &str, wanted: &str) -> bool {
    let Some(range) = end.strip_suffix("[External]") else {
        return end == wanted;
    };
    let (Some((first, last)), Ok(address)) = (range.split_once('-'), wanted.parse::<IpAddr>())
    else {
        return false;
    };
    let [first, last]: [IpAddr; 2] = [first, last].map(|it| it.parse().expect("an address"));
    first.is_ipv4() == address.is_ipv4() && first <= address && address <= last
}

fn told<'a>(diff: &'a Diff, from: &str, to: &str) -> Vec<&'a Change> {
    let all = diff.changes.iter();
    all.filter(|it| is_end(&it.from, from) && is_end(&it.to, to))
        .collect()
}

fn check_pairs(drawn: &Drawn) -> Checked {
    let [old, new] = pair(drawn);
    let diff = compared([&old, &new], By::Pod);
    let both = [pods(&old), pods(&new)];
    let mut names: Vec<String> = both.iter().flat_map(|it| it.keys().cloned()).collect();
    names.sort();
    names.dedup();
    names.retain(|name| both.iter().all(|it| !matches!(it.get(name), Some(None))));
    let outside = OUTSIDE.iter().map(|it| (*it).to_owned());
    let ends: Vec<String> = names.into_iter().chain(outside).collect();
    for from in &ends {
        for to in &ends {
            let addresses: [Option<IpAddr>; 2] = [from.parse().ok(), to.parse().ok()];
            if addresses.iter().all(Option::is_some) {
                continue;
            }
            let cell = |cluster: &Cluster, pods: &BTreeMap<String, Option<&Pod>>| {
                let end = |name: &String, address: Option<IpAddr>| match address {
                    Some(address) => Some(Err(address)),
                    None => pods.get(name).copied().flatten().map(Ok),
                };
                let (Some(a), Some(b)) = (end(from, addresses[0]), end(to, addresses[1])) else {
                    return ConnSet::none();
                };
                if let (Ok(a), Ok(_)) = (a, b)
                    && from == to
                    && !a.is_many()
                {
                    return ConnSet::none();
                }
                let end = |it: Result<&Pod, IpAddr>| {
                    it.map_or_else(EndOf::Address, |pod| EndOf::Pod(pod.clone()))
                };
                let (a, b) = (end(a), end(b));
                connections(cluster, a.end(), b.end())
            };
            let expected = [cell(&old, &both[0]), cell(&new, &both[1])];
            let found = told(&diff, from, to);
            let right = match found.as_slice() {
                [] => expected[0] == expected[1] || is_left_out(&diff, from, to),
                [one] => one.passes.0 == expected && expected[0] != expected[1],
                _ => false,
            };
            if !right {
                return Err(Failure::new(format!(
                    "{from} => {to} is {} in the old cluster and {} in the new one, and the difference says {found:?}",
                    expected[0], expected[1]
                )));
            }
        }
    }
    Ok(())
}

/// IPv6 addresses outside are left out where neither matrix tells them apart: then no line has one.
fn is_left_out(diff: &Diff, from: &str, to: &str) -> bool {
    let v6 = [from, to]
        .iter()
        .any(|it| it.parse::<IpAddr>().is_ok_and(|it| it.is_ipv6()));
    let mut changes = diff.changes.iter();
    v6 && !changes.any(|it| [&it.from, &it.to].iter().any(|it| it.contains("::")))
}

enum EndOf {
    Pod(Pod),
    Address(IpAddr),
}

impl EndOf {
    fn end(&self) -> End<'_> {
        match self {
            Self::Pod(pod) => End::Pod(pod),
            Self::Address(address) => End::Address(*address),
        }
    }

    fn endpoint(&self) -> Endpoint<'_> {
        match self {
            Self::Pod(pod) => Endpoint::Pod(pod),
            Self::Address(address) => Endpoint::Address(*address),
        }
    }
}

#[test]
fn the_difference_of_two_clusters_is_that_of_their_matrices() {
    on_clusters(clusters(300, 1_000), draw, check_pairs);
}

/// The new policies without what a part says was done to them; none where this test cannot undo it.
fn undone(part: &Part, old: &Cluster, new: &Cluster) -> Option<Vec<Policy>> {
    let is = |policy: &&Policy| {
        *policy.name == *part.object.name
            && policy.namespace.as_deref() == part.object.namespace.as_deref()
            && policy.kind.name() == part.object.kind
    };
    let before = old.policies.rows().iter().find(is);
    let mut policies: Vec<Policy> = new.policies.rows().to_vec();
    let place = new.policies.rows().iter().position(|it| is(&it));
    match part.what {
        What::PolicyAdded => _ = policies.remove(place?),
        What::PolicyRemoved => policies.push(before?.clone()),
        What::PolicyChanged => policies[place?] = before?.clone(),
        What::RuleAdded => {
            let field = part.field.as_deref()?;
            let index = field.split(['[', ']']).nth(1)?.parse::<usize>().ok()?;
            let rules = policies[place?].rules_mut(part.direction?)?;
            _ = rules.remove(index);
        }
        What::RuleRemoved => {
            let field = part.field.as_deref()?;
            let index = field.split(['[', ']']).nth(1)?.parse::<usize>().ok()?;
            let rule = before?.rules(part.direction?)?.get(index)?.clone();
            policies[place?].rules_mut(part.direction?)?.push(rule);
        }
        _ => return None,
    }
    Some(policies)
}

/// The new cluster with the labels that a namespace had.
fn with_labels(part: &Part, old: &Cluster, new: &Cluster) -> Cluster {
    let mut cluster = new.clone();
    let name = &*part.object.name;
    let ids = old.namespace(name).zip(cluster.namespace(name));
    let (was, is) = ids.expect("the namespace on both sides");
    let was = old.namespaces.at(was);
    cluster.namespaces.at_mut(is).labels = was.labels.clone();
    cluster.namespaces.at_mut(is).declared = was.declared;
    cluster
}

/// The new ends with what a pod had.
fn with_field(
    part: &Part,
    new: &Cluster,
    (before, after): (&[EndOf; 2], [EndOf; 2]),
) -> [EndOf; 2] {
    let mut ends = after;
    for (was, is) in before.iter().zip(&mut ends) {
        let (EndOf::Pod(was), EndOf::Pod(is)) = (was, is) else {
            continue;
        };
        let owner = new.endpoint_name(is);
        let (_, own) = owner.split_once('/').expect("a namespace");
        let (own, _) = own.split_once('[').expect("a kind");
        if *own != *part.object.name && *is.name != *part.object.name {
            continue;
        }
        match part.what {
            What::Label => is.labels = was.labels.clone(),
            What::PortName => is.ports = was.ports.clone(),
            What::Address => is.ips.clone_from(&was.ips),
            What::HostNetwork => is.host_network = was.host_network,
            other => unreachable!("{other:?} of a pod"),
        }
    }
    ends
}

fn check_causes(drawn: &Drawn) -> Checked {
    let [old, new] = pair(drawn);
    let diff = compared([&old, &new], By::Pod);
    let both = [pods(&old), pods(&new)];
    for change in &diff.changes {
        let end = |side: usize, name: &str| match name.strip_suffix("[External]") {
            Some(range) => {
                let first = range.split_once('-')?.0.parse().ok()?;
                Some(EndOf::Address(first))
            }
            None => both[side]
                .get(name)
                .copied()
                .flatten()
                .map(|it| EndOf::Pod(it.clone())),
        };
        if change.from == change.to {
            continue;
        }
        for &cause in &change.causes {
            let parts = &diff.causes[cause].parts;
            let [part] = parts.as_slice() else { continue };
            let ends = [0, 1].map(|side| Some([end(side, &change.from)?, end(side, &change.to)?]));
            let [Some(before), Some(after)] = ends else {
                continue;
            };
            let (world, after) = match part.what {
                What::NamespaceLabel => (with_labels(part, &old, &new), after),
                What::Label | What::PortName | What::Address | What::HostNetwork => {
                    (new.clone(), with_field(part, &new, (&before, after)))
                }
                _ => match undone(part, &old, &new) {
                    Some(policies) => (new.with_policies(policies), after),
                    None => continue,
                },
            };
            // Some flow that turned has its old verdict again.
            let verdict = |cluster: &Cluster, ends: &[EndOf; 2], protocol, port| {
                let flow = Flow {
                    source: ends[0].endpoint(),
                    destination: ends[1].endpoint(),
                    protocol,
                    port,
                };
                trace(cluster, &flow).verdict
            };
            let turned = change.opened().union(&change.closed());
            let mut flows = turned
                .ranges()
                .map(|(protocol, first, _)| (protocol, first));
            let back = flows.any(|(protocol, port)| {
                let was: Verdict = verdict(&old, &before, protocol, port);
                verdict(&world, &after, protocol, port) == was
            });
            if !back {
                return Err(Failure::new(format!(
                    "{} => {} does not turn back where this is undone: {}",
                    change.from, change.to, part.text
                )));
            }
        }
    }
    Ok(())
}

#[test]
fn a_cause_that_is_undone_brings_the_old_verdict_back() {
    on_clusters(clusters(200, 1_000), draw, check_causes);
}
