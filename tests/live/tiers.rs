//! Cluster-wide policies of a server count as those of files do.

use crate::answers::{SHOP, without_places};
use crate::cluster::Cluster;
use crate::server::{Reply, Server};
use crate::{Place, run, with};

/// Before and after NetworkPolicies: nothing of `web` reaches the database, and what no NetworkPolicy
/// selects lets nobody of the namespace in.
const OLDER: &str = "\
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: no-web}
spec:
  priority: 10
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  ingress:
  - name: web
    action: Deny
    from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: web}}}}]
    ports: [{portNumber: {port: 5432, protocol: TCP}}]
---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec:
  subject: {namespaces: {matchLabels: {kubernetes.io/metadata.name: shop}}}
  ingress: [{action: Deny, from: [{namespaces: {}}]}]
";

/// The same as one kind in two tiers.
fn newer(version: &str) -> String {
    format!(
        "\
---
apiVersion: policy.networking.k8s.io/{version}
kind: ClusterNetworkPolicy
metadata: {{name: no-web}}
spec:
  tier: Admin
  priority: 10
  subject: {{namespaces: {{matchLabels: {{kubernetes.io/metadata.name: shop}}}}}}
  ingress:
  - name: web
    action: Deny
    from: [{{pods: {{namespaceSelector: {{}}, podSelector: {{matchLabels: {{app: web}}}}}}}}]
    protocols: [{{tcp: {{destinationPort: {{number: 5432}}}}}}]
---
apiVersion: policy.networking.k8s.io/{version}
kind: ClusterNetworkPolicy
metadata: {{name: default}}
spec:
  tier: Baseline
  priority: 10
  subject: {{namespaces: {{matchLabels: {{kubernetes.io/metadata.name: shop}}}}}}
  ingress: [{{action: Deny, from: [{{namespaces: {{}}}}]}}]
"
    )
}

/// What a server with these policies is asked, beside the exit codes: those without them are 0 for all.
const ASKED: [(&[&str], i32); 4] = [
    (&["can", "web", "db:5432"], 1),
    (&["can", "db", "web:80"], 1),
    (&["can", "db", "dev/tool:80"], 0),
    (&["can", "10.9.0.1", "db:5432"], 0),
];

fn serving(cluster: Cluster) -> (Place, Server) {
    with(move |asked| cluster.answer(asked))
}

#[test]
fn both_tiers_of_each_kind_are_judged() {
    let (place, _server) = serving(Cluster::of(SHOP));
    for (question, _) in ASKED {
        assert_eq!(run(&place, question).code, Some(0), "{question:?}");
    }
    for tiers in [OLDER.to_owned(), newer("v1alpha2"), newer("v1beta1")] {
        let mut cluster = Cluster::of(&format!("{SHOP}{tiers}"));
        if tiers.contains("v1beta1") {
            cluster.lacks.push("policy.networking.k8s.io/v1alpha2");
        }
        let file = cluster.file();
        let (place, _server) = serving(cluster);
        place.write("cluster.json", &file);
        for (question, code) in ASKED {
            let live = run(&place, question);
            assert_eq!(live.code, Some(code), "{question:?} {live:?}");
            let filed = [question, &["-n", "shop", "-f", "cluster.json"]].concat();
            let filed = run(&place, &filed);
            assert_eq!(without_places(&live.out), without_places(&filed.out));
        }
        let live = run(&place, &["can", "web", "db:5432"]);
        assert!(
            live.out.contains("(no-web spec.ingress[0])"),
            "{}",
            live.out
        );
        for question in [
            &["matrix", "-o", "json"][..],
            &["matrix", "-o", "txt"],
            &["matrix", "--to", "shop/db:5432", "-o", "csv"],
        ] {
            let live = run(&place, question);
            let filed = run(&place, &[question, &["-f", "cluster.json"]].concat());
            assert_eq!((live.code, live.out), (Some(0), filed.out), "{question:?}");
        }
    }
}

#[test]
fn objects_in_two_versions_are_read_once() {
    let (place, server) = serving(Cluster::of(&format!("{SHOP}{}", newer("v1alpha2"))));
    assert_eq!(run(&place, &["can", "web", "db:5432"]).code, Some(1));
    let paths = server.paths();
    let of = |path: &str| paths.iter().filter(|it| it.ends_with(path)).count();
    assert_eq!(
        of("/policy.networking.k8s.io/v1alpha2/clusternetworkpolicies"),
        1
    );
    assert_eq!(of("v1beta1/clusternetworkpolicies"), 0);
}

#[test]
fn hidden_tiers_leave_open_what_they_could_decide() {
    for plural in [
        "adminnetworkpolicies",
        "baselineadminnetworkpolicies",
        "clusternetworkpolicies",
    ] {
        let mut cluster = Cluster::of(SHOP);
        cluster.hidden.insert(plural, Vec::new());
        let (place, _server) = serving(cluster);
        let ran = run(&place, &["can", "db", "web:80"]);
        assert_eq!(ran.code, Some(3), "{plural} {ran:?}");
        assert!(
            ran.err.contains("NetworkPolicy; `netpolc access`"),
            "{ran:?}"
        );
        // What a pod says to itself stays within.
        assert_eq!(run(&place, &["can", "web", "web:1"]).code, Some(0));
    }
}

/// Who has no rights is told 403 of a kind that the server does not have at all.
#[test]
fn absent_kinds_are_not_hidden() {
    let mut cluster = Cluster::of(SHOP);
    cluster.lacks = vec![
        "policy.networking.k8s.io/v1alpha1",
        "policy.networking.k8s.io/v1alpha2",
        "policy.networking.k8s.io/v1beta1",
    ];
    let (place, server) = with(move |asked| {
        if asked.path.contains("policy.networking.k8s.io") {
            return Reply::status(403, "Forbidden", "may not be listed");
        }
        cluster.answer(asked)
    });
    let ran = run(&place, &["can", "web", "db:5432"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(0), ""), "{ran:?}");
    let paths = server.paths();
    assert!(!paths.iter().any(|it| it.contains("policy.networking")));
}
