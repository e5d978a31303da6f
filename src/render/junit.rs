//! Results as `JUnit` XML, which CI systems show. Follows the schema of Jenkins (`junit-10.xsd`);
//! each `testsuite` also that of Maven Surefire.
//!
//! Only this file and those below it name quick-xml.

mod lint;
mod proof;

pub use lint::write_lint;
pub use proof::write;

use super::visible;
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, Event};
use std::io::{self, Write};

const FAILURE: &str = "failure";
const ERROR: &str = "error";

/// A document, with its first line written.
fn begin<W: Write>(out: W) -> io::Result<Writer<W>> {
    let mut xml = Writer::new_with_indent(out, b' ', 2);
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    Ok(xml)
}

/// One line of text that XML can hold; what is unsafe is written out.
fn line(text: &str) -> String {
    legal(&visible(text))
}

/// XML 1.0 cannot hold these two at all, not even as references; the controls that it cannot hold
/// are unsafe, and are written out before.
fn legal(text: &str) -> String {
    text.replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}")
}
