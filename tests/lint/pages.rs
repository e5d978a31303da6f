//! The pages in `docs/rules` are those of the rules. `INSTA_UPDATE=always` writes them anew.

use super::{published, root};
use netpolc::lint::{ALL, Rule};
use netpolc::render::lint::catalog;
use std::fs;

/// Holds a file against the text that it should have, or writes it.
#[track_caller]
pub(crate) fn check(path: &str, new: &str, test: &str) {
    let place = root().join(path);
    if published::updates() {
        fs::write(&place, new).unwrap();
    }
    let old = fs::read_to_string(&place).unwrap_or_default();
    if let Some(told) = published::differs(path, &old, new, test) {
        panic!("{told}");
    }
}

/// The page of a rule is what the catalog says of it (`src/lint/rules`).
pub(crate) fn is_published(rule: &Rule) {
    let path = format!("docs/rules/{}.md", rule.code);
    let test = format!("--test lint {}", rule.code.to_lowercase());
    check(&path, &catalog::page(rule), &test);
}

#[test]
fn the_published_index_is_that_of_the_rules() {
    check(
        "docs/rules/README.md",
        &catalog::index(),
        "--test lint pages",
    );
}

#[test]
fn no_published_page_is_of_no_rule() {
    let pages = fs::read_dir(root().join("docs/rules")).unwrap();
    for path in pages.map(|entry| entry.unwrap().path()) {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let of_rule = ALL.iter().any(|rule| name == format!("{}.md", rule.code));
        if !of_rule && name != "README.md" && published::updates() {
            fs::remove_file(&path).unwrap();
        } else {
            assert!(
                of_rule || name == "README.md",
                "docs/rules/{name}: no rule in src/lint/rules/mod.rs has this code; take the page away: \
                 INSTA_UPDATE=always cargo test --test lint pages"
            );
        }
    }
}

#[test]
fn every_rule_is_listed_in_a_line() {
    let list = catalog::list();
    assert_eq!(list.lines().count(), ALL.len());
    for (line, rule) in list.lines().zip(ALL) {
        assert!(line.starts_with(&format!("{}  {}", rule.code, rule.name)));
        assert!(line.contains(rule.summary()), "{line}");
    }
}
