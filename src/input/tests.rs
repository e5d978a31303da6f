//! What valid manifests are read as.

use super::{Loaded, Options, read_text};
use crate::model::{Asks, PodPhase, ServiceKind, TargetPort, WhyDormant};
use crate::net::Protocol;
use crate::selector::{Labels, Selector};

pub(super) fn read(text: &str) -> Loaded {
    read_text("a.yaml", text, &Options::default())
}

/// Reads what has nothing wrong.
pub(super) fn clean(text: &str) -> Loaded {
    let loaded = read(text);
    assert_eq!(loaded.findings, [], "{text}");
    assert_eq!(loaded.objects.left_out, []);
    loaded
}

const POD: &str = r#"{"apiVersion": "v1", "kind": "Pod",
  "metadata": {"name": "web-1", "namespace": "shop", UID "labels": {"app": "web", "empty": ""},
    "managedFields": [{"fieldsV1": {"f:a": {}}}],
    "ownerReferences": [{"kind": "Node", "name": "n", "apiVersion": "v1", "uid": "1"},
      {"kind": "ReplicaSet", "name": "web", "controller": true, "apiVersion": "apps/v1", "uid": "2"}]},
  "spec": {"hostNetwork": true, "nodeName": "node-1",
    "initContainers": [
      {"name": "once", "image": "i", "ports": [{"containerPort": 1}]},
      {"name": "sidecar", "image": "i", "restartPolicy": "Always", "ports": [{"containerPort": 2, "protocol": "UDP"}]}],
    "containers": [{"name": "web", "image": "i", "ports": [{"name": "http", "containerPort": 80}]}]},
  "status": {"phase": "Succeeded", "podIP": "10.0.0.1", "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}]}}"#;

#[test]
fn pods_are_read_alike_from_every_form() {
    let own = POD.replace("UID", "");
    let from_server = POD.replace("UID", r#""uid": "1-2","#);
    let yaml = format!("--- # as YAML\n{own}");
    let list = format!(r#"{{"items": [{from_server}], "kind": "List", "apiVersion": "v1"}}"#);
    let bare = from_server.replace(r#""apiVersion": "v1", "kind": "Pod","#, "");
    let typed = format!(r#"{{"kind": "PodList", "apiVersion": "v1", "items": [{bare}]}}"#);
    let late = format!(r#"{{"items": [{bare}], "apiVersion": "v1", "kind": "PodList"}}"#);
    let nested = format!(r#"{{"kind": "List", "apiVersion": "v1", "items": [{typed}, {typed}]}}"#);
    let items = bare.replace('\n', " ");
    let yaml_list = format!("apiVersion: v1\nitems:\n- {items}\nkind: PodList\n");
    for text in [own, from_server, yaml, list, typed, late, nested, yaml_list] {
        let loaded = clean(&text);
        let [pod] = loaded.objects.pods.as_slice() else {
            panic!("one pod in {text}, but {:?}", loaded.unknown_kinds)
        };
        assert_eq!((&*pod.namespace, &*pod.name), ("shop", "web-1"));
        let labels = Labels::from_pairs([("app", "web"), ("empty", "")]);
        assert_eq!(pod.template.labels, labels);
        let owner = pod.owner.as_ref().unwrap();
        assert_eq!((&*owner.kind, &*owner.name), ("ReplicaSet", "web"));
        let ports: Vec<_> = pod
            .template
            .ports
            .iter()
            .map(|port| (port.protocol, port.port))
            .collect();
        assert_eq!(ports, [(Protocol::Tcp, 80), (Protocol::Udp, 2)]);
        assert_eq!(pod.template.ports[0].name.as_deref(), Some("http"));
        assert!(pod.template.host_network);
        assert_eq!(pod.node.as_deref(), Some("node-1"));
        assert_eq!(pod.phase, PodPhase::Finished);
        let ips: Vec<String> = pod.ips.iter().map(ToString::to_string).collect();
        assert_eq!(ips, ["10.0.0.1", "fd00::1"]);
    }
}

#[test]
fn places_in_lists_are_those_of_the_file() {
    let list = "{\"items\": [\n  {\"metadata\": {\"name\": \"a\", \"uid\": \"1\"}},\n  \
                {\"metadata\": {\"name\": \"b\"}}\n], \"apiVersion\": \"v1\", \"kind\": \"NamespaceList\"}";
    let places = |loaded: &Loaded| -> Vec<String> {
        let spans = loaded
            .objects
            .namespaces
            .iter()
            .map(|ns| ns.origin.span.unwrap());
        spans.map(|span| loaded.sources.place(span)).collect()
    };
    // What came from an API server keeps no text, only the start of its part.
    assert_eq!(places(&clean(list)), ["a.yaml:2:3", "a.yaml:3:25"]);
    let yaml = "kind: List\napiVersion: v1\nitems:\n- kind: Namespace\n  apiVersion: v1\n  \
                metadata: {name: a}\n- kind: Namespace\n  apiVersion: v1\n  metadata:\n    name: b\n";
    assert_eq!(places(&clean(yaml)), ["a.yaml:6:20", "a.yaml:10:11"]);
}

#[test]
fn workloads_ask_for_pods() {
    let read = |kind: &str, version: &str, spec: &str| {
        let text =
            format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: w}}\nspec: {spec}\n");
        let loaded = clean(&text);
        let workload = loaded.objects.workloads.into_iter().next().unwrap();
        let made = &workload.makes[0];
        (made.asks, made.template.labels.to_string())
    };
    let template = "selector: {matchLabels: {app: w}}, template: {metadata: {labels: {app: w}}}";
    let labels = || "app=w".to_owned();
    assert_eq!(
        read("Deployment", "apps/v1", &format!("{{{template}}}")),
        (Asks::replicas(1), labels())
    );
    let none = format!("{{replicas: 0, {template}}}");
    let nothing = Asks::Nothing(WhyDormant::NoReplicas);
    assert_eq!(read("StatefulSet", "apps/v1", &none), (nothing, labels()));
    assert_eq!(
        read("DaemonSet", "apps/v1", &format!("{{{template}}}")),
        (Asks::PerNode { picks: false }, labels())
    );
    let template = "template: {metadata: {labels: {app: w}}}";
    let three = format!("{{parallelism: 3, {template}}}");
    let several = Asks::Between(3, Some(3));
    assert_eq!(read("Job", "batch/v1", &three), (several, labels()));
    let two = format!("{{parallelism: 3, completions: 2, {template}}}");
    let several = Asks::Between(2, Some(2));
    assert_eq!(read("Job", "batch/v1", &two), (several, labels()));
    let paused = format!("{{suspend: true, {template}}}");
    let nothing = Asks::Nothing(WhyDormant::Suspended);
    assert_eq!(read("Job", "batch/v1", &paused), (nothing, labels()));
    let cron = format!("{{jobTemplate: {{spec: {three}}}}}");
    let overlapping = Asks::Between(3, None);
    assert_eq!(read("CronJob", "batch/v1", &cron), (overlapping, labels()));
    let alone = format!("{{concurrencyPolicy: Forbid, jobTemplate: {{spec: {three}}}}}");
    let several = Asks::Between(3, Some(3));
    assert_eq!(read("CronJob", "batch/v1", &alone), (several, labels()));
}

#[test]
fn services_lead_to_pods() {
    let loaded = clean(
        "apiVersion: v1\nkind: Service\nmetadata: {name: db}\nspec:\n  clusterIP: None\n  \
         selector: {app: db}\n  ports:\n  - {name: a, port: 80}\n  - {name: b, port: 81, targetPort: http, protocol: UDP}\n\
         ---\napiVersion: v1\nkind: Service\nmetadata: {name: ext}\n\
         spec: {type: ExternalName, externalName: example.com, selector: {}}\n",
    );
    let [db, external] = loaded.objects.services.as_slice() else {
        panic!("two Services")
    };
    assert_eq!(db.selector, Some(Selector::labels([("app", "db")])));
    assert!(db.addresses.is_empty());
    assert_eq!(db.ports[0].target, TargetPort::Number(80));
    assert_eq!(db.ports[1].target, TargetPort::Named("http".into()));
    assert_eq!(db.ports[1].protocol, Protocol::Udp);
    assert_eq!(
        (external.kind, &external.selector),
        (ServiceKind::ExternalName, &None)
    );
}

#[test]
fn ingresses_of_both_forms_lead_to_services() {
    let rules = |backend: &str| {
        format!(
            "rules: [{{host: a.example, http: {{paths: [{{pathType: Prefix, backend: {backend}}}]}}}}]"
        )
    };
    let new = rules("{service: {name: web, port: {number: 80}}}");
    let old = rules("{serviceName: web, servicePort: 80}");
    for (version, rules) in [("networking.k8s.io/v1", new), ("extensions/v1beta1", old)] {
        let text = format!(
            "apiVersion: {version}\nkind: Ingress\nmetadata: {{name: i, uid: u}}\nspec: {{{rules}}}\n"
        );
        let loaded = clean(&text);
        let path = &loaded.objects.ingresses[0].paths[0];
        assert_eq!(
            (path.host.as_deref(), &*path.path),
            (Some("a.example"), "/")
        );
        let backend = path.backend.as_ref().unwrap();
        assert_eq!(&*backend.service, "web");
        assert_eq!(backend.port, Some(TargetPort::Number(80)));
    }
}

#[test]
fn files_in_any_form_are_read() {
    let text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    let wide: Vec<u8> = format!("\u{feff}{text}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let options = Options::default();
    for bytes in [windows.into_bytes(), wide] {
        let mut loader = super::loader::Loader::new(&options);
        super::stream::read(&mut loader, "a.yaml", bytes.as_slice()).unwrap();
        let result = loader.finish();
        assert_eq!(result.findings, []);
        let namespace = &result.objects.namespaces[0];
        assert_eq!(&*namespace.name, "a");
        assert_eq!(
            result.sources.place(namespace.origin.span.unwrap()),
            "a.yaml:3:18"
        );
    }
}

#[test]
fn objects_that_say_they_are_patches_are_passed_over() {
    let object = |labels: &str| {
        format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: a\n  labels: {labels}\n")
    };
    for labels in [
        "{$patch: delete}",
        "\n    - {$patch: delete}",
        r#"{"\u0024patch": delete}"#,
    ] {
        let loaded = read(&object(labels));
        assert_eq!(loaded.objects.namespaces, [], "{labels}");
        assert_eq!(loaded.patches, ["a.yaml:1"], "{labels}");
    }
    let aliased = format!("x: &p {{$patch: delete}}\n{}", object("*p"));
    assert_eq!(read(&aliased).patches, ["a.yaml:1"]);
    assert_eq!(read(&object("{patch: $x}")).objects.namespaces.len(), 1);
}

#[test]
fn files_with_a_mark_of_the_byte_order_can_be_joined() {
    let object = |name| format!("apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {name}\n");
    let json = r#"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "c"}}"#;
    let json_too = json.replace("\"c\"", "\"d\"");
    let (a, b) = (object("a"), object("b"));
    let loaded = clean(&format!(
        "\u{feff}---\n{a}---\n\u{feff}{b}---\n\u{feff}{json}\n---\n{{}}\n---\n\u{feff}{json_too}\n---\n\u{feff}"
    ));
    let namespaces = loaded.objects.namespaces.iter();
    let places: Vec<(&str, String)> = namespaces
        .map(|it| (&*it.name, loaded.sources.place(it.origin.span.unwrap())))
        .collect();
    let place = |place: &str| place.to_owned();
    assert_eq!(
        places,
        [
            ("a", place("a.yaml:5:9")),
            ("b", place("a.yaml:10:9")),
            ("c", place("a.yaml:12:64")),
            ("d", place("a.yaml:16:64"))
        ]
    );
}

#[test]
fn anchors_aliases_and_merge_keys_are_resolved() {
    let loaded = clean(
        "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: &name shop\n  \
         labels: &labels {team: *name, tier: a}\n---\n\
         apiVersion: v1\nkind: Namespace\nmetadata:\n  annotations: &more {x: v, z: w}\n  \
         labels:\n    <<: *more\n    x: mine\n  name: other\n",
    );
    let labels: Vec<String> = loaded
        .objects
        .namespaces
        .iter()
        .map(|ns| ns.labels.to_string())
        .collect();
    assert_eq!(
        labels,
        [
            "kubernetes.io/metadata.name=other,x=mine,z=w",
            "kubernetes.io/metadata.name=shop,team=shop,tier=a",
        ]
    );
}

#[test]
fn documents_that_are_not_ours_are_counted() {
    let loaded = clean(
        "# values of a chart\nreplicas: 3\nkind: Deployment\n---\n[1, 2]\n---\nitems: [{kind: Pod}]\n---\n\
         # nothing\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b, a: c}\n---\n\
         apiVersion: crd.antrea.io/v1beta1\nkind: Tier\nspec: {}\n",
    );
    let counts: Vec<_> = loaded
        .unknown_kinds
        .iter()
        .map(|(kind, count)| (&**kind, *count))
        .collect();
    assert_eq!(
        counts,
        [
            ("(not an object)", 3),
            ("ConfigMap", 1),
            ("Tier.crd.antrea.io", 1)
        ]
    );
    assert_eq!(loaded.documents, 2);
    for text in [
        "hello",
        "- a",
        "null\n---\n[]",
        "Error: chart not found",
        "{\"a\": 1}",
    ] {
        assert_eq!(clean(text).documents, 0, "{text}");
    }
}
