//! A question reads what it needs, and never so little that its answer would be another.

use crate::answers::{SHOP, without_places};
use crate::cluster::Cluster;
use crate::server::Server;
use crate::{Place, run, with};
use std::fmt::Write as _;

fn serve(text: &str) -> (Place, Server, String) {
    let cluster = Cluster::of(text);
    let file = cluster.file();
    let (place, server) = with(move |asked| cluster.answer(asked));
    (place, server, file)
}

/// The lists that a question reads, each once however many pages it has; what tells the kinds is left out.
fn lists(question: &[&str]) -> Vec<String> {
    let (place, server, _) = serve(SHOP);
    let ran = run(&place, question);
    assert!(matches!(ran.code, Some(0 | 1)), "{ran:?}");
    let all = server.paths().into_iter();
    let mut lists: Vec<String> = all.filter(|it| it != "/api" && it != "/apis").collect();
    lists.sort_unstable();
    lists.dedup();
    lists
}

const WIDE: [&str; 5] = [
    "/api/v1/namespaces",
    "/api/v1/nodes",
    "/apis/policy.networking.k8s.io/v1alpha1/adminnetworkpolicies",
    "/apis/policy.networking.k8s.io/v1alpha1/baselineadminnetworkpolicies",
    "/apis/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies",
];

fn with_wide(others: &[&str]) -> Vec<String> {
    let mut all: Vec<String> = WIDE.iter().chain(others).map(ToString::to_string).collect();
    all.sort_unstable();
    all
}

const OF_SHOP: [&str; 5] = [
    "/api/v1/namespaces/shop/pods",
    "/apis/apps/v1/namespaces/shop/deployments",
    "/apis/apps/v1/namespaces/shop/replicasets",
    "/apis/apps/v1/namespaces/shop/statefulsets",
    "/apis/networking.k8s.io/v1/namespaces/shop/networkpolicies",
];

#[test]
fn only_the_namespaces_of_the_ends_are_read() {
    let pods = lists(&["can", "pod/web", "pod/db:5432"]);
    assert_eq!(pods, with_wide(&OF_SHOP));
    let service = ["/api/v1/namespaces/shop/services"];
    let through = lists(&["can", "pod/web", "svc/db:5432"]);
    assert_eq!(through, with_wide(&[&OF_SHOP[..], &service].concat()));
    let dev = OF_SHOP.map(|it| it.replace("/shop/", "/dev/"));
    let dev: Vec<&str> = dev.iter().map(String::as_str).collect();
    // What else a change would open, which is told of a `no`, may be anywhere.
    let across = lists(&["can", "dev/pod/tool", "shop/pod/db:5432", "-q"]);
    assert_eq!(across, with_wide(&[&OF_SHOP[..], &dev].concat()));
}

#[test]
fn what_may_lead_anywhere_reads_everything() {
    for question in [
        &["can", "web", "db:5432"][..],
        &["can", "10.9.0.1", "pod/db:5432"],
        &["can", "pod/web", "10.1.0.3:80"],
        &["can", "[app=web]", "pod/db:5432"],
        &["can", "pod/web", "pod/db:5432", "--probe"],
        &["matrix"],
    ] {
        let read = lists(question);
        for path in [
            "/api/v1/pods",
            "/api/v1/services",
            "/apis/networking.k8s.io/v1/ingresses",
        ] {
            assert!(read.iter().any(|it| it == path), "{question:?} {read:?}");
        }
    }
}

#[test]
fn what_turns_out_to_hang_on_more_is_read_again() {
    // A port name in an egress rule, a Service without a selector, a pod in the network of its node, and one
    // that has no address.
    let named = SHOP.replace("egress: [{to:", "egress: [{ports: [{port: http}]}, {to:");
    let by_hand = SHOP.replace("selector: {app: db}, ports", "ports");
    let on_node = SHOP.replace(
        "spec: {containers: [{name: db}]}",
        "spec: {hostNetwork: true, containers: [{name: db}]}",
    );
    let pending = SHOP.replace(
        "status: {phase: Running, podIP: 10.1.0.2, podIPs: [{ip: 10.1.0.2}]}",
        "status: {phase: Pending}",
    );
    for (text, question) in [
        (&named, ["can", "dev/pod/tool", "shop/pod/web:80"]),
        (&by_hand, ["can", "pod/web", "svc/db:5432"]),
        (&on_node, ["can", "pod/web", "pod/db:5432"]),
        (&pending, ["can", "pod/web", "pod/db:5432"]),
    ] {
        assert_ne!(text, SHOP);
        let (place, server, file) = serve(text);
        place.write("cluster.json", &file);
        let live = run(&place, &question);
        let filed = run(
            &place,
            &[&question[..], &["-f", "cluster.json", "-n", "shop"]].concat(),
        );
        assert_eq!(live.code, filed.code, "{question:?} {live:?} {filed:?}");
        let paths = server.paths();
        assert!(paths.iter().any(|it| it == "/api/v1/pods"), "{paths:?}");
    }
}

/// Draws the same choices in every run.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("64 bits") % most
    }

    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }

    fn one_in(&mut self, most: usize) -> bool {
        self.below(most) == 0
    }
}

const NAMESPACES: [&str; 3] = ["a", "b", "c"];

fn peer(draw: &mut Draw) -> String {
    let pods = format!(
        "podSelector: {{matchLabels: {{app: {}}}}}",
        draw.of(&["u", "v"])
    );
    match draw.below(4) {
        0 => format!("{{{pods}}}"),
        1 => format!(
            "{{namespaceSelector: {{matchLabels: {{team: {}}}}}, {pods}}}",
            draw.of(&["p", "q"])
        ),
        2 => "{namespaceSelector: {}}".to_owned(),
        _ => format!(
            "{{ipBlock: {{cidr: {}}}}}",
            draw.of(&["10.0.0.0/8", "10.0.1.0/24", "192.168.0.0/16"])
        ),
    }
}

fn rules(draw: &mut Draw, field: &str) -> String {
    let number = draw.below(3);
    let rules = (0..number).map(|_| {
        let ports = match draw.below(5) {
            0 => ", ports: [{port: 80}]",
            1 => ", ports: [{port: http}]",
            2 => ", ports: [{port: 53, protocol: UDP}, {port: 8080}]",
            _ => "",
        };
        format!("{{{field}: [{}]{ports}}}", peer(draw))
    });
    rules.collect::<Vec<_>>().join(", ")
}

fn pod(draw: &mut Draw, namespace: &str, number: usize, octet: usize) -> String {
    let host = if draw.one_in(12) {
        "hostNetwork: true, "
    } else {
        ""
    };
    let port = draw.of(&["80", "8080"]);
    let six = if draw.one_in(3) {
        format!(", {{ip: 'fd00::{octet}:{number}'}}")
    } else {
        String::new()
    };
    let status = if draw.one_in(10) {
        "{phase: Pending}".to_owned()
    } else {
        format!(
            "{{phase: Running, podIP: 10.0.{octet}.{number}, podIPs: [{{ip: 10.0.{octet}.{number}}}{six}]}}"
        )
    };
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: p{number}, namespace: {namespace}, labels: {{app: {}}}}}\n\
         spec: {{{host}nodeName: n1, containers: [{{name: c, ports: [{{containerPort: {port}, name: http}}]}}]}}\nstatus: {status}\n---\n",
        draw.of(&["u", "v", "w"])
    )
}

fn drawn(draw: &mut Draw) -> String {
    let mut text = "apiVersion: v1\nkind: Node\nmetadata: {name: n1}\n\
         status: {addresses: [{type: InternalIP, address: 192.168.0.1}]}\n---\n"
        .to_owned();
    for (octet, namespace) in NAMESPACES.iter().enumerate() {
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {namespace}, labels: {{team: {}, kubernetes.io/metadata.name: {namespace}}}}}\n---\n",
            draw.of(&["p", "q"])
        );
        for number in 1..=1 + draw.below(3) {
            text += &pod(draw, namespace, number, octet);
        }
        let selector = if draw.one_in(5) {
            ""
        } else {
            "selector: {app: u}, "
        };
        let _ = write!(
            text,
            "apiVersion: v1\nkind: Service\nmetadata: {{name: s, namespace: {namespace}}}\n\
             spec: {{type: {}, clusterIP: 10.9.0.{octet}, {selector}ports: [{{port: 80, targetPort: {}, protocol: TCP}}]}}\n---\n",
            draw.of(&["ClusterIP", "NodePort"]),
            draw.of(&["80", "http"])
        );
        for number in 0..draw.below(3) {
            let (ingress, egress) = (rules(draw, "from"), rules(draw, "to"));
            let types = draw.of(&["Ingress", "Egress", "Ingress, Egress"]);
            let _ = write!(
                text,
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: n{number}, namespace: {namespace}}}\n\
                 spec: {{podSelector: {{matchLabels: {{app: {}}}}}, policyTypes: [{types}], ingress: [{ingress}], egress: [{egress}]}}\n---\n",
                draw.of(&["u", "v"])
            );
        }
        if draw.one_in(4) {
            let _ = write!(
                text,
                "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {{name: c{octet}}}\n\
                 spec: {{tier: {}, priority: {octet}, subject: {{namespaces: {{matchLabels: {{team: p}}}}}}, \
                 ingress: [{{action: {}, from: [{{namespaces: {{matchLabels: {{team: q}}}}}}]}}]}}\n---\n",
                draw.of(&["Admin", "Baseline"]),
                draw.of(&["Accept", "Deny"])
            );
        }
    }
    text.trim_end_matches("---\n").to_owned()
}

/// The words of an answer, which break elsewhere where places are longer.
fn words(text: &str) -> String {
    without_places(text).split_whitespace().collect()
}

#[test]
fn answers_are_those_from_everything() {
    let mut draw = Draw(7);
    let mut codes = [0; 4];
    let mut narrow = 0;
    for _ in 0..30 {
        let text = drawn(&mut draw);
        let (place, server, file) = serve(&text);
        place.write("cluster.json", &file);
        for _ in 0..3 {
            let source = format!("{}/pod/p1", draw.of(&NAMESPACES));
            let kind = draw.of(&["pod/p1", "pod/p2", "svc/s", "p1", "s"]);
            let port = draw.of(&["", ":80", ":8080", ":http"]);
            let destination = format!("{}/{kind}{port}", draw.of(&NAMESPACES));
            let plugin = draw.of(&["spec", "calico", "cilium"]);
            let question = ["can", &source, &destination, "--cni", plugin];
            let before = server.asked().len();
            let live = run(&place, &question);
            let asked = server.asked();
            let whole = asked[before..].iter().any(|it| it.path == "/api/v1/pods");
            narrow += usize::from(!whole);
            let filed = run(&place, &[&question[..], &["-f", "cluster.json"]].concat());
            let shown = format!("{question:?}\n{text}\n{live:?}\n{filed:?}");
            assert_eq!(live.code, filed.code, "{shown}");
            assert_eq!(words(&live.out), words(&filed.out), "{shown}");
            codes[usize::try_from(live.code.expect("a code")).expect("a code")] += 1;
        }
    }
    // All kinds of answers, and many of a part of the cluster.
    assert!(
        codes[0] > 20 && codes[1] > 5 && narrow > 25,
        "{codes:?} {narrow}"
    );
}
