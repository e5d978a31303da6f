//! What first packets do not show: answers, errors about connections, Neighbour Discovery.

use super::super::super::lab::PodNet;
use super::super::super::load::Node;
use super::super::super::netns::{Netns, set};
use super::super::super::topology;
use nix::sys::socket::{
    AddressFamily, MsgFlags, SockFlag, SockProtocol, SockType, SockaddrIn6, recv, sendto,
    setsockopt, socket, sockopt,
};
use nix::sys::time::{TimeVal, TimeValLike as _};
use std::io;
use std::net::{IpAddr, SocketAddr, SocketAddrV6, UdpSocket};
use std::os::fd::AsRawFd as _;
use std::time::Duration;

/// How long what is denied is waited for. What is allowed is there when it has been sent.
const PATIENCE: Duration = Duration::from_millis(200);

/// Two pods with sockets, of which the first may send datagrams to a port of the second, and
/// neither anything else.
pub struct Scenarios {
    node: Node,
    ends: Vec<Netns>,
    addresses: Vec<(IpAddr, IpAddr)>,
    port: u16,
}

impl Scenarios {
    pub fn new(client: PodNet, server: PodNet, port: u16) -> io::Result<Self> {
        let pairs = client
            .addresses
            .iter()
            .copied()
            .zip(server.addresses.iter().copied());
        let addresses = pairs.collect();
        let (node, ends) = topology::sockets(&[client, server])?;
        // As many errors as are asked for.
        ends[1].inside(|| {
            set("ipv4/icmp_ratelimit", "0")?;
            set("ipv6/icmp/ratelimit", "0")
        })?;
        Ok(Scenarios {
            node: Node::new(node)?,
            ends,
            addresses,
            port,
        })
    }

    /// Where the ruleset goes.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// What works, in an order of its own.
    pub fn outcomes(&self) -> Vec<bool> {
        self.node
            .forget_connections()
            .expect("they can be forgotten");
        let mut outcomes = Vec::new();
        for &(client, server) in &self.addresses {
            outcomes.push(self.is_answered(client, server));
            outcomes.push(self.is_refused(client, server));
        }
        outcomes.extend((133..=137).map(|kind| self.discovers(kind)));
        outcomes
    }

    fn client(&self, client: IpAddr) -> UdpSocket {
        let socket = self.ends[0]
            .inside(|| UdpSocket::bind((client, 0)))
            .expect("a socket");
        socket
            .set_read_timeout(Some(PATIENCE))
            .expect("a patient socket");
        socket
    }

    /// Whether an answer to a datagram arrives.
    fn is_answered(&self, client: IpAddr, server: IpAddr) -> bool {
        let near = self.client(client);
        let to = SocketAddr::new(server, self.port);
        let far = self.ends[1]
            .inside(|| UdpSocket::bind(to))
            .expect("a socket");
        far.set_read_timeout(Some(PATIENCE))
            .expect("a patient socket");
        near.send_to(b"ask", to).expect("it can be sent");
        let mut buffer = [0; 16];
        let Ok((_, from)) = far.recv_from(&mut buffer) else {
            return false;
        };
        far.send_to(b"answer", from).expect("it can be sent");
        near.recv_from(&mut buffer).is_ok()
    }

    /// Whether a client hears that nobody listens: by an ICMP error about what it sent.
    fn is_refused(&self, client: IpAddr, server: IpAddr) -> bool {
        let near = self.client(client);
        near.connect((server, self.port)).expect("it can be");
        near.send(b"ask").expect("it can be sent");
        let refused = near.recv(&mut [0; 16]);
        refused.is_err_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
    }

    /// Whether a message of Neighbour Discovery gets from the second pod to the first.
    fn discovers(&self, kind: u8) -> bool {
        let Some(&(client, server)) = self.addresses.iter().find(|(client, _)| client.is_ipv6())
        else {
            return false;
        };
        let (IpAddr::V6(client), IpAddr::V6(server)) = (client, server) else {
            panic!("{client} and {server} are not of one family");
        };
        let raw = || {
            socket(
                AddressFamily::Inet6,
                SockType::Raw,
                SockFlag::SOCK_CLOEXEC,
                SockProtocol::IcmpV6,
            )
        };
        let (near, far) = (self.ends[1].inside(raw), self.ends[0].inside(raw));
        let (near, far) = (near.expect("a socket"), far.expect("a socket"));
        let patience = TimeVal::milliseconds(PATIENCE.as_millis().try_into().expect("short"));
        setsockopt(&far, sockopt::ReceiveTimeout, &patience).expect("a patient socket");
        // Of 24 bytes, as solicitations are; the kernel puts the checksum in.
        let mut message = [0; 24];
        message[0] = kind;
        message[8..].copy_from_slice(&server.octets());
        let to = SockaddrIn6::from(SocketAddrV6::new(client, 0, 0, 0));
        let sent = sendto(near.as_raw_fd(), &message, &to, MsgFlags::empty());
        sent.expect("it can be sent");
        let mut buffer = [0; 64];
        loop {
            match recv(far.as_raw_fd(), &mut buffer, MsgFlags::empty()) {
                Ok(24) if buffer[0] == kind && buffer[8..24] == message[8..] => return true,
                Ok(_) => {}
                Err(_) => return false,
            }
        }
    }
}
