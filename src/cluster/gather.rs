//! All kinds, side by side.

use super::ask::{Halt, text};
use super::client::{Client, JSON};
use super::discovery::discover;
use super::list::{Meter, escaped, list, path};
use super::needs::Needs;
use super::problem::Problem;
use crate::input::{Limits, Served, known};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// How many lists are read at once.
const AT_ONCE: usize = 8;

/// How many objects come at once, as to kubectl.
const PAGE: usize = 500;

/// Objects of one kind, as they come.
pub(super) struct Batch {
    /// The kind, by its place among all.
    pub(super) kind: usize,
    /// Their texts.
    pub(super) items: Vec<String>,
}

/// How much of a kind could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Seen {
    /// All there is that counts.
    Whole,
    /// What is in these namespaces.
    Within(Vec<Arc<str>>),
}

/// What is read.
pub(super) struct Task {
    /// The namespaces that count most: where the whole may not be seen, these may.
    pub(super) namespaces: Vec<Arc<str>>,
    pub(super) needs: Needs,
    pub(super) limits: Limits,
    /// Whether one object of each list is enough.
    pub(super) tastes: bool,
}

/// The kinds that are to be read.
pub(super) async fn kinds(client: &Client, needs: Needs) -> Result<Vec<Served>, Halt> {
    let mut kinds = discover(client).await?.unwrap_or_else(|| {
        // Each has to be asked for then.
        let all = known().into_iter();
        let has_version = |it: &Served| it.api_version == "v1" || it.api_version.contains('/');
        all.filter(has_version).collect()
    });
    kinds.retain(|it| needs.includes(it));
    Ok(kinds)
}

/// Reads all of them. What comes goes to `send`; says how much of each kind there was to see.
pub(super) async fn gather(
    client: &Client,
    kinds: &[Served],
    task: Task,
    send: SyncSender<Batch>,
) -> Result<Vec<Seen>, Halt> {
    let task = Arc::new(task);
    let meter = Meter::new(task.limits);
    let room = Arc::new(Semaphore::new(AT_ONCE));
    let mut running = JoinSet::new();
    for (number, served) in kinds.iter().enumerate() {
        let one = One {
            client: client.clone(),
            kind: number,
            served: served.clone(),
            task: Arc::clone(&task),
            meter: meter.clone(),
            send: send.clone(),
        };
        let room = Arc::clone(&room);
        running.spawn(async move {
            // It is never closed.
            let _room = room.acquire_owned().await;
            (number, one.read().await)
        });
    }
    drop(send);
    let mut seen = vec![Seen::Whole; kinds.len()];
    while let Some(ended) = running.join_next().await {
        let outcome = match ended {
            Ok((number, Ok(of_one))) => {
                if let Some(place) = seen.get_mut(number) {
                    *place = of_one;
                }
                continue;
            }
            Ok((_, Err(halt))) => halt,
            Err(error) => Halt::Failed(Problem::new(format!("reading stopped: {error}"))),
        };
        // Whoever waits for objects waits as long as one of them may send some.
        running.shutdown().await;
        return Err(outcome);
    }
    Ok(seen)
}

/// The reading of one kind.
struct One {
    client: Client,
    kind: usize,
    served: Served,
    task: Arc<Task>,
    meter: Meter,
    send: SyncSender<Batch>,
}

impl One {
    async fn read(self) -> Result<Seen, Halt> {
        if self.task.needs.is_local(&self.served) {
            let within = self.within().await?;
            let is_whole = within.len() == self.task.namespaces.len();
            return Ok(if is_whole {
                Seen::Whole
            } else {
                Seen::Within(within)
            });
        }
        match self.list(None).await {
            Ok(()) | Err(Halt::Absent) => return Ok(Seen::Whole),
            Err(Halt::Forbidden) => {}
            Err(other) => return Err(other),
        }
        self.within().await.map(Seen::Within)
    }

    /// Reads what there is in the namespaces that count, and says of which it may be seen.
    async fn within(&self) -> Result<Vec<Arc<str>>, Halt> {
        let mut within = Vec::new();
        if self.served.is_namespaced || self.is_namespaces() {
            for namespace in &self.task.namespaces {
                let read = if self.served.is_namespaced {
                    self.list(Some(namespace)).await
                } else {
                    self.namespace(namespace).await
                };
                match read {
                    Ok(()) | Err(Halt::Absent) => within.push(Arc::clone(namespace)),
                    Err(Halt::Forbidden) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(within)
    }

    fn is_namespaces(&self) -> bool {
        self.served.kind == "Namespace" && self.served.api_version == "v1"
    }

    async fn list(&self, namespace: Option<&str>) -> Result<(), Halt> {
        let path = path(&self.served, namespace);
        let take = |items| self.give(items);
        if self.task.tastes {
            let taste = format!("{path}?limit=1");
            return text(&self.client, &taste, JSON).await.map(drop);
        }
        list(&self.client, &path, PAGE, &self.meter, take).await
    }

    /// Who may not list namespaces may often see his own.
    async fn namespace(&self, name: &str) -> Result<(), Halt> {
        let path = format!("/api/v1/namespaces/{}", escaped(name));
        let text = text(&self.client, &path, JSON).await?;
        let object = String::from_utf8(text).map_err(|_| {
            Halt::Failed(Problem::new(format!(
                "the namespace {name} is not UTF-8 text"
            )))
        })?;
        self.give(vec![object])
    }

    fn give(&self, items: Vec<String>) -> Result<(), Halt> {
        let batch = Batch {
            kind: self.kind,
            items,
        };
        // Nobody listens where one of them was no object.
        let sent = self.send.send(batch);
        sent.map_err(|_| Halt::Failed(Problem::new("reading stopped")))
    }
}
