//! The endpoint grammar: what `shop/deploy/web`, `10.0.0.0/8` or `svc/db:5432` says, as typed.
//!
//! Text in, [`Asked`] out; nothing is looked up here (that is [`super::resolve`]).

use super::Problem;
use super::kind::ObjectKind;
use super::label_list::parse_labels;
use super::reference::{Asked, AskedPort, PortName, Reference};
use super::url::Url;
use crate::net::{Cidr, Protocol};
use std::net::IpAddr;
use std::sync::Arc;

/// Reads `REFERENCE[:PORT[/PROTOCOL]]`.
///
/// # Errors
/// Says which part is not as it must be, and what to write instead.
pub fn parse(text: &str) -> Result<Asked, Problem> {
    if text.is_empty() {
        return Err(Problem::new("an endpoint must not be empty")
            .help("write a name such as `deploy/web`, an IP address, or `internet`"));
    }
    if text.contains("://") {
        return Ok(Asked {
            reference: Reference::Url(Url::parse(text)?),
            port: None,
        });
    }
    if text.contains('[') {
        return parse_bracketed(text);
    }
    // More than one colon can only be IPv6, which takes its port in brackets.
    if text.matches(':').count() > 1 {
        let reference = parse_address(text).unwrap_or_else(|| {
            Err(
                Problem::new(format!("`{text}` is not an IPv6 address or prefix"))
                    .help("write an IPv6 address with a port as `[fd00::1]:80`"),
            )
        })?;
        return Ok(Asked {
            reference,
            port: None,
        });
    }
    let (reference, port) = match text.split_once(':') {
        Some((reference, port)) => (reference, Some(parse_port(port)?)),
        None => (text, None),
    };
    Ok(Asked {
        reference: parse_reference(reference)?,
        port,
    })
}

/// Protocols over IP beside TCP, UDP and SCTP. Names of ports are in lower case, and `icmp` is none
/// that anybody gives a port.
pub fn portless(text: &str) -> Option<Arc<str>> {
    const CAPITALS: [&str; 9] = [
        "AH", "DCCP", "EIGRP", "ESP", "GRE", "IGMP", "IPIP", "OSPF", "VRRP",
    ];
    let icmp = match &*text.to_ascii_lowercase() {
        "icmp" | "icmpv4" | "ping" => Some("ICMP"),
        "icmpv6" | "icmp6" => Some("ICMPv6"),
        _ => None,
    };
    let other = CAPITALS.into_iter().find(|name| *name == text);
    icmp.or(other).map(Into::into)
}

/// Reads `PORT[/PROTOCOL]`, or the name of a protocol that has no ports.
///
/// # Errors
/// Says which part is not as it must be.
pub fn parse_port(text: &str) -> Result<AskedPort, Problem> {
    if let Some(protocol) = portless(text) {
        return Ok(AskedPort {
            port: PortName::Portless(protocol),
            protocol: None,
        });
    }
    let (port, protocol) = match text.split_once('/') {
        Some((port, protocol)) => (port, Some(parse_protocol(protocol)?)),
        None => (text, None),
    };
    let digits = !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    let port = if digits {
        let number = port.parse().ok().filter(|&number| number > 0);
        PortName::Number(
            number.ok_or_else(|| Problem::new(format!("port `{port}` is not from 1 to 65535")))?,
        )
    } else if is_port_name(port) {
        PortName::Name(port.into())
    } else {
        return Err(
            Problem::new(format!("`{port}` is not a port number or a port's name"))
                .help("write one port, such as `:80`, `:http` or `:53/UDP`"),
        );
    };
    Ok(AskedPort { port, protocol })
}

fn parse_protocol(text: &str) -> Result<Protocol, Problem> {
    Protocol::from_name(&text.to_ascii_uppercase()).ok_or_else(|| match portless(text) {
        Some(protocol) => Problem::new(format!("{protocol} has no ports"))
            .help(format!("write `:{protocol}` without a number")),
        None => Problem::new(format!("protocol `{text}` is not TCP, UDP or SCTP")),
    })
}

/// Source: `IANA_SVC_NAME`, the format that the API server asks of port names.
fn is_port_name(text: &str) -> bool {
    text.len() <= 15
        && text.bytes().any(|byte| byte.is_ascii_alphabetic())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// `[fd00::1]:80`, `[app=web]`, `shop/[app=web]:80`.
fn parse_bracketed(text: &str) -> Result<Asked, Problem> {
    let unclosed = || {
        Problem::new(format!("`{text}` has no closing bracket"))
            .help("write `shop/[app=web]`, in quotes so that the shell leaves the brackets alone")
    };
    let (before, rest) = text.split_once('[').ok_or_else(unclosed)?;
    let (inside, after) = rest.rsplit_once(']').ok_or_else(unclosed)?;
    let port = match after.strip_prefix(':') {
        Some(port) => Some(parse_port(port)?),
        None if after.is_empty() => None,
        None => {
            return Err(
                Problem::new(format!("`{after}` follows the closing bracket in `{text}`"))
                    .help("only a port may follow, such as `]:80`"),
            );
        }
    };
    if before.is_empty()
        && let Some(reference) = parse_address(inside)
    {
        return Ok(Asked {
            reference: reference?,
            port,
        });
    }
    let namespace = match before.strip_suffix('/') {
        Some(namespace) if !namespace.is_empty() && !namespace.contains('/') => {
            Some(namespace.into())
        }
        None if before.is_empty() => None,
        Some(_) | None => {
            return Err(Problem::new(format!(
                "`{before}` is not a namespace to look for labels in"
            ))
            .help("write `namespace/[key=value]`, such as `shop/[app=web]`"));
        }
    };
    let (labels, selector) = parse_labels(inside)?;
    Ok(Asked {
        reference: Reference::Labels {
            namespace,
            labels,
            selector,
        },
        port,
    })
}

/// An address or a prefix; none where the text does not begin like one.
fn parse_address(text: &str) -> Option<Result<Reference, Problem>> {
    if let Ok(address) = text.parse() {
        return Some(Ok(Reference::Address(address)));
    }
    let (address, _) = text.split_once('/')?;
    address.parse::<IpAddr>().ok()?;
    Some(
        Cidr::parse(text)
            .map(Reference::Addresses)
            .map_err(|error| Problem::new(format!("`{text}` {error}"))),
    )
}

fn parse_reference(text: &str) -> Result<Reference, Problem> {
    match text {
        "internet" => return Ok(Reference::Internet),
        "apiserver" => return Ok(Reference::ApiServer),
        _ => {}
    }
    if let Some(reference) = parse_address(text) {
        return reference;
    }
    let parts: Vec<&str> = text.split('/').collect();
    if parts.iter().any(|part| part.is_empty()) {
        return Err(grammar(text));
    }
    match parts.as_slice() {
        [name] => Ok(dns_name(name).unwrap_or_else(|| named(None, None, name))),
        [first, name] => match ObjectKind::from_word(first) {
            Some(ObjectKind::Namespace) if *name == "*" => Ok(Reference::EveryNamespace),
            Some(ObjectKind::Namespace) => Ok(Reference::Namespace((*name).into())),
            Some(ObjectKind::Node) => Ok(Reference::Node((*name).into())),
            Some(kind) => Ok(named(None, Some(kind), name)),
            // No namespace has a dot in its name: the type of another API group.
            None if first.contains('.') => Ok(of_kind(None, first, name)),
            None => Ok(named(Some(first), None, name)),
        },
        [first, second, name] => three_parts(first, second, name),
        _ => Err(grammar(text)),
    }
}

/// `namespace/type/name`, or `type/namespace/name`.
fn three_parts(first: &str, second: &str, name: &str) -> Result<Reference, Problem> {
    let is_type = |word: &str| ObjectKind::from_word(word).is_some();
    let type_first = !is_type(second) && (is_type(first) || first.contains('.'));
    let (namespace, word) = if type_first {
        (second, first)
    } else {
        (first, second)
    };
    match ObjectKind::from_word(word) {
        Some(ObjectKind::Namespace) if word == first => Err(Problem::new(format!(
            "`{first}/{second}/{name}` names a namespace and something in it"
        ))
        .help(format!("write `{second}/{name}`"))),
        Some(kind) if !kind.is_namespaced() => Err(Problem::new(format!(
            "a {} is not in a namespace",
            kind.name()
        ))
        .help(format!("write `{}/{name}`", kind.word()))),
        Some(kind) => Ok(named(Some(namespace), Some(kind), name)),
        None => Ok(of_kind(Some(namespace), word, name)),
    }
}

fn of_kind(namespace: Option<&str>, kind: &str, name: &str) -> Reference {
    Reference::OfKind {
        namespace: namespace.map(Into::into),
        kind: kind.into(),
        name: name.into(),
    }
}

fn grammar(text: &str) -> Problem {
    Problem::new(format!("`{text}` is not an endpoint")).help(
        "write `[namespace/][type/]name`, `ns/name`, `namespace/[key=value]`, an IP address, a CIDR, or `internet`",
    )
}

fn named(namespace: Option<&str>, kind: Option<ObjectKind>, name: &str) -> Reference {
    Reference::Named {
        namespace: namespace.map(Into::into),
        kind,
        name: name.into(),
    }
}

/// A name that only DNS can mean: one with a final dot, or of the cluster's Services or pods.
fn dns_name(text: &str) -> Option<Reference> {
    let absolute = text.len() > 1 && text.ends_with('.');
    let name = text.trim_end_matches('.').to_ascii_lowercase();
    let of_the_cluster = name
        .split('.')
        .skip(1)
        .any(|label| matches!(label, "svc" | "pod"));
    (absolute || of_the_cluster).then(|| {
        let end = if absolute { "." } else { "" };
        Reference::DnsName(format!("{name}{end}").into())
    })
}

#[cfg(test)]
mod tests;
