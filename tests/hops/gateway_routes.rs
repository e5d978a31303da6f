//! Tests: attachment, backends and filters.

use super::gateway_world::{cluster, gateway, get, listener, route, route_at, rule};
use netpolc::hops::gateway::Gateways;
use netpolc::hops::request::{By, Request, Scheme};

#[test]
fn listeners_choose_their_routes() {
    let with = |listener: &str, parent: &str, labels: &str| {
        let gateway = gateway("infra", listener);
        let parent = format!(", namespace: infra{parent}");
        let route = route_at("r", "", &parent, &format!("rules: [{}]", rule("", "web")));
        let namespace = match labels {
            "" => String::new(),
            labels => format!(
                "apiVersion: v1\nkind: Namespace\nmetadata: {{name: shop, labels: {{{labels}}}}}\n---\n"
            ),
        };
        get(&cluster(&format!("{namespace}{gateway}{route}")), "a.b/")
    };
    let of = |allowed: &str| format!("{{name: http, port: 80, protocol: HTTP{allowed}}}");
    let from = |from: &str| {
        of(&format!(
            ", allowedRoutes: {{namespaces: {{from: {from}}}}}"
        ))
    };
    assert_eq!(with(&of(""), "", ""), "404");
    assert_eq!(with(&from("Same"), "", ""), "404");
    assert_eq!(with(&from("None"), "", ""), "404");
    assert_eq!(with(&from("All"), "", ""), "web");
    assert_eq!(with(&from("All"), ", sectionName: http", ""), "web");
    assert_eq!(with(&from("All"), ", sectionName: other", ""), "404");
    assert_eq!(with(&from("All"), ", port: 80", ""), "web");
    assert_eq!(with(&from("All"), ", port: 81", ""), "404");
    let chosen = from("Selector, selector: {matchLabels: {team: a}}");
    assert_eq!(with(&chosen, "", "team: a"), "web");
    assert_eq!(with(&chosen, "", "team: b"), "404");
    assert_eq!(with(&chosen, "", ""), "? web");
    let named = from("Selector, selector: {matchLabels: {kubernetes.io/metadata.name: shop}}");
    assert_eq!(with(&named, "", ""), "web");
    let kinds = of(", allowedRoutes: {namespaces: {from: All}, kinds: [{kind: GRPCRoute}]}");
    assert_eq!(with(&kinds, "", ""), "404");
}

#[test]
fn a_listener_speaks_one_protocol() {
    let of = |listener: &str, kind: &str, spec: &str| {
        let route = route("r", spec).replace("kind: HTTPRoute", &format!("kind: {kind}"));
        cluster(&format!("{}{route}", gateway("shop", listener)))
    };
    let web = format!("rules: [{}]", rule("", "web"));
    let https = of(
        "{name: l, port: 443, protocol: HTTPS, tls: {certificateRefs: [{name: s}]}}",
        "HTTPRoute",
        &web,
    );
    assert_eq!(get(&https, "https://a.b/"), "web");
    assert_eq!(get(&https, "a.b/"), "nobody");
    let plain = of("{name: l, port: 443, protocol: HTTP}", "HTTPRoute", &web);
    assert_eq!(get(&plain, "https://a.b/"), "WrongScheme");
    let tls = of(
        "{name: l, port: 443, protocol: TLS, hostname: '*.b', tls: {mode: Passthrough}}",
        "TLSRoute",
        &format!("hostnames: [a.b], {web}"),
    );
    assert_eq!(get(&tls, "https://a.b/any"), "web");
    assert_eq!(get(&tls, "https://c.b/any"), "404");
    assert_eq!(get(&tls, "https://a.c/any"), "nobody");
    let tcp = of("{name: l, port: 443, protocol: TCP}", "TCPRoute", &web);
    assert_eq!(get(&tcp, "https://any.host/any"), "web");
    let own = of(
        "{name: l, port: 80, protocol: example.com/own}",
        "HTTPRoute",
        &web,
    );
    assert_eq!(get(&own, "a.b/"), "? web");
}

#[test]
fn the_oldest_of_equal_routes_wins() {
    let of = |name: &str, created: &str| {
        let meta = format!(", uid: u, creationTimestamp: {created}");
        route_at(name, &meta, "", &format!("rules: [{}]", rule("", name)))
    };
    let two = |first: &str, second: &str| {
        let listener = listener("http", "");
        let cluster = cluster(&format!(
            "{}{}{}",
            gateway("shop", &listener),
            of("a", first),
            of("b", second)
        ));
        get(&cluster, "x.y/")
    };
    let (old, new) = ("'2024-01-01T00:00:00Z'", "'2024-01-02T00:00:00Z'");
    assert_eq!(two(old, new), "a");
    assert_eq!(two(new, old), "b");
    assert_eq!(two(old, old), "a");
    assert_eq!(two("null", old), "? a b");
}

#[test]
fn backends_have_weights_and_grants() {
    let of = |backends: &str, more: &str| {
        let route = route("r", &format!("rules: [{{backendRefs: [{backends}]}}]"));
        let cluster = cluster(&format!(
            "{}{route}{more}",
            gateway("shop", &listener("http", ""))
        ));
        get(&cluster, "a.b/")
    };
    assert_eq!(of("", ""), "500");
    assert_eq!(of("{name: a, port: 80, weight: 0}", ""), "500");
    assert_eq!(
        of(
            "{name: a, port: 80, weight: 9}, {name: b, port: 80}, {name: c, port: 80, weight: 0}",
            ""
        ),
        "a b"
    );
    assert_eq!(of("{group: example.com, kind: Pool, name: p}", ""), "?");
    let away = "{name: a, namespace: dev, port: 80}";
    let grant = |from: &str, namespace: &str, to: &str| {
        format!(
            "apiVersion: gateway.networking.k8s.io/v1beta1\nkind: ReferenceGrant\nmetadata: {{name: g, namespace: dev}}\n\
             spec: {{from: [{{group: gateway.networking.k8s.io, kind: {from}, namespace: {namespace}}}], to: [{{group: '', kind: {to}}}]}}\n---\n"
        )
    };
    assert_eq!(of(away, ""), "500");
    assert_eq!(of(&format!("{away}, {{name: b, port: 80}}"), ""), "b 500");
    assert_eq!(of(away, &grant("HTTPRoute", "shop", "Service")), "a");
    assert_eq!(
        of(away, &grant("HTTPRoute", "shop", "Service, name: a")),
        "a"
    );
    assert_eq!(
        of(away, &grant("HTTPRoute", "shop", "Service, name: b")),
        "500"
    );
    assert_eq!(of(away, &grant("HTTPRoute", "other", "Service")), "500");
    assert_eq!(of(away, &grant("GRPCRoute", "shop", "Service")), "500");
    assert_eq!(of(away, &grant("HTTPRoute", "shop", "Secret")), "500");
    let other = grant("HTTPRoute", "shop", "Service").replace("namespace: dev", "namespace: shop");
    assert_eq!(of(away, &other), "500");
}

#[test]
fn filters_change_where_it_goes() {
    let of = |filter: &str| {
        let rules =
            format!("rules: [{{filters: [{filter}], backendRefs: [{{name: web, port: 80}}]}}]");
        get(
            &cluster(&format!(
                "{}{}",
                gateway("shop", &listener("http", "")),
                route("r", &rules)
            )),
            "a.b/",
        )
    };
    assert_eq!(
        of("{type: RequestHeaderModifier, requestHeaderModifier: {remove: [x]}}"),
        "web"
    );
    assert_eq!(of("{type: URLRewrite, urlRewrite: {hostname: x.y}}"), "web");
    assert_eq!(
        of("{type: RequestMirror, requestMirror: {backendRef: {name: copy, port: 80}}}"),
        "web +copy"
    );
    assert_eq!(
        of("{type: ExtensionRef, extensionRef: {group: x.y, kind: Auth, name: a}}"),
        "? web"
    );
    let redirect = "filters: [{type: RequestRedirect, requestRedirect: {scheme: https}}]";
    let redirect = route("r", &format!("rules: [{{{redirect}}}]"));
    let redirect = cluster(&format!(
        "{}{redirect}",
        gateway("shop", &listener("http", ""))
    ));
    assert_eq!(get(&redirect, "a.b/"), "Redirect");
}

#[test]
fn who_serves_a_gateway_is_told() {
    let class = "apiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {name: eg}\nspec: {controllerName: example.com/eg}\n---\n";
    let web = route("r", &format!("rules: [{}]", rule("", "web")));
    let cluster = cluster(&format!(
        "{class}{}{web}",
        gateway("shop", &listener("http", ""))
    ));
    let served = Gateways::new(&cluster).answer(&Request::new(Scheme::Http, "a.b", 80, "/"));
    let expected = By::Gateway {
        namespace: "shop".into(),
        name: "gw".into(),
        class: "eg".into(),
        controller: Some("example.com/eg".into()),
        listener: "http".into(),
    };
    assert_eq!(served[0].by, expected);
    assert_eq!(served[0].doubts, []);
    let other_port = Gateways::new(&cluster).answer(&Request::new(Scheme::Http, "a.b", 8080, "/"));
    assert_eq!(other_port, []);
}
