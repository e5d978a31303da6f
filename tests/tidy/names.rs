//! Who names whom.

use super::sources::{File, check, has_word, quoted, root, sources, table};
use std::collections::{BTreeMap, BTreeSet};

/// The modules that every other may name: they stand below the table.
const BASE: &str = "table";

/// The table of modules: what each may name; none where it may name everything.
fn allowed() -> BTreeMap<String, Option<Vec<String>>> {
    let rows = table("module").into_iter().map(|row| {
        let [module, _, names] = row.as_slice() else {
            unreachable!("three cells in {row:?}")
        };
        let module = quoted(module).pop().expect("a module in backticks");
        (module, (names != "everything").then(|| quoted(names)))
    });
    rows.collect()
}

/// How many `super` lead from the file's own code to the root of the crate.
fn depth(path: &str) -> usize {
    let parts = path.split('/').count() - 1;
    if path.ends_with("/mod.rs") {
        parts - 1
    } else {
        parts
    }
}

/// The first segments of the path or of the group of paths that `rest` begins with.
fn first_segments(rest: &str) -> Vec<&str> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![segment(rest)];
    };
    let mut depth = 0;
    let mut starts = vec![0];
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => starts.push(at + 1),
            _ => {}
        }
    }
    starts
        .into_iter()
        .map(|at| segment(group.split_at(at).1))
        .collect()
}

fn segment(path: &str) -> &str {
    let path = path.trim_start();
    let end = path.find(|c: char| !c.is_alphanumeric() && c != '_');
    path.split_at(end.unwrap_or(path.len())).0
}

/// The names that a file looks up at the root of the crate, with their lines.
fn names(file: &File) -> Vec<(usize, String)> {
    let code: Vec<&str> = file.code().map(|(_, line)| line).collect();
    // Modules inside the file stand at its end: they hold the tests.
    let inner = |line: &&str| line.starts_with("mod ") && line.ends_with('{');
    let tests = code.iter().position(inner).unwrap_or(code.len());
    let mut all = Vec::new();
    for (first, end, deeper) in [(0, tests, 0), (tests, code.len(), 1)] {
        let text = code.get(first..end).unwrap_or_default().join("\n");
        let up = "super::".repeat(depth(&file.path) + deeper);
        for start in ["crate::", "netpolc::", &up] {
            for (at, _) in text.match_indices(start) {
                let (before, rest) = text.split_at(at);
                let line = first + 1 + before.matches('\n').count();
                let rest = rest.strip_prefix(start).unwrap_or(rest);
                all.extend(
                    first_segments(rest)
                        .into_iter()
                        .map(|name| (line, name.to_owned())),
                );
            }
        }
    }
    all
}

#[test]
fn modules_name_only_what_stands_below_them() {
    let table = allowed();
    let mut complaints = Vec::new();
    for file in sources() {
        let Some(Some(allowed)) = table.get(file.module()) else {
            continue;
        };
        for (number, name) in names(&file) {
            let known = table.contains_key(&name);
            let own = name == file.module();
            if known && !own && name != BASE && !allowed.contains(&name) {
                let (path, module) = (&file.path, file.module());
                complaints.push(format!("{path}:{number}: `{module}` names `{name}`"));
            }
        }
    }
    check(
        &complaints,
        "Move the type down or the code up. The table in docs/architecture.md says who may name \
         whom; a change of it is a change of the design, and not part of the same commit.",
    );
}

/// Fails with each row that a table has too many, and each that it lacks.
#[track_caller]
fn same(rows: &BTreeSet<String>, there: &BTreeSet<String>, table: &str, place: &str) {
    let more = rows
        .difference(there)
        .map(|it| format!("`{it}` is not in {place}: take its row away"));
    let less = there
        .difference(rows)
        .map(|it| format!("`{it}` is in {place}: add a row for it"));
    let complaints: Vec<String> = more.chain(less).collect();
    check(
        &complaints,
        &format!("Mend the {table} in docs/architecture.md."),
    );
}

#[test]
fn the_table_is_of_the_modules_that_there_are() {
    let modules: BTreeSet<String> = sources()
        .iter()
        .map(|file| file.module().to_owned())
        .filter(|module| !["lib", "main", "bin"].contains(&module.as_str()))
        .collect();
    let rows: BTreeSet<String> = allowed().into_keys().collect();
    same(&rows, &modules, "table of modules", "src");
    let unknown: Vec<String> = allowed()
        .into_values()
        .flatten()
        .flatten()
        .filter(|name| !rows.contains(name))
        .collect();
    check(
        &unknown,
        "These are named in the table of modules, and are none.",
    );
}

#[test]
fn the_table_has_no_circle() {
    let mut rest = allowed();
    // What may name nobody that is left stands at the bottom of what is left.
    while let Some(lowest) = rest.iter().find_map(|(module, names)| {
        let lowest = match names {
            Some(names) => names.iter().all(|name| !rest.contains_key(name)),
            None => rest.len() == 1,
        };
        lowest.then(|| module.clone())
    }) {
        rest.remove(&lowest);
    }
    let rest: Vec<String> = rest.into_keys().collect();
    check(
        &rest,
        "These may name each other in a circle: take an arrow out of the table of modules.",
    );
}

#[test]
fn trace_and_compile_never_name_each_other() {
    let table = allowed();
    let names = |module: &str| table.get(module).cloned().flatten().unwrap_or_default();
    // That they agree is the proof that both are right; neither may lean on the other, nor on
    // one that leans on the other.
    for (one, other) in [("trace", "compile"), ("compile", "trace")] {
        let mut reached = names(one);
        let mut next = 0;
        while let Some(name) = reached.get(next) {
            reached.extend(names(name));
            next += 1;
        }
        assert!(
            !reached.iter().any(|name| name == other),
            "`{one}` must not reach `{other}`"
        );
    }
}

/// The table of foreign crates: the files and directories that may name each.
fn edges() -> BTreeMap<String, Vec<String>> {
    let rows = table("crate").into_iter().map(|row| {
        let [krate, places, _] = row.as_slice() else {
            unreachable!("three cells in {row:?}")
        };
        (
            quoted(krate).pop().expect("a crate in backticks"),
            quoted(places),
        )
    });
    rows.collect()
}

#[test]
fn a_foreign_crate_is_named_only_at_its_edge() {
    let mut complaints = Vec::new();
    for (krate, places) in edges() {
        let word = krate.replace('-', "_");
        let allowed = |path: &str| {
            places
                .iter()
                .any(|place| path == place || place.ends_with('/') && path.starts_with(place))
        };
        for file in sources().iter().filter(|file| !allowed(&file.path)) {
            let lines = file.code().filter(|(_, line)| has_word(line, &word));
            let lines = lines.filter(|(_, line)| line.contains(&format!("{word}::")));
            complaints.extend(
                lines.map(|(number, _)| format!("{}:{number}: `{word}` is named", file.path)),
            );
        }
        let used = |place: &String| {
            let files = sources();
            files.iter().any(|file| {
                (file.path == *place
                    || place.ends_with('/') && file.path.starts_with(place.as_str()))
                    && has_word(&file.text, &word)
            })
        };
        let unused = places.iter().filter(|place| !used(place));
        complaints.extend(unused.map(|place| format!("{place}: does not name `{word}`")));
    }
    check(
        &complaints,
        "A foreign crate has one edge, so that it can be exchanged there: see the table of crates \
         in docs/architecture.md. Put what you need behind a function of the edge.",
    );
}

#[test]
fn the_table_of_crates_is_that_of_the_manifest() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("Cargo.toml");
    let lines = manifest
        .lines()
        .skip_while(|line| *line != "[dependencies]")
        .skip(1);
    let lines = lines.take_while(|line| !line.starts_with('['));
    let names = lines.filter_map(|line| Some(line.split_once(" =")?.0.to_owned()));
    let dependencies: BTreeSet<String> = names.collect();
    let rows: BTreeSet<String> = edges().into_keys().collect();
    same(&rows, &dependencies, "table of crates", "Cargo.toml");
}

#[test]
fn json_is_read_by_input_and_written_by_render() {
    let mut complaints = Vec::new();
    for file in sources() {
        let forbidden: &[&str] = match file.module() {
            "input" => &["serde_json::to_", "serde::Serialize", "Serializer"],
            "render" => &["serde_json::from_", "serde::Deserialize", "Deserializer"],
            _ => continue,
        };
        for (number, line) in file.product() {
            let found = forbidden.iter().filter(|word| line.contains(**word));
            complaints.extend(found.map(|word| format!("{}:{number}: {word}", file.path)));
        }
    }
    check(
        &complaints,
        "Read JSON in src/input, write it in src/render/json.rs.",
    );
}
