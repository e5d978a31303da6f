//! The data of a page: an overview in arrays, as short as can be, and safe within HTML.

use super::write_escaped;
use crate::diag::is_unsafe;
use crate::model::{Cluster, Direction, NamespaceId, Origin, Rule};
use crate::query::overview::{Entry, Overview};
use crate::query::reasons::{Past, Reason};
use crate::render::entries::{level, names, ranges};
use crate::source::SourceMap;
use crate::trace::{NotSubject, RuleRef, rule_in_words};
use serde::Serialize;
use serde_json::ser::Formatter;
use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Write};

/// What the data of a page is made from.
#[derive(Debug, Clone, Copy)]
pub struct Data<'a> {
    /// The cluster.
    pub cluster: &'a Cluster,
    /// Its matrix.
    pub overview: &'a Overview,
    /// The texts of the input.
    pub sources: &'a SourceMap,
}

#[derive(Serialize)]
struct Document<'a> {
    /// Names; null for what is outside the cluster.
    namespaces: Vec<Option<&'a str>>,
    /// The names of files, in which places are.
    files: Vec<&'a str>,
    /// Namespace, what holds of it, names of members, then what there is: file and line, how many of the
    /// members stand for several pods, addresses.
    entries: Vec<EntryRow>,
    /// Connections in words, and how much it is.
    sets: Vec<(String, u8)>,
    /// Those with rules that are named: namespace, name, file, then of each of the rules its number, 1
    /// for ingress, and its line.
    policies: Vec<PolicyRow>,
    /// The rules in words, in the order of the policies; empty where there are many.
    words: Vec<String>,
    /// Places of rules, why policies have no say, and `true` where there is more.
    reasons: Vec<Vec<Why>>,
    /// Places of entries, sources and destinations; then of connections, and of reasons for egress and
    /// ingress.
    links: Vec<LinkRow>,
}

/// A file and a line of it.
type At = Option<(usize, usize)>;
type EntryRow = (usize, u8, Vec<String>, At, usize, Vec<String>);
type PolicyRow = (Option<usize>, String, Option<usize>, Vec<usize>);
type LinkRow = (Vec<Places>, Vec<Places>, usize, usize, usize);

/// Rules that are told in words; of more, the policy and the line have to do.
const WORDS: usize = 1000;
/// Ranges of addresses that are told of one entry.
const RANGES: usize = 12;

/// A part of a reason.
#[derive(Serialize)]
#[serde(untagged)]
enum Why {
    Rule(usize),
    Past(&'static str),
    More(bool),
}

/// A place, or the first and the last of places that follow each other.
#[derive(Serialize, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[serde(untagged)]
enum Places {
    One(usize),
    Range([usize; 2]),
}

impl Data<'_> {
    /// Writes the data in one line. Nothing in it ends an element of HTML.
    ///
    /// # Errors
    /// Whatever writing to `out` returns.
    pub fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let document = self.document();
        let mut serializer = serde_json::Serializer::with_formatter(out, InPage);
        document.serialize(&mut serializer)?;
        Ok(())
    }

    fn document(&self) -> Document<'_> {
        let overview = self.overview;
        let spaces = sorted(overview.entries.iter().map(|it| it.namespace));
        let named = overview.reasons.iter().flat_map(|it| &it.rules);
        let rules: Vec<RuleRef> = sorted(named.copied());
        let mut files = Files::default();
        let name = |id: &NamespaceId| &*self.cluster.namespaces.at(*id).name;
        let mut entries = Vec::new();
        for it in &overview.entries {
            entries.push(self.entry(it, &spaces, &mut files));
        }
        let of_policies = rules.chunk_by(|one, other| one.policy == other.policy);
        let policies = of_policies.map(|rules| self.policy(rules, &spaces, &mut files));
        let policies = policies.collect();
        let in_words = rules.iter().filter(|_| rules.len() <= WORDS);
        Document {
            namespaces: spaces.iter().map(|it| it.as_ref().map(name)).collect(),
            entries,
            sets: overview
                .connections
                .iter()
                .map(|set| (set.to_string(), level(set)))
                .collect(),
            policies,
            words: in_words.map(|rule| self.words(*rule)).collect(),
            reasons: overview
                .reasons
                .iter()
                .map(|it| reason(it, &rules))
                .collect(),
            links: links(overview),
            files: files.met,
        }
    }

    fn entry<'f>(
        &'f self,
        entry: &Entry,
        spaces: &[Option<NamespaceId>],
        files: &mut Files<'f>,
    ) -> EntryRow {
        let [egress, ingress] = entry.governed;
        let holds = [entry.internet, egress, ingress, entry.host_network];
        let holds = holds.into_iter().enumerate();
        let flags = holds.map(|(bit, holds)| u8::from(holds) << bit).sum();
        let space = spaces.binary_search(&entry.namespace).unwrap_or_default();
        let mut addresses = match entry.namespace {
            Some(_) => Vec::new(),
            None => ranges(entry),
        };
        if let Some(more) = addresses.len().checked_sub(RANGES).filter(|it| *it > 0) {
            addresses.truncate(RANGES);
            addresses.push(format!("and {more} more ranges"));
        }
        let place = files.at(self.sources, entry.origin);
        let names = names(self.cluster, entry);
        (space, flags, names, place, entry.several.len(), addresses)
    }

    /// A policy by those of its rules that are named.
    fn policy<'f>(
        &'f self,
        rules: &[RuleRef],
        spaces: &[Option<NamespaceId>],
        files: &mut Files<'f>,
    ) -> PolicyRow {
        let Some(first) = rules.first() else {
            return (None, String::new(), None, Vec::new());
        };
        let policy = self.cluster.policies.at(first.policy);
        let namespace = policy.namespace.as_deref();
        let namespace = namespace.and_then(|name| self.cluster.namespace(name));
        let space = namespace.and_then(|id| spaces.binary_search(&Some(id)).ok());
        let file = files.at(self.sources, policy.origin).map(|(file, _)| file);
        let all = rules.iter().flat_map(|it| {
            let span = self.written(*it).and_then(|rule| rule.origin.span);
            let line = span.map(|span| self.sources.position(span).line);
            let is_ingress = usize::from(it.direction == Direction::Ingress);
            [it.number(), is_ingress, line.unwrap_or_default()]
        });
        let name = match space {
            Some(_) => policy.name.to_string(),
            None => policy.called(),
        };
        (space, name, file, all.collect())
    }

    fn written(&self, it: RuleRef) -> Option<&Rule> {
        let policy = self.cluster.policies.at(it.policy);
        policy
            .rules(it.direction)
            .and_then(|rules| rules.get(it.index))
    }

    fn words(&self, it: RuleRef) -> String {
        let policy = self.cluster.policies.at(it.policy);
        let words = self.written(it);
        let words = words.map(|rule| rule_in_words(rule, (policy.kind, policy.tier), it.direction));
        words.unwrap_or_default()
    }
}

/// Each once, in order.
fn sorted<T: Ord>(all: impl Iterator<Item = T>) -> Vec<T> {
    let all: BTreeSet<T> = all.collect();
    all.into_iter().collect()
}

/// Files by the order in which places in them are met.
#[derive(Default)]
struct Files<'a> {
    met: Vec<&'a str>,
    places: BTreeMap<&'a str, usize>,
}

impl<'a> Files<'a> {
    /// The place of a file among them, and the line in it.
    fn at(&mut self, sources: &'a SourceMap, origin: Origin) -> At {
        let span = origin.span?;
        let name = sources.get(span.file).name();
        let met = &mut self.met;
        let place = *self.places.entry(name).or_insert_with(|| {
            met.push(name);
            met.len() - 1
        });
        Some((place, sources.position(span).line))
    }
}

fn reason(reason: &Reason, rules: &[RuleRef]) -> Vec<Why> {
    let places = reason.rules.iter();
    let places = places.filter_map(|rule| rules.binary_search(rule).ok());
    let past = reason.past.iter().map(|past| match past {
        Past::NotSubject(NotSubject::Outside) => "outside the cluster",
        Past::NotSubject(NotSubject::Node) => "a node, which no policy governs",
        Past::NotSubject(NotSubject::HostNetwork) => {
            "in the network of its node, where no policy governs it"
        }
        Past::NotSubject(NotSubject::Unenforced) => "the network plugin enforces no policy",
        Past::NotIsolated => "no policy isolates it",
        Past::Exempt => "no policy can stop it",
    });
    let more = reason.more.then_some(Why::More(true));
    places
        .map(Why::Rule)
        .chain(past.map(Why::Past))
        .chain(more)
        .collect()
}

/// What lets something through in the same way, and to whom.
type Row = (usize, [usize; 2], Vec<usize>);

/// Links with equal contents and destinations in one row each, in the order of their first source.
fn links(overview: &Overview) -> Vec<LinkRow> {
    let mut of_source: BTreeMap<(usize, usize, [usize; 2]), Vec<usize>> = BTreeMap::new();
    for link in &overview.links {
        let key = (link.from, link.connections, link.reasons);
        of_source.entry(key).or_default().push(link.to);
    }
    let mut rows: BTreeMap<Row, Vec<usize>> = BTreeMap::new();
    for ((from, connections, reasons), to) in of_source {
        rows.entry((connections, reasons, to))
            .or_default()
            .push(from);
    }
    let rows = rows
        .into_iter()
        .map(|((connections, [egress, ingress], to), from)| {
            (spread(&from), spread(&to), connections, egress, ingress)
        });
    let mut rows: Vec<_> = rows.collect();
    rows.sort();
    rows
}

/// Ascending places, with those that follow each other taken together where that is shorter.
fn spread(places: &[usize]) -> Vec<Places> {
    let mut runs: Vec<[usize; 2]> = Vec::new();
    for &place in places {
        match runs.last_mut() {
            Some([_, last]) if *last + 1 == place => *last = place,
            _ => runs.push([place, place]),
        }
    }
    let runs = runs
        .into_iter()
        .flat_map(|[first, last]| match last - first {
            0 => vec![Places::One(first)],
            1 => vec![Places::One(first), Places::One(last)],
            _ => vec![Places::Range([first, last])],
        });
    runs.collect()
}

/// Compact JSON that is safe to print, and within an element of HTML.
struct InPage;

impl Formatter for InPage {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        write_escaped(writer, fragment, |c| {
            matches!(c, '<' | '>' | '&') || is_unsafe(c)
        })
    }
}
