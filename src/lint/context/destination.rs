//! The pods at the destination of a rule: what they declare, and how Services lead to them.

use super::lead::Lead;
use super::{AppId, Context};
use crate::model::{NamespaceId, Pod, PodScope, Service};
use crate::net::Protocol;
use crate::table::Id as _;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The pods at the destination of a rule.
#[derive(Debug, Default)]
pub(super) struct Destination<'a> {
    /// Those who surely are, sorted.
    pub apps: Vec<AppId>,
    /// What they declare, and one who does.
    pub declared: BTreeMap<(u16, Protocol), AppId>,
    /// Whether each of them declares some port.
    pub all_declare: bool,
    /// The numbers that names lead to, and one whose name leads there.
    pub names: BTreeMap<(&'a str, Protocol), BTreeMap<u16, AppId>>,
    /// The ports of Services that lead elsewhere, by the Service's port.
    pub by_port: FxHashMap<(u16, Protocol), Vec<Lead<'a>>>,
    /// Ports of Services by their name.
    pub by_name: FxHashMap<&'a str, Vec<Lead<'a>>>,
    /// The ports of Services that lead elsewhere, by the port on nodes.
    pub by_node_port: FxHashMap<(u16, Protocol), Vec<Lead<'a>>>,
    /// The ports that Services lead to, and one of the apps.
    targets: FxHashMap<(u16, Protocol), AppId>,
    led: BTreeSet<AppId>,
    /// What those declare who may be there, and where Services lead on them.
    may: FxHashSet<(u16, Protocol)>,
    may_names: FxHashSet<(&'a str, Protocol)>,
}

impl<'a> Destination<'a> {
    /// The pods that some scope selects. Costs their number x the Services before them.
    pub(super) fn new(context: &Context<'a>, ways: &Ways<'a>, scopes: &[&'a PodScope]) -> Self {
        let pods = scopes.iter().map(|scope| context.pods(scope));
        let pods: Vec<_> = pods.flat_map(|pods| pods.to_vec()).collect();
        let mut it = Self {
            apps: context.apps_of(&pods),
            all_declare: true,
            ..Self::default()
        };
        for app in it.apps.clone() {
            it.add(context, ways, app);
        }
        for scope in scopes {
            let namespaces = context.all_namespaces_of(&scope.namespaces);
            let candidates = context.candidates();
            for (index, pod) in candidates.matching_in(&scope.pods, &namespaces) {
                if it.apps.binary_search(&AppId::from_index(index)).is_err() {
                    it.add_unsure(ways, index, pod);
                }
            }
        }
        it
    }

    fn add(&mut self, context: &Context<'a>, ways: &Ways<'a>, app: AppId) {
        let pod = context.cluster.pods.at(context.apps().at(app).pod());
        self.all_declare &= !pod.ports.is_empty();
        for port in pod.ports.iter() {
            let number = (port.port, port.protocol);
            self.declared.entry(number).or_insert(app);
            if let Some(name) = &port.name {
                let numbers = self.names.entry((name, port.protocol)).or_default();
                numbers.entry(port.port).or_insert(app);
            }
        }
        for lead in &*ways.to(app.index(), pod) {
            self.led.insert(app);
            let protocol = lead.protocol();
            for &target in &*lead.targets {
                self.targets.entry((target, protocol)).or_insert(app);
            }
            if let Some(name) = &lead.port.name {
                let leads = self.by_name.entry(name).or_default();
                leads.push(lead.clone());
            }
            let elsewhere =
                |number: u16| !lead.targets.is_empty() && !lead.targets.contains(&number);
            if elsewhere(lead.port.port) && !lead.service.headless {
                let leads = self.by_port.entry((lead.port.port, protocol)).or_default();
                leads.push(lead.clone());
            }
            if let Some(number) = lead.port.node_port.filter(|&number| elsewhere(number)) {
                let leads = self.by_node_port.entry((number, protocol)).or_default();
                leads.push(lead.clone());
            }
        }
    }

    fn add_unsure(&mut self, ways: &Ways<'a>, index: usize, pod: &'a Pod) {
        for port in pod.ports.iter() {
            self.may.insert((port.port, port.protocol));
            let name = port.name.as_deref();
            self.may_names
                .extend(name.map(|name| (name, port.protocol)));
        }
        for lead in &*ways.to(index, pod) {
            let protocol = lead.protocol();
            let targets = lead.targets.iter();
            self.may.extend(targets.map(|&target| (target, protocol)));
        }
    }

    /// Whether somebody at the destination declares the port, or a Service leads to it.
    pub(super) fn serves(&self, number: (u16, Protocol)) -> bool {
        self.declared.contains_key(&number)
            || self.targets.contains_key(&number)
            || self.may.contains(&number)
    }

    /// Whether a name may be a port's of somebody who may be there.
    pub(super) fn may_name(&self, name: &str, protocol: Protocol) -> bool {
        self.may_names.contains(&(name, protocol))
    }

    /// The other protocols over which the port is served, each with one who does.
    pub(super) fn others(&self, (number, protocol): (u16, Protocol)) -> BTreeMap<Protocol, AppId> {
        let others = Protocol::ALL.into_iter().filter(|&other| other != protocol);
        let served = others.filter_map(|other| {
            let number = (number, other);
            let declared = self.declared.get(&number);
            Some((other, *declared.or_else(|| self.targets.get(&number))?))
        });
        served.collect()
    }

    /// Whether all pods to which any Service leads are among those of `leads`.
    pub(super) fn is_led_to_by(&self, leads: &[Lead<'a>]) -> bool {
        let apps: BTreeSet<AppId> = leads.iter().map(|lead| lead.app).collect();
        apps == self.led
    }
}

/// The ways from Services to pods.
#[derive(Debug)]
pub(super) struct Ways<'a> {
    services: FxHashMap<NamespaceId, Vec<&'a Service>>,
    known: std::cell::RefCell<FxHashMap<usize, Rc<[Lead<'a>]>>>,
}

impl<'a> Ways<'a> {
    pub(super) fn new(context: &Context<'a>) -> Self {
        let mut services: FxHashMap<NamespaceId, Vec<&Service>> = FxHashMap::default();
        for service in context.cluster.services.rows() {
            let selects = service.selector.as_ref();
            let selects = selects.is_some_and(|it| !it.requirements().is_empty());
            let Some(namespace) = context.cluster.namespace(&service.namespace) else {
                continue;
            };
            if !selects {
                continue;
            }
            services.entry(namespace).or_default().push(service);
        }
        Self {
            services,
            known: std::cell::RefCell::default(),
        }
    }

    /// The ways to the pods like `pod`, which is candidate `index`. Their app is that index.
    fn to(&self, index: usize, pod: &Pod) -> Rc<[Lead<'a>]> {
        if let Some(known) = self.known.borrow().get(&index) {
            return Rc::clone(known);
        }
        let services = self.services.get(&pod.namespace);
        let services = services.map_or(&[][..], Vec::as_slice).iter();
        let before = services.filter(|it| {
            let selector = it.selector.as_ref();
            selector.is_some_and(|selector| selector.matches(&pod.labels))
        });
        let leads = before.flat_map(|&service| {
            let ports = service.ports.iter().enumerate();
            ports.map(move |(index_of_port, port)| Lead {
                service,
                index: index_of_port,
                port,
                app: AppId::from_index(index),
                targets: port.served_by(pod).into(),
            })
        });
        let leads: Rc<[_]> = leads.collect();
        let mut known = self.known.borrow_mut();
        known.insert(index, Rc::clone(&leads));
        leads
    }
}
