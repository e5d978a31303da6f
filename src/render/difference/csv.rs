//! One record per change (RFC 4180).

use super::told::Told;
use crate::render::csv::field;
use std::io::{self, Write};

pub(super) fn write(told: &Told<'_>, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "sign,source,destination,old,new,workloads,cause")?;
    for change in &told.diff.changes {
        // A sign alone is no formula.
        let passes = change.passes.map(|it| {
            if it.is_empty() {
                String::new()
            } else {
                it.to_string()
            }
        });
        let cause = told.causes(&change.causes).unwrap_or_default();
        writeln!(
            out,
            "{},{},{},{},{},{},{}",
            change.sign().symbol(),
            field(&change.from),
            field(&change.to),
            field(passes.old()),
            field(passes.now()),
            field(&change.workloads.join(" ")),
            field(&cause)
        )?;
    }
    for it in told.unknown {
        let side = it.side();
        writeln!(out, "# unknown,{side},{},,,,", field(&it.why))?;
    }
    Ok(())
}
