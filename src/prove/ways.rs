//! Claims about flows that go by a way: a look-up before the connection, and ends that policies see
//! otherwise than the flow was opened.
//!
//! Who takes a way passes all of its links. So all are let through if each link lets all through,
//! and all are refused if one link refuses all. What lies between is a counterexample only if
//! nothing else of the way speaks against it: where it is not known as which of several flows
//! policies see a link, one of them shows nothing.

use super::Prover;
use super::claim::{Claim, Flows, Goal, Kind, Link, Term, Way};
use super::outcome::{Core, CorePart, Effort, Outcome, Witness};
use super::run::Bug;
use super::session::Listener;

/// What came of a claim about the flows of one link.
struct Judged<'l, 'a> {
    link: &'l Link<'a>,
    outcome: Outcome,
}

/// A claim on its way to the solver.
struct Run<'r> {
    claim: &'r Claim<'r>,
    listener: &'r mut dyn Listener,
    effort: &'r mut Effort,
    /// How many questions were put together so far, which have different names.
    asked: usize,
}

impl Prover<'_> {
    pub(super) fn ways(
        &self,
        (claim, goal): (&Claim<'_>, Goal),
        ways: &[Way<'_>],
        listener: &mut dyn Listener,
        effort: &mut Effort,
    ) -> Result<Outcome, Bug> {
        let mut run = Run {
            claim,
            listener,
            effort,
            asked: 0,
        };
        let mut open: Option<(Vec<String>, Option<Box<Witness>>)> = None;
        let mut nobody = None;
        let mut core: Option<Core> = None;
        for way in ways {
            let outcome = match goal {
                Goal::LetThrough => self.let_through(&mut run, way)?,
                Goal::Refused => self.refused(&mut run, way)?,
            };
            let outcome = match (outcome, &way.one_of) {
                (Outcome::Fails { witness }, Some(why)) => Outcome::Unknown {
                    why: vec![why.clone()],
                    witness: Some(witness),
                },
                (outcome, _) => outcome,
            };
            match outcome {
                fails @ Outcome::Fails { .. } => return Ok(fails),
                Outcome::Unknown { why, witness } => match &mut open {
                    Some((all, first)) => {
                        let new = why.into_iter().filter(|it| !all.contains(it));
                        let new: Vec<String> = new.collect();
                        all.extend(new);
                        if first.is_none() {
                            *first = witness;
                        }
                    }
                    None => open = Some((why, witness)),
                },
                Outcome::Vacuous { why } => {
                    // Nobody takes a way that leads nowhere.
                    if goal == Goal::LetThrough && way.links.iter().any(|it| it.refused.is_some()) {
                        return Ok(Outcome::Vacuous { why });
                    }
                    nobody.get_or_insert(why);
                }
                Outcome::Holds { core: more } => core = Some(joined(core, more)),
            }
        }
        Ok(match (open, core, nobody) {
            (Some((why, witness)), _, _) => Outcome::Unknown { why, witness },
            (None, Some(core), _) => Outcome::Holds { core },
            (None, None, why) => Outcome::Vacuous {
                why: why.unwrap_or_else(|| "no connection is one that it names".to_owned()),
            },
        })
    }

    /// Whether every link lets everything through.
    fn let_through(&self, run: &mut Run<'_>, way: &Way<'_>) -> Result<Outcome, Bug> {
        if let Some(why) = way.links.iter().find_map(|it| it.refused.as_ref()) {
            let why = format!("no connection gets there: {why}");
            return Ok(Outcome::Vacuous { why });
        }
        let (mut open, mut first) = (Vec::new(), None);
        let (mut nobody, mut core) = (None, None);
        for link in &way.links {
            match self.link(run, link, Goal::LetThrough)? {
                Outcome::Holds { core: more } => {
                    open.extend(link.doubt.clone());
                    core = Some(joined(core, more));
                }
                // Nobody opens it, or to nobody.
                Outcome::Vacuous { why } if !passes_unseen(link) => {
                    return Ok(Outcome::Vacuous { why });
                }
                Outcome::Vacuous { why } => nobody = nobody.or(Some(why)),
                Outcome::Fails { witness } => {
                    let sure = match &link.one_of {
                        None => true,
                        Some(_) if link.may_bypass => false,
                        Some(_) => self.link(run, link, Goal::Refused)?.is_held(),
                    };
                    if sure {
                        return Ok(Outcome::Fails { witness });
                    }
                    open.extend(link.one_of.clone());
                    first = first.or(Some(witness));
                }
                Outcome::Unknown { why, witness } => {
                    open.extend(why);
                    first = first.or(witness);
                }
            }
        }
        Ok(match (open.is_empty(), core, nobody) {
            (false, ..) => Outcome::Unknown {
                why: open,
                witness: first,
            },
            (true, Some(core), _) => Outcome::Holds { core },
            (true, None, why) => Outcome::Vacuous {
                why: why.unwrap_or_default(),
            },
        })
    }

    /// Whether some link refuses everything.
    fn refused(&self, run: &mut Run<'_>, way: &Way<'_>) -> Result<Outcome, Bug> {
        if way.links.iter().any(|it| it.refused.is_some()) {
            let core = Core::Parts(Vec::new());
            return Ok(Outcome::Holds { core });
        }
        let mut others = Vec::new();
        let mut nobody = None;
        for link in &way.links {
            match self.link(run, link, Goal::Refused)? {
                Outcome::Holds { .. } if link.may_bypass => {
                    let why = link.one_of.clone().into_iter().collect();
                    let outcome = Outcome::Unknown { why, witness: None };
                    others.push(Judged { link, outcome });
                }
                Outcome::Holds { core } => {
                    let core = if way.links.len() > 1 {
                        of_link(core, link)
                    } else {
                        core
                    };
                    return Ok(Outcome::Holds { core });
                }
                Outcome::Vacuous { why } if !passes_unseen(link) => {
                    return Ok(Outcome::Vacuous { why });
                }
                Outcome::Vacuous { why } => nobody = nobody.or(Some(why)),
                outcome @ (Outcome::Fails { .. } | Outcome::Unknown { .. }) => {
                    others.push(Judged { link, outcome });
                }
            }
        }
        if others.is_empty() {
            return Ok(Outcome::Vacuous {
                why: nobody.unwrap_or_default(),
            });
        }
        self.counterexample(run, others)
    }

    /// No link refuses everything: whether what one lets through passes the others, too.
    fn counterexample(
        &self,
        run: &mut Run<'_>,
        judged: Vec<Judged<'_, '_>>,
    ) -> Result<Outcome, Bug> {
        let mut open = Vec::new();
        let mut partial = Vec::new();
        for one in judged {
            // What is open already lets nothing through for sure.
            let fails = matches!(one.outcome, Outcome::Fails { .. });
            let passes = fails && self.link(run, one.link, Goal::LetThrough)?.is_held();
            open.extend(one.link.doubt.clone());
            partial.push((one, passes));
        }
        // All that is not let through as a whole has to be one and the same link.
        let mut hard: Vec<_> = partial.iter().filter(|(_, passes)| !passes).collect();
        let last = partial.last();
        if hard.is_empty() {
            hard.extend(last);
        }
        let shown = partial.iter().find_map(|(one, _)| one.outcome.witness());
        if let (&[(one, passes)], true) = (hard.as_slice(), open.is_empty()) {
            match &one.outcome {
                Outcome::Fails { witness } if *passes || one.link.one_of.is_none() => {
                    let witness = witness.clone();
                    return Ok(Outcome::Fails { witness });
                }
                Outcome::Fails { .. } => open.extend(one.link.one_of.clone()),
                Outcome::Unknown { why, .. } => open.extend(why.iter().cloned()),
                Outcome::Holds { .. } | Outcome::Vacuous { .. } => {}
            }
        }
        if open.is_empty() {
            let names = hard.iter().map(|(one, _)| one.link.what.clone());
            let names: Vec<String> = names.collect();
            open.push(format!(
                "{} are let through in part: whether one connection passes all of them is not found out; \
                 claim it of fewer sources",
                crate::trace::list(&names, usize::MAX)
            ));
        }
        Ok(Outcome::Unknown {
            why: open,
            witness: shown.cloned().map(Box::new),
        })
    }

    /// What comes of a claim about all flows of a link.
    fn link(&self, run: &mut Run<'_>, link: &Link<'_>, goal: Goal) -> Result<Outcome, Bug> {
        run.asked += 1;
        let claim = Claim {
            name: run.claim.name.clone(),
            file_name: format!("{}-{}", run.claim.file_name, run.asked),
            origin: run.claim.origin,
            words: run.claim.words.clone(),
            scope: run.claim.scope,
            kind: Kind::Open(String::new()),
            granted: Vec::new(),
        };
        let prover = Prover {
            cluster: link.lens.as_deref().unwrap_or(self.cluster),
            premises: self.premises,
            engine: self.engine,
            meaning: self.meaning,
        };
        prover.flows(&claim, goal, &link.flows, run.listener, run.effort)
    }
}

/// Whether nothing of a link may be seen by any policy, so that it passes: where only one end is looked
/// at, and between addresses outside.
fn passes_unseen(link: &Link<'_>) -> bool {
    let outside = |term: &Term<'_>| matches!(term, Term::Outside(_));
    let between_others = |flows: &Flows<'_>| {
        let to = flows.to.iter().all(|target| outside(&target.who));
        !flows.to.is_empty() && to && flows.from.iter().all(outside)
    };
    link.lens.is_some() || link.flows.iter().all(between_others)
}

impl Outcome {
    fn is_held(&self) -> bool {
        match self {
            Self::Holds { .. } => true,
            Self::Vacuous { .. } | Self::Fails { .. } | Self::Unknown { .. } => false,
        }
    }

    fn witness(&self) -> Option<&Witness> {
        match self {
            Self::Fails { witness } => Some(witness),
            Self::Unknown { witness, .. } => witness.as_deref(),
            Self::Holds { .. } | Self::Vacuous { .. } => None,
        }
    }
}

/// The parts that carry both proofs.
fn joined(one: Option<Core>, other: Core) -> Core {
    match (one, other) {
        (None, core) => core,
        (Some(Core::Parts(mut all)), Core::Parts(more)) => {
            for part in more {
                if !all.contains(&part) {
                    all.push(part);
                }
            }
            all.sort_by(|a, b| (&a.policy, &a.field).cmp(&(&b.policy, &b.field)));
            Core::Parts(all)
        }
        (Some(Core::TooMany), _) | (_, Core::TooMany) => Core::TooMany,
        (Some(Core::Unasked), _) | (_, Core::Unasked) => Core::Unasked,
    }
}

/// Says of each part which link it is about.
fn of_link(core: Core, link: &Link<'_>) -> Core {
    match core {
        Core::Parts(parts) => {
            let parts = parts.into_iter().map(|part| CorePart {
                role: format!("{}, so that {} is refused", part.role, link.what),
                ..part
            });
            Core::Parts(parts.collect())
        }
        other @ (Core::TooMany | Core::Unasked) => other,
    }
}
