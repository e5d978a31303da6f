//! Manifests of imagined pods, ready for `kubectl apply`.

use crate::model::{Namespace, Pod};
use crate::repair::quoted;
use crate::selector::Labels;
use std::fmt::Write as _;

/// The manifest of a pod, after that of its namespace if that is new.
pub(super) fn of(pod: &Pod, namespace: &Namespace, is_new: bool) -> String {
    let mut out = String::new();
    if is_new {
        out.push_str("apiVersion: v1\nkind: Namespace\nmetadata:\n");
        line(&mut out, 2, "name", &quoted(&namespace.name));
        labels(&mut out, &namespace.labels);
        out.push_str("---\n");
    }
    out.push_str("apiVersion: v1\nkind: Pod\nmetadata:\n");
    line(&mut out, 2, "name", &pod.name);
    line(&mut out, 2, "namespace", &quoted(&namespace.name));
    labels(&mut out, &pod.labels);
    out.push_str("spec:\n  containers:\n  - name: main\n    image: registry.k8s.io/pause:3.10\n");
    if !pod.ports.is_empty() {
        out.push_str("    ports:\n");
    }
    for port in &*pod.ports {
        let name = port.name.as_deref().map(quoted).unwrap_or_default();
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "    - {{name: {name}, containerPort: {}, protocol: {}}}",
            port.port, port.protocol
        );
    }
    out
}

fn line(out: &mut String, indent: usize, key: &str, value: &str) {
    let _ = writeln!(out, "{:indent$}{key}: {value}", "");
}

fn labels(out: &mut String, labels: &Labels) {
    if labels.is_empty() {
        return;
    }
    out.push_str("  labels:\n");
    for (key, value) in labels.iter() {
        line(out, 4, &quoted(key), &quoted(value));
    }
}
