//! Every rule on its own: `cargo test --test lint np073` runs what there is for one of them. A rule that
//! is not in the list at the end of this file fails a test.

use super::{catalog, fixtures, pages, recorded};
use netpolc::lint::{ALL, find};

/// A module of tests for each rule, and the list of their codes.
macro_rules! rules {
    ($($code:ident)*) => {
        /// The rules that have tests here.
        const LISTED: &[&str] = &[$(stringify!($code)),*];

        $(mod $code {
            use netpolc::lint::Rule;

            fn rule() -> &'static Rule {
                super::rule(stringify!($code))
            }

            #[test]
            fn bad_manifests_have_the_findings_that_are_written_in_them() {
                super::fixtures::bad(rule());
            }

            #[test]
            fn good_manifests_have_no_finding() {
                super::fixtures::good(rule());
            }

            #[test]
            fn findings_look_like_the_snapshot() {
                super::fixtures::looks(rule());
            }

            #[test]
            fn findings_are_confirmed_by_trace() {
                super::recorded::confirmed(rule());
            }

            #[test]
            fn the_page_has_its_parts() {
                super::catalog::has_its_parts(rule());
            }

            #[test]
            fn the_published_page_is_that_of_the_rule() {
                super::pages::is_published(rule());
            }
        })*
    };
}

fn rule(code: &str) -> &'static netpolc::lint::Rule {
    match find(code) {
        Some(rule) => rule,
        None => panic!(
            "tests/lint/rules.rs lists {code}, and src/lint/rules/mod.rs has no such rule: take it out \
             of the list"
        ),
    }
}

#[test]
fn every_rule_of_the_catalog_is_listed() {
    let codes = ALL.iter().map(|rule| rule.code.to_lowercase());
    let missing: Vec<String> = codes.filter(|it| !LISTED.contains(&it.as_str())).collect();
    assert!(
        missing.is_empty(),
        "no tests for {}: add it to `rules!` at the end of tests/lint/rules.rs",
        missing.join(", ")
    );
}

rules! {
    np000 np001 np002 np003 np004 np005 np006 np007 np008 np009
    np010 np011 np012 np013 np014 np015 np016 np017 np018 np019
    np020 np021 np022 np023 np024 np025 np026 np027 np028 np029
    np030 np031 np032 np033 np034 np035 np036 np037 np038 np040
    np041 np042 np043 np044 np045 np046 np047 np048 np049 np050
    np051 np052 np053 np054 np055 np056 np057 np058 np059 np060 np061
    np062 np063 np064 np065 np066 np067 np068 np069 np070 np071
    np072 np073 np074 np075 np076 np080 np081 np082 np083 np084 np085 np086 np087
    np088 np089 np090 np091 np092 np093 np094 np095 np097 np098 np099 np100 np101 np102 np103
    np104 np105 np106 np107 np108
}
