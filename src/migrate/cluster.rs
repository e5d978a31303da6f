//! Policies of v1alpha1 as ClusterNetworkPolicies. Actions, subjects, peers and ports have their
//! counterparts; what is different is how much a policy takes, and that a baseline has a priority.
//!
//! Cost: each rule once, each priority once.

use super::draft::{Draft, Named, Refusal, Remarks};
use super::priorities::{Level, assign};
use super::split::{MOST, split};
use crate::model::{Direction, LAST_PRIORITY, Policy, PolicyKind, Tier};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// How long a name may be.
const LONGEST_NAME: usize = 253;

/// Whether a policy is of v1alpha1.
pub fn is_migrated(policy: &Policy) -> bool {
    matches!(
        policy.kind,
        PolicyKind::AdminNetworkPolicy | PolicyKind::BaselineAdminNetworkPolicy
    )
}

/// A policy in parts that keep to the limits.
struct Parts<'a> {
    policy: &'a Policy,
    remarks: Remarks,
    /// The rules of each part, of ingress and of egress.
    each: Vec<[Named; 2]>,
    /// How many rules match nothing.
    idle: usize,
}

impl<'a> Parts<'a> {
    fn of(policy: &'a Policy, remarks: Remarks) -> Self {
        let mut idle = 0;
        let mut rules = |direction: Direction| {
            let mut all = Vec::new();
            for (index, rule) in policy.rules(direction).into_iter().flatten().enumerate() {
                let split = split(rule);
                idle += usize::from(split.is_empty());
                let name = remarks.name(direction, index);
                all.extend(
                    split
                        .into_iter()
                        .map(|it| (it, name.map(ToOwned::to_owned))),
                );
            }
            all
        };
        let (ingress, egress) = (rules(Direction::Ingress), rules(Direction::Egress));
        let (mut ingress, mut egress) = (ingress.chunks(MOST), egress.chunks(MOST));
        let mut parts = Vec::new();
        loop {
            let next = [ingress.next(), egress.next()];
            if next.iter().all(Option::is_none) && !parts.is_empty() {
                break;
            }
            parts.push(next.map(|it| it.unwrap_or_default().to_vec()));
        }
        Self {
            policy,
            remarks,
            each: parts,
            idle,
        }
    }

    fn need(&self) -> u16 {
        u16::try_from(self.each.len()).unwrap_or(u16::MAX)
    }

    /// The drafts of the parts, the first of which has this priority.
    fn drafts(&self, priority: u16, taken: &mut BTreeSet<Arc<str>>) -> Result<Vec<Draft>, Refusal> {
        let several = self.each.len() > 1;
        let mut drafts = Vec::new();
        for (index, rules) in (0_u16..).zip(&self.each) {
            let name: Arc<str> = match index {
                0 => Arc::clone(&self.policy.name),
                _ => format!("{}-{}", self.policy.name, index + 1).into(),
            };
            if name.len() > LONGEST_NAME || !taken.insert(Arc::clone(&name)) {
                return Err(self.no_name(&name));
            }
            let mut policy = self.policy.clone();
            policy.kind = PolicyKind::ClusterNetworkPolicy;
            policy.name = name;
            policy.priority = priority.saturating_add(index);
            let mut comments = Vec::new();
            let from = format!("{} {}", self.policy.kind.name(), self.policy.name);
            if several {
                let of = self.each.len();
                comments.push(format!("part {} of {of} of {from}", index + 1));
            }
            if index == 0 {
                comments.extend(self.about_priority(priority));
                if self.idle > 0 {
                    let text = "rules of it match no port and are left out";
                    comments.push(format!("{}: {} {text}", from, self.idle));
                }
            }
            drafts.push(Draft {
                policy,
                rules: rules.clone(),
                remarks: self.remarks.clone(),
                comments,
            });
        }
        Ok(drafts)
    }

    /// What is to be said of the first priority.
    fn about_priority(&self, priority: u16) -> Option<String> {
        match self.policy.tier {
            Tier::Baseline => {
                Some("a BaselineAdminNetworkPolicy has no priority; this one comes last".into())
            }
            Tier::Admin | Tier::NetworkPolicy if priority != self.policy.priority => {
                let old = self.policy.priority;
                Some(format!("the priority was {old}; the order is the same"))
            }
            Tier::Admin | Tier::NetworkPolicy => None,
        }
    }

    fn no_name(&self, name: &str) -> Refusal {
        let message = if name.len() > LONGEST_NAME {
            format!("a part of it would be called `{name}`, which is too long for a name")
        } else {
            format!("there would be two ClusterNetworkPolicies of the name `{name}`")
        };
        Refusal {
            origin: self.policy.origin,
            message,
            help: "give one of them another name first".into(),
        }
    }
}

/// All policies of v1alpha1 as ClusterNetworkPolicies, in the order in which they are asked.
///
/// # Errors
/// What cannot be said, and where it stands.
pub fn to_cluster<'p>(
    policies: impl Iterator<Item = &'p Policy>,
    remarks: &dyn Fn(&Policy) -> Remarks,
) -> Result<Vec<Draft>, Vec<Refusal>> {
    let (old, others): (Vec<&Policy>, Vec<&Policy>) = policies.partition(|it| is_migrated(it));
    let stays = |tier: Tier| {
        let all = others.iter().copied().filter(move |it| it.tier == tier);
        all.map(|it| (it.priority, it)).collect::<BTreeMap<_, _>>()
    };
    let parts = old.iter().map(|it| Parts::of(it, remarks(it)));
    let (admin, baseline): (Vec<_>, Vec<_>) = parts.partition(|it| it.policy.tier == Tier::Admin);
    let mut refused = Vec::new();
    let mut placed = Vec::new();
    match levels(&admin, &stays(Tier::Admin)) {
        Ok(admin) => placed.extend(admin),
        Err(refusals) => refused.extend(refusals),
    }
    for one in &baseline {
        match last(one, &stays(Tier::Baseline)) {
            Ok(priority) => placed.push((one, priority)),
            Err(refusal) => refused.push(refusal),
        }
    }
    let kept = others
        .iter()
        .filter(|it| it.kind == PolicyKind::ClusterNetworkPolicy);
    let mut taken: BTreeSet<Arc<str>> = kept.map(|it| Arc::clone(&it.name)).collect();
    let mut drafts = Vec::new();
    for (one, priority) in placed {
        match one.drafts(priority, &mut taken) {
            Ok(more) => drafts.extend(more),
            Err(refusal) => refused.push(refusal),
        }
    }
    if refused.is_empty() {
        Ok(drafts)
    } else {
        Err(refused)
    }
}

type Placed<'p, 'a> = Vec<(&'p Parts<'a>, u16)>;

/// The policies of the Admin tier with their first priorities.
fn levels<'p, 'a>(
    all: &'p [Parts<'a>],
    fixed: &BTreeMap<u16, &Policy>,
) -> Result<Placed<'p, 'a>, Vec<Refusal>> {
    let mut by_priority: BTreeMap<u16, Vec<&Parts<'a>>> = BTreeMap::new();
    for one in all {
        by_priority
            .entry(one.policy.priority)
            .or_default()
            .push(one);
    }
    let mut refused = Vec::new();
    let mut levels = Vec::new();
    for (&priority, group) in &by_priority {
        let need = group.iter().map(|it| it.need()).max().unwrap_or(1);
        levels.push(Level { priority, need });
        if let Some(other) = fixed.get(&priority) {
            refused.extend(group.iter().map(|it| beside(it, other)));
        }
        if let ([first, second, ..], true) = (group.as_slice(), need > 1) {
            refused.push(too_many(first, second));
        }
    }
    if !refused.is_empty() {
        return Err(refused);
    }
    let fixed: Vec<u16> = fixed.keys().copied().collect();
    let places = assign(&levels, &fixed).map_err(|level| {
        let group = by_priority.get(&level.priority).into_iter().flatten();
        group.map(|it| no_room(it)).collect::<Vec<_>>()
    })?;
    let groups = by_priority.into_values().zip(places);
    let all = groups.flat_map(|(group, place)| group.into_iter().map(move |it| (it, place)));
    Ok(all.collect())
}

/// The first priority of a baseline: all others that there may be come before it.
fn last(one: &Parts<'_>, fixed: &BTreeMap<u16, &Policy>) -> Result<u16, Refusal> {
    if let Some(other) = fixed.values().next() {
        return Err(Refusal {
            origin: one.policy.origin,
            message: format!(
                "a BaselineAdminNetworkPolicy has no priority, and whether it comes before the ClusterNetworkPolicy `{}` of its tier is not defined",
                other.name
            ),
            help: "move its rules there by hand, in the order that is meant, and remove it".into(),
        });
    }
    (LAST_PRIORITY + 1)
        .checked_sub(one.need())
        .ok_or_else(|| no_room(one))
}

fn beside(one: &Parts<'_>, other: &Policy) -> Refusal {
    Refusal {
        origin: one.policy.origin,
        message: format!(
            "the ClusterNetworkPolicy `{}` has the same priority, {}, and which of the two comes first is not defined",
            other.name, one.policy.priority
        ),
        help: "give one of them another priority, in the order that is meant".into(),
    }
}

fn too_many(first: &Parts<'_>, second: &Parts<'_>) -> Refusal {
    let (long, other) = if first.need() > 1 {
        (first, second)
    } else {
        (second, first)
    };
    Refusal {
        origin: long.policy.origin,
        message: format!(
            "it has more rules than one ClusterNetworkPolicy takes, {MOST}, and the same priority as `{}`: the parts would come before and behind that",
            other.policy.name
        ),
        help: "give one of them another priority, in the order that is meant".into(),
    }
}

fn no_room(one: &Parts<'_>) -> Refusal {
    Refusal {
        origin: one.policy.origin,
        message: format!(
            "it becomes {} ClusterNetworkPolicies, a ClusterNetworkPolicy takes {MOST} rules of each direction, and there are not as many priorities between those of others",
            one.each.len()
        ),
        help: "spread the priorities of the policies around it".into(),
    }
}
