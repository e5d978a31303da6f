//! Patches of kustomizations: parts of objects, which are none by themselves. They are passed over, and
//! that is said.

use super::document::Document;
use super::loader::Loader;
use super::node::{Node, Value};
use super::report::shown;
use super::scan::has_one_of;
use super::{Loaded, yaml};

/// The names of the file that says what a directory is made of.
pub(super) const FILES: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

/// The files that a kustomization names, as it names them.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    /// Those with patches.
    pub patches: Vec<String>,
    /// Those with whole objects.
    pub resources: Vec<String>,
}

/// What the text of a kustomization names; what stands before a mistake in it.
pub(super) fn named(text: &str) -> Named {
    // What is wrong with it is said where it is read as a manifest.
    let (documents, _) = yaml::documents(text);
    let mut named = Named::default();
    for root in documents.iter().map(|tree| &tree.root) {
        let items = |field: &str| root.get(field).map_or(&[][..], Node::items).iter();
        let paths = items("patches").chain(items("patchesJson6902"));
        let paths = paths.filter_map(|patch| patch.text_of("path"));
        let merges = items("patchesStrategicMerge").filter_map(Node::text);
        named.patches.extend(paths.chain(merges).map(str::to_owned));
        let resources = items("resources").filter_map(Node::text);
        named.resources.extend(resources.map(str::to_owned));
    }
    named
}

/// Whether an object says itself that it is a patch, anywhere in it.
pub(super) fn is_patch(document: &Document<'_>, node: &Node) -> bool {
    let place = document.place.of(node);
    let text = document.text.get(place.start as usize..place.end as usize);
    // Most texts can be told by their bytes: the name stands in them, with an escape, or through an alias.
    text.is_none_or(|text| has_one_of(text, *b"$\\*")) && has_patch(node)
}

fn has_patch(node: &Node) -> bool {
    match &node.value {
        Value::Map(entries) => entries
            .iter()
            .any(|entry| &*entry.key == "$patch" || has_patch(&entry.value)),
        Value::Seq(items) => items.iter().any(has_patch),
        _ => false,
    }
}

/// Sorts places, of which some end in the number of a line, and leaves one of each.
pub(super) fn sort(places: &mut Vec<String>) {
    places.sort_by_cached_key(|place| {
        let (file, line) = place.rsplit_once(':').unwrap_or((place, ""));
        (file.to_owned(), line.parse::<usize>().ok())
    });
    places.dedup();
}

impl Loader<'_> {
    /// Passes over an object that is a patch; its text is not needed.
    pub(super) fn pass_over(&mut self, document: &Document<'_>, node: &Node) -> bool {
        let line = shown(&self.sources.line(document.place.of(node)));
        // Those of a list may stand on one line.
        if self.patches.last() != Some(&line) {
            self.patches.push(line);
        }
        false
    }
}

impl Loaded {
    /// Which patches were not read, in one line.
    pub fn patches_note(&self) -> Option<String> {
        let instead = "not read; use the output of `kustomize build`";
        match self.patches.as_slice() {
            [] => None,
            [one] => Some(format!("{one}: a patch for kustomize, {instead}")),
            [first, others @ ..] => Some(format!(
                "{first} and {} more: patches for kustomize, {instead}",
                others.len()
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::{Options, read_text};

    #[test]
    fn kustomizations_name_patches_and_resources() {
        let text = "resources: [../base, ns.yaml]
patches: [{path: a.yaml, target: {kind: Deployment}}, {patch: '[]'}]
patchesStrategicMerge: [b.yaml]
patchesJson6902: [{path: c.json, target: {}}]
";
        let named = named(text);
        assert_eq!(named.patches, ["a.yaml", "c.json", "b.yaml"]);
        assert_eq!(named.resources, ["../base", "ns.yaml"]);
    }

    #[test]
    fn patches_that_say_so_are_not_read() {
        let head = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\n";
        let text = format!(
            "{head}spec: {{podSelector: {{}}}}\n---\n$patch: delete\n{head}---\n{head}spec: {{ingress: [{{$patch: replace}}]}}\n"
        );
        let loaded = read_text("a.yaml", &text, &Options::default());
        assert_eq!(loaded.findings, []);
        assert_eq!(loaded.objects.policies.len(), 1);
        assert_eq!(
            loaded.patches_note().as_deref(),
            Some(
                "a.yaml:6 and 1 more: patches for kustomize, not read; use the output of `kustomize build`"
            )
        );
    }
}
