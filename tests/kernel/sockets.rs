//! Real sockets of pods that have a namespace each: handshakes, answers, and connections that go on.

use super::lab::PodNet;
use super::load::Node;
use super::netns::Netns;
use super::packet::Kind;
use super::probe::Probe;
use super::topology;
use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrStorage, bind, connect, socket};
use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::ops::Deref;
use std::os::fd::AsRawFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

/// How long something denied is waited for. What is allowed takes microseconds, but shares the
/// machine with other tests.
const PATIENCE: Duration = Duration::from_millis(500);
const STEP: Duration = Duration::from_millis(2);

/// A node, and pods with namespaces of their own around it.
pub struct Pods {
    node: Node,
    ends: Vec<Netns>,
    numbers: HashMap<IpAddr, usize>,
    /// UDP has no listeners: a server that a conversation goes on with is that of the next one too.
    servers: Mutex<Datagrams>,
}

type Datagrams = HashMap<SocketAddr, Arc<UdpSocket>>;

/// What is done to the node is done to the lab.
impl Deref for Pods {
    type Target = Node;

    fn deref(&self) -> &Node {
        &self.node
    }
}

/// The two ends of an open connection.
pub enum Conversation {
    Tcp {
        client: TcpStream,
        server: TcpStream,
    },
    Udp {
        client: UdpSocket,
        server: Arc<UdpSocket>,
    },
}

/// A connection that is being opened.
enum Opening {
    Tcp(TcpStream),
    Udp(UdpSocket, SocketAddr),
}

/// The servers of one round.
struct Servers<'p> {
    tcp: HashMap<SocketAddr, TcpListener>,
    udp: MutexGuard<'p, Datagrams>,
    accepted: HashMap<SocketAddr, TcpStream>,
    /// Clients that a datagram has come from, and to where.
    greeted: HashMap<SocketAddr, SocketAddr>,
}

impl Pods {
    /// Namespaces of its own: one for the node and one per pod. There is no outside.
    pub fn new(pods: &[PodNet]) -> io::Result<Self> {
        let (node, ends) = topology::sockets(pods)?;
        let numbered = |(number, pod): (usize, &PodNet)| {
            let addresses = pod.addresses.clone();
            addresses.into_iter().map(move |address| (address, number))
        };
        Ok(Pods {
            node: Node::new(node)?,
            ends,
            numbers: pods.iter().enumerate().flat_map(numbered).collect(),
            servers: Mutex::default(),
        })
    }

    fn end(&self, address: IpAddr) -> Result<&Netns, String> {
        let number = self.numbers.get(&address);
        let number = number.ok_or_else(|| format!("{address} is no pod's"))?;
        Ok(&self.ends[*number])
    }

    /// Opens TCP connections and UDP exchanges between pods, all at once; none where it does not
    /// come about.
    pub fn open(&self, probes: &[Probe]) -> Result<Vec<Option<Conversation>>, String> {
        let mut servers = Servers {
            tcp: HashMap::new(),
            udp: self.servers.lock().unwrap_or_else(PoisonError::into_inner),
            accepted: HashMap::new(),
            greeted: HashMap::new(),
        };
        let started = probes.iter().map(|probe| {
            let opening = self.start_opening(probe, &mut servers);
            opening.map_err(|error| format!("{probe:?}: {error}"))
        });
        let openings = started.collect::<Result<Vec<_>, String>>()?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            servers.look();
            if openings.iter().all(|opening| servers.has(opening)) {
                break;
            }
            thread::sleep(STEP);
        }
        let finished = openings.into_iter().map(|opening| servers.finish(opening));
        finished
            .collect::<io::Result<_>>()
            .map_err(|error| error.to_string())
    }

    fn start_opening(&self, probe: &Probe, servers: &mut Servers<'_>) -> Result<Opening, String> {
        let (near, far) = (self.end(probe.from)?, self.end(probe.to)?);
        let said = |error: io::Error| error.to_string();
        let port = probe.packet.port().unwrap_or_default();
        let (client, server) = (
            SocketAddr::new(probe.from, 0),
            SocketAddr::new(probe.to, port),
        );
        match probe.packet {
            Kind::Tcp(_) => {
                far.inside(|| servers.listen(server)).map_err(said)?;
                let stream = near
                    .inside(|| start_connecting(client, server))
                    .map_err(said)?;
                Ok(Opening::Tcp(stream))
            }
            Kind::Udp(_) => {
                far.inside(|| servers.bind(server)).map_err(said)?;
                let socket = near.inside(|| UdpSocket::bind(client)).map_err(said)?;
                socket
                    .connect(server)
                    .and_then(|()| socket.send(b"open"))
                    .map_err(said)?;
                Ok(Opening::Udp(socket, server))
            }
            Kind::Sctp(_) | Kind::Icmp | Kind::Other(_) => Err("no kind of socket".to_owned()),
        }
    }
}

/// A connect that is not waited for.
fn start_connecting(client: SocketAddr, server: SocketAddr) -> io::Result<TcpStream> {
    let family = if client.is_ipv4() {
        AddressFamily::Inet
    } else {
        AddressFamily::Inet6
    };
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let fd = socket(family, SockType::Stream, flags, None)?;
    bind(fd.as_raw_fd(), &SockaddrStorage::from(client))?;
    match connect(fd.as_raw_fd(), &SockaddrStorage::from(server)) {
        Ok(()) | Err(Errno::EINPROGRESS) => Ok(TcpStream::from(fd)),
        Err(error) => Err(error.into()),
    }
}

impl Servers<'_> {
    fn listen(&mut self, address: SocketAddr) -> io::Result<()> {
        if let Entry::Vacant(none) = self.tcp.entry(address) {
            none.insert(TcpListener::bind(address)?)
                .set_nonblocking(true)?;
        }
        Ok(())
    }

    fn bind(&mut self, address: SocketAddr) -> io::Result<()> {
        let socket = match self.udp.entry(address) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(none) => none.insert(Arc::new(UdpSocket::bind(address)?)),
        };
        socket.set_nonblocking(true)
    }

    /// Takes what has come.
    fn look(&mut self) {
        for listener in self.tcp.values() {
            while let Ok((stream, client)) = listener.accept() {
                self.accepted.insert(client, stream);
            }
        }
        for (server, socket) in &*self.udp {
            while let Ok((_, client)) = socket.recv_from(&mut [0; 64]) {
                self.greeted.insert(client, *server);
            }
        }
    }

    fn has(&self, opening: &Opening) -> bool {
        match opening {
            Opening::Tcp(client) => client.local_addr().is_ok_and(|address| {
                client.peer_addr().is_ok() && self.accepted.contains_key(&address)
            }),
            Opening::Udp(client, server) => client
                .local_addr()
                .is_ok_and(|address| self.greeted.get(&address) == Some(server)),
        }
    }

    fn finish(&mut self, opening: Opening) -> io::Result<Option<Conversation>> {
        if !self.has(&opening) {
            return Ok(None);
        }
        match opening {
            Opening::Tcp(client) => {
                let address = client.local_addr()?;
                let server = self
                    .accepted
                    .remove(&address)
                    .expect("it has been accepted");
                for end in [&client, &server] {
                    end.set_nonblocking(false)?;
                    end.set_nodelay(true)?;
                    end.set_read_timeout(Some(PATIENCE))?;
                }
                Ok(Some(Conversation::Tcp { client, server }))
            }
            Opening::Udp(client, server) => {
                let server = Arc::clone(&self.udp[&server]);
                server.set_nonblocking(false)?;
                for end in [&client, &*server] {
                    end.set_read_timeout(Some(PATIENCE))?;
                }
                Ok(Some(Conversation::Udp { client, server }))
            }
        }
    }
}

impl Conversation {
    /// Whether a word gets to the server, and back to the client.
    pub fn echoes(&mut self, word: &str) -> bool {
        let word = word.as_bytes();
        match self {
            Conversation::Tcp { client, server } => {
                passes(client, server, word) && passes(server, client, word)
            }
            Conversation::Udp { client, server } => {
                let back = client.local_addr().expect("it is bound");
                let arrived = |socket: &UdpSocket| {
                    let mut buffer = [0; 64];
                    let received = socket.recv(&mut buffer);
                    received.is_ok_and(|length| buffer.get(..length) == Some(word))
                };
                let there = client.send(word).is_ok() && arrived(server);
                there && server.send_to(word, back).is_ok() && arrived(client)
            }
        }
    }
}

fn passes(from: &mut TcpStream, to: &mut TcpStream, word: &[u8]) -> bool {
    let mut buffer = vec![0; word.len()];
    from.write_all(word).is_ok() && to.read_exact(&mut buffer).is_ok() && buffer == word
}
