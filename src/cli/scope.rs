//! Whom a question is about, as kubectl's users say it: `-l` and `-A`.

use super::options::Options;
use crate::endpoint::{Asked, Problem, Reference, Role, in_any_namespace, parse_selector};
use crate::model::Cluster;
use crate::query::narrow::Narrowing;
use crate::selector::Selector;
use clap::Args;

/// Which pods, and in which namespaces.
#[derive(Debug, Clone, Args)]
pub(super) struct ScopeArgs {
    /// Ask about the pods of the input with these labels, in place of a name: `app=web,tier in (a,b)`
    #[arg(short = 'l', long, value_name = "SELECTOR", value_parser = selector)]
    pub(super) selector: Option<Selector>,

    /// Look for names without a namespace in all namespaces
    #[arg(short = 'A', long)]
    pub(super) all_namespaces: bool,
}

fn selector(text: &str) -> Result<Selector, String> {
    parse_selector(text).map_err(|problem| match problem.help {
        Some(help) => format!("{}: {help}", problem.message),
        None => problem.message,
    })
}

impl ScopeArgs {
    /// The pods that `-l` names, in the namespace of a run or in all.
    pub(super) fn selected(&self, options: &Options) -> Option<Asked> {
        let selector = self.selector.clone()?;
        let namespace = (!self.all_namespaces).then(|| options.namespace.clone());
        Some(Asked {
            reference: Reference::Selected {
                namespace,
                selector,
            },
            port: None,
        })
    }

    /// What is asked of a matrix, once it is known what the cluster holds.
    pub(super) fn narrowed(
        &self,
        cluster: &Cluster,
        narrowing: Narrowing,
    ) -> Result<Narrowing, Problem> {
        let within = |asked: Option<Asked>, role| {
            let asked = asked.map(|asked| self.within(cluster, asked, role));
            asked.transpose()
        };
        Ok(Narrowing {
            from: within(narrowing.from, Role::Source)?,
            to: within(narrowing.to, Role::Destination)?,
            ..narrowing
        })
    }

    /// What is asked, once it is known what the cluster holds.
    pub(super) fn within(
        &self,
        cluster: &Cluster,
        asked: Asked,
        role: Role,
    ) -> Result<Asked, Problem> {
        if !self.all_namespaces {
            return Ok(asked);
        }
        let reference = in_any_namespace(cluster, &asked.reference, role)?;
        Ok(Asked { reference, ..asked })
    }
}
