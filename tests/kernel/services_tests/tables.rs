//! The rows of the page, through every kind of proxy and of ruleset.

use super::super::emitted::Backend;
use super::super::load::Variant;
use super::super::two_nodes::{Network, WEB};
use super::address;
use super::rows::{Around, Trial};
use super::setting::{Measured, Setting};
use netpolc::emit::nftables::Hook;
use std::collections::BTreeSet;
use std::fmt::Debug;
use std::net::{IpAddr, SocketAddr};

/// Holds all rows against the kernel.
fn hold(network: Network, proxy: Backend, backend: Backend) {
    hold_in(Setting::of(network, proxy, backend));
}

fn hold_in(setting: Setting) {
    for around in [Around::Plain, Around::NodeBlock, Around::HiddenPods] {
        let setting = Setting { around, ..setting };
        let Some(measured) = setting.measure(|_| true) else {
            return;
        };
        assert!(measured.len() > 40, "{} connections", measured.len());
        let wrong: Vec<String> = measured.iter().flat_map(differences).collect();
        assert!(wrong.is_empty(), "{setting:?}:\n{}", wrong.join("\n"));
    }
}

/// What is not as the row says.
fn differences(measured: &Measured) -> Vec<String> {
    let Measured { case, trial, .. } = measured;
    let mut all = Vec::new();
    let mut compare = |what: &str, expected: &dyn Debug, found: &dyn Debug| {
        let (row, policy) = (case.row, if case.local { "Local" } else { "Cluster" });
        let title = format!("{}: {} from {}, {policy}", row.heading, row.at, row.from);
        let (expected, found) = (format!("{expected:?}"), format!("{found:?}"));
        if expected != found {
            all.push(format!(
                "{title}, {trial:?}: {what} is {found}, not {expected}"
            ));
        }
    };
    compare("the outcome", &case.expected(*trial), &measured.outcome);
    if *trial == Trial::Allowed {
        let seen = BTreeSet::from_iter(case.seen());
        compare("the source", &seen, &sources(measured));
    }
    if let Some(out) = case.out(*trial) {
        let own = address(case.row.from, case.network);
        compare("the destination", &Some(out), &destination(measured, own));
    }
    all
}

/// The sources from which the backend was to be reached, as its node forwarded them.
fn sources(measured: &Measured) -> BTreeSet<IpAddr> {
    let ip = WEB.parse().expect("an address");
    let web = SocketAddr::new(ip, measured.case.target(measured.trial));
    let to_web = measured.forwarded[0].iter().filter(|(_, to)| *to == web);
    to_web.map(|(from, _)| *from).collect()
}

/// Where a pod's own node forwarded its packet to: to what was dialled, or else to the backend.
fn destination(measured: &Measured, own: &str) -> Option<SocketAddr> {
    let own: IpAddr = own.parse().expect("an address");
    let node = usize::from(measured.case.row.from == "far");
    let (dialled, _) = measured.case.dialled(measured.trial);
    let target = measured.case.target(measured.trial);
    let mine = measured.forwarded[node]
        .iter()
        .filter(|(from, _)| *from == own);
    let to: Vec<SocketAddr> = mine.map(|(_, to)| *to).collect();
    let arrived = to.iter().find(|to| to.port() == target);
    to.iter().find(|to| **to == dialled).or(arrived).copied()
}

const NFT: Backend = Backend::Nftables;
const ON_NFT: Backend = Backend::Iptables(Variant::Nft);
const LEGACY: Backend = Backend::Iptables(Variant::Legacy);

#[test]
fn rows_hold_in_a_routed_network_with_nftables() {
    hold(Network::Routed, NFT, NFT);
}

#[test]
fn rows_hold_in_a_routed_network_with_iptables_on_nf_tables() {
    hold(Network::Routed, ON_NFT, ON_NFT);
}

#[test]
fn rows_hold_in_a_routed_network_with_iptables_of_its_own() {
    hold(Network::Routed, LEGACY, LEGACY);
}

#[test]
fn rows_hold_in_a_routed_network_with_one_of_each() {
    hold(Network::Routed, ON_NFT, NFT);
    hold(Network::Routed, NFT, LEGACY);
}

#[test]
fn rows_hold_through_a_tunnel_with_nftables() {
    hold(Network::Tunnel, NFT, NFT);
}

#[test]
fn rows_hold_through_a_tunnel_with_iptables() {
    hold(Network::Tunnel, ON_NFT, ON_NFT);
    hold(Network::Tunnel, LEGACY, LEGACY);
}

/// Rules behind routing still come before sources are replaced, and let a node reach its own pods.
#[test]
fn rows_hold_where_rules_stand_behind_routing() {
    for network in [Network::Routed, Network::Tunnel] {
        hold_in(Setting {
            hook: Hook::Postrouting,
            ..Setting::of(network, NFT, NFT)
        });
    }
}
