//! The pages in `docs/rules` are those of the rules. `INSTA_UPDATE=always` writes them anew.

use super::root;
use netpolc::lint::ALL;
use netpolc::render::lint::catalog;
use std::collections::BTreeMap;
use std::fs;

#[test]
fn the_published_pages_are_those_of_the_rules() {
    let directory = root().join("docs/rules");
    let mut expected: BTreeMap<String, String> = ALL
        .iter()
        .map(|rule| (format!("{}.md", rule.code), catalog::page(rule)))
        .collect();
    expected.insert("README.md".to_owned(), catalog::index());
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        let _ = fs::remove_dir_all(&directory);
        fs::create_dir_all(&directory).unwrap();
        for (name, text) in &expected {
            fs::write(directory.join(name), text).unwrap();
        }
    }
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(&directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        found.insert(name, fs::read_to_string(&path).unwrap());
    }
    let names = |pages: &BTreeMap<String, String>| pages.keys().cloned().collect::<Vec<_>>();
    let how = "write them anew: INSTA_UPDATE=always cargo test --test lint pages";
    assert_eq!(names(&found), names(&expected), "{how}");
    for (name, text) in &expected {
        assert!(found[name] == *text, "docs/rules/{name} is stale; {how}");
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
