//! The matrix as sorted lines, made for grep and diff:
//! `shop/web[Deployment] => shop/db[StatefulSet] : TCP 5432`.

use super::visible;
use crate::query::listing::Listing;
use std::io::{self, Write};

/// Writes one line per pair of members.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    listing.lines(|from, to, connections| {
        writeln!(out, "{} => {} : {connections}", visible(from), visible(to))
    })
}
