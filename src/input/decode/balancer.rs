//! Where something is met from outside: the `status.loadBalancer` of Services and Ingresses.

use super::Build;
use super::meta::{Text, nullable};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// A status with load balancers.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct RawStatus<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    load_balancer: RawLoadBalancer<'a>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct RawLoadBalancer<'a> {
    #[serde(borrow, deserialize_with = "nullable")]
    ingress: Vec<RawIngress<'a>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RawIngress<'a> {
    #[serde(borrow)]
    ip: Text<'a>,
    #[serde(borrow)]
    hostname: Text<'a>,
    #[serde(borrow)]
    ip_mode: Text<'a>,
}

impl RawStatus<'_> {
    /// The addresses of the load balancers, and `others`.
    pub(super) fn addresses<'t>(&'t self, others: Option<&'t Text<'t>>) -> Vec<IpAddr> {
        let ingress = self.load_balancer.ingress.iter();
        sorted(ingress.map(|it| &*it.ip).chain(others.map(|it| &**it)))
    }

    /// Their names.
    pub(super) fn hostnames(&self, build: &mut Build<'_>) -> Vec<Arc<str>> {
        let ingress = self.load_balancer.ingress.iter();
        ingress
            .filter_map(|it| build.optional(&it.hostname))
            .collect()
    }

    /// The addresses at which one of them makes connections of its own.
    pub(super) fn proxied(&self) -> Vec<IpAddr> {
        let ingress = self.load_balancer.ingress.iter();
        let proxied = ingress.filter(|it| *it.ip_mode == *"Proxy");
        sorted(proxied.map(|it| &*it.ip))
    }
}

/// The addresses among `texts`, each once.
pub(super) fn sorted<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<IpAddr> {
    let addresses: BTreeSet<IpAddr> = texts.filter_map(|text| text.parse().ok()).collect();
    addresses.into_iter().collect()
}
