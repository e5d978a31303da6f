//! `kinds`: which kinds of objects are read, and how to write them to a file.

use super::exit::{Exit, Failure};
use super::output;
use crate::input::{Served, known};
use crate::model::Say;
use clap::Args;
use std::fmt::Write as _;

/// List the kinds of objects that are read, and the kubectl command that writes them to a file
#[derive(Debug, Args)]
pub(super) struct KindsArgs {}

/// Lists them.
pub(super) fn run(_: &KindsArgs) -> Result<Exit, Failure> {
    let (own, custom): (Vec<Served>, Vec<Served>) = known().into_iter().partition(is_everywhere);
    let mut text = String::new();
    let all = own.iter().chain(&custom);
    let width = all.clone().map(|it| it.full_name().len()).max();
    for it in all {
        let name = it.full_name();
        let _ = writeln!(
            text,
            "{name:width$}  {}",
            what(it.say),
            width = width.unwrap_or_default()
        );
    }
    let names: Vec<String> = own.iter().map(short).collect();
    let _ = write!(
        text,
        "\nWrite those that every cluster has to a file, and add from the others what yours has:\n\
         kubectl get {} -A -o json > cluster.json\n",
        names.join(",")
    );
    output::answer(&text)?;
    Ok(Exit::Yes)
}

/// Whether every cluster has the kind.
fn is_everywhere(it: &Served) -> bool {
    let group = it.group();
    !group.contains('.') || matches!(group, "networking.k8s.io" | "discovery.k8s.io")
}

/// The name that kubectl takes: some plurals are in several groups.
fn short(it: &Served) -> String {
    match it.group() {
        "" | "apps" | "batch" | "autoscaling" => it.plural.clone(),
        _ => it.full_name(),
    }
}

fn what(say: Say) -> &'static str {
    match say {
        Say::Connections => "which connections pass",
        Say::Pods => "which pods there are",
        Say::Namespaces => "the labels of namespaces",
        Say::Services => "where Services lead",
        Say::Routes => "where URLs lead",
        Say::Nothing | Say::Anything => "the addresses of nodes",
    }
}
