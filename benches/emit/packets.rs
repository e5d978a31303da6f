//! What a packet costs under each ruleset, as a multiple of what it costs where nothing is asked but
//! whether the connection is known.

use super::figures::Figures;
use super::flows::Flows;
use super::kernel::emitted::{Emitted, load_iptables};
use super::kernel::load::{Node, Variant};
use super::kernel::packet::Kind;
use super::kernel::probe::{Pinned, Probe};
use super::linear;
use super::stream::{Stream, answers, frames};
use std::error::Error;
use std::time::Duration;

/// The rounds, in each of which every ruleset has its turn.
const ROUNDS: usize = 11;

/// Connections opened in a turn.
const NEW: usize = 20_000;

/// Connections that are there already while packets of them are timed, and how many of each.
const ESTABLISHED: usize = 2_000;
const REPEATED: usize = 5;

/// Packets sent to see that rulesets drop what they should.
const DENIED: usize = 4_000;

/// How long a turn lasts at most.
const TURN: Duration = Duration::from_millis(400);

/// Long enough for all packets of any ruleset.
const ALL: Duration = Duration::from_mins(1);

/// What everything is compared with.
const BASE: &str = "table inet base {
	chain forward {
		type filter hook forward priority filter; policy accept;
		ct state established,related accept
	}
}
";

/// A node with a ruleset.
struct Contender {
    name: &'static str,
    stream: Stream,
    new: Figures,
    established: Figures,
}

/// Prints a line for each ruleset.
///
/// # Errors
/// If a ruleset does not load, or does not do with the packets what `trace` says.
pub(crate) fn measure(
    size: &str,
    emitted: &Emitted,
    flows: &Flows,
    variants: &[Variant],
) -> Result<(), Box<dyn Error>> {
    let mut contenders = contenders(emitted, variants)?;
    let _pinned = Pinned::here()?;
    let new = frames(&flows.allowed, NEW);
    let denied = frames(&flows.denied, DENIED);
    for Contender { name, stream, .. } in contenders.iter_mut().skip(1) {
        let dropped = stream.send(&denied, ALL, false);
        dropped.map_err(|error| format!("{name}: {error}"))?;
    }
    let udp = |probe: &&Probe| matches!(probe.packet, Kind::Udp(_));
    let udp: Vec<Probe> = flows.allowed.iter().filter(udp).copied().collect();
    let opening = frames(&udp, ESTABLISHED);
    let answers = answers(&udp, ESTABLISHED);
    let known = vec![opening.clone(); REPEATED].concat();
    for round in 0..ROUNDS {
        let count = contenders.len();
        for turn in 0..count {
            // Nobody always comes after the same one.
            let contender = &mut contenders[(turn + round) % count];
            let Contender { name, stream, .. } = contender;
            let mut take_turn = || {
                stream.node.forget_connections()?;
                let new = stream.send(&new, TURN, true)?;
                stream.node.forget_connections()?;
                stream.send(&opening, ALL, true)?;
                stream.send(&answers, ALL, true)?;
                Ok((new, stream.send(&known, TURN, true)?))
            };
            let times: Result<_, Box<dyn Error>> = take_turn();
            let (new, established) = times.map_err(|error| format!("{name}: {error}"))?;
            contender.new.push(new);
            contender.established.push(established);
        }
    }
    print(size, &contenders);
    Ok(())
}

fn print(size: &str, contenders: &[Contender]) {
    let Some(base) = contenders.first() else {
        return;
    };
    for contender in contenders {
        println!(
            "| {size} | {} | {:.0} ns | {} | {} |",
            contender.name,
            contender.new.median(),
            contender.new.over(&base.new).spread(),
            contender.established.over(&base.established).spread(),
        );
    }
}

/// The nodes, the one that is compared with first.
fn contenders(emitted: &Emitted, variants: &[Variant]) -> Result<Vec<Contender>, Box<dyn Error>> {
    let mut all = Vec::new();
    let mut add = |name, load: &dyn Fn(&Node) -> Result<(), String>| {
        let stream = Stream::new()?;
        load(&stream.node)?;
        all.push(Contender {
            name,
            stream,
            new: Figures::default(),
            established: Figures::default(),
        });
        Ok::<_, Box<dyn Error>>(())
    };
    add("known connections only", &|node| node.load_nft(BASE))?;
    add("netpolc, nftables", &|node| node.load_nft(&emitted.nft()))?;
    for &variant in variants {
        let name = match variant {
            Variant::Nft => "netpolc, iptables-nft",
            Variant::Legacy => "netpolc, iptables-legacy",
        };
        let files = emitted.iptables();
        add(name, &|node| load_iptables(node, &files, variant))?;
    }
    add("nftables, a rule per policy rule", &|node| {
        node.load_nft(&linear::write(&emitted.plan))
    })?;
    Ok(all)
}
