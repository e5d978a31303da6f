//! A decision, tier by tier.

use super::{Teller, verdict_word};
use crate::model::{Action, Direction, Tier};
use crate::query::{Answer, PAIRS, Pair};
use crate::render::count;
use crate::trace::{Basis, EndNames, Half, Hit, Miss, Unknown, Verdict, list, tier_name};

/// Near misses that are told.
const MISSES: usize = 3;
/// Names shown before "and N more".
const NAMES: usize = 5;

impl Teller<'_> {
    /// The decision on each pair, tier by tier.
    pub fn explanation(&self, answer: &Answer) -> String {
        let mut out = self.first_line(answer);
        self.legs(&mut out, answer, false);
        // Those that the verdict hangs on come first.
        let mut pairs: Vec<&Pair> = answer.legs.iter().flat_map(|leg| &leg.pairs).collect();
        pairs.sort_by_key(|pair| pair.verdict != answer.verdict);
        for pair in pairs.iter().take(PAIRS) {
            out.push('\n');
            self.pair(&mut out, pair);
        }
        if let Some(more @ 1..) = pairs.len().checked_sub(PAIRS) {
            self.paragraph(
                &mut out,
                0,
                0,
                &format!(
                    "{} not shown",
                    count(more, "more pair is", "more pairs are")
                ),
            );
        }
        self.why_now(&mut out, answer);
        out
    }

    fn pair(&self, out: &mut String, pair: &Pair) {
        let (protocol, port) = pair.example;
        let names = EndNames {
            source: &pair.source.name,
            destination: &pair.destination.name,
        };
        let head = format!(
            "{} to {} on {protocol} {port}",
            names.source, names.destination
        );
        self.paragraph(
            out,
            0,
            2,
            &format!("{head}: {}", verdict_word(pair.verdict)),
        );
        if let Some(exemption) = pair.reason.exemption {
            let said = exemption.describe();
            self.paragraph(out, 2, 2, &format!("{said}, whatever the policies say:"));
        }
        // What makes the verdict open beside the policies.
        let told = |unknown: &&Unknown| {
            let mut halves = Direction::BOTH.into_iter();
            halves.any(|it| pair.reason.half(it).unknowns.contains(unknown))
        };
        for unknown in pair.reason.unknowns.iter().filter(|it| !told(it)) {
            let said = unknown.describe(self.cluster, names);
            self.paragraph(out, 2, 2, &format!("{said}; the policies say:"));
        }
        for direction in Direction::BOTH {
            self.direction(out, pair.reason.half(direction), names);
        }
        for habit in &pair.reason.habits {
            let said = self.cluster.practice.describe(*habit);
            self.paragraph(out, 2, 4, &format!("the network plugin: {said}"));
        }
    }

    fn direction(&self, out: &mut String, half: &Half, names: EndNames<'_>) {
        let (of, word) = match half.direction {
            Direction::Egress => ("from", names.source),
            Direction::Ingress => ("to", names.destination),
        };
        let verdict = match half.verdict {
            Verdict::Allow => "allowed",
            Verdict::Deny => "denied",
            Verdict::Undecided => "cannot be decided",
        };
        self.paragraph(
            out,
            2,
            4,
            &format!("{} {of} {word}: {verdict}", half.direction),
        );
        if let Basis::NotSubject(why) = half.basis {
            let said = format!("it {}: no policy governs it", why.describe());
            self.paragraph(out, 4, 4, &said);
            return;
        }
        for tier in [Tier::Admin, Tier::NetworkPolicy, Tier::Baseline] {
            self.tier(out, half, tier, names);
        }
    }

    /// What one tier says, unless the decision fell before it.
    fn tier(&self, out: &mut String, half: &Half, tier: Tier, names: EndNames<'_>) {
        let decided = match &half.basis {
            Basis::ClusterRule { tier, .. } => Some(*tier),
            Basis::Allowed(_) | Basis::NoRule => Some(Tier::NetworkPolicy),
            Basis::NotSubject(_) | Basis::NotIsolated | Basis::Undecided => None,
        };
        let reached = decided.is_none_or(|decided| tier <= decided);
        let exists = self
            .cluster
            .policies
            .rows()
            .iter()
            .any(|policy| policy.tier == tier);
        if !reached || (tier != Tier::NetworkPolicy && !exists) {
            return;
        }
        let label = tier_name(tier);
        let own = decided == Some(tier);
        match (&half.basis, tier) {
            (
                Basis::ClusterRule { action, hits, .. },
                Tier::Admin | Tier::NetworkPolicy | Tier::Baseline,
            ) if own => {
                let word = match action {
                    Action::Accept => "accepted",
                    Action::Deny => "denied",
                    Action::Pass => "passed on",
                };
                self.row(out, label, &format!("{word} by {}", self.hits(hits)));
            }
            (basis, Tier::NetworkPolicy) => {
                self.isolation(out, half);
                match basis {
                    Basis::Allowed(hits) => {
                        self.row(out, "", &format!("allowed by {}", self.hits(hits)));
                    }
                    Basis::NoRule => {
                        self.row(out, "", "no rule matches");
                        self.misses(out, &half.misses, names);
                    }
                    Basis::Undecided => {
                        for unknown in &half.unknowns {
                            self.row(out, "", &unknown.describe(self.cluster, names));
                        }
                    }
                    Basis::NotIsolated | Basis::NotSubject(_) | Basis::ClusterRule { .. } => {}
                }
            }
            (_, Tier::Admin | Tier::Baseline) => self.row(out, label, "no rule matches"),
        }
    }

    fn isolation(&self, out: &mut String, half: &Half) {
        let label = tier_name(Tier::NetworkPolicy);
        if half.isolating.is_empty() {
            let text = format!("no policy isolates it for {}: allowed", half.direction);
            return self.row(out, label, &text);
        }
        for (index, &id) in half.isolating.iter().take(NAMES).enumerate() {
            let label = if index == 0 { label } else { "" };
            self.row(out, label, &format!("isolated by {}", self.policy(id)));
        }
        if let Some(more @ 1..) = half.isolating.len().checked_sub(NAMES) {
            self.row(out, "", &format!("and by {more} more"));
        }
    }

    fn misses(&self, out: &mut String, misses: &[Miss], names: EndNames<'_>) {
        for (index, miss) in misses.iter().take(MISSES).enumerate() {
            let label = if index == 0 { "nearest miss" } else { "" };
            let said = miss.describe(self.cluster, names);
            self.row(out, label, &format!("{said}{}", self.rule_place(miss.rule)));
        }
        if let Some(more @ 1..) = misses.len().checked_sub(MISSES) {
            self.row(out, "", &format!("and {more} more rules that do not match"));
        }
    }

    fn hits(&self, hits: &[Hit]) -> String {
        let rules = hits.iter().map(|hit| self.rule(hit.rule));
        list(&rules.collect::<Vec<_>>(), NAMES)
    }

    /// A label in a column of its own, and what there is to say beside it.
    fn row(&self, out: &mut String, label: &str, text: &str) {
        const COLUMN: usize = 20;
        self.labelled(out, 4, COLUMN, label, text);
    }
}
