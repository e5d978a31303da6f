//! Which plugin a cluster has, by what runs on its nodes. Names alone mislead: `aws-node` is on every
//! EKS cluster, and Canal is Flannel beside Calico. What does not settle it leaves open what hangs on
//! it: of several plugins, that on which they part; of a network alone, what policies refuse.

use super::catalog::{Plugin, find};
use super::row::Profile;
use super::version::Version;
use super::{none, unseen};
use crate::model::{Clue, Container};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// What the input shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detected {
    /// The plugins that it may be; the documents alone, where nothing was seen.
    pub plugins: Vec<Plugin>,
    /// What was seen, in words: `DaemonSet kube-system/cilium`.
    seen: Vec<String>,
    /// What keeps it from being settled.
    why: &'static str,
}

impl fmt::Display for Detected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self.seen.join(", ");
        match (self.plugins.as_slice(), self.why) {
            ([plugin], "") => write!(f, "the network plugin is `{plugin}`, by {seen}"),
            (_, why) if self.seen.is_empty() => {
                write!(f, "which network plugin there is, is not known: {why}")
            }
            (_, why) => write!(
                f,
                "which network plugin there is, is not known: {why} ({seen})"
            ),
        }
    }
}

/// What was seen of one plugin.
#[derive(Debug, Default)]
struct Sign {
    version: Option<Version>,
    places: BTreeSet<String>,
    /// Whether it surely enforces policies.
    enforces: bool,
}

/// Who enforces, or may, by the name of a profile.
type Found = BTreeMap<&'static str, Sign>;

/// The plugin that clues show.
pub fn detect(clues: &[Clue]) -> Detected {
    let mut found = Found::new();
    let mut networks = BTreeSet::new();
    for clue in clues {
        match clue {
            Clue::Kubelet(version) if version.contains("+k3s") => {
                let embedded = Agent::Enforces("kube-router", None);
                add(&mut found, &embedded, format!("kubelet {version}"));
            }
            Clue::Kubelet(_) => {}
            Clue::DaemonSet {
                namespace,
                name,
                containers,
            } => {
                let place = format!("DaemonSet {namespace}/{name}");
                match agent(name, containers) {
                    Some(Agent::Network) => _ = networks.insert(place),
                    Some(agent) => add(&mut found, &agent, place),
                    None => {}
                }
            }
        }
    }
    settle(&found, networks)
}

fn add(found: &mut Found, agent: &Agent, place: String) {
    let (profile, version, enforces) = match *agent {
        Agent::Enforces(profile, version) => (profile, version, true),
        Agent::MayEnforce(profile) => (profile, None, false),
        Agent::Network => return,
    };
    let sign = found.entry(profile).or_default();
    sign.version = sign.version.or(version);
    sign.enforces |= enforces;
    sign.places.insert(place);
}

/// What a DaemonSet is.
enum Agent {
    /// It enforces policies, as this profile says, in a version.
    Enforces(&'static str, Option<Version>),
    /// It does so, or does not enforce any: older releases did not.
    MayEnforce(&'static str),
    /// It makes the network, and somebody else may enforce policies.
    Network,
}

fn agent(name: &str, containers: &[Container]) -> Option<Agent> {
    let is = |wanted: &str| name == wanted || containers.iter().any(|it| &*it.name == wanted);
    let image = |part: &str| containers.iter().any(|it| it.image.contains(part));
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
        return Some(if switch(containers, "--run-firewall") == Some(false) {
            Agent::Network
        } else {
            Agent::Enforces("kube-router", version("kube-router"))
        });
    }
    if is("azure-npm") {
        return Some(Agent::Enforces("azure-npm", None));
    }
    if is("kube-network-policies") || image("/kube-network-policies") {
        return Some(Agent::Enforces("kube-network-policies", None));
    }
    if is("kindnet-cni") || name == "kindnet" {
        return Some(Agent::MayEnforce("kube-network-policies"));
    }
    if name == "aws-node" {
        let enabled = switch(containers, "--enable-network-policy") == Some(true);
        return Some(if enabled {
            Agent::Enforces("aws-vpc-cni", None)
        } else {
            Agent::Network
        });
    }
    if is("weave-npc") {
        return Some(Agent::Enforces("weave", None));
    }
    // Its network runs in a container of its own, and can do without the one that enforces.
    let weave = || containers.iter().any(|it| &*it.name == "weave");
    if name == "weave-net" && !weave() {
        return Some(Agent::Enforces("weave", None));
    }
    let flannel = is("kube-flannel") || name.starts_with("kube-flannel");
    (flannel || name == "weave-net").then_some(Agent::Network)
}

/// How a switch among the arguments stands, as Go reads it: the last one counts.
fn switch(containers: &[Container], wanted: &str) -> Option<bool> {
    let args = containers.iter().flat_map(|it| &it.args);
    let values = args.filter_map(|arg| arg.strip_prefix(wanted));
    let read = |value| match value {
        "" | "=1" | "=t" | "=T" | "=true" | "=TRUE" | "=True" => Some(true),
        "=0" | "=f" | "=F" | "=false" | "=FALSE" | "=False" => Some(false),
        _ => None,
    };
    values.filter_map(read).fold(None, |_, read| Some(read))
}

fn settle(found: &Found, networks: BTreeSet<String>) -> Detected {
    let unsettled = |profile: &'static Profile| Plugin {
        profile,
        version: None,
    };
    let mut plugins: Vec<Plugin> = Vec::new();
    for (name, sign) in found {
        plugins.extend(find(name).map(|profile| Plugin {
            profile,
            version: sign.version,
        }));
    }
    let only_perhaps = found.len() == 1 && found.values().all(|sign| !sign.enforces);
    let why = match (found.len(), networks.is_empty()) {
        (0, true) => {
            plugins = vec![Plugin::default()];
            "no DaemonSet of one, and no pod of such a DaemonSet, is in the input"
        }
        (0, false) => {
            plugins = vec![unsettled(&unseen::PROFILE)];
            "this is a network, and what enforces policies in it is not in the input"
        }
        (1, _) if only_perhaps => {
            plugins.push(unsettled(&none::PROFILE));
            "older releases of this enforce no policy"
        }
        (1, _) => "",
        _ => "there are several",
    };
    let places = found.values().flat_map(|sign| sign.places.iter().cloned());
    let mut seen: Vec<String> = places.chain(networks).collect();
    // A cluster has hundreds of nodes, and as many kubelets.
    seen.truncate(5);
    Detected { plugins, seen, why }
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
        let router = |args| daemon_set("kube-router", &[("kube-router", "kube-router", args)]);
        assert_eq!(
            told(&[router(&["--run-router=true", "--run-firewall=F"])]),
            format!("{unsettled} (DaemonSet kube-system/kube-router)")
        );
        assert_eq!(
            told(&[router(&["--run-firewall=false", "--run-firewall"])]),
            "the network plugin is `kube-router`, by DaemonSet kube-system/kube-router"
        );
        let weave = daemon_set("weave-net", &[("weave", "weave-kube", &[])]);
        assert_eq!(
            told(&[weave]),
            format!("{unsettled} (DaemonSet kube-system/weave-net)")
        );
        assert_eq!(
            told(&[daemon_set("weave-net", &[])]),
            "the network plugin is `weave`, by DaemonSet kube-system/weave-net"
        );
        assert_eq!(
            told(&[daemon_set("kindnet", &[])]),
            "which network plugin there is, is not known: older releases of this enforce no policy \
             (DaemonSet kube-system/kindnet)"
        );
        let both = [daemon_set("calico-node", &[]), daemon_set("azure-npm", &[])];
        assert_eq!(
            told(&both),
            "which network plugin there is, is not known: there are several (DaemonSet \
             kube-system/azure-npm, DaemonSet kube-system/calico-node)"
        );
    }
    #[test]
    fn what_it_may_be_is_listed() {
        let names = |clues: &[Clue]| -> Vec<String> {
            let plugins = detect(clues).plugins.into_iter();
            plugins.map(|plugin| plugin.to_string()).collect()
        };
        let set = |name| daemon_set(name, &[]);
        let k3s = Clue::Kubelet("v1.31.2+k3s1".into());
        assert_eq!(names(&[]), ["spec"]);
        assert_eq!(
            names(&[k3s.clone(), set("cilium")]),
            ["cilium", "kube-router"]
        );
        assert_eq!(names(&[set("kube-router"), k3s]), ["kube-router"]);
        assert_eq!(names(&[set("kindnet")]), ["kube-network-policies", "none"]);
        let own = set("kube-network-policies");
        assert_eq!(names(&[set("kindnet"), own]), ["kube-network-policies"]);
        assert_eq!(names(&[set("aws-node")]), ["the network plugin"]);
        assert_eq!(names(&[set("aws-node"), set("calico-node")]), ["calico"]);
    }
}
