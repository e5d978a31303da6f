//! Where things stand: the edges of the pure core, documents for every module, sizes and names.

use super::sources::{check, page, project, root, shown, sources, texts, walk};
use std::path::Path;

/// No file is longer: around 300 lines are usual, and a file that grows past this has two subjects.
const MOST_LINES: usize = 420;

/// Where the program may meet the world. Of `beside` the threads cannot be seen in what it gives back.
const EDGES: [&str; 5] = [
    "src/cli/",
    "src/cluster/",
    "src/input/mod.rs",
    "src/input/discover.rs",
    "src/beside.rs",
];

/// What meets the world: files, streams, the environment, the clock, threads, the process.
const WORLD: [&str; 26] = [
    "fs::",
    "std::fs",
    "File::",
    "OpenOptions",
    "read_dir(",
    "env::",
    "std::env",
    "process::",
    "std::process",
    "thread::",
    "std::thread",
    "time::",
    "std::time",
    "Instant",
    "SystemTime",
    "TcpStream",
    "UdpSocket",
    "UnixStream",
    "stdin()",
    "stdout()",
    "stderr()",
    "print!",
    "println!",
    "eprint!",
    "eprintln!",
    "dbg!",
];

#[test]
fn only_the_edges_meet_the_world() {
    let mut complaints = Vec::new();
    for file in sources() {
        if EDGES.iter().any(|edge| file.path.starts_with(edge)) {
            continue;
        }
        for (number, line) in file.product() {
            let found = WORLD.iter().filter(|word| begins(line, word));
            complaints.extend(found.map(|word| format!("{}:{number}: `{word}`", file.path)));
        }
    }
    check(
        &complaints,
        "The core is pure: read in src/input/discover.rs or src/input/mod.rs, print and exit in \
         src/cli, and hand down what was read. Take a `&mut dyn Write` or give back a value.",
    );
}

/// Whether `line` has `word` where no longer word is under way.
fn begins(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line.split_at(at).0;
        !before.ends_with(|c: char| c.is_alphanumeric() || c == '_')
    })
}

#[test]
fn every_file_says_what_it_is() {
    let all = ["src", "tests", "benches", "examples", "fuzz"].map(|place| texts(place, &[".rs"]));
    let silent = all
        .iter()
        .flatten()
        .filter(|file| !file.text.starts_with("//! "));
    let silent: Vec<String> = silent.map(|file| file.path.clone()).collect();
    check(
        &silent,
        "Begin the file with `//!`: what it does, what goes in and comes out, what always holds.",
    );
}

#[test]
fn no_file_has_two_subjects() {
    let all = ["src", "tests", "benches", "examples", "fuzz"].map(|place| texts(place, &[".rs"]));
    let long = all
        .iter()
        .flatten()
        .map(|file| (file, file.text.lines().count()));
    let long: Vec<String> = long
        .filter(|(_, lines)| *lines > MOST_LINES)
        .map(|(file, lines)| format!("{}: {lines} lines", file.path))
        .collect();
    check(
        &long,
        &format!("Split by meaning what is longer than {MOST_LINES} lines."),
    );
}

#[test]
fn snapshots_have_names_for_every_file_system() {
    let directory = root().join("snapshots");
    let mut complaints = Vec::new();
    let mut open = vec![directory];
    while let Some(directory) = open.pop() {
        for entry in directory.read_dir().expect("snapshots") {
            let path = entry.expect("an entry").path();
            let name = path
                .file_name()
                .expect("a name")
                .to_string_lossy()
                .into_owned();
            // What insta leaves behind while a difference is looked at.
            let stem = name.trim_end_matches(".new").trim_end_matches(".snap");
            let legal = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
            if path.is_dir() {
                open.push(path);
            } else if stem == name {
                complaints.push(format!("{name}: is no snapshot"));
            }
            if !stem.chars().all(legal) {
                complaints.push(name);
            }
        }
    }
    check(
        &complaints,
        "Name snapshots with a-z, 0-9 and `-`: other names are not legal everywhere.",
    );
}

#[test]
fn the_architecture_names_every_directory_of_modules() {
    let page = page("architecture.md");
    let mut missing = Vec::new();
    for path in walk("src").iter().filter(|path| root().join(path).is_dir()) {
        let name = shown(path.strip_prefix("src").unwrap_or(path));
        if !["`", "/"]
            .iter()
            .any(|end| page.contains(&format!("`{name}{end}")))
        {
            missing.push(name);
        }
    }
    check(
        &missing,
        "Say in docs/architecture.md, in backticks, what these directories of src are for.",
    );
}

#[test]
fn links_between_pages_lead_somewhere() {
    let mut broken = Vec::new();
    for page in project() {
        let path = Path::new(&page.path);
        if path.extension().is_none_or(|extension| extension != "md") {
            continue;
        }
        let folder = path.parent().unwrap_or(Path::new(""));
        for link in page.text.split("](").skip(1) {
            let target = link.split([')', '#', ' ']).next().unwrap_or_default();
            let outside = target.contains("://") || target.is_empty();
            if !outside && !root().join(folder).join(target).exists() {
                broken.push(format!("{}: {target}", page.path));
            }
        }
    }
    check(&broken, "These links lead to files that are not there.");
}
