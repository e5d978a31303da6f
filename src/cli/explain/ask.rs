//! What the arguments of `explain` ask for: a flow, pods or policies.

use super::args::ExplainArgs;
use crate::cli::can;
use crate::cli::options::Options;
use crate::endpoint::{
    Asked, ObjectKind, Problem, Reference, find_policy, grammar, policy_in_any_namespace,
};
use crate::model::{Cluster, PolicyId, PolicyKind};
use crate::query::{Mode, Question};
use std::sync::Arc;

/// What is to be explained.
pub(super) enum Subject {
    /// A connection.
    Flow(Question),
    /// The policies on pods.
    Pods(Asked),
    /// Policies by themselves.
    Policies(Policies),
}

/// Policies that are named, or all of a kind.
pub(super) struct Policies {
    named: Vec<(PolicyKind, Option<Arc<str>>, Arc<str>)>,
    all_of: Option<PolicyKind>,
    namespace: Arc<str>,
}

/// What is asked for.
pub(super) fn subject(args: &ExplainArgs, options: &Options) -> Result<Subject, Problem> {
    if let Some(selected) = args.scope.selected(options) {
        return of_selected(args, selected);
    }
    if let Some(policies) = policies(args, options)? {
        return Ok(Subject::Policies(policies));
    }
    match args.names.as_slice() {
        [one] => {
            let asked = grammar::parse(one)?;
            if asked.port.is_some() {
                return Err(Problem::new("a port needs a source and a destination")
                    .help("write `netpolc explain SRC DST:PORT`"));
            }
            Ok(Subject::Pods(asked))
        }
        [source, destination] => {
            let (source, destination) = (grammar::parse(source)?, grammar::parse(destination)?);
            let port = args.port.as_deref();
            let question = can::question(source, destination, port, Mode::All)?;
            Ok(Subject::Flow(question))
        }
        _ => Err(
            Problem::new("there are more names than a source and a destination")
                .help("write `explain SRC DST:PORT`, or several policies as `netpol/a netpol/b`"),
        ),
    }
}

/// With `-l`: the pods alone, or as the source of a flow.
fn of_selected(args: &ExplainArgs, selected: Asked) -> Result<Subject, Problem> {
    match args.names.as_slice() {
        [] => Ok(Subject::Pods(selected)),
        // `explain pods -l app=web`, as kubectl has it.
        [word] if ObjectKind::from_word(word) == Some(ObjectKind::Pod) => {
            Ok(Subject::Pods(selected))
        }
        [destination] => {
            let destination = grammar::parse(destination)?;
            let port = args.port.as_deref();
            let question = can::question(selected, destination, port, Mode::All)?;
            Ok(Subject::Flow(question))
        }
        _ => Err(Problem::new("`-l` names the source, and SRC does so too")
            .help("give DST alone: `netpolc explain -l app=web DST:PORT`")),
    }
}

/// The policies that are named: `netpol/a netpol/b`, `netpol a b`, or `netpol` for all.
fn policies(args: &ExplainArgs, options: &Options) -> Result<Option<Policies>, Problem> {
    let mut typed = args.names.iter();
    let kind = args.names.first().and_then(|word| policy_kind(word));
    let mut named = Vec::new();
    if kind.is_some() {
        typed.next();
    }
    for text in typed {
        match kind {
            Some(kind) => named.push((kind, None, text.as_str().into())),
            None => match grammar::parse(text)? {
                Asked {
                    reference:
                        Reference::Named {
                            namespace,
                            kind: Some(ObjectKind::Policy(kind)),
                            name,
                        },
                    port: None,
                } => named.push((kind, namespace, name)),
                Asked { .. } if named.is_empty() => return Ok(None),
                Asked { .. } => {
                    return Err(Problem::new(format!("`{text}` is not a policy"))
                        .help("name policies alone, such as `netpol/a netpol/b`"));
                }
            },
        }
    }
    Ok(Some(Policies {
        all_of: kind.filter(|_| named.is_empty()),
        named,
        namespace: Arc::clone(&options.namespace),
    }))
}

/// The kind of policies of a word that names nothing else.
fn policy_kind(word: &str) -> Option<PolicyKind> {
    match ObjectKind::from_word(word)? {
        ObjectKind::Policy(kind) => Some(kind),
        ObjectKind::Pod
        | ObjectKind::Workload(_)
        | ObjectKind::Service
        | ObjectKind::Namespace
        | ObjectKind::Node
        | ObjectKind::Ingress => None,
    }
}

impl Policies {
    /// What is named, for a cluster that is read.
    pub(super) fn names(&self) -> Vec<Reference> {
        let named = self.named.iter();
        let named = named.map(|(kind, namespace, name)| Reference::Named {
            namespace: namespace.clone(),
            kind: Some(ObjectKind::Policy(*kind)),
            name: Arc::clone(name),
        });
        named.collect()
    }

    /// The policies, in the order in which they are named, or that of the cluster.
    pub(super) fn find(
        &self,
        cluster: &Cluster,
        all_namespaces: bool,
    ) -> Result<Vec<PolicyId>, Problem> {
        let Some(kind) = self.all_of else {
            let found = self.named.iter().map(|(kind, namespace, name)| {
                if all_namespaces && namespace.is_none() {
                    return policy_in_any_namespace(cluster, *kind, name);
                }
                let scope = namespace.as_ref().unwrap_or(&self.namespace);
                find_policy(cluster, (*kind, scope), name)
            });
            return found.collect();
        };
        let here = |namespace: &Option<Arc<str>>| {
            let namespace = namespace.as_ref();
            all_namespaces || namespace.is_none_or(|it| **it == *self.namespace)
        };
        let all = || cluster.policies.iter().filter(|(_, it)| it.kind == kind);
        let found = all().filter(|(_, it)| here(&it.namespace));
        let found: Vec<PolicyId> = found.map(|(id, _)| id).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let elsewhere = all().find_map(|(_, it)| it.namespace.as_ref());
        let problem = Problem::new(match elsewhere {
            Some(_) => format!("no {} in namespace `{}`", kind.name(), self.namespace),
            None => format!("no {} in the input", kind.name()),
        });
        Err(match elsewhere {
            Some(other) => problem.help(format!(
                "there is one in namespace `{other}`: give `-n`, or `-A` for all namespaces"
            )),
            None => problem,
        })
    }
}
