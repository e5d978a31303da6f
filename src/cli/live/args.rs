//! The arguments that say which cluster is read, as kubectl has them.

use crate::cli::watch::Limit;
use clap::Args;
use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Which cluster is read, and as whom.
#[derive(Clone, Default, Args)]
#[command(next_help_heading = "Cluster (read where no manifests are named)")]
pub(in crate::cli) struct ClusterArgs {
    /// Kubeconfig file (default: those of `KUBECONFIG`, or ~/.kube/config)
    #[arg(long, value_name = "FILE")]
    pub(super) kubeconfig: Option<PathBuf>,

    /// Context of the kubeconfig
    #[arg(long, value_name = "NAME")]
    pub(super) context: Option<String>,

    /// Cluster of the kubeconfig
    #[arg(long = "cluster", value_name = "NAME")]
    pub(super) cluster_name: Option<String>,

    /// User of the kubeconfig
    #[arg(long, value_name = "NAME")]
    pub(super) user: Option<String>,

    /// User to act as
    #[arg(long = "as", value_name = "NAME")]
    pub(super) impersonate: Option<String>,

    /// Group to act as; repeat it for several
    #[arg(long = "as-group", value_name = "NAME")]
    pub(super) groups: Vec<String>,

    /// Address of the API server
    #[arg(long, short = 's', value_name = "URL")]
    pub(super) server: Option<String>,

    /// Bearer token for the API server
    #[arg(long, value_name = "TOKEN")]
    pub(super) token: Option<String>,

    /// Do not check the server's certificate: anybody may then answer for it
    #[arg(long)]
    pub(super) insecure_skip_tls_verify: bool,

    /// Give up after this time, such as `30s` or `2m`; 0 means never
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub(in crate::cli) request_timeout: Option<Limit>,
}

impl ClusterArgs {
    /// The flags that are given and say which cluster is read, and as whom.
    pub(in crate::cli) fn given(&self) -> Vec<&'static str> {
        let all = [
            (self.kubeconfig.is_some(), "--kubeconfig"),
            (self.context.is_some(), "--context"),
            (self.cluster_name.is_some(), "--cluster"),
            (self.user.is_some(), "--user"),
            (self.impersonate.is_some(), "--as"),
            (!self.groups.is_empty(), "--as-group"),
            (self.server.is_some(), "--server"),
            (self.token.is_some(), "--token"),
            (self.insecure_skip_tls_verify, "--insecure-skip-tls-verify"),
        ];
        let given = all.into_iter().filter(|(given, _)| *given);
        given.map(|(_, flag)| flag).collect()
    }
}

impl fmt::Debug for ClusterArgs {
    /// Without the token.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClusterArgs")
            .field("kubeconfig", &self.kubeconfig)
            .field("context", &self.context)
            .finish_non_exhaustive()
    }
}

/// Reads a time as kubectl does: `1m30s`, `500ms`; a bare number is seconds.
fn duration(text: &str) -> Result<Limit, String> {
    let wrong = || "write a time such as 30s or 2m; 0 means never".to_owned();
    let mut rest = text;
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return Err(wrong());
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.');
        let (number, behind) = rest.split_at(digits.unwrap_or(rest.len()));
        let number: f64 = number.parse().map_err(|_| wrong())?;
        let unit = behind.find(|c: char| c.is_ascii_digit() || c == '.');
        let (unit, behind) = behind.split_at(unit.unwrap_or(behind.len()));
        let seconds = match unit {
            "ns" => 1e-9,
            "us" | "µs" => 1e-6,
            "ms" => 1e-3,
            "s" => 1.0,
            "m" => 60.0,
            "h" => 3600.0,
            "" if number.to_string() == text || text.parse() == Ok(number) => 1.0,
            _ => return Err(wrong()),
        };
        let part = Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())?;
        total = total.checked_add(part).ok_or_else(wrong)?;
        rest = behind;
    }
    Ok(Limit::of(total))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_kubectl_reads_them() {
        for (text, expected) in [
            ("30s", 30.0),
            ("1m30s", 90.0),
            ("500ms", 0.5),
            ("1.5h", 5400.0),
            ("7", 7.0),
        ] {
            let expected = Limit::of(Duration::from_secs_f64(expected));
            assert_eq!(duration(text), Ok(expected), "{text}");
        }
        assert_eq!(duration("0"), Ok(Limit::of(Duration::ZERO)));
        for text in ["", "s", "1d", "-1s", "1s2", "a"] {
            assert!(duration(text).is_err(), "{text}");
        }
    }
}
