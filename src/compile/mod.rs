//! The compiler: all flows at once.
//!
//! ```text
//! vocabulary   what rules mention: label values, port names, address blocks
//! cuts         addresses that the same blocks match
//! groups       endpoints that look alike in it
//! rules        distinct peers resolved to groups; clauses per policy
//! functions    per direction: each distinct list of clauses as a function of the other end,
//!              in two layers: cluster-wide policies, and those of a namespace
//! normal       groups merged into the coarsest classes by sums of rows and columns
//! outside      whether IPv6 addresses outside are spoken of
//! matrix       classes, and cells on demand
//! point        one pair of endpoints, without any of the above
//! exceptions   what passes whatever the policies say
//! practice     what of a rule is sure under the network plugin
//! directions   what each direction alone lets through
//! selection    the pods that scopes select
//! ```
//!
//! Everything is interned, so that cost grows with what is distinct. Never meets `trace`.

#![deny(clippy::wildcard_enum_match_arm)]

mod case;
mod clause;
mod cuts;
mod decide;
mod directions;
mod end;
mod evaluate;
mod exceptions;
mod far;
mod finder;
mod functions;
mod governed;
mod groups;
mod interned;
mod joined;
mod layered;
mod layers;
mod matrix;
mod mix;
mod near;
mod normal;
mod outside;
mod peers;
mod point;
mod practice;
mod rows;
mod rules;
mod selection;
mod subjects;
mod sums;
mod values;
mod vocabulary;

pub use directions::{Alike, Directions};
pub use end::End;
pub use matrix::{Class, ClassIndex, Matrix};
pub use point::connections;
pub use selection::{PodFinder, Selection};
pub use values::ConnId;

use crate::model::{Cluster, Direction};
use functions::Functions;
use groups::Groups;
use mix::Mix;
use normal::Compiled;
use rules::Rules;
use values::Values;
use vocabulary::Vocabulary;

/// All stages up to the functions of both directions.
fn compile(cluster: &Cluster) -> Compiled {
    let mix = Mix::default();
    let vocabulary = Vocabulary::new(cluster, &mix);
    let groups = Groups::new(cluster, &vocabulary);
    let mut rules = Rules::new(cluster, &vocabulary, &groups);
    let mut values = Values::new(&cluster.practice);
    let [egress, ingress] = Direction::BOTH
        .map(|direction| Functions::new(direction, &groups, &mut rules, &mut values));
    Compiled {
        groups,
        egress,
        ingress,
        values,
        mix,
        rows: None,
    }
}
