//! Emitted texts, read back, are proven to say what the policies say.

use super::addressed::addressed;
use super::random::{self, Choices, Mix};
use netpolc::emit::plan::{Plan, Scope, plan};
use netpolc::emit::read::{self, Ruleset};
use netpolc::emit::{iptables, nftables};
use netpolc::model::{Cluster, Objects};
use netpolc::prove::certify::{Certified, Refused, certify};
use netpolc::prove::session::Nobody;
use netpolc::prove::solver::Z3;
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
        Self::Nftables(nftables::write(
            plan,
            cluster,
            &nftables::Options::default(),
        ))
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
