//! Names without a namespace that are looked for in all of them (`-A`).

use super::super::kind::ObjectKind;
use super::super::party::Role;
use super::super::reference::Reference;
use super::super::{Problem, closest::closest};
use super::elsewhere::{self, objects, written};
use super::named::is_kind;
use crate::model::{Cluster, NamespaceId, PolicyId, PolicyKind};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Namespaces that are named where several have a name.
const SHOWN: usize = 5;

/// What a reference names where names without a namespace are looked for in all of them.
///
/// # Errors
/// Says that nothing has the name, or that several namespaces have it.
pub fn in_any_namespace(
    cluster: &Cluster,
    reference: &Reference,
    role: Role,
) -> Result<Reference, Problem> {
    let (wanted, word, name) = if let Reference::Named {
        namespace: None,
        kind,
        name,
    } = reference
        && kind.is_none_or(is_looked_up)
    {
        (*kind, None, name)
    } else if let Reference::OfKind {
        namespace: None,
        kind,
        name,
    } = reference
    {
        (None, Some(kind), name)
    } else {
        return Ok(reference.clone());
    };
    let fits = |kind: &str| match (word, wanted) {
        (Some(word), _) => is_kind(word, kind),
        (None, Some(wanted)) => wanted.name() == kind,
        // A bare name is a Service only where it can be one.
        (None, None) => role == Role::Destination || kind != "Service",
    };
    let found = objects(cluster).filter(|(_, kind, other)| *other == &**name && fits(kind));
    let found: BTreeSet<NamespaceId> = found.map(|(namespace, _, _)| namespace).collect();
    let names: Vec<&Arc<str>> = found
        .iter()
        .map(|id| &cluster.namespaces.at(*id).name)
        .collect();
    let namespace = match names.as_slice() {
        [one] => Some(Arc::clone(one)),
        // It may be a name of DNS, or a replica's.
        [] if name.contains(['.', '-']) => return Ok(reference.clone()),
        [] => return Err(nowhere(cluster, wanted, word.map(|it| &**it), name)),
        several => return Err(ambiguous(several, wanted, name)),
    };
    let name = Arc::clone(name);
    Ok(match word {
        Some(kind) => Reference::OfKind {
            namespace,
            kind: Arc::clone(kind),
            name,
        },
        None => Reference::Named {
            namespace,
            kind: wanted,
            name,
        },
    })
}

/// The policy of a kind and a name, in whichever namespace it is.
///
/// # Errors
/// Says that there is none, or that several namespaces have one.
pub fn policy_in_any_namespace(
    cluster: &Cluster,
    kind: PolicyKind,
    name: &str,
) -> Result<PolicyId, Problem> {
    let all = || cluster.policies.iter().filter(|(_, it)| it.kind == kind);
    let found: Vec<_> = all().filter(|(_, it)| *it.name == *name).collect();
    match found.as_slice() {
        [(id, _)] => Ok(*id),
        [] => {
            let problem = Problem::new(format!("no {} `{name}` in any namespace", kind.name()));
            let near = closest(name, all().map(|(_, it)| &*it.name));
            Err(match near {
                Some(near) => problem.help(format!("did you mean `{near}`?")),
                None => problem,
            })
        }
        several => {
            let names = several.iter().filter_map(|(_, it)| it.namespace.as_ref());
            let names: Vec<&Arc<str>> = names.collect();
            Err(ambiguous(&names, Some(ObjectKind::Policy(kind)), name))
        }
    }
}

/// Whether objects of a kind are looked up by namespace and name here.
fn is_looked_up(kind: ObjectKind) -> bool {
    match kind {
        ObjectKind::Pod | ObjectKind::Workload(_) | ObjectKind::Service => true,
        ObjectKind::Namespace | ObjectKind::Node | ObjectKind::Ingress | ObjectKind::Policy(_) => {
            false
        }
    }
}

fn nowhere(cluster: &Cluster, kind: Option<ObjectKind>, word: Option<&str>, name: &str) -> Problem {
    let what = word.or(kind.map(ObjectKind::name));
    let what = what.unwrap_or("pod, workload or Service");
    let problem = Problem::new(format!("no {what} `{name}` in any namespace"));
    if let Some(there) = elsewhere::of_name(cluster, "", kind, name) {
        return problem.help(there);
    }
    match elsewhere::nearly(cluster, kind, name) {
        Some(near) => problem.help(format!("did you mean `{near}`?")),
        None => problem,
    }
}

fn ambiguous(namespaces: &[&Arc<str>], kind: Option<ObjectKind>, name: &str) -> Problem {
    let called = |namespace: &&Arc<str>| match kind {
        Some(kind) => format!("`{namespace}/{}`", written(kind.name(), name)),
        None => format!("`{namespace}/{name}`"),
    };
    let shown: Vec<String> = namespaces.iter().take(SHOWN).map(called).collect();
    let rest = match namespaces.len().saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!(" or {more} more"),
    };
    Problem::new(format!("`{name}` is in several namespaces"))
        .help(format!("write {}{rest}", shown.join(" or ")))
}
