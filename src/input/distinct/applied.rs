//! Policies applied over others, as `kubectl apply` does it: one of the same kind, namespace and name
//! takes the place of the other.

use super::objects::{Key, Object as _};
use crate::model::{AppliedPolicy, LeftOut, Objects, Origin, Over, Policy, Say, What, Why};
use std::collections::{HashMap, HashSet};

/// Applies what was read of policies over `objects`; says what came of each, by name. One that is left
/// out takes a place, too: what will be there is not what was.
pub(in crate::input) fn apply(
    objects: &mut Objects,
    policies: Vec<Policy>,
    left_out: Vec<LeftOut>,
) -> Vec<AppliedPolicy> {
    let before = Before::of(objects);
    let read = policies.iter().map(|it| AppliedPolicy {
        name: it.key().to_string(),
        over: before.place_of(it),
        left_out: None,
    });
    let unread = left_out.iter().map(|it| AppliedPolicy {
        name: it.to_string(),
        over: before.taken_by(key_of(it)),
        left_out: Some(it.why.clone()),
    });
    let mut told: Vec<AppliedPolicy> = read.chain(unread).collect();
    told.sort_by(|a, b| a.name.cmp(&b.name));

    let named = policies.iter().filter(|it| !is_to_be_named(it));
    let taken: HashSet<Key<'_>> = named
        .map(Policy::key)
        .chain(left_out.iter().filter_map(key_of))
        .collect();
    let unread: HashSet<(String, &Why)> = left_out.iter().filter_map(identity).collect();
    objects.policies.retain(|it| !taken.contains(&it.key()));
    objects.left_out.retain(|it| {
        let again = identity(it).is_some_and(|it| unread.contains(&it));
        !again && key_of(it).is_none_or(|key| !taken.contains(&key))
    });
    objects.policies.extend(policies);
    objects.policies.sort_by(|a, b| a.key().cmp(&b.key()));
    objects.left_out.extend(left_out);
    objects.left_out.sort_by(|a, b| a.key().cmp(&b.key()));
    told
}

/// The policies of the input by what tells them apart.
struct Before<'o> {
    policies: HashMap<Key<'o>, &'o Policy>,
    left_out: HashMap<Key<'o>, Origin>,
}

impl<'o> Before<'o> {
    fn of(objects: &'o Objects) -> Self {
        let left_out = objects.left_out.iter();
        Self {
            policies: objects.policies.iter().map(|it| (it.key(), it)).collect(),
            left_out: left_out
                .filter_map(|it| Some((key_of(it)?, it.origin)))
                .collect(),
        }
    }

    /// What a policy takes the place of.
    fn place_of(&self, policy: &Policy) -> Over {
        if is_to_be_named(policy) {
            return Over::Nothing;
        }
        let key = policy.key();
        match self.policies.get(&key) {
            Some(other) if other.without_origins() == policy.without_origins() => Over::Same,
            Some(_) | None => self.taken_by(Some(key)),
        }
    }

    /// What something of this key takes the place of, which says something else.
    fn taken_by(&self, key: Option<Key<'_>>) -> Over {
        let Some(key) = key else {
            return Over::Nothing;
        };
        let read = self.policies.get(&key).map(|it| it.origin);
        let origin = read.or_else(|| self.left_out.get(&key).copied());
        origin.map_or(Over::Nothing, Over::Other)
    }
}

/// Whether the API server is still to name a policy (`generateName`): it takes nobody's place.
fn is_to_be_named(policy: &Policy) -> bool {
    policy.name.ends_with('-')
}

/// What tells a policy that is left out for a mistake from all others; none where that is not known.
fn key_of(it: &LeftOut) -> Option<Key<'_>> {
    let What::Kind(kind) = &it.what else {
        return None;
    };
    let is_policy = it.say == Say::Connections && matches!(it.why, Why::Mistake | Why::Twice);
    // One in a namespace that cannot be told may be of any.
    let is_told = it.namespace.is_none() || it.namespace.as_deref() == it.within.as_deref();
    let name = it.name.as_deref().filter(|name| *name != "?")?;
    (is_policy && is_told).then_some(Key {
        kind,
        namespace: it.within.as_deref(),
        name,
    })
}

/// What is the same where something is left out twice.
fn identity(it: &LeftOut) -> Option<(String, &Why)> {
    let is_named = it.name.as_deref().is_some_and(|name| name != "?");
    is_named.then(|| (it.to_string(), &it.why))
}
