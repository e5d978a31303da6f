//! The matrix as sorted lines, made for grep and diff:
//! `shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432`.

use super::left_out::{MARK, line};
use super::visible;
use crate::query::listing::Listing;
use std::io::{self, Write};

/// Writes one line per pair of members; at the end, behind `#`, what was left out of the input.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    listing.lines(|from, to, connections| {
        writeln!(out, "{} => {} : {connections}", visible(from), visible(to))
    })?;
    for it in &listing.left_out {
        writeln!(out, "{MARK}: {}", visible(&line(it)))?;
    }
    Ok(())
}
