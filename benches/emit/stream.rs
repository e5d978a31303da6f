//! Packets as fast as they go: frames made beforehand, in at the veth of a node and out of it
//! again. All of a packet's way through the node is done by the time that its send returns.

use super::kernel::load::Node;
use super::kernel::netns::set;
use super::kernel::packet::{Kind, frame};
use super::kernel::probe::{Probe, interfaces};
use super::kernel::topology::{far_index, outside, raw};
use nix::sys::socket::{AddressFamily, LinkAddr, MsgFlags, SockFlag, SockType, sendto, socket};
use std::error::Error;
use std::fs::File;
use std::io::{Read as _, Seek as _};
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
    socket: OwnedFd,
    /// Of the veth's other end.
    counters: File,
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
            socket,
            counters: wire.inside(|| File::open("/proc/thread-self/net/dev"))?,
            link,
        })
    }

    /// Sends frames until there are no more or the time is up: nanoseconds for a packet, the median of
    /// batches.
    ///
    /// # Errors
    /// If not all of them come out again, or with `pass` false any.
    pub(crate) fn send(
        &mut self,
        frames: &[Vec<u8>],
        at_most: Duration,
        pass: bool,
    ) -> Result<f64, Box<dyn Error>> {
        let mut arrived = self.arrived()?;
        let start = Instant::now();
        let mut times = Vec::new();
        for batch in frames.chunks_exact(BATCH) {
            let begin = Instant::now();
            for frame in batch {
                let socket = self.socket.as_raw_fd();
                sendto(socket, frame, &self.link, MsgFlags::empty())?;
            }
            let time = begin.elapsed();
            if pass {
                arrived += batch.len() as u64;
            }
            // What the kernel has put off has not been timed.
            if self.settle(arrived)? {
                times.push(time);
            }
            if start.elapsed() > at_most {
                break;
            }
        }
        times.sort_unstable();
        let median = times
            .get(times.len() / 2)
            .ok_or("the machine is too busy")?;
        #[expect(clippy::cast_precision_loss, reason = "it is small")]
        let batch = BATCH as f64;
        Ok(median.as_secs_f64() * 1e9 / batch)
    }

    /// Waits until so many packets have come out: whether they were there at once.
    fn settle(&mut self, wanted: u64) -> Result<bool, Box<dyn Error>> {
        let end = Instant::now();
        let mut at_once = true;
        loop {
            let came = self.arrived()?;
            if came == wanted {
                return Ok(at_once);
            }
            if came > wanted || end.elapsed() > PUT_OFF {
                let message = format!("{came} packets have come out by now, not {wanted}");
                return Err(message.into());
            }
            at_once = false;
            thread::yield_now();
        }
    }

    /// How many packets have come out of the node.
    fn arrived(&mut self) -> Result<u64, Box<dyn Error>> {
        let mut text = String::new();
        self.counters.rewind()?;
        self.counters.read_to_string(&mut text)?;
        let line = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("outside:"));
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
