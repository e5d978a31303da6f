//! What keeps a cluster from being written as a ruleset, and what should be known of one, as findings.

use crate::diag::Finding;
use crate::emit::plan::{Note, Unfit};
use crate::model::{Cluster, Origin, PodId, PodNature};
use crate::render::count;

/// Pods that a finding names.
const SHOWN: usize = 3;

/// Why no ruleset is written.
pub(super) fn unfit(cluster: &Cluster, unfit: &Unfit) -> Finding {
    match unfit {
        Unfit::NoAddress => Finding::error(
            "no-pod-address",
            "no pod in the input has an address, and rules match addresses",
        )
        .help("read running pods: `kubectl get ns,po,no,netpol -A -o yaml`"),
        Unfit::TwoAddresses { pod, origin } => {
            let message = format!("`{pod}` has two addresses of one family");
            at(Finding::error("two-addresses", message), *origin)
                .help("a pod has one IPv4 address, one IPv6 address, or one of each")
        }
        Unfit::SharedAddress {
            address,
            first,
            second,
            origin,
        } => {
            let message = format!("`{second}` has the same address as `{first}`: {address}");
            let finding = Finding::error("shared-address", message);
            at(finding, *origin)
                .help("rules identify pods by address; read all objects from the cluster at the same moment")
        }
        Unfit::UnknownLabels {
            policy,
            origin,
            namespace,
        } => {
            let policy = cluster.policies.at(*policy).called();
            let namespace = &cluster.namespaces.at(*namespace).name;
            let message = format!(
                "`{policy}` selects namespaces by label, but the labels of `{namespace}` are not in the input"
            );
            let finding = Finding::error("unknown-namespace-labels", message);
            at(finding, *origin).help(format!(
                "add the Namespace `{namespace}` to the input, with its labels"
            ))
        }
        Unfit::DomainName {
            policy,
            path,
            origin,
        } => {
            let policy = cluster.policies.at(*policy).called();
            let message = format!(
                "`{path}` of `{policy}` is for a domain name, and where names lead only DNS says"
            );
            at(Finding::error("domain-name-peer", message), *origin).help(
                "rules match addresses: write `networks` with those that the name has, or leave the \
                 policy to the network plugin",
            )
        }
        Unfit::UnknownNodes {
            policy,
            path,
            origin,
        } => {
            let policy = cluster.policies.at(*policy).called();
            let message = format!(
                "`{path}` of `{policy}` is for nodes, and not all their addresses are in the input"
            );
            at(Finding::error("unknown-node-addresses", message), *origin)
                .help("add all Nodes to the input, with their addresses: `kubectl get no -o yaml`")
        }
    }
}

/// What should be known of a ruleset.
pub(super) fn note(cluster: &Cluster, note: &Note) -> Finding {
    match note {
        Note::WithoutAddress(pods) => {
            let running = |pod: &PodId| cluster.pods.at(*pod).nature == PodNature::Read;
            let help = if pods.iter().any(running) {
                "write the ruleset again once they have one; until then it does not protect them"
            } else {
                "these are workloads without pods in the input; read running pods"
            };
            ungoverned("pod-without-address", "without an address", cluster, pods).help(help)
        }
        Note::WithoutNode(pods) => {
            ungoverned("pod-without-node", "whose node is not known", cluster, pods)
                .help("write the ruleset again once they run")
        }
        Note::Nobody => Finding::warning(
            "nobody-governed",
            "no pod that the policies select has an address: the ruleset does nothing",
        )
        .help("read running pods: `kubectl get ns,po,no,netpol -A -o yaml`"),
        Note::NoOrder(first, second) => {
            let (first, second) = (cluster.policies.at(*first), cluster.policies.at(*second));
            let (rule, why, help) = if first.kind.api() == second.kind.api() {
                let why = "have the same priority, and the API does not say which comes first";
                ("same-priority", why, "give them different priorities")
            } else {
                let why = "are of two APIs, and neither says which comes first";
                ("two-apis", why, "write both in one API")
            };
            let message = format!(
                "`{}` and `{}` {why}: in this ruleset the first one does",
                first.called(),
                second.called()
            );
            at(Finding::warning(rule, message), second.origin).help(help)
        }
    }
}

/// Pods that policies govern and the ruleset does not.
fn ungoverned(rule: &'static str, which: &str, cluster: &Cluster, pods: &[PodId]) -> Finding {
    let name = |pod: &PodId| cluster.own_name(cluster.pods.at(*pod));
    let names = pods.iter().take(SHOWN);
    let names: Vec<String> = names.map(|pod| format!("`{}`", name(pod))).collect();
    let more = match pods.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let message = format!(
        "policies select {} {which}, which the ruleset cannot cover: {}{more}",
        count(pods.len(), "pod", "pods"),
        names.join(", ")
    );
    let first = pods.first().map(|&pod| cluster.pods.at(pod).origin);
    at(Finding::warning(rule, message), first.unwrap_or_default())
}

fn at(finding: Finding, origin: Origin) -> Finding {
    match origin.span {
        Some(span) => finding.at(span, ""),
        None => finding,
    }
}
