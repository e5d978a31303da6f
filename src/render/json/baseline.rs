//! Baselines, one finding in a line, so that a change of them can be read.

use super::{API_VERSION, Printable};
use crate::lint::Baseline;
use serde::Serialize;
use std::io::{self, Write};

#[derive(Serialize)]
struct KnownEntry<'a> {
    rule: &'a str,
    object: &'a str,
    path: &'a str,
    count: usize,
}

/// Writes a baseline.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(baseline: &Baseline, out: &mut dyn Write) -> io::Result<()> {
    write!(
        out,
        "{{\"apiVersion\":\"{API_VERSION}\",\"kind\":\"LintBaseline\",\"findings\":["
    )?;
    for (index, (key, count)) in baseline.entries().enumerate() {
        out.write_all(if index == 0 { b"\n" } else { b",\n" })?;
        let entry = KnownEntry {
            rule: &key.rule,
            object: &key.object,
            path: &key.path,
            count,
        };
        let mut serializer = serde_json::Serializer::with_formatter(&mut *out, Printable);
        entry.serialize(&mut serializer)?;
    }
    writeln!(out, "\n]}}")
}
