//! The matrix as sorted lines, made for grep and diff:
//! `shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432`.

use super::left_out::{MARK, line};
use super::{Repeated, visible};
use crate::query::listing::Listing;
use std::io::{self, Write};

/// Writes one line per pair of members; at the end, behind `#`, what was left out of the input.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    let mut on = Repeated::default();
    listing.lines_as(visible, |from, to, connections| {
        let connections = on.text(connections, |text| text);
        writeln!(out, "{from} => {to} : {connections}")
    })?;
    for it in &listing.left_out {
        writeln!(out, "{MARK}: {}", visible(&line(it)))?;
    }
    Ok(())
}
