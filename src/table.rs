//! Tables addressed by typed ids: the one place where an index is looked up without a check at
//! the call site. Also declares enums with the list of their variants.
//!
//! Invariant: an id is only made by [`Table::push`] (or [`Id::from_index`] for an index that the
//! same code has just counted), so a lookup with an id of the same table cannot miss.

use std::marker::PhantomData;

/// A small number that names one row of one kind of [`Table`].
pub trait Id: Copy + Eq + Ord + std::hash::Hash {
    /// The id of row `index`.
    fn from_index(index: usize) -> Self;
    /// The row that this id names.
    fn index(self) -> usize;
}

/// Declares id types: `u32` newtypes that implement [`Id`].
macro_rules! define_id {
    ($($(#[$doc:meta])* $vis:vis $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name(u32);

        impl $crate::table::Id for $name {
            fn from_index(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }
            fn index(self) -> usize {
                self.0 as usize
            }
        }
    )*};
}
pub(crate) use define_id;

/// Declares enums of plain variants with `ALL`, from which none can be left out.
macro_rules! listed {
    ($($(#[$of:meta])* $vis:vis enum $name:ident { $($(#[$doc:meta])* $variant:ident,)+ })*) => {$(
        $(#[$of])*
        $vis enum $name {
            $($(#[$doc])* $variant,)+
        }

        impl $name {
            /// Every one, in the order of their declaration.
            $vis const ALL: [Self; [$(stringify!($variant)),+].len()] = [$(Self::$variant),+];
        }
    )*};
}
pub(crate) use listed;

/// The same for enums of which some variants hold another one with `ALL`.
macro_rules! listed_with {
    ($($(#[$of:meta])* $vis:vis enum $name:ident {
        $($(#[$doc:meta])* $variant:ident $(($inner:ty))?,)+
    })*) => {$(
        $(#[$of])*
        $vis enum $name {
            $($(#[$doc])* $variant $(($inner))?,)+
        }

        impl $name {
            /// Every one, in the order of their declaration.
            $vis fn all() -> impl Iterator<Item = Self> {
                std::iter::empty()
                    $(.chain($crate::table::listed_with!(@ $variant $($inner)?)))+
            }
        }
    )*};
    (@ $variant:ident) => { [Self::$variant] };
    (@ $variant:ident $inner:ty) => { <$inner>::ALL.map(Self::$variant) };
}
pub(crate) use listed_with;

/// A growing list whose rows are named by ids of one type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table<I, T> {
    rows: Vec<T>,
    ids: PhantomData<I>,
}

impl<I, T> Default for Table<I, T> {
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            ids: PhantomData,
        }
    }
}

impl<I: Id, T> Table<I, T> {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// A table of `len` rows that all hold `value`.
    pub fn filled(len: usize, value: T) -> Self
    where
        T: Clone,
    {
        Self {
            rows: vec![value; len],
            ids: PhantomData,
        }
    }

    /// Adds a row and names it.
    pub fn push(&mut self, row: T) -> I {
        let id = I::from_index(self.rows.len());
        self.rows.push(row);
        id
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The row of `id`, if the table has it.
    pub fn get(&self, id: I) -> Option<&T> {
        self.rows.get(id.index())
    }

    /// The row of `id`.
    ///
    /// # Panics
    /// On an id of another table, which is a bug.
    #[expect(
        clippy::indexing_slicing,
        reason = "ids come from this table's own push"
    )]
    pub fn at(&self, id: I) -> &T {
        &self.rows[id.index()]
    }

    /// The row of `id`, to be changed.
    ///
    /// # Panics
    /// On an id of another table, which is a bug.
    #[expect(
        clippy::indexing_slicing,
        reason = "ids come from this table's own push"
    )]
    pub fn at_mut(&mut self, id: I) -> &mut T {
        &mut self.rows[id.index()]
    }

    /// All rows in the order of their ids.
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    /// All ids in order.
    pub fn ids(&self) -> impl DoubleEndedIterator<Item = I> + ExactSizeIterator + use<I, T> {
        (0..self.rows.len()).map(I::from_index)
    }

    /// All rows with their ids, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (I, &T)> + ExactSizeIterator {
        self.rows
            .iter()
            .enumerate()
            .map(|(index, row)| (I::from_index(index), row))
    }

    /// All rows with their ids, in order, to be changed.
    pub fn iter_mut(&mut self) -> impl DoubleEndedIterator<Item = (I, &mut T)> {
        self.rows
            .iter_mut()
            .enumerate()
            .map(|(index, row)| (I::from_index(index), row))
    }
}

impl<I: Id, T> FromIterator<T> for Table<I, T> {
    fn from_iter<It: IntoIterator<Item = T>>(iter: It) -> Self {
        Self {
            rows: iter.into_iter().collect(),
            ids: PhantomData,
        }
    }
}

impl<I, T> Extend<T> for Table<I, T> {
    fn extend<It: IntoIterator<Item = T>>(&mut self, iter: It) {
        self.rows.extend(iter);
    }
}
