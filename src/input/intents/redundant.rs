//! `expect: redundant`: which policy, and which rule of it.

use super::Reader;
use crate::input::node::Node;
use crate::input::report::{Path, shown};
use crate::input::validate;
use crate::intent::Expect;
use crate::model::{Direction, Origin};

impl Reader<'_, '_> {
    /// The policy or rule that an intent calls redundant.
    pub(super) fn redundant(&mut self, node: &Node, path: &Path<'_>) -> Option<Expect> {
        let help = "write the policy as `namespace/name`";
        let (at, text) = self.required(node, "policy", path, help)?;
        let rule = self.rule(node, path);
        let (namespace, name) = match text.split_once('/') {
            Some((namespace, name)) => (Some(namespace), name),
            None => (None, text),
        };
        let judged = namespace
            .map_or(Ok(()), validate::dns_label)
            .and_then(|()| validate::subdomain(name));
        if let Err(what) = judged {
            let what = format!("invalid value `{}`: {what}", shown(text));
            let path = path.field("policy");
            self.report
                .error_help("invalid-value", &path, at, &what, help);
            return None;
        }
        let namespace = namespace.map(|namespace| self.parts.pool.text(namespace));
        Some(Expect::Redundant {
            policy: (namespace, self.parts.pool.text(name)),
            rule,
            origin: Origin::at(self.report.place.of(at)),
        })
    }

    /// `ingress[0]`, or `spec.ingress[0]` as answers print it.
    fn rule(&self, node: &Node, path: &Path<'_>) -> Option<(Direction, usize)> {
        let at = node.get("rule")?;
        let text = at.text()?;
        let rule = parse(text);
        if rule.is_none() {
            let what = format!("`{}` is not a rule", shown(text));
            let help = "write `ingress[0]` for the first ingress rule, `egress[1]` for the second egress rule";
            self.report
                .error_help("invalid-value", &path.field("rule"), at, &what, help);
        }
        rule
    }
}

fn parse(text: &str) -> Option<(Direction, usize)> {
    let text = text.strip_prefix("spec.").unwrap_or(text);
    let (word, rest) = text.split_once('[')?;
    let digits = rest.strip_suffix(']')?;
    let direction = Direction::BOTH.into_iter().find(|it| it.name() == word)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let index = digits.parse().ok().filter(|_| plain)?;
    Some((direction, index))
}
