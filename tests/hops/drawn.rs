//! Drawn Ingresses and routes: what they mean does not hang on their order, and is what a plain reading of
//! the documents says, that knows no index.

use netpolc::hops::gateway::Gateways;
use netpolc::hops::ingress::Ingresses;
use netpolc::hops::request::{Answer, Request, Scheme};
use netpolc::input::{Options, read_text};
use netpolc::model::{Cluster, PathMatch, PathType};

const HOSTS: [&str; 5] = ["a.b.c", "x.b.c", "*.b.c", "b.c", ""];
const PATHS: [&str; 6] = ["/", "/foo", "/foo/", "/foo/bar", "/foobar", "/Foo"];
const ASKED: [&str; 7] = [
    "/",
    "/foo",
    "/foo/",
    "/foo/bar",
    "/foo/bar/x",
    "/foobar",
    "/Foo/x",
];

/// Numbers that look random, the same in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    fn of<'a>(&mut self, pool: &[&'a str]) -> &'a str {
        pool[self.below(pool.len())]
    }
}

fn read(parts: &[String]) -> Cluster {
    let loaded = read_text("a.yaml", &parts.concat(), &Options::default());
    assert_eq!(loaded.findings, [], "{}", parts.concat());
    Cluster::new(loaded.objects)
}

/// Whether the first elements of a path are those of a prefix, element by element.
fn begins(path: &str, prefix: &str) -> bool {
    let elements = |text: &str| -> Vec<String> {
        text.split('/')
            .filter(|it| !it.is_empty())
            .map(str::to_owned)
            .collect()
    };
    elements(path).starts_with(&elements(prefix))
}

fn services(answer: &Answer) -> Option<Vec<String>> {
    match answer {
        Answer::To { destinations, .. } => Some(
            destinations
                .iter()
                .map(|it| it.service.to_string())
                .collect(),
        ),
        Answer::Nothing(..) => Some(Vec::new()),
        Answer::Open { .. } => None,
    }
}

#[test]
fn ingresses_mean_what_a_plain_reading_says() {
    let mut draw = Draw(7);
    let class = "apiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: nginx}\nspec: {controller: k8s.io/ingress-nginx}\n---\n";
    let mut decided = 0;
    for _ in 0..300 {
        let mut parts = vec![class.to_owned()];
        for number in 0..=draw.below(3) {
            let host = match draw.of(&HOSTS) {
                "" => String::new(),
                host => format!("host: '{host}', "),
            };
            let paths: Vec<String> = (0..=draw.below(2))
                .map(|path| {
                    let path_type = draw.of(&["Exact", "Prefix"]);
                    let text = draw.of(&PATHS);
                    format!("{{path: {text}, pathType: {path_type}, backend: {{service: {{name: s{number}{path}, port: {{number: 1}}}}}}}}")
                })
                .collect();
            parts.push(format!(
                "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{name: i{number}}}\n\
                 spec: {{ingressClassName: nginx, rules: [{{{host}http: {{paths: [{}]}}}}]}}\n---\n",
                paths.join(", ")
            ));
        }
        let cluster = read(&parts);
        parts.reverse();
        let other = read(&parts);
        let (index, reversed) = (Ingresses::new(&cluster), Ingresses::new(&other));
        for host in ["a.b.c", "y.b.c", "b.c", "z.y.b.c"] {
            for path in ASKED {
                let request = Request::new(Scheme::Http, host, 80, path);
                let answer = index.answer(&request);
                let again: Vec<_> = reversed
                    .answer(&request)
                    .iter()
                    .map(|it| services(&it.answer))
                    .collect();
                let own: Vec<_> = answer.iter().map(|it| services(&it.answer)).collect();
                assert_eq!(own, again, "{host}{path}\n{}", parts.concat());
                let Some([Some(found)]) = own.first().map(|_| own.as_slice()) else {
                    continue;
                };
                decided += 1;
                assert_eq!(
                    *found,
                    plainly(&cluster, host, path),
                    "{host}{path}\n{}",
                    parts.concat()
                );
            }
        }
    }
    assert!(decided > 2000, "{decided}");
}

/// The Service that the documents give a request, with the hosts of nginx: its own, then a wildcard of one
/// label, then all.
fn plainly(cluster: &Cluster, host: &str, path: &str) -> Vec<String> {
    let wild = host.split_once('.').map(|(_, rest)| format!("*.{rest}"));
    let all = cluster.ingresses.iter().flat_map(|it| &it.paths);
    let tiers = [Some(host.to_owned()), wild, None];
    let own = tiers.into_iter().find_map(|tier| {
        let own: Vec<_> = all
            .clone()
            .filter(|it| it.host.as_deref() == tier.as_deref())
            .collect();
        (!own.is_empty()).then_some(own)
    });
    let taking = own.into_iter().flatten().filter(|it| match it.path_type {
        PathType::Exact => *it.path == *path,
        PathType::Prefix => begins(path, &it.path),
        PathType::ImplementationSpecific => panic!("none is drawn"),
    });
    let best = taking.max_by_key(|it| {
        let is_exact = it.path_type == PathType::Exact;
        let length = if is_exact {
            it.path.len()
        } else {
            it.path.trim_end_matches('/').len().max(1)
        };
        (length, is_exact)
    });
    best.and_then(|it| it.backend.as_ref())
        .map(|it| it.service.to_string())
        .into_iter()
        .collect()
}

#[test]
fn routes_mean_what_a_plain_reading_says() {
    let mut draw = Draw(11);
    let gateway = "apiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {name: gw}\n\
         spec: {gatewayClassName: eg, listeners: [{name: http, port: 80, protocol: HTTP}]}\n---\n";
    let mut decided = 0;
    for _ in 0..300 {
        let mut parts = vec![gateway.to_owned()];
        for number in 0..=draw.below(3) {
            let host = match draw.of(&HOSTS) {
                "" => String::new(),
                host => format!("hostnames: ['{host}'], "),
            };
            let rules: Vec<String> = (0..=draw.below(2))
                .map(|rule| {
                    let kind = draw.of(&["Exact", "PathPrefix"]);
                    let text = draw.of(&PATHS);
                    format!("{{matches: [{{path: {{type: {kind}, value: {text}}}}}], backendRefs: [{{name: s{number}{rule}, port: 1}}]}}")
                })
                .collect();
            let day = 1 + draw.below(2);
            parts.push(format!(
                "apiVersion: gateway.networking.k8s.io/v1\nkind: HTTPRoute\n\
                 metadata: {{name: r{number}, uid: u, creationTimestamp: '2024-01-0{day}T00:00:00Z'}}\n\
                 spec: {{parentRefs: [{{name: gw}}], {host}rules: [{}]}}\n---\n",
                rules.join(", ")
            ));
        }
        let cluster = read(&parts);
        parts.reverse();
        let other = read(&parts);
        let (index, reversed) = (Gateways::new(&cluster), Gateways::new(&other));
        for host in ["a.b.c", "y.b.c", "b.c", "z.y.b.c"] {
            for path in ASKED {
                let request = Request::new(Scheme::Http, host, 80, path);
                let of = |index: &Gateways<'_>| services(&index.answer(&request)[0].answer);
                assert_eq!(
                    of(&index),
                    of(&reversed),
                    "{host}{path}\n{}",
                    parts.concat()
                );
                let Some(found) = of(&index) else { continue };
                decided += 1;
                assert_eq!(
                    found,
                    by_precedence(&cluster, host, path),
                    "{host}{path}\n{}",
                    parts.concat()
                );
            }
        }
    }
    assert!(decided > 4000, "{decided}");
}

/// The Service that the precedence of the Gateway API gives a request, among all rules that take it.
fn by_precedence(cluster: &Cluster, host: &str, path: &str) -> Vec<String> {
    let serves = |pattern: &str| match pattern.strip_prefix('*') {
        Some(end) => host.ends_with(end) && host.len() > end.len(),
        None => pattern == host,
    };
    let mut all = Vec::new();
    for route in &cluster.routes {
        let weight = match route.hostnames.first() {
            None => (0, 0),
            Some(pattern) if !serves(pattern) => continue,
            Some(pattern) if pattern.starts_with('*') => (0, pattern.len()),
            Some(pattern) => (pattern.len(), pattern.len()),
        };
        for (number, rule) in route.rules.iter().enumerate() {
            let by_path = match &rule.matches[0].path {
                PathMatch::Exact(text) if **text == *path => (1, 0),
                PathMatch::Prefix(text) if begins(path, text) => {
                    (0, text.trim_end_matches('/').len().max(1))
                }
                _ => continue,
            };
            let age = std::cmp::Reverse((route.created.clone(), route.name.clone(), number));
            all.push((weight, by_path, age, rule.backends[0].name.to_string()));
        }
    }
    all.into_iter()
        .max()
        .map(|(_, _, _, service)| service)
        .into_iter()
        .collect()
}
