//! Who answers DNS queries, and what rules let them be asked.

use super::cover::may_match;
use super::matching::on_address;
use super::{AppId, Context, Extent};
use crate::hops::resolver::{self, LABELS, NAMESPACES, PORTS};
use crate::lint::need::Need;
use crate::model::{
    Cluster, IpBlock, NAMESPACE_NAME_LABEL, NamespaceScope, Peer, PeerMatch, Peers, PodId,
    PodScope, Policy, PortTest, Ports, Rule as PolicyRule,
};
use crate::net::{AddressSet, Protocol};
use crate::selector::Selector;
use crate::settings::PodsNamed;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Who answers DNS queries, as [`resolver`] finds them, and what rules open to them.
#[derive(Debug)]
pub(in crate::lint) struct Dns<'c, 'a> {
    context: &'c Context<'a>,
    pods: BTreeMap<AppId, DnsPods>,
    told: bool,
}

/// Alike DNS pods.
#[derive(Debug)]
pub(in crate::lint) struct DnsPods {
    /// One of them.
    pub(in crate::lint) pod: PodId,
    /// The ports that they listen on, over UDP and TCP.
    pub(in crate::lint) ports: BTreeSet<u16>,
    /// What selects them.
    pub(in crate::lint) selector: Selector,
}

impl<'c, 'a> Dns<'c, 'a> {
    /// Looks for DNS in the settings and the input. Costs the pods and Services once.
    pub(in crate::lint) fn new(context: &'c Context<'a>) -> Self {
        let told = &context.settings.dns;
        let mut dns = Self {
            context,
            pods: BTreeMap::new(),
            told: told.pods.is_some() || !told.addresses.is_empty(),
        };
        for it in resolver::answering(context.cluster, told) {
            dns.add(it.pod, it.ports.into_iter().collect(), &it.selector);
        }
        dns
    }

    fn add(&mut self, pod: PodId, mut ports: BTreeSet<u16>, selector: &Selector) {
        // Selectors do not match pods in the network of their node: such a DNS is asked by address.
        if self.context.cluster.pods.at(pod).host_network {
            return;
        }
        if ports.is_empty() {
            ports.insert(resolver::PORT);
        }
        let app = self.context.app_of(pod);
        self.pods.entry(app).or_insert_with(|| DnsPods {
            pod,
            ports,
            selector: selector.clone(),
        });
    }

    pub(super) fn cluster(&self) -> &'a Cluster {
        self.context.cluster
    }

    /// The DNS pods that the settings name, and their ports.
    pub(super) fn told_pods(&self) -> Option<(&'a PodsNamed, &'a [u16])> {
        let told = &self.context.settings.dns;
        Some((told.pods.as_ref()?, &told.ports))
    }

    /// The DNS pods that are in the input; none where they are not known.
    pub(in crate::lint) fn pods(&self) -> impl Iterator<Item = &DnsPods> {
        self.pods.values()
    }

    /// Whether these pods answer queries.
    pub(in crate::lint) fn has(&self, app: AppId) -> bool {
        self.pods.contains_key(&app)
    }

    /// Whether DNS pods are in the input.
    pub(in crate::lint) fn is_known(&self) -> bool {
        !self.pods.is_empty()
    }

    /// Whether an egress rule of a policy could let DNS be asked over a protocol: no only where that
    /// is certain.
    pub(in crate::lint) fn could_ask(
        &self,
        policy: &Policy,
        rule: &PolicyRule,
        protocol: Protocol,
    ) -> bool {
        let peers = match &rule.peers {
            Peers::Anyone => {
                return self.on_address(&rule.ports, protocol)
                    || self.at_some_pod(&rule.ports, protocol, |_| true)
                    || (!self.is_known() && opens_port(&rule.ports, protocol));
            }
            Peers::Listed(peers) => peers,
        };
        peers.iter().any(|peer| match &peer.matches {
            PeerMatch::IpBlock(block) => {
                self.has_dns(block) && self.on_address(&rule.ports, protocol)
            }
            PeerMatch::Pods(scope) => self.could_ask_pods(policy, scope, &rule.ports, protocol),
            // Whoever they are, they could answer.
            PeerMatch::Nodes(_) | PeerMatch::DomainName(_) => {
                self.on_address(&rule.ports, protocol)
            }
        })
    }

    fn could_ask_pods(
        &self,
        policy: &Policy,
        scope: &PodScope,
        ports: &Ports,
        protocol: Protocol,
    ) -> bool {
        let known = |it: &DnsPods| self.could_be(scope, it);
        if self.at_some_pod(ports, protocol, known) {
            return true;
        }
        // Who matches the DNS pods, but not on their ports, opens nothing of them.
        if is_of_elsewhere(policy, scope) || self.pods.values().any(known) {
            return false;
        }
        if !opens_port(ports, protocol) {
            return false;
        }
        if self.is_known() {
            // Who listens on the port of DNS may answer queries, too.
            return self.at_listener(scope, ports, protocol);
        }
        // Where somebody says which pods answer, others do not.
        let named = self.context.settings.dns.pods.is_some();
        !self.is_emptied(scope) && ((is_explicit(ports) && !named) || self.could_be_dns(scope))
    }

    /// Whether a scope matches pods of the input that say that they listen on a port of DNS, where the
    /// ports are those.
    fn at_listener(&self, scope: &PodScope, ports: &Ports, protocol: Protocol) -> bool {
        let mut pods = self.context.cluster.pods.rows().iter();
        pods.any(|pod| {
            let mut listens = pod.ports.iter().filter(|it| {
                it.protocol == protocol && PORTS.contains(&it.port) && !pod.host_network
            });
            listens.any(|it| ports.at(pod).contains(protocol, it.port))
                && self.context.may_select(scope, pod)
        })
    }

    /// Whether a scope speaks only of namespaces in which clusters have their DNS, of which the input
    /// has all pods, and it has none that could be meant: nobody else answers there.
    fn is_emptied(&self, scope: &PodScope) -> bool {
        let NamespaceScope::Matching(selector) = &scope.namespaces else {
            return false;
        };
        let mut tests = selector.tests().iter();
        let names = tests.find(|(key, _)| **key == *NAMESPACE_NAME_LABEL);
        let names = names.and_then(|(_, test)| test.only_values());
        let has_all = |name: &Arc<str>| {
            let inventory = self.context.inventory;
            let namespace = self.context.cluster.namespace(name);
            // Nobody lists the pods of the cluster itself beside an application, however complete that is.
            let listed = namespace.is_some_and(|id| self.context.has_pods_in(id));
            NAMESPACES.contains(&&**name)
                && inventory.within(Need::Workloads, name) == Extent::Complete
                && (listed || inventory.is_complete_by_name(name))
        };
        let meant = self.context.candidates().matching(&scope.pods);
        let mut meant = meant.iter().map(|(_, pod)| *pod);
        names.is_some_and(|names| names.iter().all(has_all))
            && !meant.any(|pod| self.context.may_select(scope, pod))
    }

    /// Whether a scope matches these DNS pods, or may.
    pub(in crate::lint) fn could_be(&self, scope: &PodScope, dns: &DnsPods) -> bool {
        let pod = self.context.cluster.pods.at(dns.pod);
        self.context.may_select(scope, pod)
    }

    /// Whether ports match one that DNS pods listen on, at some of those.
    fn at_some_pod(
        &self,
        ports: &Ports,
        protocol: Protocol,
        which: impl Fn(&DnsPods) -> bool,
    ) -> bool {
        let mut pods = self.pods.values().filter(|it| which(it));
        pods.any(|it| self.answers_on(it, ports, protocol))
    }

    /// Whether ports match one that these DNS pods listen on.
    pub(in crate::lint) fn answers_on(
        &self,
        dns: &DnsPods,
        ports: &Ports,
        protocol: Protocol,
    ) -> bool {
        let pod = self.context.cluster.pods.at(dns.pod);
        let Ports::Listed(entries) = ports else {
            return true;
        };
        entries.iter().any(|entry| match &entry.test {
            PortTest::Range {
                protocol: other,
                first,
                last,
            } => *other == protocol && dns.ports.range(first..=last).next().is_some(),
            PortTest::Named { name, protocol: it } => {
                it.is_none_or(|it| it == protocol)
                    && pod.named_port(name, Some(protocol)).next().is_some()
            }
        })
    }

    fn on_address(&self, ports: &Ports, protocol: Protocol) -> bool {
        let open = on_address(ports);
        let told = self.context.settings.dns.ports.iter();
        let mut numbers = PORTS.iter().chain(told);
        numbers.any(|&number| open.contains(protocol, number))
    }

    /// Whether some address of a block could answer queries. Where nobody says who does, any could.
    fn has_dns(&self, block: &IpBlock) -> bool {
        let addresses = block.addresses();
        let told = &self.context.settings.dns.addresses;
        if !self.told || told.iter().any(|&it| addresses.contains(it)) {
            return !addresses.is_empty();
        }
        // DNS pods and their Service have private addresses.
        !addresses.difference(&AddressSet::internet()).is_empty()
    }

    /// Whether a scope could match DNS pods that are not in the input.
    fn could_be_dns(&self, scope: &PodScope) -> bool {
        let told = self.context.settings.dns.pods.as_ref();
        let names: Vec<Arc<str>> = match told {
            Some(named) if !scope.pods.overlaps(&named.pods) => return false,
            Some(named) => vec![Arc::clone(&named.namespace)],
            None => NAMESPACES.map(Into::into).to_vec(),
        };
        let looks = |name: &str| told.is_none() && name.contains("dns");
        match &scope.namespaces {
            NamespaceScope::Named(name) => names.contains(name) || looks(name),
            NamespaceScope::Matching(selector) => {
                let mut tests = selector.tests().iter();
                names.iter().any(|name| self.could_be_in(selector, name))
                    || tests.any(|(_, test)| test.named_values().any(|value| looks(value)))
            }
        }
    }

    /// Whether a scope asks for DNS pods by the labels that they have in most clusters, or in this
    /// one, where the input has none: nobody lists those of the cluster beside an application.
    pub(in crate::lint) fn asks_for_unlisted(&self, scope: &PodScope) -> bool {
        let told = self.context.settings.dns.pods.as_ref();
        let told = told.is_some_and(|named| scope.pods.implies(&named.pods));
        let mut usual = LABELS.iter();
        let usual = usual.any(|&label| scope.pods.implies(&Selector::labels([label])));
        (told || usual)
            && !self.is_known()
            && scope.pods.is_satisfiable()
            && self.could_be_dns(scope)
    }

    fn could_be_in(&self, selector: &Selector, name: &Arc<str>) -> bool {
        let cluster = self.context.cluster;
        let namespace = cluster.namespace(name).map(|id| cluster.namespaces.at(id));
        match namespace.filter(|it| it.declared) {
            Some(namespace) => selector.matches(&namespace.labels),
            None => may_match(selector, name),
        }
    }
}

/// Whether a scope asks for the cluster's DNS pods in the policy's own namespace, where they are not.
pub(in crate::lint) fn is_of_elsewhere(policy: &Policy, scope: &PodScope) -> bool {
    let own = policy.namespace.as_deref().unwrap_or_default();
    let here = matches!(&scope.namespaces, NamespaceScope::Named(name) if **name == *own);
    let dns = Selector::labels([("k8s-app", "kube-dns")]);
    here && !NAMESPACES.contains(&own) && scope.pods.implies(&dns) && scope.pods.is_satisfiable()
}

/// Whether ports match one that DNS usually listens on, where the pods are not known.
fn opens_port(ports: &Ports, protocol: Protocol) -> bool {
    let Ports::Listed(entries) = ports else {
        return true;
    };
    entries.iter().any(|entry| match &entry.test {
        PortTest::Range {
            protocol: other,
            first,
            last,
        } => *other == protocol && PORTS.iter().any(|it| (first..=last).contains(&it)),
        PortTest::Named { protocol: it, .. } => it.is_none_or(|it| it == protocol),
    })
}

/// Whether a port is that of DNS and of nothing else.
pub(in crate::lint) fn is_dns_port(test: &PortTest) -> bool {
    match test {
        PortTest::Range { first, last, .. } => first == last && PORTS.contains(first),
        PortTest::Named { name, .. } => name.starts_with("dns"),
    }
}

/// Whether ports name DNS.
pub(in crate::lint) fn is_explicit(ports: &Ports) -> bool {
    matches!(ports, Ports::Listed(entries) if entries.iter().any(|it| is_dns_port(&it.test)))
}

/// The place among the peers, and the peer, of those that are pods.
pub(in crate::lint) fn pod_peers(peers: &[Peer]) -> impl Iterator<Item = (usize, &PodScope)> {
    let peers = peers.iter().enumerate();
    peers.filter_map(|(index, peer)| Some((index, peer.scope()?)))
}
