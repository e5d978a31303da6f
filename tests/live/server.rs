//! An HTTPS server on loopback that answers as it is told, and remembers what it was asked.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// What was asked.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    /// All headers, a line each.
    pub(crate) headers: String,
}

impl Asked {
    /// A value of the query.
    pub(crate) fn value(&self, name: &str) -> Option<&str> {
        let mut pairs = self.query.split('&').filter_map(|it| it.split_once('='));
        pairs.find(|(it, _)| *it == name).map(|(_, value)| value)
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut pairs = self.headers.lines().filter_map(|it| it.split_once(": "));
        let found = pairs.find(|(it, _)| it.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value)
    }
}

/// What is answered.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// So many bytes of the body are sent before the connection is closed.
    pub(crate) cut: Option<usize>,
    /// What passes before each piece of so many bytes.
    pub(crate) slow: Option<(Duration, usize)>,
}

impl Reply {
    pub(crate) fn json(text: impl Into<Vec<u8>>) -> Self {
        Self::of(200, "application/json", text)
    }

    pub(crate) fn of(status: u16, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self {
            status,
            headers: vec![("Content-Type".to_owned(), kind.to_owned())],
            body: body.into(),
            cut: None,
            slow: None,
        }
    }

    /// A `Status` that says why not.
    pub(crate) fn status(status: u16, reason: &str, message: &str) -> Self {
        let text = serde_json::json!({
            "kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
            "message": message, "reason": reason, "code": status,
        });
        Self::of(status, "application/json", text.to_string())
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }
}

type Answer = dyn Fn(&Asked) -> Reply + Send + Sync;

/// A server that runs until the test ends.
pub(crate) struct Server {
    pub(crate) port: u16,
    /// The authority that vouches for it, as PEM.
    pub(crate) authority: String,
    asked: Arc<Mutex<Vec<Asked>>>,
}

impl Server {
    /// A server whose certificate is for 127.0.0.1 and `api.test`.
    pub(crate) fn start(answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Self {
        Self::named(&["127.0.0.1", "localhost", "api.test"], answer)
    }

    /// A server whose certificate is for these names.
    pub(crate) fn named(
        names: &[&str],
        answer: impl Fn(&Asked) -> Reply + Send + Sync + 'static,
    ) -> Self {
        let (config, authority) = certified(names);
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let asked: Arc<Mutex<Vec<Asked>>> = Arc::default();
        let answer: Arc<Answer> = Arc::new(answer);
        let remembered = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (config, answer) = (Arc::clone(&config), Arc::clone(&answer));
                let asked = Arc::clone(&remembered);
                thread::spawn(move || serve(stream, config, &*answer, &asked));
            }
        });
        Self {
            port,
            authority,
            asked,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// What was asked so far.
    pub(crate) fn asked(&self) -> Vec<Asked> {
        self.asked.lock().expect("no panic").clone()
    }

    /// The paths that were asked for.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.asked().into_iter().map(|it| it.path).collect()
    }
}

/// A certificate from an authority of its own, and that authority.
fn certified(names: &[&str]) -> (Arc<ServerConfig>, String) {
    let mut authority = CertificateParams::new(Vec::new()).expect("parameters");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(authority, KeyPair::generate().expect("a key"));
    let issuer = issuer.expect("an authority");
    let key = KeyPair::generate().expect("a key");
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let own = CertificateParams::new(names).expect("parameters");
    let own = own.signed_by(&key, &issuer).expect("a certificate");
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![own.der().clone()], key)
        .expect("a configuration");
    (Arc::new(config), issuer.pem())
}

/// Answers the requests of one connection.
fn serve(
    stream: TcpStream,
    config: Arc<ServerConfig>,
    answer: &Answer,
    remembered: &Mutex<Vec<Asked>>,
) {
    let Ok(connection) = ServerConnection::new(config) else {
        return;
    };
    let mut stream = StreamOwned::new(connection, stream);
    let mut head = Vec::new();
    let mut byte = [0];
    while stream.read_exact(&mut byte).is_ok() {
        head.push(byte[0]);
        if !head.ends_with(b"\r\n\r\n") {
            continue;
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        head.clear();
        let (first, headers) = text.split_once("\r\n").unwrap_or((&text, ""));
        let mut words = first.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        let target = words.next().unwrap_or_default();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let asked = Asked {
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.to_owned(),
        };
        remembered.lock().expect("no panic").push(asked.clone());
        if send(&mut stream, &answer(&asked)).is_err() {
            return;
        }
    }
}

fn send(
    stream: &mut StreamOwned<ServerConnection, TcpStream>,
    reply: &Reply,
) -> std::io::Result<()> {
    let mut head = format!("HTTP/1.1 {} Told\r\n", reply.status);
    for (name, value) in &reply.headers {
        write!(head, "{name}: {value}\r\n").map_err(std::io::Error::other)?;
    }
    write!(head, "Content-Length: {}\r\n\r\n", reply.body.len()).map_err(std::io::Error::other)?;
    stream.write_all(head.as_bytes())?;
    let end = reply.cut.unwrap_or(reply.body.len()).min(reply.body.len());
    let body = &reply.body[..end];
    match reply.slow {
        None => stream.write_all(body)?,
        Some((pause, size)) => {
            for piece in body.chunks(size.max(1)) {
                thread::sleep(pause);
                stream.write_all(piece)?;
                stream.flush()?;
            }
        }
    }
    stream.flush()?;
    if reply.cut.is_some() {
        // Without the farewell of TLS, as a connection breaks off.
        let _ = stream.sock.shutdown(std::net::Shutdown::Both);
        return Err(std::io::ErrorKind::ConnectionReset.into());
    }
    Ok(())
}
