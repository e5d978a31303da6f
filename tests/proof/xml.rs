//! Reads `JUnit` XML back and holds it against what the schemas of Jenkins and of Maven Surefire
//! have in common.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Each element with its parent, and the attributes that it must have; it may have no others.
const SCHEMA: [(&str, &str, &[&str]); 7] = [
    ("testsuites", "", &["name", "tests", "failures", "errors"]),
    (
        "testsuite",
        "testsuites",
        &["name", "tests", "failures", "errors", "skipped"],
    ),
    ("testcase", "testsuite", &["name", "classname", "time"]),
    ("failure", "testcase", &["message", "type"]),
    ("error", "testcase", &["message", "type"]),
    ("skipped", "testcase", &["message"]),
    ("system-out", "testcase", &[]),
];

/// What was read.
#[derive(Default)]
pub(crate) struct Report {
    /// Element, attribute, value; in their order.
    attributes: Vec<(String, String, String)>,
    /// All text between the elements.
    pub(crate) text: String,
}

impl Report {
    /// The values of an attribute of all elements of one name.
    pub(crate) fn value(&self, element: &str, attribute: &str) -> Vec<&str> {
        let all = self.attributes.iter();
        let found = all.filter(|(e, a, _)| e == element && a == attribute);
        found.map(|(_, _, value)| value.as_str()).collect()
    }

    fn open(&mut self, tag: &BytesStart<'_>, parent: &str) -> String {
        let name = tag.name().as_ref().to_owned();
        let row = SCHEMA.iter().find(|(element, ..)| *element == name);
        let Some((_, above, expected)) = row else {
            unreachable!("`{name}` is no element of the schema")
        };
        assert_eq!(*above, parent, "{name}");
        let mut found = Vec::new();
        for attribute in tag.attributes() {
            let attribute = known(attribute);
            let key = attribute.key.as_ref().to_owned();
            let value = &*attribute.value;
            // Raw, these would end the attribute or the tag.
            assert!(!value.contains(['<', '"']), "{value}");
            let value = known(quick_xml::escape::unescape(value));
            self.attributes
                .push((name.clone(), key.clone(), value.into_owned()));
            found.push(key);
        }
        let mut expected: Vec<&str> = expected.to_vec();
        expected.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, expected, "{name}");
        name
    }
}

/// What is well-formed; anything else fails.
fn known<T, E: std::fmt::Debug>(read: Result<T, E>) -> T {
    match read {
        Ok(read) => read,
        Err(error) => unreachable!("this is not what XML may be: {error:?}"),
    }
}

/// Reads a report; what the schema does not know fails.
pub(crate) fn read(xml: &str) -> Report {
    assert!(xml.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites "));
    assert!(!xml.contains("]]>"), "XML forbids it in text");
    let mut reader = Reader::from_str(xml);
    let mut report = Report::default();
    let mut open: Vec<String> = Vec::new();
    loop {
        let parent = open.last().cloned().unwrap_or_default();
        match known(reader.read_event()) {
            Event::Start(tag) => open.push(report.open(&tag, &parent)),
            Event::Empty(tag) => {
                report.open(&tag, &parent);
            }
            Event::End(_) => {
                open.pop();
            }
            Event::Text(text) => report.text.push_str(&text),
            Event::GeneralRef(name) => {
                let text = quick_xml::escape::resolve_predefined_entity(&name);
                report.text.push_str(known(text.ok_or(name)));
            }
            Event::Decl(_) => {}
            Event::Eof => break,
            Event::Comment(_) | Event::CData(_) | Event::DocType(_) | Event::PI(_) => {
                unreachable!("nothing else is written")
            }
        }
    }
    assert!(open.is_empty());
    report
}
