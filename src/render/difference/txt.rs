//! One line per change, for grep.

use super::told::{SAME, Told, came, line};
use crate::render::visible;
use std::io::{self, Write};

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    for it in &told.diff.workloads {
        let sign = if it.added { '+' } else { '-' };
        writeln!(out, "{sign} workload {}", visible(&it.name))?;
    }
    for change in &told.diff.changes {
        write!(out, "{} {}", change.sign().symbol(), line(change))?;
        match came(told, change) {
            Some(remark) => writeln!(out, "  # {remark}")?,
            None => writeln!(out)?,
        }
    }
    for it in told.unknown {
        let side = it.side();
        writeln!(out, "# unknown in {side}: {}", visible(&it.why))?;
    }
    if told.diff.is_same() && told.unknown.is_empty() {
        writeln!(out, "{SAME}")?;
    }
    Ok(())
}
