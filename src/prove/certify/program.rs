//! A ruleset as a formula: which first packets between the two ends it drops.
//!
//! Of the statements that match a packet the first that decides counts. So a packet is accepted by a
//! chain if an accept matches and no drop and no return before it, and likewise dropped. A hook drops
//! what one of its statements drops and none before it accepts; whether one before drops it too makes no
//! difference. So what a hook drops falls into parts, by its statements, and a direction's part can be
//! proven alone: a statement is of the direction whose subject it looks up first.

use super::ends::Ends;
use super::matches::Tests;
use super::view::View;
use crate::emit::read::{
    Chain, ChainId, Hook, MapId, Match, PacketEnd, Ruleset, Statement, Verdict,
};
use crate::model::Direction;
use crate::prove::encode::Encoder;
use crate::prove::formula::Formula;
use crate::table::Id as _;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// A ruleset under proof, with the formulas of one encoder.
pub(super) struct Program<'r> {
    ruleset: &'r Ruleset,
    /// For each chain, whether a packet may be accepted or dropped in it or below.
    decides: Vec<Decides>,
    tests: Tests<'r>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Decides {
    known: bool,
    accept: bool,
    drop: bool,
}

/// What a chain does: what it does not accept or drop goes on behind it.
#[derive(Debug, Clone, Copy)]
struct Outcome {
    accept: Formula,
    drop: Formula,
}

/// The line of a hook that could stop replies: one in which a statement may drop packets before all
/// that is established was let through.
pub(super) fn replies_stopped(ruleset: &Ruleset) -> Option<usize> {
    let decides = decides(ruleset);
    let stopped = |hook: &&Hook| {
        let chain = ruleset.chains.at(hook.chain);
        let passes = |statement: &Statement| {
            let returns = statement.verdict == Some(Verdict::Return) && hook.accepts;
            let accepts = statement.verdict == Some(Verdict::Accept);
            statement.matches == [Match::Established] && (accepts || returns)
        };
        let decisive = chain.statements.iter().find(|statement| {
            passes(statement)
                || verdicts(ruleset, statement).any(|verdict| may(&decides, verdict).drop)
        });
        match decisive {
            Some(statement) => !passes(statement),
            None => !hook.accepts,
        }
    };
    let hook = ruleset.hooks.iter().find(stopped)?;
    Some(ruleset.chains.at(hook.chain).line)
}

/// The verdicts that a statement may come to.
fn verdicts(ruleset: &Ruleset, statement: &Statement) -> impl Iterator<Item = Verdict> {
    let (map, own) = match statement.verdict {
        Some(Verdict::Lookup { map, .. }) => (Some(map), None),
        own => (None, own),
    };
    let elements = map.map(|map| ruleset.maps.at(map).elements.values());
    let elements = elements.into_iter().flatten().map(|(verdict, _)| *verdict);
    own.into_iter().chain(elements)
}

/// What a verdict may do.
fn may(decides: &[Decides], verdict: Verdict) -> Decides {
    let only = |accept, drop| Decides {
        known: true,
        accept,
        drop,
    };
    match verdict {
        Verdict::Accept => only(true, false),
        Verdict::Drop => only(false, true),
        Verdict::Return | Verdict::Lookup { .. } => only(false, false),
        Verdict::Jump(to) | Verdict::Goto(to) => {
            decides.get(to.index()).copied().unwrap_or_default()
        }
    }
}

fn decides(ruleset: &Ruleset) -> Vec<Decides> {
    let mut all = vec![Decides::default(); ruleset.chains.len()];
    for id in ruleset.chains.ids() {
        chain_decides(ruleset, id, &mut all);
    }
    all
}

/// Chains never lead far, nor to themselves: the reader sees to it.
fn chain_decides(ruleset: &Ruleset, id: ChainId, all: &mut [Decides]) -> Decides {
    if let Some(known) = all.get(id.index()).filter(|decides| decides.known) {
        return *known;
    }
    let mut own = Decides {
        known: true,
        ..Decides::default()
    };
    for statement in &ruleset.chains.at(id).statements {
        for verdict in verdicts(ruleset, statement) {
            let here = match verdict {
                Verdict::Jump(to) | Verdict::Goto(to) => chain_decides(ruleset, to, all),
                Verdict::Accept | Verdict::Drop | Verdict::Return | Verdict::Lookup { .. } => {
                    may(all, verdict)
                }
            };
            own.accept |= here.accept;
            own.drop |= here.drop;
        }
    }
    if let Some(place) = all.get_mut(id.index()) {
        *place = own;
    }
    own
}

impl<'r> Program<'r> {
    pub(super) fn new(ruleset: &'r Ruleset, view: &'r View<'r>) -> Self {
        Self {
            ruleset,
            decides: decides(ruleset),
            tests: Tests::new(ruleset, view),
        }
    }

    /// Which packets between the ends the ruleset drops in these directions.
    pub(super) fn refuses(
        &mut self,
        encoder: &mut Encoder<'_>,
        ends: Ends<'_>,
        directions: &[Direction],
    ) -> Formula {
        let mut walk = Walk {
            ruleset: self.ruleset,
            decides: &self.decides,
            tests: &mut self.tests,
            encoder,
            ends,
            chains: FxHashMap::default(),
        };
        let mut dropped = Vec::new();
        for hook in &self.ruleset.hooks {
            walk.hook(hook, directions, &mut dropped);
        }
        encoder.formulas.any(dropped)
    }
}

/// The direction whose subject a statement looks at first; egress where it looks at none.
fn direction(ruleset: &Ruleset, statement: &Statement) -> Direction {
    match looked_up(ruleset, statement) {
        Some(PacketEnd::Source) | None => Direction::Egress,
        Some(PacketEnd::Destination) => Direction::Ingress,
    }
}

/// The end that a statement, or the chain that it leads to, looks at first.
fn looked_up(ruleset: &Ruleset, statement: &Statement) -> Option<PacketEnd> {
    let of = |test: &Match| match test {
        Match::In(end, _) | Match::Within(end, ..) => Some(*end),
        Match::DestinationIn(_) => Some(PacketEnd::Destination),
        Match::Pair(..)
        | Match::Protocol(_)
        | Match::Connection(_)
        | Match::ConnectionIn(_)
        | Match::Established
        | Match::Icmpv6(_)
        | Match::Icmpv6In(_)
        | Match::SourceLocal => None,
    };
    // An exemption names both ends and looks up neither.
    let mut ends = statement.matches.iter().filter_map(of);
    match (ends.next(), ends.next()) {
        (Some(end), None) => return Some(end),
        (Some(a), Some(b)) if a == b => return Some(a),
        (Some(_), Some(_)) | (None, _) => {}
    }
    match statement.verdict? {
        Verdict::Lookup { end, .. } => Some(end),
        Verdict::Jump(to) | Verdict::Goto(to) => {
            let mut below = ruleset.chains.at(to).statements.iter();
            below.find_map(|statement| looked_up(ruleset, statement))
        }
        Verdict::Accept | Verdict::Drop | Verdict::Return => None,
    }
}

/// Formulas of the chains of a ruleset, between two ends.
struct Walk<'w, 'r, 'e, 'a> {
    ruleset: &'r Ruleset,
    decides: &'w [Decides],
    tests: &'w mut Tests<'r>,
    encoder: &'w mut Encoder<'a>,
    ends: Ends<'e>,
    chains: FxHashMap<ChainId, Outcome>,
}

/// What statements of a chain have come to so far.
#[derive(Default)]
struct Past {
    accept: Vec<Formula>,
    drop: Vec<Formula>,
    /// Matches of accepts, of drops and of returns, as they are.
    accepting: Vec<Formula>,
    dropping: Vec<Formula>,
    leaving: Vec<Formula>,
}

impl Walk<'_, '_, '_, '_> {
    /// Adds what a hook drops in these directions.
    fn hook(&mut self, hook: &Hook, directions: &[Direction], dropped: &mut Vec<Formula>) {
        let ruleset = self.ruleset;
        let statements = &ruleset.chains.at(hook.chain).statements;
        let wanted = |statement: &Statement| {
            let mut verdicts = verdicts(ruleset, statement);
            verdicts.any(|verdict| may(self.decides, verdict).drop)
                && directions.contains(&direction(ruleset, statement))
        };
        let wanted: Vec<bool> = statements.iter().map(wanted).collect();
        // What a policy of a hook drops is told with egress.
        let ends = !hook.accepts && directions.contains(&Direction::Egress);
        let last = wanted.iter().rposition(|wanted| *wanted);
        let count = if ends {
            statements.len()
        } else {
            last.map_or(0, |last| last + 1)
        };
        let mut past = Past::default();
        for (statement, wanted) in statements.iter().zip(wanted).take(count) {
            self.statement(statement, wanted, &mut past);
        }
        let outcome = past.finish(self.encoder);
        dropped.push(outcome.drop);
        if ends {
            let rest = self.encoder.formulas.not(outcome.accept);
            dropped.push(rest);
        }
    }

    fn chain(&mut self, id: ChainId) -> Outcome {
        if let Some(known) = self.chains.get(&id) {
            return *known;
        }
        let chain: &Chain = self.ruleset.chains.at(id);
        let mut past = Past::default();
        for statement in &chain.statements {
            self.statement(statement, true, &mut past);
        }
        let outcome = past.finish(self.encoder);
        self.chains.insert(id, outcome);
        outcome
    }

    /// Adds what a statement comes to; what it drops only if that is wanted.
    fn statement(&mut self, statement: &Statement, drops: bool, past: &mut Past) {
        let Some(verdict) = statement.verdict else {
            return;
        };
        let mut matches = Vec::new();
        for test in &statement.matches {
            let test = self.tests.test(self.encoder, self.ends, test);
            if self.encoder.formulas.is(test, false) {
                return;
            }
            matches.push(test);
        }
        let matches = self.encoder.formulas.all(matches);
        let Verdict::Lookup { end, map } = verdict else {
            return self.verdict(verdict, matches, drops, past);
        };
        for (verdict, here) in self.lookup(end, map) {
            let here = self.encoder.formulas.all([matches, here]);
            self.verdict(verdict, here, drops, past);
        }
    }

    /// The verdicts of a map for those at an end. No address has two, so their order is none.
    fn lookup(&mut self, end: PacketEnd, map: MapId) -> Vec<(Verdict, Formula)> {
        let elements = &self.ruleset.maps.at(map).elements;
        let mut by_verdict: BTreeMap<Verdict, Vec<_>> = BTreeMap::new();
        self.tests
            .known(self.ends, end, elements, |address, (verdict, _)| {
                by_verdict.entry(*verdict).or_default().push(address);
            });
        let all = by_verdict.into_iter();
        all.map(|(verdict, addresses)| {
            let here = self.tests.one_of(self.encoder, self.ends, end, addresses);
            (verdict, here)
        })
        .collect()
    }

    fn verdict(&mut self, verdict: Verdict, matches: Formula, drops: bool, past: &mut Past) {
        if self.encoder.formulas.is(matches, false) {
            return;
        }
        match verdict {
            Verdict::Accept => past.accepts(matches, self.encoder),
            Verdict::Drop if drops => past.drops(matches, self.encoder),
            Verdict::Drop | Verdict::Lookup { .. } => {}
            Verdict::Return => past.leaving.push(matches),
            Verdict::Jump(to) => self.below(to, matches, drops, past),
            Verdict::Goto(to) => {
                self.below(to, matches, drops, past);
                past.leaving.push(matches);
            }
        }
    }

    fn below(&mut self, to: ChainId, matches: Formula, drops: bool, past: &mut Past) {
        let may = may(self.decides, Verdict::Jump(to));
        let matters = may.accept || (may.drop && drops);
        if !matters {
            return;
        }
        let outcome = self.chain(to);
        let formulas = &mut self.encoder.formulas;
        let accept = formulas.all([matches, outcome.accept]);
        let drop = formulas.all([matches, outcome.drop]);
        if drops {
            past.drops(drop, self.encoder);
        }
        past.accepts(accept, self.encoder);
    }
}

impl Past {
    fn accepts(&mut self, matches: Formula, encoder: &mut Encoder<'_>) {
        let accept = unless(&[&self.dropping, &self.leaving], matches, encoder);
        self.accept.push(accept);
        self.accepting.push(matches);
    }

    fn drops(&mut self, matches: Formula, encoder: &mut Encoder<'_>) {
        let drop = unless(&[&self.accepting, &self.leaving], matches, encoder);
        self.drop.push(drop);
        self.dropping.push(matches);
    }

    fn finish(self, encoder: &mut Encoder<'_>) -> Outcome {
        Outcome {
            accept: encoder.formulas.any(self.accept),
            drop: encoder.formulas.any(self.drop),
        }
    }
}

/// It matches, and none of what stands before it does.
fn unless(before: &[&Vec<Formula>], matches: Formula, encoder: &mut Encoder<'_>) -> Formula {
    let formulas = &mut encoder.formulas;
    if formulas.is(matches, false) {
        return matches;
    }
    let before = before.iter().flat_map(|list| list.iter().copied());
    let before: Vec<Formula> = before.collect();
    let any = formulas.any(before);
    let not = formulas.not(any);
    formulas.all([matches, not])
}
