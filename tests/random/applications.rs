//! Applications as repositories have them: workloads, Services, and policies of many habits.

use super::Choices;
use std::fmt::Write as _;

/// An application of a repository.
pub(crate) struct App {
    pub(crate) name: String,
    pub(crate) port: u16,
}

/// Where objects go, and how they are labelled.
pub(crate) struct Home<'a> {
    /// The line of the namespace, if the manifests have one.
    pub(crate) namespace: Option<&'a str>,
    pub(crate) style: &'static str,
    /// More labels that everything has.
    pub(crate) release: Option<String>,
}

impl Home<'_> {
    /// `metadata`, with labels that a workload has and its pods need not have.
    fn metadata(&self, name: &str, app: &str) -> String {
        let namespace = self
            .namespace
            .map_or(String::new(), |it| format!("\n  namespace: {it}"));
        let release = self.release.as_ref().map_or(String::new(), |it| {
            format!("\n    helm.sh/chart: {it}-1.2.3\n    app.kubernetes.io/managed-by: Helm")
        });
        format!(
            "metadata:\n  name: {name}{namespace}\n  labels:\n    {}: {app}{release}\n",
            self.style
        )
    }

    /// The labels of the pods of an application, as a flow mapping.
    fn labels(&self, app: &str) -> String {
        match &self.release {
            Some(release) => format!(
                "{{{}: {app}, app.kubernetes.io/instance: {release}}}",
                self.style
            ),
            None => format!("{{{}: {app}}}", self.style),
        }
    }

    pub(crate) fn workload(&self, choices: &mut Choices<'_>, app: &App) -> String {
        let labels = self.labels(&app.name);
        let (kind, more) = match choices.below(4) {
            0 => ("StatefulSet", format!("  serviceName: {}\n", app.name)),
            1 => ("DaemonSet", String::new()),
            _ => ("Deployment", format!("  replicas: {}\n", choices.below(3))),
        };
        format!(
            "apiVersion: apps/v1\nkind: {kind}\n{}spec:\n{more}  selector:\n    matchLabels: {labels}\n  template:\n    metadata:\n      labels: {labels}\n    spec:\n      containers:\n        - name: main\n          image: registry.example/{name}:1\n          ports:\n            - {{name: http, containerPort: {port}}}\n          readinessProbe:\n            httpGet: {{path: /, port: http}}\n",
            self.metadata(&app.name, &app.name),
            name = app.name,
            port = app.port,
        )
    }

    pub(crate) fn service(&self, choices: &mut Choices<'_>, app: &App) -> String {
        let target = if choices.once_in(2) {
            "http".to_owned()
        } else {
            app.port.to_string()
        };
        format!(
            "apiVersion: v1\nkind: Service\n{}spec:\n  selector: {}\n  ports:\n    - {{name: http, port: 80, targetPort: {target}}}\n",
            self.metadata(&app.name, &app.name),
            self.labels(&app.name),
        )
    }

    /// A policy on an application.
    pub(crate) fn policy(&self, choices: &mut Choices<'_>, app: &App, others: &[App]) -> String {
        let mut rules = String::new();
        for _ in 0..=choices.below(2) {
            let from = self.peer(choices, others);
            let port = match choices.below(3) {
                0 => "http".to_owned(),
                _ => app.port.to_string(),
            };
            // Writing to a string cannot fail.
            let _ = write!(
                rules,
                "    - from:\n        - {from}\n      ports:\n        - {{protocol: TCP, port: {port}}}\n"
            );
        }
        let egress = self.egress(choices, others);
        let types = if egress.is_empty() {
            "[Ingress]"
        } else {
            "[Ingress, Egress]"
        };
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n{}spec:\n  podSelector:\n    matchLabels: {}\n  policyTypes: {types}\n  ingress:\n{rules}{egress}",
            self.metadata(&format!("{}-access", app.name), &app.name),
            self.labels(&app.name),
        )
    }

    /// Somebody of the repository, or of the rest of the cluster.
    fn peer(&self, choices: &mut Choices<'_>, others: &[App]) -> String {
        match choices.below(7) {
            0 => {
                "namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: monitoring}}".into()
            }
            1 => "namespaceSelector: {matchLabels: {name: ingress-nginx}}".into(),
            2 => "namespaceSelector: {matchLabels: {metrics: enabled}}".into(),
            3 => "ipBlock: {cidr: 10.0.0.0/8}".into(),
            4 => "podSelector: {}".into(),
            _ => match others.get(choices.below(others.len().max(1))) {
                Some(other) => {
                    format!("podSelector: {{matchLabels: {}}}", self.labels(&other.name))
                }
                None => "podSelector: {matchLabels: {role: client}}".into(),
            },
        }
    }

    fn egress(&self, choices: &mut Choices<'_>, others: &[App]) -> String {
        let dns = match choices.below(4) {
            0 => return String::new(),
            1 => "    - ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]\n",
            2 => {
                "    - to:\n        - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}\n          podSelector: {matchLabels: {k8s-app: kube-dns}}\n      ports: [{protocol: UDP, port: 53}, {protocol: TCP, port: 53}]\n"
            }
            _ => {
                "    - to: [{namespaceSelector: {matchLabels: {name: kube-system}}}]\n      ports: [{protocol: UDP, port: 53}]\n"
            }
        };
        let other = match (choices.below(3), others.first()) {
            (0, _) => "    - to: [{ipBlock: {cidr: 192.0.2.10/32}}]\n      ports: [{protocol: TCP, port: 6443}]\n".to_owned(),
            (_, Some(other)) => format!(
                "    - to:\n        - podSelector: {{matchLabels: {}}}\n      ports: [{{protocol: TCP, port: {}}}]\n",
                self.labels(&other.name),
                other.port
            ),
            (_, None) => String::new(),
        };
        format!("  egress:\n{dns}{other}")
    }

    pub(crate) fn default_deny(&self, choices: &mut Choices<'_>) -> String {
        let types = if choices.once_in(2) {
            "[Ingress, Egress]"
        } else {
            "[Ingress]"
        };
        let namespace = self
            .namespace
            .map_or(String::new(), |it| format!(", namespace: {it}"));
        format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: default-deny{namespace}}}\nspec:\n  podSelector: {{}}\n  policyTypes: {types}\n"
        )
    }
}
