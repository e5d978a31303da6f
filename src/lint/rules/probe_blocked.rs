//! A probe on a port that no policy opens.
//!
//! ## What it does
//! Where the settings do not name the plugin (`cni`): reports a workload, or a pod without one, that is
//! isolated for ingress and has a probe on a port that no policy opens to anybody.
//!
//! ## Why it matters
//! The kubelet probes from the node. Kubernetes says that a node can always reach its own pods, and
//! most plugins guarantee it. With one that does not, the pod never becomes ready or restarts forever.
//!
//! ## Example
//! ```yaml
//! readinessProbe: {httpGet: {port: 8081}}   # and the policy opens 8080 only
//! ```
//!
//! ## Use instead
//! ```yaml
//! ingress:
//!   - from: [{ipBlock: {cidr: 192.168.10.0/24}}]   # the nodes
//!     ports: [{port: 8081}]
//! ```
//!
//! ## Limits
//! A note, and off by default: with plugins that follow the documentation, nothing is wrong. Probes
//! that run a command need no network, and are skipped. Of init containers only those count that go on
//! running (`restartPolicy: Always`): the others have no probes.

use crate::lint::context::{App, Context};
use crate::lint::fact::{Fact, Facts, ObjectRef};
use crate::lint::rule::Check;
use crate::model::{Action, Direction, Habit, PodId, Policy};
use crate::net::{ConnSet, PortSet, Protocol};
use crate::written::{Part, Value, Written};

pub(super) const CHECK: Check = Check::Context(check);

/// Where objects that make pods, and pods, say what runs in these; a pod, which has neither of the others,
/// comes last.
const POD_SPECS: [&str; 3] = [
    "spec.jobTemplate.spec.template.spec",
    "spec.template.spec",
    "spec",
];

const PROBES: [&str; 3] = ["startupProbe", "readinessProbe", "livenessProbe"];

fn check(context: &Context<'_>, facts: &mut Facts) {
    let practice = &context.cluster.practice;
    if practice.plugin() != "spec" && practice.does(Habit::NodeIn) {
        return;
    }
    for apps in context.apps_by_owner() {
        // Of pods of one workload some may be isolated, and others not or by other policies.
        let mut blocked: Vec<(Blocked<'_>, Vec<PodId>)> = Vec::new();
        for app in apps {
            let Some(found) = blocked_of(context, app) else {
                continue;
            };
            let pods = blocked
                .iter_mut()
                .find(|(it, _)| (it.part.span, &it.conns) == (found.part.span, &found.conns));
            match pods {
                Some((_, pods)) => pods.push(app.pod()),
                None => blocked.push((found, vec![app.pod()])),
            }
        }
        for (found, pods) in blocked {
            facts.add(fact(context, &found, &pods));
        }
    }
}

/// A probe that no policy lets through.
struct Blocked<'a> {
    /// The workload, or the pod by itself.
    object: ObjectRef,
    /// The same as it is written.
    written: &'a Written,
    /// The field with the port.
    part: &'a Part,
    /// What is probed.
    conns: ConnSet,
    /// The first policy that isolates.
    policy: &'a Policy,
}

fn blocked_of<'a>(context: &Context<'a>, app: &App) -> Option<Blocked<'a>> {
    let isolating = context.isolating(app.pod(), Direction::Ingress);
    let policy = isolating
        .first()
        .map(|&id| context.cluster.policies.at(id))?;
    let (object, written) = maker_of(context, app)?;
    let spec = POD_SPECS.iter().find_map(|path| written.root.at(path))?;
    let containers = spec.get("containers").into_iter().flat_map(Part::items);
    let sidecars = spec.get("initContainers").into_iter().flat_map(Part::items);
    let sidecars = sidecars.filter(|it| it.text_of("restartPolicy") == Some("Always"));
    let probes = containers
        .chain(sidecars)
        .flat_map(|container| PROBES.iter().filter_map(|name| container.get(name)))
        .filter_map(probed);
    let closed = |conns: &ConnSet| {
        let mut rules = context.rules_on(app.pod(), Direction::Ingress);
        !rules.any(|rule| {
            let open = context.ports_at(&rule.ports, app.pod());
            rule.action == Action::Accept && !open.intersection(conns).is_empty()
        }) && !context.may_come_open(app.pod(), Direction::Ingress, (app.pod(), conns))
    };
    let (part, conns) = probes
        .filter_map(|part| Some((part, connections(context, app, part)?)))
        .find(|(_, conns)| closed(conns))?;
    Some(Blocked {
        object,
        written,
        part,
        conns,
        policy,
    })
}

/// What the containers of an app are written in: its workload, or the pod where that has none or where
/// the input does not have it.
fn maker_of<'a>(context: &Context<'a>, app: &App) -> Option<(ObjectRef, &'a Written)> {
    let workload = app.workload.map(|id| context.cluster.workloads.at(id));
    let of_workload = workload.and_then(|it| {
        let written = context.written_at(it.origin)?;
        Some((context.workload_ref(it), written))
    });
    of_workload.or_else(|| {
        let pod = context.cluster.pods.at(app.pod());
        let written = context.written_at(pod.origin)?;
        let object = ObjectRef {
            kind: written.kind.clone(),
            namespace: written.namespace.clone(),
            name: written.name.clone(),
        };
        Some((object, written))
    })
}

fn fact(context: &Context<'_>, blocked: &Blocked<'_>, pods: &[PodId]) -> Fact {
    let Blocked { part, conns, .. } = blocked;
    let path = blocked.written.root.path_of(part.span);
    let (names, count) = context.names(pods);
    let is = if count > 1 { "are" } else { "is" };
    let message = format!("{names} {is} probed on {conns}, which no policy opens");
    Fact::new(blocked.object.clone(), path, message)
        .at(part.span, "probed by the kubelet, from the node")
        .at(blocked.policy.origin.span, "isolates it for ingress")
        .means(
            "with plugins that do not always allow the pod's own node, the pod never becomes ready",
        )
        .fix("allow the addresses of the nodes on this port, or make sure that the plugin does")
}

/// The field with the port that a probe connects to.
fn probed(probe: &Part) -> Option<&Part> {
    let ways = ["httpGet", "tcpSocket", "grpc"];
    ways.iter().find_map(|way| probe.get(way)?.get("port"))
}

fn connections(context: &Context<'_>, app: &App, port: &Part) -> Option<ConnSet> {
    let number = match &port.value {
        Value::Int(number) => u16::try_from(*number).ok().filter(|&it| it > 0)?,
        Value::Text(name) => {
            let pod = context.cluster.pods.at(app.pod());
            pod.named_port(name, Some(Protocol::Tcp)).next()?.1
        }
        _ => return None,
    };
    Some(ConnSet::of(Protocol::Tcp, PortSet::single(number)))
}
