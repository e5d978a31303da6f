//! What stands for the pods of a workload of which none was read: with the labels that its controller
//! gives them (S74), as many as there are (S53), and told apart where something asks for one of them.
//!
//! Cost: each template once, and the numbers of replicas that policies or Services ask for.

use super::super::controller::{Numbered, replica_of};
use super::super::count::{Count, HowMany};
use super::super::objects::{Asks, Autoscaler, Made, Objects, WorkloadObject};
use super::super::{Owner, Pod, PodNature, Rule, WhyDormant};
use super::linker::{Linker, Slot};
use crate::selector::Selector;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// How many replicas of a workload are listed one by one where some of them are told apart.
const LISTED: u32 = 10;

/// A label that differs from replica to replica, and the owner that its value names, if it does.
type ReplicaLabel = (Arc<str>, Option<Arc<str>>);

/// What decides, besides a workload's own manifest, what its pods are.
pub(super) struct Around {
    scaled: HashMap<(Arc<str>, Owner), Vec<Autoscaler>>,
    nodes: Count,
    /// The replicas that selectors ask for: by label, and by owner where the label's value says it.
    named: HashMap<ReplicaLabel, BTreeSet<u32>>,
}

impl Around {
    pub(super) fn new(objects: &Objects) -> Self {
        let mut scaled: HashMap<_, Vec<Autoscaler>> = HashMap::new();
        for scaler in &objects.autoscalers {
            let target = (Arc::clone(&scaler.namespace), scaler.target.clone());
            scaled.entry(target).or_default().push(scaler.clone());
        }
        let number = u32::try_from(objects.nodes.len()).unwrap_or(u32::MAX);
        let mut around = Self {
            scaled,
            // Other nodes may be there that were not read, unless several are.
            nodes: match number {
                0 => Count::between(0, None),
                _ => Count::exactly(number),
            },
            named: HashMap::new(),
        };
        around.read_selectors(objects);
        around
    }

    fn read_selectors(&mut self, objects: &Objects) {
        for policy in objects.policies.iter().chain(&objects.others) {
            self.read(&policy.subject.pods);
            for scope in policy.all_rules().flat_map(Rule::scopes) {
                self.read(&scope.pods);
            }
        }
        for service in &objects.services {
            if let Some(selector) = &service.selector {
                self.read(selector);
            }
        }
    }

    fn read(&mut self, selector: &Selector) {
        for (key, test) in selector.tests() {
            let replicas = test
                .named_values()
                .filter_map(|value| replica_of(key, value));
            for (owner, number) in replicas {
                let label = (Arc::clone(key), owner.map(Into::into));
                self.named.entry(label).or_default().insert(number);
            }
        }
    }

    /// How many pods of a template there are, and why where there is none.
    fn count(&self, workload: &WorkloadObject, asks: Asks) -> (Count, Option<WhyDormant>) {
        let owner = Owner {
            kind: Arc::clone(&workload.kind),
            name: Arc::clone(&workload.name),
        };
        let key = (Arc::clone(&workload.namespace), owner);
        let scaled = self.scaled.get(&key).map_or(&[][..], Vec::as_slice);
        let none = matches!(asks, Asks::Nothing(_));
        let counts = scaled.iter().filter(|it| it.from_none || !none);
        let bounds = counts.map(|it| (it.least, it.most));
        let bounds = bounds.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
        match (bounds, asks) {
            (_, Asks::Nothing(why)) if why != WhyDormant::NoReplicas => {
                (Count::exactly(0), Some(why))
            }
            (Some((least, most)), _) => (Count::between(least, Some(most)), None),
            (None, Asks::Nothing(why)) => (Count::exactly(0), Some(why)),
            (None, Asks::Between(least, most)) => (Count::between(least, most), None),
            (None, Asks::PerNode { picks: false }) => (self.nodes, None),
            (None, Asks::PerNode { picks: true }) => (Count::between(0, self.nodes.most()), None),
        }
    }

    /// The numbers of the replicas that something asks for, of those from `first` to `last`.
    fn asked(&self, numbered: &Numbered, owner: &str, last: Option<u32>) -> BTreeSet<u32> {
        let by_index = (numbered.index.into(), None);
        let by_name = numbered.name.map(|key| (key.into(), Some(owner.into())));
        let labels = std::iter::once(by_index).chain(by_name);
        let numbers = labels.filter_map(|label| self.named.get(&label));
        let range = numbered.first..=last.unwrap_or(u32::MAX);
        numbers
            .flat_map(|all| all.range(range.clone()))
            .copied()
            .collect()
    }
}

impl Linker {
    /// Stand-ins for the pods of a workload of which none was read. A workload that another one
    /// controls stands for itself only where the other was not read.
    pub(super) fn add_templates(&mut self, object: &WorkloadObject, around: &Around) {
        let key = self.key(object);
        let top = match &object.owner {
            Some(owner) => self.topmost(key.0, owner, None),
            None => key.clone(),
        };
        let other_stands = key != top && self.read.contains_key(&top);
        let own = self.slot(key.clone());
        let has_pods = |slot: &Slot| self.populated.contains(slot);
        if other_stands || has_pods(&own) || self.slot_ids.get(&top).is_some_and(has_pods) {
            return;
        }
        for made in &object.makes {
            self.add_made(object, made, own, around);
        }
    }

    fn add_made(&mut self, object: &WorkloadObject, made: &Made, own: Slot, around: &Around) {
        let (count, why) = around.count(object, made.asks);
        let (name, nature) = match &made.part {
            None => (Arc::clone(&object.name), PodNature::StandIn),
            Some(part) => (format!("{}-{part}", object.name).into(), PodNature::Replica),
        };
        let template = &made.template;
        let controller = made.controller;
        let pod = Pod {
            namespace: self.namespace(&object.namespace),
            name,
            labels: controller.labels(&template.labels, &object.name, object.uid.as_ref()),
            ips: Vec::new(),
            host_network: template.host_network,
            node: None,
            ports: Arc::clone(&template.ports),
            names: template.names.clone(),
            workload: None,
            count,
            nature,
            per_node: matches!(made.asks, Asks::PerNode { picks: false }),
            origin: object.origin,
        };
        let numbers = controller.numbered();
        let pods = match numbers {
            None => vec![pod],
            Some((numbered, number)) => {
                let most = number.or(count.most());
                let last = most.map(|most| numbered.first.saturating_add(most.max(1) - 1));
                self.numbered.insert(own, (numbered, last));
                replicas(&pod, &numbered, last, around)
            }
        };
        for pod in pods {
            match why {
                None => self.pods.push((pod, Some(own))),
                // The question is about the pod that it would have.
                Some(why) => {
                    let count = Count::ONE;
                    self.dormant.push((Pod { count, ..pod }, Some(own), why));
                }
            }
        }
    }
}

/// One pod for all replicas where nothing asks for one of them; else those that are asked for, and the
/// others.
fn replicas(pod: &Pod, numbered: &Numbered, last: Option<u32>, around: &Around) -> Vec<Pod> {
    let first = numbered.first;
    let asked = around.asked(numbered, &pod.name, last);
    let rest = (first..=last.unwrap_or(u32::MAX)).find(|number| !asked.contains(number));
    let one = |number: u32| Pod {
        labels: numbered.labels(&pod.labels, &pod.name, number),
        names: numbered.names(pod.names.as_ref(), &pod.name, number),
        ..pod.clone()
    };
    let several = |number: u32| Pod {
        names: Numbered::shared_names(pod.names.as_ref()),
        ..one(number)
    };
    let single = |number: u32| Pod {
        name: format!("{}-{number}", pod.name).into(),
        count: Count::ONE,
        nature: PodNature::Replica,
        ..one(number)
    };
    if last == Some(first) {
        return vec![one(first)];
    }
    if asked.is_empty() {
        return vec![several(first)];
    }
    if let Some(last) = last.filter(|last| last - first < LISTED) {
        return (first..=last).map(single).collect();
    }
    let mut pods: Vec<Pod> = asked.iter().copied().map(single).collect();
    // Its labels are those of one of the others: what nothing asks for cannot be told apart.
    if let Some(number) = rest {
        let told = u32::try_from(asked.len()).unwrap_or(u32::MAX);
        let all = last.map(|last| (last - first).saturating_add(1));
        pods.push(Pod {
            name: format!("{}-*", pod.name).into(),
            count: match pod.count.how_many() {
                HowMany::Several => Count::between(2, None),
                HowMany::None | HowMany::One | HowMany::NotKnown => {
                    Count::between(0, all.map(|all| all.saturating_sub(told)))
                }
            },
            nature: PodNature::Replica,
            ..several(number)
        });
    }
    pods
}
