//! A decision, tier by tier.

use super::{Teller, verdict_word};
use crate::model::Direction;
use crate::query::{Answer, PAIRS, Pair};
use crate::render::count;
use crate::trace::{Basis, EndNames, Half, Unknown, Verdict};

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
        self.walk(out, half, names);
    }
}
