//! Names to ids, and what the kernel checks when a ruleset is loaded: nothing is missing, nothing is
//! there twice, sets are of the type that rules ask for, and no chain leads back to itself or too deep.

use super::{
    Chain, ChainId, Hook, MapId, Members, Ruleset, Set, SetId, Statement, Unreadable, Verdict,
    VerdictMap, unreadable,
};
use crate::net::{AddressSet, Family};
use crate::table::Id as _;
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// How many chains may lead into one another below a hook. The kernel refuses a sixteenth, whether it
/// is jumped to or gone to.
const DEEPEST: usize = 15;

/// What is in a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SetKind {
    /// Addresses of a family.
    Addresses(Family),
    /// Pairs of both ends, of a family.
    Pairs(Family),
    /// Protocols with ports.
    Connections,
    /// Destinations of a family with protocols and ports.
    Destinations(Family),
    /// Types of `ICMPv6`.
    Icmpv6,
}

/// The name of the set that a number stands for in a set of many.
fn numbered(name: &str, number: u32) -> String {
    format!("{name} {number}")
}

/// A name and where it is first spoken of.
#[derive(Debug)]
struct Named<T> {
    name: String,
    spoken: usize,
    made: Option<T>,
}

/// Rows that may be spoken of before they are made.
#[derive(Debug)]
struct Names<T> {
    what: &'static str,
    ids: FxHashMap<String, usize>,
    rows: Vec<Named<T>>,
}

impl<T> Names<T> {
    fn new(what: &'static str) -> Self {
        Self {
            what,
            ids: FxHashMap::default(),
            rows: Vec::new(),
        }
    }

    fn index(&mut self, name: &str, line: usize) -> usize {
        if let Some(&known) = self.ids.get(name) {
            return known;
        }
        let index = self.rows.len();
        self.rows.push(Named {
            name: name.to_owned(),
            spoken: line,
            made: None,
        });
        self.ids.insert(name.to_owned(), index);
        index
    }

    fn make(&mut self, name: &str, line: usize, row: T) -> Result<usize, Unreadable> {
        let index = self.index(name, line);
        match self.rows.get_mut(index) {
            Some(named) if named.made.is_none() => named.made = Some(row),
            Some(_) | None => {
                return unreadable(line, format!("the {} `{name}` is there twice", self.what));
            }
        }
        Ok(index)
    }

    fn is_made(&self, name: &str) -> bool {
        let row = self.ids.get(name).and_then(|&index| self.rows.get(index));
        row.is_some_and(|named| named.made.is_some())
    }

    fn finish(self) -> Result<Vec<T>, Unreadable> {
        let made = |named: Named<T>| {
            let what = || format!("the {} `{}` is not there", self.what, named.name);
            named.made.ok_or_else(|| Unreadable {
                line: named.spoken,
                what: what(),
            })
        };
        self.rows.into_iter().map(made).collect()
    }
}

/// Makes a [`Ruleset`].
#[derive(Debug)]
pub(super) struct Builder {
    chains: Names<Chain>,
    sets: Names<(Set, SetKind)>,
    maps: Names<(VerdictMap, Family)>,
    hooks: Vec<Hook>,
    set_uses: Vec<(SetId, SetKind, usize)>,
    map_uses: Vec<(MapId, Family, usize)>,
    /// Sets of many sets, with their families and where they begin; and the numbers that rules ask for.
    shared: FxHashMap<String, (Family, usize)>,
    number_uses: Vec<(String, u32)>,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self {
            chains: Names::new("chain"),
            sets: Names::new("set"),
            maps: Names::new("map"),
            hooks: Vec::new(),
            set_uses: Vec::new(),
            map_uses: Vec::new(),
            shared: FxHashMap::default(),
            number_uses: Vec::new(),
        }
    }

    /// The chain of a name that is spoken of.
    pub(super) fn chain(&mut self, name: &str, line: usize) -> ChainId {
        ChainId::from_index(self.chains.index(name, line))
    }

    /// The set of a name that a rule asks, as one of this kind.
    pub(super) fn set(&mut self, name: &str, kind: SetKind, line: usize) -> SetId {
        let id = SetId::from_index(self.sets.index(name, line));
        self.set_uses.push((id, kind, line));
        id
    }

    /// The set of a number in the set of many of this name, as one of addresses of a family.
    pub(super) fn set_of(&mut self, name: &str, number: u32, family: Family, line: usize) -> SetId {
        self.number_uses.push((name.to_owned(), number));
        self.set(&numbered(name, number), SetKind::Addresses(family), line)
    }

    /// Makes a set of many sets of addresses of a family.
    pub(super) fn make_sets(
        &mut self,
        name: &str,
        line: usize,
        family: Family,
        sets: BTreeMap<u32, AddressSet>,
    ) -> Result<(), Unreadable> {
        let taken = self.shared.insert(name.to_owned(), (family, line));
        if taken.is_some() || self.sets.is_made(name) {
            return unreadable(line, format!("the set `{name}` is there twice"));
        }
        for (number, all) in sets {
            let (name, kind) = (numbered(name, number), SetKind::Addresses(family));
            self.make_set(&name, line, kind, Members::Addresses(all))?;
        }
        Ok(())
    }

    /// Numbers that nobody has: sets of nobody.
    fn make_empty_sets(&mut self) -> Result<(), Unreadable> {
        for (name, number) in std::mem::take(&mut self.number_uses) {
            let Some(&(family, line)) = self.shared.get(&name) else {
                continue;
            };
            let name = numbered(&name, number);
            if !self.sets.is_made(&name) {
                let nobody = Members::Addresses(AddressSet::none());
                self.make_set(&name, line, SetKind::Addresses(family), nobody)?;
            }
        }
        Ok(())
    }

    /// The map of a name that a rule asks about addresses of a family.
    pub(super) fn map(&mut self, name: &str, family: Family, line: usize) -> MapId {
        let id = MapId::from_index(self.maps.index(name, line));
        self.map_uses.push((id, family, line));
        id
    }

    pub(super) fn make_chain(&mut self, chain: Chain) -> Result<ChainId, Unreadable> {
        let (name, line) = (chain.name.clone(), chain.line);
        self.chains
            .make(&name, line, chain)
            .map(ChainId::from_index)
    }

    pub(super) fn make_set(
        &mut self,
        name: &str,
        line: usize,
        kind: SetKind,
        members: Members,
    ) -> Result<(), Unreadable> {
        if self.shared.contains_key(name) {
            return unreadable(line, format!("the set `{name}` is there twice"));
        }
        let set = Set {
            name: name.to_owned(),
            line,
            members,
        };
        self.sets.make(name, line, (set, kind)).map(|_| ())
    }

    pub(super) fn make_map(&mut self, map: VerdictMap, family: Family) -> Result<(), Unreadable> {
        let (name, line) = (map.name.clone(), map.line);
        self.maps.make(&name, line, (map, family)).map(|_| ())
    }

    pub(super) fn hook(&mut self, hook: Hook) {
        self.hooks.push(hook);
    }

    /// The whole, checked. So many chains lead to the hooks.
    pub(super) fn finish(mut self, above: usize) -> Result<Ruleset, Unreadable> {
        self.make_empty_sets()?;
        let chains = self.chains.finish()?;
        let (sets, kinds): (Vec<Set>, Vec<SetKind>) = self.sets.finish()?.into_iter().unzip();
        let maps = self.maps.finish()?.into_iter();
        let (maps, families): (Vec<VerdictMap>, Vec<Family>) = maps.unzip();
        for (id, kind, line) in self.set_uses {
            if kinds.get(id.index()) != Some(&kind) {
                let name = sets.get(id.index()).map_or("", |set| &set.name);
                let what = format!("the set `{name}` is not one of {}", kind.words());
                return unreadable(line, what);
            }
        }
        for (id, family, line) in self.map_uses {
            if families.get(id.index()) != Some(&family) {
                let name = maps.get(id.index()).map_or("", |map| &map.name);
                let what = format!("the map `{name}` is one of the other family");
                return unreadable(line, what);
            }
        }
        self.hooks.sort_by_key(|hook| hook.priority);
        let ruleset = Ruleset {
            hooks: self.hooks,
            chains: chains.into_iter().collect(),
            sets: sets.into_iter().collect(),
            maps: maps.into_iter().collect(),
        };
        Depths::check(&ruleset, above)?;
        Ok(ruleset)
    }
}

impl SetKind {
    fn words(self) -> String {
        let family = |family| match family {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        };
        match self {
            Self::Addresses(of) => format!("{} addresses", family(of)),
            Self::Pairs(of) => format!("pairs of {} addresses", family(of)),
            Self::Connections => "protocols with ports".to_owned(),
            Self::Destinations(of) => {
                format!("{} addresses with protocols and ports", family(of))
            }
            Self::Icmpv6 => "ICMPv6 types".to_owned(),
        }
    }
}

impl Statement {
    /// Where its verdict may lead, with the lines that say so.
    pub(super) fn leads_to(&self, ruleset: &Ruleset) -> Vec<(ChainId, usize)> {
        let of = |verdict: Verdict, line| match verdict {
            Verdict::Jump(chain) | Verdict::Goto(chain) => vec![(chain, line)],
            Verdict::Accept | Verdict::Drop | Verdict::Return | Verdict::Lookup { .. } => {
                Vec::new()
            }
        };
        match self.verdict {
            Some(Verdict::Lookup { map, .. }) => {
                let elements = ruleset.maps.at(map).elements.values();
                elements
                    .flat_map(|(verdict, line)| of(*verdict, *line))
                    .collect()
            }
            Some(verdict) => of(verdict, self.line),
            None => Vec::new(),
        }
    }
}

/// How deep chains lead.
struct Depths<'r> {
    ruleset: &'r Ruleset,
    /// How many chains lead into one another below each, where that is known.
    below: Vec<Option<usize>>,
    /// The chains on the way here.
    open: Vec<bool>,
}

impl<'r> Depths<'r> {
    fn check(ruleset: &'r Ruleset, above: usize) -> Result<(), Unreadable> {
        let mut depths = Self {
            ruleset,
            below: vec![None; ruleset.chains.len()],
            open: vec![false; ruleset.chains.len()],
        };
        for (id, chain) in ruleset.chains.iter() {
            depths.below(id, chain.line, above)?;
        }
        Ok(())
    }

    fn leads(&self, id: ChainId) -> Vec<(ChainId, usize)> {
        let statements = self.ruleset.chains.at(id).statements.iter();
        statements
            .flat_map(|statement| statement.leads_to(self.ruleset))
            .collect()
    }

    /// Recursion ends at the deepest allowed level, whatever the text.
    fn below(&mut self, id: ChainId, line: usize, level: usize) -> Result<usize, Unreadable> {
        let name = &self.ruleset.chains.at(id).name;
        if let Some(known) = self.below.get(id.index()).copied().flatten() {
            if level + known > DEEPEST {
                return unreadable(
                    line,
                    format!("`{name}` leads more than {DEEPEST} chains deep"),
                );
            }
            return Ok(known);
        }
        if self.open.get(id.index()).copied().unwrap_or_default() {
            return unreadable(line, format!("`{name}` leads back to itself"));
        }
        if level > DEEPEST {
            return unreadable(line, format!("`{name}` is more than {DEEPEST} chains deep"));
        }
        if let Some(open) = self.open.get_mut(id.index()) {
            *open = true;
        }
        let mut deepest = 0;
        for (to, line) in self.leads(id) {
            if self.ruleset.hooks.iter().any(|hook| hook.chain == to) {
                return unreadable(line, "a rule leads to a hook");
            }
            deepest = deepest.max(self.below(to, line, level + 1)? + 1);
        }
        if let Some(open) = self.open.get_mut(id.index()) {
            *open = false;
        }
        if let Some(below) = self.below.get_mut(id.index()) {
            *below = Some(deepest);
        }
        Ok(deepest)
    }
}
