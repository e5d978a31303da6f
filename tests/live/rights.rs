//! What a user may not see is named, and leaves open what hangs on it and nothing else.

use crate::answers::SHOP;
use crate::cluster::Cluster;
use crate::server::Server;
use crate::{Place, run, with};

fn hiding(hidden: &[(&'static str, &[&'static str])]) -> (Place, Server) {
    let mut cluster = Cluster::of(SHOP);
    let hidden = hidden.iter().map(|(plural, seen)| (*plural, seen.to_vec()));
    cluster.hidden = hidden.collect();
    with(move |asked| cluster.answer(asked))
}

#[test]
fn hidden_policies_leave_open_what_they_could_decide() {
    let (place, _server) = hiding(&[("networkpolicies", &[])]);
    let ran = run(&place, &["can", "web", "db:5432"]);
    assert_eq!(ran.code, Some(3), "{ran:?}");
    assert!(
        ran.out.starts_with(
            "unknown\nany NetworkPolicy is hidden from this user and may decide otherwise."
        ),
        "{}",
        ran.out
    );
    assert!(
        ran.err
            .starts_with("note: hidden from this user: any NetworkPolicy;"),
        "{}",
        ran.err
    );
    // No policy decides over what a pod says to itself.
    assert_eq!(run(&place, &["can", "web", "web:1"]).code, Some(0));
    assert_eq!(run(&place, &["matrix"]).code, Some(3));
}

#[test]
fn who_has_rights_in_one_namespace_has_answers_about_it() {
    let seen: &[&str] = &["shop"];
    let (place, server) = hiding(&[
        ("namespaces", seen),
        ("nodes", &[]),
        ("pods", seen),
        ("services", seen),
        ("deployments", seen),
        ("replicasets", seen),
        ("statefulsets", seen),
        ("networkpolicies", seen),
        ("ingresses", seen),
    ]);
    let ran = run(&place, &["can", "web", "db:5432"]);
    assert_eq!(
        (ran.code, ran.out.lines().next()),
        (Some(0), Some("yes")),
        "{ran:?}"
    );
    let ran = run(&place, &["can", "web", "db:1"]);
    assert_eq!(ran.code, Some(1), "{ran:?}");
    // It may be there, and the user may not see it.
    let ran = run(&place, &["can", "dev/tool", "db:5432"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(3), ""), "{ran:?}");
    assert!(
        ran.err.contains("as far as this user may see"),
        "{}",
        ran.err
    );
    // It would be seen.
    let ran = run(&place, &["can", "nobody", "db:5432"]);
    assert_eq!(ran.code, Some(2), "{ran:?}");
    // The address may be that of a pod.
    assert_eq!(run(&place, &["can", "web", "10.1.0.3:80"]).code, Some(3));
    let paths = server.paths();
    assert!(
        paths.contains(&"/api/v1/namespaces/shop".to_owned()),
        "{paths:?}"
    );
    assert!(
        paths.contains(&"/api/v1/namespaces/shop/pods".to_owned()),
        "{paths:?}"
    );
}

#[test]
fn kinds_on_which_nothing_hangs_leave_nothing_open() {
    let (place, _server) = hiding(&[
        ("nodes", &[]),
        ("deployments", &[]),
        ("replicasets", &[]),
        ("statefulsets", &[]),
        ("ingresses", &[]),
    ]);
    assert_eq!(run(&place, &["can", "web", "db:5432"]).code, Some(0));
    assert_eq!(run(&place, &["can", "ns/shop", "db:1"]).code, Some(1));
    assert_eq!(run(&place, &["matrix"]).code, Some(0));
    assert_eq!(run(&place, &["can", "deploy/web", "db:1"]).code, Some(3));
    assert_eq!(run(&place, &["can", "node/a", "db:1"]).code, Some(3));
}

#[test]
fn access_says_which_rights_are_missing() {
    let (place, server) = hiding(&[("nodes", &[]), ("networkpolicies", &["shop"])]);
    let ran = run(&place, &["access"]);
    assert_eq!((ran.code, ran.err.as_str()), (Some(1), ""), "{ran:?}");
    let missing: Vec<&str> = ran
        .out
        .lines()
        .filter(|it| it.starts_with("#   "))
        .collect();
    assert_eq!(
        missing,
        [
            "#   list networkpolicies.networking.k8s.io outside of shop",
            "#   list nodes",
        ]
    );
    let role = "\
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata:
  name: netpolc
rules:
- apiGroups: [\"\"]
  resources: [namespaces, nodes, pods, services]
  verbs: [list]
- apiGroups: [\"apps\"]
  resources: [deployments, replicasets, statefulsets]
  verbs: [list]
- apiGroups: [\"networking.k8s.io\"]
  resources: [ingresses, networkpolicies]
  verbs: [list]
- apiGroups: [\"policy.networking.k8s.io\"]
  resources: [adminnetworkpolicies, baselineadminnetworkpolicies, clusternetworkpolicies]
  verbs: [list]
";
    assert!(ran.out.ends_with(role), "{}", ran.out);
    assert!(server.asked().iter().all(|it| it.method == "GET"));
    let (place, _server) = hiding(&[]);
    assert_eq!(run(&place, &["access"]).code, Some(0));
}
