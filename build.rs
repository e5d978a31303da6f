//! Says what is missing where Z3 is: the linker would only say that there is no `-lz3`.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    #[cfg(feature = "smt")]
    z3::require();
}

#[cfg(feature = "smt")]
mod z3 {
    use std::env;
    use std::path::{Path, PathBuf};

    /// Where the library is said to be, for whoever links it from elsewhere.
    const OVERRIDE: &str = "Z3_LIBRARY_PATH_OVERRIDE";

    /// Directories to look in instead of the usual ones, separated by `:`.
    const DIRECTORIES: &str = "NETPOLC_LIBRARY_DIRECTORIES";

    pub(crate) fn require() {
        for name in [OVERRIDE, DIRECTORIES, "LIBRARY_PATH"] {
            println!("cargo::rerun-if-env-changed={name}");
        }
        // Elsewhere, and for another machine, libraries are found in ways that are not known here.
        let target = env::var("TARGET");
        let known = ["linux", "macos"].map(|name| Ok(name.to_owned()));
        if !known.contains(&env::var("CARGO_CFG_TARGET_OS")) || target != env::var("HOST") {
            return;
        }
        let mut by_name = pkg_config::Config::new();
        by_name.cargo_metadata(false);
        if env::var_os(OVERRIDE).is_none() && by_name.probe("z3").is_err() && !is_there() {
            println!(
                "cargo::error=netpolc proves with Z3, which was not found: install the Debian \
                 package libz3-dev (or build without proofs: --no-default-features)"
            );
        }
    }

    /// Whether the library is where linkers look.
    fn is_there() -> bool {
        let listed = |name| env::var_os(name).map(|list| env::split_paths(&list).collect());
        let mut directories: Vec<PathBuf> = listed(DIRECTORIES).unwrap_or_else(usual);
        directories.extend(listed("LIBRARY_PATH").unwrap_or_default());
        let names = ["libz3.so", "libz3.dylib", "libz3.a"];
        let has = |directory: &PathBuf| names.iter().any(|name| directory.join(name).exists());
        directories.iter().any(has)
    }

    /// Where libraries usually are, with the directories of Debian for each machine.
    fn usual() -> Vec<PathBuf> {
        let mut all: Vec<PathBuf> = Vec::new();
        let roots = ["/usr/lib", "/usr/local/lib", "/lib", "/usr/lib64", "/lib64"];
        for root in roots.map(Path::new) {
            all.push(root.to_owned());
            let below = root.read_dir().into_iter().flatten().flatten();
            let named = |path: &PathBuf| path.to_string_lossy().contains("-linux-");
            all.extend(below.map(|entry| entry.path()).filter(named));
        }
        all.extend(["/opt/homebrew/lib", "/opt/local/lib"].map(PathBuf::from));
        all
    }
}
