//! One object in JSON: read straight from its text where nothing of that will be shown, and as a tree
//! otherwise.

use super::decode::Build;
use super::decode::meta::{Head, HeadMeta};
use super::decode::pod::RawPod;
use super::document::Part;
use super::inventory::{self, Object};
use super::json_tree;
use super::kind::Kind;
use super::loader::Loader;
use super::node::{SyntaxError, Tree};
use super::type_meta::TypeMeta;
use crate::model::Origin;
use crate::source::Span;

impl Loader<'_> {
    /// Reads one JSON object whose text is complete. Where `odd`, it has something that the readers
    /// of plain structs may not refuse.
    ///
    /// # Errors
    /// The first place where the text is not JSON.
    pub(super) fn json(
        &mut self,
        part: Part<'_>,
        inherited: Option<TypeMeta<'_>>,
        odd: bool,
    ) -> Result<(), SyntaxError> {
        if self.likely_policy(part, inherited)? {
            return Ok(());
        }
        let head = serde_json::from_str(part.text).ok().filter(|_| !odd);
        self.json_of(part, head.as_ref(), inherited)
    }

    /// Reads one JSON object whose head was read already, if it could be.
    ///
    /// # Errors
    /// The first place where the text is not JSON.
    pub(super) fn json_of(
        &mut self,
        part: Part<'_>,
        head: Option<&Head<'_>>,
        inherited: Option<TypeMeta<'_>>,
    ) -> Result<(), SyntaxError> {
        if let Some(kind) = head.and_then(|head| inventory::plain_kind(head, inherited))
            && self.reads_plainly(kind)
            && self.plain(part, |build, text| inventory::read_text(kind, text, build))
        {
            self.expects_pod = kind == Kind::Pod;
            self.expects_policy = false;
            return Ok(());
        }
        self.expects_pod = false;
        let tree = json_tree::read(part.text)?;
        self.expects_policy = is_policy(&tree);
        self.tree(part, 0, &tree, inherited);
        Ok(())
    }

    /// Reads a policy where one is likely to come; says whether it was one. Policies are always read
    /// as trees, so that a look at what the object is can be saved.
    ///
    /// # Errors
    /// The first place where the text is not JSON.
    pub(super) fn likely_policy(
        &mut self,
        part: Part<'_>,
        inherited: Option<TypeMeta<'_>>,
    ) -> Result<bool, SyntaxError> {
        if !self.expects_policy {
            return Ok(false);
        }
        let tree = json_tree::read(part.text)?;
        self.expects_policy = is_policy(&tree);
        if self.expects_policy {
            self.tree(part, 0, &tree, inherited);
        }
        Ok(self.expects_policy)
    }

    /// Reads a Pod from an API server straight from its text, where one is likely to come; says
    /// whether it was one. Saves a look at what the object is: an inventory is mostly Pods.
    pub(super) fn likely_pod(&mut self, part: Part<'_>, inherited: Option<TypeMeta<'_>>) -> bool {
        self.expects_pod
            && self.plain(part, |build, text| {
                let pod: RawPod<'_> = serde_json::from_str(text).ok()?;
                let head = Head {
                    api_version: pod.api_version.clone(),
                    kind: pod.kind.clone(),
                    metadata: HeadMeta {
                        uid: pod.metadata.uid.clone(),
                    },
                };
                let is_pod = inventory::plain_kind(&head, inherited) == Some(Kind::Pod);
                is_pod.then(|| Object::Pod(pod.build(build)))
            })
    }

    /// Reads an object of the inventory straight from its text, of which nothing is kept; says
    /// whether that worked.
    fn plain(
        &mut self,
        part: Part<'_>,
        read: impl FnOnce(&mut Build<'_>, &str) -> Option<Object>,
    ) -> bool {
        if self.intents.is_some() {
            return false;
        }
        let mut build = Build {
            pool: &mut self.pool,
            default_namespace: &self.options.default_namespace,
            origin: Origin::default(),
            issues: Vec::new(),
            clues: Vec::new(),
        };
        let Some(mut object) = read(&mut build, part.text) else {
            return false;
        };
        if !build.issues.is_empty() {
            return false;
        }
        let clues = build.clues;
        let file = self.sources.add(part.name, String::new(), part.start);
        object.set_origin(Origin::at(Span::new(file, 0, 0)));
        self.objects.clues.extend(clues);
        inventory::add(&mut self.objects, object);
        true
    }
}

fn is_policy(tree: &Tree) -> bool {
    let kind = tree.root.text_of("kind").and_then(Kind::named);
    kind.is_some_and(Kind::is_policy)
}
