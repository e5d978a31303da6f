//! Which part of a matrix is asked about, for the verbs that list or compare one.

use super::input_args::InputArgs;
use super::scope::ScopeArgs;
use crate::endpoint::{Problem, grammar};
use crate::query::filter::By;
use crate::query::narrow::Narrowing;
use clap::{Args, ValueEnum};

/// Which part of a matrix is asked about.
#[derive(Debug, Args)]
pub(super) struct NarrowArgs {
    /// Only connections from SRC
    #[arg(long, value_name = "SRC")]
    pub(super) from: Option<String>,

    /// Only connections to DST
    #[arg(long, value_name = "DST[:PORT]")]
    pub(super) to: Option<String>,

    /// Only connections on this port
    #[arg(long, value_name = "PORT[/PROTOCOL]")]
    pub(super) port: Option<String>,

    /// What one row stands for
    #[arg(long, value_name = "WHAT", default_value = "workload")]
    pub(super) by: RowBy,
}

/// What one row stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum RowBy {
    Pod,
    Workload,
    Namespace,
}

impl NarrowArgs {
    /// All that is asked, with `-n`, `-A` and `-l`.
    pub(super) fn narrowing(
        &self,
        scope: &ScopeArgs,
        input: &InputArgs,
    ) -> Result<Narrowing, Problem> {
        let endpoint = |text: &Option<String>| text.as_deref().map(grammar::parse).transpose();
        let namespace = input.namespace.as_deref();
        let namespace = namespace.filter(|_| !scope.all_namespaces);
        Ok(Narrowing {
            from: endpoint(&self.from)?,
            to: endpoint(&self.to)?,
            within: namespace.map(Into::into),
            labels: scope.selector.clone(),
            port: self.port.as_deref().map(grammar::parse_port).transpose()?,
            by: match self.by {
                RowBy::Pod => By::Pod,
                RowBy::Workload => By::Workload,
                RowBy::Namespace => By::Namespace,
            },
        })
    }
}
