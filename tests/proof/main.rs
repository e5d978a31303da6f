//! What came of claims, in every format.

#![expect(
    clippy::expect_used,
    reason = "a test that cannot read what was written has failed"
)]

mod samples;
mod xml;

use netpolc::diag::is_unsafe;
use netpolc::model::Origin;
use netpolc::prove::outcome::{Core, Outcome, Proved};
use netpolc::render::{Look, json, junit, proof};
use netpolc::source::SourceMap;
use samples::{HOSTILE, Samples};

const LOOK: Look = Look {
    color: false,
    width: 100,
};

fn snapshot(name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/proof"));
    settings.set_prepend_module_to_snapshot(false);
    settings.bind(|| insta::assert_snapshot!(name, text));
}

/// The claim as if it had been typed.
fn typed(proved: Proved) -> Proved {
    Proved {
        name: proved.claim.clone(),
        origin: Origin::default(),
        ..proved
    }
}

fn json(proved: &[Proved], sources: &SourceMap) -> String {
    let mut out = Vec::new();
    json::write_proof(proved, sources, &mut out).expect("memory can be written");
    String::from_utf8(out).expect("text")
}

fn junit(proved: &[Proved], sources: &SourceMap) -> String {
    let mut out = Vec::new();
    junit::write(proved, sources, &mut out).expect("memory can be written");
    String::from_utf8(out).expect("text")
}

#[test]
fn one_claim_is_answered_in_words() {
    let samples = Samples::new();
    let answer = |proved| proof::text(&[typed(proved)], &samples.sources, LOOK, false);
    for (name, proved) in [
        ("holds", samples.holds()),
        ("fails", samples.fails()),
        ("vacuous", samples.vacuous()),
        ("unknown", samples.unknown()),
        ("refused", samples.refused()),
        ("differs", samples.differs()),
    ] {
        let result = proved.outcome.name();
        let text = answer(proved);
        assert_eq!(text.lines().next(), Some(result));
        snapshot(name, &text);
    }
}

#[test]
fn what_holds_whatever_policies_say_has_no_core() {
    let samples = Samples::new();
    let proved = Proved {
        outcome: Outcome::Holds {
            core: Core::Parts(Vec::new()),
        },
        claim: "a pod reaches itself".into(),
        assumed: vec!["it runs".into()],
        ..typed(samples.holds())
    };
    assert_eq!(
        proof::text(&[proved], &samples.sources, LOOK, false),
        "holds\nclaimed: a pod reaches itself.\ntaken for granted: it runs.\n\
         it holds whatever the policies say.\n"
    );
}

#[test]
fn the_result_is_coloured_where_colours_are_wanted() {
    let samples = Samples::new();
    let look = Look {
        color: true,
        ..LOOK
    };
    let text = proof::text(&[typed(samples.fails())], &samples.sources, look, false);
    assert!(text.starts_with("\u{1b}[1;31mfails\u{1b}[0m\nclaimed: "));
}

#[test]
fn the_claims_of_a_file_are_a_table_and_details() {
    let samples = Samples::new();
    let text = proof::text(&samples.all(), &samples.sources, LOOK, false);
    assert!(!text.contains("carry the proof"));
    let last = text.lines().last();
    assert_eq!(last, Some("1 holds, 3 fail, 1 vacuous, 1 unknown"));
    snapshot("file", &text);
}

#[test]
fn details_of_what_holds_are_told_when_asked_for() {
    let samples = Samples::new();
    let text = proof::text(&[samples.holds()], &samples.sources, LOOK, true);
    snapshot("verbose", &text);
    let brief = proof::text(&[samples.holds()], &samples.sources, LOOK, false);
    assert_eq!(brief.lines().last(), Some("1 holds"));
    assert_eq!(
        proof::text(&[], &samples.sources, LOOK, true),
        "no claims\n"
    );
}

#[test]
fn json_has_every_field_in_its_order() {
    let samples = Samples::new();
    snapshot("json", &json(&samples.all(), &samples.sources));
    assert_eq!(
        json(&[typed(samples.vacuous())], &samples.sources),
        "{\"apiVersion\":\"netpolc/v1\",\"kind\":\"Proof\",\"results\":[{\
         \"name\":\"no pod of namespace legacy reaches shop/db[StatefulSet]\",\
         \"claim\":\"no pod of namespace legacy reaches shop/db[StatefulSet]\",\
         \"result\":\"vacuous\",\"assumed\":[],\"core\":[],\
         \"why\":[\"namespace legacy has no pods, and none can be created in it\"],\
         \"effort\":{\"queries\":0,\"alike\":0,\"units\":0}}]}\n"
    );
}

#[test]
fn junit_has_a_case_for_each_claim() {
    let samples = Samples::new();
    let text = junit(&samples.all(), &samples.sources);
    let report = xml::read(&text);
    assert_eq!(report.value("testsuites", "tests"), ["6"]);
    assert_eq!(report.value("testsuites", "failures"), ["4"]);
    assert_eq!(report.value("testsuite", "errors"), ["1"]);
    assert_eq!(
        report.value("testcase", "name"),
        [
            "db-is-private",
            "dev-stays-out",
            "nothing-to-check",
            "metrics",
            "the-worker-writes",
            "old-and-new"
        ]
    );
    let failures = ["fails", "vacuous", "fails", "fails"];
    assert_eq!(report.value("failure", "type"), failures);
    assert_eq!(report.value("error", "type"), ["unknown"]);
    snapshot("junit", &text);
    // An empty file of intents, too, is a report.
    let none = xml::read(&junit(&[], &samples.sources));
    assert_eq!(none.value("testsuite", "tests"), ["0"]);
}

/// What [`HOSTILE`] is where it has to stay on one line.
const SHOWN: &str = "a]]>\"'<b>&amp;\\u{1b}[2Jc\\nholds\\t\\r\\u{0}\\u{9b}\\u{202e}";

#[test]
fn no_text_steers_a_terminal() {
    let (sources, all) = Samples::hostile();
    let safe = |text: &str| !text.contains(|c| is_unsafe(c) && c != '\n');
    let listed = proof::text(&all, &sources, LOOK, true);
    assert!(safe(&listed), "{listed:?}");
    // Only YAML has lines of its own, and they stand in.
    assert!(!listed.lines().any(|line| line.starts_with("holds\\t")));
    // Where there is room, a claim is a line, and why it does not hold another.
    let wide = Look {
        width: 4000,
        ..LOOK
    };
    let listed = proof::text(&all, &sources, wide, false);
    let cells = listed.lines().filter(|line| line.starts_with('│'));
    assert_eq!(cells.count(), 1 + 1 + 3 * 2, "{listed}");
    for one in all {
        let result = one.outcome.name();
        let text = proof::text(&[typed(one)], &sources, LOOK, true);
        assert!(safe(&text), "{text:?}");
        assert!(text.contains(&format!("claimed: {SHOWN}")), "{text}");
        assert_eq!(text.lines().next(), Some(result));
    }
}

#[test]
fn json_keeps_the_text_and_escapes_it() {
    let (sources, all) = Samples::hostile();
    let text = json(&all, &sources);
    assert!(!text.trim_end().contains(is_unsafe), "{text:?}");
    let read: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    for place in [
        "/results/0/name",
        "/results/0/core/0/role",
        "/results/1/why/0",
        "/results/2/witness/source/name",
        "/results/2/witness/opening/0/yaml",
        "/results/3/witness/judged/0/reasons/0/text",
    ] {
        let found = read.pointer(place).and_then(serde_json::Value::as_str);
        assert_eq!(found, Some(HOSTILE), "{place}");
    }
    let place = read.pointer("/results/0/place");
    let place = place.and_then(serde_json::Value::as_str);
    assert_eq!(place, Some(&*format!("{HOSTILE}:1:1")));
}

#[test]
fn junit_holds_no_text_that_xml_cannot_hold() {
    let (sources, all) = Samples::hostile();
    let text = junit(&all, &sources);
    let unfit = |c| is_unsafe(c) && c != '\n' || matches!(c, '\u{fffe}' | '\u{ffff}');
    assert!(!text.contains(unfit), "{text:?}");
    snapshot("junit-hostile", &text);
    let report = xml::read(&text);
    let name = format!("{SHOWN}\\u{{fffe}}\\u{{ffff}}=ü");
    assert_eq!(report.value("testcase", "name"), vec![&*name; 4]);
    assert_eq!(report.value("testcase", "classname"), vec![&*name; 4]);
    let message = format!("claimed: {name}; {name}");
    assert_eq!(report.value("failure", "message").first(), Some(&&*message));
    assert!(report.text.contains(&format!("claimed: {SHOWN}")));
}
