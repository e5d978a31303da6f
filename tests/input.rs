//! Reads manifests as users have them: real cases, bad ones, and noise.

use netpolc::diag::Severity;
use netpolc::input::{Input, Loaded, Options, load};
use std::path::{Path, PathBuf};

/// The directory of cases with known answers, which is not part of the project.
fn cases() -> Option<PathBuf> {
    let cases = std::env::var_os("NETPOLC_CASES").map(PathBuf::from);
    if cases.is_none() {
        println!("NETPOLC_CASES is not set: going on without the cases with known answers");
    }
    cases
}

fn read_all(directory: &Path) -> Vec<(PathBuf, Loaded)> {
    let entries = directory.read_dir().expect("the directory of cases");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    paths
        .into_iter()
        .map(|path| {
            let manifests = if path.join("in").exists() {
                path.join("in")
            } else {
                path.join("all.yaml")
            };
            let loaded = load(&[Input::Path(manifests)], &Options::default()).expect("readable");
            (path, loaded)
        })
        .collect()
}

fn errors(loaded: &Loaded) -> Vec<String> {
    let errors = loaded
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    errors
        .map(|finding| {
            let place = finding.span().map(|span| loaded.sources.place(span));
            format!("{place:?}: {} {:?}", finding.message, finding.help)
        })
        .collect()
}

#[test]
fn cases_with_known_answers_are_read_without_errors() {
    let Some(cases) = cases() else { return };
    for (path, loaded) in read_all(&cases.join("truth")) {
        assert_eq!(errors(&loaded), Vec::<String>::new(), "{}", path.display());
        assert_eq!(loaded.left_out, Vec::<String>::new(), "{}", path.display());
        assert!(loaded.unknown_kinds.is_empty(), "{}", path.display());
        assert!(loaded.objects.pods.len() >= 9, "{}", path.display());
        assert!(loaded.objects.namespaces.len() >= 3, "{}", path.display());
    }
    for (path, loaded) in read_all(&cases.join("analyzer")) {
        assert_eq!(errors(&loaded), Vec::<String>::new(), "{}", path.display());
    }
}
