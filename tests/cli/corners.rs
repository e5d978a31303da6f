//! Claims where a careless reading of the cluster gives a wrong answer: each with the smallest
//! manifests that show it.

use super::{command, finish};

/// The results of the claims in `intents` over `manifests`, in their order.
fn results(manifests: &str, intents: &str, more: &[&str]) -> Vec<String> {
    let directory = std::env::temp_dir().join(format!("netpolc-corners-{}", fingerprint(intents)));
    std::fs::create_dir_all(&directory).expect("a directory");
    let file = directory.join("intents.yaml");
    let head = "apiVersion: netpolc/v1\nkind: Intents\n";
    std::fs::write(&file, format!("{head}{intents}")).expect("a file");
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    command
        .args(["prove", "-o", "json", "-f", "-"])
        .args(more)
        .arg(&file);
    let ran = finish(command, manifests);
    let proof: serde_json::Value = serde_json::from_str(&ran.out).expect(&ran.err);
    let results = proof.get("results").and_then(|all| all.as_array());
    let results = results.expect("results").iter();
    let result = |one: &serde_json::Value| one.get("result")?.as_str().map(ToOwned::to_owned);
    results.map(|one| result(one).expect("a result")).collect()
}

fn fingerprint(text: &str) -> u64 {
    use std::hash::{DefaultHasher, Hash as _, Hasher as _};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

/// A namespace `a` with these pods, each as `name: labels: more of its spec`.
fn pods(list: &[(&str, &str, &str)]) -> String {
    let pod = |(name, labels, spec): &(&str, &str, &str)| {
        format!(
            "---\n{{apiVersion: v1, kind: Pod, metadata: {{name: {name}, namespace: a, labels: \
             {{{labels}}}}}, spec: {{containers: [{{name: c, image: i}}]{spec}}}}}\n"
        )
    };
    let pods: String = list.iter().map(pod).collect();
    "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n".to_owned() + &pods
}

fn policy(spec: &str) -> String {
    format!(
        "---\n{{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {{name: np, \
         namespace: a}}, spec: {{{spec}}}}}\n"
    )
}

#[test]
fn the_third_of_three_alike_counts_where_a_claim_names_it() {
    let three = pods(&[
        ("p1", "app: x", ""),
        ("p2", "app: x", ""),
        ("p3", "app: x", ""),
    ]);
    let open = policy("podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: 81}]}]");
    let intents = "intents: [{name: t, expect: denied, from: internet, \
                   to: ['a/pod/p1:80', 'a/pod/p2:80', 'a/pod/p3:81']}]";
    assert_eq!(results(&(three + &open), intents, &[]), ["fails"]);
}

#[test]
fn a_pod_of_its_node_is_not_like_one_with_the_same_labels() {
    let three = pods(&[
        ("p1", "app: x", ""),
        ("p2", "app: x", ""),
        ("p3", "app: x", ", hostNetwork: true"),
    ]);
    let closed = policy("podSelector: {}, policyTypes: [Ingress]");
    let intents = "intents: [{name: t, expect: denied, scope: existing, from: internet, to: ns/a}]";
    assert_eq!(results(&(three + &closed), intents, &[]), ["fails"]);
}

#[test]
fn the_labels_of_pods_that_are_not_there_now_are_compared_too() {
    let none = "{apiVersion: v1, kind: Namespace, metadata: {name: a}}\n---\n\
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: d, namespace: a}, spec: \
        {replicas: 0, selector: {matchLabels: {team: z}}, template: {metadata: {labels: \
        {team: z}}, spec: {containers: [{name: c, image: i}]}}}}\n";
    let intents = "intents:\n\
        - {name: same, expect: denied, from: a/deploy/d, to: pods, sameLabels: [team]}\n\
        - {name: not, expect: denied, from: a/deploy/d, to: 'a/[team=z]', differentLabels: [team]}";
    assert_eq!(results(none, intents, &[]), ["fails", "vacuous"]);
}

#[test]
fn a_service_leads_to_named_ports_of_pods_of_their_node() {
    let host = pods(&[])
        + "---\n{apiVersion: v1, kind: Pod, metadata: {name: h, namespace: a, \
        labels: {app: h}}, spec: {hostNetwork: true, containers: [{name: c, image: i, ports: \
        [{name: http, containerPort: 8080}]}]}}\n---\n{apiVersion: v1, kind: Service, metadata: \
        {name: s, namespace: a}, spec: {selector: {app: h}, ports: [{port: 80, targetPort: http}]}}\n";
    let intents = "intents:\n\
        - {name: t, expect: denied, scope: existing, from: internet, to: 'a/svc/s:80'}\n\
        - {name: u, expect: denied, scope: existing, from: internet, to: 'a/pod/h:http'}";
    assert_eq!(results(&host, intents, &[]), ["fails", "fails"]);
}

#[test]
fn two_new_namespaces_of_one_name_are_one() {
    let intents = "intents: [{name: t, expect: denied, \
        from: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: x, env: prod}}}, \
        to: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: x, env: dev}}}}]";
    assert_eq!(
        results(&pods(&[]), intents, &["--new-namespaces"]),
        ["vacuous"]
    );
}

#[test]
fn a_new_namespace_has_a_name_of_its_own() {
    let taken = "{apiVersion: v1, kind: Namespace, metadata: {name: netpolc-source}}\n---\n\
        {apiVersion: v1, kind: Namespace, metadata: {name: netpolc-destination}}\n---\n\
        {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: np, namespace: \
        netpolc-source}, spec: {podSelector: {}, policyTypes: [Ingress, Egress]}}\n";
    let intents = "intents: [{name: t, expect: denied, from: {namespaceSelector: {matchLabels: \
                   {env: new}}}, to: ns/netpolc-destination}]";
    assert_eq!(results(taken, intents, &["--new-namespaces"]), ["fails"]);
}

#[test]
fn what_is_assumed_is_not_assumed_of_pods_that_are_there() {
    let odd = pods(&[("p", "app: w", "")]);
    let closed = policy("podSelector: {matchLabels: {app: w}}, policyTypes: [Ingress]");
    let assumed = "assume: [{always: {matchLabels: {app: x}}}]\n\
                   intents: [{name: t, expect: redundant, policy: a/np}]";
    assert_eq!(results(&(odd + &closed), assumed, &[]), ["fails"]);
    assert_eq!(results(&(pods(&[]) + &closed), assumed, &[]), ["holds"]);
}

#[test]
fn a_rule_is_not_redundant_that_lets_a_pod_that_is_there_reach_one_that_could_be() {
    let other = pods(&[("p", "team: z", "")]);
    let of_team = policy(
        "podSelector: {matchLabels: {app: new}}, policyTypes: [Ingress], \
         ingress: [{from: [{podSelector: {matchLabels: {team: z}}}]}]",
    );
    let intents = "assume: [{always: {matchLabels: {team: b}}}]\n\
                   intents: [{name: t, expect: redundant, policy: a/np, rule: 'ingress[0]'}]";
    assert_eq!(results(&(other + &of_team), intents, &[]), ["fails"]);
    assert_eq!(results(&(pods(&[]) + &of_team), intents, &[]), ["holds"]);
}

#[test]
fn pods_of_one_family_are_compared_in_that_family() {
    let block = "podSelector: {}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: \
                 10.0.0.0/8}}, {ipBlock: {cidr: 'fd00::/8'}}]}, {to: [{podSelector: {}}]}]";
    let both = pods(&[]) + &policy(block);
    let intents = "podNetworks: [10.0.0.0/8]\n\
                   intents: [{name: t, expect: redundant, policy: a/np, rule: 'egress[1]'}]";
    assert_eq!(results(&both, intents, &[]), ["holds"]);
    // Without knowing where pods are, one may be elsewhere.
    let intents = "intents: [{name: t, expect: redundant, policy: a/np, rule: 'egress[1]'}]";
    assert_eq!(results(&both, intents, &[]), ["fails"]);
}

#[test]
fn a_port_that_a_pod_names_twice_is_not_that_of_another_pod() {
    let twice = ", initContainers: [\
        {name: s, image: i, restartPolicy: Always, ports: [{name: db, containerPort: 80}]}, \
        {name: t, image: i, restartPolicy: Always, ports: [{name: db, containerPort: 80}]}]";
    let two = pods(&[("p1", "app: x", ""), ("p2", "app: z", twice)]);
    let by_name =
        policy("podSelector: {}, policyTypes: [Ingress], ingress: [{ports: [{port: db}]}]");
    let intents = "intents: [{name: t, expect: denied, from: internet, \
                   to: ['a/pod/p1:80', 'a/pod/p2:81']}]";
    assert_eq!(results(&(two + &by_name), intents, &[]), ["holds"]);
}

#[test]
fn a_pod_that_is_there_may_speak_to_one_that_could_be() {
    // What is known of the address of the one decides.
    let six = pods(&[("p1", "app: x", "}, status: {podIPs: [{ip: 'fd00::1'}]")]);
    let four = policy(
        "podSelector: {}, policyTypes: [Ingress], ingress: [{from: [{ipBlock: {cidr: 0.0.0.0/0}}]}]",
    );
    let intents = "intents: [{name: t, expect: allowed, from: pods, to: pods}]";
    assert_eq!(results(&(six + &four), intents, &[]), ["fails"]);

    // What is assumed of the one is not true of the other.
    let other = pods(&[("p1", "team: z", "")]);
    let of_team = policy(
        "podSelector: {}, policyTypes: [Ingress], \
         ingress: [{from: [{podSelector: {matchLabels: {team: z}}}]}]",
    );
    let intents = "assume: [{always: {matchLabels: {team: b}}}]\n\
                   intents: [{name: t, expect: denied, from: pods, to: 'a/[app=new]'}]";
    assert_eq!(results(&(other + &of_team), intents, &[]), ["fails"]);
}

#[test]
fn nothing_is_claimed_of_what_passes_outside() {
    let intents = "intents: [{name: t, expect: denied, from: internet, to: 192.0.2.0/24}]";
    assert_eq!(results(&pods(&[]), intents, &[]), ["vacuous"]);
}

#[test]
fn a_broken_claim_is_never_left_out() {
    let mut command = command(env!("CARGO_BIN_EXE_netpolc"));
    let arguments = ["prove", "-", "-f", "shop.yaml", "--keep-going"];
    command.args(arguments);
    let intents = "apiVersion: netpolc/v1\nkind: Intents\nintents:\n\
        - {name: good, expect: denied, from: internet, to: ns/shop}\n\
        - {name: bad, expect: denied, from: internet, to: shop/sts/nothing}\n";
    let ran = finish(command, intents);
    assert_eq!((ran.code, ran.out.as_str()), (Some(2), ""), "{}", ran.err);
}
