//! Reads manifests as users have them: real cases, bad ones, and noise.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of tests fail and report like tests"
)]

use netpolc::diag::Severity;
use netpolc::input::{Input, Loaded, Options, load, read_text};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The directory of cases with known answers, which is not part of the project.
fn cases() -> Option<PathBuf> {
    let cases = std::env::var_os("NETPOLC_CASES").map(PathBuf::from);
    if cases.is_none() {
        println!("NETPOLC_CASES is not set: going on without the cases with known answers");
    }
    cases
}

fn children(directory: &Path) -> Vec<PathBuf> {
    let entries = directory.read_dir().expect("a directory");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("entry").path()).collect();
    paths.sort();
    paths
}

fn read_path(path: &Path) -> Loaded {
    load(&[Input::Path(path.to_owned())], &Options::default()).expect("readable")
}

fn errors(loaded: &Loaded) -> Vec<&str> {
    let errors = loaded
        .findings
        .iter()
        .filter(|finding| finding.severity == Severity::Error);
    errors.map(|finding| finding.message.as_str()).collect()
}

#[test]
fn cases_with_known_answers_are_read_without_errors() {
    let Some(cases) = cases() else { return };
    for path in children(&cases.join("truth")) {
        let loaded = read_path(&path.join("all.yaml"));
        assert_eq!(errors(&loaded), Vec::<&str>::new(), "{}", path.display());
        assert_eq!(loaded.left_out, Vec::<String>::new(), "{}", path.display());
        assert!(loaded.unknown_kinds.is_empty(), "{}", path.display());
        assert!(loaded.objects.pods.len() >= 9, "{}", path.display());
        assert!(loaded.objects.namespaces.len() >= 3, "{}", path.display());
    }
    for path in children(&cases.join("analyzer")) {
        let loaded = read_path(&path.join("in"));
        assert_eq!(errors(&loaded), Vec::<&str>::new(), "{}", path.display());
    }
}

/// Everything that was found, one line each, with the text that is underlined.
fn report(loaded: &Loaded) -> String {
    let mut report = String::new();
    for finding in &loaded.findings {
        let (severity, rule) = (finding.severity.name(), finding.rule);
        let _ = writeln!(report, "{severity}[{rule}]: {}", finding.message);
        for label in &finding.labels {
            let place = loaded.sources.place(label.span);
            let text = loaded.sources.text(label.span).replace('\n', "\\n");
            let _ = writeln!(report, "  {place} |{text}| {}", label.text);
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(report, "  help: {help}");
        }
    }
    let _ = writeln!(report, "left out: {:?}", loaded.left_out);
    let _ = writeln!(report, "unknown kinds: {:?}", loaded.unknown_kinds);
    let objects = &loaded.objects;
    let policies: Vec<String> = objects
        .policies
        .iter()
        .map(netpolc::model::Policy::full_name)
        .collect();
    let namespaces: Vec<&str> = objects.namespaces.iter().map(|ns| &*ns.name).collect();
    let _ = writeln!(report, "policies: {policies:?}");
    let _ = writeln!(report, "namespaces: {namespaces:?}");
    let _ = writeln!(
        report,
        "documents: {}, pods: {}, workloads: {}, services: {}",
        loaded.documents,
        objects.pods.len(),
        objects.workloads.len(),
        objects.services.len()
    );
    report
}

#[test]
fn bad_manifests_are_reported_with_their_places() {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots/input"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    for path in children(&directory) {
        let bytes = std::fs::read(&path).expect("readable");
        let loaded = read_path(&path);
        let name = path
            .file_name()
            .expect("a file")
            .to_string_lossy()
            .into_owned();
        let shown = report(&loaded).replace(&*path.to_string_lossy(), &name);
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let same = report(&read_text(&name, text, &Options::default()));
            assert_eq!(same, shown, "text and file are read alike");
        }
        settings.bind(|| insta::assert_snapshot!(name.replace('.', "-"), shown));
    }
}
