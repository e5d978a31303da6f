//! The proxy on the way to a server: that of the kubeconfig, or of the environment, as Go has it.

use crate::cluster::problem::Problem;
use crate::net::Cidr;
use kube_client::config::Cluster;
use std::env;
use std::net::IpAddr;

/// The address of the proxy; none where the way is direct.
pub(super) fn of(cluster: &Cluster) -> Result<Option<http::Uri>, Problem> {
    let own = cluster.proxy_url.clone().filter(|it| !it.is_empty());
    let server = cluster.server.as_deref().unwrap_or_default();
    let proxy = own.or_else(|| of_environment(server));
    let Some(proxy) = proxy else {
        return Ok(None);
    };
    let proxy = if proxy.contains("://") {
        proxy
    } else {
        format!("http://{proxy}")
    };
    // It may have a password in it.
    let wrong = || {
        Problem::new("the address of the proxy is none")
            .help("write it as in `http://proxy:3128` or `socks5://proxy:1080`")
    };
    let address: http::Uri = proxy.parse().map_err(|_| wrong())?;
    match address.scheme_str() {
        Some("http" | "https" | "socks5") => Ok(Some(address)),
        Some(_) | None => Err(wrong()),
    }
}

fn of_environment(server: &str) -> Option<String> {
    let set = |name: &str| env::var(name).ok().filter(|it| !it.is_empty());
    let (names, rest) = match server.split_once("://") {
        Some(("http", rest)) => (["HTTP_PROXY", "http_proxy"], rest),
        Some((_, rest)) => (["HTTPS_PROXY", "https_proxy"], rest),
        None => return None,
    };
    let proxy = names.into_iter().find_map(set)?;
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = host_and_port(authority);
    let spared = set("NO_PROXY")
        .or_else(|| set("no_proxy"))
        .unwrap_or_default();
    (!is_spared(host, port, &spared)).then_some(proxy)
}

fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    let authority = authority.rsplit_once('@').map_or(authority, |(_, it)| it);
    if let Some((host, rest)) = authority
        .strip_prefix('[')
        .and_then(|it| it.split_once(']'))
    {
        return (host, rest.strip_prefix(':'));
    }
    match authority.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, Some(port)),
        Some(_) | None => (authority, None),
    }
}

/// Whether a host is asked directly, as `NO_PROXY` says. This computer always is.
fn is_spared(host: &str, port: Option<&str>, list: &str) -> bool {
    let address: Option<IpAddr> = host.parse().ok();
    if host == "localhost" || address.is_some_and(|it| it.is_loopback()) {
        return true;
    }
    let host = host.to_ascii_lowercase();
    let mut entries = list.split(',').map(|it| it.trim().to_ascii_lowercase());
    entries.any(|entry| {
        if entry.is_empty() {
            return false;
        }
        if entry == "*" {
            return true;
        }
        if let (Some(address), Ok(block)) = (address, Cidr::parse(&entry)) {
            return block.contains(address);
        }
        let (name, wanted) = host_and_port(&entry);
        if wanted.is_some() && wanted != port {
            return false;
        }
        let name = name.strip_prefix('*').unwrap_or(name);
        match name.strip_prefix('.') {
            Some(domain) => host
                .strip_suffix(domain)
                .is_some_and(|it| it.ends_with('.')),
            None => host == name || host.strip_suffix(name).is_some_and(|it| it.ends_with('.')),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::is_spared;

    #[test]
    fn hosts_are_spared_as_go_spares_them() {
        let list = "example.com, .internal ,10.0.0.0/8,192.0.2.7,api.test:6443";
        for (host, port, expected) in [
            ("localhost", None, true),
            ("127.0.0.1", None, true),
            ("::1", None, true),
            ("example.com", None, true),
            ("a.example.com", None, true),
            ("anexample.com", None, false),
            ("a.internal", None, true),
            ("internal", None, false),
            ("10.1.2.3", None, true),
            ("192.0.2.7", None, true),
            ("192.0.2.8", None, false),
            ("api.test", Some("6443"), true),
            ("api.test", Some("443"), false),
        ] {
            assert_eq!(is_spared(host, port, list), expected, "{host}");
        }
        assert!(is_spared("any.host", None, "*"));
        assert!(!is_spared("any.host", None, ""));
    }
}
