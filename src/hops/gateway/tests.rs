//! The precedence and the examples of the Gateway API, and what is left open.

use super::Gateways;
use crate::hops::request::{Answer, By, Refusal, Request, Scheme};
use crate::input::{Options, read_text};
use crate::model::Cluster;

fn cluster(text: &str) -> Cluster {
    let loaded = read_text("a.yaml", text, &Options::default());
    assert_eq!(loaded.findings, [], "{text}");
    Cluster::new(loaded.objects)
}

/// A Gateway `gw` of a namespace with these listeners.
fn gateway(namespace: &str, listeners: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{name: gw, namespace: {namespace}}}\n\
         spec: {{gatewayClassName: eg, listeners: [{listeners}]}}\n---\n"
    )
}

/// A listener for HTTP with a host, if there is one.
fn listener(name: &str, host: &str) -> String {
    let host = match host {
        "" => String::new(),
        host => format!(", hostname: '{host}'"),
    };
    format!(
        "{{name: {name}, port: 80, protocol: HTTP{host}, allowedRoutes: {{namespaces: {{from: All}}}}}}"
    )
}

fn route_at(name: &str, meta: &str, parent: &str, spec: &str) -> String {
    format!(
        "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\nmetadata: {{name: {name}, namespace: shop{meta}}}\n\
         spec: {{parentRefs: [{{name: gw{parent}}}], {spec}}}\n---\n"
    )
}

fn route(name: &str, spec: &str) -> String {
    route_at(name, "", "", spec)
}

/// A rule that leads to a Service.
fn rule(matches: &str, service: &str) -> String {
    let matches = match matches {
        "" => String::new(),
        matches => format!("matches: [{matches}], "),
    };
    format!("{{{matches}backendRefs: [{{name: {service}, port: 80}}]}}")
}

fn word(answer: &Answer) -> String {
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

fn get(cluster: &Cluster, url: &str) -> String {
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
fn with_rules(rules: &[String]) -> Cluster {
    let route = route("r", &format!("rules: [{}]", rules.join(", ")));
    cluster(&format!(
        "{}{route}",
        gateway("shop", &listener("http", ""))
    ))
}

#[test]
fn paths_are_those_of_the_conformance_tests() {
    let path = |kind: &str, value: &str| format!("{{path: {{type: {kind}, value: {value}}}}}");
    // httproute-matching and httproute-exact-path-matching.
    let prefix = with_rules(&[
        rule(&path("PathPrefix", "/"), "v1"),
        rule(&path("PathPrefix", "/v2"), "v2"),
    ]);
    for (request, service) in [
        ("/", "v1"),
        ("/example", "v1"),
        ("/v2", "v2"),
        ("/v2/", "v2"),
        ("/v2/example", "v2"),
        ("/v2example", "v1"),
    ] {
        assert_eq!(get(&prefix, &format!("a.b{request}")), service, "{request}");
    }
    let exact = with_rules(&[
        rule(&path("Exact", "/one"), "one"),
        rule(&path("Exact", "/two"), "two"),
    ]);
    for (request, service) in [
        ("/one", "one"),
        ("/two", "two"),
        ("/", "404"),
        ("/one/example", "404"),
        ("/two/", "404"),
        ("/Two", "404"),
    ] {
        assert_eq!(get(&exact, &format!("a.b{request}")), service, "{request}");
    }
    // httproute-path-match-order.
    let order = with_rules(&[
        rule(&path("Exact", "/match/exact/one"), "exact1"),
        rule(&path("Exact", "/match/exact"), "exact"),
        rule(&path("PathPrefix", "/match"), "match"),
        rule(&path("PathPrefix", "/match/prefix"), "prefix"),
        rule(&path("PathPrefix", "/match/prefix/one"), "prefix1"),
    ]);
    for (request, service) in [
        ("/match/exact/one", "exact1"),
        ("/match/exact", "exact"),
        ("/match", "match"),
        ("/match/exact/two", "match"),
        ("/match/prefix/one/any", "prefix1"),
        ("/match/prefix/any", "prefix"),
    ] {
        assert_eq!(get(&order, &format!("a.b{request}")), service, "{request}");
    }
    // Exact comes before any prefix, and equal rules in their order.
    let mixed = with_rules(&[
        rule(&path("PathPrefix", "/foo/"), "prefix"),
        rule(&path("Exact", "/foo"), "exact"),
    ]);
    assert_eq!(get(&mixed, "a.b/foo"), "exact");
    assert_eq!(
        get(&with_rules(&[rule("", "one"), rule("", "two")]), "a.b/x"),
        "one"
    );
}

#[test]
fn what_a_url_does_not_say_leaves_it_open() {
    let method = with_rules(&[rule("", "all"), rule("{method: GET}", "get")]);
    assert_eq!(get(&method, "a.b/"), "? all get");
    let header = with_rules(&[
        rule("", "all"),
        rule("{headers: [{name: h, value: v}]}", "own"),
    ]);
    assert_eq!(get(&header, "a.b/"), "? all own");
    let query = with_rules(&[rule("{queryParams: [{name: q, value: v}]}", "own")]);
    assert_eq!(get(&query, "a.b/"), "? own");
    // A longer path wins over headers and methods.
    let longer = with_rules(&[
        rule("{method: GET}", "get"),
        rule("{path: {value: /api}}", "api"),
    ]);
    assert_eq!(get(&longer, "a.b/api"), "api");
    let regex = with_rules(&[
        rule("{path: {type: Exact, value: /x}}", "x"),
        rule("{path: {type: RegularExpression, value: '/.*'}}", "regex"),
    ]);
    assert_eq!(get(&regex, "a.b/x"), "? x regex");
    let same = with_rules(&[rule("{method: GET}", "all"), rule("", "all")]);
    assert_eq!(get(&same, "a.b/"), "all");
}

#[test]
fn hosts_meet_as_in_the_conformance_tests() {
    // httproute-hostname-intersection.
    let all = |host: &str, hosts: &str| {
        let listener = listener("http", host);
        let route = route(
            "r",
            &format!("hostnames: [{hosts}], rules: [{}]", rule("", "web")),
        );
        cluster(&format!("{}{route}", gateway("shop", &listener)))
    };
    let exact = all(
        "very.specific.com",
        "non.matching.com, '*.nonmatchingwildcard.io', very.specific.com",
    );
    assert_eq!(get(&exact, "very.specific.com/s1"), "web");
    assert_eq!(get(&exact, "non.matching.com/s1"), "nobody");
    assert_eq!(get(&exact, "foo.nonmatchingwildcard.io/s1"), "nobody");
    let wild = all(
        "*.wildcard.io",
        "foo.wildcard.io, bar.wildcard.io, foo.bar.wildcard.io, wildcard.io, non.matching.com",
    );
    for host in ["foo.wildcard.io", "bar.wildcard.io", "foo.bar.wildcard.io"] {
        assert_eq!(get(&wild, &format!("{host}/s2")), "web", "{host}");
    }
    assert_eq!(get(&wild, "other.wildcard.io/s2"), "404");
    assert_eq!(get(&wild, "wildcard.io/s2"), "nobody");
    let narrow = all("very.specific.com", "'*.specific.com'");
    assert_eq!(get(&narrow, "very.specific.com/"), "web");
    assert_eq!(get(&narrow, "also.specific.com/"), "nobody");
    let both = all("*.anotherwildcard.io", "'*.anotherwildcard.io'");
    for host in ["one.anotherwildcard.io", "one.two.three.anotherwildcard.io"] {
        assert_eq!(get(&both, &format!("{host}/")), "web", "{host}");
    }
    assert_eq!(get(&both, "anotherwildcard.io/"), "nobody");
    let none = all("specific.but.wrong.com", "'*.wrong.io'");
    assert_eq!(get(&none, "specific.but.wrong.com/"), "404");
}

#[test]
fn the_host_that_is_said_most_exactly_wins() {
    let of = |name: &str, host: &str, path: &str| {
        route(
            name,
            &format!(
                "hostnames: ['{host}'], rules: [{}]",
                rule(&format!("{{path: {{value: {path}}}}}"), name)
            ),
        )
    };
    let routes = [
        of("exact", "a.b.c", "/x"),
        of("long", "*.b.c", "/"),
        of("short", "*.c", "/x/y"),
    ];
    let cluster = cluster(&format!(
        "{}{}",
        gateway("shop", &listener("http", "")),
        routes.concat()
    ));
    assert_eq!(get(&cluster, "a.b.c/x/y"), "exact");
    assert_eq!(get(&cluster, "z.b.c/x/y"), "long");
    assert_eq!(get(&cluster, "z.c/x/y"), "short");
    assert_eq!(get(&cluster, "z.c/"), "404");
    assert_eq!(get(&cluster, "a.b.c/other"), "? long");
}

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
fn routes_of_other_listeners_may_count() {
    let listeners = format!("{}, {}", listener("own", "a.b"), listener("all", ""));
    let own = route_at(
        "own",
        "",
        ", sectionName: own",
        &format!("rules: [{}]", rule("{path: {value: /x}}", "own")),
    );
    let all = route_at(
        "all",
        "",
        ", sectionName: all",
        &format!("rules: [{}]", rule("", "all")),
    );
    let cluster = cluster(&format!("{}{own}{all}", gateway("shop", &listeners)));
    assert_eq!(get(&cluster, "a.b/x"), "own");
    assert_eq!(get(&cluster, "a.b/y"), "? all");
    assert_eq!(get(&cluster, "c.d/y"), "all");
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
