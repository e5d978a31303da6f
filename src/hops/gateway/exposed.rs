//! All backends of routes.

use super::super::exposed::Exposed;
use super::super::request::Destination;
use super::{Gateways, backends};
use crate::model::{Gateway, Listener, Route, RouteFilter, RouteRule};
use std::sync::Arc;

impl Gateways<'_> {
    /// The backends of every route that is attached, by each listener.
    pub fn backends(&self) -> Vec<Exposed> {
        let mut all = Vec::new();
        for (gateway, lists) in self.cluster.gateways.iter().zip(&self.attached) {
            for (listener, attached) in gateway.listeners.iter().zip(lists) {
                for one in attached {
                    let is_sure = one.doubt.is_none();
                    self.of_route((gateway, listener), one.route, is_sure, &mut all);
                }
            }
        }
        all
    }

    fn of_route(
        &self,
        (gateway, listener): (&Gateway, &Listener),
        route: &Route,
        is_sure: bool,
        all: &mut Vec<Exposed>,
    ) {
        let by = self.taker(gateway, listener);
        for (index, rule) in route.rules.iter().enumerate() {
            if rule.filters.contains(&RouteFilter::Redirect) {
                continue;
            }
            for (place, to) in self.destinations(route, rule) {
                all.push(Exposed {
                    kind: route.kind.name(),
                    namespace: Arc::clone(&route.namespace),
                    name: Arc::clone(&route.name),
                    field: format!("spec.rules[{index}].backendRefs[{place}]"),
                    to,
                    by: by.clone(),
                    is_sure,
                });
            }
        }
    }

    /// The Services that a rule leads to, by their place in the list.
    fn destinations(&self, route: &Route, rule: &RouteRule) -> Vec<(usize, Destination)> {
        let why = format!("{} {}/{}", route.kind, route.namespace, route.name);
        let each = rule.backends.iter().enumerate();
        let led = each.filter_map(|(place, backend)| {
            let alone = RouteRule {
                backends: vec![backend.clone()],
                ..RouteRule::default()
            };
            let answer = backends::answer(&self.grants, route, &alone, &why);
            Some((place, answer.destinations().first()?.clone()))
        });
        led.collect()
    }
}
