//! What a name means to who asks for it: the search list, `ndots`, Services, endpoints with a
//! hostname, and names outside the cluster.
//!
//! Sources: the Kubernetes DNS-Based Service Discovery specification; "DNS for Services and Pods";
//! `v1.PodSpec.dnsPolicy`, `.dnsConfig`; resolv.conf(5).

use crate::endpoint::{ClusterName, closest};
use crate::model::{Cluster, DnsPolicy, Pod, Service, ServiceId, ServiceKind, USUAL_ZONE};
use std::net::IpAddr;
use std::sync::Arc;

/// As many aliases are followed.
const ALIASES: usize = 16;

/// Whom a pod asks for names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Asks {
    /// The DNS of the cluster.
    Cluster,
    /// Whomever its node asks, who has no names of the cluster (`dnsPolicy: Default`, and
    /// `ClusterFirst` in the network of the node).
    Node,
    /// The name servers in its manifest (`dnsPolicy: None`).
    Given,
}

impl Asks {
    /// Whom `pod` asks. Source: `v1.PodSpec.dnsPolicy`.
    pub fn of(pod: &Pod) -> Self {
        let policy = pod
            .names
            .as_ref()
            .map_or(DnsPolicy::ClusterFirst, |it| it.dns_policy);
        match policy {
            DnsPolicy::ClusterFirst if pod.host_network => Self::Node,
            DnsPolicy::ClusterFirst | DnsPolicy::ClusterFirstWithHostNet => Self::Cluster,
            DnsPolicy::Default => Self::Node,
            DnsPolicy::None => Self::Given,
        }
    }
}

/// What a name stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meaning {
    /// A Service, at its address inside; or its pods, where it is headless.
    Service(ServiceId),
    /// A pod, by the names of its namespace and its own.
    Pod(Arc<str>, Arc<str>),
    /// An address.
    Address(IpAddr),
    /// A name that other servers know. Its address is not in the input.
    Outside(Arc<str>),
    /// Nothing: DNS says that there is no such name, and why.
    Nothing(String),
    /// What is not in the input, in a sentence.
    NotInInput(String),
}

impl Meaning {
    /// Whether it is something of the cluster that is in the input.
    pub fn is_inside(&self) -> bool {
        matches!(self, Self::Service(_) | Self::Pod(..) | Self::Address(_))
    }
}

/// A name that was looked up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The name that exists, in full.
    pub full: String,
    /// What it stands for.
    pub meaning: Meaning,
    /// The Services of type ExternalName that it went through.
    pub aliases: Vec<ServiceId>,
}

/// Looks names up.
#[derive(Debug, Clone, Copy)]
pub struct Names<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// The domain of the cluster, where that is told.
    pub zone: Option<&'a str>,
}

impl Names<'_> {
    fn zone(&self) -> &str {
        self.zone.unwrap_or(USUAL_ZONE)
    }

    /// What `name` (in lower case) means to `pod`.
    pub fn look_up(&self, pod: &Pod, name: &str) -> Found {
        let candidates = self.candidates(pod, name);
        let mut found = candidates.iter().filter_map(|full| self.existing(full));
        let first = found.next();
        let found = first.unwrap_or_else(|| {
            let absolute = name.trim_end_matches('.');
            self.missing(pod, absolute)
        });
        self.follow(found)
    }

    /// What `name` is in the cluster, for who is outside and cannot look it up.
    pub fn look_up_outside(&self, name: &str) -> Found {
        let absolute = name.trim_end_matches('.');
        let found = |meaning| Found {
            full: absolute.to_owned(),
            meaning,
            aliases: Vec::new(),
        };
        let Some(it) = ClusterName::of_any_zone(absolute) else {
            return found(Meaning::Outside(absolute.into()));
        };
        let meaning = self.there(&it).unwrap_or_else(|| self.why_missing(&it));
        self.follow(found(meaning))
    }

    /// The names that are tried in turn, without final dots.
    fn candidates(&self, pod: &Pod, name: &str) -> Vec<String> {
        if let Some(absolute) = name.strip_suffix('.') {
            return vec![absolute.to_owned()];
        }
        let mut searches = Vec::new();
        if Asks::of(pod) == Asks::Cluster {
            let namespace = &self.cluster.namespaces.at(pod.namespace).name;
            let zone = self.zone();
            searches.extend([
                format!("{namespace}.svc.{zone}"),
                format!("svc.{zone}"),
                zone.to_owned(),
            ]);
        }
        let names = pod.names.as_deref();
        let given = names.map_or(&[][..], |it| &it.searches);
        searches.extend(
            given
                .iter()
                .map(|it| it.trim_end_matches('.').to_ascii_lowercase()),
        );
        let of_the_cluster = 5;
        let least = names
            .and_then(|it| it.ndots)
            .unwrap_or(match Asks::of(pod) {
                Asks::Cluster => of_the_cluster,
                Asks::Node | Asks::Given => 1,
            });
        let dots = name.bytes().filter(|byte| *byte == b'.').count();
        let mut all: Vec<String> = searches.iter().map(|it| format!("{name}.{it}")).collect();
        let first = dots >= usize::try_from(least).unwrap_or(usize::MAX);
        all.insert(if first { 0 } else { all.len() }, name.to_owned());
        all
    }

    /// What a full name stands for, if it is one of the cluster and there.
    fn existing(&self, full: &str) -> Option<Found> {
        let name = ClusterName::parse(full, self.zone())?;
        Some(Found {
            full: full.to_owned(),
            meaning: self.there(&name)?,
            aliases: Vec::new(),
        })
    }

    fn there(&self, name: &ClusterName<'_>) -> Option<Meaning> {
        match *name {
            ClusterName::Service { namespace, service } => {
                self.service(namespace, service).map(Meaning::Service)
            }
            ClusterName::Host {
                namespace,
                service,
                host,
            } => {
                let id = self.service(namespace, service)?;
                self.endpoint(self.cluster.services.at(id), host)
            }
            ClusterName::PodAddress { address, .. } => Some(Meaning::Address(address)),
        }
    }

    fn service(&self, namespace: &str, name: &str) -> Option<ServiceId> {
        self.cluster.service(namespace, name)
    }

    /// The endpoint of a Service with this hostname. Pods without a hostname have no name.
    fn endpoint(&self, service: &Service, host: &str) -> Option<Meaning> {
        let by_slice = service.endpoints.iter();
        let mut by_slice = by_slice.filter(|it| it.hostname.as_deref() == Some(host));
        if let Some(endpoint) = by_slice.next() {
            return Some(Meaning::Address(endpoint.address));
        }
        if !service.headless {
            return Some(Meaning::NotInInput(format!(
                "Service `{}/{}` is not headless, and whether DNS has names of its single pods is left to the \
                 DNS server",
                service.namespace, service.name
            )));
        }
        let namespace = self.cluster.namespace(&service.namespace)?;
        let selector = service.selector.as_ref()?;
        let fits = |pod: &Pod| {
            let is_called = pod.names.as_deref().is_some_and(|names| {
                names.hostname.as_deref() == Some(host)
                    && names.subdomain.as_deref() == Some(&*service.name)
            });
            is_called && pod.namespace == namespace && selector.matches(&pod.labels)
        };
        let is = |name: &Arc<str>| Meaning::Pod(Arc::clone(&service.namespace), Arc::clone(name));
        let mut pods = self.cluster.pods.rows().iter();
        if let Some(pod) = pods.find(|pod| fits(pod)) {
            return Some(is(&pod.name));
        }
        // One of the replicas that an entry stands for.
        let workloads = self.cluster.workloads.rows().iter();
        let mut workloads = workloads.filter(|it| it.namespace == namespace);
        workloads.find_map(|workload| {
            let pods = workload.pods.iter().map(|&id| self.cluster.pods.at(id));
            let mut replicas = pods.filter_map(|pod| workload.replica(pod, host));
            replicas.find(|pod| fits(pod)).map(|pod| is(&pod.name))
        })
    }

    /// Why nothing has a name, given without its final dot.
    fn missing(&self, pod: &Pod, name: &str) -> Found {
        let full = |name: &str| Found {
            full: name.to_owned(),
            meaning: Meaning::Nothing(String::new()),
            aliases: Vec::new(),
        };
        let is = |meaning| Found {
            meaning,
            ..full(name)
        };
        let zone = self.zone();
        if let Some(it) = ClusterName::parse(name, zone) {
            return is(self.why_missing(&it));
        }
        if self.zone.is_none()
            && !name.ends_with(zone)
            && let Some(it) = ClusterName::of_any_zone(name)
        {
            let last = name.rsplit('.').next();
            if !matches!(last, Some("svc" | "pod")) {
                return is(Meaning::NotInInput(format!(
                    "whether `{name}` is a name of this cluster is not known: say `clusterDomain` in \
                     netpolc.yaml"
                )));
            }
            return is(self.why_missing(&it));
        }
        if name == zone || name.ends_with(&format!(".{zone}")) {
            return is(Meaning::Nothing(format!(
                "no Service or pod has the name `{name}`"
            )));
        }
        if Asks::of(pod) != Asks::Cluster && !name.contains('.') {
            return is(Meaning::Nothing(format!(
                "`{}` has no search list of the cluster (`dnsPolicy`), and nobody has the name `{name}`",
                pod.name
            )));
        }
        if Asks::of(pod) != Asks::Cluster
            && let Some((service, namespace)) = name.split_once('.')
            && self.service(namespace, service).is_some()
        {
            return is(Meaning::Nothing(format!(
                "`{}` has no search list of the cluster (`dnsPolicy`), so that `{name}` is not the name of \
                 Service `{namespace}/{service}` to it",
                pod.name
            )));
        }
        let labels: Vec<&str> = name.split('.').collect();
        let own = &self.cluster.namespaces.at(pod.namespace).name;
        match *labels.as_slice() {
            [service] => is(self.why_missing(&ClusterName::Service {
                namespace: own,
                service,
            })),
            [service, namespace]
                if Asks::of(pod) == Asks::Cluster
                    && self.cluster.namespace(namespace).is_some() =>
            {
                is(self.why_missing(&ClusterName::Service { namespace, service }))
            }
            [host, service, namespace] if self.service(namespace, service).is_some() => is(self
                .why_missing(&ClusterName::Host {
                    namespace,
                    service,
                    host,
                })),
            _ => is(Meaning::Outside(name.into())),
        }
    }

    fn why_missing(&self, name: &ClusterName<'_>) -> Meaning {
        match *name {
            ClusterName::Service { namespace, service } => {
                let services = self.cluster.services.rows().iter();
                let here = services.filter(|it| *it.namespace == *namespace);
                let near = closest(service, here.map(|it| &*it.name));
                let near = near.map_or(String::new(), |it| format!(" (there is `{it}`)"));
                Meaning::NotInInput(format!(
                    "Service `{namespace}/{service}` is not in the input{near}"
                ))
            }
            ClusterName::Host {
                namespace,
                service,
                host,
            } => match self.service(namespace, service) {
                None => Meaning::NotInInput(format!(
                    "Service `{namespace}/{service}` is not in the input"
                )),
                Some(_) => Meaning::Nothing(format!(
                    "no pod behind Service `{namespace}/{service}` has the hostname `{host}` and the \
                     subdomain `{service}`, so that DNS has no such name"
                )),
            },
            ClusterName::PodAddress { address, .. } => Meaning::Address(address),
        }
    }

    /// Follows Services that are aliases.
    fn follow(&self, mut found: Found) -> Found {
        while let Meaning::Service(id) = found.meaning {
            let service = self.cluster.services.at(id);
            if service.kind != ServiceKind::ExternalName {
                break;
            }
            if found.aliases.len() >= ALIASES {
                found.meaning = Meaning::NotInInput(format!(
                    "`{}` is behind more aliases than resolvers follow",
                    found.full
                ));
                break;
            }
            if found.aliases.contains(&id) {
                found.meaning = Meaning::Nothing(format!(
                    "the ExternalName of Service `{}/{}` leads round in a circle",
                    service.namespace, service.name
                ));
                break;
            }
            found.aliases.push(id);
            let target = service.external_name.as_deref().unwrap_or_default();
            let target = target.trim_end_matches('.').to_ascii_lowercase();
            let next = self.existing(&target);
            found.meaning = match (next, target.parse::<IpAddr>()) {
                (Some(next), _) => next.meaning,
                // Digits are a name like others to DNS.
                (None, Ok(address)) => Meaning::NotInInput(format!(
                    "`{address}` is a name here and no address (`externalName`): whom DNS has under it is not \
                     in the input"
                )),
                (None, Err(_)) => match ClusterName::parse(&target, self.zone()) {
                    Some(it) => self.why_missing(&it),
                    None => Meaning::Outside(target.as_str().into()),
                },
            };
            found.full = target;
        }
        found
    }
}
