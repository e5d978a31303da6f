//! Each folder of `src` reads downwards: no file names one of the same module that leads back.
//!
//! A file names another where its code uses an item that stands there, whatever file hands it on.
//! So a parent may declare its children and hand on what they have; a circle begins where it uses
//! that itself, and a child uses what stands in the parent.

use super::reading::{Reading, read};
use super::sources::{File, check, sources};
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What a path may lead through: `pub use` of `pub use`, and no further.
const MOST_STEPS: usize = 16;

/// Whom each file names, with the line where it does so first. Files are their numbers.
type Names = BTreeMap<usize, BTreeMap<usize, usize>>;

/// The files of the program, each a module.
struct Modules {
    files: Vec<(File, Reading)>,
    /// Each file by its path in the crate: `input`, `yaml`, `scan`.
    places: BTreeMap<Vec<String>, usize>,
    paths: Vec<Vec<String>>,
}

/// What a path leads to.
#[derive(Clone, Copy)]
enum Target {
    Module(usize),
    /// An item, by the file where it stands.
    Item(usize),
}

impl Modules {
    fn new(files: Vec<File>) -> Self {
        let files = files.into_iter().filter(|file| !file.is_test());
        let files: Vec<(File, Reading)> = files
            .map(|file| {
                let reading = read(&file.text);
                (file, reading)
            })
            .collect();
        let paths: Vec<Vec<String>> = files.iter().map(|(file, _)| place(&file.path)).collect();
        let places = paths.iter().cloned().zip(0..).collect();
        Self {
            files,
            places,
            paths,
        }
    }

    fn child(&self, module: usize, name: &str) -> Option<usize> {
        let mut path = self.paths.get(module)?.clone();
        path.push(name.to_owned());
        self.places.get(&path).copied()
    }

    /// What `path` leads to from the code of the file `module`.
    fn resolve(&self, module: usize, path: &[String], steps: usize) -> Option<Target> {
        let steps = steps.checked_sub(1)?;
        let (first, rest) = path.split_first()?;
        match first.as_str() {
            "crate" => self.walk(*self.places.get(&Vec::new())?, rest, steps),
            "self" => self.walk(module, rest, steps),
            "super" => {
                let mut above = self.paths.get(module)?.clone();
                above.pop()?;
                let above = *self.places.get(&above)?;
                if rest.first().is_some_and(|next| next == "super") {
                    self.resolve(above, rest, steps)
                } else {
                    self.walk(above, rest, steps)
                }
            }
            _ => self.walk(module, path, steps),
        }
    }

    /// What `path` leads to inside the file `module`.
    fn walk(&self, module: usize, path: &[String], steps: usize) -> Option<Target> {
        let steps = steps.checked_sub(1)?;
        let Some((name, rest)) = path.split_first() else {
            return Some(Target::Module(module));
        };
        let child = self.child(module, name);
        if let (Some(child), false) = (child, rest.is_empty()) {
            return self.walk(child, rest, steps);
        }
        let (_, reading) = self.files.get(module)?;
        if reading.items.contains(name) {
            return Some(Target::Item(module));
        }
        if let Some(child) = child {
            return Some(Target::Module(child));
        }
        let imports = reading.imports.iter();
        let found = imports
            .filter(|import| import.alias == *name)
            .find_map(
                |import| match self.resolve(module, &import.named.path, steps)? {
                    Target::Module(module) => self.walk(module, rest, steps),
                    item @ Target::Item(_) => Some(item),
                },
            );
        if found.is_some() {
            return found;
        }
        if reading.perhaps.contains(name) {
            return Some(Target::Item(module));
        }
        let globs = reading.imports.iter().filter(|import| import.alias == "*");
        globs.into_iter().find_map(
            |glob| match self.resolve(module, &glob.named.path, steps)? {
                Target::Module(above) if above != module => self.walk(above, path, steps),
                _ => None,
            },
        )
    }

    /// Whom the files name of their own top-level module.
    fn names(&self) -> Names {
        let mut all = Names::new();
        for (number, (file, reading)) in self.files.iter().enumerate() {
            let used = |name: &String| {
                reading
                    .paths
                    .iter()
                    .any(|named| named.path.first() == Some(name))
            };
            let imports = reading.imports.iter();
            // What is handed on and not used counts for those who use it.
            let imports = imports.filter(|import| !import.public || used(&import.alias));
            let named = imports.map(|import| &import.named).chain(&reading.paths);
            for named in named {
                let target = self.resolve(number, &named.path, MOST_STEPS);
                let Some(Target::Item(target)) = target else {
                    continue;
                };
                let other = self.files.get(target).map(|(file, _)| file.module());
                if target != number && other == Some(file.module()) {
                    let line = all.entry(number).or_default().entry(target);
                    let line = line.or_insert(named.line);
                    *line = named.line.min(*line);
                }
            }
        }
        all
    }

    /// The circles: through each name that is part of one, the shortest.
    fn circles(&self) -> Vec<String> {
        let names = self.names();
        let mut circles = BTreeSet::new();
        for (&one, others) in &names {
            for &other in others.keys() {
                if let Some(mut circle) = way(&names, other, one) {
                    let lowest = circle.iter().zip(0..).min().map_or(0, |(_, at)| at);
                    circle.rotate_left(lowest);
                    circles.insert(circle);
                }
            }
        }
        circles
            .iter()
            .map(|circle| self.shown(circle, &names))
            .collect()
    }

    fn shown(&self, circle: &[usize], names: &Names) -> String {
        let path = |file: &usize| self.files.get(*file).map_or("", |(file, _)| &file.path);
        let next = circle.iter().cycle().skip(1);
        let steps = circle.iter().zip(next).map(|(one, other)| {
            let line = names.get(one).and_then(|others| others.get(other));
            format!("{}:{} → ", path(one), line.copied().unwrap_or_default())
        });
        let end = circle.first().map_or("", path);
        steps.chain([end.to_owned()]).collect()
    }
}

/// The path in the crate of the module that stands in a file of `src`.
fn place(path: &str) -> Vec<String> {
    let inside = path.strip_prefix("src/").unwrap_or(path);
    let inside = inside.strip_suffix(".rs").unwrap_or(inside);
    let inside = inside.strip_suffix("/mod").unwrap_or(inside);
    let parts = inside.split('/').filter(|part| *part != "lib");
    parts.map(str::to_owned).collect()
}

/// The shortest way from `start` to `end`, both included.
fn way(names: &Names, start: usize, end: usize) -> Option<Vec<usize>> {
    let mut from = BTreeMap::from([(start, start)]);
    let mut open = VecDeque::from([start]);
    while let Some(next) = open.pop_front() {
        if next == end {
            let mut way = vec![end];
            let mut at = end;
            while at != start {
                at = *from.get(&at)?;
                way.push(at);
            }
            way.reverse();
            return Some(way);
        }
        for &other in names.get(&next).into_iter().flat_map(BTreeMap::keys) {
            from.entry(other).or_insert_with(|| {
                open.push_back(other);
                next
            });
        }
    }
    None
}

#[test]
fn files_name_each_other_in_no_circle() {
    check(
        &Modules::new(sources()).circles(),
        "Each folder reads downwards. Cut one of the names (file:line) of each circle: move what is \
         shared down into a file that bears its name, hand down what is asked for, or make one file \
         of what is one thing.",
    );
}

/// The circles of some files.
fn circles(files: &[(&str, &str)]) -> Vec<String> {
    let files = files.iter().map(|(path, text)| File {
        path: (*path).to_owned(),
        text: (*text).to_owned(),
    });
    let root = File {
        path: "src/lib.rs".to_owned(),
        text: "pub mod room;".to_owned(),
    };
    Modules::new(files.chain([root]).collect()).circles()
}

#[test]
fn a_circle_is_found_however_it_is_named() {
    let a = "src/room/a.rs";
    let room = (
        "src/room/mod.rs",
        "mod a;\nmod b;\npub use a::A;\npub(crate) use b::{B, b as c};\nfn f(_: &'static B) {}",
    );
    let circle = |one: &str, other: &str| circles(&[(a, one), ("src/room/b.rs", other), room]);
    let found = ["src/room/a.rs:2 → src/room/b.rs:2 → src/room/a.rs"];
    let b = "// b\nuse super::A;\npub struct B;\npub fn b() {}";
    for one in [
        "// a\nuse super::b::B;\npub struct A;",
        "// a\nuse crate::room::{self, b::{B as C}};\npub struct A;",
        "// a\nuse super::{b::b, X};\npub struct A;",
        "// a\nuse super::B;\npub struct A;",
        "// a\npub struct A(super::b::B);",
        "// a\npub fn f() -> u8 { super::c() } pub struct A;",
        "use super::b;\npub struct A(b::B);",
    ] {
        assert_eq!(circle(one, b), found, "{one}");
    }
    for one in [
        "// super::B\npub struct A;",
        "pub const A: &str = \"super::B\";",
        "#[cfg(test)]\nmod tests { use super::super::B; }\npub struct A;",
        "#[cfg(test)]\nuse super::b::B;\npub struct A;",
        "use super::b;\npub struct A;",
    ] {
        assert!(circle(one, b).is_empty(), "{one}");
    }
}

#[test]
fn a_parent_may_hand_on_but_not_use_what_its_children_take_from_it() {
    let child = ("src/room/a.rs", "use super::Above;\npub struct A(Above);");
    let circle = |parent: &str| circles(&[child, ("src/room/mod.rs", parent)]);
    let none: [&str; 0] = [];
    assert_eq!(circle("mod a;\npub use a::A;\npub struct Above;"), none);
    let found = ["src/room/a.rs:1 → src/room/mod.rs:2 → src/room/a.rs"];
    assert_eq!(
        circle("mod a;\npub use a::A;\npub struct Above;\nfn f(_: A) {}"),
        found
    );
    assert_eq!(circle("mod a;\nuse a::A;\npub struct Above;"), found);
}
