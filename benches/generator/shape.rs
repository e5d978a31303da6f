//! What a synthetic cluster is like, and the ones that the benchmarks speak of.

/// The parameters of a cluster. Shares are in per cent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Shape {
    /// How many namespaces.
    pub(crate) namespaces: usize,
    /// How many pods at one replica per replica asked for: see `replicas`.
    pub(crate) pods: usize,
    /// How many pods stand for each of `pods`; changes nothing else about the cluster.
    pub(crate) replicas: usize,
    /// How many policies, default-deny ones included.
    pub(crate) policies: usize,
    /// How unequal namespaces are: the weight of each is 1 to 2 to this power.
    pub(crate) spread: usize,
    /// Whether pods belong to Deployments, which are there too; bare pods with three labels if not.
    pub(crate) owned: bool,
    /// Of the namespaces: those where a policy denies all ingress first.
    pub(crate) default_deny: usize,
    /// Of those policies: the ones that deny all egress too.
    pub(crate) deny_egress: usize,
    /// Of the policies: those that select no pod.
    pub(crate) select_nothing: usize,
    /// Of the peers: address blocks.
    pub(crate) ip_blocks: usize,
    /// Of the peers that are pods: those in other namespaces.
    pub(crate) cross_namespace: usize,
    /// How likely one more rule, peer or port is after each.
    pub(crate) more: usize,
    /// How many different address blocks.
    pub(crate) cidrs: usize,
}

/// A cluster under the name by which it is asked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Preset {
    /// The name on the command line.
    pub(crate) name: &'static str,
    /// The cluster.
    pub(crate) shape: Shape,
}

/// The size of a published production cluster: 604 namespaces, 5,413 pods, 13,678 policies of which
/// a quarter selects nothing. How far its policies are like the published ones stands in
/// `docs/benchmarks.md`.
const PRODUCTION: Shape = Shape {
    namespaces: 604,
    pods: 5_413,
    replicas: 1,
    policies: 13_678,
    spread: 4,
    owned: true,
    default_deny: 80,
    deny_egress: 30,
    select_nothing: 26,
    ip_blocks: 8,
    cross_namespace: 40,
    more: 20,
    cidrs: 200,
};

/// The limits up to which Kubernetes itself is tested: 150,000 pods, 10,000 namespaces.
const CEILING: Shape = Shape {
    namespaces: 10_000,
    pods: 150_000,
    policies: 30_000,
    cidrs: 1_000,
    ..PRODUCTION
};

/// All of them.
pub(crate) const PRESETS: [Preset; 6] = [
    Preset {
        name: "small",
        shape: Shape {
            namespaces: 3,
            pods: 24,
            policies: 14,
            spread: 1,
            default_deny: 100,
            select_nothing: 5,
            cidrs: 3,
            ..PRODUCTION
        },
    },
    Preset {
        name: "peers-2000",
        shape: Shape {
            namespaces: 100,
            pods: 2_000,
            policies: 500,
            spread: 0,
            owned: false,
            default_deny: 100,
            select_nothing: 0,
            cidrs: 20,
            ..PRODUCTION
        },
    },
    Preset {
        name: "production",
        shape: PRODUCTION,
    },
    Preset {
        name: "replicas-x10",
        shape: Shape {
            replicas: 10,
            ..PRODUCTION
        },
    },
    Preset {
        name: "ceiling",
        shape: CEILING,
    },
    Preset {
        name: "ceiling-150k-policies",
        shape: Shape {
            policies: 150_000,
            ..CEILING
        },
    },
];

/// The preset of this name.
pub(crate) fn preset(name: &str) -> Option<Preset> {
    PRESETS.into_iter().find(|preset| preset.name == name)
}
