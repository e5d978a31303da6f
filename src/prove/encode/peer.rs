//! The peers of rules: selectors and blocks, as the network plugin matches them (S88).

use super::encoder::Encoder;
use super::end::{Fits, Home, Side, Who};
use super::tri::{Reading, Tri};
use crate::model::{Cluster, Habit, NamespaceScope, PeerMatch, Practice, Says, Tier};
use crate::net::DomainPattern;
use crate::selector::Selector;
use crate::trace::Endpoint;

impl Encoder<'_> {
    /// Whether a peer of a rule matches the end.
    pub(super) fn peer_fits(
        &mut self,
        cluster: &Cluster,
        (tier, peer): (Tier, &PeerMatch),
        side: &Side<'_>,
        reading: Reading,
    ) -> Tri {
        // Of cluster-wide rules the API says how they are read.
        let practice = (tier == Tier::NetworkPolicy).then_some(&cluster.practice);
        match peer {
            PeerMatch::Pods(scope) => {
                let pods = self.scope_fits(cluster, scope, side);
                let hosts = practice.map_or(Says::No, |it| it.says(Habit::NamespacesMatchHosts));
                let whole = matches!(scope.namespaces, NamespaceScope::Matching(_));
                if hosts == Says::No || !whole || !scope.pods.is_everything() {
                    return pods;
                }
                let hosts = self.hosts(side);
                self.any_of(&[pods, hosts])
            }
            PeerMatch::IpBlock(block) => {
                let fits = self.block_fits(block, side, reading);
                match practice {
                    Some(practice) => self.if_reached(practice, side, fits),
                    None => fits,
                }
            }
            PeerMatch::Nodes(nodes) => self.nodes_fit(cluster, nodes, side),
            PeerMatch::DomainName(pattern) => self.name_fits(cluster, pattern, side),
        }
    }

    /// S97: nodes and pods in their network by the labels of the node, addresses outside by those that
    /// nodes have.
    fn nodes_fit(&mut self, cluster: &Cluster, nodes: &Selector, side: &Side<'_>) -> Tri {
        let [own, others] = [true, false].map(|it| cluster.node_addresses(nodes, it));
        let complete = cluster.knows_addresses_of(nodes);
        match &side.who {
            Who::Imagined(_) => self.known(false),
            Who::Outside(family) => {
                let sure = self.address_in(&own, side.end, *family);
                let another = self.address_in(&others, side.end, *family);
                let may = self.formulas.not(another);
                let incomplete = self.formulas.constant(!complete);
                let may = self.formulas.all([may, incomplete]);
                let may = self.formulas.any([sure, may]);
                Tri { sure, may }
            }
            Who::Listed(list) => self.each(side, list, |_, endpoint| match endpoint {
                Endpoint::Node(node) => exactly(nodes.matches(&cluster.nodes.at(node.node).labels)),
                Endpoint::Pod(pod) if !pod.host_network => (false, false),
                Endpoint::Pod(pod) => match cluster.node_of(pod) {
                    Some(node) => exactly(nodes.matches(&cluster.nodes.at(node).labels)),
                    None => (nodes.is_everything(), true),
                },
                Endpoint::Address(address) => {
                    let sure = own.contains(*address);
                    (sure, sure || !(complete || others.contains(*address)))
                }
            }),
        }
    }

    /// S98: where a name leads is never sure.
    fn name_fits(&mut self, cluster: &Cluster, pattern: &DomainPattern, side: &Side<'_>) -> Tri {
        let in_namespace = |id| cluster.may_lead_to_pods(pattern, &cluster.namespaces.at(id).name);
        let perhaps = |encoder: &mut Self, may| Tri {
            sure: encoder.formulas.constant(false),
            may: encoder.formulas.constant(may),
        };
        let others = !cluster.leads_to_service(pattern);
        match &side.who {
            Who::Outside(_) => perhaps(self, others),
            Who::Imagined(Home::Existing(id)) => perhaps(self, in_namespace(*id)),
            Who::Imagined(Home::New) => perhaps(self, cluster.may_lead_to_new_pods(pattern)),
            Who::Listed(list) => self.each(side, list, |_, endpoint| match endpoint {
                Endpoint::Pod(pod) if !pod.host_network => (false, in_namespace(pod.namespace)),
                Endpoint::Pod(_) | Endpoint::Node(_) | Endpoint::Address(_) => (false, others),
            }),
        }
    }

    /// S27, S58: nodes and pods in their network, which may be matched.
    fn hosts(&mut self, side: &Side<'_>) -> Tri {
        let Who::Listed(list) = &side.who else {
            return self.known(false);
        };
        self.each(side, list, |_, endpoint| match endpoint {
            Endpoint::Pod(pod) if !pod.host_network => (false, false),
            Endpoint::Pod(_) | Endpoint::Node(_) => (false, true),
            Endpoint::Address(_) => (false, false),
        })
    }

    /// S45, S50, S59: what a block matches, where the plugin matches blocks to such ends.
    fn if_reached(&mut self, practice: &Practice, side: &Side<'_>, fits: Tri) -> Tri {
        let reached = |habit| -> Fits {
            match practice.says(habit) {
                Says::Yes => (true, true),
                Says::No => (false, false),
                Says::Open => (false, true),
            }
        };
        let pods = reached(Habit::BlocksMatchPods);
        let reached = match &side.who {
            Who::Outside(_) => return fits,
            Who::Imagined(_) => Tri {
                sure: self.formulas.constant(pods.0),
                may: self.formulas.constant(pods.1),
            },
            Who::Listed(list) => self.each(side, list, |_, endpoint| match endpoint {
                Endpoint::Pod(pod) if !pod.host_network => pods,
                Endpoint::Pod(_) | Endpoint::Node(_) => reached(Habit::BlocksMatchNodes),
                Endpoint::Address(_) => (true, true),
            }),
        };
        self.both(fits, reached)
    }
}

fn exactly(fits: bool) -> Fits {
    (fits, fits)
}
