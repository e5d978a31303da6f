//! A running cluster as input: which one, and what is told of reading it.

mod args;

pub(super) use args::ClusterArgs;

use super::exit::Failure;
use super::{output, watch};
use crate::cluster::{self, Flags, Reading, Target};
pub(super) use crate::cluster::{Needs, Plan};
use crate::endpoint::Problem;
use crate::input;
use crate::render::{count, visible};
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// How long reading may take before it is worth a line.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long whoever presses Tab waits.
const A_MOMENT: Duration = Duration::from_secs(2);

/// How much is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Loudness {
    pub(super) quiet: bool,
    pub(super) verbose: bool,
}

/// A cluster that is to be read.
#[derive(Debug, Clone)]
pub(super) struct Live {
    target: Target,
}

impl Live {
    /// The cluster that the arguments and the environment mean; none where there is none.
    pub(super) fn find(args: &ClusterArgs) -> Result<Option<Self>, Problem> {
        let found = Target::find(&flags(args)).map_err(told)?;
        Ok(found.map(|target| Self { target }))
    }

    /// The namespace of the context.
    pub(super) fn namespace(&self) -> Option<&str> {
        self.target.namespace.as_deref()
    }

    /// Reads the cluster.
    pub(super) fn read(
        &self,
        plan: &Plan,
        loudness: Loudness,
        reading: &input::Options,
    ) -> Result<input::Loaded, Failure> {
        let begun = Instant::now();
        let mut progress = Progress::new(loudness);
        watch::at_end(cluster::stop);
        let read = cluster::read(&self.target, plan, reading, &mut |count| {
            progress.show(count);
        });
        progress.end();
        let read = read.map_err(failed)?;
        self.tell(&read, begun.elapsed(), loudness);
        Ok(read.loaded)
    }

    /// The names in the lists at these paths, as far as they come in a moment.
    pub(super) fn names(&self, paths: Vec<String>) -> Vec<Vec<String>> {
        cluster::names(&self.target, paths, A_MOMENT)
    }

    /// The cluster itself, which is about to be asked.
    pub(super) fn target(&self) -> &Target {
        watch::at_end(cluster::stop);
        &self.target
    }

    fn tell(&self, read: &Reading, took: Duration, loudness: Loudness) {
        if loudness.verbose {
            let Target {
                server, context, ..
            } = &self.target;
            let context = context.as_ref();
            let context = context.map_or_else(String::new, |it| format!(" (context {it})"));
            output::note(&visible(&format!(
                "read {} from {server}{context} with {} in {:.1} s",
                count(read.loaded.documents, "object", "objects"),
                count(read.requests, "request", "requests"),
                took.as_secs_f64(),
            )));
        }
    }
}

fn flags(args: &ClusterArgs) -> Flags {
    Flags {
        kubeconfig: args.kubeconfig.clone(),
        context: args.context.clone(),
        cluster: args.cluster_name.clone(),
        user: args.user.clone(),
        impersonate: args.impersonate.clone(),
        groups: args.groups.clone(),
        server: args.server.clone(),
        token: args.token.clone(),
        skip_tls_verify: args.insecure_skip_tls_verify,
    }
}

fn told(problem: cluster::Problem) -> Problem {
    let told = Problem::new(problem.message);
    match problem.help {
        Some(help) => told.help(help),
        None => told,
    }
}

/// A cluster that could not be read.
pub(super) fn failed(problem: cluster::Problem) -> Failure {
    if problem.is_time {
        Failure::Undecided(told(problem))
    } else {
        told(problem).into()
    }
}

/// One line on a terminal while a large cluster is read.
struct Progress {
    shows: bool,
    last: Instant,
    written: bool,
}

impl Progress {
    fn new(loudness: Loudness) -> Self {
        Self {
            shows: !loudness.quiet && std::io::stderr().is_terminal(),
            last: Instant::now(),
            written: false,
        }
    }

    fn show(&mut self, read: usize) {
        if self.shows && self.last.elapsed() >= PATIENCE {
            self.last = Instant::now();
            self.written = true;
            output::message(&format!(
                "\r\u{1b}[Kread {}",
                count(read, "object", "objects")
            ));
        }
    }

    fn end(&mut self) {
        if self.written {
            output::message("\r\u{1b}[K");
        }
    }
}
