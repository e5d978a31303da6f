//! URLs, as far as they say where a request goes: `https://shop.example.com:8443/api`.

use super::Problem;
use std::fmt;
use std::sync::Arc;

/// How a request is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scheme {
    /// In plain text.
    Http,
    /// Over TLS.
    Https,
}

impl Scheme {
    /// `http` or `https`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Https => "https",
        }
    }

    /// The port where a URL names none.
    pub fn port(self) -> u16 {
        match self {
            Self::Http => 80,
            Self::Https => 443,
        }
    }
}

/// Where a request goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Url {
    /// How it is made.
    pub scheme: Scheme,
    /// The host, in lower case, without brackets; it may be an address.
    pub host: Arc<str>,
    /// The port: 80 or 443 where the URL does not say.
    pub port: u16,
    /// The path, which begins with `/`; without query and fragment.
    pub path: Arc<str>,
}

impl Url {
    /// Reads `http[s]://HOST[:PORT][/PATH]`. `ws` and `wss` begin as such requests.
    ///
    /// # Errors
    /// Says which part is not as it must be.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
        let scheme = match &*scheme.to_ascii_lowercase() {
            "http" | "ws" => Scheme::Http,
            "https" | "wss" => Scheme::Https,
            other => {
                return Err(
                    Problem::new(format!("`{other}://` is not `http` or `https`"))
                        .help("for other protocols write `HOST:PORT`"),
                );
            }
        };
        let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end).unwrap_or((rest, ""));
        let path = rest.split(['?', '#']).next().unwrap_or_default();
        let (host, port) = authority_parts(authority, text)?;
        let port = match port {
            None | Some("") => scheme.port(),
            Some(port) => {
                let number = port.parse().ok().filter(|&number| number > 0);
                number.ok_or_else(|| {
                    Problem::new(format!("port `{port}` of `{text}` is not from 1 to 65535"))
                })?
            }
        };
        let path = if path.is_empty() { "/" } else { path };
        Ok(Self {
            scheme,
            host: host.to_ascii_lowercase().into(),
            port,
            path: path.into(),
        })
    }
}

/// Host and port of `[USER@]HOST[:PORT]`.
fn authority_parts<'t>(
    authority: &'t str,
    whole: &str,
) -> Result<(&'t str, Option<&'t str>), Problem> {
    let (_, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = match place.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']').ok_or_else(|| {
                Problem::new(format!("the host of `{whole}` has no closing bracket"))
            })?;
            (host, rest.strip_prefix(':'))
        }
        None => match place.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (place, None),
        },
    };
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-._:".contains(&byte);
    if host.is_empty() || !host.bytes().all(fits) {
        return Err(Problem::new(format!("`{whole}` names no host"))
            .help("write `https://HOST/PATH`, such as `https://shop.example.com/api`"));
    }
    Ok((host, port))
}

impl fmt::Display for Url {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bracketed = self.host.contains(':');
        let (open, close) = if bracketed { ("[", "]") } else { ("", "") };
        write!(f, "{}://{open}{}{close}", self.scheme.name(), self.host)?;
        if self.port != self.scheme.port() {
            write!(f, ":{}", self.port)?;
        }
        f.write_str(&self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (Scheme, String, u16, String) {
        let url = Url::parse(text).expect("a URL");
        (
            url.scheme,
            url.host.to_string(),
            url.port,
            url.path.to_string(),
        )
    }

    fn is(scheme: Scheme, host: &str, port: u16, path: &str) -> (Scheme, String, u16, String) {
        (scheme, host.to_owned(), port, path.to_owned())
    }

    #[test]
    fn parts_are_told_apart() {
        assert_eq!(
            read("https://Shop.example.com/Api?x=1#top"),
            is(Scheme::Https, "shop.example.com", 443, "/Api")
        );
        assert_eq!(read("http://db"), is(Scheme::Http, "db", 80, "/"));
        assert_eq!(
            read("HTTP://u:p@db:8080"),
            is(Scheme::Http, "db", 8080, "/")
        );
        assert_eq!(
            read("https://[fd00::1]:8443/x"),
            is(Scheme::Https, "fd00::1", 8443, "/x")
        );
        assert_eq!(read("http://a?b/c"), is(Scheme::Http, "a", 80, "/"));
    }

    #[test]
    fn what_is_no_url_is_refused() {
        let refused = |text| Url::parse(text).expect_err("no URL").message;
        assert_eq!(refused("ftp://a/"), "`ftp://` is not `http` or `https`");
        assert_eq!(refused("http://"), "`http://` names no host");
        assert_eq!(refused("http://a b/"), "`http://a b/` names no host");
        assert_eq!(
            refused("http://a:0/"),
            "port `0` of `http://a:0/` is not from 1 to 65535"
        );
    }
}
