//! The authorities that may vouch for a server.

use crate::cluster::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kube_client::config::Cluster;

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificates of the kubeconfig's authorities; none where those of the system count.
pub(super) fn authorities(cluster: &Cluster) -> Result<Option<Vec<Vec<u8>>>, Problem> {
    let set = |it: &Option<String>| it.clone().filter(|it| !it.is_empty());
    let text = if let Some(data) = set(&cluster.certificate_authority_data) {
        let data: String = data.split_whitespace().collect();
        STANDARD.decode(data).map_err(|_| {
            Problem::new("`certificate-authority-data` in the kubeconfig is not Base64")
        })?
    } else if let Some(path) = set(&cluster.certificate_authority) {
        std::fs::read(&path).map_err(|error| {
            Problem::new(format!(
                "cannot read the certificate authority `{path}`: {error}"
            ))
        })?
    } else {
        return Ok(None);
    };
    let found = certificates(&String::from_utf8_lossy(&text));
    if found.is_empty() {
        return Err(Problem::new(
            "the certificate authority of the kubeconfig holds no certificate",
        ));
    }
    Ok(Some(found))
}

/// The certificates of a PEM text.
fn certificates(text: &str) -> Vec<Vec<u8>> {
    let parts = text.split(BEGIN).skip(1);
    let bodies = parts.filter_map(|part| Some(part.split_once(END)?.0));
    let found = bodies.filter_map(|body| {
        let body: String = body.split_whitespace().collect();
        STANDARD.decode(body).ok()
    });
    found.collect()
}

/// A text as the client takes it.
pub(super) fn encoded(text: &str) -> String {
    STANDARD.encode(text)
}
