//! The expressions of the router, and what TLS makes of a request.

use netpolc::hops::openshift::OpenShiftRoutes;
use netpolc::hops::request::{Answer, BackendPort, By, Refusal, Request, Scheme};
use netpolc::input::{Options, read_text};
use netpolc::model::{Cluster, TargetPort};

fn cluster(routes: &str) -> Cluster {
    let loaded = read_text("a.yaml", routes, &Options::default());
    assert_eq!(loaded.findings, [], "{routes}");
    Cluster::new(loaded.objects)
}

fn route(name: &str, meta: &str, spec: &str) -> String {
    format!(
        "apiVersion: route.openshift.io/v1\nkind: Route\nmetadata: {{name: {name}, {meta}}}\nspec: {{to: {{kind: Service, name: {name}}}, {spec}}}\n---\n"
    )
}

fn in_shop(name: &str, spec: &str) -> String {
    route(name, "namespace: shop", spec)
}

fn get(cluster: &Cluster, url: &str) -> String {
    let (scheme, port, rest) = match url.strip_prefix("https://") {
        Some(rest) => (Scheme::Https, 443, rest),
        None => (Scheme::Http, 80, url),
    };
    let (host, path) = rest.find('/').map_or((rest, ""), |at| rest.split_at(at));
    let index = OpenShiftRoutes::new(cluster);
    let Some(served) = index.answer(&Request::new(scheme, host, port, path)) else {
        return "nobody".to_owned();
    };
    assert_eq!(served.doubts, []);
    let names = served.answer.destinations().iter();
    let names: Vec<String> = names
        .map(|it| format!("{}*{}", it.service, it.weight))
        .collect();
    match &served.answer {
        Answer::To { .. } => names.join(" "),
        Answer::Open { .. } => format!("? {}", names.join(" ")).trim_end().to_owned(),
        Answer::Nothing(Refusal::NotFound, _) => "404".to_owned(),
        Answer::Nothing(refusal, _) => format!("{refusal:?}"),
    }
}

#[test]
fn a_path_takes_what_is_below_it() {
    for (path, request, takes) in [
        ("", "/any", true),
        ("/", "/any", true),
        ("/api", "/api", true),
        ("/api", "/api/", true),
        ("/api", "/api/x", true),
        ("/api", "/apix", false),
        ("/api", "/API", false),
        ("/api/", "/api", false),
        ("/api/", "/api/", true),
        ("/api/", "/api/x", true),
        ("/api/", "/apix", false),
    ] {
        let cluster = cluster(&in_shop("web", &format!("host: a.b, path: '{path}'")));
        let expected = if takes { "web*100" } else { "404" };
        assert_eq!(
            get(&cluster, &format!("a.b{request}")),
            expected,
            "{path} {request}"
        );
    }
    let several = [
        in_shop("root", "host: a.b"),
        in_shop("api", "host: a.b, path: /api"),
        in_shop("deep", "host: a.b, path: /api/v1"),
    ];
    let several = cluster(&several.concat());
    assert_eq!(get(&several, "a.b/api/v1/x"), "deep*100");
    assert_eq!(get(&several, "a.b/api/v2"), "api*100");
    assert_eq!(get(&several, "A.b./x"), "root*100");
    assert_eq!(get(&several, "c.d/"), "nobody");
}

#[test]
fn a_wildcard_is_one_label() {
    let wild = in_shop("wild", "host: www.a.b, wildcardPolicy: Subdomain");
    let own = in_shop("own", "host: own.a.b");
    let cluster = cluster(&format!("{wild}{own}"));
    assert_eq!(get(&cluster, "www.a.b/"), "wild*100");
    assert_eq!(get(&cluster, "other.a.b/"), "wild*100");
    assert_eq!(get(&cluster, "own.a.b/"), "own*100");
    assert_eq!(get(&cluster, "x.y.a.b/"), "nobody");
    assert_eq!(get(&cluster, "a.b/"), "nobody");
}

#[test]
fn tls_decides_which_scheme_is_served() {
    for (tls, http, https) in [
        ("", "web*100", "WrongScheme"),
        ("tls: {termination: edge}", "WrongScheme", "web*100"),
        ("tls: {termination: reencrypt}", "WrongScheme", "web*100"),
        ("tls: {termination: passthrough}", "WrongScheme", "web*100"),
        (
            "tls: {termination: edge, insecureEdgeTerminationPolicy: None}",
            "WrongScheme",
            "web*100",
        ),
        (
            "tls: {termination: edge, insecureEdgeTerminationPolicy: Allow}",
            "web*100",
            "web*100",
        ),
        (
            "tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect}",
            "Redirect",
            "web*100",
        ),
        (
            "tls: {termination: passthrough, insecureEdgeTerminationPolicy: Redirect}",
            "Redirect",
            "web*100",
        ),
    ] {
        let cluster = cluster(&in_shop("web", &format!("host: a.b, {tls}")));
        assert_eq!(get(&cluster, "a.b/"), http, "{tls}");
        assert_eq!(get(&cluster, "https://a.b/x"), https, "{tls}");
    }
}

#[test]
fn a_shorter_path_may_redirect() {
    let edge = "host: a.b, tls: {termination: edge, insecureEdgeTerminationPolicy: Redirect}";
    let plain = in_shop("plain", "host: a.b, path: /plain");
    let cluster = cluster(&format!("{}{plain}", in_shop("web", edge)));
    assert_eq!(get(&cluster, "a.b/plain"), "? plain*100");
    assert_eq!(get(&cluster, "a.b/other"), "Redirect");
    assert_eq!(get(&cluster, "https://a.b/plain"), "web*100");
}

#[test]
fn backends_have_weights() {
    let spec = "host: a.b, alternateBackends: [{kind: Service, name: b, weight: 20}, {kind: Service, name: c, weight: 0}], \
         port: {targetPort: http}";
    let both = cluster(&in_shop("web", spec));
    assert_eq!(get(&both, "a.b/"), "web*100 b*20");
    let index = OpenShiftRoutes::new(&both);
    let served = index
        .answer(&Request::new(Scheme::Http, "a.b", 80, "/"))
        .unwrap();
    let port = &served.answer.destinations()[0].port;
    assert_eq!(
        *port,
        BackendPort::OfEndpoints(TargetPort::Named("http".into()))
    );
    let none =
        in_shop("web", "host: a.b").replace("name: web}, host", "name: web, weight: 0}, host");
    assert_eq!(get(&cluster(&none), "a.b/"), "NoBackend");
}

#[test]
fn what_no_router_admits_is_not_served() {
    let with = |admitted: &str| {
        let route = in_shop("web", "host: a.b").replace("\n---\n", "");
        cluster(&format!(
            "{route}\nstatus: {{ingress: [{{host: a.b, routerName: default, conditions: [{{type: Admitted, status: '{admitted}'}}]}}]}}\n"
        ))
    };
    assert_eq!(get(&with("True"), "a.b/"), "web*100");
    assert_eq!(get(&with("False"), "a.b/"), "404");
    let admitted = with("True");
    let served =
        OpenShiftRoutes::new(&admitted).answer(&Request::new(Scheme::Http, "a.b", 80, "/"));
    assert_eq!(
        served.unwrap().by,
        By::OpenShift {
            routers: vec!["default".into()]
        }
    );
}

#[test]
fn the_oldest_of_equal_routes_wins() {
    let of = |name: &str, created: &str| {
        let created = format!("namespace: shop, uid: u, creationTimestamp: {created}");
        route(name, &created, "host: a.b")
    };
    let (old, new) = ("'2024-01-01T00:00:00Z'", "'2024-01-02T00:00:00Z'");
    assert_eq!(
        get(
            &cluster(&format!("{}{}", of("one", new), of("two", old))),
            "a.b/"
        ),
        "two*100"
    );
    assert_eq!(
        get(
            &cluster(&format!("{}{}", of("one", old), of("two", new))),
            "a.b/"
        ),
        "one*100"
    );
    let open = cluster(&format!("{}{}", of("one", "null"), of("two", old)));
    assert_eq!(get(&open, "a.b/"), "? one*100 two*100");
    // In another namespace, even another path may be refused.
    let other = route("other", "namespace: dev", "host: a.b, path: /dev");
    let claimed = cluster(&format!("{}{other}", in_shop("web", "host: a.b")));
    assert_eq!(get(&claimed, "a.b/"), "? web*100");
    assert_eq!(get(&claimed, "a.b/dev"), "? other*100");
}

#[test]
fn a_host_that_is_not_known_leaves_it_open() {
    let cluster = cluster(&in_shop("web", "port: {targetPort: 80}"));
    assert_eq!(get(&cluster, "web-shop.apps.example/"), "? web*100");
    assert_eq!(get(&cluster, "web-other.apps.example/"), "nobody");
    let listed =
        "namespace: shop, annotations: {haproxy.router.openshift.io/ip_whitelist: 10.0.0.0/8}";
    let listed = self::cluster(&route("web", listed, "host: a.b"));
    assert_eq!(get(&listed, "a.b/"), "? web*100");
}
