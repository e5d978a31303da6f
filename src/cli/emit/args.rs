//! The arguments of `emit`.

use crate::cli::input_args::InputArgs;
use clap::{Args, Subcommand, ValueEnum};
use std::path::PathBuf;

/// Write firewall rules that enforce the policies on a Linux node
#[derive(Debug, Args)]
pub(in crate::cli) struct EmitArgs {
    #[command(subcommand)]
    pub(super) backend: Backend,
}

impl EmitArgs {
    /// The arguments that all verbs share.
    pub(in crate::cli) fn input(&self) -> &InputArgs {
        match &self.backend {
            Backend::Nftables(args) => &args.common.input,
            Backend::Iptables(args) => &args.common.input,
        }
    }
}

/// What enforces.
#[derive(Debug, Subcommand)]
pub(super) enum Backend {
    Nftables(NftablesArgs),
    Iptables(IptablesArgs),
}

/// Write one nft file that replaces its own table atomically
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  kubectl get ns,po,no,netpol -A -o yaml > cluster.yaml
  netpolc emit nftables -f cluster.yaml -o rules && nft -f rules/netpolc.nft
  netpolc emit nftables --node worker-1 -f cluster.yaml            for one node
  netpolc emit nftables --delta rules/netpolc.nft -f cluster.yaml  what changed since")]
pub(super) struct NftablesArgs {
    /// Name of the table; it belongs to netpolc, and loading replaces its contents
    #[arg(long, value_name = "NAME", default_value = "netpolc")]
    pub(super) table: String,

    /// Where packets are filtered: `forward` for routed pods, `postrouting` with kube-proxy in IPVS
    /// mode, `bridge` between pods on one bridge
    #[arg(long, value_name = "HOOK", default_value = "forward")]
    pub(super) hook: Hook,

    /// Print only the element updates that turn this ruleset, which must be the loaded one, into the
    /// new one
    #[arg(long, value_name = "OLD")]
    pub(super) delta: Option<PathBuf>,

    /// Write the whole ruleset and a README to this directory
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: Option<PathBuf>,

    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// Write files for iptables-restore, ip6tables-restore and ipset restore
#[derive(Debug, Args)]
#[command(after_help = "\
Example:
  netpolc emit iptables --node worker-1 -o rules/ -f cluster.yaml && sh rules/install.sh")]
pub(super) struct IptablesArgs {
    /// Prefix for the names of chains and sets; names with it belong to netpolc
    #[arg(long, value_name = "PREFIX", default_value = "NP")]
    pub(super) prefix: String,

    /// Directory to write the files to, with a README on the order to load them in
    #[arg(short, long, value_name = "DIR")]
    pub(super) output: PathBuf,

    #[command(flatten)]
    pub(super) common: CommonArgs,
}

/// What all backends know.
#[derive(Debug, Args)]
pub(super) struct CommonArgs {
    /// Write rules for the pods of this node only
    #[arg(long, value_name = "NAME")]
    pub(super) node: Option<String>,

    #[command(flatten)]
    pub(super) certify: CertifyArgs,

    #[command(flatten)]
    pub(super) input: InputArgs,
}

/// Where packets are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Hook {
    Forward,
    Postrouting,
    Bridge,
}

/// Whether and how to certify.
#[derive(Debug, Args)]
pub(super) struct CertifyArgs {
    /// Before writing the ruleset, prove that it is equivalent to the policies (default if `CI` is
    /// set)
    #[arg(long, overrides_with = "no_certify")]
    certify: bool,

    /// Write the ruleset without this proof
    #[arg(long)]
    no_certify: bool,
}

impl CertifyArgs {
    /// Whether a proof is wanted.
    pub(super) fn wanted(&self) -> bool {
        let in_ci = std::env::var_os("CI")
            .is_some_and(|value| !value.is_empty() && value != "false" && value != "0");
        self.certify || (in_ci && !self.no_certify && cfg!(feature = "smt"))
    }

    /// Whether it was asked for by name.
    #[cfg(feature = "smt")]
    pub(super) fn is_asked_for(&self) -> bool {
        self.certify
    }
}
