//! The shapes of Kubernetes objects, from the JSON schemas that the typed API carries.
//!
//! A schema is generated when a kind is first met, and kept in a small form that is quick to walk.

use super::kind::Kind;
use crate::model::WorkloadKind;
use k8s_openapi::api::{
    apps::v1 as apps, autoscaling::v2 as autoscaling, batch::v1 as batch, core::v1 as core,
    networking::v1 as networking,
};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What may stand in a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Shape {
    /// Anything.
    Any,
    /// Text.
    Text,
    /// A boolean.
    Boolean,
    /// A whole number of 32 bits.
    Int32,
    /// A whole number of 64 bits.
    Int64,
    /// Any number.
    Number,
    /// A whole number or text: a port by number or by name.
    IntOrText,
    /// A number or text: a resource quantity.
    Quantity,
    /// A list.
    Seq(Box<Shape>),
    /// An object with free keys, such as labels.
    Map(Box<Shape>),
    /// An object with these fields, sorted by name.
    Object(Vec<(Box<str>, Shape)>),
    /// Text, or what is said here.
    TextOr(Box<Shape>),
    /// One of these, or a list of them.
    OneOrMany(Box<Shape>),
    /// The shape of this number in the schema.
    Shared(usize),
}

/// The shape of one kind of object.
#[derive(Debug)]
pub(super) struct Schema {
    root: Shape,
    shared: Vec<Shape>,
}

impl Schema {
    /// The schema of objects of this shape, which shares nothing.
    pub(super) fn new(root: Shape) -> Self {
        Self {
            root,
            shared: Vec::new(),
        }
    }

    /// The shape of the object itself.
    pub(super) fn root(&self) -> &Shape {
        self.resolve(&self.root)
    }

    /// The shape itself, where it is one that several places share.
    pub(super) fn resolve<'a>(&'a self, shape: &'a Shape) -> &'a Shape {
        match shape {
            Shape::Shared(index) => self.shared.get(*index).unwrap_or(&Shape::Any),
            other => other,
        }
    }
}

macro_rules! schema_of {
    ($type:ty $(, $field:literal)?) => {{
        static SCHEMA: OnceLock<Schema> = OnceLock::new();
        SCHEMA.get_or_init(|| generate::<$type>(&[$($field)?]))
    }};
}

/// The schema of what is not a kind of Kubernetes.
static ANYTHING: Schema = Schema {
    root: Shape::Any,
    shared: Vec::new(),
};

/// The schema of a kind, in the version that is current.
pub(super) fn of(kind: Kind) -> &'static Schema {
    match kind {
        // Servers of version 1.24 to 1.27 gave policies a status.
        Kind::NetworkPolicy => schema_of!(networking::NetworkPolicy, "status"),
        Kind::Ingress => schema_of!(networking::Ingress),
        Kind::HorizontalPodAutoscaler => schema_of!(autoscaling::HorizontalPodAutoscaler),
        Kind::ScaledObject => &ANYTHING,
        Kind::Namespace => schema_of!(core::Namespace),
        Kind::Node => schema_of!(core::Node),
        Kind::Pod => schema_of!(core::Pod),
        Kind::Service => schema_of!(core::Service),
        Kind::Workload(WorkloadKind::CronJob) => schema_of!(batch::CronJob),
        Kind::Workload(WorkloadKind::DaemonSet) => schema_of!(apps::DaemonSet),
        Kind::Workload(WorkloadKind::Deployment) => schema_of!(apps::Deployment),
        Kind::Workload(WorkloadKind::Job) => schema_of!(batch::Job),
        Kind::Workload(WorkloadKind::ReplicaSet) => schema_of!(apps::ReplicaSet),
        Kind::Workload(WorkloadKind::ReplicationController) => {
            schema_of!(core::ReplicationController)
        }
        Kind::Workload(WorkloadKind::StatefulSet) => schema_of!(apps::StatefulSet),
    }
}

/// The schema of a type, whose objects may also have the fields `more`.
fn generate<T: JsonSchema>(more: &[&str]) -> Schema {
    let root = Json::from(SchemaGenerator::default().into_root_schema_for::<T>());
    let definitions = root.get("$defs").and_then(Json::as_object);
    let definitions: Vec<(&String, &Json)> = definitions.into_iter().flatten().collect();
    let numbers: BTreeMap<&str, usize> = definitions
        .iter()
        .enumerate()
        .map(|(number, (name, _))| (name.as_str(), number))
        .collect();
    let shared = definitions
        .iter()
        .map(|(name, schema)| match name.as_str() {
            // Quantities are declared as the same "int or string", but may have fractions.
            name if name.ends_with(".Quantity") => Shape::Quantity,
            _ => shape(schema, &numbers),
        })
        .collect();
    let mut root = shape(&root, &numbers);
    if let Shape::Object(fields) = &mut root {
        fields.extend(more.iter().map(|&name| (name.into(), Shape::Any)));
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    Schema { root, shared }
}

fn shape(schema: &Json, numbers: &BTreeMap<&str, usize>) -> Shape {
    let text = |key: &str| schema.get(key).and_then(Json::as_str);
    if let Some(reference) = text("$ref") {
        let name = reference.rsplit('/').next().unwrap_or_default();
        return numbers
            .get(name)
            .map_or(Shape::Any, |&number| Shape::Shared(number));
    }
    if schema.get("x-kubernetes-int-or-string").is_some() {
        return Shape::IntOrText;
    }
    match (text("type"), text("format")) {
        (Some("string"), _) => Shape::Text,
        (Some("boolean"), _) => Shape::Boolean,
        (Some("integer"), Some("int32")) => Shape::Int32,
        (Some("integer"), _) => Shape::Int64,
        (Some("number"), _) => Shape::Number,
        (Some("array"), _) => {
            let items = schema.get("items");
            Shape::Seq(Box::new(
                items.map_or(Shape::Any, |items| shape(items, numbers)),
            ))
        }
        (Some("object"), _) => object(schema, numbers),
        _ => Shape::Any,
    }
}

fn object(schema: &Json, numbers: &BTreeMap<&str, usize>) -> Shape {
    if let Some(properties) = schema.get("properties").and_then(Json::as_object) {
        let mut fields: Vec<(Box<str>, Shape)> = properties
            .iter()
            .map(|(name, field)| (name.as_str().into(), shape(field, numbers)))
            .collect();
        fields.sort_by(|(a, _), (b, _)| a.cmp(b));
        return Shape::Object(fields);
    }
    match schema.get("additionalProperties") {
        Some(values @ Json::Object(_)) => Shape::Map(Box::new(shape(values, numbers))),
        _ => Shape::Any,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field<'a>(schema: &'a Schema, shape: &'a Shape, name: &str) -> &'a Shape {
        match schema.resolve(shape) {
            Shape::Object(fields) => {
                let found = fields.iter().find(|(field, _)| &**field == name);
                schema.resolve(&found.expect(name).1)
            }
            Shape::Seq(items) => field(schema, items, name),
            other => panic!("{other:?} has no fields"),
        }
    }

    #[test]
    fn the_shape_of_a_policy_is_that_of_the_api() {
        let schema = of(Kind::NetworkPolicy);
        let spec = field(schema, schema.root(), "spec");
        let ports = field(schema, field(schema, spec, "ingress"), "ports");
        assert_eq!(field(schema, ports, "port"), &Shape::IntOrText);
        assert_eq!(field(schema, ports, "endPort"), &Shape::Int32);
        assert_eq!(field(schema, ports, "protocol"), &Shape::Text);
        let selector = field(schema, spec, "podSelector");
        let labels = field(schema, selector, "matchLabels");
        assert_eq!(labels, &Shape::Map(Box::new(Shape::Text)));
    }

    #[test]
    fn quantities_and_free_objects_are_known() {
        let schema = of(Kind::Pod);
        let spec = field(schema, schema.root(), "spec");
        let resources = field(schema, field(schema, spec, "containers"), "resources");
        let Shape::Map(values) = field(schema, resources, "limits") else {
            panic!("limits is a map")
        };
        assert_eq!(schema.resolve(values), &Shape::Quantity);
    }
}
