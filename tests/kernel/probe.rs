//! First packets through the node. Forwarding is done by the time that a send returns, on the same
//! processor, so nothing is waited for; a packet of the lab's own, sent last, shows that all are
//! through even where the kernel put its work off.

use super::lab::PodNet;
use super::netns::Netns;
use super::packet::{self, Kind};
use super::topology::{far_index, near_index, outside};
use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use nix::sched::{CpuSet, sched_getaffinity, sched_getcpu, sched_setaffinity};
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, recvfrom, sendto,
    setsockopt, socket, sockopt,
};
use nix::unistd::Pid;
use std::collections::{BTreeSet, HashMap};
use std::io;
use std::net::{IpAddr, Ipv4Addr};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::thread;

/// One packet to try. An address that is no pod's is outside. What comes from a pod's address
/// enters at the pod's veth, what goes to one must leave by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Probe {
    pub from: IpAddr,
    pub to: IpAddr,
    pub packet: Kind,
}

/// Packets between two looks at what came out: few enough for the receive buffer.
const AT_ONCE: usize = 16;
/// Packets between two flushes of the connections: fewer than there are source ports.
const IN_A_ROW: usize = 20_000;
/// Source ports in use.
const PORTS: std::ops::Range<u16> = 20_000..60_000;
/// Ids below are those of the lab's own packets.
const FIRST_ID: u32 = 0x4e50_0001;
/// Milliseconds that the kernel may take for packets it has put off; nothing else is waited for.
const PUT_OFF_MS: u16 = 10_000;

/// The far ends of all veths.
pub struct Wire {
    socket: OwnedFd,
    /// By veth number.
    links: Vec<LinkAddr>,
    numbers: HashMap<IpAddr, usize>,
    /// Of the pods, by veth number.
    names: Vec<String>,
    /// Sends from the node itself to the outside, past all rules.
    node: OwnedFd,
    node_link: LinkAddr,
    /// Of the probes: consecutive, whatever the lab sends besides.
    next_id: u32,
    next_own: u32,
    next_port: u16,
}

/// Keeps the thread on one processor: what it sends is then forwarded in the order of sending.
pub struct Pinned(CpuSet);

impl Pinned {
    pub fn here() -> nix::Result<Self> {
        let before = sched_getaffinity(Pid::from_raw(0))?;
        let mut only = CpuSet::new();
        only.set(sched_getcpu()?)?;
        sched_setaffinity(Pid::from_raw(0), &only)?;
        Ok(Pinned(before))
    }
}

impl Drop for Pinned {
    fn drop(&mut self) {
        // Being slower is all that can come of a failure.
        let _ = sched_setaffinity(Pid::from_raw(0), &self.0);
    }
}

fn packet_socket() -> nix::Result<OwnedFd> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let fd = socket(
        AddressFamily::Packet,
        SockType::Raw,
        flags,
        SockProtocol::EthAll,
    )?;
    // More than is ever needed; the usual size does too.
    let _ = setsockopt(&fd, sockopt::RcvBufForce, &(4 << 20));
    Ok(fd)
}

/// The addresses of all interfaces of the thread's namespace, by index.
pub fn interfaces() -> nix::Result<HashMap<usize, LinkAddr>> {
    let links = getifaddrs()?.filter_map(|entry| entry.address?.as_link_addr().copied());
    Ok(links.map(|link| (link.ifindex(), link)).collect())
}

fn index(index: u32) -> usize {
    usize::try_from(index).expect("an index of an interface")
}

impl Wire {
    pub fn new(node: &Netns, wire: &Netns, pods: &[PodNet]) -> io::Result<Self> {
        let (far_socket, far) =
            wire.inside(|| nix::Result::Ok((packet_socket()?, interfaces()?)))?;
        let (at_node, near) = node.inside(|| {
            // Of no protocol: it only sends.
            let flags = SockFlag::SOCK_CLOEXEC;
            let fd = socket(AddressFamily::Packet, SockType::Raw, flags, None)?;
            nix::Result::Ok((fd, interfaces()?))
        })?;
        let last = outside(pods.len());
        let link = |number| {
            far.get(&index(far_index(number)))
                .copied()
                .ok_or(Errno::ENODEV)
        };
        let node_link = near
            .get(&index(near_index(last)))
            .copied()
            .ok_or(Errno::ENODEV)?;
        let numbered = |(number, pod): (usize, &PodNet)| {
            let addresses = pod.addresses.clone();
            addresses.into_iter().map(move |address| (address, number))
        };
        Ok(Wire {
            socket: far_socket,
            links: (0..=last).map(link).collect::<nix::Result<_>>()?,
            numbers: pods.iter().enumerate().flat_map(numbered).collect(),
            names: pods.iter().map(|pod| pod.name.clone()).collect(),
            node: at_node,
            node_link,
            next_id: FIRST_ID,
            next_own: 1,
            next_port: PORTS.start,
        })
    }

    /// The veth number of an address.
    fn number(&self, address: IpAddr) -> usize {
        let outside = self.links.len() - 1;
        self.numbers.get(&address).copied().unwrap_or(outside)
    }

    /// Which probes arrive where they are meant for; `forget` forgets connections.
    pub fn probe(
        &mut self,
        probes: &[Probe],
        forget: impl Fn() -> Result<(), String>,
    ) -> Result<Vec<bool>, String> {
        // Connections without ports are known by their addresses alone, and a packet the other way
        // would be taken for an answer: each such packet goes by itself.
        let other = |probe: &Probe| matches!(probe.packet, Kind::Other(_));
        let runs = probes.chunk_by(|a, b| !other(a) && !other(b));
        let mut passed = Vec::with_capacity(probes.len());
        for run in runs.flat_map(|run| run.chunks(IN_A_ROW)) {
            forget()?;
            passed.extend(self.send(run)?);
        }
        Ok(passed)
    }

    /// As `probe`, with whatever connections the node knows of.
    pub fn send(&mut self, probes: &[Probe]) -> Result<Vec<bool>, String> {
        if let Some(probe) = probes.iter().find(|probe| !probe.is_possible()) {
            return Err(format!("{probe:?} is nothing that is ever forwarded"));
        }
        let pinned = Pinned::here().map_err(|error| format!("cannot pin the thread: {error}"))?;
        // A source port that is also asked for would make one packet the answer to another.
        let taken: BTreeSet<u16> = probes
            .iter()
            .filter_map(|probe| probe.packet.port())
            .collect();
        let mut arrivals = Arrivals::of(probes, self.next_id);
        for some in probes.chunks(AT_ONCE) {
            for probe in some {
                self.inject(probe, &taken)?;
            }
            self.collect(&mut arrivals)?;
        }
        self.settle(&mut arrivals)?;
        drop(pinned);
        Ok(arrivals.arrived)
    }

    /// The id that the next packet will have.
    pub fn next_id(&self) -> u32 {
        self.next_id
    }

    fn fresh_id(&mut self) -> Result<u32, String> {
        let id = self.next_id;
        let next = id.checked_add(1);
        self.next_id = next.ok_or("a lab takes three billion packets and no more")?;
        Ok(id)
    }

    fn fresh_port(&mut self, taken: &BTreeSet<u16>) -> u16 {
        loop {
            let port = self.next_port;
            self.next_port = if port + 1 == PORTS.end {
                PORTS.start
            } else {
                port + 1
            };
            if !taken.contains(&port) {
                return port;
            }
        }
    }

    fn inject(&mut self, probe: &Probe, taken: &BTreeSet<u16>) -> Result<(), String> {
        let (port, id) = (self.fresh_port(taken), self.fresh_id()?);
        let frame = packet::frame(probe.from, probe.to, probe.packet, port, id);
        let link = self.links[self.number(probe.from)];
        sendto(self.socket.as_raw_fd(), &frame, &link, MsgFlags::empty())
            .map_err(|error| format!("{probe:?} cannot be sent: {error}"))?;
        Ok(())
    }

    /// Takes what has come out by now. The kernel does not show a socket what itself has sent.
    fn collect(&self, arrivals: &mut Arrivals) -> Result<(), String> {
        let mut buffer = [0; 2048];
        loop {
            let (length, link) = match recvfrom::<LinkAddr>(self.socket.as_raw_fd(), &mut buffer) {
                Ok((length, Some(link))) => (length, link),
                Ok((_, None)) | Err(Errno::EINTR) => continue,
                Err(Errno::EAGAIN) => return Ok(()),
                Err(error) => return Err(format!("cannot receive: {error}")),
            };
            if let Some(id) = packet::id_of(&buffer[..length]) {
                let number = self
                    .links
                    .iter()
                    .position(|l| l.ifindex() == link.ifindex());
                arrivals.take(id, number, self)?;
            }
        }
    }

    /// Waits until everything sent has gone its way: a packet of the lab's own queues behind all
    /// others for their first half of the way, a second one for the other half.
    fn settle(&mut self, arrivals: &mut Arrivals) -> Result<(), String> {
        for _ in 0..2 {
            let id = self.next_own;
            self.next_own = if id + 1 == FIRST_ID { 1 } else { id + 1 };
            let nowhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
            let frame = packet::frame(nowhere, nowhere, Kind::Udp(9), 9, id);
            sendto(
                self.node.as_raw_fd(),
                &frame,
                &self.node_link,
                MsgFlags::empty(),
            )
            .map_err(|error| format!("the node cannot send: {error}"))?;
            arrivals.last = Some(id);
            self.collect(arrivals)?;
            while arrivals.last.is_some() {
                let mut waiting = [PollFd::new(self.socket.as_fd(), PollFlags::POLLIN)];
                match poll(&mut waiting, PollTimeout::from(PUT_OFF_MS)) {
                    Ok(0) => return Err("the lab's own packet got lost".to_owned()),
                    Ok(_) | Err(Errno::EINTR) => self.collect(arrivals)?,
                    Err(error) => return Err(format!("cannot wait: {error}")),
                }
            }
        }
        Ok(())
    }
}

/// The kernel takes tens of milliseconds to close a packet socket for the last time; another thread
/// does so.
impl Drop for Wire {
    fn drop(&mut self) {
        let again = (self.socket.try_clone(), self.node.try_clone());
        thread::spawn(move || drop(again));
    }
}

impl Probe {
    fn is_possible(&self) -> bool {
        let both = [self.from, self.to];
        self.from.is_ipv4() == self.to.is_ipv4() && both.into_iter().all(packet::is_forwarded)
    }
}

/// What came out of what was sent.
struct Arrivals<'p> {
    probes: &'p [Probe],
    /// The id of the first probe.
    first: u32,
    arrived: Vec<bool>,
    /// The lab's own packet that has not come yet.
    last: Option<u32>,
}

impl<'p> Arrivals<'p> {
    fn of(probes: &'p [Probe], first: u32) -> Self {
        let arrived = vec![false; probes.len()];
        Arrivals {
            probes,
            first,
            arrived,
            last: None,
        }
    }

    /// Notes a packet that came out at the veth `at`.
    fn take(&mut self, id: u32, at: Option<usize>, wire: &Wire) -> Result<(), String> {
        if self.last == Some(id) {
            self.last = None;
            return Ok(());
        }
        let distance = id
            .checked_sub(self.first)
            .and_then(|d| usize::try_from(d).ok());
        let Some((probe, arrived)) =
            distance.and_then(|d| Some((self.probes.get(d)?, self.arrived.get_mut(d)?)))
        else {
            // Of the node's own making: it answers what is rejected.
            return Ok(());
        };
        if at != Some(wire.number(probe.to)) {
            let name = at.and_then(|number| wire.names.get(number));
            let name = name.map_or("the outside", String::as_str);
            return Err(format!("{probe:?} came out at {name}"));
        }
        if std::mem::replace(arrived, true) {
            return Err(format!("{probe:?} came out twice"));
        }
        Ok(())
    }
}
