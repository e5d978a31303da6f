//! Emitted texts, read back, are proven to say what the policies say.

use super::addressed::in_family;
use super::plan::{draw, everyone};
use super::random::failing::{Drawn, Failure, clusters, on_clusters};
use super::random::told;
use netpolc::emit::plan::{Plan, Scope, plan};
use netpolc::emit::read::{self, Ruleset};
use netpolc::emit::{iptables, nftables};
use netpolc::model::{
    Cluster, NamespaceScope, Objects, Origin, PodObject, PodPhase, PodScope, PodTemplate, Policy,
    PolicyKind, Tier,
};
use netpolc::net::{Family, Protocol};
use netpolc::prove::certify::{Certified, Difference, Peer, Refused, certify};
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::selector::{Labels, Selector};
use netpolc::trace::{Endpoint, Flow, Verdict};
use std::net::IpAddr;

/// A ruleset as text.
#[derive(Debug, Clone)]
pub(super) enum Text {
    Nftables(String),
    /// Sets, rules for IPv4, rules for IPv6.
    Iptables([String; 3]),
}

impl Text {
    pub(super) fn nftables(plan: &Plan, cluster: &Cluster) -> Self {
        // Every other one as if it had too many sets of pods.
        let usual = nftables::Options::default();
        let sets = if plan.peers.len().is_multiple_of(2) {
            0
        } else {
            usual.sets
        };
        let options = nftables::Options { sets, ..usual };
        Self::Nftables(nftables::write(plan, cluster, &options))
    }

    pub(super) fn iptables(plan: &Plan, cluster: &Cluster) -> Self {
        let files = iptables::write(plan, cluster, &iptables::Options::default());
        Self::Iptables([files.ipset, files.v4, files.v6])
    }

    /// What writes it, as the command line calls it.
    pub(super) fn kind(&self) -> &'static str {
        match self {
            Self::Nftables(_) => "nftables",
            Self::Iptables(_) => "iptables",
        }
    }

    /// The files that it is in.
    pub(super) fn files(&self) -> Vec<(&'static str, &str)> {
        match self {
            Self::Nftables(text) => vec![("netpolc.nft", text)],
            Self::Iptables([sets, v4, v6]) => vec![
                ("netpolc.ipset", sets),
                ("netpolc.v4", v4),
                ("netpolc.v6", v6),
            ],
        }
    }

    /// A line of the file that packets from an address meet.
    fn line(&self, source: IpAddr, number: usize) -> &str {
        let text = match self {
            Self::Nftables(text) => text,
            Self::Iptables([_, v4, _]) if source.is_ipv4() => v4,
            Self::Iptables([_, _, v6]) => v6,
        };
        text.lines()
            .nth(number.saturating_sub(1))
            .unwrap_or_default()
    }

    /// The programs for IPv4 and for IPv6.
    pub(super) fn read(&self) -> Result<[Ruleset; 2], read::Unreadable> {
        match self {
            Self::Nftables(text) => read::nftables(text).map(|one| [one.clone(), one]),
            Self::Iptables([sets, v4, v6]) => read::iptables(sets, v4, v6),
        }
    }
}

pub(super) fn proven(
    cluster: &Cluster,
    scope: &Scope,
    [v4, v6]: &[Ruleset; 2],
) -> Result<Certified, Refused> {
    certify(cluster, scope, [v4, v6], &Z3 { units: 0 }, &mut Nobody)
}

/// What was drawn, joined, with a scope and the plan for it, where there is one.
pub(super) fn planned(drawn: &Drawn) -> Option<(Cluster, Scope, Plan)> {
    let cluster = drawn.cluster();
    let scope = match drawn.number % 3 {
        0 => Scope::Node("n2".into()),
        _ => Scope::Cluster,
    };
    let (plan, _) = plan(&cluster, &scope).ok()?;
    Some((cluster, scope, plan))
}

/// Why a ruleset is not what the policies are, with the ruleset.
pub(super) fn refused(drawn: &Drawn, scope: &Scope, text: &Text, why: &Refused) -> Failure {
    let said = match why {
        Refused::Different(told) => different(drawn, text, told),
        Refused::Replies(line) => format!("replies may be dropped by line {line} of the ruleset"),
        Refused::Shared(address, [a, b]) => format!("{a} and {b} both have {address}"),
        Refused::GaveUp(why) => format!("the solver gave up: {why}"),
        Refused::Bug(bug) => format!("netpolc contradicts itself: {}", bug.0),
    };
    wrong(scope, text, &said)
}

/// What is wrong with a ruleset that is written in `src/emit` and read back in `src/emit/read`.
pub(super) fn wrong(scope: &Scope, text: &Text, said: &str) -> Failure {
    let node = match scope {
        Scope::Cluster => String::new(),
        Scope::Node(name) => format!(" --node {name}"),
    };
    let kind = text.kind();
    let said =
        format!("the ruleset for {kind} (src/emit/{kind}) is not what the policies are\n{said}");
    let failure = Failure::new(said).shown_by(format!("emit {kind} --certify{node}"));
    let files = text.files().into_iter();
    files.fold(failure, |failure, (name, text)| {
        failure.with_file(name, text.to_owned())
    })
}

fn different(drawn: &Drawn, text: &Text, told: &Difference) -> String {
    let named = |peer: &Peer| match &peer.name {
        Some(name) => format!("{} ({name})", peer.address),
        None => peer.address.to_string(),
    };
    let verb = if told.accepted {
        "lets it through"
    } else {
        "drops it"
    };
    let by = told.line.map_or_else(
        || "no rule speaks of it".to_owned(),
        |line| {
            let own = text.line(told.source.address, line);
            format!("by line {line}: {}", own.trim())
        },
    );
    let family = Family::of(told.source.address);
    let cluster = Cluster::new(in_family(&drawn.objects, family));
    let all = everyone(&cluster, family);
    let end = |peer: &Peer| {
        let known = all.iter().find(|(_, own)| *own == peer.address);
        known.map_or(Endpoint::Address(peer.address), |(end, _)| *end)
    };
    let flow = Flow {
        source: end(&told.source),
        destination: end(&told.destination),
        protocol: told.protocol,
        port: told.port,
    };
    format!(
        "a packet from {} to {} on {} {}:\n  the ruleset {verb}, {by}\n  trace (src/trace) says of {}",
        named(&told.source),
        named(&told.destination),
        told.protocol,
        told.port,
        told::of_flow(&cluster, &flow)
    )
}

#[test]
fn emitted_rulesets_are_certified() {
    on_clusters(clusters(250, 500), draw, |drawn| {
        let Some((cluster, scope, plan)) = planned(drawn) else {
            return Ok(());
        };
        for text in [
            Text::nftables(&plan, &cluster),
            Text::iptables(&plan, &cluster),
        ] {
            let ruleset = text.read();
            let ruleset = ruleset.map_err(|why| {
                let said = format!(
                    "src/emit/read does not read line {}: {}",
                    why.line, why.what
                );
                wrong(&scope, &text, &said)
            })?;
            let proof = proven(&cluster, &scope, &ruleset);
            proof.map_err(|why| refused(drawn, &scope, &text, &why))?;
        }
        Ok(())
    });
}

/// A cluster of two pods on two nodes, of which each is governed.
fn pair() -> (Cluster, Plan) {
    let pod = |number: u8| PodObject {
        namespace: "a".into(),
        name: format!("pod-{number}").into(),
        owner: None,
        template: PodTemplate {
            names: None,
            labels: Labels::default(),
            host_network: false,
            ports: Vec::new().into(),
        },
        ips: vec![[10, 0, 0, number].into()],
        node: Some(format!("n{number}").into()),
        phase: PodPhase::Live,
        origin: Origin::default(),
    };
    let everything = || Selector::new(Vec::new());
    let policy = Policy {
        kind: PolicyKind::NetworkPolicy,
        name: "closed".into(),
        tier: Tier::NetworkPolicy,
        priority: 0,
        subject: PodScope {
            namespaces: NamespaceScope::Named("a".into()),
            pods: everything(),
        },
        namespace: Some("a".into()),
        ingress: Some(Vec::new()),
        egress: None,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    };
    let cluster = Cluster::new(Objects {
        pods: vec![pod(1), pod(2)],
        policies: vec![policy],
        ..Objects::default()
    });
    let (plan, _) = plan(&cluster, &Scope::Cluster).expect("a plan");
    (cluster, plan)
}

/// The nft text for a cluster, changed.
fn rewritten(from: &str, to: &str) -> Refused {
    let (cluster, plan) = pair();
    let Text::Nftables(text) = Text::nftables(&plan, &cluster) else {
        unreachable!("it is nft's");
    };
    assert!(text.contains(from), "{text}");
    let ruleset = Text::Nftables(text.replacen(from, to, 1))
        .read()
        .expect("a ruleset");
    proven(&cluster, &Scope::Cluster, &ruleset).expect_err("it is another ruleset")
}

#[test]
fn a_difference_is_told_as_a_packet() {
    let told = rewritten("counter drop comment", "accept comment");
    let Refused::Different(told) = told else {
        panic!("{told:?}");
    };
    assert_eq!(told.source.name.as_deref(), Some("a/pod-1"));
    assert_eq!(told.destination.address.to_string(), "10.0.0.2");
    assert_eq!(
        (told.protocol, told.port, told.accepted),
        (Protocol::Tcp, 1, true)
    );
    assert_eq!(
        told.comment.as_deref(),
        Some("ingress-isolated by a/closed")
    );
    assert_eq!(told.policies.verdict, Verdict::Deny);
}

#[test]
fn an_address_of_nobody_must_not_be_governed() {
    let told = rewritten("10.0.0.2 : goto", "10.0.0.3 : goto");
    assert!(matches!(told, Refused::Different(_)), "{told:?}");
    let told = rewritten("10.0.0.2 : goto", "10.0.0.3 : drop, 10.0.0.2 : goto");
    let Refused::Different(told) = told else {
        panic!("{told:?}");
    };
    assert_eq!(told.destination.address.to_string(), "10.0.0.3");
    assert_eq!((told.destination.name, told.accepted), (None, false));
}

#[test]
fn replies_must_pass_whatever_rules_say() {
    let told = rewritten("\t\tct state established,related accept\n", "");
    assert!(matches!(told, Refused::Replies(_)), "{told:?}");
}

#[test]
fn a_node_governs_its_own_pods_only() {
    let (cluster, whole) = pair();
    let node = Scope::Node("n1".into());
    let (part, _) = plan(&cluster, &node).expect("a plan");
    for write in [Text::nftables, Text::iptables] {
        let part = write(&part, &cluster).read().expect("a ruleset");
        let whole = write(&whole, &cluster).read().expect("a ruleset");
        assert!(proven(&cluster, &node, &part).is_ok());
        assert!(proven(&cluster, &Scope::Cluster, &whole).is_ok());
        assert!(proven(&cluster, &Scope::Cluster, &part).is_err());
        // A ruleset for all pods drops what is for pods of other nodes to drop.
        assert!(proven(&cluster, &node, &whole).is_err());
    }
}

#[test]
fn two_pods_cannot_be_told_apart_by_one_address() {
    let (cluster, plan) = pair();
    let ruleset = Text::nftables(&plan, &cluster).read().expect("a ruleset");
    let mut shared = cluster.clone();
    for (_, pod) in shared.pods.iter_mut() {
        pod.ips = vec![[10, 0, 0, 1].into()];
    }
    let told = proven(&shared, &Scope::Cluster, &ruleset).expect_err("an address of two");
    assert!(matches!(told, Refused::Shared(..)), "{told:?}");
}
