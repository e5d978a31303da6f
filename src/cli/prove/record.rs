//! Writes down what was asked and answered while claims are proven: questions for other solvers,
//! and certificates. Files are written as questions are answered, for together they may be larger
//! than the memory; those of a claim that turns out not to hold are taken away again. The directories
//! get their names when all claims are done.

use super::folder::MANIFEST;
use crate::cli::exit::Failure;
use crate::cli::files::Staged;
use crate::cli::options::Options;
use crate::cli::output;
use crate::cli::progress::Progress;
use crate::endpoint::Problem;
use crate::prove::certificate::{Manifest, ManifestQuestion, NotUnsat, certify};
use crate::prove::certified::{cnf_file, proof_file};
use crate::prove::decide::Answer;
use crate::prove::formula::Formulas;
use crate::prove::outcome::{Outcome, Proved};
use crate::prove::query::Question;
use crate::prove::session::Listener;
use crate::prove::smtlib::{self, Status};
use crate::render::json;

/// Watches proofs.
#[derive(Debug)]
pub(super) struct Recorder {
    progress: Progress,
    questions: Option<Staged>,
    certificates: Option<Certificates>,
    quiet: bool,
    /// The first thing that went wrong.
    failure: Option<Failure>,
}

/// Certificates under way.
#[derive(Debug)]
struct Certificates {
    folder: Staged,
    done: Vec<Manifest>,
    /// The questions of the claim under way.
    questions: Vec<ManifestQuestion>,
    /// The files of the claim under way.
    files: Vec<String>,
    /// The first question of the claim under way that cannot be certified.
    lacks: Option<String>,
}

impl Recorder {
    /// Writes to these directories, where there are some.
    pub(super) fn new(
        options: &Options,
        questions: Option<Staged>,
        certificates: Option<Staged>,
    ) -> Self {
        let certificates = certificates.map(|folder| Certificates {
            folder,
            done: Vec::new(),
            questions: Vec::new(),
            files: Vec::new(),
            lacks: None,
        });
        Self {
            progress: Progress::new(options),
            questions,
            certificates,
            quiet: options.quiet,
            failure: None,
        }
    }

    /// A claim begins.
    pub(super) fn begin(&mut self, name: &str) {
        self.progress.begin(name);
    }

    /// A claim is done.
    pub(super) fn finish(&mut self, proved: &Proved) -> Result<(), Failure> {
        if let Some(failure) = self.failure.take() {
            return Err(failure);
        }
        let Some(certificates) = &mut self.certificates else {
            return Ok(());
        };
        if let Some(why) = certificates.finish(proved)?
            && !self.quiet
        {
            self.progress.end();
            output::note(&format!("no certificate of `{}`: {why}", proved.name));
        }
        Ok(())
    }

    /// All claims are done.
    pub(super) fn end(mut self) -> Result<(), Failure> {
        self.progress.end();
        if let Some(mut certificates) = self.certificates.take() {
            let mut text = Vec::new();
            json::write_certificate(&certificates.done, &mut text)
                .map_err(|error| Problem::new(format!("cannot write the manifest: {error}")))?;
            certificates.folder.write(MANIFEST, &text)?;
            certificates.folder.finish()?;
        }
        if let Some(questions) = self.questions.take() {
            questions.finish()?;
        }
        Ok(())
    }

    fn record(
        &mut self,
        formulas: &Formulas,
        question: &Question,
        answer: &Answer,
    ) -> Result<(), Failure> {
        if let Some(folder) = &mut self.questions {
            let status = match answer {
                Answer::Sat(_) => Status::Sat,
                Answer::Unsat => Status::Unsat,
                Answer::Unknown(_) => Status::Unknown,
            };
            let mut text = Vec::new();
            smtlib::write(formulas, question, status, &mut text)
                .map_err(|error| Problem::new(format!("cannot write a question: {error}")))?;
            folder.write(&format!("{}.smt2", question.name), &text)?;
        }
        match &mut self.certificates {
            Some(certificates) => certificates.record(formulas, question, answer),
            None => Ok(()),
        }
    }
}

impl Certificates {
    fn record(
        &mut self,
        formulas: &Formulas,
        question: &Question,
        answer: &Answer,
    ) -> Result<(), Failure> {
        match answer {
            // The claim does not hold then.
            Answer::Unknown(_) => {}
            Answer::Sat(values) => {
                let question = ManifestQuestion::sat(formulas, question, values);
                self.questions.push(question);
            }
            Answer::Unsat if self.lacks.is_some() => {}
            Answer::Unsat => match certify(formulas, question) {
                Ok(certificate) => {
                    let name = &question.name;
                    let proof = (proof_file(name), &certificate.proof);
                    for (file, bytes) in [(cnf_file(name), &certificate.cnf), proof] {
                        self.folder.write(&file, bytes)?;
                        self.files.push(file);
                    }
                    let question = ManifestQuestion::unsat(question, certificate.variables);
                    self.questions.push(question);
                }
                Err(NotUnsat::Unknown) => self.lacks = Some(question.name.clone()),
                Err(NotUnsat::Satisfiable) => {
                    return Err(Failure::Bug(format!(
                        "two solvers disagree on question `{}`",
                        question.name
                    )));
                }
            },
        }
        Ok(())
    }

    /// Keeps what certifies a claim that holds. Why there is nothing to keep.
    fn finish(&mut self, proved: &Proved) -> Result<Option<String>, Failure> {
        let questions = std::mem::take(&mut self.questions);
        let files = std::mem::take(&mut self.files);
        let lacks = self.lacks.take();
        let why = match (&proved.outcome, lacks) {
            (Outcome::Holds { .. }, None) => {
                self.done.push(Manifest {
                    name: proved.name.clone(),
                    claim: proved.claim.clone(),
                    assumed: proved.assumed.clone(),
                    questions,
                });
                return Ok(None);
            }
            (Outcome::Holds { .. }, Some(question)) => {
                format!("the proof for question `{question}` is too long")
            }
            (Outcome::Vacuous { .. }, _) => "the claim is vacuous".to_owned(),
            (Outcome::Fails { .. }, _) => "the claim fails".to_owned(),
            (Outcome::Unknown { .. }, _) => "the claim is unknown".to_owned(),
        };
        for file in files {
            self.folder.remove(&file)?;
        }
        Ok(Some(why))
    }
}

impl Listener for Recorder {
    fn answered(&mut self, formulas: &Formulas, question: &Question, answer: &Answer) {
        if self.failure.is_none() {
            self.failure = self.record(formulas, question, answer).err();
        }
    }

    fn progress(&mut self, done: usize, of: usize) {
        self.progress.progress(done, of);
    }
}
