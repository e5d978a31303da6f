//! Clusters for tests, and what is asked of them.

use netpolc::hops::gateway::Gateways;
use netpolc::hops::request::{Answer, Refusal, Request, Scheme};
use netpolc::input::{Options, read_text};
use netpolc::model::Cluster;

pub(crate) fn cluster(text: &str) -> Cluster {
    let loaded = read_text("a.yaml", text, &Options::default());
    assert_eq!(loaded.findings, [], "{text}");
    Cluster::new(loaded.objects)
}

/// A Gateway `gw` of a namespace with these listeners.
pub(crate) fn gateway(namespace: &str, listeners: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gw, namespace: {namespace}}}\n\
         spec: {{gatewayClassName: eg, listeners: [{listeners}]}}\n---\n"
    )
}

/// A listener for HTTP with a host, if there is one.
pub(crate) fn listener(name: &str, host: &str) -> String {
    let host = match host {
        "" => String::new(),
        host => format!(", hostname: '{host}'"),
    };
    format!(
        "{{name: {name}, port: 80, protocol: HTTP{host}, allowedRoutes: {{namespaces: {{from: All}}}}}}"
    )
}

pub(crate) fn route_at(name: &str, meta: &str, parent: &str, spec: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}, namespace: shop{meta}}}\n\
         spec: {{parentRefs: [{{name: gw{parent}}}], {spec}}}\n---\n"
    )
}

pub(crate) fn route(name: &str, spec: &str) -> String {
    route_at(name, "", "", spec)
}

/// A rule that leads to a Service.
pub(crate) fn rule(matches: &str, service: &str) -> String {
    let matches = match matches {
        "" => String::new(),
        matches => format!("matches: [{matches}], "),
    };
    format!("{{{matches}backendRefs: [{{name: {service}, port: 80}}]}}")
}

pub(crate) fn word(answer: &Answer) -> String {
    let names = answer.destinations().iter().map(|it| {
        let mark = if it.is_mirror { "+" } else { "" };
        format!("{mark}{}", it.service)
    });
    let names: Vec<String> = names.collect();
    match answer {
        Answer::To { refused, .. } if !refused.is_empty() => format!("{} 500", names.join(" ")),
        Answer::To { .. } => names.join(" "),
        Answer::Open { .. } => format!("? {}", names.join(" ")).trim_end().to_owned(),
        Answer::Nothing(Refusal::NotFound, _) => "404".to_owned(),
        Answer::Nothing(Refusal::NoBackend, _) => "500".to_owned(),
        Answer::Nothing(refusal, _) => format!("{refusal:?}"),
    }
}

pub(crate) fn get(cluster: &Cluster, url: &str) -> String {
    let (scheme, port, rest) = match url.strip_prefix("https://") {
        Some(rest) => (Scheme::Https, 443, rest),
        None => (Scheme::Http, 80, url),
    };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let served = Gateways::new(cluster).answer(&Request::new(scheme, host, port, path));
    match served.as_slice() {
        [] => "nobody".to_owned(),
        [one] => word(&one.answer),
        several => panic!("{several:?}"),
    }
}

/// A Gateway that takes everything, and one route with these rules.
pub(crate) fn with_rules(rules: &[String]) -> Cluster {
    let route = route("r", &format!("rules: [{}]", rules.join(", ")));
    cluster(&format!(
        "{}{route}",
        gateway("shop", &listener("http", ""))
    ))
}
