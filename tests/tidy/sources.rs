//! The project's files as text, and the tables of `docs/architecture.md`.

use std::fs;
use std::path::{Path, PathBuf};

/// Directories that hold nothing written by hand.
const SKIPPED: [&str; 5] = [".git", "target", "corpus", "artifacts", "snapshots"];

/// One file of the project.
pub(crate) struct File {
    /// Its path from the root, with `/` between the parts.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    /// The lines with their numbers, without comments.
    pub(crate) fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let lines = self.text.lines().enumerate();
        lines.map(|(number, line)| (number + 1, line.split_once("//").map_or(line, |(c, _)| c)))
    }

    /// The lines that end up in the program: the code before the tests.
    pub(crate) fn product(&self) -> impl Iterator<Item = (usize, &str)> {
        let tests = self.path.ends_with("tests.rs");
        self.code()
            .take_while(move |(_, line)| !tests && !line.starts_with("#[cfg(test)]"))
    }

    /// Whether it holds tests and nothing else.
    pub(crate) fn is_test(&self) -> bool {
        ["tests.rs", "_test.rs"]
            .iter()
            .any(|end| self.path.ends_with(end))
    }

    /// The top-level module that the file is part of.
    pub(crate) fn module(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap_or(&self.path);
        let end = inside.find(['/', '.']).unwrap_or(inside.len());
        inside.get(..end).unwrap_or(inside)
    }
}

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// All paths below `directory` (a path from the root), sorted; none where it is not there.
pub(crate) fn walk(directory: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(root().join(directory)) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries {
        let path = entry.expect("an entry").path();
        let inside = path.strip_prefix(root()).expect("a path inside");
        let name = inside.file_name().expect("a name").to_string_lossy();
        if SKIPPED.contains(&&*name) {
            continue;
        }
        if path.is_dir() {
            found.extend(walk(&inside.to_string_lossy()));
        }
        found.push(inside.to_owned());
    }
    found.sort();
    found
}

/// A path as the tables and messages write it.
pub(crate) fn shown(path: &Path) -> String {
    let parts = path.iter().map(|part| part.to_string_lossy());
    parts.collect::<Vec<_>>().join("/")
}

/// The files below `directory` that are text and end in one of `endings`; all if none is given.
pub(crate) fn texts(directory: &str, endings: &[&str]) -> Vec<File> {
    let paths = walk(directory)
        .into_iter()
        .filter(|path| root().join(path).is_file());
    let files = paths.filter_map(|path| {
        let text = fs::read_to_string(root().join(&path)).ok()?;
        let path = shown(&path);
        Some(File { path, text })
    });
    files
        .filter(|file| endings.is_empty() || endings.iter().any(|end| file.path.ends_with(end)))
        .collect()
}

/// Every text that is part of the project, wherever else the checkout holds something.
pub(crate) fn project() -> Vec<File> {
    const PLACES: [&str; 9] = [
        ".ci", "benches", "docs", "examples", "fuzz", "policies", "src", "tests", ".github",
    ];
    const FILES: [&str; 4] = ["README.md", "CHANGELOG.md", "Cargo.toml", "clippy.toml"];
    let files = FILES.map(|path| File {
        path: path.to_owned(),
        text: fs::read_to_string(root().join(path)).expect("a file of the project"),
    });
    let below = PLACES.iter().flat_map(|place| texts(place, &[]));
    below.chain(files).collect()
}

/// The sources of the program.
pub(crate) fn sources() -> Vec<File> {
    let all = texts("src", &[".rs"]);
    assert!(all.len() > 50, "the sources of the program are in `src`");
    all
}

/// A page from `docs`.
pub(crate) fn page(name: &str) -> String {
    fs::read_to_string(root().join("docs").join(name)).expect("the page is there")
}

/// The rows of the table in `docs/architecture.md` whose first header is `header`.
pub(crate) fn table(header: &str) -> Vec<Vec<String>> {
    let page = page("architecture.md");
    let start = format!("| {header} |");
    let rows = page.lines().skip_while(|line| !line.starts_with(&start));
    let rows: Vec<Vec<String>> = rows
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(|line| {
            let cells = line.trim_matches('|').split('|');
            cells.map(|cell| cell.trim().to_owned()).collect()
        })
        .collect();
    assert!(
        !rows.is_empty(),
        "docs/architecture.md has a table that begins `{start}`"
    );
    rows
}

/// The texts in backticks of a table's cell.
pub(crate) fn quoted(cell: &str) -> Vec<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}

/// Whether `text` has `word` with no letter, digit or underscore around it.
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    let part = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(word).any(|(at, _)| {
        let (before, after) = text.split_at(at);
        !before.ends_with(part)
            && !after
                .strip_prefix(word)
                .is_some_and(|rest| rest.starts_with(part))
    })
}

/// Fails with all complaints, and what to do about them.
pub(crate) fn check(complaints: &[String], what_to_do: &str) {
    assert!(
        complaints.is_empty(),
        "\n{}\n\n{what_to_do}\n",
        complaints.join("\n")
    );
}
