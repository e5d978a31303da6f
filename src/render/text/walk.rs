//! The walk of a direction through the tiers: what each comes to, and which policies are asked there.

use super::Teller;
use crate::model::{Action, Policy, Tier};
use crate::trace::{
    Basis, EndNames, Half, Hit, Met, Miss, Stage, Step, Unknown, Verdict, list, tier_name,
};

/// Near misses that are told.
const MISSES: usize = 3;
/// Names shown before "and N more".
const NAMES: usize = 5;

impl Teller<'_> {
    /// The tiers in their order, one under the other.
    pub(super) fn walk(&self, out: &mut String, half: &Half, names: EndNames<'_>) {
        let reached = half.stages.iter().filter(|stage| stage.reached);
        let ordered = reached.filter(|stage| stage.tier != Tier::NetworkPolicy);
        let told: Vec<&Unknown> = ordered.flat_map(|stage| &stage.unknowns).collect();
        let mut open: Vec<&Unknown> = half.unknowns.iter().collect();
        open.retain(|unknown| !told.contains(unknown));
        for stage in &half.stages {
            match stage.tier {
                Tier::NetworkPolicy if stage.reached => {
                    self.network_policies(out, half, names);
                    for unknown in open.drain(..) {
                        self.row(out, "", &unknown.describe(self.cluster, names));
                    }
                }
                Tier::NetworkPolicy if half.isolating.is_empty() => {}
                Tier::NetworkPolicy => self.row(out, tier_name(stage.tier), "not asked"),
                Tier::Admin | Tier::Baseline => self.ordered(out, half, stage, names),
            }
        }
        for unknown in open {
            self.row(out, "open", &unknown.describe(self.cluster, names));
        }
    }

    fn network_policies(&self, out: &mut String, half: &Half, names: EndNames<'_>) {
        let label = tier_name(Tier::NetworkPolicy);
        for (index, &id) in half.isolating.iter().enumerate() {
            let label = if index == 0 { label } else { "" };
            self.row(out, label, &format!("isolated by {}", self.policy(id)));
        }
        if half.isolating.is_empty() {
            let so = if self.has(Tier::Baseline) {
                ""
            } else {
                ": allowed"
            };
            let text = format!("no policy isolates it for {}{so}", half.direction);
            self.row(out, label, &text);
        }
        match &half.basis {
            Basis::Allowed(hits) => {
                let rules = hits.iter().map(|hit| self.rule(hit.rule));
                let rules = list(&rules.collect::<Vec<_>>(), NAMES);
                self.row(out, "", &format!("allowed by {rules}"));
            }
            Basis::NoRule => {
                self.row(out, "", "no rule matches");
                self.misses(out, &half.misses, names);
            }
            Basis::NotIsolated
            | Basis::NotSubject(_)
            | Basis::ClusterRule { .. }
            | Basis::Undecided => {}
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

    /// A tier whose policies are in order.
    fn ordered(&self, out: &mut String, half: &Half, stage: &Stage, names: EndNames<'_>) {
        let label = tier_name(stage.tier);
        if stage.steps.is_empty() {
            if stage.reached && self.has(stage.tier) {
                let text = format!("no policy governs it for {}", half.direction);
                self.row(out, label, &text);
            }
            return;
        }
        if !stage.reached {
            return self.row(out, label, &not_asked(half));
        }
        self.row(out, label, &self.comes_to(stage));
        self.steps(out, &stage.steps);
        for unknown in &stage.unknowns {
            self.step_row(out, "open", &unknown.describe(self.cluster, names));
        }
        let matched = stage.steps.iter().flat_map(hits).next().is_some();
        if let Some(miss) = stage.near_miss().filter(|_| !matched) {
            let said = miss.describe(self.cluster, names);
            let place = self.rule_place(miss.rule);
            self.step_row(out, "nearest miss", &format!("{said}{place}"));
        }
        let without = stage.without.as_deref();
        if let Some(other) = without.filter(|_| half.verdict != Verdict::Undecided) {
            self.otherwise(out, other, names);
        }
    }

    /// What a tier comes to, or what it may come to.
    fn comes_to(&self, stage: &Stage) -> String {
        let came = stage.came;
        let passes = stage.steps.iter().flat_map(hits);
        let mut passes = passes.filter(|(hit, _)| self.action(*hit) == Action::Pass);
        let next = match (passes.next().is_some(), stage.tier) {
            // No tier comes after it.
            (true, Tier::Baseline) => "passes it on, which allows it",
            (true, Tier::Admin | Tier::NetworkPolicy) => "passes it on",
            (false, _) => "no rule matches",
        };
        let all = [
            (came.allow, "accepts it"),
            (came.deny, "denies it"),
            (came.next, next),
        ];
        let possible = all.into_iter().filter(|(may, _)| *may);
        let said: Vec<&str> = possible.map(|(_, said)| said).collect();
        match said.as_slice() {
            [one] => (*one).to_owned(),
            several => format!("open: {}", several.join(", or ")),
        }
    }

    /// The policies in the order in which they are asked; those of which no rule matches, and those that
    /// are not asked any more, together.
    fn steps(&self, out: &mut String, steps: &[Step]) {
        let kind = |step: &Step| match (step.asked, hits(step).next().is_some()) {
            (false, _) => Turn::Late,
            (true, false) => Turn::Misses,
            (true, true) => Turn::Matches,
        };
        for run in steps.chunk_by(|a, b| kind(a) == kind(b) && kind(a) != Turn::Matches) {
            let Some(first) = run.first() else { continue };
            let policies: Vec<String> = run.iter().map(|step| self.policy(step.policy)).collect();
            let policies = list(&policies, NAMES);
            match kind(first) {
                Turn::Matches => self.matches(out, first),
                Turn::Misses => {
                    let text = format!("no rule of {policies} matches");
                    self.step_row(out, &self.priorities(run), &text);
                }
                Turn::Late => {
                    self.step_row(
                        out,
                        &self.priorities(run),
                        &format!("{policies}: not asked"),
                    );
                }
            }
        }
    }

    /// The rules of a policy that match or may.
    fn matches(&self, out: &mut String, step: &Step) {
        for (index, (hit, sure)) in hits(step).enumerate() {
            let does = match (self.action(hit), sure) {
                (Action::Accept, true) => "accepts it",
                (Action::Accept, false) => "may accept it",
                (Action::Deny, true) => "denies it",
                (Action::Deny, false) => "may deny it",
                (Action::Pass, true) => "passes it on",
                (Action::Pass, false) => "may pass it on",
            };
            let label = match index {
                0 => self.priorities(std::slice::from_ref(step)),
                _ => String::new(),
            };
            self.step_row(out, &label, &format!("{} {does}", self.rule(hit.rule)));
        }
    }

    /// `priority 10`, or `priorities 10 to 30` where the policies have several.
    fn priorities(&self, steps: &[Step]) -> String {
        let policies = steps.iter().map(|it| self.cluster.policies.at(it.policy));
        let all: Vec<u16> = policies.filter_map(Policy::written_priority).collect();
        match (all.iter().min(), all.iter().max()) {
            (Some(first), Some(last)) if first == last => format!("priority {first}"),
            (Some(first), Some(last)) => format!("priorities {first}-{last}"),
            (None, _) | (_, None) => String::new(),
        }
    }

    /// What there would be without the rules of a tier that decide.
    fn otherwise(&self, out: &mut String, other: &Half, names: EndNames<'_>) {
        let verdict = match other.verdict {
            Verdict::Allow => "allowed",
            Verdict::Deny => "denied",
            Verdict::Undecided => "open",
        };
        let said = match &other.basis {
            Basis::Undecided => {
                let open = other.unknowns.iter();
                let open = open.map(|it| it.describe(self.cluster, names));
                list(&open.collect::<Vec<_>>(), NAMES)
            }
            Basis::NotSubject(_)
            | Basis::NotIsolated
            | Basis::Allowed(_)
            | Basis::NoRule
            | Basis::ClusterRule { .. } => {
                other.describe(self.cluster, names, &|origin| self.place(origin))
            }
        };
        self.step_row(out, "otherwise", &format!("{verdict}: {said}"));
    }

    fn action(&self, hit: Hit) -> Action {
        let rule = hit.rule.rule(self.cluster);
        rule.map_or(Action::Accept, |rule| rule.action)
    }

    /// Whether there is a policy in a tier.
    fn has(&self, tier: Tier) -> bool {
        let mut policies = self.cluster.policies.rows().iter();
        policies.any(|policy| policy.tier == tier)
    }

    /// A label in a column of its own, and what there is to say beside it.
    fn row(&self, out: &mut String, label: &str, text: &str) {
        const COLUMN: usize = 20;
        self.labelled(out, 4, COLUMN, label, text);
    }

    /// The same below the row of a tier.
    fn step_row(&self, out: &mut String, label: &str, text: &str) {
        const COLUMN: usize = 18;
        self.labelled(out, 6, COLUMN, label, text);
    }
}

/// What came of a policy's turn.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Matches,
    Misses,
    Late,
}

/// The rules of a policy that match, or may, and whether they surely do.
fn hits(step: &Step) -> impl Iterator<Item = (Hit, bool)> {
    let selected = step.selects.is_empty();
    step.rules.iter().filter_map(move |met| match met {
        Met::Matches(hit) => Some((*hit, selected)),
        Met::May(hit, _) => Some((*hit, false)),
        Met::Misses(_) => None,
    })
}

/// Why a tier after the one that decides has no turn.
fn not_asked(half: &Half) -> String {
    match &half.basis {
        Basis::Allowed(_) | Basis::NoRule => format!(
            "not asked: a pod that a NetworkPolicy isolates for {} never comes here",
            half.direction
        ),
        Basis::NotSubject(_)
        | Basis::NotIsolated
        | Basis::ClusterRule { .. }
        | Basis::Undecided => "not asked".into(),
    }
}
