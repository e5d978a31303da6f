//! Parts of policies to be pasted.

use super::Dns;
use crate::net::Cidr;
use crate::prove::quoted;
use crate::selector::{Operator, Selector};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// What selects DNS pods, and their ports.
struct Target<'a> {
    namespace: &'a str,
    labels: Vec<(&'a str, &'a str)>,
    ports: Vec<u16>,
}

impl Dns<'_, '_> {
    /// An egress rule that lets DNS be asked over UDP and TCP, as an item of `egress`, indented by
    /// some spaces: for the DNS pods that are known, or else for those of most clusters.
    pub(in crate::lint) fn rule_yaml(&self, indent: usize) -> String {
        let target = self.target();
        let mut lines = vec!["- to:".to_owned()];
        let peer = pods_peer(Some(target.namespace), &target.labels);
        lines.extend(peer.lines().map(|line| format!("    {line}")));
        lines.push("  ports:".to_owned());
        for port in target.ports {
            for protocol in ["UDP", "TCP"] {
                lines.push(format!("    - port: {port}"));
                lines.push(format!("      protocol: {protocol}"));
            }
        }
        let mut yaml = String::new();
        for line in lines {
            // Writing to a String cannot fail.
            let _ = writeln!(yaml, "{:indent$}{line}", "");
        }
        yaml
    }

    /// The port that DNS pods listen on.
    pub(in crate::lint) fn port(&self) -> u16 {
        self.target().ports.first().copied().unwrap_or(53)
    }

    fn target(&self) -> Target<'_> {
        let cluster = self.cluster();
        let told = self.told_pods();
        let known = self.pods().next().and_then(|it| {
            let pod = cluster.pods.at(it.pod);
            Some(Target {
                namespace: &cluster.namespaces.at(pod.namespace).name,
                labels: labels(&it.selector)?,
                ports: it.ports.iter().copied().collect(),
            })
        });
        let told = told.and_then(|(named, ports)| {
            Some(Target {
                namespace: &named.namespace,
                labels: labels(&named.pods)?,
                ports: if ports.is_empty() {
                    vec![53]
                } else {
                    ports.to_vec()
                },
            })
        });
        known.or(told).unwrap_or(Target {
            namespace: "kube-system",
            labels: vec![("k8s-app", "kube-dns")],
            ports: vec![53],
        })
    }
}

/// A peer that is pods with these labels, as an item of `from` or `to`: of one namespace, or of the
/// policy's own.
pub(in crate::lint) fn pods_peer(namespace: Option<&str>, labels: &[(&str, &str)]) -> String {
    let mut lines = Vec::new();
    if let Some(namespace) = namespace {
        lines.push("namespaceSelector:".to_owned());
        lines.push("  matchLabels:".to_owned());
        lines.push(format!(
            "    kubernetes.io/metadata.name: {}",
            text(namespace)
        ));
    }
    if labels.is_empty() {
        lines.push("podSelector: {}".to_owned());
    } else {
        lines.push("podSelector:".to_owned());
        lines.push("  matchLabels:".to_owned());
    }
    for (key, value) in labels {
        lines.push(format!("    {key}: {}", text(value)));
    }
    let mut yaml = String::new();
    for (index, line) in lines.iter().enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(yaml, "{}{line}", if index > 0 { "  " } else { "- " });
    }
    yaml
}

/// A peer that is pods of some namespaces, as an item of `from` or `to`: both selectors as they were
/// understood, however they are written.
pub(in crate::lint) fn scoped_peer(namespaces: &Selector, pods: &Selector) -> String {
    let mut yaml = String::new();
    let lines = selector_lines("namespaceSelector", namespaces).into_iter();
    let lines = lines.chain(selector_lines("podSelector", pods));
    for (index, line) in lines.enumerate() {
        // Writing to a String cannot fail.
        let _ = writeln!(yaml, "{}{line}", if index > 0 { "  " } else { "- " });
    }
    yaml
}

/// A selector in block style: labels where it asks for one value of a key, expressions for the rest.
fn selector_lines(field: &str, selector: &Selector) -> Vec<String> {
    let (mut labels, mut expressions) = (Vec::new(), Vec::new());
    let mut keys = BTreeSet::new();
    for asked in selector.requirements() {
        let key = text(&asked.key);
        match (asked.operator, asked.values.as_slice()) {
            // A mapping has each key once.
            (Operator::In, [value]) if keys.insert(&*asked.key) => {
                labels.push(format!("    {key}: {}", text(value)));
            }
            (operator, values) => {
                expressions.push(format!("    - key: {key}"));
                expressions.push(format!("      operator: {}", operator.name()));
                if !values.is_empty() {
                    let values: Vec<String> = values.iter().map(|it| text(it)).collect();
                    expressions.push(format!("      values: [{}]", values.join(", ")));
                }
            }
        }
    }
    if labels.is_empty() && expressions.is_empty() {
        return vec![format!("{field}: {{}}")];
    }
    let mut lines = vec![format!("{field}:")];
    for (name, entries) in [("matchLabels", labels), ("matchExpressions", expressions)] {
        if !entries.is_empty() {
            lines.push(format!("  {name}:"));
            lines.extend(entries);
        }
    }
    lines
}

/// A peer that is a block with holes, as an item of `from` or `to`.
pub(in crate::lint) fn block_peer(cidr: Cidr, except: &[Cidr]) -> String {
    let quote = |cidr: &Cidr| text(&cidr.to_string());
    let mut yaml = format!("- ipBlock:\n    cidr: {}\n", quote(&cidr));
    if !except.is_empty() {
        yaml.push_str("    except:\n");
    }
    for hole in except {
        // Writing to a String cannot fail.
        let _ = writeln!(yaml, "      - {}", quote(hole));
    }
    yaml
}

/// A selector as labels; none where it is more than that.
pub(in crate::lint) fn labels(selector: &Selector) -> Option<Vec<(&str, &str)>> {
    let label = |it: &'_ crate::selector::Requirement| {
        matches!((it.operator, it.values.len()), (Operator::In, 1))
    };
    let requirements = selector.requirements();
    if requirements.is_empty() || !requirements.iter().all(label) {
        return None;
    }
    let pairs = requirements
        .iter()
        .filter_map(|it| Some((&*it.key, &**it.values.first()?)));
    Some(pairs.collect())
}

/// A label's value, a name or a block as YAML: in quotes where it would be no text without.
pub(in crate::lint) fn text(value: &str) -> String {
    let words = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"];
    let block = value.contains(['.', '/']) && !value.contains(':') && value.contains('/');
    let word = value.starts_with(|first: char| first.is_ascii_alphabetic());
    let inner = |c: char| c.is_ascii_alphanumeric() || "-_./:".contains(c);
    let is_word = words.contains(&value.to_ascii_lowercase().as_str());
    if (word || block) && !is_word && value.chars().all(inner) && !value.ends_with(':') {
        value.to_owned()
    } else {
        quoted(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::selector::Requirement;

    #[test]
    fn a_peer_is_written_in_block_style_from_what_its_selectors_mean() {
        let namespaces = Selector::labels([("kubernetes.io/metadata.name", "monitoring")]);
        let asked = |key: &str, operator, values: &[&str]| Requirement {
            key: key.into(),
            operator,
            values: values.iter().map(|&it| it.into()).collect(),
        };
        let pods = Selector::new(vec![
            asked("app", Operator::In, &["prometheus"]),
            asked("scrape", Operator::In, &["true"]),
            asked("tier", Operator::NotIn, &["1", "db"]),
            asked("old", Operator::DoesNotExist, &[]),
        ]);
        let expected = r#"- namespaceSelector:
    matchLabels:
      kubernetes.io/metadata.name: monitoring
  podSelector:
    matchLabels:
      app: prometheus
      scrape: "true"
    matchExpressions:
      - key: tier
        operator: NotIn
        values: ["1", db]
      - key: old
        operator: DoesNotExist
"#;
        assert_eq!(scoped_peer(&namespaces, &pods), expected);
    }

    #[test]
    fn each_key_is_a_label_once() {
        let pods = Selector::labels([("app", "web"), ("app", "api")]);
        let yaml = scoped_peer(&Selector::everything(), &pods);
        let expected = "- namespaceSelector: {}\n  podSelector:\n    matchLabels:\n      app: web\n    matchExpressions:\n      - key: app\n        operator: In\n        values: [api]\n";
        assert_eq!(yaml, expected);
    }
}
