//! The fields of settings.

use super::Reader;
use crate::diag::{Finding, Severity};
use crate::input::node::{Entry, Node, Value};
use crate::input::report::{Path, shown};
use crate::input::{exclude, suggest, validate};
use crate::model::Origin;
use crate::net::Cidr;
use crate::settings::{Cni, Dns, FailOn, KubernetesVersion, PodsNamed, RuleLevel, Told};
use std::net::IpAddr;
use std::sync::Arc;

impl Reader<'_, '_> {
    /// One word of a few; anything else is reported.
    fn word<T: Copy>(
        &self,
        node: Option<&Node>,
        path: &Path<'_>,
        words: &[(&str, T)],
    ) -> Option<T> {
        let node = node?;
        let written = node.text()?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == written) {
            return Some(*value);
        }
        let what = format!("unknown value `{}`", shown(written));
        let help = help_with(written, words.iter().map(|(word, _)| *word));
        self.report
            .error_help("invalid-value", path, node, &what, help);
        None
    }

    /// The network plugin.
    pub(super) fn cni(&self, node: Option<&Node>, path: &Path<'_>) -> Option<Cni> {
        let node = node?;
        let written = node.text()?;
        let cni = Cni::parse(written);
        if cni.is_none() {
            let what = format!("unknown value `{}`", shown(written));
            let name = written.split_once('@').map_or(written, |(name, _)| name);
            let help = if Cni::parse(name).is_some() {
                "write the version as `cilium@1.17`".to_owned()
            } else {
                help_with(name, Cni::words())
            };
            self.report
                .error_help("invalid-value", path, node, &what, help);
        }
        cni
    }

    /// From where on findings make a run fail.
    pub(super) fn fail_on(&self, node: Option<&Node>, path: &Path<'_>) -> Option<FailOn> {
        self.word(node, path, &FailOn::ALL.map(|it| (it.name(), it)))
    }

    /// The version of the API server.
    pub(super) fn version(
        &self,
        node: Option<&Node>,
        path: &Path<'_>,
    ) -> Option<KubernetesVersion> {
        let node = node?;
        let written = node.text()?;
        let version = KubernetesVersion::parse(written);
        if version.is_none() {
            let what = format!("`{}` is not a version of Kubernetes", shown(written));
            let help = format!("write one such as `\"{}\"`", KubernetesVersion::NEWEST);
            self.report
                .error_help("invalid-value", path, node, &what, help);
        }
        version
    }

    /// What the input has of the cluster.
    pub(super) fn inventory(&mut self, node: Option<&Node>, path: &Path<'_>) -> Told {
        let Some(node) = node else {
            return Told::Nothing;
        };
        if node.entries().is_empty() {
            let words = [("complete", 0), ("partial", 1), ("none", 2)];
            return match self.word(Some(node), path, &words) {
                Some(0) => Told::Complete,
                Some(1) => Told::Partial,
                Some(_) => Told::None,
                None => Told::Nothing,
            };
        }
        let path = path.field("complete");
        let listed = node.get("complete");
        let mut names = Vec::new();
        for (index, item) in listed.map_or(&[][..], Node::items).iter().enumerate() {
            names.extend(self.namespace(Some(item), item, &path.index(index)));
        }
        if names.is_empty() && listed.is_none_or(|it| it.is_list() && it.items().is_empty()) {
            let what = "at least one namespace is required";
            let help = "write `inventory: complete` for the whole cluster, or `inventory: {complete: [shop]}`";
            let place = listed.unwrap_or(node);
            self.report.error_help("required", &path, place, what, help);
        }
        Told::CompleteIn(names)
    }

    /// The name of a namespace, which must be there.
    fn namespace(&self, node: Option<&Node>, parent: &Node, path: &Path<'_>) -> Option<Arc<str>> {
        let Some(node) = node.filter(|node| !node.is_null() && node.text() != Some("")) else {
            let help = "write the name of a namespace";
            let what = "a value is required";
            self.report.error_help("required", path, parent, what, help);
            return None;
        };
        let name = node.text()?;
        if let Err(wrong) = validate::dns_label(name) {
            let what = format!("invalid value `{}`: {wrong}", shown(name));
            let help = "write the name of a namespace";
            self.report
                .error_help("invalid-value", path, node, &what, help);
            return None;
        }
        Some(name.into())
    }

    /// Prefixes.
    pub(super) fn cidrs(&mut self, node: Option<&Node>, path: &Path<'_>) -> Vec<Cidr> {
        let mut cidrs = Vec::new();
        for (index, item) in node.map_or(&[][..], Node::items).iter().enumerate() {
            let path = path.index(index);
            if let Some(text) = self.text(item, &path, "10.244.0.0/16") {
                cidrs.extend(self.parts.cidr(item, text, &path));
            }
        }
        cidrs
    }

    /// The domain of the cluster.
    pub(super) fn domain(&self, node: Option<&Node>, path: &Path<'_>) -> Option<Arc<str>> {
        let node = node?;
        let text = self.text(node, path, "cluster.local")?;
        let domain = text.trim_end_matches('.').to_ascii_lowercase();
        if validate::subdomain(&domain).is_err() {
            let what = format!("`{}` is not a domain", shown(text));
            let help = "write the domain of the cluster's own DNS, such as `cluster.local`";
            self.report
                .error_help("invalid-value", path, node, &what, help);
            return None;
        }
        Some(domain.into())
    }

    /// Texts, such as `example`.
    pub(super) fn texts(
        &self,
        node: Option<&Node>,
        path: &Path<'_>,
        example: &str,
    ) -> Vec<Arc<str>> {
        let items = node.map_or(&[][..], Node::items).iter().enumerate();
        items
            .filter_map(|(index, item)| self.text(item, &path.index(index), example))
            .map(Arc::from)
            .collect()
    }

    /// Globs.
    pub(super) fn globs(&self, node: Option<&Node>, path: &Path<'_>) -> Vec<Arc<str>> {
        for (index, item) in node.map_or(&[][..], Node::items).iter().enumerate() {
            let fault = item.text().and_then(exclude::fault);
            if let (Some(text), Some(fault)) = (item.text(), fault) {
                let what = format!("`{}` is not a glob: {fault}", shown(text));
                let help = "write a path relative to this file, such as `vendor/**`, or a name, such as `*.gen.yaml`";
                let path = path.index(index);
                self.report
                    .error_help("invalid-value", &path, item, &what, help);
            }
        }
        self.texts(node, path, "vendor/**")
    }

    fn text<'n>(&self, node: &'n Node, path: &Path<'_>, example: &str) -> Option<&'n str> {
        if node.is_null() || node.text() == Some("") {
            let help = format!("write a value such as `{example}`, or remove the entry");
            let what = "a value is required";
            self.report.error_help("required", path, node, what, help);
            return None;
        }
        node.text()
    }

    /// Who answers DNS queries.
    pub(super) fn dns(&mut self, node: Option<&Node>, path: &Path<'_>) -> Dns {
        let Some(node) = node else {
            return Dns::default();
        };
        let pods = node.get("pods");
        Dns {
            pods: pods.and_then(|pods| self.pods(pods, &path.field("pods"))),
            ports: self.ports(node.get("ports"), &path.field("ports")),
            addresses: self.addresses(node.get("addresses"), &path.field("addresses")),
        }
    }

    fn ports(&self, node: Option<&Node>, path: &Path<'_>) -> Vec<u16> {
        let mut ports = Vec::new();
        for (index, item) in node.map_or(&[][..], Node::items).iter().enumerate() {
            let Value::Int(number) = item.value else {
                continue;
            };
            match u16::try_from(number) {
                Ok(port) if port > 0 => ports.push(port),
                _ => {
                    let what = format!("there is no port {number}");
                    let help = "write a number from 1 to 65535";
                    let path = path.index(index);
                    self.report
                        .error_help("invalid-value", &path, item, &what, help);
                }
            }
        }
        ports
    }

    fn addresses(&self, node: Option<&Node>, path: &Path<'_>) -> Vec<IpAddr> {
        let mut addresses = Vec::new();
        for (index, item) in node.map_or(&[][..], Node::items).iter().enumerate() {
            let path = path.index(index);
            let Some(text) = self.text(item, &path, "169.254.20.10") else {
                continue;
            };
            if let Ok(address) = text.parse() {
                addresses.push(address);
                continue;
            }
            let what = format!("`{}` is not an address", shown(text));
            let help = "write one address, such as `169.254.20.10`";
            self.report
                .error_help("invalid-value", &path, item, &what, help);
        }
        addresses
    }

    /// The pods of ingress controllers.
    pub(super) fn controllers(&mut self, node: Option<&Node>, path: &Path<'_>) -> Vec<PodsNamed> {
        let mut controllers = Vec::new();
        for (index, item) in node.map_or(&[][..], Node::items).iter().enumerate() {
            controllers.extend(self.pods(item, &path.index(index)));
        }
        controllers
    }

    fn pods(&mut self, node: &Node, path: &Path<'_>) -> Option<PodsNamed> {
        let selector = self
            .parts
            .selector(node.get("podSelector"), &path.field("podSelector"));
        let namespace = node.get("namespace");
        Some(PodsNamed {
            namespace: self.namespace(namespace, node, &path.field("namespace"))?,
            pods: selector,
        })
    }

    /// The levels of rules, in the order of the file.
    pub(super) fn levels(&self, node: Option<&Node>, path: &Path<'_>) -> Vec<RuleLevel> {
        let entries = node.map_or(&[][..], Node::entries).iter();
        entries
            .filter_map(|entry| self.level(entry, &path.field(&entry.key)))
            .collect()
    }

    fn level(&self, entry: &Entry, path: &Path<'_>) -> Option<RuleLevel> {
        let node = &entry.value;
        let level = match &node.value {
            // What YAML makes of `off`.
            Value::Bool(false) => None,
            Value::String(word) if &**word == "off" => None,
            Value::String(word) => {
                match Severity::ALL.into_iter().find(|it| it.name() == &**word) {
                    Some(level) => Some(level),
                    None => return self.no_level(node, word, path),
                }
            }
            _ => return self.no_level(node, "", path),
        };
        Some(RuleLevel {
            rule: (*entry.key).into(),
            level,
            origin: Origin::at(self.report.place.key(entry)),
        })
    }

    fn no_level(&self, node: &Node, written: &str, path: &Path<'_>) -> Option<RuleLevel> {
        let what = format!("expected a level, found {}", self.report.described(node));
        let levels = Severity::ALL.map(Severity::name).into_iter();
        let help = help_with(written, levels.chain(["off"]));
        let message = format!("`{path}`: {what}");
        let finding = Finding::error("invalid-value", message).at(self.report.place.of(node), "");
        self.report.add(finding.help(help));
        None
    }
}

/// Which word was meant, or which words there are.
fn help_with<'w>(written: &str, words: impl Iterator<Item = &'w str> + Clone) -> String {
    if let Some(near) = suggest::nearest(written, words.clone()) {
        return format!("did you mean `{near}`?");
    }
    let words: Vec<String> = words.map(|word| format!("`{word}`")).collect();
    format!("write one of {}", words.join(", "))
}
