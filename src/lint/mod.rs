//! Lint: what is wrong with policies, where, and what to write instead.
//!
//! `rules` is the catalog, a file for each rule. A rule looks at a [`Context`] and adds facts; it
//! knows no level and no output. `levels` says which rules are checked and how bad their findings
//! are; `reading` turns what was found while manifests were read into facts; `run` checks all rules,
//! `aliases` leaves one finding of those that a YAML anchor multiplies, and `charts` one of a chart that
//! is not rendered.
//! `suppress` and `baseline` dismiss findings; `fixes` makes changes of texts of them;
//! `templates` says from which template a finding was rendered.
//! What meaning is needed comes from the compiled policies, so that nothing is judged by its looks.

mod aliases;
mod baseline;
mod charts;
mod context;
mod fact;
pub mod fixes;
mod levels;
mod need;
mod reading;
mod report;
mod rule;
mod rules;
mod run;
mod suppress;
mod templates;

pub use baseline::{Baseline, Key};
pub use context::{
    App, AppId, Clause, Context, Extent, Inventory, Lead, Nearest, Nobody, Owned, PortAt,
    PortCover, PortTrouble, Reach, RuleAt, ScopeAt, ScopeForm, cover,
};
pub use fact::{Edit, Fact, Facts, Fix, ObjectRef};
pub use levels::{Levels, UnknownRule, find};
pub use need::Need;
pub use report::{Dismissed, Found, Report, Skipped};
pub use rule::{Check, Precision, Rule};
pub use rules::ALL;
pub use run::{Subject, run};
pub use templates::Templates;
