//! Why a scope means nobody, and what is found out once of whom scopes mean.

use super::candidates::Candidates;
use crate::model::{NamespaceId, NamespaceScope, PodScope};
use crate::selector::Labels;
use crate::written::Written;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;

/// Why a scope means nobody. One reason is given where several hold: the first of these.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Nobody<'a> {
    /// No labels meet a selector.
    Contradiction,
    /// A namespace of such a name cannot be.
    ImpossibleName,
    /// No namespace has these labels.
    Namespaces,
    /// The labels are those of a workload, whose pods do not have them.
    OwnersLabels(&'a Written),
    /// Pods of other namespaces have the labels: of these, sorted.
    Elsewhere(Vec<NamespaceId>),
    /// No pod has the labels.
    Pods,
}

/// Why a scope means nobody; none if it means somebody.
pub(super) type Why<'a> = Option<Rc<Nobody<'a>>>;

/// The workloads of each namespace, with the labels of their own.
pub(super) type Owners<'a> = FxHashMap<NamespaceId, Vec<(Labels, &'a Written)>>;

/// What was found out of whom scopes mean.
#[derive(Debug, Default)]
pub(super) struct Meant<'a> {
    pub(super) candidates: OnceCell<Candidates<'a>>,
    pub(super) owners: OnceCell<Owners<'a>>,
    /// By scope, and whether the policy leaves its namespace open.
    pub(super) nobody: RefCell<FxHashMap<(&'a PodScope, bool), Why<'a>>>,
    pub(super) namespaces: RefCell<FxHashMap<&'a NamespaceScope, Rc<BTreeSet<NamespaceId>>>>,
}
