//! The arguments that say what to read and how to talk, shared by all verbs.

use super::watch::Limit;
use crate::input::Limits;
use crate::settings::KubernetesVersion;
use clap::{Args, ValueEnum};

/// What to read and how to talk.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input and output")]
pub(super) struct InputArgs {
    /// Read manifests from a file, a directory and all below it, or `-` for the standard input
    #[arg(short, long = "filename", value_name = "FILE|DIR|-")]
    pub(super) filenames: Vec<std::path::PathBuf>,

    /// The namespace of names and objects that do not say theirs
    #[arg(short, long, value_name = "NAME")]
    pub(super) namespace: Option<String>,

    /// The version of the API server that new manifests are for (default: the newest known, 1.36)
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(super) kubernetes_version: Option<KubernetesVersion>,

    /// Leave out objects with problems, and answer without them
    #[arg(long)]
    pub(super) keep_going: bool,

    /// Give up after so many seconds, reading included; 0: never (default: never, but proofs after 600)
    #[arg(long, value_name = "SECONDS", value_parser = Limit::parse)]
    pub(super) timeout: Option<Limit>,

    /// Read no more than this, and of one document no more than 64 MiB or a 64th of it; 0: no limit
    /// (default: 4GiB)
    #[arg(long, value_name = "SIZE", value_parser = Limits::parse)]
    pub(super) max_input: Option<Limits>,

    /// Say what was read
    #[arg(short, long)]
    pub(super) verbose: bool,

    /// Say nothing but errors
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// When to use colours; `auto` is on a terminal, unless `NO_COLOR` is set
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    pub(super) color: ColorWhen,
}

fn version(text: &str) -> Result<KubernetesVersion, String> {
    let newest = KubernetesVersion::NEWEST;
    KubernetesVersion::parse(text).ok_or_else(|| format!("write a version such as {newest}"))
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    Auto,
    Always,
    Never,
}
