//! What must not be seen: it is taken out of all that a server or a library says.

use kube_client::config::{AuthInfo, Cluster};
use secrecy::ExposeSecret as _;
use std::sync::Arc;

/// Shorter texts are no credentials, and stand in any message.
const SHORTEST: usize = 4;

/// The credentials of a run.
#[derive(Clone, Default)]
pub(super) struct Secrets(Arc<[String]>);

impl Secrets {
    /// Those of a user, and of the addresses.
    pub(super) fn of(user: &AuthInfo, cluster: &Cluster) -> Self {
        let exposed = [&user.token, &user.password, &user.client_key_data];
        let exposed = exposed.into_iter().flatten();
        let mut all: Vec<String> = exposed.map(|it| it.expose_secret().to_owned()).collect();
        all.extend(user.client_certificate_data.clone());
        for address in [&cluster.server, &cluster.proxy_url].into_iter().flatten() {
            let rest = address
                .split_once("://")
                .map_or(address.as_str(), |(_, rest)| rest);
            if let Some((secret, _)) = rest.rsplit_once('@') {
                all.push(secret.to_owned());
                all.extend(
                    secret
                        .split_once(':')
                        .map(|(_, password)| password.to_owned()),
                );
            }
        }
        all.retain(|it| it.len() >= SHORTEST);
        // What holds another goes first.
        all.sort_by_key(|it| std::cmp::Reverse(it.len()));
        Self(all.into())
    }

    /// A text without them.
    pub(super) fn taken_out(&self, text: &str) -> String {
        let all = self.0.iter();
        all.fold(text.to_owned(), |text, secret| {
            text.replace(secret, "(hidden)")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_credential_is_left() {
        let user = AuthInfo {
            token: Some("tok.en".to_owned().into()),
            password: Some("pass".to_owned().into()),
            ..AuthInfo::default()
        };
        let cluster = Cluster {
            proxy_url: Some("http://me:word@proxy:1".to_owned()),
            ..Cluster::default()
        };
        let secrets = Secrets::of(&user, &cluster);
        assert_eq!(
            secrets.taken_out("Bearer tok.en, pass, http://me:word@proxy and word"),
            "Bearer (hidden), (hidden), http://(hidden)@proxy and (hidden)"
        );
    }
}
