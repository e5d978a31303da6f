//! Who calls Services from outside the pods: webhooks and extensions of the API server.

use super::Context;
use crate::written::{Part, Value, Written};

/// A Service that the API server calls.
#[derive(Debug, Clone)]
pub struct Call<'a> {
    /// The object that says so.
    pub caller: &'a Written,
    /// The path of what names the Service: `webhooks[0].clientConfig.service`.
    pub path: String,
    /// What names it.
    pub part: &'a Part,
    /// The namespace of the Service.
    pub namespace: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Its port, 1 to 65535.
    pub port: u16,
}

/// The port where none is given: `ServiceReference` of `admissionregistration.k8s.io/v1`,
/// `apiregistration.k8s.io/v1` and `apiextensions.k8s.io/v1`.
const PORT: u16 = 443;

impl<'a> Context<'a> {
    /// All calls of the API server to Services, in reading order.
    pub fn calls(&self) -> impl Iterator<Item = Call<'a>> {
        self.manifests.objects().iter().flat_map(calls)
    }
}

fn calls(caller: &Written) -> Vec<Call<'_>> {
    let call = |path: String| {
        let service = caller.root.at(&path)?;
        let port = match service.get("port").map(|it| &it.value) {
            None => PORT,
            Some(Value::Int(number)) => u16::try_from(*number).ok()?,
            Some(_) => return None,
        };
        Some(Call {
            caller,
            namespace: service.text_of("namespace")?,
            name: service.text_of("name")?,
            path,
            part: service,
            port,
        })
    };
    let paths = match &*caller.kind {
        "ValidatingWebhookConfiguration" | "MutatingWebhookConfiguration" => {
            let webhooks = caller.root.get("webhooks").map_or(0, |it| it.items().len());
            let path = |index| format!("webhooks[{index}].clientConfig.service");
            (0..webhooks).map(path).collect()
        }
        "CustomResourceDefinition" => {
            let strategy = caller.root.at("spec.conversion.strategy");
            let by_webhook = strategy.and_then(Part::text) == Some("Webhook");
            let path = "spec.conversion.webhook.clientConfig.service".to_owned();
            by_webhook.then_some(path).into_iter().collect()
        }
        "APIService" => vec!["spec.service".to_owned()],
        _ => Vec::new(),
    };
    paths.into_iter().filter_map(call).collect()
}
