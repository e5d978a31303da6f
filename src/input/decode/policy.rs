//! `networking.k8s.io/v1` NetworkPolicy, with the place of every part.
//!
//! Sources: the API types, `SetDefaults_NetworkPolicy` for `policyTypes`, and
//! `ValidateNetworkPolicySpec` for what is refused. Values of a wrong type are silently passed
//! over here: the check against the schema has reported them.

use crate::diag::{Finding, Severity};
use crate::input::node::{Node, Value};
use crate::input::pool::Pool;
use crate::input::report::{Path, Report, shown};
use crate::input::{suggest, validate};
use crate::model::{
    Action, Direction, NamespaceScope, Origin, PodScope, Policy, PolicyKind, Rule, Tier,
};
use std::sync::Arc;

/// Reads one policy.
pub(in crate::input) struct PolicyReader<'r, 't> {
    /// Takes the findings.
    pub report: &'r Report<'t>,
    /// Shares texts.
    pub pool: &'r mut Pool,
    /// The namespace of policies that name none.
    pub default_namespace: &'r Arc<str>,
    /// Whether it is written by somebody and goes to an API server, which did not see it yet.
    pub is_new: bool,
    /// Whether blocks that readers understand in different ways are refused, as API servers do
    /// from version 1.36 on, and not only warned of.
    pub refuses_slips: bool,
    /// Whether it is a custom resource. Of these an API server drops fields without a value before it looks at
    /// the rest, and it looks into no selector.
    pub is_custom: bool,
}

impl PolicyReader<'_, '_> {
    /// The policy at `root`. Whether it is valid is in the report.
    pub(in crate::input) fn policy(&mut self, root: &Node) -> Policy {
        let (namespace, name, origin) = self.identity(root);
        if self.is_new {
            self.metadata(root);
        }
        let path = Path::ROOT.field("spec");
        let empty = Node {
            value: Value::Map(Vec::new()),
            ..*root
        };
        let spec = root.get("spec").unwrap_or(&empty);
        let selector = spec.get("podSelector");
        let subject = PodScope {
            namespaces: NamespaceScope::Named(Arc::clone(&namespace)),
            pods: self.selector(selector, &path.field("podSelector")),
        };
        let mut rules = |direction: Direction| {
            let node = spec.get(direction.name())?;
            let path = path.field(direction.name());
            Some(self.rules(node, direction, &namespace, &path))
        };
        let ingress = rules(Direction::Ingress);
        let egress = rules(Direction::Egress);
        let types = self.policy_types(spec, egress.as_deref(), &path);
        let ingress = self.governed(Direction::Ingress, ingress, types, spec, &path);
        let egress = self.governed(Direction::Egress, egress, types, spec, &path);
        Policy {
            kind: PolicyKind::NetworkPolicy,
            namespace: Some(namespace),
            name,
            tier: Tier::NetworkPolicy,
            priority: 0,
            subject,
            ingress,
            egress,
            origin,
            subject_origin: selector.map_or(origin, |node| Origin::at(self.report.place.of(node))),
        }
    }

    fn identity(&mut self, root: &Node) -> (Arc<str>, Arc<str>, Origin) {
        let path = Path::ROOT.field("metadata");
        let meta = root.get("metadata").unwrap_or(root);
        let namespace = match meta.text_of("namespace") {
            None | Some("") => Arc::clone(self.default_namespace),
            Some(namespace) => {
                if let (Err(what), Some(node)) =
                    (validate::dns_label(namespace), meta.get("namespace"))
                {
                    let what = format!("invalid value `{}`: {what}", shown(namespace));
                    let path = path.field("namespace");
                    self.report.error("invalid-value", &path, node, &what);
                }
                self.pool.text(namespace)
            }
        };
        let generated = meta.get("generateName").is_some() && meta.get("name").is_none();
        let field = if generated { "generateName" } else { "name" };
        let Some((node, name)) = self.required_text(meta, field, &path) else {
            // An error is reported, and the rest may have more of them.
            return (namespace, self.pool.text("?"), Origin::default());
        };
        if !generated && let Err(what) = validate::subdomain(name) {
            let what = format!("invalid value `{}`: {what}", shown(name));
            // Other tools' inputs name policies with `_`: what they mean is plain, and nothing of an
            // answer hangs on the name.
            let severity = if validate::subdomain(&name.replace('_', "-")).is_ok() {
                Severity::Warning
            } else {
                Severity::Error
            };
            let path = path.field(field);
            let finding = self
                .report
                .about(severity, "invalid-name", &path, node, &what);
            self.report.add(match severity {
                Severity::Error => finding,
                Severity::Warning | Severity::Note => {
                    finding.help("the policy is read, but the API server refuses its name")
                }
            });
        }
        let origin = Origin::at(self.report.place.of(node));
        (namespace, self.pool.text(name), origin)
    }

    /// A field that must be there and hold text.
    pub(super) fn required_text<'n>(
        &mut self,
        parent: &'n Node,
        field: &str,
        path: &Path<'_>,
    ) -> Option<(&'n Node, &'n str)> {
        match parent.get(field) {
            Some(node) if node.text() != Some("") => node.text().map(|text| (node, text)),
            None if misspells(parent, field) => None,
            found => {
                let node = found.unwrap_or(parent);
                let path = path.field(field);
                self.report
                    .error("required", &path, node, "a value is required");
                None
            }
        }
    }

    /// The rule of a value that means nothing: API servers refuse it in their own kinds, and take it in custom
    /// resources, where it is for network plugins to find that they cannot read it.
    pub(super) fn meaningless(&self) -> &'static str {
        if self.is_custom {
            "meaningless-value"
        } else {
            "invalid-value"
        }
    }

    /// The directions that the policy governs, ingress first.
    ///
    /// Source: `SetDefaults_NetworkPolicy`: without `policyTypes` always ingress, and egress if
    /// there is at least one egress rule.
    fn policy_types(
        &mut self,
        spec: &Node,
        egress: Option<&[Rule]>,
        path: &Path<'_>,
    ) -> (bool, bool) {
        let listed = spec.get("policyTypes").map_or(&[][..], Node::items);
        let path = path.field("policyTypes");
        if listed.is_empty() {
            return (true, egress.is_some_and(|rules| !rules.is_empty()));
        }
        if let Some(third) = listed.get(2) {
            let what = "may not specify more than two policyTypes";
            self.report.error("invalid-value", &path, third, what);
        }
        let mut types = (false, false);
        for (index, node) in listed.iter().enumerate() {
            match node.text() {
                Some("Ingress") => types.0 = true,
                Some("Egress") => types.1 = true,
                Some(other) => self.unknown_type(other, node, &path.index(index)),
                None if node.is_null() => self.unknown_type("", node, &path.index(index)),
                None => {}
            }
        }
        types
    }

    fn unknown_type(&mut self, name: &str, node: &Node, path: &Path<'_>) {
        let what = format!("unknown policy type `{}`", shown(name));
        self.unknown_word(
            ("invalid-value", path, node),
            &what,
            name,
            &["Ingress", "Egress"],
        );
    }

    /// An error about a word that is none of those that may stand there.
    pub(super) fn unknown_word(
        &mut self,
        (rule, path, node): (&'static str, &Path<'_>, &Node),
        what: &str,
        name: &str,
        words: &[&str],
    ) {
        let error = Severity::Error;
        let finding = self.report.about(error, rule, path, node, what);
        let near = suggest::nearest(name, words.iter().copied());
        let finding = if let Some(near) = near {
            let finding = finding.help(format!("did you mean `{near}`?"));
            if near.eq_ignore_ascii_case(name) {
                let at = (node.start, node.end);
                self.report.swap(finding, at, name, near)
            } else {
                finding
            }
        } else {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            let (last, others) = words.split_last().map_or(("", &[][..]), |(a, b)| (a, b));
            finding.help(format!("write {} or {last}", others.join(", ")))
        };
        self.report.add(finding);
    }

    /// The rules of a direction, if the policy governs it; without a section nothing is allowed.
    fn governed(
        &mut self,
        direction: Direction,
        rules: Option<Vec<Rule>>,
        types: (bool, bool),
        spec: &Node,
        path: &Path<'_>,
    ) -> Option<Vec<Rule>> {
        let (governed, name) = match direction {
            Direction::Ingress => (types.0, "Ingress"),
            Direction::Egress => (types.1, "Egress"),
        };
        if governed {
            return Some(rules.unwrap_or_default());
        }
        // A type that is none is reported, and may be meant to be this one.
        let types = spec.get("policyTypes").map_or(&[][..], Node::items);
        let mut types = types.iter().map(Node::text);
        let known = types.all(|it| matches!(it, Some("Ingress" | "Egress")));
        if known
            && rules.is_some_and(|rules| !rules.is_empty())
            && let Some(entry) = spec.entry(direction.name())
        {
            let path = path.field(direction.name());
            let message =
                format!("`{path}` has no effect: `spec.policyTypes` does not list `{name}`");
            let finding = Finding::warning("rules-without-policy-type", message)
                .at(self.report.place.key(entry), "")
                .help(format!(
                    "add `{name}` to `spec.policyTypes`, or remove `{path}`"
                ));
            self.report.add(finding);
        }
        None
    }

    fn rules(
        &mut self,
        node: &Node,
        direction: Direction,
        namespace: &Arc<str>,
        path: &Path<'_>,
    ) -> Vec<Rule> {
        let mut rules = Vec::new();
        for (index, item) in node.items().iter().enumerate() {
            let path = path.index(index);
            let field = direction.peers_field();
            let peers = self.peers(item.get(field), namespace, &path.field(field));
            let ports = self.ports(item.get("ports"), &path.field("ports"));
            rules.push(Rule {
                action: Action::Accept,
                peers,
                ports,
                origin: Origin::at(self.report.place.of(item)),
            });
        }
        rules
    }
}

/// Whether a field is missing because it is misspelt, which is reported.
pub(super) fn misspells(parent: &Node, field: &str) -> bool {
    let mut keys = parent.entries().iter().map(|entry| &*entry.key);
    keys.any(|key| key != field && suggest::nearest(key, [field]).is_some())
}
