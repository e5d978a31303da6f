//! The matrix as comma-separated values (RFC 4180): a header, then one record per pair of members.

use super::left_out::{MARK, called, reason};
use super::{Repeated, visible};
use crate::query::listing::Listing;
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes one record per pair of members; at the end one, behind `#`, for all that was left out of the
/// input.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(listing: &Listing, out: &mut dyn Write) -> io::Result<()> {
    writeln!(out, "source,destination,connections")?;
    let mut on = Repeated::default();
    listing.lines_as(field, |from, to, connections| {
        let connections = on.text(connections, |text| field(&text).into_owned());
        writeln!(out, "{from},{to},{connections}")
    })?;
    for it in &listing.left_out {
        let (called, reason) = (called(it), reason(it));
        writeln!(out, "{MARK},{},{}", field(&called), field(&reason))?;
    }
    Ok(())
}

/// A field, quoted where it must be. A field that a spreadsheet would read as a formula is
/// preceded by an apostrophe.
pub(super) fn field(text: &str) -> Cow<'_, str> {
    let text = visible(text);
    let formula = text.starts_with(['=', '+', '-', '@']);
    if !formula && !text.contains(['"', ',']) {
        return text;
    }
    let quote = if formula { "'" } else { "" };
    Cow::Owned(format!("\"{quote}{}\"", text.replace('"', "\"\"")))
}

#[cfg(test)]
mod tests {
    use super::field;

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(field("shop/web[Pod]"), "shop/web[Pod]");
        assert_eq!(field("TCP 80,443"), "\"TCP 80,443\"");
        assert_eq!(field("a\"b"), "\"a\"\"b\"");
        assert_eq!(field("=1+1"), "\"'=1+1\"");
        assert_eq!(field("a\nb"), "a\\nb");
    }
}
