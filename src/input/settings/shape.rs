//! The shape of a settings file: which fields there are, and of which type each is. What the types
//! cannot say is checked where the fields are read. `docs/schema/settings.json` says the same.

use crate::input::schema::{Schema, Shape};
use std::sync::OnceLock;

/// The shape of a `kind: Settings` document.
pub(super) fn settings() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema::new(root()))
}

fn root() -> Shape {
    let texts = || list(Shape::Text);
    let metadata = object([
        ("annotations", Shape::Map(Box::new(Shape::Text))),
        ("labels", Shape::Map(Box::new(Shape::Text))),
        ("name", Shape::Text),
    ]);
    let dns = object([
        ("addresses", texts()),
        ("pods", pods()),
        ("ports", list(Shape::Int32)),
    ]);
    let complete = object([("complete", texts())]);
    object([
        ("apiVersion", Shape::Text),
        ("cni", Shape::Text),
        ("dns", dns),
        ("exclude", texts()),
        ("failOn", Shape::Text),
        ("ingressControllers", list(pods())),
        ("inventory", Shape::TextOr(Box::new(complete))),
        ("kind", Shape::Text),
        // `1.36` is a number to YAML, and `1.30` would lose its zero.
        ("kubernetesVersion", Shape::Text),
        ("metadata", metadata),
        ("nodeCIDRs", texts()),
        ("podCIDRs", texts()),
        // To YAML `off` is a boolean.
        ("rules", Shape::Map(Box::new(Shape::Any))),
        ("serviceCIDRs", texts()),
    ])
}

fn pods() -> Shape {
    let expression = object([
        ("key", Shape::Text),
        ("operator", Shape::Text),
        ("values", list(Shape::Text)),
    ]);
    let selector = object([
        ("matchExpressions", list(expression)),
        ("matchLabels", Shape::Map(Box::new(Shape::Text))),
    ]);
    object([("namespace", Shape::Text), ("podSelector", selector)])
}

fn list(items: Shape) -> Shape {
    Shape::Seq(Box::new(items))
}

/// An object; its fields are sorted here, for they are looked up by halving.
fn object(fields: impl IntoIterator<Item = (&'static str, Shape)>) -> Shape {
    let mut fields: Vec<(Box<str>, Shape)> = fields
        .into_iter()
        .map(|(name, shape)| (name.into(), shape))
        .collect();
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    Shape::Object(fields)
}
