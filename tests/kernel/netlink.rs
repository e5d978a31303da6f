//! Netlink in few words: requests with attributes go out in batches, and each must be acknowledged.
//! Numbers are those of the kernel's headers; header fields are in the machine's byte order.

use nix::sys::socket::{
    AddressFamily, MsgFlags, NetlinkAddr, SockFlag, SockProtocol, SockType, bind, recv, send,
    socket,
};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};

const NLM_F_REQUEST: u16 = 1;
const NLM_F_ACK: u16 = 4;
/// Make what is not there.
pub const CREATE: u16 = 0x400;
/// Refuse what is there.
pub const EXCLUSIVE: u16 = 0x200;

const NLMSG_ERROR: u16 = 2;
const HEADER: usize = 16;
const NESTED: u16 = 0x8000;
/// Bytes in one send: well below the least send buffer.
const BATCH: usize = 16 * 1024;
/// Requests in one send: their answers fit into the receive buffer.
const AT_ONCE: usize = 40;

/// One request: a header, the fixed part of its kind, and attributes.
pub struct Request {
    bytes: Vec<u8>,
}

impl Request {
    /// A request of a message type with the fixed part that belongs to it.
    pub fn new(kind: u16, flags: u16, fixed: &[u8]) -> Self {
        let mut bytes = vec![0; 4];
        bytes.extend(kind.to_ne_bytes());
        bytes.extend((flags | NLM_F_REQUEST | NLM_F_ACK).to_ne_bytes());
        bytes.extend([0; 8]);
        bytes.extend(fixed);
        Request { bytes }.padded()
    }

    /// Adds an attribute with a value.
    pub fn with(mut self, kind: u16, value: &[u8]) -> Self {
        let length = u16::try_from(value.len() + 4).expect("a short attribute");
        self.bytes.extend(length.to_ne_bytes());
        self.bytes.extend(kind.to_ne_bytes());
        self.bytes.extend(value);
        self.padded()
    }

    /// Adds an attribute that holds what `fill` adds.
    pub fn within(mut self, kind: u16, fill: impl FnOnce(Self) -> Self) -> Self {
        let start = self.bytes.len();
        self.bytes.extend([0; 2]);
        self.bytes.extend((kind | NESTED).to_ne_bytes());
        let mut filled = fill(self);
        let length = u16::try_from(filled.bytes.len() - start).expect("a short attribute");
        filled.bytes[start..start + 2].copy_from_slice(&length.to_ne_bytes());
        filled
    }

    /// Adds bytes that are no attribute, as a peer's fixed part inside an attribute is.
    pub fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend(bytes);
        self.padded()
    }

    fn padded(mut self) -> Self {
        self.bytes.resize(self.bytes.len().next_multiple_of(4), 0);
        self
    }

    fn finish(mut self) -> Vec<u8> {
        let length = u32::try_from(self.bytes.len()).expect("a short message");
        self.bytes[0..4].copy_from_slice(&length.to_ne_bytes());
        self.bytes
    }
}

/// A netlink socket. It stays in the network namespace in which it was opened.
pub struct Netlink(OwnedFd);

impl Netlink {
    pub fn open(protocol: SockProtocol) -> io::Result<Self> {
        let family = AddressFamily::Netlink;
        let fd = socket(family, SockType::Raw, SockFlag::SOCK_CLOEXEC, protocol)?;
        bind(fd.as_raw_fd(), &NetlinkAddr::new(0, 0))?;
        Ok(Netlink(fd))
    }

    /// Has all requests done, in order; the first error of any of them.
    pub fn ask(&self, requests: Vec<Request>) -> io::Result<()> {
        self.answers(requests).map(drop)
    }

    /// As `ask`, with the messages that answer, each with its header.
    pub fn answers(&self, requests: Vec<Request>) -> io::Result<Vec<Vec<u8>>> {
        let mut answers = Vec::new();
        let (mut batch, mut count) = (Vec::new(), 0);
        for request in requests {
            let bytes = request.finish();
            if batch.len() + bytes.len() > BATCH || count == AT_ONCE {
                answers.extend(self.exchange(&batch, count)?);
                batch.clear();
                count = 0;
            }
            batch.extend(bytes);
            count += 1;
        }
        answers.extend(self.exchange(&batch, count)?);
        Ok(answers)
    }

    fn exchange(&self, batch: &[u8], count: usize) -> io::Result<Vec<Vec<u8>>> {
        if count > 0 {
            send(self.0.as_raw_fd(), batch, MsgFlags::empty())?;
        }
        let (mut done, mut answers, mut refusal) = (0, Vec::new(), None);
        let mut buffer = vec![0; 64 * 1024];
        while done < count {
            let received = recv(self.0.as_raw_fd(), &mut buffer, MsgFlags::empty())?;
            let mut rest = &buffer[..received];
            while rest.len() >= HEADER + 4 {
                let message = &rest[..length(rest).min(rest.len())];
                if u16::from_ne_bytes([message[4], message[5]]) == NLMSG_ERROR {
                    let code = i32::from_ne_bytes([rest[16], rest[17], rest[18], rest[19]]);
                    if code != 0 && refusal.is_none() {
                        refusal = Some(refused(-code, batch_part(batch, done)));
                    }
                    done += 1;
                } else {
                    answers.push(message.to_vec());
                }
                rest = &rest[message.len()..];
            }
        }
        refusal.map_or(Ok(answers), Err)
    }
}

/// The value of an attribute that stands after a message's fixed part of `fixed` bytes.
pub fn attribute(message: &[u8], fixed: usize, kind: u16) -> Option<&[u8]> {
    let mut rest = message.get(HEADER + fixed..)?;
    loop {
        let head: [u8; 4] = rest.get(..4)?.try_into().ok()?;
        let length = usize::from(u16::from_ne_bytes([head[0], head[1]]));
        if u16::from_ne_bytes([head[2], head[3]]) == kind {
            return rest.get(4..length);
        }
        rest = rest.get(length.max(4).next_multiple_of(4)..)?;
    }
}

/// The request of a batch at a position, from 0, in the order of sending.
fn batch_part(batch: &[u8], position: usize) -> &[u8] {
    let mut rest = batch;
    for _ in 0..position {
        rest = rest.get(length(rest)..).unwrap_or_default();
    }
    rest.get(..length(rest)).unwrap_or_default()
}

/// The length of a message with its padding.
fn length(message: &[u8]) -> usize {
    let size = message
        .get(..4)
        .and_then(|bytes| bytes.try_into().ok())
        .map_or(0, u32::from_ne_bytes);
    usize::try_from(size)
        .expect("a size")
        .next_multiple_of(4)
        .max(HEADER)
}

fn refused(code: i32, request: &[u8]) -> io::Error {
    let error = io::Error::from_raw_os_error(code);
    io::Error::new(
        error.kind(),
        format!("{error} for the request {request:02x?}"),
    )
}
