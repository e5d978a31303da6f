//! The tables of the documentation, word for word, and what is left open.

use super::ingress_world::{DEFAULT, ask, cluster, get, ingress, path, rule, rules, word};
use netpolc::hops::ingress::Ingresses;
use netpolc::hops::request::{BackendPort, Request, Scheme};
use netpolc::model::TargetPort;

#[test]
fn paths_are_those_of_the_documented_examples() {
    for (paths, request, expected) in [
        (&[("Prefix", "/")][..], "/any/thing", "/"),
        (&[("Exact", "/foo")], "/foo", "/foo"),
        (&[("Exact", "/foo")], "/bar", "404"),
        (&[("Exact", "/foo")], "/foo/", "404"),
        (&[("Exact", "/foo")], "/FOO", "404"),
        (&[("Exact", "/foo/")], "/foo", "404"),
        (&[("Prefix", "/foo")], "/foo", "/foo"),
        (&[("Prefix", "/foo")], "/foo/", "/foo"),
        (&[("Prefix", "/foo/")], "/foo", "/foo/"),
        (&[("Prefix", "/foo/")], "/foo/", "/foo/"),
        (&[("Prefix", "/aaa/bb")], "/aaa/bbb", "404"),
        (&[("Prefix", "/aaa/bbb")], "/aaa/bbb", "/aaa/bbb"),
        (&[("Prefix", "/aaa/bbb/")], "/aaa/bbb", "/aaa/bbb/"),
        (&[("Prefix", "/aaa/bbb")], "/aaa/bbb/", "/aaa/bbb"),
        (&[("Prefix", "/aaa/bbb")], "/aaa/bbb/ccc", "/aaa/bbb"),
        (&[("Prefix", "/aaa/bbb")], "/aaa/bbbxyz", "404"),
        (&[("Prefix", "/"), ("Prefix", "/aaa")], "/aaa/ccc", "/aaa"),
        (
            &[("Prefix", "/"), ("Prefix", "/aaa"), ("Prefix", "/aaa/bbb")],
            "/aaa/bbb",
            "/aaa/bbb",
        ),
        (
            &[("Prefix", "/"), ("Prefix", "/aaa"), ("Prefix", "/aaa/bbb")],
            "/ccc",
            "/",
        ),
        (&[("Prefix", "/aaa")], "/ccc", "404"),
        (&[("Exact", "/foo"), ("Prefix", "/foo")], "/foo", "/foo"),
        (
            &[("Prefix", "/foo"), ("Exact", "/foo")],
            "/foo?a=/x",
            "/foo",
        ),
    ] {
        for class in ["plain", "nginx"] {
            let of = |number: usize| format!("s{number}");
            let own: Vec<String> = paths
                .iter()
                .enumerate()
                .map(|(number, (path_type, text))| path(path_type, text, &of(number)))
                .collect();
            let cluster = cluster(&ingress("i", class, "", &rules(&[rule("a.example", &own)])));
            // Of a mixed pair the Exact one wins.
            let number = paths.iter().position(|(path_type, text)| {
                *text == expected && (paths.len() != 2 || *path_type == "Exact" || *text != "/foo")
            });
            let expected = number.map_or("404".to_owned(), of);
            assert_eq!(
                get(&cluster, &format!("a.example{request}")),
                expected,
                "{paths:?} {request}"
            );
        }
    }
}

#[test]
fn a_wildcard_is_one_label() {
    let cluster = cluster(&ingress(
        "i",
        "plain",
        "",
        &rules(&[rule("*.foo.com", &[path("Prefix", "/", "w")])]),
    ));
    assert_eq!(get(&cluster, "bar.foo.com/"), "w");
    assert_eq!(get(&cluster, "BAR.foo.com./"), "w");
    assert_eq!(get(&cluster, "baz.bar.foo.com/"), "nobody");
    assert_eq!(get(&cluster, "foo.com/"), "nobody");
}

#[test]
fn an_exact_host_wins_where_that_is_known() {
    let all = |class: &str, own: &str| {
        cluster(&ingress(
            "i",
            class,
            "",
            &rules(&[
                rule("a.foo.com", &[path("Prefix", own, "own")]),
                rule("*.foo.com", &[path("Prefix", "/", "wild")]),
                rule("", &[path("Prefix", "/", "all")]),
            ]),
        ))
    };
    assert_eq!(get(&all("nginx", "/"), "a.foo.com/"), "own");
    assert_eq!(get(&all("nginx", "/"), "b.foo.com/"), "wild");
    assert_eq!(get(&all("nginx", "/"), "bar.com/"), "all");
    assert_eq!(get(&all("nginx", "/x"), "a.foo.com/y"), "404");
    assert_eq!(get(&all("plain", "/"), "a.foo.com/"), "? own wild all");
    assert_eq!(get(&all("plain", "/x"), "a.foo.com/y"), "? wild all");
    assert_eq!(get(&all("plain", "/"), "bar.com/"), "all");
}

#[test]
fn a_default_backend_takes_what_is_left() {
    let only = cluster(&ingress("i", "plain", "", DEFAULT));
    assert_eq!(get(&only, "any.host/any/path"), "rest");
    let served = ask(&only, Scheme::Http, "any.host", "/");
    let destination = &served[0].answer.destinations()[0];
    assert_eq!(
        destination.port,
        BackendPort::OfService(TargetPort::Named("http".into()))
    );
    let web = rules(&[rule("a.b", &[path("Prefix", "/x", "web")])]);
    let with_rules = |class: &str| cluster(&ingress("i", class, "", &format!("{DEFAULT}, {web}")));
    for class in ["plain", "nginx"] {
        assert_eq!(get(&with_rules(class), "a.b/x"), "web");
        assert_eq!(get(&with_rules(class), "a.b/y"), "rest");
    }
    // Of a host that it does not name only some controllers give it the rest.
    assert_eq!(get(&with_rules("plain"), "c.d/"), "? rest");
    assert_eq!(get(&with_rules("nginx"), "c.d/"), "nobody");
    let bare = cluster(&ingress(
        "i",
        "plain",
        "",
        &format!("{DEFAULT}, rules: [{{host: a.b}}]"),
    ));
    assert_eq!(get(&bare, "a.b/"), "rest");
    let two = ingress("j", "plain", "", &DEFAULT.replace("rest", "other"));
    let two = cluster(&format!("{}{two}", ingress("i", "plain", "", DEFAULT)));
    assert_eq!(get(&two, "any.host/"), "? rest other");
    let bucket = "defaultBackend: {resource: {kind: Bucket, name: b}}";
    assert_eq!(
        get(&cluster(&ingress("i", "plain", "", bucket)), "a.b/"),
        "?"
    );
}

#[test]
fn what_a_controller_decides_is_open() {
    let of = |paths: &[String]| cluster(&ingress("i", "plain", "", &rules(&[rule("a.b", paths)])));
    let specific = of(&[
        path("ImplementationSpecific", "/api", "api"),
        path("Prefix", "/", "web"),
    ]);
    assert_eq!(get(&specific, "a.b/api/x"), "? web api");
    assert_eq!(get(&specific, "a.b/other"), "web");
    assert_eq!(get(&specific, "a.b/apix"), "? web api");
    // What is longer and surely takes it wins.
    let longer = of(&[
        path("ImplementationSpecific", "/", "all"),
        path("Prefix", "/api", "api"),
    ]);
    assert_eq!(get(&longer, "a.b/api"), "api");
    assert_eq!(get(&longer, "a.b/x"), "? all");
    // Both ways lead to the same.
    let same = of(&[
        path("ImplementationSpecific", "/api", "web"),
        path("Prefix", "/", "web"),
    ]);
    assert_eq!(get(&same, "a.b/api"), "web");
    let twice = cluster(&format!(
        "{}{}",
        ingress(
            "i",
            "plain",
            "",
            &rules(&[rule("a.b", &[path("Prefix", "/", "one")])])
        ),
        ingress(
            "j",
            "plain",
            "",
            &rules(&[rule("a.b", &[path("Prefix", "/", "two")])])
        ),
    ));
    assert_eq!(get(&twice, "a.b/"), "? one two");
}

#[test]
fn many_ingresses_are_found_by_host() {
    let mut loaded = cluster(&ingress(
        "i",
        "plain",
        "",
        &rules(&[rule("a.b", &[path("Prefix", "/", "web")])]),
    ));
    let one = loaded.ingresses[0].clone();
    loaded.ingresses = (0..10_000)
        .map(|number| {
            let host: std::sync::Arc<str> = format!("h{number}.b").into();
            let mut ingress = one.clone();
            ingress.name = format!("i{number}").into();
            ingress.hosts = vec![Some(std::sync::Arc::clone(&host))];
            ingress.paths[0].host = Some(host);
            ingress
        })
        .collect();
    let before = std::time::Instant::now();
    let index = Ingresses::new(&loaded);
    let answer = index.answer(&Request::new(Scheme::Http, "h7.b", 80, "/"));
    let spent = before.elapsed();
    assert_eq!(word(&answer[0].answer), "web");
    assert!(spent.as_millis() < 500, "{spent:?}");
}
