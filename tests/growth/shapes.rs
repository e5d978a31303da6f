//! Manifests of one shape each, in any size.

use std::fmt::Write as _;

/// Objects as YAML documents.
#[derive(Default)]
struct Objects(String);

impl Objects {
    fn add(&mut self, version: &str, kind: &str, name: &str, rest: &str) {
        write!(
            self.0,
            "---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, namespace: d}}\n{rest}\n"
        )
        .expect("a string takes text");
    }

    fn workload(&mut self, kind: &str, name: &str, replicas: usize) {
        let spec = format!(
            "spec: {{replicas: {replicas}, selector: {{matchLabels: {{app: {name}}}}}, template: {{metadata: {{labels: \
             {{app: {name}}}}}, spec: {{containers: [{{name: c, image: i, ports: [{{containerPort: 80}}]}}]}}}}}}"
        );
        self.add("apps/v1", kind, name, &spec);
    }

    fn policy(&mut self, name: &str, spec: &str) {
        let spec = format!("spec: {spec}");
        self.add("networking.k8s.io/v1", "NetworkPolicy", name, &spec);
    }

    /// Two Deployments, `a` and `b`.
    fn two() -> Self {
        let mut objects = Self::default();
        objects.workload("Deployment", "a", 2);
        objects.workload("Deployment", "b", 2);
        objects
    }
}

/// What `each` makes of every number, with commas.
fn list(n: usize, each: impl Fn(usize) -> String) -> String {
    (0..n).map(each).collect::<Vec<_>>().join(", ")
}

fn address(n: usize) -> String {
    format!("{}.{}.{}", 20 + (n >> 16), n >> 8 & 255, n & 255)
}

fn ingress(rules: &str) -> String {
    format!("{{podSelector: {{matchLabels: {{app: b}}}}, ingress: [{rules}]}}")
}

fn egress(rules: &str) -> String {
    format!(
        "{{podSelector: {{matchLabels: {{app: b}}}}, policyTypes: [Egress], egress: [{rules}]}}"
    )
}

/// Two workloads with numbered pods, of which every pod was read, with the labels that tell it from the others.
pub(crate) fn replicas(n: usize) -> String {
    let mut objects = Objects::default();
    objects.workload("StatefulSet", "a", n);
    objects.workload("StatefulSet", "b", n);
    for (at, set) in ["a", "b"].into_iter().enumerate() {
        for pod in 0..n {
            let (high, low) = (pod >> 8, pod & 255);
            write!(
                objects.0,
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {set}-{pod}, namespace: d, ownerReferences: [{{apiVersion: \
                 apps/v1, kind: StatefulSet, name: {set}, uid: u, controller: true}}], labels: {{app: {set}, \
                 apps.kubernetes.io/pod-index: '{pod}', statefulset.kubernetes.io/pod-name: {set}-{pod}}}}}\n\
                 spec: {{containers: [{{name: c, image: i}}]}}\nstatus: {{podIP: 10.{at}.{high}.{low}}}\n"
            )
            .expect("a string takes text");
        }
    }
    objects.policy(
        "p",
        &ingress("{from: [{podSelector: {matchLabels: {app: a}}}], ports: [{port: 80}]}"),
    );
    objects.0
}

/// A policy for every replica of a large StatefulSet that a selector asks for.
pub(crate) fn indexes(n: usize) -> String {
    let mut objects = Objects::default();
    objects.workload("StatefulSet", "a", 1_000_000);
    for pod in 0..n {
        let asked = format!(
            "{{podSelector: {{matchLabels: {{apps.kubernetes.io/pod-index: '{pod}'}}}}, ingress: []}}"
        );
        objects.policy(&format!("p{pod}"), &asked);
    }
    objects.0
}

/// One rule with blocks that have nothing in common, each with an exception.
pub(crate) fn blocks(n: usize) -> String {
    let mut objects = Objects::two();
    let block = |it| {
        format!(
            "{{ipBlock: {{cidr: {0}.0/24, except: [{0}.16/28]}}}}",
            address(it)
        )
    };
    objects.policy("p", &egress(&format!("{{to: [{}]}}", list(n, block))));
    objects.0
}

/// One rule with blocks of which each is everything but a little.
pub(crate) fn nested(n: usize) -> String {
    let mut objects = Objects::two();
    let block = |it| {
        format!(
            "{{ipBlock: {{cidr: 0.0.0.0/0, except: [{}.16/28]}}}}",
            address(it)
        )
    };
    objects.policy("p", &egress(&format!("{{to: [{}]}}", list(n, block))));
    objects.0
}

/// Many conditions on one key.
pub(crate) fn conditions(n: usize) -> String {
    let mut objects = Objects::two();
    let all = list(n, |it| {
        format!("{{key: app, operator: NotIn, values: [v{it}]}}")
    });
    let rule = format!("{{from: [{{podSelector: {{matchExpressions: [{all}]}}}}]}}");
    objects.policy("p", &ingress(&rule));
    objects.0
}

/// Many ports in one rule, with a gap after each.
pub(crate) fn ports(n: usize) -> String {
    let mut objects = Objects::two();
    let ports = list(n, |it| format!("{{port: {}}}", 1 + 2 * it));
    let rule =
        format!("{{from: [{{podSelector: {{matchLabels: {{app: a}}}}}}], ports: [{ports}]}}");
    objects.policy("p", &ingress(&rule));
    objects.0
}

/// Many rules in one policy.
pub(crate) fn rules(n: usize) -> String {
    let mut objects = Objects::two();
    let rule = |it| {
        format!(
            "{{from: [{{podSelector: {{matchLabels: {{app: a{it}}}}}}}], ports: [{{port: {}}}]}}",
            1 + it
        )
    };
    objects.policy("p", &ingress(&list(n, rule)));
    objects.0
}

/// Many policies over one pod.
pub(crate) fn policies(n: usize) -> String {
    let mut objects = Objects::two();
    for it in 0..n {
        let rule = format!(
            "{{from: [{{podSelector: {{matchLabels: {{app: a}}}}}}], ports: [{{port: {}}}]}}",
            1 + it
        );
        objects.policy(&format!("p{it}"), &ingress(&rule));
    }
    objects.0
}

/// Pods that are all different, each with its policy and one that may reach it.
#[cfg(feature = "smt")]
pub(crate) fn unlike(n: usize) -> String {
    let mut objects = Objects::default();
    for it in 0..n {
        let spec = format!(
            "spec: {{nodeName: node, containers: [{{name: c, image: i}}]}}\nstatus: {{podIP: 10.0.{}.{}}}",
            it >> 8,
            it & 255
        );
        let labelled = format!("p{it}, labels: {{app: a{it}}}");
        objects.add("v1", "Pod", &labelled, &spec);
        let spec = format!(
            "{{podSelector: {{matchLabels: {{app: a{it}}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: \
             {{app: a{}}}}}}}], ports: [{{port: {}}}]}}]}}",
            (it + 1) % n,
            1000 + it
        );
        objects.policy(&format!("p{it}"), &spec);
    }
    objects.0
}

/// Mistakes in one policy, each of which `--fix` mends.
pub(crate) fn fixes(n: usize) -> String {
    let mut objects = Objects::default();
    let rule = |it| format!("{{from: [{{podSelecter: {{matchLabels: {{app: a{it}}}}}}}]}}");
    objects.policy("p", &ingress(&list(n, rule)));
    objects.0
}

/// Mistakes on one line, each beside a piece of a template.
pub(crate) fn templates(n: usize) -> String {
    let rule = |it| format!(r#"{{"frm": "{{{{ .Values.a{it} }}}}"}}"#);
    let mut objects = Objects::default();
    objects.policy("p", &ingress(&list(n, rule)));
    objects.0
}

/// Teams that let in themselves only, each by a cluster-wide policy, over namespaces with a rule of their own.
pub(crate) fn teams(n: usize) -> String {
    let mut objects = String::new();
    let mut add = |text: &str| objects.push_str(text);
    for it in 0..n {
        add(&format!(
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: n{it}, labels: {{team: t{it}}}}}\n"
        ));
        for app in ["a", "b"] {
            add(&format!(
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {app}, namespace: n{it}, labels: {{app: {app}}}}}\n\
                 spec: {{containers: [{{name: c, image: i}}]}}\n"
            ));
        }
        add(&format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: n{it}}}\n\
             spec: {{podSelector: {{matchLabels: {{app: a}}}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: b}}}}}}]}}]}}\n\
             ---\napiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {{name: c{it}}}\n\
             spec:\n  tier: Admin\n  priority: 1\n  subject: {{namespaces: {{matchLabels: {{team: t{it}}}}}}}\n  ingress:\n  \
             - {{action: Deny, from: [{{namespaces: {{matchExpressions: [{{key: team, operator: NotIn, values: [t{it}]}}]}}}}]}}\n"
        ));
    }
    objects
}

/// Namespaces with rules of their own, under a cluster-wide policy that lets every second one in everywhere.
pub(crate) fn under_one(n: usize) -> String {
    let mut objects = String::from(
        "---\napiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: all}\nspec:\n  \
         tier: Admin\n  priority: 1\n  subject: {namespaces: {}}\n  ingress:\n  - {action: Accept, from: [{namespaces: \
         {matchLabels: {env: e1}}}], protocols: [{tcp: {destinationPort: {number: 443}}}]}\n",
    );
    for it in 0..n {
        write!(
            objects,
            "---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: n{it}, labels: {{env: e{}}}}}\n",
            it % 2
        )
        .expect("a string takes text");
        for app in ["a", "b"] {
            write!(
                objects,
                "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {app}, namespace: n{it}, labels: {{app: {app}}}}}\n\
                 spec: {{containers: [{{name: c, image: i}}]}}\n"
            )
            .expect("a string takes text");
        }
        write!(
            objects,
            "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: p, namespace: n{it}}}\n\
             spec: {{podSelector: {{}}, ingress: [{{from: [{{podSelector: {{matchLabels: {{app: b}}}}}}]}}]}}\n"
        )
        .expect("a string takes text");
    }
    objects
}

/// Services, each with a pod and an Ingress, behind one controller; no pod is the controller's where it
/// is `missing`.
fn ways(n: usize, missing: bool) -> String {
    let mut objects = Objects::default();
    let class = "spec: {controller: k8s.io/ingress-nginx}";
    objects.add("networking.k8s.io/v1", "IngressClass", "nginx", class);
    if !missing {
        let labels =
            "app.kubernetes.io/name: ingress-nginx, app.kubernetes.io/component: controller";
        objects.workload("Deployment", "asker", 1);
        write!(
            objects.0,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: c, namespace: d, labels: {{{labels}}}}}\nspec: \
             {{containers: [{{name: c, image: i}}]}}\n---\napiVersion: v1\nkind: Service\nmetadata: {{name: front, \
             namespace: d}}\nspec: {{type: LoadBalancer, selector: {{{labels}}}, ports: [{{port: 80}}, {{port: 443}}]}}\n"
        )
        .expect("a string takes text");
    }
    for i in 0..n {
        write!(
            objects.0,
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: p{i}, namespace: d, labels: {{app: p{i}}}}}\nspec: \
             {{containers: [{{name: c, image: i}}]}}\n"
        )
        .expect("a string takes text");
        let service = format!(
            "spec: {{type: NodePort, clusterIP: 10.{}.{}.{}, selector: {{app: p{i}}}, ports: [{{port: 80, targetPort: \
             8080, nodePort: {}}}]}}",
            96 + i / 65_536,
            i / 256 % 256,
            i % 256,
            30_000 + i % 2_768,
        );
        objects.add("v1", "Service", &format!("s{i}"), &service);
        let ingress = format!(
            "spec: {{ingressClassName: nginx, rules: [{{host: h{i}.example.com, http: {{paths: [{{path: /, pathType: \
             Prefix, backend: {{service: {{name: s{i}, port: {{number: 80}}}}}}}}]}}}}]}}"
        );
        objects.add(
            "networking.k8s.io/v1",
            "Ingress",
            &format!("i{i}"),
            &ingress,
        );
    }
    objects.0
}

/// The same with the pods of the controller.
pub(crate) fn served(n: usize) -> String {
    ways(n, false)
}

/// The same without.
pub(crate) fn unserved(n: usize) -> String {
    ways(n, true)
}
