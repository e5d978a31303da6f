//! How the user calls the command.

use std::path::Path;

/// How the user calls the command: a binary named `kubectl-…` is a plugin of kubectl.
pub(super) fn own_name() -> &'static str {
    if starts_with("kubectl-") {
        PLUGIN
    } else {
        "netpolc"
    }
}

/// Whether kubectl asks how words go on.
pub(super) fn completes() -> bool {
    starts_with("kubectl_complete-")
}

fn starts_with(start: &str) -> bool {
    let first = std::env::args_os().next().unwrap_or_default();
    let stem = Path::new(&first).file_stem().unwrap_or_default();
    stem.to_string_lossy().starts_with(start)
}

/// The name of the plugin.
pub(super) const PLUGIN: &str = "kubectl netpolc";

/// Whether the user calls the command as a plugin of kubectl.
pub(super) fn is_plugin() -> bool {
    own_name() == PLUGIN
}
