//! The cluster-wide policies of `policy.networking.k8s.io`: AdminNetworkPolicy and
//! BaselineAdminNetworkPolicy of v1alpha1, ClusterNetworkPolicy of v1alpha2 and v1beta1, with the place of
//! every part.
//!
//! Sources: their custom resource definitions, of both channels. An API server drops fields without a value
//! before it looks at them, so that `protocols: null` is no list, and `namespaces: null` no peer. Values of a
//! wrong type are silently passed over here: the check against the schema has reported them.

use super::cluster_form::Form;
use super::policy::PolicyReader;
use crate::diag::Finding;
use crate::input::node::{Node, Value};
use crate::input::report::{Path, shown};
use crate::input::validate;
use crate::model::{Direction, LAST_PRIORITY, Origin, Policy, PolicyKind, Rule, Tier};
use std::sync::Arc;

/// How many characters the name of a rule may have.
const LONGEST_NAME: usize = 100;

const PRIORITY: &str = "write a whole number from 0 to 1000: policies of lower numbers come first";

impl PolicyReader<'_, '_> {
    /// The cluster-wide policy at `root`. Whether it is valid is in the report.
    pub(in crate::input) fn cluster_policy(&mut self, root: &Node, kind: PolicyKind) -> Policy {
        let form = Form::of(kind);
        let (name, origin) = self.cluster_identity(root, form);
        if self.is_new {
            self.metadata(root);
        }
        let help = "write `spec:` with a `subject`";
        let empty = Node {
            value: Value::Map(Vec::new()),
            ..*root
        };
        let spec = self.required(root, ("spec", &["subject"]), &Path::ROOT, help);
        let is_there = spec.is_some_and(|spec| matches!(spec.value, Value::Map(_)));
        let spec = spec.filter(|_| is_there).unwrap_or(&empty);
        let path = Path::ROOT.field("spec");
        // What is missing from a `spec` that is missing is said already.
        let (tier, priority) = if is_there {
            (
                self.tier(spec, form, &path),
                self.priority(spec, form, &path),
            )
        } else {
            (None, None)
        };
        let subject = spec.get("subject");
        if is_there {
            self.subject_is_there(spec, &path);
        }
        let scope = subject.and_then(|it| self.subject(it, form, &path.field("subject")));
        let mut rules = |direction| self.cluster_rules(spec, direction, form, &path);
        let ingress = rules(Direction::Ingress);
        let egress = rules(Direction::Egress);
        Policy {
            kind,
            namespace: None,
            name,
            tier: tier.unwrap_or(Tier::Admin),
            priority: priority.unwrap_or_default(),
            subject: scope.unwrap_or_else(Self::everyone),
            ingress,
            egress,
            origin,
            subject_origin: subject.map_or(origin, |node| Origin::at(self.report.place.of(node))),
        }
    }

    fn cluster_identity(&mut self, root: &Node, form: Form) -> (Arc<str>, Origin) {
        let path = Path::ROOT.field("metadata");
        let meta = root.get("metadata").unwrap_or(root);
        if let Some(entry) = meta.entry("namespace")
            && entry.value.text().is_some_and(|text| !text.is_empty())
        {
            let message = format!(
                "`metadata.namespace` has no effect: {} {} is for the whole cluster",
                form.article(),
                form.kind().name()
            );
            let finding = Finding::warning("namespace-ignored", message);
            let finding = finding.at(self.report.place.key(entry), "");
            self.report
                .add(finding.help("remove it; `subject` says whom the policy is for"));
        }
        let generated = meta.get("generateName").is_some() && meta.get("name").is_none();
        let field = if generated { "generateName" } else { "name" };
        let Some((node, name)) = self.required_text(meta, field, &path) else {
            // An error is reported, and the rest may have more of them.
            return (self.pool.text("?"), Origin::default());
        };
        if form == Form::Baseline && (generated || name != "default") {
            let what = format!(
                "invalid value `{}`: the name must be `default`",
                shown(name)
            );
            let help = "write `name: default`: a cluster has one BaselineAdminNetworkPolicy; of ClusterNetworkPolicies with `tier: Baseline` it may have several";
            self.report
                .error_help("invalid-name", &path.field(field), node, &what, help);
        } else if !generated && let Err(what) = validate::subdomain(name) {
            let what = format!("invalid value `{}`: {what}", shown(name));
            self.report
                .error("invalid-name", &path.field(field), node, &what);
        }
        let origin = Origin::at(self.report.place.of(node));
        (self.pool.text(name), origin)
    }

    fn tier(&mut self, spec: &Node, form: Form, path: &Path<'_>) -> Option<Tier> {
        if let Some(tier) = form.tier() {
            return Some(tier);
        }
        let words = [("Admin", Tier::Admin), ("Baseline", Tier::Baseline)];
        let instead = |word: &str| match word {
            "NetworkPolicy" => Some((
                "",
                "write `Admin`, which comes before NetworkPolicies, or `Baseline`, which comes after them",
            )),
            _ => None,
        };
        self.word(spec, "tier", &words, path, instead)
    }

    fn priority(&mut self, spec: &Node, form: Form, path: &Path<'_>) -> Option<u16> {
        if form == Form::Baseline {
            return None;
        }
        let node = self.required(spec, ("priority", &[]), path, PRIORITY)?;
        let number = super::policy_ports::whole(node)?;
        let priority = u16::try_from(number).ok();
        let priority = priority.filter(|number| *number <= LAST_PRIORITY);
        if priority.is_none() {
            let written = self.report.written(node);
            let what = format!("invalid value `{written}`: must be between 0 and 1000");
            let path = path.field("priority");
            self.report
                .error_help("invalid-value", &path, node, &what, PRIORITY);
        }
        priority
    }

    /// The rules of a direction; none where the policy says nothing of it.
    fn cluster_rules(
        &mut self,
        spec: &Node,
        direction: Direction,
        form: Form,
        path: &Path<'_>,
    ) -> Option<Vec<Rule>> {
        let path = path.field(direction.name());
        let items = self.at_most(spec.get(direction.name())?, form.most(), &path);
        let mut rules = Vec::new();
        for (index, item) in items.iter().enumerate() {
            rules.extend(self.cluster_rule(item, direction, form, &path.index(index)));
        }
        (!items.is_empty()).then_some(rules)
    }

    fn cluster_rule(
        &mut self,
        node: &Node,
        direction: Direction,
        form: Form,
        path: &Path<'_>,
    ) -> Option<Rule> {
        if node.is_null() {
            self.null_item(node, path, "an object");
        }
        if !matches!(node.value, Value::Map(_)) {
            return None;
        }
        self.rule_name(node, path);
        let instead = |word: &str| form.instead_of_action(word);
        let action = self.word(node, "action", form.actions(), path, instead);
        let peers = self.cluster_peers(node, direction, form, path);
        let ports = self.cluster_ports(node, form, path);
        self.named_beside_addresses(node, form, path);
        Some(Rule {
            action: action?,
            peers,
            ports,
            origin: Origin::at(self.report.place.of(node)),
        })
    }

    fn rule_name(&mut self, rule: &Node, path: &Path<'_>) {
        let Some(node) = rule.get("name") else {
            return;
        };
        let length = node.text().map_or(0, |text| text.chars().count());
        if length > LONGEST_NAME {
            let what = format!("must not be longer than 100 characters, and has {length}");
            let help = "shorten it, or say it in a comment";
            let path = path.field("name");
            self.report
                .error_help("invalid-value", &path, node, &what, help);
        }
    }
}
