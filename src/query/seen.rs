//! As which flows the policies may see a connection through a Service: with another source than
//! the client's (S62), or as a pod's to itself (S54).

use crate::endpoint::{Cuts, Door, Party};
use crate::model::{Cluster, Direction, Policy, Service, ServiceId, ServiceKind, ServicePort};
use crate::net::{AddressSet, Family, Protocol};
use crate::trace::{
    Endpoint, Exemption, Flow, Trace, Unknown, Verdict, trace, trace_itself_through_service,
};
use std::net::IpAddr;

/// A Service that translates connections, and the way to it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    cluster: &'a Cluster,
    id: ServiceId,
    service: &'a Service,
    door: Door,
}

impl<'a> Sight<'a> {
    /// The Service in front of a destination; none where clients dial the pods themselves.
    pub(super) fn of(cluster: &'a Cluster, destination: &Party<'_>) -> Option<Self> {
        let id = destination.service?;
        let service = cluster.services.at(id);
        (!service.headless).then_some(Self {
            cluster,
            id,
            service,
            door: destination.door,
        })
    }

    /// What comes of a flow to a pod behind the Service of which `direct` is told where policies
    /// see it as it was asked about.
    pub(super) fn judge(
        &self,
        policies: &[&Policy],
        flow: &Flow<'_>,
        port: &ServicePort,
        direct: Trace,
    ) -> Trace {
        let itself = direct.exemption == Some(Exemption::SamePod);
        let told = if itself {
            trace_itself_through_service(self.cluster, flow)
        } else {
            direct
        };
        match (flow.source, self.door) {
            (Endpoint::Address(client), door) => {
                self.outside_client(policies, flow, client, door, told)
            }
            (Endpoint::Pod(_) | Endpoint::Node(_), Door::Outside(address)) => {
                self.inside_client(policies, flow, (address, port), told)
            }
            (Endpoint::Pod(_) | Endpoint::Node(_), Door::Name | Door::Inside) => told,
        }
    }

    /// A client outside the cluster.
    fn outside_client(
        &self,
        policies: &[&Policy],
        flow: &Flow<'_>,
        client: IpAddr,
        door: Door,
        told: Trace,
    ) -> Trace {
        let only_inside = door == Door::Inside || !self.service.is_met_from_outside();
        let keeps_source = self.service.outside.keeps_source && !only_inside;
        let mut whys = Vec::new();
        if only_inside {
            whys.push(Unknown::InsideOnly(self.id));
        }
        let ranges = &self.service.outside.source_ranges;
        let balanced = self.service.kind == ServiceKind::LoadBalancer && !only_inside;
        if balanced && !ranges.is_empty() && !ranges.contains(client) {
            whys.push(Unknown::SourceRanges(self.id));
        }
        let alike = keeps_source || {
            let all = self.ingress_of_any(policies, flow, Family::of(client));
            all.iter().all(|verdict| *verdict == told.ingress.verdict)
        };
        if !alike && whys.is_empty() {
            whys.push(Unknown::RewrittenSource(self.id));
        }
        // Who lets nobody in need not know who it is.
        if alike && told.verdict == Verdict::Deny {
            return told;
        }
        opened(told, whys)
    }

    /// A client in the cluster that dials an address of the Service outside: the connection turns
    /// round on the node, or at the load balancer.
    fn inside_client(
        &self,
        policies: &[&Policy],
        flow: &Flow<'_>,
        (address, port): (IpAddr, &ServicePort),
        told: Trace,
    ) -> Trace {
        if told.exemption == Some(Exemption::NodeToItsPod) {
            return told;
        }
        let dialled = Flow {
            destination: Endpoint::Address(address),
            port: port.port,
            ..*flow
        };
        let out = [told.egress.verdict, self.half(&dialled, Direction::Egress)];
        let mut inside = vec![told.ingress.verdict];
        if !self.service.outside.keeps_source {
            inside.extend(self.ingress_of_any(policies, flow, Family::of(address)));
        }
        let all = |verdicts: &[Verdict], wanted| verdicts.iter().all(|it| *it == wanted);
        let refused = all(&out, Verdict::Deny) || all(&inside, Verdict::Deny);
        let mut whys = Vec::new();
        if !refused && !all(&out, told.egress.verdict) {
            whys.push(Unknown::OutsideDoor(self.id));
        }
        if !refused && !all(&inside, told.ingress.verdict) {
            whys.push(Unknown::RewrittenSource(self.id));
        }
        opened(told, whys)
    }

    /// What the policies at the destination say of each source that they could tell from others.
    fn ingress_of_any(
        &self,
        policies: &[&Policy],
        flow: &Flow<'_>,
        family: Family,
    ) -> Vec<Verdict> {
        let cuts = Cuts::of(policies.iter().copied());
        let local = AddressSet::link_local().union(&AddressSet::loopback());
        let all = AddressSet::all().only(family).difference(&local);
        let sources = cuts.split(&all).into_iter();
        let verdict = |(address, _)| {
            let source = Endpoint::Address(address);
            self.half(&Flow { source, ..*flow }, Direction::Ingress)
        };
        sources.map(verdict).collect()
    }

    fn half(&self, flow: &Flow<'_>, direction: Direction) -> Verdict {
        trace(self.cluster, flow).half(direction).verdict
    }
}

/// The Service to which a port on every node leads.
pub(super) fn behind_node_port(
    cluster: &Cluster,
    protocol: Protocol,
    number: u16,
) -> Option<ServiceId> {
    let leads = |port: &ServicePort| (port.node_port, port.protocol) == (Some(number), protocol);
    let met = |service: &Service| {
        matches!(
            service.kind,
            ServiceKind::NodePort | ServiceKind::LoadBalancer
        )
    };
    let mut services = cluster.services.iter();
    let found = services.find(|(_, service)| met(service) && service.ports.iter().any(leads));
    found.map(|(id, _)| id)
}

/// A trace that is open for reasons of the way, if there are any.
pub(super) fn opened(mut told: Trace, whys: Vec<Unknown>) -> Trace {
    if !whys.is_empty() {
        told.verdict = Verdict::Undecided;
        told.exemption = None;
        told.unknowns.extend(whys);
        told.unknowns.sort_unstable();
        told.unknowns.dedup();
    }
    told
}
