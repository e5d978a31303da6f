//! The answer to `can`: the verdict in one word, then why.

use super::fold::{PickEnd, called, groups, is_rectangle, of_blocks, same_reasons, sides};
use super::{Teller, connections, verdict_word};
use crate::model::{Direction, Habit, LeftOut, Why, WhyDormant};
use crate::net::{AddressSet, ConnSet, PortSet};
use crate::query::{Answer, Leg, Mode, Pair};
use crate::trace::{Basis, EndNames, Half, NotSubject, Tried, Verdict, list};
use std::collections::BTreeMap;

/// Names shown before "and N more".
const NAMES: usize = 5;

impl Teller<'_> {
    /// The whole answer; its first line is exactly `yes`, `no` or `unknown`.
    pub fn answer(&self, answer: &Answer) -> String {
        let mut out = self.first_line(answer);
        self.legs(&mut out, answer, true);
        self.why_now(&mut out, answer);
        out
    }

    /// `yes`, `no` or `unknown`; below it what is answered without what is applied.
    pub(super) fn first_line(&self, answer: &Answer) -> String {
        let mut out = format!("{}\n", self.colored(answer.verdict));
        self.applied(&mut out, answer);
        out
    }

    /// What decides, and the way where it has several connections; why only if asked for.
    pub(super) fn legs(&self, out: &mut String, answer: &Answer, why: bool) {
        if let Some(which) = &answer.which {
            self.paragraph(out, 0, 0, &format!("{which}, and this is one of them:"));
        }
        if let [leg] = answer.legs.as_slice() {
            self.leg(out, leg, why);
        } else {
            self.way(out, answer, why);
        }
        for note in &answer.notes {
            self.paragraph(out, 0, 2, &format!("{note}."));
        }
    }

    /// One connection: where pairs differ, and what to note; why only if asked for.
    pub(super) fn leg(&self, out: &mut String, leg: &Leg, why: bool) {
        let mut groups = groups(&leg.pairs);
        groups.sort_by_key(|group| group.first().is_none_or(|pair| pair.verdict != leg.verdict));
        if let Some(left_out) = left_out(leg) {
            self.paragraph(out, 0, 0, &left_out);
        }
        if let Some(nowhere) = &leg.nowhere {
            let mut same = leg.because.iter().filter(|it| it.text == *nowhere);
            let place = same
                .next()
                .map_or_else(String::new, |it| self.place(it.origin));
            self.paragraph(out, 0, 0, &format!("{nowhere}{place}."));
        }
        if let Some(why) = &leg.one_of {
            self.paragraph(out, 0, 0, &format!("{why}."));
        }
        if groups.len() > 1 {
            self.paragraph(out, 0, 0, &differ(leg));
            for group in &groups {
                self.group(out, leg, group);
            }
        }
        // Of an end that may not be there nothing is let through, whatever policies say.
        let certain = leg.one_of.is_none()
            || groups.first().is_none_or(|group| {
                group
                    .first()
                    .is_none_or(|pair| pair.verdict != Verdict::Allow)
            });
        if let Some(telling) = groups.first().filter(|_| why && certain) {
            self.paragraph(out, 0, 0, &self.reason(leg, telling));
        }
        if let Some(needs) = leg.needs.as_ref().filter(|_| leg.verdict == Verdict::Deny) {
            self.paragraph(out, 0, 2, &format!("{needs}."));
        }
        let looks = groups.first().and_then(|group| group.first());
        if let Some(looks) = looks.and_then(|pair| pair.looks.sentence.as_ref()) {
            self.paragraph(out, 0, 2, &format!("{looks}."));
        }
        let others = leg.because.iter();
        for because in others.filter(|it| leg.nowhere.as_ref() != Some(&it.text)) {
            let place = self.place(because.origin);
            self.paragraph(out, 0, 2, &format!("{}{place}.", because.text));
        }
        for note in notes(leg) {
            self.paragraph(out, 0, 2, &note);
        }
    }

    /// A verdict in one word.
    pub fn colored(&self, verdict: Verdict) -> String {
        let word = verdict_word(verdict);
        let color = match verdict {
            Verdict::Allow => 32,
            Verdict::Deny => 31,
            Verdict::Undecided => 33,
        };
        if self.look.color {
            format!("\u{1b}[1;{color}m{word}\u{1b}[0m")
        } else {
            word.into()
        }
    }

    /// One line of who is connected alike.
    fn group(&self, out: &mut String, answer: &Leg, group: &[&Pair]) {
        let Some(first) = group.first() else { return };
        let names = |end: PickEnd, title: &str| match called(group, &answer.pairs, end, title) {
            Some(name) => name.to_owned(),
            None => list(&sides(group, end), NAMES),
        };
        // Where not every pair of these names is in the group, the pairs are named themselves.
        let ends = if is_rectangle(group) {
            let sources = names(|pair| &pair.source, &answer.source);
            let destinations = names(|pair| &pair.destination, &answer.destination);
            format!("{sources} to {destinations}")
        } else {
            let pairs = group.iter();
            let pairs =
                pairs.map(|pair| format!("{} to {}", pair.source.name, pair.destination.name));
            list(&pairs.collect::<Vec<_>>(), NAMES)
        };
        let word = verdict_word(first.verdict);
        let on = match (first.verdict, answer.one_connection) {
            (Verdict::Allow, false) => format!(": {}", connections(&first.allowed)),
            _ => String::new(),
        };
        self.labelled(out, 2, 9, word, &format!("{ends}{on}"));
    }

    /// Why a group of pairs has its verdict, in one paragraph.
    pub(super) fn reason(&self, answer: &Leg, group: &[&Pair]) -> String {
        let Some(pair) = group.first() else {
            return String::new();
        };
        let own = EndNames {
            source: pair.source.one(),
            destination: pair.destination.one(),
        };
        let call =
            |end: PickEnd, title, own| called(group, &answer.pairs, end, title).unwrap_or(own);
        let alike = same_reasons(group) && is_rectangle(group);
        let names = EndNames {
            source: call(|pair| &pair.source, &answer.source, own.source),
            destination: call(
                |pair| &pair.destination,
                &answer.destination,
                own.destination,
            ),
        };
        if alike {
            return self.because(answer, pair, names);
        }
        // The others have reasons of their own: one pair stands for itself alone.
        let all = match pair.verdict {
            _ if group.len() < answer.pairs.len() => String::new(),
            Verdict::Allow => format!(
                "all of {} can reach all of {}; ",
                answer.source, answer.destination
            ),
            Verdict::Deny => format!(
                "none of {} can reach any of {}; ",
                answer.source, answer.destination
            ),
            Verdict::Undecided => String::new(),
        };
        format!("{all}for example, {}", self.because(answer, pair, own))
    }

    /// Why a pair has its verdict, in one sentence.
    fn because(&self, answer: &Leg, pair: &Pair, names: EndNames<'_>) -> String {
        let EndNames {
            source,
            destination,
        } = names;
        let (protocol, port) = pair.example;
        let example = format!("{protocol} {port}");
        let on = match (pair.verdict, answer.one_connection) {
            (_, true) => format!("on {example}"),
            (Verdict::Allow, false) => format!("on {}", connections(&pair.allowed)),
            (Verdict::Deny | Verdict::Undecided, false) => "on any port".into(),
        };
        let why = self.why(pair, names);
        let only = ConnSet::of(protocol, PortSet::single(port));
        let instance = if answer.one_connection || pair.allowed.is_all() || pair.allowed == only {
            String::new()
        } else {
            format!("on {example} ")
        };
        let habits = self.habits(pair);
        match pair.verdict {
            Verdict::Allow => {
                format!("{source} can reach {destination} {on}: {instance}{why}.{habits}")
            }
            Verdict::Deny => {
                let nearest = self.nearest_miss(pair, names, answer.one_connection);
                let told = nearest.filter(|_| pair.stopped.is_none());
                let miss = told.map_or_else(String::new, |miss| format!(" Nearest miss: {miss}."));
                format!("{source} cannot reach {destination} {on}: {why}.{miss}{habits}")
            }
            Verdict::Undecided => {
                let unknowns = pair.reason.unknowns.iter();
                let unknowns: Vec<_> = unknowns
                    .map(|unknown| unknown.describe(self.cluster, names))
                    .collect();
                format!(
                    "whether {source} can reach {destination} {on} cannot be decided: {}.",
                    unknowns.join("; ")
                )
            }
        }
    }

    /// What the network plugin has to do with it; nothing where that is said already.
    fn habits(&self, pair: &Pair) -> String {
        let practice = &self.cluster.practice;
        let said = |half: &Half| half.basis == Basis::NotSubject(NotSubject::Unenforced);
        let unenforced = said(&pair.reason.egress) || said(&pair.reason.ingress);
        let habits = pair.reason.habits.iter();
        let others = habits.filter(|habit| **habit != Habit::Enforces || !unenforced);
        let said: Vec<String> = others.map(|habit| practice.describe(*habit)).collect();
        if said.is_empty() {
            return String::new();
        }
        format!(" It hangs on the network plugin: {}.", said.join("; "))
    }

    /// What decided, on both sides.
    fn why(&self, pair: &Pair, names: EndNames<'_>) -> String {
        if let Some(stopped) = &pair.stopped {
            return stopped.clone();
        }
        if let Some(exemption) = pair.reason.exemption {
            return exemption.describe().into();
        }
        let mut directions = Direction::BOTH;
        // What refuses it comes first.
        let refuses = |it: &Direction| pair.reason.half(*it).verdict == Verdict::Deny;
        directions.sort_by_key(|it| !refuses(it));
        let halves = directions.map(|direction| {
            let names = as_seen(pair, direction, names);
            self.half(pair.reason.half(direction), names)
        });
        let mut halves: Vec<_> = halves.into_iter().flatten().collect();
        halves.dedup();
        if halves.is_empty() {
            return "no policy governs either end".into();
        }
        halves.join(", and ")
    }

    /// One direction in a clause; nothing where there is nothing to say.
    fn half(&self, half: &Half, names: EndNames<'_>) -> Option<String> {
        let outside = half.basis == Basis::NotSubject(NotSubject::Outside);
        let said = || half.describe(self.cluster, names, &|origin| self.place(origin));
        (!outside).then(said)
    }

    /// The nearest miss; without the port where none was asked about.
    fn nearest_miss(
        &self,
        pair: &Pair,
        names: EndNames<'_>,
        one_connection: bool,
    ) -> Option<String> {
        let miss = pair.reason.nearest_miss()?;
        let mut told = miss.clone();
        told.ports = told.ports.filter(|_| one_connection);
        // Of many addresses one was tried.
        let peer = match miss.rule.direction {
            Direction::Egress => &pair.destination,
            Direction::Ingress => &pair.source,
        };
        let many = |all: &AddressSet| all.first().is_some_and(|it| all.ranges().ne([(it, it)]));
        let tried = if peer.addresses.as_ref().is_some_and(many) {
            Tried::OneOfMany
        } else {
            Tried::All
        };
        let names = as_seen(pair, miss.rule.direction, names);
        let said = told.describe_for(self.cluster, names, tried);
        Some(format!("{said}{}", self.rule_place(miss.rule)))
    }
}

/// The names of the ends as the policies of one direction see them.
fn as_seen<'n>(pair: &'n Pair, direction: Direction, names: EndNames<'n>) -> EndNames<'n> {
    let looks = &pair.looks;
    match direction {
        Direction::Egress => EndNames {
            destination: looks.destination.as_deref().unwrap_or(names.destination),
            ..names
        },
        Direction::Ingress => EndNames {
            source: looks.source.as_deref().unwrap_or(names.source),
            ..names
        },
    }
}

/// Why the verdict is open, where it hangs on what was left out.
fn left_out(answer: &Leg) -> Option<String> {
    let said = left_out_in_words(&answer.left_out)?;
    let it = match answer.left_out.len() {
        1 => "it",
        _ => "them",
    };
    let without = match (&answer.nowhere, answer.pairs.is_empty()) {
        (None, false) => format!(" Without {it}:"),
        _ => String::new(),
    };
    Some(format!("{said}.{without}"))
}

/// What was left out, and that it may decide otherwise; none where nothing was.
pub(super) fn left_out_in_words(all: &[LeftOut]) -> Option<String> {
    let mut by_reason: BTreeMap<&Why, Vec<String>> = BTreeMap::new();
    for it in all {
        let name = match it.full_name() {
            Some(name) => format!("{} `{name}`", it.what),
            None => it.to_string(),
        };
        by_reason.entry(&it.why).or_default().push(name);
    }
    let clauses = by_reason.iter().map(|(why, names)| {
        let is = if names.len() == 1 { "is" } else { "are" };
        format!("{} {is} {}", list(names, NAMES), why.describe())
    });
    let clauses: Vec<String> = clauses.collect();
    match clauses.as_slice() {
        [] => None,
        [one] => Some(format!("{one} and may decide otherwise")),
        _ => Some(format!("{}: they may decide otherwise", clauses.join("; "))),
    }
}

fn notes(answer: &Leg) -> Vec<String> {
    let mut notes = Vec::new();
    for translation in &answer.translations {
        let asked = format!("{}/{}", translation.port, translation.protocol);
        let whose = if answer.destination.ends_with("[Service]") {
            "its pods"
        } else {
            "its endpoints"
        };
        let targets = translation.targets.iter().map(|(port, names)| {
            if translation.targets.len() == 1 {
                format!("port {port} of {whose}")
            } else {
                format!("port {port} of {}", list(names, NAMES))
            }
        });
        let targets = list(&targets.collect::<Vec<_>>(), NAMES);
        notes.push(format!(
            "{} port {asked} leads to {targets}.",
            answer.destination
        ));
    }
    let ends = answer
        .pairs
        .iter()
        .flat_map(|pair| [&pair.source, &pair.destination]);
    let mut dormant: Vec<(&str, WhyDormant)> = ends
        .filter_map(|side| Some((&*side.name, side.dormant?)))
        .collect();
    dormant.sort_unstable();
    dormant.dedup();
    for (name, why) in dormant {
        notes.push(match why {
            WhyDormant::Finished => format!(
                "{name} is asked about as if it still ran: it {why} and has no network any more."
            ),
            WhyDormant::NoCompletions
            | WhyDormant::NoParallelism
            | WhyDormant::NoReplicas
            | WhyDormant::Suspended => {
                format!("{name} {why}: the answer is for the pod that it would have.")
            }
        });
    }
    notes.extend(answer.notes.iter().map(|note| format!("{note}.")));
    notes
}

fn differ(answer: &Leg) -> String {
    let (source, destination) = (&answer.source, &answer.destination);
    let some = answer
        .pairs
        .iter()
        .any(|pair| pair.verdict == Verdict::Allow);
    let through_a_service = destination.ends_with("[Service]");
    let (from, to): (PickEnd, PickEnd) = (|pair| &pair.source, |pair| &pair.destination);
    match (answer.mode, answer.verdict) {
        (Mode::All, Verdict::Allow) => {
            format!("all of {source} can reach all of {destination}, though not on the same ports:")
        }
        (Mode::Any, _) => format!("not all of {source} are alike towards {destination}:"),
        (Mode::All, Verdict::Deny) if some && of_blocks(&answer.pairs, from, to) => {
            format!(
                "partly: {destination} can be reached from some blocks of {source} and not from others:"
            )
        }
        (Mode::All, Verdict::Deny) if some && of_blocks(&answer.pairs, to, from) => {
            format!("partly: {source} can reach some blocks of {destination} and not others:")
        }
        (Mode::All, Verdict::Deny) if some && through_a_service => {
            format!("partial: {source} can reach some pods behind {destination} and not others:")
        }
        (Mode::All, Verdict::Deny | Verdict::Undecided) => {
            format!("not all of {source} can reach all of {destination}:")
        }
    }
}
