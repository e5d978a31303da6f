//! `networking.k8s.io/v1` NetworkPolicy, with the place of every part.
//!
//! Sources: the API types, `SetDefaults_NetworkPolicy` for `policyTypes`, and
//! `ValidateNetworkPolicySpec` for what is refused. Values of a wrong type are silently passed
//! over here: the check against the schema has reported them.

use crate::diag::{Finding, Severity};
use crate::input::node::Node;
use crate::input::pool::Pool;
use crate::input::report::{Path, Report, shown};
use crate::input::{suggest, validate};
use crate::model::{
    Action, Direction, IpBlock, NamespaceScope, Origin, Peer, PeerMatch, Peers, PodScope, Policy,
    PolicyKind, Rule, Tier,
};
use crate::net::{Cidr, CidrError};
use std::sync::Arc;

/// Reads one policy.
pub(in crate::input) struct PolicyReader<'r, 't> {
    /// Takes the findings.
    pub report: &'r Report<'t>,
    /// Shares texts.
    pub pool: &'r mut Pool,
    /// The namespace of policies that name none.
    pub default_namespace: &'r Arc<str>,
}

impl PolicyReader<'_, '_> {
    /// The policy at `root`; none where its name is missing. Whether it is valid is in the report.
    pub(in crate::input) fn policy(&mut self, root: &Node) -> Option<Policy> {
        let (namespace, name, origin) = self.identity(root)?;
        let path = Path::ROOT.field("spec");
        let empty = Node {
            value: crate::input::node::Value::Map(Vec::new()),
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
        Some(Policy {
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
        })
    }

    fn identity(&mut self, root: &Node) -> Option<(Arc<str>, Arc<str>, Origin)> {
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
        let (node, name) = self.required_text(meta, field, &path)?;
        // A generated name goes on after what is written here.
        let whole = if generated {
            format!("{name}x")
        } else {
            name.to_owned()
        };
        if let Err(what) = validate::subdomain(&whole) {
            // The API server refuses the name, but what the policy means does not depend on it.
            let what = format!("invalid value `{}`: {what}", shown(name));
            let path = path.field(field);
            let warning = Severity::Warning;
            let finding = self
                .report
                .about(warning, "invalid-name", &path, node, &what);
            self.report
                .add(finding.help("the policy is read, but the API server refuses its name"));
        }
        let origin = Origin::at(self.report.place.of(node));
        Some((namespace, self.pool.text(name), origin))
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
            found => {
                let node = found.unwrap_or(parent);
                let path = path.field(field);
                self.report
                    .error("required", &path, node, "a value is required");
                None
            }
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
        let help = match suggest::nearest(name, ["Ingress", "Egress"]) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "write `Ingress` or `Egress`".to_owned(),
        };
        let what = format!("unknown policy type `{}`", shown(name));
        self.report
            .error_help("invalid-value", path, node, &what, help);
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
        if rules.is_some_and(|rules| !rules.is_empty())
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

    fn peers(&mut self, node: Option<&Node>, namespace: &Arc<str>, path: &Path<'_>) -> Peers {
        let items = node.map_or(&[][..], Node::items);
        if items.is_empty() {
            return Peers::Anyone;
        }
        let mut listed = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let matches = self.peer(item, namespace, &path.index(index));
            listed.extend(matches.map(|matches| Peer {
                matches,
                origin: Origin::at(self.report.place.of(item)),
            }));
        }
        Peers::Listed(listed)
    }

    fn peer(&mut self, node: &Node, namespace: &Arc<str>, path: &Path<'_>) -> Option<PeerMatch> {
        let pods = node.get("podSelector");
        let namespaces = node.get("namespaceSelector");
        if let Some(block) = node.get("ipBlock") {
            if pods.or(namespaces).is_some() {
                let what = "a peer with `ipBlock` must not have a selector too";
                let help = "write two peers, each with its own `- `";
                self.report
                    .error_help("invalid-value", path, node, what, help);
                return None;
            }
            return self
                .ip_block(block, &path.field("ipBlock"))
                .map(PeerMatch::IpBlock);
        }
        if pods.or(namespaces).is_none() {
            let help = "write `podSelector: {}` for all pods of the namespace, or leave the list out to match everyone";
            self.report
                .error_help("required", path, node, "must specify a peer", help);
            return None;
        }
        let scope = match namespaces {
            Some(_) => NamespaceScope::Matching(
                self.selector(namespaces, &path.field("namespaceSelector")),
            ),
            None => NamespaceScope::Named(Arc::clone(namespace)),
        };
        Some(PeerMatch::Pods(PodScope {
            namespaces: scope,
            pods: self.selector(pods, &path.field("podSelector")),
        }))
    }

    fn ip_block(&mut self, node: &Node, path: &Path<'_>) -> Option<IpBlock> {
        let (cidr_node, text) = self.required_text(node, "cidr", path)?;
        let cidr = self.cidr(cidr_node, text, &path.field("cidr"))?;
        let mut except = Vec::new();
        let path = path.field("except");
        for (index, item) in node
            .get("except")
            .map_or(&[][..], Node::items)
            .iter()
            .enumerate()
        {
            let path = path.index(index);
            let Some(hole) = self.cidr(item, item.text().unwrap_or_default(), &path) else {
                continue;
            };
            if !cidr.strictly_contains(hole) {
                let what = format!("`{hole}` is not strictly within the `cidr` {cidr}");
                let finding =
                    self.report
                        .about(Severity::Error, "invalid-value", &path, item, &what);
                let finding =
                    finding.at(self.report.place.of(cidr_node), "the block to except from");
                self.report.add(finding);
            }
            except.push(hole);
        }
        Some(IpBlock { cidr, except })
    }

    fn cidr(&mut self, node: &Node, text: &str, path: &Path<'_>) -> Option<Cidr> {
        match Cidr::parse(text) {
            Ok(cidr) => {
                self.warn_of_sloppy(cidr, node, text, path);
                Some(cidr)
            }
            Err(error) => {
                let what = format!("invalid CIDR `{}`: it {error}", shown(text));
                let finding =
                    self.report
                        .about(Severity::Error, "invalid-value", path, node, &what);
                let suffix = if text.contains(':') { "/128" } else { "/32" };
                let alone = format!("{text}{suffix}");
                self.report.add(match error {
                    CidrError::NoPrefix if Cidr::parse(&alone).is_ok() => {
                        finding.help(format!("write `{alone}` for this one address"))
                    }
                    CidrError::NoPrefix | CidrError::Address | CidrError::Prefix(_) => finding,
                });
                None
            }
        }
    }

    /// The API server accepts host bits and leading zeros, and network plugins differ in what
    /// they make of them (KEP-4858).
    fn warn_of_sloppy(&mut self, cidr: Cidr, node: &Node, text: &str, path: &Path<'_>) {
        let address = text.split('/').next().unwrap_or_default();
        let plain = address.parse::<std::net::IpAddr>();
        let what = match plain {
            Err(_) => "has leading zeros, which some readers take for octal",
            Ok(address) if address != cidr.first() => "has bits set after its prefix",
            Ok(_) => return,
        };
        let message = format!("`{path}`: `{}` {what}", shown(text));
        let finding = Finding::warning("ambiguous-cidr", message);
        let finding = finding.at(self.report.place.of(node), format!("read as `{cidr}`"));
        self.report.add(finding.help(format!("write `{cidr}`")));
    }
}
