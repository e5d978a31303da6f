//! What becomes of the rows where rulesets do not stand as they should.

use super::super::emitted::Backend;
use super::super::load::Variant;
use super::super::two_nodes::{N1, N2, Network};
use super::rows::{Case, Outcome, Trial};
use super::setting::{Measured, Setting};

fn is_from_outside(case: &Case) -> bool {
    case.row.heading == "Through kube-proxy"
        && case.row.from == "client"
        && case.row.at.starts_with("NodePort")
}

/// What came of the connection of a row.
fn outcome<'m>(measured: &'m [Measured], at: &str, local: bool, trial: Trial) -> &'m Outcome {
    let mut all = measured.iter();
    let of_row = |found: &&Measured| {
        found.case.row.at == at && found.case.local == local && found.trial == trial
    };
    &all.find(of_row).expect("there is the row").outcome
}

fn accepted(from: &str) -> Outcome {
    Outcome::Accepted(from.parse().expect("an address"))
}

/// kube-proxy accepts what it has marked, and a chain behind its own is not asked any more.
#[test]
fn behind_the_chains_of_kube_proxy_marked_packets_are_not_judged() {
    for variant in [Variant::Nft, Variant::Legacy] {
        let iptables = Backend::Iptables(variant);
        let setting = Setting {
            proxy_last: true,
            ..Setting::of(Network::Routed, iptables, iptables)
        };
        let Some(measured) = setting.measure(is_from_outside) else {
            continue;
        };
        let came = |local| outcome(&measured, "NodePort of n1", local, Trial::OtherSources);
        assert_eq!(*came(false), accepted(N1), "{variant:?}: marked");
        assert_eq!(*came(true), Outcome::Silence, "{variant:?}: not marked");
    }
}

/// With nftables each table has its say, whichever came first.
#[test]
fn with_nftables_it_does_not_matter_who_came_first() {
    for proxy in [Backend::Nftables, Backend::Iptables(Variant::Nft)] {
        let setting = Setting {
            proxy_last: true,
            ..Setting::of(Network::Routed, proxy, Backend::Nftables)
        };
        let Some(measured) = setting.measure(is_from_outside) else {
            continue;
        };
        let came = |local| outcome(&measured, "NodePort of n1", local, Trial::OtherSources);
        assert_eq!(
            [came(false), came(true)],
            [&Outcome::Silence; 2],
            "{proxy:?}"
        );
    }
}

/// The node at which a client comes in would judge it by the client's address, and that of the backend
/// by the address of the former: policies would have to let in both.
#[test]
fn rules_for_the_pods_of_all_nodes_judge_twice() {
    let per_node = Setting::of(Network::Routed, Backend::Nftables, Backend::Nftables);
    let whole = Setting {
        whole: true,
        ..per_node
    };
    let came = |setting: Setting| {
        let measured = setting.measure(is_from_outside)?;
        Some(outcome(&measured, "NodePort of n2", false, Trial::Allowed).clone())
    };
    let (Some(per_node), Some(whole)) = (came(per_node), came(whole)) else {
        return;
    };
    assert_eq!((per_node, whole), (accepted(N2), Outcome::Silence));
}
