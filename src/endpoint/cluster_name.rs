//! Names of the cluster's own DNS: what `db.shop.svc.cluster.local` says.
//!
//! Source: the Kubernetes DNS-Based Service Discovery specification (kubernetes/dns), 1.1.0.

use std::net::IpAddr;

/// What a name in the zone of the cluster speaks of. Whether that is there is another question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClusterName<'t> {
    /// `SERVICE.NAMESPACE.svc.ZONE`.
    Service {
        /// Its namespace.
        namespace: &'t str,
        /// Its name.
        service: &'t str,
    },
    /// `HOST.SERVICE.NAMESPACE.svc.ZONE`: one endpoint of a headless Service.
    Host {
        /// The namespace of the Service.
        namespace: &'t str,
        /// The Service.
        service: &'t str,
        /// The hostname of the endpoint.
        host: &'t str,
    },
    /// `10-0-0-7.NAMESPACE.pod.ZONE`.
    PodAddress {
        /// The namespace that is named.
        namespace: &'t str,
        /// The address.
        address: IpAddr,
    },
}

impl<'t> ClusterName<'t> {
    /// Reads a name of `zone`; both in lower case and without a final dot. None for names of
    /// other zones, and for what is no name of a Service or a pod.
    pub fn parse(name: &'t str, zone: &str) -> Option<Self> {
        let below = match zone {
            "" => name,
            zone => name.strip_suffix(zone)?.strip_suffix('.')?,
        };
        let labels: Vec<&str> = below.split('.').collect();
        match *labels.as_slice() {
            [service, namespace, "svc"] => Some(Self::Service { namespace, service }),
            [host, service, namespace, "svc"] => Some(Self::Host {
                namespace,
                service,
                host,
            }),
            [address, namespace, "pod"] => {
                let v4 = address.replace('-', ".").parse().ok();
                let address = v4.or_else(|| address.replace('-', ":").parse().ok())?;
                Some(Self::PodAddress { namespace, address })
            }
            _ => None,
        }
    }

    /// The same of whichever zone: that of a cluster may be any.
    pub fn of_any_zone(name: &'t str) -> Option<Self> {
        let ends = name.match_indices('.').map(|(at, _)| at);
        let mut below = ends.chain([name.len()]).filter_map(|end| name.get(..end));
        below.find_map(|below| Self::parse(below, ""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_in_their_zone() {
        let db = ClusterName::Service {
            namespace: "shop",
            service: "db",
        };
        let zone = "cluster.local";
        assert_eq!(
            ClusterName::parse("db.shop.svc.cluster.local", zone).as_ref(),
            Some(&db)
        );
        assert_eq!(ClusterName::parse("db.shop.svc", zone), None);
        assert_eq!(ClusterName::parse("db.shop.svc.other.zone", zone), None);
        assert_eq!(
            ClusterName::of_any_zone("db.shop.svc.other.zone").as_ref(),
            Some(&db)
        );
        assert_eq!(ClusterName::of_any_zone("db.shop.svc"), Some(db));
        assert_eq!(
            ClusterName::of_any_zone("svc.svc.svc.a"),
            Some(ClusterName::Service {
                namespace: "svc",
                service: "svc"
            })
        );
    }

    #[test]
    fn endpoints_and_addresses_have_names() {
        assert_eq!(
            ClusterName::parse("db-0.db.shop.svc.k8s", "k8s"),
            Some(ClusterName::Host {
                namespace: "shop",
                service: "db",
                host: "db-0"
            })
        );
        let address = |text: &str| {
            ClusterName::of_any_zone(text).and_then(|name| match name {
                ClusterName::PodAddress { address, .. } => Some(address.to_string()),
                ClusterName::Service { .. } | ClusterName::Host { .. } => None,
            })
        };
        assert_eq!(
            address("10-0-0-7.shop.pod.cluster.local").as_deref(),
            Some("10.0.0.7")
        );
        assert_eq!(address("fd00--7.shop.pod").as_deref(), Some("fd00::7"));
        assert_eq!(address("no-address.shop.pod"), None);
    }
}
