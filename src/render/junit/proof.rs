//! What came of claims: a test case per claim.

use super::{ERROR, FAILURE, Writer, begin, legal, line};
use crate::prove::outcome::{Outcome, Proved};
use crate::render::proof;
use crate::source::SourceMap;
use quick_xml::events::BytesText;
use std::io::{self, Write};

/// Columns of the details.
const WIDTH: usize = 100;
/// The suite, and the class of a claim that stands in no file.
const SUITE: &str = "netpolc prove";

/// Writes what came of claims, in their order. What holds passes; what fails or speaks of
/// nobody is a failure, what cannot be decided an error.
///
/// # Errors
/// Whatever writing to `out` returns.
pub fn write(proved: &[Proved], sources: &SourceMap, out: &mut dyn Write) -> io::Result<()> {
    let of = |tag| {
        proved
            .iter()
            .filter(move |one| tag_of(&one.outcome) == Some(tag))
    };
    let tests = proved.len().to_string();
    let failures = of(FAILURE).count().to_string();
    let errors = of(ERROR).count().to_string();
    let counts = [
        ("name", SUITE),
        ("tests", &tests),
        ("failures", &failures),
        ("errors", &errors),
    ];
    let mut xml = begin(&mut *out)?;
    let suites = xml.create_element("testsuites").with_attributes(counts);
    suites.write_inner_content(|xml| {
        let suite = xml.create_element("testsuite").with_attributes(counts);
        // The schema of Jenkins has this attribute here and not above.
        let suite = suite.with_attribute(("skipped", "0"));
        suite
            .write_inner_content(|xml| proved.iter().try_for_each(|one| case(one, sources, xml)))?;
        Ok(())
    })?;
    writeln!(out)
}

/// The element that says that a claim does not hold; none where it does.
fn tag_of(outcome: &Outcome) -> Option<&'static str> {
    match outcome {
        Outcome::Holds { .. } => None,
        Outcome::Fails { .. } | Outcome::Vacuous { .. } => Some(FAILURE),
        Outcome::Unknown { .. } => Some(ERROR),
    }
}

fn case<W: Write>(one: &Proved, sources: &SourceMap, xml: &mut Writer<W>) -> io::Result<()> {
    let file = one.origin.span.map(|span| sources.get(span.file).name());
    let (name, class) = (line(&one.name), line(file.unwrap_or(SUITE)));
    // A time is demanded, and one that was measured would differ from run to run.
    let attributes = [("name", &*name), ("classname", &*class), ("time", "0")];
    let case = xml.create_element("testcase").with_attributes(attributes);
    let (Some(tag), Some(why)) = (tag_of(&one.outcome), proof::short(&one.outcome)) else {
        case.write_empty()?;
        return Ok(());
    };
    let message = line(&format!("claimed: {}; {why}", one.claim));
    let details = legal(&proof::details(one, sources, WIDTH));
    case.write_inner_content(|xml| {
        xml.create_element(tag)
            .with_attributes([("message", &*message), ("type", one.outcome.name())])
            .write_text_content(BytesText::new(&details))?;
        Ok(())
    })?;
    Ok(())
}
