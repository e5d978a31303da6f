//! Places as CI systems want them: by the path from the root of the repository.

use crate::source::Position;

/// Where the repository is, and where in it netpolc runs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Base {
    /// The root's absolute path; empty if there is none.
    pub root: String,
    /// The path from there to the current directory; empty if it is that.
    pub prefix: String,
}

/// A range of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file, from the root of the repository on if it is in there, with `/` between the parts.
    pub path: String,
    /// Where it begins.
    pub start: Position,
    /// Where it ends: the place after its last character.
    pub end: Position,
}

impl Place {
    /// The first line of a file.
    pub(super) fn line_one(path: String) -> Self {
        Self {
            path,
            start: Position::START,
            end: Position::START,
        }
    }
}

impl Base {
    /// The path from the root on of what the user calls `name`.
    pub(super) fn path(&self, name: &str) -> String {
        let name = name.replace('\\', "/");
        let root = self.root.replace('\\', "/");
        let below = |path: &str| {
            let rest = path.strip_prefix(root.trim_end_matches('/'))?;
            rest.strip_prefix('/').map(str::to_owned)
        };
        // The standard input is nowhere.
        if name == "<stdin>" {
            return name;
        }
        if name.starts_with('/') {
            return match below(&name) {
                Some(inside) if !root.is_empty() => plain(&inside).unwrap_or(name),
                _ => name,
            };
        }
        let whole = match self.prefix.as_str() {
            "" => name.clone(),
            prefix => format!("{}/{name}", prefix.replace('\\', "/")),
        };
        plain(&whole).unwrap_or(name)
    }
}

/// A relative path without `.` and `..`; none where it leaves the directory that it begins in.
fn plain(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_begin_at_the_root() {
        let base = Base {
            root: "/repo".into(),
            prefix: "deploy/prod".into(),
        };
        for (name, path) in [
            ("a.yaml", "deploy/prod/a.yaml"),
            ("./b/../a.yaml", "deploy/prod/a.yaml"),
            ("../a.yaml", "deploy/a.yaml"),
            ("../../../a.yaml", "../../../a.yaml"),
            ("/repo/x/a.yaml", "x/a.yaml"),
            ("/repository/a.yaml", "/repository/a.yaml"),
            ("sub\\a.yaml", "deploy/prod/sub/a.yaml"),
        ] {
            assert_eq!(base.path(name), path, "{name}");
        }
        assert_eq!(Base::default().path("./a.yaml"), "a.yaml");
        assert_eq!(Base::default().path("/a.yaml"), "/a.yaml");
    }
}
