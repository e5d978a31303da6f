//! What documents leave to the network plugin, where a claim meets it: what it makes unknown, and what
//! it has to take for granted.

use super::Resolver;
use super::words::named;
use crate::endpoint::{Asked, Door, Party, Role, resolve};
use crate::intent;
use crate::model::Service;
use crate::prove::cases::contains;
use crate::prove::claim::{Kind, Term, These};

impl<'a> Resolver<'a> {
    /// What a claim about flows has to take for granted where it names a Service.
    pub(super) fn granted(&self, flows: &intent::Flows, kind: &Kind<'_>) -> Vec<String> {
        let claimed = kind.flows();
        let sources = || claimed.iter().flat_map(|flows| &flows.from);
        let mut granted = Vec::new();
        for asked in flows.to.iter().filter_map(|entry| named(&entry.who)) {
            let Some(party) = self.party_of_service(asked) else {
                continue;
            };
            let Some(id) = party.service else { continue };
            let by_name = matches!(party.door, Door::Name | Door::Inside);
            let service = self.cluster.services.at(id);
            if service.headless {
                continue;
            }
            let name = called(service);
            let keeps = service.is_met_from_outside() && service.outside.keeps_source;
            let outside = |term: &Term<'_>| matches!(term, Term::Anyone | Term::Outside(_));
            if by_name && !keeps && sources().any(outside) {
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

    /// Who is behind the Service that is named.
    pub(super) fn party_of_service(&self, asked: &Asked) -> Option<Party<'a>> {
        let role = Role::Destination;
        let found = resolve(self.cluster, &asked.reference, self.namespace, role).ok()?;
        found.service.is_some().then_some(found)
    }
}

fn called(service: &Service) -> String {
    format!("{}/{}[Service]", service.namespace, service.name)
}
