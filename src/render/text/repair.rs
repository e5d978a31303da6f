//! What would turn an answer: what to write and where, and what else that does.

use super::{Teller, connections};
use crate::model::{Direction, Tier};
use crate::render::{count, visible};
use crate::repair::{Change, Gain, Removal};
use crate::trace::{RuleRef, list, tier_name};

/// Connections that are named.
const NAMED: usize = 3;

impl Teller<'_> {
    /// The smallest changes that would open what is refused, and what else they would open.
    pub fn opening(&self, changes: &[Change], also: Option<&[Gain]>) -> String {
        let mut out = self.head(
            match changes.len() {
                1 => "the smallest change that would open it",
                _ => "the smallest changes that together would open it",
            },
            also,
        );
        for change in changes {
            let place = self.place(change.origin(self.cluster));
            let what = change.what(self.cluster);
            self.paragraph(&mut out, 2, 2, &format!("{what}{place}:"));
            for line in change.yaml(self.cluster).lines() {
                out.extend(["    ", &visible(line), "\n"]);
            }
        }
        self.also(&mut out, also, "open");
        out
    }

    /// What is taken out to close what is let through, and what else that would close.
    pub fn closing(&self, removals: &[Removal], also: Option<&[Gain]>) -> String {
        let mut out = self.head(
            match removals.len() {
                1 => "the smallest removal that would close it",
                _ => "the smallest removals that together would close it",
            },
            also,
        );
        for removal in removals {
            let place = self.place(removal.origin(self.cluster));
            let what = removal.what(self.cluster);
            self.paragraph(&mut out, 2, 2, &format!("{what}{place}"));
        }
        self.also(&mut out, also, "close");
        out
    }

    /// That a cluster-wide rule denies it, which no NetworkPolicy changes.
    pub fn denied(&self, rule: RuleRef) -> String {
        let policy = self.cluster.policies.at(rule.policy);
        let tier = tier_name(policy.tier);
        let told = self.rule(rule);
        let said = match policy.tier {
            Tier::Admin | Tier::NetworkPolicy => format!(
                "no NetworkPolicy can open it, for the {tier} is asked first: change {told}, or add a \
                 rule before it."
            ),
            Tier::Baseline => {
                let direction = rule.direction;
                let end = match direction {
                    Direction::Ingress => "destination",
                    Direction::Egress => "source",
                };
                format!(
                    "to open it change {told}: a NetworkPolicy that isolates the {end} for {direction} \
                     would be asked instead, and would refuse all that it does not let through."
                )
            }
        };
        let mut out = String::new();
        self.paragraph(&mut out, 0, 0, &said);
        out
    }

    /// The line above what is to be done.
    fn head(&self, what: &str, also: Option<&[Gain]>) -> String {
        let nothing_else = match also {
            Some([]) => ", and nothing else",
            Some(_) | None => "",
        };
        let mut out = String::new();
        self.paragraph(&mut out, 0, 0, &format!("{what}{nothing_else}:"));
        out
    }

    fn also(&self, out: &mut String, also: Option<&[Gain]>, does: &str) {
        let Some(also) = also else {
            let said =
                format!("what else it would {does} was not counted: the cluster is too large");
            return self.paragraph(out, 0, 2, &said);
        };
        if also.is_empty() {
            return;
        }
        let number = count(also.len(), "other connection", "other connections");
        // Pods before addresses outside.
        let mut also: Vec<&Gain> = also.iter().collect();
        also.sort_by_key(|it| it.from.is_none() || it.to.is_none());
        let named: Vec<String> = also.into_iter().map(gain).collect();
        let named = list(&named, NAMED);
        self.paragraph(
            out,
            0,
            2,
            &format!("it would also {does} {number}: {named}."),
        );
    }
}

/// `shop/web[Deployment] to shop/db[StatefulSet] on TCP 5432`.
fn gain(gain: &Gain) -> String {
    let outside = || {
        let ranges: Vec<String> = gain.outside.block_names().collect();
        match ranges.as_slice() {
            ranges @ ([_] | [_, _]) => list(ranges, 2),
            _ => "addresses outside".to_owned(),
        }
    };
    let from = gain.from.clone().unwrap_or_else(outside);
    let to = gain.to.clone().unwrap_or_else(outside);
    format!("{from} to {to} on {}", connections(&gain.connections))
}
