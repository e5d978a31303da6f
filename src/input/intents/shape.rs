//! The shape of a file of intents: which fields there are, and of which type each is. What the
//! types cannot say is checked where the fields are read. `docs/schema/intents.json` says the same.

use crate::input::schema::{Schema, Shape};
use std::sync::OnceLock;

/// The shape of a `kind: Intents` document.
pub(super) fn intents() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| Schema::new(root()))
}

fn root() -> Shape {
    object([
        ("apiVersion", Shape::Text),
        ("assume", list(assumption())),
        ("intents", list(intent())),
        ("kind", Shape::Text),
        (
            "metadata",
            object([
                ("annotations", Shape::Map(Box::new(Shape::Text))),
                ("labels", Shape::Map(Box::new(Shape::Text))),
                ("name", Shape::Text),
            ]),
        ),
        ("podNetworks", list(Shape::Text)),
    ])
}

fn assumption() -> Shape {
    object([("always", selector()), ("pods", object(pods()))])
}

fn intent() -> Shape {
    let one_or_many = |shape| Shape::OneOrMany(Box::new(shape));
    let entries = || one_or_many(Shape::TextOr(Box::new(entry())));
    object([
        ("differentLabels", list(Shape::Text)),
        ("directions", list(Shape::Text)),
        ("expect", Shape::Text),
        ("from", entries()),
        ("name", Shape::Text),
        ("pods", entries()),
        ("policies", Shape::Text),
        ("policy", Shape::Text),
        ("ports", list(port())),
        ("rule", Shape::Text),
        ("sameLabels", list(Shape::Text)),
        ("scope", Shape::Text),
        ("to", entries()),
    ])
}

fn entry() -> Shape {
    let block = object([("cidr", Shape::Text), ("except", list(Shape::Text))]);
    object(pods().into_iter().chain([("ipBlock", block)]))
}

fn pods() -> [(&'static str, Shape); 3] {
    [
        ("namespace", Shape::Text),
        ("namespaceSelector", selector()),
        ("podSelector", selector()),
    ]
}

fn selector() -> Shape {
    let expression = object([
        ("key", Shape::Text),
        ("operator", Shape::Text),
        ("values", list(Shape::Text)),
    ]);
    object([
        ("matchExpressions", list(expression)),
        ("matchLabels", Shape::Map(Box::new(Shape::Text))),
    ])
}

fn port() -> Shape {
    object([
        ("endPort", Shape::Int32),
        ("port", Shape::IntOrText),
        ("protocol", Shape::Text),
    ])
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
