//! One claim under way: an encoder, what decides, and what was decided already.
//!
//! Many cases of a claim ask the same thing: the policies of two namespaces are often copies, and
//! formulas do not know the names of namespaces. Equal formulas are one node, so an answer is
//! remembered by the node of the whole conjunction, and the second namespace costs its encoding
//! only. A conjunction that came out as false is not asked about at all. Each question gets the
//! domains of its variables, for a variable of two bits has four numbers, and one of them may stand
//! for nothing.

use super::decide::{Answer, Decider, Engine, Unfound};
use super::encode::Encoder;
use super::formula::{Formula, Formulas, Var};
use super::outcome::Effort;
use super::query::{PartName, Question};
use rustc_hash::FxHashMap;
use std::fmt::Debug;

/// Sees every question that is put, with its answer.
pub trait Listener: Debug {
    /// A question over `formulas` was answered.
    fn answered(&mut self, formulas: &Formulas, question: &Question, answer: &Answer);

    /// So many of so many cases are done.
    fn progress(&mut self, done: usize, of: usize);
}

/// Listens to nothing.
#[derive(Debug, Clone, Copy)]
pub struct Nobody;

impl Listener for Nobody {
    fn answered(&mut self, _: &Formulas, _: &Question, _: &Answer) {}
    fn progress(&mut self, _: usize, _: usize) {}
}

/// A named part of a question.
pub(super) type Part = (PartName, Formula);

/// One claim under way.
#[derive(Debug)]
pub(in crate::prove) struct Session<'s, 'a> {
    pub(super) encoder: Encoder<'a>,
    decider: Box<dyn Decider>,
    listener: &'s mut dyn Listener,
    decided: FxHashMap<Formula, Answer>,
    name: String,
    asked: usize,
    alike: usize,
}

impl<'s, 'a> Session<'s, 'a> {
    /// A session of which the questions are named after `name`.
    pub(super) fn new(
        encoder: Encoder<'a>,
        engine: &dyn Engine,
        listener: &'s mut dyn Listener,
        name: &str,
    ) -> Self {
        Self {
            encoder,
            decider: engine.start(),
            listener,
            decided: FxHashMap::default(),
            name: name.to_owned(),
            asked: 0,
            alike: 0,
        }
    }

    /// Whether all parts can hold, for values that there are.
    pub(super) fn ask(&mut self, parts: &[Part]) -> Answer {
        let (whole, all) = self.whole(parts);
        if self.encoder.formulas.is(whole, false) {
            self.alike += 1;
            return Answer::Unsat;
        }
        if let Some(known) = self.decided.get(&whole) {
            self.alike += 1;
            return known.clone();
        }
        let question = Question {
            name: format!("{}-{:04}", self.name, self.asked),
            parts: all
                .into_iter()
                .map(|(name, formula)| (name.symbol().to_owned(), formula))
                .collect(),
        };
        let answer = self.decider.check(&self.encoder.formulas, &question);
        self.asked += 1;
        self.listener
            .answered(&self.encoder.formulas, &question, &answer);
        self.decided.insert(whole, answer.clone());
        answer
    }

    /// Whether all parts can hold; if that is not known, why.
    pub(super) fn possible(&mut self, parts: &[Part]) -> Result<bool, String> {
        match self.ask(parts) {
            Answer::Sat(_) => Ok(true),
            Answer::Unsat => Ok(false),
            Answer::Unknown(why) => Err(why),
        }
    }

    /// The least values with which all parts hold.
    pub(super) fn least(&mut self, parts: &[Part], order: &[Var]) -> Answer {
        let (_, all) = self.whole(parts);
        let formulas: Vec<Formula> = all.iter().map(|(_, formula)| *formula).collect();
        self.decider.least(&self.encoder.formulas, &formulas, order)
    }

    /// Of `wanted`, a smallest selection with which the parts cannot hold.
    pub(super) fn minimal(
        &mut self,
        parts: &[Part],
        wanted: &[Vec<Formula>],
    ) -> Result<Vec<usize>, Unfound> {
        let (_, all) = self.whole(parts);
        let formulas: Vec<Formula> = all.iter().map(|(_, formula)| *formula).collect();
        self.decider
            .minimal(&self.encoder.formulas, &formulas, wanted)
    }

    /// The parts with the domains of their variables, and the conjunction of all.
    fn whole(&mut self, parts: &[Part]) -> (Formula, Vec<Part>) {
        let formulas: Vec<Formula> = parts.iter().map(|(_, formula)| *formula).collect();
        let whole = self.encoder.formulas.all(formulas);
        let domains = self.encoder.domains(&[whole]);
        let whole = self.encoder.formulas.all([whole, domains]);
        let all = parts.iter().copied().chain([(PartName::Domains, domains)]);
        (whole, all.collect())
    }

    /// Two formulas that were to be compared are one.
    pub(super) fn same(&mut self) {
        self.alike += 1;
    }

    pub(super) fn progress(&mut self, done: usize, of: usize) {
        self.listener.progress(done, of);
    }

    /// What it took so far.
    pub(super) fn effort(&self) -> Effort {
        Effort {
            queries: self.decider.queries(),
            alike: self.alike,
            units: self.decider.units(),
        }
    }
}
