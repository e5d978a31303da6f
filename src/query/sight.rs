//! As which flows the policies may see a connection on its way through a Service: with another
//! source than the client's, to another destination than the pod (S62), or as a pod's to itself
//! (S54). [`crate::hops`] says which; here they are judged.

use super::answer::Looks;
use super::balancer::{doubts, refused_at_balancer};
use super::looks::looks;
use super::traces::{as_judged, either, opened};
use super::vantage::{anybody, client, families, flow_to, place};
use crate::endpoint::{Door, Party};
use crate::hops::{
    Client, Dialled, Led, Place, Seen, SeenDestination, SeenSource, at_host_port, families_of,
    in_a_tunnel, met_at,
};
use crate::model::{Cluster, Direction, Habit, Policy, Says, Service, ServiceId, ServicePort};
use crate::net::Family;
use crate::trace::{
    Endpoint, Exemption, Flow, Half, Trace, Unknown, Verdict, trace, trace_itself_over, trace_over,
};
use std::net::IpAddr;

/// The way to pods through a Service or a port of a node, where clients do not dial the pods
/// themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sight<'a> {
    cluster: &'a Cluster,
    service: Option<(ServiceId, &'a Service)>,
    door: Door,
    /// The IP families over which it may be met; empty where nothing says.
    families: &'a [Family],
    /// The address that was dialled, where one was.
    dialled: Option<IpAddr>,
}

/// What comes of a flow by its way.
pub(super) struct Judged {
    /// The verdict, with the reasons at both ends.
    pub(super) told: Trace,
    /// Whether the way leads there.
    pub(super) led: Led,
    /// How it looks to policies.
    pub(super) looks: Looks,
    /// Why it is stopped on the way, whatever the policies say, where that is so.
    pub(super) stopped: Option<String>,
}

impl<'a> Sight<'a> {
    /// The way to a destination; none where clients dial the pods themselves.
    pub(super) fn of(
        cluster: &'a Cluster,
        destination: &Party<'_>,
        families: &'a [Family],
    ) -> Option<Self> {
        let service = destination.service.map(|id| (id, cluster.services.at(id)));
        let door = destination.door;
        // From a node, a tunnel may show another address (S62).
        let practice = &cluster.practice;
        let told = practice.plugin() != "spec";
        let tunnel = told && practice.says(Habit::Overlay) != Says::No;
        let translates = match service {
            Some((_, service)) => !service.headless || tunnel,
            None => matches!(door, Door::HostPort(..)) || tunnel,
        };
        translates.then_some(Self {
            cluster,
            service,
            door,
            families,
            dialled: destination.dialled,
        })
    }

    /// Whether the way of a connection hangs on which nodes its ends are on.
    pub(super) fn hangs_on_nodes(&self) -> bool {
        let inside_local = self.service.is_some_and(|(_, it)| it.inside_local);
        match self.door {
            Door::Endpoints => false,
            Door::Name | Door::Inside => inside_local,
            Door::Outside(_) | Door::Balancer | Door::NodePort(_) | Door::HostPort(..) => true,
        }
    }

    /// Why the way does not lead to a pod of another node.
    pub(super) fn why_not_led(&self) -> String {
        let Some((_, service)) = self.service else {
            return "the port of the node leads to a pod of that node only".to_owned();
        };
        let name = format!("Service `{}/{}`", service.namespace, service.name);
        match self.door {
            Door::NodePort(node) => format!(
                "{name} has `externalTrafficPolicy: Local`, so that node {} leads to pods of its own \
                 only, and drops the connection where it has none",
                self.cluster.nodes.at(node).name
            ),
            Door::Name
            | Door::Inside
            | Door::Outside(_)
            | Door::Balancer
            | Door::Endpoints
            | Door::HostPort(..) => {
                format!(
                    "{name} has `internalTrafficPolicy: Local`, so that clients are led to pods of \
                     their own node only, and dropped where it has none"
                )
            }
        }
    }

    /// The reason why it is open whether the way leads to a pod.
    pub(super) fn perhaps_led(&self) -> Unknown {
        match self.service {
            Some((id, _)) => Unknown::LocalPods(id),
            None => Unknown::Node,
        }
    }

    /// What comes of a flow to a pod behind the Service of which `direct` is told where policies
    /// see it as it was asked about.
    pub(super) fn judge(
        &self,
        policies: &[&Policy],
        flow: &Flow<'a>,
        port: Option<&ServicePort>,
        direct: Trace,
    ) -> Judged {
        let itself = direct.exemption == Some(Exemption::SamePod) && self.service.is_some();
        let seen = match (self.service, port) {
            (Some((_, service)), Some(port)) => Dialled {
                service,
                port,
                door: self.door,
            }
            .seen(
                self.cluster,
                client(self.cluster, flow.source),
                self.place(flow),
            ),
            _ => self.without_service(flow),
        };
        let known = families(flow, self.families);
        let mut known = known.unwrap_or_else(|| families_of(self.cluster));
        if let Endpoint::Node(id) = flow.destination {
            let service = self.service.map(|(_, service)| service);
            let ips = met_at(service, &id.ips());
            known.retain(|it| ips.is_empty() || ips.iter().any(|ip| Family::of(*ip) == *it));
        }
        let told = match known.as_slice() {
            // Where it looks as it was asked about, its readings are told together (S49).
            [one, other] if !seen.is_plain() => {
                let over = |family| {
                    let direct = trace_over(self.cluster, flow, Some(family));
                    self.judge_over((flow, family, port), (itself, direct), (policies, &seen))
                };
                either((*one, over(*one)), (*other, over(*other)))
            }
            _ => {
                let family = known.first().copied().unwrap_or(Family::V4);
                let direct = match known.as_slice() {
                    [only] => trace_over(self.cluster, flow, Some(*only)),
                    _ => direct,
                };
                self.judge_over((flow, family, port), (itself, direct), (policies, &seen))
            }
        };
        Judged {
            told,
            led: seen.led,
            looks: looks(self.cluster, &seen, port),
            stopped: refused_at_balancer(self.service, self.door, flow),
        }
    }

    /// The same over one IP family.
    fn judge_over(
        &self,
        (flow, family, port): (&Flow<'a>, Family, Option<&ServicePort>),
        (itself, direct): (bool, Trace),
        (policies, seen): (&[&Policy], &Seen),
    ) -> Trace {
        let mut direct = if itself {
            let over = (!seen.is_plain()).then_some(family);
            trace_itself_over(self.cluster, flow, over)
        } else {
            direct
        };
        if self.is_led_to_its_own(flow) {
            direct.verdict = Verdict::Allow;
            direct.exemption = Some(Exemption::NodeToItsPod);
            direct.unknowns = Vec::new();
        }
        if seen.is_plain() {
            return self.doubted(flow, direct);
        }
        let out = seen.destinations.iter();
        let out: Vec<Half> = out
            .flat_map(|it| self.outgoing((policies, family), flow, (*it, port), &direct))
            .collect();
        let into = seen.sources.iter();
        let into: Vec<Half> = into
            .flat_map(|it| self.incoming((policies, family), flow, *it, &direct))
            .collect();
        let mut whys = doubts(self.service, self.door, flow);
        self.combined(direct, (&out, &into), &mut whys, seen)
    }

    /// Where the backend of a flow is; endpoints say where those are that are no pods of the input.
    fn place(&self, flow: &Flow<'a>) -> Place<'a> {
        let Endpoint::Address(address) = flow.destination else {
            return place(self.cluster, flow);
        };
        let service = self.service.map(|(_, service)| service);
        let mut endpoints = service.into_iter().flat_map(|it| &it.endpoints);
        let endpoint = endpoints.find(|it| it.address == address);
        let node = endpoint.and_then(|it| it.node.as_deref());
        node.map_or(Place::NotKnown, Place::On)
    }

    /// Whether a node is led to a pod of its own, of a kind of which each node has one (S55, S78).
    fn is_led_to_its_own(&self, flow: &Flow<'a>) -> bool {
        let local = self.service.is_some_and(|(_, it)| it.inside_local);
        let inside = matches!(self.door, Door::Name | Door::Inside);
        let who = client(self.cluster, flow.source);
        local
            && inside
            && matches!(who, Client::Node(_))
            && self.place(flow) == Place::Everywhere
            && self.cluster.practice.does(Habit::NodeIn)
    }

    /// Where clients dial who answers, if need be at a port of its node.
    fn without_service(&self, flow: &Flow<'a>) -> Seen {
        let (who, place) = (client(self.cluster, flow.source), self.place(flow));
        match self.door {
            Door::HostPort(node, number) => at_host_port(self.cluster, (node, number), who, place),
            Door::Name
            | Door::Inside
            | Door::Outside(_)
            | Door::Balancer
            | Door::Endpoints
            | Door::NodePort(_) => in_a_tunnel(self.cluster, who, place, Seen::plain(Led::Yes)),
        }
    }

    /// A flow that looks as it was asked about, of which the way itself may be open. Who is refused
    /// need not know the way.
    fn doubted(&self, flow: &Flow<'_>, direct: Trace) -> Trace {
        if direct.verdict == Verdict::Deny {
            return direct;
        }
        opened(direct, &mut doubts(self.service, self.door, flow))
    }

    /// The verdict where each end may see the flow in several ways.
    fn combined(
        &self,
        direct: Trace,
        (out, into): (&[Half], &[Half]),
        whys: &mut Vec<Unknown>,
        seen: &Seen,
    ) -> Trace {
        let first = seen.sources.first();
        let all = |halves: &[Half], wanted| halves.iter().all(|half| half.verdict == wanted);
        let alike = |halves: &[Half]| {
            let first = halves.first().map(|half| half.verdict);
            halves.iter().all(|half| Some(half.verdict) == first)
        };
        let mut told = direct;
        if first.is_some_and(|source| *source != SeenSource::Client)
            && let Some(half) = into.first()
        {
            told.ingress = half.clone();
        }
        let dialled = seen.destinations.first();
        if dialled.is_some_and(|it| *it != SeenDestination::Backend)
            && let Some(half) = out.first()
        {
            told.egress = half.clone();
        }
        if told.exemption == Some(Exemption::SamePod) {
            return told;
        }
        // What no policy stops of the client itself is in its half below.
        told.exemption = None;
        if all(out, Verdict::Deny) || all(into, Verdict::Deny) {
            told.verdict = Verdict::Deny;
            told.unknowns = Vec::new();
            return told;
        }
        if !alike(out) || !alike(into) {
            whys.extend(seen.habits.iter().copied().map(Unknown::Habit));
        }
        if let Some((id, _)) = self.service {
            if !alike(out) && whys.is_empty() {
                whys.push(Unknown::OutsideDoor(id));
            }
            if !alike(into) && whys.is_empty() {
                whys.push(Unknown::RewrittenSource(id));
            }
        } else if !alike(out) {
            whys.push(Unknown::Node);
        }
        let open = out
            .iter()
            .chain(into)
            .flat_map(|half| half.unknowns.iter().cloned());
        whys.extend(open);
        told.verdict = Verdict::Allow;
        told.unknowns = Vec::new();
        if seen.sources == [SeenSource::Passed] && told.ingress.verdict == Verdict::Deny {
            told.habits = vec![Habit::NodePortBypass];
        }
        opened(told, whys)
    }

    /// What the policies at the client say of a flow as they may see it.
    fn outgoing(
        &self,
        (policies, family): (&[&Policy], Family),
        flow: &Flow<'_>,
        (seen, port): (SeenDestination, Option<&ServicePort>),
        direct: &Trace,
    ) -> Vec<Half> {
        let number = port.map_or(flow.port, |port| port.port);
        match seen {
            SeenDestination::Backend => vec![as_judged(direct, Direction::Egress)],
            SeenDestination::Node(node, number) => {
                let ends = self.cluster.node_ends_at(node, self.dialled).into_iter();
                let half = |end| {
                    let flow = flow_to(flow, Endpoint::Node(end), number);
                    let told = trace_over(self.cluster, &flow, Some(family));
                    told.half(Direction::Egress).clone()
                };
                ends.map(half).collect()
            }
            SeenDestination::Address(address) => {
                let destination = Endpoint::Address(address);
                vec![self.half(flow_to(flow, destination, number), Direction::Egress)]
            }
            SeenDestination::Anywhere => {
                let all = anybody(policies, family);
                let half = |address| {
                    let destination = Endpoint::Address(address);
                    self.half(flow_to(flow, destination, number), Direction::Egress)
                };
                all.into_iter().map(half).collect()
            }
        }
    }

    /// What the policies at the pod say of a flow as they may see it.
    fn incoming(
        &self,
        (policies, family): (&[&Policy], Family),
        flow: &Flow<'_>,
        seen: SeenSource,
        direct: &Trace,
    ) -> Vec<Half> {
        let from = |address| {
            let source = Endpoint::Address(address);
            self.half(Flow { source, ..*flow }, Direction::Ingress)
        };
        match seen {
            SeenSource::Client => vec![as_judged(direct, Direction::Ingress)],
            SeenSource::Passed => {
                let mut half = direct.ingress.clone();
                half.verdict = Verdict::Allow;
                vec![half]
            }
            SeenSource::Node(node) => {
                let ips = self.cluster.nodes.at(node).ips.iter();
                let of_family: Vec<IpAddr> = ips
                    .copied()
                    .filter(|ip| Family::of(*ip) == family)
                    .collect();
                // A node without an address of that family is met over its own (S48).
                let own = if of_family.is_empty() {
                    self.cluster.nodes.at(node).ips.clone()
                } else {
                    of_family
                };
                own.into_iter().map(from).collect()
            }
            SeenSource::Any => anybody(policies, family).into_iter().map(from).collect(),
        }
    }

    fn half(&self, flow: Flow<'_>, direction: Direction) -> Half {
        trace(self.cluster, &flow).half(direction).clone()
    }
}
