//! Where bytes leave: answers to the standard output, everything else to the standard error.

use super::called::{PLUGIN, is_plugin};
use super::exit::Failure;
use crate::endpoint::Problem;
use crate::render::commands::{Harmless, harmless};
use crate::render::message as shown;
use std::borrow::Cow;
use std::io::{self, BufWriter, ErrorKind, Write};

/// A text with commands as the user calls them: `kubectl netpolc can` where that is a plugin.
fn called(text: &str) -> Cow<'_, str> {
    if !is_plugin() || !text.contains("`netpolc ") {
        return text.into();
    }
    text.replace("`netpolc ", &format!("`{PLUGIN} ")).into()
}

/// Writes the answer.
pub(super) fn answer(text: &str) -> Result<(), Failure> {
    let text = called(text);
    stream(|out| out.write_all(text.as_bytes()))
}

/// Writes the answer piece by piece. Where nobody reads it any more, the rest is not written: the
/// exit code is still the answer.
pub(super) fn stream(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    data(|out| {
        let mut lines = Harmless::new(out);
        write(&mut lines).and_then(|()| lines.flush())
    })
}

/// Writes an answer for machines, byte by byte as it is.
pub(super) fn data(write: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), Failure> {
    let mut out = BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let written = write(&mut out).and_then(|()| out.flush());
    match written {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Problem::new(format!("cannot write the answer: {error}")).into())
        }
        Ok(()) | Err(_) => Ok(()),
    }
}

/// Writes a message about the run. Where the standard error is closed there is nobody to tell.
pub(super) fn message(text: &str) {
    let text = called(text);
    let _ = io::stderr().lock().write_all(harmless(&text).as_bytes());
}

/// Writes one line about the run.
pub(super) fn note(text: &str) {
    message(&format!("{}\n", shown(text)));
}

/// Says why there is no answer.
pub(super) fn failure(failure: &Failure) {
    match failure {
        Failure::Problem(told) | Failure::Undecided(told) => problem(told),
        Failure::Reported => {}
        Failure::Bug(what) => bug(what),
    }
}

/// Says what the user can set right.
fn problem(problem: &Problem) {
    let help = problem
        .help
        .iter()
        .map(|help| format!("  help: {}\n", shown(help)));
    let help: String = help.collect();
    message(&format!("error: {}\n{help}", shown(&problem.message)));
}

/// Says that netpolc is wrong.
pub(super) fn bug(what: &str) {
    note(&format!("bug: {what}"));
    note("please report this with the command line and, if you can, the manifests");
}

/// Repeats what clap says of the arguments, which may hold anything.
pub(super) fn usage_error(text: &str) {
    text.lines().for_each(note);
}
