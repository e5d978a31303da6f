//! What goes wrong on the way to a server, in words. Texts of libraries pass only where they cannot
//! hold a credential, and those of servers without one.

use super::secrets::Secrets;
use crate::cluster::problem::Problem;
use kube_client::config::{KubeconfigError, LoadDataError};
use std::error::Error;
use std::io;

/// What is wrong with the kubeconfig's credentials, or with the address.
pub(super) fn of_setting(error: &kube_client::Error, secrets: &Secrets) -> Problem {
    let file = chain(error).find_map(|it| match it.downcast_ref::<LoadDataError>() {
        Some(LoadDataError::ReadFile(error, path)) => {
            Some(format!("cannot read `{}`: {error}", path.display()))
        }
        Some(LoadDataError::DecodeBase64(_) | LoadDataError::NoBase64DataOrFile) | None => None,
    });
    if let Some(file) = file {
        return Problem::new(secrets.taken_out(&file));
    }
    let lacks = chain(error).find_map(|it| match it.downcast_ref::<KubeconfigError>() {
        Some(KubeconfigError::LoadClientKey(_)) => Some("client key"),
        Some(KubeconfigError::LoadClientCertificate(_)) => Some("client certificate"),
        _ => None,
    });
    Problem::new(match lacks {
        Some(what) => format!("the {what} in the kubeconfig is missing or cannot be read"),
        None => "the credentials or certificates in the kubeconfig cannot be used".to_owned(),
    })
    .help("`kubectl get namespaces` shows whether kubectl can use them")
}

/// Why a server cannot be reached, or is not heard to the end.
pub(super) fn of_request(
    error: &(dyn Error + 'static),
    server: &str,
    secrets: &Secrets,
) -> Problem {
    let deepest = chain(error).last().map(ToString::to_string);
    let deepest = secrets.taken_out(&deepest.unwrap_or_default());
    let all: Vec<String> = chain(error).map(ToString::to_string).collect();
    let whole = all.join("\n");
    for (sign, what, help) in TLS {
        if whole.contains(sign) {
            return Problem::new(format!("{server}: {what}")).help(*help);
        }
    }
    if whole.contains("InvalidContentType") || whole.contains("corrupt message") {
        return Problem::new(format!("{server} does not speak TLS"))
            .help("look at `server` in the kubeconfig: is it the port of the API server?");
    }
    let broke = chain(error).any(|it| {
        let kind = it.downcast_ref::<io::Error>().map(io::Error::kind);
        kind == Some(io::ErrorKind::UnexpectedEof) || kind == Some(io::ErrorKind::ConnectionReset)
    });
    if broke || whole.contains("connection closed before message completed") {
        return Problem::new(format!("{server}: the connection broke off"));
    }
    Problem::new(format!("cannot reach {server}: {deepest}"))
        .help("is the cluster running, and is this its address? `--context` and `--server` choose another")
}

/// Signs of what is wrong with certificates, what it means, and what to do.
const TLS: &[(&str, &str, &str)] = &[
    (
        "UnknownIssuer",
        "its certificate is not from an authority that the kubeconfig trusts",
        "look at `certificate-authority` in the kubeconfig",
    ),
    // Another authority of the same name.
    (
        "BadSignature",
        "its certificate is not from an authority that the kubeconfig trusts",
        "look at `certificate-authority` in the kubeconfig",
    ),
    (
        "CaUsedAsEndEntity",
        "its certificate is that of an authority, which must not be a server's own",
        "give the server a certificate of its own, signed by that authority",
    ),
    (
        "not valid for name",
        "its certificate is for another name",
        "use a name of the certificate in `server`, or give it as `tls-server-name`",
    ),
    (
        "certificate expired",
        "its certificate has expired",
        "renew the certificate of the API server, or look at this computer's clock",
    ),
    (
        "certificate not valid yet",
        "its certificate is not valid yet",
        "look at this computer's clock",
    ),
    (
        "invalid peer certificate",
        "its certificate is not valid",
        "look at `server` and `certificate-authority` in the kubeconfig",
    ),
    (
        "received fatal alert",
        "it refuses the TLS connection",
        "look at the client certificate in the kubeconfig: has it expired?",
    ),
];

/// An error and what is behind it.
fn chain<'e>(error: &'e (dyn Error + 'static)) -> impl Iterator<Item = &'e (dyn Error + 'static)> {
    std::iter::successors(Some(error), |it: &&'e (dyn Error + 'static)| (*it).source())
}
