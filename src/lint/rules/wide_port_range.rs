//! A range of more than a thousand ports.
//!
//! ## What it does
//! Reports a port with an `endPort` that makes a range of more than 1000 ports.
//!
//! ## Why it matters
//! Few services need so many ports. A wide range also opens everything else that listens there, now or
//! later.
//!
//! ## Example
//! ```yaml
//! ports: [{port: 1024, endPort: 65535}]
//! ```
//!
//! ## Use instead
//! ```yaml
//! ports: [{port: 8080}, {port: 9000, endPort: 9010}]
//! ```
//!
//! ## Limits
//! A note: media servers (RTP, WebRTC) and passive FTP do need wide ranges.

use crate::lint::context::{Context, PortAt};
use crate::lint::fact::{Fact, Facts};
use crate::lint::rule::Check;
use crate::model::{Direction, PortTest};
use crate::net::Protocol;
use std::collections::BTreeSet;

pub(super) const CHECK: Check = Check::Context(check);

/// A range of more ports than this is wide.
const WIDE: u32 = 1000;

fn check(context: &Context<'_>, facts: &mut Facts) {
    for port in context.ports() {
        if let PortTest::Range {
            protocol,
            first,
            last,
        } = port.port.test
        {
            let count = u32::from(last) - u32::from(first) + 1;
            let path = format!("{}.endPort", port.path());
            // An entry without a port has no range: it is every port.
            if count > WIDE && context.field(port.at.policy, &path).is_some() {
                facts.add(fact(context, &port, &path, (protocol, first, last)));
            }
        }
    }
}

fn fact(
    context: &Context<'_>,
    port: &PortAt<'_>,
    path: &str,
    (protocol, first, last): (Protocol, u16, u16),
) -> Fact {
    let policy = port.at.policy;
    let count = u32::from(last) - u32::from(first) + 1;
    let message = format!("`{first}` to `{last}` are {count} ports");
    let fact = Fact::new(context.policy_ref(policy), path, message)
        .at(context.span(policy, path), format!("{count} ports"))
        .fix("list only the ports that are served");
    let declared = declared(context, port, (protocol, first, last));
    if declared.is_empty() {
        return fact.means(format!("opens {count} ports over {protocol}"));
    }
    let shown = declared.iter().take(6).map(ToString::to_string);
    let shown: Vec<String> = shown.collect();
    let more = if declared.len() > shown.len() {
        " and more"
    } else {
        ""
    };
    fact.means(format!(
        "opens {count} ports over {protocol}, of which the selected pods declare {}{more}",
        shown.join(", ")
    ))
}

/// The ports in the range that the pods of the policy declare, where the rule is about these.
fn declared(
    context: &Context<'_>,
    port: &PortAt<'_>,
    (protocol, first, last): (Protocol, u16, u16),
) -> BTreeSet<u16> {
    if port.at.direction == Direction::Egress {
        return BTreeSet::new();
    }
    let apps = context.apps_of(context.subject(port.at.id)).into_iter();
    let pods = apps.map(|app| context.cluster.pods.at(context.apps().at(app).pod()));
    let ports = pods.flat_map(|pod| pod.ports.iter());
    let inside = ports.filter(|it| it.protocol == protocol && (first..=last).contains(&it.port));
    inside.map(|it| it.port).collect()
}
