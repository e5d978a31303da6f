//! Clients of a Service by what its way hangs on: on which node they are, or that they are outside.

use super::Resolver;
use crate::hops::Client;
use crate::model::Pod;
use crate::net::AddressSet;
use crate::prove::cases::contains;
use crate::prove::claim::{Flows, PodSet, Scope, Term, These};
use std::borrow::Cow;

/// Clients that are led alike.
pub(super) struct Clients<'a> {
    pub(super) client: Client<'a>,
    pub(super) from: Vec<Term<'a>>,
    pub(super) not_from: Vec<Term<'a>>,
    /// Their addresses, where they are outside.
    pub(super) outside: Option<AddressSet>,
}

impl<'a> Resolver<'a> {
    /// The sources of flows by how they are led.
    pub(super) fn clients(&self, flows: &Flows<'a>, scope: Scope) -> Vec<Clients<'a>> {
        let mut all: Vec<Clients<'a>> = Vec::new();
        for term in &flows.from {
            match term {
                Term::Anyone => {
                    self.pods_of(&PodSet::default(), scope, &mut all);
                    add_outside(&AddressSet::all(), &mut all);
                }
                Term::Pods(set) => self.pods_of(set, scope, &mut all),
                Term::These(list) => {
                    for these in list {
                        let client = self.client(these);
                        add(client, Term::These(vec![these.clone()]), &mut all);
                    }
                }
                Term::Outside(set) => add_outside(set, &mut all),
            }
        }
        for clients in &mut all {
            clients.not_from.extend(flows.not_from.iter().cloned());
        }
        all
    }

    fn client(&self, these: &These<'a>) -> Client<'a> {
        match these {
            These::Node(id) => Client::Node(&self.cluster.nodes.at(id.node).name),
            These::Pod(Cow::Borrowed(pod)) => match (&pod.node, pod.host_network) {
                (Some(node), true) => Client::Node(node),
                (node, _) => Client::Pod(node.as_deref()),
            },
            // One that is imagined is on whichever node.
            These::Pod(Cow::Owned(_)) => Client::Pod(None),
        }
    }

    fn pods_of(&self, set: &PodSet, scope: Scope, all: &mut Vec<Clients<'a>>) {
        let mut own = Vec::new();
        let pods = self.cluster.pods.rows().iter();
        let pods = pods.filter(|pod| contains(self.cluster, set, pod).1);
        let counts = |pod: &&Pod| scope == Scope::Existing || pod.host_network;
        for pod in pods.filter(counts) {
            let these = These::Pod(Cow::Borrowed(pod));
            let term = Term::These(vec![these.clone()]);
            own.push(term.clone());
            add(self.client(&these), term, all);
        }
        if scope == Scope::Any {
            let place = add(Client::Pod(None), Term::Pods(set.clone()), all);
            if let Some(clients) = all.get_mut(place) {
                clients.not_from.extend(own);
            }
        }
    }
}

/// Adds a term to the clients that are led alike, and says which these are.
fn add<'a>(client: Client<'a>, term: Term<'a>, all: &mut Vec<Clients<'a>>) -> usize {
    let known = all
        .iter()
        .position(|it| it.client == client && it.outside.is_none());
    let place = known.unwrap_or_else(|| {
        all.push(Clients {
            client,
            from: Vec::new(),
            not_from: Vec::new(),
            outside: None,
        });
        all.len() - 1
    });
    if let Some(clients) = all.get_mut(place) {
        clients.from.push(term);
    }
    place
}

fn add_outside(set: &AddressSet, all: &mut Vec<Clients<'_>>) {
    all.push(Clients {
        client: Client::Outside,
        from: vec![Term::Outside(set.clone())],
        not_from: Vec::new(),
        outside: Some(set.clone()),
    });
}
