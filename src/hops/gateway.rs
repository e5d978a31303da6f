//! Which Services a URL means through Gateways.
//!
//! Source: the Gateway API (`apis/v1` and its conformance tests). What it leaves to implementations, such
//! as expressions and filters of their own, leaves the answer open.
//!
//! Cost: making the index looks at each route once for each listener of its parents; an answer looks at
//! the routes of the listeners on its port.

mod attach;
mod backends;
mod exposed;
mod host;
mod pick;

use super::request::{Answer, Because, By, Refusal, Request, Scheme, Served};
use crate::model::{Cluster, Gateway, Listener, ListenerProtocol};
use attach::{Attached, attached};
use backends::Grants;
use pick::resolve;

/// All Gateways of a cluster, with the routes of each listener.
pub struct Gateways<'c> {
    cluster: &'c Cluster,
    grants: Grants<'c>,
    /// For each Gateway, for each listener.
    attached: Vec<Vec<Vec<Attached<'c>>>>,
}

impl<'c> Gateways<'c> {
    /// The index of a cluster.
    pub fn new(cluster: &'c Cluster) -> Self {
        Self {
            cluster,
            grants: Grants::new(cluster),
            attached: attached(cluster),
        }
    }

    /// What each Gateway does with a request, of those that have a listener for it.
    pub fn answer(&self, request: &Request) -> Vec<Served> {
        let all = self.cluster.gateways.iter().zip(&self.attached);
        let served = all.filter_map(|(gateway, attached)| self.of(gateway, attached, request));
        served.collect()
    }

    fn of(
        &self,
        gateway: &'c Gateway,
        attached: &[Vec<Attached<'c>>],
        request: &Request,
    ) -> Option<Served> {
        let listeners = gateway.listeners.iter().zip(attached);
        let on_port = listeners.filter(|(listener, _)| listener.port == request.port);
        let serves = |listener: &Listener| {
            let hostname = listener.hostname.as_deref();
            hostname.is_none_or(|pattern| host::matches(pattern, &request.host))
        };
        let mut fitting: Vec<_> = on_port.filter(|(listener, _)| serves(listener)).collect();
        // The host that is said most exactly comes first.
        fitting.sort_by_key(|(listener, _)| {
            std::cmp::Reverse(host::weight(listener.hostname.as_deref()))
        });
        let speaks = |listener: &Listener| speaks(&listener.protocol, request.scheme);
        let able: Vec<_> = fitting
            .iter()
            .filter(|(it, _)| speaks(it) != Some(false))
            .collect();
        let Some((listener, own)) = able.first() else {
            let (listener, _) = fitting.first()?;
            let text = format!(
                "listener `{}` of Gateway {}/{} speaks {} on port {}",
                listener.name, gateway.namespace, gateway.name, listener.protocol, listener.port
            );
            let because = Because::new(text, gateway.origin);
            let answer = Answer::Nothing(Refusal::WrongScheme, because);
            return Some(self.served(gateway, listener, answer));
        };
        let mut answer = self.resolved(own, request);
        // Whether a request that the routes of one listener do not take goes to those of another, only
        // implementations with "listener isolation" settle.
        if able.len() > 1 {
            let all: Vec<Attached<'_>> =
                able.iter().flat_map(|(_, it)| it.iter().cloned()).collect();
            let merged = self.resolved(&all, request);
            answer = isolated(answer, merged, gateway);
        }
        let answer = answer.unwrap_or_else(|| not_found(gateway, listener, request));
        let answer = if speaks(listener).is_some() {
            answer
        } else {
            let text = format!(
                "listener `{}` of Gateway {}/{} speaks `{}`, which is the implementation's own",
                listener.name, gateway.namespace, gateway.name, listener.protocol
            );
            answer.opened(vec![Because::new(text, gateway.origin)], Vec::new())
        };
        Some(self.served(gateway, listener, answer))
    }

    fn resolved(&self, attached: &[Attached<'c>], request: &Request) -> Option<Answer> {
        resolve(attached, request, |route, rule, why| {
            backends::answer(&self.grants, route, rule, why)
        })
    }

    /// Who takes what comes to a listener.
    fn taker(&self, gateway: &Gateway, listener: &Listener) -> By {
        let mut classes = self.cluster.gateway_classes.iter();
        let class = classes.find(|class| class.name == gateway.class);
        By::Gateway {
            namespace: gateway.namespace.clone(),
            name: gateway.name.clone(),
            class: gateway.class.clone(),
            controller: class.map(|class| class.controller.clone()),
            listener: listener.name.clone(),
        }
    }

    fn served(&self, gateway: &Gateway, listener: &Listener, answer: Answer) -> Served {
        let mut doubts = Vec::new();
        if gateway.takes_listener_sets {
            let text = format!(
                "Gateway {}/{} takes ListenerSets, which are not read",
                gateway.namespace, gateway.name
            );
            doubts.push(Because::new(text, gateway.origin));
        }
        Served {
            by: self.taker(gateway, listener),
            doubts,
            answer,
        }
    }
}

/// Whether a listener takes requests with a scheme; none where that is not known.
fn speaks(protocol: &ListenerProtocol, scheme: Scheme) -> Option<bool> {
    match (protocol, scheme) {
        (ListenerProtocol::Other(_), _) => None,
        (ListenerProtocol::Tcp, _)
        | (ListenerProtocol::Http, Scheme::Http)
        | (ListenerProtocol::Https | ListenerProtocol::Tls, Scheme::Https) => Some(true),
        (ListenerProtocol::Udp, _)
        | (ListenerProtocol::Http, Scheme::Https)
        | (ListenerProtocol::Https | ListenerProtocol::Tls, Scheme::Http) => Some(false),
    }
}

/// What the routes of the listener say alone, held against what all on the port say.
fn isolated(own: Option<Answer>, merged: Option<Answer>, gateway: &Gateway) -> Option<Answer> {
    let Some(merged) = merged else { return own };
    if own
        .as_ref()
        .is_some_and(|own| own.is_same(&merged) || *own == merged)
    {
        return own;
    }
    let text = format!(
        "several listeners of Gateway {}/{} serve this host on this port, and whether their routes are kept apart is up to the implementation",
        gateway.namespace, gateway.name
    );
    let because = vec![Because::new(text, gateway.origin)];
    let own = own.unwrap_or(Answer::Open {
        because: Vec::new(),
        perhaps: Vec::new(),
    });
    Some(own.opened(because, merged.destinations().to_vec()))
}

fn not_found(gateway: &Gateway, listener: &Listener, request: &Request) -> Answer {
    let text = format!(
        "no route of listener `{}` of Gateway {}/{} takes `{}{}`: 404",
        listener.name, gateway.namespace, gateway.name, request.host, request.path
    );
    Answer::Nothing(Refusal::NotFound, Because::new(text, gateway.origin))
}
