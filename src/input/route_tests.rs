//! What classes, Gateways and routes are read as.

use super::tests::clean;
use crate::model::{
    BackendRef, FromNamespaces, InsecurePolicy, Listener, ListenerProtocol, Objects, ParentKind,
    PathMatch, Route, RouteFilter, RouteKind, TargetPort, Termination, TlsMode,
};
use crate::selector::{Labels, Selector};

fn objects(text: &str) -> Objects {
    clean(text).objects
}

#[test]
fn classes_are_read() {
    let read = objects(
        "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx, annotations: \
         {ingressclass.kubernetes.io/is-default-class: 'true'}}\nspec: {controller: k8s.io/ingress-nginx}\n---\n\
         apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: other}\nspec: {controller: example.com/x}\n---\n\
         apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: eg}\n\
         spec: {controllerName: gateway.envoyproxy.io/gatewayclass-controller}\n",
    );
    let classes: Vec<_> = read
        .ingress_classes
        .iter()
        .map(|it| (&*it.name, &*it.controller, it.is_default))
        .collect();
    assert_eq!(
        classes,
        [
            ("nginx", "k8s.io/ingress-nginx", true),
            ("other", "example.com/x", false)
        ]
    );
    let class = &read.gateway_classes[0];
    assert_eq!(
        (&*class.name, &*class.controller),
        ("eg", "gateway.envoyproxy.io/gatewayclass-controller")
    );
}

#[test]
fn a_gateway_is_read() {
    let read = objects(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw, namespace: infra}\n\
         spec:\n  gatewayClassName: eg\n  addresses: [{value: 192.0.2.1}, {type: Hostname, value: gw.example}]\n  \
         infrastructure: {labels: {team: a}}\n  listeners:\n  - {name: http, port: 80, protocol: http}\n  \
         - name: https\n    port: 443\n    protocol: HTTPS\n    hostname: '*.example'\n    tls: {certificateRefs: [{name: s}]}\n    \
         allowedRoutes:\n      namespaces: {from: Selector, selector: {matchLabels: {a: b}}}\n      \
         kinds: [{kind: HTTPRoute}, {group: example.com, kind: HTTPRoute}]\n  \
         - {name: tls, port: 8443, protocol: TLS, tls: {mode: Passthrough}, allowedRoutes: {namespaces: {from: All}}}\n  \
         - {name: own, port: 9, protocol: example.com/own}\n\
         status: {addresses: [{type: IPAddress, value: 192.0.2.2}]}\n",
    );
    let gateway = &read.gateways[0];
    let addresses: Vec<String> = gateway.addresses.iter().map(ToString::to_string).collect();
    assert_eq!(addresses, ["192.0.2.1", "192.0.2.2"]);
    assert_eq!(gateway.hostnames, ["gw.example".into()]);
    assert_eq!(gateway.labels, Labels::from_pairs([("team", "a")]));
    assert!(!gateway.takes_listener_sets && !gateway.is_default);
    let plain = Listener {
        name: "http".into(),
        port: 80,
        protocol: ListenerProtocol::Http,
        hostname: None,
        tls: None,
        namespaces: FromNamespaces::Same,
        kinds: None,
    };
    let https = Listener {
        name: "https".into(),
        port: 443,
        protocol: ListenerProtocol::Https,
        hostname: Some("*.example".into()),
        tls: Some(TlsMode::Terminate),
        namespaces: FromNamespaces::Selector(Selector::labels([("a", "b")])),
        kinds: Some(vec![RouteKind::Http]),
    };
    let [first, second, third, fourth] = gateway.listeners.as_slice() else {
        panic!("{:?}", gateway.listeners)
    };
    assert_eq!((first, second), (&plain, &https));
    assert_eq!(
        (&third.protocol, third.tls),
        (&ListenerProtocol::Tls, Some(TlsMode::Passthrough))
    );
    assert_eq!(third.namespaces, FromNamespaces::All);
    assert_eq!(
        fourth.protocol,
        ListenerProtocol::Other("example.com/own".into())
    );
}

fn route(kind: &str, spec: &str) -> Route {
    let read = objects(&format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: {kind}\n\
         metadata: {{name: r, namespace: shop, creationTimestamp: '2024-01-02T03:04:05Z'}}\nspec: {spec}\n"
    ));
    read.routes.into_iter().next().unwrap()
}

#[test]
fn an_http_route_is_read() {
    let read = route(
        "HTTPRoute",
        "{parentRefs: [{name: gw, namespace: infra, sectionName: https, port: 443}, {group: '', kind: Service, name: s}, \
         {kind: ListenerSet, name: l}], hostnames: [a.example], rules: [{matches: [{path: {type: Exact, value: /a}, method: GET, \
         headers: [{name: h, value: v}], queryParams: [{name: q, value: v}]}, {path: {value: /b}}, \
         {path: {type: RegularExpression, value: '/c.*'}}, {}], filters: [{type: URLRewrite, urlRewrite: {}}, \
         {type: RequestMirror, requestMirror: {backendRef: {name: m, port: 1}}}, {type: ExtensionRef, extensionRef: \
         {group: g, kind: Auth, name: x}}, {type: ExternalAuth, externalAuth: {}}], backendRefs: [{name: web, port: 80}, \
         {name: other, namespace: dev, port: 81, weight: 0, filters: [{type: RequestRedirect, requestRedirect: {}}]}, \
         {group: example.com, kind: Pool, name: p}]}, {}]}",
    );
    assert_eq!(
        (read.kind, read.created.as_deref()),
        (RouteKind::Http, Some("2024-01-02T03:04:05Z"))
    );
    let [gateway, service, other] = read.parents.as_slice() else {
        panic!("{:?}", read.parents)
    };
    assert_eq!(
        (&gateway.kind, &*gateway.namespace),
        (&ParentKind::Gateway, "infra")
    );
    assert_eq!(
        (gateway.section.as_deref(), gateway.port),
        (Some("https"), Some(443))
    );
    assert_eq!(
        (&service.kind, &*service.namespace),
        (&ParentKind::Service, "shop")
    );
    assert_eq!(other.kind, ParentKind::Other("ListenerSet".into()));
    let [rule, empty] = read.rules.as_slice() else {
        panic!("{:?}", read.rules)
    };
    let paths: Vec<_> = rule.matches.iter().map(|it| it.path.clone()).collect();
    assert_eq!(
        paths,
        [
            PathMatch::Exact("/a".into()),
            PathMatch::Prefix("/b".into()),
            PathMatch::Regex("/c.*".into()),
            PathMatch::Prefix("/".into()),
        ]
    );
    let first = &rule.matches[0];
    assert_eq!(
        (first.method.as_deref(), first.headers, first.query_params),
        (Some("GET"), 1, 1)
    );
    let backend = |name: &str, port: u16| BackendRef {
        foreign: None,
        namespace: "shop".into(),
        name: name.into(),
        port: Some(port),
        weight: 1,
        filters: Vec::new(),
    };
    assert_eq!(
        rule.filters,
        [
            RouteFilter::Harmless,
            RouteFilter::Mirror(backend("m", 1)),
            RouteFilter::Extension("Auth x".into()),
            RouteFilter::Other("ExternalAuth".into()),
        ]
    );
    let there = BackendRef {
        namespace: "dev".into(),
        weight: 0,
        filters: vec![RouteFilter::Redirect],
        ..backend("other", 81)
    };
    let foreign = BackendRef {
        foreign: Some("Pool.example.com".into()),
        port: None,
        ..backend("p", 1)
    };
    assert_eq!(rule.backends, [backend("web", 80), there, foreign]);
    assert!(empty.matches.is_empty() && empty.backends.is_empty());
    // What no rules mean differs.
    assert_eq!(
        route("HTTPRoute", "{parentRefs: [{name: gw}]}").rules.len(),
        1
    );
    assert_eq!(
        route("GRPCRoute", "{parentRefs: [{name: gw}]}").rules.len(),
        0
    );
}

#[test]
fn calls_of_grpc_are_paths() {
    let path = |method: &str| {
        let route = route(
            "GRPCRoute",
            &format!("{{rules: [{{matches: [{{{method}}}]}}]}}"),
        );
        route.rules[0].matches[0].path.clone()
    };
    assert_eq!(
        path("method: {service: a.B, method: C}"),
        PathMatch::Exact("/a.B/C".into())
    );
    assert_eq!(
        path("method: {service: a.B}"),
        PathMatch::Prefix("/a.B".into())
    );
    assert_eq!(
        path("method: {method: C}"),
        PathMatch::GrpcMethod("C".into())
    );
    assert_eq!(
        path("headers: [{name: h, value: v}]"),
        PathMatch::Prefix("/".into())
    );
    let regex = path("method: {type: RegularExpression, service: 'a.*', method: C}");
    assert_eq!(regex, PathMatch::Regex("/a.*/C".into()));
}

#[test]
fn other_versions_are_read_and_unknown_ones_told() {
    for (version, kind, read) in [
        ("v1beta1", "HTTPRoute", true),
        ("v1alpha2", "TCPRoute", true),
        ("v1alpha3", "TLSRoute", true),
        ("v1alpha2", "GRPCRoute", true),
        ("v2", "HTTPRoute", false),
    ] {
        let text = format!(
            "apiVersion: gateway.networking.k8s.io/{version}\nkind: {kind}\nmetadata: {{name: r}}\nspec: {{}}\n"
        );
        let loaded = super::read_text("a.yaml", &text, &super::Options::default());
        assert_eq!(
            loaded.objects.routes.len(),
            usize::from(read),
            "{version} {kind}"
        );
        let rules: Vec<_> = loaded.findings.iter().map(|it| it.rule).collect();
        let expected: &[&str] = if read { &[] } else { &["wrong-api-version"] };
        assert_eq!(rules, expected, "{version} {kind}");
        assert_eq!(loaded.objects.left_out.len(), usize::from(!read));
    }
    // Others have kinds of these names.
    for version in ["networking.istio.io/v1", "serving.knative.dev/v1"] {
        for kind in ["Gateway", "Route"] {
            let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: r}}\n");
            assert_eq!(objects(&text).gateways.len(), 0);
        }
    }
}

#[test]
fn a_grant_is_read() {
    let read = objects(
        "apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {name: g, namespace: dev}\n\
         spec: {from: [{group: gateway.networking.k8s.io, kind: HTTPRoute, namespace: shop}], \
         to: [{group: '', kind: Service}, {kind: Service, name: web}]}\n",
    );
    let grant = &read.reference_grants[0];
    assert_eq!(
        (&*grant.from[0].kind, &*grant.from[0].namespace),
        ("HTTPRoute", "shop")
    );
    let to: Vec<_> = grant
        .to
        .iter()
        .map(|it| (&*it.group, &*it.kind, it.name.as_deref()))
        .collect();
    assert_eq!(to, [("", "Service", None), ("", "Service", Some("web"))]);
}

#[test]
fn a_route_of_openshift_is_read() {
    let read = objects(
        "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {name: r, namespace: shop}\n\
         spec: {host: a.example, path: /api, to: {kind: Service, name: web}, \
         alternateBackends: [{kind: Service, name: b, weight: 0}], port: {targetPort: http}, wildcardPolicy: None, \
         tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect}}\n\
         status: {ingress: [{host: a.example, routerName: default, conditions: [{type: Admitted, status: 'False'}]}]}\n---\n\
         apiVersion: v1\nkind: Route\nmetadata: {name: s, namespace: shop}\n\
         spec: {subdomain: x, to: {name: web, weight: 1}, port: {targetPort: '8080'}}\n",
    );
    let [route, plain] = read.openshift_routes.as_slice() else {
        panic!("{:?}", read.openshift_routes)
    };
    assert_eq!(
        (route.host.as_deref(), &*route.path),
        (Some("a.example"), "/api")
    );
    let backends: Vec<_> = route
        .backends
        .iter()
        .map(|it| (&*it.service, it.weight))
        .collect();
    assert_eq!(backends, [("web", 100), ("b", 0)]);
    assert_eq!(route.port, Some(TargetPort::Named("http".into())));
    assert_eq!(
        (route.tls, route.insecure),
        (Some(Termination::Edge), InsecurePolicy::Redirect)
    );
    assert!(!route.is_wildcard);
    assert_eq!(route.ingress[0].admitted, Some(false));
    assert_eq!(route.ingress[0].router.as_deref(), Some("default"));
    assert_eq!(
        (plain.host.as_deref(), plain.subdomain.as_deref()),
        (None, Some("x"))
    );
    assert_eq!(plain.port, Some(TargetPort::Number(8080)));
    assert_eq!((plain.tls, plain.backends[0].weight), (None, 1));
}
