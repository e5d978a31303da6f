//! Packets as fast as they go: frames made beforehand, in at the veth of a node and out of it
//! again. All of a packet's way through the node is done by the time that its send returns.

use super::kernel::load::Node;
use super::kernel::netns::{Netns, set};
use super::kernel::packet::{Kind, frame};
use super::kernel::probe::{Probe, interfaces};
use super::kernel::topology::{far_index, outside, raw};
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockType, sendto, socket,
};
use std::error::Error;
use std::fs;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::thread;
use std::time::{Duration, Instant};

/// Packets that are timed together: few enough that most batches are not interrupted.
const BATCH: usize = 200;

/// The source ports of connections; no flow asks for one of them.
const PORTS: std::ops::Range<u16> = 20_000..60_000;

/// How long to wait for packets that the kernel has put off.
const PUT_OFF: Duration = Duration::from_secs(2);

/// A node with one veth, behind which all addresses are.
pub(crate) struct Stream {
    pub(crate) node: Node,
    wire: Netns,
    socket: OwnedFd,
    link: LinkAddr,
}

impl Stream {
    pub(crate) fn new() -> Result<Self, Box<dyn Error>> {
        let (node, wire) = raw(&[])?;
        // Its own packets would be counted, and there is IPv4 only.
        node.inside(|| set("ipv6/conf/all/disable_ipv6", "1"))?;
        let (socket, links) = wire.inside(|| {
            // Of no protocol: it only sends.
            let flags = SockFlag::SOCK_CLOEXEC;
            let socket = socket(AddressFamily::Packet, SockType::Raw, flags, None)?;
            nix::Result::Ok((socket, interfaces()?))
        })?;
        let index = usize::try_from(far_index(outside(0)))?;
        let link = links.get(&index).copied().ok_or("no veth")?;
        let node = Node::new(node)?;
        Ok(Self {
            node,
            wire,
            socket,
            link,
        })
    }

    /// Sends frames until there are no more or the time is up: nanoseconds for a packet, the median of
    /// batches.
    ///
    /// # Errors
    /// If not all of them come out again, or with `pass` false any.
    pub(crate) fn send(
        &self,
        frames: &[Vec<u8>],
        at_most: Duration,
        pass: bool,
    ) -> Result<f64, Box<dyn Error>> {
        let before = self.arrived()?;
        let start = Instant::now();
        let (mut sent, mut times) = (0, Vec::new());
        for batch in frames.chunks_exact(BATCH) {
            let begin = Instant::now();
            for frame in batch {
                let socket = self.socket.as_raw_fd();
                sendto(socket, frame, &self.link, MsgFlags::empty())?;
            }
            times.push(begin.elapsed());
            sent += batch.len() as u64;
            if start.elapsed() > at_most {
                break;
            }
        }
        let wanted = if pass { sent } else { 0 };
        let mut came = self.arrived()? - before;
        let end = Instant::now();
        while came < wanted && end.elapsed() < PUT_OFF {
            thread::sleep(Duration::from_millis(1));
            came = self.arrived()? - before;
        }
        if came != wanted {
            return Err(format!("of {sent} packets {came} came out, not {wanted}").into());
        }
        times.sort_unstable();
        let median = times.get(times.len() / 2).ok_or("too few packets")?;
        #[expect(clippy::cast_precision_loss, reason = "200")]
        let batch = BATCH as f64;
        Ok(median.as_secs_f64() * 1e9 / batch)
    }

    /// How many packets have come out of the node.
    fn arrived(&self) -> Result<u64, Box<dyn Error>> {
        let text = self
            .wire
            .inside(|| fs::read_to_string("/proc/thread-self/net/dev"))?;
        let line = text.lines().find_map(|line| line.trim().strip_prefix("outside:"));
        // Bytes, then packets.
        let packets = line.and_then(|line| line.split_whitespace().nth(1));
        Ok(packets.ok_or("no counter")?.parse()?)
    }
}

/// A frame for each connection: the probes over and over, from another port each.
pub(crate) fn frames(probes: &[Probe], count: usize) -> Vec<Vec<u8>> {
    let each = probes.iter().cycle().zip(connections(count));
    each.map(|(probe, (port, id))| frame(probe.from, probe.to, probe.packet, port, id))
        .collect()
}

/// The answers to such frames, for UDP; none for others.
pub(crate) fn answers(probes: &[Probe], count: usize) -> Vec<Vec<u8>> {
    let each = probes.iter().cycle().zip(connections(count));
    each.filter_map(|(probe, (port, id))| match probe.packet {
        Kind::Udp(own) => Some(frame(probe.to, probe.from, Kind::Udp(port), own, id)),
        _ => None,
    })
    .collect()
}

fn connections(count: usize) -> impl Iterator<Item = (u16, u32)> {
    PORTS.cycle().zip(1..).take(count)
}
