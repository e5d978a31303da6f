//! The matrix as a Markdown table, one row per pair of members.

use super::left_out::line;
use super::{Repeated, visible};
use crate::query::listing::Listing;
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes the table.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "| Source | Destination | Connections |")?;
    writeln!(out, "| --- | --- | --- |")?;
    let mut on = Repeated::default();
    let shown = |name: &str| Cow::Owned(cell(name));
    listing.lines_as(shown, |from, to, connections| {
        let connections = on.text(connections, |text| text);
        writeln!(out, "| {from} | {to} | {connections} |")
    })?;
    for it in &listing.left_out {
        writeln!(out, "\nLeft out: {}.", cell(&line(it)))?;
    }
    Ok(())
}

/// Text that Markdown leaves as it is: everything that could start markup is written as an entity.
pub(super) fn cell(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '|' | '<' | '>' | '&' | '`' | '*' | '_' | '(' | '\\' | '@' | '#' | '~' | '!' => {
                out.push_str("&#");
                out.push_str(&u32::from(c).to_string());
                out.push(';');
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn markup_in_names_is_written_as_entities() {
        assert_eq!(cell("shop/web"), "shop/web");
        assert_eq!(cell("a|<b>"), "a&#124;&#60;b&#62;");
        assert_eq!(cell("[x](y)"), "[x]&#40;y)");
    }
}
