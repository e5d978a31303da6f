//! The policies of a synthetic cluster.

use super::random::Random;
use super::{APPS, Place, Shape, TIERS};
use netpolc::model::{
    Action, IpBlock, NAMESPACE_NAME_LABEL, NamespaceScope, Origin, Peer, PeerMatch, PeerPlace,
    Peers, PodScope, Policy, PolicyKind, PortMatch, PortTest, Ports, Rule, Tier,
};
use netpolc::net::{Cidr, Protocol};
use netpolc::selector::{Operator, Requirement, Selector};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// All policies: first those that deny by default, then the others, spread over namespaces as pods
/// are.
pub(super) fn policies(shape: &Shape, places: &[Place], random: &mut Random) -> Vec<Policy> {
    let cidrs = cidrs(shape.cidrs, random);
    let mut drawer = Drawer {
        shape,
        places,
        cidrs,
        random,
    };
    let mut all = Vec::with_capacity(shape.policies);
    for place in places.iter().take(shape.policies) {
        if drawer.random.chance(shape.default_deny) {
            let both = drawer.random.chance(shape.deny_egress);
            all.push(default_deny(place, both));
        }
    }
    let rest = shape.policies - all.len();
    let pods: usize = places.iter().map(|place| place.pods).sum::<usize>().max(1);
    let (mut passed, mut given) = (0, 0);
    for place in places {
        passed += place.pods;
        let until = rest * passed / pods;
        for number in given..until {
            all.push(drawer.policy(place, number - given));
        }
        given = until;
    }
    all
}

/// Different address blocks: networks outside, a few with holes, and everything but the inside.
fn cidrs(count: usize, random: &mut Random) -> Vec<IpBlock> {
    let network = |address: u32, length: u8| {
        let address = IpAddr::V4(Ipv4Addr::from(address));
        Cidr::new(address, length).unwrap_or(Cidr::host(address))
    };
    let block = |index: usize| {
        if index == 0 {
            let inside = u32::from_be_bytes([10, 0, 0, 0]);
            return IpBlock {
                cidr: network(0, 0),
                except: vec![network(inside, 8)],
            };
        }
        // 32.0.0.0 and up: outside of every pod and node.
        let address = 0x2000_0000 + u32::try_from(random.below(0x6000_0000)).unwrap_or_default();
        let length = *random.pick(&[16, 20, 24, 24, 32]);
        let holes = length < 24 && random.chance(30);
        IpBlock {
            cidr: network(address, length),
            except: Vec::from_iter(holes.then(|| network(address, 28))),
        }
    };
    (0..count.max(1)).map(block).collect()
}

fn default_deny(place: &Place, both: bool) -> Policy {
    Policy {
        ingress: Some(Vec::new()),
        egress: both.then(Vec::new),
        ..blank(place, "default-deny", Selector::everything())
    }
}

fn blank(place: &Place, name: &str, pods: Selector) -> Policy {
    Policy {
        kind: PolicyKind::NetworkPolicy,
        namespace: Some(Arc::clone(&place.name)),
        name: name.into(),
        tier: Tier::NetworkPolicy,
        priority: 0,
        subject: own(place, pods),
        ingress: None,
        egress: None,
        origin: Origin::default(),
        subject_origin: Origin::default(),
    }
}

/// Pods of the policy's own namespace.
fn own(place: &Place, pods: Selector) -> PodScope {
    PodScope {
        namespaces: NamespaceScope::Named(Arc::clone(&place.name)),
        pods,
    }
}

/// Draws the parts of policies.
struct Drawer<'a> {
    shape: &'a Shape,
    places: &'a [Place],
    cidrs: Vec<IpBlock>,
    random: &'a mut Random,
}

impl Drawer<'_> {
    fn policy(&mut self, place: &Place, number: usize) -> Policy {
        let subject = if self.random.chance(self.shape.select_nothing) {
            // What is left when a workload goes and its policy stays.
            Selector::labels([("app", &*format!("gone-{number}"))])
        } else {
            self.subject(place)
        };
        let direction = self.random.below(10);
        let mut policy = blank(place, &format!("allow-{number}"), subject);
        if direction < 8 {
            policy.ingress = Some(self.rules(place));
        }
        if direction >= 6 {
            policy.egress = Some(self.rules(place));
        }
        policy
    }

    /// One application mostly, else a tier, a set, a version, or the whole namespace.
    fn subject(&mut self, place: &Place) -> Selector {
        match self.random.below(100) {
            0..35 => self.app(place),
            35..60 => Selector::labels([("tier", *self.random.pick(&TIERS))]),
            60..70 => self.some_apps(place),
            70..75 => Selector::new(vec![Requirement {
                key: "version".into(),
                operator: Operator::NotIn,
                values: vec![format!("v{}", 1 + self.random.below(4)).into()],
            }]),
            _ => Selector::everything(),
        }
    }

    /// One application of a namespace; one that is nowhere if it has none.
    fn app(&mut self, place: &Place) -> Selector {
        if place.apps.is_empty() {
            return Selector::labels([("app", "none")]);
        }
        let (app, _) = self.random.pick(&place.apps);
        Selector::labels([("app", &**app)])
    }

    fn some_apps(&mut self, place: &Place) -> Selector {
        let mut values: Vec<Arc<str>> = vec!["none".into()];
        for _ in 0..3.min(place.apps.len()) {
            let (app, _) = self.random.pick(&place.apps);
            if !values.contains(app) {
                values.push(Arc::clone(app));
            }
        }
        Selector::new(vec![Requirement {
            key: "app".into(),
            operator: Operator::In,
            values,
        }])
    }

    fn rules(&mut self, place: &Place) -> Vec<Rule> {
        let count = self.random.count(self.shape.more);
        (0..count).map(|_| self.rule(place)).collect()
    }

    fn rule(&mut self, place: &Place) -> Rule {
        let peers = self.random.count(self.shape.more);
        let ports = self.random.count(self.shape.more);
        Rule {
            action: Action::Accept,
            peers: Peers::Listed((0..peers).map(|_| self.peer(place)).collect()),
            ports: if self.random.chance(10) {
                Ports::Any
            } else {
                Ports::Listed((0..ports).map(|_| self.port()).collect())
            },
            origin: Origin::default(),
        }
    }

    fn peer(&mut self, place: &Place) -> Peer {
        let matches = if self.random.chance(self.shape.ip_blocks) {
            PeerMatch::IpBlock(self.random.pick(&self.cidrs).clone())
        } else if self.random.chance(self.shape.cross_namespace) {
            PeerMatch::Pods(self.elsewhere())
        } else {
            let pods = if self.random.chance(80) {
                self.app(place)
            } else {
                self.subject(place)
            };
            PeerMatch::Pods(own(place, pods))
        };
        let origin = Origin::default();
        Peer {
            matches,
            place: PeerPlace::default(),
            origin,
        }
    }

    /// Pods of another namespace, or of all of a team's.
    fn elsewhere(&mut self) -> PodScope {
        let place = self.random.pick(self.places);
        let named = Selector::labels([(NAMESPACE_NAME_LABEL, &*place.name)]);
        let team = Selector::labels([("team", &*place.team)]);
        let (namespaces, pods) = match self.random.below(10) {
            0..5 => (named, self.app(place)),
            5..7 => (named, Selector::everything()),
            7..9 => (team, Selector::everything()),
            _ => (team, self.app(place)),
        };
        PodScope {
            namespaces: NamespaceScope::Matching(namespaces),
            pods,
        }
    }

    fn port(&mut self) -> PortMatch {
        let (_, name, port, _) = *self.random.pick(&APPS);
        let range = |protocol, first, last| PortTest::Range {
            protocol,
            first,
            last,
        };
        let test = match self.random.below(20) {
            0..3 => PortTest::Named {
                name: name.into(),
                protocol: Some(Protocol::Tcp),
            },
            3 => range(Protocol::Udp, 53, 53),
            4 => range(Protocol::Tcp, 8000, 8099),
            _ => range(Protocol::Tcp, port, port),
        };
        let origin = Origin::default();
        PortMatch {
            test,
            end_port: false,
            origin,
        }
    }
}
