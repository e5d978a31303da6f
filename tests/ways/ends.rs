//! Flows between plain ends, one family at a time, by `trace` alone.

use netpolc::model::{Cluster, Direction, HowMany, NodeId, Pod, PodId};
use netpolc::net::{Family, Protocol};
use netpolc::trace::{Basis, Endpoint, Flow, Half, Verdict, trace, trace_itself_through_service};
use std::net::IpAddr;

/// One end of a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum End {
    Pod(PodId),
    /// A pod that is not there now, by its place among them.
    Dormant(usize),
    Node(NodeId),
    Address(IpAddr),
}

/// The pod at an end.
pub(crate) fn pod_of(cluster: &Cluster, end: End) -> Option<&Pod> {
    match end {
        End::Pod(id) => Some(cluster.pods.at(id)),
        End::Dormant(place) => Some(&cluster.dormant[place].pod),
        End::Node(_) | End::Address(_) => None,
    }
}

/// An answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Says {
    Yes,
    No,
    Open,
}

impl From<Verdict> for Says {
    fn from(verdict: Verdict) -> Self {
        match verdict {
            Verdict::Allow => Self::Yes,
            Verdict::Deny => Self::No,
            Verdict::Undecided => Self::Open,
        }
    }
}

/// What has to hold together: one refusal is enough.
pub(crate) fn weakest(all: impl IntoIterator<Item = Says>) -> Says {
    all.into_iter()
        .fold(Says::Yes, |so_far, it| match (so_far, it) {
            (Says::No, _) | (_, Says::No) => Says::No,
            (Says::Open, _) | (_, Says::Open) => Says::Open,
            (Says::Yes, Says::Yes) => Says::Yes,
        })
}

/// What holds whichever of these is so.
pub(crate) fn whichever(all: impl IntoIterator<Item = Says>) -> Says {
    let mut all = all.into_iter();
    let first = all.next().unwrap_or(Says::Open);
    if all.all(|it| it == first) {
        first
    } else {
        Says::Open
    }
}

/// A flow as it is judged.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Packet {
    pub(crate) protocol: Protocol,
    pub(crate) port: u16,
}

/// A cluster read once for each family, where ends have only the addresses of that family.
#[derive(Debug)]
pub(crate) struct Families<'a> {
    both: &'a Cluster,
    v4: Cluster,
    v6: Cluster,
}

impl<'a> Families<'a> {
    pub(crate) fn of(cluster: &'a Cluster) -> Self {
        let only = |family| {
            let mut less = cluster.clone();
            let keep = |ips: &mut Vec<IpAddr>| {
                let of_family = |ip: &IpAddr| Family::of(*ip) == family;
                if ips.iter().any(of_family) {
                    ips.retain(of_family);
                }
            };
            for id in cluster.pods.ids() {
                keep(&mut less.pods.at_mut(id).ips);
            }
            for id in cluster.nodes.ids() {
                keep(&mut less.nodes.at_mut(id).ips);
            }
            less
        };
        Self {
            both: cluster,
            v4: only(Family::V4),
            v6: only(Family::V6),
        }
    }

    pub(crate) fn cluster(&self, family: Option<Family>) -> &Cluster {
        match family {
            Some(Family::V4) => &self.v4,
            Some(Family::V6) => &self.v6,
            None => self.both,
        }
    }

    /// The addresses that an end has, as far as they are known.
    pub(crate) fn ips(&self, end: End) -> Vec<IpAddr> {
        match end {
            End::Pod(_) | End::Dormant(_) => {
                pod_of(self.both, end).map_or_else(Vec::new, |pod| pod.ips.clone())
            }
            End::Node(id) => self.both.nodes.at(id).ips.clone(),
            End::Address(address) => vec![address],
        }
    }

    /// Whether an end may have an address of a family.
    pub(crate) fn may_have(&self, end: End, family: Family) -> bool {
        let ips = self.ips(end);
        ips.is_empty() || ips.into_iter().any(|ip| Family::of(ip) == family)
    }

    /// The families over which two ends may meet; none where that makes no difference.
    pub(crate) fn between(&self, a: End, b: End, dialled: &[Family]) -> Vec<Option<Family>> {
        let has = |end: End, family: &Family| self.may_have(end, *family);
        let known = !self.ips(a).is_empty() || !self.ips(b).is_empty();
        let all = [Family::V4, Family::V6].into_iter();
        let common = all.filter(|it| dialled.contains(it) && has(a, it) && has(b, it));
        let common: Vec<Option<Family>> = common.map(Some).collect();
        if common.is_empty() || (!known && dialled.len() > 1) {
            return vec![None];
        }
        common
    }
}

fn endpoint(cluster: &Cluster, end: End) -> Endpoint<'_> {
    match end {
        End::Pod(id) => Endpoint::Pod(cluster.pods.at(id)),
        End::Dormant(place) => Endpoint::Pod(&cluster.dormant[place].pod),
        End::Node(id) => Endpoint::Node(cluster.node_ends(id)[0]),
        End::Address(address) => Endpoint::Address(address),
    }
}

fn flow(cluster: &Cluster, from: End, to: End, packet: Packet) -> Flow<'_> {
    Flow {
        source: endpoint(cluster, from),
        destination: endpoint(cluster, to),
        protocol: packet.protocol,
        port: packet.port,
    }
}

/// Whether both ends are one and the same pod.
pub(crate) fn is_itself(cluster: &Cluster, from: End, to: End) -> bool {
    let one = |id| cluster.pods.at(id).count.how_many() == HowMany::One;
    matches!((from, to), (End::Pod(a), End::Pod(b)) if a == b && one(a))
}

/// What is said of a flow as it is, and of its directions.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) whole: Says,
    pub(crate) out: Says,
    pub(crate) into: Says,
}

/// A flow between two ends; through a Service a pod's to itself is left to the plugin (S54).
pub(crate) fn told(cluster: &Cluster, ends: (End, End), packet: Packet, through: bool) -> Told {
    let (from, to) = ends;
    let flow = flow(cluster, from, to, packet);
    let itself = through && is_itself(cluster, from, to);
    let told = if itself {
        trace_itself_through_service(cluster, &flow)
    } else {
        trace(cluster, &flow)
    };
    let of = |half: &Half| match half.basis {
        // S54.
        Basis::NoRule if itself && told.verdict != Verdict::Deny => Says::Open,
        _ => half.verdict.into(),
    };
    let (out, into) = (of(&told.egress), of(&told.ingress));
    // What no policy stops is refused at neither end, and what perhaps none stops, perhaps at neither.
    let exempt = told.exemption.is_some();
    let perhaps = told.verdict == Verdict::Undecided && out != Says::Open && into != Says::Open;
    let at_end = |says: Says| match says {
        _ if exempt => Says::Yes,
        Says::No if perhaps => Says::Open,
        other => other,
    };
    Told {
        whole: told.verdict.into(),
        out: at_end(out),
        into: at_end(into),
    }
}

/// What the policies at one end say of a flow whose other end they see so.
pub(crate) fn at(
    cluster: &Cluster,
    ends: (End, End),
    packet: Packet,
    direction: Direction,
) -> Says {
    let (from, to) = ends;
    let told = trace(cluster, &flow(cluster, from, to, packet));
    told.half(direction).verdict.into()
}
