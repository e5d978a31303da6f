//! Policies that are applied over what was read. Of what is read for that, policies count and nothing
//! else: other objects are passed by, and named.

use super::aside::identity;
use super::kind::Kind;
use super::loader::Loader;
use super::node::Node;
use super::options::{Input, Options};
use super::shown::shown;
use super::{InputError, Loaded, distinct, read_all};
use crate::model::{Applied, Say};

/// Reads policies and applies them over what was read, as `kubectl apply` does it: one of the same
/// kind, namespace and name takes the place of the other. What is wrong with them joins the findings,
/// and their bytes count with those that were read before.
///
/// # Errors
/// A file or directory that cannot be read.
pub fn load_applied(
    loaded: &mut Loaded,
    inputs: &[Input],
    options: &Options,
) -> Result<(), InputError> {
    let mut loader = Loader::of_policies(options, loaded);
    let mut applied = Applied::default();
    for input in inputs {
        let before = loader.policies_met();
        read_all(&mut loader, std::slice::from_ref(input))?;
        let name = input.to_string();
        if loader.policies_met() == before {
            applied.without_policy.push(name.clone());
        }
        applied.from.push(name);
    }
    join(loaded, loader, applied);
    Ok(())
}

impl<'o> Loader<'o> {
    /// A loader for policies and nothing else, which goes on where that of `loaded` ended.
    pub(super) fn of_policies(options: &'o Options, loaded: &mut Loaded) -> Self {
        let mut loader = Self::new(options);
        loader.sources = std::mem::take(&mut loaded.sources);
        loader.taken.bytes = loaded.bytes;
        loader.passed_by = Some(Vec::new());
        loader
    }

    /// Whether objects of this kind are passed by.
    pub(super) fn passes_by(&self, kind: Kind) -> bool {
        self.passed_by.is_some() && !kind.is_policy()
    }

    /// Names an object that is passed by.
    pub(super) fn pass_by(&mut self, node: &Node, kind: &str) {
        let namespaced = Kind::named(kind).is_none_or(Kind::is_namespaced);
        let (namespace, name) = identity(self, node, namespaced);
        let full = namespace.map_or_else(|| name.clone(), |it| format!("{it}/{name}"));
        if let Some(all) = &mut self.passed_by {
            all.push(format!("{} {full}", shown(kind)));
        }
    }

    /// How many policies were met, or texts that may be some.
    fn policies_met(&self) -> usize {
        let may_be = self.left_out.iter();
        let may_be = may_be.filter(|it| it.may_decide(Say::Connections));
        self.objects.policies.len() + may_be.count()
    }
}

/// Joins policies with what they are applied over.
pub(super) fn join(loaded: &mut Loaded, mut loader: Loader<'_>, mut applied: Applied) {
    let paths = std::mem::take(&mut loader.taken.paths);
    let mut others = loader.passed_by.take().unwrap_or_default();
    let over = loader.finish();
    loaded.sources = over.sources;
    loaded.paths.extend(paths);
    loaded.findings.extend(over.findings);
    loaded.patches.extend(over.patches);
    loaded.files += over.files;
    loaded.no_manifests += over.no_manifests;
    for (kind, number) in over.unknown_kinds {
        *loaded.unknown_kinds.entry(kind).or_default() += number;
    }
    let (policies, rest): (Vec<_>, Vec<_>) = over
        .objects
        .left_out
        .into_iter()
        .partition(|it| it.may_decide(Say::Connections));
    others.extend(rest.iter().map(ToString::to_string));
    others.sort_unstable();
    others.dedup();
    let objects = &mut loaded.objects;
    applied.policies_before.clone_from(&objects.policies);
    applied.left_out_before.clone_from(&objects.left_out);
    applied.policies = distinct::apply(objects, over.objects.policies, policies);
    applied.others = others;
    applied.documents = over.documents;
    loaded.applied = Some(applied);
}
