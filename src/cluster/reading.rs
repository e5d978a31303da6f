//! Reads a cluster: what comes from the server, into the model's objects.

use super::ask::Halt;
use super::client::{Client, Target};
use super::gather::{Batch, Seen, Task, gather, kinds};
use super::needs::Needs;
use super::problem::Problem;
use crate::input::{Live, Loaded, Options, Served};
use crate::model::{LeftOut, Origin, Say, What, Why};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use tokio::runtime::{Builder, Runtime};

/// Batches that may wait to be read.
const WAITING: usize = 8;

/// What is to be read.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The namespaces that the question names: where a user may not see the whole, these count.
    pub namespaces: Vec<Arc<str>>,
    /// How much of the cluster the question needs.
    pub needs: Needs,
}

/// What was read.
#[derive(Debug)]
pub struct Reading {
    /// The objects; what is hidden from this user is among what is left out.
    pub loaded: Loaded,
    /// How many requests that took.
    pub requests: usize,
}

/// What requests run in.
pub(super) fn runtime() -> Result<Runtime, Problem> {
    let built = Builder::new_current_thread().enable_all().build();
    built.map_err(|error| Problem::new(format!("cannot begin to read the cluster: {error}")))
}

/// Reads a cluster. `progress` is told how many objects were read. Where a list changes too much or
/// breaks off, everything is read again, once.
///
/// # Errors
/// Why the cluster cannot be read.
pub fn read(
    target: &Target,
    plan: &Plan,
    options: &Options,
    progress: &mut dyn FnMut(usize),
) -> Result<Reading, Problem> {
    let runtime = runtime()?;
    let client = runtime.block_on(async { Client::new(target) })?;
    let reader = Reader {
        runtime: &runtime,
        client: &client,
        plan,
        options,
    };
    match reader.attempt(progress) {
        Err(Halt::Again(_)) => {}
        read => return read.map_err(|halt| problem(halt, &client)),
    }
    reader
        .attempt(progress)
        .map_err(|halt| problem(halt, &client))
}

pub(super) fn problem(halt: Halt, client: &Client) -> Problem {
    match halt {
        Halt::Failed(problem) => problem,
        Halt::Again(problem) => problem.help("it was read twice; try again"),
        Halt::Forbidden => Problem::new(format!("{} does not let this user in", client.server())),
        Halt::Absent => Problem::new(format!("{} is no API server", client.server()))
            .help("look at `server` in the kubeconfig"),
    }
}

struct Reader<'r> {
    runtime: &'r Runtime,
    client: &'r Client,
    plan: &'r Plan,
    options: &'r Options,
}

impl Reader<'_> {
    fn attempt(&self, progress: &mut dyn FnMut(usize)) -> Result<Reading, Halt> {
        let kinds = self.runtime.block_on(kinds(self.client, self.plan.needs))?;
        let task = Task {
            namespaces: self.plan.namespaces.clone(),
            needs: self.plan.needs,
            limits: self.options.limits,
            tastes: false,
        };
        let (send, batches) = sync_channel(WAITING);
        let mut live = Live::new(self.options);
        let (seen, taken) = thread::scope(|scope| {
            let all = gather(self.client, &kinds, task, send);
            let network = scope.spawn(|| self.runtime.block_on(all));
            let taken = self.take(batches, &kinds, &mut live, progress);
            (network.join(), taken)
        });
        taken?;
        let seen = seen.map_err(|_| Halt::Failed(Problem::new("reading stopped")))??;
        let seen = kinds.iter().zip(seen);
        let hidden = seen.filter_map(|(served, seen)| hidden(served, seen));
        hidden.for_each(|it| live.left_out(it));
        Ok(Reading {
            loaded: live.finish(),
            requests: self.client.requests(),
        })
    }

    /// Reads the objects as they come.
    fn take(
        &self,
        batches: Receiver<Batch>,
        kinds: &[Served],
        live: &mut Live<'_>,
        progress: &mut dyn FnMut(usize),
    ) -> Result<(), Halt> {
        let mut count = 0;
        for batch in batches {
            let Some(served) = kinds.get(batch.kind) else {
                continue;
            };
            count += batch.items.len();
            for item in &batch.items {
                live.object(&served.api_version, &served.kind, item)
                    .map_err(|what| {
                        Halt::Failed(Problem::new(format!(
                            "{}: one of {} is no object: {what}",
                            self.client.server(),
                            served.plural
                        )))
                    })?;
            }
            progress(count);
        }
        Ok(())
    }
}

/// What of a kind is hidden.
fn hidden(served: &Served, seen: Seen) -> Option<LeftOut> {
    let Seen::Within(within) = seen else {
        return None;
    };
    let is_known = served.group().is_empty()
        || !served.group().contains('.')
        || served.group().ends_with(".k8s.io");
    let kind = if is_known {
        served.kind.clone()
    } else {
        format!("{}.{}", served.kind, served.group())
    };
    Some(LeftOut {
        what: What::Every(kind),
        namespace: None,
        name: None,
        // What makes pods counts by these alone.
        say: if served.say == Say::Pods && served.kind != "Pod" {
            Say::Nothing
        } else {
            served.say
        },
        within: None,
        why: Why::Hidden(within),
        line: None,
        origin: Origin::default(),
    })
}
