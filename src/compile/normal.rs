//! The normal form: groups merged into the coarsest classes that the matrix can tell apart.
//!
//! Two endpoints share a class exactly if they reach the same others with the same connections, are
//! reached alike, and what passes between the two is what passes within the class. Whether a single
//! endpoint could reach another like itself is a question without an object, so it tells nothing
//! apart.
//!
//! Equal rows are not the test, because the rows of a and b run over a and b themselves. Instead
//! each group is filed under a value v and its two sums *as if* its own cell held v: one
//! subtraction and one addition. If a and b meet under one key, their rows agree in the columns a
//! and b too, so a→b and b→a are both v. A group of several endpoints has an own cell that means
//! something, and is filed under its value only. A single endpoint has none, so it is filed under
//! every value that its row and its column share.
//!
//! Rows and columns are compared by their sums ([`super::mix`]). Cost: groups plus exceptions of
//! the functions, never groups².

use super::functions::Functions;
use super::groups::{GroupId, Groups};
use super::mix::Mix;
use super::rows::Rows;
use super::sums::{Line, lines, product};
use super::values::{Cases, ConnId, Nature, Values};
use crate::model::Direction;
use crate::table::{Id as _, Table, define_id};
use rustc_hash::FxHashMap;

define_id! {
    /// Names a class of the matrix.
    pub(super) ClassId;
}

/// Both directions, ready to be asked about any pair of groups.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) groups: Groups,
    pub(super) egress: Functions,
    pub(super) ingress: Functions,
    pub(super) values: Values,
    pub(super) mix: Mix,
    /// The row that is being read, if one is.
    pub(super) rows: Option<Rows>,
}

/// Groups that may be of one class: equal in what passes between them, in row and in column.
type Twins = FxHashMap<(ConnId, u128, u128, bool), Vec<GroupId>>;

impl Compiled {
    /// What gets from `source` to `destination`, as two different endpoints of these groups.
    pub(super) fn cell(&mut self, source: GroupId, destination: GroupId) -> ConnId {
        let (s, d) = (
            self.groups.table.at(source).kind,
            self.groups.table.at(destination).kind,
        );
        let values = &mut self.values;
        let let_out = *self.egress.of_group.at(source);
        let egress = self.egress.value(let_out, destination, d, values);
        let let_in = *self.ingress.of_group.at(destination);
        let row = self.rows.as_ref();
        let ingress = row
            .and_then(|row| row.value(source, let_in))
            .unwrap_or_else(|| self.ingress.value(let_in, source, s, values));
        self.values.meet(egress, ingress, Cases::of(s, d))
    }

    /// Makes ready for all cells of a source.
    pub(super) fn read_row(&mut self, source: GroupId) {
        let (ingress, groups) = (&self.ingress, &self.groups.table);
        let rows = self
            .rows
            .get_or_insert_with(|| Rows::new(ingress, groups.len()));
        rows.read(ingress, source, groups.at(source).kind, &mut self.values);
    }

    /// The class of every group: the coarsest classes, numbered by their first group.
    pub(super) fn classes(&mut self) -> Table<GroupId, ClassId> {
        let rows = self.lines(Direction::Egress);
        let columns = self.lines(Direction::Ingress);
        let mut twins = Twins::default();
        for id in self.groups.table.ids() {
            self.add_candidates(id, rows.at(id), columns.at(id), &mut twins);
        }
        number(&self.groups, twins)
    }

    /// The rows (egress) or the columns (ingress).
    fn lines(&mut self, direction: Direction) -> Table<GroupId, Line> {
        let (near, far) = match direction {
            Direction::Egress => (&self.egress, &self.ingress),
            Direction::Ingress => (&self.ingress, &self.egress),
        };
        lines(&self.groups, near, far, &mut self.values, &self.mix)
    }

    /// Lists a group under each value that may stand between it and a twin. Where it has two
    /// endpoints that is its own; a single endpoint may have a twin with any value of its row.
    fn add_candidates(&mut self, id: GroupId, row: &Line, column: &Line, twins: &mut Twins) {
        let group = self.groups.table.at(id);
        let (many, outside) = (group.many, group.kind.nature == Nature::External);
        let own = self.cell(id, id);
        let mix = &self.mix;
        let place = mix.position(id.index());
        let with = |sum: u128, value: ConnId| {
            sum.wrapping_sub(product(mix, place, own))
                .wrapping_add(product(mix, place, value))
        };
        let mut add = |value: ConnId| {
            let key = (
                value,
                with(row.sum, value),
                with(column.sum, value),
                outside,
            );
            twins.entry(key).or_default().push(id);
        };
        if many || outside {
            add(own);
        } else {
            let in_column = |value: &&ConnId| column.values.binary_search(value).is_ok();
            row.values
                .iter()
                .filter(in_column)
                .for_each(|value| add(*value));
        }
    }
}

/// Numbers the classes; a group without a twin is one of its own. A group has twins under one
/// value only, because what passes between two twins is one value.
fn number(groups: &Groups, twins: Twins) -> Table<GroupId, ClassId> {
    let mut first: Table<GroupId, GroupId> = groups.table.ids().collect();
    for class in twins.into_values().filter(|class| class.len() > 1) {
        if let Some(&least) = class.first() {
            for id in class {
                *first.at_mut(id) = least;
            }
        }
    }
    let mut numbers: Table<GroupId, Option<ClassId>> = Table::filled(groups.table.len(), None);
    let mut classes = Table::new();
    let mut next = 0;
    for id in groups.table.ids() {
        let number = numbers.at_mut(*first.at(id)).get_or_insert_with(|| {
            next += 1;
            ClassId::from_index(next - 1)
        });
        classes.push(*number);
    }
    classes
}
