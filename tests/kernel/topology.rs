//! A node with one routed veth per pod and one to the outside. Every address has its own route and
//! a permanent neighbour, so nothing is ever asked for on the wire.

use super::lab::PodNet;
use super::netlink::{CREATE, EXCLUSIVE, Netlink, Request, attribute};
use super::netns::{Netns, set};
use nix::sys::socket::SockProtocol;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::thread;
use std::time::{Duration, Instant};

/// The address of every veth at the node.
pub const NEAR: [u8; 6] = [2, 0, 0, 0, 0, 1];
/// The address of every veth's other end, as the node sends to it.
pub const FAR: [u8; 6] = [2, 0, 0, 0, 0, 2];
/// The address that the other ends have in the wire: not the one sent to, so that its own stack
/// ignores all packets.
const DEAF: [u8; 6] = [2, 0, 0, 0, 0, 3];

/// The veth number of the outside; pod `n` of the list has number `n`, from 0.
pub const fn outside(pods: usize) -> usize {
    pods
}

/// The interface's index at the node for a veth number.
pub fn near_index(number: usize) -> u32 {
    u32::try_from(number).expect("few veths") + 10
}

/// The interface's index at the other end for a veth number.
pub fn far_index(number: usize) -> u32 {
    u32::try_from(number).expect("few veths") + 100_000
}

const RTM_NEWLINK: u16 = 16;
const RTM_NEWADDR: u16 = 20;
const RTM_NEWROUTE: u16 = 24;
const RTM_NEWNEIGH: u16 = 28;
const IFF_UP: u32 = 1;

const GATEWAY_V4: IpAddr = IpAddr::V4(Ipv4Addr::new(169, 254, 1, 1));
const GATEWAY_V6: IpAddr = IpAddr::V6(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 1));

fn family(address: IpAddr) -> u8 {
    if address.is_ipv4() { 2 } else { 10 }
}

fn octets(address: IpAddr) -> Vec<u8> {
    match address {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets().to_vec(),
    }
}

/// `struct ifinfomsg`.
fn link(index: u32, up: bool) -> Vec<u8> {
    let mut bytes = vec![0; 4];
    bytes.extend(index.to_ne_bytes());
    let flags = if up { IFF_UP } else { 0 };
    bytes.extend(flags.to_ne_bytes());
    bytes.extend(flags.to_ne_bytes());
    bytes
}

const IFLA_ADDRESS: u16 = 1;
const IFLA_IFNAME: u16 = 3;
const IFLA_LINKINFO: u16 = 18;
const IFLA_NET_NS_FD: u16 = 28;
const INFO_KIND: u16 = 1;
const INFO_DATA: u16 = 2;
const VETH_INFO_PEER: u16 = 1;

/// A veth whose other end is in `far`. That end is still down: the kernel raises none that is not
/// joined to its peer yet.
pub fn veth(
    number: usize,
    near_name: &str,
    far: &Netns,
    far_name: &str,
    far_mac: [u8; 6],
) -> Request {
    let peer = |request: Request| {
        request
            .raw(&link(far_index(number), false))
            .with(IFLA_IFNAME, format!("{far_name}\0").as_bytes())
            .with(IFLA_ADDRESS, &far_mac)
            .with(IFLA_NET_NS_FD, &far.raw().to_ne_bytes())
    };
    let kind = |request: Request| {
        request
            .with(INFO_KIND, b"veth\0")
            .within(INFO_DATA, |data| data.within(VETH_INFO_PEER, peer))
    };
    Request::new(
        RTM_NEWLINK,
        CREATE | EXCLUSIVE,
        &link(near_index(number), true),
    )
    .with(IFLA_IFNAME, format!("{near_name}\0").as_bytes())
    .with(IFLA_ADDRESS, &NEAR)
    .within(IFLA_LINKINFO, kind)
}

/// Raises the other end of a veth.
pub fn raised(number: usize) -> Request {
    Request::new(RTM_NEWLINK, 0, &link(far_index(number), true))
}

/// Raises `lo`: without any address of its own, a namespace takes no gateway either.
pub fn loopback() -> Request {
    Request::new(RTM_NEWLINK, 0, &link(1, true))
}

/// A permanent neighbour.
fn neighbour(index: u32, address: IpAddr, mac: [u8; 6]) -> Request {
    const PERMANENT: u16 = 0x80;
    const NDA_DST: u16 = 1;
    const NDA_LLADDR: u16 = 2;
    let mut fixed = vec![family(address), 0, 0, 0];
    fixed.extend(index.to_ne_bytes());
    fixed.extend(PERMANENT.to_ne_bytes());
    fixed.extend([0, 0]);
    Request::new(RTM_NEWNEIGH, CREATE | EXCLUSIVE, &fixed)
        .with(NDA_DST, &octets(address))
        .with(NDA_LLADDR, &mac)
}

const RTA_DST: u16 = 1;
const RTA_OIF: u16 = 4;
const RTA_GATEWAY: u16 = 5;

/// `struct rtmsg` of a unicast route in the main table.
fn route(family: u8, length: u8, scope: u8, flags: u32) -> Request {
    const MAIN: u8 = 254;
    const STATIC: u8 = 4;
    const UNICAST: u8 = 1;
    let mut fixed = vec![family, length, 0, 0, MAIN, STATIC, scope, UNICAST];
    fixed.extend(flags.to_ne_bytes());
    Request::new(RTM_NEWROUTE, CREATE | EXCLUSIVE, &fixed)
}

/// The route to one address.
fn to_host(index: u32, address: IpAddr) -> Request {
    const LINK: u8 = 253;
    let length = if address.is_ipv4() { 32 } else { 128 };
    route(family(address), length, LINK, 0)
        .with(RTA_DST, &octets(address))
        .with(RTA_OIF, &index.to_ne_bytes())
}

/// The routes to everything else, by way of a gateway that is not asked whether it is there.
pub fn default_routes(index: u32, mac: [u8; 6]) -> Vec<Request> {
    const ONLINK: u32 = 4;
    let through = |gateway| {
        let route = route(family(gateway), 0, 0, ONLINK)
            .with(RTA_GATEWAY, &octets(gateway))
            .with(RTA_OIF, &index.to_ne_bytes());
        [neighbour(index, gateway, mac), route]
    };
    [GATEWAY_V4, GATEWAY_V6]
        .into_iter()
        .flat_map(through)
        .collect()
}

/// An address of a pod, at its own end.
pub fn own_address(index: u32, address: IpAddr) -> Request {
    const IFA_ADDRESS: u16 = 1;
    const IFA_LOCAL: u16 = 2;
    const NODAD: u8 = 2;
    let length = if address.is_ipv4() { 32 } else { 128 };
    let mut fixed = vec![family(address), length, NODAD, 0];
    fixed.extend(index.to_ne_bytes());
    Request::new(RTM_NEWADDR, CREATE | EXCLUSIVE, &fixed)
        .with(IFA_LOCAL, &octets(address))
        .with(IFA_ADDRESS, &octets(address))
}

/// The node forwards both families, whatever the source, and says nothing of its own.
pub fn forwards() -> io::Result<()> {
    set("ipv4/ip_forward", "1")?;
    set("ipv6/conf/all/forwarding", "1")?;
    set("ipv6/conf/default/forwarding", "1")?;
    for scope in ["all", "default"] {
        set(&format!("ipv4/conf/{scope}/rp_filter"), "0")?;
        set(&format!("ipv4/conf/{scope}/send_redirects"), "0")?;
    }
    quiet()
}

/// No IPv6 address of the kernel's own making, and no questions whether one is taken.
pub fn quiet() -> io::Result<()> {
    set("ipv6/conf/default/accept_dad", "0")?;
    set("ipv6/conf/default/addr_gen_mode", "1")
}

/// Waits until the interfaces with these indexes are in use. Until a worker of the kernel has
/// noticed that the other end is up, what is sent through one is dropped without a word.
pub fn wait_until_in_use(indexes: impl Iterator<Item = u32>) -> io::Result<()> {
    const RTM_GETLINK: u16 = 18;
    const IFLA_OPERSTATE: u16 = 16;
    const OPER_UP: [u8; 1] = [6];
    const PATIENCE: Duration = Duration::from_secs(10);
    let netlink = Netlink::open(SockProtocol::NetlinkRoute)?;
    let mut waiting: Vec<u32> = indexes.collect();
    let start = Instant::now();
    while !waiting.is_empty() {
        let ask = |&index: &u32| Request::new(RTM_GETLINK, 0, &link(index, false));
        let answers = netlink.answers(waiting.iter().map(ask).collect())?;
        let mut states = answers
            .iter()
            .map(|answer| attribute(answer, 16, IFLA_OPERSTATE));
        waiting.retain(|_| states.next().flatten() != Some(&OPER_UP));
        if start.elapsed() > PATIENCE {
            return Err(io::Error::other("the veths do not come up"));
        }
        thread::sleep(Duration::from_micros(100));
    }
    // The worker says so a moment before it is so, and holds a lock that this waits for.
    netlink.ask(vec![loopback()])
}

/// The requests at the node for one veth and the addresses behind it.
pub fn reached(number: usize, addresses: &[IpAddr]) -> Vec<Request> {
    let index = near_index(number);
    let reach = |&address| [to_host(index, address), neighbour(index, address, FAR)];
    addresses.iter().flat_map(reach).collect()
}

/// The namespaces of a lab for raw packets: the node, and the wire with every veth's other end.
pub fn raw(pods: &[PodNet]) -> io::Result<(Netns, Netns)> {
    let (node, wire) = (Netns::fresh()?, Netns::fresh()?);
    wire.inside(|| {
        set("ipv6/conf/all/disable_ipv6", "1")?;
        set("ipv6/conf/default/disable_ipv6", "1")
    })?;
    node.inside(|| {
        forwards()?;
        let mut requests = vec![loopback()];
        for (number, pod) in pods.iter().enumerate() {
            let name = format!("pod{number}");
            requests.push(veth(number, &name, &wire, &name, DEAF));
            requests.extend(reached(number, &pod.addresses));
        }
        let number = outside(pods.len());
        requests.push(veth(number, "outside", &wire, "outside", DEAF));
        requests.extend(default_routes(near_index(number), FAR));
        Netlink::open(SockProtocol::NetlinkRoute)?.ask(requests)
    })?;
    let mut raise = vec![loopback()];
    raise.extend((0..=outside(pods.len())).map(raised));
    wire.inside(|| Netlink::open(SockProtocol::NetlinkRoute)?.ask(raise))?;
    node.inside(|| wait_until_in_use((0..=outside(pods.len())).map(near_index)))?;
    wire.inside(|| wait_until_in_use((0..=outside(pods.len())).map(far_index)))?;
    Ok((node, wire))
}

/// The namespaces of a lab for sockets: the node, and one per pod with its addresses.
pub fn sockets(pods: &[PodNet]) -> io::Result<(Netns, Vec<Netns>)> {
    let node = Netns::fresh()?;
    let ends: Vec<Netns> = pods
        .iter()
        .map(|_| Netns::fresh())
        .collect::<io::Result<_>>()?;
    for end in &ends {
        end.inside(quiet)?;
    }
    node.inside(|| {
        forwards()?;
        let mut requests = vec![loopback()];
        for ((number, pod), end) in pods.iter().enumerate().zip(&ends) {
            requests.push(veth(number, &format!("pod{number}"), end, "eth0", FAR));
            requests.extend(reached(number, &pod.addresses));
        }
        Netlink::open(SockProtocol::NetlinkRoute)?.ask(requests)
    })?;
    for ((number, pod), end) in pods.iter().enumerate().zip(&ends) {
        let index = far_index(number);
        let mut requests = vec![loopback(), raised(number)];
        requests.extend(
            pod.addresses
                .iter()
                .map(|&address| own_address(index, address)),
        );
        requests.extend(default_routes(index, NEAR));
        end.inside(|| Netlink::open(SockProtocol::NetlinkRoute)?.ask(requests))?;
    }
    node.inside(|| wait_until_in_use((0..pods.len()).map(near_index)))?;
    for (number, end) in ends.iter().enumerate() {
        end.inside(|| wait_until_in_use([far_index(number)].into_iter()))?;
    }
    Ok((node, ends))
}
