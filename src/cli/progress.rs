//! Long work shows on a terminal how far it is.

use super::options::Options;
use super::output;
use crate::prove::decide::Answer;
use crate::prove::formula::Formulas;
use crate::prove::query::Question;
use crate::prove::session::Listener;
use std::io::IsTerminal as _;
use std::time::{Duration, Instant};

/// How long work may take before it is worth a line.
const PATIENCE: Duration = Duration::from_millis(500);

/// One line on the standard error that is written over and over.
#[derive(Debug)]
pub(super) struct Progress {
    shows: bool,
    what: String,
    last: Instant,
    written: bool,
}

impl Progress {
    /// Shows nothing where nobody watches.
    pub(super) fn new(options: &Options) -> Self {
        Self {
            shows: !options.quiet && std::io::stderr().is_terminal(),
            what: String::new(),
            last: Instant::now(),
            written: false,
        }
    }

    /// Work on something begins.
    pub(super) fn begin(&mut self, what: &str) {
        what.clone_into(&mut self.what);
    }

    /// Takes the line away.
    pub(super) fn end(&mut self) {
        if self.written {
            output::message("\r\u{1b}[K");
            self.written = false;
        }
    }
}

impl Listener for Progress {
    fn answered(&mut self, _: &Formulas, _: &Question, _: &Answer) {}

    fn progress(&mut self, done: usize, of: usize) {
        if !self.shows || self.last.elapsed() < PATIENCE {
            return;
        }
        self.last = Instant::now();
        self.written = true;
        let what = crate::render::visible(&self.what);
        output::message(&format!("\r\u{1b}[Kproving {what}: {done} of {of} cases"));
    }
}
