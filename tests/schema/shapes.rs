//! The shapes of Kubernetes objects in `src/input/schema/shapes.rs` are those of the typed API.
//! `INSTA_UPDATE=always` writes them anew.

use super::root;
use k8s_openapi::api::{
    apps::v1 as apps, autoscaling::v2 as autoscaling, batch::v1 as batch, core::v1 as core,
    discovery::v1 as discovery, networking::v1 as networking,
};
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Where the shapes are.
const FILE: &str = "src/input/schema/shapes.rs";

/// How the file begins.
const HEAD: &str = "\
//! The shapes of Kubernetes objects, made by `tests/schema/shapes.rs` from the types of k8s-openapi.
//! Not for changing by hand.

use super::Shape::{Any, Boolean, Int32, Int64, IntOrText, Quantity, Text};
use super::{Shape, objects};

";

/// How wide its lines are.
const WIDTH: usize = 140;

#[test]
fn the_shapes_are_those_of_the_api() {
    let expected = Api::new().text();
    let path = root().join(FILE);
    if std::env::var("INSTA_UPDATE").is_ok_and(|how| how == "always") {
        std::fs::write(&path, &expected).expect("writable");
    }
    let found = std::fs::read_to_string(&path).unwrap_or_default();
    let how = "write them anew: INSTA_UPDATE=always cargo test --test schema shapes";
    assert!(found == expected, "{FILE} is not what the API says; {how}");
}

/// The objects of the API that have fields, by name.
#[derive(Default)]
struct Api {
    objects: BTreeMap<String, Value>,
    /// All definitions, by their names in references.
    definitions: BTreeMap<String, Value>,
}

impl Api {
    /// The kinds that are read, and all that they are made of.
    fn new() -> Self {
        let mut api = Self::default();
        api.kind::<apps::DaemonSet>();
        api.kind::<apps::Deployment>();
        api.kind::<apps::ReplicaSet>();
        api.kind::<apps::StatefulSet>();
        api.kind::<autoscaling::HorizontalPodAutoscaler>();
        api.kind::<batch::CronJob>();
        api.kind::<batch::Job>();
        api.kind::<core::Endpoints>();
        api.kind::<core::Namespace>();
        api.kind::<core::Node>();
        api.kind::<core::Pod>();
        api.kind::<core::ReplicationController>();
        api.kind::<core::Service>();
        api.kind::<discovery::EndpointSlice>();
        api.kind::<networking::Ingress>();
        api.kind::<networking::IngressClass>();
        api.kind::<networking::NetworkPolicy>();
        // Servers of version 1.24 to 1.27 gave policies a status.
        let policy = api.objects.get_mut("NETWORK_POLICY").expect("policies");
        let fields = policy.get_mut("properties").and_then(Value::as_object_mut);
        fields
            .expect("fields")
            .insert("status".to_owned(), Value::Bool(true));
        api
    }

    fn kind<T: JsonSchema>(&mut self) {
        let mut root = Value::from(SchemaGenerator::default().into_root_schema_for::<T>());
        let definitions = root.get_mut("$defs").map(Value::take);
        self.add(&T::schema_name(), &root);
        for (name, schema) in definitions.iter().filter_map(Value::as_object).flatten() {
            self.add(name, schema);
        }
    }

    fn add(&mut self, name: &str, schema: &Value) {
        self.definitions.insert(name.to_owned(), schema.clone());
        if schema["properties"].is_object() {
            let other = self.objects.insert(constant(name), schema.clone());
            let same = other.is_none_or(|other| self.fields(&other) == self.fields(schema));
            assert!(same, "two objects are named {}", constant(name));
        }
    }

    /// The fields of an object, with the plain types of those that have one. Groups of the API have
    /// objects of one name, such as `EndpointPort`, that are described in different words.
    fn fields(&self, schema: &Value) -> Vec<(String, Option<String>)> {
        let fields = schema["properties"].as_object().expect("fields");
        let fields = fields.iter().map(|(field, schema)| {
            let is_plain = schema["type"].is_string() && schema["type"] != "array";
            (field.clone(), is_plain.then(|| self.shape(schema)))
        });
        fields.collect()
    }

    /// The whole file.
    fn text(&self) -> String {
        let mut text = format!("{HEAD}objects! {{\n");
        for (name, schema) in &self.objects {
            let mut fields: Vec<String> = Vec::new();
            for (field, schema) in schema["properties"].as_object().expect("fields") {
                fields.push(format!("{field}: {}", self.shape(schema)));
            }
            fields.sort_unstable();
            let mut line = format!("    {name} {{");
            for (index, field) in fields.iter().enumerate() {
                let end = if index + 1 < fields.len() { "," } else { " }" };
                if line.len() + 1 + field.len() + end.len() > WIDTH {
                    let _ = writeln!(text, "{line}");
                    "       ".clone_into(&mut line);
                }
                let _ = write!(line, " {field}{end}");
            }
            let _ = writeln!(text, "{line}");
        }
        text.push_str("}\n");
        text
    }

    /// What may stand in a place.
    fn shape(&self, schema: &Value) -> String {
        let text = |key: &str| schema[key].as_str();
        if let Some(reference) = text("$ref") {
            let name = reference.rsplit('/').next().unwrap_or_default();
            let schema = self.definitions.get(name).expect("a definition");
            return match name {
                // Declared as the same "int or string" as ports are, but it may have fractions.
                name if name.ends_with(".Quantity") => "Quantity".to_owned(),
                name if schema["properties"].is_object() => constant(name),
                _ => self.shape(schema),
            };
        }
        if schema.get("x-kubernetes-int-or-string").is_some() {
            return "IntOrText".to_owned();
        }
        let plain = match (text("type"), text("format")) {
            (Some("string"), _) => "Text",
            (Some("boolean"), _) => "Boolean",
            (Some("integer"), Some("int32")) => "Int32",
            (Some("integer"), _) => "Int64",
            (Some("number"), _) => "Number",
            (Some("array"), _) => return format!("[{}]", self.shape(&schema["items"])),
            (Some("object"), _) if schema["additionalProperties"].is_object() => {
                return format!("{{{}}}", self.shape(&schema["additionalProperties"]));
            }
            (Some("object"), _) if schema["properties"].is_object() => {
                panic!("an object without a name: {schema}")
            }
            (_, _) => "Any",
        };
        plain.to_owned()
    }
}

/// The name of an object, such as `POD_SPEC` for `io.k8s.api.core.v1.PodSpec`.
fn constant(name: &str) -> String {
    let name = name.rsplit('.').next().unwrap_or_default();
    let mut constant = String::new();
    let mut before = '_';
    for letter in name.chars() {
        if letter.is_ascii_uppercase() && before.is_ascii_lowercase() {
            constant.push('_');
        }
        constant.push(letter.to_ascii_uppercase());
        before = letter;
    }
    constant
}
