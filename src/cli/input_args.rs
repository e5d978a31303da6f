//! The arguments that say what to read and how to talk, shared by all verbs.

use super::live::ClusterArgs;
use super::watch::Limit;
use crate::endpoint::closest;
use crate::input::Limits;
use crate::settings::{Cni, KubernetesVersion};
use clap::{Args, ValueEnum};

/// What to read and how to talk.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Input and output")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each flag is a switch of its own"
)]
pub(super) struct InputArgs {
    /// Read manifests from a file, a directory (recursively), or standard input (`-`)
    #[arg(short, long = "filename", value_name = "FILE|DIR|-")]
    pub(super) filenames: Vec<std::path::PathBuf>,

    /// Read what a kustomization makes, built by kubectl or kustomize
    #[arg(short = 'k', long = "kustomize", value_name = "DIR")]
    pub(super) kustomize: Vec<std::path::PathBuf>,

    /// As kubectl has it; directories are read recursively anyway
    #[arg(short = 'R', long)]
    pub(super) recursive: bool,

    /// Default namespace for names and objects without one
    #[arg(short, long, value_name = "NAME")]
    pub(super) namespace: Option<String>,

    /// Kubernetes version to validate new manifests against (default: 1.36, the newest known)
    #[arg(long, value_name = "VERSION", value_parser = version)]
    pub(super) kubernetes_version: Option<KubernetesVersion>,

    /// Network plugin that enforces the policies, such as `calico` or `cilium@1.17`, or `detect` to find
    /// it in the input (default: `spec`, which leaves open what the documents leave open)
    #[arg(long, value_name = "PLUGIN", value_delimiter = ',', value_parser = cni)]
    pub(super) cni: Vec<Cni>,

    /// Settings file, or `none` (default: netpolc.yaml here or in a parent directory, up to the repository's root)
    #[arg(long, value_name = "FILE")]
    pub(super) config: Option<std::path::PathBuf>,

    /// Leave out invalid objects and answer without them
    #[arg(long)]
    pub(super) keep_going: bool,

    /// Give up after this many seconds, reading included; 0 means never (default: never; for proofs, 600)
    #[arg(long, value_name = "SECONDS", value_parser = Limit::parse)]
    pub(super) timeout: Option<Limit>,

    /// Largest input to read; a single document may be 64 MiB or a 64th of it, whichever is larger.
    /// 0 means no limit (default: 4GiB)
    #[arg(long, value_name = "SIZE", value_parser = Limits::parse)]
    pub(super) max_input: Option<Limits>,

    /// Print what was read
    #[arg(short, long)]
    pub(super) verbose: bool,

    /// Print errors only
    #[arg(short, long)]
    pub(super) quiet: bool,

    /// When to use colours; `auto` uses them on a terminal unless `NO_COLOR` is set
    #[arg(
        long,
        value_name = "WHEN",
        default_value = "auto",
        hide_default_value = true
    )]
    pub(super) color: ColorWhen,

    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
}

fn version(text: &str) -> Result<KubernetesVersion, String> {
    let newest = KubernetesVersion::NEWEST;
    KubernetesVersion::parse(text).ok_or_else(|| format!("write a version such as {newest}"))
}

fn cni(text: &str) -> Result<Cni, String> {
    Cni::parse(text).ok_or_else(|| {
        let name = text.split_once('@').map_or(text, |(name, _)| name);
        if Cni::parse(name).is_some() {
            return "write the version as in `cilium@1.17`".to_owned();
        }
        if let Some(near) = closest(name, Cni::words()) {
            return format!("did you mean `{near}`?");
        }
        let words: Vec<&str> = Cni::words().collect();
        format!("the plugins are {}", words.join(", "))
    })
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum ColorWhen {
    Auto,
    Always,
    Never,
}
