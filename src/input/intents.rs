//! Files of intents: documents of `kind: Intents` out of the same trees that manifests are read
//! into. A document with an error is left out as a whole, as an object is.

mod assume;
mod claim;
pub(super) mod collected;
mod entries;
mod redundant;
pub(super) mod shape;
#[cfg(test)]
mod tests;

use super::check::Check;
use super::decode::policy::PolicyReader;
use super::document::Document;
use super::loader::Loader;
use super::node::Node;
use super::object;
use super::report::{Path, Report, shown};
use super::{LoadedIntents, Options};
use crate::diag::{Finding, Severity};
use crate::intent::Intents;
use crate::net::Cidr;
use crate::source::{Position, SourceMap, Span};
use collected::Collected;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How a file of intents begins.
const HEAD: &str = "a file of intents begins with `apiVersion: netpolc/v1` and `kind: Intents`";

impl<'o> Loader<'o> {
    /// Reads intents and nothing else; the texts join those of `sources`.
    pub(super) fn of_intents(options: &'o Options, sources: SourceMap) -> Self {
        let mut loader = Self::new(options);
        loader.sources = sources;
        loader.intents = Some(Collected::default());
        loader
    }

    /// Begins a file of intents, if such are read.
    pub(super) fn begin_intents(&mut self, directory: Option<&std::path::Path>) {
        let findings = self.findings.len();
        if let Some(collected) = &mut self.intents {
            collected.directory = directory.map(Into::into);
            collected.names.clear();
            collected.before = findings + collected.files.len();
        }
    }

    /// Ends a file of intents, if such are read.
    pub(super) fn end_intents(&mut self, name: &str) {
        let findings = self.findings.len();
        let silent = |it: &Collected| it.before == findings + it.files.len();
        if !self.intents.as_ref().is_some_and(silent) {
            return;
        }
        let file = self
            .sources
            .add(&name.into(), String::new(), Position::START);
        let finding = Finding::error("not-intents", "there are no intents in this file")
            .at(Span::new(file, 0, 0), "")
            .help(HEAD);
        self.findings.push(finding);
    }

    /// The intents, and all texts.
    pub(super) fn finish_intents(self) -> (LoadedIntents, SourceMap) {
        let loaded = LoadedIntents {
            files: self.intents.unwrap_or_default().files,
            findings: self.findings,
        };
        (loaded, self.sources)
    }
}

/// Reads one document; says whether its text is still needed.
pub(super) fn document(loader: &mut Loader<'_>, document: &Document<'_>, node: &Node) -> bool {
    let report = Report::new(document.place, document.text);
    let Some(collected) = &mut loader.intents else {
        return false;
    };
    if is_intents(node, &report) {
        object::remarks(document, node, &report);
        let check = Check {
            shape: &shape::INTENTS,
            report: &report,
            policy: None,
            unknown: Severity::Error,
            wrong: Severity::Error,
            described: "`docs/intents.md`",
        };
        check.object(node);
        let mut reader = Reader {
            report: &report,
            parts: PolicyReader {
                report: &report,
                pool: &mut loader.pool,
                default_namespace: &loader.options.default_namespace,
                is_new: false,
                refuses_slips: false,
                is_custom: false,
            },
            names: &mut collected.names,
        };
        let mut read = reader.intents(node);
        if !report.has_errors() {
            read.directory.clone_from(&collected.directory);
            collected.files.push(read);
        }
    }
    loader.findings.extend(report.finish());
    true
}

/// Whether a document says that it is what is asked for; if not, that is reported.
fn is_intents(node: &Node, report: &Report<'_>) -> bool {
    let (version, kind) = (node.text_of("apiVersion"), node.text_of("kind"));
    let (place, found, help) = match (version, kind) {
        (Some("netpolc/v1"), Some("Intents")) => return true,
        (None, None) if node.entries().is_empty() => {
            (node, report.described(node), HEAD.to_owned())
        }
        (None, None) => {
            let found = "an object without `apiVersion` and `kind`".to_owned();
            (node, found, HEAD.to_owned())
        }
        (_, Some("Intents")) => {
            let found = match version {
                Some(version) => format!("`apiVersion: {}`", shown(version)),
                None => "no `apiVersion`".to_owned(),
            };
            let place = node.get("apiVersion").or(node.get("kind"));
            let help = "write `apiVersion: netpolc/v1`".to_owned();
            (place.unwrap_or(node), found, help)
        }
        (Some("netpolc/v1"), None) => {
            let place = node.get("kind").or(node.get("apiVersion"));
            let help = "write `kind: Intents`".to_owned();
            (place.unwrap_or(node), "no `kind`".to_owned(), help)
        }
        (_, kind) => {
            let kind_name = shown(kind.unwrap_or("an object"));
            let found = match version {
                Some(version) => format!("`{kind_name}` of `{}`", shown(version)),
                None => format!("`{kind_name}`"),
            };
            let help = match (version, kind) {
                (Some("netpolc/v1"), Some(kind))
                    if super::suggest::nearest(kind, ["Intents"]).is_some() =>
                {
                    "did you mean `Intents`?".to_owned()
                }
                _ => format!("{HEAD}; name manifests with `-f`"),
            };
            (node.get("kind").unwrap_or(node), found, help)
        }
    };
    let message = format!("expected `kind: Intents` of `netpolc/v1`, found {found}");
    let finding = Finding::error("not-intents", message);
    report.add(finding.at(report.place.of(place), "").help(help));
    false
}

/// Reads one document. What is of a wrong type is passed over: the check against the shape has
/// reported it.
struct Reader<'r, 't> {
    report: &'r Report<'t>,
    /// Reads what intents have in common with policies.
    parts: PolicyReader<'r, 't>,
    /// The names of the file's intents so far.
    names: &'r mut BTreeMap<Arc<str>, Span>,
}

impl Reader<'_, '_> {
    fn intents(&mut self, root: &Node) -> Intents {
        let assumptions = self.assumptions(root.get("assume"), &Path::ROOT.field("assume"));
        let networks = root.get("podNetworks");
        let pod_networks = self.networks(networks, &Path::ROOT.field("podNetworks"));
        let path = Path::ROOT.field("intents");
        let listed = root.get("intents");
        let items = listed.map_or(&[][..], Node::items);
        // What is no list has been reported.
        if items.is_empty() && listed.is_none_or(Node::is_list) {
            let place = listed.or(root.get("kind")).unwrap_or(root);
            let what = match listed {
                Some(_) => "the list of intents is empty",
                None => "there are no intents",
            };
            let help = "write at least one intent, such as `- {name: no-way-in, expect: denied, from: [anyone], to: [shop/deploy/web]}`";
            self.report.error_help("required", &path, place, what, help);
        }
        let mut intents = Vec::new();
        for (index, item) in items.iter().enumerate() {
            intents.extend(self.intent(item, &path.index(index)));
        }
        Intents {
            assumptions,
            pod_networks,
            intents,
            directory: None,
        }
    }

    fn networks(&mut self, node: Option<&Node>, path: &Path<'_>) -> Vec<Cidr> {
        let mut networks = Vec::new();
        for (index, item) in node.map_or(&[][..], Node::items).iter().enumerate() {
            let path = path.index(index);
            match item.text() {
                Some(text) => networks.extend(self.parts.cidr(item, text, &path)),
                None if item.is_null() => {
                    let help = "write a prefix such as `10.244.0.0/16`";
                    let what = "a value is required";
                    self.report.error_help("required", &path, item, what, help);
                }
                None => {}
            }
        }
        networks
    }

    /// The text of a field that must be there.
    fn required<'n>(
        &self,
        parent: &'n Node,
        field: &str,
        path: &Path<'_>,
        help: &str,
    ) -> Option<(&'n Node, &'n str)> {
        match parent.get(field) {
            Some(node) if node.text() != Some("") => node.text().map(|text| (node, text)),
            found => {
                let node = found.or(parent.get("name")).unwrap_or(parent);
                let path = path.field(field);
                let what = "a value is required";
                self.report.error_help("required", &path, node, what, help);
                None
            }
        }
    }
}
