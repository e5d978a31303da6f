//! One list, page by page.

use super::ask::{Halt, ask};
use super::client::{Client, JSON};
use super::cut::{Cutter, Frame, NoList};
use super::problem::Problem;
use crate::input::{Limits, Served};
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// How much of all lists was taken.
#[derive(Clone)]
pub(super) struct Meter {
    taken: Arc<AtomicU64>,
    limits: Limits,
}

impl Meter {
    /// Nothing taken yet.
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            taken: Arc::default(),
            limits,
        }
    }

    fn take(&self, bytes: usize) -> Result<(), Halt> {
        let before = self.taken.fetch_add(bytes as u64, Ordering::Relaxed);
        if before.saturating_add(bytes as u64) > self.limits.most() {
            let most = self.limits.described();
            return Err(Halt::Failed(
                Problem::new(format!("the cluster has more than {most} of objects"))
                    .help("allow more with `--max-input SIZE`; 0 means no limit"),
            ));
        }
        Ok(())
    }
}

/// The path of the objects of a kind, of one namespace or of all.
pub(super) fn path(served: &Served, namespace: Option<&str>) -> String {
    let root = match served.group() {
        "" => "/api/",
        _ => "/apis/",
    };
    let version = &served.api_version;
    let within = namespace.map_or_else(String::new, |it| format!("namespaces/{}/", escaped(it)));
    format!("{root}{version}/{within}{}", served.plural)
}

/// Reads a list. Each item goes to `take` as it comes, so that nothing that was taken counts before
/// the end is reached; `limit` is how many come at once.
pub(super) async fn list(
    client: &Client,
    path: &str,
    limit: usize,
    meter: &Meter,
    mut take: impl FnMut(Vec<String>) -> Result<(), Halt>,
) -> Result<(), Halt> {
    let mut next = String::new();
    let mut snapshot = String::new();
    let mut is_first = true;
    loop {
        let mut whole = format!("{path}?limit={limit}");
        if !is_first {
            let _ = write!(whole, "&continue={}", escaped(&next));
        }
        let page = match page(client, &whole, meter, &mut take).await {
            // Half of a list is none.
            Err(Halt::Forbidden | Halt::Absent) if !is_first => {
                return Err(Halt::Again(changed(client, path)));
            }
            page => page?,
        };
        let version = page.metadata.resource_version;
        if !is_first && version != snapshot {
            // The pages are not of one time.
            return Err(Halt::Again(changed(client, path)));
        }
        (is_first, snapshot) = (false, version);
        let before = std::mem::replace(&mut next, page.metadata.next);
        if next.is_empty() {
            return Ok(());
        }
        if next == before {
            let server = client.server();
            return Err(Halt::Failed(Problem::new(format!(
                "{server}: the list {path} has no end"
            ))));
        }
    }
}

fn changed(client: &Client, path: &str) -> Problem {
    let server = client.server();
    Problem::new(format!(
        "{server}: the list {path} changed while it was read"
    ))
}

/// Reads one page.
async fn page(
    client: &Client,
    path: &str,
    meter: &Meter,
    take: &mut impl FnMut(Vec<String>) -> Result<(), Halt>,
) -> Result<Frame, Halt> {
    let mut response = ask(client, path, JSON).await?;
    let wrong = |why| no_list(why, client, path);
    let mut cutter = Cutter::new(meter.limits.longest());
    loop {
        let piece = match response.piece().await {
            Err(problem) if problem.is_time => return Err(Halt::Failed(problem)),
            piece => piece.map_err(Halt::Again)?,
        };
        let Some(piece) = piece else {
            break;
        };
        meter.take(piece.len())?;
        let mut items = Vec::new();
        cutter
            .push(&piece, |item| items.push(item))
            .map_err(wrong)?;
        if !items.is_empty() {
            take(items)?;
        }
    }
    let frame = cutter.finish().map_err(wrong)?;
    if frame.kind.ends_with("List") {
        Ok(frame)
    } else {
        Err(wrong(NoList::Malformed))
    }
}

fn no_list(why: NoList, client: &Client, path: &str) -> Halt {
    let server = client.server();
    let path = path.split('?').next().unwrap_or_default();
    match why {
        NoList::Cut => Halt::Again(Problem::new(format!(
            "{server}: the list {path} breaks off"
        ))),
        NoList::Malformed => {
            let problem = Problem::new(format!("{server}: {path} is no list of objects"));
            Halt::Failed(problem.help("is this the address of an API server?"))
        }
        NoList::TooLong => Halt::Failed(
            Problem::new(format!("{server}: an object of {path} is too long"))
                .help("allow more with `--max-input SIZE`; one object may be a 64th of it"),
        ),
    }
}

/// A text as it may stand in the query or the path of an address.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            escaped.push(char::from(byte));
        } else {
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
