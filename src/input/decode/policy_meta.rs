//! The metadata of policies, as the API server holds it against its rules.
//!
//! Source: `ValidateObjectMeta` of `apimachinery/pkg/api/validation` and of
//! `apimachinery/pkg/apis/meta/v1/validation`. None of it changes what a policy means, but a policy
//! that is refused protects nothing.

use super::policy::PolicyReader;
use crate::diag::Finding;
use crate::input::node::{Entry, Node, Value};
use crate::input::report::{Path, shown};
use crate::input::validate;

/// How many bytes the annotations of an object may have together (`TotalAnnotationSizeLimitB`).
const MAX_ANNOTATIONS: usize = 256 * 1024;

/// What manages fields has a name of so many bytes at most.
const MAX_MANAGER: usize = 128;

impl PolicyReader<'_, '_> {
    /// Checks all metadata of a new policy but its name and namespace.
    pub(super) fn metadata(&mut self, root: &Node) {
        let Some(meta) = root.get("metadata") else {
            return;
        };
        let path = Path::ROOT.field("metadata");
        self.generate_name(meta, &path);
        self.labels(meta.get("labels"), &path.field("labels"));
        self.annotations(meta.get("annotations"), &path.field("annotations"));
        self.owners(meta.get("ownerReferences"), &path.field("ownerReferences"));
        self.finalizers(meta.get("finalizers"), &path.field("finalizers"));
        self.managed_fields(meta.get("managedFields"), &path.field("managedFields"));
    }

    fn refuse(&self, path: &Path<'_>, node: &Node, what: &str) {
        self.report.error("invalid-value", path, node, what);
    }

    fn refuse_key(&self, path: &Path<'_>, entry: &Entry, what: &str) {
        let message = format!("`{path}`: {what}");
        let finding = Finding::error("invalid-value", message);
        self.report
            .add(finding.at(self.report.place.key(entry), ""));
    }

    /// `generateName` counts beside a name too.
    fn generate_name(&self, meta: &Node, path: &Path<'_>) {
        let Some(node) = meta.get("generateName") else {
            return;
        };
        let text = node.text().unwrap_or_default();
        if let Err(what) = validate::prefix(text)
            && !text.is_empty()
        {
            let what = format!("invalid value `{}`: {what}", shown(text));
            self.report
                .error("invalid-name", &path.field("generateName"), node, &what);
        }
    }

    fn labels(&self, labels: Option<&Node>, path: &Path<'_>) {
        for entry in labels.map_or(&[][..], Node::entries) {
            if self.report.spaced_key(entry).is_some() {
                continue;
            }
            let path = path.field(&entry.key);
            if let Err(what) = validate::label_key(&entry.key) {
                let key = shown(&entry.key);
                self.refuse_key(&path, entry, &format!("invalid label key `{key}`: {what}"));
            }
            if let Some(value) = entry.value.text()
                && let Err(what) = validate::label_value(value)
            {
                let what = format!("invalid label value `{}`: {what}", shown(value));
                self.refuse(&path, &entry.value, &what);
            }
        }
    }

    fn annotations(&self, annotations: Option<&Node>, path: &Path<'_>) {
        let mut size = 0;
        for entry in annotations.map_or(&[][..], Node::entries) {
            size += entry.key.len() + entry.value.text().map_or(0, str::len);
            if self.report.spaced_key(entry).is_some() {
                continue;
            }
            if let Err(what) = validate::label_key(&entry.key.to_lowercase()) {
                let key = shown(&entry.key);
                let what = format!("invalid annotation key `{key}`: {what}");
                self.refuse_key(&path.field(&entry.key), entry, &what);
            }
        }
        if let Some(node) = annotations
            && size > MAX_ANNOTATIONS
        {
            let what = "annotations must not exceed 262144 bytes in total";
            self.refuse(path, node, what);
        }
    }

    fn owners(&self, owners: Option<&Node>, path: &Path<'_>) {
        let mut controller = false;
        let items = owners.map_or(&[][..], Node::items).iter().enumerate();
        for (index, owner) in items {
            let path = path.index(index);
            let version = owner.text_of("apiVersion").unwrap_or_default();
            let versioned = match version.split_once('/') {
                Some((_, version)) => !version.is_empty() && !version.contains('/'),
                None => !version.is_empty(),
            };
            if !versioned {
                let at = owner.get("apiVersion").unwrap_or(owner);
                let what = "the version of an owner must be given";
                self.refuse(&path.field("apiVersion"), at, what);
            }
            for field in ["kind", "name", "uid"] {
                if owner.get(field).is_none_or(|it| it.text() == Some("")) {
                    let at = owner.get(field).unwrap_or(owner);
                    self.report
                        .error("required", &path.field(field), at, "a value is required");
                }
            }
            if (version, owner.text_of("kind")) == ("v1", Some("Event")) {
                self.refuse(&path, owner, "an Event must not be an owner");
            }
            let marked = owner.get("controller");
            if let Some(marked) = marked.filter(|it| it.value == Value::Bool(true)) {
                if controller {
                    let what = "only one owner can be the controller";
                    self.refuse(&path.field("controller"), marked, what);
                }
                controller = true;
            }
        }
    }

    fn finalizers(&self, finalizers: Option<&Node>, path: &Path<'_>) {
        let items = finalizers.map_or(&[][..], Node::items);
        for (index, node) in items.iter().enumerate() {
            let text = node.text().unwrap_or_default();
            if let Err(what) = validate::label_key(text) {
                let what = format!("invalid finalizer `{}`: {what}", shown(text));
                self.refuse(&path.index(index), node, &what);
            }
        }
        let has = |name: &str| items.iter().find(|it| it.text() == Some(name));
        if let (Some(_), Some(node)) = (has("orphan"), has("foregroundDeletion")) {
            let what = "`orphan` and `foregroundDeletion` cannot both be set";
            self.refuse(path, node, what);
        }
    }

    fn managed_fields(&self, entries: Option<&Node>, path: &Path<'_>) {
        let items = entries.map_or(&[][..], Node::items).iter().enumerate();
        for (index, entry) in items {
            let path = path.index(index);
            let operation = entry.get("operation").unwrap_or(entry);
            if !matches!(operation.text(), Some("Apply" | "Update")) {
                let what = "must be `Apply` or `Update`";
                self.refuse(&path.field("operation"), operation, what);
            }
            if let Some(kind) = entry.get("fieldsType")
                && !matches!(kind.text(), Some("" | "FieldsV1"))
            {
                self.refuse(&path.field("fieldsType"), kind, "must be `FieldsV1`");
            }
            if let Some(manager) = entry.get("manager")
                && manager.text().is_some_and(|it| it.len() > MAX_MANAGER)
            {
                let what = "must not be longer than 128 characters";
                self.refuse(&path.field("manager"), manager, what);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::input::{Options, read_text};
    use crate::settings::KubernetesVersion;

    /// The names of the findings about a policy with this metadata and more fields.
    fn about_policy(metadata: &str, more: &str, minor: u32) -> Vec<&'static str> {
        let text = format!(
            "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {metadata}\nspec: {{}}\n{more}"
        );
        let options = Options {
            kubernetes_version: KubernetesVersion::new(1, minor),
            ..Options::default()
        };
        let loaded = read_text("a.yaml", &text, &options);
        loaded.findings.iter().map(|it| it.rule).collect()
    }

    #[test]
    fn only_servers_of_some_versions_know_the_status_of_a_policy() {
        let status = "status: {}\n";
        assert_eq!(about_policy("{name: p}", status, 36), ["unknown-field"]);
        assert_eq!(about_policy("{name: p}", status, 28), ["unknown-field"]);
        assert_eq!(about_policy("{name: p}", status, 27), [""; 0]);
        assert_eq!(about_policy("{name: p, uid: u}", status, 36), [""; 0]);
        let from_server = "{name: p, resourceVersion: '1', creationTimestamp: null}";
        assert_eq!(about_policy(from_server, status, 36), [""; 0]);
    }

    #[test]
    fn metadata_of_policies_is_held_against_the_rules_of_the_server() {
        for metadata in [
            "{name: p, labels: {a.b/c: d, e: ''}}",
            "{name: p, annotations: {A/b: 'x y'}}",
            "{generateName: p-}",
            "{name: p, ownerReferences: [{apiVersion: apps/v1, kind: A, name: a, uid: u, controller: true}]}",
            "{name: p, finalizers: [a.b/c]}",
            "{name: p, managedFields: [{manager: kubectl, operation: Update, fieldsType: FieldsV1, fieldsV1: {'f:a': {}}}]}",
        ] {
            assert_eq!(about_policy(metadata, "", 36), [""; 0], "{metadata}");
        }
        for (metadata, rule) in [
            ("{name: Web}", "invalid-name"),
            ("{name: ..}", "invalid-name"),
            ("{name: a-}", "invalid-name"),
            ("{generateName: p.}", "invalid-name"),
            ("{name: p, generateName: P}", "invalid-name"),
            ("{name: p, labels: {a b: c}}", "invalid-value"),
            ("{name: p, labels: {a: b c}}", "invalid-value"),
            ("{name: p, annotations: {a b: c}}", "invalid-value"),
            ("{name: p, finalizers: ['']}", "invalid-value"),
            (
                "{name: p, finalizers: [orphan, foregroundDeletion]}",
                "invalid-value",
            ),
            (
                "{name: p, managedFields: [{operation: Delete}]}",
                "invalid-value",
            ),
            (
                "{name: p, managedFields: [{operation: Apply, x: 1}]}",
                "unknown-field",
            ),
            (
                "{name: p, ownerReferences: [{apiVersion: apps/, kind: A, name: a, uid: u}]}",
                "invalid-value",
            ),
            (
                "{name: p, ownerReferences: [{apiVersion: v1, kind: A, name: a}]}",
                "required",
            ),
        ] {
            assert_eq!(about_policy(metadata, "", 36), [rule], "{metadata}");
        }
    }
}
