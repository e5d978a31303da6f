//! Reads clauses and proofs: untrusted text. Memory is bounded by the length of the text.
//!
//! The format invites a trap: a file of twenty bytes may announce two billion variables, and a
//! checker that makes room for them is stopped by it. So a file may announce no more variables than
//! it has bytes (or 65,536, where it is shorter), and must hold exactly as many clauses as it
//! announces. A proof may only speak of variables of its clauses.

use std::fmt;

/// Which file of a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawFile {
    /// The clauses.
    Cnf,
    /// The proof.
    Proof,
}

impl fmt::Display for FlawFile {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Self::Cnf => "the clauses",
            Self::Proof => "the proof",
        })
    }
}

/// Why a certificate proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    /// The file in which it is.
    pub file: FlawFile,
    /// The line, from 1 on; the last one where something is missing at the end.
    pub line: usize,
    /// What is wrong, lower case, no full stop; may hold text from the file.
    pub message: String,
}

impl Flaw {
    pub(super) fn new(file: FlawFile, line: usize, message: impl Into<String>) -> Self {
        Self {
            file,
            line,
            message: message.into(),
        }
    }
}

/// One clause as it was written, or the deletion of one.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    /// Where it begins.
    pub(super) line: usize,
    /// Whether the clause is taken away.
    pub(super) delete: bool,
    /// Its literals, sorted, each once.
    pub(super) literals: Box<[i32]>,
}

/// The clauses of a file in the DIMACS format, and the greatest number.
pub(super) fn cnf(text: &[u8]) -> Result<(Vec<Step>, i32), Flaw> {
    let mut header = None;
    let mut reader = Reader::new(FlawFile::Cnf, text.len());
    for (number, line) in lines(text) {
        let mut words = words(line).peekable();
        match words.peek().copied() {
            Some(word) if word.starts_with(b"c") => {}
            Some(b"p") if header.is_none() => {
                let (variables, clauses) = promise(number, line)?;
                reader.greatest = variables.min(reader.greatest);
                header = Some((number, variables, clauses));
            }
            Some(_) if header.is_none() => {
                return Err(reader.flaw(number, "clauses before the line `p cnf …`"));
            }
            _ => words.try_for_each(|word| reader.word(number, word))?,
        }
    }
    let last = lines(text).count().max(1);
    let Some((line, variables, promised)) = header else {
        return Err(reader.flaw(last, "there is no line `p cnf …`"));
    };
    let greatest = reader.greatest;
    if variables > greatest {
        let message = format!("{variables} variables are more than the file can speak of");
        return Err(reader.flaw(line, message));
    }
    let found = reader.finish(last)?;
    if found.len() != promised {
        let message = format!(
            "{promised} clauses are announced, {} are there",
            found.len()
        );
        return Err(Flaw::new(FlawFile::Cnf, line, message));
    }
    Ok((found, greatest))
}

/// The steps of a proof in the text form of DRAT, about numbers up to `greatest`.
pub(super) fn proof(text: &[u8], greatest: i32) -> Result<Vec<Step>, Flaw> {
    let mut reader = Reader::new(FlawFile::Proof, text.len());
    reader.greatest = greatest;
    for (number, line) in lines(text) {
        let mut words = words(line).peekable();
        if words.peek().is_some_and(|word| word.starts_with(b"c")) {
            continue;
        }
        for word in words {
            match word {
                b"d" if reader.begun.is_none() => reader.begun = Some((number, true)),
                word => reader.word(number, word)?,
            }
        }
    }
    reader.finish(lines(text).count().max(1))
}

fn lines(text: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    (1..).zip(text.split(|&byte| byte == b'\n'))
}

fn words(line: &[u8]) -> impl Iterator<Item = &[u8]> {
    line.split(u8::is_ascii_whitespace)
        .filter(|word| !word.is_empty())
}

fn number(word: &[u8]) -> Option<i32> {
    std::str::from_utf8(word).ok()?.parse().ok()
}

/// The numbers of variables and clauses that the line `p cnf …` announces.
fn promise(line: usize, text: &[u8]) -> Result<(i32, usize), Flaw> {
    let words: Vec<&[u8]> = words(text).take(5).collect();
    if let [b"p", b"cnf", variables, clauses] = words.as_slice()
        && let (Some(variables), Some(clauses)) = (number(variables), number(clauses))
        && let (0.., Ok(clauses)) = (variables, usize::try_from(clauses))
    {
        return Ok((variables, clauses));
    }
    let message = "not `p cnf` with a number of variables and one of clauses";
    Err(Flaw::new(FlawFile::Cnf, line, message))
}

/// Collects literals up to each 0.
struct Reader {
    file: FlawFile,
    greatest: i32,
    /// The clause under way: its line, and whether it is taken away.
    begun: Option<(usize, bool)>,
    literals: Vec<i32>,
    found: Vec<Step>,
}

/// So many variables may be announced, however short the file is.
const FEW: usize = 1 << 16;

impl Reader {
    fn new(file: FlawFile, length: usize) -> Self {
        Self {
            file,
            // Tables have a row for each variable, and are to be no larger than the text.
            greatest: i32::try_from(length.max(FEW)).unwrap_or(i32::MAX),
            begun: None,
            literals: Vec::new(),
            found: Vec::new(),
        }
    }

    fn flaw(&self, line: usize, message: impl Into<String>) -> Flaw {
        Flaw::new(self.file, line, message)
    }

    fn word(&mut self, at: usize, word: &[u8]) -> Result<(), Flaw> {
        let (line, delete) = *self.begun.get_or_insert((at, false));
        match number(word) {
            None => {
                let shown: String = String::from_utf8_lossy(word).chars().take(20).collect();
                Err(self.flaw(at, format!("`{shown}` is no literal")))
            }
            Some(0) => {
                self.literals.sort_unstable();
                self.literals.dedup();
                let literals = self.literals.as_slice().into();
                self.literals.clear();
                self.begun = None;
                self.found.push(Step {
                    line,
                    delete,
                    literals,
                });
                Ok(())
            }
            Some(literal) if literal.unsigned_abs() > self.greatest.unsigned_abs() => {
                Err(self.flaw(at, format!("`{literal}` is of no variable of the clauses")))
            }
            Some(literal) => {
                self.literals.push(literal);
                Ok(())
            }
        }
    }

    fn finish(self, last: usize) -> Result<Vec<Step>, Flaw> {
        if self.begun.is_some() {
            return Err(self.flaw(last, "the last clause does not end with 0"));
        }
        Ok(self.found)
    }
}
