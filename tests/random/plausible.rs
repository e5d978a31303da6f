//! Random repositories as people keep them: rendered charts, bases and overlays of kustomize, what
//! operators are scaffolded with, and trees for `GitOps`. What is in them is valid, and not all that runs
//! in the cluster. Nothing here comes from a repository: only the habits do.

use super::Choices;
use super::applications::{App, Home};
use std::fmt::Write as _;

/// A file: its path from the root of the repository, and its text.
pub(crate) type File = (String, String);

/// Applications, each with the port that it listens on.
const APPS: [(&str, u16); 8] = [
    ("web", 8080),
    ("api", 8000),
    ("worker", 9000),
    ("db", 5432),
    ("cache", 6379),
    ("queue", 5672),
    ("auth", 8443),
    ("search", 9200),
];

const NAMESPACES: [&str; 5] = ["shop", "payments", "platform", "staging", "team-a"];

/// How a repository labels its pods.
const STYLES: [&str; 4] = [
    "app",
    "app.kubernetes.io/name",
    "k8s-app",
    "app.kubernetes.io/component",
];

/// Draws a repository.
pub(crate) fn repository(choices: &mut Choices<'_>) -> Vec<File> {
    let mut files = Vec::new();
    let parts = 1 + choices.below(3);
    for number in 0..parts {
        match choices.below(4) {
            0 => rendered_chart(choices, number, &mut files),
            1 => kustomize(choices, number, &mut files),
            2 => operator(choices, number, &mut files),
            _ => gitops(choices, number, &mut files),
        }
    }
    if choices.once_in(3) {
        files.extend(unrendered_chart());
    }
    if choices.once_in(3) {
        files.push(("docs/dns.yaml".to_owned(), dns(choices)));
    }
    files
}

/// What tells the names of a part from those of the first.
fn suffix(part: usize) -> String {
    match part {
        0 => String::new(),
        part => format!("-{part}"),
    }
}

/// Some applications, each once in a repository of which this is a part.
fn apps(choices: &mut Choices<'_>, part: usize) -> Vec<App> {
    let first = choices.below(APPS.len());
    let number = 1 + choices.below(4);
    let all = APPS.iter().cycle().skip(first).take(number);
    let app = |&(name, port): &(&str, u16)| App {
        name: format!("{name}{}", suffix(part)),
        port,
    };
    all.map(app).collect()
}

/// The objects of some applications, with policies for some of them.
fn objects(choices: &mut Choices<'_>, home: &Home<'_>, all: &[App]) -> Vec<(String, String)> {
    let mut objects = Vec::new();
    for (index, app) in all.iter().enumerate() {
        objects.push((
            format!("{}-deployment", app.name),
            home.workload(choices, app),
        ));
        if !choices.once_in(3) {
            objects.push((format!("{}-service", app.name), home.service(choices, app)));
        }
        if choices.once_in(2) {
            let others = all.get(index + 1..).unwrap_or_default();
            let policy = home.policy(choices, app, others);
            objects.push((format!("{}-networkpolicy", app.name), policy));
        }
    }
    if choices.once_in(2) {
        objects.push(("default-deny".into(), home.default_deny(choices)));
    }
    objects
}

/// What `helm template` prints: everything in one file, each document with the name of its template.
fn rendered_chart(choices: &mut Choices<'_>, number: usize, files: &mut Vec<File>) {
    let release = format!("rel{number}");
    let namespace = format!("shop{}", suffix(number));
    let home = Home {
        // Charts mostly leave it to `--namespace`, and some write it down.
        namespace: choices.once_in(2).then_some(&*namespace),
        style: "app.kubernetes.io/name",
        release: Some(release.clone()),
    };
    let all = apps(choices, number);
    let mut text = String::new();
    for (name, object) in objects(choices, &home, &all) {
        let _ = write!(
            text,
            "---\n# Source: {release}/templates/{name}.yaml\n{object}"
        );
    }
    files.push((format!("rendered/{release}.yaml"), text));
}

/// A base without namespaces, and an overlay that sets one and patches a workload.
fn kustomize(choices: &mut Choices<'_>, number: usize, files: &mut Vec<File>) {
    let root = format!("apps/k{number}");
    let home = Home {
        namespace: None,
        style: STYLES[choices.below(STYLES.len())],
        release: None,
    };
    let all = apps(choices, number);
    let mut resources = String::new();
    for (name, object) in objects(choices, &home, &all) {
        let _ = writeln!(resources, "  - {name}.yaml");
        files.push((format!("{root}/base/{name}.yaml"), object));
    }
    let head = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";
    files.push((
        format!("{root}/base/kustomization.yaml"),
        format!("{head}resources:\n{resources}"),
    ));
    let namespace = format!("prod{}", suffix(number));
    let patched = &all[0];
    let mut resources = String::from("  - ../../base\n");
    if choices.once_in(2) {
        resources.push_str("  - namespace.yaml\n");
        files.push((
            format!("{root}/overlays/prod/namespace.yaml"),
            format!("apiVersion: v1\nkind: Namespace\nmetadata: {{name: {namespace}, labels: {{team: a}}}}\n"),
        ));
    }
    files.push((
        format!("{root}/overlays/prod/kustomization.yaml"),
        format!(
            "{head}namespace: {namespace}\nresources:\n{resources}patches:\n  - path: patch.yaml\n"
        ),
    ));
    files.push((
        format!("{root}/overlays/prod/patch.yaml"),
        format!(
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: {}}}\nspec:\n  template:\n    spec:\n      containers: [{{name: main, resources: {{limits: {{memory: 256Mi}}}}}}]\n",
            patched.name
        ),
    ));
}

/// What an operator is scaffolded with: its manager, policies for metrics and webhooks, a definition and
/// a sample of it.
fn operator(choices: &mut Choices<'_>, number: usize, files: &mut Vec<File>) {
    let name = format!("op{number}");
    let labels = format!("control-plane: controller-manager, app.kubernetes.io/name: {name}");
    let managed = format!("{labels}, app.kubernetes.io/managed-by: kustomize");
    files.push((
        format!("{name}/config/manager/manager.yaml"),
        format!(
            "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {name}-system, labels: {{{managed}}}}}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}-controller-manager\n  namespace: {name}-system\n  labels: {{{managed}}}\nspec:\n  replicas: 1\n  selector: {{matchLabels: {{{labels}}}}}\n  template:\n    metadata: {{labels: {{{labels}}}}}\n    spec:\n      containers:\n        - name: manager\n          image: controller:latest\n          ports: [{{containerPort: 9443, name: webhook-server, protocol: TCP}}]\n          livenessProbe: {{httpGet: {{path: /healthz, port: 8081}}}}\n"
        ),
    ));
    let from = if choices.once_in(2) {
        "metrics"
    } else {
        "webhook"
    };
    for (what, port) in [("metrics", 8443), ("webhook", 443)] {
        if what == "webhook" && choices.once_in(2) {
            continue;
        }
        files.push((
            format!("{name}/config/network-policy/allow-{what}-traffic.yaml"),
            format!(
                "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  labels: {{app.kubernetes.io/name: {name}, app.kubernetes.io/managed-by: kustomize}}\n  name: {name}-allow-{what}-traffic\n  namespace: {name}-system\nspec:\n  podSelector: {{matchLabels: {{{labels}}}}}\n  policyTypes: [Ingress]\n  ingress:\n    - from:\n        - namespaceSelector: {{matchLabels: {{{from}: enabled}}}}\n      ports: [{{port: {port}, protocol: TCP}}]\n"
            ),
        ));
    }
    files.push((
        format!("{name}/config/crd/bases/{name}.yaml"),
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: things.{name}.example.com}}\nspec: {{group: {name}.example.com, names: {{kind: Thing, plural: things}}, scope: Namespaced, versions: []}}\n"
        ),
    ));
    files.push((
        format!("{name}/config/samples/thing.yaml"),
        format!(
            "apiVersion: {name}.example.com/v1\nkind: Thing\nmetadata: {{name: sample}}\nspec: {{size: 3}}\n"
        ),
    ));
    if choices.once_in(2) {
        // The operator adds what the pods need by itself.
        files.push((
            format!("{name}/config/network-policy/default-deny.yaml"),
            format!("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: default-deny, namespace: {name}-system}}\nspec:\n  podSelector: {{}}\n  policyTypes: [Ingress, Egress]\n  egress:\n    - to: [{{ipBlock: {{cidr: 10.96.0.1/32}}}}]\n      ports: [{{port: 443, protocol: TCP}}]\n"),
        ));
    }
}

/// Namespaces with policies, of which only some have their workloads in the tree.
fn gitops(choices: &mut Choices<'_>, number: usize, files: &mut Vec<File>) {
    let root = format!("clusters/c{number}");
    let style = STYLES[choices.below(STYLES.len())];
    let many = 1 + choices.below(NAMESPACES.len());
    for (place, namespace) in NAMESPACES.iter().take(many).enumerate() {
        let namespace = &format!("{namespace}{}", suffix(number));
        let directory = format!("{root}/{namespace}");
        files.push((
            format!("{directory}/namespace.yaml"),
            format!(
                "apiVersion: v1\nkind: Namespace\nmetadata: {{name: {namespace}, labels: {{tenant: {namespace}}}}}\n"
            ),
        ));
        let home = Home {
            namespace: Some(namespace.as_str()),
            style,
            release: None,
        };
        let all = apps(choices, number * NAMESPACES.len() + place);
        match choices.below(3) {
            0 => {
                // The workloads come from a chart that is somewhere else.
                files.push((
                    format!("{directory}/release.yaml"),
                    format!(
                        "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: {}, namespace: {namespace}}}\nspec: {{interval: 5m, values: {{replicas: 2}}}}\n",
                        all[0].name
                    ),
                ));
                let policy = home.policy(choices, &all[0], &all[1..]);
                files.push((format!("{directory}/policy.yaml"), policy));
            }
            1 => files.push((format!("{directory}/deny.yaml"), home.default_deny(choices))),
            _ => {
                // Some name the namespace, and some leave it to the tool.
                let open = Home {
                    namespace: None,
                    style,
                    release: None,
                };
                for (name, object) in objects(choices, &home, &all) {
                    files.push((format!("{directory}/{name}.yaml"), object));
                }
                if choices.once_in(2) {
                    let client = App {
                        name: format!("client{}", suffix(number)),
                        port: 8081,
                    };
                    let client = open.workload(choices, &client);
                    files.push((format!("{directory}/client.yaml"), client));
                }
            }
        }
    }
}

/// A chart as it is kept, beside manifests.
fn unrendered_chart() -> [File; 4] {
    let file = |name: &str, text: &str| (format!("charts/tool/{name}"), text.to_owned());
    [
        file("Chart.yaml", "apiVersion: v2\nname: tool\nversion: 0.1.0\n"),
        file("values.yaml", "networkPolicy: {enabled: true}\n"),
        file(
            "templates/deployment.yaml",
            "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{ include \"tool.fullname\" . }}\n  labels:\n    {{- include \"tool.labels\" . | nindent 4 }}\nspec:\n  {{- if not .Values.autoscaling }}\n  replicas: {{ .Values.replicas }}\n  {{- end }}\n",
        ),
        file(
            "templates/networkpolicy.yaml",
            "{{- if .Values.networkPolicy.enabled }}\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: {{ include \"tool.fullname\" . }}\nspec:\n  podSelector:\n    matchLabels:\n      {{- include \"tool.selectorLabels\" . | nindent 6 }}\n{{- end }}\n",
        ),
    ]
}

/// The DNS of the cluster, which few keep beside an application.
fn dns(choices: &mut Choices<'_>) -> String {
    let namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: kube-system}\n---\n";
    let namespace = if choices.once_in(2) { namespace } else { "" };
    format!(
        "{namespace}apiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: coredns, namespace: kube-system}}\nspec:\n  selector: {{matchLabels: {{k8s-app: kube-dns}}}}\n  template:\n    metadata: {{labels: {{k8s-app: kube-dns}}}}\n    spec:\n      containers:\n        - name: coredns\n          image: registry.example/coredns:1\n          ports: [{{containerPort: 53, protocol: UDP}}, {{containerPort: 53, protocol: TCP}}]\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: kube-dns, namespace: kube-system}}\nspec:\n  selector: {{k8s-app: kube-dns}}\n  ports: [{{name: dns, port: 53, protocol: UDP}}, {{name: dns-tcp, port: 53, protocol: TCP}}]\n"
    )
}
