//! Answers from a running cluster are those from files.

use crate::cluster::Cluster;
use crate::{run, with};

pub(crate) const SHOP: &str = "\
apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {kubernetes.io/metadata.name: shop}}
---
apiVersion: v1
kind: Namespace
metadata: {name: dev, labels: {kubernetes.io/metadata.name: dev, team: dev}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {containers: [{name: web, ports: [{containerPort: 80, name: http}]}]}
status: {phase: Running, podIP: 10.1.0.1, podIPs: [{ip: 10.1.0.1}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: db}]}
status: {phase: Running, podIP: 10.1.0.2, podIPs: [{ip: 10.1.0.2}]}
---
apiVersion: v1
kind: Pod
metadata: {name: tool, namespace: dev, labels: {app: tool}}
spec: {containers: [{name: tool}]}
status: {phase: Running, podIP: 10.1.0.3, podIPs: [{ip: 10.1.0.3}]}
---
apiVersion: v1
kind: Service
metadata: {name: db, namespace: shop}
spec: {clusterIP: 10.2.0.1, clusterIPs: [10.2.0.1], selector: {app: db}, ports: [{port: 5432, targetPort: 5432, protocol: TCP}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: db, namespace: shop}
spec:
  podSelector: {matchLabels: {app: db}}
  policyTypes: [Ingress]
  ingress:
  - from: [{podSelector: {matchLabels: {app: web}}}, {ipBlock: {cidr: 010.9.0.0/16}}]
    ports: [{port: 5432, protocol: TCP}]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: tools, namespace: dev}
spec: {podSelector: {}, policyTypes: [Egress], egress: [{to: [{namespaceSelector: {matchLabels: {team: dev}}}]}]}
---
apiVersion: v1
kind: Secret
metadata: {name: password, namespace: shop}
data: {password: aHVudGVyMg==}
";

/// A text without the places, which are lines of files, or objects and fields.
pub(crate) fn without_places(text: &str) -> String {
    let mut words = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('(') {
        words.push(before.split_whitespace().collect::<Vec<_>>().join(" "));
        let (inside, behind) = behind.split_once(')').unwrap_or((behind, ""));
        let is_object = inside
            .split_once(char::is_whitespace)
            .map_or(inside, |(name, _)| name)
            .contains('/');
        let is_wide = inside
            .split_once(char::is_whitespace)
            .is_some_and(|(_, field)| field.starts_with("spec."));
        let is_place = (is_object || is_wide) && !inside.contains("other peer");
        if !inside.contains("cluster.json:") && !is_place {
            words.push(format!("({inside})"));
        }
        rest = behind;
    }
    words.push(rest.split_whitespace().collect::<Vec<_>>().join(" "));
    words.join(" ")
}

#[test]
fn answers_are_those_of_files_but_for_places() {
    let cluster = Cluster::of(SHOP);
    let file = cluster.file();
    let (place, server) = with(move |asked| cluster.answer(asked));
    place.write("cluster.json", &file);
    for question in [
        &["can", "web", "db:5432"][..],
        &["can", "web", "db:5433"],
        &["can", "dev/tool", "svc/db:5432"],
        &["can", "dev/tool", "dev/tool:1"],
        &["can", "10.9.0.1", "db:5432"],
        &["explain", "web", "db:5432"],
        &["explain", "dev/tool", "db:5432"],
        &["explain", "netpol/db"],
        &["explain", "pod/db"],
        &["matrix", "-o", "txt"],
        &["matrix", "-o", "json", "-A"],
        &["matrix", "-n", "shop"],
        &["matrix", "--to", "shop/svc/db:5432", "-o", "csv"],
    ] {
        let live = run(&place, question);
        let of_file = [question, &["-f", "cluster.json"]].concat();
        let namespace: &[&str] = if question.contains(&"-n") || question[0] == "matrix" {
            &[]
        } else {
            &["-n", "shop"]
        };
        let filed = run(&place, &[&of_file[..], namespace].concat());
        assert_eq!(live.code, filed.code, "{question:?} {live:?} {filed:?}");
        assert!(
            !live.err.contains("error") && !live.err.contains("warning"),
            "{live:?}"
        );
        if question[0] == "matrix" {
            assert_eq!(live.out, filed.out, "{question:?}");
        } else {
            assert_eq!(
                without_places(&live.out),
                without_places(&filed.out),
                "{question:?}"
            );
        }
    }
    let asked = server.asked();
    assert!(asked.iter().all(|it| it.method == "GET"));
    for path in server.paths() {
        assert!(
            !path.contains("secrets") && !path.contains("configmaps"),
            "{path}"
        );
        assert!(!path.contains("metrics.k8s.io"), "{path}");
    }
}

#[test]
fn places_are_objects_and_fields() {
    let cluster = Cluster::of(SHOP);
    let (place, _server) = with(move |asked| cluster.answer(asked));
    let ran = run(&place, &["can", "web", "db:5432"]);
    assert_eq!(ran.code, Some(0), "{ran:?}");
    assert!(ran.out.contains("(shop/db spec.ingress[0])"), "{}", ran.out);
}
