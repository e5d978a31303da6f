//! Objects applied over others, as `kubectl apply` does it: one of the same kind, namespace and name
//! takes the place of the other, and keeps what the cluster gave it.

use super::objects::{Key, Object};
use crate::model::{AppliedObject, LeftOut, Objects, Origin, Over, Say, What, Why};
use std::collections::{HashMap, HashSet};

/// Applies what was read over `objects`; says what came of each, by name. One that is left out takes
/// a place, too: what will be there is not what was.
pub(in crate::input) fn apply(objects: &mut Objects, over: Objects) -> Vec<AppliedObject> {
    let mut applier = Applier::new(&objects.left_out, over.left_out);
    applier.apply(&mut objects.policies, over.policies);
    applier.apply(&mut objects.namespaces, over.namespaces);
    applier.apply(&mut objects.nodes, over.nodes);
    applier.apply(&mut objects.pods, over.pods);
    applier.apply(&mut objects.services, over.services);
    applier.apply(&mut objects.endpoints, over.endpoints);
    applier.apply(&mut objects.ingresses, over.ingresses);
    applier.apply(&mut objects.ingress_classes, over.ingress_classes);
    applier.apply(&mut objects.gateways, over.gateways);
    applier.apply(&mut objects.gateway_classes, over.gateway_classes);
    applier.apply(&mut objects.routes, over.routes);
    applier.apply(&mut objects.reference_grants, over.reference_grants);
    applier.apply(&mut objects.openshift_routes, over.openshift_routes);
    applier.apply(&mut objects.autoscalers, over.autoscalers);

    let before = objects.workloads.clone();
    let workloads = over.workloads.clone();
    applier.apply(&mut objects.workloads, over.workloads);
    let rolled_out = objects.roll_out(&workloads, &before);
    for (namespace, owner) in rolled_out {
        let key = Key {
            kind: &owner.kind,
            namespace: Some(&namespace),
            name: &owner.name,
        };
        let name = key.to_string();
        let told = applier.told.iter_mut().filter(|it| it.name == name);
        told.for_each(|it| it.rolls_out = true);
    }
    objects.clues.extend(over.clues);
    objects.clues.sort_unstable();
    objects.clues.dedup();
    applier.finish(objects)
}

/// Kind, namespace and name as text, for objects of all kinds together.
type Name = String;

/// Applies kind after kind.
struct Applier {
    /// What is left out of the input for a mistake.
    broken: HashMap<Name, Origin>,
    /// What is left out of what is applied.
    left_out: Vec<LeftOut>,
    /// The names of these.
    unread: HashSet<Name>,
    /// What took a place.
    taken: HashSet<Name>,
    told: Vec<AppliedObject>,
    /// What was taken out for what cannot be read, and where it stood.
    gone: HashMap<Name, Origin>,
}

impl Applier {
    fn new(before: &[LeftOut], left_out: Vec<LeftOut>) -> Self {
        let broken = before.iter();
        Self {
            broken: broken
                .filter_map(|it| Some((name_of(it)?, it.origin)))
                .collect(),
            unread: left_out.iter().filter_map(name_of).collect(),
            left_out,
            taken: HashSet::new(),
            told: Vec::new(),
            gone: HashMap::new(),
        }
    }

    /// Applies all objects of some kinds.
    fn apply<T: Object>(&mut self, objects: &mut Vec<T>, over: Vec<T>) {
        self.make_room(objects);
        if over.is_empty() {
            return;
        }
        let names = objects.iter().enumerate();
        let places = names.map(|(at, it)| (it.key().to_string(), at));
        let places: HashMap<Name, usize> = places.collect();
        let mut new = Vec::new();
        for object in over {
            let name = object.key().to_string();
            let is_named = !is_to_be_named(&object);
            let place = places.get(&name).filter(|_| is_named);
            let over = if let Some(old) = place.and_then(|&at| objects.get_mut(at)) {
                replace(old, object)
            } else {
                new.push(object);
                let broken = self.broken.get(&name).filter(|_| is_named);
                broken.map_or(Over::Nothing, |origin| Over::Other(*origin))
            };
            if is_named {
                self.taken.insert(name.clone());
            }
            self.told.push(AppliedObject {
                name,
                over,
                rolls_out: false,
                left_out: None,
            });
        }
        objects.extend(new);
        objects.sort_by(|a, b| a.key().cmp(&b.key()));
    }

    /// Takes out what something takes the place of that is left out itself.
    fn make_room<T: Object>(&mut self, objects: &mut Vec<T>) {
        if self.unread.is_empty() {
            return;
        }
        objects.retain(|it| {
            let name = it.key().to_string();
            let goes = self.unread.contains(&name);
            if goes {
                self.gone.insert(name, it.origin());
            }
            !goes
        });
    }

    /// What came of each object; what was left out of the input stays so unless something took its
    /// place.
    fn finish(mut self, objects: &mut Objects) -> Vec<AppliedObject> {
        self.taken.extend(self.unread.iter().cloned());
        let again: HashSet<(String, &Why)> = self.left_out.iter().filter_map(identity).collect();
        objects.left_out.retain(|it| {
            let again = identity(it).is_some_and(|it| again.contains(&it));
            !again && name_of(it).is_none_or(|name| !self.taken.contains(&name))
        });
        let unread = self.left_out.iter().map(|it| {
            let name = name_of(it);
            let place = name
                .as_ref()
                .and_then(|name| self.gone.get(name).or_else(|| self.broken.get(name)));
            AppliedObject {
                name: it.to_string(),
                over: place.map_or(Over::Nothing, |origin| Over::Other(*origin)),
                rolls_out: false,
                left_out: Some(it.why.clone()),
            }
        });
        self.told.extend(unread);
        objects.left_out.append(&mut self.left_out);
        objects.left_out.sort_by(|a, b| a.key().cmp(&b.key()));
        self.told.sort_by(|a, b| a.name.cmp(&b.name));
        self.told
    }
}

/// Puts an object in the place of another.
fn replace<T: Object>(old: &mut T, mut object: T) -> Over {
    object.keep(old);
    let origin = old.origin();
    let is_same = old.without_origins() == object.without_origins();
    *old = object;
    if is_same {
        Over::Same
    } else {
        Over::Other(origin)
    }
}

/// Whether the API server is still to name an object (`generateName`): it takes nobody's place.
fn is_to_be_named<T: Object>(object: &T) -> bool {
    object.key().name.ends_with('-')
}

/// What an object that is left out for a mistake is called, as those that are read are; none where
/// that is not known.
fn name_of(it: &LeftOut) -> Option<Name> {
    let What::Kind(kind) = &it.what else {
        return None;
    };
    let is_object = matches!(it.why, Why::Mistake | Why::Twice);
    // One in a namespace that cannot be told may be of any.
    let of_namespace = matches!(it.say, Say::Connections | Say::Pods);
    let is_told = !of_namespace || it.namespace.as_deref() == it.within.as_deref();
    let name = it.name.as_deref().filter(|name| *name != "?")?;
    let key = Key {
        kind,
        namespace: it.namespace.as_deref(),
        name,
    };
    (is_object && is_told && !name.ends_with('-')).then(|| key.to_string())
}

/// What is the same where something is left out twice.
fn identity(it: &LeftOut) -> Option<(String, &Why)> {
    let is_named = it.name.as_deref().is_some_and(|name| name != "?");
    is_named.then(|| (it.to_string(), &it.why))
}
