//! Reads manifests as users have them: real cases, bad ones, and noise.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "helpers of tests fail and report like tests"
)]

#[path = "input/long.rs"]
mod long;

use netpolc::diag::Finding;
use netpolc::diag::Severity;
use netpolc::input::{Input, Loaded, Options, load, load_intents, read_intents, read_text};
use netpolc::model::{Cluster, Why};
use netpolc::source::SourceMap;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

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
        assert_eq!(loaded.objects.left_out, [], "{}", path.display());
        assert!(loaded.unknown_kinds.is_empty(), "{}", path.display());
        assert!(loaded.objects.pods.len() >= 9, "{}", path.display());
        assert!(loaded.objects.namespaces.len() >= 3, "{}", path.display());
    }
    for path in children(&cases.join("analyzer")) {
        let loaded = read_path(&path.join("in"));
        assert_eq!(errors(&loaded), Vec::<&str>::new(), "{}", path.display());
    }
}

/// A directory that is gone when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("netpolc-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a new directory");
        Self(path)
    }

    /// Writes a Namespace that is named after its file.
    fn write(&self, path: &str) {
        let file = self.0.join(path);
        std::fs::create_dir_all(file.parent().expect("a parent")).expect("a directory");
        let name = file.file_stem().expect("a name").to_string_lossy();
        let text = format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}}}\n");
        std::fs::write(file, text).expect("writable");
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn directories_are_read_and_their_order_does_not_count() {
    let scratch = Scratch::new("order");
    for path in [
        "b.yml",
        "a/z.yaml",
        "a/c.json",
        "d.yaml",
        ".git/e.yaml",
        "notes.txt",
        "a/.hidden/f.yaml",
    ] {
        scratch.write(path);
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink(&scratch.0, scratch.0.join("a/circle")).expect("a link");
    let loaded = read_path(&scratch.0);
    let names: Vec<&str> = loaded
        .objects
        .namespaces
        .iter()
        .map(|ns| &*ns.name)
        .collect();
    assert_eq!(names, ["b", "c", "d", "z"]);
    assert_eq!(loaded.files, 4);
    // What is named is read whatever its name ends in.
    let single = read_path(&scratch.0.join("notes.txt"));
    assert_eq!(&*single.objects.namespaces[0].name, "notes");
}

#[cfg(unix)]
#[test]
fn directories_with_pipes_sockets_and_broken_links_are_read() {
    let scratch = Scratch::new("special");
    scratch.write("a.yaml");
    let path = |name: &str| scratch.0.join(name);
    let pipe = std::process::Command::new("mkfifo")
        .arg(path("pipe.yaml"))
        .status();
    assert!(pipe.expect("mkfifo").success());
    let _socket =
        std::os::unix::net::UnixListener::bind(path("socket.yaml")).expect("a new socket");
    for (target, link) in [
        ("gone", "broken.yaml"),
        ("self.yaml", "self.yaml"),
        ("/dev/null", "device.yaml"),
        ("a.yaml", "link.yaml"),
    ] {
        std::os::unix::fs::symlink(target, path(link)).expect("a link");
    }
    let loaded = read_path(&scratch.0);
    assert_eq!(loaded.files, 2);
    let messages: Vec<_> = loaded.findings.iter().map(|f| &*f.message).collect();
    let directory = scratch.0.display();
    assert_eq!(
        messages,
        [
            format!("broken symbolic link `{directory}/broken.yaml`"),
            format!("broken symbolic link `{directory}/self.yaml`"),
        ]
    );
    let named = load(&[Input::Path(path("broken.yaml"))], &Options::default());
    let error = named.expect_err("a link to nothing").to_string();
    assert!(error.starts_with("no such file or directory"), "{error}");
}

#[test]
fn what_cannot_be_read_is_said_as_the_user_named_it() {
    let inputs = [Input::Path("no/such.yaml".into())];
    let error = load(&inputs, &Options::default()).expect_err("there is no such file");
    assert_eq!(
        error.to_string(),
        "no such file or directory: `no/such.yaml`"
    );
}

/// Everything that was found, one line each, with the text that is underlined.
fn findings(findings: &[Finding], sources: &SourceMap) -> String {
    let mut report = String::new();
    for finding in findings {
        let (severity, rule) = (finding.severity.name(), finding.rule);
        let _ = writeln!(report, "{severity}[{rule}]: {}", finding.message);
        for label in &finding.labels {
            let place = sources.place(label.span);
            let text = sources.text(label.span).replace('\n', "\\n");
            let _ = writeln!(report, "  {place} |{text}| {}", label.text);
        }
        if let Some(help) = &finding.help {
            let _ = writeln!(report, "  help: {help}");
        }
    }
    report
}

fn report(loaded: &Loaded) -> String {
    let mut report = findings(&loaded.findings, &loaded.sources);
    let all = &loaded.objects.left_out;
    let names = |of: &dyn Fn(&Why) -> bool| -> Vec<String> {
        let of = all.iter().filter(|it| of(&it.why));
        of.map(ToString::to_string).collect()
    };
    let is_broken = |why: &Why| matches!(why, Why::Mistake | Why::Twice);
    let _ = writeln!(report, "left out: {:?}", names(&is_broken));
    let unread = names(&|why| !is_broken(why));
    if !unread.is_empty() {
        let _ = writeln!(report, "unread: {unread:?}");
    }
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

/// The same of a file of intents, whose text joins one that was there before.
fn report_of_intents(path: &Path) -> String {
    let mut sources = SourceMap::new();
    let before: std::sync::Arc<str> = "before".into();
    sources.add(&before, String::new(), netpolc::source::Position::START);
    let inputs = [Input::Path(path.to_owned())];
    let loaded = load_intents(&inputs, &Options::default(), &mut sources).expect("readable");
    let mut report = findings(&loaded.findings, &sources);
    for file in &loaded.files {
        let names: Vec<&str> = file.intents.iter().map(|intent| &*intent.name).collect();
        let _ = writeln!(report, "intents: {names:?}");
        assert_eq!(file.directory.as_deref(), path.parent());
    }
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
        let shown = if name.starts_with("intents") {
            report_of_intents(&path)
        } else {
            report(&loaded)
        };
        let shown = shown.replace(&*path.to_string_lossy(), &name);
        if name.starts_with("intents") {
            let text = String::from_utf8_lossy(&bytes);
            let mut sources = SourceMap::new();
            let same = read_intents(&name, &text, &Options::default(), &mut sources);
            let same = findings(&same.findings, &sources);
            assert!(shown.starts_with(&same), "text and file are read alike");
        } else if let Ok(text) = std::str::from_utf8(&bytes) {
            let same = report(&read_text(&name, text, &Options::default()));
            assert_eq!(same, shown, "text and file are read alike");
        }
        settings.bind(|| insta::assert_snapshot!(name.replace('.', "-"), shown));
    }
}

/// Reads a text as the command does, and asks for everything that could be printed.
fn survives(text: &str) {
    let begun = Instant::now();
    let loaded = read_text("noise.yaml", text, &Options::default());
    for finding in &loaded.findings {
        assert!(!finding.message.contains('\n'), "{}", finding.message);
        assert!(!finding.message.contains('\u{1b}'), "{}", finding.message);
        for label in &finding.labels {
            let _ = loaded.sources.place(label.span);
        }
    }
    let _ = Cluster::new(loaded.objects);
    let mut sources = SourceMap::new();
    let intents = read_intents("noise.yaml", text, &Options::default(), &mut sources);
    for finding in &intents.findings {
        assert!(!finding.message.contains('\n'), "{}", finding.message);
        assert!(!finding.message.contains('\u{1b}'), "{}", finding.message);
        for label in &finding.labels {
            let _ = sources.place(label.span);
        }
    }
    // Generous: builds without optimisation on a busy machine. What this stops takes minutes.
    assert!(
        begun.elapsed() < Duration::from_secs(20),
        "slow on {text:?}"
    );
}

/// The bad manifests and pieces that matter to the readers.
fn seeds() -> Vec<String> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/bad");
    let paths = children(&directory);
    let texts = paths
        .iter()
        .map(|path| std::fs::read(path).expect("readable"));
    texts
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}

/// Pieces that change what the text around them means.
const PIECES: [&str; 24] = [
    "---\n",
    "...\n",
    "- ",
    ": ",
    "{",
    "}",
    "[",
    "]",
    "\"",
    "'",
    "\n",
    "\t",
    "#",
    "&a ",
    "*a",
    "<<: ",
    "|\n",
    "!!str ",
    "items: ",
    "\"items\": [",
    "null",
    "\u{feff}",
    "\u{1b}[31m",
    "%YAML 1.1\n",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn mutated_manifests_are_survived(
        seed in proptest::sample::select(seeds()),
        edits in proptest::collection::vec((any::<prop::sample::Index>(), 0..24_usize, 0..12_usize), 1..6),
    ) {
        let mut text: Vec<char> = seed.chars().collect();
        for (place, piece, removed) in edits {
            let start = place.index(text.len() + 1);
            let end = (start + removed).min(text.len());
            let piece = PIECES.get(piece).copied().unwrap_or_default();
            text.splice(start..end, piece.chars());
        }
        survives(&text.into_iter().collect::<String>());
    }

    #[test]
    fn noise_is_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn noise_of_pieces_is_survived(pieces in proptest::collection::vec(proptest::sample::select(PIECES.to_vec()), 0..80)) {
        survives(&pieces.concat());
    }
}

#[test]
fn what_is_deep_or_wide_is_survived() {
    let many = 20_000;
    survives(&"[".repeat(many));
    survives(&"{\"a\":".repeat(many));
    survives(&"- ".repeat(many));
    survives(&"a:\n ".repeat(many));
    survives(&"? ".repeat(many));
    survives(&"---\n".repeat(many));
    survives(&"{}\n".repeat(many));
    survives(&format!("{{{}}}", "a: b, ".repeat(many)));
    survives(&format!("{{\"items\": [{}", "{},".repeat(many)));
    survives(&format!(
        "a: &a [{}]\nb: [{}]\n",
        "x,".repeat(1000),
        "*a,".repeat(many)
    ));
    survives(&format!(
        "a: &a {{{}}}\nb: {{{}}}\n",
        "k: v, ".repeat(1000),
        "<<: *a, ".repeat(many)
    ));
}
