//! The precedence and the examples of the Gateway API, and what is left open.

use super::gateway_world::{cluster, gateway, get, listener, route, route_at, rule, with_rules};

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
