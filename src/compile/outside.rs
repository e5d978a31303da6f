//! Which addresses outside the cluster the matrix speaks of.
//!
//! Every cluster has the whole of IPv6 outside, even one that uses IPv4 only. Shown always, each
//! line about the outside would have a twin that says nothing; left out always, a policy that opens
//! `::/0` would hide a hole. So IPv6 is left out only if no pod has such an address, no two IPv6
//! addresses differ, and none may do what some IPv4 address may not. That is a question about
//! meaning, so the answer does not depend on how policies are written.
//!
//! It is asked of functions and not of cells: no policy governs an address outside, so what passes
//! is what the pod's function says. Cost: the pods' addresses, the groups, and for each function
//! its exceptions among IPv4 addresses; each distinct pair of contents is compared once.

use super::functions::{FunctionId, Functions};
use super::groups::{GroupId, Groups};
use super::layers::Layer;
use super::normal::{ClassId, Compiled};
use super::values::{Cases, ConnId, Kind, Nature, ValueId, Values};
use crate::model::Cluster;
use crate::net::Family;
use crate::table::Table;
use rustc_hash::FxHashSet;
use std::net::IpAddr;

/// Whether IPv6 addresses outside are left out: no pod has one, and no address of that family is
/// treated better than any IPv4 address, or differently from another.
pub(super) fn hides_v6(
    cluster: &Cluster,
    compiled: &mut Compiled,
    class_of: &Table<GroupId, ClassId>,
) -> bool {
    let mut addresses = cluster.pods.rows().iter().flat_map(|pod| &pod.ips);
    if addresses.any(IpAddr::is_ipv6) {
        return false;
    }
    let v4 = of_family(&compiled.groups, Family::V4);
    let v6 = of_family(&compiled.groups, Family::V6);
    let Some(&any) = v6.first() else { return true };
    if v6.iter().any(|id| class_of.at(*id) != class_of.at(any)) {
        return false;
    }
    // Few contents occur at addresses outside, however many functions there are.
    let mut seen: FxHashSet<(ConnId, ConnId)> = FxHashSet::default();
    for functions in [&compiled.egress, &compiled.ingress] {
        for id in functions.table.ids() {
            let values = &mut compiled.values;
            let best = functions.value(id, any, Kind::external(Family::V6), values);
            let all = at_v4(functions, id, (&compiled.groups, &v4), values);
            let everything = values.everything();
            let mut cell = |value: ValueId, family| {
                let kind = Kind::external(family);
                values.meet(value, everything, Cases::of(UNADDRESSED, kind))
            };
            let best = cell(best, Family::V6);
            for value in all {
                seen.insert((best, cell(value, Family::V4)));
            }
        }
    }
    seen.into_iter()
        .all(|(v6, v4)| compiled.values.set(v6).is_subset(compiled.values.set(v4)))
}

/// A pod, as far as addresses outside are concerned.
const UNADDRESSED: Kind = Kind {
    nature: Nature::Pod,
    v4: false,
    v6: false,
};

fn of_family(groups: &Groups, family: Family) -> Vec<GroupId> {
    let all = groups.table.iter();
    let wanted = all.filter(|(_, group)| group.kind == Kind::external(family));
    wanted.map(|(id, _)| id).collect()
}

/// The values of a function at IPv4 addresses outside. Outside groups come last, so what a layer
/// singles out among them ends its list of exceptions.
fn at_v4(
    functions: &Functions,
    id: FunctionId,
    (groups, v4): (&Groups, &[GroupId]),
    values: &mut Values,
) -> Vec<ValueId> {
    let kind = Kind::external(Family::V4);
    let function = functions.table.at(id);
    let first = v4.first().copied();
    let wide = singled(functions.wide.at(function.wide), first);
    let local = singled(functions.local.at(function.local), first);
    let mut outside: Vec<GroupId> = wide.chain(local).collect();
    outside.retain(|id| groups.table.at(*id).kind == kind);
    outside.sort_unstable();
    outside.dedup();
    let mut found: Vec<ValueId> = Vec::new();
    if outside.len() < v4.len() {
        found.push(function.base.at(kind));
    }
    for group in outside {
        found.push(functions.value(id, group, kind, values));
    }
    found
}

/// The groups that a layer singles out, from this one on.
fn singled<V>(layer: &Layer<V>, first: Option<GroupId>) -> impl Iterator<Item = GroupId> {
    let all = &layer.exceptions;
    let from = all.partition_point(|(id, _)| Some(*id) < first);
    all.get(from..)
        .unwrap_or_default()
        .iter()
        .map(|(id, _)| *id)
}
