//! Connections from anywhere to the backend, all at once.

use super::super::two_nodes::{Place, TwoNodes};
use super::rows::Outcome;
use nix::errno::Errno;
use nix::sys::socket::{AddressFamily, SockFlag, SockType, SockaddrStorage, bind, connect, socket};
use std::collections::HashMap;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::thread;
use std::time::{Duration, Instant};

/// How long what must come about is waited for: longer than the kernel waits before it asks again.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long what must not come about is waited for after that. On its way, nothing waits.
const AFTERWARDS: Duration = Duration::from_millis(100);
const STEP: Duration = Duration::from_millis(2);

/// A connection to try.
pub struct Attempt {
    pub from: (Place, Option<IpAddr>),
    pub to: SocketAddr,
    /// The port at which it would arrive; of no other attempt.
    pub target: u16,
    pub expected: Outcome,
}

/// What comes of each.
pub fn outcomes(lab: &TwoNodes, attempts: &[Attempt]) -> io::Result<Vec<Outcome>> {
    let listening = |attempt: &Attempt| {
        let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, attempt.target))?;
        listener.set_nonblocking(true)?;
        Ok((attempt.target, listener))
    };
    let listeners = lab.inside(Place::Web, || {
        attempts
            .iter()
            .map(listening)
            .collect::<io::Result<Vec<_>>>()
    })?;
    let clients = attempts.iter().map(|attempt| {
        let (place, own) = attempt.from;
        lab.inside(place, || dial(own, attempt.to))
    });
    let clients = clients.collect::<io::Result<Vec<_>>>()?;
    let mut accepted: HashMap<u16, (IpAddr, TcpStream)> = HashMap::new();
    let (start, mut all_since) = (Instant::now(), None);
    let mut refused = vec![false; attempts.len()];
    while start.elapsed() < PATIENCE
        && all_since.is_none_or(|since: Instant| since.elapsed() < AFTERWARDS)
    {
        for (port, listener) in &listeners {
            while let Ok((stream, peer)) = listener.accept() {
                accepted.insert(*port, (peer.ip(), stream));
            }
        }
        for (client, refused) in clients.iter().zip(&mut refused) {
            *refused |= client.as_ref().is_ok_and(|client| {
                let error = client.take_error().ok().flatten();
                error.is_some_and(|error| error.kind() == io::ErrorKind::ConnectionRefused)
            }) || client.is_err();
        }
        let settled =
            attempts
                .iter()
                .zip(&refused)
                .all(|(attempt, refused)| match attempt.expected {
                    Outcome::Accepted(_) => accepted.contains_key(&attempt.target),
                    Outcome::Refused => *refused,
                    Outcome::Silence => true,
                });
        if settled && all_since.is_none() {
            all_since = Some(Instant::now());
        }
        thread::sleep(STEP);
    }
    let outcome = |(attempt, refused): (&Attempt, bool)| match accepted.get(&attempt.target) {
        Some((peer, _)) => Outcome::Accepted(*peer),
        None if refused => Outcome::Refused,
        None => Outcome::Silence,
    };
    Ok(attempts.iter().zip(refused).map(outcome).collect())
}

/// A connect that is not waited for. The kernel may refuse it on the spot, which is an answer.
fn dial(own: Option<IpAddr>, to: SocketAddr) -> io::Result<Result<TcpStream, Errno>> {
    let flags = SockFlag::SOCK_CLOEXEC | SockFlag::SOCK_NONBLOCK;
    let fd = socket(AddressFamily::Inet, SockType::Stream, flags, None)?;
    if let Some(own) = own {
        bind(
            fd.as_raw_fd(),
            &SockaddrStorage::from(SocketAddr::new(own, 0)),
        )?;
    }
    match connect(fd.as_raw_fd(), &SockaddrStorage::from(to)) {
        Ok(()) | Err(Errno::EINPROGRESS) => Ok(Ok(TcpStream::from(fd))),
        Err(Errno::ECONNREFUSED) => Ok(Err(Errno::ECONNREFUSED)),
        Err(error) => Err(error.into()),
    }
}
