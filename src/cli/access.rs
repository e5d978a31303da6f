//! `access`: which rights reading a cluster takes, and which of them are missing.

use super::exit::{Exit, Failure};
use super::live::{ClusterArgs, Live, Needs, Plan, failed};
use super::output;
use super::watch::Limit;
use crate::cluster::{Access, role};
use crate::endpoint::Problem;
use crate::input::Served;
use crate::render::visible;
use clap::Args;
use std::fmt::Write as _;
use std::sync::Arc;

/// Print the `ClusterRole` that lets a user read all that counts, and which rights are missing now
#[derive(Debug, Args)]
#[command(after_help = "\
Nothing is written: every list is asked for one object.

Examples:
  netpolc access                             the rights of the kubeconfig's user
  netpolc access --as system:serviceaccount:ci:netpolc
  netpolc access | kubectl apply -f -        as an administrator
  kubectl create clusterrolebinding netpolc --clusterrole=netpolc --user=jane")]
pub(super) struct AccessArgs {
    /// Namespace whose rights count where those for all are missing (default: that of the context)
    #[arg(short, long, value_name = "NAME")]
    pub(super) namespace: Option<String>,

    /// Give up after this many seconds; 0 means never (default: never)
    #[arg(long, value_name = "SECONDS", value_parser = Limit::parse)]
    pub(super) timeout: Option<Limit>,

    #[command(flatten)]
    pub(super) cluster: ClusterArgs,
}

/// Asks, and prints.
pub(super) fn run(args: &AccessArgs) -> Result<Exit, Failure> {
    let Some(live) = Live::find(&args.cluster)? else {
        let help = "name one with `--kubeconfig FILE` or `--server URL`";
        return Err(Problem::new("no cluster: there is no kubeconfig")
            .help(help)
            .into());
    };
    let named = args.namespace.as_deref().or(live.namespace());
    let plan = Plan {
        namespaces: vec![named.unwrap_or("default").into()],
        needs: Needs::Everything,
    };
    let access = Access::of(live.target(), &plan).map_err(failed)?;
    let mut text = String::new();
    let who = &live.target().server;
    if access.missing.is_empty() {
        let _ = writeln!(text, "# Nothing is missing at {}.", visible(who));
    } else {
        let _ = writeln!(text, "# Missing now at {}:", visible(who));
        for (served, within) in &access.missing {
            let _ = writeln!(text, "#   {}", visible(&missing(served, within)));
        }
    }
    text.push_str(&role(&access.kinds));
    output::answer(&text)?;
    Ok(if access.missing.is_empty() {
        Exit::Yes
    } else {
        Exit::No
    })
}

/// `list pods outside of shop`.
fn missing(served: &Served, within: &[Arc<str>]) -> String {
    let name = served.full_name();
    if within.is_empty() {
        format!("list {name}")
    } else {
        format!("list {name} outside of {}", within.join(", "))
    }
}
