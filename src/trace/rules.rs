//! One rule against one flow: does it match, by which entries, and if not, what did it miss by.

use super::hit::peer_rank;
use super::matching::{Fit, peer_fits, port_matches};
use super::reading::{Reading, peer_end};
use super::truth::Truth;
use super::{Endpoint, Hit, Miss, PeerMiss, PortMiss, RuleRef};
use crate::model::{Direction, Peers, PortMatch, PortTest, Ports, Rule, Tier};

/// What one rule says of one flow.
#[derive(Debug, Clone)]
pub(super) struct RuleReading {
    /// Whether it matches.
    pub(super) truth: Truth,
    /// By which entries it matches, or may match.
    pub(super) hit: Hit,
    /// What it misses by; meaningful where it does not match.
    pub(super) miss: Miss,
}

/// S21: a rule matches if its peers match and its ports match.
pub(super) fn read_rule(reading: &Reading<'_>, at: RuleRef, rule: &Rule) -> RuleReading {
    let tier = reading.cluster.policies.at(at.policy).tier;
    let Peered {
        truth: peers,
        entry: peer,
        misses: peer_misses,
        holds,
    } = read_peers(reading, (tier, at), &rule.peers);
    let (ports, port, port_miss) = read_ports(reading, (tier, at.direction), &rule.ports);
    RuleReading {
        truth: peers.and(ports),
        hit: Hit {
            rule: at,
            peer,
            port,
        },
        miss: Miss {
            rule: at,
            peer,
            peers: peer_misses,
            ports: port_miss,
            holds: holds + usize::from(port.is_some()),
        },
    }
}

/// What the peers of a rule say of a flow.
struct Peered {
    truth: Truth,
    /// The first entry that matches, or may.
    entry: Option<usize>,
    /// Why none does.
    misses: Vec<PeerMiss>,
    /// How much of what the nearest asks for holds.
    holds: usize,
}

fn read_peers(reading: &Reading<'_>, (tier, at): (Tier, RuleRef), peers: &Peers) -> Peered {
    let entries = match peers {
        // S22: no list means everyone.
        Peers::Anyone => {
            return Peered {
                truth: Truth::Yes,
                entry: None,
                misses: Vec::new(),
                holds: 0,
            };
        }
        Peers::Listed(entries) => entries,
    };
    let end = peer_end(at.direction);
    let fits: Vec<Fit> = entries
        .iter()
        .map(|peer| peer_fits(reading, tier, end, &peer.matches))
        .collect();
    // S23: one entry is enough.
    let truth = Truth::any(fits.iter().map(Fit::truth));
    let matched = first_match(fits.iter().map(Fit::truth));
    let met = matched.and_then(|entry| fits.get(entry));
    // S47: a block does not count as near to an end whose address is not known.
    if let Some(met) = met.filter(|met| !met.hangs_on_address()) {
        return Peered {
            truth,
            entry: matched,
            misses: Vec::new(),
            holds: met.held(),
        };
    }
    let missed = fits.into_iter().enumerate();
    let mut missed: Vec<PeerMiss> = missed.map(|(entry, fit)| fit.miss(entry)).collect();
    missed.sort_by_key(peer_rank);
    Peered {
        truth,
        entry: matched,
        holds: missed.first().map_or(0, |nearest| nearest.holds),
        misses: missed,
    }
}

fn read_ports(
    reading: &Reading<'_>,
    of: (Tier, Direction),
    ports: &Ports,
) -> (Truth, Option<usize>, Option<PortMiss>) {
    let entries = match ports {
        // S22: no list means every port of every protocol.
        Ports::Any => return (Truth::Yes, None, None),
        Ports::Listed(entries) => entries,
    };
    let truths: Vec<Truth> = entries
        .iter()
        .map(|entry| port_matches(reading, of, entry))
        .collect();
    // S23: one entry is enough.
    let truth = Truth::any(truths.iter().cloned());
    let miss = (!truth.is_possible()).then(|| port_miss(reading, entries));
    (truth, first_match(truths), miss)
}

/// The first entry that matches, or the first that may.
fn first_match(truths: impl IntoIterator<Item = Truth>) -> Option<usize> {
    let truths: Vec<Truth> = truths.into_iter().collect();
    let certain = truths.iter().position(Truth::is_certain);
    certain.or_else(|| truths.iter().position(Truth::is_possible))
}

fn port_miss(reading: &Reading<'_>, entries: &[PortMatch]) -> PortMiss {
    let allowed: Vec<PortTest> = entries.iter().map(|entry| entry.test.clone()).collect();
    let mut resolved = Vec::new();
    if let Endpoint::Pod(pod) = reading.flow.destination
        && !pod.host_network
    {
        for test in &allowed {
            if let PortTest::Named { name, protocol } = test {
                let found = pod.named_port(name, *protocol);
                resolved.extend(found.map(|(protocol, port)| (name.clone(), protocol, port)));
            }
        }
    }
    PortMiss {
        asked: (reading.flow.protocol, reading.flow.port),
        allowed,
        resolved,
    }
}
