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
        let mut batch = Vec::new();
        let mut count = 0;
        for request in requests {
            let bytes = request.finish();
            if batch.len() + bytes.len() > BATCH {
                self.exchange(&batch, count)?;
                batch.clear();
                count = 0;
            }
            batch.extend(bytes);
            count += 1;
        }
        self.exchange(&batch, count)
    }

    fn exchange(&self, batch: &[u8], count: usize) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        send(self.0.as_raw_fd(), batch, MsgFlags::empty())?;
        let mut answered = 0;
        let mut outcome = Ok(());
        let mut buffer = vec![0; 32 * 1024];
        while answered < count {
            let received = recv(self.0.as_raw_fd(), &mut buffer, MsgFlags::empty())?;
            let mut rest = &buffer[..received];
            while rest.len() >= HEADER + 4 {
                let code = i32::from_ne_bytes([rest[16], rest[17], rest[18], rest[19]]);
                if u16::from_ne_bytes([rest[4], rest[5]]) == NLMSG_ERROR {
                    if code != 0 && outcome.is_ok() {
                        outcome = Err(refused(-code, &batch_part(batch, answered)));
                    }
                    answered += 1;
                }
                rest = rest.get(length(rest)..).unwrap_or_default();
            }
        }
        outcome
    }
}

/// The request of a batch at a position, from 0, in the order of sending.
fn batch_part(batch: &[u8], position: usize) -> Vec<u8> {
    let mut rest = batch;
    for _ in 0..position {
        rest = rest.get(length(rest)..).unwrap_or_default();
    }
    rest.get(..length(rest)).unwrap_or_default().to_vec()
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
