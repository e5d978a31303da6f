//! What documents leave to the network plugin, where a claim meets it: what it makes unknown, and what
//! it has to take for granted.

use super::Resolver;
use crate::endpoint::{Asked, Door, PortName, Role, resolve};
use crate::intent::{self, Who};
use crate::model::{Service, ServiceId};
use crate::prove::cases::contains;
use crate::prove::claim::{Kind, Term, These};

impl Resolver<'_> {
    /// Why a claim cannot be decided, whatever the policies say.
    pub(super) fn left_open(&self, flows: &intent::Flows) -> Option<String> {
        let named = || flows.to.iter().filter_map(|entry| named(&entry.who));
        let mut asked = named().filter_map(|asked| match &asked.port.as_ref()?.port {
            PortName::Portless(protocol) => Some(protocol),
            PortName::Number(_) | PortName::Name(_) => None,
        });
        // S65.
        if let Some(protocol) = flows.portless.first().or_else(|| asked.next()) {
            return Some(format!(
                "policies speak of TCP, UDP and SCTP: what becomes of {protocol} is left to the network plugin"
            ));
        }
        // S62.
        named().find_map(|asked| {
            let (service, door) = self.service_at(asked)?;
            let Door::Outside(address) = door else {
                return None;
            };
            let name = called(self.cluster.services.at(service));
            Some(format!(
                "{address} is an address of {name} outside the cluster: which source and which destination policies see is not defined"
            ))
        })
    }

    /// What a claim about flows has to take for granted where it names a Service.
    pub(super) fn granted(&self, flows: &intent::Flows, kind: &Kind<'_>) -> Vec<String> {
        let Kind::Flows(_, claimed) = kind else {
            return Vec::new();
        };
        let sources = || claimed.iter().flat_map(|flows| &flows.from);
        let mut granted = Vec::new();
        for asked in flows.to.iter().filter_map(|entry| named(&entry.who)) {
            let Some((id, _)) = self.service_at(asked) else {
                continue;
            };
            let service = self.cluster.services.at(id);
            if service.headless {
                continue;
            }
            let name = called(service);
            let keeps = service.is_met_from_outside() && service.outside.keeps_source;
            let outside = |term: &Term<'_>| matches!(term, Term::Anyone | Term::Outside(_));
            if !keeps && sources().any(outside) {
                granted.push(format!(
                    "policies see the clients of {name} outside the cluster under their own addresses"
                ));
            }
            if sources().any(|term| self.may_be_behind(term, service)) {
                granted.push(format!(
                    "no pod behind {name} reaches itself through it: that is left to the network plugin"
                ));
            }
        }
        granted.sort_unstable();
        granted.dedup();
        granted
    }

    /// Whether a term may name a pod behind a Service.
    fn may_be_behind(&self, term: &Term<'_>, service: &Service) -> bool {
        let behind = |pod: &&crate::model::Pod| {
            let namespace = &self.cluster.namespaces.at(pod.namespace).name;
            let selector = service.selector.as_ref();
            *namespace == service.namespace && selector.is_some_and(|it| it.matches(&pod.labels))
        };
        let mut pods = self.cluster.pods.rows().iter().filter(behind);
        match term {
            Term::Anyone => pods.next().is_some(),
            Term::Outside(_) => false,
            Term::Pods(set) => pods.any(|pod| contains(self.cluster, set, pod).1),
            Term::These(list) => pods.any(|pod| {
                let own = pod.key();
                list.iter()
                    .any(|these| matches!(these, These::Pod(it) if it.key() == own))
            }),
        }
    }

    pub(super) fn service_at(&self, asked: &Asked) -> Option<(ServiceId, Door)> {
        let role = Role::Destination;
        let found = resolve(self.cluster, &asked.reference, self.namespace, role).ok()?;
        Some((found.service?, found.door))
    }
}

fn named(who: &Who) -> Option<&Asked> {
    match who {
        Who::Named(asked) => Some(asked),
        Who::Anyone | Who::AnyPod | Who::Pods(_) | Who::Block(_) => None,
    }
}

fn called(service: &Service) -> String {
    format!("{}/{}[Service]", service.namespace, service.name)
}
