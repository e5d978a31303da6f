//! Emitted texts, read back, are proven to say what the policies say.

use super::addressed::addressed;
use super::random::{self, Choices, Mix};
use netpolc::emit::plan::{Plan, Scope, plan};
use netpolc::emit::read::{self, Ruleset};
use netpolc::emit::{iptables, nftables};
use netpolc::model::{
    Cluster, NamespaceScope, Objects, Origin, PodObject, PodPhase, PodScope, PodTemplate, Policy,
    PolicyKind, Tier,
};
use netpolc::net::Protocol;
use netpolc::prove::certify::{Certified, Refused, certify};
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
use netpolc::selector::{Labels, Selector};
use netpolc::trace::Verdict;
use proptest::prelude::*;
use proptest::test_runner::{TestCaseError, TestRunner};

const MIX: Mix = Mix {
    tiers: true,
    families: true,
    ties: true,
};

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

/// Small clusters, a scope, and their plan, where there is one.
pub(super) fn planned(list: &[u16]) -> Option<(Objects, Cluster, Scope, Plan)> {
    let objects = random::objects(&mut Choices::new(list), MIX);
    let objects = addressed(objects, list.len());
    let cluster = Cluster::new(objects.clone());
    let scope = match list.len() % 3 {
        0 => Scope::Node("n2".into()),
        _ => Scope::Cluster,
    };
    let (plan, _) = plan(&cluster, &scope).ok()?;
    Some((objects, cluster, scope, plan))
}

pub(super) fn config(cases: u32) -> ProptestConfig {
    let asked = std::env::var("NETPOLC_CLUSTERS").ok();
    let asked: Option<u32> = asked.and_then(|text| text.parse().ok());
    ProptestConfig {
        cases: asked.map_or(cases, |asked| (asked / (500 / cases)).max(1)),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    }
}

pub(super) fn choices() -> impl Strategy<Value = Vec<u16>> {
    prop::collection::vec(any::<u16>(), 0..400)
}

pub(super) fn fails(what: String) -> TestCaseError {
    TestCaseError::fail(what)
}

#[test]
fn emitted_rulesets_are_certified() {
    TestRunner::new(config(250))
        .run(&choices(), |list| {
            let Some((_, cluster, scope, plan)) = planned(&list) else {
                return Ok(());
            };
            for text in [
                Text::nftables(&plan, &cluster),
                Text::iptables(&plan, &cluster),
            ] {
                let ruleset = text.read();
                let ruleset = ruleset.map_err(|why| fails(format!("{why:?}\n{text:?}")))?;
                let proof = proven(&cluster, &scope, &ruleset);
                proof.map_err(|why| fails(format!("{why:?}\n{text:?}")))?;
            }
            Ok(())
        })
        .expect("what is emitted is certified");
}

/// A cluster of two pods on two nodes, of which each is governed.
fn pair() -> (Cluster, Plan) {
    let pod = |number: u8| PodObject {
        namespace: "a".into(),
        name: format!("pod-{number}").into(),
        owner: None,
        template: PodTemplate {
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
