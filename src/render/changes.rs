//! The lines of a matrix that change, for people: `-` as it is now, `+` as it will be.

use super::{count, visible};
use crate::net::ConnSet;
use crate::query::changes::Change;
use std::fmt::Write as _;

/// Says which lines change.
pub fn text(changes: &[Change]) -> String {
    let head = match changes.len() {
        0 => "no connection changes\n".to_owned(),
        number => format!("{}:\n", count(number, "pair changes", "pairs change")),
    };
    let mut out = head;
    for Change {
        from,
        to,
        before,
        after,
    } in changes
    {
        let (from, to) = (visible(from), visible(to));
        let mut line = |sign: char, connections: &ConnSet| {
            if !connections.is_empty() {
                // Writing to a String cannot fail.
                let _ = writeln!(out, "{sign} {from} => {to} : {connections}");
            }
        };
        line('-', before);
        line('+', after);
    }
    out
}
