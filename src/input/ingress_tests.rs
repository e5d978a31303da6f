//! What Ingresses are read as, and what of them, of Gateways and of routes is refused.

use super::tests::{clean, read};
use crate::model::{Objects, PathType, TargetPort};

fn objects(text: &str) -> Objects {
    clean(text).objects
}

/// The messages of the findings about one object, written in one line of YAML.
fn told(head: &str, body: &str) -> Vec<String> {
    let loaded = read(&format!("{{{head}, metadata: {{name: a}}, {body}}}\n"));
    loaded
        .findings
        .iter()
        .map(|it| it.message.clone())
        .collect()
}

const INGRESS: &str = "apiVersion: networking.k8s.io/v1, kind: Ingress";

#[test]
fn everything_of_an_ingress_is_read() {
    let text = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata:\n  name: i\n  namespace: shop\n  \
         annotations:\n    nginx.ingress.kubernetes.io/use-regex: 'true'\n    a: b\n    \
         kubectl.kubernetes.io/last-applied-configuration: '{}'\nspec:\n  ingressClassName: nginx\n  \
         defaultBackend: {service: {name: all, port: {name: http}}}\n  tls: [{hosts: [a.example], secretName: s}, {}]\n  \
         rules:\n  - host: '*.example'\n    http:\n      paths:\n      \
         - {path: /a, pathType: Exact, backend: {service: {name: a, port: {number: 80}}}}\n      \
         - {pathType: ImplementationSpecific, backend: {resource: {kind: Bucket, name: b}}}\n  - host: b.example\n  \
         - http: {paths: [{path: /c, pathType: Prefix, backend: {service: {name: c, port: {number: 81}}}}]}\n\
         status: {loadBalancer: {ingress: [{ip: 192.0.2.1}, {hostname: lb.example}]}}\n";
    let ingress = &objects(text).ingresses[0];
    assert_eq!(ingress.class.as_deref(), Some("nginx"));
    assert_eq!(ingress.annotated_class, None);
    let annotations: Vec<_> = ingress.annotations.iter().map(|(key, _)| &**key).collect();
    assert_eq!(annotations, ["a", "nginx.ingress.kubernetes.io/use-regex"]);
    assert_eq!(ingress.annotation("a"), Some("b"));
    let default = ingress.default_backend.as_ref().unwrap();
    assert_eq!(
        (&*default.service, &default.port),
        ("all", &Some(TargetPort::Named("http".into())))
    );
    assert!(!ingress.default_is_foreign);
    assert_eq!(ingress.tls, [vec!["a.example".into()], vec![]]);
    assert_eq!(
        ingress.hosts,
        [Some("*.example".into()), Some("b.example".into()), None]
    );
    let paths: Vec<_> = ingress
        .paths
        .iter()
        .map(|path| {
            (
                path.field(),
                path.host.as_deref(),
                &*path.path,
                path.path_type,
                path.backend.is_some(),
            )
        })
        .collect();
    let at = |text: &str| text.to_owned();
    assert_eq!(
        paths,
        [
            (
                at("spec.rules[0].http.paths[0]"),
                Some("*.example"),
                "/a",
                PathType::Exact,
                true
            ),
            (
                at("spec.rules[0].http.paths[1]"),
                Some("*.example"),
                "/",
                PathType::ImplementationSpecific,
                false
            ),
            (
                at("spec.rules[2].http.paths[0]"),
                None,
                "/c",
                PathType::Prefix,
                true
            ),
        ]
    );
    assert_eq!(
        ingress.addresses,
        ["192.0.2.1".parse::<std::net::IpAddr>().unwrap()]
    );
    assert_eq!(ingress.hostnames, ["lb.example".into()]);
    let old = "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i, annotations: {kubernetes.io/ingress.class: gce}}\n\
         spec: {defaultBackend: {resource: {kind: Bucket, name: b}}}\n";
    let old = &objects(old).ingresses[0];
    assert_eq!(
        (old.class.as_deref(), old.annotated_class.as_deref()),
        (None, Some("gce"))
    );
    assert!(old.default_is_foreign && old.default_backend.is_none());
}

#[test]
fn ingresses_that_the_api_refuses_are_told() {
    let path = |path: &str| format!("spec: {{rules: [{{http: {{paths: [{{{path}}}]}}}}]}}");
    let backend = "backend: {service: {name: web, port: {number: 80}}}";
    for (body, field) in [
        ("spec: {}".to_owned(), "`spec`"),
        (
            "spec: {rules: [{host: 10.0.0.1}]}".to_owned(),
            "spec.rules[0].host",
        ),
        (
            "spec: {rules: [{host: 'a.*.b'}]}".to_owned(),
            "spec.rules[0].host",
        ),
        (
            "spec: {rules: [{host: 'A.b'}]}".to_owned(),
            "spec.rules[0].host",
        ),
        (
            "spec: {rules: [{http: {paths: []}}]}".to_owned(),
            "spec.rules[0].http.paths",
        ),
        (
            "spec: {rules: [{host: a.b}], tls: [{hosts: [1.2.3.4]}]}".to_owned(),
            "spec.tls[0].hosts[0]",
        ),
        (path(&format!("path: /, {backend}")), "paths[0].pathType"),
        (
            path(&format!("path: /, pathType: prefix, {backend}")),
            "paths[0].pathType",
        ),
        (
            path(&format!("path: a, pathType: Exact, {backend}")),
            "paths[0].path",
        ),
        (
            path(&format!("pathType: Prefix, {backend}")),
            "paths[0].path",
        ),
        (
            path(&format!(
                "path: a, pathType: ImplementationSpecific, {backend}"
            )),
            "paths[0].path",
        ),
        (
            path(&format!("path: /a//b, pathType: Prefix, {backend}")),
            "paths[0].path",
        ),
        (
            path(&format!("path: /a/.., pathType: Prefix, {backend}")),
            "paths[0].path",
        ),
        (
            path("path: /, pathType: Prefix, backend: {service: {name: web}}"),
            "paths[0].backend.service.port",
        ),
        (
            path("path: /, pathType: Prefix, backend: {serviceName: web, servicePort: 80}"),
            "paths[0].backend",
        ),
    ] {
        let told = told(INGRESS, &body);
        assert!(told.iter().any(|it| it.contains(field)), "{body}: {told:?}");
    }
    let twice = "metadata: {name: a, annotations: {kubernetes.io/ingress.class: a}}, spec: {ingressClassName: a, rules: [{host: a.b}]}";
    let loaded = read(&format!("{{{INGRESS}, {twice}}}\n"));
    assert!(loaded.findings[0].message.contains("metadata.annotations"));
    // `*.com` and a path of the controller's own are fine, and a server has judged already.
    for body in [
        "spec: {rules: [{host: '*.com'}]}".to_owned(),
        path(&format!("pathType: ImplementationSpecific, {backend}")),
    ] {
        assert_eq!(told(INGRESS, &body), [""; 0], "{body}");
    }
    let read_back = read(&format!(
        "{{{INGRESS}, metadata: {{name: a, uid: u}}, spec: {{}}}}\n"
    ));
    assert_eq!(read_back.findings, []);
}

#[test]
fn what_gateways_and_routes_cannot_say_is_told() {
    let gateway = "apiVersion: gateway.networking.k8s.io/v1, kind: Gateway";
    let http = "apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute";
    let listener =
        |it: &str| format!("spec: {{gatewayClassName: c, listeners: [{{name: l, {it}}}]}}");
    let rule = |it: &str| format!("spec: {{rules: [{{{it}}}]}}");
    for (head, body, field) in [
        (
            gateway,
            "spec: {listeners: []}".to_owned(),
            "spec.gatewayClassName",
        ),
        (
            gateway,
            listener("protocol: HTTP"),
            "spec.listeners[0].port",
        ),
        (gateway, listener("port: 80"), "spec.listeners[0].protocol"),
        (
            gateway,
            listener("port: 0, protocol: HTTP"),
            "spec.listeners[0].port",
        ),
        (
            gateway,
            listener("port: 80, protocol: HTTP, hostname: 1.2.3.4"),
            "spec.listeners[0].hostname",
        ),
        (
            gateway,
            listener("port: 80, protocol: TLS, tls: {mode: terminate}"),
            "spec.listeners[0].tls.mode",
        ),
        (
            gateway,
            listener("port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Any}}"),
            "namespaces.from",
        ),
        (
            gateway,
            listener("port: 80, protocol: HTTP, allowedRoutes: {namespaces: {from: Selector}}"),
            "namespaces.selector",
        ),
        (
            gateway,
            listener("port: 80, protocol: HTTP, allowedRoute: {}"),
            "unknown field",
        ),
        (
            http,
            rule("backendRefs: [{name: a}]"),
            "backendRefs[0].port",
        ),
        (
            http,
            rule("backendRefs: [{name: a, port: 1, weight: -1}]"),
            "backendRefs[0].weight",
        ),
        (
            http,
            rule("matches: [{path: {value: a}}]"),
            "matches[0].path.value",
        ),
        (
            http,
            rule("matches: [{path: {type: Prefix, value: /a}}]"),
            "matches[0].path.type",
        ),
        (http, rule("backendRef: []"), "unknown field"),
        (
            http,
            "spec: {hostnames: [a_b]}".to_owned(),
            "spec.hostnames[0]",
        ),
    ] {
        let told = told(head, &body);
        assert!(told.iter().any(|it| it.contains(field)), "{body}: {told:?}");
    }
}

#[test]
fn what_a_route_of_openshift_cannot_say_is_told() {
    let openshift = "apiVersion: route.openshift.io/v1, kind: Route";
    for (head, body, field) in [
        (
            openshift,
            "spec: {to: {kind: Service}}".to_owned(),
            "spec.to.name",
        ),
        (
            openshift,
            "spec: {to: {kind: Pod, name: a}}".to_owned(),
            "spec.to.kind",
        ),
        (
            openshift,
            "spec: {to: {name: a}, tls: {termination: Edge}}".to_owned(),
            "spec.tls.termination",
        ),
        (
            openshift,
            "spec: {to: {name: a}, tls: {termination: passthrough}, path: /a}".to_owned(),
            "spec.path",
        ),
        (
            openshift,
            "spec: {to: {name: a}, wildcardPolicy: Subdomain}".to_owned(),
            "spec.host",
        ),
    ] {
        let told = told(head, &body);
        assert!(told.iter().any(|it| it.contains(field)), "{body}: {told:?}");
    }
}
