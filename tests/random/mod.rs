//! Random small clusters, drawn from a list of choices: what a test found failing shrinks with
//! the list. The pools are tiny, so that labels, ports and addresses meet at their boundaries.
#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "test code outside a test function"
)]

mod applications;
pub(crate) mod cluster_wide;
pub(crate) mod failing;
pub(crate) mod manifests;
pub(crate) mod older;
pub(crate) mod plausible;
mod plugins;
mod policies;
pub(crate) mod rewrite;
mod smaller;
pub(crate) mod told;
mod workloads;
pub(crate) mod yaml;

use netpolc::model::{
    ContainerPort, IpBlock, Namespace, NamespaceScope, Node, Objects, Origin, OutsideAccess, Owner,
    PodObject, PodPhase, PodScope, PodTemplate, Service, ServiceKind, ServicePort, TargetPort,
};
use netpolc::net::{Cidr, Protocol};
use netpolc::selector::{Labels, Operator, Requirement, Selector};
pub(crate) use plugins::practice;
use std::net::IpAddr;
use std::sync::Arc;
use workloads::{given_label, workload};

/// A source of choices; 0 once it has run out.
pub(crate) struct Choices<'a>(std::slice::Iter<'a, u16>);

impl<'a> Choices<'a> {
    pub(crate) fn new(list: &'a [u16]) -> Self {
        Self(list.iter())
    }

    /// A number below `bound`.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0
            .next()
            .map_or(0, |&choice| usize::from(choice) % bound)
    }

    /// True once in `bound`; false once the choices have run out.
    pub(crate) fn once_in(&mut self, bound: usize) -> bool {
        self.below(bound) == bound - 1
    }

    fn of<T: Clone>(&mut self, pool: &[T]) -> T {
        pool[self.below(pool.len())].clone()
    }

    fn list<T>(&mut self, most: usize, mut make: impl FnMut(&mut Self) -> T) -> Vec<T> {
        (0..self.below(most + 1)).map(|_| make(self)).collect()
    }
}

const NAMESPACES: [&str; 3] = ["a", "b", "c"];
const KEYS: [&str; 2] = ["app", "tier"];
const VALUES: [&str; 3] = ["x", "y", "z"];
const PORT_NAMES: [&str; 2] = ["http", "db"];
pub(crate) const PORTS: [u16; 8] = [1, 2, 79, 80, 81, 443, 65534, 65535];

const BLOCKS: [(&str, &[&str]); 11] = [
    ("0.0.0.0/0", &["10.0.0.0/30", "10.0.0.6/31"]),
    ("10.0.0.0/29", &["10.0.0.2/31", "10.0.0.4/32"]),
    ("10.0.0.4/30", &["10.0.0.5/32"]),
    ("10.0.0.0/31", &[]),
    ("169.254.0.0/16", &["169.254.20.10/32"]),
    ("255.255.255.255/32", &[]),
    ("::/0", &["fd00::/126"]),
    ("fd00::/125", &["fd00::2/127", "fd00::4/128"]),
    ("fd00::3/128", &[]),
    ("fe80::/10", &[]),
    ("ffff::/16", &["ffff:ffff::/32"]),
];

/// Addresses on both sides of every boundary of [`BLOCKS`].
pub(crate) const OUTSIDE: [&str; 30] = [
    "0.0.0.0",
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
    "169.253.255.255",
    "169.254.0.0",
    "169.254.20.10",
    "169.254.255.255",
    "169.255.0.0",
    "255.255.255.254",
    "255.255.255.255",
    "::",
    "fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    "fd00::1",
    "fd00::2",
    "fd00::3",
    "fd00::4",
    "fd00::7",
    "fd00::8",
    "fe80::1",
    "fec0::1",
    "ffff::1",
    "ffff:ffff::1",
];

/// What may occur in the clusters that are drawn.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
pub(crate) struct Mix {
    /// Policies of the Admin and Baseline tiers.
    pub(crate) tiers: bool,
    /// Pods with addresses of both families, of IPv6 only, and without a known address.
    pub(crate) families: bool,
    /// Admin and Baseline policies of equal priority.
    pub(crate) ties: bool,
    /// Network plugins with ways of their own.
    pub(crate) plugins: bool,
    /// Peers of which no ruleset can be made: names, and nodes of which not all is known.
    pub(crate) names: bool,
}

/// Everything that was read for one random cluster.
pub(crate) fn objects(choices: &mut Choices<'_>, mix: Mix) -> Objects {
    let namespaces = NAMESPACES.map(|name| {
        let labels = labels(choices);
        Namespace::declared(&name.into(), &labels, Origin::default())
    });
    let pods = 1 + choices.below(5);
    Objects {
        namespaces: namespaces.into(),
        pods: (0..pods).map(|number| pod(choices, mix, number)).collect(),
        workloads: (0..choices.below(3))
            .map(|number| workload(choices, number))
            .collect(),
        policies: policies::policies(choices, mix),
        nodes: nodes(choices, mix),
        services: services(choices, mix),
        ..Objects::default()
    }
}

/// The Service to which a name that policies mention may lead: with an address of its own, headless, or
/// not there.
fn services(choices: &mut Choices<'_>, mix: Mix) -> Vec<Service> {
    let headless = match choices.below(3) {
        _ if !mix.names => return Vec::new(),
        0 => return Vec::new(),
        drawn => drawn == 1,
    };
    vec![Service {
        namespace: "a".into(),
        name: "db".into(),
        kind: ServiceKind::ClusterIp,
        selector: Some(Selector::labels([(KEYS[0], VALUES[0])])),
        addresses: Vec::new(),
        headless,
        families: Vec::new(),
        outside: OutsideAccess::default(),
        inside_local: false,
        publishes_not_ready: false,
        endpoints: Vec::new(),
        external_name: None,
        ports: vec![ServicePort {
            name: None,
            port: 80,
            protocol: Protocol::Tcp,
            target: TargetPort::Number(80),
            node_port: None,
            origin: Origin::default(),
        }],
        origin: Origin::default(),
    }]
}

/// The nodes that pods may be on; some block holds the addresses of the first.
fn nodes(choices: &mut Choices<'_>, mix: Mix) -> Vec<Node> {
    let mut node = |name: &str, ips: &[&str]| Node {
        kubelet_version: None,
        pod_cidrs: Vec::new(),
        name: name.into(),
        labels: if mix.tiers {
            labels(choices)
        } else {
            Labels::default()
        },
        ips: ips
            .iter()
            .map(|ip| ip.parse().expect("an address"))
            .collect(),
        origin: Origin::default(),
    };
    let mut all = vec![
        node("n1", &["10.0.0.7", "fd00::7"]),
        // Two addresses of one family, of which blocks mean one or both.
        node("n2", &["10.0.1.2", "10.0.0.6"]),
    ];
    if mix.names {
        match choices.below(6) {
            4 => all[1].ips.clear(),
            5 => _ = all.pop(),
            _ => {}
        }
    }
    all
}

fn namespace(choices: &mut Choices<'_>) -> Arc<str> {
    choices.of(&NAMESPACES).into()
}

fn labels(choices: &mut Choices<'_>) -> Labels {
    let mut pairs = Vec::new();
    for key in KEYS {
        if let Some(value) = VALUES.get(choices.below(4)) {
            pairs.push((key, *value));
        }
    }
    Labels::from_pairs(pairs)
}

fn template(choices: &mut Choices<'_>) -> PodTemplate {
    let ports: Vec<_> = choices.list(3, |choices| ContainerPort {
        host_port: None,
        name: (!choices.once_in(4)).then(|| choices.of(&PORT_NAMES).into()),
        protocol: choices.of(&Protocol::ALL),
        port: choices.of(&PORTS),
    });
    PodTemplate {
        names: None,
        labels: labels(choices),
        host_network: choices.once_in(9),
        ports: ports.into(),
    }
}

fn pod(choices: &mut Choices<'_>, mix: Mix, number: usize) -> PodObject {
    let v4 = |last: usize| IpAddr::from([10, 0, 0, u8::try_from(last).expect("small")]);
    let v6 = |last: usize| format!("fd00::{last}").parse().expect("an address");
    let families = if mix.families { choices.below(4) } else { 0 };
    let ips = match families {
        0 => vec![v4(choices.below(9))],
        1 => vec![v6(choices.below(9))],
        2 => vec![v4(choices.below(9)), v6(choices.below(9))],
        _ => Vec::new(),
    };
    PodObject {
        namespace: namespace(choices),
        name: format!("pod-{number}").into(),
        owner: choices.once_in(3).then(|| Owner {
            kind: "ReplicaSet".into(),
            name: "web".into(),
        }),
        template: template(choices),
        ips,
        node: [None, None, Some("n1".into()), Some("n2".into())][choices.below(4)].clone(),
        phase: PodPhase::Live,
        origin: Origin::default(),
    }
}

pub(crate) fn selector(choices: &mut Choices<'_>) -> Selector {
    Selector::new(choices.list(2, |choices| {
        let operator = choices.of(&Operator::ALL);
        let values = match operator {
            Operator::In | Operator::NotIn => {
                let mut values = vec![choices.of(&VALUES).into()];
                values.extend(choices.list(1, |choices| choices.of(&VALUES).into()));
                values
            }
            Operator::Exists | Operator::DoesNotExist => Vec::new(),
        };
        if choices.once_in(4) {
            let (key, value) = given_label(choices);
            let values = values.iter().take(1).map(|_| value.into()).collect();
            let key = key.into();
            return Requirement {
                key,
                operator,
                values,
            };
        }
        Requirement {
            key: choices.of(&KEYS).into(),
            operator,
            values,
        }
    }))
}

fn namespace_selector(choices: &mut Choices<'_>) -> Selector {
    if choices.once_in(3) {
        return Selector::labels([("kubernetes.io/metadata.name", choices.of(&NAMESPACES))]);
    }
    selector(choices)
}

fn scope(choices: &mut Choices<'_>, own: Option<&Arc<str>>) -> PodScope {
    let namespaces = match own {
        Some(own) if !choices.once_in(2) => NamespaceScope::Named(Arc::clone(own)),
        Some(_) | None => NamespaceScope::Matching(namespace_selector(choices)),
    };
    PodScope {
        namespaces,
        pods: selector(choices),
    }
}

pub(crate) fn block(choices: &mut Choices<'_>) -> IpBlock {
    let (cidr, holes) = choices.of(&BLOCKS);
    let cidr_of = |text: &str| Cidr::parse(text).expect("a CIDR");
    let except = holes
        .iter()
        .filter(|_| choices.once_in(2))
        .map(|hole| cidr_of(hole))
        .collect();
    IpBlock {
        cidr: cidr_of(cidr),
        except,
    }
}
