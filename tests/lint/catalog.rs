//! The catalog: codes, names, pages.

use netpolc::lint::{ALL, find};
use std::collections::BTreeSet;

#[test]
fn codes_and_names_are_unique_and_in_order() {
    let codes: Vec<_> = ALL.iter().map(|rule| rule.code).collect();
    let sorted: BTreeSet<_> = codes.iter().copied().collect();
    assert_eq!(codes, sorted.into_iter().collect::<Vec<_>>());
    let names: BTreeSet<_> = ALL.iter().map(|rule| rule.name).collect();
    assert_eq!(names.len(), ALL.len());
    for rule in ALL {
        assert_eq!(find(&rule.code.to_lowercase()).unwrap().name, rule.name);
        assert_eq!(find(rule.name).unwrap().code, rule.code);
    }
}

#[test]
fn every_page_has_its_parts() {
    let parts = [
        "What it does",
        "Why it matters",
        "Example",
        "Use instead",
        "Limits",
    ];
    for rule in ALL {
        let page = rule.page();
        let mut rest = page.as_str();
        for part in parts {
            let heading = format!("\n## {part}\n");
            let Some(at) = rest.find(&heading) else {
                panic!(
                    "{} {}: no `## {part}` where it should be",
                    rule.code, rule.name
                );
            };
            rest = rest.split_at(at).1;
        }
        assert!(
            rule.summary().len() <= 100,
            "{}: {}",
            rule.code,
            rule.summary()
        );
    }
}
