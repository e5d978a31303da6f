//! What is passed over below a directory. Only this file names glob.

use glob::{MatchOptions, Pattern};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files and directories that are not read, as globs: `vendor/**`. One without a `/` fits names at
/// any depth, every other the path from a directory on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exclude {
    base: PathBuf,
    patterns: Vec<Pattern>,
}

/// `*` stays in its directory.
const OPTIONS: MatchOptions = MatchOptions {
    case_sensitive: true,
    require_literal_separator: true,
    require_literal_leading_dot: false,
};

impl Exclude {
    /// Globs for paths below `base`, which is absolute. Those that are none are passed over: the
    /// reader of settings has reported them.
    pub fn new(base: PathBuf, globs: &[Arc<str>]) -> Self {
        let globs = globs.iter().map(|glob| glob.trim_end_matches('/'));
        let patterns = globs.filter_map(|glob| Pattern::new(glob).ok()).collect();
        Self { base, patterns }
    }

    /// Whether a path, or a directory on the way to it, is excluded.
    pub(super) fn excludes(&self, path: &Path) -> bool {
        if self.patterns.is_empty() {
            return false;
        }
        let Ok(path) = std::path::absolute(path) else {
            return false;
        };
        let mut whole = PathBuf::new();
        let inside = path.strip_prefix(&self.base).unwrap_or(Path::new(""));
        inside.components().any(|part| {
            whole.push(part);
            self.patterns.iter().any(|pattern| {
                let path = if pattern.as_str().contains('/') {
                    whole.as_path()
                } else {
                    Path::new(&part)
                };
                pattern.matches_path_with(path, OPTIONS)
            })
        })
    }
}

/// What is wrong with a glob, in words.
pub(super) fn fault(glob: &str) -> Option<&'static str> {
    let glob = glob.trim_end_matches('/');
    if glob.starts_with('/') {
        return Some("begins with `/`, but paths are relative to the settings file");
    }
    Pattern::new(glob).err().map(|error| error.msg)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn excludes(glob: &str, path: &str) -> bool {
        let exclude = Exclude::new("/repo".into(), &[glob.into()]);
        exclude.excludes(Path::new(path))
    }

    #[test]
    fn globs_with_a_slash_are_paths_and_others_names() {
        assert!(excludes("vendor", "/repo/vendor/a.yaml"));
        assert!(excludes("vendor/", "/repo/deep/vendor"));
        assert!(excludes("*.gen.yaml", "/repo/deep/a.gen.yaml"));
        assert!(excludes("deploy/old", "/repo/deploy/old/a.yaml"));
        assert!(excludes("**/testdata", "/repo/a/b/testdata/c.yaml"));
        assert!(excludes("deploy/*.yaml", "/repo/deploy/a.yaml"));
        assert!(!excludes("deploy/*.yaml", "/repo/deploy/deep/a.yaml"));
        assert!(!excludes("deploy/old", "/repo/other/deploy/old/a.yaml"));
        assert!(!excludes("vendor", "/elsewhere/vendor/a.yaml"));
        assert!(!excludes("[", "/repo/["));
    }

    #[test]
    fn faults_are_told() {
        assert_eq!(fault("vendor/**"), None);
        assert_eq!(
            fault("/vendor"),
            Some("begins with `/`, but paths are relative to the settings file")
        );
        assert!(fault("a**b").is_some());
    }
}
