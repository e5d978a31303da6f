//! Objects that come one by one, as an API server lists them: in no file, each called by its name and
//! its fields. They are read by the decoders of files, and taken as they are.

use super::decode::meta::Head;
use super::document::Part;
use super::json_tree;
use super::loader::Loader;
use super::node::Node;
use super::options::Options;
use super::shown::shown;
use super::type_meta::TypeMeta;
use super::{Loaded, node::Value};
use crate::model::LeftOut;
use crate::source::Position;
use serde::Deserialize;
use std::borrow::Cow;
use std::fmt::Write as _;
use std::sync::Arc;

/// What was read of such objects so far.
pub struct Live<'o> {
    loader: Loader<'o>,
}

/// What names an object.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Named<'a> {
    #[serde(borrow)]
    metadata: Option<Name<'a>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Name<'a> {
    #[serde(borrow)]
    namespace: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
}

impl<'o> Live<'o> {
    /// Nothing read yet.
    pub fn new(options: &'o Options) -> Self {
        let mut loader = Loader::new(options);
        loader.sources.begin_objects(field_at);
        Self { loader }
    }

    /// Reads one object as JSON, of this kind where it does not say so itself.
    ///
    /// # Errors
    /// Why the text is no object.
    pub fn object(&mut self, api_version: &str, kind: &str, text: &str) -> Result<(), String> {
        let named: Named<'_> = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let Name { namespace, name } = named.metadata.unwrap_or_default();
        let name = shown(&name.ok_or("an object has no name")?);
        let name: Arc<str> = match namespace.filter(|it| !it.is_empty()) {
            Some(namespace) => format!("{}/{name}", shown(&namespace)).into(),
            None => name.into(),
        };
        let part = Part {
            name: &name,
            text,
            start: Position::START,
        };
        let inherited = Some(TypeMeta { api_version, kind });
        self.loader.documents += 1;
        let loader = &mut self.loader;
        if loader.likely_pod(part, inherited) {
            return Ok(());
        }
        let read = match loader.likely_policy(part, inherited) {
            Ok(true) => return Ok(()),
            Ok(false) => {
                let head: Option<Head<'_>> = serde_json::from_str(text).ok();
                loader.json_of(part, head.as_ref(), inherited)
            }
            Err(error) => Err(error),
        };
        read.map_err(|error| error.message)
    }

    /// Adds what the cluster has and does not show.
    pub fn left_out(&mut self, it: LeftOut) {
        self.loader.left_out.push(it);
    }

    /// Everything.
    pub fn finish(mut self) -> Loaded {
        self.loader.sources.end_objects();
        self.loader.finish()
    }
}

/// The field of an object at an offset of its text, as the API server writes it:
/// `spec.ingress[0].from[1]`.
fn field_at(text: &str, offset: usize) -> String {
    let Ok(tree) = json_tree::read(text) else {
        return String::new();
    };
    let offset = u32::try_from(offset).unwrap_or(u32::MAX);
    let mut path = String::new();
    let mut node = &tree.root;
    while let Some(inner) = step(node, offset, &mut path) {
        node = inner;
    }
    // Where its name stands, the object as a whole is meant.
    if path == "metadata.name" {
        path.clear();
    }
    path
}

/// The part of a node that an offset is in; adds the step to the path.
fn step<'n>(node: &'n Node, offset: u32, path: &mut String) -> Option<&'n Node> {
    match &node.value {
        Value::Map(entries) => {
            let within = |start, end| (start..end).contains(&offset);
            let mut entries = entries.iter();
            let entry = entries.find(|it| within(it.key_start, it.value.end))?;
            if entry.key.contains(['.', '/', '[', ']']) {
                let _ = write!(path, "[{}]", &*entry.key);
            } else {
                let dot = if path.is_empty() { "" } else { "." };
                let _ = write!(path, "{dot}{}", &*entry.key);
            }
            Some(&entry.value)
        }
        Value::Seq(items) => {
            let at = items
                .iter()
                .position(|it| (it.start..it.end).contains(&offset))?;
            let _ = write!(path, "[{at}]");
            items.get(at)
        }
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Float(_) | Value::String(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    const POLICY: &str = r#"{"metadata":{"name":"db","namespace":"shop","uid":"u","labels":{"a.b/c":"d"}},"spec":{"podSelector":{},"ingress":[{"from":[{"podSelector":{}},{"ipBlock":{"cidr":"010.0.0.0/8"}}]}]}}"#;

    fn at(word: &str) -> String {
        field_at(POLICY, POLICY.find(word).expect("a word of the policy"))
    }

    #[test]
    fn fields_are_called_as_the_api_server_calls_them() {
        assert_eq!(at("\"ipBlock\""), "spec.ingress[0].from[1].ipBlock");
        assert_eq!(at("010"), "spec.ingress[0].from[1].ipBlock.cidr");
        assert_eq!(at("{\"from\""), "spec.ingress[0]");
        assert_eq!(at("\"d\""), "metadata.labels[a.b/c]");
        assert_eq!((at("\"db\""), field_at(POLICY, 0)), Default::default());
        assert_eq!(field_at("{", 0), "");
    }

    fn read(kind: &str, text: &str) -> Loaded {
        let options = Options::default();
        let mut live = Live::new(&options);
        let version = if kind == "Pod" {
            "v1"
        } else {
            "networking.k8s.io/v1"
        };
        live.object(version, kind, text).expect("an object");
        live.finish()
    }

    #[test]
    fn objects_are_called_by_their_names() {
        // The address is written as new objects may not write it any more.
        let loaded = read("NetworkPolicy", POLICY);
        assert!(
            loaded
                .findings
                .iter()
                .all(|it| it.severity != crate::diag::Severity::Error)
        );
        let policy = loaded.objects.policies.first().expect("a policy");
        let place = |origin: Origin| loaded.sources.place(origin.span.expect("a place"));
        assert_eq!(place(policy.origin), "shop/db");
        let pod = read(
            "Pod",
            r#"{"metadata":{"name":"a","namespace":"b","uid":"u"},"spec":{"containers":[]}}"#,
        );
        let origin = pod.objects.pods.first().expect("a pod").origin;
        assert_eq!(pod.sources.line(origin.span.expect("a place")), "b/a");
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let options = Options::default();
        let mut live = Live::new(&options);
        for text in [
            "",
            "{",
            "[]",
            "{}",
            "7",
            r#"{"metadata":{}}"#,
            r#"{"metadata":{"name":"a"}"#,
        ] {
            assert!(live.object("v1", "Pod", text).is_err(), "{text}");
        }
    }
}
