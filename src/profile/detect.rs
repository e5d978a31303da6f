//! Which plugin a cluster has, by what runs on its nodes. Names alone mislead: `aws-node` is on every
//! EKS cluster, and Canal is Flannel beside Calico. What does not settle it is told, and settles
//! nothing.

use super::catalog::{Plugin, find};
use super::version::Version;
use crate::model::{Clue, Container};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the input shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The plugin, where that is settled.
    pub plugin: Option<Plugin>,
    /// What was seen, in words: `DaemonSet kube-system/cilium`.
    seen: Vec<String>,
    /// What keeps it from being settled.
    why: &'static str,
}

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.seen.join(", ");
        match (self.plugin, self.seen.is_empty()) {
            (Some(plugin), _) => write!(f, "the network plugin is `{plugin}`, by {seen}"),
            (None, true) => write!(
                f,
                "which network plugin there is, is not known: {}",
                self.why
            ),
            (None, false) => write!(
                f,
                "which network plugin there is, is not known: {} ({seen})",
                self.why
            ),
        }
    }
}

/// Who enforces, by the name of a profile, and what of it was seen.
type Found = BTreeMap<&'static str, (Option<Version>, BTreeSet<String>)>;

/// The plugin that clues show.
pub fn detect(clues: &[Clue]) -> Detected {
    let mut found = Found::new();
    let mut networks = BTreeSet::new();
    for clue in clues {
        match clue {
            Clue::Kubelet(version) if version.contains("+k3s") => {
                add(
                    &mut found,
                    "kube-router",
                    None,
                    format!("kubelet {version}"),
                );
            }
            Clue::Kubelet(_) => {}
            Clue::DaemonSet {
                namespace,
                name,
                containers,
            } => {
                let place = format!("DaemonSet {namespace}/{name}");
                match agent(name, containers) {
                    Some(Agent::Enforces(profile, version)) => {
                        add(&mut found, profile, version, place);
                    }
                    Some(Agent::Network) => _ = networks.insert(place),
                    None => {}
                }
            }
        }
    }
    settle(&found, &networks)
}

fn add(found: &mut Found, profile: &'static str, version: Option<Version>, place: String) {
    let (known, places) = found.entry(profile).or_default();
    *known = known.or(version);
    places.insert(place);
}

/// What a DaemonSet is.
enum Agent {
    /// It enforces policies, as this profile says, in a version.
    Enforces(&'static str, Option<Version>),
    /// It makes the network, and somebody else may enforce policies.
    Network,
}

fn agent(name: &str, containers: &[Container]) -> Option<Agent> {
    let is = |wanted: &str| name == wanted || containers.iter().any(|it| &*it.name == wanted);
    let image = |part: &str| containers.iter().any(|it| it.image.contains(part));
    let arg = |wanted: &str| {
        let mut args = containers.iter().flat_map(|it| &it.args);
        args.any(|arg| &**arg == wanted)
    };
    let version = |part: &str| {
        let of = containers.iter().find(|it| it.image.contains(part))?;
        let (_, tag) = of.image.split('@').next()?.rsplit_once(':')?;
        Version::parse(tag)
    };
    if is("anetd") {
        return Some(Agent::Enforces("gke-dataplane-v2", None));
    }
    if is("cilium-agent") || name == "cilium" {
        return Some(Agent::Enforces("cilium", version("cilium")));
    }
    if is("calico-node") {
        return Some(Agent::Enforces("calico", version("calico")));
    }
    if is("antrea-agent") {
        return Some(Agent::Enforces("antrea", version("antrea")));
    }
    if name.starts_with("ovnkube-node") || is("ovnkube-controller") {
        return Some(Agent::Enforces("ovn-kubernetes", None));
    }
    if is("kube-router") {
        // It may be there for its routes or its proxy alone.
        let firewall = !arg("--run-firewall=false");
        return firewall.then(|| Agent::Enforces("kube-router", version("kube-router")));
    }
    if is("azure-npm") {
        return Some(Agent::Enforces("azure-npm", None));
    }
    if is("weave-npc") {
        return Some(Agent::Enforces("weave", None));
    }
    if is("kube-network-policies") || image("/kube-network-policies") || is("kindnet-cni") {
        return Some(Agent::Enforces("kube-network-policies", None));
    }
    if name == "aws-node" {
        let enabled = arg("--enable-network-policy=true");
        return Some(if enabled {
            Agent::Enforces("aws-vpc-cni", None)
        } else {
            Agent::Network
        });
    }
    (is("kube-flannel") || name.starts_with("kube-flannel")).then_some(Agent::Network)
}

fn settle(found: &Found, networks: &BTreeSet<String>) -> Detected {
    let mut names = found.keys().copied();
    let (first, second) = (names.next(), names.next());
    let places = found
        .values()
        .flat_map(|(_, places)| places.iter().cloned());
    let mut seen: Vec<String> = places.chain(networks.iter().cloned()).collect();
    // A cluster has hundreds of nodes, and as many kubelets.
    seen.truncate(5);
    let plugin = match (first, second) {
        (Some(name), None) => find(name).map(|profile| Plugin {
            profile,
            version: found.get(name).and_then(|(version, _)| *version),
        }),
        _ => None,
    };
    let why = match (first, networks.is_empty()) {
        (Some(_), _) => "there are several",
        (None, false) => "this is a network, and what enforces policies in it is not in the input",
        (None, true) => "no DaemonSet of one, and no pod of such a DaemonSet, is in the input",
    };
    Detected { plugin, seen, why }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn daemon_set(name: &str, containers: &[(&str, &str, &[&str])]) -> Clue {
        let container = |(name, image, args): &(&str, &str, &[&str])| Container {
            name: (*name).into(),
            image: (*image).into(),
            args: args.iter().map(|arg| (*arg).into()).collect(),
        };
        Clue::DaemonSet {
            namespace: "kube-system".into(),
            name: name.into(),
            containers: containers.iter().map(container).collect(),
        }
    }

    fn told(clues: &[Clue]) -> String {
        detect(clues).to_string()
    }

    #[test]
    fn plugins_are_known_by_their_agents() {
        let cilium = [(
            "cilium-agent",
            "quay.io/cilium/cilium:v1.16.3@sha256:0a",
            &[][..],
        )];
        assert_eq!(
            told(&[daemon_set("cilium", &cilium)]),
            "the network plugin is `cilium@1.16`, by DaemonSet kube-system/cilium"
        );
        let canal = [
            ("calico-node", "docker.io/calico/node:v3.28.0", &[][..]),
            ("kube-flannel", "docker.io/flannel/flannel:v0.25.5", &[]),
        ];
        assert_eq!(
            told(&[daemon_set("canal", &canal)]),
            "the network plugin is `calico@3.28`, by DaemonSet kube-system/canal"
        );
        assert_eq!(
            told(&[Clue::Kubelet("v1.30.4+k3s1".into())]),
            "the network plugin is `kube-router`, by kubelet v1.30.4+k3s1"
        );
    }

    #[test]
    fn what_does_not_settle_it_is_told() {
        let node = |args| {
            daemon_set(
                "aws-node",
                &[
                    ("aws-node", "eks/vpc-cni", &[]),
                    ("aws-eks-nodeagent", "eks/agent", args),
                ],
            )
        };
        assert_eq!(
            told(&[node(&["--enable-network-policy=true"])]),
            "the network plugin is `aws-vpc-cni`, by DaemonSet kube-system/aws-node"
        );
        let unsettled = "which network plugin there is, is not known: this is a network, and what \
                         enforces policies in it is not in the input";
        assert_eq!(
            told(&[node(&["--enable-network-policy=false"])]),
            format!("{unsettled} (DaemonSet kube-system/aws-node)")
        );
        let flannel = daemon_set("kube-flannel-ds", &[("kube-flannel", "flannel", &[])]);
        assert_eq!(
            told(&[flannel]),
            format!("{unsettled} (DaemonSet kube-system/kube-flannel-ds)")
        );
        assert_eq!(
            told(&[]),
            "which network plugin there is, is not known: no DaemonSet of one, and no pod of such a \
             DaemonSet, is in the input"
        );
        let both = [daemon_set("calico-node", &[]), daemon_set("azure-npm", &[])];
        assert_eq!(
            told(&both),
            "which network plugin there is, is not known: there are several (DaemonSet \
             kube-system/azure-npm, DaemonSet kube-system/calico-node)"
        );
    }
}
