//! Settings files: one document of `kind: Settings`, out of the same trees that manifests are read
//! into. What is wrong with it is among the findings; with an error there are no settings.

pub(super) mod shape;
#[cfg(test)]
mod tests;
mod values;

use super::LoadedSettings;
use super::check::Check;
use super::decode::policy::PolicyReader;
use super::document::Document;
use super::node::{Node, Place, Tree};
use super::pool::Pool;
use super::report::{Path, Report, shown};
use super::{object, suggest, yaml};
use crate::diag::{Finding, Severity};
use crate::settings::Settings;
use crate::source::{FileId, Position, SourceMap, Span};
use std::sync::Arc;

/// How a settings file begins.
const HEAD: &str = "a settings file begins with `apiVersion: netpolc/v1` and `kind: Settings`";

/// Reads the text of one file, which is called `name`.
pub(super) fn read(name: &str, bytes: &[u8], sources: &mut SourceMap) -> LoadedSettings {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes).into_owned();
    let file = sources.add(&name.into(), text.clone(), Position::START);
    let (documents, failed) = yaml::documents(&text);
    let failed = match std::str::from_utf8(bytes) {
        Err(error) => Some((error.valid_up_to(), "this is not UTF-8 text".to_owned())),
        Ok(_) => failed.map(|error| (error.offset, error.message)),
    };
    if let Some((offset, message)) = failed {
        let finding =
            Finding::error("syntax", message).at(Span::of_character(file, &text, offset), "");
        return refused(finding.help("settings must be YAML or JSON"));
    }
    match documents.as_slice() {
        [] => {
            let finding = Finding::error("not-settings", "there are no settings in this file");
            refused(finding.at(Span::new(file, 0, 0), "").help(HEAD))
        }
        [tree] => document(tree, &text, file),
        [_, second, ..] => {
            let message = "a settings file must contain only one document";
            let place = Span::new(file, second.root.start as usize, second.root.end as usize);
            let finding = Finding::error("not-settings", message).at(place, "a second one");
            refused(finding.help("move all settings to the first document"))
        }
    }
}

fn refused(finding: Finding) -> LoadedSettings {
    LoadedSettings {
        settings: None,
        findings: vec![finding],
    }
}

fn document(tree: &Tree, text: &str, file: FileId) -> LoadedSettings {
    let place = Place {
        file,
        base: 0,
        len: text.len(),
    };
    let report = Report::new(place, text);
    let root = &tree.root;
    if !is_settings(root, &report) {
        return LoadedSettings {
            settings: None,
            findings: report.finish(),
        };
    }
    object::remarks(&Document { place, text, tree }, root, &report);
    let check = Check {
        shape: &shape::SETTINGS,
        report: &report,
        policy: None,
        unknown: Severity::Error,
        wrong: Severity::Error,
        described: "`docs/lint.md`",
    };
    check.object(root);
    let mut pool = Pool::default();
    let namespace = Arc::from("default");
    let mut reader = Reader {
        report: &report,
        parts: PolicyReader {
            report: &report,
            pool: &mut pool,
            default_namespace: &namespace,
            is_new: false,
            refuses_slips: false,
            is_custom: false,
        },
    };
    let settings = reader.settings(root);
    LoadedSettings {
        settings: (!report.has_errors()).then_some(settings),
        findings: report.finish(),
    }
}

/// Whether a document says that it is what is asked for; if not, that is reported.
fn is_settings(node: &Node, report: &Report<'_>) -> bool {
    let (version, kind) = (node.text_of("apiVersion"), node.text_of("kind"));
    let (field, found, help) = match (version, kind) {
        (Some("netpolc/v1"), Some("Settings")) => return true,
        (None, None) => {
            let found = match node.entries() {
                [] => report.described(node),
                _ => "an object without `apiVersion` and `kind`".to_owned(),
            };
            ("kind", found, HEAD.to_owned())
        }
        (Some("netpolc/v1"), kind) => {
            let found = match kind {
                Some(kind) => format!("`kind: {}`", shown(kind)),
                None => "no `kind`".to_owned(),
            };
            let near = kind.and_then(|kind| suggest::nearest(kind, ["Settings"]));
            let help = match near {
                Some(_) => "did you mean `Settings`?".to_owned(),
                None => "write `kind: Settings`".to_owned(),
            };
            ("kind", found, help)
        }
        (version, Some("Settings")) => {
            let found = match version {
                Some(version) => format!("`apiVersion: {}`", shown(version)),
                None => "no `apiVersion`".to_owned(),
            };
            let help = "write `apiVersion: netpolc/v1`".to_owned();
            ("apiVersion", found, help)
        }
        (_, kind) => {
            let found = format!("`{}`", shown(kind.unwrap_or("an object")));
            ("kind", found, HEAD.to_owned())
        }
    };
    let message = format!("expected `kind: Settings` of `netpolc/v1`, found {found}");
    let place = node.get(field).or(node.get("kind")).unwrap_or(node);
    let finding = Finding::error("not-settings", message).at(report.place.of(place), "");
    report.add(finding.help(help));
    false
}

/// Reads the document. What is of a wrong type is passed over: the check against the shape has
/// reported it.
struct Reader<'r, 't> {
    report: &'r Report<'t>,
    /// Reads what settings have in common with policies.
    parts: PolicyReader<'r, 't>,
}

impl Reader<'_, '_> {
    fn settings(&mut self, root: &Node) -> Settings {
        let at = |field| Path::ROOT.field(field);
        Settings {
            cluster_domain: self.domain(root.get("clusterDomain"), &at("clusterDomain")),
            cni: self.cni(root.get("cni"), &at("cni")),
            inventory: self.inventory(root.get("inventory"), &at("inventory")),
            pod_cidrs: self.cidrs(root.get("podCIDRs"), &at("podCIDRs")),
            service_cidrs: self.cidrs(root.get("serviceCIDRs"), &at("serviceCIDRs")),
            node_cidrs: self.cidrs(root.get("nodeCIDRs"), &at("nodeCIDRs")),
            dns: self.dns(root.get("dns"), &at("dns")),
            ingress_controllers: self
                .controllers(root.get("ingressControllers"), &at("ingressControllers")),
            levels: self.levels(root.get("rules"), &at("rules")),
            exclude: self.globs(root.get("exclude"), &at("exclude")),
            fail_on: self.fail_on(root.get("failOn"), &at("failOn")),
            kubernetes_version: self
                .version(root.get("kubernetesVersion"), &at("kubernetesVersion")),
        }
    }
}
