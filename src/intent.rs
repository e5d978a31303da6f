//! What a file of intents says, as it is written: names are read, and not looked up yet.

use crate::endpoint::Asked;
use crate::model::{Direction, IpBlock, Origin, PortTest};
use crate::net::Cidr;
use crate::selector::Selector;
use std::sync::Arc;

/// Everything of one `kind: Intents` document.
#[derive(Debug, Clone, Default)]
pub struct Intents {
    /// What may be taken for granted, beside the input.
    pub assumptions: Vec<Assumption>,
    /// Where pods have their addresses; empty: not known.
    pub pod_networks: Vec<Cidr>,
    /// The intents, in their order.
    pub intents: Vec<Intent>,
    /// The directory of the file, against which `policies` is read; none for the standard input.
    pub directory: Option<Arc<std::path::Path>>,
}

/// Pods that always carry certain labels.
#[derive(Debug, Clone)]
pub struct Assumption {
    /// Whom it is about; every pod where the file does not say.
    pub pods: PodSet,
    /// What they always match.
    pub always: Selector,
    /// The entry in the file.
    pub origin: Origin,
}

/// Pods by namespace and labels; all that is said must fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PodSet {
    /// Only those of the namespace of this name.
    pub namespace: Option<Arc<str>>,
    /// Only those of namespaces with such labels.
    pub namespace_selector: Option<Selector>,
    /// Only those with such labels.
    pub pod_selector: Option<Selector>,
}

/// One entry of `from`, `to` or `pods`.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Whom it names.
    pub who: Who,
    /// The entry in the file.
    pub origin: Origin,
}

/// Whom an entry names.
#[derive(Debug, Clone)]
pub enum Who {
    /// `anyone`: every pod, and every address outside the cluster.
    Anyone,
    /// `pods`: every pod of every namespace.
    AnyPod,
    /// What the endpoint grammar of the command line names: `shop/deploy/web`, `svc/db:5432`,
    /// `internet`, `10.0.0.0/8`, `ns/shop`, `shop/[app=web]` (every pod that carries these).
    Named(Asked),
    /// Pods by namespace and labels.
    Pods(PodSet),
    /// Addresses outside the cluster, and pods and nodes whose address is known.
    Block(IpBlock),
}

/// One entry of `ports`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntentPort {
    /// Which port of the destination; where that is a Service, of the Service.
    pub test: PortTest,
    /// The entry in the file.
    pub origin: Origin,
}

/// Which pods a claim is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Scope {
    /// Those in the input.
    Existing,
    /// Those that could be created, and those in the input.
    #[default]
    Any,
}

/// One claim.
#[derive(Debug, Clone)]
pub struct Intent {
    /// Its name, which is unique in its file.
    pub name: Arc<str>,
    /// What is claimed.
    pub expect: Expect,
    /// Which pods it is about; none where the file does not say.
    pub scope: Option<Scope>,
    /// The name in the file.
    pub origin: Origin,
}

/// The flows that a claim is about.
#[derive(Debug, Clone)]
pub struct Flows {
    /// Who opens the connection; at least one entry.
    pub from: Vec<Entry>,
    /// Who accepts the connection; at least one entry.
    pub to: Vec<Entry>,
    /// On which ports; every port of every protocol where empty.
    pub ports: Vec<IntentPort>,
    /// Protocols without ports that `ports` names, such as `ICMP`.
    pub portless: Vec<Arc<str>>,
    /// Only between pods that carry these keys with the same value.
    pub same_labels: Vec<Arc<str>>,
    /// Only between pods that do not carry these keys with the same value.
    pub different_labels: Vec<Arc<str>>,
}

/// What is claimed.
#[derive(Debug, Clone)]
pub enum Expect {
    /// `denied`: none of the flows is let through.
    Denied(Flows),
    /// `allowed`: all of the flows are let through.
    Allowed(Flows),
    /// `only-from`: nobody but `from` reaches `to` on `ports`.
    OnlyFrom(Flows),
    /// `only-on-ports`: `from` reaches `to` on no port but `ports`.
    OnlyOnPorts(Flows),
    /// `isolated`: nobody but themselves reaches the pods (ingress), and they reach nobody but
    /// themselves (egress).
    Isolated {
        /// The pods; at least one entry.
        pods: Vec<Entry>,
        /// In which directions; both where the file does not say.
        directions: Vec<Direction>,
    },
    /// `equal`: the policies at a path mean the same for every flow.
    Equal(PolicyPath),
    /// `implied`: whatever the policies of the input let through, the policies at a path do, too.
    Implied(PolicyPath),
    /// `redundant`: without this policy or rule, every flow has the same verdict.
    Redundant {
        /// The policy: its namespace (none: the default one) and its name.
        policy: (Option<Arc<str>>, Arc<str>),
        /// Only this rule of it: its direction and its place in the list, from 0.
        rule: Option<(Direction, usize)>,
        /// The policy's name in the file.
        origin: Origin,
    },
}

/// Manifests that hold the policies to compare with; the inventory stays that of the input.
#[derive(Debug, Clone)]
pub struct PolicyPath {
    /// A file or a directory, relative to the file of intents.
    pub path: Arc<str>,
    /// The path in the file.
    pub origin: Origin,
}
